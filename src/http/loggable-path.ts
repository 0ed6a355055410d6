import { type Kind, kindOf } from '../ids.ts'

/** Ids that give access by themselves. */
const CAPABILITIES: ReadonlySet<Kind> = new Set<Kind>(['Reservation', 'BookingLink'])
/** Longer than any name of a route that is no slug, and shorter than any secret. */
const MAX_PLAIN = 20
const SLUG_OR_UUID = /^[a-z0-9_-]+$/
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

/**
 * A path for the log: each segment that can be a secret becomes `…`. Those are ids that give
 * access, and all other long text that is no slug, no instant and no id, such as the tokens of
 * links, sessions and keys.
 */
export const loggablePath = (path: string): string =>
  path
    .split('/')
    .map(segment => (isPlain(decoded(segment)) ? segment : '…'))
    .join('/')

function isPlain(segment: string | undefined): boolean {
  if (segment === undefined) return false
  const kind = kindOf(segment)
  if (kind !== undefined) return !CAPABILITIES.has(kind)
  return segment.length < MAX_PLAIN || SLUG_OR_UUID.test(segment) || INSTANT.test(segment)
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
