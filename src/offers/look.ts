import type { Context } from '../context.ts'
import { offeredDays, type SlotDay } from './days.ts'

/** How long a look is shared while nothing of the host changes: long enough for all who were woken by one change. */
const SHARED_MS = 250

const looks = new Map<string, Promise<SlotDay[]>>()

/**
 * As `offeredDays`, for watchers: those who ask the same of an event type about one change share one look. The next
 * signal of a host ends the sharing at once, so nobody is told of a state before the change that woke them.
 */
export function sharedLook(
  ctx: Context,
  eventType: { uid: string; hosts: { hostId: number }[] },
  asked: { start: unknown; end: unknown; timeZone?: unknown; durationMinutes?: unknown },
): Promise<SlotDay[]> {
  const { start, end, timeZone, durationMinutes } = asked
  const key = JSON.stringify([eventType.uid, start, end, timeZone ?? null, durationMinutes ?? null])
  const shared = looks.get(key)
  if (shared !== undefined) return shared

  const look = offeredDays(ctx, { eventType: { id: eventType.uid }, start, end, timeZone, durationMinutes })
  looks.set(key, look)
  const forget = () => {
    if (looks.get(key) === look) looks.delete(key)
    clearTimeout(timer)
    for (const off of offs) off()
  }
  const timer = setTimeout(forget, SHARED_MS)
  timer.unref()
  const offs = eventType.hosts.map(({ hostId }) => ctx.signals.on(`host:${hostId}`, forget))
  return look
}
