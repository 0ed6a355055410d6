import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Booking, User } from '../../db/generated/client/client.ts'
import { ApiError, invalid } from '../../errors.ts'
import { changeHostsFound, type SharedChange } from '../../event-log/transaction.ts'
import { type BookableEventType, bookableOf, type HostToBook } from '../../event-types/index.ts'
import { byId } from '../../ids.ts'
import { hoursOf } from '../../schedules/index.ts'
import { freeHosts } from '../../slot-engine/index.ts'
import { minuteOf, rulesOf } from '../../slots/rules.ts'
import { choicesOf, withTaken } from '../../slots/taken-times.ts'
import { parse, text } from '../../validation.ts'
import { bookingFacts } from '../read/event-data.ts'
import { type Attending, attendingOf, everyone, takeTurn } from '../rules/attending-hosts.ts'
import { orTaken, unavailable } from '../rules/availability.ts'
import { findTarget, stillOpen } from '../rules/target.ts'
import { claim, endReservations, minutesOf } from './claim.ts'
import { concerned, placeWith } from './reschedule.ts'

const ReassignInput = z.object({
  id: z.string(),
  userId: z.string().nullish(),
  reason: text(2000).nullish(),
})

/**
 * Hands the booking of a round robin over from the host who was chosen to another who is free: the
 * one that is named, or whose turn it is. The booking stays the same. Hours and other bookings of
 * the new host count; notice, window and limits do not, since nothing new is booked.
 * @throws ApiError NOT_FOUND; CONFLICT for a booking that is over or of no round robin;
 * INVALID_INPUT for an account that cannot be chosen; SLOT_UNAVAILABLE when nobody else, or not
 * that one, is free.
 */
export async function reassignBooking(
  ctx: Context,
  input: unknown,
): Promise<{ booking: Booking; newHost: User }> {
  const wanted = parse(ReassignInput, input)
  const found = await findTarget(ctx, { id: wanted.id }, 'input.')
  return orTaken(
    changeHostsFound(
      ctx,
      () => concerned(ctx, found.booking),
      async shared => {
        const { tx } = shared
        const before = await attendingOf(tx, found.booking)
        const { booking } = await stillOpen(shared.of(before.hostId, before.others), found)
        const eventType = await bookableOf(tx, booking.eventTypeId)
        const leaving = whoLeaves(eventType, before)
        const coming = await whoComes(ctx, shared, eventType, booking, before, wanted.userId)
        const after: Attending =
          leaving === before.hostId
            ? { hostId: coming.hostId, others: before.others }
            : {
                hostId: before.hostId,
                others: [...before.others.filter(id => id !== leaving), coming.hostId],
              }
        const handed = await handOver(
          shared,
          eventType,
          booking,
          leaving,
          after,
          coming,
          wanted.reason ?? null,
        )
        return {
          booking: handed,
          newHost: await tx.user.findUniqueOrThrow({ where: { id: coming.hostId } }),
        }
      },
    ),
    'input.id',
  )
}

/** The one of those who attend that was chosen. */
function whoLeaves(eventType: BookableEventType, attending: Attending): number {
  const fixed = eventType.hosts.filter(host => host.isFixed).map(host => host.hostId)
  const chosen = everyone(attending).find(hostId => !fixed.includes(hostId))
  if (eventType.scheduling === 'ROUND_ROBIN' && chosen !== undefined) return chosen
  throw new ApiError(
    'CONFLICT',
    'Only a booking for which a round robin chose a host can be reassigned.',
  )
}

async function whoComes(
  ctx: Context,
  { tx, now }: SharedChange,
  eventType: BookableEventType,
  booking: Booking,
  before: Attending,
  userId: string | null | undefined,
): Promise<HostToBook> {
  // Those among whom a round robin chooses come last.
  const pool =
    choicesOf(eventType)
      .at(-1)
      ?.filter(host => !host.isFixed) ?? []
  const others = pool.filter(({ hostId }) => !everyone(before).includes(hostId))
  await endReservations(
    tx,
    others.map(({ hostId }) => hostId),
    now,
  )
  const start = minuteOf(booking.startAt)
  const asked = { now, from: start, until: start + 1, durationMinutes: minutesOf(booking) }
  const rules = rulesOf(eventType, hoursOf(eventType.schedule), asked)
  const query = await withTaken(tx, eventType, rules, now, { bookingId: booking.id })
  const places = freeHosts(query, start).at(-1) ?? []
  const free = others.filter(host => places.includes(pool.indexOf(host)))
  if (userId == null) {
    const next = await takeTurn(tx, eventType, free, now, {})
    if (next === undefined) throw unavailable('taken', 'input.id')
    return next
  }
  const user = await ctx.db.user.findUnique({ where: byId(userId), select: { id: true } })
  const named = others.find(({ hostId }) => hostId === user?.id)
  if (named === undefined)
    throw invalid('input.userId', 'is nobody who can be chosen for this booking')
  if (!free.includes(named)) throw unavailable('taken', 'input.userId')
  return (await takeTurn(tx, eventType, [named], now, {})) ?? named
}

async function handOver(
  shared: SharedChange,
  eventType: BookableEventType,
  before: Booking,
  leaving: number,
  after: Attending,
  coming: HostToBook,
  reason: string | null,
): Promise<Booking> {
  const { tx, now } = shared
  // Who leaves hears of it too.
  const change = shared.of(after.hostId, [...after.others, leaving])
  const { count } = await tx.claim.deleteMany({ where: { bookingId: before.id, hostId: leaving } })
  if (count > 0) await claim(tx, [coming.hostId], before, eventType, { bookingId: before.id })
  await tx.coHost.deleteMany({ where: { bookingId: before.id, hostId: leaving } })
  if (after.hostId !== coming.hostId) {
    await tx.coHost.create({ data: { bookingId: before.id, hostId: coming.hostId } })
  }
  const booking = await tx.booking.update({
    where: { id: before.id },
    data: { hostId: after.hostId, updatedAt: now },
  })
  const invitees = await tx.invitee.findMany({
    where: { bookingId: booking.id },
    orderBy: { id: 'asc' },
  })
  for (const invitee of invitees) {
    await tx.invitee.update({ where: { id: invitee.id }, data: await placeWith(change, invitee) })
  }
  const [from, to] = await Promise.all(
    [leaving, coming.hostId].map(id => tx.user.findUniqueOrThrow({ where: { id } })),
  )
  change.emit({
    kind: 'BOOKING_REASSIGNED',
    bookingId: booking.id,
    eventTypeId: eventType.id,
    data: {
      ...(await bookingFacts(tx, booking, eventType, invitees)),
      fromHost: { id: from?.uid, name: from?.name },
      toHost: { id: to?.uid, name: to?.name },
      reason,
    },
  })
  return booking
}
