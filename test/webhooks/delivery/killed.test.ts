// Each test begins with one gateway, which runs since the test before, and has a host of its own.
// That a gateway which is killed under load loses and reorders nothing,
// test/faults/kill-rounds.test.ts shows.

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { atOnce } from '../../helpers/bookings.ts'
import {
  allDelivered,
  deliveriesOf,
  type GatewayProcess,
  type Gateways,
  givenGateways,
  givenHook,
  slow,
  stall,
  startsAhead,
} from '../../helpers/gateways.ts'
import { allowConnections, cutConnections } from '../../helpers/postgres.ts'
import {
  type Behaviour,
  givenReceiver,
  type Received,
  type Receiver,
} from '../../helpers/receiver.ts'
import { givenBooking, givenEventType, givenHost } from '../../helpers/world.ts'

/**
 * How long a test looks on to see that nothing comes: longer than the sweep of the workers takes to
 * come around.
 */
const QUIET_MS = 1_300
/** More than the deliveries that are under way to one hook at a time. */
const BOOKINGS = 12
const AT_ONCE = 10

// Processes start slowly on a machine that has much else to do.
vi.setConfig({ testTimeout: 120_000 })

let gateways: Gateways
let receivers: Receiver[] = []

beforeAll(async () => {
  gateways = await givenGateways()
})
afterEach(async () => {
  await Promise.all(receivers.map(receiver => receiver.close()))
  receivers = []
})
afterAll(() => gateways.end())

/** A host with a receiver that is told of bookings. */
async function givenHookedHost({ url }: GatewayProcess, how: number | Behaviour, kinds?: string[]) {
  const receiver = await givenReceiver(how)
  receivers.push(receiver)
  const host = await givenHost({ url })
  return {
    host,
    receiver,
    hookId: await givenHook(host, receiver.url, kinds),
    eventType: await givenEventType(host),
  }
}

/**
 * A host whose receiver has as many requests as it may have at a time, and answers none; more
 * waits.
 */
async function givenStalledHost(gateway: GatewayProcess) {
  const { receiver, hookId, eventType } = await givenHookedHost(gateway, stall)
  await atOnce(BOOKINGS, async index =>
    givenBooking(gateway.visitor, eventType, startsAhead(BOOKINGS)[index] ?? ''),
  )
  return { receiver, hookId, cut: await receiver.take(AT_ONCE) }
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

async function tookMs(work: Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work
  return performance.now() - started
}

const isReady = async ({ url }: GatewayProcess) => (await fetch(`${url}/readyz`)).status === 200

describe('a gateway that is killed in the middle of deliveries', () => {
  it('has another make them again at once: under the same ids, with the same bodies', async () => {
    const gateway = await gateways.alone()
    const { receiver, hookId, cut } = await givenStalledHost(gateway)
    await gateways.start()
    // While the first lives, they are its own.
    expect(await receiver.more(QUIET_MS)).toEqual([])

    receiver.answer(200)
    await gateway.kill()
    expect(await tookMs(receiver.take(BOOKINGS))).toBeLessThan(5_000)
    const again = receiver.all.slice(cut.length)
    const bodies = bodiesById([...cut, ...again])
    expect(bodies.size).toBe(BOOKINGS)

    const stored = await allDelivered(gateways.databaseUrl, hookId)
    expect(bodies).toEqual(new Map(stored.map(({ uid, body }) => [uid, body])))
    expect(stored.map(({ attemptCount, answers }) => ({ attemptCount, answers }))).toEqual(
      again.map(() => ({ attemptCount: 1, answers: [200] })),
    )
    expect(await receiver.more(QUIET_MS)).toEqual([])
  })

  it('makes them again itself when it was alone and is started again', async () => {
    const gateway = await gateways.alone()
    const { receiver, hookId, cut } = await givenStalledHost(gateway)
    await gateway.kill()
    receiver.answer(200)

    await gateways.start()
    expect(await tookMs(receiver.take(BOOKINGS))).toBeLessThan(3_000)
    expect(bodiesById(receiver.all).size).toBe(BOOKINGS)
    expect(receiver.all).toHaveLength(cut.length + BOOKINGS)
    const stored = await allDelivered(gateways.databaseUrl, hookId)
    expect(stored.map(({ answers }) => answers)).toEqual(
      Array.from({ length: BOOKINGS }, () => [200]),
    )
  })
})

describe('a gateway that is told to stop in the middle of deliveries', () => {
  it('lets those end that are answered, gives up those that stall, and leaves these to the next', async () => {
    const gateway = await gateways.alone()
    const stalled = await givenStalledHost(gateway)
    const answering = await givenHookedHost(gateway, slow(1_500))
    await givenBooking(gateway.visitor, answering.eventType, startsAhead(1)[0] ?? '')
    await answering.receiver.next()

    gateway.program.signal('SIGTERM')
    const took = await tookMs(gateway.program.ended)
    expect(await gateway.program.ended).toEqual({ code: 0, signal: null })
    expect(took).toBeGreaterThan(4_000)
    expect(took).toBeLessThan(10_000)
    expect(stalled.receiver.all).toHaveLength(AT_ONCE)
    expect(await deliveriesOf(gateways.databaseUrl, answering.hookId)).toMatchObject([
      { status: 'DELIVERED', attemptCount: 1, answers: [200] },
    ])

    stalled.receiver.answer(200)
    await gateways.start()
    await stalled.receiver.take(BOOKINGS)
    expect(bodiesById(stalled.receiver.all).size).toBe(BOOKINGS)
    expect(await allDelivered(gateways.databaseUrl, stalled.hookId)).toHaveLength(BOOKINGS)
    expect(await answering.receiver.more(QUIET_MS)).toEqual([])
  })
})

describe('a database that goes away and comes back', () => {
  it('loses nothing, and the workers go on by themselves', async () => {
    const both: [GatewayProcess, GatewayProcess] = [await gateways.alone(), await gateways.start()]
    const [first, second] = both
    const { receiver, hookId, eventType } = await givenHookedHost(first, slow(100))
    const starts = startsAhead(60)
    const bookTwenty = (from: number) =>
      atOnce(20, async index =>
        givenBooking(
          (index % 2 === 0 ? first : second).visitor,
          eventType,
          starts[from + index] ?? '',
        ),
      )
    const untilReady = () =>
      vi.waitFor(
        async () => expect(await Promise.all(both.map(isReady))).toEqual([true, true]),
        5_000,
      )

    await bookTwenty(0)
    await receiver.next()
    expect(await cutConnections(gateways.databaseUrl)).toBeGreaterThan(5)
    await untilReady()

    await bookTwenty(20)
    await receiver.next()
    await allowConnections(gateways.databaseUrl, false)
    await vi.waitFor(async () => expect(await isReady(second)).toBe(false), 5_000)
    // Long enough for the workers to try in vain to start anew.
    await sleep(1_500)
    await allowConnections(gateways.databaseUrl, true)
    await untilReady()
    await bookTwenty(40)

    const stored = await allDelivered(gateways.databaseUrl, hookId)
    expect(stored).toHaveLength(starts.length)
    expect(new Set(receiver.all.map(idOf))).toEqual(new Set(stored.map(({ uid }) => uid)))
    bodiesById(receiver.all)
  })
})
