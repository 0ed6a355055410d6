import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Logger } from 'pino'
import { dialects, documents } from '../rest-compat/dialects.ts'
import { oauthAdditions } from '../rest-compat/oauth.ts'
import { type Door, restApp } from '../rest-compat/serve.ts'
import { credentialsOf } from './accounts/credentials.ts'
import { type Attempts, countAttempts } from './accounts/guessing.ts'
import { tellBeginAndEnd } from './bookings/begin-and-end.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import type { Context, Deps, Viewer } from './context.ts'
import { connect } from './db/client.ts'
import { pendingMigrations } from './db/migrate.ts'
import { locksOn } from './delivery/locks.ts'
import { startWorkers, type Workers } from './delivery/worker.ts'
import { listen, type Signals } from './events/signals.ts'
import { keepReading } from './feeds/keep.ts'
import { formats } from './formats.ts'
import { refusedFor } from './graph/refused.ts'
import type { Ask } from './graph/typed.ts'
import { type Resolve, receiverAgent, resolveByDns, whyNotReceiver } from './hooks/address.ts'
import { httpApp } from './http/app.ts'
import { ask, checkDocuments, refusedAs } from './http/ask.ts'
import { authenticate, hasForeignSession, holds, ownOrTrusted, type Presented } from './http/authenticate.ts'
import { clientAddress } from './http/client-address.ts'
import { graphServer } from './http/graphql.ts'
import { readBody } from './http/ordinary.ts'
import { readUrl } from './http/read-url.ts'
import { serveWebsockets } from './http/websocket.ts'
import { rememberKey } from './installation.ts'
import { makeCommandLineClient } from './oauth/command-line-client.ts'
import { oauthRoutes } from './oauth/routes.ts'
import type { Door as PageDoor } from './pages/door.ts'
import { documents as pageDocuments, pageRoutes } from './pages/routes.ts'
import type { Scope } from './scopes.ts'
import { type Secrets, secretsOf } from './secrets.ts'

/** What a gateway is started with, besides its settings. */
export interface GatewayOptions {
  config: Pick<
    Config,
    | 'port'
    | 'host'
    | 'publicUrl'
    | 'corsOrigins'
    | 'trustedProxies'
    | 'poolSize'
    | 'receivers'
    | 'roles'
    | 'defaultPlan'
    | 'languageModel'
  >
  databaseUrl: string
  secretKey: string
  log: Logger
  clock?: Clock
  attempts?: Attempts
  /** Looks up the names of receivers; by DNS unless given. */
  resolve?: Resolve
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
/** As many as turns may want: a limit here would make hooks of one receiver wait for those of it that stall. */
const CONNECTIONS_TO_A_RECEIVER = 1_000
/** What a delivery may ask for the host of its hook. */
const TELLING_SCOPES: ReadonlySet<Scope> = new Set([
  'bookings:read',
  'contacts:read',
  'event_types:read',
  'routing_forms:read',
])
const SWEEP_MS = 50

/** Puts the rooms together on a migrated database and serves them. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, databaseUrl, resolve = resolveByDns } = options
  checkDocuments([...documents, ...pageDocuments])
  const log = options.log.child({}, { serializers: { err: withoutDetails } })
  const secrets = secretsOf(options.secretKey)
  const clock = options.clock ?? systemClock
  const { database, signals, server, port } = await open({ ...options, log }, secrets, clock)
  const stopping = new AbortController()
  // Every live answer listens to it.
  setMaxListeners(0, stopping.signal)
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`

  const dispatcher = receiverAgent(config.receivers, resolve, { connectionsPerOrigin: CONNECTIONS_TO_A_RECEIVER })
  const deps: Deps = {
    db: database.prisma,
    pool: database.pool,
    clock,
    secrets,
    signals,
    attempts: options.attempts ?? countAttempts(),
    log,
    formats,
    whyNotReceiver(receiver, httpsOnly) {
      const rules = httpsOnly ? { ...config.receivers, httpsOnly } : config.receivers
      return whyNotReceiver(new URL(receiver), rules, resolve)
    },
    readUrl: address => readUrl(dispatcher, address),
    languageModel: config.languageModel,
    defaultPlan: config.defaultPlan,
    stopping: stopping.signal,
    publicUrl: config.publicUrl ?? url,
  }
  const isWorker = config.roles.has('worker')
  let workers: Workers | undefined
  const credentials = credentialsOf(deps)
  const ownOrigin = new Set([new URL(deps.publicUrl).origin])
  const trustedOrigins = new Set([...ownOrigin, ...config.corsOrigins])

  async function contextFor(presented: Presented, clientAddress: string, requestId: string): Promise<Context> {
    const viewer = await authenticate(credentials, presented, trustedOrigins)
    return contextOf(viewer, requestId, clientAddress, () => holds(credentials, presented, trustedOrigins))
  }

  function contextOf(
    viewer: Viewer | null,
    requestId: string,
    clientAddress: string,
    credentialHolds: Context['credentialHolds'],
  ): Context {
    // Written out, not spread: V8 puts the copies of a spread where only a full collection frees them, and each would keep
    // its whole request alive until then. It halved what the gateway can serve.
    return {
      db: deps.db,
      pool: deps.pool,
      clock: deps.clock,
      secrets: deps.secrets,
      signals: deps.signals,
      attempts: deps.attempts,
      log: deps.log,
      formats: deps.formats,
      whyNotReceiver: deps.whyNotReceiver,
      readUrl: deps.readUrl,
      languageModel: deps.languageModel,
      defaultPlan: deps.defaultPlan,
      stopping: deps.stopping,
      publicUrl: deps.publicUrl,
      viewer,
      credentialHolds,
      clientAddress,
      requestId,
      setCookie: undefined,
    }
  }

  async function notReady(): Promise<string[]> {
    const missing = stopping.signal.aborted ? ['the gateway is stopping'] : []
    if (!signals.isConnected()) missing.push('the live feed is not connected')
    if (isWorker && workers?.areRunning() !== true) missing.push('the delivery workers are not running')
    try {
      const pending = await pendingMigrations(database.pool)
      if (pending.length > 0) missing.push(`migrations are not applied: ${pending.join(', ')}`)
    } catch (error) {
      log.warn({ err: error }, 'the database does not answer')
      missing.push('the database does not answer')
    }
    return missing
  }

  function askAs(hostId: number, hookId: number): Ask {
    const viewer: Viewer = { userId: hostId, credential: { kind: 'hook', id: hookId }, scopes: TELLING_SCOPES }
    const context = contextOf(viewer, randomUUID(), '', undefined)
    return (document, variables) => ask(context, document, variables)
  }

  /** Asks for what an app may know of whose token it has, whatever the token may do. */
  function askAsOwner(userId: number): Ask {
    const viewer: Viewer = {
      userId,
      credential: { kind: 'accessToken', id: 0, grantId: 0, familyId: 0 },
      scopes: new Set(),
    }
    const context = contextOf(viewer, randomUUID(), '', undefined)
    return (document, variables) => ask(context, document, variables)
  }

  const door: Door = {
    publicUrl: deps.publicUrl,
    now: () => clock.now(),
    async callerOf({ presented, address, requestId, setCookie }) {
      const context = await contextFor(presented, address, requestId).catch(refusedAs)
      if (context.viewer === null && hasForeignSession(presented, trustedOrigins)) throw foreignSession()
      // A page of another site may not log its visitor in as somebody else.
      if (ownOrTrusted(presented, trustedOrigins)) context.setCookie = setCookie
      return {
        accountId: context.viewer?.userId ?? null,
        credential: credentialOf(context),
        ask: (document, variables) => ask(context, document, variables),
      }
    },
    bodyOf: readBody,
    failed: (error, requestId) => log.error({ err: error, requestId }, 'a request failed'),
  }

  const isOwn = (browser: Presented) => ownOrTrusted(browser, ownOrigin)
  const pageDoor: PageDoor = {
    publicUrl: deps.publicUrl,
    now: () => clock.now(),
    asVisitor(address, requestId) {
      const context = contextOf(null, requestId, address, undefined)
      return (document, variables) => ask(context, document, variables)
    },
    count: (what, address) => deps.attempts.count(what, address).catch(refusedAs),
    isOwn,
    failed: door.failed,
  }

  const isWeb = config.roles.has('web')
  const graph = isWeb ? graphServer(log) : undefined
  const rest = isWeb ? restApp(dialects, door) : undefined
  const oauth = graph && oauthRoutes(deps, { contextFor, isOwn }, oauthAdditions(deps.publicUrl, askAsOwner))
  const pages = isWeb ? pageRoutes(pageDoor) : undefined
  const addressOf = (incoming: IncomingMessage) => clientAddress(incoming, config.trustedProxies)
  const app = httpApp({ graph, oauth, rest, pages, log, contextFor, addressOf, trustedOrigins, notReady })
  server.on('request', getRequestListener(app.fetch))
  const closeSockets =
    graph &&
    serveWebsockets(server, {
      graph,
      log,
      contextFor: (presented, address) => contextFor(presented, address, randomUUID()),
      addressOf,
    })

  if (isWorker) workers = await startWorkers({ deps, locks: locksOn(databaseUrl, log), dispatcher, askAs }, databaseUrl)
  const stopReading = isWorker ? keepReading(deps) : undefined
  const stopTelling = isWorker ? tellBeginAndEnd(deps) : undefined

  async function stop(): Promise<void> {
    stopping.abort()
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    // A connection that clients keep for their next request is idle when its answer is out.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
    const giveUp = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    await Promise.all([closeSockets?.(), workers?.stop(), stopReading?.(), stopTelling?.()])
    await closed
    clearInterval(sweep)
    clearTimeout(giveUp)
    credentials.close()
    await dispatcher.close()
    await signals.close()
    await database.close()
  }

  let stopped: Promise<void> | undefined
  return {
    url,
    deps,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

/** What a request came with; deliveries of hooks do not come by this way. */
function credentialOf({ viewer }: Context) {
  if (viewer === null || viewer.credential.kind === 'hook') return null
  const { kind, id } = viewer.credential
  return { kind, id }
}

const foreignSession = () => refusedFor('FORBIDDEN', 'A page of another site cannot use the session of its visitor.')

/** Opens what a gateway cannot be without. When one thing fails, those before it are closed again. */
async function open({ config, databaseUrl, log }: GatewayOptions, secrets: Secrets, clock: Clock) {
  const database = connect(databaseUrl, { maxConnections: config.poolSize })
  let signals: Signals | undefined
  try {
    await rememberKey(database.prisma, secrets, clock)
    await makeCommandLineClient(database.prisma, clock)
    signals = await listen(databaseUrl, log)
    const server = createServer()
    return { database, signals, server, port: await startListening(server, config) }
  } catch (error) {
    await signals?.close()
    await database.close()
    throw error
  }
}

/**
 * An error as the log keeps it: what it is and where it happened. Postgres shows whole rows in the details of its errors,
 * with password hashes and the addresses of invitees; those stay out.
 */
function withoutDetails(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const code = 'code' in error ? { code: error.code } : {}
  return { type: error.name, message: error.message, ...code, stack: error.stack }
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
