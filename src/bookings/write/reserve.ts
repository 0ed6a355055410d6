import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Tx } from '../../db/client.ts'
import type { Reservation } from '../../db/generated/client/client.ts'
import { ApiError, notFound } from '../../errors.ts'
import { changeHosts, changeHostsFound } from '../../event-log/transaction.ts'
import {
  type BookableEventType,
  findBookable,
  findOwnerOf,
  hostIdsOf,
  type Owner,
} from '../../event-types/index.ts'
import { newUid } from '../../ids.ts'
import { lengthOf } from '../../slots/days.ts'
import { MINUTE_MS } from '../../time.ts'
import { instant, parse, timeZone, whole } from '../../validation.ts'
import { isStranger, withinReservationLimits } from '../rules/anonymous-limits.ts'
import { everyone } from '../rules/attending-hosts.ts'
import { orTaken, requireFreeTime, requireOffered } from '../rules/availability.ts'
import { claim, endReservations, endTheseReservations, spanOf } from './claim.ts'

const DEFAULT_HOLD_MINUTES = 5
const MAX_HOLD_MINUTES = 60
const MAX_HELD = 200
/** What strangers can hold at once. */
const MAX_HELD_BY_ADDRESS = 3
const MAX_HELD_OF_OWNER = 6
const MAX_HELD_OF_EVENT_TYPE = 50

const ReserveInput = z.object({
  start: instant,
  durationMinutes: z.number().nullish(),
  timeZone: timeZone.nullish(),
  holdMinutes: whole(1, MAX_HOLD_MINUTES).nullish(),
  isLoose: z.boolean().nullish(),
})

type Asked = { eventType: unknown; [field: string]: unknown }

/**
 * Holds a start for some minutes, while somebody fills in a form. A seated start is held by a seat.
 * @throws ApiError as `book`, and LIMIT_REACHED when visitors hold too many starts of the host
 * already.
 */
export const reserveSlot = (ctx: Context, input: Asked): Promise<Reservation> => hold(ctx, input)

/**
 * Holds another start, or the same one for longer, under the id of a reservation that is not over;
 * what it held is given back. When the other one is not free, it stays as it is.
 * @throws ApiError as `reserveSlot`; NOT_FOUND for the reservation too.
 */
export async function changeReservation(
  ctx: Context,
  input: Asked & { id: string },
): Promise<Reservation> {
  const before = await findReservation(ctx, input.id)
  if (before === null) throw notFound('reservation', 'input.id')
  return hold(ctx, input, before)
}

/** A reservation that is not over; null when there is none. */
export const findReservation = (ctx: Context, uid: string): Promise<Reservation | null> =>
  ctx.db.reservation.findFirst({ where: { uid, expiresAt: { gt: ctx.clock.now() } } })

async function hold(ctx: Context, input: Asked, before?: Reservation): Promise<Reservation> {
  // Before any work for callers who can only be strangers.
  if (ctx.viewer === null) await ctx.limits.take('reservations', ctx.clientAddress)
  const wanted = parse(ReserveInput, input)

  const owner = await findOwnerOf(ctx, input.eventType, 'input.eventType')
  if (!(await isStranger(ctx, owner))) return holdFor(ctx, owner, input, wanted, null, before)
  if (ctx.viewer !== null) await ctx.limits.take('reservations', ctx.clientAddress)
  const address = Uint8Array.from(
    Buffer.from(ctx.secrets.formToken(['reservation', ctx.clientAddress])),
  )
  return withinReservationLimits(ctx, owner, () =>
    holdFor(ctx, owner, input, wanted, address, before),
  )
}

/** @param addressHash of a stranger's address; null for hosts, members and their platform client */
function holdFor(
  ctx: Context,
  owner: Owner,
  input: Asked,
  wanted: z.output<typeof ReserveInput>,
  addressHash: Uint8Array<ArrayBuffer> | null,
  before: Reservation | undefined,
): Promise<Reservation> {
  return orTaken(
    changeHostsFound(
      ctx,
      async () => [
        ...(await hostIdsOf(ctx.db, owner)),
        ...(before === undefined ? [] : await heldHosts(ctx, before)),
      ],
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
        if (
          (await tx.reservation.count({ where: hostId === null ? { teamId } : { hostId } })) >=
          MAX_HELD
        ) {
          throw new ApiError(
            'LIMIT_REACHED',
            `At most ${MAX_HELD} starts of a host or a team can be held at once.`,
            {
              limit: MAX_HELD,
            },
          )
        }
        if (before !== undefined) await endHeld(tx, before.uid)
        if (addressHash !== null) await requireFewHeld(tx, eventType, addressHash)
        const isLoose = wanted.isLoose ?? false
        const need = isLoose ? requireFreeTime : requireOffered
        const attending = await need(
          tx,
          eventType,
          { startAt: span.startAt, durationMinutes, timeZone: wanted.timeZone ?? undefined },
          now,
        )
        const reservation = await tx.reservation.create({
          data: {
            uid: before?.uid ?? newUid('Reservation'),
            hostId: attending.hostId,
            teamId,
            eventTypeId: eventType.id,
            ...span,
            isLoose,
            addressHash,
            expiresAt: new Date(
              now.getTime() + (wanted.holdMinutes ?? DEFAULT_HOLD_MINUTES) * MINUTE_MS,
            ),
            createdAt: now,
          },
        })
        const isShared =
          eventType.seats > 1 &&
          (await tx.claim.findFirst({
            where: { hostId: attending.hostId, OR: sameStart(eventType.id, span) },
          })) !== null
        if (!isShared)
          await claim(tx, everyone(attending), span, eventType, { reservationId: reservation.id })
        // All of them hear that less is free.
        shared.of(attending.hostId, attending.others)
        return reservation
      },
    ),
  )
}

/**
 * Holds a stranger to a few starts at a time, and all strangers together to a share of an event
 * type's.
 * @throws ApiError LIMIT_REACHED
 */
async function requireFewHeld(
  tx: Tx,
  { id, hostId, teamId, seats }: BookableEventType,
  addressHash: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const ofOwner = hostId === null ? { teamId } : { hostId }
  const counted = [
    [
      { eventTypeId: id, addressHash },
      MAX_HELD_BY_ADDRESS,
      'One address can hold $ starts of an event type at once.',
    ],
    [
      { ...ofOwner, addressHash },
      MAX_HELD_OF_OWNER,
      'One address can hold $ starts of a host or a team at once.',
    ],
    [
      { eventTypeId: id, addressHash: { not: null } },
      MAX_HELD_OF_EVENT_TYPE * Math.max(1, seats),
      'At most $ starts of an event type can be held at once.',
    ],
  ] as const
  for (const [where, limit, message] of counted) {
    if ((await tx.reservation.count({ where })) < limit) continue
    throw new ApiError('LIMIT_REACHED', message.replace('$', `${limit}`), { limit })
  }
}

const sameStart = (eventTypeId: number, span: { startAt: Date; endAt: Date }) => [
  { booking: { eventTypeId, ...span } },
  { reservation: { eventTypeId, ...span } },
]

/**
 * Releases a reservation before it expires. Only the client that created it knows its id.
 * @throws ApiError NOT_FOUND.
 */
export async function releaseSlot(ctx: Context, uid: string): Promise<Reservation> {
  const reservation = await findReservation(ctx, uid)
  if (reservation === null) throw notFound('reservation', 'input.id')
  const held = await heldHosts(ctx, reservation)
  return changeHosts(ctx, held, async shared => {
    // All of them hear that more is free.
    shared.of(reservation.hostId, held)
    await endTheseReservations(shared.tx, [reservation.id])
    return reservation
  })
}

/**
 * Releases the claim of a reservation, which another request can have changed in the meantime.
 * @throws ApiError NOT_FOUND.
 */
async function endHeld(tx: Tx, uid: string): Promise<void> {
  const held = await tx.reservation.findUnique({ where: { uid } })
  if (held === null) throw notFound('reservation', 'input.id')
  await endTheseReservations(tx, [held.id])
}

/**
 * Whose time a reservation takes. Of a host's own event type others who hold a seat of the start
 * may have the claim.
 */
async function heldHosts(ctx: Context, { id, hostId }: Reservation): Promise<number[]> {
  const claims = await ctx.db.claim.findMany({
    where: { reservationId: id },
    select: { hostId: true },
  })
  return [hostId, ...claims.map(claim => claim.hostId)]
}
