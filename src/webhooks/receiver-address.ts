// Which receivers of webhooks may be called. Hosts give any URL they like, and the gateway stands
// inside a network that they must not reach through it (server-side request forgery). A URL is
// looked at twice: when it is given, so that people learn what is wrong, and at each connect,
// because names change their addresses. Only the second look protects.

import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import ipaddr from 'ipaddr.js'
import { Agent, buildConnector } from 'undici'

/** What the operator allows of receivers. */
export interface ReceiverRules {
  /** Receivers may have any address, and http will do whatever `httpsOnly` says: development. */
  allowPrivate: boolean
  /** Receivers must be called by https. */
  httpsOnly: boolean
}

/** Looks a name up: all its addresses, or a rejection when it has none. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>

/** As the machine looks names up, its hosts file and search domains included. */
export const resolveByDns: Resolve = hostname => lookup(hostname, { all: true })

/**
 * What a request through `receiverAgent` fails with when its receiver may not be called; nothing
 * was sent then.
 */
export class ForbiddenAddress extends Error {
  override name = 'ForbiddenAddress'
}

// IANA gives addresses of the public internet out of this block alone.
const IPV6_GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3')

// Azure's own service for virtual machines, in a public range. The metadata services of the other
// clouds have addresses that are link-local (169.254.169.254), shared (100.100.100.200) or unique
// local (fd00:ec2::254).
const AZURE_WIRE_SERVER = '168.63.129.16'

/**
 * Whether an IP address is one of the public internet. IPv6 addresses that carry an IPv4 one
 * (mapped, NAT64, 6to4, Teredo) are not, whatever they carry.
 */
export function isPublic(address: string): boolean {
  // ipaddr.js alone would read more than addresses, such as 127.1.
  if (isIP(address) === 0) return false
  const ip = ipaddr.parse(address)
  // The IANA registries of special-purpose addresses (RFC 6890): what is in none of them is
  // `unicast`.
  if (ip.range() !== 'unicast') return false
  return ip.kind() === 'ipv6' ? ip.match(IPV6_GLOBAL_UNICAST) : address !== AZURE_WIRE_SERVER
}

const RESOLVE_MS = 2_000

/**
 * Why a URL may not be a receiver, as the end of a sentence about it; undefined when it may. A name
 * that does not exist is rejected in the words of one that leads to a private address: the
 * difference would show which names the operator's network has. When DNS itself fails, or takes
 * longer than 2 s, the name passes: the agent checks it at each connection.
 */
export async function whyNotReceiver(
  url: URL,
  rules: ReceiverRules,
  resolve: Resolve,
): Promise<string | undefined> {
  const reason = whyNotByLook(url, rules)
  if (reason !== undefined || rules.allowPrivate || isLiteral(url.hostname)) return reason
  const looked = resolve(url.hostname).catch(error => (doesNotExist(error) ? undefined : []))
  const addresses = await Promise.race([looked, sleep(RESOLVE_MS, [], { ref: false })])
  return addresses !== undefined && allPublic(addresses) ? undefined : notPublic(url.hostname)
}

export interface ReceiverAgentOptions {
  /** Connections to one origin at a time; further requests wait. */
  connectionsPerOrigin?: number
  /** Time for looking the name up, connecting and the TLS handshake together. */
  connectTimeoutMs?: number
}

/**
 * Opens the connections of deliveries, and keeps them for the next. It connects to a name only when
 * all addresses of the name are public, and to no other than these: a name that changes its
 * addresses later gains nothing.
 *
 *     const dispatcher = receiverAgent(rules, resolveByDns)
 *     await request(hook.url, { method: 'POST', body, dispatcher })
 */
export function receiverAgent(
  rules: ReceiverRules,
  resolve: Resolve,
  options: ReceiverAgentOptions = {},
): Agent {
  const { connectionsPerOrigin = 32, connectTimeoutMs = 5_000 } = options
  const open = buildConnector({
    allowH2: false,
    timeout: connectTimeoutMs,
    lookup: checkedLookup(rules, resolve),
    autoSelectFamily: true,
    // Node gives an address 250 ms before it drops it for the next, too few for a receiver on
    // another continent.
    autoSelectFamilyAttemptTimeout: 1_000,
  })
  return new Agent({
    connections: connectionsPerOrigin,
    // The last point before the socket: `lookup` is not asked for an IP address.
    connect(target, callback) {
      const reason = whyNotByLook(target, rules)
      if (reason === undefined) return open(target, callback)
      // Not at once: undici is in the midst of taking the request.
      queueMicrotask(() => callback(new ForbiddenAddress(reason), null))
    },
  })
}

/**
 * Answers net.connect the very addresses that were checked, so that no second look can find others.
 */
function checkedLookup(rules: ReceiverRules, resolve: Resolve): LookupFunction {
  return (hostname, { all }, answer) => {
    allowedAddresses(hostname, rules, resolve).then(
      ([first, ...more]) =>
        all ? answer(null, [first, ...more]) : answer(null, first.address, first.family),
      error => answer(error, []),
    )
  }
}

/** @throws ForbiddenAddress */
async function allowedAddresses(
  hostname: string,
  rules: ReceiverRules,
  resolve: Resolve,
): Promise<[LookupAddress, ...LookupAddress[]]> {
  const [first, ...more] = await resolve(hostname).catch(error => {
    if (!rules.allowPrivate && doesNotExist(error)) throw new ForbiddenAddress(notPublic(hostname))
    throw error
  })
  if (!rules.allowPrivate && (first === undefined || !allPublic([first, ...more]))) {
    throw new ForbiddenAddress(notPublic(hostname))
  }
  if (first === undefined) throw new Error(`${hostname} has no address`)
  return [first, ...more]
}

const allPublic = (addresses: LookupAddress[]): boolean =>
  addresses.every(({ address }) => isPublic(address))

/** What can be said without looking the name up. */
function whyNotByLook(
  url: { protocol: string; hostname: string },
  rules: ReceiverRules,
): string | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return 'must start with https:// or http://'
  if (rules.allowPrivate) return undefined
  if (url.protocol !== 'https:' && rules.httpsOnly) return 'must start with https://'
  if (isLiteral(url.hostname))
    return isPublic(bare(url.hostname)) ? undefined : leadsToPrivate(url.hostname)
  return isLocalName(url.hostname)
    ? `must not lead to a local name (${url.hostname})${HINT}`
    : undefined
}

// Names the host as it was given, never what it resolves to: that would reveal the operator's own
// network.
const leadsToPrivate = (hostname: string): string =>
  `must not lead to a private address (${bare(hostname)})${HINT}`

/** For the operator of the server. */
const HINT = '; the operator can allow it with MERIDIAN_ALLOW_PRIVATE_HOOKS=1'

// The same for names that lead to private addresses and for names that do not exist.
const notPublic = (hostname: string): string => `must lead to public addresses only (${hostname})`

/** Whether DNS said that a name does not exist, or has no address. */
const doesNotExist = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ENOTFOUND' || error.code === 'ENODATA')

/**
 * Names that mean something in this network only: RFC 6761 §6.3, RFC 6762 §3, RFC 8375, ICANN's
 * `.internal`.
 */
function isLocalName(hostname: string): boolean {
  const name = hostname.replace(/\.+$/, '')
  return !name.includes('.') || /\.(localhost|local|internal|home\.arpa)$/.test(`.${name}`)
}

const isLiteral = (hostname: string): boolean => isIP(bare(hostname)) !== 0

/** An IPv6 address stands in brackets in a URL, and without them elsewhere. */
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1')
