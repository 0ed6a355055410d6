import type { z } from 'zod'
import { rememberContact } from '../../contacts/index.ts'
import type { Tx } from '../../db/client.ts'
import type { Booking, Invitee, Prisma } from '../../db/generated/client/client.ts'
import { notFound } from '../../errors.ts'
import type { Change, SharedChange } from '../../event-log/transaction.ts'
import type { BookableEventType, Location } from '../../event-types/index.ts'
import { newUid } from '../../ids.ts'
import type { jsonObject } from '../../validation.ts'
import { bookingFacts } from '../read/event-data.ts'
import { requireFewBookings } from '../rules/allowed.ts'
import { type Attending, everyone, rowsOf } from '../rules/attending-hosts.ts'
import { bookingZone, claimsTime, firstStatus, requireOffered } from '../rules/availability.ts'
import { sharedBooking } from '../rules/shared-seats.ts'
import {
  claimFor,
  endReservations,
  endTheseReservations,
  looseReservation,
  type Span,
  spanOf,
} from './claim.ts'

type JsonObject = z.output<typeof jsonObject>

/** A booking to be, with every value checked against the event type. */
export interface Wanted {
  start: Date
  durationMinutes: number
  invitee: {
    name: string
    email: string
    phone?: string | null | undefined
    locale?: string | null | undefined
  }
  guests?: string[] | null | undefined
  notes?: string | null | undefined
  answers: JsonObject
  location: Location | null
  tracking?: JsonObject | null | undefined
  metadata?: JsonObject | null | undefined
  /** The account whose seat it is. */
  accountId: number | null
  reservationId?: string | null | undefined
}

/** Which occurrence of a series a booking is. */
export interface Occurrence {
  seriesUid: string
  /**
   * The one before all others; undefined: it is this one. Those after it need lie in no booking
   * window and on no grid, keep its hosts as far as these are free, and are the same visit of the
   * contact.
   */
  first: Placed | undefined
}

/** What was written. */
export interface Placed {
  booking: Booking
  invitee: Invitee
  attending: Attending
}

/**
 * Writes a booking, or a seat in one that is there: its claim, contact, invitee and event.
 * @param zone that of the invitee
 * @param occurrence which it is of a series
 * @throws ApiError NOT_FOUND for the reservation; SLOT_UNAVAILABLE; CONFLICT when the invitee has a
 * seat there already.
 */
export async function place(
  shared: SharedChange,
  eventType: BookableEventType,
  wanted: Wanted,
  zone: string,
  occurrence?: Occurrence,
): Promise<Placed> {
  const { tx, now } = shared
  const span = spanOf(wanted.start, wanted.durationMinutes)
  const first = occurrence?.first
  const hostIds = eventType.hosts.map(({ hostId }) => hostId)
  if (first === undefined) {
    await endReservations(tx, hostIds, now)
    await requireFewBookings(tx, eventType, wanted.invitee.email, now)
  }
  const held = await heldReservation(tx, eventType, span, wanted.reservationId)
  const attending = await requireOffered(
    tx,
    eventType,
    {
      startAt: wanted.start,
      durationMinutes: wanted.durationMinutes,
      timeZone: zone,
      isRepeat: first !== undefined,
    },
    now,
    { reservationId: held?.id },
    { keep: first === undefined ? [] : everyone(first.attending) },
  )

  if (held !== null) await endTheseReservations(tx, [held.id])

  const change = shared.of(attending.hostId, attending.others)
  const joined = await sharedBooking(
    change,
    eventType,
    span,
    wanted.invitee.email,
    'input.invitee.email',
  )
  const status =
    joined?.status === 'PENDING' || joined?.status === 'CONFIRMED'
      ? joined.status
      : firstStatus(eventType, span.startAt, now)
  const booking =
    joined ?? (await open(change, eventType, attending, span, { status, wanted, zone, occurrence }))
  if (joined === null && claimsTime(eventType, status))
    await claimFor(tx, eventType, attending, span, booking.id)

  const { name, email, phone, locale } = wanted.invitee
  const contactId =
    first?.booking.hostId === change.hostId
      ? first.invitee.contactId
      : (await rememberContact(change, { name, email, phone: phone ?? null, timeZone: zone })).id
  const invitee = await tx.invitee.create({
    data: {
      uid: newUid('Invitee'),
      hostId: change.hostId,
      bookingId: booking.id,
      contactId,
      name,
      email,
      timeZone: zone,
      phone: phone ?? null,
      locale: locale ?? null,
      guests: (wanted.guests ?? []).filter(guest => guest !== email),
      notes: wanted.notes ?? null,
      answers: wanted.answers,
      tracking: wanted.tracking ?? {},
      metadata: wanted.metadata ?? {},
      accountId: wanted.accountId,
      seriesUid: occurrence?.seriesUid ?? null,
      createdAt: now,
      updatedAt: now,
    },
  })
  change.emit({
    kind: status === 'CONFIRMED' ? 'BOOKING_CREATED' : 'BOOKING_REQUESTED',
    bookingId: booking.id,
    inviteeId: invitee.id,
    contactId: contactId ?? undefined,
    eventTypeId: eventType.id,
    data: await bookingFacts(tx, booking, eventType, [invitee]),
  })
  return { booking, invitee, attending }
}

/**
 * The reservation that the invitee holds for this start, or a loose one of it.
 * @throws ApiError NOT_FOUND when it is over or for another start.
 */
async function heldReservation(
  tx: Tx,
  eventType: BookableEventType,
  span: Span,
  uid: string | null | undefined,
) {
  if (uid == null) return looseReservation(tx, eventType, span)
  const reservation = await tx.reservation.findUnique({
    where: { uid, eventTypeId: eventType.id, startAt: span.startAt },
  })
  if (reservation === null) throw notFound('reservation for this start', 'input.reservationId')
  return reservation
}

interface Opening {
  status: 'PENDING' | 'CONFIRMED'
  wanted: Wanted
  zone: string
  occurrence: Occurrence | undefined
}

function open(
  { tx, now }: Change,
  eventType: BookableEventType,
  attending: Attending,
  span: Span,
  { status, wanted, zone, occurrence }: Opening,
): Promise<Booking> {
  const data: Prisma.BookingUncheckedCreateInput = {
    uid: newUid('Booking'),
    ...rowsOf(attending),
    teamId: eventType.teamId,
    eventTypeId: eventType.id,
    status,
    ...span,
    timeZone: bookingZone(eventType, zone),
    ...(wanted.location !== null && { location: { ...wanted.location } }),
    metadata: wanted.metadata ?? {},
    seriesUid: occurrence?.seriesUid ?? null,
    createdAt: now,
    updatedAt: now,
  }
  return tx.booking.create({ data })
}
