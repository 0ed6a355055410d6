import type { Db, Tx } from '../db/client.ts'
import type { BookableEventType, HostToBook } from '../event-types/index.ts'
import { hoursOf } from '../schedules/index.ts'
import { type HostTime, type Interval, neededTime, type SlotQuery } from '../slot-engine/index.ts'
import { instantOf } from './rules.ts'

/**
 * A booking that is about to move, or a reservation that is about to be used: its time counts as
 * free.
 */
export interface Ignored {
  bookingId?: number | undefined
  reservationId?: number | undefined
}

interface TakenRow {
  what: 'claim' | 'joinable' | 'counted'
  /** Whose time a claim takes; null for the others. */
  hostId: number | null
  start: number
  end: number
  seatsTaken: number
}

/**
 * Fills in what is taken: the claims on the hosts' time, the bookings that can be joined, those
 * that limits count.
 */
export async function withTaken(
  db: Db | Tx,
  eventType: BookableEventType,
  rules: SlotQuery,
  now: Date,
  ignored: Ignored = {},
): Promise<SlotQuery> {
  const needed = neededTime(rules)
  const rows = await readTaken(db, {
    hostIds: eventType.hosts.map(({ hostId }) => hostId),
    eventTypeId: eventType.id,
    claims: needed.claims,
    counted: needed.counted,
    seated: rules.seats > 1,
    limited: rules.limits.length > 0,
    now,
    ignored,
  })
  const only = (what: TakenRow['what']) => rows.filter(row => row.what === what)
  const filled = { ...rules, joinable: only('joinable'), counted: only('counted') }
  if (eventType.teamId === null) return { ...filled, claims: only('claim') }
  return { ...filled, team: groupsOf(eventType, only('claim')) }
}

/** What is taken of the time of some hosts, whatever of. */
export async function claimsOn(
  db: Db,
  hostIds: number[],
  rules: SlotQuery,
  now: Date,
): Promise<TakenRow[]> {
  const { claims, counted } = neededTime(rules)
  const nothing = { eventTypeId: 0, seated: false, limited: false, ignored: {} }
  return readTaken(db, { hostIds, claims, counted, now, ...nothing })
}

/** The hosts of a team in the engine's words: each fixed one must come, and one of the others. */
function groupsOf(
  eventType: BookableEventType,
  claims: (Interval & { hostId: number | null })[],
): HostTime[][] {
  const ofHost = new Map<number | null, Interval[]>()
  for (const claim of claims) {
    const own = ofHost.get(claim.hostId)
    if (own === undefined) ofHost.set(claim.hostId, [claim])
    else own.push(claim)
  }
  return choicesOf(eventType).map(hosts =>
    hosts.map(({ hostId, schedule }) => ({
      schedule: hoursOf(schedule),
      claims: ofHost.get(hostId) ?? [],
    })),
  )
}

/**
 * Of each list one has to come: the fixed hosts alone in theirs, then those among whom a round
 * robin chooses.
 */
export function choicesOf({ hosts }: BookableEventType): HostToBook[][] {
  const pool = hosts.filter(host => !host.isFixed)
  const fixed = hosts.filter(host => host.isFixed).map(host => [host])
  return pool.length > 0 || fixed.length === 0 ? [...fixed, pool] : fixed
}

interface Reading {
  hostIds: number[]
  eventTypeId: number
  claims: { start: number; end: number }
  counted: { start: number; end: number }
  seated: boolean
  limited: boolean
  now: Date
  ignored: Ignored
}

/**
 * One statement for all. What calendars elsewhere say is taken comes as claims without buffers:
 * those of the meeting that is looked for apply to it. Claims come through the gist index of the
 * exclusion constraint, bookings through the index on (eventTypeId, startAt). Minutes are whole,
 * since starts, lengths and buffers are.
 *
 * A claim has one owner, so its other id is null, and an ignored id mostly is as well: null never
 * equals null here. Those who hold seats of one start share one claim, which lasts until the last
 * of their reservations is over.
 */
async function readTaken(db: Db | Tx, reading: Reading): Promise<TakenRow[]> {
  const { hostIds, eventTypeId, seated, limited, now, ignored } = reading
  const booking = ignored.bookingId ?? null
  const reservation = ignored.reservationId ?? null
  return db.$queryRaw<TakenRow[]>`
    select 'claim' as "what", c."hostId",
      (extract(epoch from lower(c."during")) / 60)::int as "start",
      (extract(epoch from upper(c."during")) / 60)::int as "end", 0 as "seatsTaken"
    from unnest(${hostIds}::int[]) as host("id") join "Claim" c on c."hostId" = host."id"
      left join "Reservation" r on r."id" = c."reservationId"
    where c."during" && tstzrange(${instantOf(reading.claims.start)}::timestamptz, ${instantOf(reading.claims.end)}::timestamptz)
      and coalesce(c."bookingId" <> ${booking}::int, true) and coalesce(c."reservationId" <> ${reservation}::int, true)
      and (r."id" is null or r."expiresAt" > ${now}::timestamptz or r."teamId" is null and exists (
        select from "Reservation" held where held."eventTypeId" = r."eventTypeId" and held."startAt" = r."startAt"
          and held."endAt" = r."endAt" and held."expiresAt" > ${now}::timestamptz))
    union all
    select 'claim', busy."hostId", floor(extract(epoch from busy."startAt") / 60)::int, ceil(extract(epoch from busy."endAt") / 60)::int, 0
    from "BusySpan" busy
    where busy."hostId" = any(${hostIds}::int[]) and busy."endAt" > ${instantOf(reading.claims.start)}::timestamptz
      and busy."startAt" < ${instantOf(reading.claims.end)}::timestamptz
    union all
    select 'joinable', null, (extract(epoch from s."startAt") / 60)::int, (extract(epoch from s."endAt") / 60)::int, count(*)::int
    from (
      select b."startAt", b."endAt" from "Booking" b join "Invitee" i on i."bookingId" = b."id" and i."status" = 'ACTIVE'
      where b."eventTypeId" = ${eventTypeId} and b."status" in ('PENDING', 'CONFIRMED') and b."id" is distinct from ${booking}::int
        and b."startAt" >= ${instantOf(reading.claims.start)}::timestamptz and b."startAt" < ${instantOf(reading.claims.end)}::timestamptz
      union all
      select "startAt", "endAt" from "Reservation"
      where "eventTypeId" = ${eventTypeId} and "expiresAt" > ${now}::timestamptz and "id" is distinct from ${reservation}::int
        and "startAt" >= ${instantOf(reading.claims.start)}::timestamptz and "startAt" < ${instantOf(reading.claims.end)}::timestamptz
    ) s
    where ${seated} group by s."startAt", s."endAt"
    union all
    select 'counted', null, (extract(epoch from "startAt") / 60)::int, (extract(epoch from "endAt") / 60)::int, 0
    from "Booking"
    where ${limited} and "eventTypeId" = ${eventTypeId} and "status" in ('PENDING', 'CONFIRMED')
      and "id" is distinct from ${booking}::int
      and "startAt" >= ${instantOf(reading.counted.start)}::timestamptz and "startAt" < ${instantOf(reading.counted.end)}::timestamptz`
}
