import { once } from 'node:events'
import { chmod, cp, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { projectRoot } from '../src/db/project-root.ts'
import { emptyDatabase, freshDatabase, type TestDatabase } from './helpers/database.ts'
import { sql, whileLocked } from './helpers/postgres.ts'
import { type Program, run } from './helpers/program.ts'
import { at, textAt } from './helpers/world.ts'

// Each starts processes, which a busy machine makes wait.
vi.setConfig({ testTimeout: 90_000 })

const READY = /Meridian is ready\.[\s\S]*GraphiQL +(http:\/\/127\.0\.0\.1:\d+)\/graphql[\s\S]*\n\n/
const SECRET = 'a secret key of tests, long enough'

const programs: Program[] = []

/** Starts the gateway on a port of its own. */
async function start(env: Record<string, string>): Promise<Program> {
  const program = await run('bin/meridian.mjs', ['start'], {
    PORT: '0',
    MERIDIAN_STOP_DELAY_MS: '0',
    ...env,
  })
  programs.push(program)
  return program
}

const urlOf = async (program: Program): Promise<string> => (await program.prints(READY))[1] ?? ''

afterAll(async () => {
  for (const program of programs) {
    program.signal('SIGKILL')
    await program.ended
  }
})

/** A curl command of the screen: where it goes, with which headers and which body. */
function readCurl(line: string): { url: string; headers: Record<string, string>; body: string } {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  )
  const after = (flag: string) =>
    words.flatMap((word, index) => (word === flag ? [words[index + 1] ?? ''] : []))
  const headers = after('-H').map(header => header.split(': '))
  return {
    url: words.find(word => word.startsWith('http')) ?? '',
    headers: Object.fromEntries(headers),
    body: after('-d')[0] ?? '',
  }
}

async function opensConnection(url: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) })
  await once(socket, 'connect')
  return socket
}

/** The status line, or the code of the error that the connection ended with. */
async function asksForHealth(socket: Socket): Promise<string> {
  socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')
  try {
    const [head] = await once(socket, 'data')
    return String(head).split('\r\n')[0] ?? ''
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  } finally {
    socket.destroy()
  }
}

/**
 * The command lines of the child processes. proc(5): the parent is the second field after the name
 * in parentheses.
 */
async function childrenOf(parent: number): Promise<string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const read = (pid: string, file: string) =>
    readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
  const parents = await Promise.all(
    pids.map(async pid => (await read(pid, 'stat')).replace(/^.*\) /, '').split(' ')[1]),
  )
  const children = pids.filter((_pid, index) => Number(parents[index]) === parent)
  return Promise.all(children.map(pid => read(pid, 'cmdline')))
}

describe('a first start', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'meridian-start-'))
    // As root the database server runs under another account, which must get in.
    await chmod(folder, 0o755)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('shows where to go and what to try, and what it shows works; a second one goes on with the same data', async () => {
    const env = {
      MERIDIAN_DATA_DIR: join(folder, 'data'),
      MERIDIAN_RATE_LIMITS: 'graphPerAddress=777',
    }
    const first = await start(env)
    const url = await urlOf(first)
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready', notReady: [] })
    expect((await stat(join(folder, 'data', 'secret-key'))).mode & 0o077).toBe(0)

    const screen = first.stdout()
    const [, email, password] = /Demo login +(\S+) +(\S+)/.exec(screen) ?? []
    const logIn = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query:
          'mutation ($input: LogInInput!) { logIn(input: $input) { user { bookingPage { slug } } } }',
        variables: { input: { email, password } },
      }),
    })
    expect(logIn.headers.get('x-ratelimit-limit')).toBe('777')
    expect(await logIn.json()).toMatchObject({
      data: { logIn: { user: { bookingPage: { slug: 'demo' } } } },
    })

    const [, key = ''] = /Demo key +(\S+)/.exec(screen) ?? []
    const asKey = async (query: string, at = url) => {
      const headers = { 'content-type': 'application/json', 'x-api-key': key }
      return (
        await fetch(`${at}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
      ).json()
    }
    const made = await asKey('{ bookings { totalCount } eventTypes { totalCount } }')
    expect(at(made, 'data.bookings.totalCount')).toBeGreaterThan(0)
    expect(at(made, 'data.eventTypes.totalCount')).toBe(3)

    const [, clientId = '', secret = '', redirectUri = ''] =
      /Demo app +(\S+) {2}(\S+) {2}(\S+), any port/.exec(screen) ?? []
    const asked = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri.replace('/call', ':5000/call'),
    }
    const consent = await fetch(`${url}/oauth/authorize?${new URLSearchParams(asked)}`)
    expect(await consent.text()).toContain('Demo app')
    const introspected = await fetch(`${url}/oauth/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, client_secret: secret, token: 'none' }),
    })
    expect(await introspected.json()).toEqual({ active: false })

    const lines = screen.split('\n').filter(line => line.trim().startsWith('curl '))
    const [watchLine = '', bookLine = ''] = lines
    expect(lines).toHaveLength(2)
    const watch = readCurl(watchLine)
    const live = await fetch(watch.url, {
      method: 'POST',
      headers: watch.headers,
      body: watch.body,
    })
    expect(live.headers.get('content-type')).toMatch(/^text\/event-stream/)

    const book = readCurl(bookLine)
    const booked = await (
      await fetch(book.url, { method: 'POST', headers: book.headers, body: book.body })
    ).json()
    expect(at(booked, 'errors')).toBeUndefined()
    expect(at(booked, 'data.book.booking.status')).toBe('CONFIRMED')

    let seen = ''
    for await (const chunk of live.body ?? []) {
      seen += Buffer.from(chunk).toString()
      if (seen.includes('BOOKING_CREATED')) break
    }
    expect(seen).toContain('"invitees":[{"name":"Ann"}]')
    expect(seen).toContain(`"start":"${textAt(booked, 'data.book.booking.start')}"`)

    first.signal('SIGTERM')
    expect(await first.ended).toEqual({ code: 0, signal: null })

    const second = await start(env)
    const again = await urlOf(second)
    expect(second.stdout()).toContain(`Demo key     ${key}`)
    expect(second.stdout()).toContain(`Demo app     ${clientId}  ${secret}`)
    const kept = await asKey('{ bookings { totalCount } }', again)
    expect(at(kept, 'data.bookings.totalCount')).toBe(
      Number(at(made, 'data.bookings.totalCount')) + 1,
    )
    second.signal('SIGINT')
    expect(await second.ended).toEqual({ code: 0, signal: null })
  })
})

describe('a start on a database of its own', () => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await emptyDatabase()
  })
  afterAll(() => database.drop())

  const users = async () =>
    (await sql(database.url, 'select count(*)::int as count from "User"'))[0]?.count

  it.each([
    ['in production', { NODE_ENV: 'production' }],
    ['with MERIDIAN_DEMO=off', { MERIDIAN_DEMO: 'off' }],
  ])('%s makes no demo data and shows none', async (_how, env) => {
    const program = await start({ DATABASE_URL: database.url, MERIDIAN_SECRET_KEY: SECRET, ...env })
    await urlOf(program)
    expect(program.stdout()).not.toMatch(/demo/i)
    expect(await users()).toBe(0)
    program.signal('SIGTERM')
    expect((await program.ended).code).toBe(0)
  })

  it('refuses another secret key, and says what to do', async () => {
    const program = await start({
      DATABASE_URL: database.url,
      MERIDIAN_SECRET_KEY: `${SECRET}, but another`,
    })
    expect((await program.ended).code).toBe(1)
    expect(program.stderr()).toMatch(
      /^The secret key is not the one that this database was set up with\. Set MERIDIAN_SECRET_KEY/,
    )
    expect(program.stderr()).not.toContain('    at ')
    expect(program.stderr() + program.stdout()).not.toContain(SECRET)
  })

  it('refuses a data folder whose secret key is missing, and creates none', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'meridian-no-key-'))
    const program = await start({ DATABASE_URL: database.url, MERIDIAN_DATA_DIR: dataDir })
    expect((await program.ended).code).toBe(1)
    expect(program.stderr()).toBe(
      `This database was set up with a secret key, and there is none: ${join(dataDir, 'secret-key')} is missing. ` +
        'Put the file back, or set MERIDIAN_SECRET_KEY to the key.\n',
    )
    expect(await readdir(dataDir)).toEqual([])
    await rm(dataDir, { recursive: true })
  })

  it('answers requests on connections that were just opened when SIGTERM comes, and is not ready first', async () => {
    const program = await start({
      ...{ DATABASE_URL: database.url, MERIDIAN_SECRET_KEY: SECRET, MERIDIAN_DEMO: 'off' },
      MERIDIAN_STOP_DELAY_MS: '1500',
    })
    const url = await urlOf(program)
    const opened = await Promise.all(Array.from({ length: 20 }, () => opensConnection(url)))
    program.signal('SIGTERM')
    await vi.waitFor(async () => {
      const response = await fetch(`${url}/readyz`)
      expect(response.status).toBe(503)
      expect(await response.json()).toEqual({
        status: 'not ready',
        notReady: ['the gateway is stopping'],
      })
    })
    expect(await Promise.all(opened.map(asksForHealth))).toEqual(
      opened.map(() => 'HTTP/1.1 200 OK'),
    )

    // New connections are answered, too, until none is accepted any more; none is cut off.
    let ends: string[] = []
    do {
      const connection = await opensConnection(url).catch(
        (error: NodeJS.ErrnoException) => error.code ?? '',
      )
      ends = [
        ...ends,
        typeof connection === 'string' ? connection : await asksForHealth(connection),
      ]
    } while (ends.at(-1) === 'HTTP/1.1 200 OK')
    expect(ends.length).toBeGreaterThan(1)
    // The kernel resets a connection that it holds, and that the gateway has never seen, when the
    // port closes.
    expect(['ECONNREFUSED', 'ECONNRESET']).toContain(ends.at(-1))
    expect(await program.ended).toEqual({ code: 0, signal: null })
  })

  it('leaves no process of a build that it made', async () => {
    const checkout = await mkdtemp(join(tmpdir(), 'meridian-checkout-'))
    for (const name of [
      'bin',
      'src',
      'rest-compat',
      'prisma',
      'package.json',
      'prisma.config.ts',
      'schema.graphql',
    ]) {
      await cp(join(projectRoot, name), join(checkout, name), {
        recursive: true,
        preserveTimestamps: true,
      })
    }
    await symlink(join(projectRoot, 'node_modules'), join(checkout, 'node_modules'))
    const program = await run(join(checkout, 'bin/meridian.mjs'), ['start'], {
      ...{
        PORT: '0',
        DATABASE_URL: database.url,
        MERIDIAN_SECRET_KEY: SECRET,
        MERIDIAN_DEMO: 'off',
      },
      MERIDIAN_STOP_DELAY_MS: '0',
    })
    programs.push(program)
    await urlOf(program)
    expect(program.stderr()).toContain('Built dist/main.js')
    expect(await childrenOf(program.pid)).toEqual([])
    program.signal('SIGTERM')
    expect((await program.ended).code).toBe(0)
    await rm(checkout, { recursive: true })
  })

  it('says that a port is taken', async () => {
    const env = { DATABASE_URL: database.url, MERIDIAN_SECRET_KEY: SECRET, MERIDIAN_DEMO: 'off' }
    const { port } = new URL(await urlOf(await start(env)))
    const second = await start({ ...env, PORT: port })
    expect((await second.ended).code).toBe(1)
    expect(second.stderr()).toBe(
      `PORT: 127.0.0.1:${port} is taken by another program; choose another port.\n`,
    )
  })

  it('ends at once at the second signal, though a request still runs', async () => {
    const own = await freshDatabase()
    const program = await start({
      DATABASE_URL: own.url,
      MERIDIAN_SECRET_KEY: SECRET,
      MERIDIAN_DEMO: 'off',
    })
    const url = await urlOf(program)
    await whileLocked(own.url, 'BookingPage', async () => {
      const body = JSON.stringify({ query: '{ bookingPage(slug: "x") { slug } }' })
      const headers = { 'content-type': 'application/json' }
      const cut = fetch(`${url}/graphql`, { method: 'POST', headers, body }).catch(() => 'cut off')
      await new Promise(resolve => setTimeout(resolve, 300))
      program.signal('SIGTERM')
      await program.prints(/"msg":"stopping"/)
      await new Promise(resolve => setTimeout(resolve, 300))
      program.signal('SIGTERM')
      const started = performance.now()
      expect((await program.ended).code).toBe(1)
      expect(performance.now() - started).toBeLessThan(2_000)
      expect(await cut).toBe('cut off')
    })
    await own.drop()
  })
})

describe('the command line', () => {
  it('names all wrong settings at once, and what they must be', async () => {
    const wrong = {
      PORT: 'http',
      PUBLIC_URL: 'cal.example',
      DATABASE_URL: 'mysql://root:hunter2@localhost/meridian',
      MERIDIAN_DEMO: 'maybe',
      MERIDIAN_SECRET_KEY: 'too short',
      MERIDIAN_POOL_SIZE: '1',
      LOG_LEVEL: 'loud',
    }
    const program = await start(wrong)
    expect((await program.ended).code).toBe(1)
    const lines = program
      .stderr()
      .trim()
      .split('\n')
      .filter(line => !line.startsWith('Built '))
    expect(lines.map(line => line.trim().split(':')[0])).toEqual([
      'These settings are wrong',
      ...Object.keys(wrong),
    ])
    expect(program.stderr()).not.toMatch(/hunter2|too short/)
  })

  it('knows its commands', async () => {
    const help = await run('bin/meridian.mjs', ['help'])
    expect((await help.ended).code).toBe(0)
    expect(help.stdout()).toContain('start            serve')
    const unknown = await run('bin/meridian.mjs', ['stat'])
    expect((await unknown.ended).code).toBe(1)
    expect(unknown.stderr()).toContain('There is no command stat.')
  })
})
