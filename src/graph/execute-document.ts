// Runs typed documents in process, for the REST dialects, the booking pages and webhook payloads.

import {
  type DocumentNode,
  type GraphQLError,
  getOperationAST,
  Kind,
  OperationTypeNode,
  print,
  validate,
} from 'graphql'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { apiErrorOf } from '../error-mapping.ts'
import { type ErrorCode, errorCodes } from '../errors.ts'
import { CallError, callError, type GraphError } from './call-error.ts'
import { parseWithin } from './document-limits.ts'
import { execute } from './execute.ts'
import { schema } from './schema.ts'
import type { TypedDocument } from './typed.ts'

/**
 * Runs a document, of one query or mutation, in process as the context's viewer, under the limits
 * and scopes of every other caller, and returns its data. Variables are serialized as JSON:
 * undefined values are omitted.
 * @throws CallError for any error, beside data too: REST has no partial success. A mutation may
 * have been done by then.
 */
export async function executeDocument<Data, Variables>(
  context: Context,
  document: TypedDocument<Data, Variables>,
  // Only the document says what the variables are; else one that it does not take would become part
  // of the type.
  variables: NoInfer<Variables>,
): Promise<Data> {
  const { data, errors } = await execute(context, {
    query: textOf(document),
    // For GraphQL.js a variable that is undefined was given, as null.
    variables: JSON.parse(JSON.stringify(variables)),
  })
  const [first, ...others] = (errors ?? []).map(graphErrorOf)
  if (first !== undefined) throw new CallError(first, ...others)
  // The one cast: that the graph answers what the document asks is the executor's promise, which no
  // type can hold it to.
  return data as Data
}

/**
 * Throws an error from before the execution, such as of authentication, in the form of an error of
 * the graph. Other errors are thrown as they are.
 */
export function throwCallError(error: unknown): never {
  const refusal = apiErrorOf(error)
  if (refusal === undefined) throw error
  throw callError(refusal.code, refusal.message, refusal.details)
}

/**
 * Validates documents at the start, so that one that does not match the schema stops the process
 * and not a request.
 * @throws Error that names each such document and what is wrong with it.
 */
export function checkDocuments(documents: Iterable<DocumentNode>): void {
  const wrong = [...documents].flatMap(document =>
    problemsOf(document).map(each => `${nameOf(document)}: ${each}`),
  )
  if (wrong.length > 0)
    throw new Error(`These documents do not fit the graph:\n${wrong.join('\n')}`)
}

const texts = new WeakMap<DocumentNode, string>()

/**
 * The text of a document, printed once: the cache knows documents that come again by their text.
 */
function textOf(document: DocumentNode): string {
  const text = texts.get(document) ?? print(document)
  texts.set(document, text)
  return text
}

const Fields = z.array(z.object({ path: z.string(), message: z.string() })).catch([])

const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(errorCodes, code)

function graphErrorOf({
  message,
  extensions: { code, fields, ...details },
}: GraphQLError): GraphError {
  return {
    code: isErrorCode(code) ? code : 'INTERNAL',
    message,
    fields: Fields.parse(fields),
    details,
  }
}

/** Problems of a document, in sentences. */
function problemsOf(document: DocumentNode): string[] {
  try {
    const read = parseWithin(textOf(document))
    const operation = getOperationAST(read)
    if (operation == null) return ['It must have one operation.']
    if (operation.operation === OperationTypeNode.SUBSCRIPTION)
      return ['A subscription has no single answer.']
    return validate(schema, read).map(({ message }) => message)
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

function nameOf({ definitions }: DocumentNode): string {
  const [first] = definitions
  const isNamed =
    first?.kind === Kind.OPERATION_DEFINITION || first?.kind === Kind.FRAGMENT_DEFINITION
  return (isNamed && first.name?.value) || 'A document without a name'
}
