// CalendarPA v1 with access tokens, as an app has them: from the consent of a host to the end of
// the token.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type App,
  credentialsOf,
  givenApp,
  post,
  refresh,
  type Tokens,
  tokensFor,
  tokensIn,
} from '../../helpers/oauth.ts'
import {
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../../helpers/world.ts'
import { restOf } from '../rest.ts'

let world: World
let host: GivenHost
let app: App
let tokens: Tokens

beforeAll(async () => {
  world = await givenWorld()
  app = await givenApp(await givenHost(world))
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:00Z')
  host = await givenHost(world)
  tokens = await tokensFor(host, app, { scope: 'bookings:read bookings:write' })
})

const withToken = (token: string) => restOf(`${world.url}/api/v1`, token)

describe('an access token', () => {
  it('acts for the host who allowed it, with the scopes that they allowed', async () => {
    const rest = withToken(tokens.accessToken)
    expect(tokens.accessToken).toMatch(/^cpa_at_/)
    expect((await rest.get('/me')).body).toMatchObject({ id: host.id, email: host.email })
    const made = await rest.post('/bookings', {
      event_type_id: await givenEventType(host),
      start_time: '2026-03-03T10:00:00Z',
      invitee_name: 'Ann',
      invitee_email: 'ann@example.org',
    })
    expect(made.status).toBe(201)
    expect((await rest.get('/bookings')).body).toMatchObject({ data: [made.body] })
    for (const path of ['/contacts', '/event-types', '/hooks']) {
      expect(await rest.get(path)).toMatchObject({
        status: 403,
        body: { code: 'INSUFFICIENT_SCOPE' },
      })
    }
  })

  it('opens nothing once it has expired, and its successor does', async () => {
    world.clock.forward(24 * 60)
    expect(await withToken(tokens.accessToken).get('/me')).toMatchObject({
      status: 401,
      body: { code: 'INVALID_TOKEN' },
    })
    const { body } = await refresh(world.url, app, tokens.refreshToken)
    expect((await withToken(tokensIn(body).accessToken).get('/me')).status).toBe(200)
  })

  it('opens nothing once either token of its pair was revoked', async () => {
    for (const kind of ['accessToken', 'refreshToken'] as const) {
      const pair = await tokensFor(host, app)
      const rest = withToken(pair.accessToken)
      expect((await rest.get('/me')).status).toBe(200)
      await post(world.url, '/api/oauth/revoke', { ...credentialsOf(app), token: pair[kind] })
      expect(await rest.get('/me'), kind).toMatchObject({
        status: 401,
        body: { code: 'INVALID_TOKEN' },
      })
    }
  })

  it('is not what a refresh token is', async () => {
    expect((await withToken(tokens.refreshToken).get('/me')).status).toBe(401)
  })
})
