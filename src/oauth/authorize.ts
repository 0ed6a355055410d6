import type { Context as HonoContext } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { logIn, logOut } from '../accounts/sessions.ts'
import { type Context, hostOf } from '../context.ts'
import { ApiError } from '../errors.ts'
import { pageHeaders } from '../html-layout.ts'
import { equalInConstantTime, newToken } from '../secrets.ts'
import { type Asked, type Asker, askedOf, askerOf } from './authorization-request.ts'
import { AccessDeniedError, OAuthError, presentable } from './errors.ts'
import { allow, isGranted } from './grants.ts'
import { consentPage, type Form, logInPage, problemPage } from './pages.ts'
import { withAnswer } from './redirect-uri.ts'
import type { ScopeAliases } from './scope-names.ts'

const FORM_COOKIE = 'oauth_form'

/**
 * An app sent somebody here (RFC 6749 section 4.1.1): asks who they are and whether the app may,
 * unless both is known, and sends them back with a code.
 */
export const showAuthorization = (
  c: HonoContext,
  ctx: Context,
  aliases: ScopeAliases,
): Promise<Response> =>
  withRequest(c, ctx, aliases, async asked => {
    if (!isLoggedIn(ctx)) return c.html(logInPage(formFor(c, ctx), { appName: asked.client.name }))
    if (isKnown(asked) && (await isGranted(ctx, asked.client, asked.scopes)))
      return sendCode(c, ctx, asked)
    return askForConsent(c, ctx, asked)
  })

/** A form of those pages was sent. The query is that of the page; it is read again. */
export async function actOnAuthorization(
  c: HonoContext,
  ctx: Context,
  aliases: ScopeAliases,
): Promise<Response> {
  const sent = new URLSearchParams(await c.req.text())
  if (!isOurs(c, ctx, sent.get('form_token') ?? '')) {
    const why =
      'The form is no longer valid, for example because you logged in or out in the meantime.'
    return showProblem(c, 403, problemPage('Please try again', why, here(c)))
  }
  return withRequest(c, ctx, aliases, async (asked, asker) => {
    const act = sent.get('act')
    if (act === 'logIn') return tryLogIn(c, ctx, asker, sent)
    if (act === 'logOut' && isLoggedIn(ctx)) await logOut(ctx)
    if (act === 'logOut' || !isLoggedIn(ctx)) return c.redirect(here(c), 303)
    if (act === 'allow') return sendCode(c, ctx, asked)
    if (act === 'deny') throw new AccessDeniedError('The user denied access.')
    return askForConsent(c, ctx, asked)
  })
}

/**
 * Runs with a valid request. Errors of the client or its redirect URI are shown to the user; all
 * others are sent to the client.
 */
async function withRequest(
  c: HonoContext,
  ctx: Context,
  aliases: ScopeAliases,
  act: (asked: Asked, asker: Asker) => Promise<Response>,
): Promise<Response> {
  for (const [name, value] of Object.entries(pageHeaders)) c.header(name, value)
  const search = new URL(c.req.url).searchParams
  let asker: Asker
  try {
    asker = await askerOf(ctx, search)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    return showProblem(c, 400, problemPage('This link does not work', error.message))
  }
  try {
    return await act(askedOf(asker, search, aliases), asker)
  } catch (error) {
    const { name, message } = presentable(error, ctx.log, ctx.requestId)
    return sendBack(c, ctx, asker, { error: name, error_description: message })
  }
}

async function askForConsent(
  c: HonoContext,
  ctx: Context,
  { client, redirectUri, scopes }: Asked,
): Promise<Response> {
  const user = await ctx.db.user.findUniqueOrThrow({ where: { id: hostOf(ctx) } })
  return c.html(consentPage(formFor(c, ctx), { appName: client.name, user, scopes, redirectUri }))
}

async function tryLogIn(
  c: HonoContext,
  ctx: Context,
  { client }: Asker,
  sent: URLSearchParams,
): Promise<Response> {
  const email = sent.get('email') ?? ''
  try {
    await logIn(ctx, { email, password: sent.get('password') ?? '' })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const { code, message, details } = error
    if (code === 'RATE_LIMITED') c.header('Retry-After', String(details.retryAfterSeconds))
    // What is no address, or too long for a password, fits no account either.
    const problem = code === 'INVALID_INPUT' ? 'The e-mail or the password is wrong.' : message
    return c.html(
      logInPage(formFor(c, ctx), { appName: client.name, problem, email }),
      code === 'RATE_LIMITED' ? 429 : 403,
    )
  }
  return c.redirect(here(c), 303)
}

// RFC 8252 section 8.6: any program of the person's machine can say that it is this public app, and
// can listen where its answers go. So a person is asked each time.
const isKnown = ({ client, redirectUri }: Asked): boolean =>
  client.secretHash !== null || redirectUri.startsWith('https:')

const sendCode = async (c: HonoContext, ctx: Context, asked: Asked): Promise<Response> =>
  sendBack(c, ctx, asked, { code: await allow(ctx, asked) })

/**
 * Sends the person back to the app with the answer, the app's state, and who answers (RFC 9207).
 */
function sendBack(
  c: HonoContext,
  ctx: Context,
  { redirectUri, state }: Asker,
  answer: Record<string, string>,
) {
  c.header('Referrer-Policy', 'no-referrer')
  return c.redirect(withAnswer(redirectUri, { ...answer, state, iss: ctx.publicUrl }))
}

export function showProblem(
  c: HonoContext,
  status: 400 | 403 | 413 | 429 | 503,
  content: ReturnType<typeof problemPage>,
) {
  for (const [name, value] of Object.entries(pageHeaders)) c.header(name, value)
  return c.html(content, status)
}

// A form is ours when it carries a signature of the browser's own cookie, its session and its
// request: another site knows none of the three together, and a browser lets it send no cookie with
// a form (SameSite).
function formFor(c: HonoContext, ctx: Context): Form {
  const known = getCookie(c, FORM_COOKIE)
  const cookie = known ?? newToken('')
  if (known === undefined) {
    const secure = ctx.publicUrl.startsWith('https:')
    setCookie(c, FORM_COOKIE, cookie, { path: '/oauth', httpOnly: true, sameSite: 'Lax', secure })
  }
  return { action: here(c), token: ctx.secrets.formToken(boundTo(c, ctx, cookie)) }
}

function isOurs(c: HonoContext, ctx: Context, token: string): boolean {
  const cookie = getCookie(c, FORM_COOKIE)
  return (
    cookie !== undefined &&
    equalInConstantTime(token, ctx.secrets.formToken(boundTo(c, ctx, cookie)))
  )
}

const boundTo = (c: HonoContext, ctx: Context, cookie: string): string[] => [
  cookie,
  isLoggedIn(ctx) ? `session ${ctx.viewer?.credential.id}` : 'nobody',
  here(c),
]

const isLoggedIn = ({ viewer }: Context): boolean => viewer?.credential.kind === 'session'

/** The path of the request with its query. */
const here = (c: HonoContext): string => `${c.req.path}${new URL(c.req.url).search}`
