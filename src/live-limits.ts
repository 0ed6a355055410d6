/** Limits of what is live in one process. An address is an IPv4 address or an IPv6 /64. */
export interface LiveLimits {
  /** Websockets of one address at once. */
  socketsPerAddress: number
  /** Those among them that no credential came with. */
  anonymousSocketsPerAddress: number
  /** Websockets of one account at once. */
  socketsPerAccount: number
  /** Subscriptions of one account at once, over websockets and SSE together. */
  subscriptionsPerAccount: number
  /** After so long a client that takes nothing of what it is sent is cut off, in milliseconds. */
  stalledMs: number
}

/**
 * Counts what is open at once, for each key by itself: sockets of an address, subscriptions of an
 * account.
 */
export interface Places {
  limit: number
  /**
   * Takes a place. Returns the function that gives it back, which may be called again; undefined
   * when all are taken.
   */
  take(key: string): (() => void) | undefined
}

/** @param limit how many places each key has */
export function placesOf(limit: number): Places {
  const taken = new Map<string, number>()
  return {
    limit,
    take(key) {
      const count = taken.get(key) ?? 0
      if (count >= limit) return undefined
      taken.set(key, count + 1)
      let isTaken = true
      return () => {
        if (!isTaken) return
        isTaken = false
        const rest = (taken.get(key) ?? 1) - 1
        if (rest === 0) taken.delete(key)
        else taken.set(key, rest)
      }
    },
  }
}
