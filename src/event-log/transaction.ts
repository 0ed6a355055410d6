import type { Deps } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { transact } from '../db/transact.ts'
import { type Deadline, deadlineIn, timedOut } from '../deadline.ts'
import { ApiError } from '../errors.ts'
import { markChanged } from './host-versions.ts'
import type { Entry, NewEvent } from './kinds.ts'
import { type Counts, writeEvents } from './log.ts'

/**
 * A transaction that changes something of one host, or of one host first and of others who attend
 * with them.
 */
export interface Change {
  tx: Tx
  hostId: number
  /** The instant of the change, the same for all its rows. */
  now: Date
  /**
   * Adds a row to the log, just before the commit and in the order of the calls. Events of a
   * booking go to the log of every attending host; events of a contact only to that of its host.
   */
  emit(event: NewEvent): void
}

/**
 * A transaction in which several hosts are locked, before it is known who of them the change is
 * about.
 */
export interface SharedChange {
  tx: Tx
  now: Date
  /**
   * The change of one of them, with others who attend.
   * @throws OtherHosts for one who is not locked.
   */
  of(hostId: number, others?: readonly number[]): Change
}

/** Who is concerned has changed between the look and the lock. */
class OtherHosts extends Error {}

// The first key of our advisory locks; any number that no one else on the database uses.
const HOST_LOCK = 7_146_001

// More than so many changes of one host that wait are no customers.
const MAX_WAITING = 1_000
/**
 * How long PostgreSQL waits for the next statement of a change before it ends the session, in
 * milliseconds: a process whose connection went silent holds the locks of the hosts until then.
 */
const IDLE_MS = 10_000
/**
 * How long a change without a request may take, with the wait for those before it, in milliseconds.
 */
const BACKGROUND_MS = 30_000

interface Queue {
  last: Promise<unknown>
  waiting: number
}

// Changes of one host wait for each other here, before they take a connection: a busy host holds
// one, not all.
const queues = new Map<number, Queue>()

/**
 * Runs a change of a host in one transaction, one after another for each host: here by a queue,
 * across processes by an advisory lock. Limits, seats and claims are therefore checked on a state
 * that no other change can alter, two changes of a host cannot deadlock, and the ids of a host's
 * events increase in commit order, which the live feed relies on.
 * @throws ApiError RATE_LIMITED when a thousand changes of the host wait already; TIMEOUT when the
 * change cannot be stored before the deadline of its request: nothing of it is stored then.
 */
export async function changeHost<T>(
  deps: Deps,
  hostId: number,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  return changeHosts(deps, [hostId], shared => work(shared.of(hostId)))
}

/**
 * The same for several hosts at once. It joins all their queues in one step and takes their locks
 * from the lowest id up, so that two changes that share hosts never wait for each other in a
 * circle.
 */
export async function changeHosts<T>(
  deps: Deps,
  hostIds: readonly number[],
  work: (shared: SharedChange) => Promise<T>,
): Promise<T> {
  const ids = [...new Set(hostIds)].toSorted((a, b) => a - b)
  const joined = ids.map(id => queues.get(id) ?? { last: Promise.resolve(), waiting: 0 })
  if (joined.some(queue => queue.waiting >= MAX_WAITING)) {
    throw new ApiError('RATE_LIMITED', 'Too many changes of this host wait already.', {
      retryAfterSeconds: 1,
    })
  }
  const deadline = deps.deadline?.part() ?? deadlineIn(BACKGROUND_MS)
  const mine = Promise.all(joined.map(queue => queue.last)).then(() => {
    // By then the client has received an error that says nothing was stored.
    if (deadline.writeMs() <= 0) throw timedOut()
    return changeLocked(deps, deadline, ids, work).finally(() => markChanged(ids))
  })
  const done = mine.catch(() => {})
  for (const [index, queue] of joined.entries()) {
    queues.set(ids[index] ?? 0, queue)
    queue.waiting++
    queue.last = done
  }
  done.then(() => {
    for (const [index, queue] of joined.entries()) {
      queue.waiting--
      if (queue.waiting === 0) queues.delete(ids[index] ?? 0)
    }
  })
  return deadline.whileWritable(mine)
}

const MAX_LOOKS = 5

/**
 * The same for hosts that have to be looked up. If they changed before they were locked, because a
 * booking was reassigned or an event type has another host, it looks them up again.
 */
export async function changeHostsFound<T>(
  deps: Deps,
  find: () => Promise<readonly number[]>,
  work: (shared: SharedChange) => Promise<T>,
): Promise<T> {
  for (let look = 1; ; look++) {
    try {
      return await changeHosts(deps, await find(), work)
    } catch (error) {
      if (!(error instanceof OtherHosts)) throw error
      if (look === MAX_LOOKS) throw new ApiError('CONFLICT', 'The hosts change too often just now.')
    }
  }
}

async function changeLocked<T>(
  deps: Deps,
  outer: Deadline,
  hostIds: readonly number[],
  work: (shared: SharedChange) => Promise<T>,
): Promise<T> {
  return transact({ db: deps.db, deadline: outer }, async ({ tx, deadline }) => {
    const leftMs = Math.max(1, Math.floor(deadline.writeMs()))
    const idleMs = Math.min(leftMs, IDLE_MS)
    // The limit on locks holds for this statement already, that on statements for those after it.
    await tx.$executeRaw`
      select pg_advisory_xact_lock(${HOST_LOCK}::int, host."id")
      from (
          select count(set_config("name", "ms", true)) from (values
            ('lock_timeout', ${leftMs}::text), ('statement_timeout', ${leftMs}::text),
            ('idle_in_transaction_session_timeout', ${idleMs}::text)
          ) as setting("name", "ms") offset 0
        ) limits,
        unnest(${hostIds}::int[]) with ordinality as host("id", "at")
      order by host."at"`
    const now = deps.clock.now()
    const logs = new Map<number, Entry[]>()
    const counts: Counts = new Map()
    const logOf = (hostId: number): Entry[] => {
      if (!hostIds.includes(hostId)) throw new OtherHosts()
      const log = logs.get(hostId) ?? []
      logs.set(hostId, log)
      return log
    }
    const result = await work({
      tx,
      now,
      of(hostId, others = []) {
        const own = logOf(hostId)
        const theirs = others.map(logOf)
        return {
          tx,
          now,
          hostId,
          emit(event) {
            const { bookingId } = event
            if (bookingId === undefined) {
              own.push({ ...event, isFirst: true, position: 0 })
              return
            }
            const position = (counts.get(bookingId)?.events ?? 0) + 1
            counts.set(bookingId, { events: position, isStored: false })
            own.push({ ...event, isFirst: true, position })
            for (const log of theirs) log.push({ ...event, isFirst: false, position })
          },
        }
      },
    })
    for (const hostId of hostIds) {
      const events = logs.get(hostId)
      if (events !== undefined) await writeEvents(tx, deps.formats, hostId, now, events, counts)
    }
    return result
  })
}
