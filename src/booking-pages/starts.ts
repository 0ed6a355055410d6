// Free starts, asked of the graph: of days, and around a start that is taken.

import { DateTime } from 'luxon'
import { CallError } from '../graph/call-error.ts'
import { type ExecuteDocument, graphql, type ResultOf, type VariablesOf } from '../graph/typed.ts'
import { at } from './time.ts'

export const GetStarts = graphql(`
  query PageStarts($ref: EventTypeRef!, $start: Date!, $end: Date!, $zone: TimeZone!, $length: Int) {
    slots(eventType: $ref, start: $start, end: $end, timeZone: $zone, durationMinutes: $length) {
      date slots { start seatsLeft }
    }
  }
`)

export type Day = ResultOf<typeof GetStarts>['slots'][number]
export type Start = Day['slots'][number]

/**
 * Whose starts are meant: what can be booked, in which zone its days are, and one of its lengths.
 */
export interface Wanted {
  ref: VariablesOf<typeof GetStarts>['ref']
  zone: string
  /** In minutes. Default: the standard duration of the event type. */
  length?: number | undefined
}

/**
 * The days from the first to the last, `YYYY-MM-DD`, with their free starts. The graph answers so
 * many at once; days that have more are asked for in halves.
 * @throws CallError NOT_FOUND for what cannot be booked; INVALID_INPUT.
 */
export async function daysBetween(
  execute: ExecuteDocument,
  wanted: Wanted,
  start: string,
  end: string,
): Promise<Day[]> {
  if (end < start) return []
  const { ref, zone, length } = wanted
  try {
    return (await execute(GetStarts, { ref, zone, length, start, end })).slots
  } catch (error) {
    const isTooMuch =
      error instanceof CallError && error.first.fields.some(({ path }) => path === 'end')
    if (!isTooMuch || start === end) throw error
  }
  const [first, last] = [DateTime.fromISO(start), DateTime.fromISO(end)]
  const middle = first.plus({ days: Math.floor(last.diff(first, 'days').days / 2) })
  return [
    ...(await daysBetween(execute, wanted, start, middle.toISODate() ?? start)),
    ...(await daysBetween(execute, wanted, middle.plus({ days: 1 }).toISODate() ?? end, end)),
  ]
}

const NEAR_DAYS = 10
const NEAREST = 6

/**
 * Some free starts nearest to one that is taken, in order; none when the days around it have none.
 */
export async function nearest(
  execute: ExecuteDocument,
  wanted: Wanted,
  start: string,
  now: Date,
): Promise<Start[]> {
  const middle = at(start, wanted.zone)
  const from = DateTime.max(middle.minus({ days: NEAR_DAYS }), at(now, wanted.zone))
  const days = await daysBetween(
    execute,
    wanted,
    from.toFormat(DAY),
    middle.plus({ days: NEAR_DAYS }).toFormat(DAY),
  )
  const distance = (other: Start) => Math.abs(Date.parse(other.start) - middle.toMillis())
  return days
    .flatMap(({ slots }) => slots)
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, NEAREST)
    .toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start))
}

/** Whether a start is free now. */
export async function isFree(
  execute: ExecuteDocument,
  wanted: Wanted,
  start: string,
): Promise<boolean> {
  const date = at(start, wanted.zone).toFormat(DAY)
  const days = await daysBetween(execute, wanted, date, date)
  return days.some(({ slots }) => slots.some(slot => Date.parse(slot.start) === Date.parse(start)))
}

/** `YYYY-MM-DD`, as the graph has days. */
export const DAY = 'yyyy-MM-dd'
