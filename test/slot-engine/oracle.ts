/**
 * A second, slow slot engine to hold the real one against. It paints minutes, asks luxon about
 * every zone question, and shares no code with src/slots but the types.
 */
import { DateTime } from 'luxon'
import type {
  HostTime,
  Interval,
  ScheduleHours,
  Slot,
  SlotQuery,
} from '../../src/slot-engine/index.ts'

const DAY = 1440

/** A line of minutes with what is known about each. */
interface Line {
  first: number
  open: Uint8Array
  /** Open, and outside every claim widened by the buffers. */
  free: Uint8Array
  /** The schedule's and the viewer's local dates. */
  hostDate: string[]
  viewerDate: string[]
  viewerMinute: number[]
}

export function oracleSlots(query: SlotQuery): Slot[] {
  const isRolling = query.window.kind === 'days' && query.window.rolling
  const reach = (isRolling ? Math.min(query.now, query.from) : query.from) - 2 * DAY
  const lines = choicesOf(query).map(hosts => ({
    hosts,
    line: lay(query, hosts, reach - 5 * DAY, query.until + query.durationMinutes + 5 * DAY),
  }))
  const [any] = lines
  if (any === undefined) return []
  // What one choice of hosts can hold, any can: the same start is listed once.
  const listed = new Map<number, Slot>()
  const earliest = query.now + Math.max(query.noticeMinutes, query.grid === 'viewerClock' ? 1 : 0)
  const viewers =
    query.grid === 'viewerClock'
      ? viewerGrid(
          query,
          lines.map(({ line }) => line),
          earliest,
        )
      : undefined
  for (const { hosts, line } of lines) {
    const onGrid = viewers ?? openingGrid(query, line)
    for (const slot of heldBy(query, hosts, line, { reach, earliest, onGrid }))
      listed.set(slot.start, slot)
  }
  let found = [...listed.values()].sort((a, b) => a.start - b.start)
  found = cutRolling(query, any.line, found)
  if (query.firstPerDay) {
    const { line } = any
    found = found.filter(
      (slot, i) =>
        dateAt(line.viewerDate, line, slot) !== dateAt(line.viewerDate, line, found[i - 1]),
    )
  }
  return found.filter(slot => slot.start >= query.from && slot.start < query.until)
}

/** Every way to take one host of each group; of an ordinary event type there is one. */
function choicesOf(query: SlotQuery): HostTime[][] {
  const groups = query.team ?? [[{ schedule: query.schedule, claims: query.claims }]]
  let choices: HostTime[][] = [[]]
  for (const group of groups)
    choices = choices.flatMap(choice => group.map(host => [...choice, host]))
  return choices
}

/**
 * The starts at which these hosts together could meet, before rolling windows and first slots are
 * cut.
 */
function heldBy(
  query: SlotQuery,
  hosts: HostTime[],
  line: Line,
  { reach, earliest, onGrid }: { reach: number; earliest: number; onGrid: Set<number> },
): Slot[] {
  const isInWindow = fixedWindow(query, line)
  const found: Slot[] = []
  for (let start = reach; start < query.until; start++) {
    if (start < earliest || !isInWindow(start)) continue
    if (query.endBy !== undefined && start + query.durationMinutes > query.endBy) continue
    if (!isAll(line.open, start - line.first, query.durationMinutes)) continue
    const seatsToJoin = query.joinable
      .filter(one => one.start === start && one.end - one.start === query.durationMinutes)
      .map(one => query.seats - one.seatsTaken)
      .filter(left => left > 0)
    if (seatsToJoin.length > 0 && (query.grid === 'viewerClock' || onGrid.has(start))) {
      found.push({ start, seatsLeft: Math.max(...seatsToJoin) })
    } else if (onGrid.has(start) && isClear(query, hosts, start) && isWithinLimits(query, start)) {
      found.push({ start, seatsLeft: query.seats })
    }
  }
  return found
}

function lay(query: SlotQuery, hosts: HostTime[], first: number, end: number): Line {
  const length = end - first
  const open = new Uint8Array(length).fill(1)
  for (const { schedule } of hosts) {
    const theirs = new Uint8Array(length)
    for (const hours of oracleHours(schedule, first, first + length)) {
      theirs.fill(1, Math.max(0, hours.start - first), Math.max(0, hours.end - first))
    }
    for (let i = 0; i < length; i++) if (!theirs[i]) open[i] = 0
  }
  const free = open.slice()
  for (const claim of hosts.flatMap(({ claims }) => claims)) {
    if (claim.end <= claim.start) continue
    const from = claim.start - query.bufferAfterMinutes - first
    free.fill(0, Math.max(0, from), Math.max(0, claim.end + query.bufferBeforeMinutes - first))
  }
  const line: Line = { first, open, free, hostDate: [], viewerDate: [], viewerMinute: [] }
  paintClock(line, length, query.schedule.zone, line.hostDate, [])
  paintClock(line, length, query.viewerZone, line.viewerDate, line.viewerMinute)
  return line
}

function paintClock(
  line: Line,
  length: number,
  zone: string,
  dates: string[],
  minutesPastHour: number[],
): void {
  let offset = 0
  for (let i = 0; i < length; i++) {
    // Every change of these clocks since 1990 happened on a half hour of UTC.
    if (i === 0 || (line.first + i) % 30 === 0) offset = local(line.first + i, zone).offset
    const wall = line.first + i + offset
    dates.push(dateOf(Math.floor(wall / DAY)))
    minutesPastHour.push(wall % 60)
  }
}

/** Every interval of the rules and overrides, one local date after another. */
export function oracleHours(schedule: ScheduleHours, first: number, end: number): Interval[] {
  const list: Interval[] = []
  let date = DateTime.fromMillis(first * 60_000, { zone: 'utc' })
    .startOf('day')
    .minus({ days: 4 })
  const last = DateTime.fromMillis(end * 60_000, { zone: 'utc' }).plus({ days: 2 })
  for (; date <= last; date = date.plus({ days: 1 })) {
    const overrides = schedule.overrides.filter(one => one.date === date.toISODate())
    const rules =
      overrides.length > 0
        ? overrides
        : schedule.weekly.filter(one => one.weekday === date.weekday % 7)
    for (const { startMinute, endMinute } of rules) {
      if (endMinute <= startMinute) continue
      const start = showing(date, startMinute, schedule.zone)[0]
      // The end of the day is where the next day begins, even on a night that has two midnights.
      const end = showing(date, endMinute, schedule.zone).at(endMinute === DAY ? 0 : -1)
      if (start !== undefined && end !== undefined && start < end) list.push({ start, end })
    }
  }
  return list
}

/**
 * The minutes at which the zone's clock shows a wall time; the moment of the change when it shows
 * it never.
 */
function showing(date: DateTime, wallMinute: number, zone: string): number[] {
  const wall = date.plus({ days: Math.floor(wallMinute / DAY) })
  const { year, month, day } = wall
  const hour = Math.floor((wallMinute % DAY) / 60)
  const asked = DateTime.fromObject({ year, month, day, hour, minute: wallMinute % 60 }, { zone })
  if (asked.hour === hour && asked.minute === wallMinute % 60 && asked.day === day) {
    return asked
      .getPossibleOffsets()
      .map(one => one.toMillis() / 60_000)
      .sort((a, b) => a - b)
  }
  // Skipped: walk to the first minute whose clock is past the wall time.
  const aim =
    wall.toFormat('yyyyMMdd') +
    String(hour).padStart(2, '0') +
    String(wallMinute % 60).padStart(2, '0')
  let minute = Math.floor(asked.toMillis() / 60_000) - 26 * 60
  while (local(minute, zone).toFormat('yyyyMMddHHmm') < aim) minute += 15
  return [minute - (((minute % 15) + 15) % 15)]
}

function openingGrid(query: SlotQuery, line: Line): Set<number> {
  const starts = new Set<number>()
  for (const { start, end } of stretches(line)) {
    for (let at = start + query.offsetMinutes; at < end; at += query.intervalMinutes) starts.add(at)
  }
  return starts
}

/**
 * The grid of all who could hold a meeting together: their free ranges, one after another, each
 * carrying on before it.
 */
function viewerGrid(query: SlotQuery, lines: Line[], earliest: number): Set<number> {
  const step = [60, 30, 20, 15, 10, 5].find(one => query.intervalMinutes % one === 0) ?? 1
  const onward = query.intervalMinutes + query.offsetMinutes
  const ranges = lines.flatMap(line => freeRuns(line))
  ranges.sort((a, b) => (a.date === b.date ? a.begin - b.begin : a.date < b.date ? -1 : 1))
  const starts = new Set<number>()
  let ofDate: number[] = []
  let date = ''
  for (const { line, begin, ...range } of ranges) {
    if (range.date !== date) ofDate = []
    date = range.date
    const from = Math.max(begin, earliest)
    let start = query.packed ? spared(line, from, range.stretchEnd, step) : from
    while (
      !query.packed &&
      start - line.first < line.open.length &&
      minuteAt(line, start) % step !== 0
    )
      start++
    start += query.offsetMinutes
    const before = Math.max(...ofDate.filter(other => other < start))
    if (before + onward > start) start = before >= begin ? before : before + onward
    while (
      start < range.stretchEnd &&
      isAll(line.free, begin - line.first, start + query.durationMinutes - begin)
    ) {
      starts.add(start)
      ofDate.push(start)
      start += onward
    }
  }
  return starts
}

interface FreeRun {
  line: Line
  begin: number
  /** Starts stand before it. */
  stretchEnd: number
  /** The host's date on which its stretch begins. */
  date: string
}

function freeRuns(line: Line): FreeRun[] {
  const runs: FreeRun[] = []
  for (const stretch of stretches(line)) {
    const date = line.hostDate[stretch.start - line.first] ?? ''
    for (let begin = stretch.start; begin < stretch.end; begin++) {
      const i = begin - line.first
      if (!line.free[i] || (begin > stretch.start && line.free[i - 1])) continue
      runs.push({ line, begin, stretchEnd: stretch.end, date })
    }
  }
  return runs
}

/**
 * Where a packed range begins: on the first later round minute, quarter or fifth minute that what
 * is left over pays for.
 */
function spared(line: Line, from: number, stretchEnd: number, step: number): number {
  const past = minuteAt(line, from)
  if (past % step === 0) return from
  let end = from
  while (end < stretchEnd && line.free[end - line.first]) end++
  let rest = end - from
  while (rest >= step) rest -= step
  const later = [step, 15, 5].map(one =>
    Array.from({ length: one }, (_, n) => n + 1).find(n => (past + n) % one === 0),
  )
  return from + (later.find(minutes => minutes !== undefined && minutes <= rest) ?? 0)
}

function minuteAt(line: Line, minute: number): number {
  return line.viewerMinute[minute - line.first] ?? 0
}

/**
 * Runs of open minutes; one that lasts for more than a day is parted where the host's date changes.
 */
function stretches(line: Line): Interval[] {
  const list: Interval[] = []
  for (let i = 0; i < line.open.length; i++) {
    if (!line.open[i]) continue
    let end = i
    while (line.open[end]) end++
    let start = i
    for (let at = i + 1; at <= end; at++) {
      const parts = end - i > DAY && line.hostDate[at] !== line.hostDate[at - 1]
      if (at < end && !parts) continue
      list.push({ start: line.first + start, end: line.first + at })
      start = at
    }
    i = end
  }
  return list
}

function isAll(minutes: Uint8Array, from: number, length: number): boolean {
  for (let i = from; i < from + length; i++) if (!minutes[i]) return false
  return true
}

function isClear(query: SlotQuery, hosts: HostTime[], start: number): boolean {
  const from = start - query.bufferBeforeMinutes
  const end = start + query.durationMinutes + query.bufferAfterMinutes
  const claims = hosts.flatMap(host => host.claims)
  return claims.every(claim => claim.end <= claim.start || claim.end <= from || claim.start >= end)
}

function isWithinLimits(query: SlotQuery, start: number): boolean {
  const { zone } = query.schedule
  return query.limits.every(limit => {
    const same = query.counted.filter(
      one => periodName(one.start, limit.period, zone) === periodName(start, limit.period, zone),
    )
    const minutes = same.reduce((sum, one) => sum + one.end - one.start, query.durationMinutes)
    return (
      (limit.maxBookings === undefined || same.length + 1 <= limit.maxBookings) &&
      (limit.maxMinutes === undefined || minutes <= limit.maxMinutes)
    )
  })
}

function periodName(
  minute: number,
  period: 'day' | 'week' | 'month' | 'year',
  zone: string,
): string {
  return local(minute, zone).toFormat(
    { day: 'yyyy-LL-dd', week: "kkkk-'W'WW", month: 'yyyy-LL', year: 'yyyy' }[period],
  )
}

/** A question whether the window, but for the counting of a rolling one, allows a start. */
function fixedWindow(query: SlotQuery, line: Line): (start: number) => boolean {
  const { window } = query
  if (window.kind === 'unlimited') return () => true
  if (window.kind === 'range') {
    return start => {
      const date = line.hostDate[start - line.first] ?? ''
      return date >= window.firstDay && date <= window.lastDay
    }
  }
  let last = today(query).plus({ days: window.rolling ? 61 : 0 })
  for (let left = window.rolling ? 0 : window.days; left > 0; ) {
    last = last.plus({ days: 1 })
    if (!window.businessDays || last.weekday <= 5) left--
  }
  const lastDate = last.toISODate() ?? ''
  return start => (line.viewerDate[start - line.first] ?? '') <= lastDate
}

function today(query: SlotQuery): DateTime {
  return DateTime.fromISO(local(query.now, query.viewerZone).toISODate() ?? '', { zone: 'utc' })
}

function cutRolling(query: SlotQuery, line: Line, found: Slot[]): Slot[] {
  const { window } = query
  if (window.kind !== 'days' || !window.rolling) return found
  const dates = [...new Set(found.map(slot => dateAt(line.viewerDate, line, slot)))]
  const counted = dates.filter(
    date => !window.businessDays || DateTime.fromISO(date, { zone: 'utc' }).weekday <= 5,
  )
  const last =
    window.days === 0 ? (today(query).toISODate() ?? '') : (counted[window.days - 1] ?? '9999')
  return found.filter(slot => dateAt(line.viewerDate, line, slot) <= last)
}

function dateAt(dates: string[], line: Line, slot: Slot | undefined): string {
  return slot ? (dates[slot.start - line.first] ?? '') : ''
}

const dateNames = new Map<number, string>()

function dateOf(day: number): string {
  const known = dateNames.get(day)
  const name = known ?? DateTime.fromMillis(day * DAY * 60_000, { zone: 'utc' }).toISODate() ?? ''
  if (!known) dateNames.set(day, name)
  return name
}

function local(minute: number, zone: string): DateTime {
  return DateTime.fromMillis(minute * 60_000, { zone })
}
