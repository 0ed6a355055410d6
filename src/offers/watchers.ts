import { placesOf } from '../places.ts'
import { Refusal } from '../refusal.ts'

const watchers = placesOf(50)

/**
 * Counts one more watcher of a client's network in this process. Returns the function that ends it.
 * @throws Refusal LIMIT_REACHED for a network that has 50.
 */
export function takePlace(clientAddress: string): () => void {
  const leave = watchers.take(clientAddress)
  if (leave !== undefined) return leave
  const { limit } = watchers
  throw new Refusal('LIMIT_REACHED', `One client watches free starts at most ${limit} times at once.`, { limit })
}
