// Who is in a team: its contract, 10.2.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, type Route, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { saying } from '../errors.ts'
import { requireExisting, returningDeleted } from '../existing.ts'
import { joined, more, page, span, spanNames } from '../pagination.ts'
import { id, integer, number, oneOf, truth } from '../values.ts'
import { params, roles } from './routes.ts'

const group = 'Memberships'
const read = 'teams:read'
const write = 'teams:write'

const MemberParts = graphql(`
  fragment CalcomMember on TeamMember {
    id databaseId userDatabaseId role acceptedAt email
    team { id databaseId }
    user { name avatarUrl bookingPage { slug bio } }
  }
`)

type Shown = ResultOf<typeof MemberParts>

const role = oneOf(['MEMBER', 'ADMIN', 'OWNER'])

const Membership = z
  .object({
    id,
    userId: id,
    teamId: id,
    accepted: z.boolean(),
    role,
    disableImpersonation: z.literal(false),
    user: z.object({
      name: z.string().meta({
        description: 'Empty until they have accepted, as are the other fields of `user`.',
      }),
      email: z.string(),
      username: z.string().nullable(),
      avatarUrl: z.string().nullable(),
      bio: z.string().nullable(),
      metadata: z.record(z.string(), z.unknown()),
    }),
  })
  .meta({ id: 'Membership' })

const membership = ({ user, team, ...shown }: Shown): z.input<typeof Membership> => ({
  id: shown.databaseId,
  userId: shown.userDatabaseId,
  teamId: team.databaseId,
  accepted: shown.acceptedAt !== null,
  role: shown.role,
  disableImpersonation: false,
  user: {
    name: user?.name ?? '',
    email: shown.email ?? '',
    username: user?.bookingPage?.slug ?? null,
    avatarUrl: user?.avatarUrl ?? null,
    bio: user?.bookingPage?.bio ?? null,
    metadata: {},
  },
})

const one = z.object({ ...params.shape, membershipId: number('membership') })

const settings = z
  .object({
    accepted: truth.meta({
      description: 'True accepts a place that waits for the caller; nobody else can.',
    }),
    role,
    disableImpersonation: truth,
  })
  .partial()

const create = route({
  method: 'POST',
  path: '/teams/:teamId/memberships',
  name: 'createMembership',
  summary: 'Puts an account into a team, as an admin. It has no rights there until it accepts.',
  group,
  scope: write,
  status: 201,
  request: { params, body: z.object({ userId: integer(1, 2_147_483_647), ...settings.shape }) },
  response: enveloped(Membership),
  document: graphql(
    `mutation CalcomAddMember($input: AddTeamMemberInput!) {
      addTeamMember(input: $input) { member { ...CalcomMember } }
    }`,
    [MemberParts],
  ),
  variables: ({ params, body }) => ({
    input: { teamId: params.teamId, userId: body.userId.toString(), role: body.role },
  }),
  reply: ({ addTeamMember }) => success(membership(addTeamMember.member)),
  names: { 'input.userId': 'userId', 'input.teamId': 'teamId' },
})

const emails = z
  .union([
    z.array(z.string()),
    z.string().transform(list => list.split(',').map(each => each.trim())),
  ])
  .optional()
  .meta({ type: 'string', description: 'Only of these addresses, with commas.' })

const list = route({
  method: 'GET',
  path: '/teams/:teamId/memberships',
  name: 'listMemberships',
  summary: 'Who is in a team, in the order in which they were added.',
  group,
  scope: read,
  request: { params, query: z.object({ ...page(250), emails }) },
  response: enveloped(z.array(Membership)),
  document: graphql(
    `query CalcomListMembers($id: ID!, $filter: TeamMemberFilter, $first: Int!, $offset: Int, $after: String) {
      team(id: $id) {
        members(filter: $filter, first: $first, offset: $offset, after: $after) {
          edges { node { ...CalcomMember } } pageInfo { endCursor hasNextPage }
        }
      }
    }`,
    [MemberParts],
  ),
  variables: ({ params, query }) => ({
    id: params.teamId,
    filter: { emails: query.emails },
    ...span(query),
  }),
  reply: data => success(membersIn(data).edges.map(({ node }) => membership(node))),
  next: (data, { query }) => more(membersIn(data), query),
  join: (before, page) => ({ team: { members: joined(membersIn(before), membersIn(page)) } }),
  names: { ...spanNames, 'filter.emails': 'emails' },
})

const membersIn = <Members>({ team }: { team: { members: Members | null } | null }): Members =>
  found(team?.members ?? null, 'team')

const get = route({
  method: 'GET',
  path: '/teams/:teamId/memberships/:membershipId',
  name: 'getMembership',
  summary: 'One membership.',
  group,
  scope: read,
  request: { params: one },
  response: enveloped(Membership),
  document: graphql('query CalcomGetMember($id: ID!) { teamMember(id: $id) { ...CalcomMember } }', [
    MemberParts,
  ]),
  variables: ({ params }) => ({ id: params.membershipId }),
  reply: ({ teamMember }, { params }) =>
    success(
      membership(
        found(`${teamMember?.team.databaseId}` === params.teamId ? teamMember : null, 'membership'),
      ),
    ),
})

export const GetPlace = graphql(
  'query CalcomPlace($id: ID!) { viewer { id } teamMember(id: $id) { role acceptedAt userId } }',
)

const update = route({
  method: 'PATCH',
  path: '/teams/:teamId/memberships/:membershipId',
  name: 'updateMembership',
  summary: 'Gives a member another role, as an admin; or accepts the place of the caller.',
  group,
  scope: write,
  request: { params: one, body: settings },
  response: enveloped(Membership),
  document: graphql(
    `mutation CalcomChangeMember(
      $answer: AnswerInvitationInput!, $accepts: Boolean!, $input: ChangeTeamMemberInput!, $changes: Boolean!
    ) {
      answerInvitation(input: $answer) @include(if: $accepts) { member { ...CalcomMember } }
      changeTeamMember(input: $input) @include(if: $changes) { member { ...CalcomMember } }
    }`,
    [MemberParts],
  ),
  async variables({ params, body }, execute) {
    const { viewer, teamMember } = await execute(GetPlace, { id: params.membershipId })
    const place = found(teamMember, 'membership')
    const accepts =
      body.accepted === true && place.acceptedAt === null && place.userId === viewer?.id
    return {
      answer: { id: params.membershipId, accept: true },
      accepts,
      input: { id: params.membershipId, role: body.role ?? place.role },
      // Who may not, is told so; who changes nothing is answered what there is.
      changes: !accepts || body.role !== undefined,
    }
  },
  reply: ({ answerInvitation, changeTeamMember }) =>
    success(
      membership(found(changeTeamMember?.member ?? answerInvitation?.member ?? null, 'membership')),
    ),
  names: { 'input.id': 'membershipId' },
})

const remove = route({
  method: 'DELETE',
  path: '/teams/:teamId/memberships/:membershipId',
  name: 'deleteMembership',
  summary: 'Takes a member out of a team, as an admin, and answers the membership.',
  group,
  scope: write,
  request: { params: one },
  document: graphql(
    'mutation CalcomRemoveMember($id: ID!) { removeTeamMember(input: { id: $id }) { id: deletedId } }',
  ),
  variables: ({ params }) => ({ id: params.membershipId }),
  reply: () => undefined,
})

export const memberships: Route[] = [
  saying(roles, create),
  list,
  get,
  requireExisting(get, saying(roles, update)),
  returningDeleted(get, saying(roles, remove)),
]
