// npm run bench: figures of this machine, and the ratios that count.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type EmbeddedServer, startEmbedded } from '../src/db/embedded.ts'
import { migrate } from '../src/db/migrate.ts'
import { type SlotQuery, slots } from '../src/slot-engine/index.ts'
import { createBookings } from './create.ts'
import { deliveries } from './deliveries.ts'
import { eventLoop } from './event-loop.ts'
import { fanOut } from './fan-out.ts'
import { callsPerSecond, compare, type Load, type Rate, type Served, serve } from './measure.ts'
import * as print from './print.ts'
import { rest } from './rest.ts'
import { type Seeded, seedHost, years } from './seed.ts'

const here = dirname(fileURLToPath(import.meta.url))
const parts = process.argv.slice(2)
const wanted = (part: string) => parts.length === 0 || parts.includes(part)

function slotEngine(): void {
  console.log('Slot engine: 30-minute event, 60 days over a clock change, 500 claims')
  const now = Date.UTC(2026, 1, 20) / 60_000
  const query: SlotQuery = {
    now,
    from: now,
    until: now + 60 * 1440,
    viewerZone: 'Europe/Berlin',
    schedule: {
      zone: 'America/New_York',
      weekly: [1, 2, 3, 4, 5].map(weekday => ({ weekday, startMinute: 540, endMinute: 1020 })),
      overrides: [],
    },
    durationMinutes: 30,
    intervalMinutes: 30,
    offsetMinutes: 0,
    grid: 'opening',
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 10,
    noticeMinutes: 240,
    window: { kind: 'days', days: 60, businessDays: false, rolling: false },
    claims: Array.from({ length: 500 }, (_, i) => ({
      start: now + i * 170,
      end: now + i * 170 + 40,
    })),
    seats: 1,
    joinable: [],
    limits: [],
    counted: [],
    firstPerDay: false,
  }
  print.perSecond(
    'engine calls',
    callsPerSecond(() => slots(query)),
  )
  console.log()
}

const graphql = (gateway: Served, query: string, apiKey?: string): Load => ({
  url: `${gateway.url}/graphql`,
  headers: apiKey === undefined ? {} : { 'x-api-key': apiKey },
  body: JSON.stringify({ query }),
})

const LIST = `{ bookings(first: 25) { edges { cursor node { id status start end timeZone
  eventType { id name slug durationMinutes } hosts { id: userId name timeZone } } } } }`

async function slotRequests(gateway: Served, host: Seeded): Promise<void> {
  const day = (offset: number) =>
    new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  const query = `{ slots(eventType: { page: "${host.slug}", slug: "type-1" }, start: "${day(0)}", end: "${day(59)}",
    timeZone: "Europe/Berlin") { date slots { start } } }`
  console.log(
    'Slots over HTTP: 60 days of 30-minute starts, 09:00 to 17:00 in New York, seen from Berlin, 500 bookings',
  )
  const { request } = await compare({ request: graphql(gateway, query) })
  print.rate('requests', request)
  console.log()
}

async function list(
  gateway: Served,
  databaseUrl: string,
  host: Seeded,
  bookings: number,
): Promise<Rate> {
  const bare = await serve(join(here, 'bare-server.js'), [], {
    DATABASE_URL: databaseUrl,
    HOST_ID: String(host.hostId),
  })
  try {
    console.log(
      `bookings(first: 25) with event type and host, ${bookings.toLocaleString('en')} bookings, 16 connections`,
    )
    const rates = await compare({
      hello: { url: `${bare.url}/hello` },
      rows: { url: `${bare.url}/rows` },
      gateway: graphql(gateway, LIST, host.apiKey),
    })
    print.rate('bare hello', rates.hello)
    print.rate('bare pg rows', rates.rows)
    print.rate('gateway', rates.gateway)
    print.ratio('gateway / bare pg rows', rates.gateway.perSecond / rates.rows.perSecond)
    print.ratio('gateway / bare hello', rates.gateway.perSecond / rates.hello.perSecond)
    console.log()
    return rates.gateway
  } finally {
    await bare.stop()
  }
}

/**
 * A PostgreSQL that remembers when each transaction was committed, for the time from there to a
 * delivery's arrival.
 */
async function startServer(dataDir: string): Promise<EmbeddedServer> {
  const first = await startEmbedded({ dataDir })
  const client = new pg.Client({ connectionString: first.url })
  await client.connect()
  await client.query('alter system set track_commit_timestamp = on')
  await client.end()
  await first.stop()
  return startEmbedded({ dataDir })
}

const dataDir = await mkdtemp(join(tmpdir(), 'meridian-bench-'))
const server = await startServer(dataDir)
const pool = new pg.Pool({ connectionString: server.url })
try {
  await migrate(server.url)
  if (wanted('slots')) slotEngine()
  const host = await seedHost(pool, 'small', years(10_000))
  const gateway = await serve(join(here, '..', 'main.js'), ['start'], {
    DATABASE_URL: server.url,
    MERIDIAN_DATA_DIR: dataDir,
    MERIDIAN_DEMO: 'off',
    MERIDIAN_ALLOW_PRIVATE_HOOKS: '1',
    // All load comes from one address.
    MERIDIAN_RATE_LIMITS: 'all=100000000',
    LOG_LEVEL: 'warn',
    PORT: '0',
  })
  try {
    if (wanted('slots')) {
      const calendar = {
        bookings: 500,
        past: 0,
        everyMinutes: 170,
        open: [540, 1020] as [number, number],
      }
      await slotRequests(gateway, await seedHost(pool, 'slots', calendar))
    }
    const small =
      wanted('list') || wanted('large') ? await list(gateway, server.url, host, 10_000) : undefined
    if (wanted('rest')) await rest(gateway, pool, server.url, join(here, 'bare-server.js'))
    if (wanted('create')) await createBookings(gateway, pool)
    if (wanted('deliveries')) await deliveries(gateway, pool)
    if (wanted('fanout')) await fanOut(gateway, pool, join(here, 'bare-broadcast.js'))
    if (wanted('loop')) await eventLoop(gateway, pool)
    if (wanted('large') && small !== undefined) {
      const large = await list(
        gateway,
        server.url,
        await seedHost(pool, 'large', years(1_000_000)),
        1_000_000,
      )
      print.ratio('10,000 bookings / 1,000,000 bookings', small.perSecond / large.perSecond)
    }
  } finally {
    await gateway.stop()
  }
} finally {
  await pool.end()
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
}
