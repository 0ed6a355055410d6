// The one place where it is decided what the admins of an organization read of its members.
//
// The organization of an account is the team that it has been in for the longest; PostgreSQL's
// function "organizationOf" says the same (prisma/migrations/20261201051000_organizations). Its
// owners and admins read what is the account's own: bookings of its own event types, these event
// types, busy times and schedules; and webhooks of the team with `withMembers` receive their
// events. They cannot change any of it. Other members cannot see it, and neither do admins of other
// teams that the account is in. It ends when the account leaves the team.

import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { notFound } from '../errors.ts'
import { byId } from '../ids.ts'
import { mainPlace } from './main-team.ts'
import { isAtLeast, membershipOf } from './policy.ts'

/** The notice to an invited account. */
export const WHAT_ADMINS_READ =
  'If this is the first team that you join, it becomes your organization. Its owners and admins can then read your bookings with their invitees, your event types, your busy times and your schedules, and receive your bookings by webhooks, with the links by which invitees cancel and reschedule. They cannot change them. This ends when you leave the team.'

/** Id of the team that is the organization of an account; null: it is in none. */
export async function organizationIdOf(db: Tx, userId: number): Promise<number | null> {
  const account = await db.user.findUnique({ where: { id: userId }, select: mainPlace })
  return account?.memberships[0]?.teamId ?? null
}

/** Whether the viewer is an owner or admin of the organization of another account. */
export async function isAdminOver(ctx: Context, userId: number): Promise<boolean> {
  if (ctx.viewer === null || ctx.viewer.userId === userId) return false
  const teamId = await organizationIdOf(ctx.db, userId)
  const membership = teamId === null ? null : await membershipOf(ctx, teamId)
  return membership !== null && isAtLeast(membership.member, 'ADMIN')
}

/**
 * The account that a query is about: the viewer by default, or a member of the organization that
 * they manage.
 * @throws ApiError NOT_FOUND for any other account.
 */
export async function accountToRead(
  ctx: Context,
  userId: string | null | undefined,
  path: string,
): Promise<number> {
  const viewerId = hostOf(ctx)
  if (userId == null) return viewerId
  const account = await ctx.db.user.findUnique({ where: byId(userId), select: { id: true } })
  if (account === null || (account.id !== viewerId && !(await isAdminOver(ctx, account.id)))) {
    throw notFound('account', path)
  }
  return account.id
}

/** Ids of the accounts whose organization is a team. */
export async function accountsOf(
  { pool }: Pick<Context, 'pool'>,
  teamId: number,
): Promise<number[]> {
  const { rows } = await pool.query<{ id: number }>(
    'select "userId" as "id" from "TeamMember" where "teamId" = $1 and "organizationOf"("userId") = $1',
    [teamId],
  )
  return rows.map(({ id }) => id)
}

/** Makes the hooks of an account that wait for its organization those of its first team. */
export async function attachHooks(tx: Tx, userId: number, teamId: number): Promise<void> {
  const joined = await tx.teamMember.count({ where: { userId, acceptedAt: { not: null } } })
  if (joined > 1) return
  const { id: memberId } = await tx.teamMember.findUniqueOrThrow({
    where: { teamId_userId: { teamId, userId } },
  })
  await tx.hook.updateMany({
    where: {
      hostId: userId,
      withMembers: true,
      teamId: null,
      eventTypeId: null,
      platformClientId: null,
    },
    data: { teamId, memberId, withOwn: true },
  })
}

/**
 * Stops webhooks of a team for an account that leaves it: cancels pending deliveries and deletes
 * their bodies, so that nothing is sent again.
 */
export async function endTelling(tx: Tx, teamId: number, userId: number, now: Date): Promise<void> {
  await tx.$executeRaw`
    update "Delivery" d set "body" = null,
      "status" = case when d."status" in ('PENDING', 'RETRYING') then 'FAILED' else d."status" end,
      "nextAttemptAt" = null,
      "finishedAt" = coalesce(d."finishedAt", ${now}::timestamptz),
      "problem" = case when d."status" in ('PENDING', 'RETRYING') then 'the account has left the team'
        else d."problem" end
    from "Hook" h, "Event" e join "EventType" t on t."id" = e."eventTypeId"
    where h."teamId" = ${teamId}::int and h."withMembers" and h."hostId" <> ${userId}::int
      and d."hookId" = h."id" and d."eventId" = e."id" and e."hostId" = ${userId}::int and t."teamId" is null`
}
