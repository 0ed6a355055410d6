import { z } from 'zod'
import { type ExecuteDocument, graphql, type VariablesOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { listed, listOf, one, page, sort, span, spanNames } from '../list.ts'
import { requireGroup } from '../organization/groups.ts'
import { requireMember } from '../organization/members.ts'
import { denied, isOrganizationOf, NO_ACCESS, owner, selfOf } from '../organization/self.ts'
import { instant } from '../time.ts'
import { reference, uuid } from '../uris.ts'
import { Cancellation, cancellation, Event, EventParts, event } from './event.ts'

const group = 'Scheduled events'
const scope = 'bookings:read'

const ListEvents = graphql(
  `query CalendlyListEvents(
    $filter: BookingFilter!, $direction: OrderDirection!, $first: Int, $after: String, $last: Int, $before: String
    $teamId: ID, $attendedBy: ID, $withOwn: Boolean, $withMembers: Boolean
  ) {
    bookings(
      filter: $filter, orderBy: { field: START, direction: $direction }
      teamId: $teamId, attendedBy: $attendedBy, withOwn: $withOwn, withMembers: $withMembers
      first: $first, after: $after, last: $last, before: $before
    ) {
      edges { node { ...CalendlyEvent } }
      pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
    }
  }`,
  [EventParts],
)

interface Asked {
  user?: string | undefined
  organization?: string | undefined
  group?: string | undefined
}

type Whose = Pick<
  VariablesOf<typeof ListEvents>,
  'teamId' | 'attendedBy' | 'withOwn' | 'withMembers'
>

/**
 * Whose events are asked for: the user's own, those of the organization with its members' own,
 * those of a group, or what a member attends of these.
 * @throws CallError FORBIDDEN: its contract, "Scheduled events".
 */
async function whose(
  execute: ExecuteDocument,
  { user, organization, group }: Asked,
): Promise<Whose> {
  if (group !== undefined) return { teamId: await requireGroup(execute, group), attendedBy: user }
  const self = await selfOf(execute)
  if (organization !== undefined && !isOrganizationOf(self, organization)) throw denied(NO_ACCESS)
  if (user === self.id) return {}
  if (user !== undefined) {
    const teamId = await requireMember(execute, self, user)
    if (organization === undefined) throw denied(NAME_ORGANIZATION)
    if (!self.isAdmin) throw denied(NO_ACCESS)
    return { teamId, attendedBy: user, withMembers: true }
  }
  if (organization === undefined || self.mainTeamId === null) return {}
  if (!self.isAdmin) throw denied(NO_ACCESS)
  return { teamId: self.mainTeamId, withOwn: true, withMembers: true }
}

const NAME_ORGANIZATION =
  'Please also specify organization when requesting events for a user within your organization.'

/**
 * The states of the graph that each of Calendly's stands for. What waits for approval is not
 * listed.
 */
const states = { active: ['CONFIRMED'], canceled: ['CANCELLED', 'DENIED'] } as const

type Direction = VariablesOf<typeof ListEvents>['direction']

const list = route({
  method: 'GET',
  path: '/scheduled_events',
  name: 'listEvents',
  summary: 'Events of the user, of their organization or of a group, by start.',
  group,
  scope,
  request: {
    query: z.object({
      ...owner,
      group: reference('groups').optional(),
      invitee_email: z
        .string()
        .optional()
        .meta({ description: 'Only those with an invitee of this address.' }),
      status: z.enum(['active', 'canceled']).optional().meta({ description: 'Both unless given.' }),
      sort: sort<Direction>({ start_time: ['ASC', 'DESC'] }, 'ASC'),
      min_start_time: instant
        .optional()
        .meta({ description: 'Only those that begin then or later.' }),
      max_start_time: instant.optional().meta({ description: 'Only those that begin before.' }),
      ...page,
    }),
  },
  response: listOf(Event),
  document: ListEvents,
  async variables({ query }, execute) {
    return {
      ...(await whose(execute, query)),
      filter: {
        statuses: [
          ...(query.status === undefined
            ? [...states.active, ...states.canceled]
            : states[query.status]),
        ],
        inviteeEmail: query.invitee_email,
        startsFrom: query.min_start_time,
        startsBefore: query.max_start_time,
      },
      direction: query.sort,
      ...span(query),
    }
  },
  reply: ({ bookings }, { arrival }) =>
    listed(bookings, shown => event(shown, arrival.publicUrl), arrival),
  names: { 'filter.inviteeEmail': 'invitee_email', ...spanNames },
})

const get = route({
  method: 'GET',
  path: '/scheduled_events/:uuid',
  name: 'getEvent',
  summary: 'One event.',
  group,
  scope,
  request: { params: uuid('the event') },
  response: one(Event),
  document: graphql('query CalendlyGetEvent($id: ID!) { booking(id: $id) { ...CalendlyEvent } }', [
    EventParts,
  ]),
  variables: ({ params }) => ({ id: params.uuid }),
  reply: ({ booking }, { arrival }) => ({
    resource: event(found(booking, 'event'), arrival.publicUrl),
  }),
})

const cancel = route({
  method: 'POST',
  path: '/scheduled_events/:uuid/cancellation',
  name: 'cancelEvent',
  summary: 'Cancels an event for all of its invitees.',
  group,
  scope: 'bookings:write',
  status: 201,
  request: {
    params: uuid('the event'),
    body: z.object({
      reason: z
        .string('must be a string')
        .max(10_000, 'size cannot be greater than 10000')
        .nullish()
        .meta({ description: 'Why, for the invitees.' }),
    }),
  },
  response: one(Cancellation),
  document: graphql(
    `mutation CalendlyCancelEvent($input: CancelBookingInput!) {
      cancelBooking(input: $input) { booking { cancellation { at by name reason } } }
    }`,
  ),
  variables: ({ params, body }) => ({ input: { id: params.uuid, reason: body.reason || null } }),
  reply: ({ cancelBooking }) => ({
    resource: cancellation(found(cancelBooking.booking.cancellation, 'cancellation')),
  }),
})

export const events = [list, get, cancel]
