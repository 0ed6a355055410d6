import { builder } from '../graph/builder.ts'
import { idInput } from '../graph/id-input.ts'
import { connectionCost, offset } from '../graph/pagination.ts'
import { selects } from '../graph/selected-fields.ts'
import { isAtLeast, membershipOf } from '../teams/policy.ts'
import { BusyTime } from './graphql/busy-time.ts'
import {
  AddGuestsInput,
  AddInviteeInput,
  BookInput,
  BookingFilter,
  BookingOrder,
  CancelBookingInput,
  CancelSeriesInput,
  ChangeBookingLocationInput,
  ChangeReservationInput,
  DenyBookingInput,
  InviteeFilter,
  MarkNoShowInput,
  OrderDirection,
  ReassignBookingInput,
  RecordAttendanceInput,
  RescheduleBookingInput,
  ReserveSlotInput,
} from './graphql/inputs.ts'
import { Reservation, ReservationPayload } from './graphql/reservation.ts'
import {
  Booking,
  BookingPayload,
  BookingSeriesPayload,
  Invitee,
  seriesCost,
} from './graphql/types.ts'
import { busyTimes } from './read/busy-times.ts'
import { findInvitee, inviteesByIds, listInvitees } from './read/invitees.ts'
import { listBookings } from './read/list.ts'
import { whoseOf } from './read/list-owner.ts'
import { findOccurrences } from './read/series.ts'
import { findBooking, occurrencesFor, viewFor } from './read/view.ts'
import { approveBooking, denyBooking } from './write/approve.ts'
import { recordAttendance } from './write/attendance.ts'
import { book, bookForInvitee } from './write/book.ts'
import { cancelBooking } from './write/cancel.ts'
import { cancelSeries } from './write/cancel-series.ts'
import { changeBookingLocation } from './write/change-location.ts'
import { addGuests, addInvitee } from './write/guests.ts'
import { markNoShow } from './write/no-show.ts'
import { reassignBooking } from './write/reassign.ts'
import { rescheduleBooking } from './write/reschedule.ts'
import { changeReservation, findReservation, releaseSlot, reserveSlot } from './write/reserve.ts'

const asksForInvitees = (info: Parameters<typeof selects>[0]): boolean =>
  selects(info, 'edges.node.invitees') || selects(info, 'nodes.invitees')

const BookingConnection = builder.connectionObject<
  typeof Booking,
  Awaited<ReturnType<typeof listBookings>>
>(
  {
    type: Booking,
    name: 'BookingConnection',
    description: 'A page of bookings.',
    fields: connection => ({
      totalCount: connection.int({
        description: 'How many bookings the filter lets through, on all pages.',
        complexity: 20,
        resolve: ({ totalCount }) => totalCount(),
      }),
    }),
  },
  { name: 'BookingEdge', description: 'A booking and its place in the list.' },
)

builder.prismaObjectField('Team', 'bookings', t =>
  t.connection(
    {
      type: Booking,
      nullable: true,
      description:
        'Bookings of its event types. Sorted by start by default. Null unless the viewer is an admin of the team.',
      directives: { requiresScope: { scope: 'bookings:read' } },
      complexity: connectionCost,
      args: {
        filter: t.arg({ type: BookingFilter, description: 'Which bookings.' }),
        orderBy: t.arg({ type: BookingOrder, description: 'In which order.' }),
        offset: t.arg(offset),
      },
      resolve: async (team, args, ctx, info) => {
        const membership = await membershipOf(ctx, team.id)
        if (membership === null || !isAtLeast(membership.member, 'ADMIN')) return null
        return listBookings(ctx, args, asksForInvitees(info), { teamId: team.id })
      },
    },
    BookingConnection,
  ),
)

builder.queryFields(t => ({
  booking: t.field({
    type: Booking,
    nullable: true,
    description:
      "A booking of the viewer by its id, or the one that the secret token of an invitee's link opens.",
    directives: { requiresScope: { scope: 'bookings:read', orLinkToken: true } },
    args: {
      id: t.arg.id({ description: 'Id of the booking.' }),
      token: t.arg.string({ description: '`linkToken` or `bookingToken` of an invitee.' }),
    },
    resolve: (_root, naming, ctx) => findBooking(ctx, naming),
  }),
  bookings: t.connection(
    {
      type: Booking,
      description:
        'Bookings that the viewer attends, or those of a team that they are an admin of. Sorted by start by default.',
      directives: { requiresScope: { scope: 'bookings:read' } },
      complexity: connectionCost,
      args: {
        filter: t.arg({ type: BookingFilter, description: 'Which bookings.' }),
        orderBy: t.arg({ type: BookingOrder, description: 'In which order.' }),
        teamId: t.arg.id({
          description: 'Bookings of this team instead of those that the viewer attends.',
        }),
        attendedBy: t.arg.id({
          description: 'With `teamId`: only those that this account attends.',
        }),
        withOwn: t.arg.boolean({
          description: 'True with `teamId`: also those that the viewer attends.',
        }),
        withMembers: t.arg.boolean({
          description:
            'True with `teamId`: also those of the own event types of members whose organization the team is: the team that they have been in for the longest.',
        }),
        asInvitee: t.arg.boolean({
          description:
            "True without `teamId`: also those in which the viewer's account has a seat, of which it sees what an invitee sees. Default false.",
        }),
        offset: t.arg(offset),
      },
      resolve: async (_root, args, ctx, info) =>
        listBookings(ctx, args, asksForInvitees(info), await whoseOf(ctx, args)),
    },
    BookingConnection,
  ),
  bookingSeries: t.field({
    type: [Booking],
    nullable: true,
    description:
      "The occurrences of a series, by start, as they stand: those of the viewer, or of the invitee whose link's token is given. Null when there are none for them.",
    directives: { requiresScope: { scope: 'bookings:read', orLinkToken: true } },
    args: {
      id: t.arg.id({ description: 'Id of the series, or of an occurrence.' }),
      token: t.arg.string({
        description:
          '`seriesToken` of an invitee, or the `linkToken` or `bookingToken` of an occurrence.',
      }),
    },
    complexity: seriesCost,
    resolve: (_root, naming, ctx) => findOccurrences(ctx, naming),
  }),
  invitee: t.field({
    type: Invitee,
    nullable: true,
    description: 'Somebody who booked with the viewer; null when there is none with this id.',
    directives: { requiresScope: { scope: 'bookings:read' } },
    args: { id: t.arg.id({ required: true, description: 'Id of the invitee.' }) },
    resolve: (_root, { id }, ctx) => findInvitee(ctx, id),
  }),
  inviteesByIds: t.field({
    type: [Invitee],
    description:
      'Some who booked with the viewer, in the order in which they did: at most 100. Ids that name none are left out.',
    directives: { requiresScope: { scope: 'bookings:read' } },
    args: { ids: t.arg.idList({ required: true, description: 'Ids of invitees.' }) },
    complexity: ({ ids }) => ({ field: 1, multiplier: Math.min(ids.length, 100) }),
    resolve: (_root, { ids }, ctx) => inviteesByIds(ctx, { ids: ids.map(String) }),
  }),
  invitees: t.connection(
    {
      type: Invitee,
      description: 'Those who booked one booking of the viewer, in the order in which they did.',
      directives: { requiresScope: { scope: 'bookings:read' } },
      complexity: connectionCost,
      args: {
        bookingId: t.arg.id({ required: true, description: 'Id of the booking.' }),
        filter: t.arg({ type: InviteeFilter, description: 'Which of them.' }),
        direction: t.arg({ type: OrderDirection, description: 'Default ASC.' }),
      },
      resolve: (_root, args, ctx) => listInvitees(ctx, args),
    },
    {
      name: 'InviteeConnection',
      description: 'A page of invitees.',
      fields: connection => ({
        totalCount: connection.int({
          description: 'How many the filter lets through, on all pages.',
          resolve: ({ totalCount }) => totalCount(),
        }),
      }),
    },
    { name: 'InviteeEdge', description: 'An invitee in their place.' },
  ),
  reservation: t.field({
    type: Reservation,
    nullable: true,
    description:
      'A reservation by its id. Null if there is none. Public: the id is known only to the client that created it.',
    args: { id: t.arg.id({ required: true, description: 'Id of the reservation.' }) },
    resolve: (_root, { id }, ctx) => findReservation(ctx, id),
  }),
  busyTimes: t.field({
    type: [BusyTime],
    description:
      "What of the viewer's time is taken between two instants, in order: at most 62 days and 3000 times.",
    directives: { requiresScope: { scope: 'availability:read' } },
    args: {
      start: t.arg({ type: 'DateTime', required: true, description: 'From when on.' }),
      end: t.arg({ type: 'DateTime', required: true, description: 'Until when.' }),
      userId: t.arg.id({
        description:
          'Of this account, whose organization the viewer manages, instead of their own.',
      }),
    },
    complexity: { field: 700, multiplier: 10 },
    resolve: (_root, args, ctx) => busyTimes(ctx, args),
  }),
}))

const ApproveBookingInput = idInput('ApproveBookingInput', 'The booking to confirm.')
const ReleaseSlotInput = idInput('ReleaseSlotInput', 'The reservation to release.')

builder.mutationFields(t => ({
  book: t.field({
    type: BookingPayload,
    description:
      'Books a start as an invitee. Public. `invitee.linkToken` of the answer opens the booking later.',
    args: { input: t.arg({ type: BookInput, required: true, description: 'The booking.' }) },
    resolve: async (_root, { input }, ctx) => {
      const { booking, invitee, occurrences } = await book(ctx, input)
      return {
        booking: await viewFor(ctx, booking, invitee),
        invitee,
        occurrences: occurrences && (await occurrencesFor(ctx, occurrences, invitee)),
      }
    },
  }),
  bookForInvitee: t.field({
    type: BookingPayload,
    description:
      "Books a slot of an event type of the viewer or of their teams on behalf of an invitee. The invitee's time zone is that of the host or the team by default.",
    directives: { requiresScope: { scope: 'bookings:write' } },
    args: { input: t.arg({ type: BookInput, required: true, description: 'The booking.' }) },
    resolve: (_root, { input }, ctx) => bookForInvitee(ctx, input),
  }),
  reserveSlot: t.field({
    type: ReservationPayload,
    description: 'Holds a start for some minutes. Public.',
    args: { input: t.arg({ type: ReserveSlotInput, required: true, description: 'The start.' }) },
    resolve: async (_root, { input }, ctx) => ({ reservation: await reserveSlot(ctx, input) }),
  }),
  changeReservation: t.field({
    type: ReservationPayload,
    description:
      'Changes a reservation to another slot, or extends it. Its id stays the same. Public: the id is known only to the client that created it.',
    args: {
      input: t.arg({ type: ChangeReservationInput, required: true, description: 'The start.' }),
    },
    resolve: async (_root, { input }, ctx) => ({
      reservation: await changeReservation(ctx, input),
    }),
  }),
  releaseSlot: t.field({
    type: ReservationPayload,
    description:
      'Releases a reservation before it expires. Public: the id is known only to the client that created it.',
    args: {
      input: t.arg({
        type: ReleaseSlotInput,
        required: true,
        description: 'The reservation to release.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ reservation: await releaseSlot(ctx, input.id) }),
  }),
  cancelBooking: t.field({
    type: BookingPayload,
    description:
      'Cancels a booking; an invitee who shares it with others gives up their seat alone.',
    directives: { requiresScope: { scope: 'bookings:write', orLinkToken: true } },
    args: {
      input: t.arg({
        type: CancelBookingInput,
        required: true,
        description: 'Which booking, and why.',
      }),
    },
    resolve: async (_root, { input }, ctx) => {
      const { booking, invitee, by } = await cancelBooking(ctx, input)
      return { booking: await viewFor(ctx, booking, by), invitee }
    },
  }),
  cancelSeries: t.field({
    type: BookingSeriesPayload,
    description:
      'Cancels what is still open of a series, or from one occurrence on: all of it or nothing.',
    directives: { requiresScope: { scope: 'bookings:write', orLinkToken: true } },
    args: {
      input: t.arg({
        type: CancelSeriesInput,
        required: true,
        description: 'Which series, and why.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({
      bookings: await Promise.all(
        (await cancelSeries(ctx, input)).map(({ booking, invitee }) =>
          viewFor(ctx, booking, invitee),
        ),
      ),
    }),
  }),
  rescheduleBooking: t.field({
    type: BookingPayload,
    description:
      'Moves a booking: `booking` of the answer is the new one. Its `rescheduledFrom` is the old one, unless a seat moved into a booking that others share: then `invitee.rescheduledFrom` leads back.',
    directives: { requiresScope: { scope: 'bookings:write', orLinkToken: true } },
    args: {
      input: t.arg({
        type: RescheduleBookingInput,
        required: true,
        description: 'Which booking, and where to.',
      }),
    },
    resolve: async (_root, { input }, ctx) => {
      const { booking, invitee } = await rescheduleBooking(ctx, input)
      return { booking: await viewFor(ctx, booking, invitee), invitee }
    },
  }),
  reassignBooking: t.field({
    type: BookingPayload,
    description:
      'Hands the booking of a round robin over from the host who was chosen to another who is free.',
    directives: { requiresScope: { scope: 'bookings:write' } },
    args: {
      input: t.arg({
        type: ReassignBookingInput,
        required: true,
        description: 'Which booking, and to whom.',
      }),
    },
    resolve: (_root, { input }, ctx) => reassignBooking(ctx, input),
  }),
  approveBooking: t.field({
    type: BookingPayload,
    description: 'Confirms a booking that waits for the host.',
    directives: { requiresScope: { scope: 'bookings:write' } },
    args: {
      input: t.arg({
        type: ApproveBookingInput,
        required: true,
        description: 'The booking to confirm.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ booking: await approveBooking(ctx, input.id) }),
  }),
  denyBooking: t.field({
    type: BookingPayload,
    description: 'Declines a booking that waits for the host.',
    directives: { requiresScope: { scope: 'bookings:write' } },
    args: {
      input: t.arg({
        type: DenyBookingInput,
        required: true,
        description: 'Which booking, and why.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ booking: await denyBooking(ctx, input) }),
  }),
  addGuests: t.field({
    type: BookingPayload,
    description: 'Adds guests to a booking, beside those whom the invitee brings along.',
    directives: { requiresScope: { scope: 'bookings:write' } },
    args: {
      input: t.arg({
        type: AddGuestsInput,
        required: true,
        description: 'Which booking, and whom.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ booking: await addGuests(ctx, input) }),
  }),
  addInvitee: t.field({
    type: BookingPayload,
    description:
      'Adds somebody to what another booked: they are shown as an invitee, and have no seat of their own.',
    directives: { requiresScope: { scope: 'bookings:write' } },
    args: {
      input: t.arg({
        type: AddInviteeInput,
        required: true,
        description: 'Which booking, and whom.',
      }),
    },
    resolve: (_root, { input }, ctx) => addInvitee(ctx, input),
  }),
  changeBookingLocation: t.field({
    type: BookingPayload,
    description: 'Says where a booking takes place instead.',
    directives: { requiresScope: { scope: 'bookings:write' } },
    args: {
      input: t.arg({
        type: ChangeBookingLocationInput,
        required: true,
        description: 'Which booking, and where.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({
      booking: await changeBookingLocation(ctx, input),
    }),
  }),
  recordAttendance: t.field({
    type: BookingPayload,
    description: 'Notes who came to a booking that has begun and who did not, hosts among them.',
    directives: { requiresScope: { scope: 'bookings:write' } },
    args: {
      input: t.arg({ type: RecordAttendanceInput, required: true, description: 'Who came.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ booking: await recordAttendance(ctx, input) }),
  }),
  markNoShow: t.field({
    type: BookingPayload,
    description: 'Marks invitees of a booking that has begun as absent.',
    directives: { requiresScope: { scope: 'bookings:write' } },
    args: {
      input: t.arg({ type: MarkNoShowInput, required: true, description: 'Who did not come.' }),
    },
    resolve: (_root, { input }, ctx) => markNoShow(ctx, input),
  }),
}))
