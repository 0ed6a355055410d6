import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import { type Prisma, type TeamMember, TeamRole } from '../db/generated/client/client.ts'
import { ApiError, notFound } from '../errors.ts'
import { byId, newUid } from '../ids.ts'
import { parse } from '../validation.ts'
import { requireRoomForMember } from './limits.ts'
import { endTelling } from './organization.ts'
import { membershipOf, requireOwner, requireSayOver } from './policy.ts'
import { changeTeam } from './transaction.ts'

const NewMember = z.object({
  teamId: z.string(),
  userId: z.string(),
  role: z.enum(TeamRole).nullish(),
})

/**
 * The accounts that an account knows already: itself, those that it shares a team with, and those
 * of a platform client that it owns or is managed by.
 */
const known = (userId: number): Prisma.UserWhereInput => ({
  OR: [
    { id: userId },
    {
      memberships: {
        some: { acceptedAt: { not: null }, team: { members: { some: accepted(userId) } } },
      },
    },
    { platformClient: { OR: [{ ownerId: userId }, { accounts: { some: { id: userId } } }] } },
  ],
})

const accepted = (userId: number) => ({ userId, acceptedAt: { not: null } })

/**
 * Adds an account to a team, as an admin, by its `usr_…` id; by an integer id only one that the
 * viewer knows already. It has no rights and cannot be a host there until it accepts. All others
 * are added by their address, see `inviteToTeam`.
 * @throws ApiError NOT_FOUND for the team, and for an account that is not there or not known;
 * FORBIDDEN; CONFLICT for an account that is in the team; LIMIT_REACHED; INVALID_INPUT.
 */
export async function addTeamMember(ctx: Context, input: unknown): Promise<TeamMember> {
  const { teamId, userId, role } = parse(NewMember, input)
  return changeTeam(ctx, 'ADMIN', teamId, 'input.teamId', async ({ tx, now, team, member }) => {
    const wanted = role ?? 'MEMBER'
    requireSayOver(member, wanted)
    const key = byId(userId)
    // A `usr_…` id is known only to clients that were shown the account. Integer ids can be
    // enumerated.
    const where = 'uid' in key ? key : { ...key, ...known(member.userId) }
    const user = await tx.user.findFirst({ where, select: { id: true } })
    if (user === null) throw notFound('account', 'input.userId')
    const place = { teamId: team.id, userId: user.id }
    if ((await tx.teamMember.findUnique({ where: { teamId_userId: place } })) !== null) {
      const message = 'is in the team already'
      throw new ApiError('CONFLICT', `The account ${message}.`, {
        fields: [{ path: 'input.userId', message }],
      })
    }
    await requireRoomForMember(tx, team.id)
    return tx.teamMember.create({
      data: { uid: newUid('TeamMember'), ...place, role: wanted, createdAt: now, updatedAt: now },
    })
  })
}

const RoleChange = z.object({ id: z.string(), role: z.enum(TeamRole) })

/**
 * Gives a member another role, as an admin; only an owner decides over owners.
 * @throws ApiError NOT_FOUND; FORBIDDEN; CONFLICT for the last owner.
 */
export async function changeTeamMember(ctx: Context, input: unknown): Promise<TeamMember> {
  const { id, role } = parse(RoleChange, input)
  const { teamId } = await findTeamMember(ctx, id, 'input.id')
  return changeTeam(ctx, 'ADMIN', teamId, 'input.id', async ({ tx, now, member }) => {
    const before = await tx.teamMember.findUnique({ where: { ...byId(id), teamId } })
    if (before === null) throw notFound('member', 'input.id')
    requireSayOver(member, before.role, role)
    const changed = await tx.teamMember.update({
      where: { id: before.id },
      data: { role, updatedAt: now },
    })
    await requireOwner(tx, teamId)
    // Webhooks that it created as an admin show more than a member may read.
    if (role === 'MEMBER') await tx.hook.deleteMany({ where: { memberId: before.id } })
    return changed
  })
}

/**
 * Takes a member out of a team, as an admin; only an owner decides over owners.
 * @throws ApiError NOT_FOUND; FORBIDDEN; CONFLICT for the last owner.
 */
export async function removeTeamMember(ctx: Context, id: string): Promise<{ id: string }> {
  const { teamId } = await findTeamMember(ctx, id, 'input.id')
  return changeTeam(ctx, 'ADMIN', teamId, 'input.id', async ({ tx, now, member }) => {
    const leaving = await tx.teamMember.findUnique({ where: { ...byId(id), teamId } })
    if (leaving === null) throw notFound('member', 'input.id')
    requireSayOver(member, leaving.role)
    await tx.teamMember.delete({ where: { id: leaving.id } })
    await endTelling(tx, teamId, leaving.userId, now)
    await requireOwner(tx, teamId)
    return { id: leaving.uid }
  })
}

/** Takes the viewer out of a team. @throws ApiError NOT_FOUND; CONFLICT for the last owner. */
export async function leaveTeam(ctx: Context, id: string): Promise<{ id: string }> {
  return changeTeam(ctx, 'MEMBER', id, 'input.id', async ({ tx, now, team, member }) => {
    await tx.teamMember.delete({ where: { id: member.id } })
    await endTelling(tx, team.id, member.userId, now)
    await requireOwner(tx, team.id)
    return { id: member.uid }
  })
}

/**
 * A member of a team that the viewer is in, or the viewer's own place before they accept it.
 * @throws ApiError NOT_FOUND.
 */
export async function findTeamMember(ctx: Context, id: string, path: string): Promise<TeamMember> {
  const found = await ctx.db.teamMember.findUnique({ where: byId(id) })
  const mayKnow =
    found !== null &&
    (found.userId === hostOf(ctx) || (await membershipOf(ctx, found.teamId)) !== null)
  if (!mayKnow) throw notFound('member', path)
  return found
}
