// What both versions of slots ask the graph: the free starts of an event type, or of several hosts
// together.

import { MAX_RANGE_DAYS } from '../../../src/bounds.ts'
import { CallError } from '../../../src/graph/call-error.ts'
import { graphql, type ResultOf, type VariablesOf } from '../../../src/graph/typed.ts'
import type { Route } from '../../dialect.ts'
import { idIn } from '../bookings/read.ts'
import { exception } from '../errors.ts'
import { DYNAMIC_MINUTES, DYNAMIC_NOTICE_MINUTES, namesIn } from '../event-types/dynamic.ts'
import { dayIn, daysAfter } from './time.ts'

/**
 * A route that ignores a parameter which names a booking that is not there.
 * @param name of the parameter
 */
export const ignoringUnknown = (name: string, route: Route): Route => ({
  ...route,
  async handle(incoming, execute) {
    const { [name]: named, ...query } = incoming.query
    if (named === '') return route.handle({ ...incoming, query }, execute)
    try {
      return await route.handle(incoming, execute)
    } catch (error) {
      const isUnknown =
        error instanceof CallError &&
        error.first.code === 'NOT_FOUND' &&
        error.first.fields.some(({ path }) => path === name)
      if (!isUnknown) throw error
      return route.handle({ ...incoming, query }, execute)
    }
  },
})

export const FindSlots = graphql(`
  query CalcomFindSlots(
    $ofOne: Boolean!, $ofSeveral: Boolean!, $eventType: EventTypeRef!, $pages: [String!]!, $start: Date!, $end: Date!,
    $timeZone: TimeZone!, $durationMinutes: Int, $reschedule: ID, $groupMinutes: Int!, $groupNotice: Int!
  ) {
    publicEventType(ref: $eventType) @include(if: $ofOne) { databaseId seats }
    slots(
      eventType: $eventType, start: $start, end: $end, timeZone: $timeZone
      durationMinutes: $durationMinutes, reschedule: $reschedule
    ) @include(if: $ofOne) { date slots { start end seatsLeft bookingId } }
    commonSlots(
      pages: $pages, start: $start, end: $end, timeZone: $timeZone
      durationMinutes: $groupMinutes, minimumNoticeMinutes: $groupNotice
    ) @include(if: $ofSeveral) { date slots { start end seatsLeft bookingId } }
  }
`)

type Found = ResultOf<typeof FindSlots>
type Variables = VariablesOf<typeof FindSlots>

/** An event type, by its number or its link, or the names of several hosts. */
export type Target = { id: string } | { page: string; slug: string } | { usernames: string }

/** What is asked of it. */
export interface Asked {
  /** Milliseconds. */
  start: number
  end: number
  timeZone: string
  duration?: number | undefined
  bookingUidToReschedule?: string | undefined
}

/** Days that one look answers; longer questions are asked in several. */

const dayOf = ({ timeZone }: Asked, instant: number): string => dayIn(timeZone, instant)
const earlier = (a: string, b: string): string => (a < b ? a : b)

/** @throws CallError 400 for a start after the end, or for less than two names. */
export function question(asked: Asked, target: Target): Variables {
  if (asked.start > asked.end)
    throw exception(400, 'Invalid time range given - start must be before end.')
  const start = dayOf(asked, asked.start)
  const pages = 'usernames' in target ? namesIn(target.usernames) : []
  const ofSeveral = 'usernames' in target
  if (ofSeveral && pages.length < 2)
    throw exception(400, 'usernames must contain at least 2 elements')
  return {
    ofOne: !ofSeveral,
    ofSeveral,
    eventType: ofSeveral ? {} : target,
    pages,
    start,
    end: earlier(dayOf(asked, asked.end), daysAfter(start, MAX_RANGE_DAYS - 1)),
    timeZone: asked.timeZone,
    durationMinutes: asked.duration,
    reschedule: asked.bookingUidToReschedule && idIn(asked.bookingUidToReschedule),
    groupMinutes: asked.duration ?? DYNAMIC_MINUTES,
    groupNotice: DYNAMIC_NOTICE_MINUTES,
  }
}

const daysIn = ({ slots, commonSlots }: Found) => slots ?? commonSlots ?? []

/** The days after those that were looked at, as far as they are asked for. */
export function morePages(found: Found, asked: Asked): Partial<Variables> | undefined {
  const start = daysAfter(dayOf(asked, asked.start), daysIn(found).length)
  const last = dayOf(asked, asked.end)
  return start > last
    ? undefined
    : { start, end: earlier(last, daysAfter(start, MAX_RANGE_DAYS - 1)) }
}

export const slotPages = (before: Found, page: Found): Found => ({
  ...page,
  ...(page.slots && { slots: [...(before.slots ?? []), ...page.slots] }),
  ...(page.commonSlots && { commonSlots: [...(before.commonSlots ?? []), ...page.commonSlots] }),
})

export interface FreeSlot {
  start: string
  end: string
  /** Of an event type with several seats that shows them. */
  seats: { total: number; left: number } | undefined
  bookingId: string | null
}

/**
 * The free starts that begin and end in the time that is asked for, by days; days without any are
 * left out.
 */
export function freeSlots(
  found: Found,
  { start, end }: Asked,
): [date: string, slots: FreeSlot[]][] {
  const total = found.publicEventType?.seats ?? 1
  return daysIn(found)
    .map(({ date, slots }): [string, FreeSlot[]] => [
      date,
      slots
        // An end one second before midnight means midnight.
        .filter(slot => Date.parse(slot.start) >= start && Date.parse(slot.end) <= end + 1_000)
        .map(slot => ({
          ...slot,
          seats: total > 1 && slot.seatsLeft !== null ? { total, left: slot.seatsLeft } : undefined,
        })),
    ])
    .filter(([, slots]) => slots.length > 0)
}
