import { z } from 'zod'
import type { Tx } from '../db/client.ts'
import { Prisma } from '../db/generated/client/client.ts'
import { type Erased, redacted } from './redact.ts'

const AT_ONCE = 500

/** Which events in the logs of some hosts: those of some bookings, or some by their ids. */
type Which = { hostIds: number[] } & ({ bookingIds: number[] } | { ids: bigint[] })

/**
 * Removes people from events and deliveries: bodies and responses are deleted. What is sent or
 * replayed later is made from the redacted event; of an attempt in flight only the status is
 * stored. Reads the logs of the hosts once.
 */
export async function eraseEvents(tx: Tx, which: Which, erased: Erased): Promise<void> {
  const hostId = { in: which.hostIds }
  const where = 'ids' in which ? { id: { in: which.ids } } : { bookingId: { in: which.bookingIds } }
  for (let after = 0n; ; ) {
    const events = await tx.event.findMany({
      where: { AND: [{ hostId }, where, { id: { gt: after } }] },
      select: { id: true, data: true, eventTypeId: true },
      orderBy: { id: 'asc' },
      take: AT_ONCE,
    })
    for (const { id, data } of events) {
      await tx.event.update({
        where: { id },
        data: { data: z.json().parse(redacted(data, erased)) ?? Prisma.JsonNull },
      })
    }
    const told = {
      hookId: { in: await toldOf(tx, hostId.in, events) },
      eventId: { in: events.map(({ id }) => id) },
    }
    await tx.delivery.updateMany({ where: told, data: { body: null, erasures: { increment: 1 } } })
    await tx.deliveryAttempt.updateMany({
      where: { delivery: told },
      data: { responseBody: null, responseHeaders: Prisma.DbNull },
    })
    const last = events.at(-1)
    if (last === undefined || events.length < AT_ONCE) return
    after = last.id
  }
}

/**
 * The webhooks that may have received the events: those of the hosts, and those of the team of the
 * bookings.
 */
async function toldOf(
  tx: Tx,
  hostIds: number[],
  events: { eventTypeId: number | null }[],
): Promise<number[]> {
  const eventType = {
    id: { in: [...new Set(events.flatMap(({ eventTypeId }) => eventTypeId ?? []))] },
  }
  const hooks = await tx.hook.findMany({
    where: {
      OR: [
        { hostId: { in: hostIds } },
        { eventType },
        { team: { eventTypes: { some: eventType } } },
      ],
    },
    select: { id: true },
  })
  return hooks.map(({ id }) => id)
}
