// When confirmed bookings begin and end. The log says it where a hook asks for it, and only there:
// for all others it would be two more events of each booking, which they know anyway from its
// times.
//
// Any number of processes check at the same time. The first one emits an event under the locks of
// all hosts; the others then see the event. A process that starts looks back a day, so that nothing
// is lost during downtime; older events are dropped.

import type { Deps } from '../../context.ts'
import type { Change } from '../../event-log/transaction.ts'
import { runEvery } from '../../run-every.ts'
import { DAY_MS } from '../../time.ts'
import { bookingFacts } from '../read/event-data.ts'
import { changeBooking } from '../rules/attending-hosts.ts'

const LOOK_EVERY_MS = 5_000
/**
 * How far each look reaches back behind the one before: a booking may have been stored while that
 * ran.
 */
const OVERLAP_MS = 60_000
const AT_ONCE = 10
const FOUND_AT_ONCE = 200

type Kind = 'BOOKING_STARTED' | 'BOOKING_ENDED'

interface Due {
  id: number
  hostId: number
  teamId: number | null
  kind: Kind
}

/** Starts the checks, by the clock of the gateway. Returns the function that stops them. */
export function emitBeginAndEnd(deps: Deps): () => Promise<void> {
  let since = deps.clock.now().getTime() - DAY_MS
  let lastLook = since

  async function look(): Promise<void> {
    const now = deps.clock.now()
    const aDayAgo = now.getTime() - DAY_MS
    const recently = now.getTime() - OVERLAP_MS
    // A clock that was set back may have run ahead for long: what began in that time is found as
    // after a start.
    const isSetBack = now.getTime() < lastLook
    await tellAll(
      deps,
      new Date(isSetBack ? aDayAgo : Math.max(aDayAgo, Math.min(since, recently))),
      now,
    )
    since = recently
    lastLook = now.getTime()
  }

  return runEvery(deps.clock, LOOK_EVERY_MS, look, error =>
    deps.log.warn({ err: error }, 'bookings that begin and end could not be checked'),
  )
}

async function tellAll(deps: Deps, since: Date, now: Date): Promise<void> {
  for (;;) {
    const due = await findDue(deps, since, now)
    for (let at = 0; at < due.length; at += AT_ONCE) {
      await Promise.all(due.slice(at, at + AT_ONCE).map(each => tell(deps, each)))
    }
    if (due.length < FOUND_AT_ONCE) return
  }
}

/**
 * Emits the event to all hosts, unless that was done or the booking has been cancelled or
 * rescheduled.
 */
function tell(deps: Deps, due: Due): Promise<void> {
  return changeBooking(deps, due, async change => {
    const { tx, now } = change
    const booking = await tx.booking.findUniqueOrThrow({
      where: { id: due.id },
      include: { eventType: true },
    })
    const at = due.kind === 'BOOKING_STARTED' ? booking.startAt : booking.endAt
    if (booking.status !== 'CONFIRMED' || at > now || (await isTold(change, due))) return
    const invitees = await tx.invitee.findMany({
      where: { bookingId: booking.id, status: 'ACTIVE' },
      orderBy: { id: 'asc' },
    })
    change.emit({
      kind: due.kind,
      bookingId: booking.id,
      eventTypeId: booking.eventTypeId,
      data: await bookingFacts(tx, booking, booking.eventType, invitees),
    })
  })
}

async function isTold({ tx }: Change, { id, kind }: Due): Promise<boolean> {
  return (await tx.event.count({ where: { bookingId: id, kind } })) > 0
}

/**
 * Bookings that began or ended and have no event yet, the earliest first. From each hook that asks
 * for it, by the index Hook_begin_and_end_idx, it goes to the bookings of its host, its team, its
 * event type or its client's accounts by the indexes on their starts, and to those of teams that
 * its host attends by Booking_of_teams_idx. What lies before the hook asked for it is not for it; a
 * hook that asked later than now did so before the clock was set back, and gets what comes from now
 * on.
 */
async function findDue({ pool }: Deps, since: Date, now: Date): Promise<Due[]> {
  // No booking is longer than a day.
  const lately = `b."status" = 'CONFIRMED' and b."startAt" <= $2
    and b."startAt" > $1::timestamptz - case a."kind" when 'BOOKING_ENDED' then interval '1 day' else interval '0' end`
  const ofTheirs = (condition: string) =>
    `select b."id", b."hostId", b."teamId", b."startAt", b."endAt", a."kind", a."asksSince"
      from asked a join "Booking" b on ${condition} and ${lately}`
  const { rows } = await pool.query<Due>({
    name: 'bookings that begin and end',
    text: `with asked as (
        select h.*, coalesce(h."teamId", h."eventTypeId", h."platformClientId") is null or h."withOwn" as "isOfHost", k."kind"
        from "Hook" h cross join unnest(h."events") as k("kind")
        where h."isActive" and h."events" && array['BOOKING_STARTED', 'BOOKING_ENDED']
          and k."kind" in ('BOOKING_STARTED', 'BOOKING_ENDED')
      ), lately as (
        ${ofTheirs('a."isOfHost" and b."hostId" = a."hostId"')}
        union all
        ${ofTheirs('b."hostId" in (select u."id" from "User" u where u."platformClientId" = a."platformClientId")')}
        union all
        ${ofTheirs('b."teamId" = a."teamId"')}
        union all
        ${ofTheirs('b."eventTypeId" = a."eventTypeId"')}
        union all
        select b."id", b."hostId", b."teamId", b."startAt", b."endAt", a."kind", a."asksSince"
        from "Booking" b join "CoHost" c on c."bookingId" = b."id"
          join asked a on a."isOfHost" and a."hostId" = c."hostId"
        where b."teamId" is not null and ${lately}
      ), due as (
        select l.*, case when l."kind" = 'BOOKING_STARTED' then l."startAt" else l."endAt" end as "at" from lately l
      )
      select d."id", d."hostId", d."teamId", d."kind" from due d
      where d."at" > $1 and d."at" <= $2
        and d."at" >= case when d."asksSince" > $2 then $3::timestamptz else d."asksSince" end and not exists (
        select from "Event" e where e."bookingId" = d."id" and e."kind" = d."kind"
          and e."kind" in ('BOOKING_STARTED', 'BOOKING_ENDED'))
      group by d."id", d."hostId", d."teamId", d."kind", d."at"
      order by d."at", d."kind" desc
      limit ${FOUND_AT_ONCE}`,
    values: [since, now, new Date(now.getTime() - OVERLAP_MS)],
  })
  return rows
}
