import { complexityFromQuery } from '@pothos/plugin-complexity'
import {
  type DefinitionNode,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  GraphQLError,
  getOperationAST,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  type ParseOptions,
  parse,
  type SelectionSetNode,
  Source,
  TokenKind,
  validate,
  visit,
} from 'graphql'
import { REQUEST_MS } from '../deadline.ts'
import { ApiError, invalid } from '../errors.ts'
import { MAX_ERRORS, variableErrors } from './wrong-variables.ts'

/** What one operation may ask. */
export const limits = {
  /** Levels of fields. */
  depth: 14,
  /** Points, by the rule of `COST_RULE`. A page of 100 bookings can have 420 of them for each. */
  cost: 42_000,
  /** Fields, with those of a fragment as often as it is used. */
  fields: 4_000,
  /** Fields under another name than their own. */
  aliases: 60,
  /** Tokens of the document. */
  tokens: 6_000,
  /** Brackets of the document within one another. */
  nesting: 100,
  /** Fragments of the document: validation compares each with each. */
  fragments: 60,
  /**
   * Fields of the document that repeat one of the same selection: validation compares each with
   * each.
   */
  repeats: 30,
  /** Values in the variables, those in lists and objects included. */
  values: 10_000,
  /** Operations in one HTTP request. */
  batch: 10,
  /** Bytes of a request's body. */
  bodyBytes: 256 * 1024,
  /** Time for an answer, but for subscriptions. */
  timeMs: REQUEST_MS,
} as const

/** How cost is counted, for the error message. docs/reference/graphql.md describes it in full. */
const COST_RULE =
  'Each field costs 1; the fields of a connection count once for each edge of the page that is requested, those of other ' +
  'lists 10 times. Request fewer fields or a smaller page.'

/** Returns a result with the cost of its operation in `extensions.cost`. */
export const withCost = (result: ExecutionResult, used: number): ExecutionResult => ({
  ...result,
  extensions: { ...result.extensions, cost: { used, limit: limits.cost } },
})

/**
 * @throws ApiError QUERY_TOO_EXPENSIVE that says which limit, what it allows and what was asked.
 */
export function hold(limit: keyof typeof limits, asked: number): void {
  const allowed = limits[limit]
  if (asked <= allowed) return
  const message = `The limit on ${limit} is ${allowed}; ${asked} were asked for.`
  throw new ApiError(
    'QUERY_TOO_EXPENSIVE',
    limit === 'cost' ? `${message} ${COST_RULE}` : message,
    {
      limit,
      allowed,
      asked,
    },
  )
}

const isFragment = (definition: DefinitionNode): definition is FragmentDefinitionNode =>
  definition.kind === Kind.FRAGMENT_DEFINITION

const DATE_CHARS = '2026-01-01'.length
/** The costs of what passed, by the operation and its variables. */
const passed = new WeakMap<DocumentNode, Map<string, number>>()
const VARIABLES_KEPT = 200

type LimitedArgs = Pick<ExecutionArgs, 'schema' | 'document' | 'variableValues' | 'operationName'>

/**
 * The operation that is meant.
 * @throws GraphQLError when the name leaves open which one, or names none.
 */
export function operationOf(
  document: DocumentNode,
  name: string | null | undefined,
): OperationDefinitionNode {
  const operation = getOperationAST(document, name)
  if (operation == null)
    throw new GraphQLError('The document has several operations, or none of this name.')
  return operation
}

/**
 * Holds an operation to the limits, before anything of it runs. Returns its cost.
 * @throws ApiError QUERY_TOO_EXPENSIVE, or INVALID_INPUT for page arguments that contradict each
 * other.
 */
export function holdOperation({
  schema,
  document,
  variableValues,
  operationName,
}: LimitedArgs): number {
  hold('values', requireStorable(variableValues))
  // What passed with these page sizes passes again. The texts among the variables cost nothing;
  // whether they are there may. Short ones stay: the days between two dates count.
  const variables = JSON.stringify(variableValues ?? {}, (_name, value) =>
    typeof value === 'string' && value.length > DATE_CHARS ? '' : value,
  )
  const key = `${operationName ?? ''} ${variables}`
  const known = passed.get(document) ?? new Map<string, number>()
  const knownCost = known.get(key)
  if (knownCost !== undefined) return knownCost

  const operation = operationOf(document, operationName)
  const fragments = document.definitions.filter(isFragment)
  const alone: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] }

  hold('fields', fieldsIn(operation.selectionSet, fragments, new Map()))
  let aliases = 0
  visit(alone, {
    Field(field) {
      if (field.alias !== undefined) aliases++
    },
    StringValue({ value }) {
      if (!isStorable(value)) throw invalid('query', NOT_STORABLE)
    },
  })
  hold('aliases', aliases)
  // Execution refuses wrong variables, and costs nothing then.
  if (variableErrors(schema, operation, variableValues, 0) !== undefined) return 0
  const { depth, complexity } = complexityFromQuery(alone, {
    schema,
    variables: variableValues ?? {},
  })
  hold('depth', depth)
  hold('cost', complexity)

  if (known.size >= VARIABLES_KEPT) known.clear()
  passed.set(document, known.set(key, complexity))
  return complexity
}

/**
 * How many fields a selection comes to. Fragments are counted once and remembered: a document that
 * uses each of its fragments twice in the one before comes to more than anyone could count one by
 * one.
 */
function fieldsIn(
  { selections }: SelectionSetNode,
  fragments: readonly FragmentDefinitionNode[],
  known: Map<string, number>,
): number {
  let fields = 0
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD)
      fields += fieldsOfFragment(selection.name.value, fragments, known)
    else {
      if (selection.kind === Kind.FIELD) fields++
      if (selection.selectionSet !== undefined)
        fields += fieldsIn(selection.selectionSet, fragments, known)
    }
  }
  return fields
}

function fieldsOfFragment(
  name: string,
  fragments: readonly FragmentDefinitionNode[],
  known: Map<string, number>,
): number {
  const counted = known.get(name)
  if (counted !== undefined) return counted
  const fragment = fragments.find(each => each.name.value === name)
  const fields = fragment === undefined ? 0 : fieldsIn(fragment.selectionSet, fragments, known)
  known.set(name, fields)
  return fields
}

const NOT_STORABLE = 'must be well-formed Unicode without the character U+0000'
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

// Deeper than any value that an input could have.
const DEEPEST_VALUE = 64

/**
 * PostgreSQL cannot store every text that JSON can hold.
 * @returns how many values there are
 * @throws ApiError INVALID_INPUT with the path of such a text.
 */
function requireStorable(value: unknown, path = '', depth = 0): number {
  if (typeof value === 'string') {
    if (!isStorable(value)) throw invalid(path, NOT_STORABLE)
  }
  if (typeof value !== 'object' || value === null) return 1
  if (depth > DEEPEST_VALUE) throw invalid(path, 'is nested too deeply')
  let values = 1
  for (const [key, inner] of Object.entries(value)) {
    const place = path === '' ? key : `${path}.${key}`
    requireStorable(key, place)
    values += requireStorable(inner, place, depth + 1)
  }
  return values
}

const OPENING: ReadonlySet<TokenKind> = new Set([
  TokenKind.BRACE_L,
  TokenKind.BRACKET_L,
  TokenKind.PAREN_L,
])
const CLOSING: ReadonlySet<TokenKind> = new Set([
  TokenKind.BRACE_R,
  TokenKind.BRACKET_R,
  TokenKind.PAREN_R,
])

/**
 * How many tokens a document has, and how deep its brackets go, as far as it can be read. Reading
 * tokens costs little beside making a tree of them, and needs no stack.
 */
function sizeOf(source: string | Source): { tokens: number; nesting: number } {
  const lexer = new Lexer(typeof source === 'string' ? new Source(source) : source)
  let tokens = 0
  let open = 0
  let nesting = 0
  try {
    for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; { kind } = lexer.advance()) {
      tokens++
      if (OPENING.has(kind)) nesting = Math.max(nesting, ++open)
      else if (CLOSING.has(kind)) open--
    }
  } catch {
    // What cannot be read is the parser's to refuse.
  }
  return { tokens, nesting }
}

/**
 * Reads a document.
 * @throws ApiError QUERY_TOO_EXPENSIVE for one with too many tokens or nested too deeply,
 * GraphQLError for a broken one.
 */
export function parseWithin(source: string | Source, options?: ParseOptions): DocumentNode {
  const { tokens, nesting } = sizeOf(source)
  hold('tokens', tokens)
  hold('nesting', nesting)
  const document = parse(source, options)
  hold('fragments', document.definitions.filter(isFragment).length)
  hold('repeats', repeatsIn(document))
  return document
}

/** How many fields repeat the response name of another one of the same selection. */
function repeatsIn(document: DocumentNode): number {
  let repeats = 0
  visit(document, {
    SelectionSet({ selections }) {
      const names = selections.flatMap(each =>
        each.kind === Kind.FIELD ? [(each.alias ?? each.name).value] : [],
      )
      repeats += names.length - new Set(names).size
    },
  })
  return repeats
}

/** Validates a document. A stranger's can have thousands of errors, and each costs. */
export const validateWithin: typeof validate = (schema, document, rules, options) =>
  validate(schema, document, rules, { ...options, maxErrors: MAX_ERRORS })
