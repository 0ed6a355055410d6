import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { route } from '../dialect.ts'
import { NewBooking, newBooking } from './booking.ts'
import { Time, time } from './values.ts'

const Slot = z.object({
  start_time: Time,
  date: z.string().meta({ description: 'Day, in `timezone`.' }),
  time: z.string().meta({ description: '`HH:MM`, in `timezone`.' }),
})
const slug = z.string().meta({ description: 'Slug of the event type.' })

const Action = z
  .union([
    z.object({
      type: z.literal('suggest_booking'),
      event_slug: slug,
      preferred_dates: z.array(z.string()).meta({ description: 'Days, in `timezone`.' }),
      preferred_time: z
        .string()
        .nullable()
        .meta({ description: '`morning`, `afternoon`, `evening`, or `HH:MM`; null: any.' }),
      slots: z.array(Slot).meta({ description: 'Free starts, in the order of the message.' }),
      timezone: z.string(),
    }),
    z.object({ type: z.literal('choose_event_type'), event_slugs: z.array(z.string()) }),
    z.object({
      type: z.literal('collect_details'),
      event_slug: slug,
      slots: z.array(Slot).meta({ description: 'The start that is to be booked.' }),
      missing: z
        .string()
        .meta({ description: 'What the message asks for, such as `name` or `email`.' }),
      question: z
        .string()
        .nullable()
        .meta({ description: 'Key of the question of the event type that is asked.' }),
      timezone: z.string(),
    }),
    z.object({ type: z.literal('confirm_booking'), event_slug: slug, booking: NewBooking }),
  ])
  .meta({ id: 'ChatAction' })

const Chat = z
  .object({
    session_id: z
      .string()
      .meta({ description: 'Keeps the thread when it comes with the next message.' }),
    message: z.string(),
    action: Action.nullable().meta({
      description: 'What can be done; null: nothing but reading the message.',
    }),
  })
  .meta({ id: 'Chat' })

const ActionParts = graphql(`fragment CalendoChatAction on AssistantAction {
  kind dates partOfDay time missing questionKey
  eventTypes { slug }
  slots { start date time }
  booking { id status start end eventType { name } }
  invitee { name email timeZone }
}`)

const AskAssistant = graphql(
  `mutation CalendoChat($input: AskAssistantInput!) {
    askAssistant(input: $input) { sessionId message timeZone action { ...CalendoChatAction } }
  }`,
  [ActionParts],
)

/** An action of the assistant in Calendo's words; null where there are only words. */
function chatAction(
  action: ResultOf<typeof ActionParts>,
  timezone: string,
): z.input<typeof Action> | null {
  const event_slug = action.eventTypes[0]?.slug ?? ''
  const slots = action.slots.map(({ start, ...clock }) => ({ start_time: time(start), ...clock }))
  const { booking, invitee } = action
  switch (action.kind) {
    case 'SUGGEST_BOOKING': {
      const preferred_time = action.time ?? action.partOfDay?.toLowerCase() ?? null
      return {
        type: 'suggest_booking',
        event_slug,
        preferred_dates: action.dates,
        preferred_time,
        slots,
        timezone,
      }
    }
    case 'CHOOSE_EVENT_TYPE':
      return { type: 'choose_event_type', event_slugs: action.eventTypes.map(({ slug }) => slug) }
    case 'COLLECT_DETAILS': {
      const missing = action.missing?.toLowerCase() ?? ''
      return {
        type: 'collect_details',
        event_slug,
        slots,
        missing,
        question: action.questionKey,
        timezone,
      }
    }
    case 'CONFIRM_BOOKING':
      return (
        booking && { type: 'confirm_booking', event_slug, booking: newBooking(booking, invitee) }
      )
    case 'NONE':
      return null
  }
}

const chat = route({
  method: 'POST',
  path: '/ai/chat',
  name: 'chat',
  summary: 'Asks the assistant of a booking page for a time, in plain words.',
  group: 'For invitees',
  forAnyone: true,
  request: {
    body: z.object({
      booking_page_slug: z.string().meta({ description: 'Slug of the booking page.' }),
      session_id: z.string().nullish().meta({ description: 'That of the answer before.' }),
      message: z.string().meta({ description: 'At most 1000 characters.' }),
      timezone: z
        .string()
        .nullish()
        .meta({ description: "Zone of the invitee; the host's unless given." }),
    }),
  },
  response: Chat,
  document: AskAssistant,
  variables: ({ body }) => ({
    input: {
      pageSlug: body.booking_page_slug,
      sessionId: body.session_id,
      message: body.message,
      timeZone: body.timezone,
    },
  }),
  reply: ({ askAssistant: { sessionId, message, timeZone, action } }) => ({
    session_id: sessionId,
    message,
    action: chatAction(action, timeZone),
  }),
  names: {
    'input.pageSlug': 'booking_page_slug',
    'input.sessionId': 'session_id',
    'input.message': 'message',
    'input.timeZone': 'timezone',
  },
})

export const ai = [chat]
