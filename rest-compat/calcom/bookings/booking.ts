// A booking as versions 2024-08-13 and 2026-02-25 show it: its contract, 4.2.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { MINUTE_MS } from '../../../src/time.ts'
import { RecurrenceParts } from '../event-types/recurrence.ts'
import { id } from '../values.ts'
import { PlaceParts, placeIn } from './location.ts'

export const AttendeeParts = graphql(`
  fragment CalcomAttendee on Invitee {
    databaseId id status isAdded name email timeZone phone locale guests notes answers metadata noShowAt cancelledAt
  }
`)

export const BookingParts = graphql(
  `fragment CalcomBooking on Booking {
    databaseId id status start end createdAt updatedAt seriesId hostNoShowAt metadata rescheduledFromId
    eventType { databaseId name slug seats showInvitees recurrence { ...CalcomRecurrence } team { name } }
    hosts { databaseId name timeZone bookingPage { slug } }
    hostEmails
    location { ...CalcomPlace }
    cancellation { at by reason }
    rescheduledFrom { cancellation { by email reason } }
    rescheduledTo { id }
    invitees { ...CalcomAttendee }
  }`,
  [PlaceParts, AttendeeParts, RecurrenceParts],
)

/**
 * The tokens of the seat that an outsider sees. Hosts, who see all seats, are shown ids instead.
 */
export const TokenParts = graphql(
  'fragment CalcomTokens on Booking { seats: invitees { id bookingToken seriesToken } }',
)

/**
 * Requested in addition to the booking where the caller can be an outsider. Lists are for hosts,
 * who see all seats.
 */
export const OutsiderParts = graphql(`
  fragment CalcomOutsider on Booking {
    fellows { name email timeZone }
    seats: invitees {
      id bookingToken linkToken seriesToken
      rescheduledFrom { bookingToken }
      rescheduledTo { bookingToken }
    }
  }
`)

type ForOutsider = ResultOf<typeof OutsiderParts>
type Seat = ResultOf<typeof TokenParts>['seats'][number] & Partial<ForOutsider['seats'][number]>

export type ShownBooking = ResultOf<typeof BookingParts> &
  Partial<Pick<ForOutsider, 'fellows'>> & { seats?: Seat[] }
export type ShownAttendee = ResultOf<typeof AttendeeParts>

export const languages = (
  'ar ca de es eu he id ja lv pl ro sr th vi az cs el es-419 fi hr it km nl pt ru sv tr zh-CN bg da en et fr hu iw ko no pt-BR ' +
  'sk ta uk zh-TW bn'
).split(' ')

/** The language tag if it is one that it knows, or its first part. */
export const languageOf = (locale: string | null): string =>
  [locale ?? '', locale?.split('-')[0] ?? ''].find(tag => languages.includes(tag)) ?? 'en'

const Time = z.string().meta({ format: 'date-time' })
const Responses = z.record(z.string(), z.unknown())

const Host = z
  .object({
    id,
    name: z.string(),
    email: z.string().meta({
      description:
        '`unknown` where the caller is neither a host nor an attendee, or the event type hides it.',
    }),
    displayEmail: z.string(),
    username: z.string(),
    timeZone: z.string(),
  })
  .meta({ id: 'BookingHost' })

export const Attendee = z
  .object({
    name: z.string(),
    email: z.string(),
    displayEmail: z.string(),
    timeZone: z.string(),
    language: z.string(),
    absent: z.boolean(),
    phoneNumber: z.string().optional(),
    seatUid: z.string().optional().meta({
      description:
        'Of an event type with seats. For the attendee a token that gives access to the seat, for the hosts an id.',
    }),
    bookingFieldsResponses: Responses.optional().meta({
      description: 'Of an event type with seats.',
    }),
    metadata: z.looseObject({}).optional().meta({
      description: 'Of an event type with seats: what was sent with the seat. Empty for outsiders.',
    }),
  })
  .meta({ id: 'BookingAttendee' })

export const Booking = z
  .object({
    id,
    uid: z.string().meta({
      description:
        'For the hosts an id. For the attendee a token that gives access to the booking: the id, a dot and a signature.',
    }),
    title: z.string(),
    description: z.string().meta({ description: 'What who booked wrote to the host.' }),
    hosts: z.array(Host),
    status: z.enum(['accepted', 'pending', 'cancelled', 'rejected']),
    cancellationReason: z.string().optional(),
    cancelledByEmail: z.string().optional(),
    reschedulingReason: z.string().optional(),
    rescheduledByEmail: z.string().optional(),
    rescheduledFromUid: z.string().optional(),
    rescheduledToUid: z.string().optional(),
    start: Time,
    end: Time,
    duration: z.int().meta({ description: 'Minutes.' }),
    eventTypeId: id.meta({ deprecated: true }),
    eventType: z.object({ id, slug: z.string() }),
    meetingUrl: z.string().meta({ deprecated: true, description: 'As `location`.' }),
    location: z.string(),
    absentHost: z.boolean(),
    createdAt: Time,
    updatedAt: Time,
    metadata: z.unknown().meta({ description: 'An object; empty for attendees.' }),
    icsUid: z.string(),
    attendees: z.array(Attendee).meta({
      description: 'Of an event type with seats empty for outsiders, unless it shows attendees.',
    }),
    guests: z.array(z.string()).optional(),
    bookingFieldsResponses: Responses.optional(),
    recurringBookingUid: z.string().optional(),
    seatUid: z.string().optional().meta({ description: 'The seat that was taken or moved.' }),
  })
  .meta({ id: 'Booking' })

type Shape = z.input<typeof Booking>

const statuses = {
  PENDING: 'pending',
  CONFIRMED: 'accepted',
  CANCELLED: 'cancelled',
  DENIED: 'rejected',
} as const

export const minutesOf = ({ start, end }: { start: string; end: string }): number =>
  (Date.parse(end) - Date.parse(start)) / MINUTE_MS

/** Instants have milliseconds. */
export const time = (instant: string): string => new Date(instant).toISOString()

/** Who sees a booking from the hosts' side sees what its client keeps with it. */
export const isOutsider = ({ metadata }: Pick<ShownBooking, 'metadata'>): boolean =>
  metadata === null

/** A booking with who booked it. */
interface Coming {
  cancellation: { at: string | null } | null
  invitees: ShownAttendee[]
}

/** Those who come, or came until the booking ended. */
export const attendeesOf = ({ invitees, cancellation }: Coming): ShownAttendee[] =>
  invitees.filter(
    ({ status, cancelledAt }) => status === 'ACTIVE' || cancelledAt === cancellation?.at,
  )

const isSeated = ({ eventType }: ShownBooking): boolean => eventType.seats > 1

const objectIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}

/** Who booked. Of a booking that several share there is nobody. */
const bookerOf = (shown: ShownBooking): ShownAttendee | undefined =>
  isSeated(shown) ? undefined : attendeesOf(shown).find(({ isAdded }) => !isAdded)

interface Named {
  name: string
}

/** `Intro between Ada Berg and Ann Lee`; with seats the name of the event type alone. */
export function titleFrom(
  { name, seats, team }: Named & { seats: number; team: Named | null },
  [host]: Named[],
  booker: Named | undefined,
): string {
  return seats > 1 || booker === undefined
    ? name
    : `${name} between ${team?.name ?? host?.name} and ${booker.name}`
}

export const titleOf = (shown: ShownBooking): string =>
  titleFrom(shown.eventType, shown.hosts, bookerOf(shown))

/**
 * An address without the platform client that stands in that of an account which the client made.
 */
export const withoutClient = (email: string): string => email.replace(/\+c[a-z0-9]{24}(?=@)/, '')

export const responsesOf = (
  { name, email, guests, notes, phone, answers }: ShownAttendee,
  location: string,
) => ({
  name,
  email,
  displayEmail: withoutClient(email),
  guests,
  displayGuests: guests.map(withoutClient),
  ...(notes !== null && { notes }),
  ...(phone !== null && { attendeePhoneNumber: phone }),
  ...(location !== '' && { location: { value: location, optionValue: '' } }),
  ...objectIn(answers),
})

export const attendee = (shown: ShownAttendee): z.input<typeof Attendee> => ({
  name: shown.name,
  email: shown.email,
  displayEmail: withoutClient(shown.email),
  timeZone: shown.timeZone,
  language: languageOf(shown.locale),
  absent: shown.noShowAt !== null,
  ...(shown.phone !== null && { phoneNumber: shown.phone }),
})

const seat = (
  shown: ShownAttendee,
  location: string,
  seatUid: string,
  metadata: unknown,
): z.input<typeof Attendee> => ({
  ...attendee(shown),
  seatUid,
  bookingFieldsResponses: responsesOf(shown, location),
  metadata: objectIn(metadata),
})

/** Of the others an outsider is told neither their seats nor what they answered. */
const fellow = ({
  name,
  email,
  timeZone,
}: ResultOf<typeof OutsiderParts>['fellows'][number]): z.input<typeof Attendee> => ({
  name,
  email,
  displayEmail: withoutClient(email),
  timeZone,
  language: languageOf(null),
  absent: false,
  bookingFieldsResponses: {},
  metadata: {},
})

/** The hosts with their addresses, as far as the caller sees these. */
export const hostsOf = ({ hosts, hostEmails }: Pick<ShownBooking, 'hosts' | 'hostEmails'>) =>
  hosts.map((host, index) => ({ ...host, email: hostEmails?.[index] ?? null }))

const host = ({
  databaseId,
  name,
  email,
  timeZone,
  bookingPage,
}: ReturnType<typeof hostsOf>[number]): Shape['hosts'][0] => ({
  id: databaseId,
  name,
  email: email ?? UNKNOWN,
  displayEmail: withoutClient(email ?? UNKNOWN),
  username: bookingPage?.slug ?? UNKNOWN,
  timeZone,
})

/** Its word for what is missing of a host. */
export const UNKNOWN = 'unknown'

/**
 * The seat of an outsider with its tokens. Undefined for hosts, and for an outsider without a seat.
 * @param id that of the invitee, where the booking shows several
 */
const ownSeat = (shown: ShownBooking, id?: string): Seat | undefined =>
  isOutsider(shown) ? shown.seats?.find(each => id === undefined || each.id === id) : undefined

/**
 * The uid of a booking, and of those that it replaced or that replaced it. An attendee gets tokens,
 * which give access. For hosts, and where a booking has seats, they are ids, which give none.
 */
export function uidsOf(shown: ShownBooking) {
  const own = isSeated(shown) ? undefined : ownSeat(shown)
  return {
    uid: own?.bookingToken ?? shown.id,
    series: ownSeat(shown)?.seriesToken ?? shown.seriesId,
    from: own?.rescheduledFrom?.bookingToken ?? shown.rescheduledFromId,
    to: own?.rescheduledTo?.bookingToken ?? shown.rescheduledTo?.id,
  }
}

/** The uid of a seat: a token for the attendee, an id for the hosts. */
export const seatUidOf = (shown: ShownBooking, id: string): string =>
  ownSeat(shown, id)?.linkToken ?? id

/** What else the answer to a change tells. */
interface Told {
  /** Id of the seat that was taken or moved. */
  seat?: string | undefined
  /** What the client sends with a booking, which invitees are not told later. */
  metadata?: unknown
  reschedulingReason?: string | undefined
  rescheduledByEmail?: string | undefined
}

export function booking(shown: ShownBooking, told: Told = {}): Shape {
  const location = placeIn(shown.location)
  const booker = bookerOf(shown)
  const { uid, series } = uidsOf(shown)
  const base = {
    id: shown.databaseId,
    uid,
    title: titleOf(shown),
    description: booker?.notes ?? '',
    hosts: hostsOf(shown).map(host),
    status: statuses[shown.status],
    ...endOf(shown),
    ...(told.reschedulingReason !== undefined && { reschedulingReason: told.reschedulingReason }),
    ...(told.rescheduledByEmail !== undefined && { rescheduledByEmail: told.rescheduledByEmail }),
    start: time(shown.start),
    end: time(shown.end),
    duration: minutesOf(shown),
    eventTypeId: shown.eventType.databaseId,
    eventType: { id: shown.eventType.databaseId, slug: shown.eventType.slug },
    meetingUrl: location,
    location,
    absentHost: shown.hostNoShowAt !== null,
    createdAt: time(shown.createdAt),
    updatedAt: time(shown.updatedAt),
    metadata: shown.metadata ?? told.metadata ?? {},
    icsUid: icsUid(shown.id),
    ...(series !== null && { recurringBookingUid: series }),
  }
  if (isSeated(shown)) {
    return {
      ...base,
      attendees: [
        ...attendeesOf(shown).map(each =>
          seat(
            each,
            location,
            seatUidOf(shown, each.id),
            each.metadata ?? (each.id === told.seat ? told.metadata : undefined),
          ),
        ),
        ...(shown.fellows ?? []).map(fellow),
      ],
      ...(told.seat !== undefined && { seatUid: seatUidOf(shown, told.seat) }),
    }
  }
  return {
    ...base,
    attendees: attendeesOf(shown).map(attendee),
    guests: booker?.guests ?? [],
    bookingFieldsResponses: booker === undefined ? {} : responsesOf(booker, location),
  }
}

export const icsUid = (uid: string): string => `${uid}@Cal.com`

/** How it ended and where it moved. */
function endOf(shown: ShownBooking): Partial<Shape> {
  const { cancellation, rescheduledFrom, rescheduledTo } = shown
  const { from, to } = uidsOf(shown)
  const emailOf = (by: 'HOST' | 'INVITEE' | null | undefined) => {
    const email =
      by === 'HOST' ? shown.hostEmails?.[0] : by === 'INVITEE' ? bookerOf(shown)?.email : undefined
    return email ?? undefined
  }
  const ended = rescheduledTo === null ? cancellation : null
  const moved = rescheduledFrom?.cancellation
  return given({
    cancellationReason: ended?.reason,
    cancelledByEmail: emailOf(ended?.by),
    reschedulingReason: moved?.reason,
    rescheduledByEmail: moved?.email ?? emailOf(moved?.by),
    rescheduledFromUid: from,
    rescheduledToUid: to,
  })
}

/** Without what is not there. */
const given = (facts: Record<string, string | null | undefined>) =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) => (fact == null ? [] : [[name, fact]])),
  )

/**
 * Of a shared booking outsiders see no attendees, their own seat neither, unless they ask for the
 * seat or the event type shows attendees.
 */
export const asOutsider = (shown: ShownBooking): ShownBooking =>
  isSeated(shown) && isOutsider(shown) && !shown.eventType.showInvitees
    ? { ...shown, invitees: [] }
    : shown
