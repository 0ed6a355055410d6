// Gateways, the worker and PostgreSQL are killed in an order and at moments that a seed chooses,
// while clients book and cancel. Each client keeps the history of what was acknowledged; the
// history is then compared with what is stored, what webhooks received, and what a live feed
// received. MERIDIAN_TEST_SEED repeats a run.

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { cancel } from '../helpers/bookings.ts'
import {
  allDelivered,
  type EmbeddedGateways,
  expectEventOrder,
  type GatewayProcess,
  givenEmbeddedGateways,
  givenHook,
  slow,
  startsAhead,
} from '../helpers/gateways.ts'
import { follow } from '../helpers/live.ts'
import { sql } from '../helpers/postgres.ts'
import { givenReceiver, type Received, type Receiver } from '../helpers/receiver.ts'
import {
  at,
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  textAt,
} from '../helpers/world.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const CLIENTS = 4
/** Acknowledgements beyond those waited for, after which the clients pause. */
const AHEAD = 24
const VICTIMS = ['first', 'second', 'worker', 'postgres'] as const
const EVENTS = `subscription ($after: String) {
  bookingEvents(after: $after, types: [BOOKING_CREATED, BOOKING_CANCELLED]) { cursor kind booking { id } }
}`

let gateways: EmbeddedGateways
let receiver: Receiver
beforeAll(async () => {
  gateways = await givenEmbeddedGateways()
  receiver = await givenReceiver(slow(5))
})
afterAll(async () => {
  await receiver.close()
  await gateways.end()
})

/** A booking that a client was told of. */
interface Acknowledged {
  id: string
  start: string
  cancel: 'no' | 'asked' | 'acknowledged'
}

interface FeedEvent {
  cursor: string
  kind: string
  id: string
}

it('loses and doubles nothing when gateways, worker and PostgreSQL are killed under load', async () => {
  const seed = Number(process.env.MERIDIAN_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
  console.log(`kill rounds: MERIDIAN_TEST_SEED=${seed}`)
  const random = randomOf(seed)
  const first = await gateways.start()
  const [second, firstWorker] = await Promise.all([
    gateways.start(),
    gateways.start({ MERIDIAN_ROLE: 'worker' }),
  ])
  const running = { first, second }
  let worker = firstWorker
  const host = await givenHost(running.first)
  const eventType = await givenEventType(host)
  const hookId = await givenHook(host, receiver.url, ['BOOKING_CREATED', 'BOOKING_CANCELLED'])
  const either = () => (random() < 0.5 ? running.first : running.second)

  const load = bookAndCancel(host, eventType, either, random)
  const feed = followAcrossKills(host, either)
  for (const victim of shuffled(VICTIMS, random)) {
    await load.more(8 + Math.floor(random() * 8))
    if (victim === 'postgres') {
      process.kill(await gateways.postmaster(), 'SIGKILL')
      // No gateway is started again: each of them must find the server that one of them started.
      await Promise.all([running.first, running.second].map(isBookable))
      await vi.waitFor(
        async () => expect((await fetch(`${worker.url}/readyz`)).status).toBe(200),
        60_000,
      )
    } else if (victim === 'worker') {
      await worker.kill()
      worker = await gateways.start({ MERIDIAN_ROLE: 'worker' })
    } else {
      await running[victim].kill()
      running[victim] = await gateways.start()
    }
  }
  await load.more(8)
  const history = await load.end()
  expect(history.unacknowledged).toBeGreaterThan(0)

  const databaseUrl = await gateways.databaseUrl()
  const stored = new Map(
    (await sql(databaseUrl, 'select "uid", "status" from "Booking"')).map(row => [
      row.uid,
      row.status,
    ]),
  )
  const allowed = {
    no: ['CONFIRMED'],
    asked: ['CONFIRMED', 'CANCELLED'],
    acknowledged: ['CANCELLED'],
  }
  expect(
    history.bookings.filter(({ id, cancel }) => !allowed[cancel].includes(String(stored.get(id)))),
  ).toEqual([])
  const doubled = await sql(
    databaseUrl,
    `select "startAt" from "Booking" where "status" = 'CONFIRMED' group by "startAt" having count(*) > 1`,
  )
  expect(doubled).toEqual([])

  const log = await eventsOf(host, running.first)
  const logged = (kind: string) => log.filter(event => event.kind === kind).map(({ id }) => id)
  expect(logged('BOOKING_CREATED').toSorted()).toEqual([...stored.keys()].map(String).toSorted())
  const cancelled = [...stored].flatMap(([uid, status]) =>
    status === 'CANCELLED' ? [String(uid)] : [],
  )
  expect(logged('BOOKING_CANCELLED').toSorted()).toEqual(cancelled.toSorted())
  await feed.until(log.length)
  expect(await feed.end()).toEqual(log)

  const deliveries = await allDelivered(databaseUrl, hookId, 60_000)
  expect(deliveries).toHaveLength(log.length)
  const bodies = bodiesById(receiver.all)
  expect(bodies).toEqual(new Map(deliveries.map(({ uid, body }) => [uid, body])))
  const told = new Set(receiver.all.map(({ json }) => at(json, 'data.booking.id')))
  expect(history.bookings.filter(({ id }) => !told.has(id))).toEqual([])
  expectEventOrder(deliveries, receiver.all.map(idOf))
})

/** Books free and taken starts at both gateways, and cancels some bookings again. */
function bookAndCancel(
  host: GivenHost,
  eventType: string,
  either: () => GatewayProcess,
  random: () => number,
) {
  const starts = startsAhead(400)
  const bookings: Acknowledged[] = []
  let unacknowledged = 0
  let acknowledged = 0
  /** How many starts are known to be taken, by this client or another. */
  let settled = 0
  let goal = 0
  let isEnding = false

  async function book(start: string): Promise<void> {
    const { url } = either()
    try {
      const { id } = await givenBooking(clientOf(url, {}), eventType, start)
      acknowledged++
      settled++
      const booking: Acknowledged = { id, start, cancel: 'no' }
      bookings.push(booking)
      if (random() < 0.6) return
      booking.cancel = 'asked'
      await cancel(clientOf(either().url, host.headers), { id })
      acknowledged++
      booking.cancel = 'acknowledged'
    } catch (error) {
      // Another client has the start, which is a full answer; all else leaves open what happened.
      if (String(error).includes('SLOT_UNAVAILABLE')) {
        settled++
        return
      }
      unacknowledged++
      await sleep(50)
    }
  }
  async function client(): Promise<void> {
    // One start in four is booked by two clients at about the same time.
    while (!isEnding) {
      // The load goes on while a gateway is down, but does not use up the starts while one restarts
      // slowly.
      if (acknowledged < goal + AHEAD)
        await book(starts[Math.floor(settled * 0.75 + random() * CLIENTS)] ?? '')
      else await sleep(5)
    }
  }
  const clients = Array.from({ length: CLIENTS }, client)

  return {
    /** Waits for so many more acknowledgements. */
    async more(count: number): Promise<void> {
      goal = acknowledged + count
      await vi.waitFor(() => expect(acknowledged).toBeGreaterThanOrEqual(goal), {
        timeout: 60_000,
        interval: 2,
      })
    },
    async end(): Promise<{ bookings: Acknowledged[]; unacknowledged: number }> {
      isEnding = true
      await Promise.all(clients)
      return { bookings, unacknowledged }
    },
  }
}

/**
 * Follows the feed from its start, and resumes it after the last cursor at either gateway whenever
 * it breaks.
 */
function followAcrossKills(host: GivenHost, either: () => GatewayProcess) {
  const seen: FeedEvent[] = []
  let isEnding = false
  async function run(): Promise<void> {
    while (!isEnding) {
      try {
        await readFeed(host, either().url, seen, () => isEnding)
      } catch {
        await sleep(50)
      }
    }
  }
  const done = run()
  return {
    until: (count: number) =>
      vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(count), {
        timeout: 30_000,
        interval: 50,
      }),
    async end(): Promise<FeedEvent[]> {
      isEnding = true
      await done
      return seen
    },
  }
}

async function readFeed(
  host: GivenHost,
  url: string,
  seen: FeedEvent[],
  isOver: () => boolean,
): Promise<void> {
  const variables = { after: seen.at(-1)?.cursor ?? 'start' }
  // A gateway that is killed before the connection stands answers nothing at all.
  const feed = await within(5_000, follow(url, EVENTS, { headers: host.headers, variables }))
  try {
    while (!isOver()) {
      const data = await feed.next(300).catch(async error => {
        if (String(error).includes('no event within')) return undefined
        throw error
      })
      if (data === undefined) continue
      const text = (path: string) => textAt(data, `bookingEvents.${path}`)
      seen.push({ cursor: text('cursor'), kind: text('kind'), id: text('booking.id') })
    }
  } finally {
    await feed.stop()
  }
}

/** The whole log, read anew. */
async function eventsOf(host: GivenHost, { url }: GatewayProcess): Promise<FeedEvent[]> {
  const [row] = await sql(
    await gateways.databaseUrl(),
    `select count(*)::int as "count" from "Event" e join "User" u on u."id" = e."hostId"
     where u."uid" = $1 and e."kind" in ('BOOKING_CREATED', 'BOOKING_CANCELLED')`,
    [host.id],
  )
  const events: FeedEvent[] = []
  await readFeed(host, url, events, () => events.length === row?.count)
  return events
}

/** Waits until the gateway can write again, without being started again itself. */
async function isBookable({ url }: GatewayProcess): Promise<void> {
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), 60_000)
  await givenHost({ url })
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = sleep(ms, undefined, { ref: false }).then(() => {
    throw new Error(`not done within ${ms} ms`)
  })
  return Promise.race([work, late])
}

const idOf = ({ headers }: Received) => headers['webhook-id'] ?? ''

/** The bodies that came, by the ids of their deliveries. Fails when one came with two bodies. */
function bodiesById(requests: Received[]): Map<string, string> {
  const bodies = new Map<string, string>()
  for (const request of requests) {
    expect(bodies.get(idOf(request)) ?? request.body).toBe(request.body)
    bodies.set(idOf(request), request.body)
  }
  return bodies
}

/**
 * A linear congruential generator (Numerical Recipes): the same numbers from 0 to 1 for the same
 * seed.
 */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map(value => ({ value, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ value }) => value)
}
