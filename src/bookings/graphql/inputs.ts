import type { InputFieldBuilder } from '@pothos/core'
import { EventTypeRef, LocationInput } from '../../event-types/schema.ts'
import { builder } from '../../graph/builder.ts'
import { BookingStatus, InviteeStatus } from './types.ts'

const BookingCase = builder.inputType('BookingCase', {
  description: 'A case of bookings; all conditions hold together.',
  fields: t => ({
    statuses: t.field({ type: [BookingStatus], description: 'In one of these states.' }),
    isInSeries: t.boolean({ description: 'Only occurrences of series, or only single bookings.' }),
    endsFrom: t.field({ type: 'DateTime', description: 'Ending at or after this instant.' }),
    endsBefore: t.field({ type: 'DateTime', description: 'Ending before this instant.' }),
  }),
})

export const BookingFilter = builder.inputType('BookingFilter', {
  description: 'Which bookings; all conditions hold together.',
  fields: t => ({
    ids: t.idList({ description: 'One of these, at most 100.' }),
    statuses: t.field({ type: [BookingStatus], description: 'In one of these states.' }),
    eventTypeIds: t.idList({ description: 'Of one of these event types.' }),
    teamIds: t.idList({ description: 'Of an event type of one of these teams.' }),
    inviteeName: t.string({ description: 'With an invitee whose name holds this, in any case.' }),
    inviteeEmail: t.field({
      type: 'EmailAddress',
      description: 'With an invitee of this address.',
    }),
    startsFrom: t.field({ type: 'DateTime', description: 'Beginning at or after this instant.' }),
    startsBefore: t.field({ type: 'DateTime', description: 'Beginning before this instant.' }),
    endsFrom: t.field({ type: 'DateTime', description: 'Ending at or after this instant.' }),
    endsBefore: t.field({ type: 'DateTime', description: 'Ending before this instant.' }),
    createdFrom: t.field({ type: 'DateTime', description: 'Booked at or after this instant.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Booked before this instant.' }),
    updatedFrom: t.field({
      type: 'DateTime',
      description: 'Last changed at or after this instant.',
    }),
    updatedBefore: t.field({ type: 'DateTime', description: 'Last changed before this instant.' }),
    anyOf: t.field({
      type: [BookingCase],
      description: 'In addition, at least one of these cases must match. At most 10.',
    }),
  }),
})

export const InviteeFilter = builder.inputType('InviteeFilter', {
  description: 'Which invitees; all conditions hold together.',
  fields: t => ({
    status: t.field({
      type: InviteeStatus,
      description: 'Who still have their seat, or who do not.',
    }),
    email: t.field({ type: 'EmailAddress', description: 'Of this address.' }),
  }),
})

export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which end comes first.',
  values: {
    ASC: { description: 'The earliest first.' },
    DESC: { description: 'The latest first.' },
  } as const,
})

export const BookingOrder = builder.inputType('BookingOrder', {
  description: 'Order of a list of bookings.',
  fields: t => ({
    field: t.field({
      type: builder.enumType('BookingOrderField', {
        description: 'What bookings can be ordered by.',
        values: {
          START: { description: 'When they begin.' },
          END: { description: 'When they end.' },
          CREATED: { description: 'When they were booked.' },
          UPDATED: { description: 'When they last changed.' },
        } as const,
      }),
      required: true,
      description: 'By what.',
    }),
    direction: t.field({
      type: OrderDirection,
      required: true,
      description: 'Which end comes first.',
    }),
  }),
})

export const InviteeInput = builder.inputType('InviteeInput', {
  description: 'Who books.',
  fields: t => ({
    name: t.string({ required: true, description: 'Full name, at most 200 characters.' }),
    email: t.field({ type: 'EmailAddress', required: true, description: 'E-mail address.' }),
    timeZone: t.field({
      type: 'TimeZone',
      description: 'Their time zone. Default: that of the schedule.',
    }),
    phone: t.string({ description: 'Phone number.' }),
    locale: t.string({ description: 'Language tag, `en`.' }),
  }),
})

export const BookInput = builder.inputType('BookInput', {
  description: 'A booking to make.',
  fields: t => ({
    eventType: t.field({ type: EventTypeRef, required: true, description: 'What is booked.' }),
    start: t.field({
      type: 'DateTime',
      required: true,
      description: 'A start that `slots` offers.',
    }),
    durationMinutes: t.int({
      description:
        'One of the durations of the event type, in minutes. Default: its standard duration.',
    }),
    invitee: t.field({ type: InviteeInput, required: true, description: 'Who books.' }),
    guests: t.field({
      type: ['EmailAddress'],
      description: 'Others whom the invitee brings along, at most 20.',
    }),
    answers: t.field({
      type: 'JSON',
      description: 'Answers to the questions of the event type, by their keys.',
    }),
    keepUnknownAnswers: t.boolean({
      description:
        'Whether answers to questions that the event type does not have are kept, at most 16384 characters of JSON, instead of rejected. Default false.',
    }),
    notes: t.string({ description: 'Words to the host, at most 5000 characters.' }),
    location: t.field({
      type: LocationInput,
      description: 'One of the locations of the event type. Default: the first one.',
    }),
    acceptOwnLocation: t.boolean({
      description:
        'Whether the location can be one that the event type does not offer. Default false.',
    }),
    tracking: t.field({
      type: 'JSON',
      description: 'Campaign values to keep with the seat: an object.',
    }),
    metadata: t.field({
      type: 'JSON',
      description:
        'Values of the client to keep with the seat, and with the booking that it opens: an object.',
    }),
    idempotencyKey: t.string({
      description:
        'For 30 days, the same key with the same request returns the first booking again.',
    }),
    reservationId: t.id({ description: 'The reservation of this start, if there is one.' }),
    routingSubmissionId: t.id({
      description: 'Id of what was submitted to a routing form of the host that led here.',
    }),
    recurrenceCount: t.int({
      description:
        "Books a series with this number of occurrences, at the interval of the event type's recurrence: all of them or none. By default a single booking.",
    }),
  }),
})

export const CancelBookingInput = builder.inputType('CancelBookingInput', {
  description: 'A booking to cancel, by `id` as its host or by `token` as an invitee.',
  fields: t => ({
    id: t.id({ description: 'Id of the booking.' }),
    token: t.string({ description: 'A token of an invitee.' }),
    reason: t.string({ description: 'Why, for the other side.' }),
    asksForAnother: t.boolean({
      description:
        'Whether the host asks the invitee to choose another time. The event contains it. Default false.',
    }),
  }),
})

export const RescheduleBookingInput = builder.inputType('RescheduleBookingInput', {
  description: 'A booking to move, by `id` as its host or by `token` as an invitee.',
  fields: t => ({
    id: t.id({ description: 'Id of the booking.' }),
    token: t.string({ description: 'A token of an invitee.' }),
    start: t.field({
      type: 'DateTime',
      required: true,
      description: 'The new start, one that is offered.',
    }),
    durationMinutes: t.int({
      description: 'Another duration of the event type, in minutes. Unchanged by default.',
    }),
    confirms: t.boolean({
      description:
        'Whether a pending booking is confirmed when its host reschedules it. Default false.',
    }),
    reason: t.string({ description: 'Why, for the other side.' }),
    byEmail: t.field({
      type: 'EmailAddress',
      description:
        'Email address of the person who reschedules, for `cancellation.email` of the old booking. It is not verified.',
    }),
  }),
})

export const CancelSeriesInput = builder.inputType('CancelSeriesInput', {
  description:
    'A series to cancel: its id, or that of an occurrence, as its host; a token as the invitee.',
  fields: t => ({
    id: t.id({ description: 'Id of the series or of an occurrence.' }),
    token: t.string({ description: 'A token of an invitee, of the series or of an occurrence.' }),
    fromHere: t.boolean({
      description: 'Whether to cancel only the given occurrence and later ones. Default false.',
    }),
    reason: t.string({ description: 'Why, for the other side.' }),
  }),
})

export const AddGuestsInput = builder.inputType('AddGuestsInput', {
  description: 'Guests to add to a booking.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the booking.' }),
    guests: t.field({
      type: ['EmailAddress'],
      required: true,
      description:
        'Whom to add, 1 to 10; at most 30 come with an invitee. Who comes already is left out.',
    }),
  }),
})

export const AddInviteeInput = builder.inputType('AddInviteeInput', {
  description: 'Somebody to add to what another booked.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the booking.' }),
    name: t.string({ required: true, description: 'Full name, at most 200 characters.' }),
    email: t.field({
      type: 'EmailAddress',
      required: true,
      description: 'E-mail address; nobody who comes already.',
    }),
    timeZone: t.field({
      type: 'TimeZone',
      description: 'Their time zone. Default: that of the invitee who booked.',
    }),
    phone: t.string({ description: 'Phone number.' }),
    locale: t.string({ description: 'Language tag, `en`.' }),
  }),
})

export const ChangeBookingLocationInput = builder.inputType('ChangeBookingLocationInput', {
  description: 'Where a booking takes place instead.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the booking.' }),
    location: t.field({
      type: LocationInput,
      required: true,
      description:
        'The place, with what its kind asks for; it need be none that the event type offers.',
    }),
  }),
})

const InviteeAttendanceInput = builder.inputType('InviteeAttendanceInput', {
  description: 'Whether an invitee came.',
  fields: t => ({
    email: t.field({ type: 'EmailAddress', required: true, description: 'Who.' }),
    absent: t.boolean({ required: true, description: 'True: they did not come.' }),
  }),
})

export const RecordAttendanceInput = builder.inputType('RecordAttendanceInput', {
  description: 'Who came to a booking and who did not.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the booking.' }),
    hostAbsent: t.boolean({ description: 'Whether no host attended. Unchanged by default.' }),
    invitees: t.field({
      type: [InviteeAttendanceInput],
      description: 'Invitees of whom something is to be noted.',
    }),
  }),
})

export const ReassignBookingInput = builder.inputType('ReassignBookingInput', {
  description: 'A booking to transfer to another host.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the booking.' }),
    userId: t.id({
      description: "Id of the new host's account. By default the round robin chooses one.",
    }),
    reason: t.string({ description: 'Why, for the hosts.' }),
  }),
})

export const DenyBookingInput = builder.inputType('DenyBookingInput', {
  description: 'A booking to decline.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the booking.' }),
    reason: t.string({ description: 'Why, for the invitee.' }),
  }),
})

export const MarkNoShowInput = builder.inputType('MarkNoShowInput', {
  description: 'Who did not come.',
  fields: t => ({
    id: t.id({ description: 'Id of the booking. Not needed with inviteeId.' }),
    inviteeId: t.id({ description: 'Id of the invitee. By default all invitees of the booking.' }),
    noShow: t.boolean({ description: 'False removes the mark. Default true.' }),
  }),
})

type Fields = InputFieldBuilder<(typeof builder)['$inferSchemaTypes'], 'InputObject'>

const held = (t: Fields) => ({
  eventType: t.field({ type: EventTypeRef, required: true, description: 'Which event type.' }),
  start: t.field({ type: 'DateTime', required: true, description: 'A start that `slots` offers.' }),
  durationMinutes: t.int({
    description:
      'One of the durations of the event type, in minutes. Default: its standard duration.',
  }),
  timeZone: t.field({
    type: 'TimeZone',
    description: 'The time zone that `slots` was queried with. Default: that of the schedule.',
  }),
  holdMinutes: t.int({ description: 'How long the slot is held, 1 to 60. In minutes. Default 5.' }),
  isLoose: t.boolean({
    description:
      'True holds any available time, whether `slots` lists it or not, for everyone: `slots` no longer lists it, but a booking of exactly that start uses the reservation. Default false.',
  }),
})

export const ReserveSlotInput = builder.inputType('ReserveSlotInput', {
  description: 'A start to hold.',
  fields: held,
})

export const ChangeReservationInput = builder.inputType('ChangeReservationInput', {
  description: 'A start to hold under the id of a reservation.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the reservation.' }),
    ...held(t),
  }),
})
