import { Weekday } from '../accounts/weekday.ts'
import { DEFAULT_COLOR } from '../bounds.ts'
import { builder } from '../graph/builder.ts'
import { InvitationStatus, TeamRole } from './types.ts'

const DISPLAY = 'A JSON object for pages that show the team. Public. At most 16384 characters.'

export const CreateTeamInput = builder.inputType('CreateTeamInput', {
  description: 'A new team.',
  fields: t => ({
    name: t.string({ required: true, description: 'What it is called, at most 100 characters.' }),
    slug: t.string({
      description: 'First segment of its booking links. By default derived from the name.',
    }),
    logoUrl: t.field({ type: 'URL', description: 'Picture.' }),
    bio: t.string({ description: 'Some words about it, at most 2000 characters.' }),
    brandColor: t.string({ description: `\`#rrggbb\`. Default \`${DEFAULT_COLOR}\`.` }),
    timeZone: t.field({
      type: 'TimeZone',
      description: 'Time zone of the team. Default: that of the viewer.',
    }),
    weekStart: t.field({
      type: Weekday,
      description: 'First day of the week. Default MONDAY.',
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
    logoUrl: t.field({ type: 'URL', description: 'URL of a picture. Null removes it.' }),
    bio: t.string({ description: 'Description of the team. Null removes it.' }),
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
      description: 'Role of the account after it accepts. Default MEMBER.',
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
    email: t.field({
      type: 'EmailAddress',
      required: true,
      description: 'Email address to invite.',
    }),
    role: t.field({ type: TeamRole, description: 'Role after accepting. Default MEMBER.' }),
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
        'False: teams whose invitation the viewer has not answered. Default: teams that the viewer is a member of.',
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
