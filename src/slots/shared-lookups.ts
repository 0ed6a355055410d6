import type { Context } from '../context.ts'
import { versionOf } from '../event-log/host-versions.ts'
import type { Slot } from '../slot-engine/index.ts'

/** How long a look is shared while nothing of its hosts changes. */
const SHARED_MS = 250
/** Looks that are kept at a time; each holds at most some thousand starts. */
const MAX_KEPT = 200

/** What a look at an event type finds. */
export interface Look {
  offered: Slot[]
  /** Of a seated event type: the uids of the bookings that can be joined, by their starts. */
  toJoin: ReadonlyMap<number, string>
}

const looks = new Map<string, Promise<Look>>()
const counts = { computed: 0, shared: 0 }

/**
 * How many looks this process has computed, and how many callers got one that another caller had
 * asked for.
 */
export const lookCounts = (): Readonly<typeof counts> => ({ ...counts })

/**
 * Runs a look at free starts, once for all who ask the same at once. A change of a host ends the
 * sharing: in this process before the caller that made it gets its answer, elsewhere by the host's
 * signal. Bookings never use it: they decide under the lock of the host.
 * @param question all that the answer depends on, but for what is taken
 */
export function sharedLook(
  { signals }: Context,
  hostIds: readonly number[],
  question: string,
  look: () => Promise<Look>,
): Promise<Look> {
  const key = `${hostIds.map(versionOf)} ${question}`
  const known = looks.get(key)
  if (known !== undefined) {
    counts.shared++
    return known
  }
  counts.computed++
  const mine = look()
  if (looks.size >= MAX_KEPT) return mine
  looks.set(key, mine)
  let timer: NodeJS.Timeout | undefined
  function forget(): void {
    if (looks.get(key) === mine) looks.delete(key)
    clearTimeout(timer)
    for (const off of offs) off()
  }
  const offs = hostIds.map(hostId => signals.on(`host:${hostId}`, forget))
  mine.then(() => {
    if (looks.get(key) === mine) timer = setTimeout(forget, SHARED_MS).unref()
  }, forget)
  return mine
}
