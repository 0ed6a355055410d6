import { isIP } from 'node:net'
import { isLoopback } from '../loopback.ts'

/** Under which names, those of the Host header, the gateway may be called. */
export interface HostRules {
  /** Host names in lower case, without ports. Null: any name. */
  names: ReadonlySet<string> | null
  /** Whether any IP address may be called: no site can have one for its name. */
  allowsAddresses: boolean
}

/** What the settings say of names. */
interface Stated {
  publicUrl: string | undefined
  allowedHosts: string[]
  /** Where the gateway listens. */
  host: string
}

/**
 * The names of `PUBLIC_URL` and `MERIDIAN_ALLOWED_HOSTS`. Without both, a gateway on a loopback
 * address may be called by IP addresses, and one that listens elsewhere, whose names nobody stated,
 * by any name.
 */
export function hostRules({ publicUrl, allowedHosts, host }: Stated): HostRules {
  const stated = [
    ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname]),
    ...allowedHosts,
  ]
  if (stated.length > 0)
    return { names: new Set(stated.map(name => name.toLowerCase())), allowsAddresses: false }
  return { names: isLoopback(host) ? new Set() : null, allowsAddresses: true }
}

/** Whether a Host header names this gateway. Loopback names and addresses always do. */
export function mayBeCalled(
  host: string | undefined,
  { names, allowsAddresses }: HostRules,
): boolean {
  if (names === null) return true
  const url = `http://${host}`
  if (host === undefined || !URL.canParse(url)) return false
  const { hostname } = new URL(url)
  const name = hostname.replace(/^\[(.*)\]$/, '$1')
  return isLoopback(name) || names.has(hostname) || (allowsAddresses && isIP(name) !== 0)
}
