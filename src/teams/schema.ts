import { hostOf, requireScope } from '../context.ts'
import type {
  TeamInvitation as TeamInvitationRow,
  TeamMember as TeamMemberRow,
  Team as TeamRow,
} from '../db/generated/client/client.ts'
import { builder } from '../graph/builder.ts'
import { DeletePayload } from '../graph/delete-payload.ts'
import { idInput } from '../graph/id-input.ts'
import { connectionCost, offset, totalCount } from '../graph/pagination.ts'
import { byId } from '../ids.ts'
import { answerInvitation } from './answer-invitation.ts'
import { createTeam } from './create.ts'
import { deleteTeam } from './delete.ts'
import {
  AddTeamMemberInput,
  AnswerInvitationInput,
  ChangeTeamMemberInput,
  CreateTeamInput,
  InviteToTeamInput,
  TeamFilter,
  TeamInvitationFilter,
  TeamMemberFilter,
  UpdateTeamInput,
} from './inputs.ts'
import { cancelInvitation, findInvitation, inviteToTeam, resendInvitation } from './invite.ts'
import { listInvitations, listMembers, listOwnInvitations, listTeams } from './list.ts'
import { mainPlace } from './main-team.ts'
import {
  addTeamMember,
  changeTeamMember,
  findTeamMember,
  leaveTeam,
  removeTeamMember,
} from './members.ts'
import { nullIfNotFound } from './null-if-not-found.ts'
import { membershipOf } from './policy.ts'
import { Team, TeamInvitation, TeamMember, TeamRole } from './types.ts'
import { updateTeam } from './update.ts'

export { Team } from './types.ts'

const read = { requiresScope: { scope: 'teams:read' } } as const
const write = { requiresScope: { scope: 'teams:write' } } as const

const TeamMemberConnection = builder.connectionObject<
  typeof TeamMember,
  NonNullable<Awaited<ReturnType<typeof listMembers>>>
>(
  {
    type: TeamMember,
    name: 'TeamMemberConnection',
    description: 'A page of members.',
    fields: c => ({ totalCount: c.int(totalCount) }),
  },
  { name: 'TeamMemberEdge', description: 'A member in their place.' },
)

const TeamInvitationConnection = builder.connectionObject<
  typeof TeamInvitation,
  Awaited<ReturnType<typeof listOwnInvitations>>
>(
  {
    type: TeamInvitation,
    name: 'TeamInvitationConnection',
    description: 'A page of invitations.',
    fields: c => ({ totalCount: c.int(totalCount) }),
  },
  { name: 'TeamInvitationEdge', description: 'An invitation in its place.' },
)

builder.prismaObjectFields('User', t => ({
  mainTeamId: t.id({
    nullable: true,
    description: 'Id of the team that the account is in for the longest; null: it is in none.',
    select: mainPlace,
    resolve: ({ memberships: [place] }) => place?.team.uid ?? null,
  }),
  mainTeamRole: t.field({
    type: TeamRole,
    nullable: true,
    description: 'What the account may do there.',
    select: mainPlace,
    resolve: ({ memberships: [place] }) => place?.role ?? null,
  }),
}))

builder.prismaObjectField('Team', 'membership', t =>
  t.field({
    type: TeamMember,
    nullable: true,
    description:
      "The viewer's own membership, also one that waits for `answerInvitation`. Null for those who have none.",
    directives: read,
    resolve: (team, _args, ctx) =>
      ctx.db.teamMember.findUnique({
        where: { teamId_userId: { teamId: team.id, userId: hostOf(ctx) } },
      }),
  }),
)

builder.prismaObjectField('Team', 'members', t =>
  t.connection(
    {
      type: TeamMember,
      nullable: true,
      description:
        'Who is in it, in the order in which they were added; null for those who are not.',
      directives: read,
      complexity: connectionCost,
      args: {
        offset: t.arg(offset),
        filter: t.arg({ type: TeamMemberFilter, description: 'Filter. Default: all.' }),
      },
      resolve: (team, args, ctx) => listMembers(ctx, team.id, args),
    },
    TeamMemberConnection,
  ),
)

builder.prismaObjectField('Team', 'invitations', t =>
  t.connection(
    {
      type: TeamInvitation,
      nullable: true,
      description:
        'Invitations by email, the oldest first by default. Null unless the viewer is an admin.',
      directives: read,
      complexity: connectionCost,
      args: {
        filter: t.arg({ type: TeamInvitationFilter, description: 'Filter. Default: all.' }),
        newestFirst: t.arg.boolean({ description: 'Whether the list runs from the newest on.' }),
      },
      resolve: (team, args, ctx) => listInvitations(ctx, team.id, args),
    },
    TeamInvitationConnection,
  ),
)

builder.prismaObjectField('BookingPage', 'team', t =>
  t.relation('team', {
    type: Team,
    nullable: true,
    description: 'Whose page it is; null for a host.',
  }),
)

builder.nodeRef(TeamMember, {
  id: { resolve: (member: TeamMemberRow) => member.uid, description: 'Starts with `tmb_`.' },
  loadWithoutCache: (id, ctx) => {
    requireScope(ctx, 'teams:read')
    return nullIfNotFound(findTeamMember(ctx, String(id), 'id'))
  },
})

builder.nodeRef(TeamInvitation, {
  id: {
    resolve: (invitation: TeamInvitationRow) => invitation.uid,
    description: 'Starts with `tmi_`.',
  },
  loadWithoutCache: (id, ctx) => {
    requireScope(ctx, 'teams:read')
    return nullIfNotFound(findInvitation(ctx, String(id)))
  },
})

const TeamPayload = builder.objectRef<{ team: TeamRow }>('TeamPayload').implement({
  description: 'The team after the change.',
  fields: t => ({
    team: t.field({ type: Team, description: 'The team.', resolve: payload => payload.team }),
  }),
})

const TeamMemberPayload = builder
  .objectRef<{ member: TeamMemberRow }>('TeamMemberPayload')
  .implement({
    description: 'The member after the change.',
    fields: t => ({
      member: t.field({
        type: TeamMember,
        description: 'The member.',
        resolve: payload => payload.member,
      }),
    }),
  })

const TeamInvitationPayload = builder
  .objectRef<{ invitation: TeamInvitationRow }>('TeamInvitationPayload')
  .implement({
    description: 'The invitation after the change.',
    fields: t => ({
      invitation: t.field({
        type: TeamInvitation,
        description: 'The invitation.',
        resolve: payload => payload.invitation,
      }),
    }),
  })

const AnswerInvitationPayload = builder
  .objectRef<{ team: TeamRow; member: TeamMemberRow | null }>('AnswerInvitationPayload')
  .implement({
    description: 'What came of an answer.',
    fields: t => ({
      team: t.field({ type: Team, description: 'The team.', resolve: payload => payload.team }),
      member: t.field({
        type: TeamMember,
        nullable: true,
        description: 'The place of the viewer in it; null for one who declined.',
        resolve: payload => payload.member,
      }),
    }),
  })

builder.queryFields(t => ({
  team: t.field({
    type: Team,
    nullable: true,
    description: 'A team that the viewer is in, by its id or databaseId; null when there is none.',
    directives: read,
    args: { id: t.arg.id({ required: true, description: 'Id of the team.' }) },
    resolve: async (_root, { id }, ctx) => (await membershipOf(ctx, id))?.team ?? null,
  }),
  teamPage: t.prismaField({
    type: 'BookingPage',
    nullable: true,
    description: 'The public page of a team; null when there is none. Public.',
    args: { teamId: t.arg.id({ required: true, description: 'Id of the team.' }) },
    resolve: (query, _root, { teamId }, ctx) =>
      ctx.db.bookingPage.findFirst({ ...query, where: { team: byId(teamId) } }),
  }),
  teams: t.connection(
    {
      type: Team,
      description: 'Teams that the viewer is in, the oldest first.',
      directives: read,
      complexity: connectionCost,
      args: { filter: t.arg({ type: TeamFilter, description: 'Which ones.' }) },
      resolve: (_root, args, ctx) => listTeams(ctx, args),
    },
    {
      name: 'TeamConnection',
      description: 'A page of teams.',
      fields: c => ({ totalCount: c.int(totalCount) }),
    },
    { name: 'TeamEdge', description: 'A team in its place.' },
  ),
  teamMember: t.field({
    type: TeamMember,
    nullable: true,
    description:
      "A member of a team that the viewer is in, or the viewer's own place before they accept it; null when there is none.",
    directives: read,
    args: { id: t.arg.id({ required: true, description: 'Id of the member.' }) },
    resolve: (_root, { id }, ctx) => nullIfNotFound(findTeamMember(ctx, id, 'id')),
  }),
  teamInvitation: t.field({
    type: TeamInvitation,
    nullable: true,
    description:
      "An invitation of a team whose admin the viewer is, or to the viewer's address; null when there is none.",
    directives: read,
    args: { id: t.arg.id({ required: true, description: 'Id of the invitation.' }) },
    resolve: (_root, { id }, ctx) => nullIfNotFound(findInvitation(ctx, id)),
  }),
  receivedInvitations: t.connection(
    {
      type: TeamInvitation,
      description:
        "Invitations to the viewer's address that can still be answered, the oldest first.",
      directives: read,
      complexity: connectionCost,
      resolve: (_root, args, ctx) => listOwnInvitations(ctx, args),
    },
    TeamInvitationConnection,
  ),
}))

const CancelInvitationInput = idInput('CancelInvitationInput', 'The invitation to cancel.')
const DeleteTeamInput = idInput('DeleteTeamInput', 'The team to delete.')
const LeaveTeamInput = idInput('LeaveTeamInput', 'The team to leave.')
const RemoveTeamMemberInput = idInput('RemoveTeamMemberInput', 'The member to remove.')
const ResendInvitationInput = idInput('ResendInvitationInput', 'The invitation to renew.')

builder.mutationFields(t => ({
  createTeam: t.field({
    type: TeamPayload,
    description: 'Makes a team, whose owner the viewer is.',
    directives: write,
    args: { input: t.arg({ type: CreateTeamInput, required: true, description: 'The new team.' }) },
    resolve: async (_root, { input }, ctx) => ({ team: await createTeam(ctx, input) }),
  }),
  updateTeam: t.field({
    type: TeamPayload,
    description: 'Changes a team, as an owner.',
    directives: write,
    args: {
      input: t.arg({ type: UpdateTeamInput, required: true, description: 'What to change.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ team: await updateTeam(ctx, input) }),
  }),
  deleteTeam: t.field({
    type: DeletePayload,
    description: 'Takes a team away for good, as an owner.',
    directives: write,
    args: {
      input: t.arg({ type: DeleteTeamInput, required: true, description: 'The team to delete.' }),
    },
    resolve: (_root, { input }, ctx) => deleteTeam(ctx, input.id),
  }),
  addTeamMember: t.field({
    type: TeamMemberPayload,
    description:
      'Adds an account to a team, as an admin. It has no rights there until it accepts. A `databaseId` names only accounts that share a team or a platform client with the viewer.',
    directives: write,
    args: {
      input: t.arg({ type: AddTeamMemberInput, required: true, description: 'Whom, and where.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ member: await addTeamMember(ctx, input) }),
  }),
  changeTeamMember: t.field({
    type: TeamMemberPayload,
    description: 'Gives a member another role, as an admin; only an owner decides over owners.',
    directives: write,
    args: {
      input: t.arg({
        type: ChangeTeamMemberInput,
        required: true,
        description: 'Whom, and which role.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({ member: await changeTeamMember(ctx, input) }),
  }),
  removeTeamMember: t.field({
    type: DeletePayload,
    description:
      'Takes a member out of a team, as an admin; only an owner decides over owners. Bookings stay.',
    directives: write,
    args: {
      input: t.arg({
        type: RemoveTeamMemberInput,
        required: true,
        description: 'The member to remove.',
      }),
    },
    resolve: (_root, { input }, ctx) => removeTeamMember(ctx, input.id),
  }),
  leaveTeam: t.field({
    type: DeletePayload,
    description:
      'Removes the viewer from a team. The last owner cannot leave. Returns the id of the membership.',
    directives: write,
    args: {
      input: t.arg({ type: LeaveTeamInput, required: true, description: 'The team to leave.' }),
    },
    resolve: (_root, { input }, ctx) => leaveTeam(ctx, input.id),
  }),
  inviteToTeam: t.field({
    type: TeamInvitationPayload,
    description:
      'Invites an email address to a team, as an admin. The account with that address, now or later, finds the invitation in `receivedInvitations`.',
    directives: write,
    args: {
      input: t.arg({ type: InviteToTeamInput, required: true, description: 'Whom, and where.' }),
    },
    resolve: async (_root, { input }, ctx) => ({ invitation: await inviteToTeam(ctx, input) }),
  }),
  resendInvitation: t.field({
    type: TeamInvitationPayload,
    description: 'Renews a pending invitation, expired or not, as an admin.',
    directives: write,
    args: {
      input: t.arg({
        type: ResendInvitationInput,
        required: true,
        description: 'The invitation to renew.',
      }),
    },
    resolve: async (_root, { input }, ctx) => ({
      invitation: await resendInvitation(ctx, input.id),
    }),
  }),
  cancelInvitation: t.field({
    type: DeletePayload,
    description: 'Takes a pending invitation back, as an admin.',
    directives: write,
    args: {
      input: t.arg({
        type: CancelInvitationInput,
        required: true,
        description: 'The invitation to cancel.',
      }),
    },
    resolve: (_root, { input }, ctx) => cancelInvitation(ctx, input.id),
  }),
  answerInvitation: t.field({
    type: AnswerInvitationPayload,
    description:
      'Accepts or declines a team that waits for the viewer: one that invited their address, or added their account.',
    directives: write,
    args: {
      input: t.arg({ type: AnswerInvitationInput, required: true, description: 'The answer.' }),
    },
    resolve: (_root, { input }, ctx) => answerInvitation(ctx, input),
  }),
}))
