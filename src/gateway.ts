import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Logger } from 'pino'
import { credentialsOf } from './accounts/credentials.ts'
import { type Attempts, countAttempts } from './accounts/guessing.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import type { Context, Deps } from './context.ts'
import { connect } from './db/client.ts'
import { pendingMigrations } from './db/migrate.ts'
import { listen } from './events/signals.ts'
import { httpApp } from './http/app.ts'
import { authenticate, type Presented } from './http/authenticate.ts'
import { graphServer } from './http/graphql.ts'
import { serveWebsockets } from './http/websocket.ts'
import { rememberKey } from './installation.ts'
import { secretsOf } from './secrets.ts'

/** What a gateway is started with, besides its settings. */
export interface GatewayOptions {
  config: Pick<Config, 'port' | 'host' | 'publicUrl' | 'corsOrigins' | 'poolSize'>
  databaseUrl: string
  secretKey: string
  log: Logger
  clock?: Clock
  attempts?: Attempts
}

/** A gateway that serves. */
export interface Gateway {
  /** Where it listens, without a slash at the end. */
  url: string
  deps: Deps
  /** Lets the requests that run finish, ends live answers and sockets, and closes the database. */
  stop(): Promise<void>
}

const DRAIN_MS = 10_000

/** Puts the rooms together on a migrated database and serves them. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, databaseUrl, log } = options
  const database = connect(databaseUrl, { maxConnections: config.poolSize })
  const secrets = secretsOf(options.secretKey)
  const clock = options.clock ?? systemClock
  await rememberKey(database.prisma, secrets, clock)

  const stopping = new AbortController()
  const signals = await listen(databaseUrl, log)
  const server = createServer()
  const port = await startListening(server, config)
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`

  const deps: Deps = {
    db: database.prisma,
    pool: database.pool,
    clock,
    secrets,
    signals,
    attempts: options.attempts ?? countAttempts(),
    log,
    stopping: stopping.signal,
    publicUrl: config.publicUrl ?? url,
  }
  const credentials = credentialsOf(deps)
  const trustedOrigins = new Set([new URL(deps.publicUrl).origin, ...config.corsOrigins])

  const contextFor = async (presented: Presented, clientAddress: string, requestId: string): Promise<Context> => ({
    ...deps,
    viewer: await authenticate(credentials, presented, trustedOrigins),
    clientAddress,
    requestId,
    setCookie: undefined,
  })

  async function notReady(): Promise<string[]> {
    const missing = stopping.signal.aborted ? ['the gateway is stopping'] : []
    if (!signals.isConnected()) missing.push('the live feed is not connected')
    try {
      const pending = await pendingMigrations(database.pool)
      if (pending.length > 0) missing.push(`migrations are not applied: ${pending.join(', ')}`)
    } catch (error) {
      log.warn({ err: error }, 'the database does not answer')
      missing.push('the database does not answer')
    }
    return missing
  }

  const graph = graphServer(log)
  const app = httpApp({ graph, log, contextFor, trustedOrigins, notReady })
  server.on('request', getRequestListener(app.fetch))
  const closeSockets = serveWebsockets(server, graph, (presented, address) =>
    contextFor(presented, address, randomUUID()),
  )

  return {
    url,
    deps,
    async stop() {
      stopping.abort()
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      await closeSockets()
      server.closeIdleConnections()
      const giveUp = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
      await closed
      clearTimeout(giveUp)
      credentials.close()
      await signals.close()
      await database.close()
    },
  }
}

/** Binds the port and answers it: 0 leaves the choice to the system. @throws EADDRINUSE and its like. */
async function startListening(server: ReturnType<typeof createServer>, { host, port }: { host: string; port: number }) {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}
