// What is done with a booking, versions 2024-08-13 and 2026-02-25: its contract, 4.4 to 4.7.

import { z } from 'zod'
import { type ExecuteDocument, graphql } from '../../../src/graph/typed.ts'
import { route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { exception } from '../errors.ts'
import { email, instant, listOf, number, text, truth } from '../values.ts'
import { bookingVersions } from '../versions.ts'
import {
  asOutsider,
  Booking,
  BookingParts,
  booking,
  OutsiderParts,
  UNKNOWN,
  withoutClient,
} from './booking.ts'
import { ofBooking } from './errors.ts'
import { group, idIn, uid } from './read.ts'

const versions = bookingVersions.new
const scope = 'bookings:write'
export const ofOne = { params: z.object({ uid }) }

export const GetSeat = graphql(
  'query CalcomGetSeat($token: String!) { booking(token: $token) { id } }',
)

/** @throws CallError when a seat is of another booking. */
export async function requireSeatOf(
  seatUid: string | undefined,
  bookingUid: string,
  execute: ExecuteDocument,
): Promise<void> {
  if (seatUid === undefined) return
  const { booking } = await execute(GetSeat, { token: seatUid })
  if (booking?.id !== idIn(bookingUid))
    throw exception(400, `Seat with uid=${seatUid} is not in booking with uid=${bookingUid}`)
}

const reschedule = ofBooking(
  'reschedule',
  route({
    method: 'POST',
    path: '/bookings/:uid/reschedule',
    versions,
    name: 'rescheduleBooking',
    summary:
      'Moves a booking: the answer is the new one, and the old one is cancelled. With `seatUid` one seat moves.',
    group,
    optionalAuth: true,
    status: 201,
    request: {
      ...ofOne,
      body: z.strictObject({
        start: instant.meta({ description: 'In UTC.' }),
        seatUid: text.optional(),
        reschedulingReason: text.optional(),
        rescheduledBy: email
          .optional()
          .meta({ description: 'Address to show as `rescheduledByEmail`.' }),
        emailVerificationCode: text.optional().meta({ description: 'Not asked for.' }),
      }),
    },
    response: enveloped(Booking),
    document: graphql(
      `mutation CalcomReschedule($input: RescheduleBookingInput!) {
        rescheduleBooking(input: $input) { booking { ...CalcomBooking ...CalcomOutsider } invitee { id } }
      }`,
      [BookingParts, OutsiderParts],
    ),
    async variables({ params, body }, execute) {
      await requireSeatOf(body.seatUid, params.uid, execute)
      const { start, reschedulingReason, rescheduledBy } = body
      const token = body.seatUid ?? params.uid
      return {
        input: {
          token,
          start,
          reason: reschedulingReason?.trim() || null,
          byEmail: rescheduledBy,
          confirms: true,
        },
      }
    },
    reply: ({ rescheduleBooking: { booking: moved, invitee } }, { body }) =>
      success(
        booking(asOutsider(moved), {
          seat: body.seatUid && invitee?.id,
          reschedulingReason: body.reschedulingReason,
          rescheduledByEmail: body.rescheduledBy,
        }),
      ),
    names: { 'input.reason': 'reschedulingReason', 'input.byEmail': 'rescheduledBy' },
  }),
)

const confirm = ofBooking(
  'confirm',
  route({
    method: 'POST',
    path: '/bookings/:uid/confirm',
    versions,
    name: 'confirmBooking',
    summary: 'Confirms a booking that waits for it, if its time is still free.',
    group,
    scope,
    request: ofOne,
    response: enveloped(Booking),
    document: graphql(
      'mutation CalcomConfirm($id: ID!) { approveBooking(input: { id: $id }) { booking { ...CalcomBooking } } }',
      [BookingParts],
    ),
    variables: ({ params }) => ({ id: params.uid }),
    reply: ({ approveBooking }) => success(booking(approveBooking.booking)),
  }),
)

const decline = ofBooking(
  'decline',
  route({
    method: 'POST',
    path: '/bookings/:uid/decline',
    versions,
    name: 'declineBooking',
    summary: 'Declines a booking that waits for the host.',
    group,
    scope,
    request: { ...ofOne, body: z.object({ reason: text.optional() }) },
    response: enveloped(Booking),
    document: graphql(
      'mutation CalcomDecline($input: DenyBookingInput!) { denyBooking(input: $input) { booking { ...CalcomBooking } } }',
      [BookingParts],
    ),
    variables: ({ params, body }) => ({
      input: { id: params.uid, reason: body.reason?.trim() || null },
    }),
    reply: ({ denyBooking }) => success(booking(denyBooking.booking)),
  }),
)

const markAbsent = ofBooking(
  'mark absent',
  route({
    method: 'POST',
    path: '/bookings/:uid/mark-absent',
    versions,
    name: 'markAbsent',
    summary: 'Notes who did not come to a booking that has begun.',
    group,
    scope,
    request: {
      ...ofOne,
      body: z.object({
        host: truth.optional(),
        attendees: listOf(z.object({ email, absent: truth })).optional(),
      }),
    },
    response: enveloped(Booking),
    document: graphql(
      `mutation CalcomMarkAbsent($input: RecordAttendanceInput!) {
        recordAttendance(input: $input) { booking { ...CalcomBooking } }
      }`,
      [BookingParts],
    ),
    variables: ({ params, body }) => ({
      input: { id: params.uid, hostAbsent: body.host, invitees: body.attendees },
    }),
    reply: ({ recordAttendance }) => success(booking(recordAttendance.booking)),
    names: { 'input.invitees': 'attendees.' },
  }),
)

const Reassigned = z.object({
  bookingUid: z.string(),
  reassignedTo: z.object({
    id: z.int(),
    name: z.string(),
    email: z.string(),
    displayEmail: z.string(),
  }),
  reason: z.string().optional(),
})

const Reassign = graphql(`
  mutation CalcomReassign($input: ReassignBookingInput!) {
    reassignBooking(input: $input) { booking { id } newHost { databaseId name email } }
  }
`)

const reassignAct = {
  method: 'POST',
  versions,
  group,
  scope,
  response: enveloped(Reassigned),
  document: Reassign,
} as const

function reassigned(
  {
    booking,
    newHost,
  }: {
    booking: { id: string }
    newHost: { databaseId: number; name: string; email: string | null } | null
  },
  reason?: string,
) {
  if (newHost === null) throw exception(500, 'Nobody was chosen.')
  const { databaseId, name } = newHost
  const email = newHost.email ?? UNKNOWN
  return success({
    bookingUid: booking.id,
    reassignedTo: { id: databaseId, name, email, displayEmail: withoutClient(email) },
    ...(reason !== undefined && { reason }),
  })
}

const reassign = ofBooking(
  'reassign',
  route({
    ...reassignAct,
    path: '/bookings/:uid/reassign',
    name: 'reassignBooking',
    summary: 'Hands the booking of a round robin over to the next who is free.',
    request: ofOne,
    variables: ({ params }) => ({ input: { id: params.uid } }),
    reply: ({ reassignBooking }) => reassigned(reassignBooking),
  }),
)

const reassignTo = ofBooking(
  'reassign',
  route({
    ...reassignAct,
    path: '/bookings/:uid/reassign/:userId',
    name: 'reassignBookingToUser',
    summary: 'Hands the booking of a round robin over to somebody.',
    request: {
      params: z.object({ uid, userId: number('account') }),
      body: z.object({ reason: text.optional() }),
    },
    variables: ({ params, body }) => ({
      input: { id: params.uid, userId: params.userId, reason: body.reason?.trim() || null },
    }),
    reply: ({ reassignBooking }, { body }) => reassigned(reassignBooking, body.reason),
    names: { 'input.userId': 'userId' },
  }),
)

export const bookingActs = [reschedule, confirm, decline, markAbsent, reassign, reassignTo]
