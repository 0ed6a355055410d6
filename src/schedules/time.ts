import { z } from 'zod'
import { MINUTES_PER_DAY } from '../time.ts'

/** Minutes after midnight of a LocalTime; NaN for text that is none. */
export function minuteOf(time: string): number {
  const [, hours, minutes] = /^(\d\d):([0-5]\d)$/.exec(time) ?? []
  return Number(hours) * 60 + Number(minutes)
}

/** The LocalTime of so many minutes after midnight: 1500 is `25:00`. */
export const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** When hours begin: `00:00` to `23:59`. */
export const startTime = z
  .string()
  .refine(
    time => minuteOf(time) < MINUTES_PER_DAY,
    'must be a time of day as HH:MM, from 00:00 to 23:59',
  )

/** When hours end: up to `24:00`, or to `48:00` when they reach into the next day. */
export const endTime = z
  .string()
  .refine(time => minuteOf(time) <= 2 * MINUTES_PER_DAY, 'must be a time as HH:MM, at most 48:00')
