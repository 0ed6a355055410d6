import type { ExecutionResult } from 'graphql'

/** Whether a request that fails with this code can succeed when it is sent again as it was. */
export const isPassing = (code: unknown): boolean => code === 'TIMEOUT' || code === 'UNAVAILABLE'

/** The header, for an error that says when to come back. */
export const retryAfter = (seconds: unknown): Record<string, string> =>
  typeof seconds === 'number' ? { 'Retry-After': String(seconds) } : {}

/**
 * Status and headers of an HTTP response that are not the usual ones: 503 when all of a request
 * failed because of the database or of time, so that clients which look at the status alone send it
 * again; 200 with Retry-After when a part did.
 */
export function httpOf({
  data,
  errors,
}: ExecutionResult): { status: 200 | 503; headers: Record<string, string> } | undefined {
  const passing = errors?.find(({ extensions }) => isPassing(extensions.code))
  if (passing === undefined) return undefined
  const hasData = Object.values(data ?? {}).some(value => value !== null)
  return { status: hasData ? 200 : 503, headers: retryAfter(passing.extensions.retryAfterSeconds) }
}
