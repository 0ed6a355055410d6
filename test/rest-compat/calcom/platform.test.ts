// Cal.com v2: platform clients, the users that they make, and the tokens of those.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  at,
  type GivenHost,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { anyone, type Calcom, calcomOf, givenCalcom, refused, success } from './calcom.ts'

let world: World
let host: GivenHost
let api: Calcom
let stranger: Calcom

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:20Z')
  host = await givenHost(world)
  api = await givenCalcom(world, host)
  stranger = await givenCalcom(world, await givenHost(world))
})

const settings = {
  name: 'App',
  redirectUris: ['https://a.example/cb', 'https://*.b.example/cb'],
  permissions: ['*'],
}

interface Client {
  id: string
  secret: string
  /** With its secret and nothing else, below `/oauth-clients/{id}`. */
  users: Calcom
}

async function givenClient(input: Record<string, unknown> = {}): Promise<Client> {
  const { body } = await api.post('/oauth-clients', { ...settings, ...input })
  const id = textAt(body, 'data.clientId')
  const secret = textAt(body, 'data.clientSecret')
  return { id, secret, users: anyone(world).with({ 'x-cal-secret-key': secret }) }
}

const ada = { email: 'Ada@x.example', name: 'Ada' }

async function givenUser({ id, users }: Client, input: Record<string, unknown> = {}) {
  const { status, body } = await users.post(`/oauth-clients/${id}/users`, { ...ada, ...input })
  expect(status, JSON.stringify(body)).toBe(201)
  const token = textAt(body, 'data.accessToken')
  return {
    id: Number(at(body, 'data.user.id')),
    path: `/oauth-clients/${id}/users/${at(body, 'data.user.id')}`,
    accessToken: token,
    refreshToken: textAt(body, 'data.refreshToken'),
    body,
    as: calcomOf(world.url, token),
  }
}

describe('a platform client', () => {
  it('is made, told with its secret, changed and deleted by its owner alone', async () => {
    const { id, secret } = await givenClient({
      logo: 'https://a.example/logo.png',
      areDefaultEventTypesEnabled: true,
    })
    const path = `/oauth-clients/${id}`
    const shown = {
      id,
      name: 'App',
      secret,
      permissions: [
        'EVENT_TYPE_READ',
        'EVENT_TYPE_WRITE',
        'BOOKING_READ',
        'BOOKING_WRITE',
        'SCHEDULE_READ',
        'SCHEDULE_WRITE',
        'APPS_READ',
        'APPS_WRITE',
        'PROFILE_READ',
        'PROFILE_WRITE',
      ],
      logo: 'https://a.example/logo.png',
      redirectUris: settings.redirectUris,
      organizationId: expect.any(Number),
      createdAt: '2026-03-02T07:00:20.000Z',
      areEmailsEnabled: true,
      areDefaultEventTypesEnabled: true,
      areCalendarEventsEnabled: true,
    }
    expect(id).toMatch(/^c[\da-z]{24}$/)
    expect((await api.get(path)).body).toEqual(success(shown))
    expect((await api.get('/oauth-clients')).body).toEqual(success([shown]))
    for (const send of [stranger.get, stranger.delete]) expect((await send(path)).status).toBe(404)
    expect((await stranger.patch(path, { name: 'Mine' })).status).toBe(404)
    expect((await stranger.get('/oauth-clients')).body).toEqual(success([]))

    const changes = {
      name: 'New',
      permissions: ['BOOKING_READ'],
      bookingRedirectUri: 'https://a.example/booked',
    }
    expect((await api.patch(path, changes)).body).toEqual(
      success({ ...shown, name: 'New', bookingRedirectUri: 'https://a.example/booked' }),
    )
    expect(await anyone(world).get(`/provider/${id}`)).toMatchObject({
      status: 200,
      body: success({ clientId: id, name: 'New', isValidClient: true }),
    })
    expect(await api.delete(path)).toMatchObject({ status: 200, body: success({ id }) })
    expect((await api.get(path)).status).toBe(404)
    expect((await anyone(world).get(`/provider/${id}`)).status).toBe(404)
  })

  it('acts for its owner by id and secret, within its permissions, and before a bearer token', async () => {
    const { id, secret } = await givenClient({ permissions: ['SCHEDULE_READ'] })
    const client = anyone(world).with({ 'x-cal-client-id': id, 'x-cal-secret-key': secret })
    expect(await client.get('/me')).toMatchObject({
      status: 200,
      body: { data: { email: host.email } },
    })
    const both = stranger.with({ 'x-cal-client-id': id, 'x-cal-secret-key': secret })
    expect(await both.get('/me')).toMatchObject({ body: { data: { email: host.email } } })
    expect((await client.in('2024-06-11').get('/schedules')).status).toBe(200)
    const schedule = { name: 'X', timeZone: 'UTC', isDefault: false }
    expect(await client.in('2024-06-11').post('/schedules', schedule)).toMatchObject(
      refused(
        403,
        `PermissionsGuard - oAuth client with id=${id} does not have the required permissions=SCHEDULE_WRITE`,
      ),
    )
  })

  it('with a wrong secret, or with half of what it takes, is nobody', async () => {
    const { id, secret } = await givenClient()
    const wrong = anyone(world).with({ 'x-cal-client-id': id, 'x-cal-secret-key': 'pcs_wrong' })
    expect(await wrong.get('/me')).toMatchObject(
      refused(401, expect.stringMatching(/^ApiAuthStrategy - oAuth client - /)),
    )
    expect((await wrong.get('/timezones')).status).toBe(401)
    const half = anyone(world).with({ 'x-cal-client-id': id })
    expect((await half.get('/me')).status).toBe(401)
    expect((await half.get('/timezones')).status).toBe(200)
    expect((await anyone(world).with({ 'x-cal-secret-key': secret }).get('/me')).status).toBe(401)
  })

  it('knows nothing of another client of its owner', async () => {
    const one = await givenClient()
    const other = await givenClient()
    const { id } = await givenUser(other)
    const headers = { 'x-cal-client-id': one.id, 'x-cal-secret-key': one.secret }
    // The path names the client.
    expect(
      (await anyone(world).with(headers).get(`/oauth-clients/${other.id}/users/${id}`)).status,
    ).toBe(401)
    expect((await one.users.get(`/oauth-clients/${one.id}/users/${id}`)).status).toBe(404)
  })
})

describe('a managed user', () => {
  it('has an address with the client in it, a schedule in its zone, and tokens', async () => {
    const client = await givenClient()
    const { body, as } = await givenUser(client, {
      timeZone: 'Europe/Riga',
      timeFormat: 24,
      weekStart: 'Monday',
      locale: 'lv',
      bio: 'Hi',
      metadata: { crm: '77' },
    })
    const user = {
      id: expect.any(Number),
      email: `ada+${client.id}@x.example`,
      username: `ada-${client.id}-x`,
      name: 'Ada',
      bio: 'Hi',
      timeZone: 'Europe/Riga',
      weekStart: 'Monday',
      createdDate: '2026-03-02T07:00:20.000Z',
      timeFormat: 24,
      defaultScheduleId: expect.any(Number),
      locale: 'lv',
      avatarUrl: null,
      metadata: { crm: '77' },
    }
    expect(body).toEqual(
      success({
        user,
        accessToken: expect.stringMatching(/^eyJ/),
        refreshToken: expect.stringMatching(/^eyJ/),
        accessTokenExpiresAt: Date.parse('2026-03-02T08:00:20Z'),
        refreshTokenExpiresAt: Date.parse('2027-03-02T07:00:20Z'),
      }),
    )
    expect(await as.get('/me')).toMatchObject({
      body: { data: { email: `ada+${client.id}@x.example`, timeFormat: 24 } },
    })
    expect(await as.in('2024-06-11').get('/schedules')).toMatchObject({
      body: success([
        { timeZone: 'Europe/Riga', availability: [{ startTime: '09:00', endTime: '17:00' }] },
      ]),
    })
  })

  it('without a zone has no schedule, and four event types where the client wants them', async () => {
    const { body, as } = await givenUser(await givenClient({ areDefaultEventTypesEnabled: true }))
    expect(body).toMatchObject(
      success({ user: { timeZone: 'Europe/London', defaultScheduleId: null } }),
    )
    // Cal.com's own document forgets that there may be none.
    expect(await as.in('2024-06-14').get('/schedules/default')).toMatchObject({
      status: 200,
      body: success(null),
    })
    const slugs = await world.visitor.run(
      'query ($slug: String!) { bookingPage(slug: $slug) { eventTypes(first: 9) { edges { node { slug } } } } }',
      {
        slug: textAt(body, 'data.user.username'),
      },
    )
    expect(
      listAt(slugs, 'bookingPage.eventTypes.edges').map(edge => at(edge, 'node.slug')),
    ).toEqual(['thirty-minutes', 'sixty-minutes', 'thirty-minutes-video', 'sixty-minutes-video'])
  })

  it('is listed, told, changed and deleted by its client and no other', async () => {
    const client = await givenClient()
    const { id, path, as } = await givenUser(client)
    await givenUser(client, { email: 'bo@x.example', name: 'Bo' })
    const collection = `/oauth-clients/${client.id}/users`
    const names = async (query = '') =>
      listAt((await client.users.get(`${collection}${query}`)).body, 'data').map(each =>
        at(each, 'name'),
      )
    expect(await names()).toEqual(['Ada', 'Bo'])
    expect(await names('?limit=1')).toEqual(['Ada'])
    expect(await names('?limit=1&offset=1')).toEqual(['Bo'])
    expect(await names('?emails=bo@x.example,nobody@x.example')).toEqual(['Bo'])

    const others = await givenClient()
    expect((await stranger.get(path)).status).toBe(404)
    expect((await stranger.get(collection)).status).toBe(404)
    expect((await stranger.post(collection, ada)).status).toBe(404)
    expect((await stranger.delete(path)).status).toBe(404)
    expect((await others.users.get(`/oauth-clients/${others.id}/users/${id}`)).status).toBe(404)
    expect((await as.get(path)).status).toBe(403)

    const changed = {
      name: 'Ada B.',
      email: 'ab@x.example',
      timeZone: 'Europe/Rome',
      metadata: { a: 'b' },
    }
    const shown = { ...changed, id, email: `ab+${client.id}@x.example` }
    expect(await client.users.patch(path, changed)).toMatchObject({
      status: 200,
      body: success(shown),
    })
    expect(await client.users.get(path)).toMatchObject({ body: success(shown) })
    expect(await client.users.patch(path, { email: 'bo@x.example' })).toMatchObject({ status: 409 })
    expect(await client.users.delete(path)).toMatchObject({ status: 200, body: success(shown) })
    expect((await client.users.get(path)).status).toBe(404)
    expect((await as.get('/me')).status).toBe(401)
  })

  it('is there once for each client and e-mail', async () => {
    const client = await givenClient()
    const { id } = await givenUser(client)
    expect(await client.users.post(`/oauth-clients/${client.id}/users`, ada)).toMatchObject(
      refused(409, `User with the provided e-mail already exists. Existing user ID=${id}`),
    )
    await givenUser(await givenClient())
  })
})

describe('a token of a managed user', () => {
  it('does what the permissions of its client allow', async () => {
    const client = await givenClient({ permissions: ['SCHEDULE_READ', 'PROFILE_READ'] })
    const { as } = await givenUser(client)
    expect((await as.in('2024-06-11').get('/schedules')).status).toBe(200)
    expect(await as.patch('/me', { name: 'Eve' })).toMatchObject(
      refused(
        403,
        `PermissionsGuard - oAuth client with id=${client.id} does not have the required permissions=PROFILE_WRITE`,
      ),
    )
    expect((await as.get('/oauth-clients')).status).toBe(403)
  })

  it('ends after an hour with 498, and is made anew by its refresh token, once', async () => {
    const client = await givenClient()
    const { as, refreshToken } = await givenUser(client)
    world.clock.set('2026-03-02T08:00:21Z')
    expect(await as.get('/me')).toMatchObject({
      status: 498,
      body: { error: { code: 'HttpException', message: 'ACCESS_TOKEN_IS_EXPIRED' } },
    })
    const refresh = (token: string, caller = client.users) =>
      caller.post(`/oauth/${client.id}/refresh`, { refreshToken: token })
    const wrong = anyone(world).with({ 'x-cal-secret-key': 'pcs_wrong' })
    expect(await refresh(refreshToken, wrong)).toMatchObject(
      refused(400, 'Invalid OAuth client credentials.'),
    )
    const next = await refresh(refreshToken)
    expect(next).toMatchObject({
      status: 200,
      body: success({ accessTokenExpiresAt: Date.parse('2026-03-02T09:00:21Z') }),
    })
    expect(
      (await calcomOf(world.url, textAt(next.body, 'data.accessToken')).get('/me')).status,
    ).toBe(200)
    expect(await refresh(refreshToken)).toMatchObject(refused(400, 'Invalid refresh token.'))
    expect((await refresh(textAt(next.body, 'data.refreshToken'))).status).toBe(200)
  })

  it('dies when all are made anew', async () => {
    const client = await givenClient()
    const { as, path, refreshToken } = await givenUser(client)
    expect((await as.get('/me')).status).toBe(200)
    expect((await stranger.post(`${path}/force-refresh`)).status).toBe(404)
    const { status, body } = await client.users.post(`${path}/force-refresh`)
    expect(status).toBe(200)
    expect((await as.get('/me')).status).toBe(401)
    expect((await client.users.post(`/oauth/${client.id}/refresh`, { refreshToken })).status).toBe(
      400,
    )
    expect((await calcomOf(world.url, textAt(body, 'data.accessToken')).get('/me')).status).toBe(
      200,
    )
  })

  it('works on pages of the sites of its client, and of no others', async () => {
    const { as } = await givenUser(await givenClient())
    const from = async (origin: string) => (await as.with({ origin }).get('/me')).status
    expect(await from('https://a.example')).toBe(200)
    expect(await from('https://one.b.example')).toBe(200)
    for (const origin of [
      'https://b.example',
      'https://a.example.evil.example',
      'http://a.example',
      'null',
    ]) {
      expect(await from(origin), origin).toBe(401)
    }
  })

  it('ends with its client', async () => {
    const client = await givenClient()
    const { as } = await givenUser(client)
    expect((await as.get('/me')).status).toBe(200)
    expect((await api.delete(`/oauth-clients/${client.id}`)).status).toBe(200)
    expect((await as.get('/me')).status).toBe(401)
  })
})
