// Who is in the user's organization, and in what role.

import { z } from 'zod'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { listed, listOf, nothing, one, page, span, spanNames } from '../list.ts'
import { Time, time } from '../time.ts'
import { Uri, uriOf, uuid } from '../uris.ts'
import { MemberParts, memberOf, personOf, requireMember, type ShownMember } from './members.ts'
import { membershipIdOf, organizationUri, userIdOf } from './organization.ts'
import { denied, isOrganizationOf, NO_ACCESS, owner, type Self, selfOf } from './self.ts'
import { Member, member, UserParts } from './user.ts'

const group = 'Organizations'
const scope = 'teams:read'

const roles = { owner: 'OWNER', admin: 'ADMIN', user: 'MEMBER' } as const

const Role = z.enum(['owner', 'admin', 'user'])

const roleOf = { OWNER: 'owner', ADMIN: 'admin', MEMBER: 'user' } as const

const Membership = z
  .object({
    uri: Uri,
    role: Role,
    user: Member,
    organization: Uri,
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'OrganizationMembership' })

type Person = ResultOf<typeof UserParts>

const shape = (
  person: Person,
  role: z.output<typeof Role>,
  publicUrl: string,
): z.input<typeof Membership> => ({
  uri: uriOf(publicUrl, 'organization_memberships', membershipIdOf(person.id)),
  role,
  user: member(person, publicUrl),
  organization: organizationUri(publicUrl, person),
  created_at: time(person.createdAt),
  updated_at: time(person.updatedAt),
})

const ofMember = (shown: ShownMember, publicUrl: string) =>
  shape(personOf(shown), roleOf[shown.role], publicUrl)

/** Of who is in no team. */
const ofAlone = (person: Person, publicUrl: string) => shape(person, 'owner', publicUrl)

/** Whose memberships are listed: all, or those of one user. @throws CallError FORBIDDEN. */
async function userMeant(
  execute: ExecuteDocument,
  self: Self,
  { user, organization }: { user?: string | undefined; organization?: string | undefined },
): Promise<string | undefined> {
  if (organization !== undefined && !isOrganizationOf(self, organization)) throw denied(NO_ACCESS)
  if (user !== undefined && user !== self.id) {
    await requireMember(execute, self, user)
    if (!self.isAdmin) throw denied(NO_ACCESS)
  }
  return user ?? (self.isAdmin ? undefined : self.id)
}

const list = route({
  method: 'GET',
  path: '/organization_memberships',
  name: 'listOrganizationMemberships',
  summary: 'Memberships of the organization; to others than owners and admins, their own.',
  group,
  scope,
  request: {
    query: z.object({
      ...owner,
      email: z.string().optional().meta({ description: 'Only that of who has this address.' }),
      role: Role.optional(),
      ...page,
    }),
  },
  response: listOf(Membership),
  document: graphql(
    `query CalendlyListMemberships(
      $team: ID!, $hasTeam: Boolean!, $filter: TeamMemberFilter!, $first: Int, $after: String, $last: Int, $before: String
    ) {
      viewer { ...CalendlyUser }
      team(id: $team) @include(if: $hasTeam) {
        members(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
          edges { node { ...CalendlyMember } }
          pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
        }
      }
    }`,
    [UserParts, MemberParts],
  ),
  async variables({ query }, execute) {
    const self = await selfOf(execute)
    return {
      team: self.mainTeamId ?? '',
      hasTeam: self.mainTeamId !== null,
      filter: {
        accepted: true,
        userId: await userMeant(execute, self, query),
        emails: query.email === undefined ? undefined : [query.email],
        roles: query.role === undefined ? undefined : [roles[query.role]],
      },
      ...span(query),
    }
  },
  reply({ viewer, team }, { query, arrival }) {
    const { publicUrl } = arrival
    if (team?.members != null)
      return listed(team.members, node => ofMember(node, publicUrl), arrival)
    const alone = found(viewer, 'user')
    const isMeant =
      (query.email ?? alone.email).toLowerCase() === alone.email &&
      (query.role ?? 'owner') === 'owner' &&
      query.page_token === undefined
    const edges = isMeant ? [{ node: alone }] : []
    return listed({ ...nothing, edges }, node => ofAlone(node, publicUrl), arrival)
  },
  names: { 'filter.emails': 'email', ...spanNames },
})

const get = route({
  method: 'GET',
  path: '/organization_memberships/:uuid',
  name: 'getOrganizationMembership',
  summary: "A membership of the organization; the user's own also as `me`.",
  group,
  scope,
  request: { params: uuid('the membership') },
  response: one(Membership),
  document: graphql(
    `query CalendlyGetMembership($team: ID!, $hasTeam: Boolean!, $user: ID!) {
      viewer { ...CalendlyUser }
      team(id: $team) @include(if: $hasTeam) {
        members(first: 1, filter: { accepted: true, userId: $user }) { edges { node { ...CalendlyMember } } }
      }
    }`,
    [UserParts, MemberParts],
  ),
  async variables({ params }, execute) {
    const self = await selfOf(execute)
    const user = params.uuid === 'me' ? self.id : userIdOf(params.uuid)
    if (user !== self.id && !self.isAdmin) throw denied(NO_ACCESS)
    return { team: self.mainTeamId ?? '', hasTeam: self.mainTeamId !== null, user }
  },
  reply({ viewer, team }, { params, arrival: { publicUrl } }) {
    const shown = team?.members?.edges[0]?.node
    if (shown !== undefined) return { resource: ofMember(shown, publicUrl) }
    const isOwn =
      viewer?.mainTeamId === null && ['me', membershipIdOf(viewer.id)].includes(params.uuid)
    return { resource: ofAlone(found(isOwn ? viewer : null, 'membership'), publicUrl) }
  },
})

const remove = route({
  method: 'DELETE',
  path: '/organization_memberships/:uuid',
  name: 'deleteOrganizationMembership',
  summary: 'Takes a user out of the organization.',
  group,
  scope: 'teams:write',
  status: 204,
  request: { params: uuid('the membership') },
  document: graphql(
    'mutation CalendlyRemoveMember($id: ID!) { removeTeamMember(input: { id: $id }) { id: deletedId } }',
  ),
  async variables({ params }, execute) {
    const self = await selfOf(execute)
    const user = params.uuid === 'me' ? self.id : userIdOf(params.uuid)
    if (user === self.id) throw denied('You can not remove yourself from organization')
    const leaving = await memberOf(execute, self, user)
    if (leaving === null) throw denied('You cannot modify members from another organization')
    if (!self.isAdmin) throw denied(NO_ACCESS)
    if (leaving.role === 'OWNER') throw denied('You can not change owner role')
    return { id: leaving.id }
  },
  reply: () => undefined,
})

export const memberships = [list, get, remove]
