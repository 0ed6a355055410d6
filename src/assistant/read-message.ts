import { timedOut } from '../deadline.ts'
import { type ApiError, invalid } from '../errors.ts'
import { BoundExceeded, runBounded } from '../worker-pool/bounded.ts'
import type { BookingActions } from './actions.ts'
import { type Known, type Reading, readMessage } from './reading/read.ts'
import type { Thread } from './thread.ts'

/**
 * Longer messages are read in a worker thread: one of 1,000 characters can name hundreds of days.
 */
const MAX_INLINE_LENGTH = 250
const DEADLINE_MS = 5_000

/**
 * Reads a message with the state of the conversation.
 * @throws ApiError BAD_USER_INPUT when reading takes too long; TIMEOUT when it waits too long for a
 * worker thread.
 */
export async function readIn(
  actions: BookingActions,
  thread: Thread,
  message: string,
): Promise<Reading> {
  const known: Known = {
    now: actions.now(),
    zone: thread.zone,
    // Without functions, which cannot be sent to a worker thread.
    eventTypes: actions.eventTypes.map(({ slug, name, lengths }) => ({ slug, name, lengths })),
    offered: thread.offered.map(start => new Date(start)),
    listed: thread.listed,
    asked: thread.asked,
    hasBooked: thread.booked.length > 0,
    isUnderWay: thread.asked !== null || thread.offered.length > 0 || thread.chosen !== null,
  }
  if (message.length <= MAX_INLINE_LENGTH) return readMessage(message, known)
  const owner = `assistant:${actions.pageUrl}`
  return runBounded('readMessage', { message, known }, { owner, deadlineMs: DEADLINE_MS }).catch(
    error => {
      throw error instanceof BoundExceeded ? apiErrorOf(error) : error
    },
  )
}

function apiErrorOf({ bound, message }: BoundExceeded): ApiError {
  if (bound === 'queue') return timedOut('Too many messages are waiting to be read.')
  return invalid('input.message', `${message}; write less`)
}
