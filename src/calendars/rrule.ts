// Recurrence rules as files have them (RFC 5545, section 3.3.10).

import { isWithin, timeIn, type WallClock } from './property-values.ts'

const FREQUENCIES = [
  'SECONDLY',
  'MINUTELY',
  'HOURLY',
  'DAILY',
  'WEEKLY',
  'MONTHLY',
  'YEARLY',
] as const
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

/** A weekday of a rule. */
export interface NamedDay {
  /** 0 is Sunday. */
  weekday: number
  /** The nth in its period, from the end when negative; 0: every one. */
  place: number
}

export interface Rule {
  freq: (typeof FREQUENCIES)[number]
  interval: number
  count?: number
  until?: WallClock
  /** The first day of a week, 0 is Sunday. */
  weekStart: number
  months: number[]
  daysOfMonth: number[]
  daysOfYear: number[]
  weeks: number[]
  weekdays: NamedDay[]
  hours: number[]
  minutes: number[]
  seconds: number[]
  positions: number[]
}

/**
 * The least and the most of the numbers of a part; those of signed parts count from the end when
 * negative.
 */
const NUMBERS = {
  BYMONTH: { least: 1, most: 12 },
  BYMONTHDAY: { least: 1, most: 31, isSigned: true },
  BYYEARDAY: { least: 1, most: 366, isSigned: true },
  BYWEEKNO: { least: 1, most: 53, isSigned: true },
  BYHOUR: { least: 0, most: 23 },
  BYMINUTE: { least: 0, most: 59 },
  BYSECOND: { least: 0, most: 60 },
  BYSETPOS: { least: 1, most: 366, isSigned: true },
}

/**
 * Reads a rule. Values that cannot be read are reported and left out, so that the rule occurs more
 * often or for longer.
 * @returns undefined for a rule whose frequency cannot be read
 */
export function ruleIn(text: string, report: (message: string) => void): Rule | undefined {
  const parts = new Map<string, string>()
  for (const part of text.toUpperCase().split(';')) {
    const [name = '', value] = part.split('=').map(each => each.trim())
    if (value !== undefined) parts.set(name, value)
    else if (name !== '') report('RRULE has a part without a value.')
  }
  const freq = FREQUENCIES.find(each => each === parts.get('FREQ'))
  if (freq === undefined) {
    report(`FREQ must be one of ${FREQUENCIES.join(', ')}. Only the first occurrence is read.`)
    return undefined
  }
  if ((parts.get('RSCALE') ?? 'GREGORIAN') !== 'GREGORIAN') {
    report('RSCALE must be GREGORIAN. Only the first occurrence is read.')
    return undefined
  }
  if ((parts.get('SKIP') ?? 'OMIT') !== 'OMIT')
    report('SKIP is not supported: dates that do not exist are left out.')

  const positive = (name: string): number | undefined => {
    const value = parts.get(name)
    if (value === undefined) return undefined
    if (/^\+?\d{1,9}$/.test(value) && Number(value) > 0) return Number(value)
    report(`${name} must be a positive integer.`)
    return undefined
  }
  const numbers = (name: keyof typeof NUMBERS): number[] => {
    const { least, most, isSigned } = { isSigned: false, ...NUMBERS[name] }
    return listed(name, value => {
      if (!/^[+-]?\d{1,3}$/.test(value)) return undefined
      const number = Number(value)
      return isWithin(isSigned ? Math.abs(number) : number, least, most) ? number : undefined
    })
  }
  const listed = <T>(name: string, read: (value: string) => T | undefined): T[] => {
    const values = new Set((parts.get(name)?.split(',') ?? []).map(value => value.trim()))
    const all = [...values].map(read)
    const valid = all.filter(value => value !== undefined)
    if (valid.length < all.length) report(`${name} has a value that is not allowed; it is ignored.`)
    return valid
  }
  const untilText = parts.get('UNTIL')
  const until = untilText === undefined ? undefined : timeIn(untilText)
  if (untilText !== undefined && until === undefined)
    report('UNTIL is no date; the rule is read as one without an end.')
  const count = positive('COUNT')
  const weekStart = WEEKDAYS.indexOf(parts.get('WKST') ?? 'MO')
  if (weekStart < 0) report('WKST is no weekday; it is read as MO.')
  return {
    freq,
    interval: positive('INTERVAL') ?? 1,
    ...(count !== undefined && { count }),
    ...(until !== undefined && { until }),
    weekStart: weekStart < 0 ? 1 : weekStart,
    months: numbers('BYMONTH'),
    daysOfMonth: numbers('BYMONTHDAY'),
    daysOfYear: numbers('BYYEARDAY'),
    weeks: numbers('BYWEEKNO'),
    weekdays: listed('BYDAY', value => {
      const [, place, name = ''] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(value) ?? []
      const weekday = WEEKDAYS.indexOf(name)
      return weekday < 0 ? undefined : { weekday, place: Number(place ?? 0) }
    }),
    hours: numbers('BYHOUR'),
    minutes: numbers('BYMINUTE'),
    // A leap second does not occur on clocks of computers.
    seconds: numbers('BYSECOND').map(second => Math.min(second, 59)),
    positions: numbers('BYSETPOS'),
  }
}
