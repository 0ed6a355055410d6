import type { Deps } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { newUid } from '../ids.ts'
import type { Entry, NewEvent } from './kinds.ts'
import { notification } from './signals.ts'

/** A notification of PostgreSQL has at most 8,000 bytes, an id at most 20 with its comma. */
export const IDS_IN_A_SIGNAL = 300

/** The name of the job that gives hooks their turns, see src/webhooks/delivery/worker.ts. */
export const TURN_JOB = 'deliver'

/**
 * The events that a transaction adds to each booking, and whether the booking's own count has them
 * already.
 */
export type Counts = Map<number, { events: number; isStored: boolean }>

/**
 * Adds the events to the log, a delivery for each hook that asked for one, and the job that sends
 * them; and signals the host. A change without events signals too: reservations change what is
 * free.
 */
export async function writeEvents(
  tx: Tx,
  formats: Deps['formats'],
  hostId: number,
  now: Date,
  events: Entry[],
  counts: Counts,
): Promise<void> {
  const [channel, payload] = notification(`host:${hostId}`)
  if (events.length > 0) await writeWithDeliveries(tx, formats, hostId, now, events, counts)
  await tx.$executeRaw`select pg_notify(${channel}, ${payload})`
}

/**
 * One statement for all rows. A webhook of a team can also receive events that belong to its
 * members (src/teams/organization.ts). A webhook whose dialect splits events gets a delivery for
 * each message that it asked for. A hook of a team or of an event type may be that of another
 * account, whose changes do not wait for this one: its row is held until the commit, so that it is
 * neither deleted nor disabled in the meantime.
 *
 * A booking counts its events for their sequence numbers. When a transaction writes to several
 * logs, the first statement adds all events of the booking to its count and the others read it, so
 * that an event has the same number in every log.
 */
async function writeWithDeliveries(
  tx: Tx,
  formats: Deps['formats'],
  hostId: number,
  now: Date,
  events: Entry[],
  counts: Counts,
): Promise<void> {
  const named = events.map(event => ({ ...event, uid: newUid('Event') }))
  const bookings = [...new Set(events.flatMap(({ bookingId }) => bookingId ?? []))].map(id => {
    const { events: total = 0, isStored = true } = counts.get(id) ?? {}
    counts.set(id, { events: total, isStored: true })
    return { id, total, added: isStored ? 0 : total }
  })
  const rows = JSON.stringify(named)
  const messages = JSON.stringify(named.flatMap(event => messagesOf(formats, event)))
  const [channel] = notification(`host:${hostId}`)
  await tx.$executeRaw`
    with given as (
      select e.* from rows from (json_to_recordset(${rows}::json) as ("uid" text, "kind" text, "bookingId" int, "inviteeId" int,
        "contactId" int, "eventTypeId" int, "data" jsonb, "isFirst" boolean, "position" int)) with ordinality as e
    ), counted as (
      update "Booking" b set "eventCount" = b."eventCount" + n."added"
      from json_to_recordset(${JSON.stringify(bookings)}::json) as n("id" int, "total" int, "added" int) where n."id" = b."id"
      returning b."id", b."eventCount" - n."total" as "before", coalesce(b."chainId", b."id") as "chainId"
    ), logged as (
      insert into "Event" ("uid", "hostId", "kind", "bookingId", "inviteeId", "contactId", "eventTypeId", "sequence", "data",
        "occurredAt")
      select g."uid", ${hostId}::int, g."kind", g."bookingId", g."inviteeId", g."contactId", g."eventTypeId",
        c."before" + g."position", g."data", ${now}::timestamptz
      from given g left join counted c on c."id" = g."bookingId" order by g."ordinality"
      returning "id", "uid", "kind", "bookingId", "contactId", "eventTypeId"
    ), entries as (
      select l.*, r."isFirst" and l."bookingId" is not null as "isFirst", t."teamId", case
          when l."bookingId" is not null then 'booking:' || c."chainId"
          when l."contactId" is not null then 'contact:' || l."contactId"
          when l."kind" like 'EVENT\\_TYPE\\_%' then 'event-type:' || l."eventTypeId"
          when l."kind" = 'HOOK_DISABLED' then 'hook:' || (r."data" -> 'hook' ->> 'id')
        end as "orderKey"
      from logged l join given r on r."uid" = l."uid" left join "EventType" t on t."id" = l."eventTypeId"
        left join counted c on c."id" = l."bookingId"
    ), shared as (
      select h.* from "Hook" h
      where h."isActive" and (h."platformClientId" = (select "platformClientId" from "User" where "id" = ${hostId}::int)
        or h."teamId" in (select "teamId" from entries) or h."eventTypeId" in (select "eventTypeId" from entries)
        or h."withOwn" and h."hostId" = ${hostId}::int
        or h."withMembers" and h."teamId" = "organizationOf"(${hostId}::int))
      order by h."id" for share
    ), hooked as (
      select l."id", l."uid", l."kind", l."bookingId", l."orderKey", h."id" as "hookId", h."hostId", h."dialect", h."messages"
      from entries l join "Hook" h on h."hostId" = ${hostId}::int and h."isActive" and l."kind" = any(h."events")
        and h."teamId" is null and h."eventTypeId" is null and h."platformClientId" is null
      union all
      select l."id", l."uid", l."kind", l."bookingId", l."orderKey", h."id", h."hostId", h."dialect", h."messages"
      from entries l join shared h on l."kind" = any(h."events") and case
        when h."platformClientId" is not null then l."isFirst" or l."bookingId" is null
        when l."teamId" = h."teamId" or l."eventTypeId" = h."eventTypeId" then l."isFirst"
        when h."withOwn" and h."hostId" = ${hostId}::int then true
        else h."withMembers" and h."teamId" = "organizationOf"(${hostId}::int) and l."teamId" is null
          and (l."bookingId" is not null or l."kind" like 'EVENT\\_TYPE\\_%') end
    ), messages as (
      select m.* from rows from (json_to_recordset(${messages}::json) as ("uid" text, "dialect" text, "name" text, "key" text))
        with ordinality as m
    ), made as (
      insert into "Delivery" ("uid", "hostId", "hookId", "eventId", "kind", "bookingId", "orderKey", "message", "createdAt")
      select 'dlv_' || replace(gen_random_uuid()::text, '-', ''), h."hostId", h."hookId", h."id", h."kind", h."bookingId",
        h."orderKey", m."key", ${now}::timestamptz
      from hooked h
        left join messages m on m."uid" = h."uid" and m."dialect" = h."dialect"::text and m."name" = any(h."messages")
      where h."messages" = '{}' or m."key" is not null
      order by h."id", m."ordinality"
      returning "id", "hookId", "hostId"
    ), parts as (
      select "hostId", string_agg("id"::text, ',') as "ids" from (
        select "hostId", "id", (row_number() over (partition by "hostId") - 1) / ${IDS_IN_A_SIGNAL}::int as "part" from made
      ) m group by "hostId", "part"
    ), jobs as (
      select graphile_worker.add_job(${TURN_JOB}, json_build_object('hookIds', json_agg(distinct "hookId")))
      from made having count(*) > 0
    ), signals as (
      select 'deliveries:' || "hostId" || ' ' || "ids" as "payload" from parts
      union select 'host:' || "hostId" from parts where "hostId" <> ${hostId}::int
    )
    select pg_notify(${channel}, "payload") from signals, (select count(*) from jobs) queued`
}

/** The messages into which dialects split an event, as rows. */
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
 * Adds a job for each hook, unless one of this kind waits for it already (its key). A key can lose
 * a wake-up that comes just when its job begins, and in two orders two transactions would wait for
 * each other: so only the sweep, which comes again, uses keys, and it goes from low to high.
 */
export async function addMissingTurns(
  tx: Pick<Tx, '$executeRaw'>,
  hookIds: number[],
): Promise<void> {
  await tx.$executeRaw`
    select graphile_worker.add_job(${TURN_JOB}, json_build_object('hookIds', array["id"]), job_key => 'hook:' || "id")
    from (select "id" from unnest(${hookIds}::int[]) as hook("id") order by "id") hooks`
}
