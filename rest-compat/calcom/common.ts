import { Refused, refusedFor } from '../../src/graph/call-error.ts'
import { fieldsIn } from '../bracket-fields.ts'
import type { Route } from '../dialect.ts'
import type { Incoming } from '../request-shape.ts'
import { exception } from './errors.ts'
import { asText, propertyErrors } from './property-errors.ts'
import { NO_ID } from './values.ts'

/** A route with what all of them have in common: brackets in queries, and how values at fault are told. */
export const common = (route: Route): Route => ({
  ...route,
  async answer(incoming, ask) {
    const read = { ...incoming, query: fieldsIn(incoming.arrival.search) }
    try {
      return await route.answer(read, ask)
    } catch (error) {
      throw error instanceof Refused && isOfValues(error) ? withErrors(error, read) : error
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
 * A route that tells values at fault in one text: bodies of bookings, the query of slots, tokens. Its forms are strict
 * objects, so that properties which are not known are at fault too.
 */
export const strict = (route: Route): Route => ({
  ...route,
  async answer(incoming, ask) {
    try {
      return await route.answer(incoming, ask)
    } catch (error) {
      if (!(error instanceof Refused) || !isOfValues(error)) throw error
      throw exception(400, asText(errorsOf(error, incoming)))
    }
  },
})

const isOfValues = ({ first: { code, fields, details } }: Refused): boolean =>
  code === 'INVALID_INPUT' && fields.length > 0 && details.status === undefined

function withErrors(refused: Refused, incoming: Incoming): Refused {
  const isOfId = refused.errors.some(({ fields }) => fields.some(({ message }) => message === NO_ID))
  if (isOfId) return exception(400, `Validation failed (${NO_ID})`)
  const { code, message, fields } = refused.first
  return refusedFor(code, message, { fields, errors: errorsOf(refused, incoming) })
}

function errorsOf({ errors }: Refused, { body, query }: Incoming) {
  const fields = errors.flatMap(error => error.fields)
  const isOfQuery = Object.keys(query).length > 0 && (typeof body !== 'object' || Object.keys(body ?? {}).length === 0)
  return propertyErrors(fields, isOfQuery ? query : body)
}
