import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Booking, Invitee } from '../../db/generated/client/client.ts'
import { invalid } from '../../errors.ts'
import type { Change } from '../../event-log/transaction.ts'
import { parse, text } from '../../validation.ts'
import { bookingFacts } from '../read/event-data.ts'
import { requireMayCancel } from '../rules/allowed.ts'
import { changeBooking } from '../rules/attending-hosts.ts'
import { findTarget, stillOpen, type Target } from '../rules/target.ts'
import { unclaim } from './claim.ts'

const CancelInput = z.object({
  id: z.string().nullish(),
  token: z.string().nullish(),
  reason: text(10_000).nullish(),
  asksForAnother: z.boolean().nullish(),
})

/** What was cancelled: the booking, and the one seat of it when only that went. */
export interface Cancelled {
  booking: Booking
  invitee: Invitee | undefined
  /** The invitee whose link was used; undefined for the host. */
  by: Invitee | undefined
}

/**
 * Cancels a booking, by its host or by an invitee's link. An invitee who shares the booking with
 * others gives up their seat alone.
 * @throws ApiError NOT_FOUND; CONFLICT when it is cancelled, denied or over; INVALID_INPUT for an
 * invitee who asks for another time.
 */
export async function cancelBooking(ctx: Context, input: unknown): Promise<Cancelled> {
  const wanted = parse(CancelInput, input)
  const found = await findTarget(ctx, wanted, 'input.')
  const asksForAnother = wanted.asksForAnother === true
  if (asksForAnother && found.by === 'INVITEE')
    throw invalid('input.asksForAnother', 'is for hosts')
  return changeBooking(ctx, found.booking, async change =>
    cancelTarget(change, await stillOpen(change, found), wanted.reason ?? null, asksForAnother),
  )
}

/**
 * Cancels a booking that is open, or the seat of one invitee in it.
 * @param asksForAnother whether the host asks the invitee to choose another time; the event
 * contains it
 * @throws ApiError CONFLICT when the event type forbids it.
 */
export async function cancelTarget(
  change: Change,
  target: Target,
  reason: string | null,
  asksForAnother = false,
): Promise<Cancelled> {
  const eventType = await change.tx.eventType.findUniqueOrThrow({
    where: { id: target.booking.eventTypeId },
  })
  requireMayCancel(eventType)
  const coming = await change.tx.invitee.findMany({
    where: { bookingId: target.booking.id, status: 'ACTIVE' },
    orderBy: { id: 'asc' },
  })
  const cancelled = await leaveOrEnd(change, target, reason)
  const { booking } = cancelled
  const concerned = cancelled.invitee === undefined ? coming : [cancelled.invitee]
  change.emit({
    kind: 'BOOKING_CANCELLED',
    bookingId: booking.id,
    ...(target.by === 'INVITEE' && { inviteeId: target.invitee.id }),
    eventTypeId: booking.eventTypeId,
    data: {
      ...(await bookingFacts(change.tx, booking, eventType, concerned)),
      statusBefore: target.booking.status,
      by: target.by,
      reason,
      ...(asksForAnother && { asksForAnother }),
    },
  })
  return cancelled
}

async function leaveOrEnd(
  change: Change,
  target: Target,
  reason: string | null,
): Promise<Cancelled> {
  if (target.by === 'INVITEE' && (await hasOthers(change, target.invitee))) {
    return {
      booking: target.booking,
      invitee: await leave(change, target.invitee),
      by: target.invitee,
    }
  }
  const booking = await end(change, target, { status: 'CANCELLED', reason })
  return { booking, invitee: undefined, by: target.by === 'INVITEE' ? target.invitee : undefined }
}

/** Whether others still have a seat in the invitee's booking. Whom a host added to it has none. */
export async function hasOthers({ tx }: Pick<Change, 'tx'>, invitee: Invitee): Promise<boolean> {
  const others = await tx.invitee.count({
    where: {
      bookingId: invitee.bookingId,
      status: 'ACTIVE',
      isAdded: false,
      id: { not: invitee.id },
    },
  })
  return others > 0
}

/** Takes one invitee out of a booking that goes on. */
export const leave = ({ tx, now }: Change, invitee: Invitee): Promise<Invitee> =>
  tx.invitee.update({
    where: { id: invitee.id },
    data: { status: 'CANCELLED', cancelledAt: now, updatedAt: now },
  })

/** Ends a booking for all of its invitees and gives its time back. */
export async function end(
  { tx, now }: Change,
  target: Target,
  {
    status,
    reason,
    byEmail,
  }: { status: 'CANCELLED' | 'DENIED'; reason: string | null; byEmail?: string | null },
): Promise<Booking> {
  const { id } = target.booking
  const host =
    target.by === 'HOST'
      ? await tx.user.findUniqueOrThrow({ where: { id: target.userId } })
      : undefined
  const cancellerName = target.by === 'HOST' ? (host?.name ?? null) : target.invitee.name
  await unclaim(tx, id, now)
  await tx.invitee.updateMany({
    where: { bookingId: id, status: 'ACTIVE' },
    data: { status: 'CANCELLED', cancelledAt: now, updatedAt: now },
  })
  return tx.booking.update({
    where: { id },
    data: {
      status,
      cancelledAt: now,
      cancelledBy: target.by,
      cancellerName,
      cancellerEmail: byEmail ?? null,
      reason,
      updatedAt: now,
    },
  })
}
