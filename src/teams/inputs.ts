import { Weekday } from '../accounts/weekday.ts'
import { DEFAULT_COLOR } from '../bounds.ts'
import { builder } from '../graph/builder.ts'
import { InvitationStatus, TeamRole } from './types.ts'

const DISPLAY =
  'An object for pages that show the team, told to everyone; at most 16384 characters.'

export const CreateTeamInput = builder.inputType('CreateTeamInput', {
  description: 'A new team.',
  fields: t => ({
    name: t.string({ required: true, description: 'What it is called, at most 100 characters.' }),
    slug: t.string({
      description: 'First segment of its booking links; made of the name unless given.',
    }),
    logoUrl: t.field({ type: 'URL', description: 'Picture.' }),
    bio: t.string({ description: 'Some words about it, at most 2000 characters.' }),
    brandColor: t.string({ description: `\`#rrggbb\`. Default \`${DEFAULT_COLOR}\`.` }),
    timeZone: t.field({
      type: 'TimeZone',
      description: 'Its zone; that of the viewer unless given.',
    }),
    weekStart: t.field({
      type: Weekday,
      description: 'With which day a week begins; MONDAY unless given.',
    }),
    display: t.field({ type: 'JSON', description: DISPLAY }),
    unlessInOne: t.boolean({
      description:
        'true: the answer is the team that the viewer is in for the longest, if there is one, and none is made.',
    }),
  }),
})

export const UpdateTeamInput = builder.inputType('UpdateTeamInput', {
  description: 'What to change of a team; fields that are left out stay.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the team.' }),
    name: t.string({ description: 'What it is called; the slug stays.' }),
    slug: t.string({
      description:
        'First segment of its booking links: lower-case letters, digits, single hyphens.',
    }),
    logoUrl: t.field({ type: 'URL', description: 'Picture; null takes it away.' }),
    bio: t.string({ description: 'Some words about it; null takes them away.' }),
    brandColor: t.string({ description: '`#rrggbb`.' }),
    timeZone: t.field({ type: 'TimeZone', description: 'Its zone.' }),
    weekStart: t.field({ type: Weekday, description: 'With which day a week begins.' }),
    display: t.field({ type: 'JSON', description: DISPLAY }),
  }),
})

export const AddTeamMemberInput = builder.inputType('AddTeamMemberInput', {
  description: 'An account to put into a team.',
  fields: t => ({
    teamId: t.id({ required: true, description: 'Id of the team.' }),
    userId: t.id({ required: true, description: 'Id of the account.' }),
    role: t.field({
      type: TeamRole,
      description: 'What it may do once it has accepted; MEMBER unless given.',
    }),
  }),
})

export const ChangeTeamMemberInput = builder.inputType('ChangeTeamMemberInput', {
  description: 'Another role for a member.',
  fields: t => ({
    id: t.id({ required: true, description: 'Id of the member.' }),
    role: t.field({ type: TeamRole, required: true, description: 'The new role.' }),
  }),
})

export const InviteToTeamInput = builder.inputType('InviteToTeamInput', {
  description: 'An e-mail address to ask into a team.',
  fields: t => ({
    teamId: t.id({ required: true, description: 'Id of the team.' }),
    email: t.field({ type: 'EmailAddress', required: true, description: 'Who is asked.' }),
    role: t.field({ type: TeamRole, description: 'The role that they get; MEMBER unless given.' }),
  }),
})

export const AnswerInvitationInput = builder.inputType('AnswerInvitationInput', {
  description: 'The answer to an invitation.',
  fields: t => ({
    id: t.id({
      required: true,
      description:
        "Id of the invitation to the viewer's address, or of the viewer's own membership that waits.",
    }),
    accept: t.boolean({ required: true, description: 'Whether to be in it.' }),
  }),
})

export const TeamFilter = builder.inputType('TeamFilter', {
  description: 'Which teams; all conditions hold at once.',
  fields: t => ({
    accepted: t.boolean({
      description:
        'False: those that added the viewer and wait for an answer. Those that the viewer is in unless given.',
    }),
    roles: t.field({ type: [TeamRole], description: 'Where the viewer has one of these roles.' }),
    not: t.id({ description: 'All but this team.' }),
  }),
})

export const TeamMemberFilter = builder.inputType('TeamMemberFilter', {
  description: 'Which members; all conditions hold at once.',
  fields: t => ({
    accepted: t.boolean({
      description: 'Only those who have accepted, or only those who have not.',
    }),
    roles: t.field({ type: [TeamRole], description: 'With one of these roles.' }),
    emails: t.field({
      type: ['EmailAddress'],
      description: 'With one of these addresses, at most 100; accepted ones.',
    }),
    userId: t.id({ description: 'The one of this account.' }),
  }),
})

export const TeamInvitationFilter = builder.inputType('TeamInvitationFilter', {
  description: 'Which invitations; all conditions hold at once.',
  fields: t => ({
    statuses: t.field({ type: [InvitationStatus], description: 'In one of these states.' }),
    email: t.field({ type: 'EmailAddress', description: 'Of this address.' }),
  }),
})
