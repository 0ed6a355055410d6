import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { Schedule } from '../db/generated/client/client.ts'
import { notFound } from '../errors.ts'
import { byId } from '../ids.ts'
import { isAdminOver } from '../teams/organization.ts'

/**
 * A schedule of the viewer, or of an account whose organization they manage; null when there is
 * none.
 */
export async function findToRead(ctx: Context, id: string): Promise<Schedule | null> {
  const viewerId = hostOf(ctx)
  const schedule = await ctx.db.schedule.findUnique({ where: byId(id) })
  if (schedule === null || schedule.hostId === viewerId) return schedule
  return (await isAdminOver(ctx, schedule.hostId)) ? schedule : null
}

/**
 * A schedule of the viewer, by its id or its databaseId.
 * @throws ApiError NOT_FOUND that names `path`.
 */
export async function findOwnSchedule(ctx: Context, id: string, path = 'id', db: Tx = ctx.db) {
  const schedule = await db.schedule.findUnique({
    where: { ...byId(id), hostId: hostOf(ctx) },
    include: { defaultOf: { select: { id: true } } },
  })
  if (schedule === null) throw notFound('schedule', path)
  return schedule
}
