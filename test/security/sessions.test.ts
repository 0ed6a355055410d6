import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { defaultLimits } from '../../src/rate-limits/table.ts'
import { everything, sql } from '../helpers/postgres.ts'
import { openSocket, overSocket } from '../helpers/socket.ts'
import {
  Answer,
  clientOf,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  plenty,
  type World,
} from '../helpers/world.ts'

const PASSWORD = 'correct horse battery'
const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { user { id } } }'
const LOG_OUT = 'mutation { logOut { ok } }'
const WHO = '{ viewer { id } }'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world, { password: PASSWORD })
})
afterAll(() => world.end())

/** Sends an operation and answers the whole response, for its headers. */
async function post(
  url: string,
  query: string,
  variables: unknown = {},
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  })
  return { response, cookie: response.headers.getSetCookie()[0] ?? '', text: await response.text() }
}

/** Sends an operation from another address of this machine, and answers the text. */
const from = (localAddress: string, url: string, query: string, variables: unknown) =>
  new Promise<string>((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const sent = request(`${url}/graphql`, { method: 'POST', headers, localAddress }, response => {
      let text = ''
      response.on('data', piece => {
        text += piece
      })
      response.on('end', () => resolve(text))
    })
    sent.on('error', reject)
    sent.end(JSON.stringify({ query, variables }))
  })

const logIn = (url: string, email: string, password = PASSWORD) =>
  post(url, LOG_IN, { input: { email, password } })

/** An answer without the places of the document that its errors point at. */
const whatIsSaid = (text: string) => {
  const { data, errors } = Answer.parse(JSON.parse(text))
  return { data, errors }
}

/** Somebody with a session of their own, so that ending it ends nobody else's. */
async function inSession(url = world.url) {
  const { cookie } = await logIn(url, host.email)
  return clientOf(url, { cookie: cookie.split(';')[0] ?? '' })
}

describe('logging in', () => {
  it('answers a cookie that scripts cannot read and other sites do not send, for 30 days', async () => {
    const { cookie, text } = await logIn(world.url, host.email.toUpperCase())
    expect(cookie).toMatch(/^session=mss_\w{40}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/)
    expect(JSON.parse(text)).toMatchObject({ data: { logIn: { user: { id: host.id } } } })
    expect(text).not.toContain('mss_')
  })

  it('keeps the cookie to https where the gateway is reached by https', async () => {
    const secure = await givenWorld({ config: { publicUrl: 'https://cal.example' } })
    const register = `mutation { register(input: { name: "A", email: "a@example.org", password: "${PASSWORD}" }) { user { id } } }`
    expect((await post(secure.url, register)).cookie).toMatch(/; Secure$/)
    const opened = await logIn(secure.url, 'a@example.org')
    expect(opened.cookie).toMatch(/; Secure$/)
    const closed = await post(
      secure.url,
      LOG_OUT,
      {},
      { cookie: opened.cookie.split(';')[0] ?? '' },
    )
    expect(closed.cookie).toMatch(/^session=; .*Max-Age=0; Secure$/)
    await secure.end()
  })

  it('stores neither the password nor the token', async () => {
    const { cookie } = await logIn(world.url, host.email)
    const token = /^session=([^;]+)/.exec(cookie)?.[1] ?? ''
    const stored = JSON.stringify(await everything(world.databaseUrl))
    expect(token).toMatch(/^mss_/)
    expect(stored).toContain(host.email)
    expect(stored).toContain('$argon2id$')
    for (const secret of [PASSWORD, token, Buffer.from(token).toString('hex')])
      expect(stored).not.toContain(secret)
  })

  it('answers a wrong password and an unknown account alike, word for word', async () => {
    const wrong = await logIn(world.url, host.email, 'not the password')
    const unknown = await logIn(world.url, 'nobody@example.com', 'not the password')
    expect(whatIsSaid(wrong.text)).toEqual(whatIsSaid(unknown.text))
    expect(wrong.text).toContain('"code":"UNAUTHENTICATED"')
    expect([wrong.response.status, wrong.cookie]).toEqual([unknown.response.status, ''])
  })

  it('works as long for an unknown account as for a wrong password', async () => {
    const took = async (email: string) => {
      const started = performance.now()
      await logIn(world.url, email, 'not the password')
      return performance.now() - started
    }
    const [known, unknown]: [number[], number[]] = [[], []]
    for (let time = 0; time < 9; time++) {
      known.push(await took(host.email))
      unknown.push(await took(`nobody${time}@example.com`))
    }
    const median = (times: number[]) => times.toSorted((a, b) => a - b)[4] ?? 0
    // Without the work an unknown account is answered in a tenth of the time.
    expect(median(unknown)).toBeGreaterThan(median(known) / 3)
    expect(median(unknown)).toBeLessThan(median(known) * 3)
  })

  it('takes place over HTTP alone: a websocket cannot set the cookie', async () => {
    const input = { email: host.email, password: PASSWORD }
    expect(
      JSON.stringify(await overSocket(world.url, { query: LOG_IN, variables: { input } })),
    ).toContain('FORBIDDEN')
    const users = () => sql(world.databaseUrl, 'select count(*) from "User"')
    const before = await users()
    const register = `mutation { register(input: { name: "B", email: "b@example.org", password: "${PASSWORD}" }) { user { id } } }`
    expect(JSON.stringify(await overSocket(world.url, { query: register }))).toContain('FORBIDDEN')
    expect(await users()).toEqual(before)
  })
})

describe('registering', () => {
  it('logs in at once, with the same kind of cookie', async () => {
    const register = `mutation { register(input: { name: "C", email: "c@example.org", password: "${PASSWORD}" }) { user { email } } }`
    const { cookie, text } = await post(world.url, register)
    expect(cookie).toMatch(/^session=mss_\w{40}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/)
    expect(text).toContain('c@example.org')
    const again = await post(world.url, register.replace('c@example.org', 'C@Example.org'))
    expect(again.text).toContain('"code":"CONFLICT"')
    expect(again.cookie).toBe('')
  })

  it('can tell who registered, with the page that was made', async () => {
    const register = `mutation { register(input: { name: "Dora Doe", email: "d@example.org", password: "${PASSWORD}" }) { user { bookingPage { slug } defaultSchedule { name } } } }`
    expect(JSON.parse((await post(world.url, register)).text)).toMatchObject({
      data: {
        register: {
          user: { bookingPage: { slug: 'dora-doe' }, defaultSchedule: { name: 'Working hours' } },
        },
      },
    })
  })
})

describe('logging out', () => {
  it('ends the session on the server, for every gateway within a second', async () => {
    const second = await world.secondGateway()
    const here = await inSession()
    const there = clientOf(second.url, here.headers)
    expect(await here.run(WHO)).toEqual({ viewer: { id: host.id } })
    expect(await there.run(WHO)).toEqual({ viewer: { id: host.id } })

    const { cookie } = await post(here.url, LOG_OUT, {}, here.headers)
    expect(cookie).toBe('session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0')
    for (const client of [here, there]) {
      await vi.waitFor(async () => expect(await client.run(WHO)).toEqual({ viewer: null }), {
        timeout: 1_000,
      })
    }
    expect(await here.codeOf(LOG_OUT)).toBe('UNAUTHENTICATED')
  })

  it('ends that session alone', async () => {
    const one = await inSession()
    const other = await inSession()
    await one.run(LOG_OUT)
    await vi.waitFor(async () => expect(await one.run(WHO)).toEqual({ viewer: null }), {
      timeout: 1_000,
    })
    expect(await other.run(WHO)).toEqual({ viewer: { id: host.id } })
  })

  it('ends what the session follows live, on every gateway, and what it may do on a socket that is open', async () => {
    const second = await world.secondGateway()
    const session = await inSession()
    const eventTypeId = await givenEventType(host)
    const sockets = await Promise.all(
      [world.url, second.url].map(url => openSocket(url, { headers: session.headers, init: {} })),
    )
    for (const socket of sockets) {
      const query = 'subscription ($id: ID) { bookingEvents(eventTypeId: $id) { kind } }'
      socket.send({
        type: 'subscribe',
        id: 'live',
        payload: { query, variables: { id: eventTypeId } },
      })
      socket.send({ type: 'subscribe', id: 'before', payload: { query: WHO } })
      expect((await socket.nextOf('before')).payload).toMatchObject({
        data: { viewer: { id: host.id } },
      })
    }
    await session.run(LOG_OUT)
    for (const socket of sockets) {
      expect(await socket.nextOf('live')).toMatchObject({
        type: 'error',
        payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      })
      expect((await socket.closed).code).toBe(4403)
    }
  })
})

describe('a session', () => {
  it('ends by itself after 30 days, and its row goes with the next login', async () => {
    const own = await givenWorld()
    const somebody = await givenHost(own)
    own.clock.forward(30 * 24 * 60 - 1)
    expect(await somebody.run(WHO)).toEqual({ viewer: { id: somebody.id } })
    own.clock.forward(1)
    expect(await somebody.run(WHO)).toEqual({ viewer: null })
    expect(await somebody.codeOf('{ schedules { id } }')).toBe('UNAUTHENTICATED')
    await logIn(own.url, somebody.email)
    expect(await sql(own.databaseUrl, 'select count(*)::int from "Session"')).toEqual([
      { count: 1 },
    ])
    await own.end()
  })

  it('is nothing that can be made up', async () => {
    const made = clientOf(world.url, {
      cookie: 'session=mss_0000000000000000000000000000000000000000',
    })
    expect(await made.run(WHO)).toEqual({ viewer: null })
  })
})

describe('guessing', () => {
  const RIGHT = { email: '', password: PASSWORD }
  let guarded: World

  beforeAll(async () => {
    guarded = await givenWorld({ config: { limits: defaultLimits } })
    RIGHT.email = (await givenHost(guarded, { password: PASSWORD })).email
  })
  afterAll(() => guarded.end())

  it('at one account is held after ten attempts, even with the right password, and others still log in', async () => {
    const guess = { email: RIGHT.email, password: 'a wrong guess' }
    for (let time = 0; time < 10; time++) {
      expect(await guarded.visitor.codeOf(LOG_IN, { input: guess })).toBe('UNAUTHENTICATED')
    }
    const [held] = await guarded.visitor.refused(LOG_IN, { input: RIGHT })
    expect(held?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: expect.any(Number),
    })
    expect(held?.extensions?.retryAfterSeconds).toBeGreaterThan(0)
    expect(held?.extensions?.retryAfterSeconds).toBeLessThanOrEqual(60)
    const other = await givenHost(guarded, { password: PASSWORD })
    await guarded.visitor.run(LOG_IN, { input: { email: other.email, password: PASSWORD } })
  })

  it('from one address does not lock the owner out, who comes from another', async () => {
    const own = await givenWorld({ config: { limits: plenty({ logInFailures: 10 }) } })
    const { email } = await givenHost(own, { password: PASSWORD })
    const guess = { email, password: 'a wrong guess' }
    for (let time = 0; time < 10; time++) await own.visitor.codeOf(LOG_IN, { input: guess })
    expect(await own.visitor.codeOf(LOG_IN, { input: guess })).toBe('RATE_LIMITED')
    const owner = { input: { email, password: PASSWORD } }
    for (let time = 0; time < 20; time++)
      expect(await from('127.0.0.2', own.url, LOG_IN, owner)).toContain('"user"')
    await own.end()
  })

  it('from one address is held after sixty attempts, whatever the accounts', async () => {
    const attempts = Array.from({ length: 60 }, (_, n) =>
      guarded.visitor.codeOf(LOG_IN, {
        input: { email: `guess${n}@example.com`, password: 'a wrong guess' },
      }),
    )
    const codes = await Promise.all(attempts)
    // Ten of the sixty failed above; only failures count.
    expect(codes.filter(code => code === 'RATE_LIMITED')).toHaveLength(10)
    expect(codes.filter(code => code === 'UNAUTHENTICATED')).toHaveLength(50)
  })

  it('at free starts by holding them is held after thirty', async () => {
    const query =
      'mutation ($input: ReserveSlotInput!) { reserveSlot(input: $input) { reservation { id } } }'
    const input = { eventType: { id: 'et_none' }, start: '2026-03-03T10:00:00Z' }
    const codes = await Promise.all(
      Array.from({ length: 31 }, () => guarded.visitor.codeOf(query, { input })),
    )
    expect(codes.filter(code => code === 'NOT_FOUND')).toHaveLength(30)
    expect(codes.filter(code => code === 'RATE_LIMITED')).toHaveLength(1)
  })

  it('by registering is held as well', async () => {
    const input = { name: 'N', email: 'no address', password: 'short' }
    const register = 'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }'
    const codes = await Promise.all(
      Array.from({ length: 61 }, () => guarded.visitor.codeOf(register, { input })),
    )
    expect(new Set(codes)).toEqual(new Set(['INVALID_INPUT', 'RATE_LIMITED']))
  })
})
