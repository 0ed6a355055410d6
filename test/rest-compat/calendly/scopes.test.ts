import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type App,
  authorizeUrl,
  browserOf,
  codeFor,
  credentialsOf,
  givenApp,
  post,
  redemption,
  refresh,
  tokensFor,
  tokensIn,
} from '../../helpers/oauth.ts'
import { type GivenHost, givenHost, givenWorld, textAt, type World } from '../../helpers/world.ts'
import { restOf } from '../rest.ts'

let world: World
let host: GivenHost
let app: App

beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
  host = await givenHost(world)
  app = await givenApp(host)
})
afterAll(() => world.end())

const withToken = (token: string) => restOf(world.url, token)

describe('Calendly’s scopes', () => {
  const scope = 'users:read scheduled_events:write event_types:read'

  it('are asked for, repeated in every answer, and mean those of the graph', async () => {
    const { body } = await post(
      world.url,
      '/oauth/token',
      redemption(app, await codeFor(host, app, { scope })),
    )
    expect(body).toMatchObject({ token_type: 'Bearer', scope, expires_in: 7200 })
    const { accessToken, refreshToken } = tokensIn(body)
    for (const token of [accessToken, refreshToken]) {
      const told = await post(world.url, '/oauth/introspect', { ...credentialsOf(app), token })
      expect(told.body).toMatchObject({ active: true, scope, owner: textAt(body, 'owner') })
    }
    const api = withToken(accessToken)
    expect((await api.get('/users/me')).status).toBe(200)
    // Writing includes reading.
    expect((await api.get('/scheduled_events')).status).toBe(200)
    expect((await api.get('/event_types')).status).toBe(200)
    expect(await api.get('/user_availability_schedules')).toMatchObject({
      status: 403,
      body: { title: 'Insufficient scope', required_scopes: ['availability:read'] },
    })
    expect(await api.get('/webhook_subscriptions')).toMatchObject({
      body: { required_scopes: ['webhooks:write'] },
    })

    const next = await refresh(world.url, app, refreshToken, {
      scope: 'users:read event_types:read',
    })
    expect(next.body).toMatchObject({ scope: 'users:read event_types:read' })
    const narrow = withToken(tokensIn(next.body).accessToken)
    expect((await narrow.get('/event_types')).status).toBe(200)
    expect(await narrow.get('/scheduled_events')).toMatchObject({
      status: 403,
      body: { required_scopes: ['scheduled_events:read'] },
    })
    const wider = await refresh(world.url, app, tokensIn(next.body).refreshToken, {
      scope: 'contacts:read',
    })
    expect(wider).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
  })

  it('that mean nothing here tell whose the account is, and no more', async () => {
    const asked = { scope: 'users:read locations:read meeting_recaps:write' }
    const page = await browserOf(host.headers.cookie).open(
      authorizeUrl(world.url, await givenApp(host), asked),
    )
    expect(page.text.match(/<li>.*?<\/li>/g)).toEqual([
      '<li>Read who you are: your name, e-mail and time zone</li>',
    ])

    const { accessToken } = await tokensFor(host, app, asked)
    expect((await withToken(accessToken).get('/users/me')).status).toBe(200)
    expect((await withToken(accessToken).get('/event_types')).status).toBe(403)
  })

  it('are shown on the consent page as what they grant', async () => {
    const asked = { scope: 'users:read scheduling_links:write webhooks:read' }
    const page = await browserOf(host.headers.cookie).open(
      authorizeUrl(world.url, await givenApp(host), asked),
    )
    const items = page.text.match(/<li>.*?<\/li>/g)
    expect(items).toHaveLength(3)
    expect(items?.[0]).toBe('<li>Create, change and archive event types</li>')
    expect(items?.[1]).toBe('<li>Read your event types</li>')
    expect(items?.[2]).toContain('links by which invitees cancel and move')
  })

  it.each(['users:read flights:read', 'users:write', 'toString users:read', 'keys:manage'])(
    '%j is asked in vain',
    async scope => {
      const page = await browserOf(host.headers.cookie).open(
        authorizeUrl(world.url, app, { scope }),
      )
      expect(page.location?.searchParams.get('error')).toBe('invalid_scope')
    },
  )

  it('grant an app no more than it was registered for', async () => {
    const small = await givenApp(host, { scopes: ['bookings:read'] })
    const ask = (scope: string) =>
      browserOf(host.headers.cookie).open(authorizeUrl(world.url, small, { scope }))
    expect((await ask('users:read scheduled_events:read')).status).toBe(200)
    expect((await ask('scheduled_events:write')).location?.searchParams.get('error')).toBe(
      'invalid_scope',
    )
  })

  it('of the graph’s own words mean what they mean there: writing without reading', async () => {
    const { accessToken } = await tokensFor(host, app, { scope: 'event_types:write' })
    expect((await withToken(accessToken).get('/event_types')).status).toBe(403)
  })

  it('are all granted for `default`, as far as the app may have them', async () => {
    const { body } = await post(
      world.url,
      '/oauth/token',
      redemption(app, await codeFor(host, app, { scope: 'default' })),
    )
    expect(body).toMatchObject({ scope: 'default' })
    const api = withToken(tokensIn(body).accessToken)
    for (const path of [
      '/scheduled_events',
      '/event_types',
      '/contacts',
      '/user_availability_schedules',
      '/webhook_subscriptions',
    ]) {
      expect((await api.get(path)).status, path).toBe(200)
    }
    const next = await refresh(world.url, app, tokensIn(body).refreshToken, { scope: 'default' })
    expect((await withToken(tokensIn(next.body).accessToken).get('/contacts')).status).toBe(200)

    const small = await givenApp(host, { scopes: ['event_types:read'] })
    const { accessToken } = await tokensFor(host, small, { scope: 'default' })
    expect((await withToken(accessToken).get('/event_types')).status).toBe(200)
    expect((await withToken(accessToken).get('/scheduled_events')).status).toBe(403)
    const page = await browserOf(host.headers.cookie).open(
      authorizeUrl(world.url, await givenApp(host), { scope: 'default' }),
    )
    expect(page.text).toContain('<li>Read your contacts</li>')
  })

  it('may have commas between them', async () => {
    const asked = { scope: 'users:read,event_types:read' }
    const { body } = await post(
      world.url,
      '/oauth/token',
      redemption(app, await codeFor(host, app, asked)),
    )
    expect(body).toMatchObject({ scope: 'users:read event_types:read' })
    const next = await refresh(world.url, app, tokensIn(body).refreshToken, asked)
    expect(next).toMatchObject({ status: 200, body: { scope: 'users:read event_types:read' } })
  })

  it('stand in the metadata', async () => {
    const metadata = await (
      await fetch(`${world.url}/.well-known/oauth-authorization-server`)
    ).json()
    expect(metadata).toMatchObject({
      scopes_supported: expect.arrayContaining([
        'bookings:read',
        'scheduled_events:read',
        'users:read',
      ]),
    })
  })
})

it('a token is revoked by its app alone: another is told 403', async () => {
  const { accessToken: token } = await tokensFor(host, app)
  const other = await givenApp(host)
  expect(await post(world.url, '/oauth/revoke', { ...credentialsOf(other), token })).toMatchObject({
    status: 403,
    body: { error: 'invalid_grant', error_description: expect.any(String) },
  })
  expect(await post(world.url, '/oauth/revoke', credentialsOf(app))).toMatchObject({
    status: 400,
    body: { error: 'invalid_request' },
  })
  expect(await post(world.url, '/oauth/revoke', { ...credentialsOf(app), token })).toMatchObject({
    status: 200,
    body: {},
  })
  const inactive = await post(world.url, '/oauth/introspect', { ...credentialsOf(app), token })
  expect(inactive.body).toEqual({ active: false })
})
