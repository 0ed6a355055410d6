import crypto, { createHmac } from 'node:crypto'
import { complexityFromQuery } from '@pothos/plugin-complexity'
import type { DocumentNode } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limits } from '../../../src/graph/document-limits.ts'
import { schema } from '../../../src/graph/schema.ts'
import type { ExecuteDocument } from '../../../src/graph/typed.ts'
import { formats } from '../../../src/webhook-formats.ts'
import { bodiesOf } from '../../../src/webhooks/delivery/bodies.ts'
import { approve, deny, who } from '../../helpers/bookings.ts'
import type { Received } from '../../helpers/receiver.ts'
import { at, type Data, givenWorld, textAt, type World } from '../../helpers/world.ts'
import { changeHook, givenHooked, type Hooked, verifyStandard } from './given.ts'

const BOOKINGS = ['CREATED', 'APPROVED', 'DENIED', 'CANCELLED', 'RESCHEDULED'].map(
  kind => `BOOKING_${kind}`,
)
const CALENDARPA = {
  dialect: 'CALENDARPA',
  events: [...BOOKINGS, 'CONTACT_CREATED', 'CONTACT_UPDATED'],
}
const CALENDO = { dialect: 'CALENDO', events: BOOKINGS.filter(kind => kind !== 'BOOKING_DENIED') }

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

const hexOf = (secret: string, body: string) =>
  createHmac('sha256', secret).update(body).digest('hex')

/** Requests of the kind that the header of CalendarPA names. */
const ofKind = (requests: Received[], kind: string) =>
  requests.filter(({ headers }) => headers['x-calendarpa-event'] === kind)

const rotate = async ({ host, hook }: Hooked): Promise<string> =>
  textAt(
    await host.run('mutation ($id: ID!) { rotateHookSecret(input: { id: $id }) { secret } }', {
      id: hook.id,
    }),
    'rotateHookSecret.secret',
  )

describe('a hook of CalendarPA', () => {
  it('is called with its headers: a signature of the raw body, the event, the delivery and the time', async () => {
    const { receiver, hook, book, until } = await givenHooked(world, {
      hook: { dialect: 'CALENDARPA', events: ['BOOKING_CREATED'] },
    })
    await book({ notes: 'Grüße, 東京 👋' })
    const { headers, body } = await receiver.next()

    const [delivery] = await until('DELIVERED')
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-calendarpa-signature': `sha256=${hexOf(hook.secret, body)}`,
      'x-calendarpa-event': 'BOOKING_CREATED',
      'x-calendarpa-delivery': delivery?.id,
      'x-calendarpa-timestamp': String(world.clock.now().getTime() / 1_000),
    })
    expect(Object.keys(headers).filter(name => name.startsWith('webhook-'))).toEqual([])
  })

  it('names the same delivery over its retries, at the time of each, with one body', async () => {
    const { receiver, book, until, turn } = await givenHooked(world, {
      how: 500,
      hook: { dialect: 'CALENDARPA', events: ['BOOKING_CREATED'] },
    })
    await book()
    const first = await receiver.next()
    await until('RETRYING')
    world.clock.forward(1)
    receiver.answer(200)
    await turn()
    const second = await receiver.next()

    const changing = ({
      'x-calendarpa-timestamp': timestamp,
      connection,
      ...headers
    }: Record<string, string>) => headers
    expect(changing(second.headers)).toEqual(changing(first.headers))
    expect(second.body).toBe(first.body)
    const secondsBetween =
      Number(second.headers['x-calendarpa-timestamp']) -
      Number(first.headers['x-calendarpa-timestamp'])
    expect(secondsBetween).toBe(60)
  })

  it('is told of each of its seven events with the booking or the contact', async () => {
    const { host, receiver, eventType, book, move, cancel } = await givenHooked(world, {
      hook: CALENDARPA,
      eventType: { locations: [{ kind: 'IN_PERSON', address: '1 High Street' }] },
    })
    const now = world.clock.now().toISOString()
    const booked = await book({ ...who('Cleo'), notes: 'By train.' })
    const movedId = await move(booked.id)
    await cancel(movedId)
    await host.run(
      'mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { eventType { id } } }',
      {
        input: { id: eventType, confirmation: 'ALWAYS' },
      },
    )
    await approve(host, (await book(who('Cleo'))).id)
    await deny(host, (await book(who('Cleo'))).id, 'Not this week.')
    const requests = await receiver.take(8)

    const only = (kind: string): unknown => {
      const [request, ...more] = ofKind(requests, kind)
      expect(more).toEqual([])
      const { data, ...rest } = Object(request?.json)
      expect(rest).toEqual({ id: expect.stringMatching(/^evt_/), event: kind, created_at: now })
      return data
    }
    const cleo = { name: 'Cleo', email: 'cleo@example.org', timezone: 'Europe/Berlin' }
    const asBooked = {
      id: booked.id,
      status: 'CONFIRMED',
      event_type: { id: eventType, name: 'Intro', slug: 'intro', duration_minutes: 30 },
      start_time: booked.start,
      end_time: new Date(Date.parse(booked.start) + 30 * 60_000).toISOString(),
      timezone: 'Europe/Berlin',
      invitee: cleo,
      notes: 'By train.',
      location: '1 High Street',
      cancellation_reason: null,
      cancelled_at: null,
      rescheduled_from: null,
      created_at: now,
      updated_at: now,
    }
    expect(only('BOOKING_CREATED')).toEqual({ booking: asBooked })
    const moved = {
      ...asBooked,
      id: movedId,
      start_time: expect.any(String),
      end_time: expect.any(String),
      rescheduled_from: booked.id,
    }
    expect(only('BOOKING_RESCHEDULED')).toEqual({ booking: moved })
    expect(only('BOOKING_CANCELLED')).toEqual({
      booking: { ...moved, status: 'CANCELLED', cancelled_at: now },
    })
    const approved = {
      ...asBooked,
      id: expect.any(String),
      start_time: expect.any(String),
      end_time: expect.any(String),
      notes: null,
    }
    expect(only('BOOKING_APPROVED')).toEqual({ booking: approved })
    // It has no word of its own for a booking that was declined.
    expect(only('BOOKING_DENIED')).toEqual({
      booking: {
        ...approved,
        status: 'CANCELLED',
        cancelled_at: now,
        cancellation_reason: 'Not this week.',
      },
    })
    const contact = {
      ...{
        id: expect.stringMatching(/^ct_/),
        name: 'Cleo',
        email: 'cleo@example.org',
        phone: null,
      },
      ...{
        timezone: 'Europe/Berlin',
        booking_count: 1,
        first_booking_at: now,
        last_booking_at: now,
      },
    }
    expect(only('CONTACT_CREATED')).toEqual({ contact })
    const updates = ofKind(requests, 'CONTACT_UPDATED').map(({ json }) => at(json, 'data'))
    expect(updates).toHaveLength(2)
    for (const booking_count of [2, 3])
      expect(updates).toContainEqual({ contact: { ...contact, booking_count } })
  })

  it('is told nothing of a booking that needs approval, until it is approved or denied', async () => {
    const { host, receiver, book, turn, deliveries } = await givenHooked(world, {
      hook: { dialect: 'CALENDARPA', events: BOOKINGS },
      eventType: { confirmation: 'ALWAYS' },
    })
    const [yes, no] = [await book(), await book()]
    await turn()
    expect(receiver.all).toEqual([])
    expect(await deliveries()).toEqual([])

    await approve(host, yes.id)
    expect((await receiver.next()).json).toMatchObject({
      event: 'BOOKING_APPROVED',
      data: { booking: { id: yes.id } },
    })
    await deny(host, no.id)
    expect((await receiver.next()).json).toMatchObject({
      event: 'BOOKING_DENIED',
      data: { booking: { id: no.id } },
    })
  })
})

describe('a hook of Calendo', () => {
  // As its guide prints it.
  function verifySignature(body: string, signature: string, secret: string): boolean {
    const expected = crypto.createHmac('sha256', secret).update(body).digest('hex')
    return crypto.timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
  }

  it('is signed so that the function in its guide takes it', async () => {
    const secret = 'whsec_your_secret'
    const { receiver, book } = await givenHooked(world, { hook: { ...CALENDO, secret } })
    await book({ notes: 'Grüße, 東京 👋', ...who('Ann') })
    const { headers, body } = await receiver.next()

    const signature = headers['x-calendo-signature'] ?? ''
    expect(verifySignature(body, signature, secret)).toBe(true)
    expect(verifySignature(`${body} `, signature, secret)).toBe(false)
    expect(verifySignature(body, signature, 'another secret')).toBe(false)
  })

  it('gets the payload that its guide prints', async () => {
    const { receiver, book } = await givenHooked(world, {
      hook: CALENDO,
      eventType: { name: '30 Minute Call' },
    })
    world.clock.set('2026-03-10T14:00:00.789Z')
    const invitee = { name: 'Bob Johnson', email: 'bob@example.com', timeZone: 'America/New_York' }
    const { id } = await book({ invitee })
    const { json } = await receiver.next()

    expect(json).toEqual({
      event: 'booking.created',
      created_at: '2026-03-10T14:00:00Z',
      data: {
        booking: {
          uid: id,
          event_type: '30 Minute Call',
          invitee_name: 'Bob Johnson',
          invitee_email: 'bob@example.com',
          start_time: '2026-03-11 10:00:00',
          end_time: '2026-03-11 10:30:00',
          status: 'confirmed',
          timezone: 'America/New_York',
        },
      },
    })
  })

  it('is told of moves and cancellations', async () => {
    const { receiver, book, move, cancel } = await givenHooked(world, { hook: CALENDO })
    const { id } = await book()
    const movedId = await move(id)
    await cancel(movedId)

    const told = (await receiver.take(3)).map(({ json }) => [
      at(json, 'event'),
      at(json, 'data.booking.uid'),
      at(json, 'data.booking.status'),
    ])
    expect(told).toHaveLength(3)
    expect(told).toContainEqual(['booking.created', id, 'confirmed'])
    expect(told).toContainEqual(['booking.rescheduled', movedId, 'confirmed'])
    expect(told).toContainEqual(['booking.cancelled', movedId, 'cancelled'])
  })

  it('is told of a booking that needs approval when it is approved, as created', async () => {
    const { host, receiver, book, turn } = await givenHooked(world, {
      hook: CALENDO,
      eventType: { confirmation: 'ALWAYS' },
    })
    const [yes, no] = [await book(), await book()]
    await deny(host, no.id)
    await turn()
    expect(receiver.all).toEqual([])

    await approve(host, yes.id)
    expect((await receiver.next()).json).toMatchObject({
      event: 'booking.created',
      data: { booking: { uid: yes.id, status: 'confirmed' } },
    })
  })
})

describe('a secret of the host’s own', () => {
  it.each<[string, string, (request: Received, secret: string) => void]>([
    [
      'STANDARD',
      `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`,
      (request, secret) => verifyStandard(secret, request, world.clock.now()),
    ],
    [
      'CALENDARPA',
      'a-secret-of-their-own',
      ({ headers, body }, secret) =>
        expect(headers['x-calendarpa-signature']).toBe(`sha256=${hexOf(secret, body)}`),
    ],
    [
      'CALENDO',
      'whsec_your_secret',
      ({ headers, body }, secret) =>
        expect(headers['x-calendo-signature']).toBe(hexOf(secret, body)),
    ],
  ])('signs the deliveries of %s', async (dialect, secret, check) => {
    const { receiver, book } = await givenHooked(world, { hook: { dialect, secret } })
    await book()
    check(await receiver.next(), secret)
  })
})

describe('a secret that was rotated', () => {
  const DAY_MINUTES = 24 * 60

  it('signs next to the new one for a day, in the one header of Standard Webhooks', async () => {
    const hooked = await givenHooked(world, {})
    const { receiver, hook, book, seen } = hooked
    const secret = await rotate(hooked)
    const [rotatedAt, until] = [world.clock.now(), (await seen()).previousSecretUntil]
    expect(until?.getTime()).toBe(rotatedAt.getTime() + DAY_MINUTES * 60_000)

    for (const minutes of [0, DAY_MINUTES - 1]) {
      world.clock.forward(minutes)
      await book()
      const request = await receiver.next()
      const now = world.clock.now()
      expect(request.headers['webhook-signature']?.split(' ')).toHaveLength(2)
      verifyStandard(secret, request, now)
      verifyStandard(hook.secret, request, now)
    }
    world.clock.forward(1)
    await book()
    const request = await receiver.next()
    expect(request.headers['webhook-signature']?.split(' ')).toHaveLength(1)
    verifyStandard(secret, request, world.clock.now())
    expect(() => verifyStandard(hook.secret, request, world.clock.now())).toThrow()
    expect((await seen()).previousSecretUntil).toBeNull()
  })

  it.each([
    ['CALENDARPA', 'x-calendarpa-signature', 'sha256='],
    ['CALENDO', 'x-calendo-signature', ''],
  ])('signs for a day in a second header of %s', async (dialect, header, prefix) => {
    const hooked = await givenHooked(world, { hook: { dialect } })
    const { receiver, hook, book } = hooked
    await book()
    expect(Object.keys((await receiver.next()).headers)).not.toContain(`${header}-previous`)
    const secret = await rotate(hooked)
    await book()
    const { headers, body } = await receiver.next()
    expect(headers[header]).toBe(prefix + hexOf(secret, body))
    expect(headers[`${header}-previous`]).toBe(prefix + hexOf(hook.secret, body))

    world.clock.forward(DAY_MINUTES)
    await book()
    const later = await receiver.next()
    expect(later.headers[header]).toBe(prefix + hexOf(secret, later.body))
    expect(Object.keys(later.headers)).not.toContain(`${header}-previous`)
  })

  it('signs next to one of the host’s own, and both sign the retries of what was sent before', async () => {
    const { host, receiver, hook, book, until, turn } = await givenHooked(world, { how: 500 })
    await book()
    await until('RETRYING')
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    await changeHook(host, hook.id, { secret })
    world.clock.forward(1)
    await turn()
    const [first, second] = await receiver.take(2)
    if (first === undefined || second === undefined) throw new Error('it was not sent twice')
    expect(second.body).toBe(first.body)
    for (const each of [secret, hook.secret]) verifyStandard(each, second, world.clock.now())
  })
})

describe('a dialect', () => {
  it.each([...formats])(
    'asks the graph within its limits, however much waits (%s)',
    async (_dialect, format) => {
      const waiting = Array.from({ length: 200 }, (_, index) => ({
        ...{
          id: String(index),
          uid: `dlv_${index}`,
          kind: 'BOOKING_CREATED',
          eventUid: `evt_${index}`,
        },
        ...{
          orderKey: null,
          sequence: null,
          isRetry: false,
          isOutOfOrder: false,
          message: null,
          body: null,
          erasures: 0,
          attemptCount: 0,
          tries: 0,
        },
      }))
      const asked: string[] = []
      const ask = async (document: DocumentNode, variables: { ids: string[] }) => {
        asked.push(...variables.ids)
        const { complexity } = complexityFromQuery(document, { schema, variables, ctx: {} })
        expect(complexity).toBeLessThan(limits.cost)
        expect(variables.ids.length).toBeLessThanOrEqual(100)
        return { events: [] }
      }
      await bodiesOf(
        format,
        ask as unknown as ExecuteDocument,
        { publicUrl: world.url, metadata: {}, render: null },
        waiting,
        world.gateway.deps.log,
      )
      expect(asked.toSorted()).toEqual(waiting.map(({ eventUid }) => eventUid).sort())
    },
  )
})

describe('a test event', () => {
  it.each<[string, Data]>([
    [
      'STANDARD',
      { type: 'hook.test', timestamp: '2026-03-30T07:00:00.000Z', data: { hook: { id: 'ID' } } },
    ],
    ['CALENDARPA', { id: 'ID', event: 'TEST', created_at: '2026-03-30T07:00:00.000Z', data: {} }],
    ['CALENDO', { event: 'test', created_at: '2026-03-30T07:00:00Z', data: { webhook: 'ID' } }],
  ])('of %s says that it is one, signed as every other', async (dialect, expected) => {
    world.clock.set('2026-03-30T07:00:00Z')
    const { host, receiver, hook } = await givenHooked(world, { hook: { dialect } })
    await host.run(
      'mutation ($hookId: ID!) { sendTestEvent(input: { hookId: $hookId }) { delivery { id } } }',
      {
        hookId: hook.id,
      },
    )
    const { headers, body } = await receiver.next()
    expect(body).toBe(JSON.stringify(expected).replace('"ID"', JSON.stringify(hook.id)))
    const signature =
      headers['webhook-signature'] ??
      headers['x-calendarpa-signature'] ??
      headers['x-calendo-signature']
    if (dialect === 'STANDARD') verifyStandard(hook.secret, { headers, body }, world.clock.now())
    else expect(signature?.replace('sha256=', '')).toBe(hexOf(hook.secret, body))
  })
})
