// Sites whose pages may use a credential, such as https://app.example.com/cb or
// https://*.example.com. Compared as texts: a regular expression made of a stranger's text can take
// forever.

interface Site {
  /** `https:` or `http:`. */
  protocol: string
  /** Host with its port. */
  host: string
  /** Whether any one label may stand before the host. */
  isWildcard: boolean
}

/**
 * The site of an address; undefined for one that is not http or https, or has a `*` elsewhere in
 * its host.
 */
function siteOf(address: string): Site | undefined {
  const isWildcard = /^https?:\/\/\*\./i.test(address)
  const plain = isWildcard ? address.replace('*.', '') : address
  if (!URL.canParse(plain)) return undefined
  const { protocol, host, hostname } = new URL(plain)
  if ((protocol !== 'https:' && protocol !== 'http:') || host.includes('*')) return undefined
  // `https://*.com` would be the pages of everybody; an address has no subdomains.
  if (
    isWildcard &&
    (!hostname.includes('.') || /^[\d.]+$/.test(hostname) || hostname.startsWith('['))
  )
    return undefined
  return { protocol, host, isWildcard }
}

/** Whether an address can name a site: `*` stands only for the whole first label of its host. */
export const isSitePattern = (address: string): boolean => siteOf(address) !== undefined

/** Whether an origin is of the site of an address; never of one that is no site pattern. */
export function isOfSite(address: string, origin: string): boolean {
  const site = siteOf(address)
  if (site === undefined || !URL.canParse(origin)) return false
  const { protocol, host } = new URL(origin)
  if (protocol !== site.protocol) return false
  if (!site.isWildcard) return host === site.host
  const label = host.slice(0, -site.host.length - 1)
  return label !== '' && !label.includes('.') && host === `${label}.${site.host}`
}
