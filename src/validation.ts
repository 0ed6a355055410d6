import { IANAZone } from 'luxon'
import { z } from 'zod'
import { type FieldProblem, invalidFields } from './errors.ts'
import { validate } from './zod-issues.ts'

/**
 * Parses an untrusted value.
 * @throws ApiError INVALID_INPUT that names all invalid fields, each once, with its path below
 * `root`.
 */
export function parse<T extends z.ZodType>(schema: T, value: unknown, root = 'input'): z.output<T> {
  const problems: FieldProblem[] = []
  const read = tryParse(schema, value, root, problems)
  if (problems.length > 0 || read === undefined) throw invalidFields(problems)
  return read.value
}

/**
 * As `parse`, for acts that go on to find more problems: adds its own to the list, and answers
 * undefined then.
 */
export function tryParse<T extends z.ZodType>(
  schema: T,
  value: unknown,
  root: string,
  problems: FieldProblem[],
): { value: z.output<T> } | undefined {
  const result = validate(schema, value, { error: missingOrMistaken })
  if (result.success) return { value: result.data }
  for (const issue of result.issues) {
    const path = [root, ...issue.path].filter(part => part !== '').join('.')
    // What is wrong first is said; the rest often follows from it.
    if (!problems.some(problem => problem.path === path))
      problems.push({ path, message: issue.message })
  }
  return undefined
}

// The words for a value of the wrong kind; a schema's own message goes first.
function missingOrMistaken(issue: {
  code?: string | undefined
  input?: unknown
  expected?: unknown
}): string | undefined {
  if (issue.code === 'unrecognized_keys') return 'has fields that are not known'
  if (issue.code !== 'invalid_type') return undefined
  if (issue.input === undefined) return 'is missing'
  return issue.input === null ? 'must not be null' : `must be a ${issue.expected}`
}

const ILL_FORMED = 'must be well-formed Unicode'

/** Text of a person: trimmed, not empty, without control characters other than line breaks. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    // PostgreSQL stores UTF-8, which has no half of a surrogate pair.
    .refine(value => value.isWellFormed(), ILL_FORMED)
    // PostgreSQL cannot store U+0000, and the others only hide things.
    .regex(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
      /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/,
      'must not contain control characters',
    )

/** The words of a search box; an empty one searches for nothing in particular. */
export const searchWords = z
  .string()
  .trim()
  .transform(words => words || undefined)
  .pipe(text(100).optional())

/** Escapes the wildcards of LIKE and ILIKE. */
export const escapeLike = (words: string): string => words.replace(/[\\%_]/g, '\\$&')

/**
 * Prisma's filter for texts that contain the words, ignoring case. Prisma passes the words to ILIKE
 * without escaping them.
 */
export const holding = (words: string) =>
  ({ contains: escapeLike(words), mode: 'insensitive' }) as const

/** An address in lower case, at most 254 characters (RFC 5321 §4.5.3.1.3). */
export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'must have at most 254 characters')
  .pipe(z.email('must be an e-mail address'))

// Asking Intl takes a quarter of a millisecond, and the same few zones come again and again.
const knownZones = new Map<string, string>()
const ZONES_KEPT = 2_000

/** The zone in the spelling of the zone database; undefined for what is none. */
function zoneOf(typed: string): string | undefined {
  const known = knownZones.get(typed)
  if (known !== undefined) return known
  if (typed.length > 64 || !/^[A-Za-z]/.test(typed) || !IANAZone.isValidZone(typed))
    return undefined
  const zone = spelled(typed)
  // Intl reads any mixture of capitals, so there are more spellings than zones.
  if (knownZones.size < ZONES_KEPT) knownZones.set(typed, zone)
  return zone
}

// Names that Intl reads and does not list, with capitals that the rule of `spelled` would not give
// them.
const ODD_ZONES = [
  'UTC',
  'Etc/UTC',
  'GMT',
  'Etc/GMT',
  'Australia/ACT',
  'Australia/LHI',
  'Australia/NSW',
  'America/Knox_IN',
]
const spellings = new Map(
  [...Intl.supportedValuesOf('timeZone'), ...ODD_ZONES].map(zone => [zone.toLowerCase(), zone]),
)
const AREAS = /^(africa|america|antarctica|arctic|asia|atlantic|australia|europe|indian|pacific)\//

/**
 * Mends the capitals. An alias stays the name that it is: Intl lists Asia/Calcutta alone, and
 * people mean Asia/Kolkata.
 */
function spelled(zone: string): string {
  const lower = zone.toLowerCase()
  const listed = spellings.get(lower)
  if (listed !== undefined) return listed
  return AREAS.test(lower)
    ? lower.replace(/[a-z]+/g, word => word.charAt(0).toUpperCase() + word.slice(1))
    : zone
}

/**
 * An IANA zone that this machine's zone database knows, read in any capitals and answered as the
 * database spells it. Offsets such as `+02:00` are none.
 */
export const timeZone = z.string().transform((typed, refine) => {
  const zone = zoneOf(typed)
  if (zone === undefined)
    refine.addIssue({ code: 'custom', message: 'must be an IANA time zone, such as Europe/Berlin' })
  return zone ?? z.NEVER
})

/**
 * An absolute http(s) URL without a password in it. The URL standard reads more than people mean:
 * it drops line breaks, turns backslashes, and takes `https:host`; those are refused.
 */
export const httpUrl = z
  .string()
  .max(2048, 'must have at most 2048 characters')
  .refine(value => {
    if (
      !/^https?:\/\/[^/]/i.test(value) ||
      /[\s\\\p{Cc}\p{Cs}]/u.test(value) ||
      !URL.canParse(value)
    )
      return false
    const url = new URL(value)
    return url.username === '' && url.password === ''
  }, 'must be an absolute http or https URL without credentials')

/** Such a URL without a slash at the end, for paths to be put behind it. */
export const baseUrl = httpUrl.transform(url => url.replace(/\/+$/, ''))

/** `#rrggbb`, answered in lower case. */
export const color = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'must be a colour like #0069ff')
  .toLowerCase()

/** The part of a booking link: lower-case letters, digits and single hyphens. */
export const slug = z
  .string()
  .min(1, 'must not be empty')
  .max(64, 'must have at most 64 characters')
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'must consist of lower-case letters, digits and single hyphens',
  )

// Letters that Unicode does not take apart.
const LATIN: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  æ: 'ae',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  œ: 'oe',
}

/**
 * A slug of a text, `Zoë's first call` makes `zoe-s-first-call`; the fallback for a text without
 * Latin letters.
 */
export function slugOf(text: string, fallback: string): string {
  const slug = text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[ßøłæđðþœ]/g, letter => LATIN[letter] ?? letter)
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? fallback : slug
}

/**
 * A telephone number as people write them: digits with the usual signs between, at most 15 of them
 * (ITU-T E.164).
 */
export const phone = z
  .string()
  .trim()
  .regex(/^\+?(?:[\s().\-/]*\d){3,15}[\s().\-/]*$/, 'must be a telephone number')
  .max(40, 'must have at most 40 characters')

/** `YYYY-MM-DD` of a day that exists, from 1970 to 2100. */
export const day = z.iso
  .date({ error: 'must be a day that exists, as YYYY-MM-DD', abort: true })
  .refine(value => value >= '1970-01-01' && value < '2100-01-01', 'must lie between 1970 and 2100')

/**
 * An instant with an offset or Z (RFC 3339); local times without one are refused, since they name
 * no instant.
 */
export const instant = z.iso
  .datetime({
    offset: true,
    message: 'must be an instant with an offset or Z, such as 2026-03-10T09:00:00Z',
  })
  .transform(value => new Date(value))
  .refine(
    value => value.getUTCFullYear() >= 1970 && value.getUTCFullYear() < 2100,
    'must lie between the years 1970 and 2100',
  )

/** Whole numbers between two bounds, both allowed. */
export const whole = (min: number, max: number) =>
  z
    .number('must be a whole number')
    .int('must be a whole number')
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)

const MAX_JSON_LEVELS = 20

/**
 * A JSON object of a client's own, kept as it came, within a size and at most 20 objects and lists
 * inside each other.
 */
export const jsonObject = z
  .unknown()
  // Before zod looks: it goes as deep as the value does, until the stack ends.
  .superRefine((value, refine) => {
    const message = faultOf(value)
    if (message !== undefined) refine.addIssue({ code: 'custom', message })
  })
  .pipe(
    z
      .record(
        z.string().max(128, 'keys have at most 128 characters'),
        z.json(),
        'must be a JSON object',
      )
      .refine(
        value => JSON.stringify(value).length <= 16_384,
        'must have at most 16384 characters as JSON',
      ),
  )

/** Why a JSON value cannot be read or stored; `level`: how many objects and lists it stands in. */
function faultOf(value: unknown, level = 0): string | undefined {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) return ILL_FORMED
    // jsonb takes every character but this.
    return value.includes('\0') ? 'must not contain U+0000' : undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (level === MAX_JSON_LEVELS) return `must not be nested deeper than ${MAX_JSON_LEVELS} levels`
  for (const [key, inner] of Object.entries(value)) {
    const fault = faultOf(key) ?? faultOf(inner, level + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}
