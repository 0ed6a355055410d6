import type { Context } from '../context.ts'

const MAX_KEY = 200

/**
 * Counts a computation of free starts, before any of its work: per account, or per address for
 * callers without one.
 * @param eventType the event type as the caller names it; undefined for free starts of several
 * hosts
 * @throws ApiError RATE_LIMITED
 */
export async function countLook(
  { limits, viewer, clientAddress }: Context,
  eventType?: unknown,
): Promise<void> {
  if (viewer !== null) {
    await limits.take('slotsPerAccount', `${viewer.userId}`)
    return
  }
  await limits.take('slotsPerAddress', clientAddress)
  if (eventType === undefined) return
  const named = JSON.stringify(eventType).slice(0, MAX_KEY)
  await limits.take('slotsOfEventTypePerAddress', `${clientAddress} ${named}`)
  await limits.take('slotsOfEventType', named)
}
