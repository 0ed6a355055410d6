import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { BookingLink, EventType } from '../db/generated/client/client.ts'
import { type Change, changeHost } from '../events/change.ts'
import { newUid } from '../ids.ts'
import { Refusal } from '../refusal.ts'
import { findOwn } from './find.ts'

/** Links of a host that nobody has booked by. */
const MAX_OPEN_LINKS = 10_000

/**
 * Makes a link that books an event type once. Whoever has it can.
 * @throws Refusal NOT_FOUND; LIMIT_REACHED with 10,000 links that nobody has booked by.
 */
export async function createBookingLink(
  ctx: Context,
  eventTypeId: string,
): Promise<BookingLink & { eventType: EventType }> {
  return changeHost(ctx, hostOf(ctx), async ({ tx, hostId, now }) => {
    const eventType = await findOwn(ctx, eventTypeId, 'eventTypeId', tx)
    if ((await tx.bookingLink.count({ where: { hostId, bookingId: null } })) >= MAX_OPEN_LINKS) {
      throw new Refusal('LIMIT_REACHED', `An account has at most ${MAX_OPEN_LINKS} links that nobody has booked by.`, {
        limit: MAX_OPEN_LINKS,
      })
    }
    return tx.bookingLink.create({
      data: { uid: newUid('BookingLink'), hostId, eventTypeId: eventType.id, createdAt: now },
      include: { eventType: true },
    })
  })
}

const LinkRef = z.object({ link: z.string() })

/** Uses up the link that an event type was named by, if it was. Nobody else can between: the host's changes wait. */
export async function useLink({ tx }: Change, ref: unknown, bookingId: number): Promise<void> {
  const { data } = LinkRef.safeParse(ref)
  if (data !== undefined)
    await tx.bookingLink.update({ where: { uid: data.link, bookingId: null }, data: { bookingId } })
}
