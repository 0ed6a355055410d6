import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { exception, saying } from '../errors.ts'
import { returningDeleted } from '../existing.ts'
import { joined, more } from '../pagination.ts'
import { number } from '../values.ts'
import { Changes, inputOf, NewTeam, Team, TeamParts, team } from './team.ts'

const group = 'Teams'
const read = 'teams:read'
const write = 'teams:write'

/** How it says that a role is missing. */
export const roles = {
  FORBIDDEN: [403, ({ message }: { message: string }) => `RolesGuard - ${message}`],
} as const

export const params = z.object({ teamId: number('team') })

const MOST = 100
const ALL = { take: 250, skip: 0 }

export const GetOwned = graphql(
  'query CalcomOwnedTeams { teams(first: 50, filter: { roles: [OWNER] }) { edges { node { name } } } }',
)
export const GetTeam = graphql(
  'query CalcomTeamBefore($id: ID!) { team(id: $id) { ...CalcomTeam } }',
  [TeamParts],
)

const create = route({
  method: 'POST',
  path: '/teams',
  name: 'createTeam',
  summary: 'Makes a team, which the caller owns.',
  group,
  scope: write,
  status: 201,
  request: { body: NewTeam },
  response: enveloped(Team),
  document: graphql(
    'mutation CalcomCreateTeam($input: CreateTeamInput!) { createTeam(input: $input) { team { ...CalcomTeam } } }',
    [TeamParts],
  ),
  async variables({ body }, execute) {
    const { teams } = await execute(GetOwned, {})
    if (teams.edges.some(({ node }) => node.name === body.name)) {
      throw exception(400, `TeamsService - You already have created a team with name=${body.name}`)
    }
    return { input: { ...inputOf(body, { display: {} }), name: body.name } }
  },
  reply: ({ createTeam }) => success(team(createTeam.team)),
})

const list = route({
  method: 'GET',
  path: '/teams',
  name: 'listTeams',
  summary: 'The teams that the caller is in, the oldest first.',
  group,
  scope: read,
  request: {},
  response: enveloped(z.array(Team)),
  document: graphql(
    `query CalcomListTeams($first: Int!, $after: String) {
      teams(first: $first, after: $after) { edges { node { ...CalcomTeam } } pageInfo { endCursor hasNextPage } }
    }`,
    [TeamParts],
  ),
  variables: () => ({ first: MOST, after: undefined }),
  reply: ({ teams }) => success(teams.edges.map(({ node }) => team(node))),
  next: ({ teams }) => more(teams, ALL),
  join: (before, page) => ({ teams: joined(before.teams, page.teams) }),
})

const get = route({
  method: 'GET',
  path: '/teams/:teamId',
  name: 'getTeam',
  summary: 'A team that the caller is in.',
  group,
  scope: read,
  request: { params },
  response: enveloped(Team),
  document: GetTeam,
  variables: ({ params }) => ({ id: params.teamId }),
  reply: data => success(team(found(data.team, 'team'))),
})

const update = route({
  method: 'PATCH',
  path: '/teams/:teamId',
  name: 'updateTeam',
  summary: 'Changes what the body names of a team, as an owner.',
  group,
  scope: write,
  request: { params, body: Changes },
  response: enveloped(Team),
  document: graphql(
    'mutation CalcomUpdateTeam($input: UpdateTeamInput!) { updateTeam(input: $input) { team { ...CalcomTeam } } }',
    [TeamParts],
  ),
  async variables({ params, body }, execute) {
    const before = found((await execute(GetTeam, { id: params.teamId })).team, 'team')
    return { input: { id: params.teamId, ...inputOf(body, before) } }
  },
  reply: ({ updateTeam }) => success(team(updateTeam.team)),
})

const remove = route({
  method: 'DELETE',
  path: '/teams/:teamId',
  name: 'deleteTeam',
  summary: 'Takes a team away, as an owner, and answers it.',
  group,
  scope: write,
  request: { params },
  document: graphql(
    'mutation CalcomDeleteTeam($id: ID!) { deleteTeam(input: { id: $id }) { id: deletedId } }',
  ),
  variables: ({ params }) => ({ id: params.teamId }),
  reply: () => undefined,
})

export const teams = [
  create,
  list,
  get,
  saying(roles, update),
  returningDeleted(get, saying(roles, remove)),
]
