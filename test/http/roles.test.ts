import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Gateway, type GatewayOptions, startGateway } from '../../src/gateway.ts'
import { allowConnections, countConnections } from '../helpers/postgres.ts'
import { givenReceiver } from '../helpers/receiver.ts'
import { openSocket } from '../helpers/socket.ts'
import { stream } from '../helpers/sse.ts'
import {
  at,
  type Client,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  ordinaryConfig,
  SECRET_KEY,
  type World,
} from '../helpers/world.ts'

/**
 * What a test waits to see that nothing comes: longer than the workers' sweep for deliveries takes
 * to come around.
 */
const QUIET_MS = 1_500

const get = async (url: string, path: string) => {
  const response = await fetch(`${url}${path}`)
  return { status: response.status, body: await response.json() }
}

const ready = { status: 200, body: { status: 'ready', notReady: [] } }

/** One more gateway on the database of a world, by the world's clock. */
async function givenGateway(
  world: World,
  roles: GatewayOptions['config']['roles'],
): Promise<Gateway> {
  const gateway = await startGateway({
    config: { ...ordinaryConfig, roles },
    databaseUrl: world.databaseUrl,
    secretKey: SECRET_KEY,
    log: pino({ level: 'silent' }),
    clock: world.clock,
  })
  onTestFinished(() => gateway.stop())
  return gateway
}

async function givenReceiverHere() {
  const receiver = await givenReceiver()
  onTestFinished(() => receiver.close())
  return receiver
}

const subscribe = (host: Client, url: string, dialect: string) =>
  host.run('mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }', {
    input: { url, events: ['BOOKING_CREATED'], dialect },
  })

const statuses = async (host: Client) =>
  listAt(await host.run('{ deliveries { edges { node { status } } } }'), 'deliveries.edges').map(
    edge => at(edge, 'node.status'),
  )

/** How many connections the workers of all gateways have. */
const workerConnections = async ({ databaseUrl }: World) =>
  (await countConnections(databaseUrl, 'meridian workers')) +
  (await countConnections(databaseUrl, 'meridian turns'))

describe('a gateway that serves the graph alone', () => {
  let world: World
  let host: GivenHost
  let eventType: string

  beforeAll(async () => {
    world = await givenWorld({ config: { roles: new Set(['web']) } })
    host = await givenHost(world)
    eventType = await givenEventType(host)
  })
  afterAll(() => world.end())

  it('is ready without workers, and has no connections for any', async () => {
    expect(await get(world.url, '/healthz')).toMatchObject({ status: 200 })
    expect(await get(world.url, '/readyz')).toEqual(ready)
    expect(await workerConnections(world)).toBe(0)
  })

  it('queues deliveries, which a gateway of workers alone sends; live and in the log both see it', async () => {
    const receiver = await givenReceiverHere()
    for (const dialect of ['STANDARD', 'CALENDARPA', 'CALENDO']) {
      await subscribe(host, `${receiver.url}/${dialect}`, dialect)
    }
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    expect(await receiver.more(QUIET_MS)).toEqual([])
    expect(await statuses(host)).toEqual(['PENDING', 'PENDING', 'PENDING'])
    const live = await stream(world.url, 'subscription { deliveryEvents { status } }', {
      headers: host.headers,
    })
    onTestFinished(live.stop)

    await givenGateway(world, new Set(['worker']))
    const requests = await receiver.take(3)
    expect(requests.map(({ path }) => path).sort()).toEqual([
      '/hook/CALENDARPA',
      '/hook/CALENDO',
      '/hook/STANDARD',
    ])
    for (let told = 0; told < 3; told++) {
      expect(await live.next()).toEqual({ data: { deliveryEvents: { status: 'DELIVERED' } } })
    }
    expect(await statuses(host)).toEqual(['DELIVERED', 'DELIVERED', 'DELIVERED'])

    await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    await receiver.take(3)
    expect(await receiver.more(QUIET_MS)).toEqual([])
  })
})

describe('a gateway of workers alone', () => {
  let world: World
  let url: string

  beforeAll(async () => {
    world = await givenWorld({ config: { roles: new Set(['worker']) } })
    url = world.url
  })
  afterAll(() => world.end())

  it('says that it is alive and ready', async () => {
    expect(await get(url, '/healthz')).toMatchObject({ status: 200, body: { status: 'alive' } })
    expect(await get(url, '/readyz')).toEqual(ready)
    expect(await workerConnections(world)).toBeGreaterThan(0)
  })

  it('has no graph, over HTTP or websockets', async () => {
    const nothing = { error: 'There is nothing here.', path: '/graphql' }
    const query = JSON.stringify({ query: '{ __typename }' })
    const requests: RequestInit[] = [
      { method: 'POST', body: query, headers: { 'content-type': 'application/json' } },
      {
        method: 'POST',
        body: query,
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      },
      { headers: { accept: 'text/html' } },
      {},
    ]
    for (const init of requests) {
      const response = await fetch(`${url}/graphql?query={__typename}`, init)
      expect(response.status).toBe(404)
      expect(await response.json()).toEqual(nothing)
    }
    await expect(openSocket(url)).rejects.toThrow('404')
    await expect(openSocket(`${url}/elsewhere`)).rejects.toThrow('404')
    expect((await get(url, '/healthz')).status).toBe(200)
  })

  it('is not ready while its workers have no database, and is again by itself', async () => {
    const { body } = await get(url, '/readyz')
    expect(body).toEqual(ready.body)
    await allowConnections(world.databaseUrl, false)
    try {
      await vi.waitFor(async () => {
        const { status, body } = await get(url, '/readyz')
        expect(status).toBe(503)
        expect(at(body, 'notReady')).toContain('the database does not answer')
      }, 5_000)
      expect((await get(url, '/healthz')).status).toBe(200)
    } finally {
      await allowConnections(world.databaseUrl, true)
    }
    await vi.waitFor(async () => expect(await get(url, '/readyz')).toEqual(ready), 8_000)
  })

  it('sends what another gateway queues, and leaves no connection when it stops', async () => {
    const receiver = await givenReceiverHere()
    const web = await givenGateway(world, new Set(['web']))
    const host = await givenHost({ url: web.url })
    await subscribe(host, receiver.url, 'STANDARD')
    await givenBooking(host, await givenEventType(host), '2026-03-03T09:00:00Z')
    await receiver.next()
    await world.gateway.stop()
    await vi.waitFor(async () => expect(await workerConnections(world)).toBe(0), 5_000)
    expect(await get(web.url, '/readyz')).toEqual(ready)
  })
})

it('a gateway with both roles serves, delivers and is ready', async () => {
  const world = await givenWorld()
  onTestFinished(() => world.end())
  const receiver = await givenReceiverHere()
  const host = await givenHost(world)
  await subscribe(host, receiver.url, 'STANDARD')
  await givenBooking(world.visitor, await givenEventType(host), '2026-03-03T09:00:00Z')
  await receiver.next()
  expect(await get(world.url, '/readyz')).toEqual(ready)
  expect(await workerConnections(world)).toBeGreaterThan(0)
})
