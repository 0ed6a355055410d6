/**
 * The words of the slot engine. Every time is a whole minute since 1970-01-01T00:00Z ("epoch
 * minute").
 */

/** A stretch of time, half-open: `start` belongs to it, `end` does not. */
export interface Interval {
  start: number
  end: number
}

/**
 * Open hours of one weekday, as wall-clock minutes of the day. `weekday` 0 is Sunday; `endMinute`
 * may run to 2880.
 */
export interface WeeklyHours {
  weekday: number
  startMinute: number
  endMinute: number
}

/**
 * Open hours of one date ('YYYY-MM-DD') in place of its weekday's. A date whose overrides are all
 * empty is closed.
 */
export interface DateOverride {
  date: string
  startMinute: number
  endMinute: number
}

/**
 * From `firstDay` to `lastDay` (both inclusive; open-ended without `lastDay`) the hours are read in
 * another zone.
 */
export interface Travel {
  firstDay: string
  lastDay?: string
  zone: string
}

/** When a host works, in wall-clock time of `zone`. */
export interface ScheduleHours {
  zone: string
  weekly: WeeklyHours[]
  overrides: DateOverride[]
  /** Days on which the host keeps these hours by another zone's clock. */
  travel?: Travel[]
}

/**
 * How far ahead an event type can be booked.
 * - `days`: today and the next `days` days of the viewer's calendar (business days skip weekends in
 *   the count);
 *   `rolling` counts days that have something to offer instead, today included.
 * - `range`: local days of the schedule's zone, both inclusive.
 */
export type BookingWindow =
  | { kind: 'unlimited' }
  | { kind: 'days'; days: number; businessDays: boolean; rolling: boolean }
  | { kind: 'range'; firstDay: string; lastDay: string }

/**
 * A ceiling on the bookings of an event type in each period of the schedule's calendar; weeks start
 * on Monday.
 */
export interface Limit {
  period: 'day' | 'week' | 'month' | 'year'
  maxBookings?: number
  maxMinutes?: number
}

/** A live booking of this seated event type that others may join. */
export interface Joinable {
  start: number
  end: number
  seatsTaken: number
}

/** One host's hours and the time that is already claimed. */
export interface HostTime {
  schedule: ScheduleHours
  claims: Interval[]
}

export interface SlotQuery {
  /** Epoch minute, rounded up by the caller. */
  now: number
  /** Starts wanted: `from <= start < until`. */
  from: number
  until: number
  viewerZone: string
  schedule: ScheduleHours
  durationMinutes: number
  /** Step between starts; the duration when the event type names no interval. */
  intervalMinutes: number
  offsetMinutes: number
  grid: 'opening' | 'viewerClock'
  bufferBeforeMinutes: number
  bufferAfterMinutes: number
  noticeMinutes: number
  window: BookingWindow
  /** The host's claimed time, already widened by its own buffers; in any order, may overlap. */
  claims: Interval[]
  /** 1 for an ordinary meeting. */
  seats: number
  joinable: Joinable[]
  limits: Limit[]
  /** Live bookings of this event type, without buffers, that count against `limits`. */
  counted: Interval[]
  /** Only the first free start of each viewer day. */
  firstPerDay: boolean
  /** When given, a slot must have ended by this minute. */
  endBy?: number
  /**
   * When given, one host of each inner list must be free (the same ones for the whole meeting), and
   * the hours in `schedule` and the `claims` above are not used; `schedule.zone` still says whose
   * calendar limits, windows and the grid follow. `[[a], [b]]` is a meeting with both, `[[a, b]]`
   * one with either.
   */
  team?: HostTime[][]
  /**
   * With `grid: 'viewerClock'`: move a start to a rounder minute only where that costs the day no
   * slot.
   */
  packed?: boolean
}

/** An offered start, and how many people can still take it. */
export interface Slot {
  start: number
  seatsLeft: number
}

/**
 * Why a start is not offered. `grid` means: free and allowed, but not one of the starts that are
 * listed.
 */
export type UnavailableReason = 'past' | 'notice' | 'window' | 'hours' | 'grid' | 'limit' | 'taken'
