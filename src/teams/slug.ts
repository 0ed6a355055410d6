import { ApiError } from '../errors.ts'

/**
 * Hosts and teams share the first segment of booking links, so a slug is taken by either.
 * @throws ApiError CONFLICT.
 */
export function slugTaken(): never {
  throw new ApiError('CONFLICT', 'The slug is taken.', {
    fields: [{ path: 'input.slug', message: 'is taken' }],
  })
}
