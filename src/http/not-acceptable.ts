import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Context } from '../context.ts'

/**
 * Methods of GraphQL over HTTP. HEAD is not one of them: an operation is not run for its headers.
 */
const METHODS = 'GET, POST, OPTIONS'

const SERVED =
  'Queries and mutations are answered as application/graphql-response+json or application/json, subscriptions as ' +
  'text/event-stream; over websockets the subprotocol is graphql-transport-ws.'
const READ =
  'The body must be application/json, application/graphql, or a form (application/x-www-form-urlencoded).'

const notServed = (
  message: string,
  status: number,
  headers: Record<string, string> = {},
): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'INVALID_QUERY', http: { status, headers } } })

const wrongMethod = notServed(`The graph is served by the methods ${METHODS}.`, 405, {
  Allow: METHODS,
})
const notAcceptable = notServed(
  `No media type of the Accept header is served for this operation. ${SERVED}`,
  406,
)
const unsupported = notServed(`The media type of the body is not read. ${READ}`, 415)

/** Whether `/graphql` serves a method. */
export const isServedMethod = (method: string): boolean => METHODS.split(', ').includes(method)

/** The answer to a method that is not served. */
export const methodNotAllowed = (): Response => answerWith(wrongMethod)

/**
 * An answer of Yoga; one that says by its status alone that a media type is not served says it in
 * words as well.
 */
export function inWords(answer: Response): Response {
  if (answer.body !== null) return answer
  if (answer.status === 406) return answerWith(notAcceptable)
  return answer.status === 415 ? answerWith(unsupported) : answer
}

function answerWith({ message, extensions: { code, http } }: GraphQLError): Response {
  return Response.json({ errors: [{ message, extensions: { code } }] }, http)
}

const STREAM = /(^|,)\s*(text\/event-stream|text\/\*|\*\/\*)\s*(;|,|$)/i

/** Rejects a subscription whose response the client does not accept, before it starts. */
export const streamsAcceptable: Plugin<Context & { request?: Request }> = {
  onSubscribe({ args }) {
    // A socket has no request.
    const accept = args.contextValue.request?.headers.get('accept') ?? '*/*'
    if (!STREAM.test(accept)) throw notAcceptable
  },
}
