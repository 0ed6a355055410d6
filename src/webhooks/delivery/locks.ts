import type { Logger } from 'pino'
import { type Heartbeat, keepSession } from '../../db/session.ts'

/** A hook's turn that this process has, and nobody else. */
export interface Held {
  /**
   * Aborts when it is lost: the session that holds it broke, and another process may have the turn
   * soon.
   */
  lost: AbortSignal
  release(): Promise<void>
}

/** Turns of hooks across all processes on the database, each held by one at a time. */
export interface Locks {
  /**
   * The turn of a hook; undefined when another process has it. This process must not ask for one
   * that it has.
   */
  take(hookId: number): Promise<Held | undefined>
  /** Whether the session that holds the turns works. */
  areAlive(): boolean
  close(): Promise<void>
}

// The first key of our advisory locks; any number that no one else on the database uses.
const TURN_LOCK = 7_146_002

/**
 * Holds turns as locks of one session. PostgreSQL releases them when the process ends in any way,
 * and when the session is silent, so a turn that was cut off can be taken again at once.
 * @throws Error when the database cannot be reached at the start.
 */
export async function locksOn(
  databaseUrl: string,
  log: Logger,
  heartbeat?: Heartbeat,
): Promise<Locks> {
  const kept = await keepSession(databaseUrl, {
    applicationName: 'meridian turns',
    heartbeat,
    failed: error => log.warn({ err: error }, 'the connection that holds the turns does not work'),
  })
  return {
    async take(hookId) {
      const session = await kept.session()
      const keys = [TURN_LOCK, hookId]
      const [row] = await session.query<{ taken: boolean }>(
        'select pg_try_advisory_lock($1, $2) as taken',
        keys,
      )
      if (row?.taken !== true) return undefined
      return {
        lost: session.lost,
        async release() {
          if (!session.lost.aborted) await session.query('select pg_advisory_unlock($1, $2)', keys)
        },
      }
    },
    areAlive: () => kept.isAlive(),
    close: () => kept.close(),
  }
}
