/**
 * How far ahead can be booked. Days are counted on the viewer's calendar, a range is the
 * schedule's.
 */
import { dayNumber, isWeekend } from './calendar.ts'
import type { Interval, SlotQuery } from './types.ts'
import { type Clock, clockOf } from './zone.ts'

/** A rolling window looks for available days no further than this. */
const ROLLING_REACH_DAYS = 61

/**
 * The starts that the booking window can allow, before a rolling window has counted its days: for
 * one of those the end is the furthest it could come to.
 */
export function windowBounds(query: SlotQuery): Interval {
  const { window } = query
  if (window.kind === 'unlimited')
    return { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }
  if (window.kind === 'range') {
    const clock = clockOf(query.schedule.zone)
    return {
      start: clock.startOf(dayNumber(window.firstDay)),
      end: clock.startOf(dayNumber(window.lastDay) + 1),
    }
  }
  const clock = clockOf(query.viewerZone)
  const today = clock.dayAt(query.now)
  if (window.rolling)
    return { start: query.now, end: clock.startOf(today + ROLLING_REACH_DAYS + 1) }
  const lastDay = window.businessDays ? afterBusinessDays(today, window.days) : today + window.days
  return { start: query.now, end: clock.startOf(lastDay + 1) }
}

/**
 * Where a rolling window ends, given every free start from now on in ascending order: after the
 * viewer day that makes the count full. Weekends are offered, but not counted among business days.
 */
export function rollingEnd(query: SlotQuery, starts: Iterable<number>): number {
  const { window } = query
  if (window.kind !== 'days' || !window.rolling) return Number.POSITIVE_INFINITY
  const clock = clockOf(query.viewerZone)
  if (window.days <= 0) return clock.startOf(clock.dayAt(query.now) + 1)
  let counted = 0
  for (const day of daysOf(starts, clock)) {
    if (window.businessDays && isWeekend(day)) continue
    counted++
    if (counted === window.days) return clock.startOf(day + 1)
  }
  return Number.POSITIVE_INFINITY
}

/** The local days on which ascending minutes fall, each once. */
function* daysOf(minutes: Iterable<number>, clock: Clock): Generator<number> {
  let nextDayStarts = Number.NEGATIVE_INFINITY
  for (const minute of minutes) {
    if (minute < nextDayStarts) continue
    const day = clock.dayAt(minute)
    nextDayStarts = clock.startOf(day + 1)
    yield day
  }
}

function afterBusinessDays(today: number, days: number): number {
  let day = today
  for (let left = days; left > 0; ) {
    day++
    if (!isWeekend(day)) left--
  }
  return day
}
