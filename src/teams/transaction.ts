import type { Context } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { TeamRole } from '../db/generated/client/client.ts'
import { transact } from '../db/transact.ts'
import { type Membership, teamAs } from './policy.ts'

/** A transaction that changes something of one team. */
export interface TeamChange extends Membership {
  tx: Tx
  /** The instant of the change, the same for all its rows. */
  now: Date
}

/**
 * Runs a change of a team in one transaction, one after another for each team: its row is locked,
 * and then the viewer's role is checked (again). Limits and the last owner are therefore checked on
 * a state that no other change can alter.
 * @throws ApiError as `teamAs`.
 */
export async function changeTeam<T>(
  ctx: Context,
  role: TeamRole,
  id: string | number,
  path: string,
  work: (change: TeamChange) => Promise<T>,
): Promise<T> {
  // Before the lock too: who has no right here makes nobody wait.
  const { team } = await teamAs(ctx, role, id, path)
  return transact(ctx, async ({ tx }) => {
    await lockTeam(tx, team.id)
    return work({ ...(await teamAs(ctx, role, team.id, path, tx)), tx, now: ctx.clock.now() })
  })
}

/**
 * Waits for other changes of the team, until the transaction ends. A transaction that also locks
 * accounts locks them first. Bookings of the team, which refer to the row, do not wait.
 */
export async function lockTeam(tx: Tx, teamId: number): Promise<void> {
  await tx.$executeRaw`select from "Team" where "id" = ${teamId}::int for no key update`
}
