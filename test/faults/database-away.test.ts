// What callers are told while no connection to the database can be opened, on every way in.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allowConnections } from '../helpers/postgres.ts'
import { openSocket } from '../helpers/socket.ts'
import { at, type GivenHost, givenHost, givenWorld, type World } from '../helpers/world.ts'
import { givenToken } from '../rest-compat/rest.ts'

let world: World
let host: GivenHost
let token: string

beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
  host = await givenHost(world)
  token = await givenToken(host)
  await allowConnections(world.databaseUrl, false)
})
afterAll(async () => {
  await allowConnections(world.databaseUrl, true)
  await world.end()
})

async function get(path: string, init: RequestInit = {}) {
  const response = await fetch(world.url + path, init)
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    type: response.headers.get('content-type'),
    text: await response.text(),
  }
}

const away = { status: 503, retryAfter: expect.stringMatching(/^\d+$/) }

describe('while the database is away', () => {
  it.each(['*/*', 'application/graphql-response+json, application/json'])(
    'a request to the graph with a key is answered with UNAVAILABLE (accept: %s)',
    async accept => {
      const answer = await get('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': token, accept },
        body: JSON.stringify({ query: '{ viewer { id } }' }),
      })
      expect(answer).toMatchObject(away)
      expect(at(JSON.parse(answer.text), 'errors.0.extensions.code')).toBe('UNAVAILABLE')
    },
  )

  it.each([
    ['/api/v1/me', { error: expect.any(String), code: 'UNAVAILABLE' }],
    ['/api/bookings', { error: expect.any(String) }],
    ['/users/me', { title: 'Service Unavailable', message: expect.any(String) }],
    [
      '/v2/me',
      { status: 'error', error: expect.objectContaining({ code: 'ServiceUnavailableException' }) },
    ],
  ])('%s is answered with 503 and Retry-After in the shape of its dialect', async (path, body) => {
    const answer = await get(path, {
      headers: { authorization: `Bearer ${token}`, 'x-api-key': token },
    })
    expect(answer).toMatchObject(away)
    expect(JSON.parse(answer.text)).toMatchObject(body)
  })

  it('the token endpoint answers temporarily_unavailable', async () => {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'x',
      client_secret: 'y',
      refresh_token: 'z',
    })
    const answer = await get('/oauth/token', { method: 'POST', body })
    expect(answer).toMatchObject(away)
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'temporarily_unavailable' })
  })

  it('a booking page is an HTML page with status 503', async () => {
    expect(await get(`/${host.slug}`)).toMatchObject({
      ...away,
      type: expect.stringContaining('text/html'),
    })
  })

  it('a websocket with a key is closed with 1013, after which clients connect again', async () => {
    const socket = await openSocket(world.url)
    socket.send({ type: 'connection_init', payload: { apiKey: token } })
    expect((await socket.closed).code).toBe(1013)
  })
})
