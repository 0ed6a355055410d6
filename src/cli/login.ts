import { z } from 'zod'
import { ApiError } from '../errors.ts'
import { COMMAND_LINE_CLIENT } from '../oauth/command-line-client.ts'
import { keyScopes } from '../scopes.ts'
import { baseUrl, parse } from '../validation.ts'
import { command, type Env, flag } from './command.ts'
import { listenOnLoopback, openBrowser } from './login-browser.ts'
import { deleteLogin, type Login, loginPath, readLogin, writeLogin } from './login-file.ts'
import { begin, emailOf, revoke } from './login-server.ts'
import { storedLogin, withLoginLock } from './login-token.ts'
import { scopeList } from './scopes.ts'
import { OURS } from './server-url.ts'

/** What the commands that follow a login do: they look. */
const readingScopes = [...keyScopes].filter(scope => scope.endsWith(':read'))

export const login = command({
  about: 'logs in to a server through the browser, and keeps the token for other commands',
  details: `The token is kept in ~/.config/meridian/credentials.json, for its owner alone, and refreshed when it expires.
There is one login at a time: another one, here or at another server, ends it.`,
  flags: z.object({
    url: flag(baseUrl.optional(), {
      value: 'URL',
      about: `the server (default: MERIDIAN_URL, or ${OURS})`,
    }),
    clientId: flag(z.string().default(COMMAND_LINE_CLIENT), {
      value: 'ID',
      about: `client_id of a public app with a redirect to 127.0.0.1; default ${COMMAND_LINE_CLIENT}`,
    }),
    scopes: flag(scopeList.default(readingScopes), {
      value: 'SCOPES',
      about: 'scopes of the token, separated by spaces; default: all reading scopes',
    }),
    noBrowser: flag(z.boolean().optional(), { about: 'only prints the page to open' }),
  }),
  async act({ url: given, clientId, scopes, noBrowser }, env) {
    const url = given ?? parse(baseUrl, env.MERIDIAN_URL || OURS, 'MERIDIAN_URL')
    const kept = await loginThatFits({ url, clientId, scopes }, env)
    const fresh =
      kept ?? (await throughBrowser({ url, clientId, scopes, opens: noBrowser !== true }, env))
    const { scope, expires_at } = fresh
    return {
      url,
      email: await emailOf(fresh),
      client_id: clientId,
      scope,
      expires_at,
      file: loginPath(env),
    }
  },
})

export const logout = command({
  about: 'ends the login and its token, here and at the server',
  flags: z.object({}),
  act: (_flags, env) =>
    withLoginLock(env, async () => {
      const login = await readLogin(env)
      if (login !== undefined) await revoke(login).catch(error => notRevoked(error, env))
      await deleteLogin(env)
      return { url: login?.url ?? null, revoked: login !== undefined }
    }),
})

function notRevoked(error: unknown, env: Env): void {
  // The server knows the app no more, and with it its tokens.
  if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') return
  const why = error instanceof Error ? error.message : String(error)
  throw new Error(
    `${why}. The token still counts; if the server is gone for good, delete ${loginPath(env)}.`,
  )
}

interface Wanted {
  url: string
  clientId: string
  scopes: string[]
}

/**
 * The login that is there already, if it is this one, may do as much, and still counts at the
 * server.
 */
async function loginThatFits(
  { url, clientId, scopes }: Wanted,
  env: Env,
): Promise<Login | undefined> {
  const login = await storedLogin(url, env).catch(error => {
    if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') return undefined
    throw error
  })
  const allowed = login?.scope.split(' ') ?? []
  if (login?.client_id !== clientId || !scopes.every(scope => allowed.includes(scope)))
    return undefined
  return (await emailOf(login)) === undefined ? undefined : login
}

async function throughBrowser(
  { opens, ...wanted }: Wanted & { opens: boolean },
  env: Env,
): Promise<Login> {
  const loopback = await listenOnLoopback()
  try {
    const begun = await begin(wanted.url, { ...wanted, redirectUri: loopback.redirectUri })
    const answered = loopback.answer(begun.state)
    process.stderr.write(
      `To log in, open this page in a browser of this machine:\n\n  ${begun.url}\n\n`,
    )
    if (opens) openBrowser(begun.url)
    const answer = await answered
    try {
      const login = await begun.finish(answer.url)
      await keep(login, env)
      await answer.show('You are logged in. You can close this page.')
      return login
    } catch (error) {
      await answer.show('The login failed; the command line says why. You can close this page.')
      throw error
    }
  } finally {
    loopback.close()
  }
}

/** Keeps a login, and ends the one before: nobody could find its token any more. */
const keep = (login: Login, env: Env): Promise<void> =>
  withLoginLock(env, async () => {
    const before = await readLogin(env)
    await writeLogin(login, env)
    if (before !== undefined) await revoke(before).catch(() => {})
  })
