import { z } from 'zod'
import { graphql } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { EventType, EventTypeParts, eventType, locationTypes } from './event-type.ts'
import { kindOf, QuestionInput } from './question.ts'
import { after, byId, Ok, ok, truth, whole } from './values.ts'

const group = 'Event types'
const read = 'event_types:read'
const write = 'event_types:write'

/**
 * What making and changing have in common. Lengths and times are held to its limits here, in its
 * units.
 */
const settings = {
  duration_minutes: whole(5, 720).optional().meta({ description: '5 to 720; 30 at first.' }),
  description: z
    .string()
    .nullish()
    .meta({ description: 'Shown on the booking page; null: nothing.' }),
  color: z.string().optional().meta({ description: '`#rrggbb`; `#0069ff` at first.' }),
  location_type: z
    .enum(locationTypes)
    .nullish()
    .meta({ description: 'Where the meeting is; null: left open, as at first.' }),
  questions: z
    .array(QuestionInput)
    .optional()
    .meta({ description: 'What invitees are asked; replaces all.' }),
  is_secret: truth
    .optional()
    .meta({ description: 'Whether the booking page leaves it out; who has its link can book.' }),
  requires_confirmation: truth
    .optional()
    .meta({ description: 'Whether the host confirms each booking.' }),
  buffer_before: whole(0, 1440)
    .optional()
    .meta({ description: 'Minutes kept free before a meeting.' }),
  buffer_after: whole(0, 1440)
    .optional()
    .meta({ description: 'Minutes kept free after a meeting.' }),
  min_notice_hours: z
    .number('must be a number')
    .min(0, 'must be at least 0')
    .max(8784, 'must be at most 8784')
    .optional()
    .meta({ description: 'Hours between booking and start; 4 at first.' }),
  max_future_days: whole(0, 3650)
    .optional()
    .meta({ description: 'Days ahead that it can be booked; 60 at first.' }),
}

const Settings = z.object(settings)

const locationsOf = {
  google_meet: { kind: 'VIDEO', provider: 'google_meet' },
  zoom: { kind: 'VIDEO', provider: 'zoom' },
  phone: { kind: 'PHONE_HOST' },
  custom: { kind: 'CUSTOM' },
} as const

/** Settings in the graph's words. What is not named stays undefined: not given. */
function inputOf(body: z.output<typeof Settings>) {
  const { location_type, questions, requires_confirmation, min_notice_hours, max_future_days } =
    body
  return {
    durationMinutes: body.duration_minutes,
    description: body.description,
    color: body.color,
    ...(location_type !== undefined && {
      locations: location_type === null ? [] : [locationsOf[location_type]],
    }),
    questions: questions?.map(({ type, ...question }) => ({
      ...question,
      kind: kindOf(type, question.options),
    })),
    isSecret: body.is_secret,
    ...(requires_confirmation !== undefined && {
      confirmation: requires_confirmation ? ('ALWAYS' as const) : ('NEVER' as const),
    }),
    bufferBeforeMinutes: body.buffer_before,
    bufferAfterMinutes: body.buffer_after,
    ...(min_notice_hours !== undefined && {
      minimumNoticeMinutes: Math.round(min_notice_hours * 60),
    }),
    ...(max_future_days !== undefined && {
      bookingWindow: { kind: 'DAYS' as const, days: max_future_days },
    }),
  }
}

const names = {
  'input.durationMinutes': 'duration_minutes',
  'input.durationOptions': 'duration_minutes',
  'input.locations': 'location_type',
  'input.confirmation': 'requires_confirmation',
}

const list = route({
  method: 'GET',
  path: '/event-types',
  name: 'listEventTypes',
  summary: 'All that can be booked, in the order of the booking page.',
  group,
  scope: read,
  request: {},
  response: z.array(EventType),
  document: graphql(
    `query CalendoListEventTypes($after: String) {
      eventTypes(filter: { isActive: true }, first: 100, after: $after) {
        edges { node { ...CalendoEventType } }
        pageInfo { endCursor hasNextPage }
      }
    }`,
    [EventTypeParts],
  ),
  variables: () => ({}),
  next: ({ eventTypes }) => after(eventTypes),
  reply: ({ eventTypes }) => eventTypes.edges.map(({ node }) => eventType(node)),
})

const one = route({
  method: 'GET',
  path: '/event-types/:id',
  name: 'getEventType',
  summary: 'One event type, hidden or not.',
  group,
  scope: read,
  request: { params: byId('event type') },
  response: EventType,
  document: graphql(
    'query CalendoGetEventType($id: ID!) { eventType(id: $id) { ...CalendoEventType } }',
    [EventTypeParts],
  ),
  variables: ({ params }) => params,
  reply: data => eventType(found(data.eventType, 'event type')),
})

const create = route({
  method: 'POST',
  path: '/event-types',
  name: 'createEventType',
  summary: 'Makes an event type. Its slug is made of its name.',
  group,
  scope: write,
  status: 201,
  request: { body: z.object({ name: z.string().meta({ description: 'Title.' }), ...settings }) },
  response: EventType,
  document: graphql(
    `mutation CalendoCreateEventType($input: CreateEventTypeInput!) {
      createEventType(input: $input) { eventType { ...CalendoEventType } }
    }`,
    [EventTypeParts],
  ),
  variables: ({ body }) => ({
    input: { ...inputOf(body), name: body.name, durationMinutes: body.duration_minutes ?? 30 },
  }),
  reply: ({ createEventType }) => eventType(createEventType.eventType),
  names,
})

const update = route({
  method: 'PUT',
  path: '/event-types/:id',
  name: 'updateEventType',
  summary: 'Changes what the body names. The slug stays, and so do bookings.',
  group,
  scope: write,
  request: {
    params: byId('event type'),
    body: z.object({
      name: z.string().optional().meta({ description: 'Title.' }),
      ...settings,
      is_active: truth
        .optional()
        .meta({ description: 'Whether it can be booked: true brings a deleted one back.' }),
    }),
  },
  response: EventType,
  document: graphql(
    `mutation CalendoUpdateEventType($input: UpdateEventTypeInput!) {
      updateEventType(input: $input) { eventType { ...CalendoEventType } }
    }`,
    [EventTypeParts],
  ),
  variables: ({ params: { id }, body }) => ({
    input: { ...inputOf(body), id, name: body.name, isActive: body.is_active },
  }),
  reply: ({ updateEventType }) => eventType(updateEventType.eventType),
  names,
})

const remove = route({
  method: 'DELETE',
  path: '/event-types/:id',
  name: 'deleteEventType',
  summary:
    'Hides an event type: `is_active` is 0 from then on, and nobody can book it. Its bookings stay.',
  group,
  scope: write,
  request: { params: byId('event type') },
  response: Ok,
  document: graphql(
    'mutation CalendoHideEventType($id: ID!) { updateEventType(input: { id: $id, isActive: false }) { eventType { id } } }',
  ),
  variables: ({ params }) => params,
  reply: () => ok,
})

export const eventTypes = [list, create, one, update, remove]
