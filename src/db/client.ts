import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { type Prisma, PrismaClient } from './generated/client/client.ts'
import { serverNoticesLoss, socketWithLimit } from './silent-connections.ts'

const STATEMENT_TIMEOUT_MS = 15_000
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 10_000
const IDLE_MS = 10_000
/**
 * How long the server may be silent during a query, in milliseconds. More than a statement may
 * take: the server itself ends what only takes long.
 */
export const SILENCE_MS = STATEMENT_TIMEOUT_MS + 2_000
const TRANSACTION_MAX_WAIT_MS = 10_000
/** How long a transaction may take, in milliseconds, unless the request ends before. */
export const TRANSACTION_MS = 15_000

/** The client that domain code gets. */
export type Db = PrismaClient

/** The client inside an interactive transaction. */
export type Tx = Prisma.TransactionClient

/** Prisma and plain SQL over the same connections. */
export interface Database {
  prisma: Db
  pool: pg.Pool
  /** Waits for the queries that run, then closes every connection. */
  close(): Promise<void>
}

const TIMESTAMPTZ = 1184

// `2026-03-10 09:00:00.123+00`, as a session in UTC writes every year of four digits.
const SHORTEST = '2026-03-10 09:00:00+00'.length
const readSlowly = pg.types.getTypeParser(TIMESTAMPTZ)

/**
 * An instant by the positions of its digits: several times as fast as the general parser, which
 * takes what differs.
 */
function readInstant(text: string): Date {
  const end = text.length - 3
  if (end < SHORTEST - 3 || text[4] !== '-' || text[13] !== ':' || !text.endsWith('+00'))
    return readSlowly(text)
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5) - 1
  const ms = end > 20 ? Number(text.slice(20, end).padEnd(3, '0').slice(0, 3)) : 0
  return new Date(
    Date.UTC(
      year,
      month,
      twoDigits(text, 8),
      twoDigits(text, 11),
      twoDigits(text, 14),
      twoDigits(text, 17),
      ms,
    ),
  )
}

const twoDigits = (text: string, at: number): number =>
  (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48

/** The types of PostgreSQL as pg reads them, but for instants, of which every row has several. */
const fastDates: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    return oid === TIMESTAMPTZ && format !== 'binary'
      ? readInstant
      : pg.types.getTypeParser(oid, format)
  },
}

/** How many connections, and what name they show in pg_stat_activity. */
export interface ConnectOptions {
  maxConnections?: number
  applicationName?: string
  /**
   * A connection on which the server is silent for so long during a query is destroyed. Default 17
   * s.
   */
  silenceMs?: number
}

/**
 * A pool whose callbacks may release a client twice: the job queue does when its connection breaks
 * while it stops, in a promise that nobody awaits, and the error of the second release would end
 * the process.
 */
class Pool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>
  override connect(callback: ConnectCallback): void
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    if (callback === undefined) return super.connect()
    super.connect((error, client, release) => {
      let isReleased = false
      callback(error, client, reason => {
        if (isReleased) return
        isReleased = true
        release(reason)
      })
    })
    return undefined
  }
}

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  release: (reason?: Error | boolean) => void,
) => void

/** A pool of connections that do not wait for a silent server without limit. */
export function poolOn(
  url: string,
  {
    maxConnections = 20,
    applicationName = 'meridian',
    silenceMs = SILENCE_MS,
    types,
  }: ConnectOptions & Pick<pg.PoolConfig, 'types'> = {},
): pg.Pool {
  const pool = new Pool({
    ...(types && { types }),
    options: `-c timezone=UTC ${serverNoticesLoss}`,
    connectionString: url,
    max: maxConnections,
    // An idle connection is closed before it counts as silent.
    idleTimeoutMillis: Math.min(IDLE_MS, silenceMs / 2),
    application_name: applicationName,
    connectionTimeoutMillis: Math.min(CONNECT_TIMEOUT_MS, silenceMs),
    statement_timeout: Math.min(STATEMENT_TIMEOUT_MS, silenceMs),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    stream: socketWithLimit(silenceMs),
  })
  // A connection that breaks leaves the pool by itself: while idle it says so here, in use its
  // query fails. Without the listeners either would end the process.
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  return pool
}

/**
 * Prepares a pool and a Prisma client on it. No connection is opened before the first query; call
 * `reach` first to learn early, and in plain words, that a database does not answer.
 *
 * A statement may take 15 s, a transaction 15 s after at most 10 s of waiting for a connection. A
 * connection on which the server is silent for 17 s during a query is destroyed, and the query
 * fails.
 */
export function connect(url: string, options: ConnectOptions = {}): Database {
  const pool = poolOn(url, { ...options, types: fastDates })
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: TRANSACTION_MAX_WAIT_MS, timeout: TRANSACTION_MS },
  })
  return {
    prisma,
    pool,
    async close() {
      // The adapter leaves a pool that it was given open.
      await prisma.$disconnect()
      await pool.end()
    },
  }
}
