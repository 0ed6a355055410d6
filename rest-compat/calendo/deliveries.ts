import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { route } from '../dialect.ts'
import { byId, id, Ok, ok, Time, time } from './values.ts'
import { eventOf } from './webhooks.ts'

const group = 'Webhooks'
const scope = 'webhooks:manage'

const DeliveryParts = graphql(`
  fragment CalendoDelivery on Delivery {
    databaseId kind status attemptCount problem createdAt nextAttemptAt finishedAt
    attempts(first: 1) { edges { node { responseStatus } } }
  }
`)

const states = {
  PENDING: 'pending',
  RETRYING: 'retrying',
  DELIVERED: 'delivered',
  FAILED: 'failed',
} as const

const Delivery = z
  .object({
    id,
    event: z.string().meta({ description: '`test` for a test event.' }),
    status: z
      .enum(Object.values(states))
      .meta({ description: 'Failed: it was given up after three retries.' }),
    attempts: z.int().meta({ description: 'How often it was sent.' }),
    response_status: z
      .int()
      .nullable()
      .meta({ description: 'Of the last answer; null when none came.' }),
    error: z.string().nullable().meta({ description: 'What went wrong at the last attempt.' }),
    created_at: Time,
    next_attempt_at: Time.nullable(),
    finished_at: Time.nullable(),
  })
  .meta({ id: 'Delivery' })

const delivery = (shown: ResultOf<typeof DeliveryParts>): z.input<typeof Delivery> => ({
  id: shown.databaseId,
  event: (shown.kind && eventOf(shown.kind)) ?? 'test',
  status: states[shown.status],
  attempts: shown.attemptCount,
  response_status: shown.attempts.edges[0]?.node.responseStatus ?? null,
  error: shown.problem,
  created_at: time(shown.createdAt),
  next_attempt_at: shown.nextAttemptAt && time(shown.nextAttemptAt),
  finished_at: shown.finishedAt && time(shown.finishedAt),
})

const list = route({
  method: 'GET',
  path: '/webhooks/:id/deliveries',
  name: 'listDeliveries',
  summary: 'What was sent to a webhook, or is on its way: the last 100 deliveries, newest first.',
  group,
  scope,
  request: { params: byId('webhook') },
  response: z.array(Delivery),
  document: graphql(
    `query CalendoListDeliveries($id: ID!) {
      deliveries(filter: { hookId: $id }, first: 100) { edges { node { ...CalendoDelivery } } }
    }`,
    [DeliveryParts],
  ),
  variables: ({ params }) => params,
  reply: ({ deliveries }) => deliveries.edges.map(({ node }) => delivery(node)),
})

const replay = route({
  method: 'POST',
  path: '/webhooks/deliveries/:id/replay',
  name: 'replayDelivery',
  summary: 'Sends a delivery again, delivered or not, with the same body.',
  group,
  scope,
  request: { params: byId('delivery') },
  response: Ok,
  document: graphql(
    'mutation CalendoReplay($id: ID!) { replayDelivery(input: { id: $id }) { delivery { id } } }',
  ),
  variables: ({ params }) => params,
  reply: () => ok,
})

export const deliveries = [list, replay]
