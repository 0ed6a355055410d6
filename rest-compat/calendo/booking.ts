// A booking in Calendo's words. Of those who share one, it shows the first.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { MINUTE_MS } from '../../src/time.ts'
import { id, Time, time } from './values.ts'

export const BookingParts = graphql(`
  fragment CalendoBooking on Booking {
    databaseId id status start end timeZone createdAt
    eventType { name }
    invitees { name email timeZone answers }
    cancellation { reason }
  }
`)

type Shown = ResultOf<typeof BookingParts>
type State = Shown['status']

/** Its words for the states of the graph. */
const states = {
  PENDING: 'pending',
  CONFIRMED: 'confirmed',
  CANCELLED: 'cancelled',
  DENIED: 'declined',
} as const

export const bookingStates = Object.values(states)

export const stateOf = (status: State): (typeof bookingStates)[number] => states[status]

const isState = (name: string): name is State => Object.hasOwn(states, name)

/** The states of the graph that a word of its stands for. */
export const statesNamed = (state: string): State[] =>
  Object.keys(states)
    .filter(isState)
    .filter(each => states[each] === state)

const Status = z.enum(bookingStates)
const uid = z.string().meta({ description: 'The same in webhooks.' })
const zone = z.string().meta({ description: 'IANA zone of the invitee.' })

const times = { start_time: Time, end_time: Time, status: Status }
const invited = { invitee_name: z.string().nullable(), invitee_email: z.string().nullable() }

export const NewBooking = z
  .object({ uid, event_name: z.string(), ...invited, ...times, timezone: zone })
  .meta({ id: 'NewBooking' })

export const Booking = z
  .object({ id, event_type_name: z.string(), ...invited, ...times, duration_minutes: z.int() })
  .meta({ id: 'Booking' })

export const FullBooking = Booking.extend({
  uid,
  timezone: zone,
  answers: z.record(z.string(), z.unknown()).meta({ description: 'By the keys of the questions.' }),
  cancel_reason: z.string().nullable(),
  created_at: Time,
}).meta({ id: 'FullBooking' })

interface Times {
  status: State
  start: string
  end: string
}

/** What answers and webhooks tell alike of when it is and where it stands. */
export const timesOf = ({ status, start, end }: Times) => ({
  start_time: time(start),
  end_time: time(end),
  status: stateOf(status),
})

interface Invitee {
  name: string
  email: string
}

/** And of who comes. */
export const invitedOf = (invitee: Invitee | null | undefined) => ({
  invitee_name: invitee?.name ?? null,
  invitee_email: invitee?.email ?? null,
})

/** A booking as its invitee sees it who has just made it. */
export const newBooking = (
  shown: Times & { id: string; eventType: { name: string } },
  invitee: (Invitee & { timeZone: string }) | null,
): z.input<typeof NewBooking> => ({
  uid: shown.id,
  event_name: shown.eventType.name,
  ...invitedOf(invitee),
  ...timesOf(shown),
  timezone: invitee?.timeZone ?? 'UTC',
})

export const booking = (shown: Shown): z.input<typeof Booking> => ({
  id: shown.databaseId,
  event_type_name: shown.eventType.name,
  ...invitedOf(shown.invitees[0]),
  ...timesOf(shown),
  duration_minutes: (Date.parse(shown.end) - Date.parse(shown.start)) / MINUTE_MS,
})

export function fullBooking(shown: Shown): z.input<typeof FullBooking> {
  const [invitee] = shown.invitees
  return {
    ...booking(shown),
    uid: shown.id,
    timezone: invitee?.timeZone ?? shown.timeZone,
    answers: z.record(z.string(), z.unknown()).catch({}).parse(invitee?.answers),
    cancel_reason: shown.cancellation?.reason ?? null,
    created_at: time(shown.createdAt),
  }
}
