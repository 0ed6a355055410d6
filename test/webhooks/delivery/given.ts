// Hooks and their deliveries, as the host who has them sees them in the graph.

import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { addTurns } from '../../../src/event-log/log.ts'
import { DAY_MS } from '../../../src/time.ts'
import { cancel, move, who } from '../../helpers/bookings.ts'
import { sql } from '../../helpers/postgres.ts'
import {
  type Behaviour,
  givenReceiver,
  type Received,
  type Receiver,
} from '../../helpers/receiver.ts'
import {
  at,
  type Client,
  type Data,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  listAt,
  MONDAY,
  type World,
} from '../../helpers/world.ts'

const Instant = z.string().transform(text => new Date(text))

const Attempt = z.object({
  number: z.int(),
  url: z.string(),
  startedAt: Instant,
  durationMs: z.int(),
  responseStatus: z.int().nullable(),
  responseHeaders: z.record(z.string(), z.union([z.string(), z.array(z.string())])).nullable(),
  responseBody: z.string().nullable(),
  problem: z.string().nullable(),
})

const Delivery = z.object({
  id: z.string(),
  kind: z.string().nullable(),
  status: z.string(),
  body: z.string().nullable(),
  attemptCount: z.int(),
  nextAttemptAt: Instant.nullable(),
  problem: z.string().nullable(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
  event: z.object({ id: z.string() }).nullable(),
  attempts: z
    .object({ totalCount: z.int(), edges: z.array(z.object({ node: Attempt })) })
    .transform(({ edges }) => edges.map(({ node }) => node).reverse()),
})

/** A delivery of the log; its attempts begin with the first. */
export type Delivery = z.output<typeof Delivery>

const DELIVERY = `id kind status body attemptCount nextAttemptAt problem createdAt finishedAt event { id }
  attempts(first: 10) {
    totalCount
    edges { node { number url startedAt durationMs responseStatus responseHeaders responseBody problem } }
  }`

/** The deliveries of a hook, at most the last 40, in event order. */
export async function deliveriesOf(host: Client, hookId: string): Promise<Delivery[]> {
  const data = await host.run(
    `query ($filter: DeliveryFilter) { deliveries(first: 40, filter: $filter) { edges { node { ${DELIVERY} } } } }`,
    { filter: { hookId } },
  )
  return listAt(data, 'deliveries.edges')
    .map(edge => Delivery.parse(at(edge, 'node')))
    .reverse()
}

/** A delivery by its id; null when this caller has none. */
export async function deliveryOf(client: Client, id: string): Promise<Delivery | null> {
  const data = await client.run(`query ($id: ID!) { delivery(id: $id) { ${DELIVERY} } }`, { id })
  return Delivery.nullable().parse(data.delivery)
}

const Hook = z.object({
  id: z.string(),
  databaseId: z.int(),
  isActive: z.boolean(),
  disabledReason: z.string().nullable(),
  failingSince: Instant.nullable(),
  pausedUntil: Instant.nullable(),
  previousSecretUntil: Instant.nullable(),
})

/** A hook as its host sees it. */
export type Hook = z.output<typeof Hook>

const HOOK = 'id databaseId isActive disabledReason failingSince pausedUntil previousSecretUntil'

export const hookOf = async (host: Client, id: string): Promise<Hook> =>
  Hook.parse((await host.run(`query ($id: ID!) { hook(id: $id) { ${HOOK} } }`, { id })).hook)

export interface GivenHook {
  id: string
  databaseId: number
  secret: string
}

/**
 * Subscribes a receiver to events of the host: to those of new bookings unless the test says
 * otherwise.
 */
export async function givenHook(host: Client, input: Data): Promise<GivenHook> {
  const data = await host.run(
    'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id databaseId } secret } }',
    { input: { events: ['BOOKING_CREATED'], ...input } },
  )
  const Made = z.object({
    hook: z.object({ id: z.string(), databaseId: z.int() }),
    secret: z.string(),
  })
  const { hook, secret } = Made.parse(data.createHook)
  return { ...hook, secret }
}

/** Changes a hook. */
export const changeHook = (host: Client, id: string, changes: Data) =>
  host.run('mutation ($input: UpdateHookInput!) { updateHook(input: $input) { hook { id } } }', {
    input: { id, ...changes },
  })

/** Starts a receiver that is closed with the test. */
export async function receiverThat(how: number | Behaviour = 200): Promise<Receiver> {
  const receiver = await givenReceiver(how)
  onTestFinished(() => receiver.close())
  return receiver
}

/** A host with something to book, whose events a receiver is told. */
export interface Hooked {
  host: GivenHost
  receiver: Receiver
  hook: GivenHook
  eventType: string
  /** Books the next start that is free. */
  book(input?: Data): Promise<{ id: string; token: string; start: string }>
  /** Cancels as the host. */
  cancel(id: string): Promise<unknown>
  /**
   * Moves to the next start that is free, as the host; answers the id of the booking that replaces
   * it.
   */
  move(id: string): Promise<string>
  deliveries(): Promise<Delivery[]>
  /** Waits until the deliveries stand so, in event order, and answers them. */
  until(...statuses: string[]): Promise<Delivery[]>
  seen(): Promise<Hook>
  /**
   * Has the hook's turn now, rather than at the next sweep of the workers, and waits until it is
   * over.
   */
  turn(): Promise<void>
}

interface Wanted {
  how?: number | Behaviour
  hook?: Data
  eventType?: Data
}

export async function givenHooked(
  world: World,
  { how, hook: input, eventType: settings }: Wanted,
): Promise<Hooked> {
  const receiver = await receiverThat(how)
  const host = await givenHost(world)
  const eventType = await givenEventType(host, settings)
  const hook = await givenHook(host, { url: receiver.url, ...input })
  const nextStart = startsAfter(world)
  const deliveries = () => deliveriesOf(host, hook.id)
  return {
    host,
    receiver,
    hook,
    eventType,
    async book(more) {
      const start = nextStart()
      const { id, token } = await givenBooking(world.visitor, eventType, start, {
        ...who('Ann'),
        ...more,
      })
      return { id, token, start }
    },
    cancel: id => cancel(host, { id }),
    move: async id => (await move(host, { id, start: nextStart() })).id,
    deliveries,
    until: (...statuses) =>
      vi.waitFor(
        async () => {
          const all = await deliveries()
          expect(all.map(({ status }) => status)).toEqual(statuses)
          return all
        },
        { timeout: 10_000, interval: 20 },
      ),
    seen: () => hookOf(host, hook.id),
    turn: () => turnOf(world, hook),
  }
}

/**
 * Has a hook's turn now, rather than at the next sweep of the workers, and waits until every turn
 * is over.
 */
export async function turnOf(
  { gateway, databaseUrl }: World,
  { databaseId }: Pick<GivenHook, 'databaseId'>,
): Promise<void> {
  await addTurns(gateway.deps.db, [databaseId])
  await vi.waitFor(
    async () => expect(await sql(databaseUrl, 'select from graphile_worker.jobs')).toHaveLength(0),
    {
      timeout: 5_000,
      interval: 20,
    },
  )
}

const STARTS_A_DAY = 10

/**
 * Starts in the ordinary hours of a host in London, each another, on the workdays after that of the
 * clock.
 */
function startsAfter({ clock }: World): () => string {
  let last = -1
  return () => {
    const days = Math.floor((clock.now().getTime() - Date.parse(MONDAY)) / DAY_MS)
    const tomorrow = Math.floor(days / 7) * 5 + Math.min((days % 7) + 1, 5)
    last = Math.max(last + 1, tomorrow * STARTS_A_DAY)
    const workday = Math.floor(last / STARTS_A_DAY)
    const date = new Date(MONDAY)
    date.setUTCDate(date.getUTCDate() + Math.floor(workday / 5) * 7 + (workday % 5))
    date.setUTCHours(10, (last % STARTS_A_DAY) * 30)
    return date.toISOString()
  }
}

/**
 * Has the package of Standard Webhooks verify a request at an instant.
 * @throws WebhookVerificationError
 */
export function verifyStandard(
  secret: string,
  { body, headers }: Pick<Received, 'body' | 'headers'>,
  now: Date,
): void {
  vi.useFakeTimers({ toFake: ['Date'], now })
  try {
    new Webhook(secret).verify(body, headers)
  } finally {
    vi.useRealTimers()
  }
}

/** Requests that wait to be answered by hand. */
export interface Held {
  behaviour: Behaviour
  /** Those that are open now, first come first. */
  open: { request: Received; answer(status: number, headers?: Record<string, string>): void }[]
  /** The most that were open at once. */
  most: number
}

/** A way to behave that answers no request until the test does. */
export function holding(): Held {
  const held: Held = {
    open: [],
    most: 0,
    behaviour(request, response) {
      const mine = {
        request,
        answer: (status: number, headers = {}) => void response.writeHead(status, headers).end(),
      }
      held.open.push(mine)
      held.most = Math.max(held.most, held.open.length)
      response.on('close', () => held.open.splice(held.open.indexOf(mine), 1))
    },
  }
  return held
}

export const idOf = ({ headers }: Received): string => headers['webhook-id'] ?? ''
