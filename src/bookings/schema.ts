import { Host } from '../accounts/schema.ts'
import { Contact } from '../contacts/schema.ts'
import { hostOf, needScope } from '../context.ts'
import type { Invitee as InviteeRow, Reservation as ReservationRow } from '../db/generated/client/client.ts'
import { locationOf } from '../event-types/index.ts'
import { EventType, EventTypeRef, Location, LocationInput } from '../event-types/schema.ts'
import { builder } from '../graph/builder.ts'
import { connectionCost } from '../graph/page-size.ts'
import { approveBooking, denyBooking } from './approve.ts'
import { type Booked, book } from './book.ts'
import { cancelBooking } from './cancel.ts'
import { listBookings } from './list.ts'
import { markNoShow } from './no-show.ts'
import { rescheduleBooking } from './reschedule.ts'
import { releaseSlot, reserveSlot } from './reserve.ts'
import { type BookingView, findBooking, inviteesOf, seesAll, viewFor } from './view.ts'

const BookingStatus = builder.enumType('BookingStatus', {
  description: 'Where a booking stands.',
  values: {
    PENDING: { description: 'It waits for the approval of the host.' },
    CONFIRMED: { description: 'It takes place, or took place.' },
    CANCELLED: { description: 'The host or the invitee cancelled it, or it was moved: see `rescheduledTo`.' },
    DENIED: { description: 'The host declined it.' },
  } as const,
})

const Actor = builder.enumType('Actor', {
  description: 'A side of a booking.',
  values: {
    HOST: { description: 'The host.' },
    INVITEE: { description: 'An invitee, through the link that they have.' },
  } as const,
})

const InviteeStatus = builder.enumType('InviteeStatus', {
  description: 'Whether somebody still has their seat.',
  values: {
    ACTIVE: { description: 'They come.' },
    CANCELLED: { description: 'Their seat was cancelled or moved, or the booking ended.' },
  } as const,
})

const Cancellation = builder.objectRef<BookingView>('Cancellation').implement({
  description: 'How a booking ended.',
  fields: t => ({
    at: t.expose('cancelledAt', { type: 'DateTime', nullable: true, description: 'When.' }),
    by: t.expose('cancelledBy', { type: Actor, nullable: true, description: 'By which side.' }),
    name: t.exposeString('cancellerName', { nullable: true, description: 'Name of who did it.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'The reason that they gave.' }),
  }),
})

export const Booking = builder.objectRef<BookingView>('Booking')

export const Invitee = builder.prismaObject('Invitee', {
  description: 'Somebody who booked: one seat of a booking.',
  fields: t => ({
    id: t.exposeID('uid', { description: 'Starts with `inv_`.' }),
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    status: t.expose('status', { type: InviteeStatus, description: 'Whether they still have the seat.' }),
    name: t.exposeString('name', { description: 'Full name.' }),
    email: t.expose('email', { type: 'EmailAddress', description: 'E-mail address.' }),
    timeZone: t.expose('timeZone', { type: 'TimeZone', description: 'Zone in which they booked.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'Phone number.' }),
    locale: t.exposeString('locale', { nullable: true, description: 'Language tag, `en`.' }),
    guests: t.expose('guests', { type: ['EmailAddress'], description: 'Others whom they bring along.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'What they wrote to the host.' }),
    answers: t.expose('answers', { type: 'JSON', description: 'Their answers, by the key of the question.' }),
    tracking: t.expose('tracking', { type: 'JSON', description: 'Campaign values that came with the request.' }),
    cancelledAt: t.expose('cancelledAt', { type: 'DateTime', nullable: true, description: 'When the seat ended.' }),
    noShowAt: t.expose('noShowAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When they were marked as absent.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When they booked.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the seat last changed.' }),
    linkToken: t.string({
      description: 'The secret of their link: whoever has it can cancel and move this seat.',
      resolve: (invitee, _args, ctx) => ctx.secrets.linkToken(invitee.uid),
    }),
    contact: t.field({
      type: Contact,
      nullable: true,
      description: 'What the host knows of this person; null for anyone but the host.',
      directives: { requiresScope: { scope: 'contacts:read' } },
      resolve: (invitee, _args, ctx) =>
        ctx.db.contact.findUnique({ where: { id: invitee.contactId, hostId: hostOf(ctx) } }),
    }),
    rescheduledFrom: t.relation('rescheduledFrom', {
      nullable: true,
      description: "The same person's seat before the move.",
    }),
    rescheduledTo: t.relation('rescheduledTo', {
      nullable: true,
      description: "The same person's seat after the move.",
    }),
  }),
})

builder.node(Booking, {
  description: 'A meeting in the calendar of a host.',
  id: { resolve: booking => booking.uid, description: 'Starts with `bk_`.' },
  isTypeOf: value =>
    typeof value === 'object' && value !== null && 'uid' in value && String(value.uid).startsWith('bk_'),
  loadOne: (id, ctx) => {
    needScope(ctx, 'bookings:read')
    return findBooking(ctx, { id: String(id) })
  },
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    status: t.expose('status', { type: BookingStatus, description: 'Where it stands.' }),
    eventType: t.field({
      type: EventType,
      description: 'What was booked.',
      resolve: (booking, _args, ctx) =>
        booking.eventType ?? ctx.db.eventType.findUniqueOrThrow({ where: { id: booking.eventTypeId } }),
    }),
    hosts: t.field({
      type: [Host],
      description: 'Who is booked.',
      resolve: async (booking, _args, ctx) => [
        booking.host ?? (await ctx.db.user.findUniqueOrThrow({ where: { id: booking.hostId } })),
      ],
    }),
    start: t.expose('startAt', { type: 'DateTime', description: 'When it begins.' }),
    end: t.expose('endAt', { type: 'DateTime', description: 'When it ends.' }),
    timeZone: t.expose('timeZone', { type: 'TimeZone', description: 'Zone of the first invitee.' }),
    invitees: t.field({
      type: [Invitee],
      description: 'Who booked, in the order in which they did; an invitee sees their own seat alone.',
      resolve: (booking, _args, ctx) => inviteesOf(ctx, booking),
    }),
    location: t.field({
      type: Location,
      nullable: true,
      description: 'Where it takes place.',
      resolve: booking => locationOf(booking.location),
    }),
    metadata: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Values of the client that booked; null for invitees.',
      resolve: (booking, _args, ctx) => (seesAll(ctx, booking) ? booking.metadata : null),
    }),
    cancellation: t.field({
      type: Cancellation,
      nullable: true,
      description: 'How it ended; null unless it was cancelled, denied or moved.',
      resolve: booking => (booking.cancelledAt === null ? null : booking),
    }),
    rescheduledFrom: t.field({
      type: Booking,
      nullable: true,
      description: 'The booking that this one replaced.',
      resolve: (booking, _args, ctx) =>
        booking.rescheduledFromId === null
          ? null
          : relatedTo(booking, ctx.db.booking.findUnique({ where: { id: booking.rescheduledFromId } })),
    }),
    rescheduledTo: t.field({
      type: Booking,
      nullable: true,
      description: 'The booking that replaced this one.',
      resolve: (booking, _args, ctx) =>
        relatedTo(booking, ctx.db.booking.findUnique({ where: { rescheduledFromId: booking.id } })),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was booked.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})

// An invitee who follows the chain sees no seats in the other bookings: those are reached from their own seat.
const NOBODY = -1

async function relatedTo(booking: BookingView, related: PromiseLike<BookingView | null>): Promise<BookingView | null> {
  const other = await related
  return other === null || booking.seenBy === undefined ? other : { ...other, seenBy: NOBODY }
}

const Reservation = builder.prismaObject('Reservation', {
  description: 'A start that is held for somebody who fills in a form.',
  fields: t => ({
    id: t.exposeID('uid', {
      description: 'Starts with `rsv_`; it is the right to book or release the start, so keep it secret.',
    }),
    start: t.expose('startAt', { type: 'DateTime', description: 'The start that is held.' }),
    end: t.expose('endAt', { type: 'DateTime', description: 'When the meeting would end.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the start is free again by itself.' }),
  }),
})

const BookingPayload = builder
  .objectRef<{ booking: BookingView; invitee?: InviteeRow | null | undefined }>('BookingPayload')
  .implement({
    description: 'The booking after the change.',
    fields: t => ({
      booking: t.field({
        type: Booking,
        description: 'The booking; after a move the new one.',
        resolve: payload => payload.booking,
      }),
      invitee: t.field({
        type: Invitee,
        nullable: true,
        description: 'The seat that was made or changed; null when the change was of the whole booking.',
        resolve: payload => payload.invitee,
      }),
    }),
  })

const ReservationPayload = builder.objectRef<{ reservation: ReservationRow }>('ReservationPayload').implement({
  description: 'A reservation that was made or released.',
  fields: t => ({
    reservation: t.field({
      type: Reservation,
      description: 'The reservation.',
      resolve: payload => payload.reservation,
    }),
  }),
})

const BookingFilter = builder.inputType('BookingFilter', {
  description: 'Which bookings; all conditions hold together.',
  fields: t => ({
    statuses: t.field({ type: [BookingStatus], description: 'In one of these states.' }),
    eventTypeIds: t.idList({ description: 'Of one of these event types.' }),
    inviteeEmail: t.field({ type: 'EmailAddress', description: 'With an invitee of this address.' }),
    startsFrom: t.field({ type: 'DateTime', description: 'Beginning at or after this instant.' }),
    startsBefore: t.field({ type: 'DateTime', description: 'Beginning before this instant.' }),
    createdFrom: t.field({ type: 'DateTime', description: 'Booked at or after this instant.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Booked before this instant.' }),
  }),
})

const BookingOrder = builder.inputType('BookingOrder', {
  description: 'Order of a list of bookings.',
  fields: t => ({
    field: t.field({
      type: builder.enumType('BookingOrderField', {
        description: 'What bookings can be ordered by.',
        values: {
          START: { description: 'When they begin.' },
          CREATED: { description: 'When they were booked.' },
        } as const,
      }),
      required: true,
      description: 'By what.',
    }),
    direction: t.field({
      type: builder.enumType('OrderDirection', {
        description: 'Which end comes first.',
        values: {
          ASC: { description: 'The earliest first.' },
          DESC: { description: 'The latest first.' },
        } as const,
      }),
      required: true,
      description: 'Which end comes first.',
    }),
  }),
})

const InviteeInput = builder.inputType('InviteeInput', {
  description: 'Who books.',
  fields: t => ({
    name: t.string({ required: true, description: 'Full name, at most 200 characters.' }),
    email: t.field({ type: 'EmailAddress', required: true, description: 'E-mail address.' }),
    timeZone: t.field({ type: 'TimeZone', description: 'Their zone; that of the schedule unless given.' }),
    phone: t.string({ description: 'Phone number.' }),
    locale: t.string({ description: 'Language tag, `en`.' }),
  }),
})

const BookInput = builder.inputType('BookInput', {
  description: 'A booking to make.',
  fields: t => ({
    eventType: t.field({ type: EventTypeRef, required: true, description: 'What is booked.' }),
    start: t.field({ type: 'DateTime', required: true, description: 'A start that `slots` offers.' }),
    durationMinutes: t.int({ description: 'One of the lengths of the event type; its own unless given.' }),
    invitee: t.field({ type: InviteeInput, required: true, description: 'Who books.' }),
    guests: t.field({ type: ['EmailAddress'], description: 'Others whom the invitee brings along, at most 20.' }),
    answers: t.field({ type: 'JSON', description: 'Answers to the questions of the event type, by their keys.' }),
    notes: t.string({ description: 'Words to the host, at most 5000 characters.' }),
    location: t.field({
      type: LocationInput,
      description: 'One of the locations of the event type; its first unless given.',
    }),
    tracking: t.field({ type: 'JSON', description: 'Campaign values to keep with the seat: an object.' }),
    metadata: t.field({ type: 'JSON', description: 'Values of the client to keep with the booking: an object.' }),
    idempotencyKey: t.string({ description: 'The same key with the same request gives the first answer again.' }),
    reservationId: t.id({ description: 'The reservation of this start, if there is one.' }),
  }),
})

const CancelBookingInput = builder.inputType('CancelBookingInput', {
  description: 'A booking to cancel, by `id` as its host or by `token` as an invitee.',
  fields: t => ({
    id: t.id({ description: 'Id of the booking.' }),
    token: t.string({ description: "Secret of an invitee's link." }),
    reason: t.string({ description: 'Why, for the other side.' }),
  }),
})

const RescheduleBookingInput = builder.inputType('RescheduleBookingInput', {
  description: 'A booking to move, by `id` as its host or by `token` as an invitee.',
  fields: t => ({
    id: t.id({ description: 'Id of the booking.' }),
    token: t.string({ description: "Secret of an invitee's link." }),
    start: t.field({ type: 'DateTime', required: true, description: 'The new start, one that is offered.' }),
    durationMinutes: t.int({ description: 'Another length of the event type; unchanged unless given.' }),
    reason: t.string({ description: 'Why, for the other side.' }),
  }),
})

const DenyBookingInput = builder.inputType('DenyBookingInput', {
  description: 'A booking to decline.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the booking.' }),
    reason: t.string({ description: 'Why, for the invitee.' }),
  }),
})

const MarkNoShowInput = builder.inputType('MarkNoShowInput', {
  description: 'Who did not come.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the booking.' }),
    inviteeId: t.id({ description: 'Id of the invitee; all of the booking unless given.' }),
    noShow: t.boolean({ description: 'False takes the mark back; true unless given.' }),
  }),
})

const ReserveSlotInput = builder.inputType('ReserveSlotInput', {
  description: 'A start to hold.',
  fields: t => ({
    eventType: t.field({ type: EventTypeRef, required: true, description: 'Which event type.' }),
    start: t.field({ type: 'DateTime', required: true, description: 'A start that `slots` offers.' }),
    durationMinutes: t.int({ description: 'One of the lengths of the event type; its own unless given.' }),
    holdMinutes: t.int({ description: 'For how long, 1 to 60 minutes; 5 unless given.' }),
  }),
})

builder.queryFields(t => ({
  booking: t.field({
    type: Booking,
    nullable: true,
    description: "A booking of the viewer by its id, or the one that the secret token of an invitee's link opens.",
    directives: { requiresScope: { scope: 'bookings:read', orLinkToken: true } },
    args: {
      id: t.arg.id({ description: 'Id of the booking.' }),
      token: t.arg.string({ description: "Secret of an invitee's link." }),
    },
    resolve: (_root, naming, ctx) => findBooking(ctx, naming),
  }),
  bookings: t.connection(
    {
      type: Booking,
      description: 'Bookings of the viewer, by start unless another order is asked.',
      directives: { requiresScope: { scope: 'bookings:read' } },
      complexity: connectionCost,
      args: {
        filter: t.arg({ type: BookingFilter, description: 'Which bookings.' }),
        orderBy: t.arg({ type: BookingOrder, description: 'In which order.' }),
      },
      resolve: (_root, args, ctx) => listBookings(ctx, args),
    },
    {
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
  ),
}))

const booked = async ({ booking, invitee }: Booked, view: (booked: Booked) => BookingView) => ({
  booking: view({ booking, invitee }),
  invitee,
})

builder.mutationFields(t => ({
  book: t.field({
    type: BookingPayload,
    description: 'Books a start as an invitee. Public. `invitee.linkToken` of the answer opens the booking later.',
    args: { input: t.arg({ type: BookInput, required: true, description: 'The booking.' }) },
    resolve: async (_root, { input }, ctx) =>
      booked(await book(ctx, input), ({ booking, invitee }) => viewFor(ctx, booking, invitee)),
  }),
  reserveSlot: t.field({
    type: ReservationPayload,
    description: 'Holds a start for some minutes. Public.',
    args: { input: t.arg({ type: ReserveSlotInput, required: true, description: 'The start.' }) },
    resolve: async (_root, { input }, ctx) => ({ reservation: await reserveSlot(ctx, input) }),
  }),
  releaseSlot: t.field({
    type: ReservationPayload,
    description: 'Gives a held start back before its time. Public, for who knows the id of the reservation.',
    args: { id: t.arg.id({ required: true, description: 'Id of the reservation.' }) },
    resolve: async (_root, { id }, ctx) => ({ reservation: await releaseSlot(ctx, id) }),
  }),
  cancelBooking: t.field({
    type: BookingPayload,
    description: 'Cancels a booking; an invitee who shares it with others gives up their seat alone.',
    directives: { requiresScope: { scope: 'bookings:write', orLinkToken: true } },
    args: { input: t.arg({ type: CancelBookingInput, required: true, description: 'Which booking, and why.' }) },
    resolve: async (_root, { input }, ctx) => {
      const { booking, invitee, by } = await cancelBooking(ctx, input)
      return { booking: viewFor(ctx, booking, by), invitee }
    },
  }),
  rescheduleBooking: t.field({
    type: BookingPayload,
    description: 'Moves a booking: `booking` of the answer is the new one, its `rescheduledFrom` the old.',
    directives: { requiresScope: { scope: 'bookings:write', orLinkToken: true } },
    args: {
      input: t.arg({ type: RescheduleBookingInput, required: true, description: 'Which booking, and where to.' }),
    },
    resolve: async (_root, { input }, ctx) => {
      const { booking, invitee } = await rescheduleBooking(ctx, input)
      return { booking: viewFor(ctx, booking, invitee), invitee }
    },
  }),
  approveBooking: t.field({
    type: BookingPayload,
    description: 'Confirms a booking that waits for the host.',
    directives: { requiresScope: { scope: 'bookings:write' } },
    args: { id: t.arg.id({ required: true, description: 'Id of the booking.' }) },
    resolve: async (_root, { id }, ctx) => ({ booking: await approveBooking(ctx, id) }),
  }),
  denyBooking: t.field({
    type: BookingPayload,
    description: 'Declines a booking that waits for the host.',
    directives: { requiresScope: { scope: 'bookings:write' } },
    args: { input: t.arg({ type: DenyBookingInput, required: true, description: 'Which booking, and why.' }) },
    resolve: async (_root, { input }, ctx) => ({ booking: await denyBooking(ctx, input) }),
  }),
  markNoShow: t.field({
    type: BookingPayload,
    description: 'Marks invitees of a booking that has begun as absent.',
    directives: { requiresScope: { scope: 'bookings:write' } },
    args: { input: t.arg({ type: MarkNoShowInput, required: true, description: 'Who did not come.' }) },
    resolve: async (_root, { input }, ctx) => ({ booking: await markNoShow(ctx, input) }),
  }),
}))
