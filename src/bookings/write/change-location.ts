import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Booking } from '../../db/generated/client/client.ts'
import { readLocation } from '../../event-types/index.ts'
import { parse } from '../../validation.ts'
import { bookingFacts } from '../read/event-data.ts'
import { changeBooking } from '../rules/attending-hosts.ts'
import { findTarget, stillOpen } from '../rules/target.ts'

const ChangeLocationInput = z.object({ id: z.string(), location: z.unknown() })

/**
 * Says where a booking takes place instead, as its host; it need be no location of the event type.
 * @throws ApiError NOT_FOUND; INVALID_INPUT; CONFLICT when the booking is cancelled, denied or
 * over.
 */
export async function changeBookingLocation(ctx: Context, input: unknown): Promise<Booking> {
  const wanted = parse(ChangeLocationInput, input)
  const location = readLocation(wanted.location)
  const found = await findTarget(ctx, { id: wanted.id }, 'input.')
  return changeBooking(ctx, found.booking, async change => {
    const { tx, now, emit } = change
    const before = (await stillOpen(change, found)).booking
    const booking = await tx.booking.update({
      where: { id: before.id },
      data: { location: { ...location }, updatedAt: now },
    })
    const eventType = await tx.eventType.findUniqueOrThrow({ where: { id: booking.eventTypeId } })
    const invitees = await tx.invitee.findMany({
      where: { bookingId: booking.id, status: 'ACTIVE' },
      orderBy: { id: 'asc' },
    })
    emit({
      kind: 'BOOKING_LOCATION_CHANGED',
      bookingId: booking.id,
      eventTypeId: eventType.id,
      data: {
        ...(await bookingFacts(tx, booking, eventType, invitees)),
        previousLocation: before.location,
      },
    })
    return booking
  })
}
