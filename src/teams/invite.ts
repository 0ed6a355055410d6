import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import { type TeamInvitation, TeamRole } from '../db/generated/client/client.ts'
import { ApiError, notFound } from '../errors.ts'
import { byId, newUid } from '../ids.ts'
import { DAY_MS } from '../time.ts'
import { email, parse } from '../validation.ts'
import { INVITATION_DAYS, requireRoomForMember, requireRoomToInvite } from './limits.ts'
import { isAtLeast, membershipOf, requireSayOver } from './policy.ts'
import { changeTeam, type TeamChange } from './transaction.ts'

const Invitation = z.object({ teamId: z.string(), email, role: z.enum(TeamRole).nullish() })

/**
 * Invites an email address to a team, as an admin. The account with that address, now or later,
 * receives the invitation. An expired invitation is renewed.
 * @throws ApiError NOT_FOUND; FORBIDDEN; CONFLICT for a member's address, or one whose invitation
 * is pending; LIMIT_REACHED; INVALID_INPUT.
 */
export async function inviteToTeam(ctx: Context, input: unknown): Promise<TeamInvitation> {
  const { teamId, email, role } = parse(Invitation, input)
  return changeTeam(ctx, 'ADMIN', teamId, 'input.teamId', async change => {
    const { tx, now, team, member } = change
    const wanted = role ?? 'MEMBER'
    requireSayOver(member, wanted)
    // Of an account that has not accepted nobody here knows the address.
    const known = await tx.teamMember.count({
      where: { teamId: team.id, acceptedAt: { not: null }, user: { email } },
    })
    if (known > 0) throw conflict('is a member already')
    const pending = await tx.teamInvitation.findFirst({
      where: { teamId: team.id, email, status: 'PENDING' },
    })
    if (pending !== null) {
      if (pending.expiresAt > now) throw conflict('is invited already')
      return renew(change, pending, wanted)
    }
    await requireRoomForMember(tx, team.id)
    await requireRoomToInvite(tx, team.id)
    return tx.teamInvitation.create({
      data: {
        uid: newUid('TeamInvitation'),
        teamId: team.id,
        email,
        role: wanted,
        invitedById: member.userId,
        ...validFrom(now),
        createdAt: now,
        updatedAt: now,
      },
    })
  })
}

/**
 * Renews a pending invitation, expired or not, as an admin.
 * @throws ApiError NOT_FOUND; FORBIDDEN; CONFLICT when it was answered.
 */
export async function resendInvitation(ctx: Context, id: string): Promise<TeamInvitation> {
  return changePending(ctx, id, (change, invitation) => renew(change, invitation, invitation.role))
}

/**
 * Takes a pending invitation back, as an admin.
 * @throws ApiError NOT_FOUND; FORBIDDEN; CONFLICT when it was answered.
 */
export async function cancelInvitation(ctx: Context, id: string): Promise<{ id: string }> {
  return changePending(ctx, id, async ({ tx }, invitation) => {
    await tx.teamInvitation.delete({ where: { id: invitation.id } })
    return { id: invitation.uid }
  })
}

/**
 * An invitation of a team whose admin the viewer is, or to the viewer's own address.
 * @throws ApiError NOT_FOUND.
 */
export async function findInvitation(
  ctx: Context,
  id: string,
  path = 'id',
): Promise<TeamInvitation> {
  const userId = hostOf(ctx)
  const found = await ctx.db.teamInvitation.findUnique({ where: byId(id) })
  if (found === null) throw notFound('invitation', path)
  const membership = await membershipOf(ctx, found.teamId)
  if (membership !== null && isAtLeast(membership.member, 'ADMIN')) return found
  const viewer = await ctx.db.user.findUnique({ where: { id: userId }, select: { email: true } })
  if (viewer?.email !== found.email) throw notFound('invitation', path)
  return found
}

async function changePending<T>(
  ctx: Context,
  id: string,
  work: (change: TeamChange, invitation: TeamInvitation) => Promise<T>,
): Promise<T> {
  const { teamId } = await findInvitation(ctx, id, 'input.id')
  return changeTeam(ctx, 'ADMIN', teamId, 'input.id', async change => {
    const invitation = await change.tx.teamInvitation.findUnique({ where: { ...byId(id), teamId } })
    if (invitation === null) throw notFound('invitation', 'input.id')
    if (invitation.status !== 'PENDING') {
      throw new ApiError('CONFLICT', `The invitation is ${invitation.status} already.`, {
        status: invitation.status,
      })
    }
    requireSayOver(change.member, invitation.role)
    return work(change, invitation)
  })
}

const renew = (
  { tx, now, member }: TeamChange,
  { id }: TeamInvitation,
  role: TeamRole,
): Promise<TeamInvitation> =>
  tx.teamInvitation.update({
    where: { id },
    data: { role, invitedById: member.userId, ...validFrom(now), updatedAt: now },
  })

const validFrom = (now: Date) => ({
  lastSentAt: now,
  expiresAt: new Date(now.getTime() + INVITATION_DAYS * DAY_MS),
})

const conflict = (message: string) =>
  new ApiError('CONFLICT', `The address ${message}.`, {
    fields: [{ path: 'input.email', message }],
  })
