import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import type { Database } from './db/client.ts'
import type { Deadline } from './deadline.ts'
import { ApiError } from './errors.ts'
import type { CredentialWatch } from './event-log/credential-watch.ts'
import type { Signals } from './event-log/signals.ts'
import type { Places } from './live-limits.ts'
import type { Limiter } from './rate-limits/limiter.ts'
import type { Scope } from './scopes.ts'
import type { Secrets } from './secrets.ts'
import type { HookFormats } from './webhooks/format.ts'

/**
 * Who makes the request: the account that its credential belongs to, and what that credential may
 * do.
 */
export interface Viewer {
  userId: number
  /** `hook`: a delivery that reads its payload, not a request. */
  credential:
    | { kind: 'session' | 'apiKey' | 'platformClient' | 'hook'; id: number }
    | { kind: 'accessToken'; id: number; grantId: number; familyId: number }
    | { kind: 'managedToken'; id: number; clientId: number }
  scopes: ReadonlySet<Scope>
  /** When the credential expires. Null or undefined: never by itself. */
  expiresAt?: Date | null
  /**
   * Set for a platform client that may manage hooks of the accounts that it manages, and none of
   * its owner's own account: the client, and its scopes on those accounts.
   */
  ofClient?: { id: number; scopes: ReadonlySet<Scope> }
  /**
   * Addresses whose pages may use the credential, as `isOfSite` compares them; undefined: all pages
   * may.
   */
  pages?: readonly string[]
}

/** A server that speaks the chat completions of OpenAI. */
export interface LanguageModel {
  /** Its base, such as `https://api.example.com/v1`, without a slash at the end. */
  url: string
  /** Which of its models. */
  name: string
  /** Sent as a bearer token, and to nobody else. */
  key: string
}

/** What a server said of a version of a resource (RFC 9110, section 8.8). */
export interface Validators {
  etag: string | null
  lastModified: string | null
}

/** What was read at an address. */
export interface Fetched extends Validators {
  bytes: Uint8Array
}

/** What lives as long as the gateway. */
export interface Deps {
  db: Database['prisma']
  pool: Database['pool']
  clock: Clock
  secrets: Secrets
  signals: Signals
  limits: Limiter
  log: Logger
  /** The forms that deliveries of hooks can have. */
  formats: HookFormats
  /**
   * Why a URL may not be called, as the end of a sentence about it; undefined when it may.
   * @param httpsOnly whether it must be https even where the operator lets receivers have http
   */
  whyNotReceiver(url: string, httpsOnly: boolean): Promise<string | undefined>
  /**
   * Reads what is at an address, under the rules of `whyNotReceiver` at every connection.
   * @param known validators of what was read before; when they still hold, the answer is
   * `unchanged`
   * @throws Error that says in a few words what is wrong.
   */
  readUrl(url: string, known?: Validators): Promise<Fetched | 'unchanged'>
  /** Reads the messages to the assistant; undefined: it reads them by itself. */
  languageModel: LanguageModel | undefined
  /** The plan of new accounts. */
  defaultPlan: 'FREE' | 'PRO'
  /** Live subscriptions of accounts, over websockets and SSE together, by the account's id. */
  subscriptions: Places
  /** Aborts when the gateway stops: live answers end then. */
  stopping: AbortSignal
  /** Where clients reach this gateway, without a slash at the end. */
  publicUrl: string
  /**
   * By when the request must be answered; undefined for work without a request, which has limits of
   * its own.
   */
  deadline?: Deadline | undefined
}

/** What an act gets: the gateway's parts, and the viewer; null is a visitor. */
export interface Context extends Deps {
  viewer: Viewer | null
  /**
   * Whether the viewer's credential is still valid; undefined for internal calls, which have none.
   */
  credentialHolds?: (() => Promise<boolean>) | undefined
  /**
   * Watches the credential of the socket that an operation came over. Undefined: the operation came
   * over HTTP.
   */
  credentialWatch?: CredentialWatch | undefined
  /**
   * Cursor of the last event that the client received before it reconnected. It takes precedence
   * over the argument `after` of a subscription.
   */
  lastEventId?: string | undefined
  requestId: string
  /** The caller's network address as limits count it: an IPv4 address or an IPv6 /64 prefix. */
  clientAddress: string
  /** The Cookie header of the request, if there was one. */
  cookie?: string | null | undefined
  /** Whether a page of another site sent the request. */
  isCrossSite?: boolean
  /**
   * Adds a Set-Cookie header to the answer; undefined where there is no answer to add it to
   * (websockets).
   */
  setCookie: ((header: string) => void) | undefined
}

/**
 * The account that the request acts for. Every read and write of a host's own rows takes its
 * `hostId` from here.
 * @throws ApiError UNAUTHENTICATED for a visitor.
 */
export const hostOf = (ctx: Context): number => viewerOf(ctx).userId

/** The viewer. @throws ApiError UNAUTHENTICATED for a visitor. */
export function viewerOf({ viewer }: Context): Viewer {
  if (viewer === null) throw new ApiError('UNAUTHENTICATED', 'Log in, or send an API key.')
  return viewer
}

/**
 * @throws ApiError UNAUTHENTICATED for a visitor, INSUFFICIENT_SCOPE for a credential without the
 * scope.
 */
export function requireScope(ctx: Context, scope: Scope): void {
  if (!viewerOf(ctx).scopes.has(scope)) throw lacking(scope)
}

/** The refusal of a credential that lacks a scope. */
export const lacking = (scope: Scope): ApiError =>
  new ApiError('INSUFFICIENT_SCOPE', `This needs the scope ${scope}.`, { scope })
