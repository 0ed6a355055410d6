// The lines of an iCalendar file (RFC 5545, section 3.1), cut down to what decides which time is
// taken. Costs one pass over the bytes, whatever is in them.

import { DAY_MS } from '../time.ts'
import type { Report } from './problems.ts'
import { durationIn, timeIn } from './property-values.ts'

/** Components within one another; a calendar has an alarm within an event within itself. */
const MAX_DEPTH = 8
/** Zones differ by less, so that a date without its zone can be compared with an instant. */
const MARGIN_MS = 2 * DAY_MS

/** A property as the file has it. */
export interface Property {
  name: string
  line: number
  /** Its parameters and its value, from the `;` or `:` behind the name on. */
  rest: string
}

/** A component with those of its properties and parts that are read. */
export interface Component {
  name: string
  line: number
  properties: Property[]
  parts: Component[]
}

const OBSERVANCE = ['DTSTART', 'RRULE', 'RDATE', 'TZOFFSETFROM', 'TZOFFSETTO']
/** What is read of which component. */
const READ = new Map<string, Set<string>>(
  Object.entries({
    VCALENDAR: ['X-WR-TIMEZONE'],
    VEVENT: [
      ...['UID', 'SEQUENCE', 'DTSTART', 'DTEND', 'DURATION', 'RECURRENCE-ID'],
      ...['RRULE', 'RDATE', 'EXRULE', 'EXDATE', 'STATUS', 'TRANSP', 'X-MICROSOFT-CDO-BUSYSTATUS'],
    ],
    VFREEBUSY: ['UID', 'FREEBUSY'],
    VTIMEZONE: ['TZID', 'X-LIC-LOCATION'],
    STANDARD: OBSERVANCE,
    DAYLIGHT: OBSERVANCE,
  }).map(([name, properties]) => [name, new Set(properties)]),
)
/** Components that stand in a calendar itself, never within one another. */
const ENTRIES = new Set(['VEVENT', 'VFREEBUSY', 'VTIMEZONE', 'VTODO', 'VJOURNAL'])
const REPEATING = new Set(['RRULE', 'RDATE', 'RECURRENCE-ID'])

/**
 * The calendars of a file, without what cannot take time in the window.
 * @throws Error when the file has no calendar, ends within one, or nests components too deeply.
 */
export function calendarsIn(
  bytes: Uint8Array,
  window: { from: number; until: number },
  report: Report,
): Component[] {
  const calendars: Component[] = []
  const open: Component[] = []

  const close = () => {
    const ending = open.pop()
    const parent = open.at(-1)
    if (ending === undefined) return
    if (ending.name === 'VCALENDAR') calendars.push(ending)
    else if (
      parent !== undefined &&
      isPart(ending, parent) &&
      (ending.name !== 'VEVENT' || canMatter(ending, window))
    ) {
      parent.parts.push(ending)
    }
  }
  /**
   * Closes components down to a depth, those above the first of them because their own END is
   * missing.
   */
  const closeTo = (depth: number, expected: number) => {
    while (open.length > depth) {
      const last = open.at(-1)
      if (open.length > expected)
        report(last?.line ?? null, `${last?.name.slice(0, 30)} has no END.`, uidOf(last))
      close()
    }
  }

  for (const { text, line } of linesOf(bytes)) {
    const property = propertyIn(text, line)
    if (property.name === 'BEGIN') {
      const name = textOf(property).toUpperCase()
      if (name === 'VCALENDAR') closeTo(0, 0)
      else if (ENTRIES.has(name) && open.length > 1) closeTo(1, 1)
      open.push({ name, line, properties: [], parts: [] })
      if (open.length > MAX_DEPTH) throw new Error(`nests components more than ${MAX_DEPTH} deep`)
    } else if (property.name === 'END') {
      const name = textOf(property).toUpperCase()
      const at = open.findLastIndex(component => component.name === name)
      if (at < 0) report(line, 'END without BEGIN.')
      else closeTo(at, at + 1)
    } else {
      const component = open.at(-1)
      if (component === undefined) continue
      const read = READ.get(component.name)
      if (read === undefined) continue
      if (!text.includes(':')) report(line, 'The line has no colon.', uidOf(component))
      if (read.has(property.name)) component.properties.push(property)
    }
  }
  if (open.some(({ name }) => name === 'VCALENDAR'))
    throw new Error('ends before END:VCALENDAR, so it is incomplete')
  if (calendars.length === 0) throw new Error('is no iCalendar file')
  return calendars
}

const isPart = ({ name }: Component, parent: Component): boolean =>
  parent.name === 'VCALENDAR'
    ? name === 'VEVENT' || name === 'VFREEBUSY' || name === 'VTIMEZONE'
    : parent.name === 'VTIMEZONE' && (name === 'STANDARD' || name === 'DAYLIGHT')

/** The first property of a name. */
export const propertyOf = (component: Component | undefined, name: string): Property | undefined =>
  component?.properties.find(property => property.name === name)

export const propertiesOf = (component: Component, name: string): Property[] =>
  component.properties.filter(property => property.name === name)

export function uidOf(component: Component | undefined): string | undefined {
  const property = propertyOf(component, 'UID')
  return property && textOf(property)
}

// A name and, where the colon is missing, what separates it from its value.
const NAME = /^([\w-]+)(?:[ \t]*=|[ \t]+(?![;:]))?[ \t]*/

function propertyIn(text: string, line: number): Property {
  const end = text.search(/[:;]/)
  const name = NAME.exec(end < 0 ? text : text.slice(0, end))
  const before = text.slice(0, Math.max(end, 0)).trim()
  if (end >= 0 && (name === null || name[0].trim() === before)) {
    return { name: before.toUpperCase(), line, rest: text.slice(end) }
  }
  if (name === null) return { name: '', line, rest: ':' }
  return { name: name[1]?.toUpperCase() ?? '', line, rest: `:${text.slice(name[0].length)}` }
}

/** What stands behind the parameters; a quoted parameter may hold colons. */
export const textOf = ({ rest }: Property): string => rest.slice(valueAt(rest) + 1).trim()

/**
 * The same for values that have no colon themselves, whatever is wrong with the quotes of
 * parameters.
 */
export const lastTextOf = ({ rest }: Property): string =>
  rest.slice(rest.lastIndexOf(':') + 1).trim()

function valueAt(rest: string): number {
  let isQuoted = false
  for (let at = 0; at < rest.length; at++) {
    if (rest[at] === '"') isQuoted = !isQuoted
    else if (rest[at] === ':' && !isQuoted) return at
  }
  const first = rest.indexOf(':')
  return first < 0 ? rest.length : first
}

/** A parameter of a property, without its quotes. */
export function parameterOf({ rest }: Property, name: string): string | undefined {
  const parameters = [...rest.slice(0, valueAt(rest)).matchAll(PARAMETER)]
  const [, , quoted, plain] =
    parameters.find(([, each]) => each?.toUpperCase() === name.toUpperCase()) ?? []
  return (quoted ?? plain)?.trim()
}

const PARAMETER = /;\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^;]*))/g

const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9

/**
 * Lines with their continuations joined, and their numbers. Joined as bytes, since a fold may split
 * a character. Lines may end in CR LF, LF or CR.
 */
function* linesOf(file: Uint8Array): Generator<{ text: string; line: number }> {
  const bytes = inUtf8(file)
  const joined = Buffer.allocUnsafe(bytes.length)
  let at = 0
  let line = 1
  while (at < bytes.length) {
    const first = line
    let length = 0
    for (;;) {
      while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR)
        joined[length++] = bytes[at++] ?? 0
      // CR CR LF is one end: a file whose ends were converted twice.
      while (bytes[at] === CR && (bytes[at + 1] === CR || bytes[at + 1] === LF)) at++
      at++
      line++
      if (bytes[at] !== SPACE && bytes[at] !== TAB) break
      at++
    }
    const text = joined.toString('utf8', 0, length).replace(/^\ufeff/, '')
    if (text.trim() !== '') yield { text, line: first }
  }
}

/** A file in UTF-16 with or without a byte order mark, as UTF-8. */
function inUtf8(bytes: Uint8Array): Buffer {
  const [a, b] = bytes
  const encoding =
    (a === 0xff && b === 0xfe) || (a !== 0 && b === 0)
      ? 'utf-16le'
      : (a === 0xfe && b === 0xff) || a === 0
        ? 'utf-16be'
        : null
  if (encoding !== null) return Buffer.from(new TextDecoder(encoding).decode(bytes))
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * Whether an event can take time in the window; true for one that cannot be read, which is reported
 * later.
 */
function canMatter(event: Component, { from, until }: { from: number; until: number }): boolean {
  const timeOf = (name: string) => {
    const property = propertyOf(event, name)
    return property && timeIn(lastTextOf(property))?.wall
  }
  if (event.properties.some(({ name }) => REPEATING.has(name))) return true
  const start = timeOf('DTSTART')
  if (start === undefined) return true
  if (start - MARGIN_MS >= until) return false
  const duration = propertyOf(event, 'DURATION')
  const length = duration && durationIn(textOf(duration))
  const end = Math.max(
    start + DAY_MS,
    timeOf('DTEND') ?? 0,
    length ? start + length.days * DAY_MS + length.ms : 0,
  )
  return end + MARGIN_MS > from
}
