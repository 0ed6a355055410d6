import { ApiError } from '../errors.ts'
import type { LimitStore } from './store.ts'
import type { Limit, LimitName, LimitTable } from './table.ts'

/** Where a caller stands after a request that was counted. */
export interface Counted {
  limit: number
  /** Requests in this window, with this one. */
  used: number
  /** Requests that are left in this window. */
  remaining: number
  /** Whether this request was over the limit. */
  isOver: boolean
  /** When the window ends. */
  resetsAt: Date
  /** Takes the request out of the count again, for limits that count failures or successes only. */
  undo(): Promise<void>
}

/**
 * Counts requests in windows of the clock: the one limiter of the graph, REST, pages, OAuth and
 * websockets.
 */
export interface Limiter {
  /** The limits as the operator set them. */
  table: LimitTable
  /**
   * Counts a request of a caller and says where the caller stands. A request is over the limit when
   * the count had reached it before: one request of several points can pass it.
   * @param who the account, address or event type that the limit is per
   */
  count(name: LimitName, who: string, points?: number): Promise<Counted>
  /** The same for a limit that is not in the table: those of the REST dialects. */
  countTo(limit: Limit, name: string, who: string): Promise<Counted>
  /** Counts a request. @throws ApiError RATE_LIMITED when it is over the limit. */
  take(name: LimitName, who: string, points?: number): Promise<Counted>
}

export function limiterOf(table: LimitTable, store: LimitStore, now: () => Date): Limiter {
  async function countIn(
    { requests, seconds }: Limit,
    name: string,
    who: string,
    points: number,
  ): Promise<Counted> {
    const length = seconds * 1_000
    const window = Math.floor(now().getTime() / length)
    const key = `${name}|${window}|${who}`
    const resetsAt = new Date((window + 1) * length)
    const used = await store.add(key, points, resetsAt)
    return {
      limit: requests,
      used,
      remaining: Math.max(0, requests - used),
      isOver: used - points >= requests,
      resetsAt,
      undo: async () => void (await store.add(key, -points, resetsAt)),
    }
  }
  const count: Limiter['count'] = (name, who, points = 1) => countIn(table[name], name, who, points)
  return {
    table,
    count,
    countTo: (limit, name, who) => countIn(limit, name, who, 1),
    async take(name, who, points) {
      const counted = await count(name, who, points)
      if (counted.isOver) throw rateLimited(counted, now())
      return counted
    },
  }
}

/** Of several limits the one that refuses the caller, or the one with the fewest requests left. */
export const nearest = (counted: readonly [Counted, ...Counted[]]): Counted =>
  counted.reduce((one, other) =>
    other.isOver || (!one.isOver && other.remaining < one.remaining) ? other : one,
  )

/**
 * The refusal of a request that is over a limit; its details say which limit and when to come back.
 */
export function rateLimited({ limit, resetsAt }: Counted, now: Date): ApiError {
  const retryAfterSeconds = Math.max(1, Math.ceil((resetsAt.getTime() - now.getTime()) / 1_000))
  return new ApiError(
    'RATE_LIMITED',
    `Too many requests; come back in ${retryAfterSeconds} seconds.`,
    {
      retryAfterSeconds,
      limit,
    },
  )
}

/**
 * The headers that say where a caller stands. `X-RateLimit-Reset` is an instant in Unix seconds.
 */
export const limitHeaders = ({ limit, remaining, resetsAt }: Counted): Record<string, string> => ({
  'X-RateLimit-Limit': limit.toString(),
  'X-RateLimit-Remaining': remaining.toString(),
  'X-RateLimit-Reset': (resetsAt.getTime() / 1_000).toString(),
})

/** The key of a caller: the account of a request with a valid credential, else the address. */
export const callerKey = (viewer: { userId: number } | null, address: string): string =>
  viewer === null ? `address ${address}` : `account ${viewer.userId}`
