import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { MINUTE_MS } from '../../../src/time.ts'
import { Time, time } from '../time.ts'
import { Uri, uriOf } from '../uris.ts'
import { chosen, EventLocation, LocationParts } from './location.ts'
import { Tracking, tracking } from './tracking.ts'

export const EventParts = graphql(
  `fragment CalendlyEvent on Booking {
    id status start end createdAt updatedAt
    eventType { id name seats bufferBeforeMinutes bufferAfterMinutes }
    hosts { id: userId name email }
    location { ...CalendlyLocation }
    cancellation { at by name reason }
    invitees { status guests tracking createdAt }
  }`,
  [LocationParts],
)

type Shown = ResultOf<typeof EventParts>

export const Cancellation = z
  .object({
    canceled_by: z.string(),
    reason: z.string().nullable(),
    canceler_type: z.enum(['host', 'invitee']),
    created_at: Time,
  })
  .meta({ id: 'Cancellation' })

export const Event = z
  .object({
    uri: Uri,
    name: z.string(),
    status: z.enum(['active', 'canceled']),
    start_time: Time,
    end_time: Time,
    event_type: Uri,
    location: EventLocation.nullable(),
    invitees_counter: z.object({ total: z.int(), active: z.int(), limit: z.int() }),
    created_at: Time,
    updated_at: Time,
    event_memberships: z.array(
      z.object({
        user: Uri,
        user_email: z.string().nullable(),
        user_name: z.string(),
        buffered_start_time: Time,
        buffered_end_time: Time,
      }),
    ),
    event_guests: z.array(z.object({ email: z.string(), created_at: Time, updated_at: Time })),
    calendar_event: z.null(),
    cancellation: Cancellation.optional(),
    tracking: Tracking.meta({ description: 'Of the first invitee, as the guide shows it.' }),
  })
  .meta({ id: 'Event' })

export const statusOf = (status: Shown['status']): 'active' | 'canceled' =>
  status === 'CANCELLED' || status === 'DENIED' ? 'canceled' : 'active'

export const cancellation = ({
  at,
  by,
  name,
  reason,
}: NonNullable<Shown['cancellation']>): z.input<typeof Cancellation> => ({
  canceled_by: name ?? '',
  reason,
  canceler_type: by === 'INVITEE' ? 'invitee' : 'host',
  created_at: time(at ?? ''),
})

const later = (instant: string, minutes: number): string =>
  time(new Date(Date.parse(instant) + minutes * MINUTE_MS).toISOString())

export function event(shown: Shown, publicUrl: string): z.input<typeof Event> {
  const { eventType, invitees } = shown
  const active = invitees.filter(({ status }) => status === 'ACTIVE')
  return {
    uri: uriOf(publicUrl, 'scheduled_events', shown.id),
    name: eventType.name,
    status: statusOf(shown.status),
    start_time: time(shown.start),
    end_time: time(shown.end),
    event_type: uriOf(publicUrl, 'event_types', eventType.id),
    location: shown.location && chosen(shown.location),
    invitees_counter: { total: invitees.length, active: active.length, limit: eventType.seats },
    created_at: time(shown.createdAt),
    updated_at: time(shown.updatedAt),
    event_memberships: shown.hosts.map(({ id, name, email }) => ({
      user: uriOf(publicUrl, 'users', id),
      user_email: email,
      user_name: name,
      buffered_start_time: later(shown.start, -eventType.bufferBeforeMinutes),
      buffered_end_time: later(shown.end, eventType.bufferAfterMinutes),
    })),
    event_guests: active.flatMap(({ guests, createdAt }) =>
      guests.map(email => ({ email, created_at: time(createdAt), updated_at: time(createdAt) })),
    ),
    calendar_event: null,
    ...(shown.cancellation && { cancellation: cancellation(shown.cancellation) }),
    tracking: tracking(invitees[0]?.tracking),
  }
}
