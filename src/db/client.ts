import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { type Prisma, PrismaClient } from './generated/client/client.ts'

const STATEMENT_TIMEOUT_MS = 15_000
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 10_000
const TRANSACTION_MAX_WAIT_MS = 10_000
const TRANSACTION_TIMEOUT_MS = 15_000

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

/** An instant by the positions of its digits: several times as fast as the general parser, which takes what differs. */
function readInstant(text: string): Date {
  const end = text.length - 3
  if (end < SHORTEST - 3 || text[4] !== '-' || text[13] !== ':' || !text.endsWith('+00')) return readSlowly(text)
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5) - 1
  const ms = end > 20 ? Number(text.slice(20, end).padEnd(3, '0').slice(0, 3)) : 0
  return new Date(
    Date.UTC(year, month, twoDigits(text, 8), twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17), ms),
  )
}

const twoDigits = (text: string, at: number): number => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48

/** The types of PostgreSQL as pg reads them, but for instants, of which every row has several. */
const fastDates: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    return oid === TIMESTAMPTZ && format !== 'binary' ? readInstant : pg.types.getTypeParser(oid, format)
  },
}

/** How many connections, and what name they show in pg_stat_activity. */
export interface ConnectOptions {
  maxConnections?: number
  applicationName?: string
}

/**
 * Prepares a pool and a Prisma client on it. No connection is opened before the first query; call `reach` first to
 * learn early, and in plain words, that a database does not answer.
 *
 * A statement may take 15 s, a transaction 15 s after at most 10 s of waiting for a connection.
 */
export function connect(
  url: string,
  { maxConnections = 20, applicationName = 'meridian' }: ConnectOptions = {},
): Database {
  const pool = new pg.Pool({
    types: fastDates,
    options: '-c timezone=UTC',
    connectionString: url,
    max: maxConnections,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  })
  // A connection that breaks leaves the pool by itself: while idle it says so here, in use its query fails. Without
  // the listeners either would end the process.
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: TRANSACTION_MAX_WAIT_MS, timeout: TRANSACTION_TIMEOUT_MS },
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
