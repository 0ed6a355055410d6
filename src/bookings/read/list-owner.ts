import { type Context, hostOf } from '../../context.ts'
import { invalid } from '../../errors.ts'
import { accountsOf } from '../../teams/organization.ts'
import { teamAs } from '../../teams/policy.ts'
import type { Whose } from './filter.ts'

interface Asked {
  teamId?: string | null | undefined
  attendedBy?: string | null | undefined
  withOwn?: boolean | null | undefined
  withMembers?: boolean | null | undefined
  asInvitee?: boolean | null | undefined
}

/**
 * Whose bookings are asked for: by default those that the viewer attends.
 * @throws ApiError NOT_FOUND for a team that the viewer is not in; FORBIDDEN for one whose admin
 * they are not; INVALID_INPUT.
 */
export async function whoseOf(
  ctx: Context,
  { teamId, attendedBy, withOwn, withMembers, asInvitee }: Asked,
): Promise<Whose> {
  if (teamId == null && (attendedBy != null || withOwn === true || withMembers === true))
    throw invalid('teamId', 'is missing')
  if (attendedBy != null && withOwn === true)
    throw invalid('attendedBy', 'cannot stand beside withOwn')
  if (teamId != null && asInvitee === true)
    throw invalid('asInvitee', 'cannot be combined with teamId')
  if (teamId == null) return { hostId: hostOf(ctx), asInvitee: asInvitee === true }
  const { team } = await teamAs(ctx, 'ADMIN', teamId, 'teamId')
  const members = withMembers === true ? await accountsOf(ctx, team.id) : []
  return withOwn === true
    ? { hostId: hostOf(ctx), teamId: team.id, members }
    : { teamId: team.id, attendedBy: attendedBy ?? undefined, members }
}
