// Teams that the user is in: the one that is their organization, and their groups.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { listed, listOf, one, page, span, spanNames } from '../list.ts'
import { Time, time } from '../time.ts'
import { Uri, uriOf, uuid } from '../uris.ts'
import { organizationUri } from './organization.ts'
import { owner, requireOwn } from './self.ts'

const group = 'Organizations'
const scope = 'teams:read'

const TeamParts = graphql('fragment CalendlyTeam on Team { id name createdAt updatedAt }')

const Team = z
  .object({ uri: Uri, name: z.string(), organization: Uri, created_at: Time, updated_at: Time })
  .meta({ id: 'Team' })

const shape = (
  shown: ResultOf<typeof TeamParts>,
  organization: string,
  publicUrl: string,
): z.input<typeof Team> => ({
  uri: uriOf(publicUrl, 'teams', shown.id),
  name: shown.name,
  organization,
  created_at: time(shown.createdAt),
  updated_at: time(shown.updatedAt),
})

const list = route({
  method: 'GET',
  path: '/teams',
  name: 'listTeams',
  summary: 'Teams that the user is in.',
  group,
  scope,
  request: { query: z.object({ ...owner, ...page }) },
  response: listOf(Team),
  document: graphql(
    `query CalendlyListTeams($first: Int, $after: String, $last: Int, $before: String) {
      viewer { id mainTeamId }
      teams(first: $first, after: $after, last: $last, before: $before) {
        edges { node { ...CalendlyTeam } }
        pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
      }
    }`,
    [TeamParts],
  ),
  async variables({ query }, execute) {
    await requireOwn(execute, query)
    return span(query)
  },
  reply({ viewer, teams }, { arrival }) {
    const { publicUrl } = arrival
    const organization = organizationUri(publicUrl, found(viewer, 'user'))
    return listed(teams, shown => shape(shown, organization, publicUrl), arrival)
  },
  names: spanNames,
})

const get = route({
  method: 'GET',
  path: '/teams/:uuid',
  name: 'getTeam',
  summary: 'One team.',
  group,
  scope,
  request: { params: uuid('the team') },
  response: one(Team),
  document: graphql(
    'query CalendlyGetTeam($id: ID!) { viewer { id mainTeamId } team(id: $id) { ...CalendlyTeam } }',
    [TeamParts],
  ),
  variables: ({ params }) => ({ id: params.uuid }),
  reply({ viewer, team }, { arrival: { publicUrl } }) {
    const organization = organizationUri(publicUrl, found(viewer, 'user'))
    return { resource: shape(found(team, 'team'), organization, publicUrl) }
  },
})

export const teams = [list, get]
