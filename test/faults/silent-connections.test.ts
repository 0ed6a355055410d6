import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { givenHook } from '../helpers/gateways.ts'
import { sql } from '../helpers/postgres.ts'
import { givenProxy, type LossyNetwork } from '../helpers/proxy.ts'
import { givenReceiver, type Receiver } from '../helpers/receiver.ts'
import { openSocket } from '../helpers/socket.ts'
import {
  at,
  BOOK,
  booking,
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../helpers/world.ts'
import { holding } from '../webhooks/delivery/given.ts'

let world: World
let proxy: LossyNetwork
let host: GivenHost
let eventType: string
let receiver: Receiver

beforeAll(async () => {
  world = await givenWorld({
    timings: {
      requestMs: 3_000,
      silenceMs: 2_000,
      heartbeat: { everyMs: 100, answerMs: 800 },
      stopMs: 3_000,
      readyMs: 1_000,
    },
    async through(databaseUrl) {
      proxy = await givenProxy(databaseUrl)
      return proxy.url
    },
  })
  host = await givenHost(world)
  eventType = await givenEventType(host)
  receiver = await givenReceiver()
})
afterAll(async () => {
  await world.end()
  await proxy.end()
  await receiver.close()
})

let bookings = 0
/** Free starts, one after another. */
const nextStart = () =>
  new Date(Date.parse('2026-03-03T09:00:00Z') + 30 * 60_000 * bookings++).toISOString()

/** How many hooks are being delivered to now. */
async function deliveryLocks(): Promise<number> {
  const [row] = await sql(
    world.databaseUrl,
    `select count(*)::int as held from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and a.application_name = 'meridian turns' and a.datname = current_database()`,
  )
  return Number(row?.held)
}

const readiness = async () => {
  const response = await fetch(`${world.url}/readyz`)
  return { status: response.status, notReady: at(await response.json(), 'notReady') }
}
const untilReady = () =>
  vi.waitFor(async () => expect(await readiness()).toMatchObject({ status: 200 }), 10_000)

describe('a gateway whose database connections go silent', { timeout: 30_000 }, () => {
  it.each([
    ['waits for the lock of the host', 'pg_advisory_xact_lock'],
    ['writes the booking', 'INSERT INTO "public"."Booking"'],
  ])(
    'goes on booking the same host after a transaction that %s was lost',
    async (_what, statement) => {
      const sprung = proxy.silenceAt(statement)
      const lost = world.visitor.answer(BOOK, booking(eventType, nextStart()))
      await sprung
      const next = world.visitor.answer(BOOK, booking(eventType, nextStart()))
      expect(['TIMEOUT', 'UNAVAILABLE']).toContain((await lost).errors?.[0]?.extensions?.code)
      await next
      const later = await vi.waitFor(() => givenBooking(world.visitor, eventType, nextStart()), {
        timeout: 12_000,
        interval: 200,
      })
      expect(later.id).toMatch(/^bk_/)
    },
  )

  it('answers a commit whose confirmation is lost as unknown, not as a refusal, and goes on', async () => {
    const sprung = proxy.silenceAt('COMMIT')
    const lost = world.visitor.answer(BOOK, booking(eventType, nextStart()))
    await sprung
    expect(['TIMEOUT', 'UNAVAILABLE']).toContain((await lost).errors?.[0]?.extensions?.code)
    await vi.waitFor(() => givenBooking(world.visitor, eventType, nextStart()), {
      timeout: 12_000,
      interval: 200,
    })
  })

  it('leaves its deliveries to a second gateway while it cannot hold locks', async () => {
    const held = holding()
    const elsewhere = await givenReceiver(held.behaviour)
    const id = await givenHook(host, elsewhere.url)
    await givenBooking(world.visitor, eventType, nextStart())
    // The first gateway has the turn.
    await vi.waitFor(() => expect(held.open).toHaveLength(1), 10_000)
    await world.secondGateway()
    const restore = proxy.lose('meridian turns')
    const [first, again] = await vi.waitFor(() => {
      expect(elsewhere.all.length).toBeGreaterThan(1)
      return elsewhere.all
    }, 20_000)
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    await vi.waitFor(async () =>
      expect((await readiness()).notReady).toEqual([
        'the session that holds delivery locks does not answer',
      ]),
    )
    elsewhere.answer(200)
    for (const { answer } of [...held.open]) answer(200)
    await givenBooking(world.visitor, eventType, nextStart())
    await vi.waitFor(
      () => expect(new Set(elsewhere.all.map(({ body }) => body)).size).toBe(2),
      10_000,
    )
    restore()
    await untilReady()
    await host.run('mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }', {
      id,
    })
    await elsewhere.close()
  })

  it('refuses a revoked key and ends its feed although the signal of the revocation is lost', async () => {
    const second = await world.secondGateway()
    const made = await host.run(
      'mutation { createApiKey(input: { label: "Soon revoked" }) { apiKey { id } secret } }',
    )
    const key = textAt(made, 'createApiKey.secret')
    const ask = async () => {
      const response = await fetch(`${world.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify({ query: '{ viewer { id } }' }),
      })
      return response.status
    }
    expect(await ask()).toBe(200)
    const socket = await openSocket(world.url, { init: { apiKey: key } })
    socket.send({
      type: 'subscribe',
      id: 'feed',
      payload: { query: 'subscription { bookingEvents { kind } }' },
    })
    await sleep(200)

    expect(proxy.silence('meridian signals')).toBe(1)
    await clientOf(second.url, host.headers).run(
      'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }',
      {
        id: textAt(made, 'createApiKey.apiKey.id'),
      },
    )
    await vi.waitFor(async () => expect(await ask()).toBe(401), { timeout: 5_000, interval: 100 })
    expect(await socket.nextOf('feed', 5_000)).toMatchObject({
      type: expect.stringMatching(/complete|error/),
    })
    await socket.close()
    await untilReady()
  })

  it('delivers again after the session that holds delivery locks went silent', async () => {
    await givenHook(host, receiver.url)
    await givenBooking(world.visitor, eventType, nextStart())
    await vi.waitFor(() => expect(receiver.all.length).toBeGreaterThan(0), 5_000)
    const before = receiver.all.length
    // The session holds no lock of this delivery any more: the next one asks it for its lock.
    await vi.waitFor(async () => expect(await deliveryLocks()).toBe(0), 15_000)
    expect(proxy.silence('meridian turns')).toBe(1)
    await givenBooking(world.visitor, eventType, nextStart())
    await vi.waitFor(() => expect(receiver.all.length).toBeGreaterThan(before), 10_000)
    await untilReady()
  })

  it('books and delivers again after all of its connections went silent at once', async () => {
    const before = receiver.all.length
    expect(proxy.silence()).toBeGreaterThan(3)
    const notReady = await vi.waitFor(async () => {
      const seen = await readiness()
      expect(seen.status).toBe(503)
      return seen.notReady
    }, 5_000)
    expect(notReady).not.toEqual([])
    await vi.waitFor(() => givenBooking(world.visitor, eventType, nextStart()), {
      timeout: 15_000,
      interval: 200,
    })
    await vi.waitFor(() => expect(receiver.all.length).toBeGreaterThan(before), 10_000)
    await untilReady()
  })

  it('stops although everything is silent', async () => {
    // The job queue listens again after the test before: a heartbeat came over its new connection.
    const [{ since } = {}] = await sql(world.databaseUrl, 'select now()::text as since')
    await vi.waitFor(async () => {
      const [row] = await sql(
        world.databaseUrl,
        `select count(*)::int as alive from pg_stat_activity where datname = current_database()
         and application_name = 'meridian workers' and query = 'select 1' and query_start > $1::timestamptz`,
        [since],
      )
      expect(row?.alive).toBeGreaterThan(0)
    }, 15_000)
    proxy.silence()
    const stopped = await Promise.race([
      world.gateway.stop().then(() => 'stopped'),
      sleep(8_000, 'still there'),
    ])
    expect(stopped).toBe('stopped')
  })
})
