// One PostgreSQL server: finding it, starting it, stopping it. embedded.ts decides which gateway
// does that, and when.

import { type ChildProcess, execFile, type StdioOptions, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { errorCode, withClient } from './connect.ts'
import type { FileLock } from './file-lock.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { commandLine, identify, type ProcessIdentity } from './process-life.ts'
import type { ServerAccount } from './server-account.ts'

/** The role that owns everything. */
export const USER = 'meridian'

/** The database of the gateway. */
export const DATABASE = 'meridian'

/** How long a server may take to start: after a crash it recovers first. */
export const START_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 10_000
const POLL_MS = 10
const PORT_ATTEMPTS = 3
const PORTS_TRIED = 100
// Below the ports that systems give to outgoing connections: none of these can occupy the port
// while the server is away, and a client that reconnects cannot be connected to itself.
const FIRST_PORT = 20_000
const LAST_PORT = 30_000
const LOG_LINES_SHOWN = 12
const LOG_LIMIT_BYTES = 10 * 1024 * 1024

/** The folders of one server, its programs and its password. */
export interface ServerPlace {
  home: string
  data: string
  log: string
  /** The file whose lock the server holds. */
  lock: string
  binaries: PostgresBinaries
  account: ServerAccount
  password: string
}

/** A server that runs. */
export interface RunningServer {
  port: number
  process: ProcessIdentity
}

/**
 * The server that runs on the data folder, if it accepts connections now. `seen` is the pid of one
 * that runs and does not yet: it is starting, recovering or stopping.
 *
 * @throws when it rejects the password
 */
export async function findServer(
  place: ServerPlace,
): Promise<RunningServer | { seen: number | undefined }> {
  const pidFile = await readPidFile(place.data)
  if (!pidFile || !isServerOf(place.data, pidFile.pid)) return { seen: undefined }
  const process = identify(pidFile.pid)
  if (process && pidFile.isReady && (await accepts(place, pidFile.port)))
    return { port: pidFile.port, process }
  return { seen: pidFile.pid }
}

/** How a server is started. */
export interface LaunchOptions {
  durable: boolean
  /**
   * The lock of the data folder, which the server inherits and holds as long as one of its
   * processes runs.
   */
  lock: FileLock
  /** Reject any other port than the one that the server had before. */
  samePort: boolean
  /** Stops the start. */
  signal?: AbortSignal | undefined
}

/**
 * Starts the server on the loopback interface and waits until it accepts connections. It leads a
 * session of its own: Ctrl-C in the terminal reaches the gateway alone, and the server outlives it.
 *
 * The port is the one that the server had before, so that gateways that still use it can reconnect.
 *
 * @throws with the last lines of the log when it does not start; no process of it is left then
 */
export async function launchServer(
  place: ServerPlace,
  options: LaunchOptions,
): Promise<RunningServer> {
  await keepLogShort(place.log)
  const before = await lastPort(place.data)
  for (let attempt = 1; ; attempt++) {
    const keepsPort =
      before !== undefined && (options.samePort || (attempt === 1 && (await isFree(before))))
    const port = keepsPort ? before : await freePort()
    const logStart = await sizeOf(place.log)
    const started = await waitUntilReady(
      await spawnServer(place, port, options),
      place,
      options.signal,
    )
    if (typeof started !== 'string') return { port, process: started }
    options.signal?.throwIfAborted()
    // Another program took the port since.
    const taken = (await readLog(place.log, logStart)).includes('could not bind')
    if (!taken || options.samePort || attempt === PORT_ATTEMPTS)
      throw await failure(place, `The database did not start (${started})`, logStart)
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

/**
 * What the programs of the server see: nothing of ours, no PG… variables, no language of the
 * user's.
 */
export function serverEnvironment({ binaries }: ServerPlace): Record<string, string> {
  const { PATH = '/usr/bin:/bin', SystemRoot, TMPDIR } = process.env
  return {
    PATH,
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(SystemRoot && { SystemRoot }),
    ...(TMPDIR && { TMPDIR }),
    ...binaries.env,
  }
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
    // Requests are short: compiling or splitting them costs more than it gives, and containers have
    // a small /dev/shm.
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
  { durable, lock }: LaunchOptions,
): Promise<ChildProcess> {
  const parameters = ['-D', place.data, ...settings(port, durable)]
  const { file, args, ...account } = place.account.command(place.binaries.postgres, parameters)
  const env = serverEnvironment(place)
  // Under the lock no server runs, so a process with the pid in postmaster.pid is another program.
  // PostgreSQL would take it for a server; pg_ctl uses this variable, too, to name a process that
  // is none. The file itself must stay: PostgreSQL reads there which shared memory a killed server
  // left behind.
  const { pid } = (await readPidFile(place.data)) ?? {}
  if (pid !== undefined && !isServerOf(place.data, pid)) env.PG_GRANDPARENT_PID = String(pid)
  const log = await open(place.log, 'a', 0o600)
  try {
    const stdio: StdioOptions = ['ignore', log.fd, log.fd, lock.fd]
    const child = spawn(file, args, { ...account, cwd: '/', env, detached: true, stdio })
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

/** The process of the server when it is ready; how it ended when it did not become ready. */
async function waitUntilReady(
  child: ChildProcess,
  place: ServerPlace,
  signal: AbortSignal | undefined,
): Promise<ProcessIdentity | string> {
  let end: string | undefined
  child.once('error', error => {
    end = error.message
  })
  child.once('exit', (code, signal) => {
    end = signal ? `killed by ${signal}` : `exit code ${code}`
  })
  const giveUpAt = Date.now() + START_TIMEOUT_MS
  while (end === undefined) {
    const found = await findServer(place)
    if ('process' in found && found.process.pid === child.pid) return found.process
    if (signal?.aborted || Date.now() > giveUpAt) {
      await endServer(child, () => end !== undefined)
      return `not ready after ${START_TIMEOUT_MS / 1000} s`
    }
    await sleep(POLL_MS)
  }
  return end
}

/**
 * Ends a server that is not ready yet. It may take the first signal before it can handle it, or
 * while it recovers.
 */
async function endServer(child: ChildProcess, hasEnded: () => boolean): Promise<void> {
  const killAt = Date.now() + STOP_TIMEOUT_MS
  // https://www.postgresql.org/docs/current/server-shutdown.html: SIGINT is a fast shutdown.
  child.kill('SIGINT')
  while (!hasEnded()) {
    if (Date.now() > killAt) child.kill('SIGKILL')
    await sleep(POLL_MS)
  }
}

// https://www.postgresql.org/docs/current/storage-file-layout.html: pid, data folder, start, port,
// socket folder, address, shared memory, and since version 10 the state.
async function readPidFile(
  data: string,
): Promise<{ pid: number; port: number; isReady: boolean } | undefined> {
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

async function accepts(place: ServerPlace, port: number): Promise<boolean> {
  try {
    await withClient(
      `postgresql://${USER}:${place.password}@127.0.0.1:${port}/postgres`,
      async () => {},
    )
    return true
  } catch (error) {
    if (errorCode(error) !== '28P01') return false
    throw new Error(
      `The database in ${place.data} does not accept the password in postgres.password beside it`,
    )
  }
}

/** The port of the server's last start, which PostgreSQL keeps with its other options. */
async function lastPort(data: string): Promise<number | undefined> {
  const options = await readFile(join(data, 'postmaster.opts'), 'utf8').catch(() => '')
  const port = Number(/"port=(\d+)"/.exec(options)?.[1])
  return port > 0 ? port : undefined
}

async function freePort(): Promise<number> {
  for (let attempt = 1; attempt <= PORTS_TRIED; attempt++) {
    const port = randomInt(FIRST_PORT, LAST_PORT)
    if (await isFree(port)) return port
  }
  throw new Error(`No free port found between ${FIRST_PORT} and ${LAST_PORT}`)
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  return new Promise(resolve => {
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

async function failure(place: ServerPlace, what: string, logStart: number): Promise<Error> {
  const lines = (await readLog(place.log, logStart)).trim().split('\n').slice(-LOG_LINES_SHOWN)
  return new Error(
    `${what}. The end of ${place.log}:\n${lines.map(line => `  ${line}`).join('\n')}`,
  )
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
