// How Calendo's callers say who they are, and from where they may.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { givenEventType, givenWorld, type World } from '../../helpers/world.ts'
import { type Calendo, calendoOf, cookieOf, givenJane, type Jane } from './calendo.ts'

const PARTNER = 'https://partner.example'
const STRANGE = 'https://strange.example'
const password = 'correct horse battery'

let world: World
let jane: Jane

beforeAll(async () => {
  world = await givenWorld({ config: { corsOrigins: [PARTNER] } })
  jane = await givenJane(world)
})
afterAll(() => world.end())
beforeEach(() => world.clock.forward(1))

const from = (origin: string | undefined, of: Calendo): Calendo =>
  calendoOf(world, { ...of.headers, ...(origin !== undefined && { origin }) })

describe('registering', () => {
  const jim = { email: 'jim@example.com', password: 'securepass123', name: 'Jim Smith' }

  it('makes the account, its page and its hours, and logs in', async () => {
    const made = await calendoOf(world).post('/auth/register', {
      ...jim,
      timezone: 'Asia/Tokyo',
      role: 'admin',
    })
    expect(made).toMatchObject({
      status: 201,
      body: { user: { email: jim.email, timezone: 'Asia/Tokyo' }, bookingSlug: 'jim-smith' },
    })
    const browser = calendoOf(world, { cookie: cookieOf(made) })
    expect((await browser.get('/auth/me')).body).toMatchObject({ name: 'Jim Smith' })
    expect((await browser.get('/booking-page')).body).toMatchObject({
      slug: 'jim-smith',
      display_name: 'Jim Smith',
    })
    expect((await browser.get('/availability-schedules')).body).toMatchObject([
      { timezone: 'Asia/Tokyo', is_default: 1 },
    ])
  })

  it('takes an e-mail once', async () => {
    const again = await calendoOf(world).post('/auth/register', {
      ...jim,
      email: 'JIM@example.com',
      name: 'Other',
    })
    expect(again).toMatchObject({
      status: 409,
      body: { error: 'The email has an account already.' },
    })
    expect(again.headers.getSetCookie()).toEqual([])
  })

  it.each([
    [{ password: 'short' }, 'password must have at least 8 characters'],
    [{ email: 'nobody' }, 'email must be an e-mail address'],
    [{ name: ' ' }, 'name must not be empty'],
    [{ name: undefined, email: 7 }, 'email must be a string; name is missing'],
    [{ timezone: 'Mars/Olympus' }, 'timezone must be an IANA time zone, such as Europe/Berlin'],
  ])('is refused with %j', async (change, error) => {
    const refused = await calendoOf(world).post('/auth/register', {
      ...jim,
      email: 'new@example.com',
      ...change,
    })
    expect(refused).toMatchObject({ status: 400, body: { error } })
  })
})

describe('logging in', () => {
  it('sets a cookie that no script reads and other sites do not send', async () => {
    const answer = await calendoOf(world).post('/auth/login', { email: jane.email, password })
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^session=mss_\w{40}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
      ),
      // A device from which the account logged in before is not held up by the guesses of others.
      expect.stringMatching(
        /^device=usr_[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=31536000$/,
      ),
    ])
  })

  it('tells nobody whether an account exists', async () => {
    const wrong = await calendoOf(world).post('/auth/login', {
      email: jane.email,
      password: 'something else',
    })
    const nobody = await calendoOf(world).post('/auth/login', {
      email: 'nobody@example.com',
      password,
    })
    expect(wrong).toMatchObject({
      status: 401,
      body: { error: 'The e-mail or the password is wrong.' },
    })
    expect([nobody.status, nobody.body]).toEqual([wrong.status, wrong.body])
    for (const { headers } of [wrong, nobody]) expect(headers.getSetCookie()).toEqual([])
  })

  it('ends with the session, which takes one', async () => {
    const browser = calendoOf(world, {
      cookie: cookieOf(await calendoOf(world).post('/auth/login', { email: jane.email, password })),
    })
    const out = await browser.post('/auth/logout')
    expect(out).toMatchObject({ status: 200, body: { ok: true } })
    expect(out.headers.getSetCookie()).toEqual([expect.stringMatching(/^session=; .*Max-Age=0$/)])
    expect((await browser.get('/auth/me')).status).toBe(401)
    expect((await browser.post('/auth/logout')).status).toBe(401)
    expect((await jane.program.post('/auth/logout')).status).toBe(401)
    expect((await jane.browser.get('/auth/me')).status).toBe(200)
  })

  it('sends the cookie over https alone where clients come by https', async () => {
    const secure = await givenWorld({ config: { publicUrl: 'https://cal.example' } })
    const { email } = await givenJane(secure)
    const answer = await calendoOf(secure).post('/auth/login', { email, password })
    await secure.end()
    expect(answer.headers.getSetCookie()[0]).toMatch(/; HttpOnly; SameSite=Lax; .*; Secure$/)
  })
})

describe('a page', () => {
  const rename = (of: Calendo) => of.put('/booking-page', { bio: 'Changed' })

  it('of ours, or one that the operator trusts, writes with the cookie', async () => {
    for (const origin of [undefined, new URL(world.url).origin, PARTNER]) {
      expect((await rename(from(origin, jane.browser))).status, origin).toBe(200)
    }
  })

  it.each([STRANGE, 'null', 'https://partner.example.strange.example'])(
    'of %s may not',
    async origin => {
      await jane.browser.put('/booking-page', { bio: 'As it was' })
      const stranger = from(origin, jane.browser)
      const refused = {
        status: 403,
        body: { error: 'A page of another site cannot use the session of its visitor.' },
      }
      expect(await rename(stranger)).toMatchObject(refused)
      expect(await stranger.post('/api-keys', { label: 'Stolen' })).toMatchObject(refused)
      expect(await stranger.post('/auth/logout')).toMatchObject(refused)
      expect(await stranger.get('/auth/me')).toMatchObject(refused)
      expect((await jane.browser.get('/booking-page')).body).toMatchObject({ bio: 'As it was' })
    },
  )

  it('of another site may use a key, which was sent on purpose', async () => {
    expect((await rename(from(STRANGE, jane.program))).status).toBe(200)
    expect((await calendoOf(world, { origin: STRANGE }).get('/auth/me')).status).toBe(401)
  })

  it('of another site may not log its visitor in', async () => {
    const login = await from(STRANGE, calendoOf(world)).post('/auth/login', {
      email: jane.email,
      password,
    })
    expect(login.status).toBe(403)
    expect(login.headers.getSetCookie()).toEqual([])
  })

  it('of another site may book, whatever cookie comes along', async () => {
    await givenEventType(jane, { slug: 'elsewhere' })
    const booked = await from(STRANGE, jane.browser).post(`/book/${jane.slug}/elsewhere`, {
      name: 'Bob',
      email: 'bob@example.com',
      start_time: '2026-03-03T10:00:00Z',
    })
    expect(booked).toMatchObject({
      status: 201,
      body: { booking: { invitee_email: 'bob@example.com' } },
    })
  })

  it.each([
    [PARTNER, PARTNER, 'true'],
    [STRANGE, '*', null],
  ])('of %s is told by CORS what it may', async (origin, allowed, credentials) => {
    const preflight = await fetch(`${world.url}/api/event-types/1`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type,x-api-key',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
    const answer = await from(origin, jane.program).get('/auth/me')
    for (const { headers } of [preflight, answer]) {
      expect(headers.get('access-control-allow-origin')).toBe(allowed)
      expect(headers.get('access-control-allow-credentials')).toBe(credentials)
    }
    expect(answer.headers.get('access-control-expose-headers')).toContain('X-RateLimit-Remaining')
  })
})

describe('a credential', () => {
  it.each([
    ['nothing', () => ({})],
    ['a key that nobody has', () => ({ 'x-api-key': `cal_${'0'.repeat(40)}` })],
    ['a key that is none', () => ({ 'x-api-key': 'garbage' })],
    ['a session that nobody has', () => ({ cookie: `session=mss_${'0'.repeat(40)}` })],
    ['another cookie', () => ({ cookie: 'theme=dark', origin: STRANGE })],
    [
      'a key in another header',
      () => ({ authorization: `Bearer ${jane.program.headers['x-api-key']}` }),
    ],
  ])('is missing with %s', async (_what, headers) => {
    expect(await calendoOf(world, headers()).get('/auth/me')).toMatchObject({
      status: 401,
      body: { error: expect.any(String) },
    })
  })

  it('is not regarded where none is needed', async () => {
    const path = `/availability/${jane.slug}/elsewhere?start=2026-03-03&end=2026-03-03`
    expect((await calendoOf(world, { 'x-api-key': 'cal_wrong' }).get(path)).status).toBe(200)
  })
})

describe('the paths below /api', () => {
  it('are those of CalendarPA below /api/v1, of Cal.com below /api/v2, of OAuth below /api/oauth, and else of Calendo', async () => {
    const answers = async (path: string, method = 'GET') =>
      (await fetch(`${world.url}${path}`, { method })).json()
    expect(await answers('/api/nonsense')).toEqual({ error: 'There is no GET /api/nonsense.' })
    expect(await answers('/api')).toEqual({ error: 'There is no GET /api.' })
    expect(await answers('/api/v3/me')).toEqual({ error: 'There is no GET /api/v3/me.' })
    expect(await answers('/api/v2/nonsense')).toMatchObject({
      status: 'error',
      error: { code: 'NotFoundException' },
    })
    expect(await answers('/api/v1/nonsense')).toMatchObject({ code: 'NOT_FOUND' })
    expect(await answers('/api/v1/me')).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await answers('/api/v1/openapi.json')).toMatchObject({ info: { title: 'CalendarPA' } })
    expect(await answers('/api/openapi.json')).toMatchObject({ info: { title: 'Calendo' } })
    expect(await answers('/api/oauth/token', 'POST')).toMatchObject({ error: 'invalid_request' })
  })
})
