// What an iCalendar file (RFC 5545) says is taken. Pure: bytes in, spans out.
//
// The file is a stranger's, so this runs in a worker thread with a deadline (src/untrusted/bounded.ts), and what it
// does is bounded by the size of the file and the days of the window.

import ICAL from 'ical.js'
import { DateTime, IANAZone } from 'luxon'
import { essentialsOf } from './content.ts'
import { type Budget, dayNumber, occurrencesOf, spend, type WallTime } from './recurrence.ts'

/** Time that is taken, half-open, in milliseconds since 1970. */
export interface Span {
  start: number
  end: number
}

/** Which spans are wanted, and how to read times that name no zone. */
export interface Reading {
  from: number
  until: number
  /** IANA zone of whose calendar it is, for days and for times without a zone. */
  zone: string
}

/** Days and times of day that the rules of one file may ask to look at. */
const MAX_STEPS = 2_000_000
/** What an occurrence costs of these. */
const STEPS_OF_OCCURRENCE = 100
export const MOST_SPANS = 10_000
const DAY_MS = 24 * 60 * 60_000
/** Up to this length an end is computed on the wall clock; beyond it, an hour's change does not matter. */
const MAX_WALL_LENGTH_SECONDS = 400 * 24 * 60 * 60
const DAY_SECONDS = DAY_MS / 1_000

/**
 * The spans of a calendar's events, in order and without overlaps. Events that are cancelled, or that say that they take no
 * time, do not count. An event of whole days takes the days of the calendar's zone.
 * @throws Error that says in a few words why the text cannot be used. An event that cannot be read fails the whole
 * file: leaving it out would show its time as free.
 */
export function spansIn(text: string, reading: Reading): Span[] {
  const calendar = calendarIn(essentialsOf(text, reading))
  const own = calendar.getFirstPropertyValue('x-wr-timezone')
  const zone = typeof own === 'string' && isZone(own) ? own : reading.zone
  const budget = { steps: MAX_STEPS }
  const spans: Span[] = []
  for (const event of readable(() => eventsIn(calendar))) {
    for (const span of occurrences(event, { ...reading, zone }, budget)) {
      if (!Number.isFinite(span.start) || !Number.isFinite(span.end)) throw new Error(UNREADABLE)
      if (span.end <= reading.from || span.start >= reading.until || span.end <= span.start) continue
      spans.push(span)
      if (spans.length > MOST_SPANS) throw new Error(`has more than ${MOST_SPANS} events`)
    }
  }
  return merged(spans)
}

const UNREADABLE = 'has an event that cannot be read'

/** What ical.js makes of an event. @throws Error that says that it can make nothing of it. */
function readable<T>(read: () => T): T {
  try {
    return read()
  } catch {
    throw new Error(UNREADABLE)
  }
}

function calendarIn(text: string): ICAL.Component {
  try {
    const parsed = new ICAL.Component(ICAL.parse(text))
    if (parsed.name === 'vcalendar') return parsed
  } catch {
    // Said below.
  }
  throw new Error('is no iCalendar file')
}

/** Events, each with those that change single occurrences of it. */
function eventsIn(calendar: ICAL.Component): ICAL.Event[] {
  const components = calendar.getAllSubcomponents('vevent')
  const isChange = (component: ICAL.Component) => component.hasProperty('recurrence-id')
  const events = components.filter(component => !isChange(component)).map(component => new ICAL.Event(component))
  const byUid = new Map(events.map(event => [event.uid, event]))
  for (const component of components.filter(isChange)) {
    const change = new ICAL.Event(component)
    const event = byUid.get(change.uid)
    if (event === undefined) events.push(change)
    else event.relateException(change)
  }
  return events
}

function* occurrences(event: ICAL.Event, reading: Reading, budget: Budget): Iterable<Span> {
  if (!readable(() => event.isRecurring())) {
    if (readable(() => takesTime(event))) yield readable(() => spanOf(event, reading))
    return
  }
  const { rules, dates, excluded } = readable(() => recurrenceOf(event, reading))
  const seconds = readable(() => lengthOf(event))
  for (const { start, span } of dates) {
    if (!excluded(start)) yield readable(() => span ?? occurrenceAt(event, start, seconds, reading)) ?? NOTHING
  }
  const wall = readable(() => wallOf(event.startDate))
  // Two days for zones, and one for an occurrence that reaches into the window.
  const range = {
    firstDay: Math.floor((reading.from - seconds * 1_000) / DAY_MS) - 3,
    lastDay: Math.floor(reading.until / DAY_MS) + 2,
  }
  for (const rule of rules) {
    for (const found of occurrencesOf(rule, wall, range, budget)) {
      // No zone is a day from UTC.
      if ((found.day + 1) * DAY_MS + (found.second + seconds) * 1_000 < reading.from) continue
      spend(budget, STEPS_OF_OCCURRENCE)
      const start = readable(() => timeAt(found, event.startDate))
      if (readable(() => isPast(rule, start, event, reading))) break
      if (readable(() => excluded(start))) continue
      yield readable(() => occurrenceAt(event, start, seconds, reading)) ?? NOTHING
    }
  }
}

/** An empty span, which takes no time. */
const NOTHING: Span = { start: 0, end: 0 }

interface Recurrence {
  rules: ICAL.Recur[]
  /** RDATE: starts, or periods with their own end. */
  dates: { start: ICAL.Time; span?: Span }[]
  /** EXDATE. */
  excluded(start: ICAL.Time): boolean
}

function recurrenceOf(event: ICAL.Event, reading: Reading): Recurrence {
  const valuesOf = (name: string): unknown[] =>
    event.component.getAllProperties(name).flatMap((property): unknown[] => property.getValues())
  const days = new Set<string>()
  const instants = new Set<number>()
  for (const value of valuesOf('exdate')) {
    if (!(value instanceof ICAL.Time)) throw new Error(UNREADABLE)
    if (value.isDate) days.add(dateText(value))
    else instants.add(instantOf(value, event, reading))
  }
  const rules = valuesOf('rrule').filter(value => value instanceof ICAL.Recur)
  const dates = valuesOf('rdate').map(value => {
    if (value instanceof ICAL.Time) return { start: value }
    if (!(value instanceof ICAL.Period)) throw new Error(UNREADABLE)
    return {
      start: value.start,
      span: {
        start: instantOf(value.start, event, reading),
        end: instantOf(value.getEnd(), event, reading),
      },
    }
  })
  if (rules.length === 0) dates.push({ start: event.startDate })
  return {
    rules,
    dates,
    excluded: start => days.has(dateText(start)) || instants.has(instantOf(start, event, reading)),
  }
}

const dateText = ({ year, month, day }: ICAL.Time): string => `${year}-${month}-${day}`

const wallOf = ({ year, month, day, hour, minute, second, isDate }: ICAL.Time): WallTime => ({
  day: dayNumber(year, month, day),
  second: isDate ? 0 : hour * 3_600 + minute * 60 + second,
})

/** A wall time as ical.js has it, in the zone of another. */
function timeAt({ day, second }: WallTime, like: ICAL.Time): ICAL.Time {
  const date = new Date(day * DAY_MS)
  const time = new ICAL.Time(
    {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      ...(!like.isDate && {
        hour: Math.floor(second / 3_600),
        minute: Math.floor(second / 60) % 60,
        second: second % 60,
      }),
      isDate: like.isDate,
    },
    like.zone,
  )
  return time
}

/** Whether a start lies after the end of its rule, or of the window. */
function isPast({ until }: ICAL.Recur, start: ICAL.Time, event: ICAL.Event, reading: Reading): boolean {
  if (instantOf(start, event, reading) >= reading.until) return true
  if (!(until instanceof ICAL.Time)) return false
  if (until.isDate) return wallOf(start).day > wallOf(until).day
  return instantOf(start, event, reading) > instantOf(until, event, reading)
}

/** One occurrence, as it was changed if it was; undefined when it takes no time. */
function occurrenceAt(event: ICAL.Event, start: ICAL.Time, seconds: number, reading: Reading): Span | undefined {
  const hasChanges = Object.keys(event.exceptions).length > 0
  if (!hasChanges) return takesTime(event) ? spanFrom(start, seconds, event, reading) : undefined
  const utc = start.convertToZone(ICAL.Timezone.utcTimezone).toString()
  const change: unknown = Reflect.get(event.exceptions, start.toString()) ?? Reflect.get(event.exceptions, utc)
  if (change instanceof ICAL.Event) return takesTime(change) ? spanOf(change, reading) : undefined
  if (event.rangeExceptions.length === 0) return takesTime(event) ? spanFrom(start, seconds, event, reading) : undefined
  const { item, startDate, endDate } = event.getOccurrenceDetails(start)
  if (!takesTime(item)) return undefined
  return { start: instantOf(startDate, item, reading), end: instantOf(endDate, item, reading) }
}

function takesTime({ component }: ICAL.Event): boolean {
  const value = (name: string) => String(component.getFirstPropertyValue(name) ?? '').toUpperCase()
  return value('transp') !== 'TRANSPARENT' && value('status') !== 'CANCELLED'
}

/** How long an event lasts, in seconds of the wall clock. */
function lengthOf(event: ICAL.Event): number {
  const duration = event.component.getFirstPropertyValue('duration')
  if (duration instanceof ICAL.Duration) return duration.toSeconds()
  if (event.component.hasProperty('dtend')) return event.endDate.subtractDateTz(event.startDate).toSeconds()
  return event.startDate.isDate ? DAY_SECONDS : 0
}

/** The span of an event that does not repeat. */
function spanOf(event: ICAL.Event, reading: Reading): Span {
  if (!event.component.hasProperty('dtend')) return spanFrom(event.startDate, lengthOf(event), event, reading)
  return { start: instantOf(event.startDate, event, reading), end: instantOf(event.endDate, event, reading) }
}

function spanFrom(from: ICAL.Time, seconds: number, event: ICAL.Event, reading: Reading): Span {
  const start = instantOf(from, event, reading)
  if (seconds > MAX_WALL_LENGTH_SECONDS) return { start, end: start + seconds * 1_000 }
  const end = from.clone()
  end.adjust(Math.floor(seconds / DAY_SECONDS), 0, 0, seconds % DAY_SECONDS)
  return { start, end: instantOf(end, event, reading) }
}

/** An instant. Zones that the file does not describe are looked up by their names; times without any are the calendar's. */
function instantOf(time: ICAL.Time, event: ICAL.Event, { zone }: Reading): number {
  const isFloating = time.isDate || time.zone === ICAL.Timezone.localTimezone
  if (!isFloating) return time.toUnixTime() * 1_000
  const named: unknown = event.component.getFirstProperty('dtstart')?.getFirstParameter('tzid')
  const local = !time.isDate && typeof named === 'string' && isZone(named) ? named : zone
  const { year, month, day, hour, minute, second } = time
  const wall = time.isDate ? { year, month, day } : { year, month, day, hour, minute, second }
  return DateTime.fromObject(wall, { zone: local }).toMillis()
}

const MAX_ZONES_KEPT = 1_000
const zones = new Map<string, boolean>()

/** Whether a name is a zone. Remembered, since luxon builds a date formatter for each question: a millisecond. */
function isZone(name: string): boolean {
  const known = zones.get(name)
  if (known !== undefined) return known
  if (zones.size >= MAX_ZONES_KEPT) zones.clear()
  const isOne = IANAZone.isValidZone(name)
  zones.set(name, isOne)
  return isOne
}

function merged(spans: Span[]): Span[] {
  const result: Span[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1)
    if (last !== undefined && span.start <= last.end) last.end = Math.max(last.end, span.end)
    else result.push({ ...span })
  }
  return result
}
