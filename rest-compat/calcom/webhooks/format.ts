// How Cal.com tells receivers of events: its contract, 11.3.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import type { Addressee, HookFormat } from '../../../src/webhooks/format.ts'
import { hexSignature } from '../../hook-secret.ts'
import {
  type BookingEvent,
  bookingPayload,
  cancelled,
  EventParts,
  hasBooking,
  meeting,
  moved,
  noShow,
  relocated,
} from './payload.ts'
import { kinds, type Told, triggerOf, triggers } from './triggers.ts'

export const Events = graphql(
  'query CalcomHookEvents($ids: [ID!]!) { events(ids: $ids) { ...CalcomHookEvent } }',
  [EventParts],
)

type Event = ResultOf<typeof Events>['events'][number]

/** The version of what is told. */
export const VERSION = '2021-10-20'

const Status = z.object({ booking: z.object({ status: z.string() }) })

const triggerIn = ({ kind, data }: { kind: string; data: unknown }): Told | undefined =>
  triggerOf(kind, Status.safeParse(data).data?.booking.status === 'PENDING')

export const webhooks: HookFormat = {
  kinds,
  messages: {
    names: triggers,
    of(event) {
      const name = triggerIn(event)
      return name === undefined ? [] : [{ name, key: event.uid }]
    },
  },
  retries: {
    timeoutMs: 15_000,
    // Eight attempts over a day.
    delaysSeconds: [30, 2 * 60, 10 * 60, 30 * 60, 2 * 3_600, 6 * 3_600, 15 * 3_600],
    jitter: 0.1,
    disables: true,
  },
  showsSecrets: true,
  takesTemplates: true,
  async bodies(execute, ids, { render }) {
    const { events } = await execute(Events, { ids })
    const bodies = await Promise.all(
      events.map(async event => ({ id: event.id, body: await bodyOf(event, render) })),
    )
    return new Map(bodies.flatMap(({ id, body }) => (body === undefined ? [] : [[id, body]])))
  },
  testBody: (_hookId, at) =>
    JSON.stringify({
      triggerEvent: 'PING',
      createdAt: at.toISOString(),
      payload: { type: 'Test', title: 'Test trigger event' },
    }),
  headers({ deliveryId, body, at, secrets: [secret, previous] }) {
    return {
      'X-Cal-Signature-256': secret === '' ? 'no-secret-provided' : hexSignature(secret, body),
      // The header has room for one; who still has the old secret finds its signature here, for a
      // day.
      ...(previous && { 'X-Cal-Signature-256-Previous': hexSignature(previous, body) }),
      'X-Cal-Webhook-Version': VERSION,
      // Ours: the same at every attempt, and when this one is sent, in Unix seconds.
      'webhook-id': deliveryId,
      'webhook-timestamp': Math.floor(at.getTime() / 1_000).toString(),
      ...(!isJson(body) && { 'content-type': 'application/x-www-form-urlencoded' }),
    }
  },
  whyNotSecret: secret =>
    /^[\x20-\x7e]{0,255}$/.test(secret) ? undefined : 'must have at most 255 characters',
}

/** Undefined for an event of which nothing can be told any more. */
async function bodyOf(event: Event, render: Addressee['render']): Promise<string | undefined> {
  const triggerEvent = triggerIn(event)
  if (triggerEvent === undefined) return undefined
  const told = { triggerEvent, createdAt: event.occurredAt }
  if (triggerEvent === 'FORM_SUBMITTED')
    return filled(render, told, formPayload(event), formAnswers(event))
  if (!hasBooking(event)) return undefined
  // Its template is ignored.
  if (triggerEvent === 'MEETING_STARTED' || triggerEvent === 'MEETING_ENDED') {
    return JSON.stringify({ ...meeting(event), ...told })
  }
  return filled(render, told, payloadOf(triggerEvent, event))
}

async function filled(
  render: Addressee['render'],
  told: object,
  payload: object,
  besides = {},
): Promise<string> {
  return render === null
    ? JSON.stringify({ ...besides, ...told, payload })
    : render({ ...besides, ...payload, ...told })
}

function payloadOf(triggerEvent: Told, event: BookingEvent): object {
  if (triggerEvent === 'BOOKING_NO_SHOW_UPDATED') return noShow(event)
  return {
    ...bookingPayload(event),
    ...(event.kind === 'BOOKING_RESCHEDULED' && moved(event)),
    ...(triggerEvent === 'BOOKING_LOCATION_UPDATED' && relocated(event)),
    ...(triggerEvent === 'BOOKING_CANCELLED' && cancelled(event)),
    ...(triggerEvent === 'BOOKING_REJECTED' && {
      rejectionReason: event.snapshot.cancellation?.reason ?? null,
    }),
  }
}

const Submitted = z.object({
  form: z.object({ id: z.string(), name: z.string() }),
  submission: z.object({
    answers: z.array(z.object({ key: z.string(), question: z.string(), answer: z.string() })),
  }),
})

function formPayload({ data }: Event) {
  const { form, submission } = Submitted.parse(data)
  const responses = submission.answers.map(({ key, question, answer }) => [
    key,
    { label: question, value: answer, response: answer },
  ])
  return {
    formId: form.id,
    formName: form.name,
    teamId: null,
    responses: Object.fromEntries(responses),
  }
}

/** The answers as they stand at the root too. */
const formAnswers = ({ data }: Event): Record<string, string> =>
  Object.fromEntries(
    Submitted.parse(data).submission.answers.map(({ key, answer }) => [key, answer]),
  )

function isJson(body: string): boolean {
  try {
    JSON.parse(body)
    return true
  } catch {
    return false
  }
}
