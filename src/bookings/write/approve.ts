import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Booking, EventType } from '../../db/generated/client/client.ts'
import { ApiError } from '../../errors.ts'
import type { Change } from '../../event-log/transaction.ts'
import { parse, text } from '../../validation.ts'
import { bookingFacts } from '../read/event-data.ts'
import { changeBooking, everyone } from '../rules/attending-hosts.ts'
import { orTaken } from '../rules/availability.ts'
import { findTarget, stillOpen, type Target } from '../rules/target.ts'
import { end } from './cancel.ts'
import { claim, endReservations } from './claim.ts'

/**
 * Confirms a booking that waits for the host.
 * @throws ApiError NOT_FOUND; CONFLICT when it is not pending; SLOT_UNAVAILABLE when its time did
 * not block others and has been booked.
 */
export async function approveBooking(ctx: Context, id: string): Promise<Booking> {
  const found = await findTarget(ctx, { id }, 'input.')
  return orTaken(
    changeBooking(ctx, found.booking, async (change, attending) => {
      const { tx, now } = change
      const { booking } = await waiting(change, found)
      await endReservations(tx, everyone(attending), now)
      const eventType = await tx.eventType.findUniqueOrThrow({ where: { id: booking.eventTypeId } })
      const claimed = await tx.claim.findFirst({ where: { bookingId: booking.id } })
      if (claimed === null)
        await claim(tx, everyone(attending), booking, eventType, { bookingId: booking.id })
      const approved = await tx.booking.update({
        where: { id: booking.id },
        data: { status: 'CONFIRMED', updatedAt: now },
      })
      await announce(change, 'BOOKING_APPROVED', approved, eventType)
      return approved
    }),
    'id',
  )
}

const DenyInput = z.object({ id: z.string(), reason: text(2000).nullish() })

/**
 * Declines a booking that waits for the host, and frees its time.
 * @throws ApiError NOT_FOUND; CONFLICT when it does not wait.
 */
export async function denyBooking(ctx: Context, input: unknown): Promise<Booking> {
  const wanted = parse(DenyInput, input)
  const found = await findTarget(ctx, { id: wanted.id }, 'input.')
  return changeBooking(ctx, found.booking, async change => {
    const target = await waiting(change, found)
    const denied = await end(change, target, { status: 'DENIED', reason: wanted.reason ?? null })
    const eventType = await change.tx.eventType.findUniqueOrThrow({
      where: { id: denied.eventTypeId },
    })
    await announce(change, 'BOOKING_DENIED', denied, eventType)
    return denied
  })
}

async function waiting(change: Change, found: Target): Promise<Target> {
  const target = await stillOpen(change, found)
  if (target.booking.status === 'PENDING') return target
  throw new ApiError('CONFLICT', 'The booking is confirmed already.', {
    status: target.booking.status,
  })
}

async function announce(
  change: Change,
  kind: 'BOOKING_APPROVED' | 'BOOKING_DENIED',
  booking: Booking,
  eventType: EventType,
): Promise<void> {
  const invitees = await change.tx.invitee.findMany({
    where: { bookingId: booking.id },
    orderBy: { id: 'asc' },
  })
  change.emit({
    kind,
    bookingId: booking.id,
    eventTypeId: booking.eventTypeId,
    data: {
      ...(await bookingFacts(change.tx, booking, eventType, invitees)),
      reason: booking.reason,
    },
  })
}
