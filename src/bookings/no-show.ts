import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Booking } from '../db/generated/client/client.ts'
import { parse } from '../parse.ts'
import { notFound, Refusal } from '../refusal.ts'
import { changeBooking } from './attending.ts'
import { bookingFacts } from './facts.ts'
import { findTarget } from './target.ts'

const NoShowInput = z.object({ id: z.string(), inviteeId: z.string().nullish(), noShow: z.boolean().nullish() })

/**
 * Marks an invitee of a booking as absent, or takes the mark back; without an invitee all of them.
 * @throws Refusal NOT_FOUND; CONFLICT when the booking is not confirmed or has not begun.
 */
export async function markNoShow(ctx: Context, input: unknown): Promise<Booking> {
  const wanted = parse(NoShowInput, input)
  const noShow = wanted.noShow ?? true
  const { booking: found } = await findTarget(ctx, { id: wanted.id }, 'input.')
  return changeBooking(ctx, found, async ({ tx, now, emit }) => {
    const booking = await tx.booking.findUniqueOrThrow({ where: { id: found.id } })
    if (booking.status !== 'CONFIRMED') throw new Refusal('CONFLICT', 'Only a confirmed booking has absent invitees.')
    if (booking.startAt > now) throw new Refusal('CONFLICT', 'The booking has not begun yet.')
    const invitees = await tx.invitee.findMany({
      where: { bookingId: booking.id, status: 'ACTIVE', ...(wanted.inviteeId != null && { uid: wanted.inviteeId }) },
      orderBy: { id: 'asc' },
    })
    if (invitees.length === 0) throw notFound('invitee', 'input.inviteeId')
    const eventType = await tx.eventType.findUniqueOrThrow({ where: { id: booking.eventTypeId } })
    for (const invitee of invitees) {
      // Marking twice is the same as once.
      if ((invitee.noShowAt !== null) === noShow) continue
      await tx.invitee.update({ where: { id: invitee.id }, data: { noShowAt: noShow ? now : null, updatedAt: now } })
      emit({
        kind: 'BOOKING_NO_SHOW',
        bookingId: booking.id,
        inviteeId: invitee.id,
        eventTypeId: booking.eventTypeId,
        data: { ...(await bookingFacts(tx, booking, eventType, [invitee])), noShow },
      })
    }
    return booking
  })
}
