import { z } from 'zod'
import { hoursOf } from '../availability/index.ts'
import type { Context } from '../context.ts'
import { findBookable } from '../event-types/index.ts'
import { day, parse, timeZone } from '../parse.ts'
import { invalid } from '../refusal.ts'
import { addDays, daysBetween, endOfDay, type Slot, slots, startOfDay } from '../slots/index.ts'
import { rulesOf } from './query.ts'
import { withTaken } from './taken.ts'

/** Days that one look may ask for, and starts that it may answer. */
export const MAX_DAYS = 62
export const MAX_STARTS = 3_000

/** The free starts of one day of the asked zone. */
export interface SlotDay {
  /** `YYYY-MM-DD`. */
  date: string
  slots: Slot[]
  durationMinutes: number
  showSeatsLeft: boolean
}

const Asked = z.object({
  start: day,
  end: day,
  timeZone: timeZone.nullish(),
  durationMinutes: z.number().nullish(),
})

/**
 * The free starts of an event type, for each day from the first to the last.
 * @throws Refusal NOT_FOUND; INVALID_INPUT for days that do not exist, are more than 62 or have more than 3000 starts, an
 * unknown zone, or a length that the event type does not have.
 */
export async function offeredDays(
  ctx: Context,
  input: { eventType: unknown; [key: string]: unknown },
): Promise<SlotDay[]> {
  const asked = parse(Asked, input, '')
  if (asked.end < asked.start) throw invalid('end', 'must not be before start')
  const count = daysBetween(asked.start, asked.end) + 1
  if (count > MAX_DAYS) throw invalid('end', `must lie at most ${MAX_DAYS} days from start; ${count} were asked for`)
  const eventType = await findBookable(ctx, input.eventType, 'eventType')
  const durationMinutes = lengthOf(eventType, asked.durationMinutes, 'durationMinutes')
  const schedule = hoursOf(eventType.schedule)
  const zone = asked.timeZone ?? schedule.zone
  const now = ctx.clock.now()
  const rules = rulesOf(eventType, schedule, {
    now,
    from: startOfDay(asked.start, zone),
    until: endOfDay(asked.end, zone),
    viewerZone: zone,
    durationMinutes,
  })
  const offered = slots(await withTaken(ctx.db, eventType, rules, now))
  if (offered.length > MAX_STARTS) throw invalid('end', `asks for more than ${MAX_STARTS} starts; ask for fewer days`)

  const { showSeatsLeft } = eventType
  const days: SlotDay[] = []
  let next = 0
  for (let date = asked.start; date <= asked.end; date = addDays(date, 1)) {
    const first = next
    const end = endOfDay(date, zone)
    while (next < offered.length && (offered[next]?.start ?? end) < end) next++
    days.push({ date, slots: offered.slice(first, next), durationMinutes, showSeatsLeft })
  }
  return days
}

/** The asked length, or the event type's own. @throws Refusal INVALID_INPUT for one that it does not have. */
export function lengthOf(
  eventType: { durationMinutes: number; durationOptions: number[] },
  asked: number | null | undefined,
  path: string,
): number {
  const length = asked ?? eventType.durationMinutes
  if (length === eventType.durationMinutes || eventType.durationOptions.includes(length)) return length
  const options = eventType.durationOptions.length > 0 ? eventType.durationOptions : [eventType.durationMinutes]
  throw invalid(path, `must be one of ${options.join(', ')}`)
}
