import ipaddr from 'ipaddr.js'

// RFC 6177: a site gets a /64 or more, so one machine can use any address of it.
const IPV6_BITS = 64

/** The network that limits count an address for: an IPv4 address by itself, an IPv6 address as its /64. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_BITS}`).toString()}/${IPV6_BITS}`
}
