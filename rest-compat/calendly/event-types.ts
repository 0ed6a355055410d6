import { z } from 'zod'
import { graphql, type VariablesOf } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { EventType, EventTypeParts, eventType } from './event-type.ts'
import { listed, listOf, nothing, one, page, sort, span, spanNames } from './list.ts'
import { needOwn, owner } from './self.ts'
import { reference, uuid } from './uris.ts'

const group = 'Event types'
const scope = 'event_types:read'

const ListEventTypes = graphql(
  `query CalendlyListEventTypes(
    $filter: EventTypeFilter!, $orderBy: EventTypeOrder!, $first: Int, $after: String, $last: Int, $before: String
  ) {
    eventTypes(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
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
  summary: 'Event types of the user, by name unless another order is asked for.',
  group,
  scope,
  reads: {
    query: z.object({
      ...owner,
      active: truth.meta({ description: 'Only those that can be booked, or only those that cannot.' }),
      admin_managed: truth.meta({ description: 'There are none that an administrator manages.' }),
      user_availability_schedule: reference('user_availability_schedules').optional(),
      sort: sort<Order>(orders, 'NAME'),
      ...page,
    }),
  },
  answers: listOf(EventType),
  document: ListEventTypes,
  async variables({ query }, ask) {
    await needOwn(ask, query)
    return {
      filter: { isActive: query.active, scheduleId: query.user_availability_schedule },
      orderBy: query.sort,
      ...span(query),
    }
  },
  reply: ({ eventTypes }, { query, arrival }) =>
    listed(query.admin_managed ? nothing : eventTypes, shown => eventType(shown, arrival.publicUrl), arrival),
  names: spanNames,
})

const get = route({
  method: 'GET',
  path: '/event_types/:uuid',
  name: 'getEventType',
  summary: 'One event type, deleted or not.',
  group,
  scope,
  reads: { params: uuid('the event type') },
  answers: one(EventType),
  document: graphql('query CalendlyGetEventType($id: ID!) { eventType(id: $id) { ...CalendlyEventType } }', [
    EventTypeParts,
  ]),
  variables: ({ params }) => ({ id: params.uuid }),
  reply: (data, { arrival }) => ({ resource: eventType(found(data.eventType, 'event type'), arrival.publicUrl) }),
})

export const eventTypes = [list, get]
