// What is told of a booking: its contract, 11.3. What can change is told as it stood then, the rest
// as it is.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { minutesOf, titleFrom, UNKNOWN } from '../bookings/booking.ts'
import { PlaceParts, placeIn } from '../bookings/location.ts'

export const EventParts = graphql(
  `fragment CalcomHookEvent on BookingEvent {
    id kind occurredAt data
    snapshot {
      id: bookingId status start end metadata createdAt updatedAt
      eventType { name slug }
      invitees { name email timeZone phone locale guests notes answers }
      location { ...CalcomPlace }
      cancellation { by reason }
    }
    booking {
      databaseId createdAt
      hosts { databaseId name email timeZone locale bookingPage { slug } }
      eventType { databaseId description seats confirmation questions { key label } team { name } }
      rescheduledFrom { databaseId }
    }
  }`,
  [PlaceParts],
)

type Event = ResultOf<typeof EventParts>
type Snapshot = NonNullable<Event['snapshot']>
type Booking = NonNullable<Event['booking']>
type Invitee = Snapshot['invitees'][number]

/** An event with its booking, which nobody has deleted. */
export type BookingEvent = Event & { snapshot: Snapshot; booking: Booking }

export const hasBooking = (event: Event): event is BookingEvent =>
  event.snapshot !== null && event.booking !== null

const statuses = {
  PENDING: 'PENDING',
  CONFIRMED: 'ACCEPTED',
  CANCELLED: 'CANCELLED',
  DENIED: 'REJECTED',
} as const

/** `2027-03-01T09:00:00.000Z` as it is told: without milliseconds. */
const withoutMs = (instant: string): string => `${instant.slice(0, 19)}Z`

/** The whole of a booking. */
export function bookingPayload({ snapshot, booking }: BookingEvent) {
  const { eventType } = booking
  const [host] = booking.hosts
  const [first] = snapshot.invitees
  const location = placeIn(snapshot.location)
  return {
    type: snapshot.eventType.slug,
    title: titleOf(snapshot, booking),
    description: first?.notes ?? '',
    additionalNotes: first?.notes ?? '',
    customInputs: {},
    startTime: withoutMs(snapshot.start),
    endTime: withoutMs(snapshot.end),
    organizer: {
      id: host?.databaseId ?? null,
      name: host?.name ?? UNKNOWN,
      email: host?.email ?? UNKNOWN,
      username: host?.bookingPage?.slug ?? UNKNOWN,
      timeZone: host?.timeZone ?? 'UTC',
      language: { locale: host?.locale ?? 'en' },
      timeFormat: 'h:mma',
      utcOffset: utcOffset(host?.timeZone ?? 'UTC', snapshot.start),
    },
    responses: { ...responsesOf(first, location), ...answersOf(first, eventType.questions) },
    userFieldsResponses: answersOf(first, eventType.questions),
    attendees: snapshot.invitees.flatMap(invitee => attendees(invitee, snapshot.start)),
    location,
    destinationCalendar: null,
    hideCalendarNotes: false,
    requiresConfirmation: eventType.confirmation === 'NEVER' ? null : true,
    eventTypeId: eventType.databaseId,
    seatsShowAttendees: true,
    seatsPerTimeSlot: eventType.seats > 1 ? eventType.seats : null,
    uid: snapshot.id,
    appsStatus: [],
    eventTitle: snapshot.eventType.name,
    eventDescription: eventType.description,
    price: 0,
    currency: 'usd',
    length: minutesOf(snapshot),
    bookingId: booking.databaseId,
    metadata: snapshot.metadata,
    status: statuses[snapshot.status],
  }
}

/** A booking that begins or ends: flat, as a row of Cal.com's table. */
export function meeting({ snapshot, booking }: BookingEvent) {
  const [host] = booking.hosts
  const location = placeIn(snapshot.location)
  return {
    id: booking.databaseId,
    uid: snapshot.id,
    userId: host?.databaseId ?? null,
    eventTypeId: booking.eventType.databaseId,
    title: titleOf(snapshot, booking),
    description: snapshot.invitees[0]?.notes ?? '',
    startTime: snapshot.start,
    endTime: snapshot.end,
    updatedAt: snapshot.updatedAt,
    location,
    paid: false,
    status: statuses[snapshot.status],
    metadata: snapshot.metadata,
    responses: Object.fromEntries(
      Object.entries(responsesOf(snapshot.invitees[0], location)).map(([key, { value }]) => [
        key,
        value,
      ]),
    ),
    user: host && {
      email: host.email ?? UNKNOWN,
      name: host.name,
      timeZone: host.timeZone,
      username: host.bookingPage?.slug ?? UNKNOWN,
    },
    attendees: snapshot.invitees.map(({ email, name, timeZone, locale }) => ({
      email,
      name,
      timeZone,
      locale: locale ?? 'en',
    })),
    eventType: {
      id: booking.eventType.databaseId,
      slug: snapshot.eventType.slug,
      title: snapshot.eventType.name,
    },
  }
}

const From = z.object({ from: z.object({ id: z.string(), start: z.string(), end: z.string() }) })
const Cancellation = z.object({
  reason: z.string().nullable().catch(null),
  asksForAnother: z.boolean().default(false),
})
const By = z.object({ by: z.enum(['HOST', 'INVITEE']).nullable().catch(null) })

/** The address of who did it. */
function actorOf({ data, snapshot, booking }: BookingEvent): string | null {
  const { by } = By.catch({ by: null }).parse(data)
  if (by === 'HOST') return booking.hosts[0]?.email ?? UNKNOWN
  return by === 'INVITEE' ? (snapshot.invitees[0]?.email ?? UNKNOWN) : null
}

/** What a cancellation tells besides. */
export function cancelled(event: BookingEvent) {
  const { reason, asksForAnother } = Cancellation.parse(event.data)
  return {
    cancelledBy: actorOf(event),
    cancellationReason: reason,
    requestReschedule: asksForAnother,
    // Also of who gives up their seat in a booking that goes on.
    status: 'CANCELLED',
  }
}

/** What a move tells besides: of the booking that there was. */
export function moved(event: BookingEvent) {
  const { from } = From.parse(event.data)
  return {
    rescheduleId: event.booking.rescheduledFrom?.databaseId ?? null,
    rescheduleUid: from.id,
    rescheduleStartTime: withoutMs(from.start),
    rescheduleEndTime: withoutMs(from.end),
    rescheduledBy: actorOf(event),
  }
}

const text = z.string().nullable().default(null)
const Before = z.object({
  previousLocation: z
    .object({ address: text, phone: text, text, url: text, provider: text })
    .nullable(),
})

/** What a change of the place tells besides. */
export const relocated = ({ data }: BookingEvent) => ({
  previousLocation: placeIn(Before.parse(data).previousLocation),
})

/** All that is told of who came and who did not. */
export function noShow({ kind, data, snapshot, booking }: BookingEvent) {
  const isAbsent = z.object({ noShow: z.boolean() }).parse(data).noShow
  const of = { bookingUid: snapshot.id, bookingId: booking.databaseId }
  if (kind === 'BOOKING_HOST_NO_SHOW') {
    return { message: 'Booking no-show status updated', noShowHost: isAbsent, attendees: [], ...of }
  }
  const words = isAbsent ? 'marked as no-show' : 'unmarked as no-show'
  return {
    message: snapshot.invitees.map(({ email }) => `${email} ${words}`).join(', '),
    attendees: snapshot.invitees.map(({ email }) => ({ email, noShow: isAbsent })),
    ...of,
  }
}

const titleOf = (snapshot: Snapshot, { eventType, hosts }: Booking): string =>
  titleFrom({ ...eventType, name: snapshot.eventType.name }, hosts, snapshot.invitees[0])

interface Response {
  label: string
  value: unknown
  isHidden: boolean
}

function responsesOf(invitee: Invitee | undefined, location: string): Record<string, Response> {
  if (invitee === undefined) return {}
  const given = (label: string, value: unknown): Response => ({ label, value, isHidden: false })
  return {
    name: given('your_name', invitee.name),
    email: given('email_address', invitee.email),
    ...(location !== '' && { location: given('location', { value: location, optionValue: '' }) }),
    ...(invitee.phone !== null && { attendeePhoneNumber: given('phone_number', invitee.phone) }),
    ...(invitee.notes !== null && { notes: given('additional_notes', invitee.notes) }),
    ...(invitee.guests.length > 0 && { guests: given('additional_guests', invitee.guests) }),
  }
}

function answersOf(
  invitee: Invitee | undefined,
  questions: Booking['eventType']['questions'],
): Record<string, Response> {
  const answers = z.record(z.string(), z.unknown()).catch({}).parse(invitee?.answers)
  const labels = new Map(questions.map(({ key, label }) => [key, label]))
  return Object.fromEntries(
    Object.entries(answers).map(([key, value]) => [
      key,
      { label: labels.get(key) ?? key, value, isHidden: false },
    ]),
  )
}

/** Who booked, and whom they bring. */
function attendees({ email, name, timeZone, locale, guests }: Invitee, start: string) {
  const attendee = (address: string, called: string) => ({
    email: address,
    name: called,
    firstName: '',
    lastName: '',
    timeZone,
    language: { locale: locale ?? 'en' },
    utcOffset: utcOffset(timeZone, start),
  })
  return [attendee(email, name), ...guests.map(guest => attendee(guest, ''))]
}

/** By how many minutes the clocks of a zone are before UTC at an instant. */
function utcOffset(timeZone: string, instant: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    timeZoneName: 'longOffset',
  }).formatToParts(new Date(instant))
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
}
