import { once } from 'node:events'
import { BlockList, connect, type Socket as NetSocket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { sql } from '../helpers/postgres.ts'
import { openSocket, overSocket, type Socket } from '../helpers/socket.ts'
import { stream } from '../helpers/sse.ts'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  ordinaryConfig,
  type World,
} from '../helpers/world.ts'

const FOLLOW = 'subscription { bookingEvents { id } }'
const limits = {
  socketsPerAddress: 6,
  anonymousSocketsPerAddress: 2,
  socketsPerAccount: 3,
  subscriptionsPerAccount: 2,
  stalledMs: 2_000,
}

let world: World

beforeAll(async () => {
  const trustedProxies = new BlockList()
  trustedProxies.addAddress('127.0.0.1')
  world = await givenWorld({ config: { ...ordinaryConfig, trustedProxies, live: limits } })
})
afterAll(() => world.end())

let lastAddress = 0
/** An address that no other test uses. */
const anAddress = () => `192.0.2.${++lastAddress}`

/** Opens a socket from an address; with headers of an account it is that account's. */
async function openFrom(
  address: string,
  { init = {}, headers = {} }: Parameters<typeof openSocket>[1] = {},
) {
  const socket = await openSocket(world.url, {
    init,
    headers: { 'x-forwarded-for': address, ...headers },
  })
  onTestFinished(() => socket.kill())
  return socket
}

/** Opens one that is not expected to be acknowledged, and returns how it was closed. */
async function closedFrom(
  address: string,
  headers: Record<string, string> = {},
  init?: Record<string, unknown>,
) {
  const socket = await openSocket(world.url, {
    headers: { 'x-forwarded-for': address, ...headers },
  })
  onTestFinished(() => socket.kill())
  if (init !== undefined) socket.send({ type: 'connection_init', payload: init })
  return socket.closed
}

describe('the sockets of one address', () => {
  it.each([
    ['an IPv4 address', () => Array.from({ length: 7 }, (_, n) => [`198.51.100.1`, n] as const)],
    [
      'an IPv6 /64',
      () => Array.from({ length: 7 }, (_, n) => [`2001:db8:0:7::${n + 1}`, n] as const),
    ],
  ])('are limited for %s, and freed when one closes', async (_what, addresses) => {
    const all = addresses().map(([address]) => address)
    const last = all.at(-1) ?? ''
    const sockets: Socket[] = []
    // Not acknowledged yet: those count too.
    for (const address of all.slice(0, 6)) {
      const socket = await openSocket(world.url, { headers: { 'x-forwarded-for': address } })
      onTestFinished(() => socket.kill())
      sockets.push(socket)
    }
    expect(await closedFrom(last)).toEqual({
      code: 4429,
      reason: 'LIMIT_REACHED: at most 6 sockets of one address',
    })
    await openFrom('2001:db8:0:8::1')
    sockets[0]?.kill()
    await vi.waitFor(() => openFrom(last), 5_000)
  })

  it('are limited further without a credential', async () => {
    const address = anAddress()
    const host = await givenHost(world)
    await openFrom(address)
    const second = await openFrom(address)
    expect(await closedFrom(address, {}, {})).toEqual({
      code: 4429,
      reason: 'LIMIT_REACHED: at most 2 sockets of one address without a credential',
    })
    await openFrom(address, { headers: host.headers })
    await second.close()
    await vi.waitFor(() => openFrom(address), 5_000)
  })
})

describe('what one account has open', () => {
  it('is a limited number of sockets, from any address', async () => {
    const host = await givenHost(world)
    const sockets = [await openFrom(anAddress(), host), await openFrom(anAddress(), host)]
    await openFrom(anAddress(), host)
    const refused = { code: 4429, reason: 'LIMIT_REACHED: at most 3 sockets of one account' }
    expect(await closedFrom(anAddress(), host.headers, {})).toEqual(refused)
    await openFrom(anAddress(), await givenHost(world))
    sockets[0]?.kill()
    await vi.waitFor(() => openFrom(anAddress(), host), 5_000)
  })

  it('is a limited number of subscriptions, over websockets and SSE together', async () => {
    const host = await givenHost(world)
    const socket = await openFrom(anAddress(), host)
    socket.send({ type: 'subscribe', id: 'first', payload: { query: FOLLOW } })
    const live = await stream(world.url, FOLLOW, { headers: host.headers })
    expect(live.status).toBe(200)

    const details = { code: 'LIMIT_REACHED', limit: 2 }
    const overSse = await stream(world.url, FOLLOW, { headers: host.headers })
    expect(overSse.status).toBe(429)
    expect(at(await overSse.next(), 'errors.0.extensions')).toEqual(details)
    const refused = await overSocket(world.url, { query: FOLLOW }, { headers: host.headers })
    expect(at(refused, 'errors.0.extensions')).toEqual(details)

    live.stop()
    await vi.waitFor(async () => {
      const next = await stream(world.url, FOLLOW, { headers: host.headers })
      next.stop()
      expect(next.status).toBe(200)
    }, 5_000)
  })
})

const BYTES = 'subscription { bookingEvents(after: "start", types: [BOOKING_CREATED]) { data } }'

/** Puts more into the log of a host than the buffers of a connection hold. */
async function givenLongLog(host: GivenHost): Promise<void> {
  const eventType = await givenEventType(host)
  await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
  await sql(
    world.databaseUrl,
    `insert into "Event" ("uid", "hostId", "kind", "data", "occurredAt")
     select 'evt_long' || e."hostId" || '_' || n, e."hostId", 'BOOKING_CREATED', to_jsonb(repeat('x', 100000)), now()
     from "Event" e join "User" u on u."id" = e."hostId", generate_series(1, 300) n
     where u."uid" = $1 and e."kind" = 'BOOKING_CREATED'`,
    [host.id],
  )
}

/** Asks for an event stream on a bare connection, and reads it only when told to. */
async function rawStream(host: GivenHost, query: string): Promise<NetSocket> {
  const { hostname, port } = new URL(world.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  const body = JSON.stringify({ query })
  const headers = {
    Host: hostname,
    'Content-Type': 'application/json',
    Accept: 'text/event-stream',
    ...host.headers,
  }
  const lines = Object.entries({ ...headers, 'Content-Length': body.length }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  socket.write(`POST /graphql HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
  await once(socket, 'readable')
  return socket
}

describe('a client that reads nothing', () => {
  it.each(['an event stream', 'a websocket'])(
    'is cut off: %s',
    async what => {
      const host = await givenHost(world)
      await givenLongLog(host)
      if (what === 'a websocket') {
        const socket = await openFrom(anAddress(), host)
        socket.send({ type: 'subscribe', id: 'long', payload: { query: BYTES } })
        socket.send({ type: 'subscribe', id: 'other', payload: { query: FOLLOW } })
        await socket.nextOf('long')
        socket.pause()
      } else {
        // Nothing is read from it.
        await rawStream(host, BYTES)
        await rawStream(host, FOLLOW)
      }
      const full = await stream(world.url, FOLLOW, { headers: host.headers })
      expect(full.status).toBe(429)
      // Its place is free again once the gateway has cut it off.
      await vi.waitFor(
        async () => {
          const next = await stream(world.url, FOLLOW, { headers: host.headers })
          next.stop()
          expect(next.status).toBe(200)
        },
        { timeout: 20_000, interval: 200 },
      )
    },
    40_000,
  )

  it('keeps its connection while nothing happens, and gets comments as a heartbeat', async () => {
    const host = await givenHost(world)
    await givenEventType(host)
    const silent = await rawStream(host, FOLLOW)
    let text = ''
    silent.on('data', chunk => {
      text += String(chunk)
    })
    await new Promise(resolve => setTimeout(resolve, 2 * limits.stalledMs))
    expect(silent.destroyed).toBe(false)
    // Comments keep the connection alive and show that the peer is gone.
    expect(text.match(/(^|\n):\r?\n/g)?.length).toBeGreaterThan(2)
  }, 20_000)
})
