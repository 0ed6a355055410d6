// The command is a process; the person in front of it has the browser of test/helpers/oauth.ts.

import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { storedToken } from '../../src/cli/login-token.ts'
import { addDays } from '../../src/slot-engine/index.ts'
import { daysOffered } from '../helpers/bookings.ts'
import { clockAt } from '../helpers/clock.ts'
import {
  answerIn,
  answerOf,
  type Outcome,
  outcomeHere,
  pathsOf,
  refusalIn,
} from '../helpers/commands.ts'
import { type Browser, browserOf, givenApp, type Page } from '../helpers/oauth.ts'
import { type Program, run } from '../helpers/program.ts'
import {
  clientOf,
  type Data,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'

const READING =
  'event_types:read availability:read bookings:read contacts:read teams:read routing_forms:read activity:read calendars:read'

vi.setConfig({ testTimeout: 60_000 })

let world: World
let host: GivenHost
let folder: string
let env: Record<string, string>
let programs: Program[] = []

beforeAll(async () => {
  world = await givenWorld({ now: new Date().toISOString() })
  host = await givenHost(world)
})
afterAll(() => world.end())

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-login-'))
  env = { XDG_CONFIG_HOME: folder, MERIDIAN_URL: world.url }
})
afterEach(async () => {
  for (const program of programs) {
    program.signal('SIGKILL')
    await program.ended
  }
  programs = []
  await rm(folder, { recursive: true, force: true })
})

const file = () => join(folder, 'meridian', 'credentials.json')
const kept = async (): Promise<Data> => JSON.parse(await readFile(file(), 'utf8'))
const rightsOf = async (path: string) => (await stat(path)).mode & 0o777
const isKept = async () => (await stat(file()).catch(() => undefined)) !== undefined
const asApp = (token: string) => clientOf(world.url, { authorization: `Bearer ${token}` })

/** A gateway learns of an end by a signal, which takes its moment. */
const expectEnded = (token: string) =>
  vi.waitFor(
    async () => expect(await asApp(token).codeOf('{ viewer { id } }')).toBe('UNAUTHENTICATED'),
    10_000,
  )

/** A login that waits for the browser, at the page that it shows. */
async function begun(...args: string[]): Promise<{ page: URL; outcome: () => Promise<Outcome> }> {
  const program = await run('bin/meridian.mjs', ['login', '--no-browser', ...args], env)
  programs.push(program)
  const found = await vi.waitFor(
    () => /^ {2}(http\S+)$/m.exec(program.stderr()) ?? expect.fail(program.stderr()),
    {
      timeout: 30_000,
      interval: 50,
    },
  )
  return {
    page: new URL(found[1] ?? ''),
    async outcome() {
      const { code } = await program.ended
      return { code, stdout: program.stdout(), stderr: program.stderr() }
    },
  }
}

/** What the person does at the page; answers where the server sends their browser. */
async function decided(
  page: URL,
  act: 'allow' | 'deny',
  browser: Browser = browserOf(host.headers.cookie),
): Promise<URL> {
  const { location, text }: Page = await browser.submit(await browser.open(page.href), { act })
  return location ?? expect.fail(text)
}

/** A whole login, with consent. */
async function givenLogin(...args: string[]): Promise<Data> {
  const { page, outcome } = await begun(...args)
  expect(await (await fetch(await decided(page, 'allow'))).text()).toContain('You are logged in.')
  return answerIn(await outcome())
}

describe('login', () => {
  it('takes a person who is not logged in through the browser, and keeps a token that works', async () => {
    const password = 'correct horse battery'
    const own = await givenHost(world, { password })
    const { page, outcome } = await begun()
    const asked = Object.fromEntries(page.searchParams)
    expect(asked).toEqual({
      response_type: 'code',
      client_id: 'meridian-cli',
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
      scope: READING,
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })

    const browser = browserOf()
    const logIn = await browser.open(page.href)
    expect(logIn.text).toContain('Log in to continue to Meridian command line')
    await browser.submit(logIn, { act: 'logIn', email: own.email, password })
    const back = await fetch(await decided(page, 'allow', browser))
    expect(await back.text()).toBe('You are logged in. You can close this page.\n')
    expect(back.headers.get('cache-control')).toBe('no-store')

    const said = answerIn(await outcome())
    const login = await kept()
    expect(said).toEqual({
      url: world.url,
      email: own.email,
      client_id: 'meridian-cli',
      scope: READING,
      expires_at: login.expires_at,
      file: file(),
    })
    expect(login).toEqual({
      url: world.url,
      client_id: 'meridian-cli',
      access_token: expect.stringMatching(/^cpa_at_/),
      refresh_token: expect.stringMatching(/^cpa_rt_/),
      expires_at: expect.any(String),
      scope: READING,
    })
    const seconds = (Date.parse(textAt(login, 'expires_at')) - Date.now()) / 1000
    expect(seconds).toBeGreaterThan(7100)
    expect(seconds).toBeLessThanOrEqual(7200)
    const asOwn = asApp(textAt(login, 'access_token'))
    expect(await asOwn.run('{ viewer { id } bookings { totalCount } }')).toEqual({
      viewer: { id: own.id },
      bookings: { totalCount: 0 },
    })
    expect(await asOwn.codeOf('{ oauthClients { totalCount } }')).toBe('INSUFFICIENT_SCOPE')
  })

  it('keeps it for its owner alone', async () => {
    await mkdir(join(folder, 'meridian'), { mode: 0o755 })
    await writeFile(file(), 'what was here before', { mode: 0o644 })
    await givenLogin()
    expect(await rightsOf(file())).toBe(0o600)
    expect(await rightsOf(join(folder, 'meridian'))).toBe(0o700)
  })

  it('is there for the next one, which needs no browser, and is ended by one that may do more', async () => {
    const first = await givenLogin('--scopes', 'bookings:read contacts:read')
    const before = await kept()
    const again = await answerOf(['login', '--scopes', 'contacts:read'], env)
    expect(again).toEqual(first)
    expect(await kept()).toEqual(before)

    await givenLogin('--scopes', 'bookings:read bookings:write')
    expect((await kept()).scope).toBe('bookings:read bookings:write')
    await expectEnded(textAt(before, 'access_token'))
  })

  it('is made anew when the server has ended it', async () => {
    await givenLogin()
    const apps = await host.run('{ authorizedApps { edges { node { id app { id: clientId } } } } }')
    const id = textAt(listAt(apps, 'authorizedApps.edges')[0], 'node.id')
    await host.run(
      'mutation ($id: ID!) { endAuthorization(input: { id: $id }) { id: deletedId } }',
      { id },
    )
    await expectEnded(textAt(await kept(), 'access_token'))
    expect((await givenLogin()).email).toBe(host.email)
  })

  it('can be one of another public app', async () => {
    const app = await givenApp(host, {
      isPublic: true,
      redirectUris: ['http://127.0.0.1/callback'],
    })
    expect((await givenLogin('--client-id', app.id)).client_id).toBe(app.id)
  })

  it('opens the browser', async () => {
    // Whatever the system calls it, it tells where it was sent.
    const bin = join(folder, 'bin')
    await mkdir(bin)
    for (const name of ['xdg-open', 'open']) {
      await writeFile(join(bin, name), `#!/bin/sh\necho "$1" > ${join(folder, 'opened')}\n`, {
        mode: 0o755,
      })
    }
    const PATH = [bin, process.env.PATH].join(delimiter)
    const program = await run('bin/meridian.mjs', ['login'], { ...env, PATH })
    programs.push(program)
    const patience = { timeout: 30_000, interval: 50 }
    // The file is there a moment before its line.
    const [opened = ''] = await vi.waitFor(
      async () =>
        /.+(?=\n)/.exec(await readFile(join(folder, 'opened'), 'utf8')) ?? expect.fail('not yet'),
      patience,
    )
    await vi.waitFor(() => expect(program.stderr()).toContain(opened), patience)
    await fetch(await decided(new URL(opened), 'allow'))
    expect((await program.ended).code).toBe(0)
  })
})

describe('a login that fails', () => {
  it('because the person says no, keeps nothing', async () => {
    const { page, outcome } = await begun()
    expect(await (await fetch(await decided(page, 'deny'))).text()).toContain('The login failed')
    expect(refusalIn(await outcome())).toEqual({
      code: 'FORBIDDEN',
      message: `${world.url} did not let this machine in: access_denied: The user denied access.`,
      fields: [],
    })
    expect(await isKept()).toBe(false)
  })

  it.each([
    [
      'another server answers',
      (back: URL) => back.searchParams.set('iss', 'https://other.example'),
      'iss',
    ],
    ['nobody says who answers', (back: URL) => back.searchParams.delete('iss'), 'iss'],
    [
      'the code is another',
      (back: URL) => back.searchParams.set('code', 'cpa_ac_made_up'),
      'has ended',
    ],
  ])('because %s, keeps nothing', async (_why, change, words) => {
    const { page, outcome } = await begun()
    const back = await decided(page, 'allow')
    change(back)
    expect(await (await fetch(back)).text()).toContain('The login failed')
    expect(refusalIn(await outcome()).message).toContain(words)
    expect(await isKept()).toBe(false)
  })

  it('is not what others make of it, who knock at its port without the state', async () => {
    const { page, outcome } = await begun()
    const back = await decided(page, 'allow')
    const statusOf = async (url: URL) => (await fetch(url)).status
    const forged = new URL(back)
    forged.searchParams.set('state', 'a guess')
    expect(await statusOf(forged)).toBe(400)
    expect(await statusOf(new URL('/callback', back))).toBe(400)
    expect(await statusOf(new URL('/favicon.ico', back))).toBe(404)
    expect(await statusOf(back)).toBe(200)
    expect((await outcome()).code).toBe(0)
  })

  it('is not one because the browser does not wait for the end', async () => {
    const { page, outcome } = await begun()
    const back = await decided(page, 'allow')
    const socket = connect(Number(back.port), back.hostname)
    socket.write(`GET ${back.pathname}${back.search} HTTP/1.1\r\nHost: ${back.host}\r\n\r\n`, () =>
      socket.destroy(),
    )
    expect(answerIn(await outcome()).email).toBe(host.email)
    expect(await isKept()).toBe(true)
  })

  it.each([
    ['is no URL', ['--url', 'meridian'], {}, ['--url']],
    ['is no URL, in the environment', [], { MERIDIAN_URL: 'meridian' }, ['MERIDIAN_URL']],
    ['is not private', ['--url', 'http://cal.example'], {}, ['--url']],
  ])('because the server %s', async (_what, args, more, paths) => {
    expect(pathsOf(refusalIn(await outcomeHere(['login', ...args], { ...env, ...more })))).toEqual(
      paths,
    )
  })

  it('because the server calls itself something else, and says what', async () => {
    const { port } = new URL(world.url)
    const refused = refusalIn(
      await outcomeHere(['login', '--url', `http://localhost:${port}`], env),
    )
    expect(refused.message).toBe(`--url is not what the server there calls itself, ${world.url}.`)
  })

  it('because there is no such server', async () => {
    const free = createServer()
    const port = await new Promise<number>(resolve =>
      free.listen(0, '127.0.0.1', () => {
        const address = free.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      }),
    )
    await new Promise(resolve => free.close(resolve))
    const refused = refusalIn(
      await outcomeHere(['login', '--url', `http://127.0.0.1:${port}`], env),
    )
    expect(refused.code).toBe('FAILED')
    expect(refused.message).toContain('ECONNREFUSED')
  })
})

describe('the kept token', () => {
  it('is given to commands for its server, and for no other', async () => {
    await givenLogin()
    const { access_token } = await kept()
    expect(await storedToken(world.url, { env })).toBe(access_token)
    expect(await storedToken(`${world.url}/`, { env })).toBe(access_token)
    expect(await storedToken('http://127.0.0.1:1', { env })).toBeUndefined()
    expect(
      await storedToken(world.url, { env: { XDG_CONFIG_HOME: join(folder, 'none') } }),
    ).toBeUndefined()
  })

  it('is found in ~/.config where no other folder is named', async () => {
    await givenLogin()
    await mkdir(join(folder, '.config'))
    await writeFile(join(folder, '.config', 'unrelated'), '')
    const there = { HOME: folder, XDG_CONFIG_HOME: 'relative/is/ignored' }
    expect(await storedToken(world.url, { env: there })).toBeUndefined()
    await mkdir(join(folder, '.config', 'meridian'))
    await writeFile(
      join(folder, '.config', 'meridian', 'credentials.json'),
      await readFile(file()),
      { mode: 0o600 },
    )
    expect(await storedToken(world.url, { env: there })).toBe((await kept()).access_token)
  })

  it('is refreshed when it has expired, once for two commands that come together', async () => {
    await givenLogin()
    const before = await kept()
    const later = clockAt(new Date(Date.now() + 7_180_000).toISOString())
    const [one, other] = await Promise.all([
      storedToken(world.url, { env, clock: later }),
      storedToken(world.url, { env, clock: later }),
    ])
    expect(one).toBe(other)
    const after = await kept()
    expect(one).toBe(after.access_token)
    expect(after.access_token).not.toBe(before.access_token)
    expect(after.refresh_token).not.toBe(before.refresh_token)
    expect(Date.parse(textAt(after, 'expires_at'))).toBe(later.now().getTime() + 7_200_000)
    expect(await rightsOf(file())).toBe(0o600)
    expect(await asApp(textAt(after, 'access_token')).run('{ viewer { id } }')).toEqual({
      viewer: { id: host.id },
    })

    world.clock.forward(121)
    const muchLater = clockAt(new Date(later.now().getTime() + 7_300_000).toISOString())
    const third = await storedToken(world.url, { env, clock: muchLater })
    expect(await asApp(third ?? '').run('{ viewer { id } }')).toEqual({ viewer: { id: host.id } })
  })

  it('that ended at the server is said to have ended', async () => {
    await givenLogin()
    const login = await kept()
    await fetch(`${world.url}/oauth/revoke`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'meridian-cli',
        token: textAt(login, 'refresh_token'),
      }),
    })
    const later = clockAt(new Date(Date.now() + 8_000_000).toISOString())
    await expect(storedToken(world.url, { env, clock: later })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: `The login at ${world.url} has ended. Log in again: meridian login`,
    })
    // Nothing is lost by trying again.
    expect(await kept()).toEqual(login)
  })

  it('is taken away from others who could read it', async () => {
    await givenLogin()
    await chmod(file(), 0o644)
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    expect(await storedToken(world.url, { env })).toBe((await kept()).access_token)
    expect(String(said.mock.calls[0]?.[0])).toContain('Others could read')
    said.mockRestore()
    expect(await rightsOf(file())).toBe(0o600)
  })

  it.each(['', 'no JSON', '{}', '{"url": 1}'])('is none in a file with %j', async text => {
    await mkdir(join(folder, 'meridian'))
    await writeFile(file(), text, { mode: 0o600 })
    expect(await storedToken(world.url, { env })).toBeUndefined()
  })
})

describe('meridian listen without a key', () => {
  async function listening(): Promise<Program> {
    const program = await run(
      'bin/meridian.mjs',
      ['listen', '--events', 'BOOKING_CREATED', '--json'],
      env,
    )
    programs.push(program)
    await says(program, /^Listening to the events of /m)
    return program
  }
  const says = (program: Program, words: RegExp) =>
    vi.waitFor(() => expect(program.stderr()).toMatch(words), { timeout: 30_000, interval: 20 })
  const prints = (program: Program, ids: string[]) =>
    vi.waitFor(
      () =>
        expect([...program.stdout().matchAll(/"subjectId":"(\w+)"/g)].map(([, id]) => id)).toEqual(
          ids,
        ),
      {
        timeout: 15_000,
        interval: 20,
      },
    )
  /** Books the next free start. */
  async function books(eventType: string): Promise<string> {
    const day = world.clock.now().toISOString().slice(0, 10)
    const offered = await daysOffered(world.visitor, eventType, day, { end: addDays(day, 10) })
    const [slot] = offered.flatMap(({ slots }) => slots)
    return (
      await givenBooking(world.visitor, eventType, slot?.start ?? expect.fail('nothing is free'))
    ).id
  }

  it('goes by the login, and on with the next token when that expires', async () => {
    const eventType = await givenEventType(host)
    await givenLogin()
    const before = await kept()
    const program = await listening()
    await writeFile(file(), JSON.stringify({ ...before, expires_at: '2026-01-01T00:00:00.000Z' }), {
      mode: 0o600,
    })
    world.clock.forward(121)
    const first = await books(eventType)
    await says(program, /^Back; going on after the last event\.$/m)
    const second = await books(eventType)
    await prints(program, [first, second])
    expect((await kept()).access_token).not.toBe(before.access_token)
    expect(program.stderr()).not.toContain(before.access_token)
  })

  it('ends with the login', async () => {
    await givenLogin()
    const program = await listening()
    await fetch(`${world.url}/oauth/revoke`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'meridian-cli',
        token: textAt(await kept(), 'refresh_token'),
      }),
    })
    expect(await program.ended).toMatchObject({ code: 1 })
    expect(program.stderr()).toMatch(/^The login has ended\. Log in again: meridian login$/m)
  })
})

describe('logout', () => {
  it('ends the token here and at the server', async () => {
    await givenLogin()
    const { access_token } = await kept()
    expect(await answerOf(['logout'], env)).toEqual({ url: world.url, revoked: true })
    expect(await isKept()).toBe(false)
    await expectEnded(String(access_token))
    expect(answerIn(await outcomeHere(['logout'], env))).toEqual({ url: null, revoked: false })
  })

  it('keeps what it could not revoke, and says so', async () => {
    await givenLogin()
    const login = await kept()
    await writeFile(file(), JSON.stringify({ ...login, url: 'http://127.0.0.1:1' }), {
      mode: 0o600,
    })
    const refused = refusalIn(await outcomeHere(['logout'], env))
    expect(refused.message).toContain(
      `The token still counts; if the server is gone for good, delete ${file()}.`,
    )
    expect(await isKept()).toBe(true)
  })
})
