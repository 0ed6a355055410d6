import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import { errorCodes, type FieldProblem, Refusal } from '../refusal.ts'
import { builder } from './builder.ts'

builder.enumType('ErrorCode', {
  description: 'What `extensions.code` of an error can be.',
  values: Object.fromEntries(Object.entries(errorCodes).map(([code, description]) => [code, { description }])),
})

/**
 * What a caller sees of an error: a refusal as it is, everything else as INTERNAL without a word of it. The error itself
 * goes to the log.
 */
export const maskErrors =
  (log: Logger) =>
  (error: unknown): Error => {
    const found = refusalIn(error)
    const where = error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {}
    if (found !== undefined) {
      return new GraphQLError(found.message, { ...where, extensions: { code: found.code, ...found.details } })
    }
    if (isOfGraphQL(error)) return error
    log.error({ err: error instanceof GraphQLError ? error.originalError : error }, 'a request failed')
    return new GraphQLError('Something failed on our side.', { ...where, extensions: { code: 'INTERNAL' } })
  }

// A value that does not fit is a GraphQLError inside another.
const isOfGraphQL = (error: unknown): error is GraphQLError =>
  error instanceof GraphQLError && (error.originalError == null || isOfGraphQL(error.originalError))

function refusalIn(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  return error instanceof GraphQLError && error.originalError !== undefined ? refusalIn(error.originalError) : undefined
}

/** Gives the errors that GraphQL itself reports a code as well: values that do not fit, documents that cannot be read. */
export const codedErrors: Plugin = {
  onResultProcess({ result, setResult }) {
    if (Array.isArray(result) || Symbol.asyncIterator in result || result.errors === undefined) return
    setResult({ ...result, errors: result.errors.map(withCode) })
  },
}

/** An error of GraphQL's own with its code and, where a variable is at fault, the field. */
export function withCode(error: GraphQLError): GraphQLError {
  if (typeof error.extensions.code === 'string' && Object.hasOwn(errorCodes, error.extensions.code)) return error
  const field = fieldAtFault(error.message)
  return new GraphQLError(error.message, {
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

// GraphQL.js tells the path of a bad variable in its message only.
function fieldAtFault(message: string): FieldProblem | undefined {
  const found = /^Variable "\$(\w+)" (?:got invalid value [\s\S]*?(?: at "\w+([^"]*)")?; ([\s\S]+)|(of .+))$/.exec(
    message,
  )
  if (found === null) return undefined
  const [, variable = '', inside = '', reason, missing] = found
  return { path: variable + inside.replace(/\[(\d+)\]/g, '.$1'), message: reason ?? missing ?? message }
}
