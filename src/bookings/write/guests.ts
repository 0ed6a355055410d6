import { z } from 'zod'
import { rememberContact } from '../../contacts/index.ts'
import type { Context } from '../../context.ts'
import type { Booking, EventType, Invitee } from '../../db/generated/client/client.ts'
import { ApiError, invalid } from '../../errors.ts'
import type { Change } from '../../event-log/transaction.ts'
import { newUid } from '../../ids.ts'
import { email, parse, phone, text, timeZone } from '../../validation.ts'
import { bookingFacts } from '../read/event-data.ts'
import { changeBooking } from '../rules/attending-hosts.ts'
import { findTarget, stillOpen } from '../rules/target.ts'

const MAX_GUESTS_AT_ONCE = 10
/** Guests and added invitees of one booking. */
const MAX_COMPANY = 30

const AddGuestsInput = z.object({
  id: z.string(),
  guests: z
    .array(email, 'must be a list of e-mail addresses')
    .min(1, 'must name at least one')
    .max(MAX_GUESTS_AT_ONCE, `must name at most ${MAX_GUESTS_AT_ONCE}`),
})

const AddInviteeInput = z.object({
  id: z.string(),
  name: text(200),
  email,
  timeZone: timeZone.nullish(),
  phone: phone.nullish(),
  locale: text(35).nullish(),
})

/** A booking that a host adds somebody to, as it stands now that nobody else changes it. */
interface Company {
  change: Change
  booking: Booking
  eventType: EventType
  /** Who booked. */
  booker: Invitee
  /** All addresses that come already. */
  known: Set<string>
}

/**
 * Adds guests to a booking, as its host. Addresses that come already are left out.
 * @throws ApiError NOT_FOUND; INVALID_INPUT for more than 10 at once, or 30 in all; CONFLICT for a
 * booking that is over, that several can share, or whose event type takes no guests.
 */
export async function addGuests(ctx: Context, input: unknown): Promise<Booking> {
  const wanted = parse(AddGuestsInput, input)
  return withCompany(ctx, wanted.id, async ({ change, booking, eventType, booker, known }) => {
    if (!eventType.allowGuests) throw new ApiError('CONFLICT', 'The event type takes no guests.')
    const guests = [...new Set(wanted.guests)].filter(guest => !known.has(guest))
    requireRoom(known.size - 1 + guests.length, 'input.guests')
    const data = { guests: [...booker.guests, ...guests], updatedAt: change.now }
    await change.tx.invitee.update({ where: { id: booker.id }, data })
    return announced(change, booking, eventType)
  })
}

/**
 * Adds an invitee to an existing booking, as its host. They are listed as an invitee and receive
 * events, but have no seat of their own.
 * @throws ApiError as `addGuests`; CONFLICT for an address that comes already.
 */
export async function addInvitee(
  ctx: Context,
  input: unknown,
): Promise<{ booking: Booking; invitee: Invitee }> {
  const wanted = parse(AddInviteeInput, input)
  return withCompany(ctx, wanted.id, async ({ change, booking, eventType, booker, known }) => {
    if (known.has(wanted.email)) {
      const message = 'comes to this booking already'
      throw new ApiError('CONFLICT', `This e-mail ${message}.`, {
        fields: [{ path: 'input.email', message }],
      })
    }
    requireRoom(known.size, 'input.email')
    const { tx, now, hostId } = change
    const zone = wanted.timeZone ?? booker.timeZone
    const contact = await rememberContact(change, {
      ...wanted,
      phone: wanted.phone ?? null,
      timeZone: zone,
    })
    const invitee = await tx.invitee.create({
      data: {
        uid: newUid('Invitee'),
        hostId,
        bookingId: booking.id,
        contactId: contact.id,
        name: wanted.name,
        email: wanted.email,
        timeZone: zone,
        phone: wanted.phone ?? null,
        locale: wanted.locale ?? null,
        guests: [],
        isAdded: true,
        createdAt: now,
        updatedAt: now,
      },
    })
    return { booking: await announced(change, booking, eventType, invitee), invitee }
  })
}

async function withCompany<T>(
  ctx: Context,
  id: string,
  add: (company: Company) => Promise<T>,
): Promise<T> {
  const found = await findTarget(ctx, { id }, 'input.')
  return changeBooking(ctx, found.booking, async change => {
    const { booking } = await stillOpen(change, found)
    const { tx } = change
    const eventType = await tx.eventType.findUniqueOrThrow({ where: { id: booking.eventTypeId } })
    const invitees = await tx.invitee.findMany({
      where: { bookingId: booking.id, status: 'ACTIVE' },
      orderBy: { id: 'asc' },
    })
    const [booker, ...others] = invitees.filter(({ isAdded }) => !isAdded)
    if (booker === undefined || others.length > 0 || eventType.seats > 1) {
      throw new ApiError('CONFLICT', 'Several share the booking, each in a seat of their own.')
    }
    const known = new Set(invitees.flatMap(invitee => [invitee.email, ...invitee.guests]))
    return add({ change, booking, eventType, booker, known })
  })
}

function requireRoom(company: number, path: string): void {
  if (company > MAX_COMPANY)
    throw invalid(path, `must not bring the booking beyond ${MAX_COMPANY} guests`)
}

async function announced(
  change: Change,
  { id }: Booking,
  eventType: EventType,
  added?: Invitee,
): Promise<Booking> {
  const { tx, now } = change
  const booking = await tx.booking.update({ where: { id }, data: { updatedAt: now } })
  const invitees = await tx.invitee.findMany({
    where: { bookingId: id, status: 'ACTIVE' },
    orderBy: { id: 'asc' },
  })
  change.emit({
    kind: 'BOOKING_GUESTS_ADDED',
    bookingId: id,
    ...(added !== undefined && { inviteeId: added.id }),
    eventTypeId: eventType.id,
    data: await bookingFacts(tx, booking, eventType, invitees),
  })
  return booking
}
