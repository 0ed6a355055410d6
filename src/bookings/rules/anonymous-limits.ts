import type { Context } from '../../context.ts'
import type { Owner } from '../../event-types/index.ts'
import type { Counted } from '../../rate-limits/limiter.ts'
import type { LimitName } from '../../rate-limits/table.ts'
import { membershipOf } from '../../teams/policy.ts'

/**
 * Whether the caller is a stranger to an event type: not its host, not a member of its team, and
 * not the platform client that manages its host. Strangers have limits of their own; the others
 * have those of their account.
 */
export async function isStranger(ctx: Context, { hostId, teamId }: Owner): Promise<boolean> {
  const { viewer } = ctx
  if (viewer === null) return true
  if (teamId !== null) return (await membershipOf(ctx, teamId)) === null
  if (hostId === null || hostId === viewer.userId) return false
  const managed = await ctx.db.user.count({
    where: { id: hostId, platformClient: { ownerId: viewer.userId } },
  })
  return managed === 0
}

/**
 * Runs a booking or a reservation of a stranger within the limits: attempts before any work, and
 * what succeeds, per address and event type and for the event type as a whole. What fails is taken
 * out of the count again, so that failing attempts cannot close an event type for others.
 * @param points starts that the act takes: those of a series
 * @throws ApiError RATE_LIMITED
 */
async function within<T>(
  ctx: Context,
  takes: [LimitName, string][],
  points: number,
  act: () => Promise<T>,
): Promise<T> {
  const taken: Counted[] = []
  try {
    for (const [name, who] of takes) taken.push(await ctx.limits.take(name, who, points))
    return await act()
  } catch (error) {
    await Promise.all(taken.map(each => each.undo()))
    throw error
  }
}

/** Runs a booking of a stranger within the limits on bookings. @throws ApiError RATE_LIMITED */
export function withinBookingLimits<T>(
  ctx: Context,
  owner: Owner,
  points: number,
  act: () => Promise<T>,
): Promise<T> {
  const ofAddress = `${ctx.clientAddress} ${owner.id}`
  return within(
    ctx,
    [
      ['bookingsPerHour', ofAddress],
      ['bookingsPerDay', ofAddress],
      ['bookingsOfEventType', `${owner.id}`],
    ],
    points,
    act,
  )
}

/**
 * Runs a reservation of a stranger within the limit on those of the event type.
 * @throws ApiError RATE_LIMITED
 */
export const withinReservationLimits = <T>(
  ctx: Context,
  owner: Owner,
  act: () => Promise<T>,
): Promise<T> => within(ctx, [['reservationsOfEventType', `${owner.id}`]], 1, act)
