import type { Booking, EventType, Invitee } from '../db/generated/client/client.ts'

/** The facts of a booking as an event keeps them: what was true at that moment, in JSON. */
export function bookingFacts(
  booking: Booking,
  eventType: Pick<EventType, 'uid' | 'name' | 'slug'>,
  invitees: Pick<Invitee, 'uid' | 'name' | 'email' | 'timeZone'>[],
) {
  return {
    booking: {
      id: booking.uid,
      status: booking.status,
      start: booking.startAt.toISOString(),
      end: booking.endAt.toISOString(),
      timeZone: booking.timeZone,
      location: booking.location,
    },
    eventType: { id: eventType.uid, name: eventType.name, slug: eventType.slug },
    invitees: invitees.map(({ uid, name, email, timeZone }) => ({ id: uid, name, email, timeZone })),
  }
}
