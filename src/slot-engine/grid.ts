/** Where starts stand: the two ways of laying them over free time. */

import { MINUTES_PER_DAY } from '../time.ts'
import { firstEndingAfter } from './intervals.ts'
import type { Lane } from './lanes.ts'
import type { Interval, SlotQuery } from './types.ts'
import { type Clock, clockOf } from './zone.ts'

/** An opening is cut at local midnights only when it runs on for longer than this. */
const LONGEST_WHOLE_OPENING_MINUTES = MINUTES_PER_DAY
/** A start is moved up to a multiple of the largest of these that divides the interval. */
const ROUND_STEPS_MINUTES = [60, 30, 20, 15, 10, 5]
const QUARTER_MINUTES = 15
const SMALLEST_ROUND_MINUTES = 5

/** Where a grid begins, and where the next one takes over. */
type Stretch = Interval

/**
 * The stretches of an opening: itself, or, when it runs on for more than a day, one for each local
 * day. So a host who is always open has a grid that no question's own bounds can shift.
 */
function stretchesOf(opening: Interval, clock: Clock, within: Interval): Stretch[] {
  if (opening.end - opening.start <= LONGEST_WHOLE_OPENING_MINUTES) return [opening]
  const stretches: Stretch[] = []
  let start = opening.start
  let day = clock.dayAt(Math.max(opening.start, within.start))
  if (start < within.start) start = Math.max(start, clock.startOf(day))
  while (start < opening.end && start < within.end) {
    day++
    const end = Math.min(clock.startOf(day), opening.end)
    if (end > start) stretches.push({ start, end })
    start = Math.max(start, end)
  }
  return stretches
}

/** The stretch of a lane's opening in which a start would stand. */
function stretchAt(lane: Lane, clock: Clock, start: number): Stretch | undefined {
  const opening = lane.open[firstEndingAfter(lane.open, start)]
  if (!opening || opening.start > start) return undefined
  return stretchesOf(opening, clock, { start, end: start + 1 }).find(
    stretch => stretch.start <= start && start < stretch.end,
  )
}

/** Whether a start stands on the fixed grid of an opening, whatever is claimed there. */
export function isOnOpeningGrid(query: SlotQuery, lane: Lane, start: number): boolean {
  const stretch = stretchAt(lane, clockOf(query.schedule.zone), start)
  if (!stretch) return false
  const since = start - stretch.start - query.offsetMinutes
  return since >= 0 && since % query.intervalMinutes === 0
}

/**
 * Starts at each opening's start + offset + k × interval that fit into free time; claims take
 * starts away but move none. Ascending within a lane; answers `wanted.start <= start < wanted.end`.
 */
export function openingStarts(query: SlotQuery, lane: Lane, wanted: Interval): number[] {
  const clock = clockOf(query.schedule.zone)
  const { durationMinutes, offsetMinutes, intervalMinutes } = query
  const starts: number[] = []
  for (let i = firstEndingAfter(lane.open, wanted.start); i < lane.open.length; i++) {
    const opening = lane.open[i]
    if (!opening || opening.start >= wanted.end) break
    for (const stretch of stretchesOf(opening, clock, wanted)) {
      const anchor = stretch.start + offsetMinutes
      const stop = Math.min(stretch.end, wanted.end)
      for (let j = firstEndingAfter(lane.free, stretch.start); j < lane.free.length; j++) {
        const free = lane.free[j]
        if (!free || free.start >= stop) break
        const earliest = Math.max(anchor, free.start, wanted.start)
        let start = anchor + Math.ceil((earliest - anchor) / intervalMinutes) * intervalMinutes
        for (; start < stop && start + durationMinutes <= free.end; start += intervalMinutes)
          starts.push(start)
      }
    }
  }
  return starts
}

/**
 * Starts as Cal.com lays them: each free range begins at its first minute that is round on the
 * viewer's clock, not before `earliest`, and goes on from there; a claim therefore moves the starts
 * behind it. A range that begins less than an interval after the start before it carries on that
 * start's grid. Answers starts in `wanted`, ascending.
 */
export function viewerClockStarts(
  query: SlotQuery,
  lanes: Lane[],
  wanted: Interval,
  earliest: number,
): number[] {
  const host = clockOf(query.schedule.zone)
  const viewer = clockOf(query.viewerZone)
  const stepMinutes = query.intervalMinutes + query.offsetMinutes
  const roundMinutes = ROUND_STEPS_MINUTES.find(step => query.intervalMinutes % step === 0) ?? 1
  // An opening belongs to the day on which it begins, and can hold starts of the next day.
  const firstDay = host.dayAt(wanted.start) - 1
  const ranges = lanes.flatMap(lane =>
    freeRanges(lane, host, { start: host.startOf(firstDay), end: wanted.end }),
  )
  ranges.sort((a, b) => a.day - b.day || a.start - b.start)

  let starts: number[] = []
  let ofDay: number[] = []
  let day = firstDay - 1
  function takeDay(): void {
    starts = union(
      starts,
      ofDay.filter(start => start >= wanted.start && start < wanted.end),
    )
    ofDay = []
  }
  for (const range of ranges) {
    if (range.day !== day) {
      takeDay()
      day = range.day
    }
    const begin = Math.max(range.start, earliest)
    // An opening of many days ends who knows where; what a start may spare is counted to the end of
    // its day.
    const spareUntil = Math.min(range.end, range.startsBefore)
    let start = roundUp(query, viewer, begin, spareUntil, roundMinutes) + query.offsetMinutes
    const before = ofDay.findLast(other => other < start)
    if (before !== undefined && before + stepMinutes > start) {
      start = before >= range.start ? before : before + stepMinutes
    }
    const ofRange: number[] = []
    for (
      ;
      start < range.startsBefore && start + query.durationMinutes <= range.end;
      start += stepMinutes
    ) {
      ofRange.push(start)
    }
    ofDay = union(ofDay, ofRange)
  }
  takeDay()
  return starts
}

/** Free time of one stretch: starts stand before `startsBefore`, a meeting ends by `end`. */
interface FreeRange extends Interval {
  startsBefore: number
  /**
   * The host's local day on which the stretch begins; grids are not carried from one day to
   * another.
   */
  day: number
}

function freeRanges(lane: Lane, host: Clock, within: Interval): FreeRange[] {
  const ranges: FreeRange[] = []
  for (let i = firstEndingAfter(lane.open, within.start); i < lane.open.length; i++) {
    const opening = lane.open[i]
    if (!opening || opening.start >= within.end) break
    for (const stretch of stretchesOf(opening, host, within)) {
      const day = host.dayAt(stretch.start)
      for (let j = firstEndingAfter(lane.free, stretch.start); j < lane.free.length; j++) {
        const free = lane.free[j]
        if (!free || free.start >= stretch.end) break
        ranges.push({
          start: Math.max(free.start, stretch.start),
          end: free.end,
          startsBefore: stretch.end,
          day,
        })
      }
    }
  }
  return ranges
}

function roundUp(
  query: SlotQuery,
  viewer: Clock,
  minute: number,
  end: number,
  roundMinutes: number,
): number {
  if (!query.packed) return nextRound(viewer, minute, roundMinutes)
  if (pastRound(viewer, minute, roundMinutes) === 0) return minute
  const spareMinutes = (end - minute) % roundMinutes
  for (const step of [roundMinutes, QUARTER_MINUTES, SMALLEST_ROUND_MINUTES]) {
    const onwardMinutes = step - pastRound(viewer, minute, step)
    if (onwardMinutes <= spareMinutes) return minute + onwardMinutes
  }
  return minute
}

/** Minutes that the clock shows beyond a multiple of `step` minutes past the hour. */
function pastRound(clock: Clock, minute: number, step: number): number {
  const past = (((minute + clock.offsetAt(minute)) % 60) + 60) % 60
  return past % step
}

/**
 * The first minute from `minute` on at which the clock shows a multiple of `step` minutes past the
 * hour.
 */
function nextRound(clock: Clock, minute: number, step: number): number {
  const past = pastRound(clock, minute, step)
  const round = past === 0 ? minute : minute + step - past
  // Steps that do not divide the hour are never passed here, so a round minute is at most an hour
  // away.
  const change = clock.nextChange(minute)
  return change !== undefined && change <= round ? nextRound(clock, change, step) : round
}

/**
 * Two ascending lists as one, each number once. Costs the length of what they overlap in: mostly
 * one follows the other.
 */
function union(a: number[], b: number[]): number[] {
  const [first] = b
  if (first === undefined) return a
  let keep = a.length
  while (keep > 0 && (a[keep - 1] ?? 0) >= first) keep--
  const tail = a.splice(keep)
  let next = 0
  for (const value of b) {
    for (; next < tail.length && (tail[next] ?? 0) < value; next++) a.push(tail[next] ?? 0)
    if (tail[next] === value) next++
    a.push(value)
  }
  for (; next < tail.length; next++) a.push(tail[next] ?? 0)
  return a
}
