// The embedded PostgreSQL is killed, stopped during its start, copied and starved of disk space,
// under gateways that run as processes.

import { execFileSync } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startEmbedded } from '../../src/db/embedded.ts'
import {
  commandLinesWith,
  type EmbeddedGateways,
  type GatewayProcess,
  givenEmbeddedGateways,
  givenHook,
  startsAhead,
} from '../helpers/gateways.ts'
import { type Program, run } from '../helpers/program.ts'
import { givenReceiver, type Receiver } from '../helpers/receiver.ts'
import { givenBooking, givenEventType, givenHost } from '../helpers/world.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const BACK_MS = 30_000
const STARTS = startsAhead(10)

async function untilReady({ url }: GatewayProcess): Promise<void> {
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), {
    timeout: BACK_MS,
  })
}

async function notReady({ url }: GatewayProcess): Promise<unknown> {
  return (await fetch(`${url}/readyz`)).json()
}

describe('gateways whose embedded server is killed', () => {
  let gateways: EmbeddedGateways
  let receiver: Receiver
  beforeAll(async () => {
    gateways = await givenEmbeddedGateways()
    receiver = await givenReceiver()
  })
  afterAll(async () => {
    await receiver.close()
    await gateways.end()
  })

  it('book and deliver again on the same server, though none of them is started again', async () => {
    const both = [await gateways.start(), await gateways.start()] as const
    const host = await givenHost(both[0])
    const eventType = await givenEventType(host)
    await givenHook(host, receiver.url)
    for (const round of [0, 1]) {
      const before = await gateways.postmaster()
      process.kill(before, 'SIGKILL')
      await vi.waitFor(async () => expect(await gateways.postmaster()).not.toBe(before), {
        timeout: BACK_MS,
      })
      await Promise.all(both.map(untilReady))
      const booked = await Promise.all(
        both.map(({ visitor }, index) =>
          givenBooking(visitor, eventType, STARTS[2 * round + index] ?? ''),
        ),
      )
      // At least once: the kill of the next round can come before the result of a delivery is
      // stored.
      await vi.waitFor(
        () => {
          const missing = booked.filter(
            ({ id }) => !receiver.all.some(({ body }) => body.includes(id)),
          )
          expect(missing).toEqual([])
        },
        { timeout: BACK_MS },
      )
    }

    both[0].program.signal('SIGTERM')
    expect(await both[0].program.ended).toEqual({ code: 0, signal: null })
    expect(await gateways.databaseProcesses()).toHaveLength(1)
    both[1].program.signal('SIGTERM')
    expect(await both[1].program.ended).toEqual({ code: 0, signal: null })
    expect(await gateways.databaseProcesses()).toEqual([])
  })

  it('have a server of their own in a copy of the data folder, which ends with its last gateway', async () => {
    const original = await gateways.start()
    const copy = join(gateways.dataDir, '..', 'copy')
    await cp(gateways.dataDir, copy, { recursive: true, verbatimSymlinks: true })
    const [first, second] = [
      await startEmbedded({ dataDir: copy, durable: false }),
      await startEmbedded({ dataDir: copy, durable: false }),
    ]
    expect(second.url).toBe(first.url)
    expect(first.url).not.toContain(`:${new URL(await gateways.databaseUrl()).port}/`)
    await first.stop()
    expect(await commandLinesWith(`-D ${copy}/postgres`)).toHaveLength(1)
    await second.stop()
    expect(await commandLinesWith(`-D ${copy}/postgres`)).toEqual([])
    await untilReady(original)
    original.program.signal('SIGTERM')
    expect(await original.program.ended).toEqual({ code: 0, signal: null })
  })

  it('exit with code 1 and the reason when the server cannot be started again', async () => {
    const gateway = await gateways.start({ MERIDIAN_DATABASE_RESTARTS: '1', LOG_LEVEL: 'info' })
    const settings = join(gateways.dataDir, 'postgres', 'postgresql.auto.conf')
    await writeFile(settings, 'no_such_setting = 1\n')
    process.kill(await gateways.postmaster(), 'SIGKILL')
    expect(await gateway.program.ended).toEqual({ code: 1, signal: null })
    expect(gateway.program.stderr()).toContain(
      'unrecognized configuration parameter "no_such_setting"',
    )
    expect(gateway.program.stderr()).not.toContain('    at ')
    await writeFile(settings, '')
  })

  it('exit with code 1 at once when no restart is allowed', async () => {
    const gateway = await gateways.start({ MERIDIAN_DATABASE_RESTARTS: '0' })
    process.kill(await gateways.postmaster(), 'SIGKILL')
    expect(await gateway.program.ended).toEqual({ code: 1, signal: null })
    expect(gateway.program.stderr()).toMatch(
      /^The database \(process \d+\) ended unexpectedly\.\n$/,
    )
  })
})

describe('a first start', () => {
  const programs: Program[] = []
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'meridian-first-'))
    await chmod(folder, 0o755)
  })
  afterEach(async () => {
    for (const program of programs.splice(0)) {
      program.signal('SIGKILL')
      await program.ended
    }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  async function begin(dataDir: string, env: Record<string, string> = {}): Promise<Program> {
    const program = await run('bin/meridian.mjs', ['start'], {
      PORT: '0',
      MERIDIAN_DATA_DIR: dataDir,
      ...env,
    })
    programs.push(program)
    return program
  }
  const untilInitdb = (dataDir: string) =>
    vi.waitFor(async () => expect((await readdir(dataDir)).join()).toContain('postgres.init-'), {
      timeout: BACK_MS,
      interval: 5,
    })

  it.each([
    [
      'SIGTERM',
      'while the database is created',
      async (_program: Program, dataDir: string) => untilInitdb(dataDir),
    ],
    [
      'SIGINT',
      'while the server starts',
      (program: Program) => program.prints(/Created the database/),
    ],
    [
      'SIGTERM',
      'during the migrations',
      (program: Program) => program.prints(/Started the database/),
    ],
    [
      'SIGINT',
      'while demo data are created',
      (program: Program) => program.prints(/"msg":"Applied/),
    ],
  ] as const)(
    'that %s stops %s leaves no process and exits with code 0',
    async (signal, when, until) => {
      const dataDir = join(folder, when.replaceAll(' ', '-'))
      const program = await begin(dataDir)
      await until(program, dataDir)
      program.signal(signal)
      expect(await program.ended, program.stderr()).toEqual({ code: 0, signal: null })
      expect(program.stdout()).not.toContain('Meridian is ready')
      expect(await commandLinesWith(dataDir)).toEqual([])

      // Nothing half-made is left, either.
      const server = await startEmbedded({ dataDir, durable: false })
      await server.stop()
    },
  )

  it('without the program flock fails with one line that names it', async () => {
    const program = await begin(join(folder, 'no-flock'), { PATH: join(folder, 'nowhere') })
    expect((await program.ended).code).toBe(1)
    const lines = program.stderr().trim().split('\n')
    expect(lines.filter(line => !line.startsWith('Built '))).toEqual([
      expect.stringMatching(
        /cannot be locked: the program flock, .* is missing\. Install it, or set DATABASE_URL\.$/,
      ),
    ])
  })
})

const canMount = canRun('unshare', [
  '--mount',
  'mount',
  '-t',
  'tmpfs',
  '-o',
  'size=1m',
  'none',
  '/tmp',
])
if (!canMount) console.warn('SKIPPED: a full disk, which needs the right to mount a file system')

describe.skipIf(!canMount)('a gateway whose disk becomes full', () => {
  it('is not ready and says how much is left, and serves again when there is space', async () => {
    const gateways = await givenEmbeddedGateways()
    await mkdir(gateways.dataDir)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300m', 'none', gateways.dataDir])
    try {
      const gateway = await gateways.start()
      await untilReady(gateway)
      const filler = join(gateways.dataDir, 'filler')
      await writeFile(filler, Buffer.alloc(160 * 1024 * 1024))
      const problem = /^the disk of the database has \d+ MiB left, less than 128 MiB$/
      // What the check before found is kept for a second.
      await vi.waitFor(
        async () =>
          expect(await notReady(gateway)).toEqual({
            status: 'not ready',
            notReady: [expect.stringMatching(problem)],
          }),
        { timeout: BACK_MS },
      )
      await rm(filler)
      await untilReady(gateway)
      await givenHost(gateway)
    } finally {
      await gateways.end().catch(() => {})
      execFileSync('umount', ['--lazy', gateways.dataDir])
      // A mounted folder could not be removed before.
      await rm(dirname(gateways.dataDir), { recursive: true, force: true })
    }
  })
})

function canRun(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
