// CalendarPA v1, route by route and field for field.

import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deny } from '../../helpers/bookings.ts'
import { givenReceiver, type Receiver } from '../../helpers/receiver.ts'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { givenToken, type Rest, restOf } from '../rest.ts'

let world: World
let host: GivenHost
let rest: Rest
let eventType: string

const NOW = '2026-03-02T07:00:00.000Z'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(NOW)
  host = await givenHost(world, { name: 'Hanna Host', timeZone: 'Europe/Paris' })
  eventType = await givenEventType(host, {
    name: 'Intro call',
    slug: 'intro',
    description: 'Hello.',
  })
  rest = restOf(`${world.url}/api/v1`, await givenToken(host))
})

const ann = { invitee_name: 'Ann Arbor', invitee_email: 'ann@example.org' }
const wanted = (start: string, more: Record<string, unknown> = {}) => ({
  event_type_id: eventType,
  start_time: start,
  ...ann,
  ...more,
})

async function booked(start: string, more: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await rest.post('/bookings', wanted(start, more))
  expect(status, JSON.stringify(body)).toBe(201)
  return textAt(body, 'id')
}

const idsIn = (body: unknown) => listAt(body, 'data').map(each => textAt(each, 'id'))

describe('GET /me', () => {
  it('answers whose token it is', async () => {
    const { status, body, headers } = await rest.get('/me')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json')
    expect(body).toEqual({
      id: host.id,
      name: 'Hanna Host',
      email: host.email,
      timezone: 'Europe/Paris',
      plan: 'PRO',
      booking_page_url: `${world.url}/${host.slug}`,
      created_at: NOW,
      updated_at: NOW,
    })
  })

  it('is the same at the other base', async () => {
    const other = restOf(`${world.url}/v1`, rest.token)
    expect((await other.get('/me')).body).toEqual((await rest.get('/me')).body)
  })
})

describe('POST /bookings', () => {
  it('books, and answers the booking', async () => {
    const { status, body } = await rest.post(
      '/bookings',
      wanted('2026-03-03T10:00:00+01:00', {
        invitee_timezone: 'America/New_York',
        notes: 'See you.',
      }),
    )
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.stringMatching(/^bk_\w{22}$/),
      status: 'CONFIRMED',
      event_type: { id: eventType, name: 'Intro call', slug: 'intro', duration_minutes: 30 },
      start_time: '2026-03-03T09:00:00.000Z',
      end_time: '2026-03-03T09:30:00.000Z',
      timezone: 'America/New_York',
      invitee: { name: 'Ann Arbor', email: 'ann@example.org', timezone: 'America/New_York' },
      notes: 'See you.',
      location: null,
      cancellation_reason: null,
      cancelled_at: null,
      rescheduled_from: null,
      created_at: NOW,
      updated_at: NOW,
    })
    expect(await rest.get(`/bookings/${textAt(body, 'id')}`)).toMatchObject({ status: 200, body })
  })

  it("takes the zone of the host for an invitee who did not say theirs, whatever the schedule's is", async () => {
    const made = await host.run(
      'mutation { createSchedule(input: { name: "Away", timeZone: "Asia/Tokyo" }) { schedule { id } } }',
    )
    eventType = await givenEventType(host, {
      scheduleId: textAt(made, 'createSchedule.schedule.id'),
    })
    const { body } = await rest.post(
      '/bookings',
      wanted('2026-03-03T01:00:00Z', { invitee_timezone: null, notes: '' }),
    )
    expect(body).toMatchObject({
      timezone: 'Europe/Paris',
      invitee: { timezone: 'Europe/Paris' },
      notes: null,
    })
  })

  it('answers PENDING where the host approves', async () => {
    eventType = await givenEventType(host, { confirmation: 'ALWAYS' })
    expect((await rest.post('/bookings', wanted('2026-03-03T10:00:00Z'))).body).toMatchObject({
      status: 'PENDING',
    })
  })

  it('books one start once', async () => {
    await booked('2026-03-03T10:00:00Z')
    expect(await rest.post('/bookings', wanted('2026-03-03T10:00:00Z'))).toMatchObject({
      status: 409,
      body: { error: 'The start is taken.', code: 'SLOT_UNAVAILABLE' },
    })
    expect((await rest.post('/bookings', wanted('2026-03-03T03:00:00Z'))).body).toEqual({
      error: 'The start is outside the hours of the host.',
      code: 'SLOT_UNAVAILABLE',
    })
  })

  it('books event types of its own account alone', async () => {
    const other = await givenHost(world)
    const theirs = await givenEventType(other)
    const asked = { event_type_id: theirs }
    expect(await rest.post('/bookings', wanted('2026-03-03T10:00:00Z', asked))).toMatchObject({
      status: 404,
      body: { error: 'There is no such event type.', code: 'NOT_FOUND' },
    })
  })

  it('gives the first booking again for the same key and body', async () => {
    const key = { 'Idempotency-Key': 'order-17' }
    const body = wanted('2026-03-03T10:00:00Z')
    const first = await rest.post('/bookings', body, key)
    const again = await rest.post('/bookings', body, key)
    expect([again.status, again.body]).toEqual([201, first.body])
    expect(await rest.post('/bookings', wanted('2026-03-03T11:00:00Z'), key)).toMatchObject({
      status: 409,
      body: {
        error: 'The idempotency key was used for another request.',
        code: 'IDEMPOTENCY_CONFLICT',
      },
    })
    expect(idsIn((await rest.get('/bookings')).body)).toHaveLength(1)
  })

  it('keeps the keys of accounts apart', async () => {
    const key = { 'Idempotency-Key': 'order-18' }
    await rest.post('/bookings', wanted('2026-03-03T10:00:00Z'), key)
    const other = await givenHost(world)
    const theirs = restOf(`${world.url}/v1`, await givenToken(other))
    const asked = { event_type_id: await givenEventType(other) }
    expect(
      (await theirs.post('/bookings', wanted('2026-03-03T11:00:00Z', asked), key)).status,
    ).toBe(201)
  })
})

describe('GET /bookings/:id', () => {
  it('says how a booking ended, and which one it replaced', async () => {
    const { id } = await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    world.clock.forward(5)
    const moved = await host.run(
      `mutation ($id: ID) { rescheduleBooking(input: { id: $id, start: "2026-03-03T11:00:00Z", reason: "Later" }) {
        booking { id } } }`,
      { id },
    )
    const next = textAt(moved, 'rescheduleBooking.booking.id')
    expect((await rest.get(`/bookings/${id}`)).body).toMatchObject({
      status: 'CANCELLED',
      cancellation_reason: 'Later',
      cancelled_at: '2026-03-02T07:05:00.000Z',
      rescheduled_from: null,
      created_at: NOW,
      updated_at: '2026-03-02T07:05:00.000Z',
    })
    expect((await rest.get(`/bookings/${next}`)).body).toMatchObject({
      status: 'CONFIRMED',
      rescheduled_from: id,
    })
  })

  it('shows a booking that the host declined as cancelled', async () => {
    const onRequest = await givenEventType(host, { confirmation: 'ALWAYS' })
    const { id } = await givenBooking(world.visitor, onRequest, '2026-03-03T10:00:00Z')
    await deny(host, id, 'Full')
    expect((await rest.get(`/bookings/${id}`)).body).toMatchObject({
      status: 'CANCELLED',
      cancellation_reason: 'Full',
    })
    expect(idsIn((await rest.get('/bookings?status=CANCELLED')).body)).toEqual([id])
  })

  it('shows where a meeting is as text', async () => {
    const places = {
      'https://meet.example.com/x': { kind: 'LINK', url: 'https://meet.example.com/x' },
      'Main Street 1': { kind: 'IN_PERSON', address: 'Main Street 1' },
      '+49 30 1234': { kind: 'PHONE_HOST', phone: '+49 30 1234' },
      'By the fountain': { kind: 'CUSTOM', text: 'By the fountain' },
      zoom: { kind: 'VIDEO', provider: 'zoom' },
    }
    for (const [index, [shown, place]] of Object.entries(places).entries()) {
      eventType = await givenEventType(host, { locations: [place] })
      const id = await booked(`2026-03-03T1${index}:00:00Z`)
      expect((await rest.get(`/bookings/${id}`)).body).toMatchObject({ location: shown })
    }
  })
})

describe('POST /bookings/:id/cancel', () => {
  it('cancels for a reason, and gives the time back', async () => {
    const id = await booked('2026-03-03T10:00:00Z')
    world.clock.forward(5)
    const { status, body } = await rest.post(`/bookings/${id}/cancel`, { reason: 'Ill' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id,
      status: 'CANCELLED',
      cancellation_reason: 'Ill',
      cancelled_at: '2026-03-02T07:05:00.000Z',
    })
    expect(await booked('2026-03-03T10:00:00Z')).not.toBe(id)
  })

  it.each([
    ['no body', undefined],
    ['an empty object', {}],
    ['an empty reason', { reason: '' }],
    ['no reason', { reason: null }],
  ])('needs no reason: %s', async (_what, body) => {
    const id = await booked('2026-03-03T10:00:00Z')
    expect(await rest.post(`/bookings/${id}/cancel`, body)).toMatchObject({
      status: 200,
      body: { status: 'CANCELLED', cancellation_reason: null },
    })
  })

  it('cancels once', async () => {
    const id = await booked('2026-03-03T10:00:00Z')
    await rest.post(`/bookings/${id}/cancel`)
    expect(await rest.post(`/bookings/${id}/cancel`)).toMatchObject({
      status: 400,
      body: { error: 'The booking is CANCELLED already.', code: 'INVALID_REQUEST', details: [] },
    })
  })
})

describe('GET /bookings', () => {
  it('lists what was booked last first', async () => {
    const ids: string[] = []
    for (const hour of [14, 10, 12]) {
      ids.unshift(await booked(`2026-03-03T${hour}:00:00Z`))
      world.clock.forward(1)
    }
    const { status, body } = await rest.get('/bookings')
    expect(status).toBe(200)
    expect(body).toEqual({ data: expect.any(Array), cursor: null, has_more: false })
    expect(idsIn(body)).toEqual(ids)
    expect(at(body, 'data.0')).toEqual((await rest.get(`/bookings/${ids[0]}`)).body)
  })

  it('is empty for an account without bookings', async () => {
    expect((await rest.get('/bookings')).body).toEqual({ data: [], cursor: null, has_more: false })
  })

  it('filters by status and by the address of an invitee', async () => {
    const kept = await booked('2026-03-03T10:00:00Z')
    const gone = await booked('2026-03-03T11:00:00Z', { invitee_email: 'bob@example.org' })
    await rest.post(`/bookings/${gone}/cancel`)
    const onRequest = await givenEventType(host, { confirmation: 'ALWAYS' })
    const pending = await booked('2026-03-03T12:00:00Z', { event_type_id: onRequest })
    const lists = {
      '': [pending, gone, kept],
      '?status=CONFIRMED': [kept],
      '?status=CANCELLED': [gone],
      '?status=PENDING': [pending],
      '?email=bob@example.org': [gone],
      '?email=ANN@example.org': [pending, kept],
      '?email=ann@example.org&status=CONFIRMED': [kept],
      '?email=nobody@example.org': [],
    }
    for (const [query, ids] of Object.entries(lists)) {
      expect(idsIn((await rest.get(`/bookings${query}`)).body), query).toEqual(ids)
    }
  })

  it('tells each booking once while others are added', async () => {
    const before: string[] = []
    for (const hour of ['09', '10', '11', '12', '13'])
      before.unshift(await booked(`2026-03-03T${hour}:00:00Z`))
    const seen: string[] = []
    let query = '?limit=2'
    for (const day of ['04', '05', '06']) {
      const { body } = await rest.get(`/bookings${query}`)
      seen.push(...idsIn(body))
      await booked(`2026-03-${day}T09:00:00Z`)
      const cursor = at(body, 'cursor')
      expect(at(body, 'has_more')).toBe(cursor !== null)
      query = `?limit=2&cursor=${encodeURIComponent(String(cursor))}`
    }
    expect(query).toContain('null')
    expect(seen).toEqual(before)
  })

  it('answers 25 unless another number is asked, and up to 100', async () => {
    const many = await givenEventType(host, {
      durationMinutes: 15,
      bookingWindow: { kind: 'UNLIMITED' },
    })
    for (let index = 0; index < 30; index++) {
      const start = new Date(Date.parse('2026-03-09T08:00:00Z') + index * 15 * 60_000)
      await booked(start.toISOString(), { event_type_id: many })
    }
    const lengths: [string, number, boolean][] = [
      ['', 25, true],
      ['?limit=1', 1, true],
      ['?limit=29', 29, true],
      ['?limit=30', 30, false],
      ['?limit=100', 30, false],
    ]
    for (const [query, length, more] of lengths) {
      const { body } = await rest.get(`/bookings${query}`)
      expect([idsIn(body).length, at(body, 'has_more')], query).toEqual([length, more])
    }
  })
})

describe('GET /event-types', () => {
  const shape = () => ({
    id: eventType,
    name: 'Intro call',
    slug: 'intro',
    description: 'Hello.',
    duration_minutes: 30,
    color: '#0069ff',
    is_active: true,
    requires_approval: false,
    booking_url: `${world.url}/${host.slug}/intro`,
    created_at: NOW,
    updated_at: NOW,
  })

  it('lists them in the order of the booking page, and answers one', async () => {
    const other = await givenEventType(host, {
      name: 'On request',
      confirmation: 'ALWAYS',
      isActive: false,
    })
    const { status, body } = await rest.get('/event-types')
    expect(status).toBe(200)
    expect(body).toEqual({ data: [shape(), expect.any(Object)], cursor: null, has_more: false })
    expect(at(body, 'data.1')).toMatchObject({
      id: other,
      description: null,
      is_active: false,
      requires_approval: true,
    })
    expect(await rest.get(`/event-types/${eventType}`)).toMatchObject({
      status: 200,
      body: shape(),
    })
  })

  it('leaves those out that were archived, which have their page still', async () => {
    await host.run(
      'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id } } }',
      {
        id: eventType,
      },
    )
    expect((await rest.get('/event-types')).body).toEqual({
      data: [],
      cursor: null,
      has_more: false,
    })
    expect((await rest.get(`/event-types/${eventType}`)).body).toMatchObject({
      id: eventType,
      is_active: false,
    })
  })

  it('pages', async () => {
    const other = await givenEventType(host, { name: 'Second' })
    const first = await rest.get('/event-types?limit=1')
    expect(first.body).toMatchObject({ data: [{ id: eventType }], has_more: true })
    const second = await rest.get(`/event-types?limit=1&cursor=${textAt(first.body, 'cursor')}`)
    expect(second.body).toMatchObject({ data: [{ id: other }], cursor: null, has_more: false })
  })
})

describe('GET /contacts', () => {
  it('lists who booked, who booked last first, and answers one', async () => {
    await booked('2026-03-03T10:00:00Z')
    world.clock.forward(1)
    await booked('2026-03-03T11:00:00Z', { invitee_name: 'Bob', invitee_email: 'bob@example.org' })
    const { status, body } = await rest.get('/contacts')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      data: [{ name: 'Bob' }, { name: 'Ann Arbor' }],
      cursor: null,
      has_more: false,
    })
    const contact = at(body, 'data.1')
    expect(contact).toEqual({
      id: expect.stringMatching(/^ct_\w{22}$/),
      name: 'Ann Arbor',
      email: 'ann@example.org',
      phone: null,
      timezone: 'Europe/Paris',
      booking_count: 1,
      first_booking_at: NOW,
      last_booking_at: NOW,
    })
    expect(await rest.get(`/contacts/${textAt(contact, 'id')}`)).toMatchObject({
      status: 200,
      body: contact,
    })
  })

  it('searches by address, and by words', async () => {
    await booked('2026-03-03T10:00:00Z')
    await booked('2026-03-03T11:00:00Z', { invitee_name: 'Bob', invitee_email: 'bob@example.org' })
    const names = async (query: string) =>
      listAt((await rest.get(`/contacts${query}`)).body, 'data').map(each => textAt(each, 'name'))
    expect(await names('?email=bob@example.org')).toEqual(['Bob'])
    expect(await names('?email=nobody@example.org')).toEqual([])
    expect(await names('?q=arb')).toEqual(['Ann Arbor'])
    expect(await names('?q=EXAMPLE.org&limit=1')).toHaveLength(1)
  })
})

describe('hooks', () => {
  const hook = {
    target_url: 'https://example.com/hook',
    events: ['BOOKING_CREATED', 'CONTACT_UPDATED'],
  }

  it('are made, listed and ended', async () => {
    const made = await rest.post('/hooks', hook)
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      id: expect.stringMatching(/^hk_\w{22}$/),
      ...hook,
      is_active: true,
      created_at: NOW,
      updated_at: NOW,
      secret: expect.stringMatching(/^\S{20,}$/),
    })
    const { secret: _, ...shown } = Object(made.body)
    const listed = await rest.get('/hooks')
    expect(listed).toMatchObject({
      status: 200,
      body: { data: [shown], cursor: null, has_more: false },
    })
    expect(JSON.stringify(listed.body)).not.toContain('secret')
    const ended = await rest.delete(`/hooks/${shown.id}`)
    expect([ended.status, ended.body, ended.headers.get('content-type')]).toEqual([
      204,
      undefined,
      null,
    ])
    expect((await rest.get('/hooks')).body).toEqual({ data: [], cursor: null, has_more: false })
    expect((await rest.delete(`/hooks/${shown.id}`)).status).toBe(404)
  })

  it.each([
    { url: hook.target_url, event: 'BOOKING_CREATED' },
    { hookUrl: hook.target_url, event: 'BOOKING_CREATED' },
    { target_url: hook.target_url, event: 'BOOKING_CREATED' },
    { url: hook.target_url, events: ['BOOKING_CREATED'] },
  ])('can be made as Zapier does: %j', async body => {
    expect(await rest.post('/hooks', body)).toMatchObject({
      status: 201,
      body: { target_url: hook.target_url, events: ['BOOKING_CREATED'] },
    })
  })

  it('are those of this API alone', async () => {
    const made = await rest.post('/hooks', hook)
    await host.run(
      'mutation { createHook(input: { url: "https://example.com/x", events: [BOOKING_NO_SHOW] }) { hook { id } } }',
    )
    expect(idsIn((await rest.get('/hooks')).body)).toEqual([textAt(made.body, 'id')])
    const all = await host.run('{ hooks { edges { node { dialect } } } }')
    expect(listAt(all, 'hooks.edges')).toHaveLength(2)
  })

  it('are 25 at most, those of other APIs among them', async () => {
    for (let count = 0; count < 24; count++) {
      expect((await rest.post('/hooks', hook)).status).toBe(201)
      if (count % 9 === 8) world.clock.forward(1)
    }
    await host.run(
      'mutation { createHook(input: { url: "https://example.com/x", events: [BOOKING_CREATED] }) { hook { id } } }',
    )
    expect(await rest.post('/hooks', hook)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('25'), code: 'SUBSCRIPTION_LIMIT' },
    })
  })
})

describe('webhooks', () => {
  let receiver: Receiver

  beforeAll(async () => {
    receiver = await givenReceiver()
  })
  afterAll(() => receiver.close())

  it('tell of the seven events, signed, with the booking and the contact as the routes answer them', async () => {
    const events = [
      'BOOKING_CREATED',
      'BOOKING_CANCELLED',
      'BOOKING_RESCHEDULED',
      'BOOKING_APPROVED',
      'BOOKING_DENIED',
      'CONTACT_CREATED',
      'CONTACT_UPDATED',
    ]
    const made = await rest.post('/hooks', { target_url: receiver.url, events })
    const secret = textAt(made.body, 'secret')
    const onRequest = await givenEventType(host, { confirmation: 'ALWAYS' })

    const first = await booked('2026-03-03T10:00:00Z', { notes: 'See you.' })
    const asItWas = (await rest.get(`/bookings/${first}`)).body
    const contact = at((await rest.get('/contacts')).body, 'data.0')
    const moved = await host.run(
      'mutation ($id: ID) { rescheduleBooking(input: { id: $id, start: "2026-03-03T11:00:00Z" }) { booking { id } } }',
      { id: first },
    )
    await rest.post(`/bookings/${textAt(moved, 'rescheduleBooking.booking.id')}/cancel`, {
      reason: 'Ill',
    })
    const approved = await booked('2026-03-04T10:00:00Z', { event_type_id: onRequest })
    await host.run(
      'mutation ($id: ID!) { approveBooking(input: { id: $id }) { booking { id } } }',
      { id: approved },
    )
    const denied = await booked('2026-03-05T10:00:00Z', { event_type_id: onRequest })
    await deny(host, denied)

    const told = await receiver.take(8)
    const kinds = told.map(({ json }) => textAt(json, 'event'))
    expect(kinds).toEqual([
      'CONTACT_CREATED',
      'BOOKING_CREATED',
      'BOOKING_RESCHEDULED',
      'BOOKING_CANCELLED',
      'CONTACT_UPDATED',
      'BOOKING_APPROVED',
      'CONTACT_UPDATED',
      'BOOKING_DENIED',
    ])
    for (const { headers, body, json } of told) {
      expect(headers['x-calendarpa-signature']).toBe(
        `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      )
      expect(headers['x-calendarpa-event']).toBe(at(json, 'event'))
      expect(headers['x-calendarpa-delivery']).toMatch(/^dlv_/)
      expect(headers['x-calendarpa-timestamp']).toBe(String(Date.parse(NOW) / 1_000))
    }
    expect(told[1]?.json).toEqual({
      id: expect.stringMatching(/^evt_/),
      event: 'BOOKING_CREATED',
      created_at: NOW,
      data: { booking: asItWas },
    })
    expect(at(told[0]?.json, 'data')).toEqual({ contact })
    expect(at(told[2]?.json, 'data.booking')).toMatchObject({
      status: 'CONFIRMED',
      rescheduled_from: first,
    })
    expect(at(told[3]?.json, 'data.booking')).toMatchObject({
      status: 'CANCELLED',
      cancellation_reason: 'Ill',
    })
    expect(at(told[5]?.json, 'data.booking')).toMatchObject({ id: approved, status: 'CONFIRMED' })
    expect(at(told[7]?.json, 'data.booking')).toMatchObject({ id: denied, status: 'CANCELLED' })
  })
})
