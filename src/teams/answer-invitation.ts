import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Team, TeamInvitation, TeamMember } from '../db/generated/client/client.ts'
import { ApiError, notFound } from '../errors.ts'
import { type Change, changeHost } from '../event-log/transaction.ts'
import { byId, newUid } from '../ids.ts'
import { parse } from '../validation.ts'
import { requireRoomForMember, requireRoomToJoin } from './limits.ts'
import { lockTeam } from './transaction.ts'

const Answer = z.object({ id: z.string(), accept: z.boolean() })

/**
 * What the viewer answered to: the place that was made for their account, the invitation to their
 * address, or both.
 */
interface Asked {
  team: Team
  place: TeamMember | null
  invitation: TeamInvitation | null
}

/**
 * Accepts or declines what a team waits for. The role is that of the place which was made for the
 * account, else that of the invitation.
 * @throws ApiError NOT_FOUND for what is no invitation of the viewer, or has been answered;
 * CONFLICT for an invitation that has expired; LIMIT_REACHED.
 */
export async function answerInvitation(
  ctx: Context,
  input: unknown,
): Promise<{ team: Team; member: TeamMember | null }> {
  const { id, accept } = parse(Answer, input)
  return changeHost(ctx, hostOf(ctx), async change => {
    const asked = await askedBy(change, id)
    if (asked.invitation !== null) await settle(change, asked.invitation, accept)
    return {
      team: asked.team,
      member: accept ? await join(change, asked) : await decline(change, asked),
    }
  })
}

async function askedBy({ tx, now, hostId: userId }: Change, id: string): Promise<Asked> {
  const { email } = await tx.user.findUniqueOrThrow({ where: { id: userId } })
  const team = await tx.team.findFirst({
    where: {
      OR: [
        { invitations: { some: { uid: id, email } } },
        { members: { some: { ...byId(id), userId } } },
      ],
    },
  })
  if (team === null) throw notFound('invitation', 'input.id')
  const teamId = team.id
  await lockTeam(tx, teamId)
  const place = await tx.teamMember.findFirst({ where: { teamId, userId, acceptedAt: null } })
  const invitation = await tx.teamInvitation.findFirst({
    where: { teamId, email, status: 'PENDING' },
  })
  if (place === null && invitation === null) throw notFound('invitation', 'input.id')
  if (place === null && invitation !== null && invitation.expiresAt <= now) {
    throw new ApiError('CONFLICT', 'The invitation has expired.')
  }
  return { team, place, invitation }
}

async function settle(
  { tx, now, hostId: userId }: Change,
  { id }: TeamInvitation,
  accept: boolean,
): Promise<void> {
  const data = accept ? { status: 'ACCEPTED' as const, userId } : { status: 'DECLINED' as const }
  await tx.teamInvitation.update({ where: { id }, data: { ...data, updatedAt: now } })
}

async function join(
  { tx, now, hostId: userId }: Change,
  { team, place, invitation }: Asked,
): Promise<TeamMember> {
  await requireRoomToJoin(tx, userId)
  const accepted = { acceptedAt: now, updatedAt: now }
  if (place !== null) return tx.teamMember.update({ where: { id: place.id }, data: accepted })
  await requireRoomForMember(tx, team.id)
  return tx.teamMember.create({
    data: {
      uid: newUid('TeamMember'),
      teamId: team.id,
      userId,
      role: invitation?.role ?? 'MEMBER',
      ...accepted,
      createdAt: now,
    },
  })
}

async function decline({ tx }: Change, { place }: Asked): Promise<null> {
  if (place !== null) await tx.teamMember.delete({ where: { id: place.id } })
  return null
}
