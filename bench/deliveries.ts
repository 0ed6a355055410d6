import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { Agent, request } from 'undici'
import { TURN_JOB } from '../src/event-log/log.ts'
import { AT_ONCE } from '../src/webhooks/delivery/delivery-run.ts'
import { book } from './create.ts'
import { median, percentile, type Served, serve } from './measure.ts'
import * as print from './print.ts'
import { type Seeded, seedHost, years } from './seed.ts'

const DELIVERIES = 10_000
const WAITING = 100_000
const ROUNDS = 3
const BOOKINGS = 200
const SLOW_MS = 100

/**
 * Deliveries a second beside a bare loop of POSTs, the time from commit to arrival, and memory
 * while much waits.
 */
export async function deliveries(gateway: Served, pool: pg.Pool): Promise<void> {
  const served = await serve(join(dirname(fileURLToPath(import.meta.url)), 'receiver.js'), [], {})
  try {
    const receiver = receiverAt(served.url)
    const before = await gateway.memory({ collected: true })
    console.log(
      'From the commit of a booking to the arrival of its delivery, one booking after another',
    )
    await latency(gateway, pool, receiver)
    console.log(
      `\nDeliveries: ${DELIVERIES.toLocaleString('en')} that wait, and the same bytes by a bare loop of POSTs`,
    )
    for (const hooks of [1, 4, 16]) await throughput(gateway, pool, receiver, hooks)
    console.log(`\nMemory of the gateway, with a receiver that takes ${SLOW_MS} ms`)
    print.memory('before any delivery', before)
    await memory(gateway, pool, receiver)
    console.log()
  } finally {
    await served.stop()
  }
}

interface Receiver {
  /** Answers after so many milliseconds. */
  url(delayMs: number): string
  /** When the last of so many further requests came, in milliseconds since 1970. */
  arrivalOf(further: number): Promise<number>
}

function receiverAt(url: string): Receiver {
  let expected = 0
  return {
    url: delayMs => `${url}/${delayMs}`,
    async arrivalOf(further) {
      expected += further
      return Number(await (await fetch(`${url}/${expected}`)).text())
    },
  }
}

async function latency(gateway: Served, pool: pg.Pool, receiver: Receiver): Promise<void> {
  const host = await seedHost(pool, 'prompt', years(100))
  await createHooks(gateway, host, 1, receiver.url(0))
  const arrivals: number[] = []
  for (let i = 0; i < BOOKINGS; i++) {
    await book(gateway, host.slug, hourFarAway(i))
    arrivals.push(await receiver.arrivalOf(1))
    // The next one finds the hook at rest.
    await sleep(50)
  }
  const { rows } = await pool.query<{ committedAt: number }>(
    `select extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as "committedAt" from "Event"
     where "hostId" = $1 and "kind" = 'BOOKING_CREATED' order by "id"`,
    [host.hostId],
  )
  const times = rows.map(({ committedAt }, at) => (arrivals[at] ?? Number.NaN) - committedAt)
  print.ms('p50', percentile(times, 50))
  print.ms('p99', percentile(times, 99))
}

async function throughput(
  gateway: Served,
  pool: pg.Pool,
  receiver: Receiver,
  hooks: number,
): Promise<void> {
  const host = await givenHooks(gateway, pool, `busy${hooks}`, hooks, receiver.url(0))
  const bare: number[] = []
  const ours: number[] = []
  // In turns, so that a slow moment of the machine meets both; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    await fill(pool, host, DELIVERIES / hooks)
    ours.push(await deliver(pool, host, receiver, DELIVERIES))
    bare.push(await postLoop(pool, host, receiver, hooks * AT_ONCE))
  }
  const [bareRate, ourRate] = [median(bare.slice(1)), median(ours.slice(1))]
  const to = hooks === 1 ? '1 hook' : `${hooks} hooks`
  print.perSecond(`bare loop, ${hooks * AT_ONCE} at a time`, bareRate)
  print.perSecond(`gateway, ${to} with ${AT_ONCE} at a time`, ourRate)
  print.ratio('gateway / bare loop', ourRate / bareRate)
}

async function memory(gateway: Served, pool: pg.Pool, receiver: Receiver): Promise<void> {
  const hooks = 16
  const host = await givenHooks(gateway, pool, 'slow', hooks, receiver.url(SLOW_MS))
  for (const waiting of [WAITING / 10, WAITING]) {
    await fill(pool, host, waiting / hooks)
    let isOver = false
    const highest = { rss: 0, heapUsed: 0 }
    const watch = async () => {
      for (let sample = 1; !isOver; sample++) {
        await sleep(100)
        const collected = sample % 50 === 0
        const { rss, heapUsed } = await gateway.memory({ collected })
        highest.rss = Math.max(highest.rss, rss)
        if (collected) highest.heapUsed = Math.max(highest.heapUsed, heapUsed)
      }
    }
    const delivered = deliver(pool, host, receiver, waiting).finally(() => {
      isOver = true
    })
    await Promise.all([delivered, watch()])
    print.memory(`while ${waiting.toLocaleString('en')} wait, at most`, highest)
  }
}

/** A host with one booking and hooks that are switched off. */
async function givenHooks(
  gateway: Served,
  pool: pg.Pool,
  name: string,
  hooks: number,
  url: string,
): Promise<Seeded> {
  const host = await seedHost(pool, name, years(100))
  await book(gateway, host.slug, hourFarAway(0))
  await createHooks(gateway, host, hooks, url)
  await pool.query('update "Hook" set "isActive" = false where "hostId" = $1', [host.hostId])
  return host
}

async function createHooks(
  gateway: Served,
  host: Seeded,
  hooks: number,
  url: string,
): Promise<void> {
  for (let i = 0; i < hooks; i++) {
    const query = `mutation { createHook(input: { url: "${url}", events: [BOOKING_CREATED] }) { hook { id } } }`
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': host.apiKey },
      body: JSON.stringify({ query }),
    })
    const answer = await response.text()
    if (!answer.includes('hk_')) throw new Error(answer)
  }
}

const hourFarAway = (further: number): number =>
  Math.ceil(Date.now() / 3_600_000) + 20_000 + further

/**
 * Events with the facts of the host's booking, and a delivery of each to each hook, as
 * src/event-log/log.ts writes them.
 */
async function fill(pool: pg.Pool, { hostId }: Seeded, events: number): Promise<void> {
  await pool.query(
    `with booked as (
       select * from "Event" where "hostId" = $1 and "kind" = 'BOOKING_CREATED' order by "id" limit 1
     ), logged as (
       insert into "Event" ("uid", "hostId", "kind", "bookingId", "eventTypeId", "data", "occurredAt")
       select 'evt_' || gen_random_uuid(), "hostId", "kind", n, "eventTypeId", "data", "occurredAt"
       from booked, generate_series(1, $2::int) n
       returning "id", "hostId", "kind", "bookingId", "occurredAt"
     )
     insert into "Delivery" ("uid", "hostId", "hookId", "eventId", "kind", "bookingId", "createdAt")
     select 'dlv_' || gen_random_uuid(), l."hostId", h."id", l."id", l."kind", l."bookingId", l."occurredAt"
     from logged l join "Hook" h on h."hostId" = l."hostId" order by l."id"`,
    [hostId, events],
  )
  await pool.query('vacuum analyze')
}

/** Switches the hooks on until all has arrived. Answers deliveries a second. */
async function deliver(
  pool: pg.Pool,
  { hostId }: Seeded,
  receiver: Receiver,
  count: number,
): Promise<number> {
  const started = Date.now()
  await pool.query(
    `with active as (update "Hook" set "isActive" = true where "hostId" = $1 returning "id")
     select graphile_worker.add_job($2, json_build_object('hookIds', json_agg("id"))) from active`,
    [hostId, TURN_JOB],
  )
  const seconds = ((await receiver.arrivalOf(count)) - started) / 1000
  for (;;) {
    const { rowCount } = await pool.query(
      `select from "Delivery" where "hostId" = $1 and "status" <> 'DELIVERED' limit 1`,
      [hostId],
    )
    if (rowCount === 0) break
    await sleep(100)
  }
  await pool.query('update "Hook" set "isActive" = false where "hostId" = $1', [hostId])
  return count / seconds
}

/** The same request again and again, by undici and nothing else. Answers requests a second. */
async function postLoop(
  pool: pg.Pool,
  { hostId }: Seeded,
  receiver: Receiver,
  atOnce: number,
): Promise<number> {
  const { rows } = await pool.query<{ body: string; uid: string }>(
    `select "body", "uid" from "Delivery" where "hostId" = $1 and "status" = 'DELIVERED' limit 1`,
    [hostId],
  )
  const { body, uid } = rows[0] ?? { body: '', uid: '' }
  const headers = {
    'webhook-id': uid,
    'webhook-timestamp': '1795000000',
    'webhook-signature': `v1,${'x'.repeat(44)}`,
    'content-type': 'application/json',
    'user-agent': 'Meridian-Hooks/1',
  }
  const dispatcher = new Agent()
  let left = DELIVERIES
  const started = Date.now()
  const arrival = receiver.arrivalOf(DELIVERIES)
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) {
        const answer = await request(receiver.url(0), { method: 'POST', headers, body, dispatcher })
        await answer.body.dump()
      }
    }),
  )
  const seconds = ((await arrival) - started) / 1000
  await dispatcher.close()
  return DELIVERIES / seconds
}
