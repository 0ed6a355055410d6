import { z } from 'zod'
import { graphql, type VariablesOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { OfferedLocation, toOffer } from '../events/location.ts'
import { listed, listOf, nothing, one, page, sort, span, spanNames } from '../list.ts'
import { requireMember } from '../organization/members.ts'
import {
  denied,
  isOrganizationOf,
  NO_ACCESS,
  owner,
  requireOwn,
  selfOf,
} from '../organization/self.ts'
import { reference, uuid } from '../uris.ts'
import { EventType, EventTypeParts, eventType } from './event-type.ts'

const group = 'Event types'
const scope = 'event_types:read'

const ListEventTypes = graphql(
  `query CalendlyListEventTypes(
    $filter: EventTypeFilter!, $orderBy: EventTypeOrder!, $first: Int, $after: String, $last: Int, $before: String
    $teamId: ID, $withOwn: Boolean, $withMembers: Boolean
  ) {
    eventTypes(
      filter: $filter, orderBy: $orderBy, teamId: $teamId, withOwn: $withOwn, withMembers: $withMembers
      first: $first, after: $after, last: $last, before: $before
    ) {
      edges { node { ...CalendlyEventType } }
      pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
    }
  }`,
  [EventTypeParts],
)

const orders = {
  name: ['NAME', 'NAME_DESC'],
  position: ['POSITION', 'POSITION_DESC'],
  created_at: ['CREATED', 'CREATED_DESC'],
  updated_at: ['UPDATED', 'UPDATED_DESC'],
} as const

type Order = VariablesOf<typeof ListEventTypes>['orderBy']

const truth = z
  .enum(['true', 'false'], 'must be boolean')
  .transform(text => text === 'true')
  .optional()

const list = route({
  method: 'GET',
  path: '/event_types',
  name: 'listEventTypes',
  summary:
    'Event types of the user, of their organization, or that a member is a host of, by name unless another order is asked for.',
  group,
  scope,
  request: {
    query: z.object({
      ...owner,
      active: truth.meta({
        description: 'Only those that can be booked, or only those that cannot.',
      }),
      admin_managed: truth.meta({ description: 'There are none that an administrator manages.' }),
      user_availability_schedule: reference('user_availability_schedules').optional(),
      sort: sort<Order>(orders, 'NAME'),
      ...page,
    }),
  },
  response: listOf(EventType),
  document: ListEventTypes,
  async variables({ query }, execute) {
    const self = await selfOf(execute)
    const { user, organization } = query
    if (organization !== undefined && !isOrganizationOf(self, organization)) throw denied(NO_ACCESS)
    const isOther = user !== undefined && user !== self.id
    const ofOrganization = organization === undefined || user !== undefined ? null : self.mainTeamId
    const teamId = isOther ? await requireMember(execute, self, user) : ofOrganization
    return {
      teamId,
      withOwn: !isOther,
      withMembers: teamId !== null && self.isAdmin,
      filter: {
        isActive: query.active,
        // Those for one occasion are known to whoever made them.
        isOneOff: false,
        scheduleId: query.user_availability_schedule,
        hostId: isOther ? user : undefined,
      },
      orderBy: query.sort,
      ...span(query),
    }
  },
  reply: ({ eventTypes }, { query, arrival }) =>
    listed(
      query.admin_managed ? nothing : eventTypes,
      shown => eventType(shown, arrival.publicUrl),
      arrival,
    ),
  names: spanNames,
})

export const GetEventType = graphql(
  'query CalendlyGetEventType($id: ID!) { eventType(id: $id) { ...CalendlyEventType } }',
  [EventTypeParts],
)

const get = route({
  method: 'GET',
  path: '/event_types/:uuid',
  name: 'getEventType',
  summary: 'One event type, deleted or not.',
  group,
  scope,
  request: { params: uuid('the event type') },
  response: one(EventType),
  document: GetEventType,
  variables: ({ params }) => ({ id: params.uuid }),
  reply: (data, { arrival }) => ({
    resource: eventType(found(data.eventType, 'event type'), arrival.publicUrl),
  }),
})

const minutes = z
  .int('must be an integer')
  .min(1, 'must be greater than or equal to 1')
  .max(720, 'must be less than or equal to 720')

const settings = {
  name: z.string(),
  active: z.boolean(),
  description: z.string().nullable(),
  duration: minutes.meta({ description: 'Minutes.' }),
  duration_options: z.array(minutes).max(4, 'size cannot be greater than 4').nullable(),
  locations: z.array(OfferedLocation).nullable(),
  color: z.string().meta({ description: '`#rrggbb`.' }),
}

const Settings = z.object(settings).partial()

/** Settings as the graph takes them: only those that are given. */
const settingsIn = (body: z.output<typeof Settings>) => ({
  name: body.name,
  isActive: body.active,
  description: body.description === '' ? null : body.description,
  durationMinutes: body.duration,
  durationOptions: body.duration_options,
  locations: body.locations === null ? [] : body.locations?.map(toOffer),
  color: body.color,
})

const settingsNames = {
  'input.name': 'name',
  'input.description': 'description',
  'input.durationMinutes': 'duration',
  'input.durationOptions': 'duration_options',
  'input.locations': 'locations',
  'input.color': 'color',
}

const create = route({
  method: 'POST',
  path: '/event_types',
  name: 'createEventType',
  summary: 'Makes an event type, which cannot be booked until it is active.',
  group,
  scope: 'event_types:write',
  status: 201,
  request: { body: Settings.extend({ name: settings.name, owner: owner.user.unwrap() }) },
  response: one(EventType),
  document: graphql(
    `mutation CalendlyCreateEventType($input: CreateEventTypeInput!) {
      createEventType(input: $input) { eventType { ...CalendlyEventType } }
    }`,
    [EventTypeParts],
  ),
  async variables({ body }, execute) {
    await requireOwn(execute, { user: body.owner })
    const given = settingsIn(body)
    const isActive = given.isActive ?? false
    return {
      input: { ...given, name: body.name, durationMinutes: given.durationMinutes ?? 30, isActive },
    }
  },
  reply: ({ createEventType }, { arrival }) => ({
    resource: eventType(createEventType.eventType, arrival.publicUrl),
  }),
  names: settingsNames,
})

const update = route({
  method: 'PATCH',
  path: '/event_types/:uuid',
  name: 'updateEventType',
  summary: 'Changes what is named of an event type.',
  group,
  scope: 'event_types:write',
  request: { params: uuid('the event type'), body: Settings },
  response: one(EventType),
  document: graphql(
    `mutation CalendlyUpdateEventType($input: UpdateEventTypeInput!) {
      updateEventType(input: $input) { eventType { ...CalendlyEventType } }
    }`,
    [EventTypeParts],
  ),
  variables: ({ params, body }) => ({ input: { id: params.uuid, ...settingsIn(body) } }),
  reply: ({ updateEventType }, { arrival }) => ({
    resource: eventType(updateEventType.eventType, arrival.publicUrl),
  }),
  names: settingsNames,
})

export const eventTypes = [list, get, create, update]
