import { callError } from '../../../src/graph/call-error.ts'
import { DAY_MS } from '../../../src/time.ts'

/** Holds what is asked to the future, and to so many days. @throws CallError INVALID_INPUT. */
export function requireFuture(
  { start_time: start, end_time: end }: { start_time: string; end_time: string },
  now: Date,
  days: number,
): void {
  const problem = (path: string, message: string) =>
    callError('INVALID_INPUT', 'The range is not valid.', { fields: [{ path, message }] })
  if (new Date(start) < now) throw problem('start_time', 'must be in the future')
  if (end <= start) throw problem('end_time', 'must be after start_time')
  if (Date.parse(end) - Date.parse(start) > days * DAY_MS) {
    throw problem('end_time', `The date range can not be greater than ${days} days`)
  }
}
