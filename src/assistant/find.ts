import { DateTime } from 'luxon'
import { MAX_RANGE_DAYS } from '../bounds.ts'
import { addDays, type UnavailableReason } from '../slot-engine/index.ts'
import type { BookingActions, OfferedType } from './actions.ts'
import { anyDay, anyTime, type DayRange, earliest, latest, type When } from './reading/when.ts'
import type { Thread } from './thread.ts'

/**
 * What is looked for: an event type in one of its lengths, when it suits, on the clock of the zone.
 */
export interface Search {
  slug: string
  durationMinutes: number
  when: When
  zone: string
}

/** What a conversation looks for. */
export const searchOf = (thread: Thread, type: OfferedType): Search => ({
  slug: type.slug,
  durationMinutes: thread.durationMinutes ?? type.lengths[0] ?? 30,
  when: thread.when ?? { ...anyDay, ...anyTime },
  zone: thread.zone,
})

/** What was found: starts that fit, or the nearest others, with why when one time was asked for. */
export interface Found {
  fits: boolean
  starts: Date[]
  /** The asked start, when it was one. */
  asked: Date | undefined
  reason: UnavailableReason | undefined
}

const SHOWN = 5
const SHOWN_NEAREST = 3
const NEAR_DAYS = 14
const SOON_DAYS = MAX_RANGE_DAYS - 1
const MOST_RANGES = 6

/**
 * Free starts that fit, spread over the days that suit; else those that are nearest to what was
 * asked.
 */
export async function findStarts(actions: BookingActions, search: Search): Promise<Found> {
  const { when, zone } = search
  const today = dayOf(actions.now(), zone)
  const asked = askedStart(when, zone)
  if (asked !== undefined) {
    const reason = await actions.whyNot(search.slug, search.durationMinutes, asked, zone)
    if (reason === undefined) return { fits: true, starts: [asked], asked, reason }
    return { fits: false, starts: await nearest(actions, search, asked), asked, reason }
  }
  const isOpen = when.days.length === 0
  const ranges = isOpen ? [{ first: today, last: addDays(today, SOON_DAYS) }] : when.days
  const fitting = (await freeIn(actions, search, ranges)).filter(start => suits(start, when, zone))
  if (fitting.length > 0)
    return {
      fits: true,
      starts: spread(fitting, zone, isOpen ? 2 : SHOWN),
      asked,
      reason: undefined,
    }
  return {
    fits: false,
    starts: await nearest(actions, search, middleOf(when, today, zone)),
    asked,
    reason: undefined,
  }
}

/**
 * Free starts after those that were shown: on the same days, else at the same time of other days,
 * else any.
 */
export async function findMore(
  actions: BookingActions,
  search: Search,
  after: Date,
): Promise<Date[]> {
  const first = dayOf(after, search.zone)
  const starts = await freeIn(actions, search, [{ first, last: addDays(first, NEAR_DAYS) }])
  const later = starts.filter(start => start > after)
  const suiting = later.filter(start => suits(start, { ...search.when, at: [] }, search.zone))
  const isAsked = (start: Date) => {
    const day = dayOf(start, search.zone)
    return search.when.days.some(({ first, last }) => first <= day && day <= last)
  }
  const sameDays = suiting.filter(isAsked)
  const best = [sameDays, suiting, later].find(each => each.length > 0) ?? []
  return spread(best, search.zone, SHOWN)
}

/** The last free starts before those that were shown: of the same day, else of the days before. */
export async function findEarlier(
  actions: BookingActions,
  search: Search,
  before: Date,
): Promise<Date[]> {
  const last = dayOf(before, search.zone)
  const starts = await freeIn(actions, search, [{ first: addDays(last, -NEAR_DAYS), last }])
  const earlier = starts.filter(start => start < before && !isOut(start, search.when, search.zone))
  const sameDay = earlier.filter(start => dayOf(start, search.zone) === last)
  return (sameDay.length > 0 ? sameDay : earlier).slice(-SHOWN)
}

/**
 * The free starts nearest to a moment, in order, at the part of the day that was asked for if there
 * are some; where none is within two weeks of it, the soonest.
 */
export async function nearest(actions: BookingActions, search: Search, to: Date): Promise<Date[]> {
  const day = dayOf(to, search.zone)
  const around = [{ first: addDays(day, -NEAR_DAYS), last: addDays(day, NEAR_DAYS) }]
  const allowed = (starts: Date[]) =>
    starts.filter(start => !isOut(start, search.when, search.zone))
  const near = allowed(await freeIn(actions, search, around))
  const distance = (start: Date) => Math.abs(start.getTime() - to.getTime())
  if (near.length > 0) {
    const inTime = near.filter(start => suits(start, { ...search.when, at: [] }, search.zone))
    return (inTime.length > 0 ? inTime : near)
      .toSorted((a, b) => distance(a) - distance(b))
      .slice(0, SHOWN_NEAREST)
      .toSorted((a, b) => a.getTime() - b.getTime())
  }
  const today = dayOf(actions.now(), search.zone)
  const soon = allowed(
    await freeIn(actions, search, [{ first: today, last: addDays(today, SOON_DAYS) }]),
  )
  return soon.slice(0, SHOWN_NEAREST)
}

/** Those of some starts that are free now. */
export async function stillFree(
  actions: BookingActions,
  search: Omit<Search, 'when'>,
  starts: readonly Date[],
): Promise<Date[]> {
  const free: Date[] = []
  for (const start of starts) {
    if (
      (await actions.whyNot(search.slug, search.durationMinutes, start, search.zone)) === undefined
    )
      free.push(start)
  }
  return free
}

/** The day of an instant on the calendar of a zone. */
export const dayOf = (instant: Date, zone: string): string =>
  DateTime.fromJSDate(instant, { zone }).toFormat('yyyy-MM-dd')

/**
 * The instant at which a clock of the zone shows a minute of a day; undefined where it never does.
 */
export function instantAt(day: string, minute: number, zone: string): Date | undefined {
  const local = DateTime.fromISO(day, { zone }).set({
    hour: Math.floor(minute / 60),
    minute: minute % 60,
  })
  return local.isValid && local.hour * 60 + local.minute === minute ? local.toJSDate() : undefined
}

/** The one start that is asked for: a time on one day. */
export function askedStart({ days, at }: When, zone: string): Date | undefined {
  const [day, ...others] = days
  if (day === undefined || others.length > 0 || day.first !== day.last) return undefined
  const [minute, ...orElse] = at
  return minute === undefined || orElse.length > 0 ? undefined : instantAt(day.first, minute, zone)
}

async function freeIn(
  actions: BookingActions,
  search: Omit<Search, 'when'>,
  ranges: readonly DayRange[],
): Promise<Date[]> {
  const today = dayOf(actions.now(), search.zone)
  const starts: Date[] = []
  for (const { first, last } of ranges.slice(0, MOST_RANGES)) {
    const from = latest(first, today)
    const days = { first: from, last: earliest(last, addDays(from, MAX_RANGE_DAYS - 1)) }
    if (days.last < from) continue
    starts.push(...(await actions.free(search.slug, search.durationMinutes, days, search.zone)))
  }
  return [...new Map(starts.map(start => [start.getTime(), start])).values()]
}

/** Whether a start is on a day, or at a time, that is out. */
function isOut(start: Date, { notDays, notWeekdays, notAt }: When, zone: string): boolean {
  const day = dayOf(start, zone)
  const { weekday, hour, minute } = DateTime.fromJSDate(start, { zone })
  return (
    notAt.includes(hour * 60 + minute) ||
    notWeekdays.includes(weekday) ||
    notDays.some(({ first, last }) => first <= day && day <= last)
  )
}

function suits(start: Date, when: When, zone: string): boolean {
  const local = DateTime.fromJSDate(start, { zone })
  const minute = local.hour * 60 + local.minute
  if (isOut(start, when, zone)) return false
  if (when.at.length > 0) return when.at.includes(minute)
  return minute >= (when.from ?? 0) && minute < (when.until ?? Number.POSITIVE_INFINITY)
}

/** The moment that a wish is nearest to. */
function middleOf(when: When, today: string, zone: string): Date {
  const day = when.days.find(({ last }) => last >= today)?.first ?? when.days[0]?.first ?? today
  const minute =
    when.at[0] ?? when.from ?? (when.until === null ? 540 : Math.max(0, when.until - 60))
  return DateTime.fromISO(day, { zone }).plus({ minutes: minute }).toJSDate()
}

/**
 * Some of the starts, in order: of several days the first of each, then the second, so that there
 * is a choice.
 */
function spread(starts: readonly Date[], zone: string, mostDays: number): Date[] {
  const days = new Map<string, Date[]>()
  for (const start of starts) {
    const day = dayOf(start, zone)
    days.set(day, [...(days.get(day) ?? []), start])
  }
  const shownDays = [...days.values()].slice(0, mostDays)
  return Array.from({ length: SHOWN }, (_, place) => shownDays.flatMap(ofDay => ofDay[place] ?? []))
    .flat()
    .slice(0, SHOWN)
    .toSorted((a, b) => a.getTime() - b.getTime())
}
