// A browser in which somebody logged in to an account is a known device of that account: failures
// of strangers do not count for it, even those that come from the same address (an office, a
// carrier, a proxy that the operator did not name). OWASP, "Slow Down Online Guessing Attacks with
// Device Cookies".

import { parse as parseCookies } from 'hono/utils/cookie'
import type { Context } from '../context.ts'
import { equalInConstantTime, newToken } from '../secrets.ts'
import { cookieHeader } from './cookie-header.ts'

const DEVICE_COOKIE = 'device'
const DEVICE_SECONDS = 365 * 24 * 60 * 60

/** The id of the device that a request comes from, when it is a known device of the account. */
export function knownDevice({ cookie, secrets }: Context, userUid: string): string | undefined {
  const sent = (cookie != null && parseCookies(cookie, DEVICE_COOKIE)[DEVICE_COOKIE]) || ''
  const [uid, id = '', signature = ''] = sent.split('.')
  if (uid !== userUid) return undefined
  return equalInConstantTime(signature, secrets.formToken(['device', userUid, id])) ? id : undefined
}

/** The Set-Cookie header that makes a browser a known device of the account. */
export function deviceCookie(ctx: Context, userUid: string): string {
  const id = newToken('')
  const value = `${userUid}.${id}.${ctx.secrets.formToken(['device', userUid, id])}`
  return cookieHeader(ctx, DEVICE_COOKIE, value, DEVICE_SECONDS)
}
