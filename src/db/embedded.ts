// The PostgreSQL server that comes with Meridian: created on the first start, shared by every
// gateway that uses the same data folder, started again when it is killed, stopped by the last
// gateway that leaves.
//
//   const server = await startEmbedded({ dataDir: '.meridian', log: console.log })
//   const database = connect(server.url)
//   …
//   await database.close()
//   await server.stop()
//
// Three kinds of locked files (file-lock.ts) in the data folder decide who may do what, between
// processes and between containers: `postgres.lock` is held by the server, so that a second one
// cannot run on the same files; `postgres.change` by the gateway that starts or stops it;
// `postgres.users/user.*`, one each, by the gateways that use it.

import { randomBytes } from 'node:crypto'
import {
  access,
  constants,
  mkdir,
  readdir,
  readFile,
  realpath,
  rm,
  statfs,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode, withClient } from './connect.ts'
import { tryLock, withLock } from './file-lock.ts'
import { findPostgres } from './postgres-binaries.ts'
import { createCluster, hasCluster } from './postgres-cluster.ts'
import {
  DATABASE,
  findServer,
  launchServer,
  type RunningServer,
  type ServerPlace,
  START_TIMEOUT_MS,
  stopServer,
  USER,
} from './postgres-server.ts'
import { chooseAccount } from './server-account.ts'
import { supervise } from './supervise.ts'

/**
 * Below this, PostgreSQL soon cannot write: it needs files of 16 MiB for its log, and room for what
 * it sorts.
 */
const FREE_BYTES_NEEDED = 128 * 1024 * 1024
/**
 * How long to wait for a data folder that is in use elsewhere: a container that is being replaced
 * stops within this, and so do the processes that a killed server leaves, whose statements are
 * limited to 15 s.
 */
const PATIENCE_MS = 30_000
const POLL_MS = 100
const RESTARTS = 10

/** Where the data are, and what may happen to them. */
export interface EmbeddedOptions {
  dataDir: string
  log?: (message: string) => void
  /** False for tests: the server does not wait for the disk. Default true. */
  durable?: boolean
  /**
   * How long to wait for a data folder that another container uses. In milliseconds, default
   * 30,000.
   */
  patienceMs?: number
  /**
   * How often to try to start a server again that has ended, with pauses of up to 30 s. Default 10.
   */
  restarts?: number
  /** Ends the start: nothing that it started is left running, and it throws. */
  signal?: AbortSignal
  /** Called once when the server has ended and could not be started again. */
  onLost?: (error: Error) => void
}

/** A server that this process uses. */
export interface EmbeddedServer {
  url: string
  /** What is wrong with it, each in a few words for an operator. */
  problems(): Promise<string[]>
  /** Ends the use by this process. The server stops when no other process uses it. */
  stop(): Promise<void>
}

/**
 * Starts the server of a data folder, or joins it when it already runs: after a `kill -9` of a
 * gateway, or beside another gateway. From then on a server that ends unexpectedly is started
 * again, on the same port.
 *
 * @throws with the reason and the last lines of postgres.log when the server cannot be started, and
 * when the folder is
 *   in use in another container
 */
export async function startEmbedded({
  dataDir,
  log = () => {},
  durable = true,
  patienceMs = PATIENCE_MS,
  restarts = RESTARTS,
  signal,
  onLost = () => {},
}: EmbeddedOptions): Promise<EmbeddedServer> {
  const home = await writableFolder(dataDir)
  const data = join(home, 'postgres')
  const binaries = await findPostgres(join(home, 'postgres.lib'))
  const account = await chooseAccount(data, [binaries.postgres, join(binaries.root, 'share')])
  const users = await writableFolder(join(home, 'postgres.users'))
  const change = join(home, 'postgres.change')
  const files = { home, data, log: join(home, 'postgres.log'), lock: join(home, 'postgres.lock') }

  const { place, leave, running } = await patiently(home, { patienceMs, log, signal }, () =>
    withLock(change, async () => {
      const place: ServerPlace = {
        ...files,
        binaries,
        account,
        password: await ownPassword(home, data),
      }
      const leave = await registerUser(users)
      try {
        const running = await runServer(place, { durable, samePort: false, log, signal })
        if ('port' in running) await ensureDatabase(urlOf(place, running))
        else await leave()
        return 'port' in running ? { place, leave, running } : running
      } catch (error) {
        await leave()
        if (!(await hasUsers(users))) await stopServer(place).catch(() => {})
        throw error
      }
    }),
  )

  const supervision = supervise(running, {
    revive: signal =>
      patiently(home, { patienceMs, log: () => {}, signal }, () =>
        withLock(change, () => runServer(place, { durable, samePort: true, log, signal })),
      ),
    tries: restarts,
    log,
    onLost,
  })
  const leaveServer = async () => {
    await supervision.end()
    await withLock(change, async () => {
      await leave()
      if (!(await hasUsers(users))) await stopServer(place)
    })
  }
  let stopping: Promise<void> | undefined
  return {
    url: urlOf(place, running),
    async problems() {
      const { bavail, bsize } = await statfs(home)
      if (bavail * bsize >= FREE_BYTES_NEEDED) return []
      const mebibytes = (bytes: number) => `${Math.floor(bytes / 1024 / 1024)} MiB`
      return [
        `the disk of the database has ${mebibytes(bavail * bsize)} left, less than ${mebibytes(FREE_BYTES_NEEDED)}`,
      ]
    },
    stop() {
      stopping ??= leaveServer()
      return stopping
    },
  }
}

async function writableFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true })
    await access(path, constants.W_OK)
    return await realpath(path)
  } catch (cause) {
    const user = process.getuid?.() ?? 'this user'
    throw new Error(
      `Meridian keeps its database in ${path} and cannot write there. Give the folder to the user that runs it ` +
        `(chown -R ${user} ${path}), or set MERIDIAN_DATA_DIR to another one.`,
      { cause },
    )
  }
}

async function ownPassword(home: string, data: string): Promise<string> {
  const path = join(home, 'postgres.password')
  const kept = await readFile(path, 'utf8').catch(() => '')
  if (kept !== '') return kept
  if (await hasCluster(data))
    throw new Error(`${path} is missing: without it the database in ${data} cannot be used`)
  const password = randomBytes(24).toString('base64url')
  await writeFile(path, password, { mode: 0o600 })
  return password
}

interface RunOptions {
  durable: boolean
  samePort: boolean
  log: (message: string) => void
  signal: AbortSignal | undefined
}

/**
 * Joins or starts the server, once. `seen`: it is held elsewhere; the pid, if it is a process that
 * can be seen here.
 */
async function runServer(
  place: ServerPlace,
  { durable, samePort, log, signal }: RunOptions,
): Promise<RunningServer | { seen: number | undefined }> {
  signal?.throwIfAborted()
  const lock = await tryLock(place.lock)
  if (lock === undefined) {
    const found = await findServer(place)
    if ('port' in found) log(`Joined the database that runs on port ${found.port}`)
    return found
  }
  try {
    if (!(await hasCluster(place.data))) {
      const startedAt = Date.now()
      await createCluster(place, { durable, lock, signal })
      log(`Created the database in ${place.data} in ${Date.now() - startedAt} ms`)
    }
    // Data that root copied here, say from a backup.
    await place.account.own(place.data)
    const running = await launchServer(place, { durable, lock, samePort, signal })
    log(`Started the database on port ${running.port}`)
    return running
  } finally {
    // The server has the file open itself.
    lock.release()
  }
}

/**
 * Tries again while the data folder is held elsewhere: for as long as a server that is seen may
 * take to start.
 */
async function patiently<T extends object>(
  home: string,
  {
    patienceMs,
    log,
    signal,
  }: { patienceMs: number; log: (message: string) => void; signal: AbortSignal | undefined },
  attempt: () => Promise<T | { seen: number | undefined }>,
): Promise<T> {
  const startedAt = Date.now()
  let hasLogged = false
  for (;;) {
    const result = await attempt()
    if (!('seen' in result)) return result
    const { seen } = result
    if (Date.now() - startedAt > (seen === undefined ? patienceMs : START_TIMEOUT_MS)) {
      throw new Error(
        seen === undefined
          ? `The data folder ${home} is in use by a database server in another container or on another machine. ` +
              'Only one can use it: stop that one first, or set MERIDIAN_DATA_DIR or DATABASE_URL.'
          : `The database (process ${seen}) runs, but accepts no connections. Its log is postgres.log in ${home}.`,
      )
    }
    if (!hasLogged) log(`Waiting for the database server that uses ${home}`)
    hasLogged = true
    await sleep(POLL_MS, undefined, { signal })
  }
}

const urlOf = ({ password }: ServerPlace, { port }: RunningServer): string =>
  `postgresql://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`

async function ensureDatabase(url: string): Promise<void> {
  try {
    await withClient(url, async () => {})
  } catch (error) {
    if (errorCode(error) !== '3D000') throw error
    const maintenance = new URL(url)
    maintenance.pathname = '/postgres'
    await withClient(maintenance.href, client => client.query(`create database ${DATABASE}`))
  }
}

/**
 * Creates and locks a file that says that this process uses the server. Returns the function that
 * ends the use.
 */
async function registerUser(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, `user.${randomBytes(6).toString('hex')}`)
  const lock = await tryLock(path)
  return async () => {
    await rm(path, { force: true })
    lock?.release()
  }
}

/** Whether a process uses the server. Deletes the files of those that were killed. */
async function hasUsers(folder: string): Promise<boolean> {
  let found = false
  for (const name of (await readdir(folder)).filter(name => name.startsWith('user.'))) {
    const path = join(folder, name)
    const lock = await tryLock(path)
    if (lock) await rm(path, { force: true })
    else found = true
    lock?.release()
  }
  return found
}
