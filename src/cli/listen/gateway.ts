// The way of `meridian listen` to a gateway that runs elsewhere: typed documents over HTTP.

import type { TadaDocumentNode } from 'gql.tada'
import { print } from 'graphql'
import { request } from 'undici'
import { z } from 'zod'
import { type ExecuteDocument, graphql } from '../../graph/typed.ts'
import type { Access } from './access.ts'
import { GatewayError, Unreachable } from './errors.ts'

const ANSWER_MS = 30_000

const Errors = z.array(
  z.object({
    message: z.string(),
    extensions: z.looseObject({ code: z.string(), scope: z.string().optional() }),
  }),
)
const Answer = z.object({ data: z.unknown().optional(), errors: Errors.optional() })

/** Asks a gateway. The answer throws Unreachable or GatewayError. */
export const askAt =
  (access: Access): ExecuteDocument =>
  async <Data, Variables>(
    document: TadaDocumentNode<Data, Variables>,
    variables: NoInfer<Variables>,
  ) => {
    const { status, body } = await post(
      `${access.url}/graphql`,
      {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(await access.headers()),
      },
      JSON.stringify({ query: print(document), variables }),
    )
    const answer = Answer.safeParse(jsonOf(body))
    if (!answer.success) throw new Unreachable(`answered ${status}`)
    const refusal = refusalIn(answer.data.errors, access)
    if (refusal !== undefined) throw refusal
    // The one cast: that the graph answers what the document asks is the gateway's promise.
    return answer.data.data as Data
  }

const Hello = graphql('query ListenHello { viewer { name } eventCursor }')

/**
 * Checks that a gateway responds and accepts the credential. Returns the account and the end of its
 * log.
 * @throws Error that says in a sentence why not.
 */
export async function greet(access: Access): Promise<{ name: string; cursor: string }> {
  try {
    const { viewer, eventCursor } = await askAt(access)(Hello, {})
    return { name: viewer?.name ?? '', cursor: eventCursor }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    const advice = 'Start one, or name its address with --url or MERIDIAN_URL.'
    throw new Error(`There is no gateway at ${access.url} (${error.message}). ${advice}`)
  }
}

/** The refusal that a list of errors is; undefined for what is no such list. */
export function refusalIn(errors: unknown, access: Access): GatewayError | undefined {
  const [first] = Errors.safeParse(errors).data ?? []
  if (first === undefined) return undefined
  const { code, scope } = first.extensions
  if (code === 'UNAUTHENTICATED') return notTaken(access)
  if (code === 'CURSOR_UNKNOWN') return new GatewayError(code, unknownPlace(access))
  return new GatewayError(code, scope === undefined ? first.message : lacking[access.by](scope))
}

const unknownPlace = ({ url }: Access): string =>
  `The log of ${url} does not have the event to go on after: it is of another account or was deleted, or the database was ` +
  'restored from an older backup. Start again without --since for events from now on, or with --since start for all.'

const lacking: Record<Access['by'], (scope: string) => string> = {
  'API key': scope => `The key lacks the scope ${scope}.`,
  login: scope =>
    `The login lacks the scope ${scope}. Log in again with it: meridian login --scopes`,
}

export const notTaken = ({ by }: Access): GatewayError =>
  new GatewayError(
    'UNAUTHENTICATED',
    by === 'login'
      ? 'The login has ended. Log in again: meridian login'
      : 'The gateway does not take this API key.',
  )

async function post(url: string, headers: Record<string, string>, body: string) {
  try {
    const answer = await request(url, {
      method: 'POST',
      headers,
      body,
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
    })
    return { status: answer.statusCode, body: await answer.body.text() }
  } catch (error) {
    throw new Unreachable(wordsFor(error))
  }
}

/** What a network error says: its code, since the message of several addresses at once is empty. */
function wordsFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
