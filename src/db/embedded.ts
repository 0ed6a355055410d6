// The Postgres that comes with Meridian, for whoever has none: made on the first start, shared by every gateway that
// uses the same data folder, stopped by the last one that leaves.
//
//   const server = await startEmbedded({ dataDir: '.meridian', log: console.log })
//   const database = connect(server.url)
//   …
//   await database.close()
//   await server.stop()

import { randomBytes } from 'node:crypto'
import { access, constants, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findPostgres } from './postgres-binaries.ts'
import { createCluster, hasCluster } from './postgres-cluster.ts'
import { DATABASE, findServer, launchServer, type ServerPlace, stopServer, USER } from './postgres-server.ts'
import { identify, isRunning, parseIdentity } from './process-life.ts'
import { withProcessLock } from './process-lock.ts'
import { errorCode, withClient } from './reach.ts'
import { chooseAccount } from './server-account.ts'

/** Where the data are, who is told what happens, and whether the data must outlive a crash of the machine. */
export interface EmbeddedOptions {
  dataDir: string
  log?: (message: string) => void
  /** False for tests: the server does not wait for the disk. */
  durable?: boolean
}

/** A server that this process uses. */
export interface EmbeddedServer {
  url: string
  /** Says that this process is done with it; the server stops when nobody else uses it. */
  stop(): Promise<void>
}

/**
 * Starts the server of a data folder, or joins it when it already runs: after a `kill -9` of a gateway, or beside
 * another gateway.
 *
 * @throws with the reason and the last lines of postgres.log when the server cannot be started
 */
export async function startEmbedded({
  dataDir,
  log = () => {},
  durable = true,
}: EmbeddedOptions): Promise<EmbeddedServer> {
  const home = await writableFolder(dataDir)
  const data = join(home, 'postgres')
  const binaries = await findPostgres(join(home, 'postgres.lib'))
  const account = await chooseAccount(data, [binaries.postgres, join(binaries.root, 'share')])
  const locks = await writableFolder(join(home, 'postgres.users'))
  return withProcessLock(locks, async () => {
    const password = await ownPassword(home, data)
    const place = { home, data, log: join(home, 'postgres.log'), binaries, account, password }
    const leave = await registerUser(locks)
    const stopIfUnused = async () => {
      await leave()
      if (!(await hasUsers(locks))) await stopServer(place)
    }
    try {
      const url = await runningServer(place, durable, log)
      let stopping: Promise<void> | undefined
      const stop = () => {
        stopping ??= withProcessLock(locks, stopIfUnused)
        return stopping
      }
      return { url, stop }
    } catch (error) {
      await stopIfUnused().catch(() => {})
      throw error
    }
  })
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
  if (await hasCluster(data)) throw new Error(`${path} is missing: without it the database in ${data} cannot be used`)
  const password = randomBytes(24).toString('base64url')
  await writeFile(path, password, { mode: 0o600 })
  return password
}

async function runningServer(place: ServerPlace, durable: boolean, log: (message: string) => void): Promise<string> {
  if (!(await hasCluster(place.data))) {
    const startedAt = Date.now()
    await createCluster(place, durable)
    log(`Created the database in ${place.data} in ${Date.now() - startedAt} ms`)
  }
  // Data that root copied here, say from a backup.
  await place.account.own(place.data)
  const found = await findServer(place)
  const port = found.port ?? (await launchServer(place, { durable, stalePid: found.stalePid }))
  log(found.port ? `Joined the database that runs on port ${port}` : `Started the database on port ${port}`)
  const url = `postgresql://${USER}:${place.password}@127.0.0.1:${port}/${DATABASE}`
  await ensureDatabase(url)
  return url
}

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

// One file for each use, named by nothing that matters; whose process died does not count.
async function registerUser(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, `user.${process.pid}.${randomBytes(4).toString('hex')}`)
  await writeFile(path, JSON.stringify(identify(process.pid)))
  return () => rm(path, { force: true })
}

async function hasUsers(folder: string): Promise<boolean> {
  const names = (await readdir(folder)).filter(name => name.startsWith('user.'))
  const live = await Promise.all(
    names.map(async name => {
      const user = parseIdentity(await readFile(join(folder, name), 'utf8').catch(() => ''))
      if (user && isRunning(user)) return true
      await rm(join(folder, name), { force: true })
      return false
    }),
  )
  return live.includes(true)
}
