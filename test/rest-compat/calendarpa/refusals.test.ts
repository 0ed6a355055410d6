// What CalendarPA v1 refuses, and how it says so: always `{error, code}`, with `details` where
// fields are at fault.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { keyScopes } from '../../../src/scopes.ts'
import { everything, sql } from '../../helpers/postgres.ts'
import {
  type Client,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { givenToken, type Rest, type RestAnswer, restOf } from '../rest.ts'

const NOW = '2026-03-02T07:00:00Z'

let world: World
let host: GivenHost
let things: Things
let rest: Rest

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  things = await givenThings(host)
  rest = await restFor(host)
})
afterAll(() => world.end())

const restFor = async (of: Client, scopes?: string[]) =>
  restOf(`${world.url}/api/v1`, await givenToken(of, scopes))

/** One thing of each kind, by its id. */
interface Things {
  booking: string
  eventType: string
  contact: string
  hook: string
}

const missing: Things = {
  booking: 'bk_0000000000000000000000',
  eventType: 'et_0000000000000000000000',
  contact: 'ct_0000000000000000000000',
  hook: 'hk_0000000000000000000000',
}

const CREATE_HOOK = `mutation {
  createHook(input: { url: "https://example.com/x", events: [BOOKING_DENIED], dialect: CALENDARPA }) { hook { id } }
}`

async function givenThings(of: GivenHost): Promise<Things> {
  const eventType = await givenEventType(of)
  const { id: booking } = await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
  const data = await of.run('{ contacts { edges { node { id } } } }')
  return {
    eventType,
    booking,
    contact: textAt(data, 'contacts.edges.0.node.id'),
    hook: textAt(await of.run(CREATE_HOOK), 'createHook.hook.id'),
  }
}

const booking = (eventType: string, more: Record<string, unknown> = {}) => ({
  event_type_id: eventType,
  start_time: '2026-03-04T10:00:00Z',
  invitee_name: 'Ann',
  invitee_email: 'ann@example.org',
  ...more,
})
const hook = { target_url: 'https://example.com/hook', events: ['BOOKING_CREATED'] }

interface Route {
  scope?: string
  /** What the route takes besides: a subscription needs the scope of what its payload shows. */
  also?: string
  call(rest: Rest, things: Things): Promise<RestAnswer>
}

/** Every route. Those that take something away come last. */
const routes: Record<string, Route> = {
  'GET /me': { call: to => to.get('/me') },
  'GET /bookings': { scope: 'bookings:read', call: to => to.get('/bookings') },
  'GET /bookings/:id': {
    scope: 'bookings:read',
    call: (to, its) => to.get(`/bookings/${its.booking}`),
  },
  'GET /event-types': { scope: 'event_types:read', call: to => to.get('/event-types') },
  'GET /event-types/:id': {
    scope: 'event_types:read',
    call: (to, its) => to.get(`/event-types/${its.eventType}`),
  },
  'GET /contacts': { scope: 'contacts:read', call: to => to.get('/contacts') },
  'GET /contacts/:id': {
    scope: 'contacts:read',
    call: (to, its) => to.get(`/contacts/${its.contact}`),
  },
  'GET /hooks': { scope: 'webhooks:manage', call: to => to.get('/hooks') },
  'POST /bookings': {
    scope: 'bookings:write',
    call: (to, its) => to.post('/bookings', booking(its.eventType)),
  },
  'POST /hooks': {
    scope: 'webhooks:manage',
    also: 'bookings:read',
    call: to => to.post('/hooks', hook),
  },
  'POST /bookings/:id/cancel': {
    scope: 'bookings:write',
    call: (to, its) => to.post(`/bookings/${its.booking}/cancel`),
  },
  'DELETE /hooks/:id': {
    scope: 'webhooks:manage',
    call: (to, its) => to.delete(`/hooks/${its.hook}`),
  },
}
const scoped = Object.entries(routes).flatMap(([name, { scope, also, call }]) =>
  scope === undefined ? [] : [{ name, scope, also, call }],
)
const withIds = Object.entries(routes).filter(
  ([name]) => name.includes(':id') || name === 'POST /bookings',
)

const ApiError = z.strictObject({
  error: z.string().min(1),
  code: z.string().regex(/^[A-Z_]+$/),
  details: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
})

/** A refusal in a line: its status, its code, and the invalid fields. */
function told({ status, headers, body }: RestAnswer): string {
  expect(headers.get('content-type')).toBe('application/json')
  const { code, details } = ApiError.parse(body)
  return [status, code, ...(details ?? []).map(({ field }) => field)].join(' ')
}

/** All rows, but for those that say that a key was used. */
async function rows() {
  const { ApiKey: _, ...others } = await everything(world.databaseUrl)
  return others
}

describe('a token', () => {
  const bad: Record<string, () => Promise<Rest> | Rest> = {
    'that nobody was given': () =>
      restOf(`${world.url}/v1`, 'cpa_at_0000000000000000000000000000000000000000'),
    'of an API key that nobody was given': () => restOf(`${world.url}/v1`, `cal_${'0'.repeat(40)}`),
    'that is garbage': () => restOf(`${world.url}/v1`, '\u00ff{}'),
    'that is empty': () => restOf(`${world.url}/v1`, ''),
    'that was revoked': async () => {
      const made = await host.run(
        'mutation { createApiKey(input: { label: "Old" }) { apiKey { id } secret } }',
      )
      await host.run('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', {
        id: textAt(made, 'createApiKey.apiKey.id'),
      })
      return restOf(`${world.url}/v1`, textAt(made, 'createApiKey.secret'))
    },
    'that has expired': async () => {
      const made = await host.run(
        'mutation { createApiKey(input: { label: "Short", expiresAt: "2026-03-02T07:01:00Z" }) { secret } }',
      )
      world.clock.set('2026-03-02T07:01:00Z')
      return restOf(`${world.url}/v1`, textAt(made, 'createApiKey.secret'))
    },
  }

  it.each(Object.entries(bad))('%s opens no route', async (_what, make) => {
    const nobody = await make()
    const before = await rows()
    for (const [name, { call }] of Object.entries(routes)) {
      const answer = await call(nobody, things)
      expect(told(answer), name).toBe('401 INVALID_TOKEN')
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    }
    expect(await rows()).toEqual(before)
    world.clock.set(NOW)
  })

  it.each([
    ['a session', () => ({ ...host.headers, authorization: '' })],
    ['a name and a password', () => ({ authorization: `Basic ${btoa('host:password')}` })],
    ['a key in another header', () => ({ authorization: '', 'x-api-key': rest.token })],
  ])('is what it takes, not %s', async (_what, headers) => {
    expect(told(await rest.send('/me', { headers: headers() }))).toBe('401 INVALID_TOKEN')
  })

  it('is missing without the header', async () => {
    const response = await fetch(`${world.url}/api/v1/me`)
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ])
    expect(await response.json()).toEqual({ error: expect.any(String), code: 'INVALID_TOKEN' })
  })
})

describe('a scope', () => {
  it.each(scoped)('$scope is what $name takes', async ({ scope, also, call }) => {
    const all = [...keyScopes]
    const before = await rows()
    const answer = await call(
      await restFor(
        host,
        all.filter(each => each !== scope),
      ),
      things,
    )
    expect(told(answer)).toBe('403 INSUFFICIENT_SCOPE')
    expect(answer.body).toMatchObject({ error: `This needs the scope ${scope}.` })
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer error="insufficient_scope", scope="${scope}"`,
    )
    expect(await rows()).toEqual(before)

    const other = await givenHost(world)
    const theirs = await givenThings(other)
    const scopes = also === undefined ? [scope] : [scope, also]
    expect((await call(await restFor(other, scopes), theirs)).status).toBeLessThan(300)
    if (also === undefined) return
    const lacking = await call(await restFor(other, [scope]), theirs)
    expect(told(lacking)).toBe('403 INSUFFICIENT_SCOPE')
    expect(lacking.headers.get('www-authenticate')).toBe(
      `Bearer error="insufficient_scope", scope="${also}"`,
    )
  })

  it('is not asked for by GET /me', async () => {
    for (const scope of keyScopes)
      expect((await (await restFor(host, [scope])).get('/me')).status).toBe(200)
  })
})

describe('another account', () => {
  it('is answered as if nothing had the ids, and changes nothing', async () => {
    const stranger = await restFor(await givenHost(world))
    const before = await rows()
    for (const [name, { call }] of withIds) {
      const nothing = await call(stranger, missing)
      expect(told(nothing), name).toBe('404 NOT_FOUND')
      for (let time = 0; time < 5; time++) {
        const { status, body } = await call(stranger, things)
        expect({ status, body }, name).toEqual({ status: nothing.status, body: nothing.body })
      }
    }
    expect(await rows()).toEqual(before)
  })

  it('sees nothing of it in lists, whatever they begin after', async () => {
    const stranger = await restFor(await givenHost(world))
    await givenBooking(world.visitor, things.eventType, '2026-03-05T10:00:00Z')
    const { body } = await rest.get('/bookings?limit=1')
    const lists = [
      `/bookings?cursor=${textAt(body, 'cursor')}`,
      '/bookings?email=ann@example.org',
      '/contacts?email=ann@example.org',
      '/contacts',
      '/event-types',
      '/hooks',
    ]
    for (const path of lists) {
      expect((await stranger.get(path)).body, path).toEqual({
        data: [],
        cursor: null,
        has_more: false,
      })
    }
  })
})

describe('the plan', () => {
  const setPlan = (of: GivenHost, plan: string) =>
    sql(world.databaseUrl, 'update "User" set "plan" = $2::"Plan" where "uid" = $1', [of.id, plan])

  it('must be Pro, at every route', async () => {
    const free = await givenHost(world)
    const theirs = await givenThings(free)
    await setPlan(free, 'FREE')
    const before = await rows()
    for (const [name, { call }] of Object.entries(routes)) {
      expect(told(await call(await restFor(free), theirs)), name).toBe('403 PLAN_REQUIRED')
    }
    expect(await rows()).toEqual(before)
  })

  it('counts at once when it becomes Pro, and within ten seconds when it is no more', async () => {
    const changing = await givenHost(world)
    const token = await restFor(changing)
    await setPlan(changing, 'FREE')
    expect(told(await token.get('/me'))).toBe('403 PLAN_REQUIRED')
    await setPlan(changing, 'PRO')
    expect((await token.get('/me')).body).toMatchObject({ plan: 'PRO' })
    await setPlan(changing, 'FREE')
    world.clock.set('2026-03-02T07:00:10Z')
    expect(told(await token.get('/me'))).toBe('403 PLAN_REQUIRED')
    world.clock.set(NOW)
  })

  it('of new accounts is what the operator says', async () => {
    const other = await givenWorld({ config: { defaultPlan: 'FREE' } })
    try {
      const free = await givenHost(other)
      expect(told(await restOf(`${other.url}/v1`, await givenToken(free)).get('/me'))).toBe(
        '403 PLAN_REQUIRED',
      )
      expect(await free.run('{ viewer { plan } }')).toEqual({ viewer: { plan: 'FREE' } })
    } finally {
      await other.end()
    }
  })
})

describe('a query', () => {
  it.each([
    ['/bookings?limit=0', 'limit'],
    ['/bookings?limit=101', 'limit'],
    ['/bookings?limit=-1', 'limit'],
    ['/bookings?limit=2.5', 'limit'],
    ['/bookings?limit=many', 'limit'],
    ['/bookings?limit=', 'limit'],
    ['/event-types?limit=0', 'limit'],
    ['/contacts?limit=101', 'limit'],
    ['/hooks?limit=101', 'limit'],
    ['/bookings?cursor=broken', 'cursor'],
    ['/bookings?cursor=', 'cursor'],
    ['/bookings?cursor=%00', 'cursor'],
    ['/bookings?cursor=contacts~dmk2p7w0~n1f', 'cursor'],
    ['/event-types?cursor=broken', 'cursor'],
    ['/contacts?cursor=broken', 'cursor'],
    ['/hooks?cursor=broken', 'cursor'],
    ['/bookings?status=DENIED', 'status'],
    ['/bookings?status=confirmed', 'status'],
    ['/bookings?email=nobody', 'email'],
    ['/contacts?email=nobody', 'email'],
    [`/contacts?q=${'x'.repeat(101)}`, 'q'],
    ['/bookings?limit=0&status=x', 'status limit'],
  ])('%s is refused for its %s', async (path, fields) => {
    for (let time = 0; time < 5; time++)
      expect(told(await rest.get(path))).toBe(`400 INVALID_REQUEST ${fields}`)
  })

  it('can have parameters that nobody knows', async () => {
    expect((await rest.get('/bookings?page=2&limit=100')).status).toBe(200)
    expect((await rest.get('/event-types?limit=100')).status).toBe(200)
    expect((await rest.get('/contacts?limit=100')).status).toBe(200)
    expect((await rest.get('/hooks?limit=100')).status).toBe(200)
  })
})

describe('a body', () => {
  const valid = () => booking(things.eventType, { start_time: '2026-03-06T10:00:00Z' })
  const post = (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
    rest.send('/bookings', { method: 'POST', body, headers: { 'content-type': type } })

  it.each([
    ['{"event_type_id": ', 'body'],
    ['nonsense', 'body'],
    ['[]', 'body'],
    ['null', 'body'],
    ['"text"', 'body'],
    ['', 'event_type_id start_time invitee_name invitee_email'],
    ['{}', 'event_type_id start_time invitee_name invitee_email'],
  ])('%j is refused for %s', async (body, fields) => {
    expect(told(await post(body))).toBe(`400 INVALID_REQUEST ${fields}`)
  })

  it('must be JSON by its type too', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'multipart/form-data',
    ]) {
      expect(told(await post(JSON.stringify(valid()), type)), type).toBe(
        '400 INVALID_REQUEST Content-Type',
      )
    }
    for (const type of ['application/json; charset=utf-8', 'Application/JSON']) {
      const again = { ...valid(), invitee_email: 'not one' }
      expect(told(await post(JSON.stringify(again), type)), type).toBe(
        '400 INVALID_REQUEST invitee_email',
      )
    }
  })

  it('must not be too long', async () => {
    expect(told(await post(JSON.stringify({ notes: 'x'.repeat(300_000) })))).toBe(
      '400 INVALID_REQUEST body',
    )
  })

  it.each([
    [{ event_type_id: undefined }, 'event_type_id'],
    [{ event_type_id: 17 }, 'event_type_id'],
    [{ event_type_id: null }, 'event_type_id'],
    [{ start_time: '2026-03-06T10:00:00' }, 'start_time'],
    [{ start_time: '2026-03-06' }, 'start_time'],
    [{ start_time: 'tomorrow' }, 'start_time'],
    [{ start_time: '2026-02-30T10:00:00Z' }, 'start_time'],
    [{ start_time: 1_772_532_000 }, 'start_time'],
    [{ invitee_name: ' ' }, 'invitee_name'],
    [{ invitee_name: 'x'.repeat(201) }, 'invitee_name'],
    [{ invitee_name: 'A\u0000' }, 'invitee_name'],
    [{ invitee_name: ['Ann'] }, 'invitee_name'],
    [{ invitee_email: 'ann' }, 'invitee_email'],
    [{ invitee_email: '' }, 'invitee_email'],
    [{ invitee_timezone: 'Mars/Olympus' }, 'invitee_timezone'],
    [{ invitee_timezone: '+02:00' }, 'invitee_timezone'],
    [{ invitee_timezone: 2 }, 'invitee_timezone'],
    [{ notes: 'x'.repeat(5_001) }, 'notes'],
    [{ notes: {} }, 'notes'],
    [
      { start_time: 'x', invitee_name: '', invitee_email: 'x', invitee_timezone: 'x' },
      'start_time invitee_name invitee_email invitee_timezone',
    ],
  ])('of a booking with %j is refused for its %s', async (change, fields) => {
    for (let time = 0; time < 5; time++) {
      const answer = await rest.post('/bookings', { ...valid(), ...change })
      expect(told(answer)).toBe(`400 INVALID_REQUEST ${fields}`)
      for (const field of fields.split(' '))
        expect(textAt(answer.body, 'error')).toContain(`${field} `)
      expect(JSON.stringify(answer.body)).not.toContain('input.')
    }
  })

  it('comes with a key that is neither empty nor long', async () => {
    for (const key of ['', 'x'.repeat(256)]) {
      const answer = await rest.post('/bookings', valid(), { 'Idempotency-Key': key })
      expect(told(answer)).toBe('400 INVALID_REQUEST Idempotency-Key')
    }
  })

  it('of a cancellation has a reason of a sensible length', async () => {
    const path = `/bookings/${things.booking}/cancel`
    expect(told(await rest.post(path, { reason: 'x'.repeat(10_001) }))).toBe(
      '400 INVALID_REQUEST reason',
    )
    expect(told(await rest.post(path, { reason: 5 }))).toBe('400 INVALID_REQUEST reason')
  })

  it.each([
    [{}, 'target_url events'],
    [{ target_url: hook.target_url }, 'events'],
    [{ event: 'BOOKING_CREATED' }, 'target_url'],
    [{ ...hook, events: [] }, 'events'],
    [{ ...hook, events: ['BOOKING_NO_SHOW'] }, 'events.0'],
    [{ ...hook, events: ['BOOKING_CREATED', 'BOOKING_CREATED'] }, 'events'],
    [{ ...hook, events: 'BOOKING_CREATED' }, 'events'],
    [{ url: hook.target_url, event: 'nothing' }, 'event'],
    [{ ...hook, target_url: 'ftp://example.com' }, 'target_url'],
    [{ ...hook, target_url: 'nowhere' }, 'target_url'],
  ])('of a hook with %j is refused for its %s', async (body, fields) => {
    world.clock.forward(1)
    expect(told(await rest.post('/hooks', body))).toBe(`400 INVALID_REQUEST ${fields}`)
    world.clock.set(NOW)
  })
})

describe('what is not there', () => {
  it.each([
    ['GET', '/nothing'],
    ['GET', '/bookings/'],
    ['GET', '/'],
    ['PUT', '/bookings'],
    ['DELETE', '/bookings/bk_0000000000000000000000'],
    ['PATCH', '/me'],
    ['GET', '/bookings/%F0%28'],
    ['GET', `/bookings/${'x'.repeat(2_000)}`],
    ['GET', '/event-types/bk_0000000000000000000000'],
    ['GET', '/contacts/9999999999999'],
  ])('%s %s answers 404', async (method, path) => {
    expect(told(await rest.send(path, { method }))).toBe('404 NOT_FOUND')
  })

  it('is no id with U+0000 in it', async () => {
    expect(told(await rest.get('/bookings/%00'))).toBe('400 INVALID_REQUEST id')
  })

  it('answers 404 to who has no token', async () => {
    const response = await fetch(`${world.url}/v1/nothing`)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ error: expect.any(String), code: 'NOT_FOUND' })
  })
})

describe('what fails on our side', () => {
  it('answers 500 without a word of it', async () => {
    await sql(world.databaseUrl, 'alter table "Contact" rename to "Elsewhere"')
    try {
      const answer = await rest.get('/contacts')
      expect(told(answer)).toBe('500 INTERNAL')
      expect(answer.body).toEqual({ error: 'Something failed on our side.', code: 'INTERNAL' })
    } finally {
      await sql(world.databaseUrl, 'alter table "Elsewhere" rename to "Contact"')
    }
  })

  it('answers so where the token could not be looked up', async () => {
    const token = await givenToken(host)
    await sql(world.databaseUrl, 'alter table "ApiKey" rename to "Elsewhere"')
    try {
      expect(told(await restOf(`${world.url}/api/v1`, token).get('/me'))).toBe('500 INTERNAL')
    } finally {
      await sql(world.databaseUrl, 'alter table "Elsewhere" rename to "ApiKey"')
    }
  })
})

describe('a page of another site', () => {
  it('may use the API with a token', async () => {
    const response = await fetch(`${world.url}/api/v1/me`, {
      headers: { origin: 'https://app.example.com', authorization: `Bearer ${rest.token}` },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-expose-headers')).toContain('X-RateLimit-Remaining')
  })
})
