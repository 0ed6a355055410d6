import type { Tx } from '../../db/client.ts'
import type { EventType, Reservation } from '../../db/generated/client/client.ts'
import { MINUTE_MS } from '../../time.ts'
import { type Attending, everyone } from '../rules/attending-hosts.ts'

type Buffers = Pick<EventType, 'bufferBeforeMinutes' | 'bufferAfterMinutes'>

/** A meeting's time. */
export interface Span {
  startAt: Date
  endAt: Date
}

/** The time of a meeting from its start on. */
export const spanOf = (startAt: Date, minutes: number): Span => ({
  startAt,
  endAt: new Date(startAt.getTime() + minutes * MINUTE_MS),
})

/** How long a meeting lasts, in minutes. */
export const minutesOf = ({ startAt, endAt }: Span): number =>
  (endAt.getTime() - startAt.getTime()) / MINUTE_MS

/** Who holds a claim. */
export type ClaimOwner = { bookingId: number } | { reservationId: number }

/**
 * Takes the time of all who attend for a meeting, buffers included. The exclusion constraint on
 * "Claim" refuses time that is taken (23P01), whatever was checked before.
 */
export async function claim(
  tx: Tx,
  hostIds: readonly number[],
  span: Span,
  buffers: Buffers,
  owner: ClaimOwner,
): Promise<void> {
  const from = new Date(span.startAt.getTime() - buffers.bufferBeforeMinutes * MINUTE_MS)
  const until = new Date(span.endAt.getTime() + buffers.bufferAfterMinutes * MINUTE_MS)
  const bookingId = 'bookingId' in owner ? owner.bookingId : null
  const reservationId = 'reservationId' in owner ? owner.reservationId : null
  await tx.$executeRaw`
    insert into "Claim" ("hostId", "during", "bookingId", "reservationId")
    select "hostId", tstzrange(${from}::timestamptz, ${until}::timestamptz), ${bookingId}::int, ${reservationId}::int
    from unnest(${hostIds}::int[]) as attending("hostId")`
}

/**
 * Takes the time for a new booking. Where others hold seats of the same start, it takes over the
 * claim that they share.
 */
export async function claimFor(
  tx: Tx,
  eventType: EventType,
  attending: Attending,
  span: Span,
  bookingId: number,
): Promise<void> {
  const { startAt, endAt } = span
  if (eventType.seats > 1) {
    const { count } = await tx.claim.updateMany({
      where: { reservation: { eventTypeId: eventType.id, startAt, endAt } },
      data: { bookingId, reservationId: null },
    })
    if (count > 0) return
  }
  await claim(tx, everyone(attending), span, eventType, { bookingId })
}

/**
 * Gives the time of a booking back. Where others hold seats of the same start, one of them keeps
 * the claim.
 */
export async function unclaim(tx: Tx, bookingId: number, now: Date): Promise<void> {
  await tx.$executeRaw`
    update "Claim" c set "bookingId" = null, "reservationId" = held."id"
    from "Booking" b join "Reservation" held
      on held."eventTypeId" = b."eventTypeId" and held."startAt" = b."startAt" and held."endAt" = b."endAt"
    where c."bookingId" = b."id" and b."id" = ${bookingId}::int and b."teamId" is null and held."expiresAt" > ${now}::timestamptz`
  await tx.claim.deleteMany({ where: { bookingId } })
}

/**
 * Ends the reservations of hosts whose time is over. Where a team holds the time of one of them in
 * a reservation of another host, that time is given back.
 */
export async function endReservations(
  tx: Tx,
  hostIds: readonly number[],
  now: Date,
): Promise<void> {
  const over = await tx.$queryRaw<{ id: number }[]>`
    with given_back as (
      delete from "Claim" c using "Reservation" r
      where c."hostId" = any(${hostIds}::int[]) and c."reservationId" = r."id" and r."expiresAt" <= ${now}::timestamptz
        and r."teamId" is not null and not r."hostId" = any(${hostIds}::int[])
    )
    select "id" from "Reservation" where "hostId" = any(${hostIds}::int[]) and "expiresAt" <= ${now}::timestamptz`
  if (over.length > 0)
    await endTheseReservations(
      tx,
      over.map(({ id }) => id),
    )
}

/**
 * One of the loose reservations of just this start, which a booking of it uses up; null when there
 * is none.
 */
export const looseReservation = (
  tx: Tx,
  { id }: { id: number },
  span: Span,
): Promise<Reservation | null> =>
  tx.reservation.findFirst({
    where: { eventTypeId: id, ...span, isLoose: true },
    orderBy: { id: 'asc' },
  })

/**
 * Ends reservations. Where others hold seats of the same start, one of them keeps the claim; else
 * it goes.
 */
export async function endTheseReservations(tx: Tx, ids: number[]): Promise<void> {
  await tx.$executeRaw`
    update "Claim" c set "reservationId" = other."id"
    from "Reservation" mine join "Reservation" other
      on other."eventTypeId" = mine."eventTypeId" and other."startAt" = mine."startAt" and other."endAt" = mine."endAt"
    where c."reservationId" = mine."id" and mine."id" = any(${ids}::int[]) and not other."id" = any(${ids}::int[])
      and mine."teamId" is null`
  await tx.reservation.deleteMany({ where: { id: { in: ids } } })
}
