import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { invalid } from '../errors.ts'
import { findToChange } from '../event-types/index.ts'
import { ownClient } from '../managed-users/find.ts'
import { organizationIdOf } from '../teams/organization.ts'
import { teamAs } from '../teams/policy.ts'
import { lockTeam } from '../teams/transaction.ts'

/** What a hook is of, as its row says it. */
interface Subject {
  teamId?: number
  eventTypeId?: number
  platformClientId?: number
  memberId?: number
  withOwn?: boolean
  withMembers?: boolean
}

interface Wanted {
  teamId?: string | null | undefined
  eventTypeId?: string | null | undefined
  platformClientId?: string | null | undefined
  withOwn?: boolean | null | undefined
  withMembers?: boolean | null | undefined
}

/**
 * The bookings that a new webhook receives: those of a team, of an event type, of the accounts of a
 * platform client, or by default all that the viewer attends. A webhook of a team depends on the
 * viewer's membership, whose row is locked, so that it cannot end in the meantime.
 * @throws ApiError NOT_FOUND; FORBIDDEN unless the viewer is an admin of the team; INVALID_INPUT
 * for both a team and an event type.
 */
export async function subjectOf(
  ctx: Context,
  tx: Tx,
  { teamId, eventTypeId, platformClientId, withOwn, withMembers }: Wanted,
): Promise<Subject> {
  if (platformClientId != null && (teamId ?? eventTypeId) != null) {
    throw invalid('input.platformClientId', 'cannot stand beside teamId or eventTypeId')
  }
  if (teamId != null && eventTypeId != null)
    throw invalid('input.eventTypeId', 'cannot stand beside teamId')
  if (platformClientId != null && withMembers === true)
    throw invalid('input.withMembers', 'takes a teamId')
  if (platformClientId != null) {
    return {
      platformClientId: (await ownClient(ctx, platformClientId, 'input.platformClientId', tx)).id,
    }
  }
  if (withOwn === true && teamId == null) throw invalid('input.withOwn', 'takes a teamId')
  if (withMembers === true && teamId == null) {
    const isAlone = (await organizationIdOf(tx, hostOf(ctx))) === null
    if (!isAlone || eventTypeId != null) throw invalid('input.withMembers', 'takes a teamId')
    return { withMembers: true }
  }
  if (teamId != null) {
    const place = await placeIn(ctx, tx, teamId, 'input.teamId')
    return {
      teamId: place.teamId,
      memberId: place.id,
      withOwn: withOwn ?? false,
      withMembers: withMembers ?? false,
    }
  }
  if (eventTypeId == null) return {}
  const eventType = await findToChange(ctx, eventTypeId, 'input.eventTypeId')
  if (eventType.teamId === null) return { eventTypeId: eventType.id }
  const place = await placeIn(ctx, tx, eventType.teamId, 'input.eventTypeId')
  return { eventTypeId: eventType.id, memberId: place.id }
}

async function placeIn(ctx: Context, tx: Tx, id: string | number, path: string) {
  const { team } = await teamAs(ctx, 'ADMIN', id, path, tx)
  await lockTeam(tx, team.id)
  return (await teamAs(ctx, 'ADMIN', team.id, path, tx)).member
}
