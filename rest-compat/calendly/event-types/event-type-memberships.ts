import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { listed, listOf, nothing, page } from '../list.ts'
import { Member, member, UserParts } from '../organization/user.ts'
import { Time } from '../time.ts'
import { reference, Uri, uriOf } from '../uris.ts'
import { EventType, EventTypeParts, eventType } from './event-type.ts'

const Membership = z
  .object({ uri: Uri, event_type: EventType, member: Member, created_at: Time, updated_at: Time })
  .meta({ id: 'EventTypeMembership' })

const list = route({
  method: 'GET',
  path: '/event_type_memberships',
  name: 'listEventTypeMemberships',
  summary: 'Hosts of an event type.',
  group: 'Event types',
  scope: 'event_types:read',
  request: { query: z.object({ event_type: reference('event_types'), ...page }) },
  response: listOf(Membership),
  document: graphql(
    `query CalendlyListEventTypeMemberships($id: ID!) {
      viewer { ...CalendlyUser }
      eventType(id: $id) {
        ...CalendlyEventType
        hosts { email user { id: userId name timeZone locale avatarUrl bookingPage { slug url } } }
      }
    }`,
    [UserParts, EventTypeParts],
  ),
  variables: ({ query }) => ({ id: query.event_type }),
  reply(data, { query, arrival }) {
    const { publicUrl } = arrival
    const { hosts, ...of } = found(data.eventType, 'event type')
    const shown = eventType(of, publicUrl)
    const self = found(data.viewer, 'user')
    const edges = hosts.map(({ user, email }) => ({
      node: {
        uri: uriOf(publicUrl, 'event_type_memberships', `${query.event_type}-${user.id}`),
        event_type: shown,
        // When the account of another was made nobody else knows.
        member: member(
          user.id === self.id ? self : { ...of, ...user, email: email ?? '' },
          publicUrl,
        ),
        created_at: shown.created_at,
        updated_at: shown.updated_at,
      },
    }))
    // All on one page.
    const rows = query.page_token === undefined ? edges : []
    return listed({ ...nothing, edges: rows }, membership => membership, arrival)
  },
})

export const eventTypeMemberships = [list]
