import type { Context } from '../context.ts'
import { timedOut } from '../deadline.ts'
import { ApiError } from '../errors.ts'
import { type Slot, type SlotQuery, slots } from '../slot-engine/index.ts'
import { MINUTES_PER_DAY } from '../time.ts'
import { BoundExceeded, MEMORY_MB, runBounded } from '../worker-pool/bounded.ts'

/**
 * Hosts times days that one operation may look at: two months of a team of 48 twice, or of one host
 * 96 times.
 */
const MAX_HOST_DAYS = 6_000
/** Starts that one operation may answer, in all its looks. */
const MAX_STARTS = 6_000
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

/**
 * The error of a look that passes a limit. It names the argument with which the caller can ask for
 * less.
 */
function tooExpensive(
  limit: string,
  allowed: number,
  reason: string,
  details: { asked?: number } = {},
): ApiError {
  const message = `${reason}; ask for fewer days`
  return new ApiError('QUERY_TOO_EXPENSIVE', `end: ${message}`, {
    limit,
    allowed,
    ...details,
    fields: [{ path: 'end', message }],
  })
}

function hold(limit: string, unit: string, allowed: number, asked: number): void {
  if (asked > allowed)
    throw tooExpensive(limit, allowed, `asks for ${asked} ${unit} of at most ${allowed}`, { asked })
}

/**
 * Counts a look against what its operation may ask for.
 * @throws ApiError QUERY_TOO_EXPENSIVE for more than 6000 hosts times days in one operation.
 */
export function countLook(ctx: Context, hosts: number, days: number): void {
  const total = spent(ctx)
  total.hostDays += hosts * days
  hold('hostDays', 'days times hosts', MAX_HOST_DAYS, total.hostDays)
}

/**
 * Counts what is answered.
 * @throws ApiError QUERY_TOO_EXPENSIVE for more than 6000 starts in one operation.
 */
export function countStarts(ctx: Context, starts: number): void {
  const total = spent(ctx)
  total.starts += starts
  hold('starts', 'starts', MAX_STARTS, total.starts)
}

/**
 * The free starts of a query: large ones are computed in a worker thread, those of one owner one
 * after another.
 * @throws ApiError QUERY_TOO_EXPENSIVE when it passes the time or memory of a worker thread;
 * TIMEOUT when it waits too long for one.
 */
export async function findSlots(owner: string, query: SlotQuery): Promise<Slot[]> {
  const hosts = query.team?.flat().length ?? 1
  const days = Math.max(1, (query.until - query.from) / MINUTES_PER_DAY)
  const isSmall = hosts * days * (MINUTES_PER_DAY / query.intervalMinutes) <= MAX_INLINE_STARTS
  if (isSmall) return slots(query)
  return runBounded('findSlots', query, { owner, deadlineMs: DEADLINE_MS }).catch(error => {
    throw error instanceof BoundExceeded ? apiErrorOf(error) : error
  })
}

function apiErrorOf({ bound, message }: BoundExceeded): ApiError {
  if (bound === 'queue') return timedOut('Too many computations of free starts are waiting.')
  return tooExpensive(
    bound === 'deadline' ? 'computeMs' : 'computeMemoryMb',
    boundOf[bound],
    message,
  )
}

/** In the units of the limits' names. */
const boundOf = { deadline: DEADLINE_MS, memory: MEMORY_MB }
