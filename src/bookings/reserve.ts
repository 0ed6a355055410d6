import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Reservation } from '../db/generated/client/client.ts'
import { findBookable, findOwnerOf, hostIdsOf } from '../event-types/index.ts'
import { changeHosts, changeHostsFound } from '../events/change.ts'
import { newUid } from '../ids.ts'
import { lengthOf } from '../offers/days.ts'
import { MINUTE_MS } from '../offers/query.ts'
import { instant, parse, timeZone, whole } from '../parse.ts'
import { notFound, Refusal } from '../refusal.ts'
import { everyone } from './attending.ts'
import { claim, endReservations, endTheseReservations, spanOf } from './claim.ts'
import { needOffered, orTaken } from './offered.ts'

const DEFAULT_HOLD_MINUTES = 5
const MAX_HOLD_MINUTES = 60
const MAX_HELD = 200

const ReserveInput = z.object({
  start: instant,
  durationMinutes: z.number().nullish(),
  timeZone: timeZone.nullish(),
  holdMinutes: whole(1, MAX_HOLD_MINUTES).nullish(),
})

/**
 * Holds a start for some minutes, while somebody fills in a form. A seated start is held by a seat.
 * @throws Refusal as `book`, and LIMIT_REACHED when visitors hold too many starts of the host already.
 */
export async function reserveSlot(
  ctx: Context,
  input: { eventType: unknown; [field: string]: unknown },
): Promise<Reservation> {
  await ctx.attempts.count('reserve', ctx.clientAddress)
  const wanted = parse(ReserveInput, input)

  const owner = await findOwnerOf(ctx, input.eventType, 'input.eventType')
  return orTaken(
    changeHostsFound(
      ctx,
      () => hostIdsOf(ctx.db, owner),
      async shared => {
        const { tx, now } = shared
        const eventType = await findBookable(ctx, input.eventType, 'input.eventType', tx)
        const durationMinutes = lengthOf(eventType, wanted.durationMinutes, 'input.durationMinutes')
        const span = spanOf(wanted.start, durationMinutes)
        await endReservations(
          tx,
          eventType.hosts.map(host => host.hostId),
          now,
        )
        const { hostId, teamId } = eventType
        if ((await tx.reservation.count({ where: hostId === null ? { teamId } : { hostId } })) >= MAX_HELD) {
          throw new Refusal('LIMIT_REACHED', `At most ${MAX_HELD} starts of a host or a team can be held at once.`, {
            limit: MAX_HELD,
          })
        }
        const attending = await needOffered(
          tx,
          eventType,
          { startAt: span.startAt, durationMinutes, timeZone: wanted.timeZone ?? undefined },
          now,
        )
        const reservation = await tx.reservation.create({
          data: {
            uid: newUid('Reservation'),
            hostId: attending.hostId,
            teamId,
            eventTypeId: eventType.id,
            ...span,
            expiresAt: new Date(now.getTime() + (wanted.holdMinutes ?? DEFAULT_HOLD_MINUTES) * MINUTE_MS),
            createdAt: now,
          },
        })
        const isShared =
          eventType.seats > 1 &&
          (await tx.claim.findFirst({ where: { hostId: attending.hostId, OR: sameStart(eventType.id, span) } })) !==
            null
        if (!isShared) await claim(tx, everyone(attending), span, eventType, { reservationId: reservation.id })
        // All of them hear that less is free.
        shared.of(attending.hostId, attending.others)
        return reservation
      },
    ),
  )
}

const sameStart = (eventTypeId: number, span: { startAt: Date; endAt: Date }) => [
  { booking: { eventTypeId, ...span } },
  { reservation: { eventTypeId, ...span } },
]

/** Gives a held start back before its time. Its id is known to who holds it alone. @throws Refusal NOT_FOUND. */
export async function releaseSlot(ctx: Context, uid: string): Promise<Reservation> {
  const reservation = await ctx.db.reservation.findUnique({ where: { uid } })
  if (reservation === null || reservation.expiresAt <= ctx.clock.now()) throw notFound('reservation')
  const claims = await ctx.db.claim.findMany({ where: { reservationId: reservation.id }, select: { hostId: true } })
  // Of a host's own event type others who hold a seat of the start may have the claim.
  const held = [reservation.hostId, ...claims.map(({ hostId }) => hostId)]
  return changeHosts(ctx, held, async shared => {
    // All of them hear that more is free.
    shared.of(reservation.hostId, held)
    await endTheseReservations(shared.tx, [reservation.id])
    return reservation
  })
}
