/**
 * The slot engine: which starts of an event type are open to a viewer. Pure; RULES.md says every
 * rule in words.
 *
 * @example slots({ now, from, until, viewerZone: 'Europe/Riga', schedule, durationMinutes: 30,
 * intervalMinutes: 30, … })
 * // [{ start: 29_823_480, seatsLeft: 1 }, …]
 */
import { MINUTES_PER_DAY } from '../time.ts'
import { isOnOpeningGrid, openingStarts, viewerClockStarts } from './grid.ts'
import { holding } from './intervals.ts'
import { type Lane, laneOf, lanesOf } from './lanes.ts'
import { limitCheck, periodOf } from './limits.ts'
import type { Interval, Slot, SlotQuery, UnavailableReason } from './types.ts'
import { rollingEnd, windowBounds } from './window.ts'
import { clockOf } from './zone.ts'

/**
 * Hours are laid out this much beyond the starts asked for, so that every opening there shows its
 * real length.
 */
const HOURS_MARGIN_MINUTES = 4 * MINUTES_PER_DAY

/** Every slot that starts in `from <= start < until`, ascending. */
export function slots(query: SlotQuery): Slot[] {
  return survey(query).slots
}

/** Whether `slots` lists this start. */
export function isOffered(query: SlotQuery, start: number): boolean {
  return isAsked(query, start) && slots(around(query, start)).length > 0
}

/**
 * Why `slots` does not list this start; undefined when it does. The reasons are tried in the order
 * of RULES.md.
 */
export function whyNot(query: SlotQuery, start: number): UnavailableReason | undefined {
  if (start < query.now) return 'past'
  if (start < earliestStart(query)) return query.noticeMinutes > 0 ? 'notice' : 'past'
  if (!isAsked(query, start)) return 'window'

  const { lanes, window, slots: offered } = survey(around(query, start))
  if (offered.length > 0) return undefined
  if (start < window.start || start >= window.end) return 'window'
  const meeting = { start, end: start + query.durationMinutes }
  if (!lanes.some(lane => covers(lane.open, meeting))) return 'hours'
  if (!joins(query).has(start)) {
    if (!lanes.some(lane => covers(lane.free, meeting))) return 'taken'
    if (!limitCheck(query)(start)) return 'limit'
  }
  return 'grid'
}

/**
 * For each group of a team, which of its hosts (by their places in it) are open and free for the
 * whole meeting at a start. Whether the start is offered at all, `whyNot` says.
 */
export function freeHosts(query: SlotQuery, start: number): number[][] {
  const meeting = { start, end: start + query.durationMinutes }
  const span = { start: start - HOURS_MARGIN_MINUTES, end: meeting.end + HOURS_MARGIN_MINUTES }
  return (query.team ?? []).map(group =>
    group.flatMap((host, place) =>
      covers(laneOf(query, host, span).free, meeting) ? [place] : [],
    ),
  )
}

/**
 * The time whose `claims` and whose `counted` bookings can change the answer to a query; what lies
 * outside need not be loaded.
 */
export function neededTime(query: SlotQuery): { claims: Interval; counted: Interval } {
  const { start, end } = surveyed(query)
  const clock = clockOf(query.schedule.zone)
  const before = query.grid === 'viewerClock' ? clock.startOf(clock.dayAt(start) - 1) : start
  const periods = query.limits.flatMap(({ period }) => [
    periodOf(start, period, clock),
    periodOf(end, period, clock),
  ])
  return {
    claims: {
      start: before - query.bufferBeforeMinutes,
      end: end + MINUTES_PER_DAY + query.durationMinutes + query.bufferAfterMinutes,
    },
    counted: {
      start: Math.min(start, ...periods.map(period => period.start)),
      end: Math.max(end, ...periods.map(period => period.end)),
    },
  }
}

interface Survey {
  slots: Slot[]
  lanes: Lane[]
  /** The starts that the booking window allows. */
  window: Interval
}

function survey(query: SlotQuery): Survey {
  const bounds = windowBounds(query)
  const earliest = earliestStart(query)
  const asked = surveyed(query)
  const wanted = {
    start: Math.max(asked.start, earliest, bounds.start),
    end: Math.min(
      asked.end,
      bounds.end,
      (query.endBy ?? Number.POSITIVE_INFINITY) - query.durationMinutes + 1,
    ),
  }
  const lanes = lanesOf(query, {
    start: asked.start - HOURS_MARGIN_MINUTES,
    end: asked.end + query.durationMinutes + HOURS_MARGIN_MINUTES,
  })
  if (wanted.start >= wanted.end) return { slots: [], lanes, window: bounds }

  const found = merge(ordinary(query, lanes, wanted, earliest), joined(query, lanes, wanted))
  const window = {
    start: bounds.start,
    end: Math.min(bounds.end, rollingEnd(query, startsOf(found))),
  }
  let listed = found.filter(slot => slot.start < window.end)
  if (query.firstPerDay) listed = firstOfEachDay(listed, query.viewerZone)
  if (asked.start < query.from || asked.end > query.until) {
    listed = listed.filter(slot => slot.start >= query.from && slot.start < query.until)
  }
  return { slots: listed, lanes, window }
}

/**
 * Starts that must be looked at: from the first of the viewer's day, or from now, where earlier
 * ones decide.
 */
function surveyed(query: SlotQuery): Interval {
  const { window, from, until } = query
  if (window.kind === 'days' && window.rolling)
    return { start: Math.min(query.now, from), end: until }
  if (!query.firstPerDay) return { start: from, end: until }
  const clock = clockOf(query.viewerZone)
  return { start: clock.startOf(clock.dayAt(from)), end: until }
}

function earliestStart(query: SlotQuery): number {
  // Cal.com lists no slot that starts this very minute, so there no notice acts as a minute's.
  const leastNotice = query.grid === 'viewerClock' ? 1 : 0
  return query.now + Math.max(query.noticeMinutes, leastNotice)
}

/** Slots that nobody has booked yet. */
function ordinary(query: SlotQuery, lanes: Lane[], wanted: Interval, earliest: number): Slot[] {
  const starts =
    query.grid === 'opening'
      ? openingStartsOfAll(query, lanes, wanted)
      : viewerClockStarts(query, lanes, wanted, earliest)
  const hasRoom = limitCheck(query)
  const found: Slot[] = []
  for (const start of starts) if (hasRoom(start)) found.push({ start, seatsLeft: query.seats })
  return found
}

function openingStartsOfAll(query: SlotQuery, lanes: Lane[], wanted: Interval): number[] {
  const [first, ...rest] = lanes.map(lane => openingStarts(query, lane, wanted))
  if (rest.length === 0) return first ?? []
  return [...new Set([...(first ?? []), ...rest.flat()])].sort((a, b) => a - b)
}

/** Slots of meetings that are booked already and have a seat left. */
function joined(query: SlotQuery, lanes: Lane[], wanted: Interval): Slot[] {
  const found: Slot[] = []
  for (const [start, seatsLeft] of joins(query)) {
    if (start < wanted.start || start >= wanted.end) continue
    const meeting = { start, end: start + query.durationMinutes }
    const stands = lanes.some(
      lane =>
        covers(lane.open, meeting) &&
        // A viewer's grid moves with the claims and with the hour; where a booking stands, it did
        // hold a start.
        (query.grid === 'viewerClock' || isOnOpeningGrid(query, lane, start)),
    )
    if (stands) found.push({ start, seatsLeft })
  }
  return found.sort((a, b) => a.start - b.start)
}

/** Starts of meetings that can be joined, with the most seats that one of them has left. */
function joins(query: SlotQuery): Map<number, number> {
  const open = new Map<number, number>()
  for (const { start, end, seatsTaken } of query.joinable) {
    const seatsLeft = query.seats - seatsTaken
    if (end - start !== query.durationMinutes || seatsLeft <= 0) continue
    open.set(start, Math.max(seatsLeft, open.get(start) ?? 0))
  }
  return open
}

/** Two ascending lists as one; where both hold a start, the meeting to join is the slot. */
function merge(fresh: Slot[], toJoin: Slot[]): Slot[] {
  if (toJoin.length === 0) return fresh
  const joinStarts = new Set(startsOf(toJoin))
  return [...fresh.filter(slot => !joinStarts.has(slot.start)), ...toJoin].sort(
    (a, b) => a.start - b.start,
  )
}

function firstOfEachDay(list: Slot[], zone: string): Slot[] {
  const clock = clockOf(zone)
  let lastDay: number | undefined
  return list.filter(({ start }) => {
    const day = clock.dayAt(start)
    const isFirst = day !== lastDay
    lastDay = day
    return isFirst
  })
}

function covers(list: Interval[], meeting: Interval): boolean {
  return (holding(list, meeting.start)?.end ?? Number.NEGATIVE_INFINITY) >= meeting.end
}

function isAsked(query: SlotQuery, start: number): boolean {
  const endsInTime = query.endBy === undefined || start + query.durationMinutes <= query.endBy
  return start >= query.from && start < query.until && endsInTime
}

/** The same question about one start only. */
function around(query: SlotQuery, start: number): SlotQuery {
  return { ...query, from: start, until: start + 1 }
}

function* startsOf(list: Slot[]): Generator<number> {
  for (const { start } of list) yield start
}
