import type { Context } from '../context.ts'

/** How long a look is shared while nothing of its hosts changes. */
const SHARED_MS = 250
/** Looks that are kept at a time; each holds at most 3000 starts. */
const MAX_KEPT = 200

const looks = new Map<string, Promise<unknown>>()
const counts = { computed: 0, shared: 0 }

/** How many looks this process has computed, and how many callers got one that another caller had asked for. */
export const lookCounts = (): Readonly<typeof counts> => ({ ...counts })

/**
 * Runs a look at free starts, once for all who ask the same at once. A change of a host ends the sharing: in this
 * process before the caller that made it gets its answer, elsewhere by the host's signal. Bookings never use it: they
 * decide under the lock of the host.
 * @param key all that the answer depends on, but for what is taken
 */
export function sharedLook<T>(
  { signals }: Context,
  hostIds: readonly number[],
  key: string,
  look: () => Promise<T>,
): Promise<T> {
  const known = looks.get(key)
  if (known !== undefined) {
    counts.shared++
    // The key names the kind of look, so what it maps to has the type of its look.
    return known.then(value => value as T)
  }
  counts.computed++
  const mine = look()
  if (looks.size >= MAX_KEPT) return mine
  looks.set(key, mine)
  const forget = () => {
    if (looks.get(key) === mine) looks.delete(key)
    clearTimeout(timer)
    for (const off of offs) off()
  }
  let timer: NodeJS.Timeout | undefined
  const offs = hostIds.map(hostId => signals.on(`host:${hostId}`, forget))
  const begin = () => {
    if (looks.get(key) === mine) timer = setTimeout(forget, SHARED_MS).unref()
  }
  mine.then(begin, forget)
  return mine
}
