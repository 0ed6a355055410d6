import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import { changeHost } from '../events/change.ts'
import { parse } from '../parse.ts'
import { Refusal } from '../refusal.ts'
import { findOwn } from './find.ts'
import { scheduleFor } from './hours.ts'
import { changesTo, columnsOf } from './settings.ts'
import { orSlugTaken } from './slug.ts'

const Target = z.object({ id: z.string() })

/**
 * Changes what the input names. Bookings that exist stay as they are.
 * @throws Refusal NOT_FOUND, for a schedule that is not the host's too; CONFLICT for a slug that is taken or an event
 * type that is archived; INVALID_INPUT.
 */
export async function updateEventType(ctx: Context, input: unknown) {
  const { id } = parse(Target, input)
  return orSlugTaken(
    changeHost(ctx, hostOf(ctx), async change => {
      const { tx, now, emit } = change
      const before = await findOwn(ctx, id, 'input.id', tx)
      if (before.archivedAt !== null) throw archived()
      const { settings, ...hours } = parse(changesTo(before), input)
      const eventType = await tx.eventType.update({
        where: { id: before.id },
        data: {
          ...columnsOf(settings),
          scheduleId: await scheduleFor(ctx, change, hours, settings.name, before),
          updatedAt: now,
        },
      })
      emit({
        kind: 'EVENT_TYPE_UPDATED',
        eventTypeId: eventType.id,
        data: { uid: eventType.uid, name: eventType.name, slug: eventType.slug },
      })
      return eventType
    }),
  )
}

const archived = () =>
  new Refusal('CONFLICT', 'An archived event type cannot be changed.', {
    fields: [{ path: 'input.id', message: 'is archived' }],
  })
