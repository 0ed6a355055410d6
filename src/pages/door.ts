import type { Ask } from '../graph/typed.ts'
import type { Env } from '../http/app.ts'

/** What the pages get of the gateway, and all that they get of it. */
export interface Door {
  /** Where clients reach the gateway, without a slash at the end. */
  publicUrl: string
  now(): Date
  /** Asks the graph as somebody without an account: pages regard no credential. */
  asVisitor(call: Env['Variables']): Ask
  /** Counts for an address. @throws Refused RATE_LIMITED. */
  count(what: 'lookAtPage' | 'sendForm', address: string): Promise<void>
  /** Whether a request comes from a page of this server, or from no page. */
  isOwn(browser: { origin: string | undefined; host: string | undefined }): boolean
  /** Notes what failed on our side. */
  failed(error: unknown, requestId: string): void
}
