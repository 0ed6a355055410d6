import type { Tx } from '../db/client.ts'
import { ApiError } from '../errors.ts'

const MAX_OWNED = 50
const MAX_JOINED = 200
const MAX_MEMBERS = 500
const MAX_PENDING = 200

/** How long an invitation can be accepted after it was created or renewed, in days. */
export const INVITATION_DAYS = 14

/** @throws ApiError LIMIT_REACHED for an account that owns 50 teams. */
export async function requireRoomToOwn(tx: Tx, userId: number): Promise<void> {
  const owned = await tx.teamMember.count({
    where: { userId, role: 'OWNER', acceptedAt: { not: null } },
  })
  holdTo(MAX_OWNED, owned, `An account owns at most ${MAX_OWNED} teams.`)
}

/** @throws ApiError LIMIT_REACHED for an account that is in 200 teams. */
export async function requireRoomToJoin(tx: Tx, userId: number): Promise<void> {
  const joined = await tx.teamMember.count({ where: { userId, acceptedAt: { not: null } } })
  holdTo(MAX_JOINED, joined, `An account is in at most ${MAX_JOINED} teams.`)
}

/**
 * @throws ApiError LIMIT_REACHED for a team that has 500 members, those among them who have not
 * accepted.
 */
export async function requireRoomForMember(tx: Tx, teamId: number): Promise<void> {
  const members = await tx.teamMember.count({ where: { teamId } })
  holdTo(MAX_MEMBERS, members, `A team has at most ${MAX_MEMBERS} members.`)
}

/** @throws ApiError LIMIT_REACHED for a team that has 200 pending invitations. */
export async function requireRoomToInvite(tx: Tx, teamId: number): Promise<void> {
  const pending = await tx.teamInvitation.count({ where: { teamId, status: 'PENDING' } })
  holdTo(MAX_PENDING, pending, `A team has at most ${MAX_PENDING} pending invitations.`)
}

function holdTo(limit: number, count: number, message: string): void {
  if (count >= limit) throw new ApiError('LIMIT_REACHED', message, { limit })
}
