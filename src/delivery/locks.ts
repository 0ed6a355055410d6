import pg from 'pg'
import type { Logger } from 'pino'

/** A hook's turn that this process has, and nobody else. */
export interface Held {
  /** Whether it is lost: the connection that holds it broke, and another process may have the turn now. */
  isLost(): boolean
  release(): Promise<void>
}

/** Turns of hooks across all processes on the database, each held by one at a time. */
export interface Locks {
  /** The turn of a hook; undefined when another process has it. This process must not ask for one that it has. */
  take(hookId: number): Promise<Held | undefined>
  close(): Promise<void>
}

// The first key of our advisory locks; any number that no one else on the database uses.
const TURN_LOCK = 7_146_002
const CONNECT_TIMEOUT_MS = 10_000

/**
 * Holds turns as session locks of one connection. PostgreSQL frees them when the process ends in any way, so a turn that
 * was cut off can be taken again at once.
 */
export function locksOn(databaseUrl: string, log: Logger): Locks {
  let current: Connection | undefined

  function connection(): Connection {
    if (current !== undefined) return current
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'meridian turns',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    })
    const connected = client.connect().then(() => {})
    const mine: Connection = { client, connected, last: connected }
    const forget = () => {
      if (current === mine) current = undefined
    }
    mine.connected.catch(forget)
    client.on('end', forget)
    client.on('error', error => {
      forget()
      log.warn({ err: error }, 'lost the connection that holds the turns')
    })
    current = mine
    return mine
  }

  return {
    async take(hookId) {
      const mine = connection()
      await mine.connected
      const [row] = await inTurn<{ taken: boolean }>(mine, 'select pg_try_advisory_lock($1, $2) as taken', hookId)
      if (row?.taken !== true) return undefined
      return {
        isLost: () => current !== mine,
        async release() {
          if (current === mine) await inTurn(mine, 'select pg_advisory_unlock($1, $2)', hookId)
        },
      }
    },
    async close() {
      await current?.connected.catch(() => {})
      await current?.client.end()
    },
  }
}

interface Connection {
  client: pg.Client
  connected: Promise<void>
  /** The end of the statement that was asked for last. */
  last: Promise<unknown>
}

/** Runs a statement when those before it have ended: a client of pg takes one at a time. */
async function inTurn<Row extends pg.QueryResultRow>(mine: Connection, text: string, hookId: number): Promise<Row[]> {
  const answer = mine.last.then(() => mine.client.query<Row>(text, [TURN_LOCK, hookId]))
  mine.last = answer.catch(() => {})
  return (await answer).rows
}
