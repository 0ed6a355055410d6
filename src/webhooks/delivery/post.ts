import type { IncomingHttpHeaders } from 'node:http'
import { type Dispatcher, errors } from 'undici'
import type { Clock } from '../../clock.ts'
import type { Answer } from './retry.ts'

/** One request to a receiver. */
export interface Posted {
  url: string
  /** Those of the dialect; `content-type` in lower case, where it is not that of JSON. */
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
  /** Set when there was nothing to send, for now or for good: no fault of the receiver. */
  unsent?: 'for now' | 'for good'
}

/** How much of an answer is kept; the rest is not read. */
const KEPT_BODY_BYTES = 4_096
const KEPT_HEADERS = 50
const KEPT_HEADER_CHARS = 1_000

class TimedOut extends Error {}

/**
 * Posts once, follows no redirect, and keeps the beginning of the answer. Everything that can go
 * wrong at the receiver is part of the answer; it rejects only when `stopping` aborts.
 */
export function post(
  { clock, dispatcher, stopping }: { clock: Clock; dispatcher: Dispatcher; stopping: AbortSignal },
  { url, headers, body, timeoutMs }: Posted,
): Promise<Attempt> {
  const { origin, pathname, search } = new URL(url)
  const startedAt = clock.now()
  const started = performance.now()
  return new Promise((resolve, reject) => {
    let isOver = false
    let request: Dispatcher.DispatchController | undefined
    let answered: { status: number; headers: IncomingHttpHeaders } | undefined
    const chunks: Buffer[] = []
    let bytes = 0

    /**
     * Returns the result; of a body that stalls or breaks off, its beginning. A receiver that
     * responded 200 has the event.
     */
    function end(error?: Error): void {
      if (isOver) return
      isOver = true
      inTime()
      stopping.removeEventListener('abort', stop)
      const durationMs = Math.round(performance.now() - started)
      if (stopping.aborted) reject(stopping.reason)
      else if (answered === undefined) {
        resolve({
          url,
          startedAt,
          durationMs,
          answer: undefined,
          problem: wordsFor(error, timeoutMs),
        })
      } else {
        const answer = answerOf(answered.status, answered.headers, chunks)
        resolve({ url, startedAt, durationMs, answer, problem: problemOf(answered.status) })
      }
    }
    function cutOff(reason: Error): void {
      end(reason)
      request?.abort(reason)
    }
    const stop = () => cutOff(stopping.reason)
    const inTime = clock.after(timeoutMs, () => cutOff(new TimedOut()))
    stopping.addEventListener('abort', stop)
    if (stopping.aborted) return stop()

    // Not undici's `request`, whose stream and abort signal for each answer cost as much as all
    // else here.
    dispatcher.dispatch(
      {
        origin,
        path: pathname + search,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...headers,
          'user-agent': 'Meridian-Hooks/1',
        },
        body,
        // The clock's time limit is for all of it.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart(controller) {
          request = controller
          // It was given up before there was a connection.
          if (isOver) controller.abort(new TimedOut())
        },
        onResponseStart(_controller, status, headers) {
          // Others than 1xx, which may come before the answer.
          if (status >= 200) answered = { status, headers }
        },
        onResponseData(controller, chunk) {
          chunks.push(chunk)
          bytes += chunk.length
          if (bytes < KEPT_BODY_BYTES) return
          // This closes the connection: the rest, however long, is not read.
          end()
          controller.abort(new Error('enough was read'))
        },
        onResponseEnd: () => end(),
        onResponseError: (_controller, error) => end(error),
      },
    )
  })
}

function answerOf(
  status: number,
  headers: IncomingHttpHeaders,
  chunks: Buffer[],
): Attempt['answer'] {
  // As of a stream: what the cut leaves of a character is left out.
  const beginning = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, KEPT_BODY_BYTES), {
    stream: true,
  })
  // One that came twice is a list, whatever its type says.
  const retryAfter: unknown = headers['retry-after']
  return {
    status,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    headers: keptHeaders(headers),
    body: storable(beginning),
  }
}

function keptHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers).slice(0, KEPT_HEADERS)) {
    if (value !== undefined)
      kept[storable(name)] = typeof value === 'string' ? cut(value) : value.slice(0, 10).map(cut)
  }
  return kept
}

const cut = (value: string): string => storable(value.slice(0, KEPT_HEADER_CHARS))

// PostgreSQL keeps no U+0000 in texts.
const storable = (text: string): string => text.replaceAll('\0', '\u{FFFD}')

function problemOf(status: number): string | undefined {
  if (status >= 200 && status < 300) return undefined
  return status >= 300 && status < 400
    ? `answered ${status}; redirects are not followed`
    : `answered ${status}`
}

const NOT_HTTP = 'answered with something that is not HTTP'

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
  UND_ERR_HEADERS_OVERFLOW: 'answered with more headers than are read',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: NOT_HTTP,
}

/** Why no answer came, as the end of a sentence about the receiver. */
function wordsFor(error: unknown, timeoutMs: number): string {
  if (error instanceof TimedOut) return `did not answer within ${timeoutMs / 1_000} s`
  if (error instanceof errors.HTTPParserError) return NOT_HTTP
  if (!(error instanceof Error)) return 'cannot be reached'
  // Such as a ForbiddenAddress, in whose message the reason stands.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code === undefined) return error.message
  return words[code] ?? `failed with ${code}`
}
