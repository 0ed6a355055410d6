// Calendo, resource by resource: what its guide does not show, and what stays when something is
// changed.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { givenReceiver } from '../../helpers/receiver.ts'
import {
  at,
  givenBooking,
  givenEventType,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { type Calendo, calendoOf, givenJane, idIn, type Jane } from './calendo.ts'
import { fieldsOf } from './guide.ts'

const NOW = '2026-03-02T07:00:00Z'

let world: World
let jane: Jane
let program: Calendo
let minutes = 0

beforeAll(async () => {
  world = await givenWorld({ now: NOW })
})
afterAll(() => world.end())
beforeEach(async () => {
  // Invitees come from one address.
  world.clock.set(NOW)
  world.clock.forward(++minutes)
  jane = await givenJane(world)
  program = jane.program
})

const all = (answer: { body: unknown }) => listAt(answer, 'body')
const idsOf = (answer: { body: unknown }) => all(answer).map(each => at(each, 'id'))

/** Changes a thing by one field after the other: each time nothing else changes. */
async function changesAlone(
  path: string,
  changes: [sent: object, answered: object][],
): Promise<void> {
  let before = fieldsOf((await program.get(path)).body)
  for (const [sent, answered] of changes) {
    const changed = await program.put(path, sent)
    expect(changed, JSON.stringify(changed.body)).toMatchObject({ status: 200 })
    expect(changed.body, JSON.stringify(sent)).toEqual({ ...before, ...answered })
    expect((await program.get(path)).body).toEqual(changed.body)
    before = fieldsOf(changed.body)
  }
}

describe('an event type', () => {
  const topic = { label: 'What about?', required: true }

  it('has all that it was made with', async () => {
    const made = await program.post('/event-types', {
      name: 'Deep dive',
      duration_minutes: 90,
      color: '#A1B2C3',
      description: null,
      location_type: 'zoom',
      questions: [
        topic,
        { label: 'Size', key: 'size', options: ['S', 'L'], placeholder: 'Pick one' },
      ],
      is_secret: true,
      requires_confirmation: 1,
      buffer_before: 5,
      buffer_after: 10,
      min_notice_hours: 24,
      max_future_days: 14,
      price: 'ignored',
    })
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      id: expect.any(Number),
      name: 'Deep dive',
      slug: 'deep-dive',
      duration_minutes: 90,
      color: '#a1b2c3',
      description: null,
      is_active: 1,
      location_type: 'zoom',
      questions: [
        {
          key: 'what-about',
          label: 'What about?',
          type: 'text',
          required: true,
          options: [],
          placeholder: null,
        },
        {
          key: 'size',
          label: 'Size',
          type: 'select',
          required: false,
          options: ['S', 'L'],
          placeholder: 'Pick one',
        },
      ],
      is_secret: 1,
      requires_confirmation: 1,
      buffer_before: 5,
      buffer_after: 10,
      min_notice_hours: 24,
      max_future_days: 14,
    })
  })

  it('needs nothing but a name', async () => {
    const { status, body } = await program.post('/event-types', { name: 'Call' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      duration_minutes: 30,
      color: '#0069ff',
      min_notice_hours: 4,
      max_future_days: 60,
    })
  })

  it('changes in what a change names, and in nothing else', async () => {
    const id = idIn(await program.post('/event-types', { name: 'Call', description: 'A call' }))
    const question = {
      key: 'topic',
      label: 'Topic',
      type: 'long_text',
      required: false,
      options: [],
      placeholder: null,
    }
    await changesAlone(`/event-types/${id}`, [
      [{}, {}],
      [{ unknown: true, id: 7, slug: 'other', user_id: 1 }, {}],
      [{ name: 'A call' }, { name: 'A call' }],
      [{ duration_minutes: 5 }, { duration_minutes: 5 }],
      [{ duration_minutes: 720 }, { duration_minutes: 720 }],
      [{ description: null }, { description: null }],
      [{ color: '#123456' }, { color: '#123456' }],
      [{ location_type: 'google_meet' }, { location_type: 'google_meet' }],
      [{ location_type: 'phone' }, { location_type: 'phone' }],
      [{ location_type: 'custom' }, { location_type: 'custom' }],
      [{ location_type: null }, { location_type: null }],
      [{ questions: [question] }, { questions: [question] }],
      [{ questions: [] }, { questions: [] }],
      [{ is_secret: 1 }, { is_secret: 1 }],
      [{ is_secret: false }, { is_secret: 0 }],
      [{ requires_confirmation: true }, { requires_confirmation: 1 }],
      [{ requires_confirmation: 0 }, { requires_confirmation: 0 }],
      [{ buffer_before: 15 }, { buffer_before: 15 }],
      [{ buffer_after: 20 }, { buffer_after: 20 }],
      [{ min_notice_hours: 0 }, { min_notice_hours: 0 }],
      [{ max_future_days: 7 }, { max_future_days: 7 }],
      [{ is_active: 0 }, { is_active: 0 }],
      [{ is_active: true }, { is_active: 1 }],
    ])
  })

  it('keeps what other APIs set and this one has no word for', async () => {
    const made = await givenEventType(jane, {
      confirmation: 'WITHIN_NOTICE',
      confirmationNoticeMinutes: 60,
      minimumNoticeMinutes: 90,
      bookingWindow: { kind: 'UNLIMITED' },
      locations: [{ kind: 'IN_PERSON', address: 'Main Street 1' }, { kind: 'PHONE_INVITEE' }],
    })
    const [shown] = all(await program.get('/event-types'))
    expect(shown).toMatchObject({
      requires_confirmation: 1,
      min_notice_hours: 1.5,
      max_future_days: null,
      location_type: 'custom',
    })
    await program.put(`/event-types/${at(shown, 'id')}`, { name: 'Renamed' })
    const { eventType } = await jane.run(
      'query ($id: ID!) { eventType(id: $id) { confirmation minimumNoticeMinutes bookingWindow { kind } locations { kind } } }',
      { id: made },
    )
    expect(eventType).toEqual({
      confirmation: 'WITHIN_NOTICE',
      minimumNoticeMinutes: 90,
      bookingWindow: { kind: 'UNLIMITED' },
      locations: [{ kind: 'IN_PERSON' }, { kind: 'PHONE_INVITEE' }],
    })
  })

  it('is hidden when it is deleted, and its bookings stay', async () => {
    const made = await givenEventType(jane, { slug: 'gone' })
    await givenBooking(world.visitor, made, '2026-03-03T10:00:00Z')
    const [id] = idsOf(await program.get('/event-types'))
    const bookings = await program.get('/bookings')
    expect(await program.delete(`/event-types/${id}`)).toMatchObject({
      status: 200,
      body: { ok: true },
    })
    expect(await program.delete(`/event-types/${id}`)).toMatchObject({
      status: 200,
      body: { ok: true },
    })

    expect((await program.get('/event-types')).body).toEqual([])
    expect((await program.get(`/event-types/${id}`)).body).toMatchObject({
      slug: 'gone',
      is_active: 0,
    })
    expect((await program.get('/bookings')).body).toEqual(bookings.body)
    expect(all(bookings)).toMatchObject([{ status: 'confirmed' }])
    const days = 'start=2026-03-03&end=2026-03-03'
    expect((await calendoOf(world).get(`/availability/${jane.slug}/gone?${days}`)).status).toBe(404)
    const bob = { name: 'Bob', email: 'bob@example.com', start_time: '2026-03-03T11:00:00Z' }
    expect((await calendoOf(world).post(`/book/${jane.slug}/gone`, bob)).status).toBe(404)

    await program.put(`/event-types/${id}`, { is_active: 1 })
    expect((await calendoOf(world).post(`/book/${jane.slug}/gone`, bob)).status).toBe(201)
  })

  it('is in the list, however long that is', async () => {
    for (const half of [0, 1]) {
      const fields = Array.from(
        { length: 55 },
        (_, index) =>
          `e${index}: createEventType(input: { name: "Call ${half}${index}", durationMinutes: 30 }) { eventType { id } }`,
      )
      await jane.run(`mutation { ${fields.join('\n')} }`)
    }
    const listed = await program.get('/event-types')
    expect(new Set(idsOf(listed)).size).toBe(110)
    expect(
      all(listed)
        .map(each => textAt(each, 'name'))
        .slice(99, 102),
    ).toEqual(['Call 144', 'Call 145', 'Call 146'])
  })
})

describe('a schedule', () => {
  const monday = [{ day: 1, start: '10:00', end: '12:00' }]
  const overrides = [
    { date: '2026-03-09', available: false },
    { date: '2026-03-10', start: '13:00', end: '14:00' },
  ]

  it('has rules and exceptions, taken as lists and answered as JSON', async () => {
    const made = await program.post('/availability-schedules', {
      name: 'Mondays',
      rules: monday,
      overrides,
    })
    expect(made).toMatchObject({ status: 201 })
    expect(made.body).toEqual({
      id: expect.any(Number),
      name: 'Mondays',
      timezone: 'America/Los_Angeles',
      rules: JSON.stringify(monday),
      overrides: JSON.stringify(overrides),
      is_default: 0,
    })
    expect((await program.get(`/availability-schedules/${idIn(made)}`)).body).toEqual(made.body)
    expect(all(await program.get('/availability-schedules'))).toHaveLength(2)
  })

  it('changes in what a change names, and in nothing else', async () => {
    const id = idIn(
      await program.post('/availability-schedules', { name: 'Mondays', rules: monday }),
    )
    await changesAlone(`/availability-schedules/${id}`, [
      [{ unknown: 1 }, {}],
      [{ name: 'Days' }, { name: 'Days' }],
      [{ timezone: 'Europe/Paris' }, { timezone: 'Europe/Paris' }],
      [{ overrides }, { overrides: JSON.stringify(overrides) }],
      [{ rules: [] }, { rules: '[]' }],
      [
        { rules: [{ day: 0, start: '22:00', end: '24:00' }] },
        { rules: '[{"day":0,"start":"22:00","end":"24:00"}]' },
      ],
      [{ overrides: [] }, { overrides: '[]' }],
      [{ is_default: 0 }, {}],
      [{ is_default: true }, { is_default: 1 }],
    ])
    const [first] = all(await program.get('/availability-schedules'))
    expect(first).toMatchObject({ is_default: 0 })
  })

  it('is deleted, unless it is the default one', async () => {
    const [first] = idsOf(await program.get('/availability-schedules'))
    const second = idIn(await program.post('/availability-schedules', { name: 'Other' }))
    expect(await program.delete(`/availability-schedules/${first}`)).toMatchObject({
      status: 409,
      body: {
        error: 'The default schedule cannot be deleted: make another one the default first.',
      },
    })
    expect(
      (await program.put(`/availability-schedules/${first}`, { is_default: false })).status,
    ).toBe(409)
    expect(await program.delete(`/availability-schedules/${second}`)).toMatchObject({
      status: 200,
      body: { ok: true },
    })
    expect(idsOf(await program.get('/availability-schedules'))).toEqual([first])
  })
})

describe('free starts', () => {
  const slots = (query: string, slug = 'intro') =>
    calendoOf(world).get(`/availability/${jane.slug}/${slug}?${query}`)

  it('stand by day in the zone that is asked, UTC unless it is', async () => {
    await givenEventType(jane, { slug: 'intro', durationMinutes: 240 })
    expect((await slots('start=2026-03-06&end=2026-03-10')).body).toEqual({
      slots: {
        '2026-03-06': ['09:00', '13:00'],
        '2026-03-09': ['09:00', '13:00'],
        '2026-03-10': ['09:00', '13:00'],
      },
    })
    // By then clocks have changed in New York, and not yet in London.
    expect((await slots('start=2026-03-10&end=2026-03-10&timezone=America/New_York')).body).toEqual(
      {
        slots: { '2026-03-10': ['05:00', '09:00'] },
      },
    )
    expect((await slots('start=2026-03-10&end=2026-03-11&timezone=pacific/auckland')).body).toEqual(
      {
        slots: { '2026-03-10': ['02:00', '22:00'], '2026-03-11': ['02:00', '22:00'] },
      },
    )
    expect((await slots('start=2026-03-07&end=2026-03-08')).body).toEqual({ slots: {} })
  })

  it('have one name in the hour that comes twice', async () => {
    const nights = {
      name: 'Nights',
      timezone: 'UTC',
      rules: [{ day: 0, start: '00:00', end: '03:00' }],
      is_default: 1,
    }
    await program.post('/availability-schedules', nights)
    await givenEventType(jane, { slug: 'intro', bookingWindow: { kind: 'UNLIMITED' } })
    expect((await slots('start=2026-10-25&end=2026-10-25&timezone=Europe/Berlin')).body).toEqual({
      slots: { '2026-10-25': ['02:00', '02:30', '03:00', '03:30'] },
    })
  })

  it('reach over at most 62 days', async () => {
    await givenEventType(jane, { slug: 'intro' })
    expect((await slots('start=2026-03-02&end=2026-05-02')).status).toBe(200)
    expect(await slots('start=2026-03-02&end=2026-05-03')).toMatchObject({
      status: 400,
      body: { error: 'end must lie at most 62 days from start; 63 were asked for' },
    })
  })

  it('are those of secret event types too, for who has the link', async () => {
    await givenEventType(jane, { slug: 'hidden', isSecret: true })
    expect((await slots('start=2026-03-03&end=2026-03-03', 'hidden')).status).toBe(200)
  })
})

describe('a booking', () => {
  const bob = { name: 'Bob Johnson', email: 'Bob@Example.com', timezone: 'America/New_York' }
  const book = (start_time: string, more: object = {}, slug = 'intro') =>
    calendoOf(world).post(`/book/${jane.slug}/${slug}`, { ...bob, start_time, ...more })
  const idOf = async (index = 0) => Number(idsOf(await program.get('/bookings'))[index])

  it('shows the host what the invitee answered', async () => {
    const questions = [{ label: 'Topic', key: 'topic', required: true }]
    await program.post('/event-types', { name: 'Intro', questions, min_notice_hours: 0 })
    expect(await book('2026-03-03T10:00:00Z')).toMatchObject({
      status: 400,
      body: { error: 'answers.topic is missing' },
    })
    const made = await book('2026-03-03 10:00:00', { answers: { topic: 'Prices' }, utm: 'ignored' })
    expect(made).toMatchObject({
      status: 201,
      body: { booking: { invitee_email: 'bob@example.com', start_time: '2026-03-03 10:00:00' } },
    })
    const [listed] = all(await program.get('/bookings'))
    const whole = await program.get(`/bookings/${at(listed, 'id')}`)
    expect(whole.body).toEqual({
      ...fieldsOf(listed),
      uid: textAt(made.body, 'booking.uid'),
      timezone: 'America/New_York',
      answers: { topic: 'Prices' },
      cancel_reason: null,
      created_at: expect.stringMatching(/^2026-03-02 07:\d\d:00$/),
    })
    expect((await program.get(`/bookings/${textAt(made.body, 'booking.uid')}`)).body).toEqual(
      whole.body,
    )
  })

  it('is in UTC for who does not say their zone', async () => {
    await givenEventType(jane, { slug: 'intro' })
    expect(
      (await book('2026-03-03T11:00:00+01:00', { timezone: undefined, answers: null })).body,
    ).toMatchObject({
      booking: {
        timezone: 'UTC',
        start_time: '2026-03-03 10:00:00',
        end_time: '2026-03-03 10:30:00',
      },
    })
  })

  it('is refused where the start is not offered', async () => {
    await givenEventType(jane, { slug: 'intro' })
    await book('2026-03-03T10:00:00Z')
    for (const [start, error] of [
      ['2026-03-03T10:00:00Z', 'The start is taken.'],
      ['2026-03-03T10:10:00Z', /.+/],
      ['2026-03-03T03:00:00Z', 'The start is outside the hours of the host.'],
      ['2026-03-01T10:00:00Z', /.+/],
      ['2026-09-01T10:00:00Z', /.+/],
    ] as const) {
      const refused = await book(start)
      expect(refused.status, start).toBe(409)
      expect(textAt(refused.body, 'error')).toMatch(error)
    }
  })

  it('is in the list by its start, the latest first, as far as is asked', async () => {
    await givenEventType(jane, { slug: 'intro' })
    for (const start of [
      '2026-03-04T10:00:00Z',
      '2026-03-03T10:00:00Z',
      '2026-03-05T16:30:00Z',
      '2026-03-05T09:00:00Z',
    ]) {
      await book(start)
    }
    const days = async (query: string) =>
      all(await program.get(`/bookings${query}`)).map(each =>
        textAt(each, 'start_time').slice(8, 16),
      )
    expect(await days('')).toEqual(['05 16:30', '05 09:00', '04 10:00', '03 10:00'])
    expect(await days('?limit=2')).toEqual(['05 16:30', '05 09:00'])
    expect(await days('?start=2026-03-04')).toEqual(['05 16:30', '05 09:00', '04 10:00'])
    expect(await days('?end=2026-03-04')).toEqual(['04 10:00', '03 10:00'])
    expect(await days('?start=2026-03-05&end=2026-03-05')).toEqual(['05 16:30', '05 09:00'])
    await program.post(`/bookings/${await idOf(3)}/cancel`)
    expect(await days('?status=cancelled')).toEqual(['03 10:00'])
    expect(await days('?status=confirmed&end=2026-03-04')).toEqual(['04 10:00'])
    expect(await days('?status=pending')).toEqual([])
    expect(await days('?status=declined&page=2')).toEqual([])
  })

  it('is cancelled once, with a reason', async () => {
    await givenEventType(jane, { slug: 'intro' })
    await book('2026-03-03T10:00:00Z')
    const id = await idOf()
    expect(await program.post(`/bookings/${id}/cancel`, { reason: 'A cold' })).toMatchObject({
      body: { ok: true },
    })
    expect((await program.get(`/bookings/${id}`)).body).toMatchObject({
      status: 'cancelled',
      cancel_reason: 'A cold',
    })
    expect((await program.post(`/bookings/${id}/cancel`)).status).toBe(409)
    expect((await book('2026-03-03T10:00:00Z')).status).toBe(201)
  })

  it('waits for the host who confirms bookings', async () => {
    await program.post('/event-types', {
      name: 'Intro',
      requires_confirmation: true,
      min_notice_hours: 0,
    })
    expect((await book('2026-03-03T10:00:00Z')).body).toMatchObject({
      booking: { status: 'pending' },
    })
    const first = await idOf()
    expect(await program.post(`/bookings/${first}/confirm`)).toMatchObject({
      status: 200,
      body: { ok: true },
    })
    expect((await program.get(`/bookings/${first}`)).body).toMatchObject({ status: 'confirmed' })
    expect(await program.post(`/bookings/${first}/confirm`)).toMatchObject({
      status: 409,
      body: { error: 'The booking is confirmed already.' },
    })
    expect((await program.post(`/bookings/${first}/decline`)).status).toBe(409)

    await book('2026-03-04T10:00:00Z')
    const second = await idOf()
    expect((await program.post(`/bookings/${second}/decline`, { reason: 'Away' })).body).toEqual({
      ok: true,
    })
    expect((await program.get(`/bookings/${second}`)).body).toMatchObject({
      status: 'declined',
      cancel_reason: 'Away',
    })
  })

  it('moves to a start that is free', async () => {
    await givenEventType(jane, { slug: 'intro' })
    await book('2026-03-03T10:00:00Z')
    await book('2026-03-04T10:00:00Z')
    const id = await idOf(1)
    const move = (start_time: string) =>
      program.post(`/bookings/${id}/reschedule`, { start_time, reason: 'Later' })
    expect((await move('2026-03-04T10:00:00Z')).status).toBe(409)
    const moved = await move('2026-03-05T11:00:00Z')
    expect(moved).toMatchObject({
      status: 200,
      body: {
        booking: {
          start_time: '2026-03-05 11:00:00',
          status: 'confirmed',
          invitee_name: 'Bob Johnson',
        },
      },
    })
    expect((await program.get(`/bookings/${id}`)).body).toMatchObject({
      status: 'cancelled',
      cancel_reason: 'Later',
    })
    expect((await program.get(`/bookings/${at(moved.body, 'booking.id')}`)).body).toEqual(
      at(moved.body, 'booking'),
    )
  })
})

describe('the booking page', () => {
  it('changes in what a change names, and in nothing else', async () => {
    await changesAlone('/booking-page', [
      [{ unknown: 1 }, {}],
      [{ display_name: 'Jane' }, { display_name: 'Jane' }],
      [{ bio: 'Designer' }, { bio: 'Designer' }],
      [{ brand_color: '#7C3AED' }, { brand_color: '#7c3aed' }],
      [{ welcome_message: 'Hello!' }, { welcome_message: 'Hello!' }],
      [{ slug: `jane-${minutes}` }, { slug: `jane-${minutes}` }],
      [{ bio: null }, { bio: null }],
      [{ welcome_message: null }, { welcome_message: null }],
    ])
  })

  it('has a slug that nobody else has', async () => {
    const other = await givenJane(world)
    expect(await program.put('/booking-page', { slug: other.slug, bio: 'New' })).toMatchObject({
      status: 409,
      body: { error: 'The slug is taken.' },
    })
    expect((await program.get('/booking-page')).body).toMatchObject({ slug: jane.slug, bio: null })
    expect(await program.put('/booking-page', { slug: 'api' })).toMatchObject({ status: 400 })
  })
})

describe('a webhook', () => {
  const url = 'https://example.com/hook'

  it('gets a secret, and changes in what a change names alone', async () => {
    const made = await program.post('/webhooks', {
      url,
      events: ['booking.created', 'booking.created'],
    })
    const { secret, ...hook } = fieldsOf(made.body)
    expect(secret).toMatch(/^whsec_/)
    const path = `/webhooks/${hook.id}`
    for (const [sent, answered] of [
      [{ unknown: 1 }, {}],
      [{ url: `${url}/2` }, { url: `${url}/2` }],
      [
        { events: ['booking.rescheduled', 'booking.cancelled'] },
        { events: ['booking.cancelled', 'booking.rescheduled'] },
      ],
      [{ secret: 'another-secret' }, {}],
      [{ is_active: false }, { is_active: 0 }],
      [{ is_active: 1 }, { is_active: 1 }],
    ]) {
      Object.assign(hook, answered)
      expect(await program.put(path, sent), JSON.stringify(sent)).toMatchObject({
        status: 200,
        body: hook,
      })
    }
    expect((await program.get('/webhooks')).body).toEqual([hook])
  })

  it('is told when a booking is confirmed, cancelled and moved', async () => {
    const receiver = await givenReceiver()
    const events = ['booking.created', 'booking.cancelled', 'booking.rescheduled']
    await program.post('/webhooks', { url: receiver.url, events })
    await program.post('/event-types', {
      name: 'Intro',
      requires_confirmation: true,
      min_notice_hours: 0,
    })
    const bob = { name: 'Bob', email: 'bob@example.com', start_time: '2026-03-03T10:00:00Z' }
    await calendoOf(world).post(`/book/${jane.slug}/intro`, bob)
    const [first] = idsOf(await program.get('/bookings'))
    await program.post(`/bookings/${first}/confirm`)
    const moved = await program.post(`/bookings/${first}/reschedule`, {
      start_time: '2026-03-04T10:00:00Z',
    })
    await program.post(`/bookings/${at(moved.body, 'booking.id')}/cancel`)
    const told = await receiver.take(3)
    await receiver.close()
    expect(told.map(({ json }) => [at(json, 'event'), at(json, 'data.booking.status')])).toEqual([
      ['booking.created', 'confirmed'],
      ['booking.rescheduled', 'confirmed'],
      ['booking.cancelled', 'cancelled'],
    ])
  })

  it('has a log of deliveries, which are sent again when asked', async () => {
    const receiver = await givenReceiver(500)
    const hook = idIn(
      await program.post('/webhooks', { url: receiver.url, events: ['booking.created'] }),
    )
    await givenBooking(world.visitor, await givenEventType(jane), '2026-03-03T10:00:00Z')
    await receiver.next()
    const log = async () => all(await program.get(`/webhooks/${hook}/deliveries`))
    await expect.poll(log, { timeout: 5_000 }).toEqual([
      {
        id: expect.any(Number),
        event: 'booking.created',
        status: 'retrying',
        attempts: 1,
        response_status: 500,
        error: 'answered 500',
        created_at: expect.any(String),
        next_attempt_at: expect.any(String),
        finished_at: null,
      },
    ])
    const { id, created_at, next_attempt_at } = fieldsOf((await log())[0])
    // "1st retry: 1 minute after initial attempt"
    expect(Date.parse(`${next_attempt_at}Z`) - Date.parse(`${created_at}Z`)).toBe(60_000)

    receiver.answer(204)
    expect(await program.post(`/webhooks/deliveries/${id}/replay`)).toMatchObject({
      status: 200,
      body: { ok: true },
    })
    await receiver.next()
    await receiver.close()
    await expect.poll(log, { timeout: 5_000 }).toMatchObject([
      {
        status: 'delivered',
        attempts: 2,
        response_status: 204,
        error: null,
        next_attempt_at: null,
      },
    ])
  })
})

describe('an API key', () => {
  it('is shown once, and ends when it is revoked or its day is over', async () => {
    const forever = await jane.browser.post('/api-keys', { label: 'For good' })
    const made = await jane.browser.post('/api-keys', { label: 'Sync', expires_at: '2026-03-05' })
    const { key, ...shown } = fieldsOf(made.body)
    expect(made.status).toBe(201)
    expect(key).toMatch(/^cal_\w{40}$/)
    expect(shown).toEqual({
      id: expect.any(Number),
      label: 'Sync',
      hint: String(key).slice(-4),
      created_at: expect.any(String),
      expires_at: '2026-03-05 23:59:59',
      last_used_at: null,
    })
    const sync = calendoOf(world, { 'x-api-key': String(key) })
    expect((await sync.get('/auth/me')).status).toBe(200)
    world.clock.set('2026-03-05T23:59:59Z')
    expect((await sync.get('/auth/me')).status).toBe(401)

    const listed = await jane.browser.get('/api-keys')
    expect(all(listed)).toMatchObject([
      { label: 'Sync' },
      { label: 'For good', expires_at: null },
      { label: 'REST' },
    ])
    expect(JSON.stringify(listed.body)).not.toContain(key)
    const good = calendoOf(world, { 'x-api-key': textAt(forever.body, 'key') })
    expect((await good.get('/auth/me')).status).toBe(200)
    expect((await jane.browser.delete(`/api-keys/${idIn(forever)}`)).body).toEqual({ ok: true })
    expect((await good.get('/auth/me')).status).toBe(401)
    expect(all(await jane.browser.get('/api-keys'))).toHaveLength(2)
  })

  it('takes an instant as its end, of the future', async () => {
    const ends = async (expires_at: string) =>
      (await jane.browser.post('/api-keys', { label: 'x', expires_at })).body
    expect(await ends('2026-04-01T12:00:00+02:00')).toMatchObject({
      expires_at: '2026-04-01 10:00:00',
    })
    expect(await ends('2026-04-01 12:00:00')).toMatchObject({ expires_at: '2026-04-01 12:00:00' })
    expect(await ends('2026-03-01')).toEqual({ error: 'expires_at must lie in the future' })
    expect(await ends('soon')).toMatchObject({
      error: expect.stringMatching(/^expires_at must be an instant/),
    })
  })

  it('makes, lists and ends no keys', async () => {
    const refused = { status: 403, body: { error: 'This needs the scope keys:manage.' } }
    expect(await program.get('/api-keys')).toMatchObject(refused)
    expect(await program.post('/api-keys', { label: 'More' })).toMatchObject(refused)
    const [id] = idsOf(await jane.browser.get('/api-keys'))
    expect(await program.delete(`/api-keys/${id}`)).toMatchObject(refused)
  })
})
