import type { Context } from '../context.ts'
import type { EventType } from '../db/generated/client/client.ts'
import { changeHostsFound } from '../event-log/transaction.ts'
import { findToChange, hostIdsOf } from './find.ts'
import { emitToHosts, eventTypeFacts } from './hosts.ts'

/**
 * Takes an event type out of use for good, one's own or as an admin of its team; its bookings stay,
 * and its slug is free again. Archiving twice is the same.
 * @throws ApiError NOT_FOUND; FORBIDDEN.
 */
export async function archiveEventType(ctx: Context, id: string): Promise<EventType> {
  const owner = await findToChange(ctx, id, 'input.id')
  return changeHostsFound(
    ctx,
    () => hostIdsOf(ctx.db, owner),
    async shared => {
      const { tx, now } = shared
      const before = await tx.eventType.findUniqueOrThrow({ where: { id: owner.id } })
      if (before.archivedAt !== null) return before
      const eventType = await tx.eventType.update({
        where: { id: owner.id },
        data: { archivedAt: now, updatedAt: now },
      })
      emitToHosts(shared, await hostIdsOf(tx, owner), {
        kind: 'EVENT_TYPE_ARCHIVED',
        eventTypeId: eventType.id,
        data: eventTypeFacts(eventType),
      })
      return eventType
    },
  )
}
