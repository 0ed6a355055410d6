import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Gateway } from '../../src/gateway.ts'
import { feedOf } from '../helpers/events.ts'
import { countConnections, cutConnections } from '../helpers/postgres.ts'
import { overSocket } from '../helpers/socket.ts'
import { stream } from '../helpers/sse.ts'
import {
  at,
  type Client,
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let second: Gateway
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  second = await world.secondGateway()
})
afterAll(() => world.end())

/** A host of the test's own, with an event type. */
async function givenFollowed() {
  host = await givenHost(world)
  return givenEventType(host, { bookingWindow: { kind: 'UNLIMITED' } })
}

/** A key of the host with some scopes. */
async function keyWith(scopes: string[]): Promise<Client> {
  const query =
    'mutation ($scopes: [String!]) { createApiKey(input: { label: "Feed", scopes: $scopes }) { secret } }'
  return clientOf(world.url, {
    'x-api-key': textAt(await host.run(query, { scopes }), 'createApiKey.secret'),
  })
}

const cancel = (id: string) =>
  host.run(
    'mutation ($id: ID) { cancelBooking(input: { id: $id, reason: "Ill" }) { booking { id } } }',
    { id },
  )

describe('following bookings', () => {
  it('shows each change once and in order, whichever gateway it came through', async () => {
    const eventType = await givenFollowed()
    const feeds = [await feedOf(host), await feedOf({ ...host, url: second.url })]
    const first = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const other = await givenBooking(clientOf(second.url, {}), eventType, '2026-03-03T10:00:00Z')
    await cancel(first.id)
    for (const feed of feeds) {
      const events = await feed.take(5)
      expect(events.map(({ kind, bookingId }) => [kind, bookingId])).toEqual([
        ['CONTACT_CREATED', null],
        ['BOOKING_CREATED', first.id],
        ['CONTACT_UPDATED', null],
        ['BOOKING_CREATED', other.id],
        ['BOOKING_CANCELLED', first.id],
      ])
      expect(await feed.more(150)).toEqual([])
      await feed.socket.close()
    }
  })

  it('arrives over server-sent events as well, with facts of the moment beside the booking as it is now', async () => {
    const eventType = await givenFollowed()
    const query = `subscription { bookingEvents(types: [BOOKING_CREATED, BOOKING_CANCELLED], after: "start") {
      kind occurredAt data booking { status invitees { email } } invitee { email }
    } }`
    const booked = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    await cancel(booked.id)
    const answer = await stream(second.url, query, { headers: host.headers })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const created = at(await answer.next(), 'data.bookingEvents')
    expect(created).toMatchObject({
      kind: 'BOOKING_CREATED',
      occurredAt: '2026-03-02T07:00:00.000Z',
      data: {
        booking: { id: booked.id, status: 'CONFIRMED' },
        invitees: [{ email: 'ann@example.org' }],
      },
      booking: { status: 'CANCELLED', invitees: [{ email: 'ann@example.org' }] },
      invitee: { email: 'ann@example.org' },
    })
    const cancelled = at(await answer.next(), 'data.bookingEvents')
    expect(cancelled).toMatchObject({
      kind: 'BOOKING_CANCELLED',
      data: { by: 'HOST', reason: 'Ill' },
      invitee: null,
    })

    await givenBooking(world.visitor, eventType, '2026-03-03T11:00:00Z')
    expect(at(await answer.next(), 'data.bookingEvents.kind')).toBe('BOOKING_CREATED')
    answer.stop()
  })

  it('keeps to the kinds that were asked for', async () => {
    const eventType = await givenFollowed()
    const feed = await feedOf(host, { types: ['BOOKING_CANCELLED'] })
    const booked = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    await cancel(booked.id)
    expect(await feed.next()).toMatchObject({ kind: 'BOOKING_CANCELLED', bookingId: booked.id })
    expect(await feed.more(150)).toEqual([])
    await feed.socket.close()
  })

  it('keeps to the event type that was asked for', async () => {
    await givenFollowed()
    const wanted = await givenEventType(host, { name: 'Wanted' })
    const other = await givenEventType(host, { name: 'Other' })
    const feed = await feedOf(host, { eventTypeId: wanted })
    await givenBooking(world.visitor, other, '2026-03-03T09:00:00Z')
    const booked = await givenBooking(world.visitor, wanted, '2026-03-03T10:00:00Z')
    expect(await feed.next()).toMatchObject({ kind: 'BOOKING_CREATED', bookingId: booked.id })
    expect(await feed.more(150)).toEqual([])
    await feed.socket.close()
  })

  it("never shows another host's events, whatever cursor it begins after", async () => {
    const eventType = await givenFollowed()
    const stranger = await givenHost(world)
    const feeds = [await feedOf(stranger), await feedOf(stranger, { after: 'start' })]
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const own = await feedOf(host, { after: 'start' })
    const { cursor } = await own.next()
    const query = 'subscription ($after: String) { bookingEvents(after: $after) { kind } }'
    const refused = await overSocket(
      world.url,
      { query, variables: { after: cursor } },
      { headers: stranger.headers },
    )
    expect(at(refused, 'errors.0.extensions.code')).toBe('CURSOR_UNKNOWN')
    await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    await own.take(3)
    for (const feed of [...feeds, own]) {
      expect(await feed.more(100)).toEqual([])
      await feed.socket.close()
    }
  })

  it('asks for the scope of contacts before it shows theirs', async () => {
    const eventType = await givenFollowed()
    const without = await keyWith(['bookings:read'])
    const types = 'subscription { bookingEvents(types: [CONTACT_CREATED]) { kind } }'
    const refused = await overSocket(world.url, { query: types }, { headers: without.headers })
    expect(at(refused, 'errors.0.extensions')).toEqual({
      code: 'INSUFFICIENT_SCOPE',
      scope: 'contacts:read',
    })

    const feed = await feedOf(without)
    const all = await feedOf(await keyWith(['bookings:read', 'contacts:read']))
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    expect((await all.take(2)).map(({ kind }) => kind)).toEqual([
      'CONTACT_CREATED',
      'BOOKING_CREATED',
    ])
    expect((await feed.next()).kind).toBe('BOOKING_CREATED')
    expect(await feed.more(150)).toEqual([])
    await feed.socket.close()
    await all.socket.close()
  })

  it.each(['nonsense', '', 'ZXZlbnQ6', 'start ', Buffer.from('event:-1').toString('base64url')])(
    'refuses the cursor %j',
    async after => {
      await givenFollowed()
      const query = 'subscription ($after: String) { bookingEvents(after: $after) { kind } }'
      const refused = await overSocket(
        world.url,
        { query, variables: { after } },
        { headers: host.headers },
      )
      expect(at(refused, 'errors.0.extensions')).toMatchObject({
        code: 'INVALID_INPUT',
        fields: [{ path: 'after' }],
      })
    },
  )

  it('begins with the first event after "start"', async () => {
    const eventType = await givenFollowed()
    const first = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const feed = await feedOf(host, { after: 'start', types: ['BOOKING_CREATED'] })
    const second = await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    expect((await feed.take(2)).map(({ bookingId }) => bookingId)).toEqual([first.id, second.id])
    await feed.socket.close()
  })
})

describe('the connection that listens', () => {
  it('is made again when it is cut, and nothing is lost', async () => {
    const eventType = await givenFollowed()
    const feed = await feedOf(host, { types: ['BOOKING_CREATED'] })
    expect(await cutConnections(world.databaseUrl, 'meridian signals')).toBe(2)
    const during = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    expect(await feed.next()).toMatchObject({ bookingId: during.id })
    await vi.waitFor(
      async () => expect(await countConnections(world.databaseUrl, 'meridian signals')).toBe(2),
      3_000,
    )
    const after = await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    expect(await feed.next()).toMatchObject({ bookingId: after.id })
    expect(await feed.more(100)).toEqual([])
    await feed.socket.close()
  })
})
