import { Repeater } from 'graphql-yoga'
import type { Deps } from '../context.ts'
import { invalid } from '../refusal.ts'
import { setAlarm } from './alarm.ts'
import type { EventKind, LoggedEvent } from './types.ts'

/** What to follow. */
export interface Following {
  hostId: number
  kinds: readonly EventKind[]
  /** Only events of this event type. */
  eventTypeId?: number | undefined
  /** Only events after this id; without it, those from now on. */
  after?: bigint | undefined
  /** Asked before each look at the log; the feed ends when the answer is no. */
  mayGoOn?: (() => Promise<boolean>) | undefined
}

const BATCH = 100
// A signal can be lost with its connection; this bounds the time until the feed looks again by itself.
const LOOK_AGAIN_MS = 30_000

/**
 * The events of a host, each once and in order, from a cursor or from now on, until the reader stops or may not go on.
 * Every process on the database sees the same order: it is that of the ids, which grow in commit order (change.ts).
 */
export async function follow(deps: Deps, following: Following): Promise<Repeater<LoggedEvent>> {
  const { mayGoOn = async () => true } = following
  let last = following.after ?? (await lastEventId(deps, following.hostId))
  return new Repeater(async (push, stop) => {
    const alarm = setAlarm(deps, [`host:${following.hostId}`, `credentials:${following.hostId}`], stop)
    try {
      while (!alarm.isStopped() && (await mayGoOn())) {
        const { events, newest } = await eventsAfter(deps, following, last)
        for (const event of events) {
          if (alarm.isStopped()) break
          last = event.id
          await push(event)
        }
        // Past what others than this reader want, so that it is not read again at every change.
        if (events.length < BATCH && newest > last) last = newest
        if (events.length < BATCH) await alarm.wait(LOOK_AGAIN_MS)
      }
    } finally {
      alarm.end()
      stop()
    }
  })
}

/** Id of the last event of the host, 0 when there is none. Reads the end of the index on (hostId, id). */
export async function lastEventId(deps: Pick<Deps, 'pool'>, hostId: number): Promise<bigint> {
  const { rows } = await deps.pool.query<{ id: string | null }>(
    'select max("id") as id from "Event" where "hostId" = $1',
    [hostId],
  )
  return BigInt(rows[0]?.id ?? 0)
}

/**
 * The next events that are wanted, in order, and the newest of all in the same sight: a range of the index on
 * (hostId, id).
 */
async function eventsAfter(
  deps: Deps,
  { hostId, kinds, eventTypeId }: Following,
  after: bigint,
): Promise<{ events: LoggedEvent[]; newest: bigint }> {
  const { rows } = await deps.pool.query<Omit<LoggedEvent, 'id'> & { id: string | null; newest: string | null }>({
    name: 'events after',
    text: `select e.*, n."newest" from (select max("id") as "newest" from "Event" where "hostId" = $1) n
      left join lateral (select * from "Event" where "hostId" = $1 and "id" > $2 and "kind" = any($3)
        and ($4::int is null or "eventTypeId" = $4) order by "id" limit ${BATCH}) e on true
      order by e."id"`,
    values: [hostId, after.toString(), kinds, eventTypeId ?? null],
  })
  return {
    events: rows.flatMap(({ id, newest, ...event }) => (id === null ? [] : [{ ...event, id: BigInt(id) }])),
    newest: BigInt(rows[0]?.newest ?? 0),
  }
}

/** The opaque form in which clients keep their place. */
export const cursorOf = (id: bigint): string => Buffer.from(`event:${id}`).toString('base64url')

/** The id that a cursor stands for; `start` is the place before the first event. @throws Refusal INVALID_INPUT for other texts. */
export function readCursor(cursor: string, path: string): bigint {
  if (cursor === 'start') return 0n
  const id = /^event:(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1]
  if (id === undefined) throw invalid(path, 'must be a cursor that an event came with')
  return BigInt(id)
}
