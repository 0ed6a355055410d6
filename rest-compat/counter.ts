/** So many requests in so many seconds. */
export interface Limit {
  requests: number
  seconds: number
}

/** How a caller stands after a request that was counted. */
export interface Counted {
  limit: number
  /** How many more are free in this window. */
  remaining: number
  /** Whether this one was too many. */
  isOver: boolean
  /** When the window ends. */
  resetsAt: Date
}

export type Counter = (who: number | string) => Counted

/** Counts requests in windows of the clock, in this process. */
export function counterOf({ requests, seconds }: Limit, now: () => Date): Counter {
  const counts = perWindow(seconds, now, () => new Map<number | string, number>())
  return who => {
    const { value, endsAt } = counts()
    const count = (value.get(who) ?? 0) + 1
    value.set(who, count)
    return {
      limit: requests,
      remaining: Math.max(0, requests - count),
      isOver: count > requests,
      resetsAt: endsAt,
    }
  }
}

/** Of several limits the one that holds the caller, or is nearest to it. */
export const nearest = (counted: readonly [Counted, ...Counted[]]): Counted =>
  counted.reduce((one, other) => (other.isOver || (!one.isOver && other.remaining < one.remaining) ? other : one))

/**
 * Something that is made anew in each window of the clock. Windows begin at round times and all end together, so what was
 * kept in one goes with it.
 */
export function perWindow<T>(seconds: number, now: () => Date, make: () => T): () => { value: T; endsAt: Date } {
  const length = seconds * 1_000
  let window = { value: make(), endsAt: new Date(0), startsAt: new Date(0) }
  return () => {
    const at = now()
    // A clock can be set back.
    if (at >= window.endsAt || at < window.startsAt) {
      const start = Math.floor(at.getTime() / length) * length
      window = { value: make(), startsAt: new Date(start), endsAt: new Date(start + length) }
    }
    return window
  }
}
