// An independent client, oauth4webapi, goes through the whole of the server.

import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type App, browserOf, givenApp } from '../helpers/oauth.ts'
import { clientOf, type GivenHost, givenHost, givenWorld, type World } from '../helpers/world.ts'

let world: World
let host: GivenHost
let server: oauth.AuthorizationServer

const insecure = { [oauth.allowInsecureRequests]: true }

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  const issuer = new URL(world.url)
  const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
  server = await oauth.processDiscoveryResponse(issuer, response)
})
afterAll(() => world.end())

/** The ways in which a client can show who it is. */
const ways: Record<string, { isPublic: boolean; auth: (app: App) => oauth.ClientAuth }> = {
  'a secret in the header': {
    isPublic: false,
    auth: ({ secret }) => oauth.ClientSecretBasic(secret),
  },
  'a secret in the body': { isPublic: false, auth: ({ secret }) => oauth.ClientSecretPost(secret) },
  'PKCE alone': { isPublic: true, auth: () => oauth.None() },
}

/**
 * Sends the host to the server and back; answers what came back with the verifier and state that it
 * belongs to.
 */
async function sentBack(app: App, scope: string) {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const url = new URL(server.authorization_endpoint ?? '')
  url.search = `${new URLSearchParams({
    client_id: app.id,
    redirect_uri: app.redirectUri,
    response_type: 'code',
    scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })}`
  const browser = browserOf(host.headers.cookie)
  const answer = await browser.submit(await browser.open(url.href), { act: 'allow' })
  expect(answer.status).toBe(302)
  return { callback: answer.location ?? new URL('about:blank'), verifier, state }
}

async function redeemed(app: App, auth: oauth.ClientAuth, scope: string) {
  const client = { client_id: app.id }
  const { callback, verifier, state } = await sentBack(app, scope)
  const parameters = oauth.validateAuthResponse(server, client, callback, state)
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    auth,
    parameters,
    app.redirectUri,
    verifier,
    insecure,
  )
  return oauth.processAuthorizationCodeResponse(server, client, response)
}

/** A gateway learns of an end by a signal, which takes its moment. */
const expectEnded = (accessToken: string) =>
  vi.waitFor(async () => {
    const asApp = clientOf(world.url, { authorization: `Bearer ${accessToken}` })
    expect(await asApp.codeOf('{ viewer { id } }')).toBe('UNAUTHENTICATED')
  })

describe('the metadata', () => {
  it('name the endpoints and what the server can do', () => {
    expect(server).toMatchObject({
      issuer: world.url,
      authorization_endpoint: `${world.url}/oauth/authorize`,
      token_endpoint: `${world.url}/oauth/token`,
      revocation_endpoint: `${world.url}/oauth/revoke`,
      introspection_endpoint: `${world.url}/oauth/introspect`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    })
    expect(server.scopes_supported).toContain('bookings:read')
    expect(server.scopes_supported).not.toContain('keys:manage')
    expect(server.scopes_supported).not.toContain('apps:manage')
  })

  it('name the address that clients reach, not the one that the server listens on', async () => {
    const published = await givenWorld({ config: { publicUrl: 'https://cal.example' } })
    const response = await fetch(`${published.url}/.well-known/oauth-authorization-server`)
    const found = await oauth.processDiscoveryResponse(new URL('https://cal.example'), response)
    expect(found.token_endpoint).toBe('https://cal.example/oauth/token')
    await published.end()
  })
})

describe.each(Object.entries(ways))(
  'an app that shows who it is by %s',
  (_name, { isPublic, auth }) => {
    const scope = 'bookings:read contacts:read'

    it('gets tokens, uses them, refreshes them and gives them back', async () => {
      const app = await givenApp(host, { isPublic })
      const client = { client_id: app.id }
      const tokens = await redeemed(app, auth(app), scope)
      expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 7200, scope })
      expect(tokens.access_token).toMatch(/^cpa_at_\w{40}$/)
      expect(tokens.refresh_token).toMatch(/^cpa_rt_\w{40}$/)

      const response = await oauth.protectedResourceRequest(
        tokens.access_token,
        'POST',
        new URL(`${world.url}/graphql`),
        new Headers({ 'content-type': 'application/json' }),
        JSON.stringify({ query: '{ viewer { id } bookings { totalCount } }' }),
        insecure,
      )
      expect(await response.json()).toMatchObject({
        data: { viewer: { id: host.id }, bookings: { totalCount: 0 } },
      })

      const refreshed = await oauth.processRefreshTokenResponse(
        server,
        client,
        await oauth.refreshTokenGrantRequest(
          server,
          client,
          auth(app),
          tokens.refresh_token ?? '',
          insecure,
        ),
      )
      expect(refreshed).toMatchObject({ expires_in: 7200, scope })
      expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
      const asApp = clientOf(world.url, { authorization: `Bearer ${refreshed.access_token}` })
      expect(await asApp.run('{ viewer { id } }')).toEqual({ viewer: { id: host.id } })

      await oauth.processRevocationResponse(
        await oauth.revocationRequest(
          server,
          client,
          auth(app),
          refreshed.refresh_token ?? '',
          insecure,
        ),
      )
      await expectEnded(refreshed.access_token)
    })

    it('loses all its tokens when a refresh token is used again after the grace period', async () => {
      const app = await givenApp(host, { isPublic })
      const client = { client_id: app.id }
      const first = await redeemed(app, auth(app), scope)
      const spend = async (token: string | undefined) =>
        oauth.processRefreshTokenResponse(
          server,
          client,
          await oauth.refreshTokenGrantRequest(server, client, auth(app), token ?? '', insecure),
        )
      const second = await spend(first.refresh_token)
      const third = await spend(second.refresh_token)
      world.clock.forward(1)
      await expect(spend(first.refresh_token)).rejects.toMatchObject({
        error: 'invalid_grant',
        status: 400,
      })
      await expect(spend(third.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
      for (const { access_token } of [first, second, third]) await expectEnded(access_token)
    })
  },
)

describe('the answer to an app', () => {
  it('carries its state and who answers, so that a mixed-up one is noticed', async () => {
    const app = await givenApp(host)
    const client = { client_id: app.id }
    const { callback, state } = await sentBack(app, 'bookings:read')
    expect(callback.searchParams.get('iss')).toBe(world.url)
    expect(() =>
      oauth.validateAuthResponse(server, client, callback, oauth.generateRandomState()),
    ).toThrow('state')
    const other = { ...server, issuer: 'https://other.example' }
    expect(() => oauth.validateAuthResponse(other, client, callback, state)).toThrow('iss')
    callback.searchParams.delete('iss')
    expect(() => oauth.validateAuthResponse(server, client, callback, state)).toThrow('iss')
  })

  it('is told as an error to a client that asks for what it cannot have', async () => {
    const app = await givenApp(host)
    const client = { client_id: app.id }
    const browser = browserOf(host.headers.cookie)
    const url = new URL(server.authorization_endpoint ?? '')
    url.search = `${new URLSearchParams({
      client_id: app.id,
      redirect_uri: app.redirectUri,
      response_type: 'code',
      scope: 'keys:manage',
      state: 's',
    })}`
    const { location } = await browser.open(url.href)
    expect(() => oauth.validateAuthResponse(server, client, location ?? url, 's')).toThrow(
      expect.objectContaining({ error: 'invalid_scope' }),
    )
  })
})

describe('introspection', () => {
  it('tells a confidential app what its tokens are, until they end', async () => {
    const app = await givenApp(host)
    const client = { client_id: app.id }
    const auth = oauth.ClientSecretBasic(app.secret)
    const { access_token, refresh_token = '' } = await redeemed(app, auth, 'bookings:read')
    const look = async (token: string) =>
      oauth.processIntrospectionResponse(
        server,
        client,
        await oauth.introspectionRequest(server, client, auth, token, insecure),
      )
    const now = world.clock.now().getTime() / 1000
    const owner = {
      created_at: now,
      owner: `${world.url}/users/${host.id.replace('_', '-')}`,
      organization: `${world.url}/organizations/${host.id.replace('usr_', 'org-')}`,
    }
    const whose = { client_id: app.id, sub: host.id, iss: world.url, ...owner }
    const both = { active: true, scope: 'bookings:read', iat: now, ...whose }
    expect(await look(access_token)).toEqual({ ...both, exp: now + 7200, token_type: 'Bearer' })
    expect(await look(refresh_token)).toEqual({ ...both, exp: now + 90 * 86_400 })
    expect(await look('cpa_at_nothing')).toEqual({ active: false })

    await oauth.processRevocationResponse(
      await oauth.revocationRequest(server, client, auth, access_token, insecure),
    )
    expect(await look(access_token)).toEqual({ active: false })
    expect(await look(refresh_token)).toEqual({ active: false })
  })
})
