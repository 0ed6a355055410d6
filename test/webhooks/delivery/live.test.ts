import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import type { Gateway } from '../../../src/gateway.ts'
import { sql } from '../../helpers/postgres.ts'
import { openSocket, overSocket } from '../../helpers/socket.ts'
import { stream } from '../../helpers/sse.ts'
import {
  at,
  type Client,
  clientOf,
  givenBooking,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { changeHook, givenHook, givenHooked, type Hooked, holding } from './given.ts'

let world: World
let second: Gateway

beforeAll(async () => {
  world = await givenWorld()
  second = await world.secondGateway()
})
afterAll(() => world.end())

const FOLLOW = `subscription ($hookId: ID) { deliveryEvents(hookId: $hookId) {
  id status attemptCount nextAttemptAt problem hook { id } event { kind } attempts(first: 1) { edges { node { responseStatus } } }
} }`

const Told = z.object({
  id: z.string(),
  status: z.string(),
  attemptCount: z.number(),
  nextAttemptAt: z.string().nullable(),
  problem: z.string().nullable(),
  hook: z.object({ id: z.string() }),
  event: z.object({ kind: z.string() }).nullable(),
  attempts: z
    .object({
      edges: z.array(z.object({ node: z.object({ responseStatus: z.number().nullable() }) })),
    })
    .transform(({ edges }) => edges[0]?.node.responseStatus),
})

type Told = z.output<typeof Told>

/** Follows deliveries. */
interface Follower {
  /**
   * What is told next; undefined when the server ends it instead, since the credential has ended.
   */
  next(): Promise<Told | undefined>
}

type Transport = (who: Client, hookId?: string) => Promise<Follower>

const toldIn = (answer: unknown): Told => {
  if (at(answer, 'errors') !== undefined) throw new Error(JSON.stringify(answer))
  return Told.parse(at(answer, 'data.deliveryEvents'))
}

/** Whether the server ended a subscription because its credential has ended. */
const isEndOfCredential = (errors: unknown): boolean =>
  at(errors, '0.extensions.code') === 'UNAUTHENTICATED'

const overWebsocket: Transport = async (who, hookId) => {
  const socket = await openSocket(who.url, { headers: who.headers, init: {} })
  onTestFinished(() => socket.kill())
  socket.send({ type: 'subscribe', id: 'live', payload: { query: FOLLOW, variables: { hookId } } })
  // The protocol does not confirm a subscription. Operations that ask the database are answered
  // after it stands.
  for (const id of ['once', 'twice']) {
    socket.send({
      type: 'subscribe',
      id,
      payload: { query: '{ hooks { totalCount edges { node { id } } } }' },
    })
    expect(await socket.nextOf(id)).toMatchObject({ type: 'next' })
    await socket.nextOf(id)
  }
  return {
    async next() {
      const { type, payload } = await socket.nextOf('live')
      return type === 'error' && isEndOfCredential(payload) ? undefined : toldIn(payload)
    },
  }
}

const overEvents: Transport = async (who, hookId) => {
  const live = await stream(who.url, FOLLOW, { headers: who.headers, variables: { hookId } })
  onTestFinished(live.stop)
  expect(live.status).toBe(200)
  // The answer begins a moment before the first look for events.
  for (let n = 0; n < 2; n++) await who.run('{ hooks { totalCount edges { node { id } } } }')
  return {
    async next() {
      const answer = await live.next()
      if (!isEndOfCredential(at(answer, 'errors'))) return toldIn(answer)
      await live.completed
      return undefined
    },
  }
}

const transports = { 'a websocket': overWebsocket, 'server-sent events': overEvents }

/** What is told until a delivery stands somewhere, that last. */
async function toldUntil(follower: Follower, id: string, status: string): Promise<Told[]> {
  const all: Told[] = []
  for (let told = await follower.next(); told !== undefined; told = await follower.next()) {
    all.push(told)
    if (told.id === id && told.status === status) return all
  }
  throw new Error('it was ended')
}

const TEST = 'mutation ($id: ID!) { sendTestEvent(input: { hookId: $id }) { delivery { id } } }'
const test = async ({ host, hook }: Pick<Hooked, 'host' | 'hook'>) =>
  textAt(await host.run(TEST, { id: hook.id }), 'sendTestEvent.delivery.id')

/** The hooks of what was told, each once. */
const hooksOf = (told: Told[]) => [...new Set(told.map(({ hook }) => hook.id))].sort()

/** A key of the host, by which they follow. */
async function givenKey(host: Client): Promise<Client & { id: string }> {
  const made = await host.run(
    'mutation { createApiKey(input: { label: "Live" }) { secret apiKey { id } } }',
  )
  const client = clientOf(host.url, { 'x-api-key': textAt(made, 'createApiKey.secret') })
  return { ...client, id: textAt(made, 'createApiKey.apiKey.id') }
}

describe.each(Object.entries(transports))('over %s', (_name, follow) => {
  it('a delivery is told when it is made, and when it is delivered', async () => {
    const held = holding()
    const { host, hook, book } = await givenHooked(world, { how: held.behaviour })
    const live = await follow(host)
    await book()
    const made = await live.next()
    expect(made).toMatchObject({
      status: 'PENDING',
      attemptCount: 0,
      nextAttemptAt: null,
      hook: { id: hook.id },
      event: { kind: 'BOOKING_CREATED' },
      attempts: undefined,
    })
    await vi.waitFor(() => expect(held.open).toHaveLength(1), 5_000)
    held.open[0]?.answer(200)
    expect(await live.next()).toEqual({
      ...made,
      status: 'DELIVERED',
      attemptCount: 1,
      attempts: 200,
    })
  })

  it('one that fails is told with its next attempt, and again after that', async () => {
    const { host, book, receiver } = await givenHooked(world, { how: 500 })
    const live = await follow(host)
    await book()
    const made = await live.next()
    // The two changes come so close together that they may be told as one.
    const failed = made?.status === 'PENDING' ? await live.next() : made
    expect(failed).toMatchObject({
      status: 'RETRYING',
      attemptCount: 1,
      problem: 'answered 500',
      attempts: 500,
    })
    expect(Date.parse(failed?.nextAttemptAt ?? '')).toBeGreaterThan(world.clock.now().getTime())
    receiver.answer(200)
    world.clock.forward(1)
    expect(await live.next()).toMatchObject({
      id: failed?.id,
      status: 'DELIVERED',
      attemptCount: 2,
      problem: null,
    })
  })

  it('one that is given up is told, and when it is replayed', async () => {
    const { host, hook, book, until: stands } = await givenHooked(world, { how: 500 })
    await book()
    const [{ id } = { id: '' }] = await stands('RETRYING')
    const live = await follow(host)
    await changeHook(host, hook.id, { isActive: false })
    expect(await live.next()).toMatchObject({
      id,
      status: 'FAILED',
      problem: 'the hook was switched off',
    })
    await changeHook(host, hook.id, { isActive: true })
    await host.run(
      'mutation ($id: ID!) { replayDelivery(input: { id: $id }) { delivery { id } } }',
      { id },
    )
    expect(await live.next()).toMatchObject({ id, status: 'RETRYING' })
  })

  it('those of one hook are told alone where that is asked for, those of another host never', async () => {
    const { host, hook, receiver, book } = await givenHooked(world, {})
    const other = await givenHook(host, { url: receiver.url })
    const stranger = await givenHooked(world, {})
    const all = await follow(host)
    const one = await follow(host, other.id)
    const byNumber = await follow(host, String(other.databaseId))
    const strangers = await follow(stranger.host)

    await book()
    await stranger.book()
    const last = await test({ host, hook: other })
    for (const live of [one, byNumber]) {
      expect(hooksOf(await toldUntil(live, last, 'DELIVERED'))).toEqual([other.id])
    }
    const end = await test({ host, hook })
    expect(hooksOf(await toldUntil(all, end, 'DELIVERED'))).toEqual([hook.id, other.id].sort())
    const theirs = await test(stranger)
    expect(hooksOf(await toldUntil(strangers, theirs, 'DELIVERED'))).toEqual([stranger.hook.id])
  })

  it('they are told at every gateway, whichever makes and sends them', async () => {
    const { host, eventType, hook, receiver } = await givenHooked(world, {})
    const followers = [await follow(host), await follow({ ...host, url: second.url })]
    await givenBooking(clientOf(second.url, {}), eventType, '2026-03-03T10:00:00Z')
    const first = (await receiver.next()).headers['webhook-id'] ?? ''
    for (const live of followers) {
      expect((await toldUntil(live, first, 'DELIVERED')).at(-1)).toMatchObject({ attemptCount: 1 })
    }
    const other = await test({ host, hook })
    for (const live of followers) await toldUntil(live, other, 'DELIVERED')
  })

  it('nothing is told any more when the key is revoked, at every gateway', async () => {
    const { host, hook, book } = await givenHooked(world, {})
    const key = await givenKey(host)
    const followers = [await follow(key), await follow({ ...key, url: second.url }, hook.id)]
    const bystander = await follow(host)
    await host.run('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', {
      id: key.id,
    })
    await book()
    for (const live of followers) expect(await live.next()).toBeUndefined()
    expect((await bystander.next())?.hook.id).toBe(hook.id)
  })

  it('a key that ends by the clock is told nothing after that', async () => {
    const { host, hook, book } = await givenHooked(world, {})
    const expiresAt = new Date(world.clock.now().getTime() + 60_000).toISOString()
    const made = await host.run(
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
      {
        input: { label: 'Short', expiresAt },
      },
    )
    const live = await follow(
      clientOf(host.url, { 'x-api-key': textAt(made, 'createApiKey.secret') }),
    )
    const before = await test({ host, hook })
    await toldUntil(live, before, 'DELIVERED')
    world.clock.forward(1)
    await book()
    for (let told = await live.next(); told !== undefined; told = await live.next())
      expect(told.id).toBe(before)
  })
})

describe('following deliveries', () => {
  const apiErrorOf = async (who: Client, hookId: string) => {
    const answer = await overSocket(
      who.url,
      { query: FOLLOW, variables: { hookId } },
      { headers: who.headers },
    )
    return at(answer, 'errors.0.extensions') ?? answer
  }

  it('is refused for hooks that are not there, or of others', async () => {
    const { hook } = await givenHooked(world, {})
    const stranger = await givenHost(world)
    const refused = { code: 'NOT_FOUND', fields: [{ path: 'hookId', message: 'no such hook' }] }
    for (const hookId of ['hk_nothing', '1999999999', '', hook.id, String(hook.databaseId)]) {
      expect(await apiErrorOf(stranger, hookId)).toEqual(refused)
    }
  })

  it('tells of all, when more change at once than one signal can name, and goes on when their hook is deleted', async () => {
    const COUNT = 350
    const { host, hook, receiver } = await givenHooked(world, {})
    await sql(
      world.databaseUrl,
      `insert into "Delivery" ("uid", "hostId", "hookId", "kind", "status", "body", "createdAt", "finishedAt")
       select 'dlv_many' || n, "hostId", "id", 'TEST', 'FAILED', '{}', $2, $2 from "Hook", generate_series(1, ${COUNT}) n
       where "uid" = $1`,
      [hook.id, world.clock.now()],
    )
    const live = await overWebsocket(host)
    const input = { hookId: hook.id, since: '2026-03-01T00:00:00Z' }
    const replayed = await host.run(
      'mutation ($input: ReplayFailedInput!) { replayFailedDeliveries(input: $input) { count } }',
      { input },
    )
    expect(replayed).toEqual({ replayFailedDeliveries: { count: COUNT } })
    const delivered = new Set<string>()
    while (delivered.size < COUNT) {
      const told = await live.next()
      if (told?.status === 'DELIVERED') delivered.add(told.id)
    }
    expect(receiver.all).toHaveLength(COUNT)

    const other = await givenHook(host, { url: receiver.url })
    await host.run('mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }', {
      id: hook.id,
    })
    const last = await test({ host, hook: other })
    await toldUntil(live, last, 'DELIVERED')
  })
})
