import { email, phone } from '../../validation.ts'
import { blanked, MONTHS, takeOut, WEEKDAYS } from './text.ts'

/** What an invitee says of themselves. */
export interface Person {
  name?: string
  email?: string
  phone?: string
  /** What looks like an address and is none. */
  wrongEmail?: string
}

const ADDRESS = /[^\s@<>(),;:"]+@[^\s@<>(),;:"]+/
const WORD = "\\p{L}[\\p{L}\\p{M}'’.-]*"
const NAME = `${WORD}(?: ${WORD}){0,4}`
const SAYS_NAME = new RegExp(
  `\\b(?:my name is|my name['’]s|name:|name is|call me|under the name(?: of)?)\\s+(${NAME})`,
  'iu',
)
const I_AM = new RegExp(`\\b(?:i['’]?m|i am|this is|it['’]s)\\s+(${NAME})`, 'iu')
const BESIDE_ADDRESS = new RegExp(
  `(?:^|[,.;:!?]|\\bthanks|\\bplease|\\bone|\\bit|\\bfor)\\s*(${NAME})\\s*[,<(]?\\s*$`,
  'iu',
)
const AFTER_ADDRESS = new RegExp(`^\\s*[>),;-]+\\s*(${NAME})\\s*[.!]?\\s*$`, 'iu')

// With these a name ends, or what follows "I'm" is none.
const NO_NAME = new Set(
  `a about above cancel forget hmm nah never nope nothing question stop wait whatever why after again all also am an and any anyone anything are around asap at available away awesome back be because before
  best booked booking busy but by call can confirm cool could date day details done down e-mail email either evening every fine first
  flexible following for free from glad going good great happy hello help here hey hi hoping how i if in interested is it its just
  keen last late later looking lost love made mail maybe me meeting mine my need new next no none not now of off ok okay on one only
  open option or other our out perfect phone please ready really second see so some soon sorry sounds still stuck sure thank thanks
  that the them there these they third this thrilled time to today tomorrow tonight travelling traveling trying unable
  unavailable unsure up us using wanting we well what when which who will wondering work works would yes yep yeah you your
  ${WEEKDAYS.join(' ')} ${MONTHS.filter(month => !['april', 'may', 'june', 'august'].includes(month)).join(' ')} me/`.split(
    /\s+/,
  ),
)

/** A full stop ends a name, but after a title or an initial. */
const NAME_ENDS = /(?<!\b(?:dr|mr|mrs|ms|prof|st|\p{L}))\.(?= |$).*/iu

/** The name at the beginning of some words; undefined when they begin with none. */
function nameIn(words: string, mustBeCapital: boolean): string | undefined {
  const parts = words.replace(NAME_ENDS, '').split(' ')
  const end = parts.findIndex(
    (word, index) =>
      NO_NAME.has(word.toLowerCase().replace(/[.'’]+$/, '')) ||
      (mustBeCapital &&
        !/^\p{Lu}/u.test(word) &&
        !(index > 0 && /^(de|van|von|der|da|di|la|le|bin|al)$/.test(word))),
  )
  const name = (end < 0 ? parts : parts.slice(0, end)).join(' ').replace(/[.,'’-]+$/, '')
  return name.length > 1 && name.length <= 100 ? name : undefined
}

/**
 * Who writes. In answer to the question for a name or a number, the whole message can be it.
 * @param asked what they were asked for
 */
export function readPerson(text: string, asked: string | null): { person: Person; rest: string } {
  const person: Person = {}
  let rest = text
  const address = ADDRESS.exec(text)
  if (address !== null) {
    const written = address[0]
      .replace(/^['’"`*_[{]+(?=.*['’"`*_\]}]$)|^mailto:/i, '')
      .replace(/[.,!?'’"`*\]}]+$/, '')
    const read = email.safeParse(written)
    if (read.success) person.email = read.data
    else person.wrongEmail = written
    rest = blanked(rest, address.index, address[0].length)
  }
  const name = namedIn(text, address)
  if (name !== undefined) {
    person.name = name
    const index = rest.indexOf(name)
    if (index >= 0) rest = blanked(rest, index, name.length)
  } else if (asked === 'NAME' && !text.includes('?')) {
    const whole = nameIn(
      rest
        .trim()
        .replace(/\s+/g, ' ')
        .replace(/[.,!]+$/, ''),
      false,
    )
    if (
      whole !== undefined &&
      new RegExp(`^${NAME}$`, 'iu').test(whole) &&
      whole.length >= rest.trim().length - 2
    ) {
      person.name = whole
      rest = ''
    }
  }
  const number = takeOut(rest, /(?<![\d-])\+?\d[\d\s().-]{7,}\d\b/)
  const [found] = number.found.filter(([digits]) => !/^\d{4}-\d{2}-\d{2}/.test(digits))
  const dialled = phone.safeParse(found?.[0] ?? (asked === 'PHONE' ? rest : ''))
  if (dialled.success) {
    person.phone = dialled.data
    rest = number.rest
  }
  // The words around it say no more than it does.
  rest = rest.replace(
    /\b(?:and )?my (?:e-?mail|mail)(?: address)?(?: is)?\b|\b(?:e-?mail|mail):/gi,
    found => ' '.repeat(found.length),
  )
  return { person, rest }
}

function namedIn(text: string, address: RegExpExecArray | null): string | undefined {
  const said = SAYS_NAME.exec(text)?.[1]
  if (said !== undefined) return nameIn(said, false)
  const before = address === null ? text : text.slice(0, address.index)
  const after = address === null ? '' : text.slice(address.index + address[0].length)
  const saidToBe = I_AM.exec(before) ?? I_AM.exec(after)
  if (saidToBe !== null) {
    const [whole, words = ''] = saidToBe
    // Without a capital letter it is one where nothing else follows: "i'm bob, bob@example.com".
    const ends = /^\s*(?:[,;(<]|and\b|$)/.test(
      (saidToBe.input ?? '').slice(saidToBe.index + whole.length),
    )
    const name =
      nameIn(words, true) ??
      (ends && /^(?:i['’]?m|i am|this is)/i.test(whole) ? nameIn(words, false) : undefined)
    if (name !== undefined) return name
  }
  if (address === null) return undefined
  const beside = BESIDE_ADDRESS.exec(
    before.replace(/\b(?:and )?(?:my )?(?:e-?mail|mail)(?: address)?(?: is|:)?\s*$/i, ''),
  )?.[1]
  const name = beside === undefined ? undefined : nameIn(beside, true)
  if (name !== undefined) return name
  const following = AFTER_ADDRESS.exec(after)?.[1]
  return following === undefined ? undefined : nameIn(following, true)
}
