import { z } from 'zod'
import { InvalidRequestError } from './errors.ts'

/**
 * The parameters of a request by their names. One without a value counts as left out (RFC 6749
 * sections 3.1 and 3.2).
 */
export type Parameters = Record<string, string>

/**
 * Reads parameters, and which of them came more than once: those are refused, as RFC 6749 section
 * 3.1 asks.
 */
export function parametersOf(search: URLSearchParams): {
  parameters: Parameters
  repeated: string[]
} {
  const given = [...search].filter(([, value]) => value !== '')
  const names = given.map(([name]) => name)
  return {
    parameters: Object.fromEntries(given),
    repeated: names.filter((name, index) => names.indexOf(name) !== index),
  }
}

const JsonBody = z.record(z.string(), z.string().nullable(), 'must be a JSON object of texts')

/**
 * The parameters of a body: a form, as the RFCs have it, or the same in JSON, as many clients send
 * it.
 * @throws InvalidRequestError
 */
export function parametersOfBody(contentType: string | undefined, body: string): Parameters {
  const type = contentType?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/json') return parametersOfJson(body)
  if (type !== 'application/x-www-form-urlencoded') {
    throw new InvalidRequestError(
      'The body must be application/x-www-form-urlencoded or application/json.',
    )
  }
  const { parameters, repeated } = parametersOf(new URLSearchParams(body))
  if (repeated.length > 0) throw new InvalidRequestError('The body has a parameter more than once.')
  return parameters
}

function parametersOfJson(body: string): Parameters {
  const { data } = JsonBody.safeParse(jsonIn(body))
  if (data === undefined)
    throw new InvalidRequestError('The body must be a JSON object whose values are texts.')
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]) =>
      value === null || value === '' ? [] : [[name, value]],
    ),
  )
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** @throws InvalidRequestError when the parameter is missing. */
export function required(parameters: Parameters, name: string): string {
  const value = parameters[name]
  if (value === undefined) throw new InvalidRequestError(`Missing parameter: ${name}`)
  return value
}

/**
 * The names in a `scope`, each once; undefined when it names none. RFC 6749 section 3.3 has spaces
 * between them; clients of dialects send commas, which no name has.
 */
export function scopesIn(scope: string | undefined): string[] | undefined {
  const names = new Set(scope?.split(/[\s,]+/).filter(name => name !== ''))
  return names.size === 0 ? undefined : [...names]
}
