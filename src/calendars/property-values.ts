// Values of iCalendar properties (RFC 5545, section 3.3). Readers accept what programs write in
// addition to the RFC: ISO 8601 separators, times without seconds, offsets, and dates without
// VALUE=DATE.

import { DAY_MS } from '../time.ts'

/** A century: longer than any window. */
const MAX_DURATION_MS = 36_500 * DAY_MS

/** A date or a time on a wall clock. */
export interface WallClock {
  /** Milliseconds since 1970-01-01T00:00 of the same wall clock. */
  wall: number
  isDate: boolean
  /** How far the clock is ahead of UTC, in milliseconds, when the value says so. */
  offset?: number
}

const TIME =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?(?:(Z)|([+-]\d{2}:?\d{2}))?)?$/

/**
 * A date or date-time; undefined for text that is none, and for days that no calendar has, such as
 * 31 February.
 */
export function timeIn(text: string): WallClock | undefined {
  const [, year, month, dayOfMonth, hour, minute, second, utc, offset] =
    TIME.exec(text.trim().toUpperCase()) ?? []
  if (year === undefined) return undefined
  const day = dayNumber(Number(year), Number(month), Number(dayOfMonth))
  if (new Date(day * DAY_MS).getUTCDate() !== Number(dayOfMonth) || !isWithin(Number(month), 1, 12))
    return undefined
  if (hour === undefined) return { wall: day * DAY_MS, isDate: true }
  const seconds = Number(hour) * 3_600 + Number(minute) * 60 + Number(second ?? 0)
  // 24:00 is the next midnight (ISO 8601), and 60 is a leap second.
  if (seconds > 86_400 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined
  const wall = day * DAY_MS + seconds * 1_000
  if (utc !== undefined) return { wall, isDate: false, offset: 0 }
  return offset === undefined
    ? { wall, isDate: false }
    : { wall, isDate: false, offset: offsetIn(offset) ?? 0 }
}

/** UTC-OFFSET in milliseconds. */
export function offsetIn(text: string): number | undefined {
  const [, sign, hours, minutes, seconds] =
    /^([+-])(\d{2}):?(\d{2}):?(\d{2})?$/.exec(text.trim()) ?? []
  if (hours === undefined) return undefined
  const length = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds ?? 0)) * 1_000
  return length > DAY_MS ? undefined : sign === '-' ? -length : length
}

/** A length: days on the wall clock, which can last 23 or 25 hours, and exact time after them. */
export interface Duration {
  days: number
  ms: number
}

const DURATION = /^([+-])?P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/** A DURATION that is not negative and lasts at most a century; undefined for others. */
export function durationIn(text: string): Duration | undefined {
  const found = DURATION.exec(text.trim().toUpperCase())
  if (found === null) return undefined
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(2)
    .map(part => Number(part ?? 0))
  const length = { days: weeks * 7 + days, ms: ((hours * 60 + minutes) * 60 + seconds) * 1_000 }
  if (found[1] === '-' && length.days + length.ms > 0) return undefined
  return {
    days: Math.min(length.days, MAX_DURATION_MS / DAY_MS),
    ms: Math.min(length.ms, MAX_DURATION_MS),
  }
}

/** The number of a day since 1970-01-01; months and days beyond their ends carry over. */
export function dayNumber(year: number, month: number, dayOfMonth: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, dayOfMonth)
  return Math.floor(date.getTime() / DAY_MS)
}

export const isWithin = (value: number, least: number, most: number): boolean =>
  value >= least && value <= most
