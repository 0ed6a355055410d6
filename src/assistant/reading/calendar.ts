// The invitee's calendar: days of a zone, and spans of them.
import { DateTime } from 'luxon'
import { MONTHS, NUMBERS, oneOf, WEEKDAYS } from './text.ts'
import type { DayRange } from './when.ts'

const SHORT_DAYS = WEEKDAYS.map(day => day.slice(0, 3))
/** A pattern of their names, long and short. */
export const WEEKDAY = oneOf([...WEEKDAYS, ...SHORT_DAYS])

export const only = (day: DateTime): DayRange => ({ first: iso(day), last: iso(day) })
export const onlyIf = (day: DateTime | undefined): DayRange | undefined =>
  day === undefined ? undefined : only(day)
export const span = (first: DateTime, last: DateTime): DayRange => ({
  first: iso(first),
  last: iso(last),
})
export const iso = (day: DateTime): string => day.toFormat('yyyy-MM-dd')
/** 1 for Monday. */
export const weekdayOf = (name: string): number =>
  SHORT_DAYS.indexOf(name.slice(0, 3).toLowerCase()) + 1
/** How many a word says: "a", "couple", "few" and numbers. */
export function countOf(word: string): number {
  if (/^\d/.test(word)) return Number(word)
  if (/^few/i.test(word)) return 3
  return /^couple/i.test(word) ? 2 : Math.max(1, NUMBERS.indexOf(word.toLowerCase()) + 1)
}

/** The next day of this name, today included. */
export const comingDay = (today: DateTime, name: string): DateTime =>
  today.plus({ days: (weekdayOf(name) - today.weekday + 7) % 7 })

/**
 * A month: the rest of this one, or the whole of its next time; its beginning, middle or end alone
 * where that is said.
 */
export function monthOf(today: DateTime, name: string, part = ''): DayRange {
  const month = MONTHS.indexOf(name.toLowerCase()) + 1
  const start = today.set({ month, day: 1 }).plus({ years: month < today.month ? 1 : 0 })
  return partOfMonth(today, start, part)
}

/** A month that begins then, or a third of it; days that have passed left out. */
export function partOfMonth(today: DateTime, start: DateTime, part = ''): DayRange {
  const end = start.endOf('month')
  const [first, last] = /early|beginning|start/i.test(part)
    ? [start, start.set({ day: 10 })]
    : /mid/i.test(part)
      ? [start.set({ day: 11 }), start.set({ day: 20 })]
      : /late|end/i.test(part)
        ? [start.set({ day: 21 }), end]
        : [start, end]
  return span(DateTime.max(first, DateTime.min(today, last)), last)
}

/** A week that begins then, or a part of it. */
export function partOfWeek(monday: DateTime, part = ''): DayRange {
  if (/early|beginning|start/i.test(part)) return span(monday, monday.plus({ days: 1 }))
  if (/mid/i.test(part)) return span(monday.plus({ days: 1 }), monday.plus({ days: 3 }))
  if (/late|end/i.test(part)) return span(monday.plus({ days: 3 }), monday.plus({ days: 4 }))
  return span(monday, monday.plus({ days: 6 }))
}

/** The Monday so many weeks from this one. */
export const weekFrom = (today: DateTime, weeks: number): DateTime =>
  today.startOf('week').plus({ weeks })

/** The next day of a month with this number. */
export function dayOfMonth(today: DateTime, day: number): DateTime | undefined {
  const months = [0, 1, 2].map(months => today.startOf('month').plus({ months }))
  const fitting = months.find(
    month => day <= (month.daysInMonth ?? 0) && month.set({ day }) >= today,
  )
  return fitting?.set({ day })
}

/** Today, tomorrow, or the next day of this name. */
export function dayNamed(today: DateTime, name: string): DateTime {
  if (/today|now/i.test(name)) return today
  return /tomorrow/i.test(name) ? today.plus({ days: 1 }) : comingDay(today, name)
}
