// A new, empty set of data files: made under another name and renamed when it is whole, so that an
// initdb that was cut off leaves nothing that looks like a database.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileLock } from './file-lock.ts'
import { type ServerPlace, serverEnvironment, USER } from './postgres-server.ts'

const UNFINISHED = 'postgres.init-'

/** Whether the folder holds data files of a Postgres. */
export async function hasCluster(data: string): Promise<boolean> {
  return (await stat(join(data, 'PG_VERSION')).catch(() => undefined)) !== undefined
}

/** How data files are created. */
export interface CreateOptions {
  durable: boolean
  /**
   * The lock of the data folder. `initdb` inherits it, so that it holds the lock when this process
   * is killed.
   */
  lock: FileLock
  /** Ends `initdb`. */
  signal?: AbortSignal | undefined
}

/** Creates the data files. */
export async function createCluster(place: ServerPlace, options: CreateOptions): Promise<void> {
  await removeUnfinished(place.home)
  await makeRoom(place.data)
  const folder = await mkdtemp(join(place.home, UNFINISHED))
  const passwordFile = `${folder}.password`
  try {
    await writeFile(passwordFile, place.password, { mode: 0o600 })
    await place.account.own(passwordFile)
    await place.account.own(folder)
    await initdb(place, folder, passwordFile, options)
    await rename(folder, place.data)
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function initdb(
  place: ServerPlace,
  folder: string,
  passwordFile: string,
  { durable, lock, signal }: CreateOptions,
): Promise<void> {
  const { file, args, ...account } = place.account.command(place.binaries.initdb, [
    `--pgdata=${folder}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Built in, so that neither the order of an index nor lower() depends on the machine's
    // libraries.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ])
  // A process group of its own: Ctrl-C in the terminal reaches the gateway alone, which then ends
  // it.
  const child = spawn(file, args, {
    ...account,
    cwd: '/',
    env: serverEnvironment(place),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', lock.fd],
  })
  let said = ''
  child.stderr?.on('data', chunk => {
    said += chunk
  })
  // initdb removes what it wrote, and ends the server that it runs.
  const end = () => child.kill('SIGINT')
  signal?.addEventListener('abort', end)
  try {
    const [code, killedBy] = await once(child, 'close')
    signal?.throwIfAborted()
    if (code !== 0) throw new Error(said.trim() || `it ended with ${killedBy ?? code}`)
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new Error(`initdb failed in ${place.home}:\n${withAdvice(cause)}`, { cause })
  } finally {
    signal?.removeEventListener('abort', end)
  }
}

function withAdvice(error: unknown): string {
  const answer = error instanceof Error ? error.message : String(error)
  if (answer.includes('could not look up effective user')) {
    return `${answer}\nThe user that Meridian runs as needs an entry in /etc/passwd, or set DATABASE_URL.`
  }
  if (answer.includes('ENOENT')) {
    return `${answer}\nThe embedded Postgres needs glibc, which this system does not have: set DATABASE_URL.`
  }
  return answer
}

async function removeUnfinished(home: string): Promise<void> {
  const names = (await readdir(home)).filter(name => name.startsWith(UNFINISHED))
  await Promise.all(
    names.map(name => rm(join(home, name), { recursive: true, force: true, maxRetries: 3 })),
  )
}

async function makeRoom(data: string): Promise<void> {
  const names = await readdir(data).catch(() => undefined)
  if (names === undefined) return
  if (names.length > 0)
    throw new Error(`${data} has files but no database of Postgres in it. Move them away.`)
  await rmdir(data)
}
