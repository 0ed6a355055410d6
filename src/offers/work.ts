import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { type Slot, type SlotQuery, slots } from '../slots/index.ts'
import { runBounded } from '../untrusted/bounded.ts'

/** Hosts times days that one operation may look at: two months of a team of 48 twice, or of one host 96 times. */
const MAX_HOST_DAYS = 6_000
/** Starts that one operation may answer, in all its looks. */
const MAX_STARTS = 6_000
const MINUTES_PER_DAY = 1_440
/** Hosts times possible starts that are computed at once; more goes to a worker thread. */
const MAX_INLINE_STARTS = 4_000
const DEADLINE_MS = 5_000

interface Spent {
  hostDays: number
  starts: number
}

// An operation has one context.
const spentBy = new WeakMap<Context, Spent>()

function spent(ctx: Context): Spent {
  const known = spentBy.get(ctx) ?? { hostDays: 0, starts: 0 }
  spentBy.set(ctx, known)
  return known
}

function hold(limit: string, allowed: number, asked: number, path: string): void {
  if (asked <= allowed) return
  const message = `The limit on ${limit} is ${allowed}; ${asked} were asked for. Ask for fewer days.`
  throw new Refusal('QUERY_TOO_EXPENSIVE', message, { limit, allowed, asked, path })
}

/**
 * Counts a look against what its operation may ask for.
 * @throws Refusal QUERY_TOO_EXPENSIVE for more than 6000 hosts times days in one operation.
 */
export function countLook(ctx: Context, hosts: number, days: number): void {
  const total = spent(ctx)
  total.hostDays += hosts * days
  hold('hostDays', MAX_HOST_DAYS, total.hostDays, 'end')
}

/** Counts what is answered. @throws Refusal QUERY_TOO_EXPENSIVE for more than 6000 starts in one operation. */
export function countStarts(ctx: Context, starts: number): void {
  const total = spent(ctx)
  total.starts += starts
  hold('starts', MAX_STARTS, total.starts, 'end')
}

/**
 * The free starts of a query: large ones are computed in a worker thread, those of one owner one after another.
 * @throws BoundExceeded when it takes too long, or too many wait.
 */
export async function findSlots(owner: string, query: SlotQuery): Promise<Slot[]> {
  const hosts = query.team?.flat().length ?? 1
  const days = Math.max(1, (query.until - query.from) / MINUTES_PER_DAY)
  const isSmall = hosts * days * (MINUTES_PER_DAY / query.intervalMinutes) <= MAX_INLINE_STARTS
  return isSmall ? slots(query) : runBounded('findSlots', query, { owner, deadlineMs: DEADLINE_MS })
}
