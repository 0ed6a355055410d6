// Event types of teams: its contract, 10.3. They have one shape, whatever version is asked for.

import { z } from 'zod'
import { type ExecuteDocument, graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { exception, saying } from '../errors.ts'
import { EventTypeChanges, NewEventType } from '../event-types/form.ts'
import { newSettingsIn, settingsIn, settingsNames } from '../event-types/input.ts'
import { ArchiveEventType } from '../event-types/routes.ts'
import { keeping } from '../event-types/stored-settings.ts'
import { joined } from '../pagination.ts'
import { id, integer, listOf, number, oneOf, text, truth, whole } from '../values.ts'
import {
  priorities,
  type Shown,
  schedulingTypes,
  TeamEventType,
  TeamEventTypeParts,
  teamEventType,
} from './event-type.ts'
import { params, roles } from './routes.ts'

const group = 'Event types of teams'
const read = 'event_types:read'
const write = 'event_types:write'

const said = {
  ...roles,
  CONFLICT: [400, 'Team event type with this slug already exists.'],
} as const

const settings = {
  hosts: listOf(
    z.object({
      userId: integer(1, 2_147_483_647),
      mandatory: truth
        .optional()
        .meta({ description: 'Of a round robin: whether they attend every booking.' }),
      priority: oneOf(priorities).optional(),
    }),
  ).optional(),
  assignAllTeamMembers: truth
    .optional()
    .meta({ description: 'Makes all hosts who are members of the team now.' }),
  emailSettings: z.record(z.string(), z.unknown(), 'must be an object').optional(),
  rescheduleWithSameRoundRobinHost: truth.optional(),
}

const schedulingType = oneOf(schedulingTypes)
const Settings = z.object({ ...settings, schedulingType }).partial()

type Body = z.output<typeof Settings>

export const GetMembers = graphql(
  `query CalcomTeamMembers($id: ID!) {
    team(id: $id) { members(first: 100, filter: { accepted: true }) { edges { node { userId } } } }
  }`,
)

/** Who hosts it, as the graph takes that; undefined where nothing is said. */
async function hostsIn(
  { hosts, assignAllTeamMembers }: Body,
  teamId: string,
  execute: ExecuteDocument,
) {
  if (assignAllTeamMembers !== true) {
    return hosts?.map(({ userId, mandatory, priority }) => ({
      userId: userId.toString(),
      isFixed: mandatory,
      priority: priority && priorities.indexOf(priority),
    }))
  }
  const { team } = await execute(GetMembers, { id: teamId })
  return found(team?.members ?? null, 'team').edges.map(({ node }) => ({ userId: node.userId }))
}

/** @throws CallError for managed event types. */
function schedulingIn({ schedulingType }: Body) {
  if (schedulingType === 'managed')
    throw exception(400, 'Managed event types are not available on this server.')
  return (
    schedulingType &&
    (schedulingType === 'roundRobin' ? ('ROUND_ROBIN' as const) : ('COLLECTIVE' as const))
  )
}

/** What the graph has no room for, with what it keeps already. */
function displayIn(
  { hosts, assignAllTeamMembers, emailSettings, rescheduleWithSameRoundRobinHost }: Body,
  before: unknown,
) {
  const given = {
    // Whoever names hosts wants these.
    assignAllTeamMembers: assignAllTeamMembers ?? (hosts && false),
    emailSettings,
    rescheduleWithSameRoundRobinHost,
  }
  return keeping(
    before,
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  )
}

const names = {
  ...settingsNames,
  'input.hosts': 'hosts.',
  'input.scheduling': 'schedulingType',
  'input.teamId': 'teamId',
}

const create = route({
  method: 'POST',
  path: '/teams/:teamId/event-types',
  name: 'createTeamEventType',
  summary: 'Makes an event type of a team, as an admin.',
  group,
  scope: write,
  status: 201,
  request: { params, body: NewEventType.extend({ ...settings, schedulingType }) },
  response: enveloped(TeamEventType),
  document: graphql(
    `mutation CalcomCreateTeamEventType($input: CreateEventTypeInput!) {
      createEventType(input: $input) { eventType { ...CalcomTeamEventType } }
    }`,
    [TeamEventTypeParts],
  ),
  async variables({ params: { teamId }, body }, execute) {
    const scheduling = schedulingIn(body)
    const given = newSettingsIn(body)
    return {
      input: {
        ...given,
        teamId,
        scheduling,
        hosts: await hostsIn(body, teamId, execute),
        display: displayIn(body, given.display),
        name: body.title,
        durationMinutes: body.lengthInMinutes,
      },
    }
  },
  reply: ({ createEventType }, { arrival }) =>
    success(teamEventType(createEventType.eventType, arrival.publicUrl)),
  names,
})

const one = z.object({ ...params.shape, eventTypeId: number('event type') })

/** @throws CallError NOT_FOUND for one that is not of that team, or out of use. */
function ofTeam<Found extends { archivedAt: string | null; team: { databaseId: number } | null }>(
  eventType: Found | null,
  teamId: string,
): Found {
  const isThere =
    eventType !== null &&
    eventType.archivedAt === null &&
    `${eventType.team?.databaseId}` === teamId
  return found(isThere ? eventType : null, 'event type of the team')
}

export const GetTeamEventType = graphql(
  'query CalcomGetTeamEventType($id: ID!) { eventType(id: $id) { ...CalcomTeamEventType } }',
  [TeamEventTypeParts],
)

const get = route({
  method: 'GET',
  path: '/teams/:teamId/event-types/:eventTypeId',
  name: 'getTeamEventType',
  summary: 'One event type of a team.',
  group,
  scope: read,
  request: { params: one },
  response: enveloped(TeamEventType),
  document: GetTeamEventType,
  variables: ({ params }) => ({ id: params.eventTypeId }),
  reply: ({ eventType }, { params, arrival }) =>
    success(teamEventType(ofTeam(eventType, params.teamId), arrival.publicUrl)),
})

const update = route({
  method: 'PATCH',
  path: '/teams/:teamId/event-types/:eventTypeId',
  name: 'updateTeamEventType',
  summary: 'Changes what is named of an event type of a team, as an admin.',
  group,
  scope: write,
  request: { params: one, body: EventTypeChanges.extend(Settings.shape) },
  response: enveloped(TeamEventType),
  document: graphql(
    `mutation CalcomUpdateTeamEventType($input: UpdateEventTypeInput!) {
      updateEventType(input: $input) { eventType { ...CalcomTeamEventType } }
    }`,
    [TeamEventTypeParts],
  ),
  async variables({ params: { teamId, eventTypeId }, body }, execute) {
    const before = ofTeam((await execute(GetTeamEventType, { id: eventTypeId })).eventType, teamId)
    const scheduling = schedulingIn(body)
    const hosts = await hostsIn(body, teamId, execute)
    if (scheduling !== undefined && scheduling !== before.scheduling && hosts === undefined) {
      throw exception(
        400,
        'Hosts or assignAllTeamMembers must be given when schedulingType changes.',
      )
    }
    const given = settingsIn(body, before.display)
    return {
      input: {
        ...given,
        id: eventTypeId,
        scheduling,
        hosts,
        display: displayIn(body, given.display ?? before.display),
        name: body.title,
        durationMinutes: body.lengthInMinutes,
      },
    }
  },
  reply: ({ updateEventType }, { arrival }) =>
    success(teamEventType(updateEventType.eventType, arrival.publicUrl)),
  names,
})

const remove = route({
  method: 'DELETE',
  path: '/teams/:teamId/event-types/:eventTypeId',
  name: 'deleteTeamEventType',
  summary: 'Takes an event type of a team out of use for good, as an admin; its bookings stay.',
  group,
  scope: write,
  request: { params: one },
  response: enveloped(z.object({ id, title: z.string() })),
  document: ArchiveEventType,
  async variables({ params: { teamId, eventTypeId } }, execute) {
    ofTeam((await execute(GetTeamEventType, { id: eventTypeId })).eventType, teamId)
    return { id: eventTypeId }
  },
  reply: ({ archiveEventType: { eventType } }) =>
    success({ id: eventType.databaseId, title: eventType.name }),
})

export const GetIsMember = graphql(
  'query CalcomIsMember($id: ID!) { team(id: $id) { databaseId } }',
)
export const GetViewer = graphql('query CalcomViewer { viewer { id } }')

/** Whether the caller sees the team from within. */
async function isMember(id: string, execute: ExecuteDocument): Promise<boolean> {
  const { viewer } = await execute(GetViewer, {})
  return viewer !== null && (await execute(GetIsMember, { id })).team !== null
}

interface Page {
  edges: { node: Shown }[]
  pageInfo: { endCursor: string | null; hasNextPage: boolean }
}

interface Listed {
  team?: { eventTypes: Page | null } | null | undefined
  teamPage?: { eventTypes: Page } | null | undefined
}

/** @throws CallError NOT_FOUND for a team that is not there. */
const pageIn = ({ team, teamPage }: Listed): Page =>
  found((team ?? teamPage)?.eventTypes ?? null, 'team')

const list = route({
  method: 'GET',
  path: '/teams/:teamId/event-types',
  name: 'listTeamEventTypes',
  summary:
    'Event types of a team: all of them for its members, what it offers on its page for everyone else.',
  group,
  scope: read,
  optionalAuth: true,
  request: {
    params,
    query: z.object({
      eventSlug: text.optional(),
      hostsLimit: whole(1, 100).optional().meta({ description: 'How many hosts to show of each.' }),
      sortCreatedAt: oneOf(['asc', 'desc']).optional(),
    }),
  },
  response: enveloped(z.array(TeamEventType)),
  document: graphql(
    `query CalcomListTeamEventTypes(
      $id: ID!, $within: Boolean!, $public: Boolean!, $orderBy: EventTypeOrder!, $after: String
    ) {
      team(id: $id) @include(if: $within) {
        eventTypes(orderBy: $orderBy, first: 20, after: $after) {
          edges { node { ...CalcomTeamEventType } } pageInfo { endCursor hasNextPage }
        }
      }
      teamPage(teamId: $id) @include(if: $public) {
        eventTypes(first: 20, after: $after) {
          edges { node { ...CalcomTeamEventType } } pageInfo { endCursor hasNextPage }
        }
      }
    }`,
    [TeamEventTypeParts],
  ),
  async variables({ params: { teamId }, query }, execute) {
    const within = await isMember(teamId, execute)
    const orderBy =
      query.sortCreatedAt === 'desc' ? ('CREATED_DESC' as const) : ('CREATED' as const)
    return { id: teamId, within, public: !within, orderBy }
  },
  next(data) {
    const { endCursor, hasNextPage } = pageIn(data).pageInfo
    return hasNextPage ? { after: endCursor } : undefined
  },
  join: (before, page) => ({ team: { eventTypes: joined(pageIn(before), pageIn(page)) } }),
  reply(data, { query: { eventSlug, hostsLimit, sortCreatedAt }, arrival }) {
    const shown = pageIn(data).edges.map(({ node }) => node)
    // A page has an order of its own.
    const direction = sortCreatedAt === 'desc' ? -1 : 1
    return success(
      shown
        .filter(({ slug }) => eventSlug === undefined || slug === eventSlug)
        .toSorted((a, b) => (a.databaseId - b.databaseId) * direction)
        .map(one => teamEventType(one, arrival.publicUrl, hostsLimit)),
    )
  },
})

export const teamEventTypes = [
  saying(said, create),
  list,
  get,
  saying(said, update),
  saying(roles, remove),
]
