import { z } from 'zod'
import type { Tx } from '../../db/client.ts'
import type { Booking, EventType, Invitee } from '../../db/generated/client/client.ts'

const at = z.iso.datetime().transform(value => new Date(value))

/**
 * The facts of a booking in an event: how it stood after the change. What later versions added has
 * a default, since the log keeps the events of earlier ones.
 */
export const BookingFacts = z.object({
  booking: z.object({
    id: z.string(),
    status: z.enum(['PENDING', 'CONFIRMED', 'CANCELLED', 'DENIED']),
    start: at,
    end: at,
    timeZone: z.string(),
    location: z.unknown(),
    metadata: z.unknown().default({}),
    cancelledAt: at.nullable().default(null),
    cancelledBy: z.enum(['HOST', 'INVITEE']).nullable().default(null),
    cancellerName: z.string().nullable().default(null),
    reason: z.string().nullable().default(null),
    rescheduledFromId: z.string().nullable().default(null),
    seriesId: z.string().nullable().default(null),
    createdAt: at.nullable().default(null),
    updatedAt: at.nullable().default(null),
  }),
  eventType: z.object({
    id: z.string(),
    name: z.string(),
    slug: z.string(),
    durationMinutes: z.int().nullable().default(null),
  }),
  /** Those whom it concerns: all, unless one seat of several was taken, left or moved. */
  invitees: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      email: z.string(),
      timeZone: z.string(),
      phone: z.string().nullable().default(null),
      locale: z.string().nullable().default(null),
      guests: z.array(z.string()).default([]),
      notes: z.string().nullable().default(null),
      answers: z.unknown().default({}),
      tracking: z.unknown().default({}),
    }),
  ),
})

export type BookingFacts = z.output<typeof BookingFacts>

/** The facts of a booking as an event keeps them, in JSON; read back with `BookingFacts`. */
export async function bookingFacts(
  tx: Tx,
  booking: Booking,
  eventType: Pick<EventType, 'uid' | 'name' | 'slug' | 'durationMinutes'>,
  invitees: Invitee[],
): Promise<z.input<typeof BookingFacts>> {
  return {
    booking: {
      id: booking.uid,
      status: booking.status,
      start: booking.startAt.toISOString(),
      end: booking.endAt.toISOString(),
      timeZone: booking.timeZone,
      location: booking.location,
      metadata: booking.metadata,
      cancelledAt: booking.cancelledAt?.toISOString() ?? null,
      cancelledBy: booking.cancelledBy,
      cancellerName: booking.cancellerName,
      reason: booking.reason,
      rescheduledFromId: await uidOf(tx, booking.rescheduledFromId),
      seriesId: booking.seriesUid,
      createdAt: booking.createdAt.toISOString(),
      updatedAt: booking.updatedAt.toISOString(),
    },
    eventType: {
      id: eventType.uid,
      name: eventType.name,
      slug: eventType.slug,
      durationMinutes: eventType.durationMinutes,
    },
    invitees: invitees.map(
      ({ uid, name, email, timeZone, phone, locale, guests, notes, answers, tracking }) => ({
        id: uid,
        name,
        email,
        timeZone,
        phone,
        locale,
        guests,
        notes,
        answers,
        tracking,
      }),
    ),
  }
}

async function uidOf(tx: Tx, id: number | null): Promise<string | null> {
  if (id === null) return null
  return (await tx.booking.findUnique({ where: { id }, select: { uid: true } }))?.uid ?? null
}
