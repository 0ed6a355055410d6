import { z } from 'zod'
import { callError } from '../src/graph/call-error.ts'
import { validate } from '../src/zod-issues.ts'

/** A body that is a form, as it came (application/x-www-form-urlencoded). */
export class Form {
  constructor(readonly text: string) {}
}

/** A request as it came. */
export interface Incoming {
  params: Record<string, string>
  query: Record<string, unknown>
  /** By their names in lower case. */
  headers: Record<string, string | string[] | undefined>
  /** What its JSON says, or a form as it came; an empty object when there is none. */
  body: unknown
  arrival: Arrival
}

/** Where and when a request came, for answers with links. */
export interface Arrival {
  method: string
  /** Address of the gateway, without a slash at the end. */
  publicUrl: string
  /** Path, with the base. */
  path: string
  /** Parameters as they came, of those that came more than once the first. */
  query: Record<string, string>
  /** The same as text: all that follows the question mark. */
  search: string
  now: Date
  /** Adds a header to the answer, such as a cookie. */
  setHeader(name: string, value: string): void
}

/**
 * The forms of what a route reads. They say what there is; what a value may be is the graph's to
 * say.
 */
export type Reads = Partial<Record<Exclude<keyof Incoming, 'arrival'>, z.ZodType>>

/** How many rows to answer, as a query says it. */
export const rowCount = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(100, 'must be at most 100')

/**
 * A request in the form that a route reads.
 * @throws CallError INVALID_INPUT that names each field at fault once.
 */
export function read<T extends z.ZodType>(form: T, incoming: Incoming): z.output<T> {
  const result = validate(form, incoming, { error: missingOrMistaken })
  if (result.success) return result.data
  const problems = new Map<string, string>()
  for (const issue of result.issues) {
    for (const { path, message } of faultsIn(issue)) {
      const [part, ...inside] = path
      const field = inside.length === 0 ? String(part) : inside.join('.')
      if (!problems.has(field)) problems.set(field, message)
    }
  }
  throw invalid([...problems].map(([path, message]) => ({ path, message })))
}

/** A refusal that names fields by the dialect's own names. */
export const invalid = (fields: { path: string; message: string }[]) =>
  callError('INVALID_INPUT', 'The request is not valid.', { fields })

/** Fields that a strict form does not know are at fault themselves. */
const faultsIn = (issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map(key => ({ path: [...issue.path, key], message: UNKNOWN_FIELD }))
    : [issue]

export const UNKNOWN_FIELD = 'should not exist'

const kinds: Partial<Record<string, string>> = { array: 'a list', object: 'an object' }

/** The words for a value of the wrong kind; a form's own go first. */
function missingOrMistaken(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'invalid_type' && issue.code !== 'invalid_value') return undefined
  if (issue.input === undefined) return 'is missing'
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`
  if (issue.input === null) return 'must not be null'
  return `must be ${kinds[issue.expected] ?? `a ${issue.expected}`}`
}
