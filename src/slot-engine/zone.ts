/**
 * Wall clocks. A zone becomes a table of its offset changes, built once a year of use with luxon;
 * after that every question is integer arithmetic. Offsets are minutes east of UTC, to the whole
 * minute.
 */
import { IANAZone } from 'luxon'
import { MINUTE_MS, MINUTES_PER_DAY } from '../time.ts'
import { dayName, dayNumber } from './calendar.ts'

const MINUTES_PER_YEAR = 525_960
/** No clock on earth stands further from UTC than this. */
const WIDEST_OFFSET_MINUTES = 960
/**
 * Each year's table reaches over its edges, so that a wall time near New Year is answered by one
 * table.
 */
const TABLE_MARGIN_MINUTES = 3 * MINUTES_PER_DAY
/**
 * Names are case-insensitive, so a caller could invent spellings without end; and ask for any year.
 */
const MOST_ZONES_KEPT = 1_000
const MOST_YEARS_KEPT = 100

/**
 * `offsets[i]` holds from `changes[i]` (inclusive) to `changes[i + 1]`; `changes[0]` is where the
 * table begins.
 */
interface OffsetTable {
  year: number
  changes: number[]
  offsets: number[]
}

/**
 * Whether the name is a zone of the tz database ("Europe/Rome", "UTC"); plain offsets ("+02:00")
 * are not.
 */
export function isZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name)
}

/** A zone's clock. Throws RangeError for a name that is no zone. */
export interface Clock {
  /** Minutes east of UTC at an epoch minute. */
  offsetAt(minute: number): number
  /** The number of the local day at an epoch minute. */
  dayAt(minute: number): number
  /** The first epoch minute of a local day. */
  startOf(day: number): number
  /**
   * The epoch minute at which the clock shows `wallMinute` minutes after midnight of `day`. A time
   * that the clock skips is the moment of the change; of a time shown twice, `take` picks one.
   */
  at(day: number, wallMinute: number, take: 'first' | 'last'): number
  /** The next change of the offset after `minute`, if there is one in the same year. */
  nextChange(minute: number): number | undefined
}

export function clockOf(zone: string): Clock {
  const known = clocks.get(zone)
  if (known) return known
  if (!isZone(zone)) throw new RangeError(`Not a time zone: ${zone}`)
  if (clocks.size >= MOST_ZONES_KEPT) clocks.clear()
  const clock = makeClock(zone)
  clocks.set(zone, clock)
  return clock
}

/** The local day ('YYYY-MM-DD') at an epoch minute. */
export function localDay(minute: number, zone: string): string {
  return dayName(clockOf(zone).dayAt(minute))
}

/** The first epoch minute of a local day: midnight, or the change of the clock that skips it. */
export function startOfDay(day: string, zone: string): number {
  return clockOf(zone).startOf(dayNumber(day))
}

/** The first epoch minute after a local day, which is the start of the next one. */
export function endOfDay(day: string, zone: string): number {
  return clockOf(zone).startOf(dayNumber(day) + 1)
}

/** Whole calendar days from one 'YYYY-MM-DD' to another; negative when `last` is earlier. */
export function daysBetween(first: string, last: string): number {
  return dayNumber(last) - dayNumber(first)
}

/** The 'YYYY-MM-DD' that stands `days` after another. */
export function addDays(day: string, days: number): string {
  return dayName(dayNumber(day) + days)
}

const clocks = new Map<string, Clock>()

function makeClock(zone: string): Clock {
  const tables = new Map<number, OffsetTable>()
  let latest: OffsetTable | undefined

  function tableAt(minute: number): OffsetTable {
    const year = Math.floor(minute / MINUTES_PER_YEAR)
    if (latest?.year === year) return latest
    const known = tables.get(year)
    if (!known && tables.size >= MOST_YEARS_KEPT) tables.clear()
    const table = known ?? buildTable(zone, year)
    tables.set(year, table)
    latest = table
    return table
  }

  const clock: Clock = {
    offsetAt(minute) {
      const table = tableAt(minute)
      return table.offsets[segmentAt(table, minute)] ?? 0
    },
    dayAt(minute) {
      return Math.floor((minute + clock.offsetAt(minute)) / MINUTES_PER_DAY)
    },
    startOf(day) {
      return clock.at(day, 0, 'first')
    },
    at(day, wallMinute, take) {
      const wall = day * MINUTES_PER_DAY + wallMinute
      return instantOf(tableAt(wall), wall, take)
    },
    nextChange(minute) {
      const table = tableAt(minute)
      return table.changes[segmentAt(table, minute) + 1]
    },
  }
  return clock
}

/** `wall` is what the clock shows, counted in minutes as though the clock were in UTC. */
function instantOf(table: OffsetTable, wall: number, take: 'first' | 'last'): number {
  const early = segmentAt(table, wall - WIDEST_OFFSET_MINUTES)
  const late = segmentAt(table, wall + WIDEST_OFFSET_MINUTES)
  if (early === late) return wall - (table.offsets[early] ?? 0)

  let found: number | undefined
  let skippedAt: number | undefined
  for (let i = early; i <= late; i++) {
    const begins = table.changes[i] ?? 0
    const ends = table.changes[i + 1] ?? Number.POSITIVE_INFINITY
    const minute = wall - (table.offsets[i] ?? 0)
    if (minute >= begins && minute < ends && (found === undefined || take === 'last'))
      found = minute
    // Before its segment by this offset and after the one before by that: the clock jumped over it.
    if (i > early && minute < begins && wall - (table.offsets[i - 1] ?? 0) >= begins)
      skippedAt ??= begins
  }
  return found ?? skippedAt ?? wall - (table.offsets[late] ?? 0)
}

/** The index of the segment that holds `minute`. */
function segmentAt(table: OffsetTable, minute: number): number {
  const { changes } = table
  let low = 0
  let high = changes.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((changes[middle] ?? 0) <= minute) low = middle
    else high = middle - 1
  }
  return low
}

/** Looks at the offset once a day and halves its way to the minute of each change. */
function buildTable(zone: string, year: number): OffsetTable {
  const source = IANAZone.create(zone)
  const offsetAt = (minute: number) => Math.round(source.offset(minute * MINUTE_MS))
  const from = year * MINUTES_PER_YEAR - TABLE_MARGIN_MINUTES
  const until = (year + 1) * MINUTES_PER_YEAR + TABLE_MARGIN_MINUTES
  const table: OffsetTable = { year, changes: [from], offsets: [offsetAt(from)] }
  let offset = offsetAt(from)
  for (let minute = from; minute < until; minute += MINUTES_PER_DAY) {
    const offsetNext = offsetAt(minute + MINUTES_PER_DAY)
    if (offsetNext === offset) continue
    let before = minute
    let after = minute + MINUTES_PER_DAY
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2)
      if (offsetAt(middle) === offset) before = middle
      else after = middle
    }
    table.changes.push(after)
    table.offsets.push(offsetNext)
    offset = offsetNext
  }
  return table
}
