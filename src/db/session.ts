import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { serverNoticesLoss, socketWithLimit } from './silent-connections.ts'

/** How the liveness of a long-lived session is checked. In milliseconds. */
export interface Heartbeat {
  /** From the answer of one query to the next. */
  everyMs: number
  /** How long the server may be silent before the connection is destroyed. More than `everyMs`. */
  answerMs: number
}

export const defaultHeartbeat: Heartbeat = { everyMs: 1_000, answerMs: 3_000 }

const RECONNECT_DELAY_MS = 250
const CONNECT_TIMEOUT_MS = 10_000

/** One connection to the server, while it lasts. */
export interface Session {
  /** Runs a statement after those before it: a client of pg takes one at a time. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /**
   * Aborts when the connection is lost or closed. The server may have released the locks of the
   * session by then.
   */
  lost: AbortSignal
}

/** A session that is replaced by a new one whenever it is lost. */
export interface KeptSession {
  /** The session, or the next one while there is none. @throws Error when it is closed before. */
  session(): Promise<Session>
  /** Whether the server answered within the time of one heartbeat. */
  isAlive(): boolean
  close(): Promise<void>
}

export interface KeepOptions {
  applicationName: string
  heartbeat?: Heartbeat | undefined
  /** Prepares a new session. @param isFirst false after one was lost */
  opened?(session: Session, isFirst: boolean): Promise<void>
  notified?(message: pg.Notification): void
  /** A session was lost, or a new one cannot be opened yet. */
  failed(error: unknown): void
}

/**
 * Keeps a session open: a query every second shows both sides that the other is there. When the
 * server does not answer, the connection is destroyed here; when no query comes, the server ends
 * the session, and with it releases its locks, but not before this side has given it up.
 * @throws Error when the first session cannot be opened.
 */
export async function keepSession(url: string, options: KeepOptions): Promise<KeptSession> {
  const closing = new AbortController()
  const pause = (ms: number) => sleep(ms, undefined, { signal: closing.signal }).catch(() => {})
  let held: Open | undefined = await open(url, options, true)

  async function keep(): Promise<void> {
    while (!closing.signal.aborted) {
      await held?.ended
      held = undefined
      await pause(RECONNECT_DELAY_MS)
      if (closing.signal.aborted) return
      held = await open(url, options, false).catch(error => {
        options.failed(error)
        return undefined
      })
    }
    await held?.end()
  }

  const kept = keep()
  return {
    async session() {
      while (!closing.signal.aborted) {
        if (held !== undefined && !held.lost.aborted) return held
        await pause(RECONNECT_DELAY_MS)
      }
      throw new Error(`The session "${options.applicationName}" is closed.`)
    },
    isAlive: () => held?.isAlive() ?? false,
    async close() {
      closing.abort()
      await held?.end()
      await kept
    },
  }
}

interface Open extends Session {
  isAlive(): boolean
  /** Resolves when the connection is closed, from either side. */
  ended: Promise<void>
  end(): Promise<void>
}

async function open(url: string, options: KeepOptions, isFirst: boolean): Promise<Open> {
  const { applicationName, heartbeat: { everyMs, answerMs } = defaultHeartbeat } = options
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    stream: socketWithLimit(answerMs),
    // Later than this side gives the session up: by then nothing here relies on its locks.
    options: `-c idle_session_timeout=${2 * (everyMs + answerMs)} ${serverNoticesLoss}`,
  })
  const lost = new AbortController()
  // One listener for each lock that is held.
  setMaxListeners(0, lost.signal)
  let answeredAt = performance.now()
  let last: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const ended = new Promise<void>(resolve => {
    const end = () => {
      clearTimeout(timer)
      lost.abort()
      resolve()
    }
    client.on('end', end)
    client.on('error', error => {
      if (!lost.signal.aborted) options.failed(error)
      end()
    })
  })

  const query = async <Row extends pg.QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<Row[]> => {
    const answer = last.then(() => client.query<Row>(text, values))
    last = answer.catch(() => {})
    const { rows } = await answer
    answeredAt = performance.now()
    return rows
  }
  const beat = async (): Promise<void> => {
    await query('select 1').catch(() => {})
    if (!lost.signal.aborted) timer = setTimeout(beat, everyMs)
  }
  const session: Open = {
    query,
    lost: lost.signal,
    isAlive: () => !lost.signal.aborted && performance.now() - answeredAt <= everyMs + answerMs,
    ended,
    end: () => client.end(),
  }
  if (options.notified !== undefined) client.on('notification', options.notified)
  try {
    await client.connect()
    await options.opened?.(session, isFirst)
  } catch (error) {
    lost.abort()
    await client.end().catch(() => {})
    throw error
  }
  answeredAt = performance.now()
  void beat()
  return session
}
