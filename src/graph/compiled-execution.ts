import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql'
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit'
import type { PromiseOrValue } from 'graphql-yoga'
import { variableErrors } from './wrong-variables.ts'

// Compiling takes some milliseconds, so a document has to come back before it pays.
const COMPILE_AFTER = 3

interface Seen {
  times: number
  /** By the name of the operation; null for one that cannot be compiled. */
  compiled: Map<string, CompiledQuery | null>
}

const documents = new WeakMap<DocumentNode, Seen>()

type Execute = (args: ExecutionArgs) => PromiseOrValue<ExecutionResult>

/**
 * How to run an operation: as compiled code, which takes about half the time of interpreting it,
 * when its document comes back; undefined for one that is to be interpreted. What is compiled lives
 * as long as the document.
 */
export function compiledFor({
  schema,
  document,
  operationName,
}: ExecutionArgs): Execute | undefined {
  const seen = documents.get(document) ?? { times: 0, compiled: new Map() }
  documents.set(document, seen)
  seen.times++
  if (seen.times <= COMPILE_AFTER) return undefined
  const query = compiledOf(seen, schema, document, operationName)
  if (query === null) return undefined
  return ({ rootValue, contextValue, variableValues }) => {
    // The compiled code words wrong variables in its own way; GraphQL.js says it the same for the
    // first call and the last.
    const operation = getOperationAST(document, operationName)
    const errors = operation == null ? undefined : variableErrors(schema, operation, variableValues)
    if (errors !== undefined) return { errors }
    return query.query(rootValue, contextValue, variableValues)
  }
}

function compiledOf(
  { compiled }: Seen,
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): CompiledQuery | null {
  const name = operationName ?? ''
  const known = compiled.get(name)
  if (known !== undefined) return known
  const operation = getOperationAST(document, operationName)
  // What is no operation of the document is refused elsewhere, and any text could be its name.
  if (operation == null) return null
  const made = hasDefaults(operation)
    ? undefined
    : compileQuery(schema, document, operationName ?? undefined)
  const query =
    made !== undefined && isCompiledQuery(made) && made.subscribe === undefined ? made : null
  compiled.set(name, query)
  return query
}

/**
 * Whether a variable has a default. GraphQL.js refuses null where such a variable stands for an
 * argument that is never null, and takes the default where nothing was given; the compiled code
 * hands the first on and refuses the second.
 */
const hasDefaults = ({ variableDefinitions = [] }: OperationDefinitionNode): boolean =>
  variableDefinitions.some(({ defaultValue }) => defaultValue !== undefined)
