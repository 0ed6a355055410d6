// What an iCalendar file (RFC 5545) says is taken. Pure: bytes in, spans out.
//
// The file is a stranger's, so this runs in a worker thread with a deadline
// (src/worker-pool/bounded.ts), and what it does is bounded by the size of the file and the days of
// the window. Where a file leaves a doubt, its time is busy.

import { MINUTE_MS } from '../time.ts'
import {
  type Component,
  calendarsIn,
  parameterOf,
  propertiesOf,
  propertyOf,
  textOf,
  uidOf,
} from './content.ts'
import { type Entry, spansOfSeries } from './occurrences.ts'
import { type Problem, problemList, type Report } from './problems.ts'
import type { Budget } from './recurrence.ts'
import { type Length, periodOf, type Span, spanOf, type Zones } from './times.ts'
import { describedZone } from './vtimezone.ts'
import { utc, type Zone, zoneNamed } from './zones.ts'

export type { Problem } from './problems.ts'
export type { Span } from './times.ts'

/** Which spans are wanted, and how to read times that name no zone. */
export interface Reading {
  from: number
  until: number
  /**
   * IANA zone of whose calendar it is: of days, and of times without a zone where the file names
   * none.
   */
  zone: string
}

/** What a file says, and what of it could not be read. */
export interface CalendarReading {
  /** In order and without overlaps, within the window. */
  spans: Span[]
  problems: Problem[]
}

/** Days and times of day that the rules of one file may ask to look at. */
const MAX_STEPS = 10_000_000
const MAX_COUNTED_DAYS = 3_000_000
export const MAX_SPANS = 10_000
const REST_OF_DAY: Length = { kind: 'restOfDay' }

/**
 * Reads a file. Events that are cancelled, or that say that they take no time, do not count;
 * neither do free periods. What cannot be read is reported and skipped, or busy where its start can
 * be read.
 * @throws Error that says in a few words why nothing of the file can be used.
 */
export function readCalendar(bytes: Uint8Array, reading: Reading): CalendarReading {
  const { list, report } = problemList()
  const budget = { steps: MAX_STEPS }
  const job = { ...reading, budget, counting: { days: MAX_COUNTED_DAYS }, report }
  const series = new Map<string, Entry[]>()
  const spans: Span[] = []
  for (const calendar of calendarsIn(bytes, reading, report)) {
    const zones = zonesOf(calendar, reading, budget, report)
    for (const component of calendar.parts) {
      if (component.name === 'VFREEBUSY') spans.push(...busyPeriods(component, zones, report))
      if (component.name !== 'VEVENT') continue
      // Without a UID an event belongs to no series.
      const key = uidOf(component) || `line ${component.line}`
      const entries = series.get(key)
      if (entries === undefined) series.set(key, [{ component, zones }])
      else entries.push({ component, zones })
    }
  }
  for (const entries of series.values())
    for (const span of spansOfSeries(entries, job)) spans.push(span)
  return { spans: joined(within(spans, reading), report), problems: list }
}

/**
 * The zones of a calendar. Those that it describes come before those that are known by their names.
 */
function zonesOf(
  calendar: Component,
  { until, zone }: Reading,
  budget: Budget,
  report: Report,
): Zones {
  const described = new Map<string, Component>()
  for (const component of calendar.parts) {
    const tzid = propertyOf(component, 'TZID')
    if (component.name === 'VTIMEZONE' && tzid !== undefined) described.set(textOf(tzid), component)
  }
  const found = new Map<string, Zone | undefined>()
  const lookUp = (tzid: string): Zone | undefined => {
    const component = described.get(tzid)
    const read = component && describedZone(component, until, budget, report)
    if (read?.zone !== undefined && read.isWhole) return read.zone
    const location = propertyOf(component, 'X-LIC-LOCATION')
    return zoneNamed(tzid) ?? (location && zoneNamed(textOf(location))) ?? read?.zone
  }
  const of = (tzid: string, line: number): Zone | undefined => {
    if (!found.has(tzid)) {
      const known = lookUp(tzid)
      found.set(tzid, known)
      if (known === undefined)
        report(line, 'The time zone is not known. Its times are read in that of the calendar.')
    }
    return found.get(tzid)
  }
  const days = zoneNamed(zone) ?? utc
  const own = propertyOf(calendar, 'X-WR-TIMEZONE')
  const ownName = own && textOf(own)
  return { of, days, floating: (ownName && own && of(ownName, own.line)) || days }
}

/** Periods of a VFREEBUSY that are not free. Unknown types are busy (RFC 5545, section 3.2.9). */
function* busyPeriods(component: Component, zones: Zones, report: Report): Iterable<Span> {
  for (const property of propertiesOf(component, 'FREEBUSY')) {
    if (parameterOf(property, 'FBTYPE')?.toUpperCase() === 'FREE') continue
    for (const text of textOf(property).split(',')) {
      const { start, length } = periodOf(text, property, zones)
      if (start === undefined || length === undefined)
        report(property.line, 'FREEBUSY has a value that is no period.')
      if (start !== undefined) yield spanOf(start, length ?? REST_OF_DAY)
    }
  }
}

const within = (spans: Span[], { from, until }: Reading): Span[] =>
  spans
    .filter(({ start, end }) => end > from && start < until && end > start)
    .map(({ start, end }) => ({ start: Math.max(start, from), end: Math.min(end, until) }))
    .sort((a, b) => a.start - b.start)

/** Spans without overlaps. Those with short gaps become one where there are too many. */
function joined(spans: Span[], report: Report): Span[] {
  let result = merged(spans, 0)
  if (result.length <= MAX_SPANS) return result
  let gap = 15 * MINUTE_MS
  while (result.length > MAX_SPANS) {
    gap *= 2
    result = merged(result, gap)
  }
  report(
    null,
    `The file has more than ${MAX_SPANS} busy times. Gaps of up to ${gap / MINUTE_MS} minutes are read as busy.`,
  )
  return result
}

function merged(sorted: Span[], gap: number): Span[] {
  const result: Span[] = []
  for (const span of sorted) {
    const last = result.at(-1)
    if (last !== undefined && span.start <= last.end + gap) last.end = Math.max(last.end, span.end)
    else result.push({ ...span })
  }
  return result
}
