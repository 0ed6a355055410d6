import { CallError, callError } from '../../src/graph/call-error.ts'
import { fieldsIn } from '../bracket-fields.ts'
import type { Route } from '../dialect.ts'
import type { Incoming } from '../request-shape.ts'
import { exception } from './errors.ts'
import { asText, propertyErrors } from './property-errors.ts'
import { NO_ID } from './values.ts'

/**
 * Adds what all routes of this dialect share: brackets in query parameters, and the format of
 * validation errors.
 */
export const common = (route: Route): Route => ({
  ...route,
  async handle(incoming, execute) {
    const read = { ...incoming, query: fieldsIn(incoming.arrival.search) }
    try {
      return await route.handle(read, execute)
    } catch (error) {
      throw error instanceof CallError && isOfValues(error) ? withErrors(error, read) : error
    }
  },
})

/** Paths that clients know by another name too. */
const otherNames: [path: string, other: string, suffix: string][] = [
  ['/recurring', '/reccuring', 'Misspelt'],
  ['/oauth-clients/:clientId/users', '/oauth-clients/:clientId/managed-users', 'OfClient'],
]

/** A route, and the same by the other names of its path. */
export const withOtherNames = (route: Route): Route[] => [
  route,
  ...otherNames
    .filter(([path]) => route.path.includes(path))
    .map(([path, other, suffix]) => ({
      ...route,
      path: route.path.replace(path, other),
      name: `${route.name}${suffix}`,
    })),
]

/**
 * A route that reports all invalid values in one message: bodies of bookings, the query of slots,
 * tokens. Its shapes are strict objects, so that unknown properties are invalid too.
 */
export const strict = (route: Route): Route => ({
  ...route,
  async handle(incoming, execute) {
    try {
      return await route.handle(incoming, execute)
    } catch (error) {
      if (!(error instanceof CallError) || !isOfValues(error)) throw error
      throw exception(400, asText(errorsOf(error, incoming)))
    }
  },
})

const isOfValues = ({ first: { code, fields, details } }: CallError): boolean =>
  code === 'INVALID_INPUT' && fields.length > 0 && details.status === undefined

function withErrors(refused: CallError, incoming: Incoming): CallError {
  const isOfId = refused.errors.some(({ fields }) =>
    fields.some(({ message }) => message === NO_ID),
  )
  if (isOfId) return exception(400, `Validation failed (${NO_ID})`)
  const { code, message, fields } = refused.first
  return callError(code, message, { fields, errors: errorsOf(refused, incoming) })
}

function errorsOf({ errors }: CallError, { body, query }: Incoming) {
  const fields = errors.flatMap(error => error.fields)
  const isOfQuery =
    Object.keys(query).length > 0 &&
    (typeof body !== 'object' || Object.keys(body ?? {}).length === 0)
  return propertyErrors(fields, isOfQuery ? query : body)
}
