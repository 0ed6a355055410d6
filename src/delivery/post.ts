import { type Dispatcher, request } from 'undici'
import type { Clock } from '../clock.ts'
import type { Answer } from './retry.ts'

/** One request to a receiver. */
export interface Posted {
  url: string
  headers: Record<string, string>
  body: string
  timeoutMs: number
}

/** What came of it. */
export interface Attempt {
  url: string
  startedAt: Date
  durationMs: number
  /** Undefined when no answer came. */
  answer: (Answer & { headers: Record<string, string | string[]>; body: string }) | undefined
  /** In words, why it is no success. */
  problem: string | undefined
}

/** How much of an answer is kept; the rest is not read. */
const KEPT_BODY_BYTES = 4_096
const KEPT_HEADERS = 50
const KEPT_HEADER_CHARS = 1_000

class TimedOut extends Error {}

/**
 * Posts once, follows no redirect, and keeps the beginning of the answer. Everything that can go wrong at the receiver is
 * part of the answer; it throws only when `stopping` aborts.
 */
export async function post(
  { clock, dispatcher, stopping }: { clock: Clock; dispatcher: Dispatcher; stopping: AbortSignal },
  { url, headers, body, timeoutMs }: Posted,
): Promise<Attempt> {
  const control = new AbortController()
  const stop = () => control.abort(stopping.reason)
  stopping.addEventListener('abort', stop)
  const inTime = clock.after(timeoutMs, () => control.abort(new TimedOut()))
  const startedAt = clock.now()
  const started = performance.now()
  const attempt = (answer: Attempt['answer'], problem: string | undefined): Attempt => ({
    url,
    startedAt,
    durationMs: Math.round(performance.now() - started),
    answer,
    problem,
  })
  try {
    stopping.throwIfAborted()
    const response = await request(url, {
      method: 'POST',
      headers,
      body,
      dispatcher,
      signal: control.signal,
      // The clock's time limit is for all of it.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    const { statusCode: status } = response
    const retryAfter = response.headers['retry-after']
    const answer = {
      status,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      headers: keptHeaders(response.headers),
      body: await beginningOf(response.body),
    }
    return attempt(answer, problemOf(status))
  } catch (error) {
    if (stopping.aborted) throw error
    return attempt(undefined, wordsFor(error, timeoutMs))
  } finally {
    inTime()
    stopping.removeEventListener('abort', stop)
  }
}

/** The beginning of a body; what came of one that breaks off or stalls. Who answered 200 has the event. */
async function beginningOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of stream) {
      chunks.push(chunk)
      bytes += chunk.length
      // Leaving the loop closes the connection: the rest, however long, is not read.
      if (bytes >= KEPT_BODY_BYTES) break
    }
  } catch {
    // The status has come, and it decides.
  }
  return storable(new TextDecoder().decode(Buffer.concat(chunks).subarray(0, KEPT_BODY_BYTES)))
}

function keptHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers).slice(0, KEPT_HEADERS)) {
    if (value !== undefined) kept[storable(name)] = typeof value === 'string' ? cut(value) : value.slice(0, 10).map(cut)
  }
  return kept
}

const cut = (value: string): string => storable(value.slice(0, KEPT_HEADER_CHARS))

// PostgreSQL keeps no U+0000 in texts.
const storable = (text: string): string => text.replaceAll('\0', '\u{FFFD}')

function problemOf(status: number): string | undefined {
  if (status >= 200 && status < 300) return undefined
  return status >= 300 && status < 400 ? `answered ${status}; redirects are not followed` : `answered ${status}`
}

const words: Record<string, string> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'closed the connection before it answered',
  EPIPE: 'closed the connection before it answered',
  UND_ERR_SOCKET: 'closed the connection before it answered',
  UND_ERR_CONNECT_TIMEOUT: 'did not accept a connection in time',
  ETIMEDOUT: 'did not accept a connection in time',
  ENOTFOUND: 'has a name that does not resolve',
  EAI_AGAIN: 'has a name that does not resolve',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  CERT_HAS_EXPIRED: 'has a certificate that is over',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that it signed itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate that it signed itself',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate that cannot be checked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
  HPE_INVALID_CONSTANT: 'answered with something that is not HTTP',
}

/** Why no answer came, as the end of a sentence about the receiver. */
function wordsFor(error: unknown, timeoutMs: number): string {
  if (error instanceof TimedOut) return `did not answer within ${timeoutMs / 1_000} s`
  if (!(error instanceof Error)) return 'cannot be reached'
  // Such as a ForbiddenAddress, in whose message the reason stands.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code === undefined) return error.message
  return words[code] ?? (code.startsWith('HPE_') ? 'answered with something that is not HTTP' : `failed with ${code}`)
}
