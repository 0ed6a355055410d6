// Calendly v2: credentials, scopes, limits, bodies, and what all answers have in common.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { givenApp, tokensFor } from '../../helpers/oauth.ts'
import {
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../../helpers/world.ts'
import { restOf } from '../rest.ts'
import { type Calendly, givenCalendly, invalid, refusal } from './calendly.ts'

let world: World
let host: GivenHost
let api: Calendly

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:20Z')
  host = await givenHost(world)
  api = await givenCalendly(world, host)
})

const invalidToken = refusal('Unauthenticated', 'The access token is invalid')

describe('a token', () => {
  it('that is missing, malformed or wrong is answered alike', async () => {
    const headers: Record<string, string>[] = [
      {},
      { authorization: 'Bearer' },
      { authorization: 'Bearer eyJ.x.y' },
    ]
    for (const header of headers) {
      const response = await fetch(`${world.url}/users/me`, { headers: header })
      expect(response.status).toBe(401)
      expect(await response.json()).toEqual(invalidToken)
    }
  })

  it('of OAuth does what an API key does, within its scopes', async () => {
    const app = await givenApp(await givenHost(world))
    const { accessToken } = await tokensFor(host, app, { scope: 'event_types:read' })
    const rest = restOf(world.url, accessToken)
    expect(await rest.get('/users/me')).toMatchObject({
      status: 200,
      body: { resource: { uri: api.user } },
    })
    expect((await rest.get('/event_types')).status).toBe(200)
    const lacking = (scope: string) => ({
      status: 403,
      body: {
        ...refusal(
          'Insufficient scope',
          "This operation requires the scopes listed in the 'required_scopes' array.",
        ),
        required_scopes: [scope],
      },
    })
    expect(await rest.get('/scheduled_events')).toMatchObject(lacking('scheduled_events:read'))
    expect(await rest.post('/scheduled_events/x/cancellation')).toMatchObject(
      lacking('scheduled_events:write'),
    )
    expect(await rest.get('/user_availability_schedules')).toMatchObject(
      lacking('availability:read'),
    )
  })
})

describe('every answer', () => {
  it('says what is left of 500 requests a minute, and for how many seconds', async () => {
    const limits = ({ headers }: { headers: Headers }) =>
      ['limit', 'remaining', 'reset'].map(name => headers.get(`x-ratelimit-${name}`))
    const first = await api.get('/users/me')
    expect(limits(first)).toEqual(['500', '499', '40'])
    expect(first.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
    const below = restOf(`${world.url}/calendly`, api.token)
    expect(limits(await below.get('/nothing'))).toEqual(['500', '498', '40'])
    for (let turn = 0; turn < 83; turn++) {
      await Promise.all(
        Array.from({ length: 6 }, () =>
          fetch(`${world.url}/users/x`, { headers: { authorization: `Bearer ${api.token}` } }),
        ),
      )
    }
    const over = await api.get('/users/me')
    expect(over).toMatchObject({
      status: 429,
      body: refusal('Too Many Requests', 'Too many requests; come back in 40 seconds.'),
    })
    expect(limits(over)).toEqual(['500', '0', '40'])
    expect(over.headers.get('retry-after')).toBe('40')
  })

  it('may be read by pages of any site', async () => {
    const response = await fetch(`${world.url}/users/me`, {
      headers: { origin: 'https://elsewhere.example' },
    })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('a body', () => {
  it('that is no JSON is an invalid argument', async () => {
    const send = (body: string, type = 'application/json') =>
      api.send('/invitees', { method: 'POST', body, headers: { 'content-type': type } })
    expect(await send('{')).toMatchObject({
      status: 400,
      body: invalid({ parameter: 'body', message: 'must be JSON' }),
    })
    expect(await send('[]')).toMatchObject({ status: 400 })
    expect(await send('a=b', 'text/plain')).toMatchObject({ status: 400 })
  })

  it('may have fields that nobody knows', async () => {
    const id = await givenEventType(host)
    const { status } = await api.post('/invitees', {
      event_type: api.uri(`/event_types/${id}`),
      start_time: '2026-03-03T09:00:00Z',
      invitee: { name: 'Ada', email: 'ada@example.org', timezone: 'Europe/London', shoe_size: 38 },
      invented: true,
    })
    expect(status).toBe(201)
  })
})
