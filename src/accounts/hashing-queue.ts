import { ApiError } from '../errors.ts'

/** Password hashes at a time. Each takes a thread of Node's pool of four and 19 MiB. */
const MAX_RUNNING = 2
/** Hashes of one client that run or wait, and of all clients. */
const MAX_OF_CLIENT = 60
const MAX_WAITING = 1_000

let running = 0
const waiting: (() => void)[] = []
const ofClient = new Map<string, number>()

/**
 * Runs something that hashes a password when it is its turn: few at a time, so that a flood of
 * log-ins leaves the process threads and memory, and a bounded share for each client.
 * @throws ApiError RATE_LIMITED when too many wait.
 */
export async function whenHashingIsFree<T>(client: string, work: () => Promise<T>): Promise<T> {
  const others = ofClient.get(client) ?? 0
  if (others >= MAX_OF_CLIENT || waiting.length >= MAX_WAITING) {
    throw new ApiError('RATE_LIMITED', 'Too many log-ins wait; come back in a second.', {
      retryAfterSeconds: 1,
    })
  }
  ofClient.set(client, others + 1)
  try {
    if (running >= MAX_RUNNING) await new Promise<void>(resolve => void waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // The next one takes this one's place.
      if (next === undefined) running--
      else next()
    }
  } finally {
    const left = (ofClient.get(client) ?? 1) - 1
    if (left === 0) ofClient.delete(client)
    else ofClient.set(client, left)
  }
}
