import { type ExecutionResult, GraphQLError } from 'graphql'
import type { Logger } from 'pino'
import { apiErrorOf } from '../error-mapping.ts'
import { errorCodes, type FieldProblem } from '../errors.ts'
import { mapValues } from '../map-values.ts'
import { builder } from './builder.ts'
import { isPassing } from './http-status.ts'

builder.enumType('ErrorCode', {
  description: 'What `extensions.code` of an error can be.',
  values: mapValues(errorCodes, description => ({ description })),
})

/**
 * What a caller sees of an error: a refusal as it is, a database that is away as UNAVAILABLE or
 * TIMEOUT, an error of GraphQL's own with its code, everything else as INTERNAL without a word of
 * it. The error itself goes to the log, under the request's id.
 */
export function presentError(error: unknown, log: Logger, requestId?: string): GraphQLError {
  const found = apiErrorOf(error)
  const where = error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {}
  if (found !== undefined) {
    if (isPassing(found.code)) {
      log.warn(
        { err: error instanceof GraphQLError ? error.originalError : error, requestId },
        'a request failed',
      )
    }
    return new GraphQLError(found.message, {
      ...where,
      extensions: { code: found.code, ...found.details },
    })
  }
  if (isOfGraphQL(error)) return withCode(error)
  log.error(
    { err: error instanceof GraphQLError ? error.originalError : error, requestId },
    'a request failed',
  )
  return new GraphQLError('Something failed on our side.', {
    ...where,
    extensions: { code: 'INTERNAL', ...(requestId !== undefined && { requestId }) },
  })
}

// A value that does not fit is a GraphQLError inside another.
const isOfGraphQL = (error: unknown): error is GraphQLError =>
  error instanceof GraphQLError && (error.originalError == null || isOfGraphQL(error.originalError))

/**
 * Removes the HTTP status that Yoga keeps in the extensions, for results that are not sent through
 * Yoga.
 */
export function withoutStatus(error: GraphQLError): GraphQLError {
  if (error.extensions.http === undefined) return error
  const { http: _, ...extensions } = error.extensions
  const { message, nodes, source, positions, path } = error
  return new GraphQLError(message, { nodes, source, positions, path, extensions })
}

/** A result with its errors presented. */
export const presented = (
  result: ExecutionResult,
  { log, requestId }: { log: Logger; requestId?: string },
): ExecutionResult =>
  result.errors === undefined
    ? result
    : { ...result, errors: result.errors.map(error => presentError(error, log, requestId)) }

/** Adds a code to an error of GraphQL itself and, for an invalid variable, the field. */
function withCode(error: GraphQLError): GraphQLError {
  if (typeof error.extensions.code === 'string' && Object.hasOwn(errorCodes, error.extensions.code))
    return error
  const field = fieldAtFault(error)
  return new GraphQLError(shortened(error.message), {
    nodes: error.nodes,
    positions: error.positions,
    source: error.source,
    path: error.path,
    extensions: {
      ...error.extensions,
      code: field === undefined ? 'INVALID_QUERY' : 'INVALID_INPUT',
      ...(field && { fields: [field] }),
    },
  })
}

const MAX_MESSAGE = 500

// GraphQL.js shows the whole value or name that is wrong.
const shortened = (message: string): string =>
  message.length <= MAX_MESSAGE
    ? message
    : `${message.slice(0, MAX_MESSAGE / 2)}…${message.slice(-MAX_MESSAGE / 2)}`

// GraphQL.js reports the path of an invalid variable only in the message; of an argument, when its
// variable is null.
function fieldAtFault({ message, path }: GraphQLError): FieldProblem | undefined {
  const argument = path === undefined ? undefined : /^Argument "(\w+)" /.exec(message)?.[1]
  if (argument !== undefined) return { path: argument, message: shortened(message) }
  const found =
    /^Variable "\$(\w+)" (?:got invalid value [\s\S]*?(?: at "\w+([^"]*)")?; ([\s\S]+)|(of .+))$/.exec(
      message,
    )
  if (found === null) return undefined
  const [, variable = '', inside = '', reason, missing] = found
  return {
    path: variable + inside.replace(/\[(\d+)\]/g, '.$1'),
    message: shortened(reason ?? missing ?? message),
  }
}
