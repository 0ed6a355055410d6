import { z } from 'zod'
import { graphql, type VariablesOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { listed, listOf, one, page, sort, span, spanNames } from '../list.ts'
import { segment, uuid } from '../uris.ts'
import { BookedParts, Invitee, InviteeParts, invitee } from './invitee.ts'

const group = 'Scheduled events'
const scope = 'bookings:read'

const ListInvitees = graphql(
  `query CalendlyListInvitees(
    $id: ID!, $filter: InviteeFilter!, $direction: OrderDirection!, $first: Int, $after: String, $last: Int, $before: String
  ) {
    booking(id: $id) { ...CalendlyBooked }
    invitees(
      bookingId: $id, filter: $filter, direction: $direction
      first: $first, after: $after, last: $last, before: $before
    ) {
      edges { node { ...CalendlyInvitee } }
      pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
    }
  }`,
  [BookedParts, InviteeParts],
)

const states = { active: 'ACTIVE', canceled: 'CANCELLED' } as const

type Direction = NonNullable<VariablesOf<typeof ListInvitees>['direction']>

const list = route({
  method: 'GET',
  path: '/scheduled_events/:uuid/invitees',
  name: 'listInvitees',
  summary: 'Invitees of an event, who booked first first.',
  group,
  scope,
  request: {
    params: uuid('the event'),
    query: z.object({
      status: z.enum(['active', 'canceled']).optional(),
      email: z.string().optional().meta({ description: 'Only who booked with this address.' }),
      sort: sort<Direction>({ created_at: ['ASC', 'DESC'] }, 'ASC'),
      ...page,
    }),
  },
  response: listOf(Invitee),
  document: ListInvitees,
  variables: ({ params, query }) => ({
    id: params.uuid,
    filter: { status: query.status && states[query.status], email: query.email },
    direction: query.sort,
    ...span(query),
  }),
  reply({ booking, invitees }, { arrival }) {
    const booked = found(booking, 'event')
    return listed(invitees, shown => invitee(shown, booked, arrival.publicUrl), arrival)
  },
  names: { 'filter.email': 'email', ...spanNames },
})

const GetInvitee = graphql(
  `query CalendlyGetInvitee($id: ID!) { invitee(id: $id) { ...CalendlyInvitee booking { ...CalendlyBooked } } }`,
  [InviteeParts, BookedParts],
)

const get = route({
  method: 'GET',
  path: '/scheduled_events/:event_uuid/invitees/:uuid',
  name: 'getInvitee',
  summary: 'One invitee.',
  group,
  scope,
  request: { params: uuid('the invitee').extend({ event_uuid: segment('the event') }) },
  response: one(Invitee),
  document: GetInvitee,
  variables: ({ params }) => ({ id: params.uuid }),
  reply(data, { params, arrival }) {
    const shown = found(
      data.invitee?.booking.id === params.event_uuid ? data.invitee : null,
      'invitee',
    )
    return { resource: invitee(shown, shown.booking, arrival.publicUrl) }
  },
})

const getAlone = route({
  method: 'GET',
  path: '/scheduled_event_invitees/:uuid',
  name: 'getInviteeAlone',
  summary: 'The same, at the address that the guide shows.',
  group,
  scope,
  request: { params: uuid('the invitee') },
  response: one(Invitee),
  document: GetInvitee,
  variables: ({ params }) => ({ id: params.uuid }),
  reply(data, { arrival }) {
    const shown = found(data.invitee, 'invitee')
    return { resource: invitee(shown, shown.booking, arrival.publicUrl) }
  },
})

export const invitees = [list, get, getAlone]
