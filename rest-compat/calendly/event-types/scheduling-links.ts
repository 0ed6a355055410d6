import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { route } from '../../dialect.ts'
import { one } from '../list.ts'
import { reference, Uri, uriOf } from '../uris.ts'

const create = route({
  method: 'POST',
  path: '/scheduling_links',
  name: 'createSchedulingLink',
  summary: 'Makes a link that books an event type once.',
  group: 'Scheduling links',
  scope: 'event_types:write',
  status: 201,
  request: {
    body: z.object({
      max_event_count: z.coerce
        .number('must be an integer')
        .pipe(z.literal(1, 'must be equal to 1'))
        .default(1),
      owner: reference('event_types'),
      owner_type: z.literal('EventType').default('EventType'),
    }),
  },
  response: one(z.object({ booking_url: Uri, owner: Uri, owner_type: z.literal('EventType') })),
  document: graphql(
    `mutation CalendlyCreateLink($eventTypeId: ID!) {
      createBookingLink(input: { eventTypeId: $eventTypeId }) { link { url eventType { id } } }
    }`,
  ),
  variables: ({ body }) => ({ eventTypeId: body.owner }),
  reply: ({ createBookingLink: { link } }, { arrival }) => ({
    resource: {
      booking_url: link.url,
      owner: uriOf(arrival.publicUrl, 'event_types', link.eventType.id),
      owner_type: 'EventType' as const,
    },
  }),
})

export const schedulingLinks = [create]
