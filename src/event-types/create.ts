import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import { changeHost } from '../events/change.ts'
import { newUid } from '../ids.ts'
import { parse, slugOf } from '../parse.ts'
import { Refusal } from '../refusal.ts'
import { scheduleFor } from './hours.ts'
import { columnsOf, NewEventType } from './settings.ts'
import { orSlugTaken } from './slug.ts'
import { firstFree } from './values.ts'

const MAX_EVENT_TYPES = 500

/**
 * Makes an event type, last on the booking page unless it says where. Its slug is made of its name unless given.
 * @throws Refusal CONFLICT for a slug that is taken; LIMIT_REACHED with 500 that are not archived; NOT_FOUND for a
 * schedule that is not the host's; INVALID_INPUT.
 */
export async function createEventType(ctx: Context, input: unknown) {
  const hostId = hostOf(ctx)
  const { isOneOff, settings, ...hours } = parse(NewEventType, input)
  return orSlugTaken(
    changeHost(ctx, hostId, async change => {
      const { tx, now, emit } = change
      const others = await liveOnes(tx, hostId)
      if (others.length >= MAX_EVENT_TYPES) {
        throw new Refusal('LIMIT_REACHED', `An account has at most ${MAX_EVENT_TYPES} event types.`, {
          limit: MAX_EVENT_TYPES,
        })
      }
      const slugs = new Set(others.map(other => other.slug))
      const ownSlug = slugOf(settings.name, `${settings.durationMinutes}-min`)
      const eventType = await tx.eventType.create({
        data: {
          ...columnsOf({
            ...settings,
            slug: settings.slug ?? firstFree(ownSlug, candidate => slugs.has(candidate)),
            position: settings.position ?? Math.max(-1, ...others.map(other => other.position)) + 1,
          }),
          uid: newUid('EventType'),
          hostId,
          isOneOff,
          scheduleId: await scheduleFor(ctx, change, hours, settings.name, null),
          createdAt: now,
          updatedAt: now,
        },
      })
      emit({
        kind: 'EVENT_TYPE_CREATED',
        eventTypeId: eventType.id,
        data: { uid: eventType.uid, name: eventType.name, slug: eventType.slug },
      })
      return eventType
    }),
  )
}

const liveOnes = (tx: Tx, hostId: number) =>
  tx.eventType.findMany({ where: { hostId, archivedAt: null }, select: { slug: true, position: true } })
