// Gateways as operators run them: processes of their own, on one database, that can be killed.

import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { startEmbedded } from '../../src/db/embedded.ts'
import { DAY_MS } from '../../src/time.ts'
import { freshDatabase } from './database.ts'
import { sql } from './postgres.ts'
import { type Program, run } from './program.ts'
import type { Behaviour } from './receiver.ts'
import { type Client, clientOf, SECRET_KEY, textAt } from './world.ts'

/** A gateway that runs as a process. */
export interface GatewayProcess {
  program: Program
  url: string
  /** Somebody without an account, at this gateway. */
  visitor: Client
  /** Ends it as a machine that loses its power would. */
  kill(): Promise<void>
}

/** A database that gateways share. */
export interface Gateways {
  databaseUrl: string
  /** Starts one more, and answers when it is ready. */
  start(env?: Record<string, string>): Promise<GatewayProcess>
  /**
   * One that runs, serves both roles and is alone: the last that was started, or a new one. Others
   * are killed.
   */
  alone(): Promise<GatewayProcess>
  /** Kills those that still run, and removes the database. */
  end(): Promise<void>
}

const READY = /Meridian is ready\.[\s\S]*GraphiQL +(http:\/\/127\.0\.0\.1:\d+)\/graphql[\s\S]*\n\n/

async function kill(programs: Program[]): Promise<void> {
  for (const program of programs) program.signal('SIGKILL')
  await Promise.all(programs.map(({ ended }) => ended))
}

/** Creates the database. No gateway runs yet. */
export async function givenGateways(): Promise<Gateways> {
  const database = await freshDatabase()
  const gateways = startedWith({ DATABASE_URL: database.url })
  return {
    ...gateways,
    databaseUrl: database.url,
    async end() {
      await gateways.end()
      await database.drop()
    },
  }
}

/** Gateways that share the embedded server of a data folder. */
export interface EmbeddedGateways extends Omit<Gateways, 'databaseUrl'> {
  dataDir: string
  databaseUrl(): Promise<string>
  /** The pid of the server. */
  postmaster(): Promise<number>
  /** The command lines of the processes that create or run the database of the folder. */
  databaseProcesses(): Promise<string[]>
}

/** Creates an empty data folder. No gateway runs yet. */
export async function givenEmbeddedGateways(): Promise<EmbeddedGateways> {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-embedded-'))
  // As root, the server runs under another account, which must get in.
  await chmod(folder, 0o755)
  const dataDir = join(folder, 'data')
  const gateways = startedWith({ MERIDIAN_DATA_DIR: dataDir })
  const pidFile = async () =>
    (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')
  return {
    ...gateways,
    dataDir,
    postmaster: async () => Number((await pidFile())[0]),
    databaseProcesses: () => commandLinesWith(dataDir),
    async databaseUrl() {
      const password = await readFile(join(dataDir, 'postgres.password'), 'utf8')
      return `postgresql://meridian:${password}@127.0.0.1:${(await pidFile())[3]}/meridian`
    },
    async end() {
      await gateways.end()
      // Starting it once more stops what the killed gateways left.
      await (await startEmbedded({ dataDir })).stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The command lines of this machine that contain a text. Linux only. */
export async function commandLinesWith(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const lines = await Promise.all(
    pids.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return lines.map(line => line.replaceAll('\0', ' ')).filter(line => line.includes(text))
}

function startedWith(settings: Record<string, string>): Omit<Gateways, 'databaseUrl'> {
  const running = new Set<Program>()
  let last: GatewayProcess | undefined

  async function start(env: Record<string, string> = {}): Promise<GatewayProcess> {
    const program = await run('bin/meridian.mjs', ['start'], {
      PORT: '0',
      ...settings,
      MERIDIAN_SECRET_KEY: SECRET_KEY,
      MERIDIAN_DEMO: 'off',
      MERIDIAN_ALLOW_PRIVATE_HOOKS: '1',
      // All clients of a test have one address.
      MERIDIAN_RATE_LIMITS: 'all=1000000',
      MERIDIAN_STOP_DELAY_MS: '0',
      LOG_LEVEL: 'warn',
      ...env,
    })
    running.add(program)
    program.ended.then(() => running.delete(program))
    const [, url = ''] = await program.prints(READY)
    const gateway = {
      program,
      url,
      visitor: clientOf(url, {}),
      kill: () => kill([program]),
    }
    if (env.MERIDIAN_ROLE === undefined) last = gateway
    return gateway
  }

  return {
    start,
    async alone() {
      await kill([...running].filter(program => program !== last?.program))
      return last !== undefined && running.has(last.program) ? last : start()
    },
    end: () => kill([...running]),
  }
}

/** Subscribes a receiver of the host; answers the id of the hook. */
export async function givenHook(
  host: Client,
  url: string,
  events = ['BOOKING_CREATED'],
): Promise<string> {
  const data = await host.run(
    'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }',
    {
      input: { url, events },
    },
  )
  return textAt(data, 'createHook.hook.id')
}

/** How a receiver behaves that takes every request and never answers. */
export const stall: Behaviour = () => {}

/** A behaviour that answers 200 after a while. */
export const slow =
  (ms: number): Behaviour =>
  (_request, response) =>
    void setTimeout(() => response.writeHead(200).end(), ms)

const PER_DAY = 10

/**
 * The next so many starts in the ordinary hours of a host in London, half an hour apart, by the
 * clock of the machine.
 */
export function startsAhead(count: number): string[] {
  const starts: string[] = []
  for (let day = 1; starts.length < count; day++) {
    const date = new Date(Date.now() + day * DAY_MS)
    if (date.getUTCDay() % 6 === 0) continue
    for (let slot = 0; slot < PER_DAY; slot++)
      starts.push(new Date(date.setUTCHours(10, slot * 30, 0, 0)).toISOString())
  }
  return starts.slice(0, count)
}

/** A row of the table of deliveries, with its attempts. */
export interface DeliveryRow {
  /** What receivers get as `webhook-id`. */
  uid: string
  kind: string
  bookingId: number | null
  status: string
  attemptCount: number
  /** What was answered to each attempt, by their numbers. */
  answers: (number | null)[]
  body: string | null
}

/** The deliveries of a hook, in event order. */
export async function deliveriesOf(databaseUrl: string, hookId: string): Promise<DeliveryRow[]> {
  const rows = await sql(
    databaseUrl,
    `select d."uid", d."kind", d."bookingId", d."status", d."attemptCount", d."body",
       coalesce(json_agg(a."responseStatus" order by a."number") filter (where a."number" is not null), '[]') as "answers"
     from "Delivery" d join "Hook" h on h."id" = d."hookId" left join "DeliveryAttempt" a on a."deliveryId" = d."id"
     where h."uid" = $1 group by d."id" order by d."id"`,
    [hookId],
  )
  return rows as unknown as DeliveryRow[]
}

/** Waits until all deliveries of a hook are stored as delivered, and answers them. */
export function allDelivered(
  databaseUrl: string,
  hookId: string,
  withinMs = 15_000,
): Promise<DeliveryRow[]> {
  return vi.waitFor(
    async () => {
      const rows = await deliveriesOf(databaseUrl, hookId)
      expect(rows.filter(({ status }) => status !== 'DELIVERED')).toEqual([])
      return rows
    },
    { timeout: withinMs, interval: 50 },
  )
}

/**
 * Holds what arrived against the log: the deliveries of each booking came in event order.
 * @param arrived the ids as they came; those that came again count where they came first
 */
export function expectEventOrder(inEventOrder: DeliveryRow[], arrived: string[]): void {
  const places = new Map([...arrived.entries()].reverse().map(([place, uid]) => [uid, place]))
  const lastOf = new Map<number, DeliveryRow>()
  const wrong: string[] = []
  for (const delivery of inEventOrder) {
    if (delivery.bookingId === null) continue
    const before = lastOf.get(delivery.bookingId)
    lastOf.set(delivery.bookingId, delivery)
    const isLater =
      before === undefined || (places.get(before.uid) ?? 0) < (places.get(delivery.uid) ?? 0)
    if (!isLater)
      wrong.push(`${delivery.kind} of booking ${delivery.bookingId} came before ${before.kind}`)
  }
  expect(wrong).toEqual([])
}
