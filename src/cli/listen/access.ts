import { ApiError } from '../../errors.ts'
import type { Env } from '../command.ts'
import { storedToken } from '../login-token.ts'
import { GatewayError, Unreachable } from './errors.ts'

/** Where a gateway is, and what it knows us by. */
export interface Access {
  /** Without a slash at the end. */
  url: string
  /** What it knows us by, in words. */
  by: 'API key' | 'login'
  /**
   * The same as headers of a request, or connection parameters of a websocket; a login has others
   * from time to time.
   * @throws GatewayError when the login has ended; Unreachable when the gateway does not answer who
   * would renew it.
   */
  headers(): Promise<Record<string, string>>
}

export const byKey = (url: string, key: string): Access => ({
  url,
  by: 'API key',
  headers: async () => ({ 'X-API-Key': key }),
})

/**
 * By what `meridian login` keeps.
 * @throws Error as it says in a sentence, when nobody logged in at this gateway.
 */
export const byLogin = (url: string, env: Env): Access => ({
  url,
  by: 'login',
  async headers() {
    const token = await storedToken(url, { env }).catch(error => {
      if (error instanceof ApiError) throw new GatewayError(error.code, error.message)
      throw new Unreachable(error instanceof Error ? error.message : String(error))
    })
    if (token === undefined) throw new GatewayError('UNAUTHENTICATED', missing(url))
    return { authorization: `Bearer ${token}` }
  },
})

const missing = (url: string): string =>
  `Nobody is logged in at ${url}: run meridian login, or set MERIDIAN_API_KEY to an API key with the scope bookings:read.`
