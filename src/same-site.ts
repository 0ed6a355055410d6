import { isIP } from 'node:net'

/**
 * Whether two origins belong to one site, as browsers decide it for `SameSite` cookies: the same
 * scheme, and the same registrable domain. Without the Public Suffix List, the last two labels of a
 * host are taken for its domain, or three where the last two look like `co.uk`.
 */
export function isSameSite(first: string, second: string): boolean {
  if (!URL.canParse(first) || !URL.canParse(second)) return false
  const [a, b] = [new URL(first), new URL(second)]
  return a.protocol === b.protocol && domainOf(a.hostname) === domainOf(b.hostname)
}

const COUNTRY_SUFFIX = /^(ac|co|com|edu|gov|ne|net|or|org)\.[a-z]{2}$/

function domainOf(hostname: string): string {
  if (isIP(hostname) !== 0 || hostname.startsWith('[')) return hostname
  const labels = hostname.replace(/\.$/, '').split('.')
  return labels.slice(COUNTRY_SUFFIX.test(labels.slice(-2).join('.')) ? -3 : -2).join('.')
}
