import type { Deps } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { newUid } from '../ids.ts'
import { notification } from './signals.ts'
import type { NewEvent } from './types.ts'

/** A notification of PostgreSQL has at most 8,000 bytes, an id at most 20 with its comma. */
export const IDS_IN_A_SIGNAL = 300

/** The name of the job that gives hooks their turns, see src/delivery/worker.ts. */
export const TURN_JOB = 'deliver'

/**
 * Adds the events to the log, a delivery for each hook that asked for one, and the job that sends them; and signals the
 * host. A change without events signals too: reservations change what is free.
 */
export async function writeEvents(
  tx: Tx,
  formats: Deps['formats'],
  hostId: number,
  now: Date,
  events: NewEvent[],
): Promise<void> {
  const [channel, payload] = notification(`host:${hostId}`)
  if (events.length > 0) await writeWithDeliveries(tx, formats, hostId, now, events)
  await tx.$executeRaw`select pg_notify(${channel}, ${payload})`
}

/** One statement for all of it. A hook whose dialect divides events gets a delivery for each message that it asked for. */
async function writeWithDeliveries(
  tx: Tx,
  formats: Deps['formats'],
  hostId: number,
  now: Date,
  events: NewEvent[],
): Promise<void> {
  const named = events.map(event => ({ ...event, uid: newUid('Event') }))
  const rows = JSON.stringify(named)
  const messages = JSON.stringify(named.flatMap(event => messagesOf(formats, event)))
  const [channel, topic] = notification(`deliveries:${hostId}`)
  await tx.$executeRaw`
    with logged as (
      insert into "Event" ("uid", "hostId", "kind", "bookingId", "inviteeId", "contactId", "eventTypeId", "data", "occurredAt")
      select e."uid", ${hostId}::int, e."kind", e."bookingId", e."inviteeId", e."contactId", e."eventTypeId", e."data", ${now}::timestamptz
      from rows from (json_to_recordset(${rows}::json) as ("uid" text, "kind" text, "bookingId" int, "inviteeId" int,
        "contactId" int, "eventTypeId" int, "data" jsonb)) with ordinality as e
      order by e."ordinality"
      returning "id", "uid", "kind", "bookingId"
    ), messages as (
      select m.* from rows from (json_to_recordset(${messages}::json) as ("uid" text, "dialect" text, "name" text, "key" text))
        with ordinality as m
    ), made as (
      insert into "Delivery" ("uid", "hostId", "hookId", "eventId", "kind", "bookingId", "message", "createdAt")
      select 'dlv_' || replace(gen_random_uuid()::text, '-', ''), ${hostId}::int, h."id", l."id", l."kind", l."bookingId", m."key",
        ${now}::timestamptz
      from logged l join "Hook" h on h."hostId" = ${hostId}::int and h."isActive" and l."kind" = any(h."events")
        left join messages m on m."uid" = l."uid" and m."dialect" = h."dialect"::text and m."name" = any(h."messages")
      where h."messages" = '{}' or m."key" is not null
      order by l."id", m."ordinality"
      returning "id", "hookId"
    ), parts as (
      select string_agg("id"::text, ',') as "ids" from (select "id", (row_number() over () - 1) / ${IDS_IN_A_SIGNAL}::int as "part" from made) m
      group by "part"
    ), jobs as (
      select graphile_worker.add_job(${TURN_JOB}, json_build_object('hookIds', json_agg(distinct "hookId")))
      from made having count(*) > 0
    )
    select pg_notify(${channel}, ${topic} || ' ' || "ids") from parts, (select count(*) from jobs) queued`
}

/** The messages by which dialects tell an event that they divide, as rows. */
const messagesOf = (formats: Deps['formats'], event: NewEvent & { uid: string }) =>
  [...formats].flatMap(([dialect, { messages }]) =>
    (messages?.of(event) ?? []).map(message => ({ uid: event.uid, dialect, ...message })),
  )

/** Signals that deliveries of a host changed, when the transaction commits. */
export async function signalDeliveries(tx: Tx, hostId: number, ids: bigint[]): Promise<void> {
  const [channel, topic] = notification(`deliveries:${hostId}`)
  const parts = Array.from({ length: Math.ceil(ids.length / IDS_IN_A_SIGNAL) }, (_, part) =>
    [topic, ids.slice(part * IDS_IN_A_SIGNAL, (part + 1) * IDS_IN_A_SIGNAL).join(',')].join(' '),
  )
  await tx.$executeRaw`select pg_notify(${channel}, "part") from unnest(${parts}::text[]) as parts("part")`
}

/** Adds the job that sends what waits for hooks. */
export async function addTurns(tx: Pick<Tx, '$executeRaw'>, hookIds: number[]): Promise<void> {
  await tx.$executeRaw`select graphile_worker.add_job(${TURN_JOB}, json_build_object('hookIds', ${hookIds}::int[]))`
}

/**
 * Adds a job for each hook, unless one of this kind waits for it already (its key). A key can lose a wake-up that comes just
 * when its job begins, and in two orders two transactions would wait for each other: so only the sweep, which comes again,
 * uses keys, and it goes from low to high.
 */
export async function addMissingTurns(tx: Pick<Tx, '$executeRaw'>, hookIds: number[]): Promise<void> {
  await tx.$executeRaw`
    select graphile_worker.add_job(${TURN_JOB}, json_build_object('hookIds', array["id"]), job_key => 'hook:' || "id")
    from (select "id" from unnest(${hookIds}::int[]) as hook("id") order by "id") hooks`
}
