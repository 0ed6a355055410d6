// What CalendarPA tells receivers: its contract, section "Webhooks".

import { graphql } from '../../src/graph/typed.ts'
import type { HookFormat } from '../../src/webhooks/format.ts'
import { hexSignature, whyNotSecret } from '../hook-secret.ts'
import { EventParts, event, hookEvents } from './serialize.ts'

export const Events = graphql(
  'query CalendarpaHookEvents($ids: [ID!]!) { events(ids: $ids) { ...CalendarpaEvent } }',
  [EventParts],
)

export const webhooks: HookFormat = {
  kinds: hookEvents,
  retries: {
    timeoutMs: 15_000,
    // Eight attempts over three days.
    delaysSeconds: [10, 5 * 60, 30 * 60, 3 * 3_600, 8 * 3_600, 24 * 3_600, 36 * 3_600],
    jitter: 0.1,
    disables: true,
  },
  async bodies(execute, ids) {
    const { events } = await execute(Events, { ids })
    return new Map(events.map(each => [each.id, JSON.stringify(event(each))]))
  },
  testBody: (hookId, at) => JSON.stringify({ id: hookId, event: 'TEST', created_at: at, data: {} }),
  headers({ deliveryId, kind, body, at, secrets: [secret, previous] }) {
    return {
      'X-CalendarPA-Signature': `sha256=${hexSignature(secret, body)}`,
      // The header has room for one; who still has the old secret finds its signature here, for a
      // day.
      ...(previous !== undefined && {
        'X-CalendarPA-Signature-Previous': `sha256=${hexSignature(previous, body)}`,
      }),
      'X-CalendarPA-Event': kind,
      'X-CalendarPA-Delivery': deliveryId,
      'X-CalendarPA-Timestamp': Math.floor(at.getTime() / 1_000).toString(),
    }
  },
  whyNotSecret,
}
