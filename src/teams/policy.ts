// Who may do what in a team, in one place.
//
// A member sees the team, its members and its event types. An admin also manages the members, the
// invitations and the event types. An owner does everything: changes and deletes the team, adds and
// removes owners. An account that has not accepted is not a member yet. For everyone else the team
// does not exist (NOT_FOUND).

import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { Team, TeamMember, TeamRole } from '../db/generated/client/client.ts'
import { ApiError, notFound } from '../errors.ts'
import { byId } from '../ids.ts'

const ranks: Record<TeamRole, number> = { MEMBER: 1, ADMIN: 2, OWNER: 3 }

/** A team with the viewer's own place in it. */
export interface Membership {
  team: Team
  member: TeamMember
}

/**
 * The membership of the viewer in a team, by its id or databaseId; null for those who are not in
 * it.
 */
export async function membershipOf(
  ctx: Context,
  id: string | number,
  db: Tx = ctx.db,
): Promise<Membership | null> {
  const userId = hostOf(ctx)
  const include = { team: true }
  // By its key, for a list of teams: Prisma asks for those of one turn together.
  const row =
    typeof id === 'number'
      ? await db.teamMember.findUnique({
          where: { teamId_userId: { teamId: id, userId } },
          include,
        })
      : await db.teamMember.findFirst({ where: { userId, team: byId(id) }, include })
  if (row === null || row.acceptedAt === null) return null
  const { team, ...member } = row
  return { team, member }
}

/**
 * The same for an act that takes a role, or one above it.
 * @param path the argument that names the team
 * @throws ApiError NOT_FOUND for those who are not in the team; FORBIDDEN for a member with less
 * than the role.
 */
export async function teamAs(
  ctx: Context,
  role: TeamRole,
  id: string | number,
  path: string,
  db: Tx = ctx.db,
): Promise<Membership> {
  const membership = await membershipOf(ctx, id, db)
  if (membership === null) throw notFound('team', path)
  if (!isAtLeast(membership.member, role)) {
    throw new ApiError('FORBIDDEN', `This takes the role ${role} in the team.`, { role })
  }
  return membership
}

/** Whether somebody has the role, or one above it. */
export const isAtLeast = (
  { role, acceptedAt }: Pick<TeamMember, 'role' | 'acceptedAt'>,
  least: TeamRole,
): boolean => acceptedAt !== null && ranks[role] >= ranks[least]

/**
 * @throws ApiError FORBIDDEN unless the role is the member's to give or to take: only an owner
 * decides over owners.
 */
export function requireSayOver(member: TeamMember, ...roles: TeamRole[]): void {
  if (roles.includes('OWNER') && member.role !== 'OWNER') {
    throw new ApiError('FORBIDDEN', 'Only an owner decides over owners.', { role: 'OWNER' })
  }
}

/** Ends a change that would leave a team without an owner. @throws ApiError CONFLICT. */
export async function requireOwner(tx: Tx, teamId: number): Promise<void> {
  const owners = await tx.teamMember.count({
    where: { teamId, role: 'OWNER', acceptedAt: { not: null } },
  })
  if (owners === 0)
    throw new ApiError('CONFLICT', 'A team always has an owner: make another one first.')
}
