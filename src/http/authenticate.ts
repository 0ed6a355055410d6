import { parse as parseCookies } from 'hono/utils/cookie'
import type { Credentials, PresentedClient } from '../accounts/credentials.ts'
import { SESSION_COOKIE } from '../accounts/sessions.ts'
import type { Viewer } from '../context.ts'
import { ApiError } from '../errors.ts'
import { isSameSite } from '../same-site.ts'
import { isOfSite } from '../site-pattern.ts'

/** What a request brings along that can say who it is for. */
export interface Presented {
  /** The Authorization header, or the same from a websocket's connection parameters. */
  authorization?: string | null | undefined
  apiKey?: string | null | undefined
  /** A platform client, which goes before all else. */
  client?: PresentedClient | undefined
  cookie?: string | null | undefined
  origin?: string | null | undefined
  host?: string | null | undefined
  /** Sec-Fetch-Site: how a browser relates the page that sent the request to this server. */
  fetchSite?: string | null | undefined
  contentType?: string | null | undefined
}

/**
 * The viewer of a request; null for a visitor.
 *
 * A session cookie comes along by itself, so it counts only from our own pages and from sites that
 * the operator trusts; one that has ended makes a visitor, who can log in again. A key was sent on
 * purpose, so a wrong one is refused.
 * @throws ApiError UNAUTHENTICATED for a bad key or token.
 */
export async function authenticate(
  credentials: Credentials,
  presented: Presented,
  trustedOrigins: ReadonlySet<string>,
): Promise<Viewer | null> {
  if (presented.client !== undefined) return credentials.viewerOfClient(presented.client)
  const sent = presented.apiKey ?? bearer(presented.authorization)
  if (sent !== undefined) return ofAllowedPage(await credentials.viewerOf(sent), presented.origin)
  const session = sessionIn(presented)
  if (session === undefined || !ownOrTrusted(presented, trustedOrigins)) return null
  try {
    return await credentials.viewerOf(session)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') return null
    throw error
  }
}

/** @throws ApiError UNAUTHENTICATED for a page that may not use the credential. */
function ofAllowedPage(viewer: Viewer, origin: string | null | undefined): Viewer {
  const { pages } = viewer
  if (origin == null || pages === undefined || pages.some(page => isOfSite(page, origin)))
    return viewer
  throw new ApiError('UNAUTHENTICATED', 'The token cannot be used from pages of this site.', {
    origin,
  })
}

/** Whether what a request brought along still makes it somebody's. */
export async function holds(
  credentials: Credentials,
  presented: Presented,
  trustedOrigins: ReadonlySet<string>,
): Promise<boolean> {
  try {
    return (await authenticate(credentials, presented, trustedOrigins)) !== null
  } catch (error) {
    if (error instanceof ApiError) return false
    throw error
  }
}

/** Whether a session came along that does not count, because a page of another site sent it. */
export const hasForeignSession = (
  presented: Presented,
  trustedOrigins: ReadonlySet<string>,
): boolean => sessionIn(presented) !== undefined && !ownOrTrusted(presented, trustedOrigins)

/** The token of the session cookie; undefined without one. */
const sessionIn = ({ cookie }: Presented): string | undefined =>
  (cookie != null && parseCookies(cookie, SESSION_COOKIE)[SESSION_COOKIE]) || undefined

function bearer(authorization: string | null | undefined): string | undefined {
  if (authorization == null) return undefined
  const token = /^Bearer +([^\s]+)$/i.exec(authorization)?.[1]
  if (token === undefined)
    throw new ApiError(
      'UNAUTHENTICATED',
      'The Authorization header must be: Bearer, a space, a key.',
    )
  return token
}

/**
 * Whether a page of another site sent a request: as the browser says (Sec-Fetch-Site), else by its
 * Origin.
 */
export function isOfOtherSite({ origin, host, fetchSite }: Presented, publicUrl: string): boolean {
  if (fetchSite != null) return fetchSite === 'cross-site'
  if (origin == null || (URL.canParse(origin) && new URL(origin).host === host)) return false
  return !isSameSite(origin, publicUrl)
}

/**
 * The bodies that a form of any site can send without asking (Fetch, "CORS-safelisted
 * request-header").
 */
const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\s*(;|$)/i

/**
 * Whether a request comes from a page of ours or of a site that the operator trusts, or from no
 * page at all. Browsers say so by Origin, and newer ones by Sec-Fetch-Site too. A form with a
 * cookie and without both can come from any page.
 */
export function ownOrTrusted(
  { origin, host, fetchSite, contentType, cookie }: Presented,
  trusted: ReadonlySet<string>,
): boolean {
  if (origin != null)
    return trusted.has(origin) || (URL.canParse(origin) && new URL(origin).host === host)
  if (fetchSite != null) return fetchSite === 'same-origin' || fetchSite === 'none'
  return cookie == null || !FORM.test(contentType ?? '')
}
