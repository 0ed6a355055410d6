import { en, type ParsedResult } from 'chrono-node'
import { DateTime } from 'luxon'
import {
  dayOfMonth,
  iso,
  only,
  partOfWeek,
  span,
  WEEKDAY,
  weekdayOf,
  weekFrom,
} from './calendar.ts'
import { rules } from './day-phrases.ts'
import { blanked, MONTH_NAMES, oneOf, takeOut } from './text.ts'
import { type DayRange, type Days, latest } from './when.ts'

/** Where and when a text is read. */
export interface Here {
  now: Date
  /** IANA time zone of the writer. */
  zone: string
}

/** The days that a text names. */
export interface ReadDays {
  days: Days
  /** An instant, of "in two hours". */
  instant: Date | undefined
  /** Whether it names a day that no calendar has, such as 30 February. */
  isImpossible: boolean
  rest: string
}

const NAMED_DAY = `(?:today|tomorrow|the weekend|weekends|this week|next week|(?:this |next )?${WEEKDAY}s?)`
const NAMED_DAYS = `${NAMED_DAY}(?:\\s*(?:,|or|and|/|nor)\\s*(?:on\\s+)?${NAMED_DAY})*`
const NEVER = `\\b(?:not|no|neither|except(?: for)?|but not|anything but|any day but|other than|avoid|(?:can['’]?t|cannot|can not|couldn['’]?t)(?: do| make)?|don['’]?t want|rather not|nothing)\\s+(?:on\\s+|for\\s+)?(${NAMED_DAYS})`
const NEVER_AFTER = `(${NAMED_DAYS})\\s+(?:does(?:n['’]?t| not)|do(?:n['’]?t| not)|won['’]?t|isn['’]?t|is not|is (?:no good|bad|out|impossible))(?:\\s+(?:work|good|possible|ok(?:ay)?|suit))?(?:\\s+(?:for )?me)?`

/** Words that say a day, once chrono has read the others: "the 10th", of this month or the next. */
const OF_MONTH = `\\b(?:on |the )+(\\d{1,2})(?:st|nd|rd|th)\\b(?!\\s*(?:of\\s+)?${oneOf(MONTH_NAMES)}|\\s*(?:one|slot|option|time))`
const IMPOSSIBLE = `\\b\\d{4}-\\d{2}-\\d{2}\\b|\\b\\d{1,2}(?:st|nd|rd|th)? (?:of )?${oneOf(MONTH_NAMES)}\\b|\\b${oneOf(MONTH_NAMES)} \\d{1,2}(?:st|nd|rd|th)?\\b`

/** The days that a text names, on the calendar of its writer. Days without a year lie ahead. */
export function readDays(text: string, { now, zone }: Here): ReadDays {
  const today = DateTime.fromJSDate(now, { zone }).startOf('day')
  const said = asChronoReads(text)
  const out = neverIn(said, today)
  const bounded = (range: DayRange, index: number) => withBound(range, said.slice(0, index), today)
  const days: DayRange[] = []
  let rest = out.rest
  for (const [pattern, find] of rules) {
    const taken = takeOut(rest, new RegExp(pattern))
    rest = taken.rest
    for (const match of taken.found) {
      const found = find(today, ...match.slice(1))
      if (found !== undefined) days.push(bounded(found, match.index))
    }
  }
  let instant: Date | undefined
  for (const found of byChrono(rest, now, zone)) {
    rest = blanked(rest, found.index, found.text.length)
    if (found.start.isCertain('hour') && found.start.isCertain('timezoneOffset'))
      instant = found.start.date()
    else days.push(bounded(rangeOf(found), found.index))
  }
  const ofMonth = takeOut(rest, new RegExp(OF_MONTH))
  for (const { index, 1: day = '' } of ofMonth.found) {
    const found = dayOfMonth(today, Number(day))
    if (found !== undefined) days.push(bounded(only(found), index))
  }
  return {
    days: { days: inOrder(days), notWeekdays: out.notWeekdays, notDays: out.notDays },
    instant,
    isImpossible: new RegExp(IMPOSSIBLE, 'i').test(ofMonth.rest),
    rest: ofMonth.rest,
  }
}

const OPEN_DAYS = 13

/**
 * "By Friday", "after the 10th", "from Tuesday on": one day with a word before it that makes it a
 * bound.
 */
function withBound(range: DayRange, before: string, today: DateTime): DayRange {
  if (range.first !== range.last || range.first < iso(today)) return range
  const day = DateTime.fromISO(range.first, { zone: today.zone })
  const [, bound] =
    /\b(before|by|until|till|after|from|since|starting)(?: on)?(?: the)?\s*$/i.exec(before) ?? []
  switch (bound?.toLowerCase()) {
    case 'before':
      return span(today, DateTime.max(today, day.minus({ days: 1 })))
    case 'by':
    case 'until':
    case 'till':
      return span(today, day)
    case 'after':
      return span(day.plus({ days: 1 }), day.plus({ days: OPEN_DAYS }))
    case 'from':
    case 'since':
    case 'starting':
      return span(day, day.plus({ days: OPEN_DAYS }))
    default:
      return range
  }
}

const MONTH_FIRST = new RegExp(
  `\\b(${oneOf(MONTH_NAMES)})\\.? (\\d{1,2})(?:st|nd|rd|th)?\\b(?!\\s*[-–:]|\\s*(?:to|until)\\b)`,
  'gi',
)
const BETWEEN = new RegExp(`\\bbetween (${NAMED_DAY}) and (?=${NAMED_DAY})`, 'gi')

/**
 * The text in forms that chrono reads rightly: it takes the day of "March 10" for a year, and
 * blanks for more of a month.
 */
const asChronoReads = (text: string): string =>
  text.replace(/\s+/g, ' ').trim().replace(MONTH_FIRST, '$2 $1').replace(BETWEEN, '$1 to ')

/**
 * chrono reads the day on the writer's calendar; its own idea of zones is an offset, which holds
 * for the moment of writing.
 */
function byChrono(text: string, now: Date, zone: string): ParsedResult[] {
  // A day's number comes before its month but in America; UTC is the zone of those who said none.
  const language = /^(America|US|UTC|Etc)\b/.test(zone) ? en.casual : en.GB
  const offset = DateTime.fromJSDate(now, { zone }).offset
  const written = text.replace(/\b(?:right )?now\b|\bmay\b(?! \d)/g, found =>
    ' '.repeat(found.length),
  )
  return language.parse(written, { instant: now, timezone: offset }, { forwardDate: true })
}

function rangeOf({ start, end }: ParsedResult): DayRange {
  const day = (parts: ParsedResult['start']) =>
    [parts.get('year'), parts.get('month'), parts.get('day')]
      .map(part => String(part ?? 0).padStart(2, '0'))
      .join('-')
  const first = day(start)
  const last = end == null ? first : day(end)
  return { first, last: latest(first, last) }
}

/** The days that are out, and the text without them. */
function neverIn(
  text: string,
  today: DateTime,
): Pick<Days, 'notWeekdays' | 'notDays'> & { rest: string } {
  const before = takeOut(text, new RegExp(NEVER))
  const after = takeOut(before.rest, new RegExp(NEVER_AFTER))
  const named = [...before.found, ...after.found]
    .map(([, days = '']) => days)
    .join(' ')
    .toLowerCase()
  const notDays: DayRange[] = []
  if (named.includes('today')) notDays.push(only(today))
  if (named.includes('tomorrow')) notDays.push(only(today.plus({ days: 1 })))
  if (named.includes('this week')) notDays.push(partOfWeek(weekFrom(today, 0)))
  if (named.includes('next week')) notDays.push(partOfWeek(weekFrom(today, 1)))
  const notWeekdays = [...named.matchAll(new RegExp(`\\b${WEEKDAY}`, 'g'))].map(([name]) =>
    weekdayOf(name),
  )
  if (named.includes('weekend')) notWeekdays.push(6, 7)
  return { notDays, notWeekdays: [...new Set(notWeekdays)], rest: after.rest }
}

const inOrder = (days: DayRange[]): DayRange[] =>
  days.toSorted((a, b) => (a.first < b.first ? -1 : 1))
