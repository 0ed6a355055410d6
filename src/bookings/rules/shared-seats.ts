import type { Booking } from '../../db/generated/client/client.ts'
import { ApiError } from '../../errors.ts'
import type { Change } from '../../event-log/transaction.ts'
import type { BookableEventType } from '../../event-types/index.ts'
import type { Span } from '../write/claim.ts'

/**
 * The booking at the same time that somebody would share; null when there is none, or when the
 * event type has no seats.
 * @param path the field to name in the error when they already have a seat
 * @throws ApiError CONFLICT for a second seat of one person.
 */
export async function sharedBooking(
  { tx }: Change,
  eventType: BookableEventType,
  { startAt, endAt }: Span,
  email: string,
  path: string,
): Promise<Booking | null> {
  if (eventType.seats === 1) return null
  const booking = await tx.booking.findFirst({
    where: { eventTypeId: eventType.id, startAt, endAt, status: { in: ['PENDING', 'CONFIRMED'] } },
    include: { invitees: { where: { status: 'ACTIVE', email } } },
  })
  if (booking === null) return null
  const { invitees, ...row } = booking
  if (invitees.length === 0) return row
  const message = 'has a seat at this start already'
  throw new ApiError('CONFLICT', `This e-mail ${message}.`, { fields: [{ path, message }] })
}
