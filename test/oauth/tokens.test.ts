import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type App,
  codeFor,
  credentialsOf,
  givenApp,
  post,
  redemption,
  refresh,
  type Tokens,
  tokensFor,
  tokensIn,
} from '../helpers/oauth.ts'
import { everything, sql } from '../helpers/postgres.ts'
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
  MONDAY,
  textAt,
  type World,
} from '../helpers/world.ts'

const WHO = '{ viewer { id } }'
const LIVE = 'subscription { bookingEvents { kind } }'

let world: World
let host: GivenHost
let app: App

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  app = await givenApp(host)
})
// Sessions end sooner than refresh tokens.
beforeEach(() => world.clock.set(MONDAY))
afterAll(() => world.end())

const asApp = ({ accessToken }: Pick<Tokens, 'accessToken'>, url = world.url): Client =>
  clientOf(url, { authorization: `Bearer ${accessToken}` })
const expectGood = async (tokens: Tokens) =>
  expect(await asApp(tokens).run(WHO)).toEqual({ viewer: { id: host.id } })
/** A gateway learns of an end by a signal, which takes its moment. */
const expectEnded = (tokens: Pick<Tokens, 'accessToken'>, url = world.url) =>
  vi.waitFor(async () => expect(await asApp(tokens, url).codeOf(WHO)).toBe('UNAUTHENTICATED'))
const errorOf = async (answer: Promise<{ body: unknown }>) => at((await answer).body, 'error')
const minutes = (seconds: number) => seconds / 60

describe('a code', () => {
  const redeem = (form: Record<string, string>) => post(world.url, '/oauth/token', form)

  it('is good for sixty seconds', async () => {
    const [soon, late] = [
      redemption(app, await codeFor(host, app)),
      redemption(app, await codeFor(host, app)),
    ]
    world.clock.forward(minutes(59))
    expect((await redeem(soon)).status).toBe(200)
    world.clock.forward(minutes(1))
    expect(await errorOf(redeem(late))).toBe('invalid_grant')
  })

  it('is good once: redeemed twice, it ends the tokens that it gave, and those that followed', async () => {
    const form = redemption(app, await codeFor(host, app))
    const tokens = tokensIn((await redeem(form)).body)
    const next = tokensIn((await refresh(world.url, app, tokens.refreshToken)).body)
    await expectGood(next)
    world.clock.forward(60 * 24)
    expect(await errorOf(redeem(form))).toBe('invalid_grant')
    await expectEnded(tokens)
    await expectEnded(next)
    expect(await errorOf(refresh(world.url, app, next.refreshToken))).toBe('invalid_grant')
  })

  it('that another client has got hold of is refused, and stays good for its own', async () => {
    const other = await givenApp(host)
    const code = await codeFor(host, app)
    expect(await errorOf(redeem({ ...redemption(app, code), ...credentialsOf(other) }))).toBe(
      'invalid_grant',
    )
    expect((await redeem(redemption(app, code))).status).toBe(200)
  })

  it('with a wrong verifier is used up, so that nobody tries them one by one', async () => {
    const form = redemption(app, await codeFor(host, app))
    expect(await errorOf(redeem({ ...form, code_verifier: 'x'.repeat(43) }))).toBe('invalid_grant')
    expect(await errorOf(redeem(form))).toBe('invalid_grant')
  })

  it('redeemed by twenty at once over two gateways gives no tokens that stay good', async () => {
    const second = await world.secondGateway()
    const form = redemption(app, await codeFor(host, app))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        post(index % 2 ? second.url : world.url, '/oauth/token', form),
      ),
    )
    const won = answers.filter(({ status }) => status === 200)
    expect(won.length).toBeLessThanOrEqual(1)
    expect(answers.filter(({ body }) => at(body, 'error') === 'invalid_grant')).toHaveLength(
      20 - won.length,
    )
    for (const { body } of won) await expectEnded(tokensIn(body))
  })
})

describe('an access token', () => {
  it('is good for two hours', async () => {
    const tokens = await tokensFor(host, app)
    world.clock.forward(119)
    await expectGood(tokens)
    world.clock.forward(1)
    expect(await asApp(tokens).codeOf(WHO)).toBe('UNAUTHENTICATED')
    // Its refresh token is.
    await expectGood(tokensIn((await refresh(world.url, app, tokens.refreshToken)).body))
  })

  it('may do what was allowed, and nothing else', async () => {
    const tokens = await tokensFor(host, app, { scope: 'event_types:read' })
    expect(await asApp(tokens).run('{ eventTypes { totalCount } }')).toMatchObject({
      eventTypes: {},
    })
    const refused = await asApp(tokens).refused('{ bookings { totalCount } }')
    expect(refused[0]?.extensions).toEqual({ code: 'INSUFFICIENT_SCOPE', scope: 'bookings:read' })
  })

  it('may do less when it was refreshed for less, and the next all again', async () => {
    const tokens = await tokensFor(host, app, { scope: 'bookings:read contacts:read' })
    const answer = await refresh(world.url, app, tokens.refreshToken, { scope: 'contacts:read' })
    expect(at(answer.body, 'scope')).toBe('contacts:read')
    const less = tokensIn(answer.body)
    expect(await asApp(less).codeOf('{ bookings { totalCount } }')).toBe('INSUFFICIENT_SCOPE')
    // RFC 6749 section 6: the refresh token keeps the scope of the one before.
    const all = await refresh(world.url, app, less.refreshToken)
    expect(at(all.body, 'scope')).toBe('bookings:read contacts:read')
  })

  it('never manages keys, apps or authorizations, even if somebody writes it into the tables', async () => {
    const tokens = await tokensFor(host, app)
    await sql(
      world.databaseUrl,
      `update "AccessToken" set "scopes" = '{keys:manage,apps:manage,bookings:read,nonsense}'`,
    )
    const client = asApp(tokens)
    const manage = [
      'mutation { createApiKey(input: { label: "x" }) { secret } }',
      '{ apiKeys { totalCount } }',
      '{ oauthClients { totalCount } }',
      '{ authorizedApps { totalCount } }',
      'mutation { createOAuthClient(input: { name: "x", redirectUris: ["https://x.example"] }) { secret } }',
      'mutation { endAuthorization(input: { id: "oag_x" }) { id: deletedId } }',
    ]
    for (const query of manage) expect(await client.codeOf(query), query).toBe('INSUFFICIENT_SCOPE')
    expect(await client.run('{ bookings { totalCount } }')).toMatchObject({ bookings: {} })
  })

  it('goes into the connection parameters of a websocket', async () => {
    const { accessToken } = await tokensFor(host, app)
    const socket = await openSocket(world.url, { init: { authorization: `Bearer ${accessToken}` } })
    socket.send({ type: 'subscribe', id: '1', payload: { query: WHO } })
    expect((await socket.nextOf('1')).payload).toMatchObject({ data: { viewer: { id: host.id } } })
    await socket.close()
  })

  it.each([
    'cpa_at_',
    'cpa_at_0000000000000000000000000000000000000000',
    'x',
    'ü',
    'eyJhbGciOiJub25lIn0.e30.',
  ])('that is garbage is refused: %s', async token => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: Buffer.from(`Bearer ${token}`).toString('latin1'),
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query: WHO }),
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })

  it('tells the account when its app was last seen, to the minute', async () => {
    const seen = await givenApp(host)
    const tokens = await tokensFor(host, seen)
    const lastUse = async () => {
      const data = await host.run(
        '{ authorizedApps(first: 1) { edges { node { app { id: clientId } lastUsedAt } } } }',
      )
      expect(at(data, 'authorizedApps.edges.0.node.app.id')).toBe(seen.id)
      return at(data, 'authorizedApps.edges.0.node.lastUsedAt')
    }
    expect(await lastUse()).toBeNull()
    await asApp(tokens).run(WHO)
    await vi.waitFor(async () => expect(await lastUse()).toBe(world.clock.now().toISOString()))
  })
})

describe('a refresh token', () => {
  it('is good for 90 days from its issue, however old the authorization is', async () => {
    let tokens = await tokensFor(host, app)
    for (let time = 0; time < 3; time++) {
      world.clock.forward(60 * 24 * 89)
      tokens = tokensIn((await refresh(world.url, app, tokens.refreshToken)).body)
    }
    await expectGood(tokens)
    world.clock.forward(60 * 24 * 90)
    expect(await errorOf(refresh(world.url, app, tokens.refreshToken))).toBe('invalid_grant')
    // The worker deletes sessions that expired more than a week ago, and the clock was moved by a
    // year.
    world.clock.set(MONDAY)
    host = await givenHost(world)
    app = await givenApp(host)
  })

  it('that is used again after 60 seconds ends its own authorization, and no other of the same app', async () => {
    const [stolen, other] = [await tokensFor(host, app), await tokensFor(host, app)]
    const next = tokensIn((await refresh(world.url, app, stolen.refreshToken)).body)
    world.clock.forward(1)
    expect(await errorOf(refresh(world.url, app, stolen.refreshToken))).toBe('invalid_grant')
    await expectEnded(stolen)
    await expectEnded(next)
    expect(await errorOf(refresh(world.url, app, next.refreshToken))).toBe('invalid_grant')
    await expectGood(other)
  })

  it('that is used again within 60 seconds gets another pair, and both pairs can be refreshed later', async () => {
    const { refreshToken } = await tokensFor(host, app)
    const one = tokensIn((await refresh(world.url, app, refreshToken)).body)
    world.clock.forward(minutes(59))
    const two = tokensIn((await refresh(world.url, app, refreshToken)).body)
    expect(two.refreshToken).not.toBe(one.refreshToken)
    for (const pair of [one, two]) {
      await expectGood(pair)
      world.clock.forward(90)
      await expectGood(tokensIn((await refresh(world.url, app, pair.refreshToken)).body))
    }
  })

  it('starts its 60 seconds at its first use: a second use does not extend them', async () => {
    const { refreshToken } = await tokensFor(host, app)
    await refresh(world.url, app, refreshToken)
    world.clock.forward(minutes(40))
    const second = tokensIn((await refresh(world.url, app, refreshToken)).body)
    world.clock.forward(minutes(20))
    expect(await errorOf(refresh(world.url, app, refreshToken))).toBe('invalid_grant')
    await expectEnded(second)
  })

  it('is refused for another client within the 60 seconds, and stays good for its own', async () => {
    const other = await givenApp(host)
    const { refreshToken } = await tokensFor(host, app)
    const next = tokensIn((await refresh(world.url, app, refreshToken)).body)
    expect(await errorOf(refresh(world.url, other, refreshToken))).toBe('invalid_grant')
    await expectGood(next)
    expect((await refresh(world.url, app, refreshToken)).status).toBe(200)
  })

  it('spent by twenty at once over two gateways gets ten pairs, which all stay good', async () => {
    const second = await world.secondGateway()
    const { refreshToken } = await tokensFor(host, app)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        refresh(index % 2 ? second.url : world.url, app, refreshToken),
      ),
    )
    const won = answers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(10)
    expect(answers.filter(({ body }) => at(body, 'error') === 'invalid_grant')).toHaveLength(10)
    for (const { body } of won) {
      await expectGood(tokensIn(body))
      expect((await refresh(second.url, app, tokensIn(body).refreshToken)).status).toBe(200)
    }
  })

  it('cannot multiply: of more than ten unspent tokens of an authorization, the oldest count as spent', async () => {
    const { refreshToken } = await tokensFor(host, app)
    const first = []
    for (let time = 0; time < 10; time++)
      first.push(tokensIn((await refresh(world.url, app, refreshToken)).body))
    // Each use of the last one adds one, and the oldest is spent for it.
    const last = first.at(-1)?.refreshToken ?? ''
    for (let time = 0; time < 3; time++) await refresh(world.url, app, last)
    const unspent = await sql(
      world.databaseUrl,
      `select 1 from "RefreshToken" where "usedAt" is null and "familyId" =
         (select max("familyId") from "RefreshToken")`,
    )
    expect(unspent).toHaveLength(10)
    world.clock.forward(1)
    expect(await errorOf(refresh(world.url, app, first[0]?.refreshToken ?? ''))).toBe(
      'invalid_grant',
    )
    await expectEnded(first[9] ?? { accessToken: '' })
  })

  it('is not spent by a refresh that fails on our side', async () => {
    const { refreshToken } = await tokensFor(host, app)
    await sql(
      world.databaseUrl,
      'alter table "AccessToken" add constraint "nothing fits" check (false) not valid',
    )
    expect(await errorOf(refresh(world.url, app, refreshToken))).toBe('server_error')
    await sql(world.databaseUrl, 'alter table "AccessToken" drop constraint "nothing fits"')
    expect((await refresh(world.url, app, refreshToken)).status).toBe(200)
  })
})

describe('what ends tokens', () => {
  const endings: Record<string, (tokens: Tokens, app: App) => Promise<unknown>> = {
    'revoking the access token': ({ accessToken }, of) =>
      post(world.url, '/oauth/revoke', { ...credentialsOf(of), token: accessToken }),
    'revoking the refresh token': ({ refreshToken }, of) =>
      post(world.url, '/api/oauth/revoke', { ...credentialsOf(of), token: refreshToken }),
    'ending the authorization': async () => {
      const data = await host.run('{ authorizedApps(first: 1) { edges { node { id } } } }')
      const id = textAt(data, 'authorizedApps.edges.0.node.id')
      await host.run(
        'mutation ($id: ID!) { endAuthorization(input: { id: $id }) { id: deletedId } }',
        { id },
      )
    },
    'deleting the app': (_tokens, { id }) =>
      host.run('mutation ($id: ID!) { deleteOAuthClient(input: { id: $id }) { id: deletedId } }', {
        id,
      }),
  }

  it.each(Object.entries(endings))(
    '%s ends both, on every gateway, with what they follow live',
    async (_name, end) => {
      const second = await world.secondGateway()
      const fresh = await givenApp(host)
      const tokens = await tokensFor(host, fresh)
      const bystander = await tokensFor(host, app)
      const headers = { authorization: `Bearer ${tokens.accessToken}` }
      const sockets = await Promise.all(
        [world.url, second.url].map(url => openSocket(url, { init: headers })),
      )
      const streams = await Promise.all(
        [world.url, second.url].map(url => stream(url, LIVE, { headers })),
      )
      for (const socket of sockets) {
        socket.send({ type: 'subscribe', id: 'live', payload: { query: LIVE } })
        socket.send({ type: 'subscribe', id: 'ready', payload: { query: WHO } })
        await socket.nextOf('ready')
      }

      await end(tokens, fresh)
      for (const socket of sockets) {
        expect(await socket.nextOf('live')).toMatchObject({
          type: 'error',
          payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
        })
        await socket.close()
      }
      for (const each of streams) await each.completed
      for (const url of [world.url, second.url]) await expectEnded(tokens, url)
      expect((await refresh(world.url, fresh, tokens.refreshToken)).status).toBeGreaterThanOrEqual(
        400,
      )
      await expectGood(bystander)
    },
  )

  it('is not a new secret of the app', async () => {
    const fresh = await givenApp(host)
    const tokens = await tokensFor(host, fresh)
    const rotated = await host.run(
      'mutation ($id: ID!) { rotateOAuthClientSecret(input: { id: $id }) { secret } }',
      {
        id: fresh.id,
      },
    )
    await expectGood(tokens)
    expect(await errorOf(refresh(world.url, fresh, tokens.refreshToken))).toBe('invalid_client')
    const secret = textAt(rotated, 'rotateOAuthClientSecret.secret')
    expect((await refresh(world.url, { ...fresh, secret }, tokens.refreshToken)).status).toBe(200)
  })

  it('is the clock, for a feed that is followed: it ends before the next event', async () => {
    const { accessToken } = await tokensFor(host, app)
    const eventType = await givenEventType(host)
    const socket = await openSocket(world.url, { init: { authorization: `Bearer ${accessToken}` } })
    socket.send({ type: 'subscribe', id: 'live', payload: { query: LIVE } })
    socket.send({ type: 'subscribe', id: 'ready', payload: { query: WHO } })
    await socket.nextOf('ready')
    world.clock.forward(120)
    const day = new Date(world.clock.now().getTime() + 86_400_000 * 7)
    while (day.getUTCDay() !== 2) day.setUTCDate(day.getUTCDate() + 1)
    await givenBooking(world.visitor, eventType, `${day.toISOString().slice(0, 10)}T12:00:00Z`)
    expect(await socket.nextOf('live')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })
    await socket.close()
  })
})

describe('the tables', () => {
  it('hold no code, token or secret, only what tells them again', async () => {
    const fresh = await givenApp(host)
    const code = await codeFor(host, fresh)
    const { accessToken, refreshToken } = tokensIn(
      (await post(world.url, '/oauth/token', redemption(fresh, code))).body,
    )
    const stored = JSON.stringify(await everything(world.databaseUrl))
    expect(stored).toContain(fresh.id)
    for (const secret of [code, accessToken, refreshToken, fresh.secret]) {
      expect(stored).not.toContain(secret)
      expect(stored).not.toContain(Buffer.from(secret).toString('hex'))
    }
  })

  it('lose codes, tokens and authorizations when they are too old for anything', async () => {
    const own = await givenWorld()
    const owner = await givenHost(own)
    const fresh = await givenApp(owner)
    const count = async (table: string) =>
      (await sql(own.databaseUrl, `select 1 from "${table}"`)).length
    await codeFor(owner, fresh)
    let tokens = await tokensFor(owner, fresh)
    expect(await count('TokenFamily')).toBe(2)

    // The access token goes with the next one; the refresh token stays, to know it again.
    own.clock.forward(121)
    tokens = tokensIn((await refresh(own.url, fresh, tokens.refreshToken)).body)
    expect([await count('AccessToken'), await count('RefreshToken')]).toEqual([1, 2])

    own.clock.forward(60 * 24 * 90)
    await codeFor(await givenHost(own), fresh)
    await vi.waitFor(async () => expect(await count('TokenFamily')).toBe(1))
    expect([
      await count('AccessToken'),
      await count('RefreshToken'),
      await count('OAuthGrant'),
    ]).toEqual([0, 0, 2])
    await own.end()
  })
})
