import { Refusal } from '../errors.ts'

/** Hosts and teams share the first segment of booking links, so a slug is taken by either. @throws Refusal CONFLICT. */
export function slugTaken(): never {
  throw new Refusal('CONFLICT', 'The slug is taken.', { fields: [{ path: 'input.slug', message: 'is taken' }] })
}
