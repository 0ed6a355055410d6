import type { Deps } from '../context.ts'

interface Entry<T> {
  value: T
  followers: number
}

/**
 * What all followers of one thing share in a process: made for the first of them, ended after the
 * last. Kept for each gateway by its signals, since one process can run gateways on several
 * databases.
 */
export function sharing<T extends { end(): void }>() {
  const gateways = new WeakMap<Deps['signals'], Map<string, Entry<T>>>()

  /**
   * @param make makes the shared value; calling `forget` gives later followers a new one
   * @returns the value, and the function by which the follower leaves, to be called once
   */
  return function join(
    { signals }: Pick<Deps, 'signals'>,
    key: string,
    make: (forget: () => void) => T,
  ): { value: T; leave(): void } {
    const entries = gateways.get(signals) ?? new Map<string, Entry<T>>()
    gateways.set(signals, entries)
    const known = entries.get(key)
    const forget = () => {
      if (entries.get(key) === entry) entries.delete(key)
    }
    const entry: Entry<T> = known ?? { value: make(() => forget()), followers: 0 }
    entries.set(key, entry)
    entry.followers++
    return {
      value: entry.value,
      leave() {
        entry.followers--
        if (entry.followers > 0) return
        forget()
        entry.value.end()
      },
    }
  }
}
