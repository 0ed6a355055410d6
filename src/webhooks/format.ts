import type { HookDialect } from '../db/generated/client/client.ts'
import type { EventKind } from '../event-log/kinds.ts'
import type { ExecuteDocument } from '../graph/typed.ts'

/**
 * What a dialect says of its deliveries. The engine in src/delivery knows no dialect but by this.
 */
export interface HookFormat {
  /** The kinds of the log that it has a message for. */
  kinds: readonly EventKind[]
  retries: RetryPolicy
  /**
   * For a dialect that splits events into messages. Others send one message per event.
   */
  messages?: Messages
  /**
   * Its receivers must be called by https, unless the operator allows private ones: development.
   */
  httpsOnly?: true
  /**
   * The bodies of events by their public ids, read from the graph; of an event that is split, each
   * under the key of its message. They show the state at the time of the event, so that an event
   * always has the same body.
   */
  bodies(execute: ExecuteDocument, eventIds: string[], to: Addressee): Promise<Map<string, string>>
  /** The body that tries a hook out. */
  testBody(hookId: string, at: Date): string
  /**
   * Headers in addition to User-Agent, including the signature. The Content-Type is JSON by
   * default.
   */
  headers(sent: Sent): Record<string, string>
  /**
   * Why a text cannot be a secret of this dialect; undefined when it can. An empty one signs
   * nothing.
   */
  whyNotSecret(secret: string): string | undefined
  /** Secrets are answered with the hook whenever it is; others only when they are made. */
  showsSecrets?: true
  /** Hooks may have a template (template.ts), which `bodies` fills. */
  takesTemplates?: true
}

/** How a dialect splits events into messages. A webhook names the messages that it receives. */
export interface Messages {
  names: readonly string[]
  /**
   * The messages of an event, in the order in which they are sent; none for an event that it does
   * not send.
   */
  of(event: { uid: string; kind: string; data: unknown }): readonly Message[]
}

/** One message of an event. */
export interface Message {
  name: string
  /**
   * By what its body is found among those that `bodies` answers: unlike that of any other message
   * of any event.
   */
  key: string
}

/** What a dialect may know of the recipient. */
export interface Addressee {
  /** Where clients reach the gateway, without a slash at the end. */
  publicUrl: string
  /** Values of the client that made the hook. */
  metadata: unknown
  /**
   * Makes a body by the hook's template; null without one. It runs in a worker thread.
   * @throws Error for a template that repeats or prints too much, or takes too long.
   */
  render: ((values: Record<string, unknown>) => Promise<string>) | null
}

/** One attempt, as it is signed. */
export interface Sent {
  /** Public id of the delivery, the same at all its attempts. */
  deliveryId: string
  /** A kind of the log, or TEST. */
  kind: string
  /** Position of the event among those of its booking; null for other events and tests. */
  sequence: number | null
  body: string
  /** When it is sent. */
  at: Date
  /** The secret, and for a day after a rotation the one before it. */
  secrets: readonly [current: string, ...previous: string[]]
}

/**
 * All headers of an attempt: those of the dialect, and ours, which no dialect has a field for. By
 * the number of `X-Meridian-Sequence` receivers can sort the events of a booking.
 */
export const headersOf = (format: HookFormat, sent: Sent): Record<string, string> => ({
  ...format.headers(sent),
  ...(sent.sequence !== null && { 'X-Meridian-Sequence': String(sent.sequence) }),
})

/** When to try again. */
export interface RetryPolicy {
  /** The time limit of one attempt, in milliseconds. */
  timeoutMs: number
  /**
   * How long after each failed attempt the next one comes, in seconds. After the last the delivery
   * has failed.
   */
  delaysSeconds: readonly number[]
  /**
   * By how much of itself a delay may be longer or shorter, so that what failed together does not
   * come back together.
   */
  jitter: number
  /** Whether 410 Gone, or failing for five days, switches the hook off. */
  disables: boolean
}

/** The formats of this gateway; a hook of another dialect cannot be made. */
export type HookFormats = ReadonlyMap<HookDialect, HookFormat>
