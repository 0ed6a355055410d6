// Bookings in version 2024-04-15, that of who sends no header: its contract, 3.

import { z } from 'zod'
import { graphql } from '../../../../src/graph/typed.ts'
import { found, route } from '../../../dialect.ts'
import { enveloped, success } from '../../envelope.ts'
import { exception } from '../../errors.ts'
import { joined, more, span } from '../../pagination.ts'
import { email, listOf, oneOf, text, truth, whole } from '../../values.ts'
import { bookingVersions } from '../../versions.ts'
import { ofOne, requireSeatOf } from '../actions.ts'
import { asOutsider, BookingParts, OutsiderParts } from '../booking.ts'
import { requireReason } from '../cancel.ts'
import { ofOldBooking } from '../errors.ts'
import { ListBookings, PAGE_SIZE } from '../list.ts'
import { group, idIn } from '../read.ts'
import { casesOf, orderOf, phases } from '../status-filter.ts'
import { ListedRow, listedRow, Row, row } from './booking.ts'
import { newOldBookings } from './create.ts'

const versions = bookingVersions.old

const GetBooking = graphql(
  'query CalcomGetBooking20240415($uid: String!) { booking(token: $uid) { ...CalcomBooking ...CalcomOutsider } }',
  [BookingParts, OutsiderParts],
)

const getOne = {
  method: 'GET',
  versions,
  group,
  optionalAuth: true,
  request: ofOne,
  response: enveloped(Row),
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
  summary: 'Bookings that the account attends as a host or as an attendee, in one of the states.',
  group,
  scope: 'bookings:read',
  request: {
    query: z.object({
      filters: z
        .object({
          status: oneOf(phases).default('upcoming'),
          teamsIds: ids,
          userIds: ids,
          eventTypeIds: ids,
        })
        .prefault({}),
      limit: whole(1, 100).default(10),
      cursor: whole(0, 100_000)
        .default(0)
        .meta({ description: 'How many to pass over: `nextCursor` of the page before.' }),
    }),
  },
  response: enveloped(
    z.object({
      bookings: z.array(ListedRow),
      recurringInfo: z.array(z.never()),
      totalCount: z.int(),
      nextCursor: z.int().nullable(),
    }),
  ),
  document: ListBookings,
  variables: ({ query: { filters, limit, cursor }, arrival }) => ({
    asInvitee: true,
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
      bookings: edges.map(({ node }) => listedRow(asOutsider(node))),
      recurringInfo: [],
      totalCount,
      nextCursor: next < totalCount ? next : null,
    })
  },
})

const Cancelled = z.object({
  bookingId: z.int(),
  bookingUid: z.string(),
  onlyRemovedAttendee: z.boolean(),
})

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
    request: {
      ...ofOne,
      body: z.object({
        cancellationReason: text.optional(),
        allRemainingBookings: truth.optional(),
        seatReferenceUid: text.optional(),
      }),
    },
    response: enveloped(Cancelled),
    document: graphql(
      `mutation CalcomCancel20240415($input: CancelBookingInput!, $series: CancelSeriesInput!, $isSeries: Boolean!) {
        cancelBooking(input: $input) @skip(if: $isSeries) { booking { id databaseId } invitee { id } }
        cancelSeries(input: $series) @include(if: $isSeries) { bookings { id databaseId } }
      }`,
    ),
    async variables({ params: { uid }, body }, execute) {
      if (/^\d+$/.test(uid))
        throw exception(400, 'Booking id is not supported: give the uid of the booking.')
      const {
        cancellationReason,
        allRemainingBookings: isSeries = false,
        seatReferenceUid: seat,
      } = body
      await requireSeatOf(seat, uid, execute)
      if (seat === undefined) await requireReason(uid, false, cancellationReason, execute)
      const reason = cancellationReason?.trim() || null
      return {
        input: { token: seat ?? uid, reason },
        series: { token: uid, reason, fromHere: true },
        isSeries,
      }
    },
    reply({ cancelBooking, cancelSeries }, { params }) {
      const booking =
        cancelBooking?.booking ?? cancelSeries?.bookings.find(({ id }) => id === idIn(params.uid))
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
    request: {
      ...ofOne,
      body: z.object({
        noShowHost: truth.optional(),
        attendees: listOf(z.object({ email, noShow: truth })).optional(),
      }),
    },
    response: enveloped(
      z.object({
        message: z.string(),
        noShowHost: z.boolean().optional(),
        attendees: z.array(Absence).optional(),
      }),
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

export const oldBookings = [...newOldBookings, list, getToMove, get, cancel, markNoShow]
