import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import { transact } from '../db/transact.ts'
import { ApiError } from '../errors.ts'
import { email, parse } from '../validation.ts'
import { cookieHeader } from './cookie-header.ts'
import {
  forgetCredentials,
  type OpenedSession,
  openSession,
  SESSION_SECONDS,
} from './credentials.ts'
import { deviceCookie, knownDevice } from './device-cookie.ts'
import { whenHashingIsFree } from './hashing-queue.ts'
import { countLogIn, undoAll } from './log-in-limits.ts'
import { passwordFits } from './password.ts'

export const SESSION_COOKIE = 'session'

const LogIn = z.object({ email, password: z.string().max(200, 'must have at most 200 characters') })

/**
 * Opens a session for an account and its password.
 * @throws ApiError UNAUTHENTICATED, the same after the same work whether the account exists or not;
 * RATE_LIMITED.
 */
export async function logIn(ctx: Context, input: unknown) {
  requireCookies(ctx)
  const wanted = parse(LogIn, input)
  const user = await ctx.db.user.findUnique({ where: { email: wanted.email } })
  const fits = await whenHashingIsFree(ctx.clientAddress, async () => {
    // Counted when the turn has come: many guesses at once cannot pass before the first has failed.
    const counted = await countLogIn(ctx, wanted.email, user)
    const fits = await passwordFits(wanted.password, user?.passwordHash)
    if (fits) await undoAll(counted)
    return fits
  })
  if (user === null || !fits)
    throw new ApiError('UNAUTHENTICATED', 'The e-mail or the password is wrong.')
  const opened = await transact(ctx, ({ tx }) => openSession(tx, user.id, ctx.clock.now()))
  enterSession(ctx, user, opened)
  return user
}

/**
 * Hands the token of a session to the browser, where no script can read it. From here on the
 * request acts for the account: it can select of it what the next one could.
 */
export function enterSession(
  ctx: Context,
  { uid }: { uid: string },
  { token, viewer }: OpenedSession,
): void {
  const setCookie = requireCookies(ctx)
  ctx.viewer = viewer
  setCookie(cookieHeader(ctx, SESSION_COOKIE, token, SESSION_SECONDS))
  if (knownDevice(ctx, uid) === undefined) setCookie(deviceCookie(ctx, uid))
}

/**
 * @throws ApiError FORBIDDEN where the answer carries no cookie: on a websocket, and for a page of
 * a site that is not trusted.
 */
export function requireCookies(ctx: Context): (header: string) => void {
  if (ctx.setCookie === undefined)
    throw new ApiError(
      'FORBIDDEN',
      'Log in over HTTP, from a page of this server or of a trusted origin.',
    )
  return ctx.setCookie
}

/**
 * Ends the session that the request came with.
 * @throws ApiError UNAUTHENTICATED without a session.
 */
export async function logOut(ctx: Context): Promise<void> {
  const userId = hostOf(ctx)
  const credential = ctx.viewer?.credential
  if (credential?.kind !== 'session')
    throw new ApiError('UNAUTHENTICATED', 'There is no session to end.')
  await transact(ctx, ({ tx }) => tx.session.deleteMany({ where: { id: credential.id, userId } }))
  await forgetCredentials(ctx, userId)
  ctx.setCookie?.(cookieHeader(ctx, SESSION_COOKIE, '', 0))
}
