// Occurrences of recurrence rules, compared with those of ical.js.
//
// Left out of the comparison, because ical.js does not return what RFC 5545 says, or never returns:
// BYSETPOS, INTERVAL together with BYMONTH, negative days of the month in daily rules, and rules
// that do not match their DTSTART. BYSETPOS is compared with the sets that it picks from.

import fc from 'fast-check'
import ICAL from 'ical.js'
import { describe, expect, it } from 'vitest'
import { readCalendar } from '../../src/calendars/calendar.ts'
import { DAY_MS, HOUR_MS } from '../../src/time.ts'

const FIRST = Date.parse('2024-01-01T09:00:00Z')
const DAYS = 1_200
const SEED = 5_545

const stamp = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`

const event = (start: number, ...lines: string[]): string[] => [
  'BEGIN:VEVENT',
  'UID:a',
  'DTSTAMP:20240101T000000Z',
  `DTSTART:${stamp(start)}`,
  'DURATION:PT1H',
  ...lines,
  'END:VEVENT',
]

/** Starts of the spans of events, in order. */
function starts(lines: string[], from = FIRST - DAY_MS, until = FIRST + DAYS * DAY_MS): number[] {
  const text = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//test//EN',
    ...lines,
    'END:VCALENDAR',
  ].join('\r\n')
  return readCalendar(Buffer.from(text), { from, until, zone: 'UTC' }).spans.map(
    ({ start }) => start,
  )
}

function icalStarts(rule: string, start: number): number[] {
  const time = ICAL.Time.fromDateTimeString(`${new Date(start).toISOString().slice(0, 19)}Z`)
  const iterator = ICAL.Recur.fromString(rule).iterator(time)
  const found: number[] = []
  for (let next = iterator.next(); next; next = iterator.next()) {
    const ms = next.toUnixTime() * 1_000
    if (ms >= FIRST + DAYS * DAY_MS) break
    found.push(ms)
  }
  return found
}

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 })
const some = <T>(...values: T[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })

const parts = fc.record({
  freq: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
  interval: fc.integer({ min: 1, max: 4 }),
  weekdays: maybe(some(...WEEKDAYS)),
  ordinal: maybe(fc.constantFrom(1, 2, 3, 4, 5, -1, -2)),
  daysOfMonth: maybe(some(1, 2, 13, 15, 28, 29, 30, 31, -1, -2)),
  months: maybe(some(1, 2, 3, 5, 6, 8, 9, 11, 12)),
  weekStart: maybe(fc.constantFrom(...WEEKDAYS)),
})

/** A rule without its end; undefined for one that is left out. */
function ruleOf({
  freq,
  interval,
  weekdays,
  ordinal,
  daysOfMonth,
  months,
  weekStart,
}: typeof parts extends fc.Arbitrary<infer Parts> ? Parts : never): string | undefined {
  if (freq === 'DAILY' && daysOfMonth?.some(day => day < 0)) return undefined
  // Days of the month and weekdays together are compared below, with one another.
  if (weekdays !== undefined && daysOfMonth !== undefined) return undefined
  const withOrdinals = ordinal !== undefined && (freq === 'MONTHLY' || freq === 'YEARLY')
  return [
    `FREQ=${freq}`,
    months === undefined && `INTERVAL=${interval}`,
    weekdays && `BYDAY=${weekdays.map(day => (withOrdinals ? `${ordinal}${day}` : day))}`,
    freq !== 'WEEKLY' && daysOfMonth && `BYMONTHDAY=${daysOfMonth}`,
    months && `BYMONTH=${months}`,
    weekStart && `WKST=${weekStart}`,
  ]
    .filter(Boolean)
    .join(';')
}

/**
 * The first start from a day on that a rule matches; undefined when it does not go on after what is
 * compared.
 */
function firstMatch(rule: string, day: number): number | undefined {
  const from = FIRST + day * DAY_MS
  const [, first] = starts(event(from, `RRULE:${rule}`))
  const later = starts(
    event(from, `RRULE:${rule}`),
    FIRST + DAYS * DAY_MS,
    FIRST + 4 * DAYS * DAY_MS,
  )
  return later.length > 1 ? first : undefined
}

function grouped(times: number[], keyOf: (ms: number) => string): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (const time of times) groups.set(keyOf(time), [...(groups.get(keyOf(time)) ?? []), time])
  return groups
}

const ends = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map(count => () => `COUNT=${count}`),
  fc
    .integer({ min: 0, max: 700 })
    .map(days => (start: number) => `UNTIL=${stamp(start + days * DAY_MS + HOUR_MS)}`),
)

describe('occurrences of a recurrence rule', () => {
  it('are those of ical.js, but for excluded ones and with changed ones where they were moved to', () => {
    let compared = 0
    fc.assert(
      fc.property(
        parts,
        ends,
        fc.integer({ min: 0, max: 400 }),
        fc.array(fc.nat(20), { maxLength: 3 }),
        maybe(fc.nat(10)),
        (given, end, day, excluded, moved) => {
          const unbounded = ruleOf(given)
          const start = unbounded === undefined ? undefined : firstMatch(unbounded, day)
          if (start === undefined) return
          const rule = `${unbounded};${end(start)}`
          const all = icalStarts(rule, start)
          const gone = new Set(excluded.map(at => all[at % all.length]))
          const change = moved === undefined ? undefined : all[moved % all.length]
          const lines = event(
            start,
            `RRULE:${rule}`,
            ...[...gone].map(at => `EXDATE:${stamp(at ?? start)}`),
          )
          if (change !== undefined && !gone.has(change)) {
            lines.push(...event(change + 2 * HOUR_MS, `RECURRENCE-ID:${stamp(change)}`))
          }
          const expected = all
            .filter(at => !gone.has(at))
            .map(at => (at === change ? at + 2 * HOUR_MS : at))
            .filter(at => at < FIRST + DAYS * DAY_MS)
          compared++
          expect(starts(lines), rule).toEqual(expected)
        },
      ),
      { seed: SEED, numRuns: 300 },
    )
    expect(compared).toBeGreaterThan(100)
  })

  it('are picked by BYSETPOS from the set of each period', () => {
    const periods: Record<string, (ms: number) => string> = {
      MONTHLY: ms => new Date(ms).toISOString().slice(0, 7),
      YEARLY: ms => new Date(ms).toISOString().slice(0, 4),
      // From Monday: 1 January 2024 was one.
      WEEKLY: ms => String(Math.floor((ms - FIRST) / (7 * DAY_MS))),
    }
    fc.assert(
      fc.property(
        fc.constantFrom('WEEKLY', 'MONTHLY', 'YEARLY'),
        some(...WEEKDAYS),
        some(1, 2, 3, -1, -2),
        fc.integer({ min: 0, max: 400 }),
        (freq, weekdays, positions, day) => {
          const from = FIRST + day * DAY_MS
          const rule = `RRULE:FREQ=${freq};BYDAY=${weekdays}`
          const periodOf = periods[freq]
          if (periodOf === undefined) throw new Error(freq)
          // The whole sets, from a week, month and year before the start.
          const begin = FIRST - 3 * 366 * DAY_MS
          const end = FIRST + (DAYS + 800) * DAY_MS
          const sets = grouped(starts(event(begin, rule), begin + 366 * DAY_MS, end), periodOf)
          const picked = [...sets.values()].flatMap(set =>
            set.filter((_, at) =>
              positions.some(place => (place > 0 ? place - 1 : set.length + place) === at),
            ),
          )
          const expected = new Set([
            from,
            ...picked.filter(at => at >= from && at < FIRST + DAYS * DAY_MS),
          ])
          expect(starts(event(from, `${rule};BYSETPOS=${positions}`))).toEqual(
            [...expected].sort((a, b) => a - b),
          )
        },
      ),
      { seed: SEED, numRuns: 60 },
    )
  })

  it('are on the days that both BYDAY and BYMONTHDAY name', () => {
    const fridays = starts(event(FIRST, 'RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13')).slice(1)
    expect(fridays.map(at => stamp(at).slice(0, 8))).toEqual([
      '20240913',
      '20241213',
      '20250613',
      '20260213',
      '20260313',
      '20261113',
    ])
  })

  it('include a DTSTART that the rule does not match, in addition to COUNT', () => {
    expect(
      starts(event(FIRST, 'RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2')).map(at => stamp(at).slice(0, 8)),
    ).toEqual(['20240101', '20240103', '20240110'])
  })
})
