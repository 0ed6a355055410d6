import type { IncomingMessage } from 'node:http'
import { type Context, Hono, type Next } from 'hono'
import { CallError, callError, type GraphError } from '../src/graph/call-error.ts'
import type { Env } from '../src/http/app.ts'
import type { Presented } from '../src/http/authenticate.ts'
import {
  callerKey,
  type Limiter,
  limitHeaders,
  nearest,
  rateLimited,
} from '../src/rate-limits/limiter.ts'
import type { Limit } from '../src/rate-limits/table.ts'
import type {
  Asked,
  Caller,
  Credential,
  Dialect,
  ErrorResponse,
  Route,
  VersionHeader,
} from './dialect.ts'
import { isTooDeep, MAX_JSON_DEPTH } from './json-depth.ts'
import { openApiOf } from './openapi.ts'
import { referenceOf, referencePolicy } from './reference.ts'
import { type Arrival, Form, type Incoming, invalid } from './request-shape.ts'

/** What the dialects get of the gateway, and all that they get of it. */
export interface RestGateway {
  /** Where clients reach the gateway, without a slash at the end. */
  publicUrl: string
  now(): Date
  limits: Limiter
  /**
   * Who makes a request.
   * @throws CallError for a credential that is not valid, or that the page it comes from may not
   * use.
   */
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
  /** By when the request must be answered. */
  deadline: Env['Variables']['deadline']
  /** Adds a cookie to the answer. */
  setCookie(header: string): void
}

type Request = Context<Env>

/** All dialects over HTTP: their routes, their OpenAPI documents and their reference pages. */
export function restApp(dialects: readonly Dialect[], gateway: RestGateway): Hono<Env> {
  const app = new Hono<Env>()
  const bases = dialects.flatMap(dialect => {
    const answererOf = answering(dialect, gateway)
    const routes = routesOf(dialect, answererOf, gateway)
    return dialect.bases.map(base => ({
      base,
      routes: base === '/' ? routesAtRoot(dialect, answererOf) : routes,
    }))
  })
  // The first that fits answers, and `/api` takes in `/api/v1`.
  for (const { base, routes } of bases.toSorted((a, b) => b.base.length - a.base.length))
    app.route(base, routes)
  return app
}

/** The routes of a dialect, below a base, and an answer to all else that is below it. */
function routesOf(dialect: Dialect, answererOf: AnswererOf, gateway: RestGateway): Hono<Env> {
  const app = new Hono<Env>()
  const document = openApiOf(dialect)
  const page = referenceOf(document)
  const counted = countingViews(gateway)
  app.get('/openapi.json', counted, c => c.json(document))
  app.get('/docs', counted, c => c.html(page, 200, { 'Content-Security-Policy': referencePolicy }))
  addRoutes(app, dialect, answererOf)
  return app.all('*', answererOf(undefined))
}

/** Counts views of the reference for their address. */
const countingViews =
  ({ limits, now }: RestGateway) =>
  async (c: Request, next: Next): Promise<Response | undefined> => {
    const counted = await limits.count('pageViews', c.get('address'))
    for (const [name, value] of Object.entries(limitHeaders(counted)))
      c.env.outgoing.setHeader(name, value)
    if (!counted.isOver) {
      await next()
      return undefined
    }
    const { message, details } = rateLimited(counted, now())
    return c.json({ error: message }, 429, { 'Retry-After': String(details.retryAfterSeconds) })
  }

/** A route that has not the version which is asked for leaves the request to the next one. */
function addRoutes(
  app: Hono<Env>,
  { routes, versionHeader }: Dialect,
  answererOf: AnswererOf,
): void {
  for (const route of routes) {
    const answer = answererOf(route)
    const isWanted = (c: Request) =>
      versionHeader === undefined || hasVersion(route, versionHeader, c)
    app.on(route.method, route.path, (c: Request, next: Next) => (isWanted(c) ? answer(c) : next()))
  }
}

function hasVersion(
  { versions }: Route,
  { name, known, unlessGiven }: VersionHeader,
  c: Request,
): boolean {
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
function answering(dialect: Dialect, gateway: RestGateway) {
  const nameOf = limitNames(dialect)
  const admit = admitting(dialect, gateway)

  return (route: Route | undefined) => {
    const isForAnyone = route?.forAnyone === true
    const needsCredential = !isForAnyone && route?.optionalAuth !== true

    async function answer(c: Request): Promise<Response> {
      const caller = await gateway.callerOf(visitOf(c, isForAnyone)).catch(failureIn)
      const accountId = caller instanceof Error ? null : caller.accountId
      // Who is refused is counted too, so that nobody can try credentials without end.
      await hold(c, accountId, caller instanceof Error ? null : caller.credential)
      if (route === undefined) {
        throw callError('NOT_FOUND', `There is no ${c.req.method} ${c.req.path}.`, {
          isNoRoute: true,
        })
      }
      if (caller instanceof Error) throw caller
      if (accountId !== null) await admit(accountId, caller)
      else if (needsCredential) throw callError('UNAUTHENTICATED', 'A credential is missing.')
      const answered = await answerOf(route, await incomingOf(c, route, dialect, gateway), caller)
      if (route.response === undefined) return c.body(null, 204)
      return jsonOf({ status: route.status ?? 200, body: answered })
    }

    function visitOf(c: Request, isForAnyone: boolean): Visit {
      const presented = dialect.presented(name => c.req.header(name), c.req.path)
      const { origin, host } = presented
      return {
        presented: isForAnyone ? { origin, host } : presented,
        address: c.get('address'),
        requestId: c.get('requestId'),
        deadline: c.get('deadline'),
        setCookie: cookie => c.env.outgoing.appendHeader('Set-Cookie', cookie),
      }
    }

    async function hold(
      c: Request,
      accountId: number | null,
      credential: Credential | null,
    ): Promise<void> {
      const own = credential && dialect.credentialLimits?.[credential.kind]
      const limit = own ?? ((isForAnyone && dialect.publicLimit) || dialect.limit)
      const who = own ? `${credential.kind} ${credential.id}` : keyOf(accountId, c.get('address'))
      const count = (to: Limit) => gateway.limits.countTo(to, nameOf(to), who)
      const first = await count(limit)
      const counted = nearest(route?.limit ? [first, await count(route.limit)] : [first])
      const headers = dialect.limitHeaders?.(counted, gateway.now()) ?? limitHeaders(counted)
      for (const [name, value] of Object.entries(headers)) c.env.outgoing.setHeader(name, value)
      if (!counted.isOver) return
      const { code, message, details } = rateLimited(counted, gateway.now())
      throw callError(code, message, details)
    }

    return (c: Request): Promise<Response> =>
      answer(c).catch(error => {
        const refused =
          error instanceof CallError
            ? withInputFaults(error)
            : callError('INTERNAL', 'Something failed on our side.')
        const refusal = dialect.refusal(refused, askedBy(c, gateway))
        if (refused.first.code === 'INTERNAL' || refusal.status === 500)
          gateway.failed(error, c.get('requestId'))
        const { retryAfterSeconds } = refused.first.details
        const comeBack = retryAfterSeconds !== undefined && {
          'Retry-After': `${retryAfterSeconds}`,
        }
        return jsonOf({ ...refusal, headers: { ...comeBack, ...refusal.headers } })
      })
  }
}

/**
 * The document is the dialect's own, so a cost is the caller's fault only where it names a field,
 * such as the end of a range: then it is an invalid input.
 */
function withInputFaults({ first, errors }: CallError): CallError {
  const asInput = (error: GraphError): GraphError =>
    error.code === 'QUERY_TOO_EXPENSIVE' && error.fields.length > 0
      ? { ...error, code: 'INVALID_INPUT' }
      : error
  return new CallError(asInput(first), ...errors.slice(1).map(asInput))
}

/**
 * What a route answers. A caller whose credential lacks the scope of the route is told that,
 * whatever else is wrong with the request: other values would not mend it.
 */
async function answerOf(
  route: Route,
  incoming: Incoming,
  { accountId, scopes, execute }: Caller,
): Promise<unknown> {
  try {
    return await route.handle(incoming, execute)
  } catch (error) {
    const { scope, forAnyone, optionalAuth } = route
    const isHeld =
      scope !== undefined && accountId !== null && forAnyone !== true && optionalAuth !== true
    if (
      !isHeld ||
      scopes.has(scope) ||
      !(error instanceof CallError) ||
      !overruled.has(error.first.code)
    )
      throw error
    throw callError('INSUFFICIENT_SCOPE', `This needs the scope ${scope}.`, { scope })
  }
}

/** Refusals that a missing scope goes before. */
const overruled: ReadonlySet<string> = new Set(['INVALID_INPUT', 'FORBIDDEN'])

const askedBy = (c: Request, gateway: RestGateway): Asked => ({
  ...arrivalOf(c, gateway),
  header: name => c.req.header(name),
})

const arrivalOf = (c: Request, { publicUrl, now }: RestGateway): Arrival => ({
  method: c.req.method,
  publicUrl,
  path: c.req.path,
  query: c.req.query(),
  search: new URL(c.req.url).search.slice(1),
  now: now(),
  setHeader: (name, value) => c.env.outgoing.setHeader(name, value),
})

const jsonOf = ({ status, body, headers }: ErrorResponse): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  })

const keyOf = (accountId: number | null, address: string): string =>
  callerKey(accountId === null ? null : { userId: accountId }, address)

/**
 * Names the limits of a dialect for the limiter, the same in every process. Routes that share a
 * limit share its name.
 */
function limitNames({
  title,
  limit,
  publicLimit,
  credentialLimits,
  routes,
}: Dialect): (limit: Limit) => string {
  const all = new Set([
    limit,
    publicLimit,
    ...Object.values(credentialLimits ?? {}),
    ...routes.map(route => route.limit),
  ])
  const names = new Map([...all].map((each, index) => [each, `${title} ${index}`]))
  return limit => names.get(limit) ?? title
}

// So long an account that was let in is not asked again; one that was refused is, each time.
const ADMITTED_MS = 10_000

function admitting(
  { admit }: Dialect,
  { now }: RestGateway,
): (accountId: number, caller: Caller) => Promise<void> {
  let admitted = new Set<number>()
  let until = 0
  return async (accountId, caller) => {
    if (admit === undefined) return
    const at = now().getTime()
    // A clock can be set back.
    if (at >= until || at < until - ADMITTED_MS) {
      admitted = new Set()
      until = at + ADMITTED_MS
    }
    if (admitted.has(accountId)) return
    const those = admitted
    await admit(caller)
    those.add(accountId)
  }
}

function failureIn(error: unknown): Error {
  if (error instanceof Error) return error
  throw error
}

async function incomingOf(
  c: Request,
  { request }: Route,
  dialect: Dialect,
  gateway: RestGateway,
): Promise<Incoming> {
  return {
    params: c.req.param(),
    query: c.req.query(),
    headers: c.env.incoming.headers,
    body: request.body === undefined ? {} : await bodyIn(c, dialect, gateway),
    arrival: arrivalOf(c, gateway),
  }
}

const JSON_TYPE = /^application\/json\s*(;|$)/i

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i

/**
 * What a body says: JSON, or a form where the dialect reads forms. An empty object without a body.
 * @throws CallError INVALID_INPUT.
 */
async function bodyIn(
  c: Request,
  { readsForms }: Dialect,
  { bodyOf }: RestGateway,
): Promise<unknown> {
  const body = await bodyOf(c.env.incoming)
  if (body === undefined) throw invalid([{ path: 'body', message: 'is too long' }])
  if (body.length === 0) return {}
  const isForm = readsForms === true && FORM_TYPE.test(c.req.header('content-type') ?? '')
  return isForm ? new Form(body.toString()) : jsonIn(c, body)
}

function jsonIn(c: Request, body: Buffer): unknown {
  if (isTooDeep(body)) {
    throw invalid([
      { path: 'body', message: `must have at most ${MAX_JSON_DEPTH} values within one another` },
    ])
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
