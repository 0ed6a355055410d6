import { z } from 'zod'
import { graphql } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { listed, listOf, page, span, spanNames } from './list.ts'
import { EventType, EventTypeParts, eventType } from './serialize.ts'

const group = 'Event types'
const scope = 'event_types:read'

const list = route({
  method: 'GET',
  path: '/event-types',
  name: 'listEventTypes',
  summary:
    'What can be booked, in the order of the booking page; what cannot be booked at present is among it.',
  group,
  scope,
  request: { query: z.object(page) },
  response: listOf(EventType),
  document: graphql(
    `query CalendarpaListEventTypes($first: Int!, $after: String) {
      eventTypes(first: $first, after: $after) {
        edges { node { ...CalendarpaEventType } }
        pageInfo { endCursor hasNextPage }
      }
    }`,
    [EventTypeParts],
  ),
  variables: ({ query }) => span(query),
  reply: ({ eventTypes }) => listed(eventTypes, eventType),
  names: spanNames,
})

const one = route({
  method: 'GET',
  path: '/event-types/:id',
  name: 'getEventType',
  summary: 'One event type.',
  group,
  scope,
  request: { params: z.object({ id: z.string().meta({ description: 'Id of the event type.' }) }) },
  response: EventType,
  document: graphql(
    'query CalendarpaGetEventType($id: ID!) { eventType(id: $id) { ...CalendarpaEventType } }',
    [EventTypeParts],
  ),
  variables: ({ params }) => params,
  reply: data => eventType(found(data.eventType, 'event type')),
})

export const eventTypes = [list, one]
