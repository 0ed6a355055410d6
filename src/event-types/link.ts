import { z } from 'zod'
import { type Context, hostOf } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { BookingLink, EventType } from '../db/generated/client/client.ts'
import { changeHost } from '../events/change.ts'
import { newUid } from '../ids.ts'
import { notFound, Refusal } from '../refusal.ts'
import { findSeen } from './find.ts'

/** Links that somebody has made and nobody has booked by. */
const MAX_OPEN_LINKS = 10_000

/**
 * Makes a link that books an event type once, of the viewer or of a team that they are in. Whoever has it can.
 * @throws Refusal NOT_FOUND; LIMIT_REACHED with 10,000 links that nobody has booked by.
 */
export async function createBookingLink(
  ctx: Context,
  eventTypeId: string,
): Promise<BookingLink & { eventType: EventType }> {
  return changeHost(ctx, hostOf(ctx), async ({ tx, hostId, now }) => {
    const eventType = await findSeen(ctx, eventTypeId, 'eventTypeId', tx)
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

/**
 * Uses up the link that an event type was named by, if it was.
 * @throws Refusal NOT_FOUND when somebody else has booked by it meanwhile, with other hosts of a team.
 */
export async function useLink(tx: Tx, ref: unknown, bookingId: number, path: string): Promise<void> {
  const { data } = LinkRef.safeParse(ref)
  if (data === undefined) return
  const { count } = await tx.bookingLink.updateMany({ where: { uid: data.link, bookingId: null }, data: { bookingId } })
  if (count === 0) throw notFound('event type', path)
}
