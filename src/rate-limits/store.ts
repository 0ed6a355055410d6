/** Keeps the counts of the limiter. Asynchronous, so that several processes can share one store. */
export interface LimitStore {
  /**
   * Adds to the count of a key and returns the new count. A key that is not there counts 0.
   * @param endsAt when the key can be forgotten
   */
  add(key: string, points: number, endsAt: Date): Promise<number>
}

/**
 * Keys of one window that the store in memory keeps; beyond it the key that was used the longest
 * ago is forgotten.
 */
export const MAX_KEYS = 100_000

/**
 * A store in the memory of this process. Its size is bounded by `MAX_KEYS` for each length of
 * window.
 */
export function memoryStore(now: () => Date): LimitStore {
  /** The counts of the windows that have not ended, by the end of the window. */
  const windows = new Map<number, Map<string, number>>()

  function countsUntil(end: number): Map<string, number> {
    const known = windows.get(end)
    if (known !== undefined) return known
    const at = now().getTime()
    for (const past of windows.keys()) if (past <= at) windows.delete(past)
    const counts = new Map<string, number>()
    windows.set(end, counts)
    return counts
  }

  return {
    async add(key, points, endsAt) {
      const counts = countsUntil(endsAt.getTime())
      const count = Math.max(0, (counts.get(key) ?? 0) + points)
      // A key that is used moves to the end of the order in which keys are forgotten.
      counts.delete(key)
      counts.set(key, count)
      if (counts.size > MAX_KEYS) {
        const [oldest] = counts.keys()
        if (oldest !== undefined) counts.delete(oldest)
      }
      return count
    },
  }
}
