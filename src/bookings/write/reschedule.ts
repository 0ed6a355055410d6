import { z } from 'zod'
import { rememberContact } from '../../contacts/index.ts'
import type { Context } from '../../context.ts'
import type { Tx } from '../../db/client.ts'
import type { Booking, Invitee } from '../../db/generated/client/client.ts'
import { invalid } from '../../errors.ts'
import { type Change, changeHostsFound, type SharedChange } from '../../event-log/transaction.ts'
import { type BookableEventType, bookableOf, hostIdsOf } from '../../event-types/index.ts'
import { newUid } from '../../ids.ts'
import { lengthOf } from '../../slots/days.ts'
import { email, instant, parse, text } from '../../validation.ts'
import { bookingFacts } from '../read/event-data.ts'
import { requireMayMove } from '../rules/allowed.ts'
import { type Attending, attendingOf, everyone, rowsOf } from '../rules/attending-hosts.ts'
import {
  claimsTime,
  firstStatus,
  orTaken,
  requireOffered,
  unavailable,
} from '../rules/availability.ts'
import { sharedBooking } from '../rules/shared-seats.ts'
import { findTarget, stillOpen, type Target } from '../rules/target.ts'
import { end, hasOthers, leave } from './cancel.ts'
import {
  claimFor,
  endReservations,
  endTheseReservations,
  looseReservation,
  minutesOf,
  type Span,
  spanOf,
} from './claim.ts'

const RescheduleInput = z.object({
  id: z.string().nullish(),
  token: z.string().nullish(),
  start: instant,
  durationMinutes: z.number().nullish(),
  reason: text(2000).nullish(),
  byEmail: email.nullish(),
  confirms: z.boolean().nullish(),
})

/**
 * The booking at the new time, and the seat in it of the invitee who moved; null when the host
 * moved all.
 */
export interface Moved {
  booking: Booking
  invitee: Invitee | null
}

/**
 * Moves a booking: a new one is made at the new start and the old one is cancelled, in one step,
 * and the two are linked. An invitee who shares the booking with others moves their seat alone.
 * What the host moves keeps its status, unless it `confirms`; what an invitee moves needs the
 * host's approval again where the event type asks for it.
 * @throws ApiError NOT_FOUND; INVALID_INPUT; CONFLICT when the booking cannot change any more;
 * SLOT_UNAVAILABLE.
 */
export async function rescheduleBooking(ctx: Context, input: unknown): Promise<Moved> {
  const wanted = parse(RescheduleInput, input)
  const found = await findTarget(ctx, wanted, 'input.')
  return orTaken(
    changeHostsFound(
      ctx,
      () => concerned(ctx, found.booking),
      async shared => {
        const before = await attendingOf(shared.tx, found.booking)
        const target = await stillOpen(shared.of(before.hostId, before.others), found)
        const eventType = await bookableOf(shared.tx, target.booking.eventTypeId)
        requireMayMove(eventType, target, shared.now)
        const span = newSpan(target.booking, eventType, wanted)
        const move = { shared, before, eventType, span, confirms: wanted.confirms ?? false }
        const reason = wanted.reason ?? null
        const byEmail = wanted.byEmail ?? null
        const alone =
          target.by === 'INVITEE' &&
          !target.invitee.isAdded &&
          (await hasOthers(shared, target.invitee))
        const { booking, seats, change } = alone
          ? await moveSeat(move, target)
          : await moveBooking(move, target, { reason, byEmail })
        const invitee = target.by === 'INVITEE' ? (seats[0] ?? null) : null
        change.emit({
          kind: 'BOOKING_RESCHEDULED',
          bookingId: booking.id,
          ...(invitee !== null && { inviteeId: invitee.id }),
          eventTypeId: eventType.id,
          data: {
            ...(await bookingFacts(shared.tx, booking, eventType, seats)),
            from: {
              id: target.booking.uid,
              start: target.booking.startAt.toISOString(),
              end: target.booking.endAt.toISOString(),
            },
            statusBefore: target.booking.status,
            by: target.by,
            reason,
            ...(byEmail !== null && { byEmail }),
          },
        })
        return { booking, invitee }
      },
    ),
  )
}

/** All who attend a booking, or could. */
export async function concerned({ db }: Context, booking: Booking): Promise<number[]> {
  const { hostId, teamId, eventTypeId } = booking
  if (teamId === null) return [hostId]
  const hosts = await hostIdsOf(db, { id: eventTypeId, hostId: null, teamId })
  return [...everyone(await attendingOf(db, booking)), ...hosts]
}

/** What a move has to know. */
interface Move {
  shared: SharedChange
  /** Who attends the booking that moves. */
  before: Attending
  eventType: BookableEventType
  span: Span
  /** Whether what the host moves is confirmed thereby. */
  confirms: boolean
}

function newSpan(
  booking: Booking,
  eventType: BookableEventType,
  wanted: { start: Date; durationMinutes?: number | null | undefined },
): Span {
  const current = minutesOf(booking)
  const asked = wanted.durationMinutes
  const minutes =
    asked == null || asked === current
      ? current
      : lengthOf(eventType, asked, 'input.durationMinutes')
  if (wanted.start.getTime() === booking.startAt.getTime() && minutes === current) {
    throw invalid('input.start', 'is the start that the booking has')
  }
  return spanOf(wanted.start, minutes)
}

/**
 * The booking at the new time, the seats in it that moved there, and the change of those who attend
 * it.
 */
interface Arrived {
  booking: Booking
  seats: Invitee[]
  change: Change
}

/**
 * The new booking takes all active invitees along. Its hosts are the same as far as they are free
 * then.
 */
async function moveBooking(
  { shared, before, eventType, span, confirms }: Move,
  target: Target,
  why: { reason: string | null; byEmail: string | null },
): Promise<Arrived> {
  const { tx, now } = shared
  const old = target.booking
  const invitees = await tx.invitee.findMany({
    where: { bookingId: old.id, status: 'ACTIVE' },
    orderBy: { id: 'asc' },
  })
  await freeFor(tx, eventType, span, now)
  const ignored = { bookingId: old.id }
  const wanted = { startAt: span.startAt, durationMinutes: minutesOf(span), timeZone: old.timeZone }
  const attending = await requireOffered(tx, eventType, wanted, now, ignored, {
    keep: everyone(before),
  })
  // Who attends no longer hears where the booking went.
  const change = shared.of(
    attending.hostId,
    [...new Set([...attending.others, ...everyone(before)])].filter(id => id !== attending.hostId),
  )
  const [first, ...others] = invitees
  const joined =
    first === undefined
      ? null
      : await sharedBooking(change, eventType, span, first.email, 'input.start')
  // A seated booking moves as a whole only to free time, but one invitee may join others there.
  const isShared = joined !== null || (await isHeld(change, eventType, span))
  if (isShared && others.length > 0) throw unavailable('taken')

  const status = statusAfter(target, eventType, span, now, confirms)
  await end(change, target, { status: 'CANCELLED', ...why })
  const booking = joined ?? (await openAt(change, old, eventType, attending, span, status))
  const seats: Invitee[] = []
  for (const invitee of invitees) seats.push(await copySeat(change, invitee, booking.id))
  return { booking, seats, change }
}

/** One invitee leaves a shared booking for a new one, or for another that others share. */
async function moveSeat(
  { shared, eventType, span }: Move,
  target: Target & { by: 'INVITEE' },
): Promise<Arrived> {
  const { tx, now } = shared
  await freeFor(tx, eventType, span, now)
  const wanted = {
    startAt: span.startAt,
    durationMinutes: minutesOf(span),
    timeZone: target.invitee.timeZone,
  }
  const attending = await requireOffered(tx, eventType, wanted, now)
  const change = shared.of(attending.hostId, attending.others)
  const joined = await sharedBooking(change, eventType, span, target.invitee.email, 'input.start')
  const status = statusAfter(target, eventType, span, now)
  // What one seat leaves was opened by somebody else: its metadata and its series can be theirs.
  const { seriesUid } = target.invitee
  const chainId = target.booking.chainId ?? target.booking.id
  const old = { ...target.booking, id: null, chainId, metadata: target.invitee.metadata, seriesUid }
  const booking = joined ?? (await openAt(change, old, eventType, attending, span, status))
  await leave(change, target.invitee)
  return { booking, seats: [await copySeat(change, target.invitee, booking.id)], change }
}

/** Ends reservations of the new time that have expired or are loose. */
async function freeFor(tx: Tx, eventType: BookableEventType, span: Span, now: Date): Promise<void> {
  await endReservations(
    tx,
    eventType.hosts.map(({ hostId }) => hostId),
    now,
  )
  const loose = await looseReservation(tx, eventType, span)
  if (loose !== null) await endTheseReservations(tx, [loose.id])
}

function statusAfter(
  target: Target,
  eventType: BookableEventType,
  span: Span,
  now: Date,
  confirms = false,
): 'PENDING' | 'CONFIRMED' {
  if (target.by === 'INVITEE') return firstStatus(eventType, span.startAt, now)
  return target.booking.status === 'PENDING' && !confirms ? 'PENDING' : 'CONFIRMED'
}

const isHeld = async ({ tx }: Change, eventType: BookableEventType, span: Span): Promise<boolean> =>
  eventType.seats > 1 &&
  (await tx.reservation.count({ where: { eventTypeId: eventType.id, ...span } })) > 0

async function openAt(
  { tx, now }: Change,
  old: Omit<Booking, 'id'> & { id: number | null },
  eventType: BookableEventType,
  attending: Attending,
  span: Span,
  status: 'PENDING' | 'CONFIRMED',
): Promise<Booking> {
  const booking = await tx.booking.create({
    data: {
      uid: newUid('Booking'),
      ...rowsOf(attending),
      teamId: eventType.teamId,
      eventTypeId: eventType.id,
      status,
      ...span,
      timeZone: old.timeZone,
      ...(old.location !== null && { location: old.location }),
      metadata: old.metadata ?? {},
      rescheduledFromId: old.id,
      // Its events come after those of the old one, and are numbered after them.
      chainId: old.chainId ?? old.id,
      eventCount: old.eventCount,
      seriesUid: old.seriesUid,
      createdAt: now,
      updatedAt: now,
    },
  })
  if (claimsTime(eventType, status)) await claimFor(tx, eventType, attending, span, booking.id)
  return booking
}

/** The same person's seat in the new booking, linked to the old one. */
async function copySeat(change: Change, invitee: Invitee, bookingId: number): Promise<Invitee> {
  const { tx, now } = change
  const { id, uid, createdAt, updatedAt, cancelledAt, noShowAt, status, ...same } = invitee
  return tx.invitee.create({
    data: {
      ...same,
      ...(await placeWith(change, invitee)),
      uid: newUid('Invitee'),
      bookingId,
      answers: invitee.answers ?? {},
      tracking: invitee.tracking ?? {},
      metadata: invitee.metadata ?? {},
      rescheduledFromId: id,
      createdAt: now,
      updatedAt: now,
    },
  })
}

/**
 * Whose invitee somebody is with the host of the change: another host's contact they become with
 * their first booking.
 */
export async function placeWith(
  change: Change,
  invitee: Invitee,
): Promise<Pick<Invitee, 'hostId' | 'contactId'>> {
  const { hostId } = change
  if (invitee.hostId === hostId) return { hostId, contactId: invitee.contactId }
  const contact = await rememberContact(change, invitee)
  return { hostId, contactId: contact.id }
}
