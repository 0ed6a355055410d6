import type { IncomingMessage } from 'node:http'
import { type BlockList, isIP } from 'node:net'

/**
 * The network address of who sent a request, for limits: that of the connection, unless it belongs to a proxy of the
 * operator's. A proxy adds whom it speaks for at the end of X-Forwarded-For; what stands before, anyone may have written.
 * So the answer is the last address there that is no trusted proxy.
 */
export function clientAddress({ socket, headers }: IncomingMessage, trustedProxies: BlockList): string {
  let address = plain(socket.remoteAddress ?? '')
  const forwardedFor = headers['x-forwarded-for']
  if (forwardedFor === undefined) return address
  for (const hop of [forwardedFor].flat().join().split(',').reverse()) {
    const sender = plain(hop.trim())
    if (isIP(sender) === 0 || !trustedProxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return address
    address = sender
  }
  return address
}

/** A socket that listens on IPv6 too writes IPv4 addresses as mapped ones. */
const plain = (address: string): string => address.replace(/^::ffff:(?=[\d.]+$)/i, '')
