// Bookings to read, versions 2024-08-13 and later: its contract, 4.3.

import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { bookingVersions } from '../versions.ts'
import { asOutsider, Booking, BookingParts, booking, OutsiderParts, TokenParts } from './booking.ts'
import { ofBooking } from './errors.ts'

export const group = 'Bookings'

/** A booking, or all of a series. */
export const OneOrAll = z.union([Booking, z.array(Booking)])

/**
 * Names a booking, or a series. Only a token that an attendee was given gives access without a
 * credential.
 */
export const uid = z.string().meta({ description: 'Uid of the booking.' })

/** The id in a uid, which for attendees is a token: the id, a dot and a signature. */
export const idIn = (named: string): string => named.split('.', 1)[0] ?? named

const isSeries = (named: string): boolean => named.startsWith('bs_')

const GetBooking = graphql(
  `query CalcomGetBooking($uid: String!, $isSeries: Boolean!) {
    booking(token: $uid) @skip(if: $isSeries) { ...CalcomBooking ...CalcomOutsider }
    bookingSeries(token: $uid) @include(if: $isSeries) { ...CalcomBooking ...CalcomTokens }
  }`,
  [BookingParts, OutsiderParts, TokenParts],
)

const get = ofBooking(
  'read',
  route({
    method: 'GET',
    path: '/bookings/:uid',
    versions: bookingVersions.new,
    name: 'getBooking',
    summary: 'One booking, or all of a series by its `recurringBookingUid`.',
    group,
    optionalAuth: true,
    request: { params: z.object({ uid }) },
    response: enveloped(OneOrAll),
    document: GetBooking,
    variables: ({ params }) => ({ uid: params.uid, isSeries: isSeries(params.uid) }),
    reply(data) {
      if (data.bookingSeries != null)
        return success(data.bookingSeries.map(each => booking(asOutsider(each))))
      return success(booking(asOutsider(found(data.booking ?? null, 'booking'))))
    },
  }),
)

const getBySeat = ofBooking(
  'read',
  route({
    method: 'GET',
    path: '/bookings/by-seat/:seatUid',
    versions: bookingVersions.new,
    name: 'getBookingBySeat',
    summary: 'The booking that a seat is of; with that seat alone for outsiders.',
    group,
    optionalAuth: true,
    request: { params: z.object({ seatUid: z.string() }) },
    response: enveloped(Booking),
    document: GetBooking,
    variables: ({ params }) => ({ uid: params.seatUid, isSeries: false }),
    reply: data => success(booking(found(data.booking ?? null, 'booking'))),
  }),
)

export const bookings = [getBySeat, get]
