// CalendarPA's shapes: its contract, section "Shapes".

import { graphql, type ResultOf } from '../../src/graph/typed.ts'

export const BookingParts = graphql(`
  fragment CalendarpaBooking on BookingSnapshot {
    id status start end timeZone reason cancelledAt rescheduledFromId createdAt updatedAt
    eventType { id name slug durationMinutes }
    invitees { name email timeZone notes }
    location { kind address phone text url provider }
  }
`)

export const ContactParts = graphql(`
  fragment CalendarpaContact on ContactSnapshot {
    id name email phone timeZone bookingCount firstBookingAt lastBookingAt
  }
`)

export function booking(shown: ResultOf<typeof BookingParts>) {
  const { eventType, location } = shown
  const [invitee] = shown.invitees
  return {
    id: shown.id,
    // It has no word for one that the host declined.
    status: shown.status === 'DENIED' ? 'CANCELLED' : shown.status,
    event_type: {
      id: eventType.id,
      name: eventType.name,
      slug: eventType.slug,
      duration_minutes: eventType.durationMinutes,
    },
    start_time: shown.start,
    end_time: shown.end,
    timezone: shown.timeZone,
    invitee: invitee === undefined ? null : { name: invitee.name, email: invitee.email, timezone: invitee.timeZone },
    notes: invitee?.notes ?? null,
    location: location && (location.url ?? location.address ?? location.phone ?? location.text ?? location.provider),
    cancellation_reason: shown.reason,
    cancelled_at: shown.cancelledAt,
    rescheduled_from: shown.rescheduledFromId,
    created_at: shown.createdAt,
    updated_at: shown.updatedAt,
  }
}

export const contact = (shown: ResultOf<typeof ContactParts>) => ({
  id: shown.id,
  name: shown.name,
  email: shown.email,
  phone: shown.phone,
  timezone: shown.timeZone,
  booking_count: shown.bookingCount,
  first_booking_at: shown.firstBookingAt,
  last_booking_at: shown.lastBookingAt,
})
