import type { Context } from '../context.ts'
import type { EventType } from '../db/generated/client/client.ts'
import { invalid, notFound } from '../errors.ts'
import type { Change } from '../event-log/transaction.ts'
import { findOwnSchedule, type OwnHours, writeOwnHours } from '../schedules/index.ts'

interface Wanted {
  scheduleId?: string | null | undefined
  hours?: OwnHours | null | undefined
}

/**
 * The schedule that an event type is to have: one of the host's, hours of its own, or null for the
 * default one. Hours of its own that it has no more are deleted.
 * @param before the event type as it was; null for a new one
 * @throws ApiError NOT_FOUND for a schedule that is not the host's, or belongs to another event
 * type; INVALID_INPUT for both.
 */
export async function scheduleFor(
  ctx: Context,
  change: Change,
  { scheduleId, hours }: Wanted,
  name: string,
  before: EventType | null,
): Promise<number | null> {
  if (hours != null && scheduleId != null)
    throw invalid('input.hours', 'cannot stand beside scheduleId')
  if (hours === undefined && scheduleId === undefined) return before?.scheduleId ?? null
  const { tx } = change
  const had =
    before?.scheduleId == null
      ? null
      : await tx.schedule.findUnique({ where: { id: before.scheduleId } })
  const own = had?.isOwn === true ? had.id : null
  if (hours != null) return writeOwnHours(change, hours, name, own)
  const found =
    scheduleId == null ? null : await findOwnSchedule(ctx, scheduleId, 'input.scheduleId', tx)
  if (found?.isOwn && found.id !== own) throw notFound('schedule', 'input.scheduleId')
  if (own !== null && found?.id !== own) await tx.schedule.delete({ where: { id: own } })
  return found?.id ?? null
}
