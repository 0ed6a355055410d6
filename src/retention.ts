import type { Deps } from './context.ts'
import { runEvery } from './run-every.ts'
import { DAY_MS } from './time.ts'

const EVERY_MS = 10 * 60_000
const AT_ONCE = 1_000

/** Rows of a table that are deleted a while after an instant that they name. */
interface Rule {
  table: string
  /** The column with the instant, which has an index. Rows in which it is null stay. */
  column: string
  /** How many days after the instant the row is kept. */
  days: number
}

/**
 * How long rows are kept that nobody deletes. Credentials stay a week after they expired, so that a
 * clock that runs ahead and is set back ends no session. Spent refresh tokens are kept as long as
 * their family, which ends when one of them is used again after its grace period; they are deleted
 * with it. Bookings, contacts, events and answers to routing forms are the data of the account:
 * they are deleted by its owner alone.
 */
export const retention: readonly Rule[] = [
  { table: 'Session', column: 'expiresAt', days: 7 },
  { table: 'AccessToken', column: 'expiresAt', days: 7 },
  { table: 'TokenFamily', column: 'expiresAt', days: 7 },
  { table: 'ManagedToken', column: 'refreshExpiresAt', days: 7 },
  { table: 'Reservation', column: 'expiresAt', days: 1 },
  { table: 'AssistantSession', column: 'expiresAt', days: 1 },
  { table: 'IdempotencyKey', column: 'createdAt', days: 30 },
]

/** How many days a job of the queue is kept after its last attempt failed. */
const FAILED_JOB_DAYS = 7

/**
 * Deletes old rows every ten minutes, by the clock of the gateway. Returns the function that ends
 * it.
 */
export const keepClean = (deps: Deps): (() => Promise<void>) =>
  runEvery(
    deps.clock,
    EVERY_MS,
    () => deleteOld(deps),
    error => deps.log.warn({ err: error }, 'old rows could not be deleted'),
  )

/** Deletes what is older than the rules say, oldest first, a thousand rows in each statement. */
async function deleteOld({ pool, clock }: Deps): Promise<void> {
  const now = clock.now()
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS)
  for (const { table, column, days } of retention) {
    // Rows that another gateway deletes are skipped.
    await inBatches(
      `delete from "${table}" where "id" in (
         select "id" from "${table}" where "${column}" < $1 order by "${column}" limit ${AT_ONCE} for update skip locked)`,
      daysAgo(days),
    )
  }
  // The library deletes a job and unlocks nothing that a worker has.
  await inBatches(
    `select graphile_worker.complete_jobs(array["id"]) from graphile_worker.jobs
     where "attempts" >= "max_attempts" and "locked_at" is null and "updated_at" < $1 limit ${AT_ONCE}`,
    daysAgo(FAILED_JOB_DAYS),
  )

  async function inBatches(text: string, before: Date): Promise<void> {
    for (;;) {
      const { rowCount } = await pool.query(text, [before])
      if ((rowCount ?? 0) < AT_ONCE) return
    }
  }
}
