import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { everything } from '../helpers/postgres.ts'
import { openSocket } from '../helpers/socket.ts'
import { stream } from '../helpers/sse.ts'
import {
  at,
  type Client,
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'

const WHO = '{ viewer { id } }'
const CREATE =
  'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id hint scopes expiresAt } } }'
const REVOKE = 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { revokedAt } } }'
const LIVE = 'subscription { bookingEvents { kind } }'

let world: World
let host: GivenHost
let eventType: string

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  eventType = await givenEventType(host)
})
afterAll(() => world.end())

interface Key extends Client {
  id: string
  secret: string
}

async function givenKey(input: Record<string, unknown> = {}): Promise<Key> {
  const made = await host.run(CREATE, { input: { label: 'Sync', ...input } })
  const secret = textAt(made, 'createApiKey.secret')
  return {
    ...clientOf(world.url, { 'x-api-key': secret }),
    id: textAt(made, 'createApiKey.apiKey.id'),
    secret,
  }
}

describe('an API key', () => {
  it('shows its secret once, keeps its last four characters, and is stored as a hash', async () => {
    const key = await givenKey()
    expect(key.secret).toMatch(/^cal_\w{40}$/)
    const listed = await host.run('{ apiKeys { edges { node { id label hint } } } }')
    expect(at(listed, 'apiKeys.edges.0.node')).toEqual({
      id: key.id,
      label: 'Sync',
      hint: key.secret.slice(-4),
    })
    const again = await host.run(
      `mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { secret } }`,
      { id: key.id },
    )
    expect(at(again, 'revokeApiKey.secret')).toBeNull()
    const stored = JSON.stringify(await everything(world.databaseUrl))
    expect(stored).toContain(key.id)
    expect(stored).not.toContain(key.secret)
    expect(stored).not.toContain(Buffer.from(key.secret).toString('hex'))
  })

  it('is taken from X-API-Key, or from Authorization as a bearer token', async () => {
    const { secret } = await givenKey()
    const ways: Record<string, string>[] = [
      { 'x-api-key': secret },
      { authorization: `Bearer ${secret}` },
      { authorization: `bearer  ${secret}` },
    ]
    for (const headers of ways) {
      expect(await clientOf(world.url, headers).run(WHO)).toEqual({ viewer: { id: host.id } })
    }
  })

  it.each([
    ['a wrong key', { 'x-api-key': 'cal_0000000000000000000000000000000000000000' }],
    ['an empty key', { 'x-api-key': '' }],
    ['another form', { authorization: 'Basic YTpi' }],
    ['no token', { authorization: 'Bearer ' }],
  ])('is refused with 401 when it is %s, even beside a session', async (_name, headers) => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...host.headers, ...headers },
      body: JSON.stringify({ query: WHO }),
    })
    expect(response.status).toBe(401)
    expect(at(await response.json(), 'errors.0.extensions.code')).toBe('UNAUTHENTICATED')
  })

  it('goes into the connection parameters of a websocket, and closes it with 4401 when it is wrong', async () => {
    const { secret } = await givenKey()
    for (const init of [
      { apiKey: secret },
      { 'X-API-Key': secret },
      { authorization: `Bearer ${secret}` },
    ]) {
      const socket = await openSocket(world.url, { init })
      socket.send({ type: 'subscribe', id: '1', payload: { query: WHO } })
      expect((await socket.nextOf('1')).payload).toMatchObject({
        data: { viewer: { id: host.id } },
      })
      await socket.close()
    }
    const refused = await openSocket(world.url)
    refused.send({ type: 'connection_init', payload: { apiKey: `${secret}x` } })
    expect((await refused.closed).code).toBe(4401)
  })

  it('ends by the clock at the instant that it was made for', async () => {
    const key = await givenKey({ expiresAt: '2026-03-02T08:00:00Z' })
    world.clock.set('2026-03-02T07:59:00Z')
    expect(await key.run(WHO)).toEqual({ viewer: { id: host.id } })
    world.clock.set('2026-03-02T08:00:00Z')
    expect(await key.codeOf(WHO)).toBe('UNAUTHENTICATED')
    const [past] = await host.refused(CREATE, {
      input: { label: 'Late', expiresAt: '2026-03-02T08:00:00Z' },
    })
    expect(past?.extensions?.fields).toEqual([
      { path: 'input.expiresAt', message: 'must lie in the future' },
    ])
  })

  it('tells when it was last used, to the minute', async () => {
    const key = await givenKey()
    const lastUse = async () => {
      const { apiKeys } = await host.run('{ apiKeys { edges { node { id lastUsedAt } } } }')
      return at(
        listAt(apiKeys, 'edges').find(edge => at(edge, 'node.id') === key.id),
        'node.lastUsedAt',
      )
    }
    expect(await lastUse()).toBeNull()
    world.clock.set('2026-03-02T09:00:00Z')
    await key.run(WHO)
    await vi.waitFor(async () => expect(await lastUse()).toBe('2026-03-02T09:00:00.000Z'))
    world.clock.set('2026-03-02T09:05:00Z')
    await key.run(WHO)
    await vi.waitFor(async () => expect(await lastUse()).toBe('2026-03-02T09:05:00.000Z'))
  })
})

/** How a websocket subscription ends with its credential. */
const ended = (isExpired: boolean) => ({
  type: 'error',
  id: 'live',
  payload: [
    {
      message: 'The credential is no longer valid.',
      extensions: { code: 'UNAUTHENTICATED', isExpired },
    },
  ],
})

describe('revoking a key', () => {
  it('ends it on every gateway, for good, and twice is the same', async () => {
    const second = await world.secondGateway()
    const key = await givenKey()
    const doors = [key, clientOf(second.url, key.headers)]
    for (const door of doors) expect(await door.run(WHO)).toEqual({ viewer: { id: host.id } })
    const first = await host.run(REVOKE, { id: key.id })
    for (const door of doors) {
      await vi.waitFor(async () => expect(await door.codeOf(WHO)).toBe('UNAUTHENTICATED'), {
        timeout: 1_000,
      })
    }
    world.clock.forward(60)
    expect(await host.run(REVOKE, { id: key.id })).toEqual(first)
  })

  it('ends what it follows live, over websockets and server-sent events, on every gateway; others go on', async () => {
    const second = await world.secondGateway()
    const key = await givenKey()
    const other = await givenKey()
    const sockets = await Promise.all(
      [world.url, second.url].map(url => openSocket(url, { init: { apiKey: key.secret } })),
    )
    const streams = await Promise.all(
      [world.url, second.url].map(url => stream(url, LIVE, { headers: key.headers })),
    )
    const bystander = await openSocket(world.url, { init: { apiKey: other.secret } })
    for (const socket of [...sockets, bystander]) {
      socket.send({ type: 'subscribe', id: 'live', payload: { query: LIVE } })
      socket.send({ type: 'subscribe', id: 'ready', payload: { query: WHO } })
      await socket.nextOf('ready')
    }
    await host.run(REVOKE, { id: key.id })
    for (const socket of sockets) {
      expect(await socket.nextOf('live')).toEqual(ended(false))
      expect((await socket.closed).code).toBe(4403)
    }
    for (const each of streams) await each.completed

    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    expect((await bystander.nextOf('live')).payload).toMatchObject({
      data: { bookingEvents: { kind: 'CONTACT_CREATED' } },
    })
    await bystander.close()
  })

  it('ends what an expired key follows before it sees another event', async () => {
    const key = await givenKey({ expiresAt: '2026-03-02T20:00:00Z' })
    const socket = await openSocket(world.url, { init: { apiKey: key.secret } })
    socket.send({ type: 'subscribe', id: 'live', payload: { query: LIVE } })
    socket.send({ type: 'subscribe', id: 'ready', payload: { query: WHO } })
    await socket.nextOf('ready')
    world.clock.set('2026-03-02T20:00:00Z')
    await givenBooking(world.visitor, eventType, '2026-03-04T09:00:00Z')
    expect(await socket.nextOf('live')).toEqual(ended(true))
    expect((await socket.closed).code).toBe(4403)
  })
})

describe('an account', () => {
  it('has at most fifty keys that are not revoked', async () => {
    const busy = await givenHost(world)
    const input = { label: 'One of many' }
    let last = ''
    for (let made = 0; made < 50; made++)
      last = textAt(await busy.run(CREATE, { input }), 'createApiKey.apiKey.id')
    expect(await busy.codeOf(CREATE, { input })).toBe('LIMIT_REACHED')
    await busy.run(REVOKE, { id: last })
    await busy.run(CREATE, { input })
  })

  it('has no more of them when many are made at once', async () => {
    const busy = await givenHost(world)
    const input = { label: 'One of many' }
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => busy.answer(CREATE, { input })),
    )
    const codes = answers.map(answer => at(answer, 'errors.0.extensions.code'))
    expect(codes.filter(code => code === undefined)).toHaveLength(50)
    expect(codes.filter(code => code === 'LIMIT_REACHED')).toHaveLength(10)
  })

  it('is told everything that is wrong with a key at once', async () => {
    const input = { label: ' ', scopes: ['everything'], expiresAt: '2020-01-01T00:00:00Z' }
    const [wrong] = await host.refused(CREATE, { input })
    expect(listAt(wrong, 'extensions.fields').map(field => at(field, 'path'))).toEqual([
      'input.label',
      'input.scopes.0',
      'input.expiresAt',
    ])
  })
})
