import { join } from 'node:path'
import { type Clock, systemClock } from '../clock.ts'
import { withLock } from '../db/file-lock.ts'
import type { Env } from './command.ts'
import { type Login, ownFolder, readLogin, writeLogin } from './login-file.ts'
import { refresh } from './login-server.ts'

/** A token that ends sooner might end on its way. */
const SPARE_MS = 60_000

/**
 * The access token of the login at a server, for a command that acts for the person who logged in:
 * refreshed if it has expired. Undefined when nobody logged in there.
 * @throws ApiError UNAUTHENTICATED when the login has ended.
 *
 * @example
 * const token = await storedToken('http://127.0.0.1:4000')
 * const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
 */
export async function storedToken(
  url: string,
  { env = process.env, clock = systemClock }: { env?: Env; clock?: Clock } = {},
): Promise<string | undefined> {
  return (await storedLogin(url, env, clock))?.access_token
}

/**
 * The login at a server, with an access token that is good by its time.
 * @throws ApiError UNAUTHENTICATED.
 */
export async function storedLogin(
  url: string,
  env: Env,
  clock: Clock = systemClock,
): Promise<Login | undefined> {
  const login = await readLogin(env)
  if (login === undefined || login.url !== url.replace(/\/+$/, '')) return undefined
  if (!hasExpired(login, clock)) return login
  // A refresh token is good once: of two commands at once, one spends it and the other finds what
  // it got.
  return withLoginLock(env, async () => {
    const current = await readLogin(env)
    if (current === undefined || current.url !== login.url) return undefined
    if (!hasExpired(current, clock)) return current
    const next = await refresh(current, clock)
    await writeLogin(next, env)
    return next
  })
}

/** Runs while no other command changes the login. */
export async function withLoginLock<T>(env: Env, work: () => Promise<T>): Promise<T> {
  return withLock(join(await ownFolder(env), 'credentials.lock'), work)
}

const hasExpired = ({ expires_at }: Login, clock: Clock): boolean =>
  new Date(expires_at).getTime() - clock.now().getTime() < SPARE_MS
