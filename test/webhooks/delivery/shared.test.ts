import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { approve, atOnce, cancel, move } from '../../helpers/bookings.ts'
import {
  allDelivered,
  expectEventOrder,
  type GatewayProcess,
  type Gateways,
  givenGateways,
  givenHook,
  startsAhead,
} from '../../helpers/gateways.ts'
import { sql } from '../../helpers/postgres.ts'
import { type Behaviour, givenReceiver, type Receiver } from '../../helpers/receiver.ts'
import {
  type Client,
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  textAt,
} from '../../helpers/world.ts'

// Processes start slowly on a machine that has much else to do.
vi.setConfig({ testTimeout: 120_000 })

let gateways: Gateways
let web: GatewayProcess
let worker: GatewayProcess
let both: GatewayProcess
let receivers: Receiver[] = []

beforeAll(async () => {
  gateways = await givenGateways()
  web = await gateways.start({ MERIDIAN_ROLE: 'web' })
  ;[worker, both] = await Promise.all([
    gateways.start({ MERIDIAN_ROLE: 'worker' }),
    gateways.start(),
  ])
})
afterEach(async () => {
  await Promise.all(receivers.map(receiver => receiver.close()))
  receivers = []
})
afterAll(() => gateways.end())

async function receiverThat(how: number | Behaviour): Promise<Receiver> {
  const receiver = await givenReceiver(how)
  receivers.push(receiver)
  return receiver
}

interface HookedHost {
  host: GivenHost
  receiver: Receiver
  hookId: string
  eventType: string
  /** Its bookings wait for the host. */
  onApproval: string
}

async function givenHookedHost(how: number | Behaviour, kinds?: string[]): Promise<HookedHost> {
  const receiver = await receiverThat(how)
  const host = await givenHost(web)
  const [hookId, eventType, onApproval] = await Promise.all([
    givenHook(host, receiver.url, kinds),
    givenEventType(host),
    givenEventType(host, { name: 'On request', confirmation: 'ALWAYS' }),
  ])
  return { host, receiver, hookId, eventType, onApproval }
}

/** A behaviour that answers nothing and counts the requests that are open at once. */
function countingStall() {
  const open = new Set<ServerResponse>()
  const seen = { most: 0 }
  const behaviour: Behaviour = (_request, response) => {
    open.add(response)
    seen.most = Math.max(seen.most, open.size)
    response.on('close', () => open.delete(response))
  }
  return { behaviour, seen }
}

/**
 * A behaviour that answers after up to 400 ms, and notes the bookings of which two requests were
 * open at once.
 */
function watchful() {
  const open = new Set<string>()
  const notes: string[] = []
  let count = 0
  const behaviour: Behaviour = ({ json }, response) => {
    const booking = textAt(json, 'data.booking.id')
    if (open.has(booking))
      notes.push(`${textAt(json, 'type')} of ${booking} did not wait for the one before it`)
    open.add(booking)
    const delayMs = (count++ * 37) % 400
    setTimeout(() => {
      open.delete(booking)
      response.writeHead(200).end()
    }, delayMs)
  }
  return { behaviour, notes }
}

/**
 * Looks on, while something runs, which processes have turns of hooks; answers how many had one.
 */
async function workersDuring(work: Promise<unknown>): Promise<number> {
  const workers = new Set<unknown>()
  let isOver = false
  const ended = work.finally(() => {
    isOver = true
  })
  ended.catch(() => {})
  // src/webhooks/delivery/locks.ts: a session of each process holds the locks of its turns.
  const turns = `select distinct l."pid" from pg_locks l join pg_stat_activity a on a."pid" = l."pid"
    where l."locktype" = 'advisory' and a."datname" = current_database() and a."application_name" = 'meridian turns'`
  while (!isOver) {
    for (const { pid } of await sql(gateways.databaseUrl, turns)) workers.add(pid)
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  await ended
  return workers.size
}

/** Does something so many times, a few at a time. */
async function inLanes(
  lanes: number,
  times: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  await atOnce(lanes, async () => {
    while (next < times) await work(next++)
  })
}

/** Bookings of each host; a third of them moves, and a third waits for approval. */
const LIVES = 30

describe('gateways on one database', () => {
  it('deliver every event once, wherever it was made, and those of a booking in order', async () => {
    const kinds = ['CREATED', 'REQUESTED', 'APPROVED', 'RESCHEDULED', 'CANCELLED'].map(
      kind => `BOOKING_${kind}`,
    )
    const { behaviour, notes } = watchful()
    const hosts = await atOnce(8, () => givenHookedHost(behaviour, kinds))
    const starts = startsAhead(2 * LIVES)

    /** A booking and what comes of it, each step at the other of the gateways with a graph. */
    async function life({ host, eventType, onApproval }: HookedHost, index: number): Promise<void> {
      const gatewayOf = (step: number) => [web, both][(index + step) % 2] ?? web
      const hostAt = (step: number): Client => clientOf(gatewayOf(step).url, host.headers)
      const kind = ['moved', 'on request', 'only booked'][index % 3]
      const wanted = kind === 'on request' ? onApproval : eventType
      const { id } = await givenBooking(gatewayOf(0).visitor, wanted, starts[index] ?? '')
      if (kind === 'on request') await approve(hostAt(1), id)
      if (kind !== 'moved') return
      const moved = await move(hostAt(1), { id, start: starts[index + LIVES] ?? '' })
      await cancel(hostAt(2), { id: moved.id })
    }

    const lives = hosts.map(hooked => inLanes(5, LIVES, index => life(hooked, index)))
    expect(await workersDuring(Promise.all(lives))).toBe(2)
    for (const { hookId, receiver } of hosts) {
      const stored = await allDelivered(gateways.databaseUrl, hookId)
      const arrived = receiver.all.map(({ headers }) => headers['webhook-id'] ?? '')
      // A third of the bookings each has three events, two and one.
      expect(stored).toHaveLength(LIVES * 2)
      expect(arrived.toSorted()).toEqual(stored.map(({ uid }) => uid).sort())
      expect(stored.map(({ answers }) => answers)).toEqual(stored.map(() => [200]))
      expectEventOrder(stored, arrived)
    }
    expect(notes).toEqual([])
  })

  it('leave a process that only serves the graph without deliveries, and one that only delivers without a graph', async () => {
    const asked = await fetch(`${worker.url}/graphql?query={__typename}`)
    expect(asked.status).toBe(404)
    const [row] = await sql(
      gateways.databaseUrl,
      `select count(*)::int as "open" from pg_stat_activity where datname = current_database() and application_name = 'meridian turns'`,
    )
    expect(row?.open).toBe(2)
    for (const { url } of [web, worker, both]) {
      expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready', notReady: [] })
    }
  })
})

describe('a receiver that stalls', () => {
  it('has ten requests at a time and delays no other, of its host or another', async () => {
    const { behaviour, seen } = countingStall()
    const [stalled, other] = [await givenHookedHost(behaviour), await givenHookedHost(200)]
    const sibling = await receiverThat(200)
    const visitor = both.visitor
    const starts = startsAhead(40)
    await inLanes(5, 30, index => givenBooking(visitor, stalled.eventType, starts[index] ?? ''))
    await stalled.receiver.take(10)

    const siblingHook = await givenHook(stalled.host, sibling.url)
    for (const start of starts.slice(30, 35)) {
      await givenBooking(visitor, other.eventType, start)
      await other.receiver.next(1_000)
      await givenBooking(visitor, stalled.eventType, start)
      await sibling.next(1_000)
    }
    expect(await allDelivered(gateways.databaseUrl, siblingHook)).toHaveLength(5)
    // The sweeps of both workers have been around.
    expect(await stalled.receiver.more(2_500)).toEqual([])
    expect(seen.most).toBe(10)
  })
})
