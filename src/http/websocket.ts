import type { IncomingMessage, Server } from 'node:http'
import type { ExecutionArgs, ExecutionResult } from 'graphql'
import type { SubscribePayload } from 'graphql-ws'
import { useServer } from 'graphql-ws/use/ws'
import { isAsyncIterable } from 'graphql-yoga'
import type { Logger } from 'pino'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { watchCredential } from '../event-log/credential-end.ts'
import type { CredentialWatch } from '../event-log/credential-watch.ts'
import { limits, operationOf } from '../graph/document-limits.ts'
import { executeArgs, readOperation, subscribeArgs } from '../graph/execute.ts'
import { isPassing } from '../graph/http-status.ts'
import type { OperationArgs } from '../graph/operation.ts'
import { hasHashAlone, requireText } from '../graph/persisted-queries.ts'
import { presentError, withoutStatus } from '../graph/present-error.ts'
import { type LiveLimits, type Places, placesOf } from '../live-limits.ts'
import { type Limiter, rateLimited } from '../rate-limits/limiter.ts'
import type { Presented } from './authenticate.ts'
import { type HostRules, mayBeCalled } from './hosts.ts'
import { countOperations } from './operation-limit.ts'

const PATH = '/graphql'
const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n'
const MAX_OPERATIONS = 100
const UNAUTHORIZED = 4401
// graphql-ws: Forbidden. Its clients reconnect after this code, and ask for their connection
// parameters again.
const FORBIDDEN = 4403
const INTERNAL_ERROR = 4500
/** graphql-ws's own code for too many initialisations. */
const TOO_MANY = 4429
// WebSocket Close Code Number Registry: Try Again Later. Clients of graphql-ws give up after 4500,
// and retry after this.
const TRY_AGAIN_LATER = 1013
// How long a client may take to say goodbye when the gateway stops.
const GOODBYE_MS = 2_000

/**
 * What a client may send when it connects: the headers that a browser cannot set on a websocket.
 */
const ConnectionParams = z
  .object({
    authorization: z.string(),
    Authorization: z.string(),
    apiKey: z.string(),
    'X-API-Key': z.string(),
    /**
     * As the header Last-Event-ID of server-sent events: `bookingEvents` continues after this
     * cursor.
     */
    lastEventId: z.string(),
  })
  .partial()
  .catch({})

/** What the websockets need of the gateway. */
export interface WebsocketParts {
  log: Logger
  /** The context of one operation, which has its own deadline. */
  contextFor(presented: Presented, address: string): Promise<Context>
  limits: Limiter
  now(): Date
  /** The network address of the client of a socket. */
  addressOf(incoming: IncomingMessage): string
  live: LiveLimits
  /** Under which names the gateway may be called. */
  hosts: HostRules
}

/** A connection that was accepted: as whom, and how many operations run on it. */
interface Connection {
  presented: Presented
  address: string
  running: number
  credential: CredentialWatch
  lastEventId: string | undefined
}

/** Rejects every upgrade: Node leaves a connection open when no listener answers it. */
export function refuseWebsockets(server: Server): void {
  server.on('upgrade', (_request, socket) => {
    socket.on('error', () => socket.destroy())
    socket.end(NOT_FOUND)
  })
}

/** Serves graphql-ws on the HTTP server's port. Returns the function that closes all sockets. */
export function serveWebsockets(server: Server, parts: WebsocketParts): () => Promise<void> {
  const { log, contextFor, addressOf, live, hosts } = parts
  const places = {
    address: placesOf(live.socketsPerAddress),
    anonymous: placesOf(live.anonymousSocketsPerAddress),
    account: placesOf(live.socketsPerAccount),
  }
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.bodyBytes })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (request.url?.split('?')[0] !== PATH) {
      socket.end(NOT_FOUND)
      return
    }
    if (!mayBeCalled(request.headers.host, hosts)) {
      socket.end('HTTP/1.1 421 Misdirected Request\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, client => {
      if (takePlace(client, places.address, addressOf(request), 'sockets of one address')) {
        sockets.emit('connection', client, request)
      }
    })
  })

  const connections = new WeakMap<WebSocket, Connection>()
  // graphql-ws returns what `prepare` returned, as a type that knows nothing of its context.
  const operations = new WeakMap<ExecutionArgs, OperationArgs>()
  const refusal = (error: unknown, requestId?: string) =>
    withoutStatus(presentError(error, log, requestId))

  async function prepare(connection: Connection, params: SubscribePayload) {
    const { presented, address, running, credential } = connection
    if (running > MAX_OPERATIONS) {
      throw new ApiError(
        'QUERY_TOO_EXPENSIVE',
        `A socket carries at most ${MAX_OPERATIONS} operations at once.`,
        {
          limit: 'operations',
          allowed: MAX_OPERATIONS,
          asked: running,
        },
      )
    }
    // Asked again for each operation: a credential can end while its socket stays open.
    const context = await contextFor(presented, address).catch(async error => {
      await credential.checkNow()
      throw error
    })
    // A session that has ended makes a visitor: src/http/authenticate.ts.
    await (context.viewer === null ? credential.checkNow() : credential.requireValid())
    context.credentialWatch = credential
    context.lastEventId = connection.lastEventId
    await requireWithinLimit(context)
    requireText(params)
    const operation = readOperation(context, params)
    if ('document' in operation) {
      operationOf(operation.document, params.operationName)
      operations.set(operation, operation)
    }
    return operation
  }

  function preparedArgs(args: ExecutionArgs): OperationArgs {
    const operation = operations.get(args)
    if (operation === undefined) throw new Error('an operation runs that was not prepared')
    return operation
  }

  /** A wrong credential counts for the address, so that nobody can try credentials without end. */
  async function orRateLimited(error: unknown, clientAddress: string): Promise<unknown> {
    if (!(error instanceof ApiError) || error.code !== 'UNAUTHENTICATED') return error
    const counted = await countOperations({ limits: parts.limits, viewer: null, clientAddress })
    return counted.isOver ? rateLimited(counted, parts.now()) : error
  }

  /** Accepts a connection until its credential ends. */
  function accept(socket: WebSocket, connection: Connection): void {
    const { credential } = connection
    connections.set(socket, connection)
    credential.onEnd(() => closeWhenOver(socket, connection))
    socket.once('close', credential.stop)
    if (socket.readyState === socket.CLOSED) credential.stop()
  }

  function leave(socket: WebSocket, connection: Connection): void {
    connection.running--
    closeWhenOver(socket, connection)
  }

  /**
   * Closes a socket whose credential has ended, after the last answer: a client would send an
   * operation without an answer again on its next connection. Subscriptions end by themselves, each
   * with an error.
   */
  function closeWhenOver(socket: WebSocket, connection: Connection): void {
    // The message `error` of an operation is sent right after it is counted as over.
    setImmediate(() => {
      const { running, credential } = connection
      const refusal = credential.refusal()
      if (refusal !== undefined && running === 0)
        socket.close(FORBIDDEN, `Forbidden: ${refusal.message}`)
    })
  }

  const served = useServer(
    {
      connectionInitWaitTimeout: 5_000,
      jsonMessageReviver: (key, value) => (key === '' ? withText(value) : value),
      async onConnect({ connectionParams, extra }) {
        const { headers } = extra.request
        const params = ConnectionParams.parse(connectionParams ?? {})
        const presented = {
          authorization: params.authorization ?? params.Authorization ?? headers.authorization,
          apiKey: params.apiKey ?? params['X-API-Key'] ?? single(headers['x-api-key']),
          cookie: headers.cookie,
          origin: headers.origin,
          host: headers.host,
          fetchSite: single(headers['sec-fetch-site']),
        }
        const address = addressOf(extra.request)
        try {
          const context = await contextFor(presented, address)
          await requireWithinLimit(context)
          const { viewer } = context
          const isPlaced =
            viewer === null
              ? takePlace(
                  extra.socket,
                  places.anonymous,
                  address,
                  'sockets of one address without a credential',
                )
              : takePlace(
                  extra.socket,
                  places.account,
                  String(viewer.userId),
                  'sockets of one account',
                )
          if (!isPlaced) return false
          const credential = watchCredential(context)
          accept(extra.socket, {
            presented,
            address,
            running: 0,
            credential,
            lastEventId: params.lastEventId,
          })
        } catch (error) {
          const { message, extensions } = presentError(await orRateLimited(error, address), log)
          extra.socket.close(closeCodeOf(extensions.code), message)
          return false
        }
        return true
      },
      async onSubscribe({ extra }, _id, params) {
        const connection = connections.get(extra.socket)
        if (connection === undefined)
          throw new Error('a subscription came before its connection was accepted')
        connection.running++
        const args = await prepare(connection, params).catch(error => [error])
        if (!isList(args)) return args
        leave(extra.socket, connection)
        return args.map(error => refusal(error))
      },
      execute: async args => forSocket(await executeArgs(preparedArgs(args))),
      subscribe: async args => forSocket(await subscribeArgs(preparedArgs(args))),
      // Called once for each prepared operation, however it ends.
      onComplete({ extra }) {
        const connection = connections.get(extra.socket)
        if (connection !== undefined) leave(extra.socket, connection)
      },
    },
    sockets,
    // Pings; a client that does not answer before the next one is cut off.
    live.stalledMs / 2,
  )
  return async () => {
    const impatient = setTimeout(() => {
      for (const client of sockets.clients) client.terminate()
    }, GOODBYE_MS)
    await served.dispose()
    clearTimeout(impatient)
  }
}

/**
 * graphql-ws closes the socket at an operation without a text. With an empty one, that operation
 * alone is refused.
 */
function withText(message: unknown): unknown {
  if (typeof message !== 'object' || message === null || !('payload' in message)) return message
  const { payload } = message
  if (typeof payload !== 'object' || payload === null || !hasHashAlone(payload)) return message
  return { ...message, payload: { ...payload, query: '' } }
}

/** Counts an operation, or a connection. @throws ApiError RATE_LIMITED */
async function requireWithinLimit(context: Context): Promise<void> {
  const counted = await countOperations(context)
  if (counted.isOver) throw rateLimited(counted, context.clock.now())
}

/**
 * Counts a socket until it closes. When its key has all its places, the socket is closed with 4429
 * instead.
 * @returns whether it may stay
 */
function takePlace(socket: WebSocket, places: Places, key: string, what: string): boolean {
  const leave = places.take(key)
  if (leave === undefined) {
    // Nothing else listens to it yet.
    socket.on('error', () => {})
    socket.close(TOO_MANY, `LIMIT_REACHED: at most ${places.limit} ${what}`)
    setTimeout(() => socket.terminate(), GOODBYE_MS).unref()
    return false
  }
  if (socket.readyState === socket.CLOSING || socket.readyState === socket.CLOSED) leave()
  else socket.once('close', leave)
  return true
}

type Answer =
  | AsyncGenerator<ExecutionResult, void, void>
  | AsyncIterableIterator<ExecutionResult>
  | ExecutionResult

/**
 * An answer as the protocol has it: without HTTP statuses; a live one that fails throws its error,
 * for the message `error`.
 */
function forSocket(answer: Answer): Answer {
  if (!isAsyncIterable(answer)) {
    return answer.errors === undefined
      ? answer
      : { ...answer, errors: answer.errors.map(withoutStatus) }
  }
  const throwing: AsyncIterableIterator<ExecutionResult> = {
    async next() {
      const { done, value } = await answer.next()
      if (done === true) return { done, value: undefined }
      // A result without data is the last one: src/graph/subscribe.ts.
      if (value.data === undefined && value.errors?.[0] !== undefined)
        throw withoutStatus(value.errors[0])
      return { done: false, value }
    },
    async return() {
      await answer.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => throwing,
  }
  return throwing
}

/** Why a connection is not accepted. */
function closeCodeOf(code: unknown): number {
  if (isPassing(code)) return TRY_AGAIN_LATER
  if (code === 'RATE_LIMITED') return TOO_MANY
  return code === 'INTERNAL' ? INTERNAL_ERROR : UNAUTHORIZED
}

const isList = (value: ExecutionArgs | readonly unknown[]): value is readonly unknown[] =>
  Array.isArray(value)

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value
