import type { Context } from '../context.ts'
import type { Booking } from '../db/generated/client/client.ts'
import { isAtLeast, membershipOf } from '../teams/policy.ts'

type Sided = Pick<Booking, 'id' | 'hostId' | 'teamId'>

/**
 * Whether the viewer stands on the hosts' side of a booking: its host, who attends beside them, an admin of its team. Only
 * for a team's it takes a look.
 */
export function isOnHostsSide(ctx: Context, booking: Sided): boolean | Promise<boolean> {
  if (ctx.viewer?.userId === booking.hostId) return true
  if (ctx.viewer === null || booking.teamId === null) return false
  return attendsOrManages(ctx, ctx.viewer.userId, booking.id, booking.teamId)
}

/** The same for the booking of an invitee. */
export function isOnHostsSideOf(
  ctx: Context,
  { hostId, bookingId }: { hostId: number; bookingId: number },
): boolean | Promise<boolean> {
  if (ctx.viewer === null || ctx.viewer.userId === hostId) return ctx.viewer !== null
  return ctx.db.booking
    .findUnique({ where: { id: bookingId } })
    .then(booking => booking !== null && isOnHostsSide(ctx, booking))
}

async function attendsOrManages(ctx: Context, hostId: number, bookingId: number, teamId: number): Promise<boolean> {
  const coHost = await ctx.db.coHost.findUnique({ where: { bookingId_hostId: { bookingId, hostId } } })
  if (coHost !== null) return true
  const membership = await membershipOf(ctx, teamId)
  return membership !== null && isAtLeast(membership.member, 'ADMIN')
}
