import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import WebSocket from 'ws'
import { givenApp, tokensFor } from '../helpers/oauth.ts'
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
  textAt,
  type World,
} from '../helpers/world.ts'

const WHO = '{ viewer { id } }'
const EVENTS = 'subscription { bookingEvents { kind } }'
const SLOTS = 'subscription ($id: ID!) { slotsChanged(eventType: { id: $id }) { date } }'

let world: World
let host: GivenHost
let eventType: string

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  eventType = await givenEventType(host)
})
afterAll(() => world.end())

/** A credential, and how it ends. */
interface Given {
  headers: Record<string, string>
  end(): Promise<unknown>
  /** Whether it ends by expiring. */
  isExpired: boolean
}

async function givenKey(input: Record<string, unknown> = {}) {
  const made = await host.run(
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } secret } }',
    { input: { label: 'Live', scopes: ['bookings:read'], ...input } },
  )
  const id = textAt(made, 'createApiKey.apiKey.id')
  return {
    headers: { 'x-api-key': textAt(made, 'createApiKey.secret') },
    revoke: () =>
      host.run('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', {
        id,
      }),
  }
}

async function givenToken() {
  const app = await givenApp(host)
  const { accessToken } = await tokensFor(host, app)
  const id = textAt(
    await host.run('{ authorizedApps { edges { node { id } } } }'),
    'authorizedApps.edges.0.node.id',
  )
  return {
    headers: { authorization: `Bearer ${accessToken}` },
    withdraw: () =>
      host.run('mutation ($id: ID!) { endAuthorization(input: { id: $id }) { id: deletedId } }', {
        id,
      }),
  }
}

async function givenSession(): Promise<Client> {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation ($input: LogInInput!) { logIn(input: $input) { user { id } } }',
      variables: { input: { email: host.email, password: 'correct horse battery' } },
    }),
  })
  return clientOf(world.url, { cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' })
}

const forward = (minutes: number) => async () => world.clock.forward(minutes)

const credentials: Record<string, () => Promise<Given>> = {
  'an API key that is revoked': async () => {
    const { headers, revoke } = await givenKey()
    return { headers, end: revoke, isExpired: false }
  },
  'an API key that expires': async () => {
    const expiresAt = new Date(world.clock.now().getTime() + 60 * 60_000).toISOString()
    return { ...(await givenKey({ expiresAt })), end: forward(60), isExpired: true }
  },
  'an access token that expires': async () => ({
    ...(await givenToken()),
    end: forward(2 * 60),
    isExpired: true,
  }),
  'an access token whose authorization ends': async () => {
    const { headers, withdraw } = await givenToken()
    return { headers, end: withdraw, isExpired: false }
  },
  'a session that logs out': async () => {
    const session = await givenSession()
    return {
      headers: session.headers,
      end: () => session.run('mutation { logOut { __typename } }'),
      isExpired: false,
    }
  },
}

describe.each(Object.entries(credentials))('%s', (_name, given) => {
  it('ends every subscription with an error, and closes its sockets with 4403', async () => {
    const { headers, end, isExpired } = await given()
    const isSession = headers.cookie !== undefined
    const error = {
      message: 'The credential is no longer valid.',
      extensions: { code: 'UNAUTHENTICATED', isExpired },
    }
    const idle = await openSocket(world.url, { headers, init: {} })
    const socket = await openSocket(world.url, { headers, init: {} })
    const variables = { id: eventType }
    socket.send({ type: 'subscribe', id: 'events', payload: { query: EVENTS } })
    socket.send({ type: 'subscribe', id: 'slots', payload: { query: SLOTS, variables } })
    const streams = [
      await stream(world.url, EVENTS, { headers }),
      await stream(world.url, SLOTS, { headers, variables }),
    ]
    for (const id of ['once', 'twice']) {
      socket.send({ type: 'subscribe', id, payload: { query: '{ eventCursor }' } })
      await socket.nextOf(id)
    }
    await end()
    for (const id of ['events', 'slots']) {
      expect(await socket.nextOf(id)).toEqual({ type: 'error', id, payload: [error] })
    }
    for (const each of [idle, socket]) expect(await each.closed).toMatchObject({ code: 4403 })
    for (const live of streams) {
      expect(await live.next()).toEqual({ errors: [error] })
      await live.completed
    }
    const [refused] = isSession ? [] : await clientOf(world.url, headers).refused(WHO)
    if (!isSession) expect(refused?.extensions).toEqual(error.extensions)
  })
})

describe('a socket whose credential has ended', () => {
  it('answers the operations that it had begun, and refuses those that come before it is closed', async () => {
    const { headers, revoke } = await givenKey()
    const socket = await openSocket(world.url, { headers, init: {} })
    await revoke()
    socket.send({ type: 'subscribe', id: 'late', payload: { query: '{ eventCursor }' } })
    const { code } = await socket.closed
    expect(code).toBe(4403)
    for (const { type, payload } of socket.waiting('late')) {
      expect(type).toBe('error')
      expect(at(payload, '0.extensions.code')).toBe('UNAUTHENTICATED')
    }
  })

  it('makes the client of graphql-ws reconnect with new connection parameters', async () => {
    const keys = [await givenKey(), await givenKey()]
    let connections = 0
    const closes: unknown[] = []
    const client = createClient({
      url: `${world.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 5,
      retryWait: async () => {},
      connectionParams: () => ({ apiKey: keys[connections++]?.headers['x-api-key'] }),
      on: {
        closed: event => void closes.push(at(event, 'code') ?? Reflect.get(Object(event), 'code')),
      },
    })
    onTestFinished(async () => void (await client.dispose()))
    const subscribe = () =>
      new Promise<unknown>((resolve, reject) => {
        client.subscribe(
          { query: EVENTS },
          { next: resolve, error: reject, complete: () => resolve('complete') },
        )
      })
    const first = subscribe()
    await vi.waitFor(() => expect(connections).toBe(1))
    await new Promise<void>((resolve, reject) => {
      client.subscribe(
        { query: '{ eventCursor }' },
        { next: () => {}, error: reject, complete: resolve },
      )
    })
    const ended = expect(first).rejects.toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    await keys[0]?.revoke()
    await ended
    const second = subscribe()
    await new Promise<void>((resolve, reject) => {
      client.subscribe(
        { query: '{ eventCursor }' },
        { next: () => {}, error: reject, complete: resolve },
      )
    })
    expect([connections, closes]).toEqual([2, [4403]])
    await givenBooking(world.visitor, eventType, '2026-03-09T09:00:00Z')
    expect(await second).toEqual({ data: { bookingEvents: { kind: 'BOOKING_CREATED' } } })
  })
})
