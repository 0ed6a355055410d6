/**
 * Builds questions for the slot engine: an open UTC week and a plain half-hour meeting, unless told
 * otherwise.
 */
import {
  type Interval,
  type ScheduleHours,
  type SlotQuery,
  slots,
  type WeeklyHours,
} from '../../src/slot-engine/index.ts'

export const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]
export const WEEKDAYS = [1, 2, 3, 4, 5]

/** The epoch minute of an ISO instant: `at('2027-02-10T09:00Z')`. */
export function at(iso: string): number {
  return Date.parse(iso) / 60_000
}

/** `hours(WEEKDAYS, '09:00', '17:00')`; an end like '26:00' is 02:00 of the next day. */
export function hours(weekdays: number[], start: string, end: string): WeeklyHours[] {
  return weekdays.map(weekday => ({
    weekday,
    startMinute: wallMinute(start),
    endMinute: wallMinute(end),
  }))
}

export function schedule(zone: string, ...weekly: WeeklyHours[][]): ScheduleHours {
  return { zone, weekly: weekly.flat(), overrides: [] }
}

export function override(date: string, start: string, end: string) {
  return { date, startMinute: wallMinute(start), endMinute: wallMinute(end) }
}

/** `claim('2027-02-10T09:00Z', '2027-02-10T10:00Z')` */
export function claim(start: string, end: string): Interval {
  return { start: at(start), end: at(end) }
}

export function givenQuery(wishes: Partial<SlotQuery> = {}): SlotQuery {
  const durationMinutes = wishes.durationMinutes ?? 30
  return {
    now: at('2027-01-01T00:00Z'),
    from: at('2027-02-10T00:00Z'),
    until: at('2027-02-11T00:00Z'),
    viewerZone: 'UTC',
    schedule: schedule('UTC', hours(EVERY_DAY, '00:00', '24:00')),
    durationMinutes,
    intervalMinutes: durationMinutes,
    offsetMinutes: 0,
    grid: 'opening',
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    noticeMinutes: 0,
    window: { kind: 'unlimited' },
    claims: [],
    seats: 1,
    joinable: [],
    limits: [],
    counted: [],
    firstPerDay: false,
    ...Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined)),
  }
}

/**
 * The starts offered, as 'HH:MM' of a zone's clock (with the date when it is not that of `from`).
 */
export function times(query: SlotQuery, zone = 'UTC'): string[] {
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
  const today = clock.format(query.from * 60_000).slice(0, 10)
  return slots(query).map(({ start }) => clock.format(start * 60_000).replace(`${today} `, ''))
}

/** A host who is open from nine to noon, UTC; hour-long meetings; Wednesday 10 February 2027. */
export function givenMorning(wishes: Partial<SlotQuery> = {}): SlotQuery {
  const morning = schedule('UTC', hours(WEEKDAYS, '09:00', '12:00'))
  return givenQuery({ schedule: morning, durationMinutes: 60, ...wishes })
}

/** One local day of a host, hour by hour, seen from the same zone. */
export function givenDay(
  zone: string,
  from: string,
  start: string,
  end: string,
  wishes: Partial<SlotQuery> = {},
): SlotQuery {
  const open = schedule(zone, hours(EVERY_DAY, start, end))
  const bounds = { from: at(from), until: at(from) + 1440, now: at(from) - 10_000 }
  return givenQuery({ schedule: open, viewerZone: zone, durationMinutes: 60, ...bounds, ...wishes })
}

function wallMinute(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return hour * 60 + minute
}
