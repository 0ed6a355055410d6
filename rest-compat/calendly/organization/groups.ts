// Groups: the other teams that the user is in, besides the one that is their organization.

import { z } from 'zod'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { listed, listOf, nothing, one, page, span, spanNames } from '../list.ts'
import { Time, time } from '../time.ts'
import { reference, Uri, uriOf, uuid } from '../uris.ts'
import { MemberParts, personOf, type ShownMember } from './members.ts'
import { membershipIdOf, organizationUri, userIdOf } from './organization.ts'
import { denied, owner, requireOwn, selfOf } from './self.ts'
import { Member, member } from './user.ts'

const group = 'Organizations'
const scope = 'teams:read'

const GroupParts = graphql(`
  fragment CalendlyGroup on Team { id name createdAt updatedAt members(first: 1, filter: { accepted: true }) { totalCount } }
`)

const Group = z
  .object({
    uri: Uri,
    name: z.string(),
    organization: Uri,
    member_count: z.int(),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Group' })

const shape = (
  shown: ResultOf<typeof GroupParts>,
  organization: string,
  publicUrl: string,
): z.input<typeof Group> => ({
  uri: uriOf(publicUrl, 'groups', shown.id),
  name: shown.name,
  organization,
  member_count: shown.members?.totalCount ?? 0,
  created_at: time(shown.createdAt),
  updated_at: time(shown.updatedAt),
})

export const FindGroup = graphql(
  'query CalendlyFindGroup($id: ID!) { team(id: $id) { id membership { role } } }',
)

/**
 * The id of a group that the user is in.
 * @throws CallError FORBIDDEN for others, and for who is no owner or admin of it.
 */
export async function requireGroup(
  execute: ExecuteDocument,
  id: string,
  role: 'admin' | 'member' = 'admin',
): Promise<string> {
  const { mainTeamId } = await selfOf(execute)
  const { team } = await execute(FindGroup, { id })
  const place = team?.id === mainTeamId ? null : (team?.membership ?? null)
  if (place === null || (role === 'admin' && place.role === 'MEMBER'))
    throw denied('You do not have permission')
  return id
}

const Whose = z.object({ ...owner, ...page })

const list = route({
  method: 'GET',
  path: '/groups',
  name: 'listGroups',
  summary: 'Groups that the user is in.',
  group,
  scope,
  request: { query: Whose },
  response: listOf(Group),
  document: graphql(
    `query CalendlyListGroups($main: ID, $first: Int, $after: String, $last: Int, $before: String) {
      viewer { id mainTeamId }
      teams(filter: { not: $main }, first: $first, after: $after, last: $last, before: $before) {
        edges { node { ...CalendlyGroup } }
        pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
      }
    }`,
    [GroupParts],
  ),
  variables: async ({ query }, execute) => ({
    main: (await requireOwn(execute, query)).mainTeamId,
    ...span(query),
  }),
  reply({ viewer, teams }, { arrival }) {
    const { publicUrl } = arrival
    const organization = organizationUri(publicUrl, found(viewer, 'user'))
    return listed(teams, shown => shape(shown, organization, publicUrl), arrival)
  },
  names: spanNames,
})

const get = route({
  method: 'GET',
  path: '/groups/:uuid',
  name: 'getGroup',
  summary: 'One group.',
  group,
  scope,
  request: { params: uuid('the group') },
  response: one(Group),
  document: graphql(
    'query CalendlyGetGroup($id: ID!) { viewer { id mainTeamId } team(id: $id) { ...CalendlyGroup } }',
    [GroupParts],
  ),
  variables: ({ params }) => ({ id: params.uuid }),
  reply({ viewer, team }, { arrival: { publicUrl } }) {
    const user = found(viewer, 'user')
    const shown = found(team?.id === user.mainTeamId ? null : team, 'group')
    return { resource: shape(shown, organizationUri(publicUrl, user), publicUrl) }
  },
})

const Relationship = z
  .object({
    uri: Uri,
    role: z.enum(['member', 'admin']),
    owner: z.object({ type: z.literal('OrganizationMembership'), uri: Uri, user: Member }),
    organization: Uri,
    group: Uri,
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'GroupRelationship' })

function relationship(
  shown: ShownMember,
  organization: string,
  publicUrl: string,
): z.input<typeof Relationship> {
  const person = personOf(shown)
  return {
    uri: uriOf(publicUrl, 'group_relationships', shown.id),
    role: shown.role === 'MEMBER' ? 'member' : 'admin',
    owner: {
      type: 'OrganizationMembership',
      uri: uriOf(publicUrl, 'organization_memberships', membershipIdOf(person.id)),
      user: member(person, publicUrl),
    },
    organization,
    group: uriOf(publicUrl, 'groups', shown.team.id),
    created_at: time(shown.createdAt),
    updated_at: time(shown.updatedAt),
  }
}

const listRelationships = route({
  method: 'GET',
  path: '/group_relationships',
  name: 'listGroupRelationships',
  summary: "Who is in a group; without one, the user's own places in groups.",
  group,
  scope,
  request: {
    query: Whose.extend({
      group: reference('groups').optional(),
      owner: reference('organization_memberships')
        .optional()
        .meta({ description: 'Only those of this membership.' }),
    }),
  },
  response: listOf(Relationship),
  document: graphql(
    `query CalendlyListGroupRelationships(
      $main: ID, $group: ID!, $hasGroup: Boolean!, $user: ID, $first: Int, $after: String, $last: Int, $before: String
    ) {
      viewer { id mainTeamId }
      team(id: $group) @include(if: $hasGroup) {
        members(filter: { accepted: true, userId: $user }, first: $first, after: $after, last: $last, before: $before) {
          edges { node { ...CalendlyMember } }
          pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
        }
      }
      teams(filter: { not: $main }, first: $first, after: $after, last: $last, before: $before) @skip(if: $hasGroup) {
        edges { node { membership { ...CalendlyMember } } }
        pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
      }
    }`,
    [MemberParts],
  ),
  async variables({ query: { group, owner, ...query } }, execute) {
    const { mainTeamId } = await requireOwn(execute, query)
    if (group !== undefined) await requireGroup(execute, group, 'member')
    const user = owner === undefined ? undefined : userIdOf(owner)
    return {
      main: mainTeamId,
      group: group ?? '',
      hasGroup: group !== undefined,
      user,
      ...span(query),
    }
  },
  reply({ viewer, team, teams }, { query, arrival }) {
    const { publicUrl } = arrival
    const organization = organizationUri(publicUrl, found(viewer, 'user'))
    const show = (shown: ShownMember) => relationship(shown, organization, publicUrl)
    if (team?.members != null) return listed(team.members, show, arrival)
    if (query.owner !== undefined && userIdOf(query.owner) !== viewer?.id)
      return listed(nothing, show, arrival)
    const { edges, pageInfo } = found(teams ?? null, 'group')
    const places = edges.flatMap(({ node: { membership } }) =>
      membership === null ? [] : [{ node: membership }],
    )
    return listed({ edges: places, pageInfo }, show, arrival)
  },
  names: spanNames,
})

const getRelationship = route({
  method: 'GET',
  path: '/group_relationships/:uuid',
  name: 'getGroupRelationship',
  summary: "Somebody's place in a group.",
  group,
  scope,
  request: { params: uuid('the relationship') },
  response: one(Relationship),
  document: graphql(
    `query CalendlyGetGroupRelationship($id: ID!) {
      viewer { id mainTeamId }
      teamMember(id: $id) { acceptedAt ...CalendlyMember }
    }`,
    [MemberParts],
  ),
  variables: ({ params }) => ({ id: params.uuid }),
  reply({ viewer, teamMember }, { arrival: { publicUrl } }) {
    const user = found(viewer, 'user')
    const isOfGroup =
      teamMember !== null &&
      teamMember.acceptedAt !== null &&
      teamMember.team.id !== user.mainTeamId
    const shown = found(isOfGroup ? teamMember : null, 'relationship')
    return { resource: relationship(shown, organizationUri(publicUrl, user), publicUrl) }
  },
})

export const groups = [list, get, listRelationships, getRelationship]
