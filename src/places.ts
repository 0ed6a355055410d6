/** Counts what is open at once, for each key by itself: sockets of an address, subscriptions of an account. */
export interface Places {
  limit: number
  /** Takes a place. Returns the function that gives it back, which may be called again; undefined when all are taken. */
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
