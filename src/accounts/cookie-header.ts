import type { Context } from '../context.ts'

/**
 * A Set-Cookie header for a cookie that no script can read. For a trusted page of another site over
 * https it is one that browsers send from there: `SameSite=None` needs `Secure`, and `Partitioned`
 * (CHIPS) confines it to pages under that site.
 */
export function cookieHeader(
  { publicUrl, isCrossSite }: Pick<Context, 'publicUrl' | 'isCrossSite'>,
  name: string,
  value: string,
  maxAgeSeconds: number,
): string {
  const isSecure = publicUrl.startsWith('https:')
  const isForOtherSite = isSecure && isCrossSite === true
  return [
    `${name}=${value}; Path=/; HttpOnly; SameSite=${isForOtherSite ? 'None' : 'Lax'}; Max-Age=${maxAgeSeconds}`,
    ...(isSecure ? ['Secure'] : []),
    ...(isForOtherSite ? ['Partitioned'] : []),
  ].join('; ')
}
