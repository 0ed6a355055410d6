// What Calendo refuses, and how it says so: always `{error}`, with words that name each field at
// fault.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { calendo } from '../../../rest-compat/calendo/dialect.ts'
import { keyScopes } from '../../../src/scopes.ts'
import { everything, sql } from '../../helpers/postgres.ts'
import {
  at,
  givenBooking,
  givenEventType,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../../helpers/world.ts'
import {
  type Answer,
  type Calendo,
  calendoOf,
  givenJane,
  idIn,
  type Jane,
  programOf,
} from './calendo.ts'

let world: World
let jane: Jane
let program: Calendo
let things: Things

beforeAll(async () => {
  // Nothing is sent, so that rows stay as they are.
  world = await givenWorld({ now: '2026-03-02T06:00:00Z', config: { roles: new Set(['web']) } })
  jane = await givenJane(world)
  program = jane.program
  things = await givenThings(jane)
})
afterAll(() => world.end())
// So that no test spends the requests of another.
beforeEach(() => world.clock.forward(1))

/** One thing of each kind, by its number. */
interface Things {
  eventType: unknown
  schedule: unknown
  booking: unknown
  webhook: unknown
  delivery: unknown
  apiKey: unknown
}

async function givenThings(of: Jane): Promise<Things> {
  const webhook = idIn(
    await of.program.post('/webhooks', { url: 'http://127.0.0.1:9/', events: ['booking.created'] }),
  )
  const eventType = await givenEventType(of)
  await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
  const first = async (path: string, who = of.program) =>
    at(listAt(await who.get(path), 'body')[0], 'id')
  return {
    webhook,
    eventType: await first('/event-types'),
    schedule: idIn(await of.program.post('/availability-schedules', { name: 'Other' })),
    booking: await first('/bookings'),
    delivery: await first(`/webhooks/${webhook}/deliveries`),
    apiKey: await first('/api-keys', of.browser),
  }
}

const hook = { url: 'https://example.com/hook', events: ['booking.created'] }

interface Route {
  scope?: string
  /** What the route takes besides: a webhook needs the scope of what its payload shows. */
  also?: string
  call(as: Calendo, its: Things): Promise<Answer>
}

/**
 * Every route that needs a credential but for the way out, by its name in the dialect. Those that
 * take away come last.
 */
const routes: Record<string, Route> = {
  getMe: { call: as => as.get('/auth/me') },
  getBookingPage: { call: as => as.get('/booking-page') },
  updateBookingPage: { scope: 'profile:write', call: as => as.put('/booking-page', { bio: 'x' }) },
  listEventTypes: { scope: 'event_types:read', call: as => as.get('/event-types') },
  createEventType: {
    scope: 'event_types:write',
    call: as => as.post('/event-types', { name: 'New' }),
  },
  getEventType: {
    scope: 'event_types:read',
    call: (as, its) => as.get(`/event-types/${its.eventType}`),
  },
  updateEventType: {
    scope: 'event_types:write',
    call: (as, its) => as.put(`/event-types/${its.eventType}`, { name: 'Changed' }),
  },
  listSchedules: { scope: 'availability:read', call: as => as.get('/availability-schedules') },
  createSchedule: {
    scope: 'availability:write',
    call: as => as.post('/availability-schedules', { name: 'New' }),
  },
  getSchedule: {
    scope: 'availability:read',
    call: (as, its) => as.get(`/availability-schedules/${its.schedule}`),
  },
  updateSchedule: {
    scope: 'availability:write',
    call: (as, its) => as.put(`/availability-schedules/${its.schedule}`, { name: 'Changed' }),
  },
  listBookings: { scope: 'bookings:read', call: as => as.get('/bookings') },
  getBooking: { scope: 'bookings:read', call: (as, its) => as.get(`/bookings/${its.booking}`) },
  listWebhooks: { scope: 'webhooks:manage', call: as => as.get('/webhooks') },
  createWebhook: {
    scope: 'webhooks:manage',
    also: 'bookings:read',
    call: as => as.post('/webhooks', hook),
  },
  updateWebhook: {
    scope: 'webhooks:manage',
    also: 'bookings:read',
    call: (as, its) => as.put(`/webhooks/${its.webhook}`, { url: hook.url }),
  },
  listDeliveries: {
    scope: 'webhooks:manage',
    call: (as, its) => as.get(`/webhooks/${its.webhook}/deliveries`),
  },
  replayDelivery: {
    scope: 'webhooks:manage',
    also: 'bookings:read',
    call: (as, its) => as.post(`/webhooks/deliveries/${its.delivery}/replay`),
  },
  confirmBooking: {
    scope: 'bookings:write',
    call: (as, its) => as.post(`/bookings/${its.booking}/confirm`),
  },
  declineBooking: {
    scope: 'bookings:write',
    call: (as, its) => as.post(`/bookings/${its.booking}/decline`),
  },
  rescheduleBooking: {
    scope: 'bookings:write',
    call: (as, its) =>
      as.post(`/bookings/${its.booking}/reschedule`, { start_time: '2026-03-04T10:00:00Z' }),
  },
  cancelBooking: {
    scope: 'bookings:write',
    call: (as, its) => as.post(`/bookings/${its.booking}/cancel`),
  },
  deleteWebhook: {
    scope: 'webhooks:manage',
    call: (as, its) => as.delete(`/webhooks/${its.webhook}`),
  },
  deleteSchedule: {
    scope: 'availability:write',
    call: (as, its) => as.delete(`/availability-schedules/${its.schedule}`),
  },
  deleteEventType: {
    scope: 'event_types:write',
    call: (as, its) => as.delete(`/event-types/${its.eventType}`),
  },
  listApiKeys: { scope: 'keys:manage', call: as => as.get('/api-keys') },
  createApiKey: { scope: 'keys:manage', call: as => as.post('/api-keys', { label: 'New' }) },
  deleteApiKey: { scope: 'keys:manage', call: (as, its) => as.delete(`/api-keys/${its.apiKey}`) },
}

/** All rows, but for those that say that a key was used, and what a delivery is about to do. */
async function rows() {
  const {
    ApiKey: _,
    Delivery: _deliveries,
    DeliveryAttempt: _attempts,
    ...others
  } = await everything(world.databaseUrl)
  return others
}

describe('every route', () => {
  it('is in this test', () => {
    const needing = calendo.routes.filter(
      ({ forAnyone, name }) => forAnyone !== true && name !== 'logOut',
    )
    expect(Object.keys(routes).toSorted()).toEqual(needing.map(({ name }) => name).toSorted())
    expect(
      Object.fromEntries(Object.entries(routes).map(([name, { scope }]) => [name, scope])),
    ).toEqual(Object.fromEntries(needing.map(({ name, scope }) => [name, scope])))
  })

  it('is closed to who has no credential', async () => {
    const before = await rows()
    for (const [name, { call }] of Object.entries(routes)) {
      expect(await call(calendoOf(world), things), name).toMatchObject({
        status: 401,
        body: { error: 'A credential is missing.' },
      })
    }
    expect(await rows()).toEqual(before)
  })

  it('asks a key for its scope', async () => {
    const before = await rows()
    for (const scope of new Set(Object.values(routes).flatMap(({ scope }) => scope ?? []))) {
      const others = [...keyScopes].filter(each => each !== scope)
      const lacking = await programOf(world, jane, others)
      for (const [name, route] of Object.entries(routes)) {
        if (route.scope !== scope) continue
        expect(await route.call(lacking, things), name).toMatchObject({
          status: 403,
          body: { error: `This needs the scope ${scope}.` },
        })
      }
    }
    expect(await rows()).toEqual(before)
  })

  it('answers another account as if nothing had the ids, and changes nothing', async () => {
    const stranger = await givenJane(world)
    const nothing: Things = {
      eventType: 1999999999,
      schedule: 1999999999,
      booking: 1999999999,
      webhook: 1999999999,
      delivery: 1999999999,
      apiKey: 1999999999,
    }
    const named = Object.entries(routes).filter(([name]) =>
      calendo.routes.some(route => route.name === name && route.path.includes(':id')),
    )
    const before = await rows()
    for (const [name, { call }] of named) {
      const missing = await call(stranger.browser, nothing)
      expect(missing.status, name).toBe(404)
      const theirs = await call(stranger.browser, things)
      expect([theirs.status, theirs.body], name).toEqual([missing.status, missing.body])
    }
    for (const path of ['/event-types', '/bookings', '/webhooks']) {
      expect((await stranger.program.get(path)).body, path).toEqual([])
    }
    expect(await rows()).toEqual(before)
  })

  it('asks for the scope of what a webhook shows', async () => {
    const lacking = await programOf(world, jane, ['webhooks:manage'])
    for (const [name, { also, call }] of Object.entries(routes)) {
      if (also === undefined) continue
      expect(await call(lacking, things), name).toMatchObject({
        status: 403,
        body: { error: `This needs the scope ${also}.` },
      })
    }
  })

  it('works with its scopes alone', async () => {
    const other = await givenJane(world)
    const its = await givenThings(other)
    // A booking has an end: each route that changes one gets one of its own.
    const newBooking = async (confirmation: string, start: string) => {
      const { id } = await givenBooking(
        world.visitor,
        await givenEventType(other, { confirmation }),
        start,
      )
      return id
    }
    const bookings: Record<string, () => Promise<string>> = {
      confirmBooking: () => newBooking('ALWAYS', '2026-03-05T10:00:00Z'),
      declineBooking: () => newBooking('ALWAYS', '2026-03-05T11:00:00Z'),
      rescheduleBooking: () => newBooking('NEVER', '2026-03-05T12:00:00Z'),
      cancelBooking: () => newBooking('NEVER', '2026-03-05T13:00:00Z'),
    }
    for (const [name, { scope = 'contacts:read', also, call }] of Object.entries(routes)) {
      if (scope === 'keys:manage') continue
      its.booking = (await bookings[name]?.()) ?? its.booking
      const answer = await call(
        await programOf(world, other, also === undefined ? [scope] : [scope, also]),
        its,
      )
      expect(answer.status, `${name}: ${JSON.stringify(answer.body)}`).toBeLessThan(300)
    }
  })
})

describe('what is not there', () => {
  it.each([
    ['GET', '/nothing'],
    ['GET', '/'],
    ['GET', '/bookings/'],
    ['PATCH', '/booking-page'],
    ['PUT', '/bookings/1'],
    ['GET', '/event-types/abc'],
    ['GET', '/event-types/0'],
    ['GET', '/event-types/1.5'],
    ['GET', '/event-types/-1'],
    ['GET', '/event-types/99999999999999999999'],
    ['GET', '/bookings/%F0%28'],
    ['DELETE', '/webhooks/nothing'],
    ['POST', '/webhooks/deliveries/99999999999/replay'],
    ['GET', '/availability/nobody/nothing?start=2026-03-03&end=2026-03-04'],
    ['GET', '/availability/nobody'],
  ])('%s %s answers 404', async (method, path) => {
    const { status, body } = await program.send(method, path)
    expect(status).toBe(404)
    expect(textAt(body, 'error')).toMatch(/^There is no .+\.$/)
  })

  it('cannot be booked', async () => {
    const bob = { name: 'Bob', email: 'bob@example.com', start_time: '2026-03-03T11:00:00Z' }
    expect(await calendoOf(world).post(`/book/${jane.slug}/nothing`, bob)).toMatchObject({
      status: 404,
      body: { error: 'There is no such event type.' },
    })
  })
})

describe('a query', () => {
  const slots = (query: string) => `/availability/${jane.slug}/intro?${query}`

  it.each([
    ['/bookings?status=CONFIRMED', 'status must be one of pending, confirmed, cancelled, declined'],
    ['/bookings?limit=0', 'limit must be at least 1'],
    ['/bookings?limit=101', 'limit must be at most 100'],
    ['/bookings?limit=many', 'limit must be a whole number'],
    ['/bookings?limit=1.5', 'limit must be a whole number'],
    ['/bookings?start=2026-02-30', 'start must be a day that exists, as YYYY-MM-DD'],
    ['/bookings?end=tomorrow', 'end must be a day that exists, as YYYY-MM-DD'],
    ['/bookings?start=0001-01-01', 'start must lie between the years 1970 and 2100'],
    ['/bookings?end=2026-03-01T10:00:00Z', 'end must be a day that exists, as YYYY-MM-DD'],
    ['/bookings?limit=x&status=y', 'status must be one of .*; limit must be a whole number'],
  ])('%s is refused', async (path, error) => {
    const { status, body } = await program.get(path)
    expect(status).toBe(400)
    expect(textAt(body, 'error')).toMatch(new RegExp(`^${error}$`))
  })

  it.each([
    ['', 'start is missing; end is missing'],
    ['start=2026-03-03', 'end is missing'],
    ['start=2026-02-30&end=2026-03-03', 'start must be a day that exists, as YYYY-MM-DD'],
    ['start=03/03/2026&end=2026-03-03', 'start must be a day that exists, as YYYY-MM-DD'],
    ['start=2026-03-03&end=', 'end must be a day that exists, as YYYY-MM-DD'],
    ['start=2026-03-03&end=2026-03-02', 'end must not be before start'],
    [
      'start=2026-03-03&end=2027-03-03',
      'end must lie at most 62 days from start; 366 were asked for',
    ],
    [
      'start=2026-03-03&end=2026-03-03&timezone=Mars',
      'timezone must be an IANA time zone, such as Europe/Berlin',
    ],
    [
      'start=2026-03-03&end=2026-03-03&timezone=%2B02:00',
      'timezone must be an IANA time zone, such as Europe/Berlin',
    ],
    [
      'start=2026-03-03&end=2026-03-03&timezone=',
      'timezone must be an IANA time zone, such as Europe/Berlin',
    ],
  ])('of free starts with %j is refused', async (query, error) => {
    expect(await program.get(slots(query))).toMatchObject({ status: 400, body: { error } })
  })
})

describe('a body', () => {
  const post = (body: string, type = 'application/json') =>
    program.send('POST', '/event-types', { body, headers: { 'content-type': type } })

  it.each([
    ['{"name": ', 'body must be JSON'],
    ['nonsense', 'body must be JSON'],
    ['[]', 'body must be an object'],
    ['null', 'body must not be null'],
    ['"text"', 'body must be an object'],
    ['', 'name is missing'],
    ['{}', 'name is missing'],
    [`{"name": "${'x'.repeat(300_000)}"}`, 'body is too long'],
  ])('%.20j is refused', async (body, error) => {
    expect(await post(body)).toMatchObject({ status: 400, body: { error } })
  })

  it('must be JSON by its type too', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const error = 'Content-Type must be application/json'
      expect(await post('{"name": "Call"}', type), type).toMatchObject({
        status: 400,
        body: { error },
      })
    }
    expect((await post('{"name": "Call"}', 'application/json; charset=utf-8')).status).toBe(201)
  })

  const eventTypes: [object, string][] = [
    [{ name: 7 }, 'name must be a string'],
    [{ name: '' }, 'name must not be empty'],
    [{ duration_minutes: 4 }, 'duration_minutes must be at least 5'],
    [{ duration_minutes: 721 }, 'duration_minutes must be at most 720'],
    [{ duration_minutes: 30.5 }, 'duration_minutes must be a whole number'],
    [{ duration_minutes: '30' }, 'duration_minutes must be a whole number'],
    [{ color: 'red' }, 'color must be a colour like #0069ff'],
    [{ location_type: 'moon' }, 'location_type must be one of google_meet, zoom, phone, custom'],
    [{ questions: 'Why?' }, 'questions must be a list'],
    [{ questions: [{}] }, 'questions.0.label is missing'],
    [
      { questions: [{ label: 'Size', type: 'select' }] },
      'questions.0.options must name at least one option',
    ],
    [{ questions: [{ label: 'x', type: 'essay' }] }, 'questions.0.type must be one of text, .*'],
    [{ is_secret: 2 }, 'is_secret must be true or false'],
    [{ requires_confirmation: 'yes' }, 'requires_confirmation must be true or false'],
    [{ buffer_before: -1 }, 'buffer_before must be at least 0'],
    [{ buffer_after: 1441 }, 'buffer_after must be at most 1440'],
    [{ min_notice_hours: 8785 }, 'min_notice_hours must be at most 8784'],
    [{ max_future_days: 3651 }, 'max_future_days must be at most 3650'],
    [{ description: 'x'.repeat(5001) }, 'description must have at most 5000 characters'],
    [{ color: 'red', name: '' }, 'name must not be empty; color must be a colour like #0069ff'],
  ]

  it.each(eventTypes)('of an event type with %j is refused, new or not', async (change, error) => {
    const answers = [
      await program.post('/event-types', { name: 'Call', ...change }),
      await program.put(`/event-types/${things.eventType}`, change),
    ]
    for (const { status, body } of answers) {
      expect(status).toBe(400)
      expect(textAt(body, 'error')).toMatch(new RegExp(`^${error}$`))
    }
  })

  it.each([
    [{ name: 7 }, 'name must be a string'],
    [{ timezone: 'Mars' }, 'timezone must be an IANA time zone, such as Europe/Berlin'],
    [{ rules: {} }, 'rules must be a list'],
    [{ rules: [{ day: 7, start: '09:00', end: '10:00' }] }, 'rules.0.day must be at most 6'],
    [{ rules: [{ start: '09:00', end: '10:00' }] }, 'rules.0.day is missing'],
    [
      { rules: [{ day: 1, start: '9', end: '10:00' }] },
      'rules.0.start must be a time of day as HH:MM, from 00:00 to 23:59',
    ],
    [
      { rules: [{ day: 1, start: '10:00', end: '09:00' }] },
      'rules.0.end must be later than the start',
    ],
    [
      {
        rules: [
          { day: 1, start: '09:00', end: '12:00' },
          { day: 1, start: '11:00', end: '13:00' },
        ],
      },
      'rules.1 overlaps the hours of entry 0',
    ],
    [
      { overrides: [{ date: '2026-02-30', available: false }] },
      'overrides.0.date must be a day that exists, as .*',
    ],
    [
      { overrides: [{ date: '2026-03-03' }] },
      'overrides.0.start is missing.*; overrides.0.end is missing.*',
    ],
    [{ is_default: 'yes' }, 'is_default must be true or false'],
  ])('of a schedule with %j is refused, new or not', async (change, error) => {
    const answers = [
      await program.post('/availability-schedules', { name: 'Hours', ...change }),
      await program.put(`/availability-schedules/${things.schedule}`, change),
    ]
    for (const { status, body } of answers) {
      expect(status).toBe(400)
      expect(textAt(body, 'error')).toMatch(new RegExp(`^${error}$`))
    }
  })

  it.each([
    [{ name: ' ' }, 'name must not be empty'],
    [{ email: 'bob' }, 'email must be an e-mail address'],
    [{ timezone: 'Mars' }, 'timezone must be an IANA time zone, such as Europe/Berlin'],
    [{ start_time: undefined }, 'start_time is missing'],
    [
      { start_time: '2026-03-03T10:00:00' },
      'start_time must be an instant with an offset or Z, .*',
    ],
    [{ start_time: 'tomorrow' }, 'start_time must be an instant .*'],
    [{ answers: [] }, 'answers must be an object'],
    [{ answers: { unknown: 'x' } }, 'answers.unknown is not a question of this event type'],
    [
      { name: '', email: 'bob', start_time: 'x' },
      'start_time .*; name must not be empty; email must be .*',
    ],
  ])('of a booking with %j is refused', async (change, error) => {
    const bob = { name: 'Bob', email: 'bob@example.com', start_time: '2026-03-03T11:00:00Z' }
    const { status, body } = await calendoOf(world).post(`/book/${jane.slug}/intro`, {
      ...bob,
      ...change,
    })
    expect(status).toBe(400)
    expect(textAt(body, 'error')).toMatch(new RegExp(`^${error}$`))
  })

  it.each([
    [{ start_time: 'x' }, 'start_time must be an instant .*'],
    [{}, 'start_time is missing'],
    [{ start_time: '2026-03-03T10:00:00Z' }, 'start_time is the start that the booking has'],
    [
      { start_time: '2026-03-04T10:00:00Z', reason: 'x'.repeat(2001) },
      'reason must have at most 2000 characters',
    ],
  ])('of a move with %j is refused', async (sent, error) => {
    const { status, body } = await program.post(`/bookings/${things.booking}/reschedule`, sent)
    expect(status).toBe(400)
    expect(textAt(body, 'error')).toMatch(new RegExp(`^${error}$`))
  })

  it.each([
    [{ slug: 'Not A Slug' }, 'slug must consist of lower-case letters, digits and single hyphens'],
    [{ slug: 'graphql' }, 'slug is reserved'],
    [{ brand_color: 'blue' }, 'brand_color must be a colour like #0069ff'],
    [{ display_name: '' }, 'display_name must not be empty'],
    [{ welcome_message: 5 }, 'welcome_message must be a string'],
  ])('of a booking page with %j is refused', async (sent, error) => {
    expect(await program.put('/booking-page', sent)).toMatchObject({ status: 400, body: { error } })
  })

  it.each([
    [{ events: [] }, 'events must name at least one kind of event'],
    [{ events: 'booking.created' }, 'events must be a list'],
    [
      { events: ['booking.deleted'] },
      'events.0 must be one of booking.created, booking.cancelled, booking.rescheduled',
    ],
    [{ url: 'nowhere' }, 'url must be an absolute http or https URL without credentials'],
    [{ secret: 'short' }, 'secret must have 8 to 200 characters, without spaces'],
    [{ url: 7, events: undefined }, 'url must be a string; events is missing'],
  ])('of a webhook with %j is refused', async (change, error) => {
    expect(await program.post('/webhooks', { ...hook, ...change })).toMatchObject({
      status: 400,
      body: { error },
    })
  })

  it('of a webhook has an https address, unless the operator lets receivers be private', async () => {
    const strict = await givenWorld({
      config: { receivers: { allowPrivate: false, httpsOnly: false } },
    })
    const { program: other } = await givenJane(strict)
    const made = (url: string) => other.post('/webhooks', { ...hook, url })
    const id = idIn(await made('https://93.184.216.34/hook'))
    const refused = { status: 400, body: { error: 'url must start with https://' } }
    expect(await made('http://93.184.216.34/hook')).toMatchObject(refused)
    expect(await other.put(`/webhooks/${id}`, { url: 'http://93.184.216.34/hook' })).toMatchObject(
      refused,
    )
    expect((await made('https://127.0.0.1/hook')).body).toEqual({
      error:
        'url must not lead to a private address (127.0.0.1); the operator can allow it with MERIDIAN_ALLOW_PRIVATE_HOOKS=1',
    })
    await strict.end()
    expect((await program.post('/webhooks', { ...hook, url: 'http://127.0.0.1:9/' })).status).toBe(
      201,
    )
  })
})

describe('too many', () => {
  it('webhooks answer 409', async () => {
    const { program: busy } = await givenJane(world)
    for (let made = 0; made < 25; made++)
      expect((await busy.post('/webhooks', hook)).status).toBe(201)
    expect(await busy.post('/webhooks', hook)).toMatchObject({
      status: 409,
      body: { error: 'An account has at most 25 active hooks.' },
    })
  })
})

describe('what fails on our side', () => {
  it.each(['EventType', 'ApiKey'])('answers 500 without a word of it: %s', async table => {
    const fresh = await programOf(world, jane)
    await sql(world.databaseUrl, `alter table "${table}" rename to "Elsewhere"`)
    try {
      expect(await fresh.get('/event-types')).toMatchObject({
        status: 500,
        body: { error: 'Something failed on our side.' },
      })
    } finally {
      await sql(world.databaseUrl, `alter table "Elsewhere" rename to "${table}"`)
    }
  })
})
