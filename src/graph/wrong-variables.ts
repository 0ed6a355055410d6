import {
  type ExecutionArgs,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql'

/**
 * So many errors of one document, or of its variables, are reported: each of them shows the whole
 * value again.
 */
export const MAX_ERRORS = 6

/** What is wrong with the variables of an operation; undefined when they can be read. */
export function variableErrors(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  values: Record<string, unknown> | null | undefined,
  maxErrors = MAX_ERRORS,
): readonly GraphQLError[] | undefined {
  if (variableDefinitions.length === 0) return undefined
  return getVariableValues(schema, variableDefinitions, values ?? {}, { maxErrors }).errors
}

/** `execute` of GraphQL.js, with the same limit. */
export const executeWithin = (args: ExecutionArgs) =>
  execute({ ...args, options: { maxCoercionErrors: MAX_ERRORS } })
