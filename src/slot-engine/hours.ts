/** Weekly rules and date overrides become open intervals. */

import { MINUTES_PER_DAY } from '../time.ts'
import { dayNumber, weekdayOf } from './calendar.ts'
import { tidy } from './intervals.ts'
import type { Interval, ScheduleHours } from './types.ts'
import { type Clock, clockOf } from './zone.ts'

interface WallHours {
  startMinute: number
  endMinute: number
}

/**
 * Every open interval that reaches into `span`, joined where hours touch. An interval is cut only
 * where it runs far past the span, so the ends of those that matter are their real ends.
 */
export function openHours(schedule: ScheduleHours, span: Interval): Interval[] {
  const home = clockOf(schedule.zone)
  const byWeekday = hoursByWeekday(schedule)
  const byDate = hoursByDate(schedule)
  const travels = (schedule.travel ?? []).map(({ firstDay, lastDay, zone }) => ({
    first: dayNumber(firstDay),
    last: lastDay === undefined ? Number.POSITIVE_INFINITY : dayNumber(lastDay),
    clock: clockOf(zone),
  }))

  // Hours may run to the end of the following day, and a travel zone may lie a day from home.
  const firstDay = home.dayAt(span.start) - 3
  const lastDay = home.dayAt(span.end) + 1
  const open: Interval[] = []
  for (let day = firstDay; day <= lastDay; day++) {
    const hours = byDate.get(day) ?? byWeekday[weekdayOf(day)] ?? []
    if (hours.length === 0) continue
    const clock = travels.find(travel => day >= travel.first && day <= travel.last)?.clock ?? home
    for (const wall of hours) pushOpen(open, clock, day, wall)
  }
  return tidy(open)
}

function pushOpen(
  open: Interval[],
  clock: Clock,
  day: number,
  { startMinute, endMinute }: WallHours,
): void {
  if (endMinute <= startMinute) return
  const start = clock.at(day, startMinute, 'first')
  const end = clock.at(day, endMinute, endMinute === MINUTES_PER_DAY ? 'first' : 'last')
  if (start < end) open.push({ start, end })
}

function hoursByWeekday(schedule: ScheduleHours): WallHours[][] {
  const days: WallHours[][] = [[], [], [], [], [], [], []]
  for (const hours of schedule.weekly) days[hours.weekday]?.push(hours)
  return days
}

function hoursByDate(schedule: ScheduleHours): Map<number, WallHours[]> {
  const dates = new Map<number, WallHours[]>()
  for (const override of schedule.overrides) {
    const day = dayNumber(override.date)
    const hours = dates.get(day)
    if (hours) hours.push(override)
    else dates.set(day, [override])
  }
  return dates
}
