// Hours in Calendly's words: rules for days of the week and for dates.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'

export const ScheduleParts = graphql(`
  fragment CalendlySchedule on Schedule {
    id name isDefault timeZone
    weekly { weekday start end }
    overrides { date closed start end }
  }
`)

export type ShownSchedule = ResultOf<typeof ScheduleParts>

const weekdays = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const

export const Rule = z.object({
  type: z.enum(['wday', 'date']),
  intervals: z
    .array(z.object({ from: z.string(), to: z.string() }))
    .meta({ description: 'None: a day off.' }),
  wday: z.enum(weekdays).optional(),
  date: z.string().optional(),
})

type Rule = z.output<typeof Rule>

/** The rules of a schedule. */
export const rulesOf = ({ weekly, overrides }: ShownSchedule): Rule[] => [
  ...weekRules(weekly),
  ...dateRules(overrides),
]

const MIDNIGHT = '24:00'

/** Hours of each weekday. Those that reach past midnight are told on both days. */
function weekRules(weekly: ShownSchedule['weekly']): Rule[] {
  const parts = weekly.flatMap(({ weekday, start, end }) => {
    const day = weekdays.findIndex(name => name.toUpperCase() === weekday)
    if (end <= MIDNIGHT) return [{ day, from: start, to: end }]
    return [
      { day, from: start, to: MIDNIGHT },
      { day: (day + 1) % 7, from: '00:00', to: nextDay(end) },
    ]
  })
  return weekdays.map((wday, index) => ({
    type: 'wday',
    wday,
    intervals: inOrder(parts.filter(({ day }) => day === index)),
  }))
}

/**
 * Hours of each date that differs, to its end: the rule of the next date would take the place of
 * its ordinary hours.
 */
function dateRules(overrides: ShownSchedule['overrides']): Rule[] {
  const dates = [...new Set(overrides.map(({ date }) => date))]
  return dates.map(date => {
    const hours = overrides.flatMap(each =>
      each.date === date && each.start !== null && each.end !== null
        ? [{ from: each.start, to: each.end <= MIDNIGHT ? each.end : MIDNIGHT }]
        : [],
    )
    return { type: 'date', date, intervals: inOrder(hours) }
  })
}

const inOrder = (hours: { from: string; to: string }[]) =>
  hours.map(({ from, to }) => ({ from, to })).toSorted((a, b) => (a.from < b.from ? -1 : 1))

const nextDay = (end: string): string => {
  const [hour = '', minute = ''] = end.split(':')
  return `${String(Number(hour) - 24).padStart(2, '0')}:${minute}`
}

const intervals = z.array(z.object({ from: z.string(), to: z.string() }))

/** A rule as a request says it. */
export const GivenRule = z.discriminatedUnion('type', [
  z.object({ type: z.literal('wday'), wday: z.enum(weekdays), intervals }),
  z.object({ type: z.literal('date'), date: z.string(), intervals }),
])

const weekdayOf = {
  sunday: 'SUNDAY',
  monday: 'MONDAY',
  tuesday: 'TUESDAY',
  wednesday: 'WEDNESDAY',
  thursday: 'THURSDAY',
  friday: 'FRIDAY',
  saturday: 'SATURDAY',
} as const

interface Override {
  date: string
  closed?: boolean
  start?: string
  end?: string
}

/** What the graph takes for rules. A weekday without a rule is a day off. */
export const hoursIn = (rules: readonly z.output<typeof GivenRule>[]) => ({
  weekly: rules.flatMap(rule =>
    rule.type === 'date'
      ? []
      : rule.intervals.map(({ from, to }) => ({
          weekday: weekdayOf[rule.wday],
          start: from,
          end: to,
        })),
  ),
  overrides: rules.flatMap((rule): Override[] => {
    if (rule.type === 'wday') return []
    if (rule.intervals.length === 0) return [{ date: rule.date, closed: true }]
    return rule.intervals.map(({ from, to }) => ({ date: rule.date, start: from, end: to }))
  }),
})

/** Hours as they are, in the form in which they are given. */
export const kept = ({ weekly, overrides, timeZone }: ShownSchedule) => ({
  timeZone,
  weekly: weekly.map(({ weekday, start, end }) => ({ weekday, start, end })),
  overrides: overrides.map(({ date, closed, start, end }) => ({
    date,
    ...(closed ? { closed } : { start, end }),
  })),
})
