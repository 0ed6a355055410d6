// Who a request says it is from: its contract, 2.1.

import { z } from 'zod'
import type { Dialect } from '../../dialect.ts'

type Header = (name: string) => string | undefined

/** A bearer token; a platform client with its secret, which goes before it. */
export const presented: Dialect['presented'] = (header, path) => {
  const uid = clientInPath(path) ?? header('x-cal-client-id')
  const secret = header('x-cal-secret-key')
  return {
    authorization: bearerIn(header),
    origin: header('origin'),
    host: header('host'),
    client: uid === undefined || secret === undefined ? undefined : { uid, secret },
  }
}

/** The Authorization header. An API key can stand there without `Bearer`. */
function bearerIn(header: Header): string | undefined {
  const sent = header('authorization')?.trim()
  return sent !== undefined && /^cal_\S+$/.test(sent) ? `Bearer ${sent}` : sent
}

/**
 * The path names the client of its accounts; where it names the client itself, its owner comes with
 * an API key.
 */
const clientInPath = (path: string): string | undefined =>
  /\/oauth-clients\/(\w+)(?:\/|$)/.exec(path)?.[1]

export const tokenIn = (header: Header): string | undefined =>
  /^Bearer +(.*)$/i.exec(bearerIn(header) ?? '')?.[1]

const Claims = z.object({ clientId: z.string() })

/**
 * The id of the platform client that a request names, for error messages; undefined if it names
 * none.
 */
export function clientIdIn(header: Header, path: string): string | undefined {
  const { client } = presented(header, path)
  if (client !== undefined) return client.uid
  const [, claims] = tokenIn(header)?.split('.') ?? []
  if (claims === undefined) return undefined
  try {
    return Claims.safeParse(JSON.parse(Buffer.from(claims, 'base64url').toString())).data?.clientId
  } catch {
    return undefined
  }
}
