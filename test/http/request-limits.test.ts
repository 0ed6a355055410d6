// Limits on requests: the same counts and headers on every way in, by the clock of the gateway.

import { BlockList } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dialects } from '../../rest-compat/dialects.ts'
import { schema } from '../../src/graph/schema.ts'
import { mutationLimits } from '../../src/rate-limits/mutations.ts'
import { MAX_KEYS, memoryStore } from '../../src/rate-limits/store.ts'
import { defaultLimits } from '../../src/rate-limits/table.ts'
import { openSocket } from '../helpers/socket.ts'
import { stream } from '../helpers/sse.ts'
import { at, type GivenHost, givenHost, givenWorld, plenty, type World } from '../helpers/world.ts'

const QUERY = '{ __typename }'
const LIMIT = 20

let world: World
let host: GivenHost

beforeAll(async () => {
  const trustedProxies = new BlockList()
  trustedProxies.addAddress('127.0.0.1')
  const limits = plenty({
    graphPerAccount: LIMIT,
    graphPerAddress: LIMIT,
    outboundActs: 3,
    pageViews: LIMIT,
  })
  world = await givenWorld({ now: '2026-03-02T07:00:18Z', config: { limits, trustedProxies } })
  host = await givenHost(world)
})
afterAll(() => world.end())
// Each test begins 42 seconds before the end of a window of its own.
beforeEach(() => world.clock.forward(10))

const endOfWindow = () => Math.ceil(world.clock.now().getTime() / 60_000) * 60

const from = (address: string) => ({ 'x-forwarded-for': address })

async function send(init: { headers?: Record<string, string>; body?: unknown; search?: string }) {
  const response = await fetch(`${world.url}/graphql${init.search ?? ''}`, {
    method: init.search === undefined ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', ...init.headers },
    ...(init.search === undefined && { body: JSON.stringify(init.body ?? { query: QUERY }) }),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

const standing = ({ headers }: { headers: Headers }) =>
  ['limit', 'remaining', 'reset'].map(name => Number(headers.get(`x-ratelimit-${name}`)))

describe('operations in the graph', () => {
  it('count for the account, whichever way they come', async () => {
    const accept = { accept: 'application/graphql-response+json, application/json' }
    expect(standing(await send({ headers: host.headers }))).toEqual([LIMIT, 19, endOfWindow()])
    expect(standing(await send({ headers: { ...host.headers, ...from('203.0.113.9') } }))[1]).toBe(
      18,
    )
    expect(standing(await send({ headers: { ...host.headers, ...accept } }))[1]).toBe(17)
    expect(standing(await send({ headers: host.headers, search: `?query=${QUERY}` }))[1]).toBe(16)
    const batch = [{ query: QUERY }, { query: QUERY }, { query: QUERY }]
    expect(standing(await send({ headers: host.headers, body: batch }))[1]).toBe(13)

    const events = await stream(world.url, 'subscription { bookingEvents { kind } }', {
      headers: host.headers,
    })
    events.stop()
    const socket = await openSocket(world.url, { headers: host.headers, init: {} })
    socket.send({ type: 'subscribe', id: '1', payload: { query: QUERY } })
    await socket.nextOf('1')
    // The stream, the socket and its operation.
    expect(standing(await send({ headers: host.headers }))[1]).toBe(9)

    for (let sent = 0; sent < 9; sent++) await send({ headers: host.headers })
    const over = await send({ headers: host.headers })
    expect([over.status, over.headers.get('retry-after'), standing(over)]).toEqual([
      429,
      '42',
      [LIMIT, 0, endOfWindow()],
    ])
    expect(at(over.body, 'errors.0.extensions')).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 42,
    })
    expect((await send({ headers: host.headers, search: `?query=${QUERY}` })).status).toBe(429)
    expect((await send({ headers: host.headers, body: batch })).status).toBe(429)
    socket.send({ type: 'subscribe', id: '2', payload: { query: QUERY } })
    expect(JSON.stringify(await socket.nextOf('2'))).toContain('"code":"RATE_LIMITED"')
    await socket.close()

    // Other accounts and visitors are not held, and the account is free again in the next window.
    expect((await send({ headers: from('203.0.113.9') })).status).toBe(200)
    world.clock.forward(1)
    expect(standing(await send({ headers: host.headers }))[1]).toBe(19)
  })

  it('of a batch that passes the limit are refused together', async () => {
    const headers = from('203.0.113.10')
    for (let sent = 0; sent < 15; sent++) await send({ headers })
    const over = await send({ headers, body: Array.from({ length: 6 }, () => ({ query: QUERY })) })
    expect([over.status, standing(over)[1]]).toEqual([429, 0])
    expect(JSON.stringify(over.body)).toContain('"code":"RATE_LIMITED"')
    expect(over.headers.get('retry-after')).toBe('42')
  })

  it('count for the /64 prefix of a visitor, and with a wrong credential for the address', async () => {
    for (let sent = 0; sent < LIMIT; sent++)
      await send({ headers: from(`2001:db8:1:2::${sent.toString(16)}`) })
    expect((await send({ headers: from('2001:db8:1:2:ffff::9') })).status).toBe(429)
    expect((await send({ headers: from('2001:db8:1:3::9') })).status).toBe(200)
    for (let sent = 0; sent < LIMIT; sent++) {
      await send({ headers: { ...from('203.0.113.11'), 'x-api-key': `cal_wrong${sent}` } })
    }
    expect(
      (await send({ headers: { ...from('::ffff:203.0.113.11'), 'x-api-key': 'cal_wrong' } }))
        .status,
    ).toBe(429)
  })

  it('tell pages of other sites where they stand', async () => {
    const { headers } = await send({
      headers: { ...from('203.0.113.12'), origin: 'https://other.example' },
    })
    for (const name of [
      'X-RateLimit-Limit',
      'X-RateLimit-Remaining',
      'X-RateLimit-Reset',
      'Retry-After',
    ]) {
      expect(headers.get('access-control-expose-headers')).toContain(name)
    }
  })
})

describe('acts', () => {
  it('each have a limit in the table', () => {
    const fields = Object.keys(schema.getMutationType()?.getFields() ?? {})
    expect(Object.keys(mutationLimits).sort()).toEqual(fields.sort())
  })

  it('that call other servers are held for the account, in the graph and over REST together', async () => {
    const owner = await givenHost(world)
    const hook = { url: 'https://hooks.example/a', events: ['BOOKING_CREATED'] }
    const CREATE =
      'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }'
    const made = await owner.run(CREATE, { input: hook })
    const test = { hookId: at(made, 'createHook.hook.id') }
    const SEND =
      'mutation ($hookId: ID!) { sendTestEvent(input: { hookId: $hookId }) { delivery { id } } }'
    await owner.run(SEND, test)
    await owner.run(SEND, test)
    expect(await owner.codeOf(SEND, test)).toBe('RATE_LIMITED')
    expect(await owner.codeOf(CREATE, { input: hook })).toBe('RATE_LIMITED')
    const body = {
      subscriberUrl: 'https://hooks.example/b',
      triggers: ['BOOKING_CREATED'],
      active: true,
    }
    const key = await owner.run('mutation { createApiKey(input: { label: "k" }) { secret } }')
    const rest = await fetch(`${world.url}/v2/webhooks`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${at(key, 'createApiKey.secret')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    })
    expect(rest.status).toBe(429)
    expect(rest.headers.get('retry-after')).toBe('42')
  })
})

describe('every route', () => {
  const routes = dialects.flatMap(({ bases, routes, title }) =>
    routes.map(({ method, path, versions }) => ({
      method,
      path: `${bases[0] === '/' ? '' : bases[0]}${path.replace(/:\w+(\{[^}]*\})?/g, 'x')}`,
      title,
      version: versions?.[0],
    })),
  )

  it('of the dialects answers with headers of a limit', async () => {
    expect(routes.length).toBeGreaterThan(100)
    const without: string[] = []
    for (const { method, path, version } of routes) {
      const headers = { 'x-api-key': 'cal_wrong', ...(version && { 'cal-api-version': version }) }
      const answer = await fetch(world.url + path, { method, headers, redirect: 'manual' })
      await answer.arrayBuffer()
      const names = [...answer.headers.keys()]
      if (!names.some(name => name.startsWith('x-ratelimit-limit')))
        without.push(`${method} ${path} ${answer.status}`)
    }
    expect(without).toEqual([])
  })

  it('of OAuth, the pages and the references answers with the same headers', async () => {
    const paths: [string, string][] = [
      ...['/oauth/token', '/oauth/revoke', '/oauth/introspect', '/api/oauth/token'].map(
        (path): [string, string] => ['POST', path],
      ),
      ['GET', '/oauth/authorize?client_id=x'],
      ['POST', '/oauth/authorize?client_id=x'],
      ['GET', `/${host.slug}`],
      ['GET', `/${host.slug}/none`],
      ['GET', '/booking/x'],
      ['POST', '/cancellations/x'],
      ['GET', '/reschedulings/x'],
      ['GET', '/d/x/y'],
      ['GET', '/api/v1/openapi.json'],
      ['GET', '/v2/docs'],
    ]
    const names = ['limit', 'remaining', 'reset'].map(name => `x-ratelimit-${name}`)
    for (const [method, path] of paths) {
      const answer = await fetch(world.url + path, {
        method,
        headers: from('203.0.113.20'),
        redirect: 'manual',
      })
      expect([path, ...names.map(name => Number(answer.headers.get(name)) > 0)]).toEqual([
        path,
        true,
        true,
        true,
      ])
    }
  })
})

describe('the store in memory', () => {
  it('is bounded under a flood of distinct keys, and forgets windows that have ended', async () => {
    let now = new Date(0)
    const store = memoryStore(() => now)
    const first = new Date(60_000)
    await store.add('seldom', 1, first)
    for (let key = 0; key < MAX_KEYS; key++) {
      await store.add(`flood ${key}`, 1, first)
      if (key % 1_000 === 0) await store.add('often', 1, first)
    }
    // What is used again stays; what was used the longest ago was forgotten.
    expect(await store.add('often', 0, first)).toBe(MAX_KEYS / 1_000)
    expect(await store.add('seldom', 0, first)).toBe(0)
    now = new Date(60_000)
    await store.add('often', 1, new Date(120_000))
    expect(await store.add('often', 0, first)).toBe(0)
  })
})

it('lets ordinary frontends pass by default', () => {
  expect(defaultLimits.graphPerAccount).toEqual({ requests: 1_200, seconds: 60 })
  expect(defaultLimits.graphPerAddress).toEqual({ requests: 600, seconds: 60 })
})
