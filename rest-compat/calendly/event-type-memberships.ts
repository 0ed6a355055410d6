import { z } from 'zod'
import { graphql } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { EventType, EventTypeParts, eventType } from './event-type.ts'
import { listed, listOf, nothing, page } from './list.ts'
import { Time } from './time.ts'
import { reference, Uri, uriOf } from './uris.ts'
import { Member, member, UserParts } from './user.ts'

const Membership = z
  .object({ uri: Uri, event_type: EventType, member: Member, created_at: Time, updated_at: Time })
  .meta({ id: 'EventTypeMembership' })

const list = route({
  method: 'GET',
  path: '/event_type_memberships',
  name: 'listEventTypeMemberships',
  summary: 'Hosts of an event type: the user.',
  group: 'Event types',
  scope: 'event_types:read',
  reads: { query: z.object({ event_type: reference('event_types'), ...page }) },
  answers: listOf(Membership),
  document: graphql(
    `query CalendlyListEventTypeMemberships($id: ID!) {
      viewer { ...CalendlyUser }
      eventType(id: $id) { ...CalendlyEventType }
    }`,
    [UserParts, EventTypeParts],
  ),
  variables: ({ query }) => ({ id: query.event_type }),
  reply(data, { query, arrival }) {
    const { publicUrl } = arrival
    const shown = eventType(found(data.eventType, 'event type'), publicUrl)
    const node: z.input<typeof Membership> = {
      uri: uriOf(publicUrl, 'event_type_memberships', query.event_type),
      event_type: shown,
      member: member(found(data.viewer, 'user'), publicUrl),
      created_at: shown.created_at,
      updated_at: shown.updated_at,
    }
    const edges = query.page_token === undefined ? [{ node }] : []
    return listed({ ...nothing, edges }, membership => membership, arrival)
  },
})

export const eventTypeMemberships = [list]
