import { z } from 'zod'
import { MINUTE_MS, MINUTES_PER_DAY } from '../time.ts'
import { day } from '../validation.ts'
import { overlaps } from './overlaps.ts'
import { endTime, minuteOf, startTime } from './time.ts'

const MAX_WEEKLY = 200
const MAX_OVERRIDES = 1000
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY

const WeeklyRule = z
  .object({ weekday: z.number().int().min(0).max(6), start: startTime, end: endTime })
  .superRefine((rule, refine) => {
    if (minuteOf(rule.end) <= minuteOf(rule.start))
      refine.addIssue(problem(['end'], 'must be later than the start'))
  })

/** Hours of the week; no two overlap, not even past midnight or past the end of the week. */
export const WeeklyRules = z
  .array(WeeklyRule)
  .max(MAX_WEEKLY, `must have at most ${MAX_WEEKLY} entries`)
  .superRefine((rules, refine) => {
    const week = rules.map(({ weekday, start, end }, index) => ({
      index,
      start: weekday * MINUTES_PER_DAY + minuteOf(start),
      end: weekday * MINUTES_PER_DAY + minuteOf(end),
    }))
    // The week after it, since Saturday's hours may reach into Sunday's.
    const next = week.map(({ index, start, end }) => ({
      index,
      start: start + MINUTES_PER_WEEK,
      end: end + MINUTES_PER_WEEK,
    }))
    for (const { index, other } of overlaps([...week, ...next])) {
      refine.addIssue(problem([index], `overlaps the hours of entry ${other}`))
    }
  })

const Override = z
  .object({
    date: day,
    start: startTime.nullish(),
    end: endTime.nullish(),
    closed: z.boolean().nullish(),
  })
  .superRefine(({ start, end, closed }, refine) => {
    if (closed === true) {
      if (start != null || end != null)
        refine.addIssue(problem(['closed'], 'cannot stand beside start and end'))
      return
    }
    if (start == null)
      refine.addIssue(problem(['start'], 'is missing: give start and end, or closed'))
    if (end == null) refine.addIssue(problem(['end'], 'is missing: give start and end, or closed'))
    if (start != null && end != null && minuteOf(end) <= minuteOf(start)) {
      refine.addIssue(problem(['end'], 'must be later than the start'))
    }
  })

/** Hours of dates. Those of one date do not overlap, nor do they stand beside a day off. */
export const Overrides = z
  .array(Override)
  .max(MAX_OVERRIDES, `must have at most ${MAX_OVERRIDES} entries`)
  .superRefine((overrides, refine) => {
    const stretches = overrides.map(({ date, start, end }, index) => {
      const midnight = Date.parse(`${date}T00:00:00Z`) / MINUTE_MS
      return { index, start: midnight + minuteOf(start ?? ''), end: midnight + minuteOf(end ?? '') }
    })
    for (const { index, other } of overlaps(stretches)) {
      refine.addIssue(problem([index], `overlaps the hours of entry ${other}`))
    }
    const firstOf = new Map<string, number>()
    const closedBy = new Map<string, number>()
    for (const [index, { date, closed }] of overrides.entries()) {
      const earlier = closed === true ? firstOf.get(date) : closedBy.get(date)
      if (earlier !== undefined)
        refine.addIssue(problem([index], `names the date of entry ${earlier}: one is a day off`))
      if (!firstOf.has(date)) firstOf.set(date, index)
      if (closed === true && !closedBy.has(date)) closedBy.set(date, index)
    }
  })

/** The row of a weekly rule. */
export const weeklyRow = ({ weekday, start, end }: z.output<typeof WeeklyRule>) => ({
  weekday,
  startMinute: minuteOf(start),
  endMinute: minuteOf(end),
})

/** The row of an override; a day off starts where it ends. */
export const overrideRow = ({ date, start, end }: z.output<typeof Override>) => ({
  date: new Date(`${date}T00:00:00Z`),
  startMinute: minuteOf(start ?? '00:00'),
  endMinute: minuteOf(end ?? '00:00'),
})

const problem = (path: (string | number)[], message: string) => ({
  code: 'custom' as const,
  path,
  message,
})
