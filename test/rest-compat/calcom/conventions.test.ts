// Cal.com v2: bases, versions, credentials, limits, envelopes, and the profile.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { givenApp, tokensFor } from '../../helpers/oauth.ts'
import { at, type GivenHost, givenHost, givenWorld, type World } from '../../helpers/world.ts'
import { anyone, type Calcom, calcomOf, givenCalcom, invalid, refused, success } from './calcom.ts'

let world: World
let host: GivenHost
let api: Calcom

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:20Z')
  host = await givenHost(world, { name: 'Ada Berg' })
  api = await givenCalcom(world, host)
})

const profile = () => ({
  id: expect.any(Number),
  username: host.slug,
  email: host.email,
  name: 'Ada Berg',
  avatarUrl: null,
  bio: null,
  timeFormat: 12,
  defaultScheduleId: expect.any(Number),
  weekStart: 'Sunday',
  timeZone: 'Europe/London',
  organizationId: null,
})

describe('the profile', () => {
  it('is told', async () => {
    expect(await api.get('/me')).toMatchObject({ status: 200, body: success(profile()) })
  })

  it('is changed, and the zone of the default schedule with it', async () => {
    const changed = await api.patch('/me', {
      name: 'Ada B.',
      timeFormat: 24,
      weekStart: 'Monday',
      timeZone: 'Europe/Riga',
      bio: 'Likes slots',
      locale: 'pt-BR',
      avatarUrl: 'https://a.example/ada.png',
      invented: true,
    })
    const after = {
      ...profile(),
      name: 'Ada B.',
      timeFormat: 24,
      weekStart: 'Monday',
      timeZone: 'Europe/Riga',
      bio: 'Likes slots',
      avatarUrl: 'https://a.example/ada.png',
    }
    expect(changed).toMatchObject({ status: 200, body: success(after) })
    expect(await api.get('/me')).toMatchObject({ body: success(after) })
    expect(await host.run('{ schedules { timeZone } }')).toEqual({
      schedules: [{ timeZone: 'Europe/Riga' }],
    })
  })

  it('gets another default schedule', async () => {
    const made = await host.run(
      'mutation { createSchedule(input: { name: "Night" }) { schedule { databaseId } } }',
    )
    const id = at(made, 'createSchedule.schedule.databaseId')
    expect(await api.patch('/me', { defaultScheduleId: id })).toMatchObject({
      status: 200,
      body: { data: { defaultScheduleId: id, name: 'Ada Berg' } },
    })
    expect(await api.patch('/me', { defaultScheduleId: 1_999_999_999 })).toMatchObject({
      status: 404,
    })
  })

  it('does not take an e-mail that nobody has verified', async () => {
    expect(await api.patch('/me', { email: 'new@example.com' })).toMatchObject({
      body: { data: { email: host.email } },
    })
  })

  it('says each property that is wrong, with its constraint', async () => {
    const wrong = {
      name: 1,
      timeFormat: 13,
      weekStart: 'monday',
      email: 'x',
      timeZone: 'Mars/Base',
    }
    const week = 'Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday'
    expect(await api.patch('/me', wrong)).toMatchObject(
      invalid(
        ['email', 'isEmail', 'email must be an email'],
        ['name', 'isString', 'name must be a string'],
        ['timeFormat', 'isEnum', 'timeFormat must be one of the following values: 12, 24'],
        ['weekStart', 'isEnum', `weekStart must be one of the following values: ${week}`],
      ),
    )
    const refusal = await api.patch('/me', { timeZone: 'Mars/Base' })
    expect(refusal).toMatchObject(
      invalid(['timeZone', 'isTimeZone', 'timeZone must be a valid IANA time-zone']),
    )
    expect(at(refusal.body, 'error.details.errors.0')).toMatchObject({
      target: { timeZone: 'Mars/Base' },
      value: 'Mars/Base',
    })
  })
})

describe('a base', () => {
  it('is /v2, /api/v2 or /v2/ee', async () => {
    for (const base of ['/v2', '/api/v2', '/v2/ee']) {
      const response = await fetch(`${world.url}${base}/me`, {
        headers: { authorization: `Bearer ${api.token}` },
      })
      expect(response.status, base).toBe(200)
    }
  })

  it('has nothing where no route is, with or without a credential', async () => {
    for (const caller of [api, anyone(world)]) {
      expect(await caller.post('/nowhere?x=1')).toMatchObject(
        refused(404, 'Cannot POST /v2/nowhere?x=1'),
      )
    }
  })
})

describe('a credential', () => {
  it('that is missing or wrong is told with the method that was tried', async () => {
    const message = (words: RegExp) => refused(401, expect.stringMatching(words))
    expect(await anyone(world).get('/me')).toMatchObject(
      message(/^ApiAuthStrategy - No authentication method provided/),
    )
    const wrong: [string, RegExp][] = [
      ['cal_live_0123456789', /^ApiAuthStrategy - api key - Your api key is not valid$/],
      ['eyJ.x.y', /^ApiAuthStrategy - access token - /],
      ['abc', /^ApiAuthStrategy - bearer token - /],
    ]
    for (const [token, words] of wrong)
      expect(await calcomOf(world.url, token).get('/me')).toMatchObject(message(words))
  })

  it('of OAuth does what an API key does, within its scopes', async () => {
    const app = await givenApp(await givenHost(world))
    const { accessToken } = await tokensFor(host, app, { scope: 'event_types:read' })
    const rest = calcomOf(world.url, accessToken)
    expect(await rest.get('/me')).toMatchObject({ status: 200, body: success(profile()) })
    expect(await rest.patch('/me', { name: 'Eve' })).toMatchObject(
      refused(403, expect.stringMatching(/^insufficient_scope/)),
    )
  })
})

describe('every answer', () => {
  const limits = ({ headers }: { headers: Headers }) =>
    ['limit', 'remaining', 'reset'].map(name => headers.get(`x-ratelimit-${name}-default`))

  it('says what is left of 120 requests a minute of a key, each key by itself', async () => {
    const first = await api.get('/me')
    expect(limits(first)).toEqual(['120', '119', '40'])
    expect(first.headers.get('x-ratelimit-limit')).toBeNull()
    expect(first.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
    await Promise.all(Array.from({ length: 119 }, () => api.get('/nothing')))
    expect(await api.get('/me')).toMatchObject({
      status: 429,
      body: {
        status: 'error',
        error: {
          code: 'ThrottlerException',
          message: expect.stringMatching(/^CustomThrottlerGuard - Too many requests/),
        },
      },
    })
    expect(limits(await (await givenCalcom(world, host)).get('/me'))).toEqual(['120', '119', '40'])
  })

  it('says the same of 500 of an access token', async () => {
    const { accessToken } = await tokensFor(host, await givenApp(await givenHost(world)))
    expect(limits(await calcomOf(world.url, accessToken).get('/me'))).toEqual(['500', '499', '40'])
  })

  it('may be read by pages of any site, with its headers', async () => {
    const preflight = await fetch(`${world.url}/v2/me`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://a.example',
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'cal-api-version, x-cal-client-id, authorization',
      },
    })
    expect(preflight.status).toBe(204)
    const told = (name: string) => preflight.headers.get(`access-control-${name}`)
    expect(told('allow-origin')).toBe('*')
    expect(told('allow-methods')).toBe('GET,PATCH,DELETE,HEAD,POST,PUT,OPTIONS')
    expect(told('allow-headers')).toBe('cal-api-version,x-cal-client-id,authorization')
    expect(told('max-age')).toBe('86400')
  })
})
