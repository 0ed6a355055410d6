import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { pino } from 'pino'
import { expect, it, vi } from 'vitest'
import { startGateway } from '../../src/gateway.ts'
import { countConnections, sql, whileLocked } from '../helpers/postgres.ts'
import { openSocket } from '../helpers/socket.ts'
import { stream } from '../helpers/sse.ts'
import {
  givenEventType,
  givenHost,
  givenWorld,
  ordinaryConfig,
  SECRET_KEY,
  type World,
} from '../helpers/world.ts'

const PAGE = '{ bookingPage(slug: "somebody") { slug } }'

/** Waits until so many statements of the database wait for a lock. */
async function untilWaiting(world: World, count: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const [row] = await sql(
      world.databaseUrl,
      "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    if (Number(row?.waiting) >= count) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error('nothing waits for the lock')
}

async function tookMs(work: Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work
  return performance.now() - started
}

it('answers the request that runs, refuses new ones, and stops as soon as that is done', async () => {
  const world = await givenWorld()
  const agent = new Agent({ keepAlive: true })
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      const sent = request(`${world.url}/graphql`, {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json' },
      })
      sent.on('response', async response => {
        let text = ''
        for await (const chunk of response) text += chunk
        resolve(text)
      })
      sent.on('error', reject)
      sent.end(JSON.stringify({ query: PAGE }))
    })
  let answered = Promise.resolve('')
  let stopped = Promise.resolve()
  await whileLocked(world.databaseUrl, 'BookingPage', async () => {
    answered = ask()
    await untilWaiting(world, 1)
    stopped = world.gateway.stop()
    const late = await fetch(`${world.url}/healthz`).catch((error: Error) => error.cause)
    expect(late).toMatchObject({ code: 'ECONNREFUSED' })
  })
  expect(JSON.parse(await answered)).toMatchObject({ data: { bookingPage: null } })
  // The client keeps its connection for the next request; that must not keep the gateway.
  expect(await tookMs(stopped)).toBeLessThan(1_500)
  agent.destroy()
  await world.end()
})

it('ends live answers in order: sockets with the code for going away, event streams with their last event', async () => {
  const world = await givenWorld()
  const host = await givenHost(world)
  const eventType = await givenEventType(host)
  const live = 'subscription { bookingEvents { kind } }'
  const slots = 'subscription ($id: ID) { slotsChanged(eventType: { id: $id }) { date } }'
  const socket = await openSocket(world.url, { headers: host.headers, init: {} })
  socket.send({ type: 'subscribe', id: 'events', payload: { query: live } })
  socket.send({
    type: 'subscribe',
    id: 'slots',
    payload: { query: slots, variables: { id: eventType } },
  })
  socket.send({ type: 'subscribe', id: 'ready', payload: { query: '{ viewer { id } }' } })
  await socket.nextOf('ready')
  const idle = await openSocket(world.url)
  const streams = [
    await stream(world.url, live, { headers: host.headers }),
    await stream(world.url, slots, { variables: { id: eventType } }),
  ]

  expect(await tookMs(world.gateway.stop())).toBeLessThan(1_500)
  expect(await socket.closed).toEqual({ code: 1001, reason: 'Going away' })
  expect((await idle.closed).code).toBe(1001)
  await Promise.all(streams.map(({ completed }) => completed))
  await world.end()
})

it('does not wait for a client that does not say goodbye', async () => {
  const world = await givenWorld()
  const mute = connect({ host: '127.0.0.1', port: Number(new URL(world.url).port) })
  await once(mute, 'connect')
  mute.write(
    'GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  )
  const [head] = await once(mute, 'data')
  expect(String(head)).toContain('101 Switching Protocols')
  expect(await tookMs(world.gateway.stop())).toBeLessThan(4_000)
  mute.destroy()
  await world.end()
})

it('refuses to upgrade at other paths', async () => {
  const world = await givenWorld()
  await expect(openSocket(`${world.url}/elsewhere`)).rejects.toThrow('404')
  await world.end()
})

it('leaves nothing open when it cannot start', async () => {
  const world = await givenWorld()
  const { port } = new URL(world.url)
  const connections = () => countConnections(world.databaseUrl, 'meridian signals')
  const second = startGateway({
    config: { ...ordinaryConfig, port: Number(port), poolSize: 2 },
    databaseUrl: world.databaseUrl,
    secretKey: SECRET_KEY,
    log: pino({ level: 'silent' }),
  })
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await vi.waitFor(async () => expect(await connections()).toBe(1))
  await world.gateway.stop()
  await vi.waitFor(async () => expect(await connections()).toBe(0))
  await world.end()
})
