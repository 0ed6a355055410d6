import type { Context } from '../../context.ts'
import type { Booking } from '../../db/generated/client/client.ts'
import { isAdminOver } from '../../teams/organization.ts'
import { isAtLeast, membershipOf } from '../../teams/policy.ts'

type Sided = Pick<Booking, 'id' | 'hostId' | 'teamId'>

/**
 * Whether the viewer stands on the hosts' side of a booking: its host, who attends beside them, an
 * admin of its team. Only for a team's it takes a look.
 */
export function isOnHostsSide(ctx: Context, booking: Sided): boolean | Promise<boolean> {
  // Webhook payloads are read by our own documents, for events that the webhook was selected for.
  if (ctx.viewer?.userId === booking.hostId || ctx.viewer?.credential.kind === 'hook') return true
  if (ctx.viewer === null || booking.teamId === null) return false
  return attendsOrManages(ctx, ctx.viewer.userId, booking.id, booking.teamId)
}

/** The same for the booking of an invitee. */
export function isOnHostsSideOf(
  ctx: Context,
  { hostId, bookingId }: { hostId: number; bookingId: number },
): boolean | Promise<boolean> {
  const { viewer } = ctx
  if (viewer === null || viewer.userId === hostId || viewer.credential.kind === 'hook')
    return viewer !== null
  return ctx.db.booking
    .findUnique({ where: { id: bookingId } })
    .then(booking => booking !== null && isOnHostsSide(ctx, booking))
}

/**
 * Whether the viewer may read a booking: from the hosts' side, or as an admin of the organization
 * of its host, for one of the host's own event types.
 */
export function mayRead(ctx: Context, booking: Sided): boolean | Promise<boolean> {
  const isHosts = isOnHostsSide(ctx, booking)
  if (isHosts !== false || booking.teamId !== null) return isHosts
  return isAdminOver(ctx, booking.hostId)
}

/** The same for the booking of an invitee. */
export function mayReadOf(
  ctx: Context,
  invitee: { hostId: number; bookingId: number },
): boolean | Promise<boolean> {
  const { viewer } = ctx
  if (viewer === null || viewer.userId === invitee.hostId || viewer.credential.kind === 'hook')
    return viewer !== null
  return ctx.db.booking
    .findUnique({ where: { id: invitee.bookingId } })
    .then(booking => booking !== null && mayRead(ctx, booking))
}

async function attendsOrManages(
  ctx: Context,
  hostId: number,
  bookingId: number,
  teamId: number,
): Promise<boolean> {
  const coHost = await ctx.db.coHost.findUnique({
    where: { bookingId_hostId: { bookingId, hostId } },
  })
  if (coHost !== null) return true
  const membership = await membershipOf(ctx, teamId)
  return membership !== null && isAtLeast(membership.member, 'ADMIN')
}
