// What is wrong with properties, as class-validator tells it: its contract, 1.4.

import type { GraphError } from '../../src/graph/call-error.ts'

type Fields = GraphError['fields']

/** A property at fault, or with properties at fault in it. */
export interface PropertyError {
  /** What the property belongs to. */
  target: unknown
  value: unknown
  property: string
  children: PropertyError[]
  /** By their names, such as `isString`. */
  constraints?: Record<string, string>
}

/** Properties at fault below `target`, in the order of the fields. */
export function propertyErrors(fields: Fields, target: unknown): PropertyError[] {
  const heads = [...new Set(fields.map(({ path }) => headOf(path)))]
  return heads.map(property => {
    const value = valueIn(target, property)
    const inside = fields
      .filter(({ path }) => path.startsWith(`${property}.`))
      .map(({ path, message }) => ({ path: path.slice(property.length + 1), message }))
    const own = fields
      .filter(({ path }) => path === property)
      .map(({ message }) => constraint(property, message))
    return {
      target,
      value,
      property,
      children: propertyErrors(inside, value),
      ...(own.length > 0 && { constraints: Object.fromEntries(own) }),
    }
  })
}

/** The same in one text, as the strict routes say it. */
export const asText = (errors: readonly PropertyError[]): string =>
  errors
    .map(
      ({ property, constraints = {}, children }) =>
        `${property} property is wrong,${Object.values(constraints).join(', ')} ${asText(children)}`,
    )
    .join(', ')

const headOf = (path: string): string => path.split('.')[0] ?? path

const valueIn = (target: unknown, property: string): unknown =>
  typeof target === 'object' && target !== null
    ? Object.entries(target).find(([name]) => name === property)?.[1]
    : undefined

/**
 * What a message says, by the name of the constraint; and the graph's words in class-validator's.
 */
const wordings: [name: string, ours: RegExp, theirs?: string][] = [
  ['whitelistValidation', /^should not exist$/],
  ['isDefined', /^(is missing|must not be null)$/, 'should not be null or undefined'],
  ['isString', /^must be a string$/],
  ['isNumber', /^must be a number$/, 'must be a number conforming to the specified constraints'],
  ['isNumber', /^must be a number conforming/],
  ['isInt', /^must be (a whole|an integer) number$/, 'must be an integer number'],
  ['isBoolean', /^must be a boolean( value)?$/, 'must be a boolean value'],
  ['isArray', /^must be (a list|an array)$/, 'must be an array'],
  ['isObject', /^must be an object$/],
  [
    'isEnum',
    /^must be one of (?:the following values: )?/,
    'must be one of the following values: ',
  ],
  ['min', /^must (?:be at least|not be less than) (?=-?\d)/, 'must not be less than '],
  ['max', /^must (?:be at most|not be greater than) (?=-?\d)/, 'must not be greater than '],
  ['isTimeZone', /^must be a(n IANA| valid IANA) time.*$/, 'must be a valid IANA time-zone'],
  [
    'isDateString',
    /^must be (an instant|a day|a valid ISO).*$/,
    'must be a valid ISO 8601 date string',
  ],
  ['isEmail', /^must be an e-?mail.*$/, 'must be an email'],
  ['isUrl', /^must be (an absolute|a URL).*$/, 'must be a URL address'],
  ['isNotEmpty', /^must not be empty$/, 'should not be empty'],
  [
    'maxLength',
    /^must have at most (\d+) characters$/,
    'must be shorter than or equal to $1 characters',
  ],
]

function constraint(property: string, message: string): [name: string, text: string] {
  const [name, ours, theirs] = wordings.find(([, pattern]) => pattern.test(message)) ?? ['isValid']
  const words = ours === undefined || theirs === undefined ? message : message.replace(ours, theirs)
  if (name === 'whitelistValidation') return [name, `property ${property} ${words}`]
  // What is a sentence of its own says itself what it is about.
  return [name, /^(must|should|is|has|cannot) /.test(words) ? `${property} ${words}` : words]
}
