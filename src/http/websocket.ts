import type { IncomingMessage, Server } from 'node:http'
import type { ExecutionArgs } from 'graphql'
import type { SubscribePayload } from 'graphql-ws'
import { useServer } from 'graphql-ws/use/ws'
import type { Logger } from 'pino'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { presentError, withoutStatus } from '../graph/errors.ts'
import { isPassing } from '../graph/http-of.ts'
import { limits, operationOf } from '../graph/limits.ts'
import { Refusal } from '../refusal.ts'
import type { Presented } from './authenticate.ts'
import type { Graph } from './graphql.ts'

const PATH = '/graphql'
const MAX_OPERATIONS = 100
const UNAUTHORIZED = 4401
const INTERNAL_ERROR = 4500
// WebSocket Close Code Number Registry: Try Again Later. Clients of graphql-ws give up after 4500, and retry after this.
const TRY_AGAIN_LATER = 1013
// How long a client may take to say goodbye when the gateway stops.
const GOODBYE_MS = 2_000

/** What a client may send when it connects: the headers that a browser cannot set on a websocket. */
const ConnectionParams = z
  .object({ authorization: z.string(), Authorization: z.string(), apiKey: z.string(), 'X-API-Key': z.string() })
  .partial()
  .catch({})

/** What the websockets need of the gateway. */
export interface WebsocketParts {
  graph: Graph
  log: Logger
  /** The context of one operation, which has its own deadline. */
  contextFor(presented: Presented, address: string): Promise<Context>
  /** The network address of who opened a socket. */
  addressOf(incoming: IncomingMessage): string
}

/** A connection that was accepted: as whom, and how many operations run on it. */
interface Connection {
  presented: Presented
  address: string
  running: number
}

/** Serves graphql-ws on the HTTP server's port. Answers the function that closes all sockets. */
export function serveWebsockets(server: Server, parts: WebsocketParts): () => Promise<void> {
  const { graph, log, contextFor, addressOf } = parts
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.bodyBytes })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (request.url?.split('?')[0] !== PATH) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, client => sockets.emit('connection', client, request))
  })

  const connections = new WeakMap<WebSocket, Connection>()
  const prepared = new WeakMap<ExecutionArgs, Prepared>()
  const refusal = (error: unknown, requestId?: string) => withoutStatus(presentError(error, log, requestId))

  async function prepare({ presented, address, running }: Connection, params: SubscribePayload) {
    if (running > MAX_OPERATIONS) {
      throw new Refusal('QUERY_TOO_EXPENSIVE', `A socket carries at most ${MAX_OPERATIONS} operations at once.`, {
        limit: 'operations',
        allowed: MAX_OPERATIONS,
        asked: running,
      })
    }
    // Asked again for each operation: a credential can end while its socket stays open.
    const context = await contextFor(presented, address)
    const { schema, parse, validate, contextFactory, execute, subscribe } = graph.getEnveloped({ ...context, params })
    const document = parse(params.query)
    const errors = validate(schema, document)
    if (errors.length > 0) return errors
    operationOf(document, params.operationName)
    const args: ExecutionArgs = {
      schema,
      document,
      operationName: params.operationName,
      variableValues: params.variables,
      contextValue: await contextFactory(),
    }
    prepared.set(args, { execute, subscribe, requestId: context.requestId })
    return args
  }

  async function run(how: 'execute' | 'subscribe', args: ExecutionArgs) {
    const operation = prepared.get(args)
    if (operation === undefined) throw new Error('an operation runs that was not prepared')
    try {
      return await operation[how](args)
    } catch (error) {
      return { errors: [refusal(error, operation.requestId)] }
    }
  }

  const served = useServer(
    {
      connectionInitWaitTimeout: 5_000,
      async onConnect({ connectionParams, extra }) {
        const { headers } = extra.request
        const params = ConnectionParams.parse(connectionParams ?? {})
        const presented = {
          authorization: params.authorization ?? params.Authorization ?? headers.authorization,
          apiKey: params.apiKey ?? params['X-API-Key'] ?? single(headers['x-api-key']),
          cookie: headers.cookie,
          origin: headers.origin,
          host: headers.host,
        }
        const address = addressOf(extra.request)
        try {
          await contextFor(presented, address)
        } catch (error) {
          const { message, extensions } = presentError(error, log)
          extra.socket.close(closeCodeOf(extensions.code), message)
          return false
        }
        connections.set(extra.socket, { presented, address, running: 0 })
        return true
      },
      async onSubscribe({ extra }, _id, params) {
        const connection = connections.get(extra.socket)
        if (connection === undefined) throw new Error('a subscription came before its connection was accepted')
        connection.running++
        const args = await prepare(connection, params).catch(error => [error])
        if (!isList(args)) return args
        connection.running--
        return args.map(error => refusal(error))
      },
      execute: args => run('execute', args),
      subscribe: args => run('subscribe', args),
      // Comes once for each operation that was prepared, whoever ends it.
      onComplete({ extra }) {
        const connection = connections.get(extra.socket)
        if (connection !== undefined) connection.running--
      },
    },
    sockets,
  )
  return async () => {
    const impatient = setTimeout(() => {
      for (const client of sockets.clients) client.terminate()
    }, GOODBYE_MS)
    await served.dispose()
    clearTimeout(impatient)
  }
}

function closeCodeOf(code: unknown): number {
  if (isPassing(code)) return TRY_AGAIN_LATER
  return code === 'INTERNAL' ? INTERNAL_ERROR : UNAUTHORIZED
}

interface Prepared extends Pick<ReturnType<Graph['getEnveloped']>, 'execute' | 'subscribe'> {
  requestId: string
}

const isList = (value: ExecutionArgs | readonly unknown[]): value is readonly unknown[] => Array.isArray(value)

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)
