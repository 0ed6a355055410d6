import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenReceiver } from '../helpers/receiver.ts'
import {
  at,
  BOOK,
  booking,
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
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
})
afterAll(() => world.end())

const CANCEL =
  'mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { booking { status } } }'
const person = (name: string) => ({ invitee: { name, email: `${name.toLowerCase()}@example.org` } })

describe('those who share a booking', () => {
  it('do not read what another one said when cancelling', async () => {
    const eventType = await givenEventType(host, { name: 'Class', seats: 5 })
    const start = '2026-03-03T10:00:00Z'
    const ann = await givenBooking(world.visitor, eventType, start, person('Ann'))
    const cid = await givenBooking(world.visitor, eventType, start, person('Cid'))
    await world.visitor.run(CANCEL, { input: { token: ann.token, reason: 'A cold' } })
    await world.visitor.run(CANCEL, { input: { token: cid.token, reason: 'A secret illness' } })

    const ask =
      'query ($token: String!) { booking(token: $token) { cancellation { by name reason } } }'
    const seen = async (token: string) =>
      at(await world.visitor.run(ask, { token }), 'booking.cancellation')
    expect(await seen(cid.token)).toEqual({
      by: 'INVITEE',
      name: 'Cid',
      reason: 'A secret illness',
    })
    expect(await seen(ann.token)).toEqual({ by: 'INVITEE', name: null, reason: null })
  })

  it('cannot be asked where to meet, since all would read the answer of the first', async () => {
    const errors = await host.refused(
      'mutation ($input: CreateEventTypeInput!) { createEventType(input: $input) { eventType { id } } }',
      {
        input: {
          name: 'Calls',
          durationMinutes: 30,
          seats: 3,
          locations: [{ kind: 'PHONE_INVITEE' }],
        },
      },
    )
    expect(errors[0]?.extensions?.fields?.map(({ path }) => path)).toEqual(['input.locations'])
  })
})

describe("an invitee's link", () => {
  it('is not told to a key that may only read', async () => {
    const eventType = await givenEventType(host, { name: 'Read only' })
    const made = await givenBooking(world.visitor, eventType, '2026-03-03T12:00:00Z')
    const key = await host.run(
      'mutation { createApiKey(input: { label: "reader", scopes: ["bookings:read"] }) { secret } }',
    )
    const reader = clientOf(world.url, { 'x-api-key': textAt(key, 'createApiKey.secret') })
    const ask = 'query ($id: ID!) { booking(id: $id) { invitees { linkToken } } }'
    expect(at(await reader.run(ask, { id: made.id }), 'booking.invitees.0.linkToken')).toBeNull()
    expect(at(await host.run(ask, { id: made.id }), 'booking.invitees.0.linkToken')).toBe(
      made.token,
    )
  })

  it('is not told to receivers of hooks, nor in the log of events', async () => {
    const receiver = await givenReceiver()
    const create =
      'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }'
    for (const dialect of ['STANDARD', 'CALENDARPA', 'CALENDO']) {
      await host.run(create, { input: { url: receiver.url, events: ['BOOKING_CREATED'], dialect } })
    }
    const eventType = await givenEventType(host, { name: 'Told' })
    const made = await givenBooking(world.visitor, eventType, '2026-03-03T13:00:00Z')
    const requests = await receiver.take(3)
    const log = await host.run(
      '{ deliveries { edges { node { body event { data snapshot { id: bookingId } } } } } }',
    )
    expect(JSON.stringify(log)).toContain(made.id)
    for (const text of [JSON.stringify(requests), JSON.stringify(log)])
      expect(text).not.toContain(made.token)
    await receiver.close()
  })
})

describe('a page of another site', () => {
  it('cannot log its visitor in', async () => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'https://evil.example',
      },
      body: new URLSearchParams({
        query: `mutation { logIn(input: { email: "${host.email}", password: "correct horse battery" }) { user { id } } }`,
      }),
    })
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await response.text()).toContain('FORBIDDEN')
  })
})

describe('a document that comes to more than it seems', () => {
  // Counting its fields one by one would take hours.
  it('is refused, however often it comes', async () => {
    const levels = Array.from(
      { length: 24 },
      (_, i) =>
        `fragment F${i} on BookingPage { host { bookingPage { ...F${i + 1} } } a: host { bookingPage { ...F${i + 1} } } }`,
    )
    const query = `{ bookingPage(slug: "x") { ...F0 } } ${levels.join(' ')} fragment F24 on BookingPage { slug }`
    for (let i = 0; i < 6; i++) {
      for (const accept of ['application/json', 'application/graphql-response+json']) {
        const response = await fetch(`${world.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept },
          body: JSON.stringify({ query }),
        })
        expect(await response.text()).toContain('QUERY_TOO_EXPENSIVE')
      }
    }
  })
})

describe('an idempotent repeat', () => {
  it('gives the first answer though the event type was archived, and whatever the order of keys', async () => {
    const eventType = await givenEventType(host, { name: 'Soon gone' })
    const input = {
      ...booking(eventType, '2026-03-03T15:00:00Z').input,
      idempotencyKey: 'once',
      metadata: { a: 1, b: 2 },
    }
    const first = await world.visitor.run(BOOK, { input })
    await host.run(
      'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id } } }',
      {
        id: eventType,
      },
    )
    const again = await world.visitor.run(BOOK, { input: { ...input, metadata: { b: 2, a: 1 } } })
    expect(textAt(again, 'book.booking.id')).toBe(textAt(first, 'book.booking.id'))
  })
})
