import type { Pool } from 'pg'
import { ahead } from './retry.ts'
import { isNotPaused, longestPause } from './target.ts'

/** A delivery that is to be sent. */
export interface Waiting {
  /** Its integer, as text: PostgreSQL's bigint. */
  id: string
  uid: string
  kind: string
  /** Public id of the event; null for a test event. */
  eventUid: string | null
  /** Deliveries with the same key are sent one after another, in the order of their ids. */
  orderKey: string | null
  /** Position of its event among those of the booking; null for other events. */
  sequence: number | null
  /** It was sent before. */
  isRetry: boolean
  /** An earlier one with its key is still to be sent again, and held it back long enough. */
  isOutOfOrder: boolean
  /** By what its body is found among those of the event, where that is several messages. */
  message: string | null
  /** Null before it was first sent. */
  body: string | null
  /** How often somebody was taken out of it before it was read. */
  erasures: number
  attemptCount: number
  tries: number
}

const earlier = `from "Delivery" p where p."hookId" = d."hookId" and p."orderKey" = d."orderKey" and p."id" < d."id"
  and p."status" = 'RETRYING'`

/** Reads the partial index Delivery_holding_idx. */
const isFree = `not exists (select ${earlier} and p."holdsBack")`

/**
 * The deliveries of a hook that can be sent now, except those in hand: new ones in event order,
 * then those whose retry is due. A delivery waits while an earlier one with its key is to be sent
 * again. A retry is also due when its last attempt lies in the future: the clock was set back, and
 * `nextAttemptAt` says nothing. Reads the beginnings of the partial indexes Delivery_pending_idx,
 * Delivery_retrying_idx and Delivery_attempted_idx.
 */
export async function waitingFor(
  pool: Pool,
  hookId: number,
  now: Date,
  inHand: string[],
): Promise<Waiting[]> {
  const { rows } = await pool.query<Waiting>({
    name: 'deliveries waiting',
    text: `select d."id", d."uid", d."kind", e."uid" as "eventUid", d."orderKey", e."sequence", d."message",
        d."status" = 'RETRYING' as "isRetry", exists (select ${earlier}) as "isOutOfOrder",
        d."body", d."erasures", d."attemptCount", d."tries"
      from (
        (select * from "Delivery" d where "hookId" = $1 and "status" = 'PENDING' and "id" <> all($3::bigint[])
          and ${isFree} order by "id" limit 100)
        union all
        (select * from "Delivery" d where "hookId" = $1 and "status" = 'RETRYING' and "nextAttemptAt" <= $2
          and "id" <> all($3::bigint[]) and ${isFree} order by "nextAttemptAt", "id" limit 100)
        union all
        (select * from "Delivery" d where "hookId" = $1 and "status" = 'RETRYING' and "attemptedAt" > $4
          and "nextAttemptAt" > $2 and "id" <> all($3::bigint[]) and ${isFree} order by "attemptedAt" limit 100)
      ) d left join "Event" e on e."id" = d."eventId"
      order by d."status", d."id"`,
    values: [hookId, now, inHand, ahead(now)],
  })
  return rows
}

/**
 * The hooks for which something is to be sent now. Steps from hook to hook through the partial
 * indexes, however much waits for each.
 */
export async function hooksWaiting(pool: Pool, now: Date): Promise<number[]> {
  const { rows } = await pool.query<{ id: number }>({
    name: 'hooks waiting',
    text: `with recursive pending as (
        (select "hookId" from "Delivery" where "status" = 'PENDING' order by "hookId" limit 1)
        union all
        select (select "hookId" from "Delivery" d where d."status" = 'PENDING' and d."hookId" > p."hookId" order by "hookId" limit 1)
        from pending p where p."hookId" is not null
      ), retrying as (
        (select "hookId" from "Delivery" where "status" = 'RETRYING' order by "hookId" limit 1)
        union all
        select (select "hookId" from "Delivery" d where d."status" = 'RETRYING' and d."hookId" > r."hookId" order by "hookId" limit 1)
        from retrying r where r."hookId" is not null
      )
      select h."id" from "Hook" h
      where h."isActive" and ${isNotPaused('$1', '$3')} and (
        h."id" in (select "hookId" from pending) and exists (
          select from "Delivery" d where d."hookId" = h."id" and d."status" = 'PENDING' and ${isFree})
        or h."id" in (select "hookId" from retrying) and (
          exists (select from "Delivery" d where d."hookId" = h."id" and d."status" = 'RETRYING'
            and d."nextAttemptAt" <= $1 and ${isFree})
          or exists (select from "Delivery" d where d."hookId" = h."id" and d."status" = 'RETRYING'
            and d."attemptedAt" > $2 and ${isFree})))`,
    values: [now, ahead(now), longestPause(now)],
  })
  return rows.map(({ id }) => id)
}
