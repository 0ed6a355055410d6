// Instants and days as slots are asked for and told.

import { z } from 'zod'
import { DAY_MS } from '../../../src/time.ts'
import { NO_INSTANT } from '../values.ts'

const instantOf = (given: string): number =>
  Date.parse(/^\d{4}-\d\d-\d\d$/.test(given) ? `${given}T00:00:00Z` : inUtc(given))

/** Times without a zone are UTC. */
const inUtc = (given: string): string => (/(Z|[+-]\d\d:?\d\d)$/i.test(given) ? given : `${given}Z`)

/** A day or an instant, as milliseconds. */
export const moment = z
  .string('should not be null or undefined')
  .refine(given => /^\d{4}-\d\d-\d\d/.test(given) && !Number.isNaN(instantOf(given)), NO_INSTANT)
  .transform(instantOf)
  .meta({ type: 'string', description: 'A day or an instant, in UTC.' })

/** The same as an end: a day, or its midnight, is the whole of it. */
export const endMoment = moment.transform(end => (end % DAY_MS === 0 ? end + DAY_MS - 1_000 : end))

/** Tells instants by the clock of a zone: `2050-09-05T09:00:00.000+02:00`, and with `Z` in UTC. */
export function clockOf(timeZone: string): (instant: string | number) => string {
  if (/^(Etc\/)?(UTC|GMT)$/i.test(timeZone)) return instant => new Date(instant).toISOString()
  const wall = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  const named = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  return instant => {
    const date = new Date(instant)
    const name =
      named.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
    return `${wall.format(date).replace(' ', 'T')}.000${name === 'GMT' ? '+00:00' : name.slice(3)}`
  }
}

/** The day that a zone's calendar shows. */
export const dayIn = (timeZone: string, instant: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(instant)

/** The day so many days after another. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

export const zone = z
  .string('must be a string')
  .refine(isZone, 'must be a valid IANA time-zone')
  .meta({ description: 'IANA zone of the days and times of the answer; UTC unless given.' })

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '' && !/^[+-]/.test(name)
  } catch {
    return false
  }
}
