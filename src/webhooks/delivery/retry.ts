import { DAY_MS, HOUR_MS } from '../../time.ts'
import type { RetryPolicy } from '../format.ts'

/** What a receiver answered, as far as it decides what happens next. */
export interface Answer {
  status: number
  /** The header Retry-After, as it came. */
  retryAfter?: string | undefined
}

/** Where a delivery stands after an attempt. */
export type Decision =
  | { status: 'DELIVERED' }
  | { status: 'RETRYING'; nextAttemptAt: Date; holdsBack: boolean }
  | { status: 'FAILED' }

const LONGEST_RETRY_AFTER_MS = DAY_MS
/** The longest break that a receiver gets for its Retry-After. */
export const LONGEST_PAUSE_MS = HOUR_MS

/** Clocks of several machines differ by less, and are corrected by less while they run. */
const CLOCK_TOLERANCE_MS = 60_000

/**
 * For how long, by the schedule of retries, a delivery holds back the later ones of the same
 * booking. Most outages are over by then; in a longer one a late update is worth more than the
 * order. Counted in failed attempts, not by the clock.
 */
const HOLD_SECONDS = 60 * 60

const TOO_MANY_REQUESTS = 429
const SERVICE_UNAVAILABLE = 503
const GONE = 410

/**
 * What an attempt means for its delivery.
 * @param answer undefined when none came
 * @param tries attempts since the delivery was made or replayed, this one among them
 * @param random from 0 to 1
 */
export function decide(
  policy: RetryPolicy,
  answer: Answer | undefined,
  tries: number,
  now: Date,
  random: number,
): Decision {
  if (answer !== undefined && answer.status >= 200 && answer.status < 300)
    return { status: 'DELIVERED' }
  const delaySeconds = policy.delaysSeconds[tries - 1]
  if (delaySeconds === undefined || isGone(policy, answer)) return { status: 'FAILED' }
  const ownMs = delaySeconds * 1_000 * (1 + policy.jitter * (2 * random - 1))
  const askedMs = Math.min(retryAfterMs(answer, now), LONGEST_RETRY_AFTER_MS)
  return {
    status: 'RETRYING',
    nextAttemptAt: new Date(now.getTime() + Math.max(ownMs, askedMs)),
    holdsBack: tries <= holdingRetries(policy) && askedMs <= HOLD_SECONDS * 1_000,
  }
}

/**
 * How many retries a schedule makes in its first hour. Until the last of them failed, later
 * deliveries wait.
 */
function holdingRetries({ delaysSeconds }: RetryPolicy): number {
  let seconds = 0
  const beyond = delaysSeconds.findIndex(delay => {
    seconds += delay
    return seconds > HOLD_SECONDS
  })
  return beyond === -1 ? delaysSeconds.length : beyond
}

/** What was stored with a later instant was stored before the clock was set back. */
export const ahead = (now: Date): Date => new Date(now.getTime() + CLOCK_TOLERANCE_MS)

/**
 * Whether the receiver said that it is gone for good, to a dialect that listens (RFC 9110
 * §15.5.11).
 */
export const isGone = (policy: RetryPolicy, answer: Answer | undefined): boolean =>
  policy.disables && answer?.status === GONE

/**
 * Until when a receiver that has too much to do wants nothing at all (RFC 6585 §4, RFC 9110
 * §15.6.4); an hour at most.
 */
export function pauseOf(answer: Answer | undefined, now: Date): Date | undefined {
  if (answer?.status !== TOO_MANY_REQUESTS && answer?.status !== SERVICE_UNAVAILABLE)
    return undefined
  const ms = Math.min(retryAfterMs(answer, now), LONGEST_PAUSE_MS)
  return ms > 0 ? new Date(now.getTime() + ms) : undefined
}

/** RFC 9110 §10.2.3: seconds, or a date. 0 for what is neither, or past. */
function retryAfterMs(answer: Answer | undefined, now: Date): number {
  const text = answer?.retryAfter?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  // Without the zone that all such dates have, Date.parse would find a year in any words.
  const date = text.endsWith(' GMT') ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? 0 : Math.max(date - now.getTime(), 0)
}
