// What is told of an invitee: its contract, "Webhook delivery".

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { time } from '../time.ts'
import { uriOf } from '../uris.ts'
import { EventParts, event, statusOf } from './event.ts'
import { BookedParts, InviteeParts, invitee, noShow } from './invitee.ts'

export const SeatParts = graphql(
  `fragment CalendlySeat on Invitee { ...CalendlyInvitee booking { ...CalendlyBooked ...CalendlyEvent eventType { name } } }`,
  [InviteeParts, BookedParts, EventParts],
)

/** An invitee with their event. */
export type Seat = ResultOf<typeof SeatParts>

/**
 * Messages about invitees. `invitee.rescheduled` is the guide's alone: it comes besides the two of
 * a move.
 */
export const inviteeNames = [
  'invitee.canceled',
  'invitee.created',
  'invitee.rescheduled',
  'invitee_no_show.created',
  'invitee_no_show.deleted',
] as const

export type InviteeEvent = (typeof inviteeNames)[number]

/** What stands around every payload. @param at when it happened, in UTC */
export const envelope = (name: string, at: string, creator: string | null, payload: unknown) => ({
  created_at: `${at.slice(0, 19)}.000000Z`,
  created_by: creator,
  event: name,
  payload,
})

interface Happened {
  name: InviteeEvent
  occurredAt: string
  /** Where the booking stood then. */
  status: Seat['booking']['status']
}

/** The payload of a message. @param to where it goes: the values of the hook decide over `event` */
export function payload(
  seat: Seat,
  { name, occurredAt, status: stood }: Happened,
  to: { publicUrl: string; metadata?: unknown },
) {
  const isOver = name === 'invitee.canceled'
  const status = isOver ? statusOf(stood) : 'active'
  const meeting = scheduledEvent(seat, to.publicUrl)
  const { cancellation: ended, ...told } = invitee(seat, seat.booking, to.publicUrl)
  return {
    ...told,
    ...(isOver
      ? { cancellation: ended }
      : { status: 'active', canceled: false, rescheduled: false, new_invitee: null }),
    no_show: name === 'invitee_no_show.created' ? noShow(seat.id, occurredAt, to.publicUrl) : null,
    updated_at: time(occurredAt),
    event: Guide.safeParse(to.metadata).success ? eventOfGuide(seat, to.publicUrl) : told.event,
    scheduled_event: {
      ...meeting,
      status,
      invitees_counter: counter(meeting.invitees_counter, isOver),
    },
  }
}

/** How a hook is marked whose receivers are written from the guide. */
export const GUIDE = { payload_format: 'guide' } as const

const Guide = z.object({ payload_format: z.literal('guide') })

function eventOfGuide({ booking: { id, start, end, eventType } }: Seat, publicUrl: string) {
  return {
    uri: uriOf(publicUrl, 'scheduled_events', id),
    start_time: time(start),
    end_time: time(end),
    event_type: { uri: uriOf(publicUrl, 'event_types', eventType.id), name: eventType.name },
  }
}

/** The event as payloads show it: without what is of calendars and buffers. */
function scheduledEvent({ booking }: Seat, publicUrl: string) {
  const {
    calendar_event: _,
    tracking: __,
    cancellation: ___,
    event_memberships,
    ...rest
  } = event(booking, publicUrl)
  return {
    ...rest,
    event_memberships: event_memberships.map(({ user, user_email, user_name }) => ({
      user,
      user_email,
      user_name,
    })),
  }
}

const counter = (counted: { total: number; active: number; limit: number }, isOver: boolean) =>
  counted.limit > 1 ? counted : { ...counted, active: isOver ? 0 : 1 }
