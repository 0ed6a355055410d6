import { LRUCache } from 'lru-cache'
import type { Db } from './client.ts'

const KEPT = 2_000
// `xmin` comes round again after four billion transactions.
const KEPT_MS = 60 * 60_000

/**
 * Rows that are read with every page of something and seldom written, kept by their versions: a
 * statement that reads other rows reads the `xmin` of these along, which PostgreSQL changes with
 * each write of a row, and only what is not known at that version is loaded. So what is answered is
 * never older than what the statement saw.
 *
 *     const eventTypes = keptByVersion((db, ids) => db.eventType.findMany({ where: { id: { in: ids } } }))
 *     const known = await eventTypes(ctx.db, new Map(rows.map(row => [row.eventTypeId, row.eventTypeVersion])))
 */
export function keptByVersion<Row extends { id: number }>(
  load: (db: Db, ids: number[]) => Promise<Row[]>,
) {
  const caches = new WeakMap<Db, LRUCache<number, { version: string; row: Row }>>()
  return async (db: Db, versions: ReadonlyMap<number, string>): Promise<Map<number, Row>> => {
    const cache = caches.get(db) ?? new LRUCache({ max: KEPT, ttl: KEPT_MS })
    caches.set(db, cache)
    const found = new Map<number, Row>()
    const missing: number[] = []
    for (const [id, version] of versions) {
      const known = cache.get(id)
      if (known?.version === version) found.set(id, known.row)
      else missing.push(id)
    }
    if (missing.length === 0) return found
    for (const row of await load(db, missing)) {
      found.set(row.id, row)
      // It may be newer than the version; then the next statement sees another one, and it is
      // loaded again.
      const version = versions.get(row.id)
      if (version !== undefined) cache.set(row.id, { version, row })
    }
    return found
  }
}
