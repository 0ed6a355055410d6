import type { Prisma } from '../db/generated/client/client.ts'
import type { ScheduleHours } from '../slot-engine/index.ts'

/** What to include of a schedule for `hoursOf`. */
export const withHours = {
  weekly: { orderBy: [{ weekday: 'asc' }, { startMinute: 'asc' }] },
  overrides: { orderBy: [{ date: 'asc' }, { startMinute: 'asc' }] },
} satisfies Prisma.ScheduleInclude

/** A schedule with its weekly hours and overrides. */
export type ScheduleWithHours = Prisma.ScheduleGetPayload<{ include: typeof withHours }>

/** The hours of a schedule, as the slot engine reads them. */
export const hoursOf = ({
  timeZone,
  weekly,
  overrides,
}: Pick<ScheduleWithHours, 'timeZone' | 'weekly' | 'overrides'>): ScheduleHours => ({
  zone: timeZone,
  weekly: weekly.map(({ weekday, startMinute, endMinute }) => ({
    weekday,
    startMinute,
    endMinute,
  })),
  overrides: overrides.map(({ date, startMinute, endMinute }) => ({
    date: date.toISOString().slice(0, 10),
    startMinute,
    endMinute,
  })),
})
