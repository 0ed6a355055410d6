import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import WebSocket from 'ws'
import { run } from '../helpers/program.ts'
import { givenProxy, type LossyNetwork } from '../helpers/proxy.ts'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../helpers/world.ts'

const KINDS = '[BOOKING_CREATED]'
const FOLLOW = `subscription ($after: String) { bookingEvents(types: ${KINDS}, after: $after) { cursor booking { id } } }`

let world: World
let host: GivenHost
let eventType: string
let network: LossyNetwork
let proxied: string
let key: string

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  eventType = await givenEventType(host)
  network = await givenProxy(world.url)
  proxied = new URL(network.url).origin
  const input = { label: 'Follower', scopes: ['bookings:read'] }
  const made = await host.run(
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
    {
      input,
    },
  )
  key = textAt(made, 'createApiKey.secret')
})
afterAll(async () => {
  await network.end()
  await world.end()
})

let booked = 0
/** Books the next free half hour. Returns the id of the booking. */
async function book(): Promise<string> {
  const day = 3 + Math.floor(booked / 16)
  const minutes = 9 * 60 + (booked++ % 16) * 30
  const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  return (await givenBooking(world.visitor, eventType, `2026-03-0${day}T${time}:00Z`)).id
}

it('watch-bookings prints each event once and in order while its connection is cut', async () => {
  const program = await run('examples/watch-bookings.mjs', [proxied], { MERIDIAN_API_KEY: key })
  onTestFinished(() => program.signal('SIGKILL'))
  await program.prints(/^/)
  const connections = () =>
    program
      .stderr()
      .split('\n')
      .filter(line => line === 'connected').length
  await vi.waitFor(() => expect(connections()).toBe(1), { timeout: 20_000 })
  const ids: string[] = []
  for (let cuts = 1; cuts <= 3; cuts++) {
    ids.push(await book())
    expect(network.cut()).toBeGreaterThan(0)
    ids.push(await book())
    await vi.waitFor(() => expect(connections()).toBe(cuts + 1), { timeout: 20_000 })
  }
  ids.push(await book())
  const seen = () =>
    program
      .stdout()
      .trim()
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))
      .filter(event => at(event, 'kind') === 'BOOKING_CREATED')
      .map(event => at(event, 'booking.id'))
  await vi.waitFor(() => expect(seen()).toHaveLength(ids.length), { timeout: 20_000 })
  expect(seen()).toEqual(ids)
})

/** Reads events of a stream as an EventSource would: what came, and the last id. */
async function eventSource(lastEventId?: string) {
  const stopping = new AbortController()
  onTestFinished(() => stopping.abort())
  const search = new URLSearchParams({ query: FOLLOW, variables: JSON.stringify({ after: start }) })
  const response = await fetch(`${proxied}/graphql?${search}`, {
    headers: {
      accept: 'text/event-stream',
      'x-api-key': key,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal: stopping.signal,
  })
  const events: { data: unknown; id: string | undefined }[] = []
  const reading = (async () => {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1]
        if (field('event') === 'next')
          events.push({ data: JSON.parse(field('data') ?? ''), id: field('id') })
      }
    }
  })().catch(() => {})
  return { events, reading }
}

let start: string

it('server-sent events carry the cursor as their id, and Last-Event-ID resumes after it', async () => {
  start = textAt(await host.run('{ eventCursor }'), 'eventCursor')
  const ids = [await book(), await book()]
  const first = await eventSource()
  await vi.waitFor(() => expect(first.events).toHaveLength(2))
  for (const { data, id } of first.events) expect(id).toBe(at(data, 'data.bookingEvents.cursor'))
  network.cut()
  await first.reading
  ids.push(await book())
  const second = await eventSource(first.events.at(-1)?.id)
  ids.push(await book())
  await vi.waitFor(() => expect(second.events).toHaveLength(2))
  const seen = [...first.events, ...second.events].map(({ data }) =>
    at(data, 'data.bookingEvents.booking.id'),
  )
  expect(seen).toEqual(ids)
  const wrong = await eventSource('nonsense')
  await wrong.reading
  expect(at(wrong.events[0]?.data, 'errors.0.extensions')).toMatchObject({
    code: 'INVALID_INPUT',
    fields: [{ path: 'lastEventId' }],
  })
})

it('the connection parameter lastEventId lets graphql-ws reconnect by itself without a duplicate or a loss', async () => {
  const after = textAt(await host.run('{ eventCursor }'), 'eventCursor')
  let lastEventId: string | undefined
  let connections = 0
  const seen: unknown[] = []
  const client = createClient({
    url: `${proxied.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 20,
    retryWait: () => new Promise(resolve => setTimeout(resolve, 50)),
    shouldRetry: () => true,
    connectionParams: () => ({ apiKey: key, ...(lastEventId !== undefined && { lastEventId }) }),
    on: { connected: () => void connections++ },
  })
  onTestFinished(async () => void (await client.dispose()))
  client.subscribe(
    { query: FOLLOW, variables: { after } },
    {
      next({ data }) {
        seen.push(at(data, 'bookingEvents.booking.id'))
        lastEventId = textAt(data, 'bookingEvents.cursor')
      },
      error: error => void seen.push(error),
      complete: () => void seen.push('complete'),
    },
  )
  const ids: string[] = []
  for (let cuts = 1; cuts <= 3; cuts++) {
    ids.push(await book())
    await vi.waitFor(() => expect(seen).toHaveLength(ids.length))
    network.cut()
    ids.push(await book())
    await vi.waitFor(() => expect(connections).toBe(cuts + 1), { timeout: 10_000 })
  }
  await vi.waitFor(() => expect(seen).toHaveLength(ids.length))
  expect(seen).toEqual(ids)
})
