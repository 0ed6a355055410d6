// Who comes to a booking besides, and where it is: its contract, 4.7.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { exception } from '../errors.ts'
import { email, id, listOf, number, text } from '../values.ts'
import { bookingVersions } from '../versions.ts'
import { ofOne } from './actions.ts'
import {
  Attendee,
  AttendeeParts,
  attendee,
  attendeesOf,
  Booking,
  BookingParts,
  booking,
} from './booking.ts'
import { language } from './create.ts'
import { ofBooking } from './errors.ts'
import { NewPlace, newLocationFrom } from './location.ts'
import { group, uid } from './read.ts'

const versions = bookingVersions.new
const read = 'bookings:read'
const write = 'bookings:write'

/** Each of these routes changes what others are told by mail, so that five a minute are many. */
const fivePerMinute = () => ({ requests: 5, seconds: 60 })

const AttendeeWithId = Attendee.extend({ id }).meta({ id: 'BookingAttendeeWithId' })

const withId = (shown: ResultOf<typeof AttendeeParts>) => ({
  ...attendee(shown),
  id: shown.databaseId,
})

export const GetAttendees = graphql(
  `query CalcomGetAttendees($id: ID!) {
    booking(id: $id) { cancellation { at } invitees { ...CalcomAttendee } }
  }`,
  [AttendeeParts],
)

const addGuests = ofBooking(
  'add guests to',
  route({
    method: 'POST',
    path: '/bookings/:uid/guests',
    versions,
    name: 'addGuests',
    summary: 'Adds guests to a booking: ten at once, thirty in all.',
    group,
    scope: write,
    limit: fivePerMinute(),
    request: {
      ...ofOne,
      body: z.object({
        guests: listOf(
          z.object({
            email,
            name: text.optional(),
            timeZone: text.optional(),
            phoneNumber: text.optional(),
            language: language.optional(),
          }),
        )
          .min(1, 'must contain at least 1 elements')
          .max(10, 'must contain no more than 10 elements'),
      }),
    },
    response: enveloped(Booking),
    document: graphql(
      'mutation CalcomAddGuests($input: AddGuestsInput!) { addGuests(input: $input) { booking { ...CalcomBooking } } }',
      [BookingParts],
    ),
    async variables({ params, body }, execute) {
      const guests = body.guests.map(guest => guest.email)
      const { booking } = await execute(GetAttendees, { id: params.uid })
      const known = new Set(
        booking?.invitees.flatMap(invitee => [invitee.email, ...invitee.guests]),
      )
      if (guests.every(guest => known.has(guest.trim().toLowerCase()))) {
        throw exception(400, 'emails_must_be_unique_valid: all guests attend the booking already.')
      }
      return { input: { id: params.uid, guests } }
    },
    reply: data => success(booking(data.addGuests.booking)),
  }),
)

const listAttendees = ofBooking(
  'read',
  route({
    method: 'GET',
    path: '/bookings/:uid/attendees',
    versions,
    name: 'listAttendees',
    summary: 'Who comes to a booking.',
    group,
    scope: read,
    request: ofOne,
    response: enveloped(z.array(AttendeeWithId)),
    document: GetAttendees,
    variables: ({ params }) => ({ id: params.uid }),
    reply: data => success(attendeesOf(found(data.booking, 'booking')).map(withId)),
  }),
)

const getAttendee = ofBooking(
  'read',
  route({
    method: 'GET',
    path: '/bookings/:uid/attendees/:attendeeId',
    versions,
    name: 'getAttendee',
    summary: 'Somebody who comes to a booking.',
    group,
    scope: read,
    request: { params: z.object({ uid, attendeeId: number('attendee') }) },
    response: enveloped(AttendeeWithId),
    document: GetAttendees,
    variables: ({ params }) => ({ id: params.uid }),
    reply(data, { params }) {
      const shown = attendeesOf(found(data.booking, 'booking'))
      const one = shown.find(({ databaseId }) => databaseId === Number(params.attendeeId))
      if (one === undefined)
        throw exception(
          404,
          `Attendee with id ${params.attendeeId} not found in booking ${params.uid}`,
        )
      return success(withId(one))
    },
  }),
)

const addAttendee = ofBooking(
  'add an attendee to',
  route({
    method: 'POST',
    path: '/bookings/:uid/attendees',
    versions,
    name: 'addAttendee',
    summary: 'Adds somebody to a booking.',
    group,
    scope: write,
    limit: fivePerMinute(),
    status: 201,
    request: {
      ...ofOne,
      body: z.object({
        name: text,
        email,
        timeZone: text,
        phoneNumber: text.optional(),
        language: language.optional(),
      }),
    },
    response: enveloped(AttendeeWithId.extend({ bookingId: id })),
    document: graphql(
      `mutation CalcomAddAttendee($input: AddInviteeInput!) {
        addInvitee(input: $input) { booking { databaseId } invitee { ...CalcomAttendee } }
      }`,
      [AttendeeParts],
    ),
    variables: ({ params, body: { name, email, timeZone, phoneNumber, language } }) => ({
      input: {
        id: params.uid,
        name,
        email,
        timeZone,
        phone: phoneNumber,
        locale: language ?? 'en',
      },
    }),
    reply: ({ addInvitee: { booking, invitee } }) =>
      success({ ...withId(found(invitee, 'attendee')), bookingId: booking.databaseId }),
    names: { 'input.phone': 'phoneNumber', 'input.locale': 'language' },
  }),
)

const changeLocation = ofBooking(
  'change the location of',
  route({
    method: 'PATCH',
    path: '/bookings/:uid/location',
    versions,
    name: 'changeLocation',
    summary: 'Says where a booking is instead.',
    group,
    scope: write,
    limit: fivePerMinute(),
    request: { ...ofOne, body: z.object({ location: NewPlace }) },
    response: enveloped(Booking),
    document: graphql(
      `mutation CalcomChangeLocation($input: ChangeBookingLocationInput!) {
        changeBookingLocation(input: $input) { booking { ...CalcomBooking } }
      }`,
      [BookingParts],
    ),
    variables: ({ params, body }) => ({
      input: { id: params.uid, location: newLocationFrom(body.location) },
    }),
    reply: ({ changeBookingLocation }) => success(booking(changeBookingLocation.booking)),
    names: { 'input.location.url': 'location.link', 'input.location.text': 'location.location' },
  }),
)

export const bookingCompany = [addGuests, listAttendees, getAttendee, addAttendee, changeLocation]
