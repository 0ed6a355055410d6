import { z } from 'zod'
import { graphql } from '../../src/graph/typed.ts'
import { DAY_MS } from '../../src/time.ts'
import { found, route } from '../dialect.ts'
import { rowCount } from '../request-shape.ts'
import {
  Booking,
  BookingParts,
  booking,
  bookingStates,
  FullBooking,
  fullBooking,
  statesNamed,
} from './booking.ts'
import { after, byId, instantFrom, Ok, ok } from './values.ts'

const group = 'Bookings'
const read = 'bookings:read'
const write = 'bookings:write'
const params = byId('booking')

const day = (description: string) =>
  z.iso.date('must be a day that exists, as YYYY-MM-DD').optional().meta({ description })

const midnight = (date: string, daysLater = 0) =>
  new Date(Date.parse(date) + daysLater * DAY_MS).toISOString()

const list = route({
  method: 'GET',
  path: '/bookings',
  name: 'listBookings',
  summary: 'Bookings, the latest start first: all, up to 1,000, or as many as `limit` says.',
  group,
  scope: read,
  request: {
    query: z.object({
      status: z.enum(bookingStates).optional().meta({ description: 'Only those that stand so.' }),
      start: day('Only those that start on this day, UTC, or later.'),
      end: day('Only those that start on this day, UTC, or earlier.'),
      limit: rowCount.optional().meta({ description: 'How many to answer.' }),
    }),
  },
  response: z.array(Booking),
  document: graphql(
    `query CalendoListBookings($filter: BookingFilter!, $first: Int!, $after: String) {
      bookings(filter: $filter, orderBy: { field: START, direction: DESC }, first: $first, after: $after) {
        edges { node { ...CalendoBooking } }
        pageInfo { endCursor hasNextPage }
      }
    }`,
    [BookingParts],
  ),
  variables: ({ query: { status, start, end, limit } }) => ({
    filter: {
      statuses: status && statesNamed(status),
      startsFrom: start && midnight(start),
      startsBefore: end && midnight(end, 1),
    },
    first: limit ?? 100,
  }),
  next: ({ bookings }, { query }) => (query.limit === undefined ? after(bookings) : undefined),
  reply: ({ bookings }) => bookings.edges.map(({ node }) => booking(node)),
  names: { 'filter.startsFrom': 'start', 'filter.startsBefore': 'end' },
})

const one = route({
  method: 'GET',
  path: '/bookings/:id',
  name: 'getBooking',
  summary: 'One booking, with what the invitee answered.',
  group,
  scope: read,
  request: { params },
  response: FullBooking,
  document: graphql(
    'query CalendoGetBooking($id: ID!) { booking(id: $id) { ...CalendoBooking } }',
    [BookingParts],
  ),
  variables: ({ params }) => params,
  reply: data => fullBooking(found(data.booking, 'booking')),
})

const reason = z.string().nullish().meta({ description: 'Why, for the invitee.' })

const cancel = route({
  method: 'POST',
  path: '/bookings/:id/cancel',
  name: 'cancelBooking',
  summary: 'Cancels a booking.',
  group,
  scope: write,
  request: { params, body: z.object({ reason }) },
  response: Ok,
  document: graphql(
    'mutation CalendoCancel($input: CancelBookingInput!) { cancelBooking(input: $input) { booking { id } } }',
  ),
  variables: ({ params: { id }, body }) => ({ input: { id, reason: body.reason || null } }),
  reply: () => ok,
})

const confirm = route({
  method: 'POST',
  path: '/bookings/:id/confirm',
  name: 'confirmBooking',
  summary: 'Confirms a booking that is pending.',
  group,
  scope: write,
  request: { params },
  response: Ok,
  document: graphql(
    'mutation CalendoConfirm($id: ID!) { approveBooking(input: { id: $id }) { booking { id } } }',
  ),
  variables: ({ params }) => params,
  reply: () => ok,
})

const decline = route({
  method: 'POST',
  path: '/bookings/:id/decline',
  name: 'declineBooking',
  summary: 'Declines a booking that is pending, and frees its time.',
  group,
  scope: write,
  request: { params, body: z.object({ reason }) },
  response: Ok,
  document: graphql(
    'mutation CalendoDecline($input: DenyBookingInput!) { denyBooking(input: $input) { booking { id } } }',
  ),
  variables: ({ params: { id }, body }) => ({ input: { id, reason: body.reason || null } }),
  reply: () => ok,
})

const reschedule = route({
  method: 'POST',
  path: '/bookings/:id/reschedule',
  name: 'rescheduleBooking',
  summary: 'Moves a booking: the answer is the new one, and the old one is cancelled.',
  group,
  scope: write,
  request: {
    params,
    body: z.object({
      start_time: z
        .string()
        .meta({ format: 'date-time', description: 'A start that is free, with `Z` or an offset.' }),
      reason,
    }),
  },
  response: z.object({ booking: FullBooking }),
  document: graphql(
    `mutation CalendoReschedule($input: RescheduleBookingInput!) {
      rescheduleBooking(input: $input) { booking { ...CalendoBooking } }
    }`,
    [BookingParts],
  ),
  variables: ({ params: { id }, body }) => ({
    input: { id, start: instantFrom(body.start_time), reason: body.reason || null },
  }),
  reply: ({ rescheduleBooking }) => ({ booking: fullBooking(rescheduleBooking.booking) }),
  names: { 'input.start': 'start_time' },
})

export const bookings = [list, one, cancel, confirm, decline, reschedule]
