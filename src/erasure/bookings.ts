import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { invalid } from '../errors.ts'
import { changeHost } from '../event-log/transaction.ts'
import { instant, parse } from '../validation.ts'

/** Bookings that one transaction deletes. */
const AT_ONCE = 200
const MAX_MONTHS = 24

const Asked = z.object({ start: instant, end: instant })

/**
 * Deletes bookings of the viewer that started in a past range, with their invitees, their events
 * and the bodies of their deliveries. Contacts and bookings of teams stay. It runs in several
 * transactions; calling it again continues.
 * @returns how many were deleted
 * @throws ApiError INVALID_INPUT for a range that is not over, or longer than 24 months.
 */
export async function deletePastBookings(ctx: Context, input: unknown): Promise<{ count: number }> {
  const hostId = hostOf(ctx)
  const { start, end } = parse(Asked, input)
  if (end <= start) throw invalid('input.end', 'must be after start')
  if (end > ctx.clock.now()) throw invalid('input.end', 'must be in the past')
  const latest = new Date(start)
  latest.setUTCMonth(latest.getUTCMonth() + MAX_MONTHS)
  if (end > latest) throw invalid('input.end', `must be within ${MAX_MONTHS} months of start`)
  let count = 0
  for (;;) {
    const deleted = await changeHost(ctx, hostId, ({ tx, now }) =>
      deleteSome(tx, hostId, start, end, now),
    )
    count += deleted
    if (deleted < AT_ONCE) return { count }
  }
}

async function deleteSome(
  tx: Tx,
  hostId: number,
  start: Date,
  end: Date,
  now: Date,
): Promise<number> {
  const found = await tx.booking.findMany({
    // One that has begun goes on.
    where: { hostId, teamId: null, startAt: { gte: start, lt: end }, endAt: { lte: now } },
    select: { id: true },
    orderBy: [{ startAt: 'asc' }, { id: 'asc' }],
    take: AT_ONCE,
  })
  const ids = found.map(({ id }) => id)
  const events = await tx.event.findMany({
    where: { hostId, bookingId: { in: ids } },
    select: { id: true },
    orderBy: { id: 'asc' },
  })
  const eventIds = events.map(({ id }) => id)
  await tx.delivery.deleteMany({ where: { hostId, eventId: { in: eventIds } } })
  await tx.event.deleteMany({ where: { id: { in: eventIds } } })
  // Clients that have seen these events resume after them (src/event-log/cursor.ts).
  await tx.$executeRaw`
    update "User" set "eventsErasedTo" = greatest("eventsErasedTo", ${eventIds.at(-1) ?? null}::bigint) where "id" = ${hostId}::int`
  await tx.idempotencyKey.deleteMany({ where: { bookingId: { in: ids } } })
  await tx.booking.deleteMany({ where: { id: { in: ids } } })
  return ids.length
}
