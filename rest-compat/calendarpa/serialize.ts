// CalendarPA's shapes: its contract, section "Shapes". A booking and a contact look the same in an
// answer of a route and in a webhook, which tells them as they stood after its event: one fragment
// on each type, one function for both.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'

export const BookingParts = graphql(`
  fragment CalendarpaBooking on Booking {
    id status start end timeZone rescheduledFromId createdAt updatedAt
    eventType { id name slug durationMinutes }
    invitees { name email timeZone notes }
    location { address phone text url provider }
    cancellation { at reason }
  }
`)

export const BookingSnapshotParts = graphql(`
  fragment CalendarpaBookingSnapshot on BookingSnapshot {
    id: bookingId status start end timeZone rescheduledFromId createdAt updatedAt
    eventType { id: eventTypeId name slug durationMinutes }
    invitees { name email timeZone notes }
    location { address phone text url provider }
    cancellation { at reason }
  }
`)

export const ContactParts = graphql(`
  fragment CalendarpaContact on Contact {
    id name email phone timeZone bookingCount firstBookingAt lastBookingAt
  }
`)

export const ContactSnapshotParts = graphql(`
  fragment CalendarpaContactSnapshot on ContactSnapshot {
    id: contactId name email phone timeZone bookingCount firstBookingAt lastBookingAt
  }
`)

export const EventParts = graphql(
  `fragment CalendarpaEvent on BookingEvent {
    id kind occurredAt
    snapshot { ...CalendarpaBookingSnapshot }
    contactSnapshot { ...CalendarpaContactSnapshot }
  }`,
  [BookingSnapshotParts, ContactSnapshotParts],
)

export const EventTypeParts = graphql(`
  fragment CalendarpaEventType on EventType {
    id name slug description durationMinutes color isActive archivedAt confirmation schedulingUrl createdAt updatedAt
  }
`)

export const HookParts = graphql(
  'fragment CalendarpaHook on Hook { id url events isActive createdAt updatedAt }',
)

export const UserParts = graphql(`
  fragment CalendarpaUser on User { id name email timeZone plan bookingPage { url } createdAt updatedAt }
`)

const at = (description: string) => z.string().meta({ format: 'date-time', description })
const id = (prefix: string) =>
  z.string().meta({ description: `Opaque; starts with \`${prefix}_\`.` })

export const bookingStatuses = ['PENDING', 'CONFIRMED', 'CANCELLED'] as const

export const hookEvents = [
  'BOOKING_CREATED',
  'BOOKING_CANCELLED',
  'BOOKING_RESCHEDULED',
  'BOOKING_APPROVED',
  'BOOKING_DENIED',
  'CONTACT_CREATED',
  'CONTACT_UPDATED',
] as const

export const Booking = z
  .object({
    id: id('bk'),
    status: z
      .enum(bookingStatuses)
      .meta({ description: 'One that the host declined is CANCELLED.' }),
    event_type: z.object({
      id: id('et'),
      name: z.string(),
      slug: z.string(),
      duration_minutes: z.int().nullable(),
    }),
    start_time: at('When it begins, UTC.'),
    end_time: at('When it ends, UTC.'),
    timezone: z.string().meta({ description: 'IANA zone that it is told in.' }),
    invitee: z.object({ name: z.string(), email: z.string(), timezone: z.string() }).nullable(),
    notes: z.string().nullable(),
    location: z.string().nullable().meta({ description: 'Address, number, link or words.' }),
    cancellation_reason: z.string().nullable(),
    cancelled_at: at('When it was cancelled, declined or moved.').nullable(),
    rescheduled_from: id('bk').nullable(),
    created_at: at('When it was booked.').nullable(),
    updated_at: at('When it last changed.').nullable(),
  })
  .meta({ id: 'Booking' })

/**
 * A booking as it is now, or as it stood after an event, in which what the first version did not
 * keep is null.
 */
export function booking(shown: ResultOf<typeof BookingSnapshotParts>): z.input<typeof Booking> {
  const { eventType, location, cancellation } = shown
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
    invitee:
      invitee === undefined
        ? null
        : { name: invitee.name, email: invitee.email, timezone: invitee.timeZone },
    notes: invitee?.notes ?? null,
    location:
      location &&
      (location.url ?? location.address ?? location.phone ?? location.text ?? location.provider),
    cancellation_reason: cancellation?.reason ?? null,
    cancelled_at: cancellation?.at ?? null,
    rescheduled_from: shown.rescheduledFromId,
    created_at: shown.createdAt,
    updated_at: shown.updatedAt,
  }
}

export const Contact = z
  .object({
    id: id('ct'),
    name: z.string(),
    email: z.string(),
    phone: z.string().nullable(),
    timezone: z.string().nullable(),
    booking_count: z.int().meta({ description: 'A reschedule is not a new booking.' }),
    first_booking_at: at('When the person first booked.'),
    last_booking_at: at('When the person last booked.'),
  })
  .meta({ id: 'Contact' })

/** A contact as it is now, or as it stood after an event. */
export const contact = (shown: ResultOf<typeof ContactSnapshotParts>): z.input<typeof Contact> => ({
  id: shown.id,
  name: shown.name,
  email: shown.email,
  phone: shown.phone,
  timezone: shown.timeZone,
  booking_count: shown.bookingCount,
  first_booking_at: shown.firstBookingAt,
  last_booking_at: shown.lastBookingAt,
})

export const Event = z
  .object({
    id: id('evt'),
    event: z.string().meta({ description: 'One of those that a subscription can name.' }),
    created_at: at('When it happened.'),
    data: z
      .object({ booking: Booking.optional(), contact: Contact.optional() })
      .meta({ description: 'The booking, or the contact, as it stood after the event.' }),
  })
  .meta({ id: 'Event' })

/** What happened, as a webhook tells it. */
export const event = ({
  id,
  kind,
  occurredAt,
  snapshot,
  contactSnapshot,
}: ResultOf<typeof EventParts>): z.input<typeof Event> => ({
  id,
  event: kind,
  created_at: occurredAt,
  data: {
    ...(snapshot !== null && { booking: booking(snapshot) }),
    ...(contactSnapshot !== null && { contact: contact(contactSnapshot) }),
  },
})

export const EventType = z
  .object({
    id: id('et'),
    name: z.string(),
    slug: z.string(),
    description: z.string().nullable(),
    duration_minutes: z.int(),
    color: z.string().meta({ description: '`#rrggbb`.' }),
    is_active: z.boolean().meta({ description: 'Whether it can be booked.' }),
    requires_approval: z
      .boolean()
      .meta({ description: 'Whether the host approves bookings, some or all.' }),
    booking_url: z.string().nullable().meta({ format: 'uri' }),
    created_at: at('When it was made.'),
    updated_at: at('When it last changed.'),
  })
  .meta({ id: 'EventType' })

export const eventType = (shown: ResultOf<typeof EventTypeParts>): z.input<typeof EventType> => ({
  id: shown.id,
  name: shown.name,
  slug: shown.slug,
  description: shown.description,
  duration_minutes: shown.durationMinutes,
  color: shown.color,
  is_active: shown.isActive && shown.archivedAt === null,
  requires_approval: shown.confirmation !== 'NEVER',
  booking_url: shown.schedulingUrl,
  created_at: shown.createdAt,
  updated_at: shown.updatedAt,
})

export const Hook = z
  .object({
    id: id('hk'),
    target_url: z.string().meta({ format: 'uri' }),
    events: z.array(z.enum(hookEvents)),
    is_active: z
      .boolean()
      .meta({ description: 'False once its receiver was gone, or had failed for five days.' }),
    created_at: at('When it was made.'),
    updated_at: at('When it last changed.'),
  })
  .meta({ id: 'Hook' })

const isHookEvent = (kind: string): kind is (typeof hookEvents)[number] =>
  hookEvents.some(each => each === kind)

export const hook = (shown: ResultOf<typeof HookParts>): z.input<typeof Hook> => ({
  id: shown.id,
  target_url: shown.url,
  events: shown.events.filter(isHookEvent),
  is_active: shown.isActive,
  created_at: shown.createdAt,
  updated_at: shown.updatedAt,
})

export const User = z
  .object({
    id: id('usr'),
    name: z.string(),
    email: z.string(),
    timezone: z.string(),
    plan: z.enum(['FREE', 'PRO']),
    booking_page_url: z.string().nullable().meta({ format: 'uri' }),
    created_at: at('When the account was made.'),
    updated_at: at('When the profile last changed.'),
  })
  .meta({ id: 'User' })

export const user = (shown: ResultOf<typeof UserParts>): z.input<typeof User> => ({
  id: shown.id,
  name: shown.name,
  email: shown.email,
  timezone: shown.timeZone,
  plan: shown.plan,
  booking_page_url: shown.bookingPage?.url ?? null,
  created_at: shown.createdAt,
  updated_at: shown.updatedAt,
})
