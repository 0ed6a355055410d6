import { NUMBERS, oneOf, takeOut } from './text.ts'

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth']
const SHORT_ORDINALS = ['1st', '2nd', '3rd', '4th', '5th', '6th']
const THING = '(?:one|option|slot|time|choice|date|suggestion)'

const BY_ORDINAL = `\\b(?:the )?(${oneOf([...ORDINALS, ...SHORT_ORDINALS])}) ${THING}\\b|\\bthe (${oneOf(ORDINALS)})\\b(?! (?:of|week|day|half|thing))|^\\W*(${oneOf([...ORDINALS, ...SHORT_ORDINALS])})(?: please)?\\W*$|\\bthe (${oneOf(SHORT_ORDINALS)})(?: please)?\\W*$`
const BY_NUMBER = `(?:\\b(?:option|number|slot|choice|no\\.?|nr\\.?)\\s*|#)(\\d|${oneOf(NUMBERS.slice(0, ORDINALS.length))})\\b|^\\W*(\\d)(?:[.)]|,? please)?\\W*$|^\\W*(?:book )?#?(\\d)(?=,\\s*(?:please|i|my|thanks|$))`
/** What can mean nothing but one of those shown: "the 3rd" alone can be a day. */
const BEYOND = new RegExp(
  `\\b(?:${oneOf([...ORDINALS, ...SHORT_ORDINALS])}) ${THING}\\b|\\b(?:option|slot|choice|number) #?\\d\\b`,
  'i',
)
const LAST = `\\b(?:the )?(?:last|latest|later) ${THING}\\b|\\bthe (?:later|last|latest)\\b(?! (?:week|month|day))|^\\W*(?:later|last) one\\W*$`
const EARLIEST = `\\b(?:the )?(?:earlier|earliest|former) ${THING}\\b|\\bthe (?:earlier|earliest|former)\\b`
const MIDDLE = `\\b(?:the )?middle ${THING}\\b|\\bthe middle\\b`
const ANY =
  '\\b(?:either|any of (?:those|these|them)|whichever|you choose|you pick|all (?:of them )?(?:work|are fine)|both work)\\b'

/**
 * Which of so many things that were shown a text takes: "the second one", "option 2", "the later
 * one", "either".
 * @returns its place from 0, and the text without the words for it; `isBeyond` when fewer were
 * shown
 */
export function readPick(
  text: string,
  count: number,
): { pick: number | undefined; isBeyond: boolean; rest: string } {
  if (count === 0) return { pick: undefined, isBeyond: false, rest: text }
  for (const [pattern, place] of places) {
    const { found, rest } = takeOut(text, new RegExp(pattern))
    const [first] = found
    if (first === undefined) continue
    const pick = place(
      first
        .slice(1)
        .find(group => group !== undefined)
        ?.toLowerCase() ?? '',
      count,
    )
    if (pick >= 0 && pick < count) return { pick, isBeyond: false, rest }
  }
  return { pick: undefined, isBeyond: BEYOND.test(text), rest: text }
}

const places: [pattern: string, place: (word: string, count: number) => number][] = [
  [BY_ORDINAL, word => Math.max(ORDINALS.indexOf(word), SHORT_ORDINALS.indexOf(word))],
  [BY_NUMBER, word => (/^\d/.test(word) ? Number(word) - 1 : NUMBERS.indexOf(word))],
  [LAST, (_word, count) => count - 1],
  [EARLIEST, () => 0],
  [MIDDLE, (_word, count) => Math.floor(count / 2)],
  [ANY, () => 0],
]
