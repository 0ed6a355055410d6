import type { Server } from 'node:http'
import type { ExecutionArgs } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { limits } from '../graph/limits.ts'
import { Refusal } from '../refusal.ts'
import type { Presented } from './authenticate.ts'
import type { Graph } from './graphql.ts'

const PATH = '/graphql'
const MAX_OPERATIONS = 100
const UNAUTHORIZED = 4401

/** What a client may send when it connects: the headers that a browser cannot set on a websocket. */
const ConnectionParams = z
  .object({ authorization: z.string(), Authorization: z.string(), apiKey: z.string(), 'X-API-Key': z.string() })
  .partial()
  .catch({})

/** Serves graphql-ws on the HTTP server's port. Answers the function that closes all sockets. */
export function serveWebsockets(
  server: Server,
  graph: Graph,
  contextFor: (presented: Presented, address: string) => Promise<Context>,
): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.bodyBytes })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (request.url?.split('?')[0] !== PATH) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, client => sockets.emit('connection', client, request))
  })

  const contexts = new WeakMap<object, Context>()
  const open = new WeakMap<object, Set<string>>()
  const executors = new WeakMap<ExecutionArgs, Pick<ReturnType<Graph['getEnveloped']>, 'execute' | 'subscribe'>>()

  const served = useServer(
    {
      connectionInitWaitTimeout: 5_000,
      async onConnect({ connectionParams, extra }) {
        const { headers, socket } = extra.request
        const params = ConnectionParams.parse(connectionParams ?? {})
        try {
          const context = await contextFor(
            {
              authorization: params.authorization ?? params.Authorization ?? headers.authorization,
              apiKey: params.apiKey ?? params['X-API-Key'] ?? single(headers['x-api-key']),
              cookie: headers.cookie,
              origin: headers.origin,
              host: headers.host,
            },
            socket.remoteAddress ?? '',
          )
          contexts.set(extra.socket, context)
          return true
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          extra.socket.close(UNAUTHORIZED, error.message)
          return false
        }
      },
      onSubscribe: async ({ extra }, id, params) => {
        const context = contexts.get(extra.socket)
        if (context === undefined) throw new Error('a subscription came before its connection was accepted')
        const operations = open.get(extra.socket) ?? new Set()
        open.set(extra.socket, operations.add(id))
        const { schema, execute, subscribe, contextFactory, parse, validate } = graph.getEnveloped({
          ...context,
          params,
        })
        if (operations.size > MAX_OPERATIONS) {
          throw new Refusal('QUERY_TOO_EXPENSIVE', `A socket carries at most ${MAX_OPERATIONS} operations at once.`, {
            limit: 'operations',
            allowed: MAX_OPERATIONS,
            asked: operations.size,
          })
        }
        const args: ExecutionArgs = {
          schema,
          document: parse(params.query),
          operationName: params.operationName,
          variableValues: params.variables,
          contextValue: await contextFactory(),
        }
        executors.set(args, { execute, subscribe })
        const errors = validate(schema, args.document)
        return errors.length > 0 ? errors : args
      },
      execute: args => executors.get(args)?.execute(args),
      subscribe: args => executors.get(args)?.subscribe(args),
      onComplete: ({ extra }, id) => {
        open.get(extra.socket)?.delete(id)
      },
    },
    sockets,
  )
  return async () => served.dispose()
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)
