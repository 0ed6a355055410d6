/** Checks the settings of an event type that restrict booking, rescheduling and cancelling. */
import type { Context } from '../../context.ts'
import type { Tx } from '../../db/client.ts'
import { ApiError } from '../../errors.ts'
import type { BookableEventType } from '../../event-types/index.ts'

import { membershipOf } from '../../teams/policy.ts'
import { MINUTE_MS } from '../../time.ts'
import type { Target } from './target.ts'

type Rules = Pick<
  BookableEventType,
  'allowCancelling' | 'allowRescheduling' | 'reschedulingNoticeMinutes' | 'maxActivePerInvitee'
>

/**
 * @throws ApiError UNAUTHENTICATED or FORBIDDEN for a caller who is not a host of an event type
 * that only its hosts can book.
 */
export async function requireMayBook(ctx: Context, eventType: BookableEventType): Promise<void> {
  if (!eventType.onlyHostsBook) return
  if (ctx.viewer === null)
    throw new ApiError('UNAUTHENTICATED', 'Only the hosts of this event type can book it: log in.')
  const isInside =
    eventType.teamId === null
      ? ctx.viewer.userId === eventType.hostId
      : (await membershipOf(ctx, eventType.teamId)) !== null
  if (!isInside) throw new ApiError('FORBIDDEN', 'Only the hosts of this event type can book it.')
}

/**
 * @throws ApiError LIMIT_REACHED for an address that has as many bookings ahead as the event type
 * allows.
 */
export async function requireFewBookings(
  tx: Tx,
  eventType: Rules & { id: number },
  email: string,
  now: Date,
): Promise<void> {
  const limit = eventType.maxActivePerInvitee
  if (limit === null) return
  const active = await tx.invitee.count({
    where: {
      email,
      status: 'ACTIVE',
      booking: {
        eventTypeId: eventType.id,
        status: { in: ['PENDING', 'CONFIRMED'] },
        endAt: { gt: now },
      },
    },
  })
  if (active < limit) return
  const message = `has as many bookings of this event type as one can have at a time: ${limit}`
  throw new ApiError('LIMIT_REACHED', `This address ${message}.`, {
    limit,
    rule: 'maxActivePerInvitee',
    fields: [{ path: 'input.invitee.email', message }],
  })
}

/** @throws ApiError CONFLICT when bookings of the event type cannot be cancelled. */
export function requireMayCancel(eventType: Rules): void {
  if (eventType.allowCancelling) return
  throw new ApiError('CONFLICT', 'Bookings of this event type cannot be cancelled.', {
    rule: 'allowCancelling',
  })
}

/**
 * @throws ApiError CONFLICT when bookings of the event type cannot be moved; FORBIDDEN when it is
 * too late for an invitee.
 */
export function requireMayMove(eventType: Rules, { by, booking }: Target, now: Date): void {
  if (!eventType.allowRescheduling) {
    throw new ApiError('CONFLICT', 'Bookings of this event type cannot be moved.', {
      rule: 'allowRescheduling',
    })
  }
  const notice = eventType.reschedulingNoticeMinutes
  if (
    by === 'HOST' ||
    notice === null ||
    booking.startAt.getTime() - now.getTime() >= notice * MINUTE_MS
  )
    return
  throw new ApiError(
    'FORBIDDEN',
    `Bookings of this event type can be moved until ${notice} minutes before they begin.`,
    {
      rule: 'reschedulingNoticeMinutes',
    },
  )
}
