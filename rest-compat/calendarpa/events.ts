import { z } from 'zod'
import { graphql } from '../../src/graph/typed.ts'
import { route } from '../dialect.ts'
import { listed, listOf, page, span, spanNames } from './list.ts'
import { Event, EventParts, event, hookEvents } from './serialize.ts'

const list = route({
  method: 'GET',
  path: '/events',
  name: 'listEvents',
  summary:
    'Events of one kind, newest first, as webhooks tell them. Those of contacts take the scope contacts:read too.',
  group: 'Webhooks',
  scope: 'bookings:read',
  request: {
    query: z.object({
      event: z.enum(hookEvents).meta({ description: 'Which kind.' }),
      ...page,
    }),
  },
  response: listOf(Event),
  document: graphql(
    `query CalendarpaListEvents($types: [EventKind!]!, $first: Int!, $after: String) {
      pastEvents(types: $types, first: $first, after: $after) {
        edges { node { ...CalendarpaEvent } }
        pageInfo { endCursor hasNextPage }
      }
    }`,
    [EventParts],
  ),
  variables: ({ query: { event, ...asked } }) => ({ types: [event], ...span(asked) }),
  reply: ({ pastEvents }) => listed(pastEvents, event),
  names: spanNames,
})

export const events = [list]
