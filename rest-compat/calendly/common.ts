import { Refused } from '../../src/graph/refused.ts'
import type { Route } from '../dialect.ts'
import type { Incoming } from '../read.ts'
import { ofBody } from './errors.ts'

/** A route with what all of Calendly's have in common: its contract, "Conventions". */
export const common = (route: Route): Route => ({
  ...route,
  async answer(incoming, ask) {
    const hasBody = route.reads.body !== undefined
    try {
      return await route.answer(tolerated(incoming, hasBody), ask)
    } catch (error) {
      throw error instanceof Refused && hasBody ? ofBody(error) : error
    }
  },
})

/** Some clients send parameters without a value, and others the fields of a body in the query. */
function tolerated(incoming: Incoming, hasBody: boolean): Incoming {
  const query = Object.fromEntries(
    Object.entries(incoming.arrival.query).filter(([name, value]) => name !== '' && value !== ''),
  )
  const { body } = incoming
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  return {
    ...incoming,
    query,
    body: hasBody && isObject ? { ...query, ...body } : body,
    arrival: { ...incoming.arrival, query },
  }
}
