// A schedule as Cal.com knows it: its contract, 6. Its hours end at 23:59 at the latest, which
// means midnight; ours that go on past it are two of its.

import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { DAY_MS } from '../../../src/time.ts'
import { graphWeekday, weekdayOf, weekdays } from '../values.ts'

export const ScheduleParts = graphql(`
  fragment CalcomSchedule on Schedule {
    databaseId name timeZone isDefault
    weekly { databaseId weekday start end }
    overrides { databaseId date start end closed }
  }
`)

export type Shown = ResultOf<typeof ScheduleParts>

const LATEST = '23:59'
const MIDNIGHT = '24:00'

/** Hours that lie within one day. */
interface Hours {
  id: number
  startTime: string
  endTime: string
}

/** Hours from `00:00` to `48:00` in parts, each so many days later. */
function withinDays(id: number, start: string, end: string): (Hours & { daysLater: 0 | 1 })[] {
  const last = (time: string) => (time === MIDNIGHT ? LATEST : time)
  if (end <= MIDNIGHT) return [{ id, daysLater: 0, startTime: start, endTime: last(end) }]
  const [hours = '', minutes = ''] = end.split(':')
  const next = last(`${String(Number(hours) - 24).padStart(2, '0')}:${minutes}`)
  return [
    { id, daysLater: 0, startTime: start, endTime: LATEST },
    { id, daysLater: 1, startTime: '00:00', endTime: next },
  ]
}

/** Hours of the week; those that are the same on several days are one. `days`: 0 is Sunday. */
export function weekOf({ weekly }: Shown): (Hours & { days: number[] })[] {
  const groups = new Map<string, Hours & { days: number[] }>()
  for (const { databaseId, weekday, start, end } of weekly) {
    for (const { daysLater, ...hours } of withinDays(databaseId, start, end)) {
      const day = (weekdays.indexOf(weekdayOf(weekday)) + daysLater) % weekdays.length
      const key = `${hours.startTime} ${hours.endTime}`
      const known = groups.get(key)
      if (known === undefined) groups.set(key, { ...hours, days: [day] })
      else if (!known.days.includes(day)) known.days.push(day)
    }
  }
  return [...groups.values()]
}

/** Hours of dates; a day off begins and ends at midnight. */
export const datesOf = ({ overrides }: Shown): (Hours & { date: string })[] =>
  overrides.flatMap(({ databaseId: id, date, start, end }) => {
    if (start === null || end === null) return [{ id, date, startTime: '00:00', endTime: '00:00' }]
    return withinDays(id, start, end).map(({ daysLater, ...hours }) => ({
      ...hours,
      date: new Date(Date.parse(date) + daysLater * DAY_MS).toISOString().slice(0, 10),
    }))
  })

const endOf = (time: string): string => (time === LATEST ? MIDNIGHT : time)

/** Hours of the week for the graph. @param days 0 is Sunday */
export const weeklyFrom = (
  hours: readonly { days: readonly number[]; startTime: string; endTime: string }[],
) =>
  hours.flatMap(({ days, startTime, endTime }) =>
    days.map(day => ({
      weekday: graphWeekday(weekdays[day] ?? 'Sunday'),
      start: startTime,
      end: endOf(endTime),
    })),
  )

/** Hours of dates for the graph; those that end where they begin are a day off. */
export const overridesFrom = (
  hours: readonly { date: string; startTime: string; endTime: string }[],
) =>
  hours.map(({ date, startTime, endTime }) =>
    startTime === endTime
      ? { date, closed: true }
      : { date, start: startTime, end: endOf(endTime) },
  )
