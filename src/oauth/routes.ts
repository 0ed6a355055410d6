import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context as HonoContext } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Context, Deps } from '../context.ts'
import type { OAuthClient } from '../db/generated/client/client.ts'
import { actOnAuthorization, showAuthorization, showProblem } from './authorize.ts'
import { claimedClient, clientOf } from './client-auth.ts'
import { InvalidRequestError, noStore, refuse } from './errors.ts'
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
  Variables: { requestId: string; address: string }
}

/** What the pages need of the gateway: who a browser is logged in as. */
export interface Pages {
  contextFor(browser: Browser, address: string, requestId: string): Promise<Context>
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

/** What dialects add: names of scopes everywhere, the rest of their own at the root, and endpoints of their own. */
export interface Additions extends Pick<Style, 'aliases' | 'foreignTokenStatus' | 'more'> {
  endpoints: readonly OwnEndpoints[]
}

/** Endpoints of a dialect, which know the same apps, codes and tokens. */
export interface OwnEndpoints {
  /** Where `token`, `revoke` and `introspect` stand, besides. */
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
  app.route('/', authorizationPages(pages, aliases))
  app.route('/oauth', tokenEndpoints(deps, { ...standard, ...atRoot }))
  app.route('/api/oauth', tokenEndpoints(deps, { ...standard, aliases }))
  for (const { bases, consentPage, style } of endpoints) {
    app.get(consentPage, c => c.redirect(`/oauth/authorize${withResponseType(c.req.url)}`))
    for (const base of bases) app.route(base, tokenEndpoints(deps, { ...standard, aliases, ...style }))
  }
  return app
}

function withResponseType(url: string): string {
  const { searchParams, search } = new URL(url)
  return searchParams.has('response_type') ? search : `${search === '' ? '?' : `${search}&`}response_type=code`
}

function authorizationPages({ contextFor, isOwn }: Pages, aliases: ScopeAliases): Hono<Env> {
  const app = new Hono<Env>()
  const browserOf = (c: HonoContext<Env>): Browser => ({
    cookie: c.req.header('cookie'),
    origin: c.req.header('origin'),
    host: c.req.header('host'),
    // Apps lead here from pages of their own, so where a link stands does not matter. Where a form stands does.
    fetchSite: c.req.method === 'POST' ? c.req.header('sec-fetch-site') : undefined,
    contentType: c.req.header('content-type'),
  })
  // A cookie alone: what a program can do with a key is no consent of a person.
  async function contextOf(c: HonoContext<Env>): Promise<Context> {
    const context = await contextFor(browserOf(c), c.get('address'), c.get('requestId'))
    context.setCookie = cookie => c.header('Set-Cookie', cookie, { append: true })
    return context
  }
  const tooLong = bodyLimit({
    maxSize: BODY_BYTES,
    onError: c => showProblem(c, 413, problemPage('This is too long', 'The form has more text than can be read.')),
  })
  return app
    .get('/oauth/authorize', async c => showAuthorization(c, await contextOf(c), aliases))
    .post('/oauth/authorize', tooLong, async c => {
      if (isOwn(browserOf(c))) return actOnAuthorization(c, await contextOf(c), aliases)
      return showProblem(c, 403, problemPage('This cannot be done', 'The form comes from a page of another site.'))
    })
}

/** The endpoints that apps call: `token`, `revoke` and `introspect`. */
export function tokenEndpoints(deps: Deps, style: Style): Hono<Env> {
  type Answer = (client: OAuthClient, parameters: Parameters) => Promise<Record<string, unknown>>
  const app = new Hono<Env>()

  const tooLong = bodyLimit({
    maxSize: BODY_BYTES,
    onError: c => c.json({ error: 'invalid_request', error_description: 'The body is too long.' }, 413, noStore),
  })
  const endpoint = (path: string, answer: Answer, limit = async (_c: HonoContext<Env>, _p: Parameters) => {}) => {
    app.post(path, tooLong, async c => {
      try {
        const parameters = parametersOfBody(c.req.header('content-type'), await c.req.text())
        await limit(c, parameters)
        const client = await clientOf(deps, c.req.header('authorization'), parameters)
        return c.json(await answer(client, parameters), 200, noStore)
      } catch (error) {
        return refuse(error, deps.log, c.get('requestId'), style)
      }
    })
    app.all(path, c => {
      const refusal = new InvalidRequestError('The method must be POST.', { code: 405 })
      return refuse(refusal, deps.log, c.get('requestId'), style)
    })
  }

  endpoint(
    '/token',
    (client, parameters) => answerTokenRequest(deps, client, parameters, style),
    (c, parameters) => {
      const client = claimedClient(c.req.header('authorization'), parameters)
      return deps.attempts.count('askForToken', `${client} ${c.get('address')}`)
    },
  )
  endpoint('/revoke', async (client, parameters) => {
    await revoke(deps, client, parameters, style)
    return {}
  })
  endpoint('/introspect', (client, parameters) => introspect(deps, client, parameters, style))
  return app
}
