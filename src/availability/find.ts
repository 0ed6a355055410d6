import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { notFound } from '../refusal.ts'

const MAX_DATABASE_ID = 2_147_483_647

/**
 * How an id of a client is looked up: a public id by its `uid`; an integer, which no public id looks like, by the
 * `databaseId`, for the dialects that document integers.
 */
export function byId(id: string): { uid: string } | { id: number } {
  if (/^\d{1,10}$/.test(id) && Number(id) <= MAX_DATABASE_ID) return { id: Number(id) }
  return { uid: id }
}

/** A schedule of the viewer, by its id or its databaseId. @throws Refusal NOT_FOUND that names `path`. */
export async function findOwnSchedule(ctx: Context, id: string, path = 'id', db: Tx = ctx.db) {
  const schedule = await db.schedule.findUnique({
    where: { ...byId(id), hostId: hostOf(ctx) },
    include: { defaultOf: { select: { id: true } } },
  })
  if (schedule === null) throw notFound('schedule', path)
  return schedule
}
