import { Host } from '../accounts/schema.ts'
import { Weekday, weekdays } from '../accounts/weekday.ts'
import { type Context, hostOf, requireScope } from '../context.ts'
import type { TeamMember as TeamMemberRow, Team as TeamRow } from '../db/generated/client/client.ts'
import { builder } from '../graph/builder.ts'
import { WHAT_ADMINS_READ } from './organization.ts'
import { membershipOf } from './policy.ts'

export const TeamRole = builder.enumType('TeamRole', {
  description: 'What a member may do in a team.',
  values: {
    MEMBER: { description: 'Sees the team, its members and its event types.' },
    ADMIN: {
      description:
        'Manages members, invitations and event types too, and reads the own bookings, event types, busy times and schedules of members whose organization the team is.',
    },
    OWNER: { description: 'Does everything; a team always has one.' },
  } as const,
})

export const InvitationStatus = builder.enumType('InvitationStatus', {
  description: 'What became of an invitation.',
  values: {
    PENDING: {
      description:
        'It has not been answered. After `expiresAt` it cannot be accepted until it is renewed.',
    },
    ACCEPTED: { description: 'The account with the address is in the team since.' },
    DECLINED: { description: 'The account with the address did not want to.' },
  } as const,
})

export const Team = builder.prismaObject('Team', {
  description: 'Accounts that can be booked together.',
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    name: t.exposeString('name', { description: 'What it is called.' }),
    logoUrl: t.expose('logoUrl', { type: 'URL', nullable: true, description: 'Picture.' }),
    timeZone: t.expose('timeZone', {
      type: 'TimeZone',
      description: 'Zone whose days the limits and windows of its event types follow.',
    }),
    weekStart: t.field({
      type: Weekday,
      description: 'The day with which its calendars begin a week.',
      resolve: team => weekdays[team.weekStart] ?? 0,
    }),
    bookingPage: t.relation('page', {
      nullable: true,
      description: 'Where it can be booked: its slug and words.',
    }),
    display: t.expose('display', {
      type: 'JSON',
      description: 'A JSON object for pages that show the team. Public.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})

// Not prismaNode: it asks what `node(id)` asks also before it reads a relation of a row at hand,
// such as the team that a public page shows.
builder.nodeRef(Team, {
  id: { resolve: (team: TeamRow) => team.uid, description: 'Starts with `tm_`.' },
  loadWithoutCache: async (id, ctx) => {
    requireScope(ctx, 'teams:read')
    return (await membershipOf(ctx, String(id)))?.team ?? null
  },
})

/** An account shows nothing of itself to a team that added it before it has accepted. */
const mayKnow = (
  { userId, acceptedAt }: Pick<TeamMemberRow, 'userId' | 'acceptedAt'>,
  ctx: Context,
): boolean => acceptedAt !== null || userId === hostOf(ctx)

export const TeamMember = builder.prismaObject('TeamMember', {
  description: 'An account in a team.',
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    team: t.relation('team', { description: 'The team.' }),
    userId: t.id({
      description: 'Id of the account.',
      select: { user: { select: { uid: true } } },
      resolve: ({ user }) => user.uid,
    }),
    userDatabaseId: t.exposeInt('userId', {
      description: 'Integer id of the account, for dialects that document one.',
    }),
    user: t.field({
      type: Host,
      nullable: true,
      description: 'The account. Null to others until it has accepted.',
      select: (_args, _ctx, nestedSelection) => ({
        userId: true,
        acceptedAt: true,
        user: nestedSelection(true),
      }),
      resolve: (member, _args, ctx) => (mayKnow(member, ctx) ? member.user : null),
    }),
    email: t.field({
      type: 'EmailAddress',
      nullable: true,
      description: 'Email address of the account. Null to others until it has accepted.',
      select: { userId: true, acceptedAt: true, user: { select: { email: true } } },
      resolve: (member, _args, ctx) => (mayKnow(member, ctx) ? member.user.email : null),
    }),
    role: t.expose('role', {
      type: TeamRole,
      description: 'What they may do once they have accepted.',
    }),
    acceptedAt: t.expose('acceptedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When they accepted; null: they have not, and have no rights and no bookings there.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When they were added.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When they accepted or their role last changed.',
    }),
  }),
})

export const TeamInvitation = builder.prismaObject('TeamInvitation', {
  description:
    'An e-mail address that was asked into a team. `notice` says what joining shows to the admins of the team.',
  fields: t => ({
    databaseId: t.exposeInt('id', { description: 'Integer id, for dialects that document one.' }),
    team: t.relation('team', { description: 'The team.' }),
    email: t.expose('email', {
      type: 'EmailAddress',
      description: 'Who is asked; the account may not be there yet.',
    }),
    role: t.expose('role', { type: TeamRole, description: 'The role that they get.' }),
    status: t.expose('status', { type: InvitationStatus, description: 'What became of it.' }),
    notice: t.string({
      description:
        'What the owners and admins of the team can read of an account that joins, in English: show it before the answer.',
      resolve: () => WHAT_ADMINS_READ,
    }),
    invitedBy: t.relation('invitedBy', {
      type: Host,
      nullable: true,
      description: 'Who asked last.',
    }),
    user: t.relation('user', {
      type: Host,
      nullable: true,
      description: 'Who accepted; null before.',
    }),
    lastSentAt: t.expose('lastSentAt', {
      type: 'DateTime',
      description: 'When it was created or last renewed.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'Until when it can be accepted.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was first made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})
