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

/** `2026-03-10 09:00:00.123+00` by its positions, ten times as fast as the general parser; that one takes what differs. */
function readInstant(text: string): Date {
  const slow = pg.types.getTypeParser(TIMESTAMPTZ)
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?\+00$/.test(text)) return slow(text)
  return new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
}

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
