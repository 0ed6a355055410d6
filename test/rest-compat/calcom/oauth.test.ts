// Cal.com v2: OAuth 2.0 for apps, in its words.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type App, browserOf, codeFor, givenApp, tokensFor, VERIFIER } from '../../helpers/oauth.ts'
import {
  at,
  type GivenHost,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { calcomOf, givenCalcom, refused, success } from './calcom.ts'

let world: World
let host: GivenHost
let app: App

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:20Z')
  host = await givenHost(world)
  app = await givenApp(await givenHost(world))
})

async function ask(body: Record<string, unknown>) {
  const response = await fetch(`${world.url}/v2/auth/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

const exchange = (code: string, more: Record<string, unknown> = {}) =>
  ask({
    grant_type: 'authorization_code',
    client_id: app.id,
    client_secret: app.secret,
    code,
    redirect_uri: app.redirectUri,
    code_verifier: VERIFIER,
    ...more,
  })

const refresh = (token: string, more: Record<string, unknown> = {}) =>
  ask({
    grant_type: 'refresh_token',
    client_id: app.id,
    client_secret: app.secret,
    refresh_token: token,
    ...more,
  })

it('gives tokens for a code, bare, with the scopes by the names of the app', async () => {
  const { status, headers, body } = await exchange(
    await codeFor(host, app, { scope: 'SCHEDULE_READ PROFILE_READ' }),
  )
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 1800,
      refresh_token: expect.any(String),
      scope: 'SCHEDULE_READ PROFILE_READ',
    },
  })
  expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache'])

  const api = calcomOf(world.url, textAt(body, 'access_token'), '2024-06-11')
  expect((await api.get('/schedules')).status).toBe(200)
  expect(
    await api.post('/schedules', { name: 'X', timeZone: 'UTC', isDefault: false }),
  ).toMatchObject(refused(403, expect.stringMatching(/^insufficient_scope.*SCHEDULE_WRITE/)))
  world.clock.set('2026-03-02T07:30:21Z')
  expect((await api.get('/me')).status).toBe(401)
  const next = await refresh(textAt(body, 'refresh_token'))
  expect(next).toMatchObject({ status: 200, body: { token_type: 'bearer', expires_in: 1800 } })
  expect((await calcomOf(world.url, textAt(next.body, 'access_token')).get('/me')).status).toBe(200)
  // A refresh token that is used again after the grace period was stolen from somebody.
  world.clock.forward(1)
  expect(await refresh(textAt(body, 'refresh_token'))).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'invalid_refresh_token' },
  })
})

it('reads commas between scopes, at the consent page and at the token endpoint', async () => {
  for (const scope of ['SCHEDULE_READ,PROFILE_READ', 'SCHEDULE_READ, PROFILE_READ']) {
    const { status, body } = await exchange(await codeFor(host, app, { scope }))
    expect([status, at(body, 'scope')]).toEqual([200, 'SCHEDULE_READ PROFILE_READ'])
    const next = await refresh(textAt(body, 'refresh_token'), {
      scope: 'SCHEDULE_READ,PROFILE_READ',
    })
    expect([next.status, at(next.body, 'scope')]).toEqual([200, 'SCHEDULE_READ PROFILE_READ'])
  }
})

it('holds an app that asks for the scopes of old apps alone to no scope', async () => {
  for (const scope of ['READ_PROFILE,READ_BOOKING', 'READ_BOOKING', 'READ_PROFILE']) {
    const { body } = await exchange(await codeFor(host, app, { scope }))
    const api = calcomOf(world.url, textAt(body, 'access_token'), '2024-06-11')
    expect((await api.get('/schedules')).status).toBe(200)
    expect(
      (await api.post('/schedules', { name: scope, timeZone: 'UTC', isDefault: false })).status,
    ).toBe(201)
  }
  // Beside others they mean what they say.
  const { body } = await exchange(
    await codeFor(host, app, { scope: 'READ_PROFILE EVENT_TYPE_READ' }),
  )
  expect(
    (await calcomOf(world.url, textAt(body, 'access_token'), '2024-06-11').get('/schedules'))
      .status,
  ).toBe(403)
  // No app gets more than it may have.
  const small = await givenApp(host, { scopes: ['bookings:read'] })
  const tokens = await tokensFor(host, small, { scope: 'READ_PROFILE,READ_BOOKING' })
  expect(
    (await calcomOf(world.url, tokens.accessToken, '2024-06-11').get('/schedules')).status,
  ).toBe(403)
})

it('says what is wrong in its own codes', async () => {
  const code = await codeFor(host, app)
  const said = async (answer: ReturnType<typeof ask>) => {
    const { status, body } = await answer
    return [status, body.error, body.error_description]
  }
  expect(await said(exchange(code, { client_id: 'nobody' }))).toEqual([
    401,
    'invalid_client',
    'client_not_found',
  ])
  expect(await said(exchange(code, { client_secret: 'no' }))).toEqual([
    401,
    'invalid_client',
    'invalid_client_credentials',
  ])
  expect(await said(exchange(code, { redirect_uri: 'https://b.example' }))).toEqual([
    400,
    'invalid_grant',
    'redirect_uri_mismatch',
  ])
  expect(await said(exchange(code, { code_verifier: `${VERIFIER}x` }))).toEqual([
    400,
    'invalid_grant',
    'pkce_verification_failed',
  ])
  expect(await said(ask({ grant_type: 'authorization_code' }))).toEqual([
    400,
    'invalid_request',
    'client_id is required',
  ])
  expect(await said(exchange('no-code'))).toEqual([400, 'invalid_grant', 'code_invalid_or_expired'])
  expect(
    (
      await said(ask({ grant_type: 'password', client_id: app.id, client_secret: app.secret }))
    ).slice(0, 2),
  ).toEqual([400, 'invalid_request'])
})

it('sends people to the consent page, which needs no response type', async () => {
  const query = new URLSearchParams({
    client_id: app.id,
    redirect_uri: app.redirectUri,
    scope: 'BOOKING_READ',
    state: 's',
  })
  const browser = browserOf(host.headers.cookie)
  const { location } = await browser.open(`${world.url}/auth/oauth2/authorize?${query}`)
  const page = await browser.open(location?.href ?? '')
  expect(page.text).toContain('Read your bookings')
  const denied = await browser.submit(page, { act: 'deny' })
  expect(denied.location?.searchParams.get('error')).toBe('access_denied')
  expect(denied.location?.searchParams.get('state')).toBe('s')
})

it('tells of an app to whoever is logged in', async () => {
  const api = await givenCalcom(world, host)
  expect((await api.get(`/auth/oauth2/clients/${app.id}`)).body).toEqual(
    success({
      client_id: app.id,
      redirect_uri: app.redirectUri,
      redirect_uris: [app.redirectUri],
      name: 'Sync',
      logo: null,
      is_trusted: false,
      client_type: 'CONFIDENTIAL',
    }),
  )
  expect((await api.get('/auth/oauth2/clients/nobody')).status).toBe(404)
  expect((await calcomOf(world.url, '').get(`/auth/oauth2/clients/${app.id}`)).status).toBe(401)
})
