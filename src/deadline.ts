import { ApiError } from './errors.ts'

/**
 * How long a request may take unless the gateway is started with another limit, in milliseconds.
 */
export const REQUEST_MS = 20_000

// Writes end this share of the time earlier, so that their own error is still sent, with the data
// of other fields.
const RESERVED_SHARE = 0.05
/** How long past the deadline the result of a commit is awaited, in milliseconds. */
const COMMIT_GRACE_MS = 10_000
const RETRY_AFTER_SECONDS = 2

const NOT_STORED =
  'The request could not be completed in time. Changes that were not confirmed were not stored.'
const UNKNOWN =
  'The database did not confirm a change in time. Whether it was stored is unknown: read it before a retry.'

/** The error of work that was not completed in time. */
export const timedOut = (message = NOT_STORED): ApiError =>
  new ApiError('TIMEOUT', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })

/**
 * The instant by which a request must be answered. It is passed to authentication, the queue of a
 * host, the transaction and its statements. Measured on the monotonic clock.
 */
export interface Deadline {
  /** Milliseconds that a change may still take. 0 or less: no commit may begin. */
  writeMs(): number
  /**
   * The deadline of a part of the work, which may be earlier. Whether a commit has begun is known
   * for each part.
   */
  part(atMostMs?: number): Deadline
  /**
   * Result of a read or of a whole request. After `beginCommit` it is awaited longer, because a
   * stored change must not be reported as failed.
   * @throws ApiError TIMEOUT at the deadline. The work is not stopped by it.
   */
  within<T>(work: T | Promise<T>): Promise<T>
  /**
   * Result of a part of a change.
   * @throws ApiError TIMEOUT when a commit may not begin any more.
   */
  whileWritable<T>(work: Promise<T>): Promise<T>
  /** Called right before COMMIT is sent. @throws ApiError TIMEOUT when it is too late for it. */
  beginCommit(): void
}

/** A deadline so many milliseconds from now. */
export const deadlineIn = (ms: number): Deadline =>
  until(performance.now() + ms, ms * RESERVED_SHARE, () => {})

/** @param committing called when a commit begins; the deadline that contains this one */
function until(endsAt: number, reservedMs: number, committing: () => void): Deadline {
  let isCommitting = false
  const writeMs = () => endsAt - reservedMs - performance.now()
  const beginCommit = () => {
    if (writeMs() <= 0) throw timedOut()
    markCommit()
  }
  const markCommit = () => {
    isCommitting = true
    committing()
  }
  return {
    writeMs,
    part: (ms = Number.POSITIVE_INFINITY) =>
      until(Math.min(endsAt, performance.now() + ms + reservedMs), reservedMs, markCommit),
    within: work =>
      settled(
        work,
        () => endsAt - performance.now(),
        () => isCommitting,
      ),
    whileWritable: work => settled(work, writeMs, () => isCommitting),
    beginCommit,
  }
}

/**
 * Result of the work, or TIMEOUT when no time is left: for a commit that has begun, after the grace
 * period.
 */
async function settled<T>(
  work: T | Promise<T>,
  leftMs: () => number,
  isCommitting: () => boolean,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const check = () => {
      const left = leftMs() + (isCommitting() ? COMMIT_GRACE_MS : 0)
      if (left > 0) timer = setTimeout(check, Math.ceil(left))
      else reject(timedOut(isCommitting() ? UNKNOWN : NOT_STORED))
    }
    check()
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
