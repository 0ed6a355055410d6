import { distance } from '../../edit-distance.ts'

/** Blanks out every match of a pattern: what was understood is not read a second time. */
export function takeOut(text: string, pattern: RegExp): { found: RegExpExecArray[]; rest: string } {
  const found = [...text.matchAll(new RegExp(pattern.source, 'giu'))]
  let rest = text
  for (const { index, 0: match } of found) rest = blanked(rest, index, match.length)
  return { found, rest }
}

/** The text with so many characters from there on made blank. */
export const blanked = (text: string, index: number, length: number): string =>
  text.slice(0, index) + ' '.repeat(length) + text.slice(index + length)

/**
 * One of these words, as a group of a pattern; longer ones first, so that none ends in the middle
 * of another.
 */
export const oneOf = (words: readonly string[]): string =>
  `(?:${words.toSorted((a, b) => b.length - a.length).join('|')})`

/** Numbers in words, from one. */
export const NUMBERS = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
]
export const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
/** Months as they are written, in full and short. */
export const MONTH_NAMES = [...MONTHS, ...MONTHS.map(month => month.slice(0, 3)), 'sept']
const MENDED = [
  ...WEEKDAYS,
  ...MONTHS,
  'tomorrow',
  'today',
  'tonight',
  'morning',
  'afternoon',
  'evening',
  'noon',
]

// What people write on purpose, which no count of mistyped letters would find.
const SHORT: Record<string, string> = {
  tmrw: 'tomorrow',
  tmr: 'tomorrow',
  tomoz: 'tomorrow',
  '2moro': 'tomorrow',
  nxt: 'next',
  wk: 'week',
  weds: 'wednesday',
  wensday: 'wednesday',
  thur: 'thursday',
  thurs: 'thursday',
  tues: 'tuesday',
  tue: 'tuesday',
  arvo: 'afternoon',
  avo: 'afternoon',
  mins: 'minutes',
}

/**
 * The text with days, months and parts of the day as they are spelled.
 * @param names words that are right as they are: those of event types
 */
export const mend = (text: string, names: ReadonlySet<string>): string =>
  text.replace(/[\p{L}\d]+/gu, word => {
    const lower = word.toLowerCase()
    if (names.has(lower)) return word
    return (
      SHORT[lower] ??
      (lower.length < 5 || MENDED.includes(lower) ? word : (nearestOf(lower) ?? word))
    )
  })

/**
 * The word that another is with a letter or, in a long one, two letters wrong; few people mistype
 * how a word begins.
 */
function nearestOf(word: string): string | undefined {
  const near = MENDED.filter(
    known => known[0] === word[0] && Math.abs(word.length - known.length) <= 2,
  )
    .map(known => ({ known, wrong: distance(word, known) }))
    .filter(({ known, wrong }) => wrong <= (known.length >= 8 ? 2 : 1))
    .toSorted((a, b) => a.wrong - b.wrong)
  return near[0]?.known
}
