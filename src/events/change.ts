import type { Deps } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { Refusal } from '../refusal.ts'
import { writeEvents } from './log.ts'
import type { NewEvent } from './types.ts'

/** A transaction that changes something of one host. */
export interface Change {
  tx: Tx
  hostId: number
  /** The instant of the change, the same for all its rows. */
  now: Date
  /** Adds a row to the log; it is written just before the commit, in the order of the calls. */
  emit(event: NewEvent): void
}

// The first key of our advisory locks; any number that no one else on the database uses.
const HOST_LOCK = 7_146_001

// More than so many changes of one host that wait are no customers.
const MAX_WAITING = 1_000
const PATIENCE_MS = 15_000

interface Queue {
  last: Promise<unknown>
  waiting: number
}

// Changes of one host wait for each other here, before they take a connection: a busy host holds one, not all.
const queues = new Map<number, Queue>()

/**
 * Runs a change of a host in one transaction, one after another for each host: here by a queue, across processes by an
 * advisory lock. So limits, seats and claims are checked on a state that nobody changes meanwhile, no two changes of a
 * host can deadlock, and the ids of a host's events grow in commit order, which the live feed relies on.
 * @throws Refusal RATE_LIMITED when a thousand changes of the host wait already.
 */
export async function changeHost<T>(deps: Deps, hostId: number, work: (change: Change) => Promise<T>): Promise<T> {
  const queue = queues.get(hostId) ?? { last: Promise.resolve(), waiting: 0 }
  if (queue.waiting >= MAX_WAITING) {
    throw new Refusal('RATE_LIMITED', 'Too many changes of this host wait already.', { retryAfterSeconds: 1 })
  }
  queues.set(hostId, queue)
  queue.waiting++
  const givenUpAt = performance.now() + PATIENCE_MS
  const mine = queue.last.then(() => {
    // Who asked has been told by then that it took too long.
    if (performance.now() > givenUpAt)
      throw new Refusal('RATE_LIMITED', 'Too many changes of this host wait.', { retryAfterSeconds: 1 })
    return transact(deps, hostId, work)
  })
  queue.last = mine.catch(() => {})
  try {
    return await mine
  } finally {
    queue.waiting--
    if (queue.waiting === 0) queues.delete(hostId)
  }
}

async function transact<T>(deps: Deps, hostId: number, work: (change: Change) => Promise<T>): Promise<T> {
  return deps.db.$transaction(async tx => {
    await tx.$executeRaw`select pg_advisory_xact_lock(${HOST_LOCK}::int, ${hostId}::int)`
    const now = deps.clock.now()
    const events: NewEvent[] = []
    const result = await work({ tx, hostId, now, emit: event => events.push(event) })
    await writeEvents(tx, deps.formats, hostId, now, events)
    return result
  })
}
