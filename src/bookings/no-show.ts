import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Booking, Invitee } from '../db/generated/client/client.ts'
import { byId } from '../ids.ts'
import { parse } from '../parse.ts'
import { notFound, Refusal } from '../refusal.ts'
import { changeBooking } from './attending.ts'
import { bookingFacts } from './facts.ts'
import { isOnHostsSide } from './hosts-side.ts'
import { findTarget } from './target.ts'

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
 * @throws Refusal NOT_FOUND; CONFLICT when the booking is not confirmed or has not begun.
 */
export async function markNoShow(ctx: Context, input: unknown): Promise<Marked> {
  const wanted = parse(NoShowInput, input)
  const noShow = wanted.noShow ?? true
  const found = await bookingWith(ctx, wanted)
  return changeBooking(ctx, found, async ({ tx, now, emit }) => {
    const booking = await tx.booking.findUniqueOrThrow({ where: { id: found.id } })
    if (booking.status !== 'CONFIRMED') throw new Refusal('CONFLICT', 'Only a confirmed booking has absent invitees.')
    if (booking.startAt > now) throw new Refusal('CONFLICT', 'The booking has not begun yet.')
    const invitees = await tx.invitee.findMany({
      where: { bookingId: booking.id, status: 'ACTIVE', ...(wanted.inviteeId != null && byId(wanted.inviteeId)) },
      orderBy: { id: 'asc' },
    })
    if (invitees.length === 0) throw notFound('invitee', 'input.inviteeId')
    const eventType = await tx.eventType.findUniqueOrThrow({ where: { id: booking.eventTypeId } })
    const seats: Invitee[] = []
    for (const invitee of invitees) {
      // Marking twice is the same as once.
      const isSo = (invitee.noShowAt !== null) === noShow
      const data = { noShowAt: noShow ? now : null, updatedAt: now }
      seats.push(isSo ? invitee : await tx.invitee.update({ where: { id: invitee.id }, data }))
      if (isSo) continue
      emit({
        kind: 'BOOKING_NO_SHOW',
        bookingId: booking.id,
        inviteeId: invitee.id,
        eventTypeId: booking.eventTypeId,
        data: { ...(await bookingFacts(tx, booking, eventType, [invitee])), noShow },
      })
    }
    return { booking, invitee: wanted.inviteeId == null ? null : (seats[0] ?? null) }
  })
}

async function bookingWith(ctx: Context, { id, inviteeId }: z.output<typeof NoShowInput>): Promise<Booking> {
  if (id != null || inviteeId == null) return (await findTarget(ctx, { id }, 'input.')).booking
  const invitee = await ctx.db.invitee.findUnique({ where: byId(inviteeId), include: { booking: true } })
  if (invitee === null || !(await isOnHostsSide(ctx, invitee.booking))) throw notFound('invitee', 'input.inviteeId')
  return invitee.booking
}
