// Bookings that are cancelled, versions 2024-08-13 and 2026-02-25: its contract, 4.5.

import { z } from 'zod'
import { CallError } from '../../../src/graph/call-error.ts'
import { type ExecuteDocument, graphql } from '../../../src/graph/typed.ts'
import { route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { exception } from '../errors.ts'
import { text, truth } from '../values.ts'
import { bookingVersions } from '../versions.ts'
import { ofOne, requireSeatOf } from './actions.ts'
import {
  asOutsider,
  Booking,
  BookingParts,
  booking,
  isOutsider,
  OutsiderParts,
  TokenParts,
} from './booking.ts'
import { ofBooking } from './errors.ts'
import { group, OneOrAll } from './read.ts'

export const GetManaged = graphql('query CalcomIsManaged { viewer { isManaged } }')
export const GetSide = graphql(
  'query CalcomGetSide($token: String!) { booking(token: $token) { metadata } }',
)
export const GetSideOfSeries = graphql(
  'query CalcomGetSideOfSeries($token: String!) { bookingSeries(token: $token) { metadata } }',
)

/** Hosts have to give a reason, except managed accounts. @throws CallError when one gives none. */
export async function requireReason(
  named: string,
  isSeries: boolean,
  reason: string | undefined,
  execute: ExecuteDocument,
): Promise<void> {
  if (reason !== undefined && reason.trim() !== '') return
  if (!(await isOnHostsSide(named, isSeries, execute))) return
  if ((await execute(GetManaged, {})).viewer?.isManaged === true) return
  throw exception(400, 'Cancellation reason is required when you are the host')
}

async function isOnHostsSide(
  token: string,
  isSeries: boolean,
  execute: ExecuteDocument,
): Promise<boolean> {
  try {
    if (isSeries) {
      const { bookingSeries } = await execute(GetSideOfSeries, { token })
      return bookingSeries?.some(each => !isOutsider(each)) ?? false
    }
    const { booking } = await execute(GetSide, { token })
    return booking !== null && !isOutsider(booking)
  } catch (error) {
    // Only a credential of the hosts' side can lack the scope to read it.
    if (error instanceof CallError && error.first.code === 'INSUFFICIENT_SCOPE') return true
    throw error
  }
}

const requestReschedule = ofBooking(
  'request another time for',
  route({
    method: 'POST',
    path: '/bookings/:uid/request-reschedule',
    versions: bookingVersions.new,
    name: 'requestReschedule',
    summary: 'Cancels a booking as its host, and asks who booked to choose another time.',
    group,
    scope: 'bookings:write',
    request: { ...ofOne, body: z.strictObject({ reschedulingReason: text.optional() }) },
    response: enveloped(Booking),
    document: graphql(
      `mutation CalcomRequestReschedule($input: CancelBookingInput!) {
        cancelBooking(input: $input) { booking { ...CalcomBooking } }
      }`,
      [BookingParts],
    ),
    variables: ({ params, body }) => ({
      input: {
        id: params.uid,
        reason: body.reschedulingReason?.trim() || null,
        asksForAnother: true,
      },
    }),
    reply: ({ cancelBooking }) => success(booking(cancelBooking.booking)),
    names: { 'input.reason': 'reschedulingReason' },
  }),
)

const cancel = ofBooking(
  'cancel',
  route({
    method: 'POST',
    path: '/bookings/:uid/cancel',
    versions: bookingVersions.new,
    name: 'cancelBooking',
    summary: 'Cancels a booking, one seat of it, or by `recurringBookingUid` all of a series.',
    group,
    optionalAuth: true,
    request: {
      ...ofOne,
      body: z.strictObject({
        cancellationReason: text
          .optional()
          .meta({ description: 'Hosts have to give one, except managed users.' }),
        cancelSubsequentBookings: truth.optional().meta({
          description:
            'Of a series: whether those after it are cancelled too; the answer is all of the series.',
        }),
        seatUid: text.optional(),
      }),
    },
    response: enveloped(OneOrAll),
    document: graphql(
      `mutation CalcomCancel(
        $input: CancelBookingInput!, $series: CancelSeriesInput!, $isSeries: Boolean!
      ) {
        cancelBooking(input: $input) @skip(if: $isSeries) { booking { ...CalcomBooking ...CalcomOutsider } }
        cancelSeries(input: $series) @include(if: $isSeries) { bookings { ...CalcomBooking ...CalcomTokens } }
      }`,
      [BookingParts, OutsiderParts, TokenParts],
    ),
    async variables({ params, body }, execute) {
      const { cancellationReason, cancelSubsequentBookings = false, seatUid } = body
      const isWhole = params.uid.startsWith('bs_')
      await requireSeatOf(seatUid, params.uid, execute)
      if (seatUid === undefined)
        await requireReason(params.uid, isWhole, cancellationReason, execute)
      const reason = cancellationReason?.trim() || null
      return {
        input: { token: seatUid ?? params.uid, reason },
        series: { token: params.uid, reason, fromHere: !isWhole },
        isSeries: isWhole || cancelSubsequentBookings,
      }
    },
    reply({ cancelBooking, cancelSeries }) {
      if (cancelSeries != null)
        return success(cancelSeries.bookings.map(each => booking(asOutsider(each))))
      if (cancelBooking == null) throw exception(500, 'Nothing was cancelled.')
      return success(booking(asOutsider(cancelBooking.booking)))
    },
    names: { 'input.reason': 'cancellationReason', 'series.reason': 'cancellationReason' },
  }),
)

export const cancellations = [cancel, requestReschedule]
