import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { type Places, placesOf } from '../live-limits.ts'

const MAX_WATCHERS = 50

// One process can run several gateways, each of which has its signals.
const watchers = new WeakMap<Context['signals'], Places>()

/**
 * Counts one more watcher of a client's network in this gateway. Returns the function that ends it.
 * @throws ApiError LIMIT_REACHED for a network that has 50.
 */
export function takePlace({
  signals,
  clientAddress,
}: Pick<Context, 'signals' | 'clientAddress'>): () => void {
  const places = watchers.get(signals) ?? placesOf(MAX_WATCHERS)
  watchers.set(signals, places)
  const leave = places.take(clientAddress)
  if (leave !== undefined) return leave
  const { limit } = places
  throw new ApiError(
    'LIMIT_REACHED',
    `One client watches free starts at most ${limit} times at once.`,
    { limit },
  )
}
