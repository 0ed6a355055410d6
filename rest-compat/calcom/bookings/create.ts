// New bookings, versions 2024-08-13 and 2026-02-25: its contract, 4.2.

import { z } from 'zod'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { route } from '../../dialect.ts'
import { invalid } from '../../request-shape.ts'
import { enveloped, success } from '../envelope.ts'
import { exception } from '../errors.ts'
import { instant, integer, listOf, oneOf, text, truth } from '../values.ts'
import {
  asOutsider,
  BookingParts,
  booking,
  languages,
  OutsiderParts,
  TokenParts,
} from './booking.ts'
import { ofBooking } from './errors.ts'
import { PlaceParts, placeFrom, WantedPlace } from './location.ts'
import { group, OneOrAll } from './read.ts'

export const OfferParts = graphql(
  `fragment CalcomOffer on EventType {
    databaseId id seats durationOptions recurrence { count } questions { key } locations { ...CalcomPlace }
  }`,
  [PlaceParts],
)

export const GetBookable = graphql(
  'query CalcomGetBookable($ref: EventTypeRef!) { publicEventType(ref: $ref) { ...CalcomOffer } }',
  [OfferParts],
)

export type Offer = ResultOf<typeof OfferParts>

export const language = oneOf(['en', ...languages])

/** What a booking keeps for its client. */
export const Metadata = z
  .record(
    z.string().max(40, 'keys must be shorter than or equal to 40 characters'),
    z.unknown(),
    'must be an object',
  )
  .refine(metadata => Object.keys(metadata).length <= 50, 'must have at most 50 keys')
  .refine(
    metadata =>
      Object.values(metadata).every(value => typeof value !== 'string' || value.length <= 500),
    'values must be shorter than or equal to 500 characters',
  )

const Attendee = z.strictObject({
  name: text,
  email: text.optional(),
  phoneNumber: text.optional(),
  timeZone: text,
  language: language.optional(),
})

const Wanted = {
  start: instant.meta({ description: 'In UTC.' }),
  attendee: Attendee,
  eventTypeId: integer(1, 2_147_483_647).optional(),
  eventTypeSlug: text
    .optional()
    .meta({ description: 'Beside `username` or `teamSlug`, in place of `eventTypeId`.' }),
  username: text.optional(),
  teamSlug: text.optional(),
  organizationSlug: text
    .optional()
    .meta({ description: 'Not regarded: there are no organizations.' }),
  lengthInMinutes: integer(1, 1_440).optional(),
  bookingFieldsResponses: z.record(z.string(), z.unknown(), 'must be an object').optional(),
  guests: listOf(text).optional(),
  location: WantedPlace.optional(),
  meetingUrl: text.optional().meta({ deprecated: true, description: 'As a text in `location`.' }),
  metadata: Metadata.optional(),
  recurrenceCount: integer(1, 100).optional().meta({
    description:
      'For an event type with a recurrence. Default: the number of occurrences of the recurrence.',
  }),
  instant: truth.optional().meta({ description: 'Instant meetings are not offered.' }),
  routing: z.record(z.string(), z.unknown()).optional().meta({ description: 'Not regarded.' }),
  emailVerificationCode: text.optional().meta({ description: 'Not asked for.' }),
}

interface Named {
  eventTypeId?: number | undefined
  eventTypeSlug?: string | undefined
  username?: string | undefined
  teamSlug?: string | undefined
}

/** The event type that is meant. @throws CallError when none is named, or there is none. */
export async function offerFor(
  { eventTypeId, eventTypeSlug, username, teamSlug }: Named,
  execute: ExecuteDocument,
): Promise<Offer> {
  const page = username ?? teamSlug
  const ref =
    eventTypeId === undefined
      ? { page: page ?? '', slug: eventTypeSlug ?? '' }
      : { id: eventTypeId.toString() }
  if (eventTypeId === undefined && (eventTypeSlug === undefined || page === undefined)) {
    const ways = 'eventTypeId, or eventTypeSlug + username, or eventTypeSlug + teamSlug'
    throw exception(400, `Either ${ways} must be provided`)
  }
  const { publicEventType } = await execute(GetBookable, { ref })
  if (publicEventType !== null) return publicEventType
  throw exception(
    404,
    eventTypeId === undefined
      ? `Event type with slug ${eventTypeSlug} of ${page} not found`
      : `Event type with id ${eventTypeId} not found`,
  )
}

/** Fields that a booking has for itself. */
const ownFields = new Set(['name', 'email', 'displayEmail', 'guests', 'displayGuests', 'location'])

const PHONE = 'attendeePhoneNumber'

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined

/**
 * Responses by their slugs as the graph takes them. Some of the fields are no questions there;
 * those that the event type does not have are kept.
 * @param phone number of the attendee, which answers the question for it too
 */
export function answersFrom(responses: Record<string, unknown>, offer: Offer, phone?: string) {
  const { notes, [PHONE]: phoneNumber, ...others } = responses
  const number = phone ?? textOf(phoneNumber)
  const isAsked = offer.questions.some(({ key }) => key === PHONE)
  return {
    notes: textOf(notes),
    phone: number,
    answers: {
      ...Object.fromEntries(Object.entries(others).filter(([slug]) => !ownFields.has(slug))),
      ...(isAsked && { [PHONE]: textOf(phoneNumber) ?? phone }),
    },
    keepUnknownAnswers: true,
  }
}

/** An address for who has a telephone alone, which no mail reaches (RFC 2606). */
const addressOf = (phone: string): string => `${phone.replace(/\D/g, '')}@phone.invalid`

const NO_LENGTHS =
  "Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths. Please, remove the 'lengthInMinutes' field from the request."

/** @throws CallError for what the event type does not have. */
function requireFitting(
  offer: Offer,
  wanted: { lengthInMinutes?: number | undefined; recurrenceCount?: number | undefined },
) {
  const { lengthInMinutes: length, recurrenceCount: count } = wanted
  if (length !== undefined && offer.durationOptions.length < 2) throw exception(400, NO_LENGTHS)
  if (length !== undefined && !offer.durationOptions.includes(length))
    throw exception(400, 'Invalid event length')
  if (count === undefined) return
  if (offer.recurrence === null) {
    throw exception(400, `Event type with id=${offer.databaseId} is not a recurring event.`)
  }
  if (count > offer.recurrence.count) {
    throw exception(
      400,
      `recurrenceCount must not be greater than ${offer.recurrence.count}, that of the event type.`,
    )
  }
}

const names = {
  'input.invitee': 'attendee.',
  'input.invitee.phone': 'attendee.phoneNumber',
  'input.invitee.locale': 'attendee.language',
  'input.answers': 'bookingFieldsResponses.',
  'input.durationMinutes': 'lengthInMinutes',
  'input.notes': 'bookingFieldsResponses.notes',
}

const create = {
  method: 'POST',
  path: '/bookings',
  summary:
    'Books a start of an event type; of one with a recurrence a series, of one with seats a seat.',
  group,
  optionalAuth: true,
  status: 201,
  response: enveloped(OneOrAll),
  document: graphql(
    `mutation CalcomBook($input: BookInput!) {
      book(input: $input) {
        booking { ...CalcomBooking ...CalcomOutsider }
        invitee { id }
        occurrences { ...CalcomBooking ...CalcomTokens }
      }
    }`,
    [BookingParts, OutsiderParts, TokenParts],
  ),
  names,
} as const

/** The header of requests that book once, however often they are sent. */
export const IdempotencyHeaders = z.object({
  'idempotency-key': z.string().optional().meta({
    description: 'A repetition with the same key and the same body returns the first booking.',
  }),
})

/** The request as the graph takes it. */
async function inputFrom(
  body: z.output<z.ZodObject<typeof Wanted>>,
  key: string | undefined,
  execute: ExecuteDocument,
) {
  if (body.instant === true) throw exception(400, 'Instant meetings are not offered.')
  const offer = await offerFor(body, execute)
  requireFitting(offer, body)
  const { name, email, phoneNumber, timeZone, language } = body.attendee
  const { phone, ...answered } = answersFrom(body.bookingFieldsResponses ?? {}, offer, phoneNumber)
  if (email === undefined && phone === undefined) {
    throw invalid([{ path: 'attendee.email', message: 'must have an email or a phoneNumber' }])
  }
  const place = body.location ?? body.meetingUrl
  return {
    eventType: { id: offer.id },
    start: body.start,
    durationMinutes: body.lengthInMinutes,
    invitee: {
      name,
      email: email ?? addressOf(phone ?? ''),
      timeZone,
      phone,
      locale: language ?? 'en',
    },
    guests: body.guests,
    ...answered,
    ...(place !== undefined && placeFrom(place, offer.locations)),
    metadata: body.metadata,
    idempotencyKey: key,
    recurrenceCount:
      offer.recurrence === null ? undefined : (body.recurrenceCount ?? offer.recurrence.count),
  }
}

type Booked = ResultOf<typeof create.document>

function replyTo({ book }: Booked, metadata: unknown) {
  if (book.occurrences !== null)
    return success(book.occurrences.map(each => booking(each, { metadata })))
  return success(booking(asOutsider(book.booking), { metadata, seat: book.invitee?.id }))
}

const book = ofBooking(
  'create',
  route({
    ...create,
    versions: ['2024-08-13'],
    name: 'createBooking',
    request: { headers: IdempotencyHeaders, body: z.strictObject(Wanted) },
    variables: async ({ headers, body }, execute) => ({
      input: await inputFrom(body, headers['idempotency-key'], execute),
    }),
    reply: (data, { body }) => replyTo(data, body.metadata),
  }),
)

const NOT_REGARDED = 'Not regarded: what is not free is not booked.'

const book2026 = ofBooking(
  'create',
  route({
    ...create,
    versions: ['2026-02-25'],
    name: 'createBooking20260225',
    request: {
      headers: IdempotencyHeaders,
      body: z.strictObject({
        ...Wanted,
        allowConflicts: truth.optional().meta({ description: NOT_REGARDED }),
        allowBookingOutOfBounds: truth.optional().meta({ description: NOT_REGARDED }),
      }),
    },
    variables: async ({ headers, body }, execute) => ({
      input: await inputFrom(body, headers['idempotency-key'], execute),
    }),
    reply: (data, { body }) => replyTo(data, body.metadata),
  }),
)

export const newBookings = [book, book2026]
