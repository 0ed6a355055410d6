import type { Context } from '../context.ts'
import { type Counted, rateLimited } from '../rate-limits/limiter.ts'
import { knownDevice } from './device-cookie.ts'

/**
 * Counts a log-in as a failure; call `undo` of each when it succeeds.
 *
 * Only failures count, and only against the address (or known device) that they came from, so the
 * correct password works from every address that has not itself failed too often: nobody can lock
 * an owner out. Guessing stays bounded:
 * - one address makes 10 guesses at an account in a minute and 60 in an hour, and 60 in a minute at
 *   all accounts;
 * - when many addresses have failed at one account 100 times in an hour, each address that is not a
 *   known device has 3 failures in an hour left. An attacker then needs a new IPv4 address or IPv6
 *   /64 for every three guesses.
 * @throws ApiError RATE_LIMITED; nothing is counted then.
 */
export async function countLogIn(
  ctx: Context,
  email: string,
  user: { uid: string } | null,
): Promise<readonly Counted[]> {
  const { limits, clientAddress } = ctx
  const device = user === null ? undefined : knownDevice(ctx, user.uid)
  const who = `${email} ${device === undefined ? clientAddress : `device ${device}`}`
  const counted = [
    await limits.count('logInFailures', who),
    await limits.count('logInFailuresPerHour', who),
  ]
  if (device === undefined) {
    counted.push(await limits.count('logInFailuresOfAddress', clientAddress))
    const ofAccount = await limits.count('logInFailuresOfAccount', email)
    const held = await limits.count('logInFailuresUnderAttack', who)
    // Past this limit the account is not refused; its strangers are held closer.
    if (ofAccount.isOver) counted.push(held)
    else await held.undo()
    counted.push({ ...ofAccount, isOver: false })
  }
  const refused = counted
    .filter(each => each.isOver)
    .sort((a, b) => b.resetsAt.getTime() - a.resetsAt.getTime())[0]
  if (refused === undefined) return counted
  await undoAll(counted)
  throw rateLimited(refused, ctx.clock.now())
}

/** Takes what was counted out of the counts again. */
export async function undoAll(counted: readonly Counted[]): Promise<void> {
  await Promise.all(counted.map(each => each.undo()))
}
