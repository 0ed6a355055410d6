import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import type { Logger } from 'pino'
import { dialects, documents } from '../rest-compat/dialects.ts'
import { oauthAdditions } from '../rest-compat/oauth.ts'
import { type RestGateway, restApp } from '../rest-compat/rest-app.ts'
import { credentialsOf } from './accounts/credentials.ts'
import type { PagesGateway } from './booking-pages/gateway-port.ts'
import { documents as pageDocuments, pageRoutes } from './booking-pages/routes.ts'
import { emitBeginAndEnd } from './bookings/write/begin-and-end.ts'
import { keepReading } from './calendars/refresh.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import type { Context, Deps, Viewer } from './context.ts'
import { connect, SILENCE_MS } from './db/client.ts'
import { pendingMigrations } from './db/migrate.ts'
import { defaultHeartbeat, type Heartbeat } from './db/session.ts'
import { deadlineIn, REQUEST_MS } from './deadline.ts'
import { allEventKinds } from './event-log/kinds.ts'
import { scopeOfKind } from './event-log/scope-of-kind.ts'
import { listen, type Signals } from './event-log/signals.ts'
import { callError } from './graph/call-error.ts'
import { checkDocuments, executeDocument, throwCallError } from './graph/execute-document.ts'
import type { ExecuteDocument } from './graph/typed.ts'
import { type Call, httpApp } from './http/app.ts'
import {
  authenticate,
  hasForeignSession,
  holds,
  isOfOtherSite,
  ownOrTrusted,
  type Presented,
} from './http/authenticate.ts'
import { clientAddress } from './http/client-address.ts'
import { drainOf } from './http/drain-connections.ts'
import { readBody } from './http/fast-path.ts'
import { readUrl } from './http/fetch-url.ts'
import { hostRules } from './http/hosts.ts'
import { refuseWebsockets, serveWebsockets } from './http/websocket.ts'
import { graphServer } from './http/yoga.ts'
import { placesOf } from './live-limits.ts'
import { makeCommandLineClient } from './oauth/command-line-client.ts'
import { oauthRoutes } from './oauth/routes.ts'
import { limiterOf } from './rate-limits/limiter.ts'
import { type LimitStore, memoryStore } from './rate-limits/store.ts'
import { keepClean } from './retention.ts'
import type { Scope } from './scopes.ts'
import { rememberKey } from './secret-key-check.ts'
import { type Secrets, secretsOf } from './secrets.ts'
import { formats } from './webhook-formats.ts'
import { type Locks, locksOn } from './webhooks/delivery/locks.ts'
import { startWorkers, type Workers } from './webhooks/delivery/worker.ts'
import {
  type Resolve,
  receiverAgent,
  resolveByDns,
  whyNotReceiver,
} from './webhooks/receiver-address.ts'
import { useThreads } from './worker-pool/bounded.ts'

/** What a gateway is started with, in addition to its settings. */
export interface GatewayOptions {
  config: Pick<
    Config,
    | 'port'
    | 'host'
    | 'publicUrl'
    | 'corsOrigins'
    | 'allowedHosts'
    | 'trustedProxies'
    | 'poolSize'
    | 'receivers'
    | 'roles'
    | 'defaultPlan'
    | 'languageModel'
    | 'limits'
    | 'live'
  >
  databaseUrl: string
  /**
   * Problems of the database server that a query does not show, for `/readyz`. Default: none.
   */
  databaseProblems?: () => Promise<string[]>
  secretKey: string
  log: Logger
  clock?: Clock
  /** Keeps the counts of the limits; in memory by default. */
  limitStore?: LimitStore
  /** Resolves the names of receivers. Default: DNS. */
  resolve?: Resolve
  /** Other time limits than the usual ones. */
  timings?: Partial<Timings>
}

/** Time limits, in milliseconds. */
export interface Timings {
  /** For a request, with its authentication. */
  requestMs: number
  /** Of the sessions that listen and that hold locks. */
  heartbeat: Heartbeat
  /** How long the database may be silent during a query. */
  silenceMs: number
  /** How long `/readyz` waits for the database. */
  readyMs: number
  /** How long `/readyz` keeps what a check of the database found. */
  readyKeptMs: number
  /** For the end of everything, whatever is silent. */
  stopMs: number
}

const usualTimings: Timings = {
  requestMs: REQUEST_MS,
  heartbeat: defaultHeartbeat,
  silenceMs: SILENCE_MS,
  readyMs: 3_000,
  readyKeptMs: 1_000,
  stopMs: 15_000,
}

/** A gateway that serves. */
export interface Gateway {
  /** Where it listens, without a slash at the end. */
  url: string
  deps: Deps
  /**
   * Says in `/readyz` that it is not ready, and ends each connection after its next answer. It
   * still serves.
   */
  leave(): void
  /** Lets the requests that run finish, ends live answers and sockets, and closes the database. */
  stop(): Promise<void>
}

const DRAIN_MS = 10_000
/**
 * As many as turns may want: a limit here would make hooks of one receiver wait for those of it
 * that stall.
 */
const CONNECTIONS_TO_A_RECEIVER = 1_000
/** What a delivery may ask for the host of its hook. */
const TELLING_SCOPES: ReadonlySet<Scope> = new Set(allEventKinds.map(scopeOfKind))
/**
 * Node closes an idle connection after 5 s by default, while clients and proxies keep theirs for
 * about 60 s and send the next request into the close (ECONNRESET). The headers have longer, so
 * that they never end a connection first.
 */
const httpTimes = { keepAliveTimeout: 65_000, headersTimeout: 70_000, requestTimeout: 120_000 }

/** Starts a gateway on a migrated database. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, databaseUrl, resolve = resolveByDns } = options
  const timings = { ...usualTimings, ...options.timings }
  checkDocuments([...documents, ...pageDocuments])
  const log = options.log.child({}, { serializers: { err: withoutDetails } })
  const secrets = secretsOf(options.secretKey)
  const clock = options.clock ?? systemClock
  const now = () => clock.now()
  const { database, signals, server, drain, port } = await open(
    { ...options, log },
    timings,
    secrets,
    clock,
  )
  const stopping = new AbortController()
  // Every live answer listens to it.
  setMaxListeners(0, stopping.signal)
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`

  const dispatcher = receiverAgent(config.receivers, resolve, {
    connectionsPerOrigin: CONNECTIONS_TO_A_RECEIVER,
  })
  const deps: Deps = {
    db: database.prisma,
    pool: database.pool,
    clock,
    secrets,
    signals,
    limits: limiterOf(config.limits, options.limitStore ?? memoryStore(now), now),
    log,
    formats,
    whyNotReceiver(receiver, httpsOnly) {
      const rules = httpsOnly ? { ...config.receivers, httpsOnly } : config.receivers
      return whyNotReceiver(new URL(receiver), rules, resolve)
    },
    readUrl: (address, known) => readUrl(dispatcher, address, known),
    languageModel: config.languageModel,
    defaultPlan: config.defaultPlan,
    subscriptions: placesOf(config.live.subscriptionsPerAccount),
    stopping: stopping.signal,
    publicUrl: config.publicUrl ?? url,
  }
  const leaveThreads = useThreads()
  let isLeaving = false
  const isWorker = config.roles.has('worker')
  let workers: Workers | undefined
  let locks: Locks | undefined
  const credentials = credentialsOf(deps)
  const ownOrigin = new Set([new URL(deps.publicUrl).origin])
  const trustedOrigins = new Set([...ownOrigin, ...config.corsOrigins])

  const newDeadline = () => deadlineIn(timings.requestMs)

  async function contextFor(presented: Presented, call: Call): Promise<Context> {
    const viewer = await call.deadline.within(authenticate(credentials, presented, trustedOrigins))
    const context = contextOf(viewer, call, () => holds(credentials, presented, trustedOrigins))
    context.cookie = presented.cookie
    context.isCrossSite = isOfOtherSite(presented, deps.publicUrl)
    return context
  }

  function contextOf(
    viewer: Viewer | null,
    { requestId, address, deadline }: Call,
    credentialHolds: Context['credentialHolds'],
  ): Context {
    // Written out, not spread: V8 puts the copies of a spread where only a full collection frees
    // them, and each would keep its whole request alive until then. It halved what the gateway can
    // serve.
    return {
      db: deps.db,
      pool: deps.pool,
      clock: deps.clock,
      secrets: deps.secrets,
      signals: deps.signals,
      limits: deps.limits,
      log: deps.log,
      formats: deps.formats,
      whyNotReceiver: deps.whyNotReceiver,
      readUrl: deps.readUrl,
      languageModel: deps.languageModel,
      defaultPlan: deps.defaultPlan,
      subscriptions: deps.subscriptions,
      stopping: deps.stopping,
      publicUrl: deps.publicUrl,
      viewer,
      credentialHolds,
      clientAddress: address,
      deadline,
      requestId,
      cookie: undefined,
      setCookie: undefined,
    }
  }

  async function notReady(): Promise<string[]> {
    const missing = isLeaving ? ['the gateway is stopping'] : []
    if (!signals.isConnected()) missing.push('the live feed is not connected')
    if (isWorker && workers?.areRunning() !== true)
      missing.push('the delivery workers are not running')
    return [...missing, ...(await databaseProblems())]
  }

  const databaseProblems = shared(timings.readyKeptMs, async (): Promise<string[]> => {
    const others = async () => (await options.databaseProblems?.()) ?? []
    try {
      const pending = await deadlineIn(timings.readyMs).within(pendingMigrations(database.pool))
      const missing =
        pending.length > 0 ? [`migrations are not applied: ${pending.join(', ')}`] : []
      if (locks?.areAlive() === false)
        missing.push('the session that holds delivery locks does not answer')
      return [...missing, ...(await others())]
    } catch (error) {
      log.warn({ err: error }, 'the database does not answer')
      return ['the database does not answer', ...(await others())]
    }
  })

  function executeAs(hostId: number, hookId: number): ExecuteDocument {
    const viewer: Viewer = {
      userId: hostId,
      credential: { kind: 'hook', id: hookId },
      scopes: TELLING_SCOPES,
    }
    return (document, variables) =>
      executeDocument(contextOf(viewer, internalCall(), undefined), document, variables)
  }

  /** Asks for what an app may know of whose token it has, whatever the token may do. */
  function executeAsOwner(userId: number): ExecuteDocument {
    const credential = { kind: 'accessToken', id: 0, grantId: 0, familyId: 0 } as const
    const viewer: Viewer = { userId, credential, scopes: new Set() }
    return (document, variables) =>
      executeDocument(contextOf(viewer, internalCall(), undefined), document, variables)
  }

  function internalCall(): Call {
    return { address: '', requestId: randomUUID(), deadline: newDeadline() }
  }

  const restGateway: RestGateway = {
    publicUrl: deps.publicUrl,
    now,
    limits: deps.limits,
    async callerOf({ presented, setCookie, ...call }) {
      const context = await contextFor(presented, call).catch(throwCallError)
      if (context.viewer === null && hasForeignSession(presented, trustedOrigins))
        throw foreignSession()
      // A page of another site may not log its visitor in as somebody else.
      if (ownOrTrusted(presented, trustedOrigins)) context.setCookie = setCookie
      return {
        accountId: context.viewer?.userId ?? null,
        credential: credentialOf(context),
        scopes: context.viewer?.scopes ?? new Set(),
        execute: (document, variables) => executeDocument(context, document, variables),
      }
    },
    bodyOf: readBody,
    failed: (error, requestId) => log.error({ err: error, requestId }, 'a request failed'),
  }

  const isOwn = (browser: Presented) => ownOrTrusted(browser, ownOrigin)
  const pagesGateway: PagesGateway = {
    publicUrl: deps.publicUrl,
    now,
    limits: deps.limits,
    asVisitor(call) {
      // A context for each operation: a page that asks for many starts asks for parts of them one
      // after another.
      return (document, variables) =>
        executeDocument(contextOf(null, call, undefined), document, variables)
    },
    isOwn,
    failed: restGateway.failed,
  }

  const isWeb = config.roles.has('web')
  const graph = isWeb ? graphServer(log) : undefined
  const rest = isWeb ? restApp(dialects, restGateway) : undefined
  const oauth =
    graph &&
    oauthRoutes(deps, { contextFor, isOwn }, oauthAdditions(deps.publicUrl, executeAsOwner))
  const pages = isWeb ? pageRoutes(pagesGateway) : undefined
  const addressOf = (incoming: IncomingMessage) => clientAddress(incoming, config.trustedProxies)
  const hosts = hostRules(config)
  const { publicUrl } = deps
  const app = httpApp({
    graph,
    oauth,
    rest,
    pages,
    log,
    contextFor,
    deadline: newDeadline,
    addressOf,
    trustedOrigins,
    publicUrl,
    hosts,
    notReady,
    limits: deps.limits,
    now,
    stalledMs: config.live.stalledMs,
  })
  server.on('request', getRequestListener(app.fetch))
  const closeSockets =
    graph &&
    serveWebsockets(server, {
      log,
      limits: deps.limits,
      now,
      contextFor: (presented, address) =>
        contextFor(presented, { address, requestId: randomUUID(), deadline: newDeadline() }),
      addressOf,
      live: config.live,
      hosts,
    })

  if (graph === undefined) refuseWebsockets(server)

  if (isWorker) {
    locks = await locksOn(databaseUrl, log, timings.heartbeat)
    workers = await startWorkers(
      { deps, locks, dispatcher, executeAs },
      databaseUrl,
      timings.silenceMs,
    )
  }
  const stopReading = isWorker ? keepReading(deps) : undefined
  const stopCleaning = isWorker ? keepClean(deps) : undefined
  const stopTelling = isWorker ? emitBeginAndEnd(deps) : undefined

  function leave(): void {
    isLeaving = true
    drain.leave()
  }

  async function stop(): Promise<void> {
    isLeaving = true
    stopping.abort()
    const closed = drain.close(DRAIN_MS)
    await Promise.all([
      closeSockets?.(),
      workers?.stop(),
      stopReading?.(),
      stopCleaning?.(),
      stopTelling?.(),
    ])
    await closed
    await leaveThreads()
    credentials.close()
    await dispatcher.close()
    await signals.close()
    await database.close()
  }

  /** What is silent does not keep the process: its connections end with it. */
  async function withinStopTime(work: Promise<void>): Promise<void> {
    const late = new AbortController()
    const giveUp = sleep(timings.stopMs, undefined, { signal: late.signal }).then(
      () => log.warn('not everything could be closed in time'),
      () => {},
    )
    await Promise.race([work, giveUp])
    late.abort()
  }

  let stopped: Promise<void> | undefined
  return {
    url,
    deps,
    leave,
    stop() {
      stopped ??= withinStopTime(stop())
      return stopped
    },
  }
}

/**
 * Work whose result is shared by all calls while it runs and for some milliseconds after, whatever
 * it is.
 */
function shared<T>(keptMs: number, work: () => Promise<T>): () => Promise<T> {
  let last: { result: Promise<T>; until: number } | undefined
  return () => {
    if (last !== undefined && performance.now() < last.until) return last.result
    const run = { result: work(), until: Number.POSITIVE_INFINITY }
    const keep = () => {
      run.until = performance.now() + keptMs
    }
    run.result.then(keep, keep)
    last = run
    return run.result
  }
}

/** What a request came with; deliveries of hooks do not come by this way. */
function credentialOf({ viewer }: Context) {
  if (viewer === null || viewer.credential.kind === 'hook') return null
  const { kind, id } = viewer.credential
  return { kind, id }
}

const foreignSession = () =>
  callError('FORBIDDEN', 'A page of another site cannot use the session of its visitor.')

/**
 * Opens what a gateway cannot be without. When one thing fails, those before it are closed again.
 */
async function open(
  { config, databaseUrl, log }: GatewayOptions,
  { silenceMs, heartbeat }: Timings,
  secrets: Secrets,
  clock: Clock,
) {
  const database = connect(databaseUrl, { maxConnections: config.poolSize, silenceMs })
  let signals: Signals | undefined
  try {
    await rememberKey(database.prisma, secrets, clock)
    await makeCommandLineClient(database.prisma, clock)
    signals = await listen(databaseUrl, log, heartbeat)
    const server = createServer(httpTimes)
    const drain = drainOf(server)
    return { database, signals, server, drain, port: await startListening(server, config) }
  } catch (error) {
    await signals?.close()
    await database.close()
    throw error
  }
}

/**
 * An error as the log keeps it: what it is and where it happened. Postgres shows whole rows in the
 * details of its errors, with password hashes and the addresses of invitees; those stay out.
 */
function withoutDetails(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const code = 'code' in error ? { code: error.code } : {}
  return { type: error.name, message: error.message, ...code, stack: error.stack }
}

/**
 * Binds the port and answers it: 0 leaves the choice to the system.
 * @throws EADDRINUSE and its like.
 */
async function startListening(
  server: ReturnType<typeof createServer>,
  { host, port }: { host: string; port: number },
) {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('the server listens on no port')
  return address.port
}
