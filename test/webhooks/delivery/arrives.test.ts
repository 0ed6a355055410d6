import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { approve, cancel, deny, logOf, move, who } from '../../helpers/bookings.ts'
import { sql } from '../../helpers/postgres.ts'
import type { Received } from '../../helpers/receiver.ts'
import {
  at,
  type Data,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../../helpers/world.ts'
import {
  changeHook,
  deliveriesOf,
  deliveryOf,
  givenHook,
  givenHooked,
  idOf,
  receiverThat,
  verifyStandard,
} from './given.ts'

/**
 * How long a test looks on to see that nothing comes: longer than the sweep of the workers takes to
 * come around.
 */
const QUIET_MS = 1_200

const BOOKINGS = [
  'CREATED',
  'REQUESTED',
  'APPROVED',
  'DENIED',
  'CANCELLED',
  'RESCHEDULED',
  'NO_SHOW',
].map(kind => `BOOKING_${kind}`)
const ALL = [...BOOKINGS, 'CONTACT_CREATED', 'CONTACT_UPDATED', 'HOOK_DISABLED']

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

const typesOf = (requests: Received[]) => requests.map(({ json }) => at(json, 'type'))

describe('a delivery', () => {
  it('arrives as a POST of JSON, with the headers of Standard Webhooks', async () => {
    const { receiver, book, until } = await givenHooked(world, {})
    await book()
    const request = await receiver.next()

    expect(request).toMatchObject({
      method: 'POST',
      path: '/hook',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Meridian-Hooks/1',
        'webhook-id': expect.stringMatching(/^dlv_\w+$/),
        'webhook-timestamp': String(world.clock.now().getTime() / 1_000),
        'webhook-signature': expect.stringMatching(/^v1,[\w+/]{43}=$/),
      },
    })
    const [delivery] = await until('DELIVERED')
    expect(delivery?.id).toBe(idOf(request))
  })

  it('is signed so that the library of Standard Webhooks takes it, and nothing that was changed', async () => {
    const { receiver, hook, book } = await givenHooked(world, {})
    await book()
    const request = await receiver.next()
    const now = world.clock.now()
    const changed = (headers: Record<string, string>) => ({
      ...request,
      headers: { ...request.headers, ...headers },
    })

    verifyStandard(hook.secret, request, now)
    expect(() =>
      verifyStandard(hook.secret, { ...request, body: `${request.body} ` }, now),
    ).toThrow()
    expect(() => verifyStandard(hook.secret, changed({ 'webhook-id': 'dlv_other' }), now)).toThrow()
    expect(() =>
      verifyStandard(`whsec_${Buffer.alloc(24).toString('base64')}`, request, now),
    ).toThrow()
    const later = String(Number(request.headers['webhook-timestamp']) + 1)
    expect(() =>
      verifyStandard(hook.secret, changed({ 'webhook-timestamp': later }), now),
    ).toThrow()
  })

  it('is signed as the specification says: HMAC-SHA256 of id, timestamp and body', async () => {
    const { receiver, hook, book } = await givenHooked(world, {})
    await book({ notes: 'Grüße, 東京 👋' })
    const { headers, body } = await receiver.next()

    expect(body).toContain('東京 👋')
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)))
    const key = Buffer.from(hook.secret.replace('whsec_', ''), 'base64')
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    )
  })

  it('says the event, when it happened, and its facts as the log has them', async () => {
    const { host, receiver, book, until } = await givenHooked(world, {})
    const { id, start } = await book({ notes: 'I come by train.', metadata: { lead: 7 } })
    const { json } = await receiver.next()

    const [delivery] = await until('DELIVERED')
    const [logged] = (await logOf(world, host)).filter(({ kind }) => kind === 'BOOKING_CREATED')
    expect(json).toEqual({
      id: delivery?.event?.id,
      type: 'booking.created',
      timestamp: world.clock.now().toISOString(),
      sequence: 1,
      data: logged?.data,
    })
    expect(json).toMatchObject({
      data: {
        booking: { id, start, status: 'CONFIRMED', metadata: { lead: 7 } },
        invitees: [{ name: 'Ann', email: 'ann@example.org', notes: 'I come by train.' }],
      },
    })
  })

  it('is in the log of its host as it went out, with what was answered', async () => {
    const { host, receiver, hook, book, until } = await givenHooked(world, {
      how: (_request, response) =>
        void response.writeHead(202, { 'X-Seen': 'yes' }).end('Thank you.'),
    })
    await book()
    const { body } = await receiver.next()

    const [delivery] = await until('DELIVERED')
    const now = world.clock.now()
    expect(delivery).toMatchObject({
      kind: 'BOOKING_CREATED',
      body,
      attemptCount: 1,
      nextAttemptAt: null,
      problem: null,
      createdAt: now,
      finishedAt: now,
      attempts: [
        {
          number: 1,
          url: receiver.url,
          startedAt: now,
          durationMs: expect.any(Number),
          responseStatus: 202,
          responseHeaders: expect.objectContaining({ 'x-seen': 'yes' }),
          responseBody: 'Thank you.',
          problem: null,
        },
      ],
    })
    expect(await deliveryOf(host, delivery?.id ?? '')).toEqual(delivery)
    expect(await deliveryOf(await givenHost(world), delivery?.id ?? '')).toBeNull()
    expect(await deliveriesOf(host, hook.id)).toHaveLength(1)
  })
})

describe('an event', () => {
  it('is told of every kind', async () => {
    const { host, receiver, book } = await givenHooked(world, { hook: { events: ALL } })
    const onApproval = await givenEventType(host, { name: 'On request', confirmation: 'ALWAYS' })
    const gone = await receiverThat(410)
    const request = (start: string) =>
      world.visitor.run(
        'mutation ($input: BookInput!) { book(input: $input) { booking { id } } }',
        {
          input: { eventType: { id: onApproval }, start, ...who('Ben') },
        },
      )
    const requested = async (start: string) => String(at(await request(start), 'book.booking.id'))

    const first = await book()
    const second = await move(host, { id: first.id, start: '2026-03-20T10:00:00Z' })
    await cancel(host, { id: second.id })
    await approve(host, await requested('2026-03-20T11:00:00Z'))
    await deny(host, await requested('2026-03-20T12:00:00Z'))
    const held = await book()
    world.clock.forward(3 * 24 * 60)
    await host.run(
      'mutation ($input: MarkNoShowInput!) { markNoShow(input: $input) { booking { id } } }',
      {
        input: { id: held.id },
      },
    )
    await givenHook(host, { url: gone.url })
    await book()

    const told = typesOf(await receiver.take(16))
    expect(told.toSorted()).toEqual(
      [
        ...[
          'booking.created',
          'booking.created',
          'booking.created',
          'booking.rescheduled',
          'booking.cancelled',
        ],
        ...[
          'booking.requested',
          'booking.requested',
          'booking.approved',
          'booking.denied',
          'booking.no_show',
        ],
        ...[
          'contact.created',
          'contact.created',
          'contact.updated',
          'contact.updated',
          'contact.updated',
        ],
        'hook.disabled',
      ].sort(),
    )
  })

  it('of a contact is told with the contact, and one of a hook with the hook', async () => {
    const { host, receiver, book } = await givenHooked(world, {
      hook: { events: ['CONTACT_CREATED', 'HOOK_DISABLED'] },
    })
    const gone = await receiverThat(410)
    const { id } = await givenHook(host, { url: gone.url, label: 'Old CRM' })
    await book(who('Cleo'))

    const [contact, hook] = await receiver.take(2)
    expect(contact?.json).toMatchObject({
      type: 'contact.created',
      data: {
        contact: {
          id: expect.stringMatching(/^ct_/),
          name: 'Cleo',
          email: 'cleo@example.org',
          bookingCount: 1,
        },
      },
    })
    expect(hook?.json).toMatchObject({
      type: 'hook.disabled',
      data: { reason: 'GONE', hook: { id, url: gone.url, label: 'Old CRM', dialect: 'STANDARD' } },
    })
  })

  it('arrives at every hook that asked for it, to each under another id', async () => {
    const { host, receiver, book } = await givenHooked(world, {})
    const others = [await receiverThat(), await receiverThat()]
    for (const { url } of others) await givenHook(host, { url })
    await book()

    const requests = await Promise.all([receiver, ...others].map(each => each.next()))
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1)
    expect(new Set(requests.map(idOf)).size).toBe(3)
  })

  it('is not told to hooks that asked for others, that are off, or of another host', async () => {
    const { host, receiver, hook, book, cancel } = await givenHooked(world, {
      hook: { events: ['BOOKING_CANCELLED'] },
    })
    const [off, strange] = [
      await receiverThat(),
      await givenHooked(world, { hook: { events: ALL } }),
    ]
    const { id: offId } = await givenHook(host, { url: off.url, events: ALL })
    await changeHook(host, offId, { isActive: false })
    const { id } = await book()
    await cancel(id)

    expect(typesOf(await receiver.take(1))).toEqual(['booking.cancelled'])
    expect(await receiver.more(QUIET_MS)).toEqual([])
    expect([...off.all, ...strange.receiver.all]).toEqual([])
    expect(await deliveriesOf(host, hook.id)).toHaveLength(1)
    expect(await deliveriesOf(host, offId)).toEqual([])
    // Past the graph, which shows hosts their own deliveries only.
    const strangers = 'select from "Delivery" where "hookId" = $1'
    expect(await sql(world.databaseUrl, strangers, [strange.hook.databaseId])).toEqual([])
  })

  it('from before the hook was made, or while it was off, is not told later', async () => {
    const { host, receiver, hook, book, turn } = await givenHooked(world, {})
    await changeHook(host, hook.id, { isActive: false })
    await book()
    await changeHook(host, hook.id, { isActive: true })
    const late = await receiverThat()
    await givenHook(host, { url: late.url })
    await turn()
    const { id } = await book()

    expect(at((await receiver.next()).json, 'data.booking.id')).toBe(id)
    expect(at((await late.next()).json, 'data.booking.id')).toBe(id)
    expect(receiver.all).toHaveLength(1)
    expect(late.all).toHaveLength(1)
  })
})

describe('an event that cannot be told', () => {
  it('holds up no other, is no fault of the receiver, and is tried again', async () => {
    const { receiver, book, until, seen, turn } = await givenHooked(world, {
      how: (_request, response) => void response.writeHead(503, { 'Retry-After': '60' }).end(),
      hook: { dialect: 'CALENDO' },
    })
    await book()
    await until('RETRYING')
    const bookings = [await book(), await book(), await book()]
    const uidOf = 'select "id" from "Booking" where "uid" = $1'
    const setData = (text: string, values: unknown[]) =>
      sql(
        world.databaseUrl,
        `update "Event" set "data" = ${text} where "bookingId" = (${uidOf}) returning 1`,
        values,
      )
    const [facts] = await sql(
      world.databaseUrl,
      `select "data" from "Event" where "bookingId" = (${uidOf})`,
      [bookings[1]?.id],
    )
    await setData(`'{"booking": null}'`, [bookings[1]?.id])

    receiver.answer(200)
    world.clock.forward(1)
    const all = await until('DELIVERED', 'DELIVERED', 'RETRYING', 'DELIVERED')
    expect(all[2]).toMatchObject({
      body: null,
      problem: 'was not called: the event cannot be read',
      attempts: [{ responseStatus: null, durationMs: 0 }],
    })
    await vi.waitFor(async () => expect((await seen()).failingSince).toBeNull())

    await setData('$2', [bookings[1]?.id, facts?.data])
    world.clock.forward(1)
    await turn()
    await until('DELIVERED', 'DELIVERED', 'DELIVERED', 'DELIVERED')
    expect(at(receiver.all.at(-1)?.json, 'data.booking.uid')).toBe(bookings[1]?.id)
  })
})

describe('an event that is sent long after it happened', () => {
  it('is told as it was at its moment, whatever has changed since', async () => {
    const config: { roles: Set<'web' | 'worker'> } = { roles: new Set(['web']) }
    const quiet = await givenWorld({ config })
    try {
      const { host, receiver, eventType, book, until } = await givenHooked(quiet, {
        hook: {
          events: [
            'BOOKING_CREATED',
            'BOOKING_RESCHEDULED',
            'BOOKING_CANCELLED',
            'CONTACT_CREATED',
          ],
        },
      })
      const booked = await book()
      quiet.clock.forward(60)
      const moved = await move(host, { id: booked.id, start: '2026-03-12T10:00:00Z' })
      quiet.clock.forward(60)
      await cancel(host, { id: moved.id, reason: 'The train.' })
      const changes: Data = { id: eventType, name: 'Something else', durationMinutes: 45 }
      await host.run(
        'mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { eventType { id } } }',
        {
          input: changes,
        },
      )
      await book({ invitee: { name: 'Ann of Other', email: 'ann@example.org' } })
      quiet.clock.forward(24 * 60)
      expect(await receiver.more(QUIET_MS)).toEqual([])
      await until('PENDING', 'PENDING', 'PENDING', 'PENDING', 'PENDING')

      config.roles = new Set(['web', 'worker'])
      await quiet.secondGateway()
      const told = new Map(
        (await receiver.take(5)).map(({ json }) => [
          at(json, 'data.booking.id') ?? 'contact',
          json,
        ]),
      )
      const typesById = [...told].map(([id, json]) => [id, at(json, 'type')])
      expect(typesById).toContainEqual([booked.id, 'booking.created'])
      expect(told.get(booked.id)).toMatchObject({
        type: 'booking.created',
        timestamp: '2026-03-02T07:00:00.000Z',
        data: {
          booking: { status: 'CONFIRMED', start: booked.start, cancelledAt: null, reason: null },
          eventType: { name: 'Intro', durationMinutes: 30 },
        },
      })
      const ofMoved = receiver.all
        .map(({ json }) => json)
        .filter(json => at(json, 'data.booking.id') === moved.id)
      expect(ofMoved).toMatchObject([
        {
          type: 'booking.rescheduled',
          timestamp: '2026-03-02T08:00:00.000Z',
          data: {
            booking: { status: 'CONFIRMED', reason: null },
            from: { id: booked.id, start: booked.start },
          },
        },
        {
          type: 'booking.cancelled',
          timestamp: '2026-03-02T09:00:00.000Z',
          data: { booking: { status: 'CANCELLED', reason: 'The train.' }, by: 'HOST' },
        },
      ])
      expect(told.get('contact')).toMatchObject({
        data: { contact: { name: 'Ann', bookingCount: 1 } },
      })
    } finally {
      await quiet.end()
    }
  })
})
