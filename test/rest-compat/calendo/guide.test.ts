// Calendo's guide, replayed: every curl line as printed, but for the host, the credentials, and the
// ids of things.

import crypto from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenReceiver } from '../../helpers/receiver.ts'
import { at, givenWorld, listAt, textAt, type World } from '../../helpers/world.ts'
import { type Answer, type Calendo, calendoOf, cookieOf, idIn } from './calendo.ts'
import { differences, fieldsOf, printedWebhook, samplesOfGuide, verifySource } from './guide.ts'

const NOW = '2026-03-07T10:00:00Z'
const samples = samplesOfGuide()
const replayed = new Set<string>()

let world: World
let registered: Answer
let cookie = ''
let key = ''
let program: Calendo

/** Sends a line of the guide; `id` is what stands for its `1`. */
async function replay(name: string, id = 0): Promise<Answer> {
  const sample = samples.find(each => each.name === name)
  if (sample === undefined) throw new Error(`the guide has no ${name}`)
  replayed.add(name)
  const headers = Object.fromEntries(
    Object.entries(sample.headers).map(([header, value]) => [
      header,
      value.replace('cal_your_api_key', key).replace('session=your_session_token', cookie),
    ]),
  )
  const { method, path, body } = sample
  return calendoOf(world).send(method, path.replace(/\/1(?=\/|$)/, `/${id}`), {
    headers,
    ...(body !== undefined && { body }),
  })
}

const printedFor = (name: string): unknown =>
  samples.find(each => each.name === name && each.prints !== undefined)?.prints

beforeAll(async () => {
  world = await givenWorld({ now: NOW })
  registered = await replay('POST /auth/register')
  cookie = cookieOf(registered)
  const made = await calendoOf(world, { cookie }).post('/api-keys', {
    label: 'The guide',
    expires_at: '2026-04-07',
  })
  key = textAt(made.body, 'key')
  program = calendoOf(world, { 'x-api-key': key })
  // The guide lists only the event types that it creates itself.
  const first = listAt(await program.get('/event-types'), 'body')[0]
  await program.send('DELETE', `/event-types/${at(first, 'id')}`)
})
afterAll(() => world.end())

describe('an account', () => {
  it('is registered, as printed', () => {
    expect(registered.status).toBe(201)
    expect(differences(printedFor('POST /auth/register'), registered.body)).toEqual([])
    expect(registered.body).toMatchObject({
      user: { ...fieldsOf(at(printedFor('POST /auth/register'), 'user')), id: expect.any(Number) },
      bookingSlug: 'jane-smith',
    })
  })

  it('logs in, is somebody, and logs out, as printed', async () => {
    const loggedIn = await replay('POST /auth/login')
    expect(loggedIn.status).toBe(200)
    expect(differences(printedFor('POST /auth/login'), loggedIn.body)).toEqual([])
    expect(at(loggedIn.body, 'user.id')).toBe(at(registered.body, 'user.id'))

    const me = await replay('GET /auth/me')
    expect(me).toMatchObject({
      status: 200,
      body: { created_at: '2026-03-07 10:00:00', avatar_url: null },
    })
    expect(differences(printedFor('GET /auth/me'), me.body)).toEqual([])

    cookie = cookieOf(loggedIn)
    expect(await calendoOf(world, { cookie }).get('/auth/me')).toMatchObject({
      status: 200,
      body: me.body,
    })
    expect(await replay('POST /auth/logout')).toMatchObject({ status: 200, body: { ok: true } })
    expect(await calendoOf(world, { cookie }).get('/auth/me')).toMatchObject({ status: 401 })
  })
})

/** What answers of event types have besides what the guide shows of them: what can be set. */
const settings = {
  location_type: null,
  questions: [],
  is_secret: 0,
  requires_confirmation: 0,
  buffer_before: 0,
  buffer_after: 0,
  min_notice_hours: 4,
  max_future_days: 60,
}

let eventTypeId = 0

describe('event types', () => {
  it('are made, listed and read, as printed', async () => {
    const made = await replay('POST /event-types')
    eventTypeId = idIn(made)
    const printed = listAt({ all: printedFor('GET /event-types') }, 'all')[0]
    expect(made).toMatchObject({ status: 201 })
    expect(made.body).toEqual({ ...fieldsOf(printed), ...settings, id: eventTypeId })
    for (const sample of samples.filter(({ name }) => name === 'GET /event-types')) {
      expect((await replay(sample.name)).body).toEqual([made.body])
    }
    expect((await replay('GET /event-types/1', eventTypeId)).body).toEqual(made.body)
  })

  it('are changed and deleted, as printed', async () => {
    const other = await replay('POST /event-types')
    expect(textAt(other.body, 'slug')).toBe('30-minute-call-2')
    expect(await replay('PUT /event-types/1', idIn(other))).toMatchObject({
      status: 200,
      body: { ...fieldsOf(other.body), duration_minutes: 45, description: 'Extended intro call' },
    })
    expect(await replay('DELETE /event-types/1', idIn(other))).toMatchObject({
      status: 200,
      body: { ok: true },
    })
    expect(listAt(await replay('GET /event-types'), 'body').map(each => at(each, 'id'))).toEqual([
      eventTypeId,
    ])
    expect((await replay('GET /event-types/1', idIn(other))).body).toMatchObject({ is_active: 0 })
  })
})

describe('availability', () => {
  it('is kept in schedules, as printed', async () => {
    const { body } = await replay('GET /availability-schedules')
    const [first] = listAt({ body }, 'body')
    const { overrides, ...shown } = fieldsOf(first)
    expect(differences(printedFor('GET /availability-schedules'), [shown])).toEqual([])
    expect(overrides).toBe('[]')
    expect(textAt(first, 'rules')).toBe(
      JSON.stringify([1, 2, 3, 4, 5].map(day => ({ day, start: '09:00', end: '17:00' }))),
    )
    expect(first).toMatchObject({ timezone: 'America/Los_Angeles', is_default: 1 })

    const made = await replay('POST /availability-schedules')
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: 'Evening Hours',
        timezone: 'America/New_York',
        rules: '[{"day":1,"start":"18:00","end":"21:00"},{"day":3,"start":"18:00","end":"21:00"}]',
        is_default: 0,
      },
    })
  })

  it('is offered to invitees, as printed', async () => {
    const { status, body } = await replay('GET /availability/jane-smith/30-minute-call')
    expect(status).toBe(200)
    expect(differences(printedFor('GET /availability/jane-smith/30-minute-call'), body)).toEqual([])
    // Nine to five in Los Angeles; the fourteenth is a Saturday.
    expect(Object.keys(fieldsOf(at(body, 'slots')))).toEqual([
      '2026-03-10',
      '2026-03-11',
      '2026-03-12',
      '2026-03-13',
    ])
    const slots = listAt(body, 'slots.2026-03-10')
    expect([slots.length, slots[0], slots[1], slots.at(-1)]).toEqual([
      16,
      '12:00',
      '12:30',
      '19:30',
    ])
  })
})

describe('bookings', () => {
  it('are made, listed and cancelled, as printed', async () => {
    const made = await replay('POST /book/jane-smith/30-minute-call')
    expect(made.status).toBe(201)
    expect(differences(printedFor('POST /book/jane-smith/30-minute-call'), made.body)).toEqual([])
    expect(made.body).toEqual({
      booking: {
        ...fieldsOf(at(printedFor('POST /book/jane-smith/30-minute-call'), 'booking')),
        uid: expect.stringMatching(/^bk_\w{22}$/),
        // 19:00 in UTC is what was booked.
        start_time: '2026-03-10 19:00:00',
        end_time: '2026-03-10 19:30:00',
      },
    })
    expect(await replay('POST /book/jane-smith/30-minute-call')).toMatchObject({
      status: 409,
      body: { error: 'The start is taken.' },
    })

    const { body } = await replay('GET /bookings')
    expect(differences(printedFor('GET /bookings'), body)).toEqual([])
    const [booking] = listAt({ body }, 'body')
    expect(booking).toEqual({
      ...fieldsOf(listAt({ all: printedFor('GET /bookings') }, 'all')[0]),
      id: expect.any(Number),
      start_time: '2026-03-10 19:00:00',
      end_time: '2026-03-10 19:30:00',
    })
    const id = Number(at(booking, 'id'))
    expect(await replay('POST /bookings/1/cancel', id)).toMatchObject({
      status: 200,
      body: { ok: true },
    })
    expect((await replay('GET /bookings')).body).toMatchObject([{ id, status: 'cancelled' }])
  })
})

describe('the booking page', () => {
  it('is changed and read, as printed', async () => {
    const changed = await replay('PUT /booking-page')
    expect(changed).toMatchObject({
      status: 200,
      body: { slug: 'jane-smith', bio: 'Product Designer at Acme', brand_color: '#7c3aed' },
    })
    await program.put('/booking-page', {
      welcome_message: 'Pick a time that works for you!',
      brand_color: '#2563EB',
    })
    const { body } = await replay('GET /booking-page')
    expect(body).toEqual({ ...fieldsOf(printedFor('GET /booking-page')), id: expect.any(Number) })
  })
})

describe('webhooks', () => {
  it('are registered, listed, changed and removed, as printed', async () => {
    const made = await replay('POST /webhooks')
    const { secret, ...hook } = fieldsOf(made.body)
    expect(made.status).toBe(201)
    expect(secret).toBe('whsec_your_secret')
    expect(hook).toEqual({
      id: expect.any(Number),
      url: 'https://your-app.com/webhooks/calendo',
      events: ['booking.created', 'booking.cancelled'],
      is_active: 1,
      created_at: '2026-03-07 10:00:00',
    })
    expect((await replay('GET /webhooks')).body).toEqual([hook])
    const changed = {
      ...hook,
      events: ['booking.created', 'booking.cancelled', 'booking.rescheduled'],
    }
    expect(await replay('PUT /webhooks/1', idIn(made))).toMatchObject({
      status: 200,
      body: changed,
    })
    expect(await replay('DELETE /webhooks/1', idIn(made))).toMatchObject({
      status: 200,
      body: { ok: true },
    })
    expect((await replay('GET /webhooks')).body).toEqual([])
  })

  it('bring what is printed, with a signature that the printed code verifies', async () => {
    const receiver = await givenReceiver()
    const secret = 'whsec_your_secret'
    await program.post('/webhooks', { url: receiver.url, events: ['booking.created'], secret })
    await replay('POST /book/jane-smith/30-minute-call')
    const { body, json, headers } = await receiver.next()
    await receiver.close()

    expect(differences(printedWebhook(), json)).toEqual([])
    expect(json).toMatchObject({
      event: 'booking.created',
      data: {
        booking: {
          event_type: '30 Minute Call',
          start_time: '2026-03-10 19:00:00',
          timezone: 'America/New_York',
        },
      },
    })
    const signature = headers['x-calendo-signature'] ?? ''
    const verifySignature = new Function('require', `${verifySource()}\nreturn verifySignature`)(
      () => crypto,
    )
    expect(verifySignature(body, signature, secret)).toBe(true)
    expect(verifySignature(`${body} `, signature, secret)).toBe(false)
    expect(verifySignature(body, signature, 'whsec_another')).toBe(false)
  })
})

describe('the assistant', () => {
  it('answers as printed, with free times besides', async () => {
    const { status, body } = await replay('POST /ai/chat')
    expect(status).toBe(200)
    const { action, ...said } = fieldsOf(body)
    const { slots, timezone, ...suggested } = fieldsOf(action)
    const printed = fieldsOf(printedFor('POST /ai/chat'))
    expect(Object.keys({ ...said, action })).toEqual(Object.keys(printed))
    expect(suggested).toEqual(printed.action)
    expect(timezone).toBe('America/Los_Angeles')
    expect(listAt({ slots }, 'slots')[0]).toEqual({
      start_time: '2026-03-10 19:30:00',
      date: '2026-03-10',
      time: '12:30',
    })
  })
})

describe('the guide', () => {
  it('has no other line', () => {
    const left = samples.map(({ name }) => name).filter(name => !replayed.has(name))
    expect(left).toEqual([])
  })
})
