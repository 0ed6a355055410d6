import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context as HonoContext, type Next } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Context, Deps } from '../context.ts'
import type { OAuthClient } from '../db/generated/client/client.ts'
import type { Deadline } from '../deadline.ts'
import { ApiError } from '../errors.ts'
import { type Counted, limitHeaders, rateLimited } from '../rate-limits/limiter.ts'
import { actOnAuthorization, showAuthorization, showProblem } from './authorize.ts'
import { claimedClient, clientOf } from './client-auth.ts'
import { InvalidRequestError, noStore, OAuthError, passingApiError, refuse } from './errors.ts'
import { introspect } from './introspect.ts'
import { metadata } from './metadata.ts'
import { problemPage } from './pages.ts'
import { type Parameters, parametersOfBody } from './parameters.ts'
import { revoke } from './revoke.ts'
import type { ScopeAliases } from './scope-names.ts'
import { type Style, standard } from './style.ts'
import { answerTokenRequest } from './token.ts'

interface Env {
  Bindings: HttpBindings
  Variables: { requestId: string; address: string; deadline: Deadline }
}

/** What the pages need of the gateway: who a browser is logged in as. */
export interface Pages {
  contextFor(browser: Browser, call: Env['Variables']): Promise<Context>
  /** Whether a request comes from a page of this server, or from no page. */
  isOwn(browser: Browser): boolean
}

interface Browser {
  cookie: string | undefined
  origin: string | undefined
  host: string | undefined
  fetchSite: string | undefined
  contentType: string | undefined
}

const BODY_BYTES = 16 * 1024

/**
 * What dialects add: names of scopes everywhere, the rest of their own at the root, and endpoints
 * of their own.
 */
export interface Additions extends Pick<Style, 'aliases' | 'foreignTokenStatus' | 'more'> {
  endpoints: readonly OwnEndpoints[]
}

/** Endpoints of a dialect, which know the same apps, codes and tokens. */
export interface OwnEndpoints {
  /** Further base paths of `token`, `revoke` and `introspect`. */
  bases: readonly string[]
  /** Where its apps send people, whose requests need no `response_type`. */
  consentPage: string
  style: Partial<Style>
}

/** The OAuth 2.0 server: pages for people, and endpoints for apps. */
export function oauthRoutes(deps: Deps, pages: Pages, additions: Additions): Hono<Env> {
  const { endpoints, ...atRoot } = additions
  const { aliases } = atRoot
  const app = new Hono<Env>()
  app.get('/.well-known/oauth-authorization-server', c => c.json(metadata(deps.publicUrl, aliases)))
  app.route('/', authorizationPages(deps, pages, aliases))
  app.route('/oauth', tokenEndpoints(deps, { ...standard, ...atRoot }))
  app.route('/api/oauth', tokenEndpoints(deps, { ...standard, aliases }))
  for (const { bases, consentPage, style } of endpoints) {
    app.get(consentPage, c => c.redirect(`/oauth/authorize${withResponseType(c.req.url)}`))
    for (const base of bases)
      app.route(base, tokenEndpoints(deps, { ...standard, aliases, ...style }))
  }
  return app
}

function withResponseType(url: string): string {
  const { searchParams, search } = new URL(url)
  return searchParams.has('response_type')
    ? search
    : `${search === '' ? '?' : `${search}&`}response_type=code`
}

function authorizationPages(
  deps: Deps,
  { contextFor, isOwn }: Pages,
  aliases: ScopeAliases,
): Hono<Env> {
  const app = new Hono<Env>()
  const browserOf = (c: HonoContext<Env>): Browser => ({
    cookie: c.req.header('cookie'),
    origin: c.req.header('origin'),
    host: c.req.header('host'),
    // Apps lead here from pages of their own, so where a link stands does not matter. Where a form
    // stands does.
    fetchSite: c.req.method === 'POST' ? c.req.header('sec-fetch-site') : undefined,
    contentType: c.req.header('content-type'),
  })
  // A cookie alone: what a program can do with a key is no consent of a person.
  async function contextOf(c: HonoContext<Env>): Promise<Context> {
    const context = await contextFor(browserOf(c), c.var)
    context.setCookie = cookie => c.header('Set-Cookie', cookie, { append: true })
    return context
  }
  const limited = (name: 'pageViews' | 'pageForms') => async (c: HonoContext<Env>, next: Next) => {
    const counted = await deps.limits.count(name, c.get('address'))
    try {
      requireWithinLimit(deps, c, counted)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      c.header('Retry-After', String(error.details.retryAfterSeconds))
      return showProblem(c, 429, problemPage('Too many requests', error.message))
    }
    return next()
  }
  const tooLong = bodyLimit({
    maxSize: BODY_BYTES,
    onError: c =>
      showProblem(
        c,
        413,
        problemPage('This is too long', 'The form has more text than can be read.'),
      ),
  })
  return app
    .get('/oauth/authorize', limited('pageViews'), c =>
      orTryLater(c, async () => showAuthorization(c, await contextOf(c), aliases)),
    )
    .post('/oauth/authorize', tooLong, limited('pageForms'), async c => {
      if (isOwn(browserOf(c))) {
        return orTryLater(c, async () => actOnAuthorization(c, await contextOf(c), aliases))
      }
      return showProblem(
        c,
        403,
        problemPage('This cannot be done', 'The form comes from a page of another site.'),
      )
    })
}

/** The page, or one that asks to try again later while the database is away. */
async function orTryLater(c: HonoContext<Env>, work: () => Promise<Response>): Promise<Response> {
  try {
    return await c.get('deadline').within(work())
  } catch (error) {
    const refusal = passingApiError(error)
    if (refusal === undefined) throw error
    c.header('Retry-After', String(refusal.details.retryAfterSeconds))
    return showProblem(c, 503, problemPage('Please try again in a moment', refusal.message))
  }
}

/** Says in the headers where the caller stands. @throws ApiError RATE_LIMITED */
function requireWithinLimit({ clock }: Deps, c: HonoContext<Env>, counted: Counted): void {
  for (const [name, value] of Object.entries(limitHeaders(counted)))
    c.env.outgoing.setHeader(name, value)
  if (counted.isOver) throw rateLimited(counted, clock.now())
}

/**
 * Handles a request of a client, and counts it if it is rejected for a wrong secret, code or token.
 * Requests that succeed are not limited.
 * @throws ApiError RATE_LIMITED when the address failed too often as this client.
 */
async function countingFailures<T>(
  deps: Deps,
  c: HonoContext<Env>,
  client: string,
  answer: () => Promise<T>,
): Promise<T> {
  const who = `${client} ${c.get('address')}`
  const before = await deps.limits.count('clientFailures', who, 0)
  if (before.isOver) requireWithinLimit(deps, c, before)
  try {
    return await answer()
  } catch (error) {
    if (error instanceof OAuthError) await deps.limits.count('clientFailures', who)
    throw error
  }
}

/** The endpoints that apps call: `token`, `revoke` and `introspect`. */
export function tokenEndpoints(forAll: Deps, style: Style): Hono<Env> {
  type Answer = (
    deps: Deps,
    client: OAuthClient,
    parameters: Parameters,
  ) => Promise<Record<string, unknown>>
  const app = new Hono<Env>()

  const tooLong = bodyLimit({
    maxSize: BODY_BYTES,
    onError: c =>
      c.json(
        { error: 'invalid_request', error_description: 'The body is too long.' },
        413,
        noStore,
      ),
  })
  const endpoint = (path: string, answer: Answer) => {
    app.post(path, tooLong, async c => {
      const deadline = c.get('deadline')
      const deps: Deps = { ...forAll, deadline }
      try {
        const authorization = c.req.header('authorization')
        requireWithinLimit(deps, c, await deps.limits.count('oauthPerAddress', c.get('address')))
        const parameters = parametersOfBody(c.req.header('content-type'), await c.req.text())
        return await countingFailures(
          deps,
          c,
          claimedClient(authorization, parameters),
          async () => {
            const answered = clientOf(deps, authorization, parameters).then(client =>
              answer(deps, client, parameters),
            )
            return c.json(await deadline.within(answered), 200, noStore)
          },
        )
      } catch (error) {
        return refuse(error, deps.log, c.get('requestId'), style)
      }
    })
    app.all(path, c => {
      const refusal = new InvalidRequestError('The method must be POST.', { code: 405 })
      return refuse(refusal, forAll.log, c.get('requestId'), style)
    })
  }

  endpoint('/token', (deps, client, parameters) =>
    answerTokenRequest(deps, client, parameters, style),
  )
  endpoint('/revoke', async (deps, client, parameters) => {
    await revoke(deps, client, parameters, style)
    return {}
  })
  endpoint('/introspect', (deps, client, parameters) => introspect(deps, client, parameters, style))
  return app
}
