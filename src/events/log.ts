import type { Tx } from '../db/client.ts'
import { newUid } from '../ids.ts'
import { notification } from './signals.ts'
import type { NewEvent } from './types.ts'

/** The name of the job that is a hook's turn, see src/delivery/worker.ts. */
export const TURN_JOB = 'deliver'

/**
 * Adds the events to the log, a delivery for each hook that asked for one, and the job that sends them; and signals the
 * host. A change without events signals too: reservations change what is free.
 */
export async function writeEvents(tx: Tx, hostId: number, now: Date, events: NewEvent[]): Promise<void> {
  const [channel, payload] = notification(`host:${hostId}`)
  if (events.length > 0) await writeWithDeliveries(tx, hostId, now, events)
  await tx.$executeRaw`select pg_notify(${channel}, ${payload})`
}

/**
 * One statement for all of it. A hook has one job for all that waits (its key): a job that waits is put first again, one
 * that runs is followed by another.
 */
async function writeWithDeliveries(tx: Tx, hostId: number, now: Date, events: NewEvent[]): Promise<void> {
  const rows = JSON.stringify(events.map(event => ({ ...event, uid: newUid('Event') })))
  const [channel] = notification(`deliveries:${hostId}`)
  await tx.$executeRaw`
    with logged as (
      insert into "Event" ("uid", "hostId", "kind", "bookingId", "inviteeId", "contactId", "eventTypeId", "data", "occurredAt")
      select e."uid", ${hostId}::int, e."kind", e."bookingId", e."inviteeId", e."contactId", e."eventTypeId", e."data", ${now}::timestamptz
      from rows from (json_to_recordset(${rows}::json) as ("uid" text, "kind" text, "bookingId" int, "inviteeId" int,
        "contactId" int, "eventTypeId" int, "data" jsonb)) with ordinality as e
      order by e."ordinality"
      returning "id", "kind", "bookingId"
    ), made as (
      insert into "Delivery" ("uid", "hostId", "hookId", "eventId", "kind", "bookingId", "createdAt")
      select 'dlv_' || replace(gen_random_uuid()::text, '-', ''), ${hostId}::int, h."id", l."id", l."kind", l."bookingId", ${now}::timestamptz
      from logged l join "Hook" h on h."hostId" = ${hostId}::int and h."isActive" and l."kind" = any(h."events")
      order by l."id"
      returning "id", "hookId"
    ), jobs as (
      select graphile_worker.add_job(${TURN_JOB}, json_build_object('hookId', "hookId"), job_key => 'hook:' || "hookId")
      from (select distinct "hookId" from made) hooks
    )
    select pg_notify(${channel}, 'deliveries:' || ${hostId}::int || ' ' || string_agg("id"::text, ','))
    from made, (select count(*) from jobs) queued having count(*) > 0`
}
