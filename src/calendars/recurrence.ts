// Occurrences of a recurrence rule (RFC 5545, section 3.3.10), computed day by day within a range.
//
// A general iterator looks for the next match without a bound, so a rule that never matches (30
// February) never ends. Here the work is bounded by the days of the range, whatever the rule says.

import { DAY_MS } from '../time.ts'
import { dayNumber } from './property-values.ts'
import type { Rule } from './rrule.ts'

/** A time on a wall clock: days since 1970-01-01 and seconds since midnight. */
export interface WallTime {
  day: number
  second: number
  /** Where a rule has too many times on a day, one stands for all: seconds from it to the last. */
  spread?: number
}

/** The time that a clock shows, from milliseconds since 1970-01-01T00:00 of that clock. */
export function wallTimeAt(wall: number): WallTime {
  const day = Math.floor(wall / DAY_MS)
  return { day, second: Math.floor((wall - day * DAY_MS) / 1_000) }
}

export const wallOf = ({ day, second }: WallTime): number => day * DAY_MS + second * 1_000

/** Steps that remain for a whole file. */
export interface Budget {
  steps: number
}

const DAY_SECONDS = 24 * 60 * 60
/** More than any period of a rule lasts, in days. */
const PERIOD_DAYS = 372
/** Different times of day in one recurrence. */
export const MAX_TIMES_OF_DAY = 48
/** Times of a day that are looked at one by one. */
const MAX_LOOKED_AT = 1_440

/**
 * The occurrences of a rule from DTSTART, which always is the first one, to the last day of the
 * range, in order. Those before `firstDay` may be left out. A rule ends with its COUNT and its
 * UNTIL; with the later one when it has both.
 * @param isPastUntil whether a time lies after the UNTIL of the rule
 * @throws Error when the budget is used up.
 */
export function* occurrencesOf(
  rule: Rule,
  start: WallTime,
  range: { firstDay: number; lastDay: number },
  budget: Budget,
  isPastUntil: (time: WallTime) => boolean,
): Generator<WallTime> {
  yield start
  yield* matchesOf(rule, start, range, budget, isPastUntil)
}

/** The same without DTSTART, unless the rule matches it. */
export function* matchesOf(
  { count, until, ...rule }: Rule,
  start: WallTime,
  range: { firstDay: number; lastDay: number },
  budget: Budget,
  isPastUntil: (time: WallTime) => boolean,
): Generator<WallTime> {
  // RFC 5545 leaves open what a rule means that does not match its DTSTART. Then DTSTART is not
  // counted, so that no reading of the rule takes time that is shown as free.
  let left = count ?? 0
  // A rule with COUNT is counted from its start; others can begin where they matter.
  const firstDay = count !== undefined ? start.day : Math.max(start.day, range.firstDay)
  for (const candidate of candidates(rule, start, { firstDay, lastDay: range.lastDay }, budget)) {
    const found = from(start, candidate)
    if (isAfter(start, found)) continue
    const isCounted = left <= 0
    if (
      (count !== undefined || until !== undefined) &&
      isCounted &&
      (until === undefined || isPastUntil(found))
    )
      return
    left--
    yield found
  }
}

/** What a time that stands for several leaves from a start on. */
function from({ day, second }: WallTime, time: WallTime): WallTime {
  const skipped = second - time.second
  if (time.spread === undefined || time.day !== day || skipped <= 0) return time
  return { day, second, spread: Math.max(0, time.spread - skipped) }
}

const isAfter = (a: WallTime, b: WallTime): boolean =>
  a.day > b.day || (a.day === b.day && a.second > b.second)

function* candidates(
  rule: Rule,
  start: WallTime,
  { firstDay, lastDay }: { firstDay: number; lastDay: number },
  budget: Budget,
): Generator<WallTime> {
  const positions = isSubDaily(rule) ? [] : rule.positions
  const matches = dayFilter(rule, start)
  const times = timesOfDay(rule, start, budget)
  if (positions.length === 0) {
    const months = monthsOf(rule, start)
    for (let day = firstDay; day <= lastDay; day++) {
      spend(budget)
      const date = dateOf(day)
      if (months.size > 0 && !months.has(date.month))
        day = dayNumber(date.year, date.month + 1, 1) - 1
      else if (matches(date)) for (const time of times(day)) yield { day, ...time }
    }
    return
  }
  // BYSETPOS picks from the whole set of a period, so periods at the edges are read whole.
  let period: number | undefined
  let set: WallTime[] = []
  for (let day = firstDay - PERIOD_DAYS; day <= lastDay + PERIOD_DAYS; day++) {
    spend(budget)
    const date = dateOf(day)
    const key = periodOf(rule, date)
    if (key !== period) {
      yield* picked(set, positions, firstDay, lastDay)
      period = key
      set = []
    }
    if (matches(date)) for (const time of times(day)) set.push({ day, ...time })
  }
}

function* picked(
  set: WallTime[],
  positions: number[],
  firstDay: number,
  lastDay: number,
): Generator<WallTime> {
  const places = new Set(
    positions.map(position => (position > 0 ? position - 1 : set.length + position)),
  )
  for (const [place, time] of set.entries()) {
    if (places.has(place) && time.day >= firstDay && time.day <= lastDay) yield time
  }
}

/** @throws Error when nothing is left. */
export function spend(budget: Budget, steps = 1): void {
  budget.steps -= steps
  if (budget.steps < 0) throw new Error('repeats too often')
}

interface CalendarDate {
  day: number
  year: number
  /** 1 to 12. */
  month: number
  dayOfMonth: number
  /** 0 is Sunday. */
  weekday: number
}

function dateOf(day: number): CalendarDate {
  const date = new Date(day * DAY_MS)
  return {
    day,
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    dayOfMonth: date.getUTCDate(),
    weekday: date.getUTCDay(),
  }
}

const isSubDaily = ({ freq }: Rule): boolean =>
  freq === 'HOURLY' || freq === 'MINUTELY' || freq === 'SECONDLY'

const isInPhase = (distance: number, interval: number): boolean => distance % interval === 0

/** The only months in which a rule occurs; none for a rule that may occur in all. */
function monthsOf(rule: Rule, start: WallTime): Set<number> {
  const { freq, months, weeks, weekdays, daysOfMonth, daysOfYear } = rule
  const isWhole = weeks.length + weekdays.length + daysOfMonth.length + daysOfYear.length === 0
  if (months.length === 0 && freq === 'YEARLY' && isWhole) return new Set([dateOf(start.day).month])
  return new Set(months)
}

const firstOfWeek = (day: number, weekday: number, weekStart: number): number =>
  day - ((weekday - weekStart + 7) % 7)

function periodOf(rule: Rule, { day, year, month, weekday }: CalendarDate): number {
  if (rule.freq === 'YEARLY') return year
  if (rule.freq === 'MONTHLY') return year * 12 + month
  return rule.freq === 'WEEKLY' ? firstOfWeek(day, weekday, rule.weekStart) : day
}

/** Which days a rule allows, with its defaults from DTSTART. */
function dayFilter(rule: Rule, start: WallTime): (date: CalendarDate) => boolean {
  const first = dateOf(start.day)
  const { interval, weekStart, daysOfMonth, daysOfYear, weeks, weekdays: named } = rule
  const months = new Set(rule.months)

  const inMonths = ({ month }: CalendarDate) => months.size === 0 || months.has(month)
  const onDayOfMonth = ({ year, month, dayOfMonth }: CalendarDate) => {
    const length = dayNumber(year, month + 1, 1) - dayNumber(year, month, 1)
    return daysOfMonth.some(asked => (asked > 0 ? asked : length + 1 + asked) === dayOfMonth)
  }
  const onDayOfYear = ({ year, day }: CalendarDate) => {
    const newYear = dayNumber(year, 1, 1)
    const length = dayNumber(year + 1, 1, 1) - newYear
    return daysOfYear.some(asked => (asked > 0 ? asked : length + 1 + asked) === day - newYear + 1)
  }
  const onWeekday = ({ weekday }: CalendarDate) => named.some(each => each.weekday === weekday)
  const onNamedDayBetween = ({ day, weekday }: CalendarDate, from: number, until: number) =>
    named.some(each => {
      if (each.weekday !== weekday) return false
      if (each.place === 0) return true
      const place =
        each.place > 0 ? Math.floor((day - from) / 7) + 1 : -Math.floor((until - 1 - day) / 7) - 1
      return place === each.place
    })
  const onNamedDayOfMonth = (date: CalendarDate) =>
    onNamedDayBetween(
      date,
      dayNumber(date.year, date.month, 1),
      dayNumber(date.year, date.month + 1, 1),
    )

  switch (rule.freq) {
    case 'YEARLY': {
      const isWhole = named.length + daysOfMonth.length + daysOfYear.length + weeks.length === 0
      return date => {
        const { year, month, dayOfMonth, weekday } = date
        if (weeks.length > 0) {
          const week = weekOf(date, weekStart)
          const last = weeksIn(week.year, weekStart)
          if (!weeks.some(asked => (asked > 0 ? asked : last + 1 + asked) === week.number))
            return false
          if (!isInPhase(week.year - first.year, interval) || !inMonths(date)) return false
          return named.length > 0 ? onWeekday(date) : weekday === first.weekday
        }
        if (!isInPhase(year - first.year, interval) || !inMonths(date)) return false
        if (isWhole)
          return dayOfMonth === first.dayOfMonth && (months.size > 0 || month === first.month)
        if (daysOfYear.length > 0 && !onDayOfYear(date)) return false
        if (daysOfMonth.length > 0 && !onDayOfMonth(date)) return false
        if (named.length === 0) return true
        if (months.size > 0) return onNamedDayOfMonth(date)
        return onNamedDayBetween(date, dayNumber(year, 1, 1), dayNumber(year + 1, 1, 1))
      }
    }
    case 'MONTHLY':
      return date => {
        const distance = (date.year - first.year) * 12 + date.month - first.month
        if (!isInPhase(distance, interval) || !inMonths(date)) return false
        if (daysOfMonth.length === 0 && named.length === 0)
          return date.dayOfMonth === first.dayOfMonth
        return (
          (daysOfMonth.length === 0 || onDayOfMonth(date)) &&
          (named.length === 0 || onNamedDayOfMonth(date))
        )
      }
    case 'WEEKLY': {
      const firstWeek = firstOfWeek(first.day, first.weekday, weekStart)
      return date => {
        const distance = (firstOfWeek(date.day, date.weekday, weekStart) - firstWeek) / 7
        if (!isInPhase(distance, interval) || !inMonths(date)) return false
        return named.length > 0 ? onWeekday(date) : date.weekday === first.weekday
      }
    }
    default:
      return date => {
        if (rule.freq === 'DAILY' && !isInPhase(date.day - first.day, interval)) return false
        if (!inMonths(date) || (daysOfMonth.length > 0 && !onDayOfMonth(date))) return false
        if (daysOfYear.length > 0 && !onDayOfYear(date)) return false
        return named.length === 0 || onWeekday(date)
      }
  }
}

/** ISO 8601 weeks, with any first day: week 1 is the first with at least four days in its year. */
function weekOf(
  { day, weekday, year }: CalendarDate,
  weekStart: number,
): { year: number; number: number } {
  const monday = firstOfWeek(day, weekday, weekStart)
  const weekYear =
    [year + 1, year, year - 1].find(each => firstWeekOf(each, weekStart) <= monday) ?? year
  return { year: weekYear, number: (monday - firstWeekOf(weekYear, weekStart)) / 7 + 1 }
}

function firstWeekOf(year: number, weekStart: number): number {
  const fourth = dateOf(dayNumber(year, 1, 4))
  return firstOfWeek(fourth.day, fourth.weekday, weekStart)
}

const weeksIn = (year: number, weekStart: number): number =>
  (firstWeekOf(year + 1, weekStart) - firstWeekOf(year, weekStart)) / 7

type TimeOfDay = Omit<WallTime, 'day'>

/** The times of a day at which a rule occurs, in order. */
function timesOfDay(
  rule: Rule,
  start: WallTime,
  budget: Budget,
): (day: number) => Iterable<TimeOfDay> {
  const { freq, interval } = rule
  const all = (length: number) => Array.from({ length }, (_, value) => value)
  const sorted = (list: number[], otherwise: number[]) =>
    list.length === 0 ? otherwise : [...list].sort((a, b) => a - b)
  const unit =
    freq === 'HOURLY' ? 3_600 : freq === 'MINUTELY' ? 60 : freq === 'SECONDLY' ? 1 : DAY_SECONDS
  const hours = sorted(rule.hours, unit <= 3_600 ? all(24) : [Math.floor(start.second / 3_600)])
  const minutes = sorted(rule.minutes, unit <= 60 ? all(60) : [Math.floor(start.second / 60) % 60])
  const seconds = sorted(rule.seconds, unit <= 1 ? all(60) : [start.second % 60])
  const first = hours[0] ?? 0
  const dense = [{ second: first * 3_600, spread: ((hours.at(-1) ?? 23) + 1 - first) * 3_600 }]

  if (unit === DAY_SECONDS || interval === 1) {
    if (hours.length * minutes.length * seconds.length > MAX_TIMES_OF_DAY) return () => dense
    const times = hours.flatMap(hour =>
      minutes.flatMap(minute =>
        seconds.map(second => ({ second: hour * 3_600 + minute * 60 + second })),
      ),
    )
    return () => {
      spend(budget, times.length)
      return times
    }
  }
  const units = DAY_SECONDS / unit
  if (units / interval > MAX_LOOKED_AT) return () => dense
  const allowed = { hours: new Set(hours), minutes: new Set(minutes), seconds: new Set(seconds) }
  const withinMinute = unit >= 60 ? seconds : [0]
  const withinHour = unit >= 3_600 ? minutes : [0]
  const anchor = Math.floor((start.day * DAY_SECONDS + start.second) / unit)
  return day => {
    const times: TimeOfDay[] = []
    const offset = (((anchor - day * units) % interval) + interval) % interval
    for (let at = offset; at < units; at += interval) {
      spend(budget)
      const second = at * unit
      if (!allowed.hours.has(Math.floor(second / 3_600))) continue
      if (unit < 3_600 && !allowed.minutes.has(Math.floor(second / 60) % 60)) continue
      if (unit === 1 && !allowed.seconds.has(second % 60)) continue
      for (const minute of withinHour) {
        for (const inner of withinMinute) times.push({ second: second + minute * 60 + inner })
      }
      if (times.length > MAX_TIMES_OF_DAY) return dense
    }
    return times
  }
}
