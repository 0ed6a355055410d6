import { CallError } from '../../src/graph/call-error.ts'
import { fieldsIn, MOST_FIELDS } from '../bracket-fields.ts'
import type { Route } from '../dialect.ts'
import { readerOf } from '../form-values.ts'
import { Form, type Incoming, invalid } from '../request-shape.ts'
import { ofBody } from './errors.ts'

/** A route with what all of Calendly's have in common: its contract, "Conventions". */
export function common(route: Route): Route {
  const { body, query } = route.request
  const asBody = body && readerOf(body)
  const asQuery = query && readerOf(query)
  return {
    ...route,
    async handle(incoming, execute) {
      try {
        const fields = queryOf(incoming)
        return await route.handle(
          {
            ...incoming,
            query: objectOf(asQuery?.(fields)),
            body: asBody === undefined ? incoming.body : bodyOf(incoming, fields, asBody),
          },
          execute,
        )
      } catch (error) {
        throw error instanceof CallError && body !== undefined ? ofBody(error) : error
      }
    },
  }
}

/** The parameters that have a value: some clients send others without one. */
const queryOf = ({ arrival }: Incoming): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fieldsIn(arrival.search)).filter(([name, value]) => name !== '' && value !== ''),
  )

/**
 * The fields of a body: JSON or a form. Some clients send them in the query, which has those that
 * the body leaves out.
 * @throws CallError INVALID_INPUT.
 */
function bodyOf(
  { body }: Incoming,
  query: Record<string, unknown>,
  asBody: (value: unknown) => unknown,
): unknown {
  if (body instanceof Form) return asBody({ ...query, ...formIn(body) })
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  return isObject ? { ...objectOf(asBody(query)), ...body } : body
}

/**
 * @throws CallError INVALID_INPUT for a form with too many fields, and for JSON under the name of a
 * form.
 */
function formIn({ text }: Form): Record<string, unknown> {
  if (/^\s*[{[]/.test(text))
    throw invalid([{ path: 'Content-Type', message: 'must be application/json for JSON' }])
  if (text.split('&').length > MOST_FIELDS) {
    throw invalid([{ path: 'body', message: `must have at most ${MOST_FIELDS} fields` }])
  }
  return fieldsIn(text)
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
