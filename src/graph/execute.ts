// The one path to the executor. HTTP, server-sent events, websockets and the REST dialects are
// adapters around it: they read an operation from their protocol, count it against the caller's
// rate limit, and write the result.

import type { DocumentNode, ExecutionResult, GraphQLError } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Context } from '../context.ts'
import { deadlineIn } from '../deadline.ts'
import { compiledFor } from './compiled-execution.ts'
import { holdOperation, limits, parseWithin, validateWithin, withCost } from './document-limits.ts'
import type { Operation, OperationArgs } from './operation.ts'
import { presentError, presented } from './present-error.ts'
import { schema } from './schema.ts'
import { subscribe } from './subscribe.ts'
import { executeWithin } from './wrong-variables.ts'

// A document takes about fifty times the memory of its text, so this bounds the cache to some tens
// of megabytes.
const MAX_TEXT_KEPT = 1_000_000

/** Valid documents by their text. One long document weighs as much as a thousand short ones. */
const documents = new LRUCache<string, DocumentNode>({
  maxSize: MAX_TEXT_KEPT,
  sizeCalculation: (_document, text) => text.length + 1,
})

/**
 * Parses a document, or takes it from the cache.
 * @throws GraphQLError for a text that cannot be parsed; ApiError QUERY_TOO_EXPENSIVE for one that
 * exceeds a limit.
 */
export const parseDocument = (text: string): DocumentNode =>
  documents.get(text) ?? parseWithin(text)

/**
 * Validates a parsed document once. Only valid documents are cached: there is no end of invalid
 * ones.
 */
export function validateDocument(document: DocumentNode): readonly GraphQLError[] {
  const text = document.loc?.source.body
  if (text !== undefined && documents.peek(text) === document) return []
  const errors = validateWithin(schema, document)
  if (errors.length === 0 && text !== undefined) documents.set(text, document)
  return errors
}

/**
 * Reads an operation: its arguments for `executeArgs` or `subscribeArgs`, or the errors of a
 * document that is not valid.
 * @throws GraphQLError for a document that cannot be parsed; ApiError past a limit.
 */
export function readOperation(
  context: Context,
  operation: Operation,
): OperationArgs | readonly GraphQLError[] {
  const document = parseDocument(operation.query)
  const errors = validateDocument(document)
  if (errors.length > 0) return errors
  const { variables: variableValues, operationName } = operation
  return { schema, document, contextValue: context, variableValues, operationName }
}

/**
 * Runs a query or mutation within the limits and the deadline. Never throws: all errors are
 * presented in the result.
 */
export async function executeArgs(args: OperationArgs): Promise<ExecutionResult> {
  const { contextValue: context } = args
  const { deadline = deadlineIn(limits.timeMs) } = context
  try {
    const cost = holdOperation(args)
    // Compiled only after it passed the limits: compiling takes time too.
    const run = compiledFor(args) ?? executeWithin
    return presented(withCost(await deadline.within(run(args)), cost), context)
  } catch (error) {
    return failed(context, error)
  }
}

/** Starts a subscription within the limits. Never throws, nor do its results. */
export async function subscribeArgs(
  args: OperationArgs,
): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>> {
  const { contextValue: context } = args
  try {
    holdOperation(args)
    const results = await subscribe(args)
    return Symbol.asyncIterator in results ? results : presented(results, context)
  } catch (error) {
    return failed(context, error)
  }
}

const failed = ({ log, requestId }: Context, error: unknown): ExecutionResult => ({
  errors: [presentError(error, log, requestId)],
})

/** Runs a query or mutation from its text. Never throws: all errors are presented in the result. */
export async function execute(context: Context, operation: Operation): Promise<ExecutionResult> {
  try {
    const args = readOperation(context, operation)
    return 'document' in args ? await executeArgs(args) : presented({ errors: args }, context)
  } catch (error) {
    return failed(context, error)
  }
}
