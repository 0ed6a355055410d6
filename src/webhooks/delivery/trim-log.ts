import type { Pool } from 'pg'
import { DAY_MS } from '../../time.ts'

/** How long a delivery that is finished can be looked at and replayed. */
export const KEPT_DAYS = 30

const AT_ONCE = 1_000

/**
 * Deletes the deliveries that finished long ago, oldest first; what is not finished ends the walk,
 * and is never so old.
 */
export async function trimDeliveries(pool: Pool, now: Date): Promise<void> {
  const before = new Date(now.getTime() - KEPT_DAYS * DAY_MS)
  for (;;) {
    const { rowCount } = await pool.query(
      `with oldest as (select "id", "finishedAt" from "Delivery" order by "id" limit ${AT_ONCE})
       delete from "Delivery" d using oldest o where d."id" = o."id" and o."finishedAt" < $1`,
      [before],
    )
    if ((rowCount ?? 0) < AT_ONCE) return
  }
}
