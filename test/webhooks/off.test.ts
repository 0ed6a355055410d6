import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { sql } from '../helpers/postgres.ts'
import { givenReceiver, type Receiver } from '../helpers/receiver.ts'
import {
  at,
  clientOf,
  type Data,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../helpers/world.ts'

/**
 * What a test waits to see that nothing comes: longer than the workers' sweep for deliveries takes
 * to come around.
 */
const QUIET_MS = 1_300

let world: World
let receiver: Receiver
let host: GivenHost
let eventType: string
let hookId: string

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:00Z')
  receiver = await givenReceiver()
  host = await givenHost(world)
  eventType = await givenEventType(host)
  const made = await host.run(
    'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }',
    {
      input: { url: receiver.url, events: ['BOOKING_CREATED'] },
    },
  )
  hookId = textAt(made, 'createHook.hook.id')
})
afterEach(() => receiver.close())

const HEALTH = 'isActive disabledReason failingSince pausedUntil'
const healthy = { isActive: true, disabledReason: null, failingSince: null, pausedUntil: null }
const UPDATE = `mutation ($input: UpdateHookInput!) { updateHook(input: $input) { hook { ${HEALTH} } } }`

const change = async (changes: Data) =>
  at(await host.run(UPDATE, { input: { id: hookId, ...changes } }), 'updateHook.hook')

const setHook = (set: string) =>
  sql(world.databaseUrl, `update "Hook" set ${set} where "uid" = $1`, [hookId])

const Delivery = z.object({
  id: z.string(),
  status: z.string(),
  problem: z.string().nullable(),
  attemptCount: z.number(),
  nextAttemptAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  attempts: z.object({
    totalCount: z.number(),
    edges: z.array(
      z.object({ node: z.object({ number: z.number(), responseStatus: z.number().nullable() }) }),
    ),
  }),
})

/** The deliveries of the hook, oldest first. */
async function deliveries(ofHook = hookId) {
  const data = await host.run(
    `query ($filter: DeliveryFilter) { deliveries(filter: $filter) { edges { node {
      id status problem attemptCount nextAttemptAt finishedAt
      attempts { totalCount edges { node { number responseStatus } } }
    } } } }`,
    { filter: { hookId: ofHook } },
  )
  const Page = z.object({ edges: z.array(z.object({ node: Delivery })) })
  return Page.parse(data.deliveries)
    .edges.map(({ node }) => node)
    .reverse()
}

const untilStatuses = (...statuses: string[]) =>
  vi.waitFor(
    async () => expect((await deliveries()).map(({ status }) => status)).toEqual(statuses),
    5_000,
  )

const book = (start: string) => givenBooking(world.visitor, eventType, `2026-03-03T${start}:00Z`)

const givenUp = {
  status: 'FAILED',
  problem: 'the hook was switched off',
  nextAttemptAt: null,
  finishedAt: '2026-03-02T07:30:00.000Z',
}

describe('a hook that is switched off', () => {
  it('gives up what waits for it, leaves what is delivered and what others wait for, and gets nothing new', async () => {
    await book('09:00')
    await untilStatuses('DELIVERED')
    receiver.answer(500)
    await book('09:30')
    await untilStatuses('DELIVERED', 'RETRYING')
    await setHook(`"pausedUntil" = '2026-03-02T08:00:00Z'`)
    receiver.answer(200)
    const made = await host.run(
      'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }',
      {
        input: { url: `${receiver.url}/other`, events: ['BOOKING_CREATED'] },
      },
    )
    await book('10:00')
    await untilStatuses('DELIVERED', 'RETRYING', 'PENDING')
    expect((await receiver.take(3)).map(({ path }) => path)).toEqual([
      '/hook',
      '/hook',
      '/hook/other',
    ])
    /** An attempt that is under way would run out of time when the clock is moved. */
    const untilOtherHas = (count: number) =>
      vi.waitFor(
        async () =>
          expect(
            (await deliveries(textAt(made, 'createHook.hook.id'))).map(({ status }) => status),
          ).toEqual(Array.from({ length: count }, () => 'DELIVERED')),
        5_000,
      )
    await untilOtherHas(1)

    world.clock.forward(30)
    const [delivered] = await deliveries()
    expect(await change({ isActive: false })).toMatchObject({
      isActive: false,
      disabledReason: null,
    })
    const [kept, ...ended] = await deliveries()
    expect(kept).toEqual(delivered)
    expect(ended).toMatchObject([
      { ...givenUp, attemptCount: 1 },
      { ...givenUp, attemptCount: 0 },
    ])

    await book('10:30')
    expect((await receiver.next()).path).toBe('/hook/other')
    await untilOtherHas(2)
    world.clock.forward(7 * 24 * 60)
    expect(await receiver.more(QUIET_MS)).toEqual([])
    expect(await deliveries()).toHaveLength(3)
  })

  it('keeps given up what was, when it is switched on again, until that is replayed', async () => {
    await setHook(`"pausedUntil" = '2026-03-02T08:00:00Z'`)
    await book('09:00')
    await untilStatuses('PENDING')
    await change({ isActive: false })
    expect(await change({ isActive: true })).toEqual(healthy)
    expect(await receiver.more(QUIET_MS)).toEqual([])
    await book('10:00')
    await untilStatuses('FAILED', 'DELIVERED')

    const [{ id } = { id: '' }] = await deliveries()
    await host.run(
      'mutation ($id: ID!) { replayDelivery(input: { id: $id }) { delivery { id } } }',
      { id },
    )
    await untilStatuses('DELIVERED', 'DELIVERED')
    expect((await receiver.take(2)).at(1)?.headers['webhook-id']).toBe(id)
    expect((await deliveries())[0]).toMatchObject({
      problem: null,
      attemptCount: 1,
      finishedAt: expect.any(String),
    })
  })

  it('counts as delivered what its receiver takes meanwhile', async () => {
    const held = new Promise<ServerResponse>(resolve =>
      receiver.answer((_request, response) => resolve(response)),
    )
    await book('09:00')
    const response = await held
    await change({ isActive: false })
    expect(await deliveries()).toMatchObject([
      { status: 'FAILED', problem: 'the hook was switched off' },
    ])
    response.writeHead(200).end()
    await untilStatuses('DELIVERED')
    expect(await deliveries()).toMatchObject([
      { problem: null, attemptCount: 1, attempts: { totalCount: 1 } },
    ])
  })

  it('stays given up when its receiver refuses meanwhile; the attempt counts', async () => {
    const held = new Promise<ServerResponse>(resolve =>
      receiver.answer((_request, response) => resolve(response)),
    )
    await book('09:00')
    const response = await held
    await change({ isActive: false })
    response.writeHead(500).end()
    await vi.waitFor(
      async () => expect((await deliveries())[0]?.attempts.edges).toHaveLength(1),
      5_000,
    )
    expect(await deliveries()).toMatchObject([
      {
        status: 'FAILED',
        problem: 'the hook was switched off',
        attemptCount: 1,
        attempts: { totalCount: 1 },
      },
    ])

    receiver.answer(200)
    await change({ isActive: true })
    const [{ id } = { id: '' }] = await deliveries()
    await host.run(
      'mutation ($id: ID!) { replayDelivery(input: { id: $id }) { delivery { id } } }',
      { id },
    )
    await untilStatuses('DELIVERED')
    expect((await deliveries())[0]?.attempts.edges.map(({ node }) => node)).toEqual([
      { number: 2, responseStatus: 200 },
      { number: 1, responseStatus: 500 },
    ])
  })
})

describe('a hook that begins anew', () => {
  const ill = `"disabledReason" = 'FAILING', "failingSince" = '2026-02-25T07:00:00Z', "pausedUntil" = '2026-03-02T08:00:00Z'`

  it('has nothing held against it when it is switched on', async () => {
    await setHook(`${ill}, "isActive" = false`)
    expect(await change({ label: 'Ours' })).toEqual({
      isActive: false,
      disabledReason: 'FAILING',
      failingSince: '2026-02-25T07:00:00.000Z',
      pausedUntil: '2026-03-02T08:00:00.000Z',
    })
    expect(await change({ isActive: true })).toEqual(healthy)
    const rows = await sql(
      world.databaseUrl,
      'select "disabledReason", "failingSince", "pausedUntil" from "Hook" where "uid" = $1',
      [hookId],
    )
    expect(rows).toEqual([{ disabledReason: null, failingSince: null, pausedUntil: null }])
  })

  it('need not wait any longer at another address', async () => {
    await setHook(`"failingSince" = '2026-02-25T07:00:00Z', "pausedUntil" = '2026-03-02T08:00:00Z'`)
    await book('09:00')
    expect(await receiver.more(QUIET_MS)).toEqual([])
    expect(await change({ url: `${receiver.url}/other` })).toEqual(healthy)
    expect((await receiver.next()).path).toBe('/hook/other')
  })

  it('need not wait any longer when its host says so', async () => {
    await setHook(`"pausedUntil" = '2026-03-02T08:00:00Z'`)
    await book('09:00')
    expect(await receiver.more(QUIET_MS)).toEqual([])
    expect(await change({ isActive: true })).toEqual(healthy)
    await receiver.next()
  })

  it('shows a break that is over no more', async () => {
    await setHook(`"pausedUntil" = '2026-03-02T08:00:00Z'`)
    const ask = 'query ($id: ID!) { hook(id: $id) { pausedUntil } }'
    world.clock.set('2026-03-02T07:59:59Z')
    expect(await host.run(ask, { id: hookId })).toEqual({
      hook: { pausedUntil: '2026-03-02T08:00:00.000Z' },
    })
    world.clock.set('2026-03-02T08:00:00Z')
    expect(await host.run(ask, { id: hookId })).toEqual({ hook: { pausedUntil: null } })
  })
})

describe('a hook of an API key', () => {
  const REACH = '{ hooks { edges { node { url isActive disabledReason } } } }'

  async function givenHookOfKey(expiresAt: string): Promise<void> {
    const made = await host.run(
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
      {
        input: { label: 'Maker', scopes: ['webhooks:manage', 'bookings:read'], expiresAt },
      },
    )
    const key = clientOf(world.url, {
      authorization: `Bearer ${textAt(made, 'createApiKey.secret')}`,
    })
    await host.run('mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }', {
      id: hookId,
    })
    await key.run(
      'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }',
      {
        input: { url: receiver.url, events: ['BOOKING_CREATED'] },
      },
    )
    await givenBooking(world.visitor, eventType, '2026-03-04T09:00:00Z')
    await receiver.next()
    const pending = '{ deliveries(filter: { statuses: [PENDING] }) { totalCount } }'
    await vi.waitFor(
      async () => expect(await host.run(pending)).toEqual({ deliveries: { totalCount: 0 } }),
      10_000,
    )
  }

  it.each([
    ['has expired', async () => world.clock.set('2026-03-02T08:00:00Z')],
    [
      'has lost the scope of what it shows',
      () =>
        sql(
          world.databaseUrl,
          `update "ApiKey" set "scopes" = '{webhooks:manage}' where "userId" = (select "id" from "User" where "uid" = $1)`,
          [host.id],
        ),
    ],
  ])(
    'is switched off at the next delivery when the key %s, and nothing is sent',
    async (_what, end) => {
      await givenHookOfKey('2026-03-02T08:00:00Z')
      await end()
      await givenBooking(world.visitor, eventType, '2026-03-04T10:00:00Z')
      await vi.waitFor(
        async () =>
          expect(at(await host.run(REACH), 'hooks.edges.0.node')).toEqual({
            url: receiver.url,
            isActive: false,
            disabledReason: 'REVOKED',
          }),
        10_000,
      )
      const { deliveries } = await host.run(
        '{ deliveries { edges { node { status problem attemptCount } } } }',
      )
      expect(at(deliveries, 'edges.0.node')).toEqual({
        status: 'FAILED',
        problem: 'the hook was switched off',
        attemptCount: 0,
      })
      expect(await receiver.more(0)).toEqual([])
    },
  )
})
