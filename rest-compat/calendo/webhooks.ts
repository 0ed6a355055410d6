// What Calendo tells receivers: its contract, section "Webhooks", and the payload that its guide
// prints.

import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import type { HookFormat } from '../../src/webhooks/format.ts'
import { hexSignature, whyNotSecret } from '../hook-secret.ts'
import { invitedOf, timesOf } from './booking.ts'

export const Events = graphql(`
  query CalendoHookEvents($ids: [ID!]!) {
    events(ids: $ids) {
      id kind occurredAt
      snapshot { id: bookingId status start end timeZone eventType { name } invitees { name email timeZone } }
    }
  }
`)

type Event = ResultOf<typeof Events>['events'][number]

/** A booking that the host has to approve is told when it is confirmed. */
const names = {
  BOOKING_CREATED: 'booking.created',
  BOOKING_APPROVED: 'booking.created',
  BOOKING_CANCELLED: 'booking.cancelled',
  BOOKING_RESCHEDULED: 'booking.rescheduled',
} as const

type Kind = keyof typeof names
type HookEvent = (typeof names)[Kind]

const isKind = (kind: string): kind is Kind => Object.hasOwn(names, kind)
const kinds = Object.keys(names).filter(isKind)

/** What a receiver can subscribe to. */
export const hookEvents: HookEvent[] = [...new Set(Object.values(names))]

/** Its name for a kind of the log; undefined for those that it does not tell of. */
export const eventOf = (kind: string): HookEvent | undefined =>
  isKind(kind) ? names[kind] : undefined

/** The kinds of the log that its names stand for, each once. */
export const kindsOf = (events: HookEvent[]): Kind[] =>
  kinds.filter(kind => events.includes(names[kind]))

export const webhooks: HookFormat = {
  kinds,
  retries: { timeoutMs: 10_000, delaysSeconds: [60, 5 * 60, 30 * 60], jitter: 0, disables: false },
  httpsOnly: true,
  async bodies(execute, ids) {
    const { events } = await execute(Events, { ids })
    return new Map(
      events.flatMap(event =>
        isKind(event.kind) ? [[event.id, bodyOf(names[event.kind], event)]] : [],
      ),
    )
  },
  testBody: (hookId, at) =>
    JSON.stringify({
      event: 'test',
      created_at: withoutMs(at.toISOString()),
      data: { webhook: hookId },
    }),
  headers: ({ body, secrets: [secret, previous] }) => ({
    'X-Calendo-Signature': hexSignature(secret, body),
    // The header has room for one; who still has the old secret finds its signature here, for a
    // day.
    ...(previous !== undefined && { 'X-Calendo-Signature-Previous': hexSignature(previous, body) }),
  }),
  whyNotSecret,
}

function bodyOf(name: string, { occurredAt, snapshot }: Event): string {
  const [invitee] = snapshot?.invitees ?? []
  return JSON.stringify({
    event: name,
    created_at: withoutMs(occurredAt),
    data: {
      booking: snapshot && {
        uid: snapshot.id,
        event_type: snapshot.eventType.name,
        ...invitedOf(invitee),
        ...timesOf(snapshot),
        timezone: invitee?.timeZone ?? snapshot.timeZone,
      },
    },
  })
}

/** `2026-03-10T14:00:00.000Z` as the guide writes it in `created_at`. */
const withoutMs = (instant: string): string => `${instant.slice(0, 19)}Z`
