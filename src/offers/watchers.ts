import { Refusal } from '../refusal.ts'

const MAX_WATCHERS = 50

const watchers = new Map<string, number>()

/**
 * Counts one more watcher of a client address, in this process; answers what counts it off again, once.
 * @throws Refusal LIMIT_REACHED for an address that has 50.
 */
export function takePlace(clientAddress: string): () => void {
  const others = watchers.get(clientAddress) ?? 0
  if (others >= MAX_WATCHERS) {
    throw new Refusal('LIMIT_REACHED', `One client watches free starts at most ${MAX_WATCHERS} times at once.`, {
      limit: MAX_WATCHERS,
    })
  }
  watchers.set(clientAddress, others + 1)
  let left = false
  return () => {
    if (left) return
    left = true
    const rest = (watchers.get(clientAddress) ?? 1) - 1
    if (rest === 0) watchers.delete(clientAddress)
    else watchers.set(clientAddress, rest)
  }
}
