import { z } from 'zod'
import { MAX_RANGE_DAYS, MAX_TIMES } from '../bounds.ts'
import type { Context } from '../context.ts'
import type { Booking } from '../db/generated/client/client.ts'
import { invalid, notFound } from '../errors.ts'
import { type BookableEventType, findBookable } from '../event-types/index.ts'
import { hoursOf } from '../schedules/index.ts'
import { addDays, daysBetween, endOfDay, type Slot, startOfDay } from '../slot-engine/index.ts'
import { day, parse, timeZone } from '../validation.ts'
import { countLook, countStarts, findSlots } from './computation.ts'
import { instantOf, minuteOf, rulesOf } from './rules.ts'
import { sharedLook } from './shared-lookups.ts'
import { withTaken } from './taken-times.ts'

/** Days that one look may ask for, and starts that it may answer. */

/** The free starts of one day of the asked zone. */
export interface SlotDay {
  /** `YYYY-MM-DD`. */
  date: string
  slots: Slot[]
  durationMinutes: number
  showSeatsLeft: boolean
  /** Of a seated event type: the uids of the bookings that can be joined, by their starts. */
  toJoin: ReadonlyMap<number, string>
}

const Asked = z.object({
  start: day,
  end: day,
  timeZone: timeZone.nullish(),
  durationMinutes: z.number().nullish(),
  reschedule: z.string().max(64).nullish(),
})

/**
 * The free starts of an event type, for each day from the first to the last.
 * @throws ApiError NOT_FOUND, for the booking that is about to move too; INVALID_INPUT for days
 * that do not exist, are more than 62 or have more than 3000 starts, an unknown zone, or a length
 * that the event type does not have; QUERY_TOO_EXPENSIVE when it is counted against what its
 * operation may ask for (work.ts).
 */
export async function offeredDays(
  ctx: Context,
  input: { eventType: unknown; [key: string]: unknown },
  { isCounted = false }: { isCounted?: boolean } = {},
): Promise<SlotDay[]> {
  const asked = parse(Asked, input, '')
  if (asked.end < asked.start) throw invalid('end', 'must not be before start')
  const count = daysBetween(asked.start, asked.end) + 1
  if (count > MAX_RANGE_DAYS)
    throw invalid(
      'end',
      `must lie at most ${MAX_RANGE_DAYS} days from start; ${count} were asked for`,
    )
  const eventType = await findBookable(ctx, input.eventType, 'eventType')
  if (isCounted) countLook(ctx, eventType.hosts.length, count)
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
  const moving =
    asked.reschedule == null ? null : await movingBooking(ctx, eventType, asked.reschedule)
  const hostIds = eventType.hosts.map(({ hostId }) => hostId)
  const key = JSON.stringify([eventType, rules, moving?.id ?? null])
  const { offered, toJoin } = await sharedLook(ctx, hostIds, key, async () => ({
    offered: await findSlots(
      `eventType:${eventType.id}`,
      await withTaken(ctx.db, eventType, rules, now, { bookingId: moving?.id }),
    ),
    toJoin:
      eventType.seats > 1 ? await bookingsToJoin(ctx, eventType, rules) : new Map<number, string>(),
  }))
  if (isCounted) countStarts(ctx, offered.length)
  return byDay(
    offered,
    { ...asked, zone },
    { durationMinutes, showSeatsLeft: eventType.showSeatsLeft, toJoin },
  )
}

/**
 * Free starts under the days of a zone, each from the first to the last.
 * @throws ApiError INVALID_INPUT for too many.
 */
export function byDay(
  offered: Slot[],
  asked: { start: string; end: string; zone: string },
  facts: Omit<SlotDay, 'date' | 'slots'>,
): SlotDay[] {
  if (offered.length > MAX_TIMES)
    throw invalid('end', `asks for more than ${MAX_TIMES} starts; ask for fewer days`)
  const days: SlotDay[] = []
  let next = 0
  for (let date = asked.start; date <= asked.end; date = addDays(date, 1)) {
    const first = next
    const end = endOfDay(date, asked.zone)
    while (next < offered.length && (offered[next]?.start ?? end) < end) next++
    days.push({ date, slots: offered.slice(first, next), ...facts })
  }
  return days
}

/**
 * A booking that is about to move. Its uid is the right to count its time as free.
 * @throws ApiError NOT_FOUND.
 */
async function movingBooking(
  ctx: Context,
  eventType: BookableEventType,
  uid: string,
): Promise<Booking> {
  const booking = await ctx.db.booking.findFirst({ where: { uid, eventTypeId: eventType.id } })
  if (booking === null) throw notFound('booking', 'reschedule')
  return booking
}

async function bookingsToJoin(
  ctx: Context,
  eventType: BookableEventType,
  { from, until }: { from: number; until: number },
): Promise<Map<number, string>> {
  const bookings = await ctx.db.booking.findMany({
    where: {
      eventTypeId: eventType.id,
      status: { in: ['PENDING', 'CONFIRMED'] },
      startAt: { gte: instantOf(from), lt: instantOf(until) },
    },
    select: { uid: true, startAt: true },
  })
  return new Map(bookings.map(({ uid, startAt }) => [minuteOf(startAt), uid]))
}

/**
 * The asked length, or the event type's own.
 * @throws ApiError INVALID_INPUT for one that it does not have.
 */
export function lengthOf(
  eventType: { durationMinutes: number; durationOptions: number[] },
  asked: number | null | undefined,
  path: string,
): number {
  const length = asked ?? eventType.durationMinutes
  if (length === eventType.durationMinutes || eventType.durationOptions.includes(length))
    return length
  const options =
    eventType.durationOptions.length > 0 ? eventType.durationOptions : [eventType.durationMinutes]
  throw invalid(path, `must be one of ${options.join(', ')}`)
}
