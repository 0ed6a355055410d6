// Invitations to the user's organization. Whoever is alone makes a team of it with the first.

import { z } from 'zod'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { titled } from '../errors.ts'
import { listed, listOf, nothing, one, page, sort, span, spanNames } from '../list.ts'
import { Time, time } from '../time.ts'
import { publicId, segment, Uri, uriOf } from '../uris.ts'
import { denied, isOrganizationOf, NO_ACCESS, type Self, selfOf } from './self.ts'

const group = 'Organizations'
const scope = 'teams:read'

const states = { pending: 'PENDING', accepted: 'ACCEPTED', declined: 'DECLINED' } as const
const Status = z.enum(['pending', 'accepted', 'declined'])
const statusOf = { PENDING: 'pending', ACCEPTED: 'accepted', DECLINED: 'declined' } as const

const InvitationParts = graphql(`
  fragment CalendlyInvitation on TeamInvitation { id email status team { id } user { id: userId } lastSentAt createdAt updatedAt }
`)

const Invitation = z
  .object({
    uri: Uri,
    organization: Uri,
    email: z.string(),
    status: Status,
    created_at: Time,
    updated_at: Time,
    last_sent_at: Time.nullable(),
    user: Uri.optional().meta({ description: 'Who accepted.' }),
  })
  .meta({ id: 'OrganizationInvitation' })

function invitation(
  shown: ResultOf<typeof InvitationParts>,
  publicUrl: string,
): z.input<typeof Invitation> {
  const organization = uriOf(publicUrl, 'organizations', shown.team.id)
  return {
    uri: `${organization}/invitations/${publicId(shown.id)}`,
    organization,
    email: shown.email,
    status: statusOf[shown.status],
    created_at: time(shown.createdAt),
    updated_at: time(shown.updatedAt),
    last_sent_at: time(shown.lastSentAt),
    ...(shown.user && { user: uriOf(publicUrl, 'users', shown.user.id) }),
  }
}

const ofOrganization = z.object({ organization: segment('the organization') })
const ofInvitation = ofOrganization.extend({ uuid: segment('the invitation') })

/**
 * Who asks, as an owner or admin of the organization.
 * @throws CallError NOT_FOUND for another; FORBIDDEN for a member.
 */
async function asAdmin(execute: ExecuteDocument, organization: string): Promise<Self> {
  const self = await selfOf(execute)
  found(isOrganizationOf(self, organization) || null, 'organization')
  if (!self.isAdmin) throw denied(NO_ACCESS)
  return self
}

const list = route({
  method: 'GET',
  path: '/organizations/:organization/invitations',
  name: 'listOrganizationInvitations',
  summary: 'Invitations to the organization, oldest first unless another order is asked for.',
  group,
  scope,
  request: {
    params: ofOrganization,
    query: z.object({
      email: z.string().optional().meta({ description: 'Only those of this address.' }),
      status: Status.optional(),
      sort: sort<boolean>({ created_at: [false, true] }, false),
      ...page,
    }),
  },
  response: listOf(Invitation),
  document: graphql(
    `query CalendlyListInvitations(
      $team: ID!, $hasTeam: Boolean!, $filter: TeamInvitationFilter!, $newestFirst: Boolean!
      $first: Int, $after: String, $last: Int, $before: String
    ) {
      viewer { id }
      team(id: $team) @include(if: $hasTeam) {
        invitations(
          filter: $filter, newestFirst: $newestFirst, first: $first, after: $after, last: $last, before: $before
        ) {
          edges { node { ...CalendlyInvitation } }
          pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
        }
      }
    }`,
    [InvitationParts],
  ),
  async variables({ params, query }, execute) {
    const { mainTeamId } = await asAdmin(execute, params.organization)
    return {
      team: mainTeamId ?? '',
      hasTeam: mainTeamId !== null,
      filter: { email: query.email, statuses: query.status && [states[query.status]] },
      newestFirst: query.sort,
      ...span(query),
    }
  },
  reply: ({ team }, { arrival }) =>
    listed(team?.invitations ?? nothing, shown => invitation(shown, arrival.publicUrl), arrival),
  names: { 'filter.email': 'email', ...spanNames },
})

export const GetInvitation = graphql(
  'query CalendlyGetInvitation($id: ID!) { teamInvitation(id: $id) { ...CalendlyInvitation } }',
  [InvitationParts],
)

const get = route({
  method: 'GET',
  path: '/organizations/:organization/invitations/:uuid',
  name: 'getOrganizationInvitation',
  summary: 'One invitation.',
  group,
  scope,
  request: { params: ofInvitation },
  response: one(Invitation),
  document: GetInvitation,
  variables: ({ params }, execute) => idIn(execute, params),
  reply: (data, { arrival }) => ({
    resource: invitation(found(data.teamInvitation, 'invitation'), arrival.publicUrl),
  }),
})

/** The id of an invitation to the user's organization. @throws CallError NOT_FOUND; FORBIDDEN. */
async function idIn(
  execute: ExecuteDocument,
  { organization, uuid: id }: z.output<typeof ofInvitation>,
): Promise<{ id: string }> {
  const { mainTeamId } = await asAdmin(execute, organization)
  const { teamInvitation } = await execute(GetInvitation, { id })
  found(
    teamInvitation !== null && teamInvitation.team.id === mainTeamId ? teamInvitation : null,
    'invitation',
  )
  return { id }
}

export const MakeTeam = graphql(
  `mutation CalendlyMakeOrganization($name: String!) {
    createTeam(input: { name: $name, unlessInOne: true }) { team { id } }
  }`,
)

const MAX_NAME = 100

/** The team of the organization, made if there is none yet. */
async function teamOf(execute: ExecuteDocument, { mainTeamId, name }: Self): Promise<string> {
  return (
    mainTeamId ?? (await execute(MakeTeam, { name: name.slice(0, MAX_NAME) })).createTeam.team.id
  )
}

const invite = route({
  method: 'POST',
  path: '/organizations/:organization/invitations',
  name: 'createOrganizationInvitation',
  summary:
    'Asks an e-mail address into the organization. The first invitation makes a team of that of a single user.',
  group,
  scope: 'teams:write',
  status: 201,
  request: {
    params: ofOrganization,
    body: z.object({ email: z.string('must be filled').min(1, 'must be filled') }),
  },
  response: one(Invitation),
  document: graphql(
    `mutation CalendlyInvite($input: InviteToTeamInput!) {
      inviteToTeam(input: $input) { invitation { ...CalendlyInvitation } }
    }`,
    [InvitationParts],
  ),
  async variables({ params, body: { email } }, execute) {
    const self = await asAdmin(execute, params.organization)
    if (!z.email().safeParse(email).success)
      throw titled('Invalid Email', `${email} is an invalid email format`)
    if (email.toLowerCase() === self.email)
      throw titled('Already Organization Member', `${email} is a member already`)
    return { input: { teamId: await teamOf(execute, self), email } }
  },
  reply: ({ inviteToTeam }, { arrival }) => ({
    resource: invitation(inviteToTeam.invitation, arrival.publicUrl),
  }),
  names: { 'input.email': 'email' },
})

const revoke = route({
  method: 'DELETE',
  path: '/organizations/:organization/invitations/:uuid',
  name: 'revokeOrganizationInvitation',
  summary: 'Takes an invitation back that waits for its answer.',
  group,
  scope: 'teams:write',
  status: 204,
  request: { params: ofInvitation },
  document: graphql(
    'mutation CalendlyRevokeInvitation($id: ID!) { cancelInvitation(input: { id: $id }) { id: deletedId } }',
  ),
  variables: ({ params }, execute) => idIn(execute, params),
  reply: () => undefined,
})

export const invitations = [list, invite, get, revoke]
