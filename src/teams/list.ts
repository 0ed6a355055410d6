import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import {
  InvitationStatus,
  type Prisma,
  type Team,
  type TeamInvitation,
  type TeamMember,
  TeamRole,
} from '../db/generated/client/client.ts'
import {
  type Keyset,
  type PageArguments,
  pageOf,
  past,
  type Span,
} from '../graph/keyset-pagination.ts'
import { byId } from '../ids.ts'
import { email, parse } from '../validation.ts'
import { isAtLeast, membershipOf } from './policy.ts'

type Args = PageArguments & { filter?: unknown }

/** A list that runs by id, which is the order in which its rows were made. */
const byIdIn = <Row extends { id: number }>(
  name: string,
  order: 'asc' | 'desc' = 'asc',
): Keyset<Row, [number]> => ({
  name,
  order,
  key: z.tuple([z.int32()]),
  keyOf: row => [row.id],
})

const TeamFilter = z
  .object({
    accepted: z.boolean().nullish(),
    roles: z.array(z.enum(TeamRole)).nullish(),
    not: z.string().nullish(),
  })
  .nullish()

/**
 * A page of the teams that the viewer is in, or that wait for them.
 * @throws ApiError INVALID_INPUT.
 */
export async function listTeams(ctx: Context, args: Args) {
  const filter = parse(TeamFilter, args.filter, 'filter')
  const where: Prisma.TeamWhereInput = {
    members: {
      some: {
        userId: hostOf(ctx),
        ...acceptedIs(filter?.accepted ?? true),
        ...roleIn(filter?.roles),
      },
    },
    ...(filter?.not != null && { NOT: byId(filter.not) }),
  }
  const page = await pageOf(byIdIn<Team>('teams'), args, ({ from, order, take }) =>
    ctx.db.team.findMany({
      where: { AND: [where, beyond(from)] },
      orderBy: { id: order },
      take,
    }),
  )
  return { ...page, totalCount: () => ctx.db.team.count({ where }) }
}

const MemberFilter = z
  .object({
    accepted: z.boolean().nullish(),
    roles: z.array(z.enum(TeamRole)).nullish(),
    emails: z.array(email).max(100, 'must name at most 100').nullish(),
    userId: z.string().nullish(),
  })
  .nullish()

/**
 * A page of the members of a team; null for those who are not in it.
 * @throws ApiError INVALID_INPUT.
 */
export async function listMembers(ctx: Context, teamId: number, args: Args) {
  const filter = parse(MemberFilter, args.filter, 'filter')
  if ((await membershipOf(ctx, teamId)) === null) return null
  const where: Prisma.TeamMemberWhereInput = {
    teamId,
    ...acceptedIs(filter?.accepted),
    ...roleIn(filter?.roles),
    ...(filter?.userId != null && { user: byId(filter.userId) }),
    // Email addresses of members are visible only after they accept.
    ...(filter?.emails != null && {
      AND: { acceptedAt: { not: null }, user: { email: { in: filter.emails } } },
    }),
  }
  const page = await pageOf(
    byIdIn<TeamMember>('teamMembers'),
    args,
    ({ from, order, take, skip }) =>
      ctx.db.teamMember.findMany({
        where: { AND: [where, beyond(from)] },
        orderBy: { id: order },
        take,
        skip,
      }),
  )
  return { ...page, totalCount: () => ctx.db.teamMember.count({ where }) }
}

const InvitationFilter = z
  .object({ statuses: z.array(z.enum(InvitationStatus)).nullish(), email: email.nullish() })
  .nullish()

/**
 * A page of the invitations of a team; null for those who do not manage it.
 * @throws ApiError INVALID_INPUT.
 */
export async function listInvitations(
  ctx: Context,
  teamId: number,
  args: Args & { newestFirst?: boolean | null | undefined },
) {
  const filter = parse(InvitationFilter, args.filter, 'filter')
  const membership = await membershipOf(ctx, teamId)
  if (membership === null || !isAtLeast(membership.member, 'ADMIN')) return null
  return pageOfInvitations(ctx, args, {
    teamId,
    ...(filter?.statuses != null && { status: { in: filter.statuses } }),
    ...(filter?.email != null && { email: filter.email }),
  })
}

/**
 * A page of the invitations to the viewer's address that can still be answered.
 * @throws ApiError INVALID_INPUT.
 */
export async function listOwnInvitations(ctx: Context, args: PageArguments) {
  const { email } = await ctx.db.user.findUniqueOrThrow({
    where: { id: hostOf(ctx) },
    select: { email: true },
  })
  return pageOfInvitations(ctx, args, {
    email,
    status: 'PENDING',
    expiresAt: { gt: ctx.clock.now() },
  })
}

async function pageOfInvitations(
  ctx: Context,
  args: PageArguments & { newestFirst?: boolean | null | undefined },
  where: Prisma.TeamInvitationWhereInput,
) {
  const newestFirst = args.newestFirst === true
  const list = byIdIn<TeamInvitation>(
    newestFirst ? 'newestInvitations' : 'invitations',
    newestFirst ? 'desc' : 'asc',
  )
  const page = await pageOf(list, args, ({ from, order, take }) =>
    ctx.db.teamInvitation.findMany({
      where: { AND: [where, beyond(from)] },
      orderBy: { id: order },
      take,
    }),
  )
  return { ...page, totalCount: () => ctx.db.teamInvitation.count({ where }) }
}

const beyond = (from: Span<[number]>['from']) =>
  from === undefined ? {} : { id: past(from.side, from.key[0]) }

const acceptedIs = (accepted: boolean | null | undefined) =>
  accepted == null ? {} : { acceptedAt: accepted ? { not: null } : null }

const roleIn = (roles: TeamRole[] | null | undefined) =>
  roles == null ? {} : { role: { in: roles } }
