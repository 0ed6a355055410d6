// Occurrences of a recurrence rule (RFC 5545, section 3.3.10), computed day by day within a range.
//
// A general iterator looks for the next match without a bound, so a rule that never matches (30 February) never
// ends. Here the work is bounded by the days of the range, whatever the rule says.

import type ICAL from 'ical.js'

/** A time on a wall clock: days since 1970-01-01 and seconds since midnight. */
export interface WallTime {
  day: number
  second: number
}

/** Steps that remain for a whole file. */
export interface Budget {
  steps: number
}

/** A rule as ical.js reads it. */
export type Rule = Pick<ICAL.Recur, 'freq' | 'interval' | 'count' | 'wkst' | 'parts'>

const DAY_MS = 24 * 60 * 60_000
const DAY_SECONDS = 24 * 60 * 60
/** More than any period of a rule lasts, in days. */
const PERIOD_DAYS = 372
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

/**
 * The occurrences of a rule from DTSTART, which always is the first one, to the last day of the range, in order. Those
 * before `firstDay` may be left out.
 * @throws Error when the budget is used up.
 */
export function* occurrencesOf(
  rule: Rule,
  start: WallTime,
  range: { firstDay: number; lastDay: number },
  budget: Budget,
): Generator<WallTime> {
  yield start
  // RFC 5545 leaves open what a rule means that does not match its DTSTART. Then DTSTART is not counted, so that no
  // reading of the rule takes time that is shown as free.
  let left = rule.count ? rule.count : Number.POSITIVE_INFINITY
  // A rule with COUNT is counted from its start; others can begin where they matter.
  const firstDay = rule.count ? start.day : Math.max(start.day, range.firstDay)
  for (const found of candidates(rule, start, { firstDay, lastDay: range.lastDay }, budget)) {
    if (isAfter(start, found)) continue
    if (isAfter(found, start)) yield found
    if (--left === 0) return
  }
}

const isAfter = (a: WallTime, b: WallTime): boolean => a.day > b.day || (a.day === b.day && a.second > b.second)

function* candidates(
  rule: Rule,
  start: WallTime,
  { firstDay, lastDay }: { firstDay: number; lastDay: number },
  budget: Budget,
): Generator<WallTime> {
  const positions = isSubDaily(rule) ? [] : numbers(rule, 'BYSETPOS')
  const matches = dayFilter(rule, start)
  const times = timesOfDay(rule, start, budget)
  if (positions.length === 0) {
    for (let day = firstDay; day <= lastDay; day++) {
      spend(budget)
      const date = dateOf(day)
      if (matches(date)) for (const second of times(day)) yield { day, second }
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
    if (matches(date)) for (const second of times(day)) set.push({ day, second })
  }
}

function* picked(set: WallTime[], positions: number[], firstDay: number, lastDay: number): Generator<WallTime> {
  const places = new Set(positions.map(position => (position > 0 ? position - 1 : set.length + position)))
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

/** The number of a day since 1970-01-01; months and days beyond their ends carry over. */
export function dayNumber(year: number, month: number, dayOfMonth: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, dayOfMonth)
  return Math.floor(date.getTime() / DAY_MS)
}

const isSubDaily = ({ freq }: Rule): boolean => freq === 'HOURLY' || freq === 'MINUTELY' || freq === 'SECONDLY'

const intervalOf = ({ interval }: Rule): number => Math.max(1, Math.floor(interval || 1))

const isInPhase = (distance: number, interval: number): boolean => distance % interval === 0

function numbers(rule: Rule, part: string): number[] {
  const values: unknown = Reflect.get(rule.parts, part)
  return Array.isArray(values) ? values.map(Number) : []
}

interface NamedDay {
  weekday: number
  /** The nth in its period, from the end when negative; 0: every one. */
  place: number
}

function namedDays(rule: Rule): NamedDay[] {
  const values: unknown = Reflect.get(rule.parts, 'BYDAY')
  if (!Array.isArray(values)) return []
  return values.map(value => {
    const text = String(value).toUpperCase()
    return { weekday: WEEKDAYS.indexOf(text.slice(-2)), place: Number.parseInt(text, 10) || 0 }
  })
}

/** The first day of a week, 0 is Sunday; ical.js counts it from 1. */
const weekStartOf = (rule: Rule): number => ((rule.wkst || 2) + 6) % 7

const firstOfWeek = (day: number, weekday: number, weekStart: number): number => day - ((weekday - weekStart + 7) % 7)

function periodOf(rule: Rule, { day, year, month, weekday }: CalendarDate): number {
  if (rule.freq === 'YEARLY') return year
  if (rule.freq === 'MONTHLY') return year * 12 + month
  return rule.freq === 'WEEKLY' ? firstOfWeek(day, weekday, weekStartOf(rule)) : day
}

/** Which days a rule allows, with its defaults from DTSTART. */
function dayFilter(rule: Rule, start: WallTime): (date: CalendarDate) => boolean {
  const first = dateOf(start.day)
  const interval = intervalOf(rule)
  const weekStart = weekStartOf(rule)
  const months = new Set(numbers(rule, 'BYMONTH'))
  const daysOfMonth = numbers(rule, 'BYMONTHDAY')
  const daysOfYear = numbers(rule, 'BYYEARDAY')
  const weeks = numbers(rule, 'BYWEEKNO')
  const named = namedDays(rule)

  const inMonths = ({ month }: CalendarDate) => months.size === 0 || months.has(month)
  const onDayOfMonth = ({ year, month, dayOfMonth }: CalendarDate) => {
    const length = dayNumber(year, month + 1, 1) - dayNumber(year, month, 1)
    return daysOfMonth.some(asked => (asked > 0 ? asked : length + 1 + asked) === dayOfMonth)
  }
  const onWeekday = ({ weekday }: CalendarDate) => named.some(each => each.weekday === weekday)
  const onNamedDayBetween = ({ day, weekday }: CalendarDate, from: number, until: number) =>
    named.some(each => {
      if (each.weekday !== weekday) return false
      if (each.place === 0) return true
      const place = each.place > 0 ? Math.floor((day - from) / 7) + 1 : -Math.floor((until - 1 - day) / 7) - 1
      return place === each.place
    })
  const onNamedDayOfMonth = (date: CalendarDate) =>
    onNamedDayBetween(date, dayNumber(date.year, date.month, 1), dayNumber(date.year, date.month + 1, 1))

  switch (rule.freq) {
    case 'YEARLY': {
      const isWhole = named.length + daysOfMonth.length + daysOfYear.length + weeks.length === 0
      return date => {
        const { year, month, day, dayOfMonth, weekday } = date
        if (weeks.length > 0) {
          const week = weekOf(date, weekStart)
          const last = weeksIn(week.year, weekStart)
          if (!weeks.some(asked => (asked > 0 ? asked : last + 1 + asked) === week.number)) return false
          if (!isInPhase(week.year - first.year, interval) || !inMonths(date)) return false
          return named.length > 0 ? onWeekday(date) : weekday === first.weekday
        }
        if (!isInPhase(year - first.year, interval) || !inMonths(date)) return false
        if (isWhole) return dayOfMonth === first.dayOfMonth && (months.size > 0 || month === first.month)
        const newYear = dayNumber(year, 1, 1)
        const nextYear = dayNumber(year + 1, 1, 1)
        if (daysOfYear.length > 0) {
          const place = day - newYear + 1
          const length = nextYear - newYear
          if (!daysOfYear.some(asked => (asked > 0 ? asked : length + 1 + asked) === place)) return false
        }
        if (daysOfMonth.length > 0 && !onDayOfMonth(date)) return false
        if (named.length === 0) return true
        return months.size > 0 ? onNamedDayOfMonth(date) : onNamedDayBetween(date, newYear, nextYear)
      }
    }
    case 'MONTHLY':
      return date => {
        const distance = (date.year - first.year) * 12 + date.month - first.month
        if (!isInPhase(distance, interval) || !inMonths(date)) return false
        if (daysOfMonth.length === 0 && named.length === 0) return date.dayOfMonth === first.dayOfMonth
        return (daysOfMonth.length === 0 || onDayOfMonth(date)) && (named.length === 0 || onNamedDayOfMonth(date))
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
        return named.length === 0 || onWeekday(date)
      }
  }
}

/** ISO 8601 weeks, with any first day: week 1 is the first with at least four days in its year. */
function weekOf({ day, weekday, year }: CalendarDate, weekStart: number): { year: number; number: number } {
  const monday = firstOfWeek(day, weekday, weekStart)
  const weekYear = [year + 1, year, year - 1].find(each => firstWeekOf(each, weekStart) <= monday) ?? year
  return { year: weekYear, number: (monday - firstWeekOf(weekYear, weekStart)) / 7 + 1 }
}

function firstWeekOf(year: number, weekStart: number): number {
  const fourth = dateOf(dayNumber(year, 1, 4))
  return firstOfWeek(fourth.day, fourth.weekday, weekStart)
}

const weeksIn = (year: number, weekStart: number): number =>
  (firstWeekOf(year + 1, weekStart) - firstWeekOf(year, weekStart)) / 7

/** The seconds of a day at which a rule has occurrences, in order. */
function timesOfDay(rule: Rule, start: WallTime, budget: Budget): (day: number) => Iterable<number> {
  const hours = numbers(rule, 'BYHOUR')
  const minutes = numbers(rule, 'BYMINUTE')
  const seconds = numbers(rule, 'BYSECOND')
  const own = {
    hour: Math.floor(start.second / 3_600),
    minute: Math.floor(start.second / 60) % 60,
    second: start.second % 60,
  }
  const allows = (list: number[], value: number) => list.length === 0 || list.includes(value)
  const sorted = (list: number[], otherwise: number) =>
    list.length === 0 ? [otherwise] : [...new Set(list)].sort((a, b) => a - b)

  if (!isSubDaily(rule)) {
    const all = sorted(hours, own.hour).flatMap(hour =>
      sorted(minutes, own.minute).flatMap(minute =>
        sorted(seconds, own.second).map(second => hour * 3_600 + minute * 60 + second),
      ),
    )
    return () => {
      budget.steps -= all.length
      return all
    }
  }
  const unit = rule.freq === 'HOURLY' ? 3_600 : rule.freq === 'MINUTELY' ? 60 : 1
  const step = intervalOf(rule)
  const anchor = Math.floor((start.day * DAY_SECONDS + start.second) / unit)
  const withinMinute = unit >= 60 ? sorted(seconds, own.second) : [0]
  const withinHour = unit >= 3_600 ? sorted(minutes, own.minute) : [0]
  return function* (day) {
    const firstUnit = (day * DAY_SECONDS) / unit
    const units = DAY_SECONDS / unit
    const offset = (((anchor - firstUnit) % step) + step) % step
    for (let at = offset; at < units; at += step) {
      spend(budget)
      const second = at * unit
      if (!allows(hours, Math.floor(second / 3_600))) continue
      if (unit < 3_600 && !allows(minutes, Math.floor(second / 60) % 60)) continue
      if (unit === 1 && !allows(seconds, second % 60)) continue
      for (const minute of withinHour) for (const inner of withinMinute) yield second + minute * 60 + inner
    }
  }
}
