import type { DateTime } from 'luxon'
import {
  comingDay,
  countOf,
  dayNamed,
  dayOfMonth,
  iso,
  monthOf,
  only,
  onlyIf,
  partOfMonth,
  partOfWeek,
  span,
  WEEKDAY,
  weekdayOf,
  weekFrom,
} from './calendar.ts'
import { MONTHS, NUMBERS, oneOf } from './text.ts'
import { type DayRange, latest } from './when.ts'

/** A phrase for days, and which they are as of today. */
export type Rule = [
  pattern: string,
  find: (today: DateTime, ...groups: string[]) => DayRange | undefined,
]

const COUNT = `(?:a|${oneOf(NUMBERS.slice(0, 10))}|few|couple(?: of)?|\\d{1,3})`
const PART = '(?:(early|late|later|mid|middle of|beginning of|start of|end of)[ -])?(?:the )?'

/** What chrono does not read, or reads as one day where people mean several. */
export const rules: Rule[] = [
  ['\\b(?:the )?day after tomorrow\\b', today => only(today.plus({ days: 2 }))],
  [
    `\\b(${COUNT}) weeks? (?:from|on|after) (${WEEKDAY}|today|tomorrow|now)\\b`,
    (today, count = '', from = '') => only(dayNamed(today, from).plus({ weeks: countOf(count) })),
  ],
  [
    `\\b(${COUNT}) weeks? (today|tomorrow)\\b`,
    (today, count = '', from = '') => only(dayNamed(today, from).plus({ weeks: countOf(count) })),
  ],
  ['\\b(?:in )?a fortnight\\b', today => only(today.plus({ weeks: 2 }))],
  ['^\\W*(?:in )?(march|may)\\W*$', (today, name = '') => monthOf(today, name)],
  [
    `\\b${WEEKDAY},? the (\\d{1,2})(?:st|nd|rd|th)\\b(?! of)`,
    (today, day = '') => onlyIf(dayOfMonth(today, Number(day))),
  ],
  [
    `\\b(${WEEKDAY}) week\\b`,
    (today, name = '') => only(comingDay(today, name).plus({ weeks: 1 })),
  ],
  [
    `\\bnext week,?(?:['’]s)?(?: on)? (${WEEKDAY})s?\\b`,
    (today, name = '') => only(weekFrom(today, 1).plus({ days: weekdayOf(name) - 1 })),
  ],
  [
    `\\b(${WEEKDAY}),?(?: of| in)? next week\\b`,
    (today, name = '') => only(weekFrom(today, 1).plus({ days: weekdayOf(name) - 1 })),
  ],
  [
    `\\b(?:last|this past) (${WEEKDAY})\\b`,
    (today, name = '') => only(comingDay(today, name).minus({ weeks: 1 })),
  ],
  ['\\blast week\\b', today => partOfWeek(weekFrom(today, -1))],
  ['\\b(?:the )?week after next\\b', today => partOfWeek(weekFrom(today, 2))],
  [`\\b${PART}next week\\b`, (today, part) => partOfWeek(weekFrom(today, 1), part)],
  [
    `\\b${PART}this week\\b`,
    (today, part) => {
      const week = partOfWeek(weekFrom(today, 0), part)
      return week.last < iso(today) ? week : { ...week, first: latest(week.first, iso(today)) }
    },
  ],
  [
    '\\b(next|this|the|at the|on the|over the) weekend\\b',
    (today, which = '') => {
      const saturday = weekFrom(today, /next/i.test(which) ? 1 : 0).plus({ days: 5 })
      return span(saturday, saturday.plus({ days: 1 }))
    },
  ],
  [
    `\\b${PART}next month\\b`,
    (today, part) => partOfMonth(today, today.startOf('month').plus({ months: 1 }), part),
  ],
  [
    `\\b${PART}(?:this|the) month\\b`,
    (today, part) => partOfMonth(today, today.startOf('month'), part),
  ],
  [
    `\\b(?:in|within|over|during)? ?(?:the )?(?:next|coming) (${COUNT}) (days|weeks)\\b`,
    (today, count = '', unit = '') =>
      span(today, today.plus({ [unit.toLowerCase()]: countOf(count) })),
  ],
  ['\\b(?:the )?(?:next|coming) days\\b', today => span(today, today.plus({ days: 4 }))],
  [
    `\\b(?:(in|during|early|late|mid|beginning of|end of|start of|sometime in)[ -]+)(${oneOf(MONTHS)})\\b(?!\\s*\\d)`,
    (today, part = '', name = '') => monthOf(today, name, part),
  ],
  [
    `(?<!\\d(?:st|nd|rd|th)?(?: of)? )\\b(${oneOf(MONTHS.filter(month => month !== 'may' && month !== 'march'))})\\b(?!\\s*\\d)`,
    (today, name = '') => monthOf(today, name),
  ],
  [
    '\\b(?:week of|week from|week starting|week beginning) (?:the )?(\\d{1,2})(?:st|nd|rd|th)?\\b(?! ?[a-z]+ember| ?of)',
    (today, day = '') => partOfWeek(dayOfMonth(today, Number(day))?.startOf('week') ?? today),
  ],
]
