// Times and lengths of components, with their zones.

import { DAY_MS } from '../time.ts'
import {
  type Component,
  lastTextOf,
  type Property,
  parameterOf,
  propertyOf,
  textOf,
} from './content.ts'
import type { Report } from './problems.ts'
import { durationIn, timeIn } from './property-values.ts'
import { fixedZone, instantAt, type Zone } from './zones.ts'

/** Time that is taken, half-open, in milliseconds since 1970. */
export interface Span {
  start: number
  end: number
}

/** A time of a calendar. */
export interface Time {
  /** What its clock shows, in milliseconds since 1970-01-01T00:00 of that clock. */
  wall: number
  isDate: boolean
  zone: Zone
}

/** Zones of one calendar. */
export interface Zones {
  /** By the TZID of a property; undefined for one that cannot be read, which is reported. */
  of(tzid: string, line: number): Zone | undefined
  /** Of times that name none. */
  floating: Zone
  /** Of days. */
  days: Zone
}

export const instantOf = ({ zone, wall }: Time): number => instantAt(zone, wall)

/**
 * A time of a property; undefined for text that is none. Times without a zone are in the given one.
 */
export function timeOf(
  text: string,
  property: Property,
  zones: Zones,
  floating = zones.floating,
): Time | undefined {
  const found = timeIn(text)
  if (found === undefined) return undefined
  const { wall, isDate, offset } = found
  if (isDate) return { wall, isDate, zone: zones.days }
  if (offset !== undefined) return { wall, isDate, zone: fixedZone(offset) }
  const tzid = parameterOf(property, 'TZID')
  return { wall, isDate, zone: (tzid && zones.of(tzid, property.line)) || floating }
}

/** The time of a property that has one. */
export const onlyTimeOf = (property: Property, zones: Zones, floating?: Zone): Time | undefined =>
  timeOf(textOf(property), property, zones, floating) ??
  timeOf(lastTextOf(property), property, zones, floating)

/**
 * How long something lasts: exactly, in days and exact time after them, or to the end of the day on
 * which it begins.
 */
export type Length =
  | { kind: 'exact'; ms: number }
  | { kind: 'nominal'; days: number; ms: number }
  | { kind: 'restOfDay' }

const REST_OF_DAY: Length = { kind: 'restOfDay' }

export const atMostMs = (length: Length): number =>
  length.kind === 'exact'
    ? length.ms
    : length.kind === 'nominal'
      ? length.days * DAY_MS + length.ms
      : DAY_MS

/** The end of something that begins at a time. */
export function endOf({ wall, zone }: Time, length: Length): number {
  if (length.kind === 'exact') return instantAt(zone, wall) + length.ms
  if (length.kind === 'nominal') return instantAt(zone, wall + length.days * DAY_MS) + length.ms
  return instantAt(zone, (Math.floor(wall / DAY_MS) + 1) * DAY_MS)
}

export const spanOf = (start: Time, length: Length): Span => ({
  start: instantOf(start) - (start.zone.doubtMs ?? 0),
  end: endOf(start, length),
})

/**
 * The length of an event (RFC 5545, sections 3.6.1 and 3.8.5.3): exact with DTEND, nominal with
 * DURATION. An end that cannot be read or lies before the start is reported, and the event lasts
 * until the end of its first day.
 * @returns undefined for an event that has neither DTEND nor DURATION
 */
export function lengthOf(
  event: Component,
  start: Time,
  zones: Zones,
  report: Report,
  uid?: string,
): Length | undefined {
  const end = propertyOf(event, 'DTEND')
  const duration = propertyOf(event, 'DURATION')
  const doubtful = ({ line }: Property, what: string): Length => {
    report(line, `${what} The event is read as busy until the end of its first day.`, uid)
    return REST_OF_DAY
  }
  if (end !== undefined) {
    const time = onlyTimeOf(end, zones, start.isDate ? undefined : start.zone)
    if (time !== undefined) return between(start, time) ?? doubtful(end, 'DTEND is before DTSTART.')
    if (duration === undefined) return doubtful(end, 'DTEND is no date or time.')
  }
  if (duration === undefined) return undefined
  const length = durationIn(textOf(duration))
  return length
    ? { kind: 'nominal', ...length }
    : doubtful(duration, 'DURATION is no positive duration.')
}

function between(start: Time, end: Time): Length | undefined {
  if (start.isDate && end.isDate) {
    const days = (end.wall - start.wall) / DAY_MS
    return days < 0 ? undefined : { kind: 'nominal', days, ms: 0 }
  }
  const ms = instantOf(end) - instantOf(start)
  return ms < 0 ? undefined : { kind: 'exact', ms }
}

/**
 * The length that an event has: days last a day at least, and times without an end none (RFC 5545,
 * section 3.6.1).
 */
export const lengthOrDefault = (start: Time, length: Length | undefined): Length =>
  start.isDate && (length === undefined || atMostMs(length) === 0)
    ? { kind: 'nominal', days: 1, ms: 0 }
    : (length ?? { kind: 'exact', ms: 0 })

/** A PERIOD (RFC 5545, section 3.3.9); its start alone when its end cannot be read. */
export function periodOf(text: string, property: Property, zones: Zones, floating?: Zone) {
  const [first = '', second] = text.split('/')
  const start = timeOf(first, property, zones, floating)
  if (start === undefined || second === undefined) return { start }
  const end = timeOf(second, property, zones, floating)
  const duration = durationIn(second)
  return {
    start,
    length: end ? between(start, end) : duration && { kind: 'nominal' as const, ...duration },
  }
}
