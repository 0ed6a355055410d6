import type { InputFieldBuilder } from '@pothos/core'
import { builder } from '../graph/builder.ts'
import { mapValues } from '../map-values.ts'
import { OwnHoursInput } from '../schedules/schema.ts'
import {
  flagInputText,
  flagSettings,
  numberInputText,
  numberSettings,
  optionalNumberInputText,
  optionalNumberSettings,
} from './scalar-settings.ts'
import {
  BookingWindowKind,
  ConfirmationPolicy,
  Frequency,
  LocationKind,
  QuestionKind,
  Scheduling,
  SlotGrid,
} from './types.ts'

export const EventTypeRef = builder.inputType('EventTypeRef', {
  description: "An event type by its id, by its page's slug and its own, or by a booking link.",
  fields: t => ({
    id: t.id({ description: 'Id of the event type; alone.' }),
    page: t.string({
      description: 'Slug of the booking page, of a host or a team, beside `slug`.',
    }),
    slug: t.string({ description: 'Slug of the event type, beside `page`.' }),
    link: t.id({
      description: 'Token of a booking link; alone. It names nothing any more when it has ended.',
    }),
  }),
})

export const LocationInput = builder.inputType('LocationInput', {
  description:
    'Where a meeting can be, or for a booking: which of the locations that are offered, with what it asks for.',
  fields: t => ({
    kind: t.field({
      type: LocationKind,
      required: true,
      description: 'The kind, which determines the other fields.',
    }),
    address: t.string({
      description:
        'IN_PERSON: the address. ADDRESS_INVITEE: only in a booking. At most 500 characters.',
    }),
    phone: t.string({
      description: 'PHONE_HOST: the number, may be left out. PHONE_INVITEE: only in a booking.',
    }),
    text: t.string({
      description:
        'CUSTOM: words, may be left out. ASK_INVITEE: only in a booking. At most 500 characters.',
    }),
    url: t.field({ type: 'URL', description: 'LINK: the web address. VIDEO: may be left out.' }),
    provider: t.string({
      description: 'VIDEO: a name such as `google_meet`, of lower-case letters, digits and `_`.',
    }),
    note: t.string({
      description: 'More about it, at most 500 characters; a booking does not need it.',
    }),
    isPublic: t.boolean({
      description:
        'False hides everything except kind and provider until a booking exists. Default true.',
    }),
  }),
})

export const QuestionInput = builder.inputType('QuestionInput', {
  description: 'A question to the invitee.',
  fields: t => ({
    key: t.id({
      description:
        'Key of its answer: at most 64 letters, digits, - and _, starting with a letter. By default derived from the label.',
    }),
    label: t.string({
      required: true,
      description: 'The words of the question, at most 500 characters.',
    }),
    kind: t.field({ type: QuestionKind, required: true, description: 'The type of the answer.' }),
    required: t.boolean({ description: 'Whether an answer is required. Default false.' }),
    options: t.stringList({
      description: 'What can be chosen, 1 to 100, for SELECT, RADIO, MULTI_SELECT and CHECKBOXES.',
    }),
    allowOther: t.boolean({
      description: 'Whether the invitee can enter another option. Default false.',
    }),
    placeholder: t.string({
      description: 'Shown while there is no answer, at most 200 characters.',
    }),
    isHidden: t.boolean({ description: 'Whether forms do not show it. Default false.' }),
    disableOnPrefill: t.boolean({
      description: 'Whether a prefilled answer cannot be changed in the form. Default false.',
    }),
  }),
})

const EventTypeHostInput = builder.inputType('EventTypeHostInput', {
  description: 'A host of an event type of a team.',
  fields: t => ({
    userId: t.id({ required: true, description: 'Id of the account.' }),
    isFixed: t.boolean({
      description: 'ROUND_ROBIN: whether the host attends every booking. Default false.',
    }),
    priority: t.int({
      description: 'ROUND_ROBIN: the highest priority is chosen first. 0 to 4. Default 2.',
    }),
    weight: t.int({
      description:
        "ROUND_ROBIN: the host's share among hosts of the same priority. 1 to 1000. Default 100.",
    }),
    scheduleId: t.id({
      description: "Id of the host's schedule. Default: their default schedule.",
    }),
  }),
})

const BookingWindowInput = builder.inputType('BookingWindowInput', {
  description: 'How far ahead an event type can be booked.',
  fields: t => ({
    kind: t.field({ type: BookingWindowKind, required: true, description: 'How it is measured.' }),
    days: t.int({
      description: "DAYS and BUSINESS_DAYS: days after today of the viewer's calendar, 0 to 3650.",
    }),
    rolling: t.boolean({
      description:
        'DAYS and BUSINESS_DAYS: whether only days with available slots count. Default false.',
    }),
    firstDay: t.field({ type: 'Date', description: "RANGE: first day, in the schedule's zone." }),
    lastDay: t.field({
      type: 'Date',
      description: "RANGE: last day, in the schedule's zone, included.",
    }),
  }),
})

const BookingLimitsInput = builder.inputType('BookingLimitsInput', {
  description:
    'Ceilings for periods, none for those left out; a longer period does not have the smaller one.',
  fields: t => ({
    perDay: t.int({ description: "At most so much in a day of the schedule's zone." }),
    perWeek: t.int({ description: 'At most so much in a week from Monday.' }),
    perMonth: t.int({ description: 'At most so much in a month.' }),
    perYear: t.int({ description: 'At most so much in a year.' }),
  }),
})

const RecurrenceInput = builder.inputType('RecurrenceInput', {
  description: 'How meetings can be booked as a series.',
  fields: t => ({
    frequency: t.field({
      type: Frequency,
      required: true,
      description: 'What the interval counts.',
    }),
    interval: t.int({ required: true, description: 'From one meeting to the next, 1 to 99.' }),
    count: t.int({ required: true, description: 'How many meetings at most, 1 to 100.' }),
  }),
})

type Fields = InputFieldBuilder<(typeof builder)['$inferSchemaTypes'], 'InputObject'>

/** What making and changing have in common. */
const settings = (t: Fields) => ({
  ...mapValues(numberSettings, row => t.int({ description: numberInputText(row) })),
  ...mapValues(optionalNumberSettings, row => t.int({ description: optionalNumberInputText(row) })),
  ...mapValues(flagSettings, row => t.boolean({ description: flagInputText(row) })),
  slug: t.string({
    description:
      'Last segment of its link: lower-case letters, digits, single hyphens, at most 64.',
  }),
  description: t.string({
    description: 'What the meeting is about, at most 5000 characters; null: nothing.',
  }),
  color: t.string({ description: '`#rrggbb`; Default `#0069ff`.' }),
  position: t.int({ description: 'Position on the booking page, starting at 0. By default last.' }),
  durationOptions: t.intList({
    description:
      'Lengths in minutes that can be chosen, at most 20, durationMinutes among them; null: only that one.',
  }),
  locations: t.field({
    type: [LocationInput],
    description: 'Where the meeting can be, at most 20; replaces all.',
  }),
  questions: t.field({
    type: [QuestionInput],
    description: 'Questions to the invitee, at most 50; replaces all.',
  }),
  metadata: t.field({
    type: 'JSON',
    description: "An object of the host's own programs, at most 16384 characters.",
  }),
  display: t.field({
    type: 'JSON',
    description:
      'A JSON object for pages that show the event type. Public. At most 16384 characters.',
  }),
  scheduleId: t.id({
    description: "Id of the schedule whose hours it has; null: the default one. Not for a team's.",
  }),
  scheduling: t.field({
    type: Scheduling,
    description: "Who attends a team's bookings, and for a team's alone.",
  }),
  hosts: t.field({
    type: [EventTypeHostInput],
    description: "Whom a team's can book: members who have accepted, at most 100; replaces all.",
  }),
  hours: t.field({
    type: OwnHoursInput,
    description:
      "Hours that belong to it alone, in place of those of a schedule; null: no such hours. Not for a team's.",
  }),
  slotGrid: t.field({
    type: SlotGrid,
    description: 'Which start times are slots. Default OPENING.',
  }),
  bookingWindow: t.field({
    type: BookingWindowInput,
    description: 'How far ahead it can be booked. Default: 60 DAYS.',
  }),
  bookingLimits: t.field({
    type: BookingLimitsInput,
    description:
      'How often it can be booked in a period, 1 to 9999 each; replaces all, null: no limits.',
  }),
  minuteLimits: t.field({
    type: BookingLimitsInput,
    description:
      'How many minutes of it can be booked in a period, 1 to 527040 each; replaces all, null: no limits.',
  }),
  confirmation: t.field({
    type: ConfirmationPolicy,
    description: 'Whether the host approves bookings. Default NEVER.',
  }),
  recurrence: t.field({
    type: RecurrenceInput,
    description:
      'How meetings can be booked as a series, for an event type with one seat; null: they cannot.',
  }),
})

export const CreateEventTypeInput = builder.inputType('CreateEventTypeInput', {
  description: 'A new event type; what is left out or null gets its default.',
  fields: t => ({
    name: t.string({
      required: true,
      description: 'Title, at most 200 characters. The slug is derived from it by default.',
    }),
    durationMinutes: t.int({ required: true, description: 'Length of a meeting, 1 to 1440.' }),
    teamId: t.id({
      description: 'Id of the team that owns it. By default the viewer owns it.',
    }),
    isOneOff: t.boolean({
      description: 'Whether it is for a single occasion. Default false.',
    }),
    ...settings(t),
  }),
})

export const UpdateEventTypeInput = builder.inputType('UpdateEventTypeInput', {
  description: 'What to change of an event type; fields that are left out stay.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the event type.' }),
    name: t.string({ description: 'Title, at most 200 characters; the slug stays.' }),
    durationMinutes: t.int({
      description:
        'Length of a meeting, 1 to 1440; where it is the only one to choose, the choice goes with it.',
    }),
    ...settings(t),
  }),
})

export const CreateBookingLinkInput = builder.inputType('CreateBookingLinkInput', {
  description: 'A new booking link.',
  fields: t => ({
    eventTypeId: t.id({ required: true, description: 'Id of the event type.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the link expires. By default it does not expire.',
    }),
    maxUses: t.int({
      description:
        'Number of bookings that the link allows, 1 to 10000. Default 1; with `expiresAt` unlimited.',
    }),
  }),
})

export const UpdateBookingLinkInput = builder.inputType('UpdateBookingLinkInput', {
  description: 'What to change of a booking link; what is left out stays.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the link, or its token.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Until when it books; null: it does not end by time.',
    }),
    maxUses: t.int({
      description: 'How many bookings can be made by it in all, to 10000; null: any number.',
    }),
  }),
})

export const EventTypeFilter = builder.inputType('EventTypeFilter', {
  description: 'Which event types to list; all conditions hold at once.',
  fields: t => ({
    isActive: t.boolean({
      description: 'Only those that can be booked, or only those that cannot.',
    }),
    includeArchived: t.boolean({
      description: 'True lists archived ones as well; they are left out otherwise.',
    }),
    search: t.string({
      description:
        'Only those whose name or description holds this, in any case; at most 100 characters.',
    }),
    slug: t.string({ description: 'Only the one with this slug.' }),
    scheduleId: t.id({
      description:
        'Only those with the hours of this schedule, as their own or as the default one.',
    }),
    hostId: t.id({ description: 'Only those that this account is a host of.' }),
    isOneOff: t.boolean({ description: 'Only those for one occasion, or only the others.' }),
  }),
})

export const EventTypeOrder = builder.enumType('EventTypeOrder', {
  description: 'How a list of event types runs.',
  values: {
    POSITION: { description: 'As on the booking page.' },
    POSITION_DESC: { description: 'As on the booking page, from its end.' },
    NAME: { description: 'By name.' },
    NAME_DESC: { description: 'By name, from the end of the alphabet.' },
    CREATED: { description: 'Oldest first.' },
    CREATED_DESC: { description: 'Newest first.' },
    UPDATED: { description: 'Changed longest ago first.' },
    UPDATED_DESC: { description: 'Changed last first.' },
  } as const,
})
