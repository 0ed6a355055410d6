import { uniqueViolation } from '../db/violations.ts'
import { ApiError } from '../errors.ts'

/** Runs a change of an event type; a slug that another one of the host has becomes a refusal. */
export async function orSlugTaken<T>(change: Promise<T>): Promise<T> {
  try {
    return await change
  } catch (error) {
    if (!uniqueViolation(error)) throw error
    throw new ApiError('CONFLICT', 'The slug is taken by another of your event types.', {
      fields: [{ path: 'input.slug', message: 'is taken' }],
    })
  }
}
