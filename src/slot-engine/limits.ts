/** Ceilings on an event type's bookings in a day, week, month or year of the schedule's zone. */
import { periodAround } from './calendar.ts'
import type { Interval, Limit, SlotQuery } from './types.ts'
import { type Clock, clockOf } from './zone.ts'

/**
 * Answers whether one more booking at a start stays within every limit. A booking counts, with its
 * whole length, in the period that holds its start. Cheapest when asked in ascending order.
 */
export function limitCheck(query: SlotQuery): (start: number) => boolean {
  if (query.limits.length === 0) return () => true
  const clock = clockOf(query.schedule.zone)
  const counted = [...query.counted].sort((a, b) => a.start - b.start)
  const checks = query.limits.map(limit => checkOne(limit, counted, clock, query.durationMinutes))
  return start => checks.every(check => check(start))
}

function checkOne(limit: Limit, counted: Interval[], clock: Clock, durationMinutes: number) {
  let period: Interval = { start: 0, end: 0 }
  let hasRoom = true
  return (start: number): boolean => {
    if (start < period.start || start >= period.end) {
      period = periodOf(start, limit.period, clock)
      hasRoom = roomIn(period, limit, counted, durationMinutes)
    }
    return hasRoom
  }
}

/** The period of the clock's calendar that holds a minute. */
export function periodOf(minute: number, period: Limit['period'], clock: Clock): Interval {
  const { first, next } = periodAround(clock.dayAt(minute), period)
  return { start: clock.startOf(first), end: clock.startOf(next) }
}

function roomIn(
  period: Interval,
  limit: Limit,
  counted: Interval[],
  durationMinutes: number,
): boolean {
  let bookings = 1
  let minutes = durationMinutes
  for (const { start, end } of counted) {
    if (start >= period.end) break
    if (start < period.start) continue
    bookings += 1
    minutes += end - start
  }
  return bookings <= (limit.maxBookings ?? bookings) && minutes <= (limit.maxMinutes ?? minutes)
}
