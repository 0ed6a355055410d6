import type { IncomingMessage } from 'node:http'
import { type BlockList, isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * The network address of the client, as limits count it. It is the address of the connection unless
 * that belongs to a proxy of the operator's. A proxy adds the address that it forwards for at the
 * end of X-Forwarded-For; anything before that can be forged by the client. So the client is the
 * last address there that is no trusted proxy.
 */
export function clientAddress(
  { socket, headers }: IncomingMessage,
  trustedProxies: BlockList,
): string {
  return limitedAddress(
    senderOf(socket.remoteAddress ?? '', headers['x-forwarded-for'], trustedProxies),
  )
}

function senderOf(
  remote: string,
  forwardedFor: string | string[] | undefined,
  trustedProxies: BlockList,
): string {
  let address = plain(remote)
  if (forwardedFor === undefined) return address
  for (const hop of [forwardedFor].flat().join().split(',').reverse()) {
    const sender = plain(hop.trim())
    if (isIP(sender) === 0 || !trustedProxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'))
      return address
    address = sender
  }
  return address
}

/** An IPv4 address that is written as an IPv6 one (RFC 4291 section 2.5.5.2) becomes IPv4 again. */
function plain(address: string): string {
  if (isIP(address) !== 6) return address
  const ip = ipaddr.IPv6.parse(address)
  return ip.isIPv4MappedAddress() ? ip.toIPv4Address().toString() : address
}

/**
 * What counts as one client: an IPv4 address, or an IPv6 /64 prefix. A provider gives one customer
 * at least a /64 (RFC 6177), so anyone there has 2^64 addresses. NAT64 (RFC 6052) puts all of IPv4
 * into one /64; those count by the IPv4 address that they carry.
 */
function limitedAddress(address: string): string {
  if (isIP(address) !== 6) return address
  const ip = ipaddr.IPv6.parse(address)
  if (ip.range() === 'rfc6052') return ipaddr.fromByteArray(ip.toByteArray().slice(12)).toString()
  return `${new ipaddr.IPv6([...ip.parts.slice(0, 4), 0, 0, 0, 0])}/64`
}
