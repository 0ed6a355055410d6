import { blanked, takeOut } from './text.ts'

/** What of an event type its invitees call it by. */
export interface Callable {
  slug: string
  name: string
  /** Its lengths, its own first. */
  lengths: readonly number[]
}

/** The event types that a text can mean, and the length that it asks for. */
export interface Meant {
  /** Those that fit equally well; none when it speaks of none. */
  slugs: string[]
  minutes: number | undefined
  /** Whether it is called by its name, not only by its length. */
  isNamed: boolean
  rest: string
}

const NUMBERS: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  'forty-five': 45,
  sixty: 60,
  ninety: 90,
}
const COUNT = `(\\d{1,3}(?:\\.5)?|${Object.keys(NUMBERS).toReversed().join('|')})`
// "In an hour" and "after two hours" say when, not how long.
const NOT_WHEN = '(?<!\\b(?:in|within|after|before|next|last)\\s+(?:about\\s+|the\\s+)?)'
// "An hour later" is no length either.
const NOT_LATER = '(?!\\s+(?:later|earlier|from now|ago))'
const LENGTHS: [pattern: string, minutes: (count: number) => number][] = [
  [`${NOT_WHEN}\\b(?:for )?(?:an? )?hour and a half\\b`, () => 90],
  [`${NOT_WHEN}\\b(?:for )?${COUNT} and a half hours?\\b`, count => count * 60 + 30],
  [`${NOT_WHEN}\\b(?:for )?(?:a )?half(?: an| a)?[ -]hours?\\b`, () => 30],
  [`${NOT_WHEN}\\b(?:for )?(?:a )?quarter(?: of an)?[ -]hour\\b`, () => 15],
  [
    `${NOT_WHEN}\\b(?:for )?${COUNT}[ -]?(?:minutes?|mins?|min\\.?|m|['’])(?![\\p{L}\\d])`,
    count => count,
  ],
  [`${NOT_WHEN}\\b(?:for )?${COUNT}[ -]?(?:hours?|hrs?|h)(?![\\p{L}\\d])`, count => count * 60],
]

/** Words that any meeting can have in its name. */
const GENERIC = new Set(
  'a an and by call calls chat conversation for half hour hours in meeting meetings min mins minute minutes of on or our session talk the time to video with your zoom'.split(
    ' ',
  ),
)

export const wordsOf = (text: string): string[] =>
  text.toLowerCase().match(/[\p{L}\p{M}\d]+/gu) ?? []

const nameWords = ({ name }: Callable): string[] =>
  wordsOf(name).filter(word => !GENERIC.has(word) && !/^\d+$/.test(word))

/**
 * Which event types a text means: those whose name it says, else those of the length that it asks
 * for.
 */
export function readEventType(text: string, eventTypes: readonly Callable[]): Meant {
  let rest = text
  let minutes: number | undefined
  for (const [pattern, length] of LENGTHS) {
    const taken = takeOut(rest, new RegExp(pattern + NOT_LATER))
    rest = taken.rest
    const [first] = taken.found
    if (first !== undefined)
      minutes ??= length(Number(NUMBERS[first[1]?.toLowerCase() ?? ''] ?? first[1] ?? 0))
  }
  const said = new Set(wordsOf(text))
  const lower = text.toLowerCase()
  const scored = eventTypes.map(eventType => ({
    eventType,
    score: scoreOf(eventType, said, lower),
  }))
  const best = Math.max(0, ...scored.map(({ score }) => score))
  const named =
    best === 0 ? [] : scored.filter(({ score }) => score === best).map(({ eventType }) => eventType)
  const fitting = (among: readonly Callable[]) =>
    minutes === undefined ? among : among.filter(({ lengths }) => lengths.includes(minutes))
  for (const { name } of named) rest = withoutName(rest, name)
  if (named.length > 0) {
    const both = fitting(named)
    return {
      slugs: (both.length > 0 ? both : named).map(({ slug }) => slug),
      minutes,
      isNamed: true,
      rest,
    }
  }
  return {
    slugs: minutes === undefined ? [] : called(fitting(eventTypes), said),
    minutes,
    isNamed: false,
    rest,
  }
}

/**
 * How much of its name is said: all of it, or of a name of its own words at least one that no other
 * word would be.
 */
function scoreOf(eventType: Callable, said: ReadonlySet<string>, text: string): number {
  const { name, slug } = eventType
  if (
    text.includes(name.toLowerCase()) ||
    said.has(slug) ||
    (slug.includes('-') && text.includes(slug))
  )
    return 100 + name.length
  const own = nameWords(eventType)
  const hits = own.filter(
    word =>
      said.has(word) || (word.endsWith('s') ? said.has(word.slice(0, -1)) : said.has(`${word}s`)),
  )
  return own.length === 0 ? 0 : (10 * hits.length) / own.length
}

/** Of several with one length those that are called so: a "call" rather than a "meeting". */
function called(eventTypes: readonly Callable[], said: ReadonlySet<string>): string[] {
  const kind = eventTypes.filter(({ name }) =>
    wordsOf(name).some(word => said.has(word) && !/^\d+$/.test(word) && !/^min/.test(word)),
  )
  return (kind.length > 0 ? kind : eventTypes).map(({ slug }) => slug)
}

const withoutName = (text: string, name: string): string => {
  const index = text.toLowerCase().indexOf(name.toLowerCase())
  return index < 0 ? text : blanked(text, index, name.length)
}
