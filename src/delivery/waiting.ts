import type { Pool } from 'pg'

/** A delivery that is to be sent. */
export interface Waiting {
  /** Its integer, as text: PostgreSQL's bigint. */
  id: string
  uid: string
  kind: string
  /** Public id of the event; null for a test event. */
  eventUid: string | null
  bookingId: number | null
  /** By what its body is found among those of the event, where that is several messages. */
  message: string | null
  /** The booking that this one was moved from, when the event is that move. */
  movedFromId: number | null
  /** Null before it was first sent. */
  body: string | null
  /** How often somebody was taken out of it before it was read. */
  erasures: number
  attemptCount: number
  tries: number
}

/**
 * What of a hook is to be sent now, but for what is in hand: new deliveries in event order, then those whose retry is due.
 * Reads the beginnings of the partial indexes Delivery_pending_idx and Delivery_retrying_idx.
 */
export async function waitingFor(pool: Pool, hookId: number, now: Date, inHand: string[]): Promise<Waiting[]> {
  const { rows } = await pool.query<Waiting>({
    name: 'deliveries waiting',
    text: `select d."id", d."uid", d."kind", e."uid" as "eventUid", d."bookingId", d."message",
        b."rescheduledFromId" as "movedFromId", d."body", d."erasures", d."attemptCount", d."tries"
      from (
        (select * from "Delivery" where "hookId" = $1 and "status" = 'PENDING' and "id" <> all($3::bigint[])
          order by "id" limit 100)
        union all
        (select * from "Delivery" where "hookId" = $1 and "status" = 'RETRYING' and "nextAttemptAt" <= $2
          and "id" <> all($3::bigint[]) order by "nextAttemptAt", "id" limit 100)
      ) d left join "Event" e on e."id" = d."eventId"
        left join "Booking" b on b."id" = d."bookingId" and d."kind" = 'BOOKING_RESCHEDULED'
      order by d."status", d."id"`,
    values: [hookId, now, inHand],
  })
  return rows
}

/**
 * The hooks for which something is to be sent now. Steps from hook to hook through the partial indexes, however much waits
 * for each.
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
      where h."isActive" and (h."pausedUntil" is null or h."pausedUntil" <= $1) and (
        h."id" in (select "hookId" from pending)
        or h."id" in (select "hookId" from retrying) and exists (
          select from "Delivery" d where d."hookId" = h."id" and d."status" = 'RETRYING' and d."nextAttemptAt" <= $1))`,
    values: [now],
  })
  return rows.map(({ id }) => id)
}
