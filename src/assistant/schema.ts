import { Booking, Invitee } from '../bookings/graphql/types.ts'
import { viewFor } from '../bookings/read/view.ts'
import { EventType } from '../event-types/schema.ts'
import { builder } from '../graph/builder.ts'
import { MINUTE_MS } from '../time.ts'
import { type Asked, askAssistant } from './ask.ts'
import { dayOf } from './find.ts'
import { clockAt } from './words.ts'

/** An action with its time zone. */
type ActionIn = Asked['action'] & { timeZone: string }
interface SlotIn {
  start: Date
  minutes: number
  timeZone: string
}

const AssistantActionKind = builder.enumType('AssistantActionKind', {
  description: 'What an answer of the assistant is about.',
  values: {
    NONE: { description: 'Only words.' },
    CHOOSE_EVENT_TYPE: { description: '`eventTypes` are those to choose from.' },
    SUGGEST_BOOKING: {
      description: '`slots` of the event type are free; the invitee is asked for one.',
    },
    COLLECT_DETAILS: {
      description: 'A start is chosen; `missing` says what it still takes to book it.',
    },
    CONFIRM_BOOKING: { description: '`booking` was made.' },
  } as const,
})

const PartOfDay = builder.enumType('PartOfDay', {
  description: 'A part of the day.',
  values: {
    MORNING: { description: 'Before 12:00.' },
    AFTERNOON: { description: '12:00 to 18:00.' },
    EVENING: { description: 'From 17:00.' },
  } as const,
})

const AssistantQuestion = builder.enumType('AssistantQuestion', {
  description: 'What the assistant asks for.',
  values: {
    EVENT_TYPE: { description: 'Which event type.' },
    TIME: { description: 'When.' },
    NAME: { description: "The invitee's name." },
    EMAIL: { description: "The invitee's e-mail address." },
    PHONE: { description: 'The number that the host calls.' },
    ADDRESS: { description: 'Where the host comes to.' },
    LOCATION: { description: 'Where to meet, in words.' },
    ANSWER: { description: 'The answer to the question `questionKey` of the event type.' },
  } as const,
})

const AssistantSlot = builder.objectRef<SlotIn>('AssistantSlot').implement({
  description: 'A free start that the assistant offers.',
  fields: t => ({
    start: t.expose('start', { type: 'DateTime', description: 'When the meeting would begin.' }),
    end: t.field({
      type: 'DateTime',
      description: 'When it would end.',
      resolve: ({ start, minutes }) => new Date(start.getTime() + minutes * MINUTE_MS),
    }),
    date: t.field({
      type: 'Date',
      description: 'Day of the start in the zone of the answer.',
      resolve: ({ start, timeZone }) => dayOf(start, timeZone),
    }),
    time: t.field({
      type: 'LocalTime',
      description: 'Time of the start in the zone of the answer.',
      resolve: ({ start, timeZone }) => clockAt(start, timeZone),
    }),
  }),
})

const AssistantAction = builder.objectRef<ActionIn>('AssistantAction').implement({
  description:
    'What a client can do with a reply of the assistant, in addition to showing its text.',
  fields: t => ({
    kind: t.expose('kind', { type: AssistantActionKind, description: 'What it is about.' }),
    eventTypes: t.field({
      type: [EventType],
      description: 'The event type that it is about, or those to choose from, at most ten.',
      resolve: async ({ eventTypes }, _args, ctx) => {
        const uids = eventTypes.map(({ uid }) => uid)
        const rows =
          uids.length === 0 ? [] : await ctx.db.eventType.findMany({ where: { uid: { in: uids } } })
        return rows.toSorted((a, b) => uids.indexOf(a.uid) - uids.indexOf(b.uid))
      },
    }),
    durationMinutes: t.exposeInt('durationMinutes', {
      nullable: true,
      description: 'Length of the meeting.',
    }),
    dates: t.expose('dates', {
      type: ['Date'],
      description:
        'Days of the slots; those that were asked for where none is free. In the zone of the answer.',
    }),
    partOfDay: t.expose('partOfDay', {
      type: PartOfDay,
      nullable: true,
      description: 'The asked part of the day.',
    }),
    time: t.expose('time', {
      type: 'LocalTime',
      nullable: true,
      description: 'The asked time, if it was exact.',
    }),
    slots: t.field({
      type: [AssistantSlot],
      description:
        'Free starts in the order of the words, at most five; the one that is chosen, or was booked.',
      complexity: { field: 1, multiplier: 5 },
      resolve: ({ slots, durationMinutes, timeZone }) =>
        slots.map(start => ({ start, minutes: durationMinutes ?? 0, timeZone })),
    }),
    missing: t.expose('missing', {
      type: AssistantQuestion,
      nullable: true,
      description: 'What the invitee is asked for.',
    }),
    questionKey: t.exposeString('questionKey', {
      nullable: true,
      description: 'Key of the question of the event type that is asked.',
    }),
    booking: t.field({
      type: Booking,
      nullable: true,
      description: 'The booking that was made, as its invitee sees it.',
      resolve: ({ booked }, _args, ctx) => booked && viewFor(ctx, booked.booking, booked.invitee),
    }),
    invitee: t.field({
      type: Invitee,
      nullable: true,
      description: 'The seat that was made; its `linkToken` opens the booking later.',
      resolve: ({ booked }) => booked?.invitee,
    }),
  }),
})

const AskAssistantPayload = builder.objectRef<Asked>('AskAssistantPayload').implement({
  description: 'What the assistant answers.',
  fields: t => ({
    sessionId: t.exposeString('sessionId', {
      description:
        'Keeps the thread when it is sent with the next message. It ends after 30 minutes of silence or 60 messages; keep it secret.',
    }),
    message: t.exposeString('message', { description: 'The answer in words, lines apart.' }),
    timeZone: t.expose('timeZone', {
      type: 'TimeZone',
      description: 'Time zone of the times.',
    }),
    action: t.field({
      type: AssistantAction,
      description: 'What can be done with it.',
      resolve: ({ action, timeZone }) => ({ ...action, timeZone }),
    }),
  }),
})

const AskAssistantInput = builder.inputType('AskAssistantInput', {
  description: 'A message to the assistant of a booking page.',
  fields: t => ({
    pageSlug: t.string({ required: true, description: 'Slug of the booking page.' }),
    sessionId: t.string({
      description: 'The session of the previous reply. By default a new conversation starts.',
    }),
    message: t.string({
      required: true,
      description: 'What the invitee writes, at most 1000 characters.',
    }),
    timeZone: t.field({
      type: 'TimeZone',
      description:
        'Time zone of the invitee. Default: that of the host. A time zone in the message takes precedence.',
    }),
  }),
})

builder.mutationFields(t => ({
  askAssistant: t.field({
    type: AskAssistantPayload,
    description:
      'Asks the assistant of a booking page for a time in plain words; it finds free starts and books one when it knows which, a name and an e-mail address. Public; 60 messages a minute for each address, 20 for each session.',
    args: {
      input: t.arg({ type: AskAssistantInput, required: true, description: 'The message.' }),
    },
    // It looks at weeks of slots, and may look again for what is nearest.
    complexity: { field: 8_400, multiplier: 1 },
    resolve: (_root, { input }, ctx) => askAssistant(ctx, input),
  }),
}))
