import { z } from 'zod'
import { type ExecuteDocument, graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { listed, listOf, nothing, one } from '../list.ts'
import { owner, requireOwn } from '../organization/self.ts'
import { reference, Uri, uriOf } from '../uris.ts'
import {
  GivenRule,
  hoursIn,
  kept,
  Rule,
  rulesOf,
  ScheduleParts,
  type ShownSchedule,
} from './rules.ts'

const group = 'Availability'

export const GetHours = graphql(
  `query CalendlyEventTypeHours($id: ID!) {
    viewer { id defaultSchedule { ...CalendlySchedule } }
    eventType(id: $id) { id schedule { ...CalendlySchedule } }
  }`,
  [ScheduleParts],
)

const EventTypeSchedule = z
  .object({
    event_type: Uri,
    availability_setting: z.literal('host'),
    availability_rule: z.object({
      uri: Uri.optional(),
      name: z.string().nullable(),
      timezone: z.string(),
      user: Uri,
      rules: z.array(Rule),
    }),
  })
  .meta({ id: 'EventTypeAvailabilitySchedule' })

interface Hours {
  schedule: ShownSchedule
  eventTypeId: string
  userId: string
}

const eventTypeSchedule = (
  { schedule, eventTypeId, userId }: Hours,
  publicUrl: string,
): z.input<typeof EventTypeSchedule> => ({
  event_type: uriOf(publicUrl, 'event_types', eventTypeId),
  availability_setting: 'host',
  availability_rule: {
    uri: uriOf(publicUrl, 'user_availability_schedules', schedule.id),
    name: schedule.name,
    timezone: schedule.timeZone,
    user: uriOf(publicUrl, 'users', userId),
    rules: rulesOf(schedule),
  },
})

/** The hours that hold for an event type. @throws CallError NOT_FOUND. */
async function hoursOf(execute: ExecuteDocument, id: string): Promise<Hours> {
  const { viewer, eventType } = await execute(GetHours, { id })
  const { id: eventTypeId, schedule } = found(eventType, 'event type')
  const { id: userId, defaultSchedule } = found(viewer, 'user')
  return { eventTypeId, userId, schedule: found(schedule ?? defaultSchedule, 'schedule') }
}

const query = z.object({ event_type: reference('event_types') })

const list = route({
  method: 'GET',
  path: '/event_type_availability_schedules',
  name: 'listEventTypeAvailabilitySchedules',
  summary: 'The hours that hold for an event type: its own, or those of a schedule.',
  group,
  scope: 'availability:read',
  request: { query },
  response: listOf(EventTypeSchedule),
  document: GetHours,
  variables: ({ query }) => ({ id: query.event_type }),
  reply({ viewer, eventType }, { arrival }) {
    const { id: eventTypeId, schedule } = found(eventType, 'event type')
    const { id: userId, defaultSchedule } = found(viewer, 'user')
    const held = schedule ?? defaultSchedule
    const edges = held === null ? [] : [{ node: { eventTypeId, userId, schedule: held } }]
    return listed(
      { ...nothing, edges },
      hours => eventTypeSchedule(hours, arrival.publicUrl),
      arrival,
    )
  },
})

const update = route({
  method: 'PATCH',
  path: '/event_type_availability_schedules',
  name: 'updateEventTypeAvailabilitySchedules',
  summary:
    'Gives an event type hours of its own, in place of all that it had. Without `rules` it keeps the same hours.',
  group,
  scope: 'event_types:write',
  request: {
    query,
    body: z.object({
      availability_rule: z.object({
        timezone: z.string(),
        rules: z.array(GivenRule).optional(),
        user: owner.user,
      }),
      availability_setting: z.literal('host').default('host'),
    }),
  },
  response: one(EventTypeSchedule),
  document: graphql(
    `mutation CalendlySetHours($id: ID!, $hours: OwnHoursInput!) {
      updateEventType(input: { id: $id, hours: $hours }) {
        eventType { id host { id: userId } schedule { ...CalendlySchedule } }
      }
    }`,
    [ScheduleParts],
  ),
  async variables({ query, body: { availability_rule: rule } }, execute) {
    await requireOwn(execute, rule)
    const { schedule } = await hoursOf(execute, query.event_type)
    return {
      id: query.event_type,
      hours: { ...kept(schedule), ...(rule.rules && hoursIn(rule.rules)), timeZone: rule.timezone },
    }
  },
  reply({ updateEventType: { eventType } }, { arrival }) {
    const { id: eventTypeId, host, schedule } = eventType
    const hours = {
      eventTypeId,
      userId: found(host, 'host').id,
      schedule: found(schedule, 'schedule'),
    }
    return { resource: eventTypeSchedule(hours, arrival.publicUrl) }
  },
  names: {
    'input.hours.timeZone': 'availability_rule.timezone',
    'input.hours.weekly': 'availability_rule.rules',
    'input.hours.overrides': 'availability_rule.rules',
  },
})

export const eventTypeSchedules = [list, update]
