import { MONTHS, NUMBERS, oneOf, takeOut } from './text.ts'
import { anyTime, type PartOfDay, type Times } from './when.ts'

const HOUR = `(?:\\d{1,2}|${oneOf(NUMBERS)})`
const HALF_OF_DAY = "(?:\\s*(?:a\\.?m\\b\\.?|p\\.?m\\b\\.?)|\\s*o['’]?clock)"
/** What makes a number the number of something else than hours. */
const NOT_OTHER = `(?![\\d/]|[.:-]\\d|\\s*(?:st|nd|rd|th)\\b|\\s*(?:of\\s+)?${oneOf([...MONTHS, ...MONTHS.map(month => month.slice(0, 3))])}\\b|\\s*(?:days?|weeks?|months?|hours?|hrs?|min\\w*|people|%))`

/** A time that nobody could take for anything else. */
const SURE = `(?:noon|midday|midnight|half[ -]past ${HOUR}|quarter (?:past|to) ${HOUR}|\\d{1,2}[:h]\\d{2}(?::00)?(?!\\d)${HALF_OF_DAY}?|\\d{1,2}\\.\\d{2}(?!\\.?\\d)${HALF_OF_DAY}|${HOUR}${HALF_OF_DAY})`
/** A time where a word before it says that it is one. */
const TIME = `(?:${SURE}|${HOUR} thirty|\\d{1,2}\\.\\d{2}(?!\\.?\\d)|${HOUR}\\b${NOT_OTHER})`

const NOT = "(?:not|no|isn['’]?t|nothing|never)"
const BETWEEN = `(?:between|from)\\s+(${TIME})\\s*(?:and|to|till|until|-|–)\\s*(${TIME})`
const SPAN = `\\b(${HOUR}(?:[:.]\\d{2})?(?:\\s*[ap]\\.?m\\b\\.?)?)\\s*(?:-|–|to|until)\\s*(${SURE})`
/** "Wednesday 10-12": a day before it says that hours are meant. */
const SPAN_OF_DAY = `(?<=(?:day|today|tomorrow|morning|afternoon)s?,?\\s+)(${HOUR}(?:[:.]\\d{2})?)\\s*(?:-|–)\\s*(${HOUR}(?:[:.]\\d{2})?\\b${NOT_OTHER})`
const FROM = `(?:${NOT}\\s+(?:before|earlier than)|(?:any\\s*time\\s+)?(?:after|(?<!(?:half|quarter)[ -])past|from|starting(?:\\s+at)?))\\s+(${TIME})`
const FROM_AFTER = `(?:at\\s+)?(${TIME})\\s+(?:or later|onwards?|and later|or after|and after)`
const UNTIL_AFTER = `(?:at\\s+)?(${TIME})\\s+(?:or earlier|or before)`
const LATEST = `${NOT}\\s+(?:after|later than|past)\\s+(${TIME})`
const UNTIL = `(?:before|by|until|till|earlier than)\\s+(${TIME})`
const NOT_AT = `\\b(?:${NOT}|except|avoid|any ?(?:time|thing) but)\\s+(?:(?:at|around|for)\\s+(${TIME})|(${SURE}|\\d{1,2}\\b${NOT_OTHER}))`
const MILITARY = '(?:[01]\\d|2[0-3])[0-5]\\d(?![\\d-])(?:\\s*(?:hours|hrs?|h)\\b)?'
const BEFORE_TIME = '(?:\\b(?:at|around|about|approximately|circa)|[@~])'
const EITHER = `(?:${BEFORE_TIME}\\s*(${TIME})|\\b(${HOUR}(?:[:.]\\d{2})?))\\s*(?:,|/|or|and)\\s*(?:at\\s+)?(${SURE})|${BEFORE_TIME}\\s*(${TIME})\\s*(?:or|/)\\s*(?:at\\s+)?(${HOUR}\\b${NOT_OTHER})`
const AT = `${BEFORE_TIME}\\s*(${MILITARY}|${TIME})|\\b(${SURE})`

const NOON = 720

/**
 * The times of day in a text. An hour without am or pm is one of a working day: 3 is 15:00, 9 is
 * 09:00.
 * @example readTimes('tomorrow, not before half past two') // from: 870, rest: 'tomorrow,      …'
 */
export function readTimes(text: string): { times: Times; rest: string } {
  const half = /\b(?:tonight|evening|afternoon|night)\b/i.test(text)
    ? 'pm'
    : /\bmorning\b/i.test(text)
      ? 'am'
      : undefined
  const times: Times = { ...anyTime, at: [], notAt: [] }
  let rest = text
    .replace(/\bthis (?=morning|afternoon|evening)/gi, 'today ')
    .replace(/\btonight\b/gi, 'today evening')
  const read = (pattern: string, use: (...minutes: number[]) => void) => {
    const taken = takeOut(rest, new RegExp(pattern))
    rest = taken.rest
    for (const [, ...groups] of taken.found) {
      const written = groups.filter(group => group !== undefined)
      const minutes = minutesOf(written, half)
      if (minutes.length === written.length) use(...minutes)
    }
  }
  const between = (from = 0, until = 0) =>
    Object.assign(times, { from, until: until + (until > from ? 0 : NOON) })
  read(BETWEEN, between)
  read(SPAN, between)
  read(SPAN_OF_DAY, between)
  read(LATEST, (latest = 0) => Object.assign(times, { until: latest + 1 }))
  read(FROM, (from = 0) => Object.assign(times, { from }))
  read(FROM_AFTER, (from = 0) => Object.assign(times, { from }))
  read(UNTIL_AFTER, (latest = 0) => Object.assign(times, { until: latest + 1 }))
  read(UNTIL, (until = 0) => Object.assign(times, { until }))
  read(NOT_AT, (minute = 0) => times.notAt.push(minute))
  read(EITHER, (...minutes) => times.at.push(...minutes))
  read(AT, (minute = 0) => times.at.push(minute))
  return readParts(rest, times)
}

/**
 * The minutes of the day of the times of one phrase; in "2 to 4 pm" the first is of the same half.
 */
function minutesOf(written: string[], half: string | undefined): number[] {
  const last = halfOf(written.at(-1) ?? '')
  return written.flatMap((time, index) => {
    const minute = minuteOf(time, halfOf(time) ?? half)
    if (index === written.length - 1 || halfOf(time) !== undefined || last === undefined)
      return minute ?? []
    const [end = 0] = [minuteOf(written.at(-1) ?? '', last)]
    const same = minuteOf(time, last) ?? 0
    return same < end ? same : (minute ?? [])
  })
}

const halfOf = (time: string): string | undefined =>
  /([ap])\.?m\b/i.exec(time)?.[1]?.toLowerCase().concat('m')

const numberOf = (word: string): number =>
  /^\d/.test(word) ? Number(word) : NUMBERS.indexOf(word.toLowerCase()) + 1

function minuteOf(time: string, half: string | undefined): number | undefined {
  const military = /^(\d{2})(\d{2})\b/.exec(time)
  if (military !== null) return Number(military[1]) * 60 + Number(military[2])
  if (/noon|midday/i.test(time)) return NOON
  if (/midnight/i.test(time)) return 0
  const past = new RegExp(`(half|quarter)[ -](past|to) (${HOUR})`, 'i').exec(time)
  if (past !== null) {
    const [, part = '', side = '', word = ''] = past
    const minutes = part.toLowerCase() === 'half' ? 30 : 15
    const hour = hourOf(numberOf(word), half)
    return hour === undefined
      ? undefined
      : hour * 60 + (side.toLowerCase() === 'to' ? -minutes : minutes)
  }
  const written = new RegExp(`(${HOUR})(?:[:.h](\\d{2})|\\s+(thirty))?`, 'i').exec(time)
  if (written === null) return undefined
  const [, word = '', digits, thirty] = written
  const minutes = thirty === undefined ? Number(digits ?? 0) : 30
  // 03:30 is written by those who count to 24.
  const hour =
    /^0\d/.test(word) && halfOf(time) === undefined ? Number(word) : hourOf(numberOf(word), half)
  return hour === undefined || minutes > 59 ? undefined : hour * 60 + minutes
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (hour > 23) return undefined
  if (hour > 12 || hour === 0) return hour
  if (half === 'am') return hour % 12
  if (half === 'pm') return (hour % 12) + 12
  return hour < 7 ? hour + 12 : hour
}

interface Part {
  pattern: RegExp
  partOfDay: PartOfDay | null
  from: number
  until: number
}

const DAY_END = 1440
const parts: Part[] = [
  {
    pattern: /first thing(?: in the morning)?|early (?:in the )?morning/,
    partOfDay: 'MORNING',
    from: 0,
    until: 600,
  },
  { pattern: /late(?:r)? (?:in the )?morning/, partOfDay: 'MORNING', from: 600, until: NOON },
  { pattern: /mornings?/, partOfDay: 'MORNING', from: 0, until: NOON },
  { pattern: /before lunch/, partOfDay: 'MORNING', from: 0, until: NOON },
  { pattern: /after lunch/, partOfDay: 'AFTERNOON', from: 780, until: 1080 },
  { pattern: /(?:at |over |around )?lunch(?:[ -]?time)?/, partOfDay: null, from: NOON, until: 840 },
  { pattern: /early (?:in the )?afternoon/, partOfDay: 'AFTERNOON', from: NOON, until: 900 },
  {
    pattern: /late(?:r)? (?:in the )?afternoon|end of (?:the )?day/,
    partOfDay: 'AFTERNOON',
    from: 900,
    until: 1080,
  },
  { pattern: /afternoons?/, partOfDay: 'AFTERNOON', from: NOON, until: 1080 },
  {
    pattern: /(?:after work|evenings?|night(?!s? stay))/,
    partOfDay: 'EVENING',
    from: 1020,
    until: DAY_END,
  },
]

/**
 * Parts of the day, which a time that was said goes before; "not in the morning" leaves the rest of
 * the day.
 */
function readParts(text: string, said: Times): { times: Times; rest: string } {
  const times = { ...said }
  let rest = text
  for (const { pattern, partOfDay, from, until } of parts) {
    const not = takeOut(
      rest,
      new RegExp(
        `\\b(?:not|no|except|never|avoid|but not|any ?(?:time|thing) but)\\s+(?:in\\s+)?(?:the\\s+)?(?:${pattern.source})\\b`,
      ),
    )
    const taken = takeOut(
      not.rest,
      new RegExp(`\\b(?:in the |during the )?(?:${pattern.source})\\b`),
    )
    rest = taken.rest
    if (not.found.length > 0) {
      if (from === 0) times.from ??= until
      else times.until ??= from
    }
    if (taken.found.length > 0) {
      times.partOfDay ??= partOfDay
      if (times.at.length === 0) {
        times.from ??= from
        times.until ??= until
      }
    }
  }
  return { times, rest }
}
