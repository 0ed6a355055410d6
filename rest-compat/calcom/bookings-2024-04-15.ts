// Bookings in version 2024-04-15, that of who sends no header: its contract, 3.

import { z } from 'zod'
import { type Ask, graphql } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { answersFrom, language, Metadata, type Offer, offerFor } from './book.ts'
import { asOutsider, BookingParts } from './booking.ts'
import { ListedRow, listedRow, NewRow, newRow, Row, row } from './booking-2024-04-15.ts'
import { needReason, needSeatOf, ofOne } from './booking-acts.ts'
import { ofOldBooking } from './booking-errors.ts'
import { locationFrom } from './booking-location.ts'
import { casesOf, orderOf, phases } from './booking-phases.ts'
import { group, ListBookings, PAGE_SIZE } from './bookings.ts'
import { enveloped, success } from './envelope.ts'
import { exception } from './errors.ts'
import { joined, more, span } from './page.ts'
import { email, instant, integer, listOf, oneOf, text, truth, whole } from './values.ts'
import { bookingVersions } from './versions.ts'

const versions = bookingVersions.old

const Name = z
  .union(
    [text, z.object({ firstName: text, lastName: text.optional() })],
    'must be a string, or firstName and lastName',
  )
  .transform(name => (typeof name === 'string' ? name : [name.firstName, name.lastName].filter(Boolean).join(' ')))

const Wanted = z.object({
  start: instant,
  end: instant.optional().meta({ description: 'Says which length is meant.' }),
  eventTypeId: integer(1, 2_147_483_647),
  timeZone: text,
  language,
  metadata: Metadata,
  responses: z.looseObject({
    name: Name,
    email,
    guests: listOf(text).optional(),
    location: z.object({ value: text, optionValue: text.optional() }).optional(),
  }),
  rescheduleUid: text.optional().meta({ description: 'Moves this booking instead.' }),
  seatReferenceUid: text.optional().meta({ description: 'Beside `rescheduleUid`: moves this seat.' }),
})

type Wanted = z.output<typeof Wanted>

const minutesBetween = (start: string, end: string): number => (Date.parse(end) - Date.parse(start)) / 60_000

/** Which of several lengths is meant. @throws Refused for one that the event type does not have. */
function lengthFrom({ start, end }: Wanted, { durationOptions }: Offer): number | undefined {
  if (end === undefined) return undefined
  const minutes = minutesBetween(start, end)
  if (durationOptions.includes(minutes)) return minutes
  throw exception(400, 'Invalid event length')
}

async function inputFrom(body: Wanted, ask: Ask, recurrenceCount?: number) {
  const offer = await offerFor(body, ask)
  const { name, email, guests, location, ...others } = body.responses
  const { notes, phone, answers } = answersFrom(others)
  // What an attendee fills in comes as `optionValue`, behind what it is for.
  const place = location === undefined ? undefined : location.optionValue || location.value
  return {
    eventType: { id: offer.id },
    start: body.start,
    durationMinutes: lengthFrom(body, offer),
    invitee: { name, email, timeZone: body.timeZone, phone, locale: body.language },
    guests,
    notes,
    answers,
    location: location === undefined ? undefined : placeFrom(location.value, place ?? '', offer),
    metadata: body.metadata,
    recurrenceCount,
    isOpenById: true,
  }
}

function placeFrom(value: string, given: string, { locations }: Offer) {
  switch (value) {
    case 'phone':
      return locationFrom({ type: 'attendeePhone', phone: given }, locations)
    case 'attendeeInPerson':
      return locationFrom({ type: 'attendeeAddress', address: given }, locations)
    case 'somewhereElse':
      return locationFrom({ type: 'attendeeDefined', location: given }, locations)
    case 'inPerson':
      return locationFrom({ type: 'address' }, locations)
    case 'link':
      return locationFrom({ type: 'link' }, locations)
    case 'userPhone':
      return locationFrom({ type: 'phone' }, locations)
    default:
      return locationFrom(given, locations)
  }
}

const names = {
  'input.invitee.name': 'responses.name',
  'input.invitee.email': 'responses.email',
  'input.invitee.timeZone': 'timeZone',
  'input.answers': 'responses.',
  'input.guests': 'responses.guests',
  'input.notes': 'responses.notes',
  'input.location': 'responses.location',
}

const Book = graphql(
  `mutation CalcomBook20240415($input: BookInput!, $move: RescheduleBookingInput!, $moves: Boolean!) {
    book(input: $input) @skip(if: $moves) {
      booking { ...CalcomBooking }
      invitee { id }
      occurrences { ...CalcomBooking }
    }
    rescheduleBooking(input: $move) @include(if: $moves) { booking { ...CalcomBooking } invitee { id } }
  }`,
  [BookingParts],
)

const book = ofOldBooking(
  'create',
  route({
    method: 'POST',
    path: '/bookings',
    versions,
    name: 'createBooking20240415',
    summary: 'Books a start of an event type, or with `rescheduleUid` moves a booking.',
    group,
    optionalAuth: true,
    status: 201,
    reads: { body: Wanted },
    answers: enveloped(NewRow),
    document: Book,
    async variables({ body }, ask) {
      const { rescheduleUid, seatReferenceUid, start } = body
      if (rescheduleUid !== undefined) await needSeatOf(seatReferenceUid, rescheduleUid, ask)
      return {
        input: await inputFrom(body, ask),
        move: { token: seatReferenceUid ?? rescheduleUid, start, confirms: true },
        moves: rescheduleUid !== undefined,
      }
    },
    reply({ book, rescheduleBooking }, { body }) {
      const made = book ?? rescheduleBooking
      if (made == null) throw exception(500, 'Nothing was booked.')
      return success(newRow(asOutsider(made.booking), body.metadata, made.invitee?.id))
    },
    names,
  }),
)

const bookSeries = ofOldBooking(
  'create',
  route({
    method: 'POST',
    path: '/bookings/recurring',
    versions,
    name: 'createRecurringBooking20240415',
    summary: 'Books a series: as many occurrences as the list has, from the first start on, as the event type repeats.',
    group,
    optionalAuth: true,
    status: 201,
    reads: { body: listOf(Wanted).min(1, 'must contain at least 1 elements') },
    answers: enveloped(z.array(NewRow)),
    document: Book,
    async variables({ body }, ask) {
      const [first] = body
      if (first === undefined) throw exception(400, 'Nothing is to be booked.')
      return { input: await inputFrom(first, ask, body.length), move: { start: first.start }, moves: false }
    },
    reply: ({ book }, { body }) =>
      success((book?.occurrences ?? []).map(shown => newRow(shown, body[0]?.metadata, undefined))),
    names,
  }),
)

const bookInstant = route({
  method: 'POST',
  path: '/bookings/instant',
  versions,
  name: 'createInstantBooking20240415',
  summary: 'Instant meetings are not offered.',
  group,
  optionalAuth: true,
  status: 201,
  reads: { body: z.unknown() },
  answers: enveloped(z.never()),
  document: graphql('query CalcomInstant { viewer { databaseId } }'),
  variables() {
    throw exception(400, 'Instant meetings are not offered.')
  },
  reply() {
    throw exception(400, 'Instant meetings are not offered.')
  },
})

const GetBooking = graphql(
  'query CalcomGetBooking20240415($uid: String!) { booking(token: $uid) { ...CalcomBooking } }',
  [BookingParts],
)

const getOne = {
  method: 'GET',
  versions,
  group,
  optionalAuth: true,
  reads: ofOne,
  answers: enveloped(Row),
  document: GetBooking,
} as const

const get = ofOldBooking(
  'read',
  route({
    ...getOne,
    path: '/bookings/:uid',
    name: 'getBooking20240415',
    summary: 'One booking.',
    variables: ({ params }) => params,
    reply: data => success(row(asOutsider(found(data.booking, 'booking')))),
  }),
)

const getToMove = ofOldBooking(
  'read',
  route({
    ...getOne,
    path: '/bookings/:uid/reschedule',
    name: 'getBookingToReschedule20240415',
    summary: 'One booking, by its uid or that of a seat, for who wants to move it.',
    variables: ({ params }) => params,
    reply: data => success(row(found(data.booking, 'booking'))),
  }),
)

const ids = listOf(z.string().regex(/^\d{1,10}$/, 'must be a number')).optional()

const list = route({
  method: 'GET',
  path: '/bookings',
  versions,
  name: 'listBookings20240415',
  summary: 'Bookings that the account attends, in one of the states.',
  group,
  scope: 'bookings:read',
  reads: {
    query: z.object({
      filters: z.object({ status: oneOf(phases), teamsIds: ids, userIds: ids, eventTypeIds: ids }),
      limit: whole(1, 100).default(10),
      cursor: whole(0, 100_000)
        .default(0)
        .meta({ description: 'How many to pass over: `nextCursor` of the page before.' }),
    }),
  },
  answers: enveloped(
    z.object({
      bookings: z.array(ListedRow),
      recurringInfo: z.array(z.never()),
      totalCount: z.int(),
      nextCursor: z.int().nullable(),
    }),
  ),
  document: ListBookings,
  variables: ({ query: { filters, limit, cursor }, arrival }) => ({
    filter: {
      anyOf: casesOf([filters.status], arrival.now),
      eventTypeIds: filters.eventTypeIds,
      teamIds: filters.teamsIds,
    },
    orderBy: orderOf({ status: [filters.status] }),
    ...span({ take: limit, skip: cursor }, PAGE_SIZE),
  }),
  next: ({ bookings }, { query }) => more(bookings, { take: query.limit }, PAGE_SIZE),
  join: (before, { bookings }) => ({ ...before, bookings: joined(before.bookings, bookings) }),
  reply({ bookings: { edges, totalCount } }, { query }) {
    const next = query.cursor + edges.length
    return success({
      bookings: edges.map(({ node }) => listedRow(node)),
      recurringInfo: [],
      totalCount,
      nextCursor: next < totalCount ? next : null,
    })
  },
})

const Cancelled = z.object({ bookingId: z.int(), bookingUid: z.string(), onlyRemovedAttendee: z.boolean() })

const cancel = ofOldBooking(
  'cancel',
  route({
    method: 'POST',
    path: '/bookings/:uid/cancel',
    versions,
    name: 'cancelBooking20240415',
    summary: 'Cancels a booking, one seat of it, or the rest of its series.',
    group,
    optionalAuth: true,
    status: 201,
    reads: {
      ...ofOne,
      body: z.object({
        cancellationReason: text.optional(),
        allRemainingBookings: truth.optional(),
        seatReferenceUid: text.optional(),
      }),
    },
    answers: enveloped(Cancelled),
    document: graphql(
      `mutation CalcomCancel20240415($input: CancelBookingInput!, $series: CancelSeriesInput!, $isSeries: Boolean!) {
        cancelBooking(input: $input) @skip(if: $isSeries) { booking { id databaseId } invitee { id } }
        cancelSeries(input: $series) @include(if: $isSeries) { bookings { id databaseId } }
      }`,
    ),
    async variables({ params: { uid }, body }, ask) {
      if (/^\d+$/.test(uid)) throw exception(400, 'Booking id is not supported: give the uid of the booking.')
      const { cancellationReason, allRemainingBookings: isSeries = false, seatReferenceUid: seat } = body
      await needSeatOf(seat, uid, ask)
      if (seat === undefined) await needReason(uid, false, cancellationReason, ask)
      const reason = cancellationReason?.trim() || null
      return { input: { token: seat ?? uid, reason }, series: { token: uid, reason, fromHere: true }, isSeries }
    },
    reply({ cancelBooking, cancelSeries }, { params }) {
      const booking = cancelBooking?.booking ?? cancelSeries?.bookings.find(({ id }) => id === params.uid)
      return success({
        bookingId: booking?.databaseId ?? 0,
        bookingUid: params.uid,
        onlyRemovedAttendee: cancelBooking?.invitee != null,
      })
    },
    names: { 'input.reason': 'cancellationReason', 'series.reason': 'cancellationReason' },
  }),
)

const Absence = z.object({ email: z.string(), noShow: z.boolean() })

const markNoShow = ofOldBooking(
  'mark no-shows of',
  route({
    method: 'POST',
    path: '/bookings/:uid/mark-no-show',
    versions,
    name: 'markNoShow20240415',
    summary: 'Notes who did not come to a booking that has begun.',
    group,
    scope: 'bookings:write',
    reads: {
      ...ofOne,
      body: z.object({
        noShowHost: truth.optional(),
        attendees: listOf(z.object({ email, noShow: truth })).optional(),
      }),
    },
    answers: enveloped(
      z.object({ message: z.string(), noShowHost: z.boolean().optional(), attendees: z.array(Absence).optional() }),
    ),
    document: graphql(
      'mutation CalcomMarkNoShow($input: RecordAttendanceInput!) { recordAttendance(input: $input) { booking { id } } }',
    ),
    variables: ({ params, body }) => ({
      input: {
        id: params.uid,
        hostAbsent: body.noShowHost,
        invitees: body.attendees?.map(({ email, noShow }) => ({ email, absent: noShow })),
      },
    }),
    reply: (_data, { body: { noShowHost, attendees } }) =>
      success({
        message: 'No-show status was updated',
        ...(noShowHost !== undefined && { noShowHost }),
        ...(attendees !== undefined && { attendees }),
      }),
    names: { 'input.invitees': 'attendees.' },
  }),
)

export const oldBookings = [bookSeries, bookInstant, book, list, getToMove, get, cancel, markNoShow]
