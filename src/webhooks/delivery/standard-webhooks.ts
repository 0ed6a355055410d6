import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { allEventKinds } from '../../event-log/kinds.ts'
import { graphql } from '../../graph/typed.ts'
import type { HookFormat } from '../format.ts'

const Events = graphql(
  'query StandardHookEvents($ids: [ID!]!) { events(ids: $ids) { id kind occurredAt sequence data } }',
)

const PREFIX = 'whsec_'
const MIN_SECRET_BYTES = 24
const MAX_SECRET_BYTES = 64

/** `BOOKING_NO_SHOW` becomes `booking.no_show`. */
const typeOf = (kind: string): string => kind.toLowerCase().replace('_', '.')

/**
 * The facts of an event under the name of what it is about; those of contacts and event types have
 * none in the log.
 */
function dataOf(kind: string, data: unknown): unknown {
  if (kind.startsWith('CONTACT_')) return { contact: data }
  return kind.startsWith('EVENT_TYPE_') ? { eventType: data } : data
}

/**
 * What Standard Webhooks say (standardwebhooks.com, specification 1.0.0): hooks that were made
 * through GraphQL.
 */
export const standard: HookFormat = {
  kinds: allEventKinds,
  retries: {
    timeoutMs: 15_000,
    // Eight attempts over three days.
    delaysSeconds: [10, 5 * 60, 30 * 60, 3 * 3_600, 8 * 3_600, 24 * 3_600, 36 * 3_600],
    jitter: 0.1,
    disables: true,
  },
  async bodies(execute, ids) {
    const { events } = await execute(Events, { ids })
    return new Map(
      events.map(({ id, kind, occurredAt, sequence, data }) => [
        id,
        JSON.stringify({
          id,
          type: typeOf(kind),
          timestamp: occurredAt,
          ...(sequence !== null && { sequence }),
          data: dataOf(kind, data),
        }),
      ]),
    )
  },
  testBody: (hookId, at) =>
    JSON.stringify({ type: 'hook.test', timestamp: at, data: { hook: { id: hookId } } }),
  headers({ deliveryId, body, at, secrets }) {
    const timestamp = Math.floor(at.getTime() / 1_000).toString()
    const signed = `${deliveryId}.${timestamp}.${body}`
    return {
      'webhook-id': deliveryId,
      'webhook-timestamp': timestamp,
      // One signature for each secret that is valid: receivers accept any.
      'webhook-signature': secrets.map(secret => `v1,${sign(secret, signed)}`).join(' '),
    }
  },
  whyNotSecret: secret =>
    Secret.safeParse(secret).success
      ? undefined
      : `must be ${PREFIX} and the base64 of ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes`,
}

const Secret = z
  .string()
  .startsWith(PREFIX)
  .transform(secret => secret.slice(PREFIX.length))
  .pipe(z.base64())
  .refine(text => {
    const bytes = Buffer.from(text, 'base64').length
    return bytes >= MIN_SECRET_BYTES && bytes <= MAX_SECRET_BYTES
  })

const sign = (secret: string, signed: string): string =>
  createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
    .update(signed)
    .digest('base64')
