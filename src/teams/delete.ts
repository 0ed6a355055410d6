import type { Context } from '../context.ts'
import { changeTeam } from './transaction.ts'

/**
 * Takes a team away for good, as an owner, with its page, members and invitations. Its bookings
 * stay, and stay with those who attend; for their sake the row of the team and its event types stay
 * too, which nobody can reach or book.
 * @throws ApiError NOT_FOUND; FORBIDDEN.
 */
export async function deleteTeam(ctx: Context, id: string): Promise<{ id: string }> {
  return changeTeam(ctx, 'OWNER', id, 'input.id', async ({ tx, team, now }) => {
    const teamId = team.id
    // With the members go the hosts: this waits for bookings that are being made, and counts them
    // then.
    await tx.teamMember.deleteMany({ where: { teamId } })
    await tx.teamInvitation.deleteMany({ where: { teamId } })
    await tx.bookingPage.deleteMany({ where: { teamId } })
    await tx.eventType.updateMany({
      where: { teamId, archivedAt: null },
      data: { archivedAt: now, updatedAt: now },
    })
    if ((await tx.booking.count({ where: { teamId } })) === 0)
      await tx.team.delete({ where: { id: teamId } })
    return { id: team.uid }
  })
}
