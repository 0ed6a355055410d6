import { complexityFromQuery } from '@pothos/plugin-complexity'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  Lexer,
  type ParseOptions,
  parse,
  Source,
  TokenKind,
  visit,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { invalid, Refusal } from '../refusal.ts'

/** What one operation may ask. */
export const limits = {
  /** Levels of fields. */
  depth: 14,
  /** Points: a field costs one, a field of a connection as often as the page is long. */
  cost: 6_000,
  /** Fields under another name than their own. */
  aliases: 60,
  /** Tokens of the document. */
  tokens: 6_000,
  /** Operations in one HTTP request. */
  batch: 10,
  /** Bytes of a request's body. */
  bodyBytes: 256 * 1024,
  /** Time for an answer, but for subscriptions. */
  timeMs: 20_000,
} as const

/** @throws Refusal QUERY_TOO_EXPENSIVE that says which limit, what it allows and what was asked. */
function hold(limit: keyof typeof limits, asked: number): void {
  const allowed = limits[limit]
  if (asked <= allowed) return
  throw new Refusal('QUERY_TOO_EXPENSIVE', `The limit on ${limit} is ${allowed}; ${asked} were asked for.`, {
    limit,
    allowed,
    asked,
  })
}

const passed = new WeakMap<DocumentNode, Set<string>>()
const VARIABLES_KEPT = 200

interface Operation {
  schema: GraphQLSchema
  document: DocumentNode
  variableValues?: Record<string, unknown> | null | undefined
  operationName?: string | null | undefined
}

/**
 * Holds an operation to the limits, before anything of it runs.
 * @throws Refusal QUERY_TOO_EXPENSIVE, or INVALID_INPUT for page arguments that contradict each other.
 */
export function holdOperation({ schema, document, variableValues, operationName }: Operation): void {
  needStorable(variableValues)
  // What passed with these page sizes passes again. The texts among the variables cost nothing; whether they are there may.
  const variables = JSON.stringify(variableValues ?? {}, (_name, value) => (typeof value === 'string' ? '' : value))
  const key = `${operationName ?? ''} ${variables}`
  const known = passed.get(document) ?? new Set()
  if (known.has(key)) return

  const operation = getOperationAST(document, operationName)
  if (operation == null) throw new GraphQLError('The document has several operations, or none of this name.')
  const fragments = document.definitions.filter(definition => definition.kind === Kind.FRAGMENT_DEFINITION)
  const alone: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] }

  let aliases = 0
  visit(alone, {
    Field(field) {
      if (field.alias !== undefined) aliases++
    },
    StringValue({ value }) {
      if (value.includes('\0')) throw invalid('query', NUL_MESSAGE)
    },
  })
  hold('aliases', aliases)
  const { depth, complexity } = complexityFromQuery(alone, { schema, variables: variableValues ?? {} })
  hold('depth', depth)
  hold('cost', complexity)

  if (known.size >= VARIABLES_KEPT) known.clear()
  passed.set(document, known.add(key))
}

const NUL_MESSAGE = 'must not contain the character U+0000'

/** PostgreSQL cannot store U+0000: no text of a request may have it. @throws Refusal INVALID_INPUT with its path. */
function needStorable(value: unknown, path = ''): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw invalid(path, NUL_MESSAGE)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const place = path === '' ? key : `${path}.${key}`
      needStorable(key, place)
      needStorable(inner, place)
    }
  }
}

/** How many tokens a document has, as far as it can be read. Reading them costs little beside making a tree of them. */
function tokensIn(source: string | Source): number {
  const lexer = new Lexer(typeof source === 'string' ? new Source(source) : source)
  let tokens = 0
  try {
    while (lexer.advance().kind !== TokenKind.EOF) tokens++
  } catch {
    // What cannot be read is the parser's to refuse.
  }
  return tokens
}

/** Ends an answer that takes too long. What the database still does for it ends by its own time limit. */
export async function withinTime<T>(answer: T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new Refusal('QUERY_TOO_EXPENSIVE', `The limit on timeMs is ${limits.timeMs}; the answer was not ready then.`, {
          limit: 'timeMs',
          allowed: limits.timeMs,
          asked: limits.timeMs,
        }),
      )
    }, limits.timeMs)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Reads a document. @throws Refusal QUERY_TOO_EXPENSIVE for one with too many tokens, GraphQLError for a broken one. */
export function parseWithin(source: string | Source, options?: ParseOptions): DocumentNode {
  hold('tokens', tokensIn(source))
  return parse(source, options)
}

/** The limits in Yoga's words, for what it serves. */
export const heldToLimits: Plugin = {
  onRequestParse: () => ({
    onRequestParseDone({ requestParserResult }) {
      if (Array.isArray(requestParserResult)) hold('batch', requestParserResult.length)
    },
  }),
  onParse({ setParseFn }) {
    setParseFn(parseWithin)
  },
  onExecute({ args, executeFn, setExecuteFn }) {
    holdOperation(args)
    setExecuteFn(input => withinTime(executeFn(input)))
  },
  onSubscribe({ args }) {
    holdOperation(args)
  },
}
