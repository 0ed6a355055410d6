// Formats times in the time zone of the reader.

import { DateTime } from 'luxon'

const LOCALE = 'en-GB'

/** Hours of the clock: `9:00 pm` or `21:00`. */
export type ClockHours = 12 | 24

/** Format of a time of day for luxon. */
export const timeFormat = (hours: ClockHours): string => (hours === 12 ? 'h:mm a' : 'HH:mm')

/** An instant on the clock of a zone. */
export const at = (instant: string | Date, zone: string): DateTime =>
  (instant instanceof Date ? DateTime.fromJSDate(instant) : DateTime.fromISO(instant))
    .setZone(zone)
    .setLocale(LOCALE)

/** `Tuesday, 3 March 2026`. @param date `YYYY-MM-DD` */
export const dayWords = (date: string): string =>
  DateTime.fromISO(date, { zone: 'UTC', locale: LOCALE }).toFormat('cccc, d LLLL yyyy')

/** `Tuesday, 3 March 2026, 10:00–10:30 (Europe/Berlin)`. */
export function spanWords(
  { start, end }: { start: string; end: string },
  zone: string,
  hours: ClockHours,
): string {
  const time = timeFormat(hours)
  const [from, until] = [at(start, zone), at(end, zone)]
  const last = until.hasSame(from, 'day')
    ? until.toFormat(time)
    : until.toFormat(`cccc, d LLLL, ${time}`)
  return `${from.toFormat(`cccc, d LLLL yyyy, ${time}`)}–${last} (${zoneWords(zone)})`
}

/** `Tuesday, 3 March 2026, 10:00 (Europe/Berlin)`. */
export const startWords = (start: string, zone: string, hours: ClockHours): string =>
  `${at(start, zone).toFormat(`cccc, d LLLL yyyy, ${timeFormat(hours)}`)} (${zoneWords(zone)})`

/** `America/New York`. */
export const zoneWords = (zone: string): string => zone.replaceAll('_', ' ')

/** `45 minutes`, `1 hour`, `1 hour 30 minutes`. */
export function lengthWords(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  const parts = [hours > 0 && counted(hours, 'hour'), rest > 0 && counted(rest, 'minute')]
  return parts.filter(part => part !== false).join(' ')
}

export const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`
