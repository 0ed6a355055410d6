import type { IncomingMessage } from 'node:http'
import { type Context, Hono, type Next } from 'hono'
import { Refused, refusedFor } from '../src/graph/refused.ts'
import type { Env } from '../src/http/app.ts'
import type { Presented } from '../src/http/authenticate.ts'
import { type Counted, type Counter, counterOf, type Limit, nearest, perWindow } from './counter.ts'
import type { Asked, Caller, Credential, Dialect, RefusalAnswer, Route, VersionHeader } from './dialect.ts'
import { isTooDeep, MAX_JSON_DEPTH } from './json-depth.ts'
import { openApiOf } from './openapi.ts'
import { type Arrival, type Incoming, invalid } from './read.ts'
import { referenceOf } from './reference.ts'

/** What the dialects get of the gateway, and all that they get of it. */
export interface Door {
  /** Where clients reach the gateway, without a slash at the end. */
  publicUrl: string
  now(): Date
  /** Who makes a request. @throws Refused for a credential that is not valid, or that the page it comes from may not use. */
  callerOf(visit: Visit): Promise<Caller>
  /** The body of a request; undefined when it is too long. */
  bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined>
  /** Notes what failed on our side. */
  failed(error: unknown, requestId: string): void
}

/** What a request says of who makes it. */
export interface Visit {
  presented: Presented
  address: string
  requestId: string
  /** Adds a cookie to the answer. */
  setCookie(header: string): void
}

type Request = Context<Env>

/** All dialects over HTTP: their routes, their OpenAPI documents and their reference pages. */
export function restApp(dialects: readonly Dialect[], door: Door): Hono<Env> {
  const app = new Hono<Env>()
  const bases = dialects.flatMap(dialect => {
    const answererOf = answering(dialect, door)
    const routes = routesOf(dialect, answererOf)
    return dialect.bases.map(base => ({ base, routes: base === '/' ? routesAtRoot(dialect, answererOf) : routes }))
  })
  // The first that fits answers, and `/api` takes in `/api/v1`.
  for (const { base, routes } of bases.toSorted((a, b) => b.base.length - a.base.length)) app.route(base, routes)
  return app
}

/** The routes of a dialect, below a base, and an answer to all else that is below it. */
function routesOf(dialect: Dialect, answererOf: AnswererOf): Hono<Env> {
  const app = new Hono<Env>()
  const document = openApiOf(dialect)
  const page = referenceOf(document)
  app.get('/openapi.json', c => c.json(document))
  app.get('/docs', c => c.html(page))
  addRoutes(app, dialect, answererOf)
  return app.all('*', answererOf(undefined))
}

/** A route that has not the version which is asked for leaves the request to the next one. */
function addRoutes(app: Hono<Env>, { routes, versionHeader }: Dialect, answererOf: AnswererOf): void {
  for (const route of routes) {
    const answer = answererOf(route)
    const isWanted = (c: Request) => versionHeader === undefined || hasVersion(route, versionHeader, c)
    app.on(route.method, route.path, (c: Request, next: Next) => (isWanted(c) ? answer(c) : next()))
  }
}

function hasVersion({ versions }: Route, { name, known, unlessGiven }: VersionHeader, c: Request): boolean {
  const sent = c.req.header(name)
  const wanted = sent !== undefined && known.includes(sent) ? sent : unlessGiven
  return versions?.includes(wanted) ?? true
}

/** The same at the root, where other things stand too. */
function routesAtRoot(dialect: Dialect, answererOf: AnswererOf): Hono<Env> {
  const app = new Hono<Env>()
  addRoutes(app, dialect, answererOf)
  const segments = new Set(dialect.routes.map(({ path }) => path.split('/')[1]))
  for (const segment of segments) app.all(`/${segment}/*`, answererOf(undefined))
  return app
}

type AnswererOf = ReturnType<typeof answering>

/** How a dialect answers requests of a route; undefined: of none that it has. */
function answering(dialect: Dialect, door: Door) {
  const counterFor = counters(door)
  const admit = admitting(dialect, door)

  return (route: Route | undefined) => {
    const isForAnyone = route?.forAnyone === true
    const needsCredential = !isForAnyone && route?.optionalAuth !== true

    async function answer(c: Request): Promise<Response> {
      const caller = await door.callerOf(visitOf(c, isForAnyone)).catch(failureIn)
      const accountId = caller instanceof Error ? null : caller.accountId
      // Who is refused is counted too, so that nobody can try credentials without end.
      hold(c, accountId, caller instanceof Error ? null : caller.credential)
      if (route === undefined) {
        throw refusedFor('NOT_FOUND', `There is no ${c.req.method} ${c.req.path}.`, { isNoRoute: true })
      }
      if (caller instanceof Error) throw caller
      if (accountId !== null) await admit(accountId, caller)
      else if (needsCredential) throw refusedFor('UNAUTHENTICATED', 'A credential is missing.')
      const answered = await route.answer(await incomingOf(c, route, door), caller.ask)
      if (route.answers === undefined) return c.body(null, 204)
      return jsonOf({ status: route.status ?? 200, body: answered })
    }

    function visitOf(c: Request, isForAnyone: boolean): Visit {
      const presented = dialect.presented(name => c.req.header(name), c.req.path)
      const { origin, host } = presented
      return {
        presented: isForAnyone ? { origin, host } : presented,
        address: c.get('address'),
        requestId: c.get('requestId'),
        setCookie: cookie => c.env.outgoing.appendHeader('Set-Cookie', cookie),
      }
    }

    function hold(c: Request, accountId: number | null, credential: Credential | null): void {
      const own = credential && dialect.credentialLimits?.[credential.kind]
      const limit = own ?? ((isForAnyone && dialect.publicLimit) || dialect.limit)
      const who = own ? `${credential.kind} ${credential.id}` : (accountId ?? c.get('address'))
      const first = counterFor(limit)(who)
      const counted = nearest(route?.limit ? [first, counterFor(route.limit)(who)] : [first])
      const headers = dialect.limitHeaders?.(counted, door.now()) ?? limitHeaders(counted)
      for (const [name, value] of Object.entries(headers)) c.env.outgoing.setHeader(name, value)
      if (!counted.isOver) return
      const retryAfterSeconds = Math.ceil((counted.resetsAt.getTime() - door.now().getTime()) / 1_000)
      throw refusedFor('RATE_LIMITED', `Too many requests; come back in ${retryAfterSeconds} seconds.`, {
        retryAfterSeconds,
      })
    }

    return (c: Request): Promise<Response> =>
      answer(c).catch(error => {
        const refused = error instanceof Refused ? error : refusedFor('INTERNAL', 'Something failed on our side.')
        const refusal = dialect.refusal(refused, askedBy(c, door))
        if (refusal.status >= 500) door.failed(error, c.get('requestId'))
        const { retryAfterSeconds } = refused.first.details
        const comeBack = retryAfterSeconds !== undefined && { 'Retry-After': `${retryAfterSeconds}` }
        return jsonOf({ ...refusal, headers: { ...comeBack, ...refusal.headers } })
      })
  }
}

const askedBy = (c: Request, door: Door): Asked => ({ ...arrivalOf(c, door), header: name => c.req.header(name) })

const arrivalOf = (c: Request, { publicUrl, now }: Door): Arrival => ({
  method: c.req.method,
  publicUrl,
  path: c.req.path,
  query: c.req.query(),
  search: new URL(c.req.url).search.slice(1),
  now: now(),
  setHeader: (name, value) => c.env.outgoing.setHeader(name, value),
})

const jsonOf = ({ status, body, headers }: RefusalAnswer): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } })

const limitHeaders = ({ limit, remaining, resetsAt }: Counted) => ({
  'X-RateLimit-Limit': limit.toString(),
  'X-RateLimit-Remaining': remaining.toString(),
  'X-RateLimit-Reset': (resetsAt.getTime() / 1_000).toString(),
})

/** One counter for each limit, whichever routes name it. */
function counters({ now }: Door): (limit: Limit) => Counter {
  const known = new Map<Limit, Counter>()
  return limit => {
    const counter = known.get(limit) ?? counterOf(limit, now)
    known.set(limit, counter)
    return counter
  }
}

// So long an account that was let in is not asked again; one that was refused is, each time.
const ADMITTED_SECONDS = 10

function admitting({ admit }: Dialect, { now }: Door): (accountId: number, caller: Caller) => Promise<void> {
  const admitted = perWindow(ADMITTED_SECONDS, now, () => new Set<number>())
  return async (accountId, caller) => {
    const { value } = admitted()
    if (admit === undefined || value.has(accountId)) return
    await admit(caller)
    value.add(accountId)
  }
}

function failureIn(error: unknown): Error {
  if (error instanceof Error) return error
  throw error
}

async function incomingOf(c: Request, { reads }: Route, door: Door): Promise<Incoming> {
  return {
    params: c.req.param(),
    query: c.req.query(),
    headers: c.env.incoming.headers,
    body: reads.body === undefined ? {} : await jsonIn(c, door),
    arrival: arrivalOf(c, door),
  }
}

const JSON_TYPE = /^application\/json\s*(;|$)/i

/** The JSON of a body; an empty object without one. @throws Refused INVALID_INPUT. */
async function jsonIn(c: Request, { bodyOf }: Door): Promise<unknown> {
  const body = await bodyOf(c.env.incoming)
  if (body === undefined) throw invalid([{ path: 'body', message: 'is too long' }])
  if (body.length === 0) return {}
  if (isTooDeep(body)) {
    throw invalid([{ path: 'body', message: `must have at most ${MAX_JSON_DEPTH} values within one another` }])
  }
  if (!JSON_TYPE.test(c.req.header('content-type') ?? '')) {
    throw invalid([{ path: 'Content-Type', message: 'must be application/json' }])
  }
  try {
    return JSON.parse(body.toString())
  } catch {
    throw invalid([{ path: 'body', message: 'must be JSON' }])
  }
}
