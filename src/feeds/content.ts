// The lines of an iCalendar file (RFC 5545, section 3.1), cut down to what decides which time is taken.

/** Components within one another; a calendar has an alarm within an event within itself. */
const MAX_DEPTH = 8
const DAY_MS = 24 * 60 * 60_000
/** Zones differ by less, so that a date without its zone can be compared with an instant. */
const MARGIN_MS = 2 * DAY_MS
/** A century: longer than any window, and short enough to be added to a date step by step. */
const MAX_DURATION_MS = 36_500 * DAY_MS

const EVENT_PROPERTIES = new Set([
  'UID',
  'DTSTART',
  'DTEND',
  'DURATION',
  'RRULE',
  'RDATE',
  'EXDATE',
  'RECURRENCE-ID',
  'STATUS',
  'TRANSP',
])
const REPEATING = new Set(['RRULE', 'RDATE', 'RECURRENCE-ID'])

/**
 * The same calendar without what cannot take time in the window: events that do not repeat and lie outside it,
 * descriptions, attendees, alarms, tasks. Costs one pass over the text, whatever is in it.
 * @throws Error for components that do not close or are nested too deeply.
 */
export function essentialsOf(text: string, window: { from: number; until: number }): string {
  const kept: string[] = []
  const open: string[] = []
  let event: Map<string, string[]> | undefined
  for (const line of linesOf(text)) {
    const name = nameOf(line)
    if (name === 'BEGIN') {
      open.push(textOf(line))
      if (open.length > MAX_DEPTH) throw new Error(`nests components more than ${MAX_DEPTH} deep`)
      if (isEvent(open)) event = new Map()
      else if (isKept(open)) kept.push(line)
    } else if (name === 'END') {
      const ending = isEvent(open) ? event : undefined
      const wasKept = isKept(open)
      if (open.pop() !== textOf(line)) throw new Error('is no iCalendar file')
      if (ending !== undefined && canMatter(ending, window)) {
        kept.push('BEGIN:VEVENT', ...[...ending.values()].flat(), 'END:VEVENT')
      }
      if (wasKept) kept.push(line)
    } else if (isEvent(open)) {
      if (event !== undefined && EVENT_PROPERTIES.has(name)) {
        event.set(name, [...(event.get(name) ?? []), name === 'DURATION' ? bounded(line) : line])
      }
    } else if (open.length === 0 || (isKept(open) && isKeptProperty(open, name, line))) kept.push(line)
  }
  if (open.length > 0) throw new Error('is no iCalendar file')
  return kept.join('\r\n')
}

const isEvent = (open: string[]): boolean => open.length === 2 && open[1] === 'VEVENT'

/** The calendar itself, and its zones with their parts. */
const isKept = (open: string[]): boolean => open.length === 1 || (open.length > 1 && open[1] === 'VTIMEZONE')

/**
 * Of the calendar only its zone is used. Zones change once or twice a year: other rules could only cost time.
 */
function isKeptProperty(open: string[], name: string, line: string): boolean {
  if (open.length === 1) return name === 'X-WR-TIMEZONE'
  return name !== 'RRULE' || /FREQ=YEARLY/i.test(line)
}

/** Lines with their continuations joined. */
function* linesOf(text: string): Generator<string> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  while (at < text.length) {
    const parts: string[] = []
    do {
      const end = endOfLine(text, at)
      parts.push(text.slice(at, text[end - 1] === '\r' ? end - 1 : end))
      at = end + 1
      if (text[at] !== ' ' && text[at] !== '\t') break
      at++
    } while (at < text.length)
    const line = parts.join('')
    if (line.trim() !== '') yield line
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function nameOf(line: string): string {
  let end = 0
  while (end < line.length && line[end] !== ':' && line[end] !== ';') end++
  return line.slice(0, end).trim().toUpperCase()
}

const textOf = (line: string): string =>
  line
    .slice(line.indexOf(':') + 1)
    .trim()
    .toUpperCase()

/** A value behind parameters, which may hold colons themselves. */
const lastValue = (line: string | undefined): string => line?.slice(line.lastIndexOf(':') + 1).trim() ?? ''

function canMatter(event: Map<string, string[]>, { from, until }: { from: number; until: number }): boolean {
  for (const name of event.keys()) if (REPEATING.has(name)) return true
  const start = dateIn(lastValue(event.get('DTSTART')?.[0]))
  if (start === undefined) return true
  if (start - MARGIN_MS >= until) return false
  const end = event.get('DTEND')?.[0]
  const length = durationIn(lastValue(event.get('DURATION')?.[0])) ?? DAY_MS
  const endsAt = end === undefined ? start + length : dateIn(lastValue(end))
  return endsAt === undefined || Math.max(start, endsAt) + MARGIN_MS > from
}

/** Midnight UTC of the date that a value begins with. */
function dateIn(value: string): number | undefined {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?$/.exec(value) ?? []
  if (year === undefined || Number(month) > 12 || Number(day) > 31) return undefined
  return Date.UTC(Number(year), Number(month) - 1, Number(day))
}

function durationIn(value: string): number | undefined {
  const found = /^\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(value.toUpperCase())
  if (found === null) return undefined
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map(part => Number(part ?? 0))
  return (((weeks * 7 + days) * 24 + hours) * 3_600 + minutes * 60 + seconds) * 1_000
}

/** A DURATION line of at most a century. */
function bounded(line: string): string {
  const ms = durationIn(lastValue(line))
  return ms === undefined || ms <= MAX_DURATION_MS ? line : `DURATION:P${MAX_DURATION_MS / DAY_MS}D`
}
