import { once } from 'node:events'
import type pg from 'pg'
import WebSocket from 'ws'
import { percentile, type Served, serve } from './measure.ts'
import * as print from './print.ts'
import { seedHost, years } from './seed.ts'

const SOCKETS = Number(process.env.BENCH_SOCKETS ?? 2_000)
const EVENTS = 10
const OPENED_AT_ONCE = 50
// PostgreSQL adds up what its sessions did at the latest when they were idle for ten seconds.
const COUNTED_AFTER_MS = 11_000

const FOLLOW = `subscription { bookingEvents(types: [BOOKING_CREATED]) {
  cursor kind booking { id start end invitees { name email } eventType { name } } } }`

/** Sockets that are open, and what comes on them. */
interface Audience {
  /** Sends something, and waits until all have it. Returns the milliseconds that each waited. */
  timesOf(send: () => Promise<unknown>): Promise<number[]>
  /** The last message. */
  last(): string
  close(): void
}

/** One event to 2,000 subscribers of one host, and the same bytes from a bare `ws` server. */
export async function fanOut(gateway: Served, pool: pg.Pool, bareScript: string): Promise<void> {
  console.log(
    `Fan-out: ${SOCKETS.toLocaleString('en')} websockets that follow the bookings of one host, ${EVENTS} events`,
  )
  const { hostId, apiKey } = await seedHost(pool, 'followed', years(100))
  const audience = await open(gateway.url, SOCKETS, apiKey)
  await audience.timesOf(() => writeEvent(pool, hostId))

  const idle = await transactionsDuring(pool, async () => {})
  const cpu = (await gateway.memory({ collected: false })).cpuMs
  const times: number[] = []
  const busy = await transactionsDuring(pool, async () => {
    for (let n = 0; n < EVENTS; n++)
      times.push(...(await audience.timesOf(() => writeEvent(pool, hostId))))
  })
  const cpuMs = (await gateway.memory({ collected: false })).cpuMs - cpu
  print.ms('p50 from the write to the arrival', percentile(times, 50))
  print.ms('p99', percentile(times, 99))
  print.ratio('transactions for an event', (busy - idle) / EVENTS)
  print.ms('CPU for an event', cpuMs / EVENTS)
  const message = audience.last()
  audience.close()

  const bare = await serve(bareScript, [], {})
  try {
    const listeners = await open(bare.url, SOCKETS)
    const post = () => fetch(bare.url, { method: 'POST', body: message })
    await listeners.timesOf(post)
    const bareCpu = (await bare.memory({ collected: false })).cpuMs
    const bareTimes: number[] = []
    for (let n = 0; n < EVENTS; n++) bareTimes.push(...(await listeners.timesOf(post)))
    const bareCpuMs = (await bare.memory({ collected: false })).cpuMs - bareCpu
    print.ms(`bare ws, the same ${message.length} bytes: p50`, percentile(bareTimes, 50))
    print.ms('bare ws p99', percentile(bareTimes, 99))
    print.ms('bare ws CPU for a message', bareCpuMs / EVENTS)
    print.ratio('CPU, gateway / bare ws', cpuMs / bareCpuMs)
    listeners.close()
  } finally {
    await bare.stop()
  }
  console.log()
}

/** Opens sockets; with a key they follow bookings, otherwise they only listen. */
async function open(url: string, count: number, apiKey?: string): Promise<Audience> {
  let last = ''
  let arrived = () => {}
  const isEvent = (text: string) => apiKey === undefined || text.includes('"type":"next"')

  async function openOne(): Promise<WebSocket> {
    const socket = new WebSocket(
      `${url.replace('http', 'ws')}/graphql`,
      apiKey === undefined ? [] : 'graphql-transport-ws',
      { perMessageDeflate: false },
    )
    await once(socket, 'open')
    if (apiKey !== undefined) {
      socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey } }))
      await once(socket, 'message')
      socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: FOLLOW } }))
    }
    socket.on('message', data => {
      const text = String(data)
      if (!isEvent(text)) return
      last = text
      arrived()
    })
    return socket
  }

  const sockets: WebSocket[] = []
  while (sockets.length < count) {
    sockets.push(...(await Promise.all(Array.from({ length: OPENED_AT_ONCE }, openOne))))
  }
  // The protocol does not confirm a subscription.
  await new Promise(resolve => setTimeout(resolve, 3_000))

  return {
    async timesOf(send) {
      const times: number[] = []
      const all = new Promise<void>(resolve => {
        arrived = () => {
          times.push(performance.now() - started)
          if (times.length === sockets.length) resolve()
        }
      })
      const started = performance.now()
      await send()
      await all
      return times
    },
    last: () => last,
    close() {
      for (const socket of sockets) socket.terminate()
    },
  }
}

/** Writes an event and signals it, as a booking at another gateway does. */
const writeEvent = (pool: pg.Pool, hostId: number) =>
  pool.query(
    `with written as (
       insert into "Event" ("uid", "hostId", "kind", "bookingId", "data", "occurredAt")
       select 'evt_bench' || nextval('"Event_id_seq"'), $1, 'BOOKING_CREATED', "id", '{}', now()
       from "Booking" where "hostId" = $1 order by "id" limit 1 returning "id"
     ) select pg_notify('meridian', 'host:' || $1::int) from written`,
    [hostId],
  )

/** Transactions of the database while something happens, and until they are counted. */
async function transactionsDuring(pool: pg.Pool, work: () => Promise<void>): Promise<number> {
  const before = await transactions(pool)
  await work()
  await new Promise(resolve => setTimeout(resolve, COUNTED_AFTER_MS))
  return (await transactions(pool)) - before
}

async function transactions(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(
    'select xact_commit + xact_rollback as "count" from pg_stat_database where datname = current_database()',
  )
  return Number(rows[0]?.count)
}
