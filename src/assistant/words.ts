import { DateTime } from 'luxon'
import type { UnavailableReason } from '../slot-engine/index.ts'
import type { OfferedType } from './actions.ts'

// In America the clock goes twice around the day.
const clockFormat = (zone: string): string => (zone.startsWith('America/') ? 'h:mm a' : 'HH:mm')

/** `Tuesday 10 March at 15:00`, on the clock of the zone. */
export const sayStart = (start: Date, zone: string): string =>
  DateTime.fromJSDate(start, { zone })
    .setLocale('en')
    .toFormat(`cccc d LLLL 'at' ${clockFormat(zone)}`)

/** Starts as a numbered list, a line each. */
export const listStarts = (starts: readonly Date[], zone: string): string =>
  starts.map((start, index) => `${index + 1}. ${sayStart(start, zone)}`).join('\n')

/** A day of the calendar, `Tuesday 10 March 2026`. */
export const sayDay = (day: string): string =>
  DateTime.fromISO(day, { locale: 'en' }).toFormat('cccc d LLLL yyyy')

/** `Intro (30 minutes)`. */
export const sayType = ({ name, lengths }: OfferedType): string =>
  `${name} (${lengths.join(' or ')} minutes)`

/** `a, b or c`. */
export const either = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** Why a start is not free, as the end of a sentence about it. */
export const whyNotWords: Record<UnavailableReason, string> = {
  past: 'has passed already',
  notice: 'is too soon to be booked',
  window: 'is further ahead than can be booked',
  hours: 'is outside the hours that can be booked',
  grid: 'is not a time at which it can begin',
  limit: 'is on a day or in a week that is fully booked',
  taken: 'is taken',
}

/** The time of an instant on the clock of a zone, `15:00`. */
export const clockAt = (instant: Date, zone: string): string =>
  DateTime.fromJSDate(instant, { zone }).toFormat('HH:mm')
