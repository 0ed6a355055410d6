// Every error code of RFC 6749 in its place: on a page where the sender is not known, at the app
// where it is, and in JSON where a program asks.

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/rate-limits/table.ts'
import {
  type App,
  authorizeUrl,
  browserOf,
  CHALLENGE,
  codeFor,
  credentialsOf,
  givenApp,
  post,
  redemption,
  refresh,
  tokensFor,
} from '../helpers/oauth.ts'
import { everything, sql } from '../helpers/postgres.ts'
import { at, type GivenHost, givenHost, givenWorld, type World } from '../helpers/world.ts'

const LOOPBACK = 'http://127.0.0.1/callback'
const NATIVE = 'com.example.app:/callback'

let world: World
let host: GivenHost
let app: App
let publicApp: App
let other: App

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  app = await givenApp(host, {
    scopes: ['bookings:read', 'contacts:read'],
    redirectUris: ['https://app.example/callback', 'https://app.example/with?query=1', NATIVE],
  })
  publicApp = await givenApp(host, {
    isPublic: true,
    redirectUris: [LOOPBACK, 'http://[::1]:8080/callback?a=b'],
  })
  other = await givenApp(host)
})
afterAll(() => world.end())

const inSession = () => browserOf(host.headers.cookie)

/** The error that an answer in JSON has, with its status. */
async function errorOf(answer: Promise<{ status: number; headers: Headers; body: unknown }>) {
  const { status, headers, body } = await answer
  expect(at(body, 'error_description')).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  expect(headers.get('cache-control')).toBe('no-store')
  return `${status} ${at(body, 'error')}`
}

describe('an authorization request whose sender is not known', () => {
  const wrong: [string, Record<string, string | undefined>][] = [
    ['names no app', { client_id: undefined }],
    ['names an app that does not exist', { client_id: 'oac_0000000000000000000000' }],
    ['names an app in a text that is no id', { client_id: "oac_' or 1=1 --" }],
    ['names an app with U+0000', { client_id: 'oac_\0' }],
    ['says not where the answer goes', { redirect_uri: undefined }],
    ['leads elsewhere', { redirect_uri: 'https://evil.example/callback' }],
    ['leads to a path below', { redirect_uri: 'https://app.example/callback/more' }],
    ['leads to another path', { redirect_uri: 'https://app.example/callback/../evil' }],
    ['adds a query', { redirect_uri: 'https://app.example/callback?more=1' }],
    ['adds a fragment', { redirect_uri: 'https://app.example/callback#x' }],
    ['changes the scheme', { redirect_uri: 'http://app.example/callback' }],
    ['changes the case', { redirect_uri: 'https://APP.example/callback' }],
    ['adds a port', { redirect_uri: 'https://app.example:8443/callback' }],
    ['adds a user', { redirect_uri: 'https://app.example@evil.example/callback' }],
    ['is a script', { redirect_uri: 'javascript:alert(1)' }],
    ['leads to a loopback address that is not registered', { redirect_uri: LOOPBACK }],
  ]

  it.each(wrong)('and %s, is told to the person, and goes nowhere', async (_name, query) => {
    for (const browser of [browserOf(), inSession()]) {
      const page = await browser.open(authorizeUrl(world.url, app, query))
      expect(page.status).toBe(400)
      expect(page.location).toBeUndefined()
      expect(page.headers.get('content-type')).toContain('text/html')
      expect(page.text).toContain('This link does not work')
      expect(page.text).not.toContain('evil.example')
    }
  })

  it.each(['client_id', 'redirect_uri'])(
    'because its %s came twice, is told to the person',
    async name => {
      const url = new URL(authorizeUrl(world.url, app))
      const value = url.searchParams.get(name) ?? ''
      url.searchParams.append(name, value)
      expect((await inSession().open(url.href)).status).toBe(400)
    },
  )
})

describe('a redirect to a loopback address', () => {
  const open = async (redirect_uri: string) => {
    const page = await inSession().open(authorizeUrl(world.url, publicApp, { redirect_uri }))
    return page.status
  }

  it.each([
    LOOPBACK,
    'http://127.0.0.1:1/callback',
    'http://127.0.0.1:51234/callback',
    'http://[::1]/callback?a=b',
    'http://[::1]:65535/callback?a=b',
  ])('may have any port: %s', async uri => {
    expect(await open(uri)).toBe(200)
  })

  it.each([
    'http://127.0.0.1:51234/other',
    'http://127.0.0.1:51234/callback?more',
    'http://127.0.0.1:99999/callback',
    'http://127.0.0.1:/callback',
    'http://127.0.0.1:80@evil.example/callback',
    'http://127.0.0.1.evil.example/callback',
    'http://127.0.0.2/callback',
    'http://localhost:51234/callback',
    'https://127.0.0.1/callback',
    'http://[::1]:8080/callback',
    'http://[::1]:8080/callback?a=c',
  ])('must be the registered one else: %s', async uri => {
    expect(await open(uri)).toBe(400)
  })

  it('gets its answer at the port that it asked for', async () => {
    const browser = inSession()
    const url = authorizeUrl(world.url, publicApp, {
      redirect_uri: 'http://127.0.0.1:51234/callback',
    })
    const { location } = await browser.submit(await browser.open(url), { act: 'allow' })
    expect(location?.origin).toBe('http://127.0.0.1:51234')
  })
})

describe('an authorization request whose sender is known', () => {
  const wrong: [string, string, Record<string, string | undefined>][] = [
    ['has no response_type', 'invalid_request', { response_type: undefined }],
    ['has an empty response_type', 'invalid_request', { response_type: '' }],
    ['wants a token at once', 'unsupported_response_type', { response_type: 'token' }],
    ['wants more than a code', 'unsupported_response_type', { response_type: 'code token' }],
    ['wants what is unknown', 'unsupported_response_type', { response_type: 'nothing' }],
    ['asks for an unknown scope', 'invalid_scope', { scope: 'bookings:read everything' }],
    ['asks for more than the app may', 'invalid_scope', { scope: 'bookings:write' }],
    ['asks for what no token has', 'invalid_scope', { scope: 'keys:manage' }],
    ['asks for what no token has', 'invalid_scope', { scope: 'apps:manage' }],
    ['has a plain challenge', 'invalid_request', { code_challenge_method: 'plain' }],
    ['has a challenge without a method', 'invalid_request', { code_challenge_method: undefined }],
    ['has an unknown method', 'invalid_request', { code_challenge_method: 'S512' }],
    ['has a method without a challenge', 'invalid_request', { code_challenge: undefined }],
    [
      'has a challenge that is too short',
      'invalid_request',
      { code_challenge: CHALLENGE.slice(1) },
    ],
    [
      'has a challenge of other letters',
      'invalid_request',
      { code_challenge: `${CHALLENGE.slice(1)}=` },
    ],
  ]

  it.each(wrong)('and %s, is told to the app as %s', async (_name, error, query) => {
    for (const browser of [browserOf(), inSession()]) {
      const { status, location, text } = await browser.open(authorizeUrl(world.url, app, query))
      expect([status, text]).toEqual([302, ''])
      expect(`${location?.origin}${location?.pathname}`).toBe(app.redirectUri)
      expect(Object.fromEntries(location?.searchParams ?? [])).toEqual({
        error,
        error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
        state: 'a state',
        iss: world.url,
      })
    }
  })

  it('is a public app without a challenge: invalid_request', async () => {
    const query = { code_challenge: undefined, code_challenge_method: undefined }
    const { location } = await inSession().open(authorizeUrl(world.url, publicApp, query))
    expect(location?.searchParams.get('error')).toBe('invalid_request')
  })

  it('has a parameter twice: invalid_request, without the state if that came twice', async () => {
    for (const name of ['scope', 'response_type', 'code_challenge', 'state']) {
      const { location } = await inSession().open(`${authorizeUrl(world.url, app)}&${name}=x`)
      expect(location?.searchParams.get('error'), name).toBe('invalid_request')
      expect(location?.searchParams.get('state'), name).toBe(name === 'state' ? null : 'a state')
    }
  })

  it('is answered in the query that its URI has, at a private scheme, and without a state that was not sent', async () => {
    const wrong = { response_type: 'token', state: undefined }
    const answer = async (redirect_uri: string) =>
      (await inSession().open(authorizeUrl(world.url, app, { ...wrong, redirect_uri }))).location
        ?.href
    const error = `error=unsupported_response_type&error_description=The+response_type+must+be+code.&iss=${encodeURIComponent(world.url)}`
    expect(await answer('https://app.example/with?query=1')).toBe(
      `https://app.example/with?query=1&${error}`,
    )
    expect(await answer(NATIVE)).toBe(`${NATIVE}?${error}`)
  })

  it('gives the state back letter by letter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1, unit: 'grapheme', maxLength: 50 }),
        async state => {
          const { location } = await browserOf().open(
            authorizeUrl(world.url, app, { response_type: 'token', state }),
          )
          expect(location?.searchParams.get('state')).toBe(state.toWellFormed())
        },
      ),
      { numRuns: 50 },
    )
  })

  it('may leave out the scope, and asks then for all that the app may; a confidential app may leave out PKCE', async () => {
    const query = { scope: undefined, code_challenge: undefined, code_challenge_method: undefined }
    const code = await codeFor(host, app, query)
    const { code_verifier: _, ...form } = redemption(app, code)
    const { body } = await post(world.url, '/oauth/token', form)
    expect(at(body, 'scope')).toBe('bookings:read contacts:read')
  })

  it('meets a failure of ours: server_error, without a word of it', async () => {
    const failing = await givenWorld()
    const owner = await givenHost(failing)
    const url = authorizeUrl(failing.url, await givenApp(owner))
    const browser = browserOf(owner.headers.cookie)
    const page = await browser.open(url)
    await sql(failing.databaseUrl, 'alter table "TokenFamily" rename to "Gone"')
    const { location } = await browser.submit(page, { act: 'allow' })
    expect(Object.fromEntries(location?.searchParams ?? [])).toEqual({
      error: 'server_error',
      error_description: 'Something failed on our side.',
      state: 'a state',
      iss: failing.url,
    })
    const answer = await post(failing.url, '/oauth/token', {
      ...redemption(app, 'x'),
      ...credentialsOf(app),
    })
    expect(answer.status).toBe(401)
    await sql(failing.databaseUrl, 'alter table "OAuthClient" rename to "Gone too"')
    const lost = await post(failing.url, '/oauth/token', redemption(app, 'x'))
    expect([lost.status, lost.body]).toEqual([
      500,
      { error: 'server_error', error_description: 'Something failed on our side.' },
    ])
    await failing.end()
  })
})

describe('a client that does not show who it is', () => {
  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${btoa(`${id}:${secret}`)}`,
  })
  const ask = { grant_type: 'refresh_token', refresh_token: 'cpa_rt_x', token: 'x' }
  const endpoints = [
    '/oauth/token',
    '/oauth/revoke',
    '/oauth/introspect',
    '/api/oauth/token',
    '/api/oauth/revoke',
  ]

  const wrong: [string, () => [Record<string, string>, Record<string, string>]][] = [
    ['says nothing of itself', () => [{}, {}]],
    [
      'does not exist',
      () => [{ client_id: 'oac_0000000000000000000000', client_secret: app.secret }, {}],
    ],
    ['has an id that is none', () => [{ client_id: 'oac_\0', client_secret: app.secret }, {}]],
    ['sends no secret', () => [{ client_id: app.id }, {}]],
    [
      'sends no secret, but a verifier',
      () => [{ client_id: app.id, code_verifier: 'x'.repeat(43) }, {}],
    ],
    ['sends a wrong secret', () => [{ client_id: app.id, client_secret: `${app.secret}x` }, {}]],
    ['sends the secret of another', () => [{ client_id: app.id, client_secret: other.secret }, {}]],
    ['is public and sends a secret', () => [{ client_id: publicApp.id, client_secret: 'x' }, {}]],
    ['sends a wrong header', () => [{}, basic(app.id, 'wrong')]],
    ['sends no secret in the header', () => [{}, basic(app.id, '')]],
    [
      'sends a header without a colon',
      () => [credentialsOf(app), { authorization: `Basic ${btoa('x')}` }],
    ],
    [
      'sends a header that is no base64',
      () => [credentialsOf(app), { authorization: 'Basic ***' }],
    ],
    ['sends a bearer token', () => [credentialsOf(app), { authorization: 'Bearer cpa_at_x' }]],
  ]

  it.each(wrong)('because it %s, is invalid_client with 401', async (_name, credentials) => {
    const [form, headers] = credentials()
    for (const path of endpoints) {
      const answer = await post(world.url, path, { ...ask, ...form }, headers)
      expect(await errorOf(Promise.resolve(answer)), path).toBe('401 invalid_client')
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
    }
  })

  it('because it uses two ways at once, is invalid_request', async () => {
    const twice = () =>
      post(world.url, '/oauth/token', { ...ask, ...credentialsOf(app) }, basic(app.id, app.secret))
    expect(await errorOf(twice())).toBe('400 invalid_request')
    const two = post(
      world.url,
      '/oauth/token',
      { ...ask, client_id: other.id },
      basic(app.id, app.secret),
    )
    expect(await errorOf(two)).toBe('400 invalid_request')
    // The id alone beside the header is fine.
    const one = post(
      world.url,
      '/oauth/token',
      { ...ask, client_id: app.id },
      basic(app.id, app.secret),
    )
    expect(await errorOf(one)).toBe('400 invalid_grant')
  })

  it('is not one whose header has its parts encoded as in a form', async () => {
    const encoded = basic(app.id.replace('_', '%5F'), app.secret.replace('_', '%5f'))
    expect(await errorOf(post(world.url, '/oauth/token', ask, encoded))).toBe('400 invalid_grant')
  })

  it('because it is public, may not introspect', async () => {
    const answer = post(world.url, '/oauth/introspect', { client_id: publicApp.id, token: 'x' })
    expect(await errorOf(answer)).toBe('401 invalid_client')
  })
})

describe('a token request', () => {
  const send = (form: Record<string, string>) => errorOf(post(world.url, '/oauth/token', form))
  const from = (form: Record<string, string>) => send({ ...credentialsOf(app), ...form })

  it.each([
    ['without a grant_type', 'invalid_request', {}],
    [
      'for a password',
      'unsupported_grant_type',
      { grant_type: 'password', username: 'a', password: 'b' },
    ],
    ['for the client itself', 'unsupported_grant_type', { grant_type: 'client_credentials' }],
    ['for a grant of an object', 'unsupported_grant_type', { grant_type: 'constructor' }],
    ['for an unknown grant', 'unsupported_grant_type', { grant_type: 'urn:example:grant' }],
    ['without a code', 'invalid_request', { grant_type: 'authorization_code' }],
    [
      'with an unknown code',
      'invalid_grant',
      { grant_type: 'authorization_code', code: 'cpa_ac_x' },
    ],
    [
      'with a code of other letters',
      'invalid_request',
      { grant_type: 'authorization_code', code: 'ü\0' },
    ],
    ['without a refresh token', 'invalid_request', { grant_type: 'refresh_token' }],
    [
      'with an unknown refresh token',
      'invalid_grant',
      { grant_type: 'refresh_token', refresh_token: 'cpa_rt_x' },
    ],
    [
      'with a refresh token of other letters',
      'invalid_request',
      { grant_type: 'refresh_token', refresh_token: 'ü' },
    ],
  ])('%s is %s', async (_name, error, form) => {
    expect(await from({ ...form })).toBe(`400 ${error}`)
  })

  it('with the code of another client, another URI, no or a wrong verifier is refused, and gets nothing', async () => {
    const redeem = async (
      change: Record<string, string>,
      query: Record<string, string | undefined> = {},
    ) => {
      const form = { ...redemption(app, await codeFor(host, app, query)), ...change }
      return send(Object.fromEntries(Object.entries(form).filter(([, value]) => value !== '')))
    }
    expect(await redeem(credentialsOf(other))).toBe('400 invalid_grant')
    expect(await redeem({ redirect_uri: 'https://app.example/with?query=1' })).toBe(
      '400 invalid_grant',
    )
    expect(await redeem({ redirect_uri: '' })).toBe('400 invalid_request')
    expect(await redeem({ code_verifier: 'another-verifier-of-forty-three-characters-x' })).toBe(
      '400 invalid_grant',
    )
    expect(await redeem({ code_verifier: CHALLENGE })).toBe('400 invalid_grant')
    expect(await redeem({ code_verifier: 'short' })).toBe('400 invalid_request')
    expect(await redeem({ code_verifier: '' })).toBe('400 invalid_grant')
    // RFC 9700 section 2.1.1: a verifier where no challenge was is a downgrade.
    expect(await redeem({}, { code_challenge: undefined, code_challenge_method: undefined })).toBe(
      '400 invalid_grant',
    )
  })

  it('with a refresh token of another client is refused, and the token stays good', async () => {
    const { refreshToken } = await tokensFor(host, app)
    expect(await errorOf(refresh(world.url, other, refreshToken))).toBe('400 invalid_grant')
    expect((await refresh(world.url, app, refreshToken)).status).toBe(200)
  })

  it('for more than was allowed is invalid_scope, and the token stays good', async () => {
    const { refreshToken } = await tokensFor(host, app, { scope: 'bookings:read' })
    for (const scope of [
      'contacts:read',
      'bookings:read bookings:write',
      'everything',
      'keys:manage',
    ]) {
      expect(await errorOf(refresh(world.url, app, refreshToken, { scope })), scope).toBe(
        '400 invalid_scope',
      )
    }
    expect((await refresh(world.url, app, refreshToken)).status).toBe(200)
  })

  it('with an access token in place of a refresh token is refused, and the other way round', async () => {
    const { accessToken, refreshToken } = await tokensFor(host, app)
    expect(await errorOf(refresh(world.url, app, accessToken))).toBe('400 invalid_grant')
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${refreshToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })

  it('is held to twenty a minute for each client and address', async () => {
    const guarded = await givenWorld({ config: { limits: defaultLimits } })
    const owner = await givenHost(guarded)
    const [one, two] = [await givenApp(owner), await givenApp(owner)]
    const form = { grant_type: 'refresh_token', refresh_token: 'x' }
    const ask = (client: App) =>
      post(guarded.url, '/oauth/token', { ...credentialsOf(client), ...form })
    const answers = []
    for (let time = 0; time < 21; time++) answers.push(await ask(one))
    expect(answers.slice(0, 20).every(({ status }) => status === 400)).toBe(true)
    const held = answers[20]
    expect([held?.status, at(held?.body, 'error')]).toEqual([429, 'temporarily_unavailable'])
    expect(Number(held?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(held?.headers.get('x-ratelimit-limit')).toBe('20')
    expect(held?.headers.get('x-ratelimit-remaining')).toBe('0')
    // The other path counts to the same; another client does not.
    const alias = await post(guarded.url, '/api/oauth/token', { ...credentialsOf(one), ...form })
    expect(alias.status).toBe(429)
    expect((await ask(two)).status).toBe(400)
    await guarded.end()
  })
})

describe('revocation', () => {
  it('without a token is invalid_request; of one of another client invalid_grant, and ends nothing', async () => {
    const revoke = (form: Record<string, string>) =>
      errorOf(post(world.url, '/oauth/revoke', { ...credentialsOf(other), ...form }))
    const { refreshToken, accessToken } = await tokensFor(host, app)
    expect(await revoke({})).toBe('400 invalid_request')
    // The endpoints at the root say 403, as Calendly's apps expect.
    for (const token of [accessToken, refreshToken])
      expect(await revoke({ token })).toBe('403 invalid_grant')
    const form = { ...credentialsOf(other), token: accessToken }
    expect(await errorOf(post(world.url, '/api/oauth/revoke', form))).toBe('400 invalid_grant')
    expect((await refresh(world.url, app, refreshToken)).status).toBe(200)
  })

  it('of what is no token, or none any more, is no error, whatever the hint', async () => {
    const { accessToken } = await tokensFor(host, app)
    for (const token of ['nothing', 'ü\0', accessToken, accessToken]) {
      for (const token_type_hint of ['refresh_token', 'nonsense']) {
        const form = { ...credentialsOf(app), token, token_type_hint }
        expect(await post(world.url, '/oauth/revoke', form)).toMatchObject({
          status: 200,
          body: {},
        })
      }
    }
  })
})

describe('introspection', () => {
  it('without a token is invalid_request; of one of another client says nothing', async () => {
    const ask = (form: Record<string, string>) =>
      post(world.url, '/oauth/introspect', { ...credentialsOf(other), ...form })
    expect(await errorOf(ask({}))).toBe('400 invalid_request')
    const { accessToken, refreshToken } = await tokensFor(host, app)
    for (const token of [accessToken, refreshToken, 'nothing']) {
      expect((await ask({ token })).body).toEqual({ active: false })
    }
  })
})

describe('a body', () => {
  const paths = ['/oauth/token', '/oauth/revoke', '/oauth/introspect']
  async function send(path: string, type: string | undefined, body: string, method = 'POST') {
    const response = await fetch(`${world.url}${path}`, {
      method,
      ...(method === 'POST' && { body: new TextEncoder().encode(body) }),
      headers: type === undefined ? {} : { 'content-type': type },
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }

  it.each([
    ['of no type', undefined, 'grant_type=refresh_token'],
    ['of another type', 'text/plain', 'grant_type=refresh_token'],
    ['of several parts', 'multipart/form-data; boundary=x', '--x--'],
    ['in broken JSON', 'application/json', '{"grant_type":'],
    ['in JSON that is a list', 'application/json', '[]'],
    ['in JSON that is a text', 'application/json', '"x"'],
    ['in JSON that is nothing', 'application/json', ''],
    ['in JSON with a number', 'application/json', '{"client_id":1}'],
    ['in JSON with an object', 'application/json', '{"client_id":{"toString":"x"}}'],
    ['in JSON with a list', 'application/json', '{"scope":["bookings:read"]}'],
    ['with a parameter twice', 'application/x-www-form-urlencoded', 'client_id=a&client_id=b'],
  ])('%s is invalid_request', async (_name, type, body) => {
    for (const path of paths)
      expect(await errorOf(send(path, type, body)), path).toBe('400 invalid_request')
  })

  it('that is too long is refused', async () => {
    const body = `token=${'x'.repeat(20_000)}`
    for (const path of paths) {
      expect(await errorOf(send(path, 'application/x-www-form-urlencoded', body))).toBe(
        '413 invalid_request',
      )
    }
  })

  it.each(['GET', 'PUT', 'DELETE'])('of a %s is refused', async method => {
    for (const path of paths) {
      const answer = await send(path, undefined, '', method)
      expect(await errorOf(Promise.resolve(answer))).toBe('405 invalid_request')
      expect(answer.headers.get('allow')).toBe('POST')
    }
  })

  it('in JSON says the same as a form', async () => {
    const code = await codeFor(host, app)
    const json = JSON.stringify({ ...redemption(app, code), unknown: null })
    const { status, body } = await send('/api/oauth/token', 'application/json; charset=utf-8', json)
    expect(status).toBe(200)
    expect(at(body, 'access_token')).toMatch(/^cpa_at_/)
    const token = at(body, 'refresh_token')
    const revoked = await send(
      '/api/oauth/revoke',
      'application/json',
      JSON.stringify({ ...credentialsOf(app), token }),
    )
    expect(revoked.status).toBe(200)
  })

  it('of anything at all is answered with an error of the RFC, and changes nothing', async () => {
    const names = [
      'grant_type',
      'code',
      'refresh_token',
      'redirect_uri',
      'client_id',
      'client_secret',
      'code_verifier',
      'scope',
      'token',
      '__proto__',
    ]
    const values = [
      'authorization_code',
      'refresh_token',
      app.id,
      app.secret,
      publicApp.id,
      app.redirectUri,
      'bookings:read',
      'cpa_rt_x',
      '\0',
      '\ud800',
    ]
    const value = fc.oneof(fc.constantFrom(...values), fc.string({ unit: 'binary' }))
    const before = await everything(world.databaseUrl)
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...names), value),
        fc.constantFrom(...paths),
        fc.boolean(),
        async (form, path, asJson) => {
          const { status, body } = asJson
            ? await send(path, 'application/json', JSON.stringify(form))
            : await send(path, 'application/x-www-form-urlencoded', `${new URLSearchParams(form)}`)
          const told = status === 200 ? JSON.stringify(body) : `${status} ${at(body, 'error')}`
          expect(told).toMatch(
            /^(\{\}|\{"active":false\}|400 (invalid_(request|grant|scope)|unsupported_grant_type)|401 invalid_client)$/,
          )
        },
      ),
      { numRuns: 300 },
    )
    expect(await everything(world.databaseUrl)).toEqual(before)
  })
})
