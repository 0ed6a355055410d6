import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context as HonoContext } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import type { Logger } from 'pino'
import type { Context } from '../context.ts'
import type { Deadline } from '../deadline.ts'
import { apiErrorOf } from '../error-mapping.ts'
import { ApiError } from '../errors.ts'
import { limits } from '../graph/document-limits.ts'
import { execute } from '../graph/execute.ts'
import { httpOf, isPassing, retryAfter } from '../graph/http-status.ts'
import { type Counted, type Limiter, limitHeaders, rateLimited } from '../rate-limits/limiter.ts'
import { ownOrTrusted, type Presented } from './authenticate.ts'
import { isOrdinary, operationIn, readBody } from './fast-path.ts'
import { type HostRules, mayBeCalled } from './hosts.ts'
import { loggablePath } from './loggable-path.ts'
import { inWords, isServedMethod, methodNotAllowed } from './not-acceptable.ts'
import { countOperations, countRequest, standingOf } from './operation-limit.ts'
import { securityHeaders } from './security-headers.ts'
import { cutOffWhenStalled, isLive } from './stalled-clients.ts'
import type { Graph } from './yoga.ts'

/** What the HTTP side needs of the gateway. */
export interface HttpParts {
  /** Undefined: this gateway does not serve it, only its health. */
  graph: Graph | undefined
  /** The OAuth server, where the graph is. */
  oauth: Hono<Env> | undefined
  /** The REST dialects; undefined as the graph is. */
  rest: Hono<Env> | undefined
  /** The pages of invitees; undefined as the graph is. */
  pages: Hono<Env> | undefined
  log: Logger
  /** @throws ApiError UNAUTHENTICATED, or TIMEOUT at the deadline. */
  contextFor(presented: Presented, call: Call): Promise<Context>
  /** A new deadline, for a request that comes now. */
  deadline(): Deadline
  /** The network address of the client. */
  addressOf(incoming: IncomingMessage): string
  trustedOrigins: ReadonlySet<string>
  limits: Limiter
  now(): Date
  /** After so long a reader of a live answer who takes nothing is cut off, in milliseconds. */
  stalledMs: number
  /** Where clients reach the gateway. */
  publicUrl: string
  /** Under which names it may be called. */
  hosts: HostRules
  /** What is not ready yet, each in a few words; empty when everything is. */
  notReady(): Promise<string[]>
}

/** What is known of a request before its credential is. */
export interface Call {
  /** The network address of the client. */
  address: string
  requestId: string
  deadline: Deadline
}

/** What handlers of requests have at hand. */
export interface Env {
  Bindings: HttpBindings
  Variables: {
    requestId: string
    /** The network address of the client. */
    address: string
    /** By when the request must be answered. */
    deadline: Deadline
  }
}

/** Load balancers call these by whatever address the gateway has. */
const HEALTH: ReadonlySet<string> = new Set(['/healthz', '/readyz'])
const REQUEST_ID = /^[\w.:-]{1,128}$/
// Yoga streams subscriptions; a query that only has the word is served there as well.
const MAY_SUBSCRIBE = /\bsubscription\b/

const LIMITS = ['Limit', 'Remaining', 'Reset'].map(name => `X-RateLimit-${name}`)

/**
 * What pages of other sites may send and read. Headers that they want to send are allowed as asked.
 */
const crossOrigin = {
  allowMethods: ['GET', 'PATCH', 'DELETE', 'HEAD', 'POST', 'PUT', 'OPTIONS'],
  // Cal.com names its limits.
  exposeHeaders: [
    'X-Request-Id',
    ...LIMITS,
    ...LIMITS.map(name => `${name}-Default`),
    'Retry-After',
  ],
  maxAge: 86_400,
}

/** Health, readiness, the graph and the REST dialects over HTTP. */
export function httpApp(parts: HttpParts): Hono<Env> {
  const app = new Hono<Env>()
  const forTrusted = cors({ ...crossOrigin, origin: origin => origin, credentials: true })
  const forAll = cors({ ...crossOrigin, origin: '*' })
  const headers = Object.entries(securityHeaders(parts.publicUrl))

  app.use(async (c, next) => {
    const started = performance.now()
    const asked = c.req.header('x-request-id')
    const requestId = asked !== undefined && REQUEST_ID.test(asked) ? asked : randomUUID()
    c.set('requestId', requestId)
    c.set('address', parts.addressOf(c.env.incoming))
    c.set('deadline', parts.deadline())
    c.env.outgoing.setHeader('X-Request-Id', requestId)
    c.env.outgoing.setHeader('Vary', 'Origin')
    // What a handler sets itself, such as the policy of a page, takes precedence.
    for (const [name, value] of headers) c.env.outgoing.setHeader(name, value)
    await next()
    // The path alone: a query string can hold secrets.
    const { method } = c.req
    const path = loggablePath(c.req.path)
    const ms = Math.round((performance.now() - started) * 10) / 10
    parts.log.info({ requestId, method, path, status: c.res.status, ms }, 'request')
  })
  app.use((c, next) => {
    const origin = c.req.header('origin')
    // Programs send no Origin, and need no answer about it.
    if (origin === undefined) return next()
    return parts.trustedOrigins.has(origin) ? forTrusted(c, next) : forAll(c, next)
  })

  // A site that makes its own name lead here (DNS rebinding) would be a page of ours to the
  // browser.
  app.use((c, next) => {
    const host = c.req.header('host')
    if (HEALTH.has(c.req.path) || mayBeCalled(host, parts.hosts)) return next()
    return Promise.resolve(
      c.json({ error: 'The Host header names no host of this server.', host: host ?? null }, 421),
    )
  })

  app.get('/healthz', c => c.json({ status: 'alive' }))
  app.get('/readyz', async c => {
    const notReady = await parts.notReady()
    return c.json(
      { status: notReady.length === 0 ? 'ready' : 'not ready', notReady },
      notReady.length === 0 ? 200 : 503,
    )
  })

  if (parts.graph !== undefined) serveGraph(app, parts, parts.graph)
  if (parts.oauth !== undefined) app.route('/', parts.oauth)
  if (parts.rest !== undefined) app.route('/', parts.rest)
  // Last, since `/{page}` fits much.
  if (parts.pages !== undefined) app.route('/', parts.pages)

  app.notFound(c => c.json({ error: 'There is nothing here.', path: c.req.path }, 404))
  app.onError((error, c) => {
    const requestId = c.get('requestId')
    const refusal = apiErrorOf(error)
    if (refusal !== undefined && isPassing(refusal.code)) {
      parts.log.warn({ err: error, requestId }, 'a request failed')
      return c.json(
        { error: refusal.message, requestId },
        503,
        retryAfter(refusal.details.retryAfterSeconds),
      )
    }
    parts.log.error({ err: error, requestId }, 'a request failed')
    return c.json({ error: 'Something failed on our side.', requestId }, 500)
  })
  return app
}

function serveGraph(app: Hono<Env>, parts: HttpParts, graph: Graph): void {
  const limitBody = bodyLimit({
    maxSize: limits.bodyBytes,
    onError: c => bodyTooLong(Number(c.req.header('content-length'))),
  })
  app.use('/graphql', (c, next) => (isOrdinary(c.env.incoming) ? next() : limitBody(c, next)))
  app.all('/graphql', async c => {
    // Hono runs HEAD as GET.
    if (!isServedMethod(c.env.incoming.method ?? 'GET')) return methodNotAllowed()
    const header = (name: string) => c.req.header(name)
    const presented = {
      authorization: header('authorization'),
      apiKey: header('x-api-key'),
      cookie: header('cookie'),
      origin: header('origin'),
      host: header('host'),
      fetchSite: header('sec-fetch-site'),
      contentType: header('content-type'),
    }
    const cookies: string[] = []
    try {
      const context = await counted(c, parts, presented)
      // A page of another site may not log its visitor in as somebody else.
      if (ownOrTrusted(presented, parts.trustedOrigins))
        context.setCookie = cookie => void cookies.push(cookie)
      context.lastEventId = header('last-event-id') || undefined
      const answer = inWords(await answerOf(graph, c, context))
      // Again: a batch has counted its other operations since.
      showStanding(c, standingOf(context))
      if (isLive(answer)) cutOffWhenStalled(c.env.outgoing, parts.stalledMs)
      for (const cookie of cookies) answer.headers.append('Set-Cookie', cookie)
      return answer
    } catch (error) {
      const refusal = apiErrorOf(error)
      if (refusal === undefined) throw error
      if (!isPassing(refusal.code)) return refuse(refusal, refusalStatus[refusal.code] ?? 403)
      parts.log.warn({ err: error, requestId: c.get('requestId') }, 'a request failed')
      return refuse(refusal, 503)
    }
  })
}

const refusalStatus: Partial<Record<ApiError['code'], number>> = {
  UNAUTHENTICATED: 401,
  RATE_LIMITED: 429,
}

/**
 * The context of a request that is within the limit of its caller.
 * @throws ApiError UNAUTHENTICATED, RATE_LIMITED
 */
async function counted(
  c: HonoContext<Env>,
  parts: HttpParts,
  presented: Presented,
): Promise<Context> {
  const { limits, contextFor } = parts
  const clientAddress = c.get('address')
  try {
    const context = await contextFor(presented, c.var)
    requireWithin(c, await countRequest(context), context.clock.now())
    return context
  } catch (error) {
    // A wrong credential counts for the address, so that nobody can try credentials without end.
    if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') {
      requireWithin(c, await countOperations({ limits, viewer: null, clientAddress }), parts.now())
    }
    throw error
  }
}

/** @throws ApiError RATE_LIMITED */
function requireWithin(c: HonoContext<Env>, standing: Counted, now: Date): void {
  showStanding(c, standing)
  if (standing.isOver) throw rateLimited(standing, now)
}

function showStanding(c: HonoContext<Env>, standing: Counted | undefined): void {
  if (standing === undefined) return
  for (const [name, value] of Object.entries(limitHeaders(standing)))
    c.env.outgoing.setHeader(name, value)
}

/**
 * The ordinary request is run at once; all others go through Yoga, with the body again where it was
 * read.
 */
async function answerOf(graph: Graph, c: HonoContext<Env>, context: Context): Promise<Response> {
  const { incoming } = c.env
  if (!isOrdinary(incoming)) return graph.fetch(c.req.raw, context)
  const body = await readBody(incoming)
  if (body === undefined) return bodyTooLong(Number(c.req.header('content-length')))
  const operation = operationIn(body)
  if (operation === undefined || MAY_SUBSCRIBE.test(operation.query)) {
    const headers = { 'content-type': 'application/json', accept: c.req.header('accept') ?? '*/*' }
    return graph.fetch(
      new Request(c.req.url, { method: 'POST', headers, body: Uint8Array.from(body) }),
      context,
    )
  }
  const result = await execute(context, operation)
  const http = httpOf(result)
  return c.json(result, http?.status ?? 200, http?.headers)
}

/** @param asked bytes, where the client said how many it would send */
function bodyTooLong(asked: number): Response {
  const known = asked > 0
  const details = { limit: 'bodyBytes', allowed: limits.bodyBytes, ...(known && { asked }) }
  const message = `The limit on bodyBytes is ${limits.bodyBytes}${known ? `; ${asked} were sent` : ''}.`
  return refuse(new ApiError('QUERY_TOO_EXPENSIVE', message, details), 413)
}

/** A refusal before the graph was reached, in the graph's own shape. */
const refuse = (refusal: ApiError, status: number): Response =>
  Response.json(
    {
      errors: [
        { message: refusal.message, extensions: { code: refusal.code, ...refusal.details } },
      ],
    },
    { status, headers: refusalHeaders(refusal, status) },
  )

function refusalHeaders({ details }: ApiError, status: number): Record<string, string> {
  // RFC 6750 section 3: so clients of OAuth know to refresh.
  if (status === 401) return { 'WWW-Authenticate': 'Bearer error="invalid_token"' }
  return retryAfter(details.retryAfterSeconds)
}
