// Who attends a booking. Of a host's own event type: the host. Of a team's: its fixed hosts (all,
// where it is collective) and, of a round robin, one of the others who are available. Among those,
// the highest priority is chosen; where weights differ, the host with the fewest bookings of the
// last 30 days relative to their weight; then the host whose last turn is the longest ago; then the
// lowest id. The first of all who attend is the booking's host: the invitees are their contacts.

import type { Deps } from '../../context.ts'
import type { Tx } from '../../db/client.ts'
import type { Booking } from '../../db/generated/client/client.ts'
import { type Change, changeHost, changeHostsFound } from '../../event-log/transaction.ts'
import type { BookableEventType, HostToBook } from '../../event-types/index.ts'
import { freeHosts, type SlotQuery } from '../../slot-engine/index.ts'
import { choicesOf } from '../../slots/taken-times.ts'
import { DAY_MS } from '../../time.ts'

/** Who attends a booking: its host, and others of a team. */
export interface Attending {
  hostId: number
  others: number[]
}

/** How a booking keeps them. A host's own needs no row for others. */
export const rowsOf = ({ hostId, others }: Attending) => ({
  hostId,
  ...(others.length > 0 && { coHosts: { create: others.map(each => ({ hostId: each })) } }),
})

/** Wishes about whom a round robin chooses. */
export interface Choice {
  /** Those who are asked first, since they attend already. */
  keep?: readonly number[]
  /** Those who are not asked. */
  not?: readonly number[]
}

/** All of them, the host first. */
export const everyone = ({ hostId, others }: Attending): number[] => [hostId, ...others]

/**
 * Finds out who attends a meeting at a start, and gives who was chosen the last turn. Undefined
 * when somebody who has to come is not free.
 * @param query the rules with what is taken
 */
export async function chooseAttending(
  tx: Tx,
  eventType: BookableEventType,
  query: SlotQuery,
  start: number,
  now: Date,
  choice: Choice = {},
): Promise<Attending | undefined> {
  if (eventType.hostId !== null) return { hostId: eventType.hostId, others: [] }
  const attending: HostToBook[] = []
  const free = freeHosts(query, start)
  for (const [index, hosts] of choicesOf(eventType).entries()) {
    const candidates = hosts.filter((_host, place) => free[index]?.includes(place))
    const chosen = hosts.every(host => host.isFixed)
      ? candidates[0]
      : await takeTurn(tx, eventType, candidates, now, choice)
    if (chosen === undefined) return undefined
    attending.push(chosen)
  }
  // A host of a round robin comes behind the fixed ones, whatever their priority.
  const inOrder = attending.toSorted(
    (a, b) =>
      Number(b.isFixed) - Number(a.isFixed) || b.priority - a.priority || a.hostId - b.hostId,
  )
  const [first, ...others] = inOrder.map(({ hostId }) => hostId)
  return first === undefined ? undefined : { hostId: first, others }
}

/** Chooses one of those who are free. Who attends already has had their turn. */
export async function takeTurn(
  tx: Tx,
  eventType: BookableEventType,
  free: HostToBook[],
  now: Date,
  { keep = [], not = [] }: Choice,
): Promise<HostToBook | undefined> {
  const kept = free.find(({ hostId }) => keep.includes(hostId))
  if (kept !== undefined) return kept
  const chosen = await next(
    tx,
    eventType,
    free.filter(({ hostId }) => !not.includes(hostId)),
    now,
  )
  if (chosen === undefined) return undefined
  // Of somebody who leaves the team at this moment the row is gone.
  await tx.eventTypeHost.updateMany({
    where: { eventTypeId: eventType.id, hostId: chosen.hostId },
    data: { turn: Math.max(...eventType.hosts.map(({ turn }) => turn)) + 1 },
  })
  return chosen
}

async function next(
  tx: Tx,
  eventType: BookableEventType,
  free: HostToBook[],
  now: Date,
): Promise<HostToBook | undefined> {
  const highest = Math.max(...free.map(({ priority }) => priority))
  const asked = free.filter(({ priority }) => priority === highest)
  const isWeighted = asked.some(({ weight }) => weight !== asked[0]?.weight)
  const lately = isWeighted
    ? await bookingsLately(tx, eventType.id, now)
    : new Map<number, number>()
  const shareOf = ({ hostId, weight }: HostToBook) => (lately.get(hostId) ?? 0) / weight
  return asked.toSorted(
    (a, b) => shareOf(a) - shareOf(b) || a.turn - b.turn || a.hostId - b.hostId,
  )[0]
}

const LATELY_MS = 30 * DAY_MS

/**
 * How many bookings of an event type that still stand each host got in the last 30 days. What was
 * booked then starts later, so the index on (eventTypeId, startAt) serves it.
 */
async function bookingsLately(
  tx: Tx,
  eventTypeId: number,
  now: Date,
): Promise<Map<number, number>> {
  const since = new Date(now.getTime() - LATELY_MS)
  const rows = await tx.$queryRaw<{ hostId: number; count: number }[]>`
    with lately as (
      select "id", "hostId" from "Booking" where "eventTypeId" = ${eventTypeId}::int and "status" in ('PENDING', 'CONFIRMED')
        and "startAt" >= ${since}::timestamptz and "createdAt" >= ${since}::timestamptz
    )
    select "hostId", count(*)::int as "count" from (
      select "hostId" from lately union all select c."hostId" from lately join "CoHost" c on c."bookingId" = lately."id"
    ) attended group by "hostId"`
  return new Map(rows.map(({ hostId, count }) => [hostId, count]))
}

/** Who attends a booking that is there. Of a host's own event type that takes no look. */
export async function attendingOf(
  db: Tx,
  booking: Pick<Booking, 'id' | 'hostId' | 'teamId'>,
): Promise<Attending> {
  if (booking.teamId === null) return { hostId: booking.hostId, others: [] }
  const { hostId, coHosts } = await db.booking.findUniqueOrThrow({
    where: { id: booking.id },
    select: { hostId: true, coHosts: { select: { hostId: true }, orderBy: { hostId: 'asc' } } },
  })
  return { hostId, others: coHosts.map(coHost => coHost.hostId) }
}

/** Runs a change of a booking under the locks of all who attend it. */
export function changeBooking<T>(
  deps: Deps,
  booking: Pick<Booking, 'id' | 'hostId' | 'teamId'>,
  work: (change: Change, attending: Attending) => Promise<T>,
): Promise<T> {
  const { hostId, teamId } = booking
  if (teamId === null)
    return changeHost(deps, hostId, change => work(change, { hostId, others: [] }))
  return changeHostsFound(
    deps,
    async () => everyone(await attendingOf(deps.db, booking)),
    async shared => {
      const attending = await attendingOf(shared.tx, booking)
      return work(shared.of(attending.hostId, attending.others), attending)
    },
  )
}
