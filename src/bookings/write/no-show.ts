import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Booking, EventType, Invitee } from '../../db/generated/client/client.ts'
import { ApiError, notFound } from '../../errors.ts'
import type { Change } from '../../event-log/transaction.ts'
import { byId } from '../../ids.ts'
import { parse } from '../../validation.ts'
import { bookingFacts } from '../read/event-data.ts'
import { changeBooking } from '../rules/attending-hosts.ts'
import { isOnHostsSide } from '../rules/hosts-side.ts'
import { findTarget } from '../rules/target.ts'

const NoShowInput = z.object({
  id: z.string().nullish(),
  inviteeId: z.string().nullish(),
  noShow: z.boolean().nullish(),
})

/** A booking, and the seat of it that was named. */
export interface Marked {
  booking: Booking
  invitee: Invitee | null
}

/**
 * Marks an invitee of a booking as absent, or takes the mark back; without an invitee all of them.
 * @throws ApiError NOT_FOUND; CONFLICT when the booking is not confirmed or has not begun.
 */
export async function markNoShow(ctx: Context, input: unknown): Promise<Marked> {
  const wanted = parse(NoShowInput, input)
  const noShow = wanted.noShow ?? true
  const found = await bookingWith(ctx, wanted)
  return changeBooking(ctx, found, async change => {
    const { tx } = change
    const booking = await begun(change, found)
    const invitees = await tx.invitee.findMany({
      where: {
        bookingId: booking.id,
        status: 'ACTIVE',
        ...(wanted.inviteeId != null && byId(wanted.inviteeId)),
      },
      orderBy: { id: 'asc' },
    })
    if (invitees.length === 0) throw notFound('invitee', 'input.inviteeId')
    const eventType = await tx.eventType.findUniqueOrThrow({ where: { id: booking.eventTypeId } })
    const seats: Invitee[] = []
    for (const invitee of invitees) {
      seats.push(await markNoShowOf(change, booking, eventType, invitee, noShow))
    }
    return { booking, invitee: wanted.inviteeId == null ? null : (seats[0] ?? null) }
  })
}

/**
 * The booking as it stands now.
 * @throws ApiError CONFLICT when it is not confirmed or has not begun.
 */
export async function begun({ tx, now }: Change, { id }: Booking): Promise<Booking> {
  const booking = await tx.booking.findUniqueOrThrow({ where: { id } })
  if (booking.status !== 'CONFIRMED')
    throw new ApiError('CONFLICT', 'Only of a confirmed booking can somebody be absent.')
  if (booking.startAt > now) throw new ApiError('CONFLICT', 'The booking has not begun yet.')
  return booking
}

/** Marks one invitee, or takes the mark back. Marking twice is the same as once. */
export async function markNoShowOf(
  { tx, now, emit }: Change,
  booking: Booking,
  eventType: EventType,
  invitee: Invitee,
  noShow: boolean,
): Promise<Invitee> {
  if ((invitee.noShowAt !== null) === noShow) return invitee
  const data = { noShowAt: noShow ? now : null, updatedAt: now }
  const marked = await tx.invitee.update({ where: { id: invitee.id }, data })
  emit({
    kind: 'BOOKING_NO_SHOW',
    bookingId: booking.id,
    inviteeId: invitee.id,
    eventTypeId: booking.eventTypeId,
    data: { ...(await bookingFacts(tx, booking, eventType, [invitee])), noShow },
  })
  return marked
}

async function bookingWith(
  ctx: Context,
  { id, inviteeId }: z.output<typeof NoShowInput>,
): Promise<Booking> {
  if (id != null || inviteeId == null) return (await findTarget(ctx, { id }, 'input.')).booking
  const invitee = await ctx.db.invitee.findUnique({
    where: byId(inviteeId),
    include: { booking: true },
  })
  if (invitee === null || !(await isOnHostsSide(ctx, invitee.booking)))
    throw notFound('invitee', 'input.inviteeId')
  return invitee.booking
}
