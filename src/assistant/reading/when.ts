import { z } from 'zod'

/** Days of the invitee's calendar, both included, as `YYYY-MM-DD`. */
export const DayRange = z.object({ first: z.string(), last: z.string() })
export type DayRange = z.output<typeof DayRange>

export const partsOfDay = ['MORNING', 'AFTERNOON', 'EVENING'] as const
export type PartOfDay = (typeof partsOfDay)[number]

/** When the invitee would like to meet. Minutes are those of the day, 0 to 1440, on their clock. */
export const When = z.object({
  /** In the order of the calendar; none: any day from now on. */
  days: z.array(DayRange),
  /** 1 is Monday. */
  notWeekdays: z.array(z.number()),
  notDays: z.array(DayRange),
  partOfDay: z.enum(partsOfDay).nullable(),
  /** Exactly then, or at one of these. */
  at: z.array(z.number()),
  /** Not then. */
  notAt: z.array(z.number()),
  /** Earliest start. */
  from: z.number().nullable(),
  /** Starts before. */
  until: z.number().nullable(),
})
export type When = z.output<typeof When>

/** What of it is about the clock. */
export type Times = Pick<When, 'partOfDay' | 'at' | 'notAt' | 'from' | 'until'>

/** What of it is about the calendar. */
export type Days = Pick<When, 'days' | 'notWeekdays' | 'notDays'>

export const anyTime: Times = { partOfDay: null, at: [], notAt: [], from: null, until: null }
export const anyDay: Days = { days: [], notWeekdays: [], notDays: [] }

export const saysTime = ({ at, from, until }: Times): boolean =>
  at.length > 0 || from !== null || until !== null
export const saysDay = ({ days, notWeekdays, notDays }: Days): boolean =>
  days.length + notWeekdays.length + notDays.length > 0

/**
 * A wish with what was said later: new days keep the time of day, a new time keeps the days, and
 * what is out stays out.
 */
export function narrowed(before: When | null, now: When): When {
  if (before === null) return now
  const isOtherDay = now.days.length > 0
  const times = saysTime(now) ? now : before
  return {
    ...times,
    at: times.at.filter(minute => !now.notAt.includes(minute)),
    notAt: [...new Set([...(isOtherDay ? [] : before.notAt), ...now.notAt])],
    days: isOtherDay ? now.days : before.days,
    notWeekdays: [...new Set([...(isOtherDay ? [] : before.notWeekdays), ...now.notWeekdays])],
    notDays: [...(isOtherDay ? [] : before.notDays), ...now.notDays],
  }
}

/** The first of some days. */
export const earliest = (day: string, ...others: string[]): string =>
  [day, ...others].toSorted()[0] ?? day
/** The last of them. */
export const latest = (day: string, ...others: string[]): string =>
  [day, ...others].toSorted().at(-1) ?? day
