import { z } from 'zod'
import { graphql } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { listed, listOf, page, span, spanNames } from './list.ts'
import { Booking, BookingParts, booking, bookingStatuses } from './serialize.ts'

const group = 'Bookings'
const params = z.object({ id: z.string().meta({ description: 'Id of the booking.' }) })

/** The states of the graph that one of CalendarPA's stands for. */
const statesOf = (status: (typeof bookingStatuses)[number]) =>
  status === 'CANCELLED' ? [status, 'DENIED' as const] : [status]

const list = route({
  method: 'GET',
  path: '/bookings',
  name: 'listBookings',
  summary: 'Bookings, those that were made last first.',
  group,
  scope: 'bookings:read',
  request: {
    query: z.object({
      status: z.enum(bookingStatuses).optional().meta({ description: 'Only those that stand so.' }),
      email: z
        .string()
        .optional()
        .meta({ description: 'Only those with an invitee of this address.' }),
      ...page,
    }),
  },
  response: listOf(Booking),
  document: graphql(
    `query CalendarpaListBookings($filter: BookingFilter!, $first: Int!, $after: String) {
      bookings(filter: $filter, orderBy: { field: CREATED, direction: DESC }, first: $first, after: $after) {
        edges { node { ...CalendarpaBooking } }
        pageInfo { endCursor hasNextPage }
      }
    }`,
    [BookingParts],
  ),
  variables: ({ query: { status, email, ...asked } }) => ({
    filter: { statuses: status && statesOf(status), inviteeEmail: email },
    ...span(asked),
  }),
  reply: ({ bookings }) => listed(bookings, booking),
  names: { 'filter.inviteeEmail': 'email', ...spanNames },
})

const one = route({
  method: 'GET',
  path: '/bookings/:id',
  name: 'getBooking',
  summary: 'One booking.',
  group,
  scope: 'bookings:read',
  request: { params },
  response: Booking,
  document: graphql(
    'query CalendarpaGetBooking($id: ID!) { booking(id: $id) { ...CalendarpaBooking } }',
    [BookingParts],
  ),
  variables: ({ params }) => params,
  reply: data => booking(found(data.booking, 'booking')),
})

const create = route({
  method: 'POST',
  path: '/bookings',
  name: 'createBooking',
  summary:
    'Books a start of one of the event types of the account. A host who approves bookings gets it as PENDING.',
  group,
  scope: 'bookings:write',
  status: 201,
  request: {
    headers: z.object({
      'idempotency-key': z.string().optional().meta({
        description:
          'The same key with the same body gives the first booking again, and makes no other.',
      }),
    }),
    body: z.object({
      event_type_id: z.string().meta({ description: 'Id of the event type.' }),
      start_time: z.string().meta({ format: 'date-time', description: 'With an offset or `Z`.' }),
      invitee_name: z.string().meta({ description: 'Full name.' }),
      invitee_email: z.string().meta({ format: 'email', description: 'E-mail address.' }),
      invitee_timezone: z
        .string()
        .nullish()
        .meta({ description: 'IANA zone; that of the host unless given.' }),
      notes: z.string().nullish().meta({ description: 'Words to the host.' }),
    }),
  },
  response: Booking,
  document: graphql(
    'mutation CalendarpaBook($input: BookInput!) { bookForInvitee(input: $input) { booking { ...CalendarpaBooking } } }',
    [BookingParts],
  ),
  variables: ({ headers, body }) => ({
    input: {
      eventType: { id: body.event_type_id },
      start: body.start_time,
      invitee: {
        name: body.invitee_name,
        email: body.invitee_email,
        timeZone: body.invitee_timezone,
      },
      // Forms send what nobody wrote as an empty text.
      notes: body.notes || null,
      idempotencyKey: headers['idempotency-key'],
    },
  }),
  reply: ({ bookForInvitee }) => booking(bookForInvitee.booking),
  names: {
    'input.eventType': 'event_type_id',
    'input.start': 'start_time',
    'input.invitee.name': 'invitee_name',
    'input.invitee.email': 'invitee_email',
    'input.invitee.timeZone': 'invitee_timezone',
    'input.notes': 'notes',
    'input.idempotencyKey': 'Idempotency-Key',
  },
})

const cancel = route({
  method: 'POST',
  path: '/bookings/:id/cancel',
  name: 'cancelBooking',
  summary: 'Cancels a booking.',
  group,
  scope: 'bookings:write',
  request: {
    params,
    body: z.object({ reason: z.string().nullish().meta({ description: 'Why, for the invitee.' }) }),
  },
  response: Booking,
  document: graphql(
    `mutation CalendarpaCancel($input: CancelBookingInput!) {
      cancelBooking(input: $input) { booking { ...CalendarpaBooking } }
    }`,
    [BookingParts],
  ),
  variables: ({ params: { id }, body }) => ({ input: { id, reason: body.reason || null } }),
  reply: ({ cancelBooking }) => booking(cancelBooking.booking),
})

export const bookings = [list, one, create, cancel]
