import type { Context } from '../context.ts'
import { changeTeam } from './change.ts'

/** Takes a team away for good, as an owner, with its page, members and invitations. @throws Refusal NOT_FOUND; FORBIDDEN. */
export async function deleteTeam(ctx: Context, id: string): Promise<{ id: string }> {
  return changeTeam(ctx, 'OWNER', id, 'id', async ({ tx, team }) => {
    await tx.team.delete({ where: { id: team.id } })
    return { id: team.uid }
  })
}
