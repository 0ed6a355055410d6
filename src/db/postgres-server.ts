// One running Postgres: finding it, starting it, stopping it. Who may do that when is decided in embedded.ts.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { commandLine, identify } from './process-life.ts'
import { errorCode, withClient } from './reach.ts'
import type { ServerAccount } from './server-account.ts'

/** The role that owns everything. */
export const USER = 'meridian'

/** The database of the gateway. */
export const DATABASE = 'meridian'

const START_TIMEOUT_MS = 120_000
const POLL_MS = 10
const PORT_ATTEMPTS = 3
const LOG_LINES_SHOWN = 12
const LOG_LIMIT_BYTES = 10 * 1024 * 1024

/** The folders of one server, its programs and its password. */
export interface ServerPlace {
  home: string
  data: string
  log: string
  binaries: PostgresBinaries
  account: ServerAccount
  password: string
}

/** What postmaster.pid led to: a server that lets us in, or nothing, perhaps with a pid that is not the server's. */
export type FoundServer = { port: number } | { port: undefined; stalePid: number | undefined }

/**
 * Looks for the server that runs on the data folder, and waits for one that is starting, recovering or stopping.
 *
 * @throws when it runs and does not let us in
 */
export async function findServer(place: ServerPlace): Promise<FoundServer> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS
  for (;;) {
    const pidFile = await readPidFile(place.data)
    if (!pidFile) return { port: undefined, stalePid: undefined }
    if (!isServerOf(place.data, pidFile.pid)) return { port: undefined, stalePid: pidFile.pid }
    if (pidFile.isReady && (await letsUsIn(place, pidFile.port))) return { port: pidFile.port }
    if (Date.now() > giveUpAt) {
      throw await failure(place, `The database (process ${pidFile.pid}) runs, but takes no connections`, 0)
    }
    await sleep(POLL_MS)
  }
}

/**
 * Starts the server on a free port of the loopback interface and waits until it takes connections. It leads a session
 * of its own: Ctrl-C in the terminal reaches the gateway alone, and the server outlives it.
 *
 * @returns the port
 */
export async function launchServer(
  place: ServerPlace,
  options: { durable: boolean; stalePid: number | undefined },
): Promise<number> {
  await keepLogShort(place.log)
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const logStart = await sizeOf(place.log)
    const exit = await waitUntilReady(await spawnServer(place, port, options), place)
    if (exit === undefined) return port
    // Somebody took the port between our look and the server's.
    const taken = (await readLog(place.log, logStart)).includes('could not bind')
    if (!taken || attempt === PORT_ATTEMPTS)
      throw await failure(place, `The database did not start (${exit})`, logStart)
  }
}

/** Stops the server, if it runs, after it ended its connections and wrote its data. */
export async function stopServer(place: ServerPlace): Promise<void> {
  const pidFile = await readPidFile(place.data)
  if (!pidFile || !isServerOf(place.data, pidFile.pid)) return
  const { file, args, ...account } = place.account.command(place.binaries.pgCtl, [
    ...['stop', '--pgdata', place.data, '--mode', 'fast', '--wait', '--timeout', '60', '--silent'],
  ])
  await promisify(execFile)(file, args, { ...account, cwd: '/', env: serverEnvironment(place) })
}

/** What the programs of the server see: nothing of ours, no PG… variables, no language of the user's. */
export function serverEnvironment({ binaries }: ServerPlace): Record<string, string> {
  const { PATH = '/usr/bin:/bin', SystemRoot, TMPDIR } = process.env
  return { PATH, LC_ALL: 'C', TZ: 'UTC', ...(SystemRoot && { SystemRoot }), ...(TMPDIR && { TMPDIR }), ...binaries.env }
}

function settings(port: number, durable: boolean): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: durable ? '256MB' : '128MB',
    effective_cache_size: '1GB',
    work_mem: '8MB',
    maintenance_work_mem: '128MB',
    max_wal_size: '2GB',
    wal_compression: 'on',
    random_page_cost: 1.1,
    // Requests are short: compiling or splitting them costs more than it gives, and containers have a small /dev/shm.
    jit: 'off',
    max_parallel_workers_per_gather: 0,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] %a ',
    log_min_duration_statement: '2s',
    // Values that people typed do not belong in a log.
    log_parameter_max_length: 0,
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function spawnServer(
  place: ServerPlace,
  port: number,
  { durable, stalePid }: { durable: boolean; stalePid: number | undefined },
): Promise<ChildProcess> {
  const parameters = ['-D', place.data, ...settings(port, durable)]
  const { file, args, ...account } = place.account.command(place.binaries.postgres, parameters)
  const env = serverEnvironment(place)
  // The pid in postmaster.pid is somebody else's by now. Postgres would believe that a server runs; this variable is
  // how pg_ctl, too, names a process that is none. Deleting the file would do away with Postgres's other check, for
  // workers of the dead server that still write.
  if (stalePid !== undefined) env.PG_GRANDPARENT_PID = String(stalePid)
  const log = await open(place.log, 'a', 0o600)
  try {
    const child = spawn(file, args, { ...account, cwd: '/', env, detached: true, stdio: ['ignore', log.fd, log.fd] })
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

/** Undefined when the server is ready; how it ended when it did not get there. */
async function waitUntilReady(child: ChildProcess, place: ServerPlace): Promise<string | undefined> {
  let end: string | undefined
  child.once('error', error => {
    end = error.message
  })
  child.once('exit', (code, signal) => {
    end = signal ? `killed by ${signal}` : `exit code ${code}`
  })
  const giveUpAt = Date.now() + START_TIMEOUT_MS
  while (end === undefined) {
    const pidFile = await readPidFile(place.data)
    if (pidFile?.pid === child.pid && pidFile?.isReady && (await letsUsIn(place, pidFile.port))) return undefined
    if (Date.now() > giveUpAt) return `not ready after ${START_TIMEOUT_MS / 1000} s`
    await sleep(POLL_MS)
  }
  return end
}

// https://www.postgresql.org/docs/current/storage-file-layout.html: pid, data folder, start, port, socket folder,
// address, shared memory, and since version 10 the state.
async function readPidFile(data: string): Promise<{ pid: number; port: number; isReady: boolean } | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n').map(line => line.trim())
  const pid = Number(lines[0])
  return pid > 0 ? { pid, port: Number(lines[3]), isReady: lines[7] === 'ready' } : undefined
}

function isServerOf(data: string, pid: number): boolean {
  if (!identify(pid)) return false
  const command = commandLine(pid)
  return command === '' || command.includes(` -D ${data} `)
}

async function letsUsIn(place: ServerPlace, port: number): Promise<boolean> {
  try {
    await withClient(`postgresql://${USER}:${place.password}@127.0.0.1:${port}/postgres`, async () => {})
    return true
  } catch (error) {
    if (errorCode(error) !== '28P01') return false
    throw new Error(`The database in ${place.data} does not accept the password in postgres.password beside it`)
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', resolve)
  })
  const address = probe.address()
  await new Promise(resolve => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('The system gave no port')
  return address.port
}

async function failure(place: ServerPlace, what: string, logStart: number): Promise<Error> {
  const lines = (await readLog(place.log, logStart)).trim().split('\n').slice(-LOG_LINES_SHOWN)
  return new Error(`${what}. The end of ${place.log}:\n${lines.map(line => `  ${line}`).join('\n')}`)
}

async function readLog(path: string, start: number): Promise<string> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0))
  return bytes.subarray(start).toString('utf8')
}

async function keepLogShort(path: string): Promise<void> {
  if ((await sizeOf(path)) > LOG_LIMIT_BYTES) await rename(path, `${path}.1`)
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}
