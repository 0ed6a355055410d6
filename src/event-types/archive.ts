import { type Context, hostOf } from '../context.ts'
import { changeHost } from '../events/change.ts'
import { findOwn } from './find.ts'

/**
 * Takes an event type out of use for good; its bookings stay, and its slug is free again. Archiving twice is the same.
 * @throws Refusal NOT_FOUND.
 */
export async function archiveEventType(ctx: Context, id: string) {
  return changeHost(ctx, hostOf(ctx), async ({ tx, now, emit }) => {
    const before = await findOwn(ctx, id, 'id', tx)
    if (before.archivedAt !== null) return before
    const eventType = await tx.eventType.update({
      where: { id: before.id },
      data: { archivedAt: now, updatedAt: now },
    })
    emit({
      kind: 'EVENT_TYPE_ARCHIVED',
      eventTypeId: eventType.id,
      data: { uid: eventType.uid, name: eventType.name, slug: eventType.slug },
    })
    return eventType
  })
}
