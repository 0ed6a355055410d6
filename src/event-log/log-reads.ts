import type { Pool } from 'pg'
import { type Row, read } from './find.ts'
import type { EventKind, LoggedEvent } from './kinds.ts'

/** Events that one read returns at most. */
export const BATCH = 100

/**
 * Some events of a host in order, and the id up to which there are no others of the wanted ones.
 */
export interface Span {
  events: readonly LoggedEvent[]
  upTo: bigint
}

/** Which events of a host are wanted. */
export interface Wanted {
  hostId: number
  kinds: readonly EventKind[]
  /** Only events of this event type. */
  eventTypeId?: number | undefined
}

// Erasure can delete the newest event: what was read before stays behind the end of the log all the
// same.
const END =
  'greatest(coalesce((select max("id") from "Event" where "hostId" = $1), 0), u."eventsErasedTo")'

/** The next wanted events after an id, at most 100: a range of the index on (hostId, id). */
export async function eventsAfter(
  { pool }: { pool: Pool },
  { hostId, kinds, eventTypeId }: Wanted,
  after: bigint,
): Promise<Span> {
  const { rows } = await pool.query<Omit<Row, 'id'> & { id: string | null; end: string }>({
    name: 'events after',
    text: `select e.*, n."end" from (select ${END} as "end" from "User" u where u."id" = $1) n
      left join lateral (select * from "Event" where "hostId" = $1 and "id" > $2 and "kind" = any($3)
        and ($4::int is null or "eventTypeId" = $4) order by "id" limit ${BATCH}) e on true
      order by e."id"`,
    values: [hostId, after.toString(), kinds, eventTypeId ?? null],
  })
  const events = rows.flatMap(({ id, end: _, ...event }) =>
    id === null ? [] : [read({ ...event, id })],
  )
  const end = BigInt(rows[0]?.end ?? 0)
  const last = events.at(-1)?.id ?? after
  return { events, upTo: events.length < BATCH && end > last ? end : last }
}

/** Where the log of a host ends. */
export interface LogEnd {
  /** Id of the newest event, or of a newer one that was erased; 0 for an empty log. */
  id: bigint
  /** Public id of the newest event that is there. */
  newest: { id: bigint; uid: string } | undefined
}

/** Reads the end of the index on (hostId, id). */
export async function endOfLog({ pool }: { pool: Pool }, hostId: number): Promise<LogEnd> {
  const { rows } = await pool.query<{ end: string; id: string | null; uid: string | null }>({
    name: 'end of log',
    text: `select ${END} as "end", e."id", e."uid" from "User" u
      left join lateral (select "id", "uid" from "Event" where "hostId" = $1 order by "id" desc limit 1) e on true
      where u."id" = $1`,
    values: [hostId],
  })
  const { end = '0', id = null, uid = null } = rows[0] ?? {}
  return {
    id: BigInt(end),
    newest: id === null || uid === null ? undefined : { id: BigInt(id), uid },
  }
}
