import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { connect as connectSocket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { withClient } from '../../src/db/connect.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { type Home, newHome } from './gateways.ts'

let home: Home
beforeAll(async () => {
  home = await newHome()
})
afterEach(() => home.rest())
afterAll(() => home.clear())

// A container has its own process ids and its own network. In one, other pids and ports cannot be
// seen.
const container = ['--pid', '--fork', '--kill-child', '--net', '--mount-proc']
const hasContainers = spawnSync('unshare', [...container, 'true']).status === 0
if (!hasContainers)
  console.warn('SKIPPED: two containers on one data folder, which need the right to use unshare')
const inContainer = { execPath: 'unshare', execArgv: [...container, process.execPath] }

const isRoot = process.getuid?.() === 0

async function urlOf(gateway: { next(): Promise<{ url?: string }> }): Promise<string> {
  return (await gateway.next()).url ?? ''
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  return withClient(url, async client => (await client.query<Record<string, unknown>>(sql)).rows)
}

async function postmaster(dataDir = home.dataDir): Promise<number> {
  return Number(
    (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0],
  )
}

describe('a server of one folder', () => {
  it('keeps the data when a gateway is killed, and the next start joins it', async () => {
    const first = home.start('serve')
    const url = await urlOf(first)
    await ask(url, 'create table kept as select 42 as answer')
    await first.kill()

    const second = home.start('serve')
    expect(await urlOf(second)).toBe(url)
    expect(await ask(url, 'select answer from kept')).toEqual([{ answer: 42 }])
    second.process.send('stop')
    expect(await second.next()).toEqual({ stopped: true })
    await expect(ask(url, 'select 1')).rejects.toThrow(/ECONNREFUSED/)
  })

  it('keeps the data when the server is killed too', async () => {
    const first = home.start('serve')
    await ask(
      await urlOf(first),
      'set synchronous_commit = on; create table kept_too as select 42 as answer',
    )
    const server = await postmaster()
    await first.kill()
    process.kill(server, 'SIGKILL')

    const url = await urlOf(home.start('serve'))
    expect(await ask(url, 'select answer from kept_too')).toEqual([{ answer: 42 }])
  })

  it('is made once and shared by gateways that start at once, and stopped by the last of them', async () => {
    const fresh = await newHome()
    const gateways = [fresh.start('serve'), fresh.start('serve'), fresh.start('serve')]
    const urls = await Promise.all(gateways.map(urlOf))
    expect(new Set(urls).size).toBe(1)
    const url = urls[0] ?? ''
    for (const gateway of gateways) {
      expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }])
      gateway.process.send('stop')
      expect(await gateway.next()).toEqual({ stopped: true })
    }
    await expect(ask(url, 'select 1')).rejects.toThrow(/ECONNREFUSED/)
    await fresh.clear()
  })

  it('is not stopped twice by one gateway', async () => {
    const [first, second] = await Promise.all([
      startEmbedded({ dataDir: home.dataDir, durable: false }),
      startEmbedded({ dataDir: home.dataDir, durable: false }),
    ])
    await Promise.all([first.stop(), first.stop()])
    expect(await ask(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await second.stop()
  })

  it.skipIf(process.platform === 'win32')(
    'survives Ctrl-C until the gateway has drained',
    async () => {
      // A terminal sends the signal to every process of the group that the gateway leads.
      const gateway = home.start('serve', [home.dataDir], { detached: true })
      await urlOf(gateway)
      process.kill(-(gateway.process.pid ?? 0), 'SIGINT')
      expect(await gateway.next()).toEqual({ drained: true })
      expect(await gateway.next()).toEqual({ stopped: true })
    },
  )

  it('starts although postmaster.pid names a process that is somebody else by now', async () => {
    const gateway = home.start('serve')
    await urlOf(gateway)
    const server = await postmaster()
    await gateway.kill()
    process.kill(server, 'SIGKILL')
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
    const path = join(home.dataDir, 'postgres', 'postmaster.pid')
    await writeFile(path, (await readFile(path, 'utf8')).replace(/^\d+/, String(other.pid)))

    expect(await ask(await urlOf(home.start('serve')), 'select 1 as one')).toEqual([{ one: 1 }])
    other.kill()
    await once(other, 'exit')
  })

  it('is made anew when the first start was cut off', async () => {
    const fresh = await newHome()
    const first = fresh.start('serve')
    const unfinished = async () =>
      (await readdir(fresh.dataDir)).filter(name => name.startsWith('postgres.init-'))
    while ((await unfinished()).length < 2) await sleep(5)
    await first.kill()
    expect(await stat(join(fresh.dataDir, 'postgres')).catch(() => 'none')).toBe('none')

    expect(await ask(await urlOf(fresh.start('serve')), 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await unfinished()).toEqual([])
    await fresh.clear()
  })

  it('is reached over the loopback interface only, with a password', async () => {
    const server = await startEmbedded({ dataDir: home.dataDir, durable: false })
    const { port } = new URL(server.url)
    expect(await ask(server.url, 'show listen_addresses')).toEqual([
      { listen_addresses: '127.0.0.1' },
    ])
    expect(await ask(server.url, 'show unix_socket_directories')).toEqual([
      { unix_socket_directories: '' },
    ])
    const others = Object.values(networkInterfaces()).flatMap(list => list ?? [])
    for (const { address } of others.filter(
      ({ internal, family }) => !internal && family === 'IPv4',
    )) {
      expect(await connects(address, Number(port))).toBe(false)
    }
    expect(await connects('127.0.0.1', Number(port))).toBe(true)
    await expect(ask(server.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(
      /password/,
    )
    expect((await stat(join(home.dataDir, 'postgres.password'))).mode & 0o777).toBe(0o600)
    await server.stop()
  })

  it('sorts and keeps time the same everywhere', async () => {
    const server = await startEmbedded({ dataDir: home.dataDir, durable: false })
    const [row] = await ask(
      server.url,
      `select current_setting('TimeZone') as zone, pg_encoding_to_char(encoding) as encoding, datlocale as locale
       from pg_database where datname = current_database()`,
    )
    expect(row).toEqual({ zone: 'UTC', encoding: 'UTF8', locale: 'C.UTF-8' })
    await server.stop()
  })
})

describe.skipIf(!hasContainers)('a second container on the same data folder', () => {
  const refused =
    /in use by a database server in another container or on another machine\. Only one can use it: stop that/

  it('is refused with one clear error while the server of the first runs, and can start after it', async () => {
    const first = home.start('serve')
    const url = await urlOf(first)
    await ask(url, 'create table one_server as select 42 as answer')
    const server = await postmaster()
    await expect(home.start('serve', [home.dataDir, '500'], inContainer).next()).rejects.toThrow(
      refused,
    )

    // The server outlives a gateway that is killed, and so does its lock.
    await first.kill()
    await expect(home.start('serve', [home.dataDir, '500'], inContainer).next()).rejects.toThrow(
      refused,
    )
    expect(await postmaster()).toBe(server)

    // Waiting for the container that it replaces.
    const second = home.start('serve')
    await urlOf(second)
    const third = home.start('serve', [home.dataDir, '30000'], inContainer)
    second.process.send('stop')
    expect(await second.next()).toEqual({ stopped: true })
    const log = () => readFile(join(home.dataDir, 'postgres.log'), 'utf8')
    const starts = async () =>
      (await log()).split('database system is ready to accept connections').length
    const before = await starts()
    await vi.waitFor(async () => expect(await starts()).toBeGreaterThan(before), 20_000)
    await third.kill()
  })

  it('is refused while the first creates the database', async () => {
    const fresh = await newHome()
    const first = fresh.start('serve')
    while (!(await readdir(fresh.dataDir)).some(name => name.startsWith('postgres.init-')))
      await sleep(5)
    const second = fresh.start('serve', [fresh.dataDir, '0'], inContainer).next()
    const [url] = await Promise.all([urlOf(first), expect(second).rejects.toThrow(refused)])
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }])
    await fresh.clear()
  })
})

describe('a start that cannot succeed', () => {
  const file = (...path: string[]) => join(home.dataDir, 'postgres', ...path)

  it('shows the last lines of the log', async () => {
    const settings = await readFile(file('postgresql.conf'), 'utf8')
    await appendFile(file('postgresql.conf'), '\nno_such_setting = 1\n')
    await expect(startEmbedded({ dataDir: home.dataDir, durable: false })).rejects.toThrow(
      /did not start \(exit code 1\)[\s\S]*unrecognized configuration parameter "no_such_setting"/,
    )
    await writeFile(file('postgresql.conf'), settings)
  })

  it('says that the password is missing, and does not make a new one', async () => {
    await rename(file('..', 'postgres.password'), file('..', 'aside'))
    await expect(startEmbedded({ dataDir: home.dataDir })).rejects.toThrow(
      /postgres.password is missing/,
    )
    await rename(file('..', 'aside'), file('..', 'postgres.password'))
  })

  it('leaves files alone that are no database', async () => {
    await rename(file('PG_VERSION'), file('aside'))
    await expect(startEmbedded({ dataDir: home.dataDir })).rejects.toThrow(
      /has files but no database/,
    )
    await rename(file('aside'), file('PG_VERSION'))
  })
})

// These change the user that a server runs as, which only root can do.
describe.skipIf(!isRoot)('as root', () => {
  it('runs the server under an account without rights', async () => {
    const server = await startEmbedded({ dataDir: home.dataDir, durable: false })
    const status = await readFile(`/proc/${await postmaster()}/status`, 'utf8')
    expect(status).not.toMatch(/^Uid:\s+0/m)
    expect(status).toMatch(/^CapEff:\s+0+$/m)
    await server.stop()
  })

  it('starts below a folder that only root may enter', async () => {
    const closed = await newHome({ mode: 0o700, ownPackages: true })
    try {
      const gateway = closed.start('serve')
      expect(await ask(await urlOf(gateway), 'select 1 as one')).toEqual([{ one: 1 }])
      expect(
        await readFile(`/proc/${await postmaster(closed.dataDir)}/status`, 'utf8'),
      ).not.toMatch(/^Uid:\s+0/m)
      await gateway.kill()
      const next = closed.start('serve')
      await urlOf(next)
      next.process.send('stop')
      expect(await next.next()).toEqual({ stopped: true })
    } finally {
      await closed.clear()
    }
  })

  it('takes over data that root copied', async () => {
    const copy = await newHome({ data: home.dataDir })
    expect(await ask(await urlOf(copy.start('serve')), 'select 1 as one')).toEqual([{ one: 1 }])
    await copy.clear()
  })

  it('tells an ordinary user whose folder it is', async () => {
    const nobody = { uid: 65_534, gid: 65_534 }
    await expect(home.start('serve', [home.dataDir], nobody).next()).rejects.toThrow(
      /cannot write there.*chown -R 65534/,
    )
  })
})

async function connects(host: string, port: number): Promise<boolean> {
  const socket = connectSocket({ host, port })
  return new Promise(resolve => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  }).then(answer => {
    socket.destroy()
    return answer === true
  })
}
