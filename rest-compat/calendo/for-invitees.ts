// What invitees use: no credential, only the address of a booking page.

import { z } from 'zod'
import { graphql } from '../../src/graph/typed.ts'
import { route } from '../dialect.ts'
import { NewBooking, newBooking } from './booking.ts'
import { clockIn, instantFrom } from './values.ts'

const group = 'For invitees'

const params = z.object({
  slug: z.string().meta({ description: 'Of the booking page.' }),
  eventSlug: z.string().meta({ description: 'Of the event type.' }),
})
const date = (description: string) => z.string().meta({ format: 'date', description })

const slots = route({
  method: 'GET',
  path: '/availability/:slug/:eventSlug',
  name: 'listSlots',
  summary: 'Free starts by the clock of a zone, for each day that has some. At most 62 days.',
  group,
  forAnyone: true,
  request: {
    params,
    query: z.object({
      start: date('First day.'),
      end: date('Last day, included.'),
      timezone: z.string().default('UTC').meta({ description: 'IANA zone of the invitee.' }),
    }),
  },
  response: z.object({
    slots: z
      .record(z.string(), z.array(z.string()))
      .meta({ description: '`HH:MM` of each start, by `YYYY-MM-DD`.' }),
  }),
  document: graphql(
    `query CalendoSlots($page: String!, $slug: String!, $start: Date!, $end: Date!, $timeZone: TimeZone!) {
      slots(eventType: { page: $page, slug: $slug }, start: $start, end: $end, timeZone: $timeZone) {
        date
        slots { start }
      }
    }`,
  ),
  variables: ({ params: { slug, eventSlug }, query: { start, end, timezone } }) => ({
    page: slug,
    slug: eventSlug,
    start,
    end,
    timeZone: timezone,
  }),
  reply({ slots: days }, { query }) {
    const clock = clockIn(query.timezone)
    const offered = days.filter(({ slots }) => slots.length > 0)
    return {
      slots: Object.fromEntries(
        // When clocks go back an hour comes twice, and its starts have the same names.
        offered.map(({ date, slots }) => [
          date,
          [...new Set(slots.map(({ start }) => clock(start)))],
        ]),
      ),
    }
  },
  names: { timeZone: 'timezone' },
})

const book = route({
  method: 'POST',
  path: '/book/:slug/:eventSlug',
  name: 'book',
  summary: 'Books a start; `pending` where the host confirms bookings.',
  group,
  forAnyone: true,
  status: 201,
  request: {
    params,
    headers: z.object({
      'idempotency-key': z.string().optional().meta({
        description:
          'The same key with the same body returns the first booking again and creates no other.',
      }),
    }),
    body: z.object({
      name: z.string().meta({ description: 'Of the invitee.' }),
      email: z.string().meta({ format: 'email', description: 'Of the invitee.' }),
      timezone: z
        .string()
        .nullish()
        .meta({ description: 'IANA zone of the invitee; UTC unless given.' }),
      start_time: z
        .string()
        .meta({ format: 'date-time', description: 'A start that is free, with `Z` or an offset.' }),
      answers: z
        .record(z.string(), z.unknown(), 'must be an object')
        .nullish()
        .meta({ description: 'Answers by the keys of the questions.' }),
    }),
  },
  response: z.object({ booking: NewBooking }),
  document: graphql(
    `mutation CalendoBook($input: BookInput!) {
      book(input: $input) {
        booking { id status start end eventType { name } }
        invitee { name email timeZone }
      }
    }`,
  ),
  variables: ({ params: { slug, eventSlug }, headers, body }) => ({
    input: {
      eventType: { page: slug, slug: eventSlug },
      start: instantFrom(body.start_time),
      invitee: { name: body.name, email: body.email, timeZone: body.timezone ?? 'UTC' },
      answers: body.answers,
      idempotencyKey: headers['idempotency-key'],
    },
  }),
  reply: ({ book: { booking, invitee } }) => ({ booking: newBooking(booking, invitee) }),
  names: {
    'input.start': 'start_time',
    'input.invitee.name': 'name',
    'input.invitee.email': 'email',
    'input.invitee.timeZone': 'timezone',
    'input.idempotencyKey': 'Idempotency-Key',
  },
})

export const forInvitees = [slots, book]
