// What tests of bookings ask over HTTP, and the answers as types.
import { z } from 'zod'
import { follow } from './live.ts'
import { type Answer, at, BOOK, booking, type Client, type Data, type World } from './world.ts'

/** A refusal in short: its code, the reason of a start that is not free, the invalid fields. */
export interface CallError {
  code: string
  reason?: string
  paths?: string[]
}

const Extensions = z.object({
  code: z.string(),
  reason: z.string().optional(),
  fields: z.array(z.object({ path: z.string() })).optional(),
})

/** How an answer was refused; undefined when it was not. */
export function refusalIn({ errors }: Answer): CallError | undefined {
  if (errors === undefined || errors.length === 0) return undefined
  const { code, reason, fields } = Extensions.parse(errors[0]?.extensions)
  return {
    code,
    ...(reason !== undefined && { reason }),
    ...(fields !== undefined && { paths: fields.map(({ path }) => path) }),
  }
}

/** How an operation is refused. Throws when it is not. */
export async function refusal(client: Client, query: string, variables?: Data): Promise<CallError> {
  const answer = await client.answer(query, variables)
  const refused = refusalIn(answer)
  if (refused === undefined) throw new Error(`was not refused: ${JSON.stringify(answer.data)}`)
  return refused
}

/** How a booking is refused. */
export const bookingRefused = (
  client: Client,
  eventTypeId: string,
  start: string,
  input: Data = {},
) => refusal(client, BOOK, booking(eventTypeId, start, input))

/** A start that is not free, as an answer says it. */
export const unavailable = (reason: string, path = 'input.start'): CallError => ({
  code: 'SLOT_UNAVAILABLE',
  reason,
  paths: [path],
})

/** How often each outcome came: `ok`, or the code of the refusal and its reason. */
export function tally(answers: Answer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const answer of answers) {
    const refused = refusalIn(answer)
    const outcome =
      refused === undefined ? 'ok' : [refused.code, refused.reason].filter(Boolean).join(' ')
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

/** Runs an attempt so many times at once. */
export const atOnce = <T>(times: number, attempt: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => attempt(index)))

/** An invitee by first name: `who('Ben')`. */
export const who = (name: string) => ({
  invitee: { name, email: `${name.toLowerCase()}@example.org`, timeZone: 'Europe/Berlin' },
})

const Seat = z.object({ id: z.string(), status: z.string(), name: z.string(), email: z.string() })

const Seen = z.object({
  id: z.string(),
  status: z.string(),
  start: z.string(),
  end: z.string(),
  invitees: z.array(Seat),
  cancellation: z
    .object({
      by: z.string().nullable(),
      name: z.string().nullable(),
      reason: z.string().nullable(),
    })
    .nullable(),
  rescheduledFrom: z.object({ id: z.string() }).nullable(),
  rescheduledTo: z.object({ id: z.string() }).nullable(),
})

/** A booking as its host, or an invitee, sees it. */
export type Seen = z.output<typeof Seen>

const SEEN = `id status start end invitees { id status name email }
  cancellation { by name reason } rescheduledFrom { id } rescheduledTo { id }`

/** A booking by its host's id or an invitee's token; null when this caller has none. */
export async function look(
  client: Client,
  naming: { id: string } | { token: string },
): Promise<Seen | null> {
  const data = await client.run(
    `query ($id: ID, $token: String) { booking(id: $id, token: $token) { ${SEEN} } }`,
    {
      ...naming,
    },
  )
  return Seen.nullable().parse(at(data, 'booking'))
}

/** Where a booking stands. */
export const statusOf = async (client: Client, id: string) => (await look(client, { id }))?.status

export const CANCEL = `mutation ($input: CancelBookingInput!) {
  cancelBooking(input: $input) { booking { ${SEEN} } invitee { id status name email } }
}`
export const RESCHEDULE = `mutation ($input: RescheduleBookingInput!) {
  rescheduleBooking(input: $input) { booking { ${SEEN} } invitee { id linkToken } }
}`
export const APPROVE = `mutation ($id: ID!) { approveBooking(input: { id: $id }) { booking { ${SEEN} } } }`
export const DENY = `mutation ($input: DenyBookingInput!) { denyBooking(input: $input) { booking { ${SEEN} } } }`
export const RESERVE = `mutation ($input: ReserveSlotInput!) {
  reserveSlot(input: $input) { reservation { id start end expiresAt } }
}`
export const RELEASE =
  'mutation ($id: ID!) { releaseSlot(input: { id: $id }) { reservation { id } } }'

/** Cancels; answers the booking as the caller sees it then. */
export async function cancel(client: Client, input: Data): Promise<Seen> {
  return Seen.parse(at(await client.run(CANCEL, { input }), 'cancelBooking.booking'))
}

/** Moves a booking; answers the new one and, for an invitee, the link to the new seat. */
export async function move(client: Client, input: Data) {
  const data = at(await client.run(RESCHEDULE, { input }), 'rescheduleBooking')
  const Moved = z.object({
    booking: Seen,
    invitee: z.object({ id: z.string(), linkToken: z.string() }).nullable(),
  })
  const { booking, invitee } = Moved.parse(data)
  return { ...booking, token: invitee?.linkToken ?? '', inviteeId: invitee?.id ?? '' }
}

export async function approve(host: Client, id: string): Promise<Seen> {
  return Seen.parse(at(await host.run(APPROVE, { id }), 'approveBooking.booking'))
}

export async function deny(host: Client, id: string, reason?: string): Promise<Seen> {
  return Seen.parse(at(await host.run(DENY, { input: { id, reason } }), 'denyBooking.booking'))
}

const Reservation = z.object({
  id: z.string(),
  start: z.string(),
  end: z.string(),
  expiresAt: z.string(),
})

/** Holds a start. */
export async function hold(client: Client, eventTypeId: string, start: string, input: Data = {}) {
  const data = await client.run(RESERVE, {
    input: { eventType: { id: eventTypeId }, start, ...input },
  })
  return Reservation.parse(at(data, 'reserveSlot.reservation'))
}

const Days = z.array(
  z.object({
    date: z.string(),
    slots: z.array(
      z.object({ start: z.string(), end: z.string(), seatsLeft: z.number().nullable() }),
    ),
  }),
)

export const SLOTS = `query ($eventType: EventTypeRef!, $start: Date!, $end: Date!, $timeZone: TimeZone, $durationMinutes: Int) {
  slots(eventType: $eventType, start: $start, end: $end, timeZone: $timeZone, durationMinutes: $durationMinutes) {
    date slots { start end seatsLeft }
  }
}`

/** The days of `slots`, of one day unless `end` is given. */
export async function daysOffered(
  client: Client,
  eventTypeId: string,
  start: string,
  more: Data = {},
) {
  const data = await client.run(SLOTS, {
    eventType: { id: eventTypeId },
    start,
    end: start,
    ...more,
  })
  return Days.parse(at(data, 'slots'))
}

/** The starts of one day, as `09:00` in UTC. */
export async function startsOffered(
  client: Client,
  eventTypeId: string,
  day: string,
  more: Data = {},
) {
  const days = await daysOffered(client, eventTypeId, day, more)
  return days.flatMap(({ slots }) => slots.map(({ start }) => start.slice(11, 16)))
}

/** Whether a start is offered. */
export async function isOffered(
  client: Client,
  eventTypeId: string,
  start: string,
  more: Data = {},
) {
  const days = await daysOffered(client, eventTypeId, start.slice(0, 10), more)
  return days.some(({ slots }) => slots.some(slot => Date.parse(slot.start) === Date.parse(start)))
}

/** A schedule of a host; answers its id. */
export async function givenSchedule(host: Client, input: Data): Promise<string> {
  const data = await host.run(
    'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { id } } }',
    { input: { name: 'Hours', ...input } },
  )
  return z.string().parse(at(data, 'createSchedule.schedule.id'))
}

/** Changes an event type. */
export const edit = (host: Client, id: string, changes: Data) =>
  host.run(
    'mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { eventType { id } } }',
    {
      input: { id, ...changes },
    },
  )

const Logged = z.object({
  cursor: z.string(),
  kind: z.string(),
  data: z.looseObject({}),
  booking: z.object({ id: z.string() }).nullable(),
  invitee: z.object({ id: z.string() }).nullable(),
})

/** An event of the log, as the live feed tells it. */
export type Logged = z.output<typeof Logged>

/** The whole log of a host, read from its start over a websocket. */
export async function logOf(world: World, host: Client & { id: string }): Promise<Logged[]> {
  const { rows } = await world.gateway.deps.pool.query<{ count: number }>(
    `select count(*)::int as "count" from "Event" e join "User" u on u."id" = e."hostId"
     where u."uid" = $1 and (e."kind" like 'BOOKING%' or e."kind" like 'CONTACT%')`,
    [host.id],
  )
  const feed = await follow(
    host.url,
    'subscription { bookingEvents(after: "start") { cursor kind data booking { id } invitee { id } } }',
    { headers: host.headers },
  )
  const events: Logged[] = []
  while (events.length < (rows[0]?.count ?? 0))
    events.push(Logged.parse(at(await feed.next(), 'bookingEvents')))
  await feed.stop()
  return events
}
