// What Calendly tells receivers: its contract, "Webhook delivery". It tells of invitees, so that an
// event of the log can be several messages: one for each who booked, and two for a move.

import { z } from 'zod'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import type { Addressee, HookFormat, Message } from '../../../src/webhooks/format.ts'
import { hexSignature } from '../../hook-secret.ts'
import { envelope, type InviteeEvent, inviteeNames, payload, SeatParts } from '../events/payload.ts'
import { publicId, uriOf } from '../uris.ts'
import { ThingParts, thingKinds, thingNameOf, thingNames, thingPayload } from './other-payloads.ts'

export const Events = graphql(
  'query CalendlyHookEvents($ids: [ID!]!) { viewer { id } events(ids: $ids) { id ...CalendlyThing } }',
  [ThingParts],
)

export const GetSeats = graphql(
  `query CalendlyHookSeats($ids: [ID!]!) {
    inviteesByIds(ids: $ids) { ...CalendlySeat rescheduledFrom { ...CalendlySeat } }
  }`,
  [SeatParts],
)

/** Seats that one operation asks for, within what the graph lets one ask. */
const SEATS_AT_ONCE = 25

type Logged = ResultOf<typeof Events>['events'][number]

/** Those that can be asked for, and never come. */
const untold = ['meeting_recap.created', 'meeting_recap.updated', 'meeting_recap.deleted'] as const

export const names = [...inviteeNames, ...thingNames, ...untold] as const

const Status = z.enum(['PENDING', 'CONFIRMED', 'CANCELLED', 'DENIED'])

const Facts = z.object({
  booking: z.object({ status: Status }),
  /** Of what was moved or cancelled. Earlier versions did not log it. */
  statusBefore: Status.default('CONFIRMED'),
  invitees: z.array(z.object({ id: z.string() })),
  noShow: z.boolean().optional(),
})

type Facts = z.output<typeof Facts>

/**
 * What is told of each invitee whom an event concerns. A booking that needs approval is told when
 * it is confirmed; of one that nobody was told of, no end is told either.
 */
function namesOf(kind: string, { booking, statusBefore, noShow }: Facts): readonly InviteeEvent[] {
  switch (kind) {
    case 'BOOKING_CREATED':
    case 'BOOKING_APPROVED':
      return ['invitee.created']
    case 'BOOKING_CANCELLED':
      return statusBefore === 'PENDING' ? [] : ['invitee.canceled']
    case 'BOOKING_RESCHEDULED':
      if (booking.status === 'PENDING')
        return statusBefore === 'PENDING' ? [] : ['invitee.canceled']
      return statusBefore === 'PENDING'
        ? ['invitee.created']
        : ['invitee.canceled', 'invitee.created', 'invitee.rescheduled']
    case 'BOOKING_NO_SHOW':
      return [noShow ? 'invitee_no_show.created' : 'invitee_no_show.deleted']
    default:
      return []
  }
}

/** A message about an invitee. */
interface Told extends Message {
  name: InviteeEvent
  inviteeId: string
  facts: Facts
}

/** The message about another thing, if there is one. */
function thingMessageOf({ uid, kind }: { uid: string; kind: string }): Message | undefined {
  const name = thingNameOf(kind)
  return name && { name, key: `${uid} ${name}` }
}

function messagesOf({ uid, kind, data }: { uid: string; kind: string; data: unknown }): Told[] {
  const { data: facts } = Facts.safeParse(data)
  if (facts === undefined) return []
  return facts.invitees.flatMap(({ id }) =>
    namesOf(kind, facts).map(name => ({ name, key: `${uid} ${name} ${id}`, inviteeId: id, facts })),
  )
}

export const webhooks: HookFormat = {
  kinds: [
    'BOOKING_CREATED',
    'BOOKING_APPROVED',
    'BOOKING_CANCELLED',
    'BOOKING_RESCHEDULED',
    'BOOKING_NO_SHOW',
    ...thingKinds,
  ],
  messages: {
    names,
    of(event) {
      const ofThing = thingMessageOf(event)
      return ofThing === undefined
        ? messagesOf(event).map(({ name, key }) => ({ name, key }))
        : [ofThing]
    },
  },
  retries: {
    timeoutMs: 15_000,
    // Nine attempts over a day.
    delaysSeconds: [30, 2 * 60, 10 * 60, 30 * 60, 3_600, 2 * 3_600, 4 * 3_600, 8 * 3_600],
    jitter: 0.1,
    disables: true,
  },
  async bodies(execute, ids, to) {
    const { viewer, events } = await execute(Events, { ids })
    const creator = uriOf(to.publicUrl, 'users', viewer?.id ?? '')
    const bodies = new Map<string, string>()
    const told = events.map(logged => ({
      logged,
      messages: messagesOf({ ...logged, uid: logged.id }),
    }))
    const seats = await seatsOf(
      execute,
      new Set(told.flatMap(({ messages }) => messages.map(({ inviteeId }) => inviteeId))),
    )
    for (const { logged, messages } of told) {
      for (const message of messages) {
        const payload = payloadOf(seats.get(message.inviteeId), logged, message, to)
        if (payload === undefined) continue
        bodies.set(message.key, bodyOf(message.name, logged.occurredAt, creator, payload))
      }
      const ofThing = thingMessageOf({ ...logged, uid: logged.id })
      if (ofThing === undefined) continue
      const thing = await thingPayload(execute, logged, viewer?.id ?? '', to.publicUrl)
      if (thing !== undefined)
        bodies.set(ofThing.key, bodyOf(ofThing.name, logged.occurredAt, creator, thing))
    }
    return bodies
  },
  testBody: (hookId, at) =>
    bodyOf('test', at.toISOString(), null, { webhook_subscription: publicId(hookId) }),
  headers({ body, at, secrets: [secret, previous] }) {
    const t = Math.floor(at.getTime() / 1_000)
    const signed = (key: string) => `t=${t},v1=${hexSignature(key, `${t}.${body}`)}`
    return {
      'Calendly-Webhook-Signature': signed(secret),
      // The header has room for one; who still has the old secret finds its signature here, for a
      // day.
      ...(previous !== undefined && { 'Calendly-Webhook-Signature-Previous': signed(previous) }),
    }
  },
  whyNotSecret: secret =>
    /^[\x20-\x7e]{1,255}$/.test(secret)
      ? undefined
      : 'must have 1 to 255 characters, all of them printable ASCII',
}

/**
 * As `JSON.stringify` prints it, so that receivers can print it again and find the same signature.
 */
const bodyOf = (...told: Parameters<typeof envelope>): string => JSON.stringify(envelope(...told))

type FoundSeat = ResultOf<typeof GetSeats>['inviteesByIds'][number]

/** Seats by the ids of their invitees. */
async function seatsOf(
  execute: ExecuteDocument,
  inviteeIds: ReadonlySet<string>,
): Promise<Map<string, FoundSeat>> {
  const ids = [...inviteeIds]
  const seats = new Map<string, FoundSeat>()
  for (let from = 0; from < ids.length; from += SEATS_AT_ONCE) {
    const { inviteesByIds } = await execute(GetSeats, {
      ids: ids.slice(from, from + SEATS_AT_ONCE),
    })
    for (const seat of inviteesByIds) seats.set(seat.id, seat)
  }
  return seats
}

function payloadOf(
  found: FoundSeat | undefined,
  { kind, occurredAt }: Logged,
  { name, facts }: Told,
  to: Addressee,
) {
  const isMove = kind === 'BOOKING_RESCHEDULED'
  const seat = isMove && name === 'invitee.canceled' ? found?.rescheduledFrom : found
  if (seat == null) return undefined
  // The rows may have changed since; what changes is told as it was.
  const status = isMove ? seat.booking.status : facts.booking.status
  return payload(seat, { name, occurredAt, status }, to)
}
