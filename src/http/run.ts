import type { DocumentNode, ExecutionResult, GraphQLError } from 'graphql'
import type { Context } from '../context.ts'
import { deadlineIn, REQUEST_MS } from '../deadline.ts'
import { compiledFor } from '../graph/compiled-execution.ts'
import { holdOperation, parseWithin, validateWithin, withCost } from '../graph/document-limits.ts'
import { documentCache } from '../graph/documents.ts'
import { presentError, withoutStatus } from '../graph/present-error.ts'
import { schema } from '../graph/schema.ts'
import { executeWithin } from '../graph/wrong-variables.ts'

/** An operation, as a client sends it. */
export interface Operation {
  query: string
  variables?: Record<string, unknown> | null | undefined
  operationName?: string | null | undefined
}

/** A document and what is wrong with it. */
interface Read {
  document: DocumentNode
  errors: readonly GraphQLError[]
}

const documents = documentCache()

/** The document of a text, parsed and validated once. @throws GraphQLError for text that is none; Refusal past a limit. */
function read(query: string): Read {
  const known = documents.get(query)
  if (known !== undefined) return { document: known, errors: [] }
  const document = parseWithin(query)
  const errors = validateWithin(schema, document)
  // What is wrong is not kept: there is no end of it.
  if (errors.length === 0) documents.set(query, document)
  return { document, errors }
}

/**
 * Runs a query or mutation in process: the short way to the graph, with the limits, scopes and presentation of errors of
 * every other.
 */
export async function run(context: Context, operation: Operation): Promise<ExecutionResult> {
  const present = (error: unknown) => withoutStatus(presentError(error, context.log, context.requestId))
  const { deadline = deadlineIn(REQUEST_MS) } = context
  try {
    const { document, errors } = read(operation.query)
    if (errors.length > 0) return { errors: errors.map(present) }
    const { variables: variableValues, operationName } = operation
    const args = { schema, document, contextValue: context, variableValues, operationName }
    const cost = holdOperation(args)
    const result = withCost(await deadline.within((compiledFor(args) ?? executeWithin)(args)), cost)
    return result.errors === undefined ? result : { ...result, errors: result.errors.map(present) }
  } catch (error) {
    return { errors: [present(error)] }
  }
}
