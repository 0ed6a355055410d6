import {
  createSourceEventStream,
  type ExecutionResult,
  execute,
  GraphQLError,
  getOperationAST,
  Kind,
  print,
  visit,
} from 'graphql'
import { isAsyncIterable } from 'graphql-yoga'
import type { Viewer } from '../context.ts'
import { isOfDatabase } from '../error-mapping.ts'
import { watchCredential } from '../event-log/credential-end.ts'
import { cursorOf } from '../event-log/cursor.ts'
import { isLoggedEvent } from '../event-log/kinds.ts'
import { isPassing } from './http-status.ts'
import type { OperationArgs } from './operation.ts'
import { presentError } from './present-error.ts'
import { MAX_ERRORS } from './wrong-variables.ts'

/**
 * How long the answer to an event is shared with subscribers that come to it later, in
 * milliseconds.
 */
const SHARED_MS = 1_000

type Results = AsyncGenerator<ExecutionResult, undefined, undefined>

// By the event itself, which the feeds give to all subscribers as one object.
const answers = new WeakMap<object, Map<string, Promise<ExecutionResult>>>()

/**
 * Starts a live answer, as `subscribe` of GraphQL.js does, with these differences:
 * - An event is executed once for all subscribers whose result must be the same: those with the same
 *   document, operation, variables and viewer. Variables that only the arguments of the subscription
 *   itself use do not count.
 * - A failure of the database ends it with a last result that has errors and no `data`, so that no
 *   event is lost: the client resumes after its last cursor. Other errors stay in the event: a
 *   refusal, such as of a field that the credential lacks the scope for, and an event that can never
 *   be read, at which every resumed feed would end again.
 * - The end of the credential ends it in the same way, with UNAUTHENTICATED, at once and before
 *   another event.
 * - Each account has a limited number of them.
 */
export async function subscribe(args: OperationArgs): Promise<Results | ExecutionResult> {
  const { viewer, subscriptions } = args.contextValue
  const leave = viewer === null ? () => {} : subscriptions.take(String(viewer.userId))
  if (leave === undefined) throw limitReached(subscriptions.limit)
  try {
    const source = await createSourceEventStream({
      ...args,
      options: { maxCoercionErrors: MAX_ERRORS },
    })
    if (isAsyncIterable(source)) return resultsOf(args, source[Symbol.asyncIterator](), leave)
    leave()
    return source
  } catch (error) {
    leave()
    throw error
  }
}

const limitReached = (limit: number): GraphQLError =>
  new GraphQLError(`An account has at most ${limit} live subscriptions at once in one gateway.`, {
    extensions: { code: 'LIMIT_REACHED', limit, http: { status: 429 } },
  })

function resultsOf(
  args: OperationArgs,
  source: AsyncIterator<unknown>,
  leave: () => void,
): Results {
  const { contextValue } = args
  const { log, requestId } = contextValue
  const key = sharingKey(args)
  let isOver = false
  const over = { done: true, value: undefined } as const
  const credential = contextValue.credentialWatch ?? watchCredential(contextValue)
  // What waits for the next event learns it by the end of the source.
  const off = credential.onEnd(() => void source.return?.().catch(() => {}))

  async function end(): Promise<typeof over> {
    isOver = true
    leave()
    off()
    // That of a socket is the socket's to stop.
    if (contextValue.credentialWatch === undefined) credential.stop()
    await source.return?.()
    return over
  }

  async function next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    if (isOver) return over
    try {
      const { done, value } = await source.next()
      if (done !== true || credential.refusal() !== undefined) await credential.requireValid()
      if (done === true) return await end()
      const result = withEventId(await answerTo(args, value, key), value)
      if (result.data === undefined) await end()
      return { done: false, value: result }
    } catch (error) {
      await end()
      return { done: false, value: { errors: [presentError(error, log, requestId)] } }
    }
  }

  return {
    next,
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/**
 * A result that carries the cursor of its event as the `id` of server-sent events, with which
 * clients resume (`Last-Event-ID`). Yoga writes the result of `stringify` as the field `data`;
 * other transports do not use it.
 */
function withEventId(result: ExecutionResult, event: unknown): ExecutionResult {
  if (!isLoggedEvent(event) || result.data === undefined) return result
  const stringify = (shown: ExecutionResult) => `${JSON.stringify(shown)}\nid: ${cursorOf(event)}`
  return Object.assign({ ...result }, { stringify })
}

function answerTo(args: OperationArgs, event: unknown, key: string): Promise<ExecutionResult> {
  if (typeof event !== 'object' || event === null) return answer(args, event)
  const known = answers.get(event) ?? new Map<string, Promise<ExecutionResult>>()
  answers.set(event, known)
  const shared = known.get(key)
  if (shared !== undefined) return shared
  const made = answer(args, event)
  known.set(key, made)
  setTimeout(() => known.delete(key), SHARED_MS).unref()
  return made
}

async function answer(args: OperationArgs, event: unknown): Promise<ExecutionResult> {
  const result = await execute({ ...args, rootValue: event })
  if (result.errors === undefined) return result
  const { log, requestId } = args.contextValue
  const errors = result.errors.map(error => presentError(error, log, requestId))
  const failures = errors.filter(
    ({ extensions }, n) => isPassing(extensions.code) || isOfDatabase(result.errors?.[n]),
  )
  return failures.length > 0 ? { errors: failures } : { ...result, errors }
}

/** What the result of an event depends on, in addition to the event and the database. */
function sharingKey({
  document,
  operationName,
  variableValues,
  contextValue,
}: OperationArgs): string {
  const operation = getOperationAST(document, operationName)
  const used = new Set<string>()
  visit(document, {
    Variable: ({ name }) => void used.add(name.value),
    // Definitions of variables, and the arguments of the subscription, which are read when it
    // starts.
    VariableDefinition: () => false,
    Argument: (_node, _key, _parent, _path, ancestors) => {
      const depth = ancestors.filter(
        node => 'kind' in node && node.kind === Kind.SELECTION_SET,
      ).length
      const isOfOperation = ancestors.some(node => 'kind' in node && node === operation)
      const isOfDirective = ancestors.some(node => 'kind' in node && node.kind === Kind.DIRECTIVE)
      return isOfOperation && depth === 1 && !isOfDirective ? false : undefined
    },
  })
  const variables = Object.entries(variableValues ?? {})
    .filter(([name]) => used.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const text = document.loc?.source.body ?? print(document)
  return JSON.stringify([viewerKey(contextValue.viewer), operationName ?? null, variables, text])
}

/**
 * Viewers with the same key see the same: two credentials of one account with the same scopes, for
 * example.
 */
function viewerKey(viewer: Viewer | null): unknown {
  if (viewer === null) return null
  const { kind, id } = viewer.credential
  return [viewer.userId, kind, kind === 'platformClient' ? id : null, [...viewer.scopes].sort()]
}
