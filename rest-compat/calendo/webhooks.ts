// What Calendo tells receivers: its contract, section "Webhooks", and the payload that its guide prints.

import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import type { HookFormat } from '../../src/hooks/format.ts'
import { hexSignature, whyNotSecret } from '../hook-secret.ts'

const Events = graphql(`
  query CalendoHookEvents($ids: [ID!]!) {
    events(ids: $ids) {
      id kind occurredAt
      snapshot { id status start end timeZone eventType { name } invitees { name email timeZone } }
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

const isKind = (kind: string): kind is keyof typeof names => Object.hasOwn(names, kind)

export const webhooks: HookFormat = {
  kinds: Object.keys(names).filter(isKind),
  retries: { timeoutMs: 10_000, delaysSeconds: [60, 5 * 60, 30 * 60], jitter: 0, disables: false },
  async bodies(ask, ids) {
    const { events } = await ask(Events, { ids })
    return new Map(events.flatMap(event => (isKind(event.kind) ? [[event.id, bodyOf(names[event.kind], event)]] : [])))
  },
  testBody: (hookId, at) =>
    JSON.stringify({ event: 'test', created_at: withoutMs(at.toISOString()), data: { webhook: hookId } }),
  headers: ({ body, secrets: [secret, previous] }) => ({
    'X-Calendo-Signature': hexSignature(secret, body),
    // The header has room for one; who still has the old secret finds its signature here, for a day.
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
        invitee_name: invitee?.name ?? null,
        invitee_email: invitee?.email ?? null,
        start_time: sqlTime(snapshot.start),
        end_time: sqlTime(snapshot.end),
        status: snapshot.status.toLowerCase(),
        timezone: invitee?.timeZone ?? snapshot.timeZone,
      },
    },
  })
}

/** `2026-03-10T14:00:00.000Z` as the guide writes it in `created_at`. */
const withoutMs = (instant: string): string => `${instant.slice(0, 19)}Z`

/** The same as it writes the times of a booking, in UTC. */
const sqlTime = (instant: string): string => instant.slice(0, 19).replace('T', ' ')
