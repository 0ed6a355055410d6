import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { byId } from '../ids.ts'
import { notFound } from '../refusal.ts'

/** A schedule of the viewer, by its id or its databaseId. @throws Refusal NOT_FOUND that names `path`. */
export async function findOwnSchedule(ctx: Context, id: string, path = 'id', db: Tx = ctx.db) {
  const schedule = await db.schedule.findUnique({
    where: { ...byId(id), hostId: hostOf(ctx) },
    include: { defaultOf: { select: { id: true } } },
  })
  if (schedule === null) throw notFound('schedule', path)
  return schedule
}
