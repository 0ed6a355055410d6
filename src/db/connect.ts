import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

// A server that is starting, stopping or recovering, and hosts that are not up yet: worth asking
// again.
const PASSING = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', '57P03', '57P01', '53300'])
const CONNECT_TIMEOUT_MS = 10_000
const RETRY_EVERY_MS = 250

/**
 * Opens one connection and closes it. Throws an error that says, without the password, which
 * database did not answer and why.
 *
 * @param patienceMs how long to ask again while the server is starting or its host is not known yet
 * @param signal ends the wait: throws its reason
 */
export async function reach(
  url: string,
  { patienceMs = 0, signal }: { patienceMs?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const giveUpAt = Date.now() + patienceMs
  for (;;) {
    try {
      await withClient(url, async () => {})
      return
    } catch (error) {
      if (!PASSING.has(errorCode(error) ?? '') || Date.now() >= giveUpAt)
        throw unreachable(url, error)
    }
    signal?.throwIfAborted()
    await sleep(RETRY_EVERY_MS)
  }
}

/** Runs `work` with a connection of its own, closed afterwards. */
export async function withClient<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  // The query that was running fails with the same error; without a listener the process would end.
  client.on('error', () => {})
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/** An error for people: the address without credentials, the reason, and what to look at. */
export function unreachable(url: string, cause: unknown): Error {
  const advice = ADVICE[errorCode(cause) ?? '']
  const reason = reasonOf(cause).replaceAll(url, 'the URL')
  const sentences = [
    `The database at ${addressOf(url)} cannot be used: ${reason}.`,
    ...(advice ? [advice] : []),
  ]
  return new Error(sentences.join(' '), { cause })
}

const ADVICE: Record<string, string | undefined> = {
  ECONNREFUSED: 'Is the server running, and do host and port in DATABASE_URL fit?',
  ENOTFOUND: 'The host in DATABASE_URL is not known.',
  '28P01': 'The user or the password in DATABASE_URL is wrong.',
  '28000': 'The server does not let this user in from here (pg_hba.conf).',
  '3D000': 'Create the database, or change its name in DATABASE_URL.',
  '53300':
    'Every connection of the server is taken: lower the number of connections, or raise max_connections.',
}

/** The code of an error of Postgres (SQLSTATE) or of the socket. */
export function errorCode(error: unknown): string | undefined {
  if (error instanceof AggregateError) return errorCode(error.errors[0])
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}

function reasonOf(error: unknown): string {
  // Node gives one error for each address of a host, under one without a message.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}

function addressOf(url: string): string {
  if (!URL.canParse(url)) return '(DATABASE_URL is not a URL)'
  const { hostname, port, pathname } = new URL(url)
  return `${hostname || 'localhost'}:${port || '5432'}${pathname}`
}
