// The occurrences of an event (RFC 5545, section 3.8.5), with those that were changed or excluded.

import { DAY_MS } from '../time.ts'
import {
  type Component,
  type Property,
  parameterOf,
  propertiesOf,
  propertyOf,
  textOf,
  uidOf,
} from './content.ts'
import type { Report } from './problems.ts'
import {
  type Budget,
  MAX_TIMES_OF_DAY,
  matchesOf,
  occurrencesOf,
  spend,
  type WallTime,
  wallOf,
  wallTimeAt,
} from './recurrence.ts'
import { type Rule, ruleIn } from './rrule.ts'
import {
  atMostMs,
  instantOf,
  type Length,
  lengthOf,
  lengthOrDefault,
  onlyTimeOf,
  periodOf,
  type Span,
  spanOf,
  type Time,
  timeOf,
  type Zones,
} from './times.ts'
import { wallAt } from './zones.ts'

/** What an occurrence costs, in steps of rules. */
const STEPS_OF_OCCURRENCE = 100

/** A component with the zones of its calendar. */
export interface Entry {
  component: Component
  zones: Zones
}

export interface Job {
  from: number
  until: number
  budget: Budget
  /** Days that COUNT of all rules may count before the window. */
  counting: { days: number }
  report: Report
}

/** A VEVENT as far as it can be read. */
export interface Event extends Entry {
  uid: string | undefined
  start: Time | undefined
  /** Undefined without DTEND and DURATION. */
  length: Length | undefined
  isBusy: boolean
  sequence: number
}

/**
 * Reads an event.
 * @returns no start for an event whose start cannot be read, which is reported unless it takes no
 * time anyway
 */
export function eventOf(entry: Entry, report: Report): Event {
  const { component, zones } = entry
  const uid = uidOf(component)
  const isBusy = takesTime(component)
  const property = propertyOf(component, 'DTSTART')
  const start = property && onlyTimeOf(property, zones)
  if (isBusy && property === undefined)
    report(component.line, 'The event has no DTSTART. It is skipped.', uid)
  else if (isBusy && start === undefined) {
    report(property?.line ?? null, 'DTSTART is no date or time. The event is skipped.', uid)
  }
  const length = start && lengthOf(component, start, zones, report, uid)
  const sequence = Number(valueIn(component, 'SEQUENCE')) || 0
  return { ...entry, uid, start, length, isBusy, sequence }
}

const valueIn = (component: Component, name: string): string => {
  const property = propertyOf(component, name)
  return property === undefined ? '' : textOf(property).toUpperCase()
}

/**
 * Whether an event takes time: RFC 5545, section 3.8.2.7, and where TRANSP is missing what Outlook
 * says of it (MS-OXCICAL, 2.1.3.1.1.20.31).
 */
function takesTime(component: Component): boolean {
  if (valueIn(component, 'STATUS') === 'CANCELLED') return false
  const transparency = valueIn(component, 'TRANSP')
  if (transparency !== '') return transparency !== 'TRANSPARENT'
  return valueIn(component, 'X-MICROSOFT-CDO-BUSYSTATUS') !== 'FREE'
}

/** An event that replaces an occurrence of another. */
interface Override {
  event: Event
  /** The start that the occurrence had. */
  of: Time
  /** Whether it changes all later occurrences too. */
  isFromHereOn: boolean
}

/** The spans of all events of one UID. */
export function* spansOfSeries(entries: Entry[], job: Job): Iterable<Span> {
  const events = entries.map(entry => eventOf(entry, job.report))
  const isChange = ({ component }: Event) => propertyOf(component, 'RECURRENCE-ID') !== undefined
  const masters = events.filter(event => !isChange(event))
  const changes = events.filter(isChange)
  const [master] = masters
  const overrides = changes.flatMap(event => overrideOf(event, master, job.report))
  const newest = new Map<number, number>()
  for (const { event, of } of overrides) {
    newest.set(instantOf(of), Math.max(event.sequence, newest.get(instantOf(of)) ?? 0))
  }
  const isOld = ({ event, of }: Override) => event.sequence < (newest.get(instantOf(of)) ?? 0)
  const old = new Set(overrides.filter(isOld).map(({ event }) => event))
  for (const event of changes) {
    if (!event.isBusy || event.start === undefined || old.has(event)) continue
    yield spanOf(event.start, lengthOrDefault(event.start, event.length ?? master?.length))
  }
  const current = overrides.filter(override => !isOld(override))
  for (const each of masters)
    if (each.start !== undefined) yield* occurrences(each, each.start, current, job)
}

/**
 * None for one whose occurrence is not known, or that cannot be read: then the occurrence stays as
 * it is.
 */
function overrideOf(event: Event, master: Event | undefined, report: Report): Override[] {
  const property = propertyOf(event.component, 'RECURRENCE-ID')
  const of = property && onlyTimeOf(property, event.zones, master?.start?.zone)
  if (property === undefined) return []
  if (of === undefined) {
    report(
      property.line,
      'RECURRENCE-ID is no date or time. The event is read in addition to its series.',
      event.uid,
    )
    return []
  }
  if (event.isBusy && event.start === undefined) return []
  return [
    { event, of, isFromHereOn: parameterOf(property, 'RANGE')?.toUpperCase() === 'THISANDFUTURE' },
  ]
}

function* occurrences(master: Event, start: Time, overrides: Override[], job: Job): Iterable<Span> {
  const { component, zones, uid } = master
  const report = ({ line }: Property, message: string) => job.report(line, message, uid)
  const length = lengthOrDefault(start, master.length)
  const ranges = rangesOf(overrides)
  const isExcluded = exclusionOf(start, [
    ...excludedTimes(component, start, zones, report),
    ...overrides.map(({ of }) => of),
  ])

  /** What is taken by the occurrence at a time. */
  const occurrenceAt = (time: Time, own?: Length): Span | undefined => {
    spend(job.budget, STEPS_OF_OCCURRENCE)
    const instant = instantOf(time)
    if (isExcluded(time.wall, instant)) return undefined
    const range = ranges.findLast(({ at }) => at < instant)
    if (range === undefined)
      return master.isBusy ? spanOf(time, lengthOrDefault(time, own ?? length)) : undefined
    if (!range.isBusy) return undefined
    const moved = range.start === undefined ? time : movedBy(range.start, range.delta, instant)
    return spanOf(moved, lengthOrDefault(moved, range.length ?? own ?? length))
  }

  const taken = occurrenceAt(start)
  if (taken !== undefined) yield taken
  for (const property of propertiesOf(component, 'RDATE')) {
    for (const text of textOf(property).split(',')) {
      const { start: time, length: own } = periodOf(
        text,
        property,
        zones,
        start.isDate ? undefined : start.zone,
      )
      if (time === undefined) report(property, 'RDATE has a value that is no date, time or period.')
      // A date of an event that has times: its time of day is not known.
      const added =
        time && occurrenceAt(time, own ?? (time.isDate && !start.isDate ? WHOLE_DAY : undefined))
      if (added !== undefined) yield added
    }
  }

  const longest = Math.max(
    atMostMs(length),
    ...ranges.map(range => (range.length ? atMostMs(range.length) : 0)),
  )
  const latest = Math.max(0, ...ranges.map(({ delta }) => delta))
  // Two days for zones, and one for an occurrence that reaches into the window.
  const firstDay = Math.floor((job.from - longest - latest) / DAY_MS) - 3
  const range = { firstDay, lastDay: Math.floor(job.until / DAY_MS) + 2 }
  const first = wallTimeAt(start.wall)
  const rulesOf = (name: string) =>
    propertiesOf(component, name).flatMap(property => {
      const rule = ruleIn(textOf(property), message => report(property, message))
      return rule === undefined
        ? []
        : [{ rule: countable(rule, firstDay - first.day, job, property), property }]
    })
  const timeAt = (time: WallTime): Time => ({ ...start, wall: wallOf(time) })

  const excluded = new Set<number>()
  for (const { rule, property } of rulesOf('EXRULE')) {
    for (const time of matchesOf(rule, first, range, job.budget, pastUntil(rule, start))) {
      if (time.spread === undefined) excluded.add(wallOf(time))
      else report(property, 'EXRULE has too many times on a day. They are not excluded.')
    }
  }
  for (const { rule, property } of rulesOf('RRULE')) {
    let isReported = false
    for (const found of occurrencesOf(rule, first, range, job.budget, pastUntil(rule, start))) {
      const time = timeAt(found)
      // No zone is a day from UTC.
      if (time.wall + DAY_MS + longest + latest < job.from || excluded.has(time.wall)) continue
      if (instantOf(time) >= job.until) break
      if (found.spread === undefined) {
        const span = occurrenceAt(time)
        if (span !== undefined) yield span
      } else if (master.isBusy) {
        if (!isReported) report(property, TOO_OFTEN)
        isReported = true
        const last = timeAt({ ...found, second: found.second + found.spread })
        yield { start: instantOf(time), end: spanOf(last, length).end }
      }
    }
  }
}

const WHOLE_DAY: Length = { kind: 'nominal', days: 1, ms: 0 }
const TOO_OFTEN = `RRULE has more than ${MAX_TIMES_OF_DAY} times on a day. The time between them is read as busy.`

/** A rule whose COUNT is left out, so that it does not end, where counting would take too long. */
function countable(rule: Rule, days: number, { counting, report }: Job, { line }: Property): Rule {
  if (rule.count === undefined || days <= 0) return rule
  if (days <= counting.days) {
    counting.days -= days
    return rule
  }
  report(line, 'COUNT begins too long ago to be counted. The rule is read as one without an end.')
  const { count: _, ...endless } = rule
  return endless
}

/** Changes of all occurrences from one on, in order. */
function rangesOf(overrides: Override[]) {
  return overrides
    .filter(({ isFromHereOn }) => isFromHereOn)
    .map(({ of, event: { start, length, isBusy } }) => {
      const at = instantOf(of)
      return {
        at,
        start,
        length,
        isBusy,
        delta: start === undefined ? 0 : start.wall - wallAt(start.zone, at),
      }
    })
    .toSorted((a, b) => a.at - b.at)
}

/** An occurrence on the clock of a changed one, as much later as that. */
const movedBy = (like: Time, delta: number, instant: number): Time => ({
  ...like,
  wall: wallAt(like.zone, instant) + delta,
})

function excludedTimes(
  component: Component,
  start: Time,
  zones: Zones,
  report: (property: Property, message: string) => void,
): Time[] {
  return propertiesOf(component, 'EXDATE').flatMap(property =>
    textOf(property)
      .split(',')
      .flatMap(text => {
        const time = timeOf(text, property, zones, start.isDate ? undefined : start.zone)
        if (time === undefined)
          report(property, 'EXDATE has a value that is no date or time. It excludes nothing.')
        return time ?? []
      }),
  )
}

/**
 * Whether an occurrence is one of those that the times name: instants, whatever their zones, and
 * dates, which name all occurrences of a day. Programs name days by their midnight too.
 */
function exclusionOf(start: Time, times: Time[]): (wall: number, instant: number) => boolean {
  const days = new Set<number>()
  const instants = new Set<number>()
  for (const time of times) {
    if (!time.isDate) instants.add(instantOf(time))
    if (time.isDate || (start.isDate && time.wall % DAY_MS === 0))
      days.add(Math.floor(time.wall / DAY_MS))
  }
  return (wall, instant) => instants.has(instant) || days.has(Math.floor(wall / DAY_MS))
}

/** Whether a time lies after the UNTIL of a rule, which names a day or an instant. */
function pastUntil({ until }: Rule, start: Time): (time: WallTime) => boolean {
  if (until === undefined) return () => false
  const lastDay = Math.floor(until.wall / DAY_MS)
  if (until.isDate) return ({ day }) => day > lastDay
  const last =
    until.offset === undefined
      ? instantOf({ ...start, wall: until.wall })
      : until.wall - until.offset
  const isAfter = (time: WallTime) => instantOf({ ...start, wall: wallOf(time) }) > last
  return start.isDate ? time => time.day > lastDay && isAfter(time) : isAfter
}
