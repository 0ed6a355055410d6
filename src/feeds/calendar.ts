// What an iCalendar file (RFC 5545) says is taken. Pure: text in, spans out.

import ICAL from 'ical.js'
import { DateTime, IANAZone } from 'luxon'

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

/** A rule that repeats each second since 1970 has no end that anybody waits for. */
const MOST_STEPS = 100_000
export const MOST_SPANS = 10_000

/**
 * The spans of a calendar's events, in order and without overlaps. Events that are cancelled, or that say that they take no
 * time, do not count. An event of whole days takes the days of the calendar's zone.
 * @throws Error that says in a few words why the text is no calendar, or has too much in it.
 */
export function spansIn(text: string, reading: Reading): Span[] {
  const calendar = calendarIn(text)
  const own = calendar.getFirstPropertyValue('x-wr-timezone')
  const zone = typeof own === 'string' && IANAZone.isValidZone(own) ? own : reading.zone
  const budget = { steps: MOST_STEPS }
  const spans: Span[] = []
  for (const event of eventsIn(calendar)) {
    for (const span of occurrences(event, { ...reading, zone }, budget)) {
      if (span.end <= reading.from || span.start >= reading.until || span.end <= span.start) continue
      spans.push(span)
      if (spans.length > MOST_SPANS) throw new Error(`has more than ${MOST_SPANS} events`)
    }
  }
  return merged(spans)
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

function* occurrences(event: ICAL.Event, reading: Reading, budget: { steps: number }): Iterable<Span> {
  if (!event.isRecurring()) {
    if (takesTime(event)) yield spanOf(event.startDate, event.endDate, event, reading)
    return
  }
  const iterator = event.iterator()
  for (let next = iterator.next(); next != null; next = iterator.next()) {
    if (budget.steps-- <= 0) throw new Error('repeats too often')
    const { item, startDate, endDate } = event.getOccurrenceDetails(next)
    if (instantOf(next, event, reading) >= reading.until) return
    if (takesTime(item)) yield spanOf(startDate, endDate, item, reading)
  }
}

function takesTime({ component }: ICAL.Event): boolean {
  const value = (name: string) => String(component.getFirstPropertyValue(name) ?? '').toUpperCase()
  return value('transp') !== 'TRANSPARENT' && value('status') !== 'CANCELLED'
}

const spanOf = (start: ICAL.Time, end: ICAL.Time, event: ICAL.Event, reading: Reading): Span => ({
  start: instantOf(start, event, reading),
  end: instantOf(end, event, reading),
})

/** An instant. Zones that the file does not describe are looked up by their names; times without any are the calendar's. */
function instantOf(time: ICAL.Time, event: ICAL.Event, { zone }: Reading): number {
  const isFloating = time.isDate || time.zone === ICAL.Timezone.localTimezone
  if (!isFloating) return time.toUnixTime() * 1_000
  const named = event.component.getFirstProperty('dtstart')?.getFirstParameter('tzid')
  const local = !time.isDate && named !== undefined && IANAZone.isValidZone(named) ? named : zone
  const { year, month, day, hour, minute, second } = time
  const wall = time.isDate ? { year, month, day } : { year, month, day, hour, minute, second }
  return DateTime.fromObject(wall, { zone: local }).toMillis()
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
