// New bookings in version 2024-04-15, that of who sends no header: its contract, 3.

import { z } from 'zod'
import { type ExecuteDocument, graphql } from '../../../../src/graph/typed.ts'
import { MINUTE_MS } from '../../../../src/time.ts'
import { route } from '../../../dialect.ts'
import { enveloped, success } from '../../envelope.ts'
import { exception } from '../../errors.ts'
import { email, instant, integer, listOf, text } from '../../values.ts'
import { bookingVersions } from '../../versions.ts'
import { requireSeatOf } from '../actions.ts'
import { asOutsider, BookingParts, OutsiderParts, TokenParts } from '../booking.ts'
import {
  answersFrom,
  IdempotencyHeaders,
  language,
  Metadata,
  type Offer,
  offerFor,
} from '../create.ts'
import { ofOldBooking } from '../errors.ts'
import { placeFrom } from '../location.ts'
import { group } from '../read.ts'
import { NewRow, newRow } from './booking.ts'

const versions = bookingVersions.old

const Name = z
  .union(
    [text, z.object({ firstName: text, lastName: text.optional() })],
    'must be a string, or firstName and lastName',
  )
  .transform(name =>
    typeof name === 'string' ? name : [name.firstName, name.lastName].filter(Boolean).join(' '),
  )

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
  _isDryRun: z.literal(false, 'must be false: dry runs are not available').nullish(),
  seatReferenceUid: text
    .optional()
    .meta({ description: 'Beside `rescheduleUid`: moves this seat.' }),
})

type Wanted = z.output<typeof Wanted>

const minutesBetween = (start: string, end: string): number =>
  (Date.parse(end) - Date.parse(start)) / MINUTE_MS

/**
 * Which of several lengths is meant.
 * @throws CallError for one that the event type does not have.
 */
function lengthFrom({ start, end }: Wanted, { durationOptions }: Offer): number | undefined {
  if (end === undefined) return undefined
  const minutes = minutesBetween(start, end)
  if (durationOptions.includes(minutes)) return minutes
  throw exception(400, 'Invalid event length')
}

async function inputFrom(
  body: Wanted,
  key: string | undefined,
  execute: ExecuteDocument,
  recurrenceCount?: number,
) {
  const offer = await offerFor(body, execute)
  const { name, email, guests, location, ...others } = body.responses
  const { phone, ...answered } = answersFrom(others, offer)
  // What an attendee fills in comes as `optionValue`, behind what it is for.
  const place = location === undefined ? undefined : location.optionValue || location.value
  return {
    eventType: { id: offer.id },
    start: body.start,
    durationMinutes: lengthFrom(body, offer),
    invitee: { name, email, timeZone: body.timeZone, phone, locale: body.language },
    guests,
    ...answered,
    ...(location !== undefined && chosenPlace(location.value, place ?? '', offer)),
    metadata: body.metadata,
    idempotencyKey: key,
    recurrenceCount,
  }
}

function chosenPlace(value: string, given: string, { locations }: Offer) {
  switch (value) {
    case 'phone':
      return placeFrom({ type: 'attendeePhone', phone: given }, locations)
    case 'attendeeInPerson':
      return placeFrom({ type: 'attendeeAddress', address: given }, locations)
    case 'somewhereElse':
      return placeFrom({ type: 'attendeeDefined', location: given }, locations)
    case 'inPerson':
      return placeFrom({ type: 'address' }, locations)
    case 'link':
      return placeFrom({ type: 'link' }, locations)
    case 'conferencing':
      return placeFrom({ type: 'organizersDefaultApp' }, locations)
    case 'userPhone':
      return placeFrom({ type: 'phone' }, locations)
    default:
      return placeFrom(given, locations)
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
      booking { ...CalcomBooking ...CalcomOutsider }
      invitee { id }
      occurrences { ...CalcomBooking ...CalcomTokens }
    }
    rescheduleBooking(input: $move) @include(if: $moves) {
      booking { ...CalcomBooking ...CalcomOutsider }
      invitee { id }
    }
  }`,
  [BookingParts, OutsiderParts, TokenParts],
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
    request: { headers: IdempotencyHeaders, body: Wanted },
    response: enveloped(NewRow),
    document: Book,
    async variables({ headers, body }, execute) {
      const { rescheduleUid, seatReferenceUid, start } = body
      if (rescheduleUid !== undefined) await requireSeatOf(seatReferenceUid, rescheduleUid, execute)
      return {
        input: await inputFrom(body, headers['idempotency-key'], execute),
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
    summary:
      'Books a series: as many occurrences as the list has, from the first start on, as the event type repeats.',
    group,
    optionalAuth: true,
    status: 201,
    request: {
      headers: IdempotencyHeaders,
      body: listOf(Wanted).min(1, 'must contain at least 1 elements'),
    },
    response: enveloped(z.array(NewRow)),
    document: Book,
    async variables({ headers, body }, execute) {
      const [first] = body
      if (first === undefined) throw exception(400, 'Nothing is to be booked.')
      const input = await inputFrom(first, headers['idempotency-key'], execute, body.length)
      return { input, move: { start: first.start }, moves: false }
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
  request: { body: z.unknown() },
  response: enveloped(z.never()),
  document: graphql('query CalcomInstant { viewer { databaseId } }'),
  variables() {
    throw exception(400, 'Instant meetings are not offered.')
  },
  reply() {
    throw exception(400, 'Instant meetings are not offered.')
  },
})

export const newOldBookings = [bookSeries, bookInstant, book]
