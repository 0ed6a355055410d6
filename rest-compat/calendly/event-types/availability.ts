// When somebody can be booked, and when not: available times, busy times.

import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { collectionOf } from '../list.ts'
import { accountAsked } from '../organization/members.ts'
import { owner } from '../organization/self.ts'
import { instant, Time, time } from '../time.ts'
import { reference, Uri, uriOf } from '../uris.ts'
import { requireFuture } from './range.ts'

const range = {
  start_time: instant.meta({ description: 'Not in the past.' }),
  end_time: instant,
}

const AvailableTime = z
  .object({
    status: z.literal('available'),
    invitees_remaining: z.int(),
    start_time: Time,
    scheduling_url: Uri,
  })
  .meta({ id: 'EventTypeAvailableTime' })

const availableTimes = route({
  method: 'GET',
  path: '/event_type_available_times',
  name: 'listEventTypeAvailableTimes',
  summary: 'Starts of an event type that can be booked now, in a range of 31 days at most.',
  group: 'Event types',
  scope: 'event_types:read',
  request: { query: z.object({ event_type: reference('event_types'), ...range }) },
  response: collectionOf(AvailableTime),
  document: graphql(
    `query CalendlyAvailableTimes($id: ID!, $start: Date!, $end: Date!) {
      eventType(id: $id) { schedulingUrl }
      slots(eventType: { id: $id }, start: $start, end: $end, timeZone: "UTC") { slots { start seatsLeft } }
    }`,
  ),
  variables({ query, arrival }) {
    requireFuture(query, arrival.now, 31)
    return {
      id: query.event_type,
      start: query.start_time.slice(0, 10),
      end: query.end_time.slice(0, 10),
    }
  },
  reply({ eventType, slots }, { query, arrival }) {
    const { schedulingUrl } = found(eventType, 'event type')
    const offered = slots.flatMap(({ slots }) => slots)
    return {
      collection: offered
        .filter(({ start }) => start >= query.start_time && start < query.end_time)
        .map(({ start, seatsLeft }) => ({
          status: 'available' as const,
          invitees_remaining: seatsLeft ?? 1,
          start_time: time(start),
          scheduling_url: `${schedulingUrl ?? arrival.publicUrl}/${start.slice(0, 19)}Z?month=${start.slice(0, 7)}&date=${start.slice(0, 10)}`,
        })),
    }
  },
  names: { start: 'start_time', end: 'end_time' },
})

const BusyTime = z
  .object({
    type: z.enum(['calendly', 'reserved']),
    start_time: Time,
    end_time: Time,
    buffered_start_time: Time.optional(),
    buffered_end_time: Time.optional(),
    event: z.object({ uri: Uri }).optional(),
  })
  .meta({ id: 'UserBusyTime' })

const busyTimes = route({
  method: 'GET',
  path: '/user_busy_times',
  name: 'listUserBusyTimes',
  summary: 'What of the time of the user, or of a member, is taken, in a range of 31 days at most.',
  group: 'Availability',
  scope: 'availability:read',
  request: { query: z.object({ user: owner.user, ...range }) },
  response: collectionOf(BusyTime),
  document: graphql(
    `query CalendlyBusyTimes($start: DateTime!, $end: DateTime!, $userId: ID) {
      busyTimes(start: $start, end: $end, userId: $userId) { start end takenFrom takenUntil bookingId }
    }`,
  ),
  async variables({ query, arrival }, execute) {
    const userId = await accountAsked(execute, query.user)
    requireFuture(query, arrival.now, 31)
    return { start: query.start_time, end: query.end_time, userId }
  },
  reply: ({ busyTimes }, { arrival }) => ({
    collection: busyTimes.map(({ start, end, takenFrom, takenUntil, bookingId }) => ({
      type: bookingId === null ? ('reserved' as const) : ('calendly' as const),
      start_time: time(start),
      end_time: time(end),
      ...(bookingId !== null && {
        buffered_start_time: time(takenFrom),
        buffered_end_time: time(takenUntil),
        event: { uri: uriOf(arrival.publicUrl, 'scheduled_events', bookingId) },
      }),
    })),
  }),
})

export const availability = [availableTimes, busyTimes]
