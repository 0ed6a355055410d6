import { DAY_MS } from '../time.ts'

/**
 * Calendar days as numbers: day 0 is 1970-01-01. No zone, no clock; `Date` serves as a proleptic
 * calendar only.
 */

/**
 * The number of a 'YYYY-MM-DD' day. Throws RangeError for anything that is not a day of the
 * calendar.
 */
export function dayNumber(day: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  // V8 rejects 2027-02-30 in this form, but only a round trip says so for every engine.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day)
    throw new RangeError(`Not a day: ${day}`)
  return ms / DAY_MS
}

/** The 'YYYY-MM-DD' name of a day number. */
export function dayName(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** 0 = Sunday … 6 = Saturday. Day 0 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7
}

export function isWeekend(day: number): boolean {
  const weekday = weekdayOf(day)
  return weekday === 0 || weekday === 6
}

/**
 * The first day of the period around `day`, and the first day of the next one. Weeks start on
 * Monday.
 */
export function periodAround(
  day: number,
  period: 'day' | 'week' | 'month' | 'year',
): { first: number; next: number } {
  if (period === 'day') return { first: day, next: day + 1 }
  if (period === 'week') {
    const first = day - ((weekdayOf(day) + 6) % 7)
    return { first, next: first + 7 }
  }
  const date = new Date(day * DAY_MS)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  if (period === 'month') return { first: firstOf(year, month), next: firstOf(year, month + 1) }
  return { first: firstOf(year, 0), next: firstOf(year + 1, 0) }
}

function firstOf(year: number, month: number): number {
  return Date.UTC(year, month, 1) / DAY_MS
}
