import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Booking } from '../../db/generated/client/client.ts'
import { invalidFields } from '../../errors.ts'
import { email, parse } from '../../validation.ts'
import { bookingFacts } from '../read/event-data.ts'
import { changeBooking } from '../rules/attending-hosts.ts'
import { findTarget } from '../rules/target.ts'
import { begun, markNoShowOf } from './no-show.ts'

const AttendanceInput = z.object({
  id: z.string(),
  hostAbsent: z.boolean().nullish(),
  invitees: z
    .array(z.object({ email, absent: z.boolean() }))
    .max(1000, 'must have at most 1000 entries')
    .nullish(),
})

/**
 * Notes who came to a booking and who did not; of whom nothing is said, nothing changes.
 * @throws ApiError NOT_FOUND; INVALID_INPUT for addresses that are none of the booking; CONFLICT
 * when it is not confirmed or has not begun.
 */
export async function recordAttendance(ctx: Context, input: unknown): Promise<Booking> {
  const wanted = parse(AttendanceInput, input)
  const found = await findTarget(ctx, { id: wanted.id }, 'input.')
  return changeBooking(ctx, found.booking, async change => {
    const { tx, now } = change
    const before = await begun(change, found.booking)
    const eventType = await tx.eventType.findUniqueOrThrow({ where: { id: before.eventTypeId } })
    const invitees = await tx.invitee.findMany({
      where: { bookingId: before.id, status: 'ACTIVE' },
      orderBy: { id: 'asc' },
    })
    const said = wanted.invitees ?? []
    const strangers = said.flatMap((each, index) =>
      invitees.some(invitee => invitee.email === each.email)
        ? []
        : [
            {
              path: `input.invitees.${index}.email`,
              message: 'is nobody who comes to this booking',
            },
          ],
    )
    if (strangers.length > 0) throw invalidFields(strangers)
    for (const { email, absent } of said) {
      for (const invitee of invitees.filter(each => each.email === email)) {
        await markNoShowOf(change, before, eventType, invitee, absent)
      }
    }
    const { hostAbsent } = wanted
    if (hostAbsent == null || hostAbsent === (before.hostNoShowAt !== null)) return before
    const booking = await tx.booking.update({
      where: { id: before.id },
      data: { hostNoShowAt: hostAbsent ? now : null, updatedAt: now },
    })
    change.emit({
      kind: 'BOOKING_HOST_NO_SHOW',
      bookingId: booking.id,
      eventTypeId: eventType.id,
      data: { ...(await bookingFacts(tx, booking, eventType, invitees)), noShow: hostAbsent },
    })
    return booking
  })
}
