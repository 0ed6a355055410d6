import type { ExecuteDocument } from '../graph/typed.ts'
import type { Env } from '../http/app.ts'
import type { Limiter } from '../rate-limits/limiter.ts'

/** What a request says of the page that sent it. */
export interface Browser {
  origin: string | undefined
  host: string | undefined
  cookie: string | undefined
  fetchSite: string | undefined
  contentType: string | undefined
}

/** What the pages get of the gateway, and all that they get of it. */
export interface PagesGateway {
  /** Where clients reach the gateway, without a slash at the end. */
  publicUrl: string
  now(): Date
  limits: Limiter
  /** Asks the graph as an anonymous caller: pages take no credential. */
  asVisitor(call: Env['Variables']): ExecuteDocument
  /** Whether a request comes from a page of this server, or from no page. */
  isOwn(browser: Browser): boolean
  /** Notes what failed on our side. */
  failed(error: unknown, requestId: string): void
}
