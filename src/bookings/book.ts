import { z } from 'zod'
import { rememberContact } from '../contacts/index.ts'
import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { Booking, Invitee, Prisma } from '../db/generated/client/client.ts'
import {
  type BookableEventType,
  chooseLocation,
  findBookable,
  findOwnerOf,
  hostIdsOf,
  type Owner,
  parseAnswers,
  useLink,
} from '../event-types/index.ts'
import { type Change, changeHostsFound, type SharedChange } from '../events/change.ts'
import { newUid } from '../ids.ts'
import { lengthOf } from '../offers/days.ts'
import { email, instant, jsonObject, phone, text, timeZone, tryParse } from '../parse.ts'
import { type FieldProblem, invalidFields, notFound, Refusal } from '../refusal.ts'
import { noteSubmitter } from '../routing/index.ts'
import { tokenHash } from '../secrets.ts'
import { membershipOf } from '../teams/policy.ts'
import { needFewBookings, needMayBook } from './allowed.ts'
import { type Attending, rowsOf } from './attending.ts'
import { claimFor, endReservations, endTheseReservations, looseReservation, type Span, spanOf } from './claim.ts'
import { bookingFacts } from './facts.ts'
import { bookingZone, claimsTime, firstStatus, needOffered, orTaken } from './offered.ts'
import { sharedBooking } from './shared.ts'

const MAX_GUESTS = 20

const BookInput = z.object({
  start: instant,
  durationMinutes: z.number().nullish(),
  invitee: z.object({
    name: text(200),
    email,
    timeZone: timeZone.nullish(),
    phone: phone.nullish(),
    locale: text(35).nullish(),
  }),
  guests: z
    .array(email, 'must be a list of e-mail addresses')
    .max(MAX_GUESTS, `must name at most ${MAX_GUESTS}`)
    .transform(guests => [...new Set(guests)])
    .nullish(),
  notes: text(5000).nullish(),
  tracking: jsonObject.nullish(),
  metadata: jsonObject.nullish(),
  idempotencyKey: text(255).nullish(),
  reservationId: z.string().max(64).nullish(),
  routingSubmissionId: z.string().max(64).nullish(),
})

// Known even when other fields are at fault, so that nobody is asked for a number that they gave.
const Phone = z.object({ invitee: z.object({ phone: z.string().nullish() }) })

/** A booking that was made, or the first answer to the same request. */
export interface Booked {
  booking: Booking
  invitee: Invitee
}

interface Asked {
  eventType: unknown
  [field: string]: unknown
}

/**
 * Books a start as an invitee. A seated event type adds a seat to the booking that is there.
 * @throws Refusal NOT_FOUND for the event type; INVALID_INPUT with all fields at fault; SLOT_UNAVAILABLE with the reason;
 * IDEMPOTENCY_CONFLICT when the key came with another request; CONFLICT when the invitee has a seat there already.
 */
export async function book(ctx: Context, input: Asked): Promise<Booked> {
  return bookWith(ctx, await findOwnerOf(ctx, input.eventType, 'input.eventType'), input)
}

/**
 * Books a start for somebody, of one of the viewer's own event types or of a team that the viewer is in. The invitee's zone
 * is that of the host or the team unless it is given.
 * @throws Refusal as `book`; NOT_FOUND for an event type of others too.
 */
export async function bookForInvitee(ctx: Context, input: Asked): Promise<Booked> {
  const userId = hostOf(ctx)
  const owner = await findOwnerOf(ctx, input.eventType, 'input.eventType')
  const isTheirs = owner.teamId === null ? owner.hostId === userId : (await membershipOf(ctx, owner.teamId)) !== null
  if (!isTheirs) throw notFound('event type', 'input.eventType')
  return bookWith(ctx, owner, input, ({ homeZone }) => homeZone)
}

async function bookWith(
  ctx: Context,
  owner: Owner,
  input: Asked,
  zoneOf = ({ schedule }: BookableEventType) => schedule.timeZone,
): Promise<Booked> {
  const requestHash = hashOf({ ...input, idempotencyKey: undefined })
  const whose = { hostId: owner.hostId, teamId: owner.teamId }
  return orTaken(
    changeHostsFound(
      ctx,
      () => hostIdsOf(ctx.db, owner),
      async shared => {
        const { tx, now } = shared
        const repeated = await firstAnswer(tx, whose, input.idempotencyKey, requestHash)
        if (repeated !== undefined) return repeated
        // Looked at now that nobody else changes it.
        const eventType = await findBookable(ctx, input.eventType, 'input.eventType', tx)
        await needMayBook(ctx, eventType)
        const wanted = read(eventType, input)
        const booked = await write(shared, eventType, wanted, wanted.invitee.timeZone ?? zoneOf(eventType))
        await useLink(tx, input.eventType, now, 'input.eventType')
        if (wanted.routingSubmissionId != null) {
          await noteSubmitter(shared, eventType.hosts, wanted.routingSubmissionId, booked.invitee.id)
        }
        if (wanted.idempotencyKey != null) {
          await tx.idempotencyKey.create({
            data: {
              ...whose,
              key: wanted.idempotencyKey,
              requestHash,
              bookingId: booked.booking.id,
              inviteeId: booked.invitee.id,
              createdAt: now,
            },
          })
        }
        return booked
      },
    ),
  )
}

/** Of the request as it came, whatever the order of the keys in its objects. */
function hashOf(request: unknown): Uint8Array<ArrayBuffer> {
  const inOrder = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value
  return tokenHash(JSON.stringify(request, inOrder))
}

/** The request with every value checked against the event type, all problems in one refusal. */
function read(eventType: BookableEventType, input: { [field: string]: unknown }) {
  const problems: FieldProblem[] = []
  const collect = <T>(check: () => T): T | undefined => {
    try {
      return check()
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'INVALID_INPUT') throw error
      problems.push(...(error.details.fields ?? []))
      return undefined
    }
  }
  const fields = tryParse(BookInput, input, 'input', problems)?.value
  const { answers, problems: wrongAnswers } = parseAnswers(eventType.questions, input.answers, 'input.answers')
  problems.push(...wrongAnswers)
  const location = collect(() =>
    chooseLocation(eventType, input.location, 'input.location', { phone: Phone.safeParse(input).data?.invitee.phone }),
  )
  const durationMinutes = collect(() =>
    lengthOf(
      eventType,
      typeof input.durationMinutes === 'number' ? input.durationMinutes : null,
      'input.durationMinutes',
    ),
  )
  if (Array.isArray(input.guests) && input.guests.length > 0 && !eventType.allowGuests) {
    problems.push({ path: 'input.guests', message: 'this event type takes no guests' })
  }
  if (problems.length > 0 || fields === undefined || durationMinutes === undefined || location === undefined) {
    throw invalidFields(problems)
  }
  return { ...fields, answers, location, durationMinutes }
}

type Request = ReturnType<typeof read>

async function firstAnswer(
  tx: Tx,
  whose: Omit<Owner, 'id'>,
  key: unknown,
  requestHash: Uint8Array,
): Promise<Booked | undefined> {
  if (typeof key !== 'string') return undefined
  const first = await tx.idempotencyKey.findFirst({ where: { ...whose, key: key.trim() } })
  if (first === null) return undefined
  if (!Buffer.from(requestHash).equals(first.requestHash)) {
    const message = 'was used for another request'
    throw new Refusal('IDEMPOTENCY_CONFLICT', `The idempotency key ${message}.`, {
      fields: [{ path: 'input.idempotencyKey', message }],
    })
  }
  return {
    booking: await tx.booking.findUniqueOrThrow({ where: { id: first.bookingId } }),
    invitee: await tx.invitee.findUniqueOrThrow({ where: { id: first.inviteeId } }),
  }
}

/** @param zone that of the invitee */
async function write(
  shared: SharedChange,
  eventType: BookableEventType,
  wanted: Request,
  zone: string,
): Promise<Booked> {
  const { tx, now } = shared
  const span = spanOf(wanted.start, wanted.durationMinutes)
  await endReservations(
    tx,
    eventType.hosts.map(host => host.hostId),
    now,
  )
  await needFewBookings(tx, eventType, wanted.invitee.email, now)
  const held = await heldReservation(tx, eventType, span, wanted.reservationId)
  const attending = await needOffered(
    tx,
    eventType,
    { startAt: wanted.start, durationMinutes: wanted.durationMinutes, timeZone: zone },
    now,
    { reservationId: held?.id },
  )

  if (held !== null) await endTheseReservations(tx, [held.id])

  const change = shared.of(attending.hostId, attending.others)
  const joined = await sharedBooking(change, eventType, span, wanted.invitee.email, 'input.invitee.email')
  const status =
    joined?.status === 'PENDING' || joined?.status === 'CONFIRMED'
      ? joined.status
      : firstStatus(eventType, span.startAt, now)
  const booking = joined ?? (await openBooking(change, eventType, attending, span, status, wanted, zone))
  if (joined === null && claimsTime(eventType, status)) await claimFor(tx, eventType, attending, span, booking.id)

  const { name, email, phone, locale } = wanted.invitee
  const contact = await rememberContact(change, { name, email, phone: phone ?? null, timeZone: zone })
  const invitee = await tx.invitee.create({
    data: {
      uid: newUid('Invitee'),
      hostId: change.hostId,
      bookingId: booking.id,
      contactId: contact.id,
      name,
      email,
      timeZone: zone,
      phone: phone ?? null,
      locale: locale ?? null,
      guests: (wanted.guests ?? []).filter(guest => guest !== email),
      notes: wanted.notes ?? null,
      answers: wanted.answers,
      tracking: wanted.tracking ?? {},
      createdAt: now,
      updatedAt: now,
    },
  })
  change.emit({
    kind: status === 'CONFIRMED' ? 'BOOKING_CREATED' : 'BOOKING_REQUESTED',
    bookingId: booking.id,
    inviteeId: invitee.id,
    contactId: contact.id,
    eventTypeId: eventType.id,
    data: await bookingFacts(tx, booking, eventType, [invitee]),
  })
  return { booking, invitee }
}

/** The reservation that the invitee holds for this start, or a loose one of it. @throws Refusal NOT_FOUND when it is over or for another start. */
async function heldReservation(tx: Tx, eventType: BookableEventType, span: Span, uid: string | null | undefined) {
  if (uid == null) return looseReservation(tx, eventType, span)
  const reservation = await tx.reservation.findUnique({
    where: { uid, eventTypeId: eventType.id, startAt: span.startAt },
  })
  if (reservation === null) throw notFound('reservation for this start', 'input.reservationId')
  return reservation
}

function openBooking(
  { tx, now }: Change,
  eventType: BookableEventType,
  attending: Attending,
  span: Span,
  status: 'PENDING' | 'CONFIRMED',
  wanted: Request,
  zone: string,
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
    createdAt: now,
    updatedAt: now,
  }
  return tx.booking.create({ data })
}
