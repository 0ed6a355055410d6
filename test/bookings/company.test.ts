// What hosts change of a booking that stands: who comes besides, where it is, who was there. And
// ids that open a booking.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { atOnce, cancel, logOf, look, move, refusal, tally, who } from '../helpers/bookings.ts'
import {
  at,
  booking,
  clientOf,
  type Data,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  MONDAY,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
})

const START = '2026-03-03T10:00:00Z'

const ADD_GUESTS = `mutation ($input: AddGuestsInput!) {
  addGuests(input: $input) { booking { invitees { guests } } }
}`
const ADD_INVITEE = `mutation ($input: AddInviteeInput!) {
  addInvitee(input: $input) { booking { id invitees { name isAdded } } invitee { id linkToken timeZone contact { bookingCount } } }
}`
const CHANGE_PLACE = `mutation ($input: ChangeBookingLocationInput!) {
  changeBookingLocation(input: $input) { booking { location { kind url text phone } } }
}`
const ATTENDANCE = `mutation ($input: RecordAttendanceInput!) {
  recordAttendance(input: $input) { booking { hostNoShowAt invitees { noShowAt } } }
}`

const guests = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `g${from + index}@example.org`)
const kindsOf = async () => (await logOf(world, host)).map(({ kind }) => kind)

describe('guests', () => {
  it('are added ten at once and thirty in all, whoever adds them at the same time', async () => {
    const { id } = await givenBooking(world.visitor, await givenEventType(host), START, {
      guests: guests(5),
    })
    const add = (list: string[]) => host.answer(ADD_GUESTS, { input: { id, guests: list } })
    expect(tally([await add(guests(11))])).toEqual({ INVALID_INPUT: 1 })
    const answers = await atOnce(4, index => add(guests(10, 100 + index * 10)))
    expect(tally(answers)).toEqual({ ok: 2, INVALID_INPUT: 2 })
    expect(tally([await add([...guests(5), 'ann@example.org', 'last@example.org'])])).toEqual({
      ok: 1,
    })
    const seen = await host.run('query ($id: ID) { booking(id: $id) { invitees { guests } } }', {
      id,
    })
    expect(at(seen, 'booking.invitees.0.guests')).toHaveLength(26)
    expect((await kindsOf()).filter(kind => kind === 'BOOKING_GUESTS_ADDED')).toHaveLength(3)
  })

  it('are not for seats, for event types without guests, nor for what is over', async () => {
    const conflict = { code: 'CONFLICT' }
    const add = async (input: Data, start = START) => {
      const { id } = await givenBooking(world.visitor, await givenEventType(host, input), start)
      return refusal(host, ADD_GUESTS, { input: { id, guests: guests(1) } })
    }
    expect(await add({ name: 'Seats', seats: 3 })).toEqual(conflict)
    expect(await add({ name: 'Alone', allowGuests: false }, '2026-03-04T10:00:00Z')).toEqual(
      conflict,
    )
    const { id } = await givenBooking(
      world.visitor,
      await givenEventType(host),
      '2026-03-05T10:00:00Z',
    )
    await cancel(host, { id })
    expect(await refusal(host, ADD_GUESTS, { input: { id, guests: guests(1) } })).toEqual(conflict)
  })
})

describe('somebody whom a host adds', () => {
  const cleo = { name: 'Cleo', email: 'cleo@example.org' }

  it('is shown as an invitee, and is a contact of the host', async () => {
    const { id } = await givenBooking(world.visitor, await givenEventType(host), START)
    const data = await host.run(ADD_INVITEE, { input: { id, ...cleo } })
    expect(at(data, 'addInvitee')).toMatchObject({
      booking: {
        invitees: [
          { name: 'Ann', isAdded: false },
          { name: 'Cleo', isAdded: true },
        ],
      },
      invitee: { timeZone: 'Europe/Berlin', contact: { bookingCount: 1 } },
    })
    for (const email of [cleo.email, 'ann@example.org']) {
      expect(await refusal(host, ADD_INVITEE, { input: { id, ...cleo, email } })).toEqual({
        code: 'CONFLICT',
        paths: ['input.email'],
      })
    }
  })

  it('leaves alone by their link, but moves all; the booking ends when who booked it cancels', async () => {
    const { id, token } = await givenBooking(world.visitor, await givenEventType(host), START)
    const linkOf = async (bookingId: string, email: string) =>
      textAt(
        await host.run(ADD_INVITEE, { input: { id: bookingId, ...cleo, email } }),
        'addInvitee.invitee.linkToken',
      )
    await cancel(world.visitor, { token: await linkOf(id, 'first@example.org') })
    expect(await look(host, { id })).toMatchObject({
      status: 'CONFIRMED',
      invitees: [{ status: 'ACTIVE' }, { status: 'CANCELLED' }],
    })
    const moved = await move(world.visitor, {
      token: await linkOf(id, cleo.email),
      start: '2026-03-04T10:00:00Z',
    })
    expect(await look(host, { id })).toMatchObject({ status: 'CANCELLED' })
    expect((await look(host, { id: moved.id }))?.invitees.map(({ email }) => email)).toEqual([
      'ann@example.org',
      cleo.email,
    ])
    expect(await look(world.visitor, { token })).toMatchObject({ status: 'CANCELLED' })
    const annsNext = await host.run(
      'query ($id: ID) { booking(id: $id) { invitees { linkToken } } }',
      { id: moved.id },
    )
    await cancel(world.visitor, { token: textAt(annsNext, 'booking.invitees.0.linkToken') })
    expect(await look(host, { id: moved.id })).toMatchObject({ status: 'CANCELLED' })
  })
})

describe('the place of a booking', () => {
  it('is changed to any, and the event tells which it was', async () => {
    const locations = [{ kind: 'CUSTOM', text: 'Elsewhere' }]
    const { id } = await givenBooking(
      world.visitor,
      await givenEventType(host, { locations }),
      START,
    )
    const change = (location: Data) => host.run(CHANGE_PLACE, { input: { id, location } })
    expect(await change({ kind: 'LINK', url: 'https://m.example/1' })).toMatchObject({
      changeBookingLocation: {
        booking: { location: { kind: 'LINK', url: 'https://m.example/1' } },
      },
    })
    const told = (await logOf(world, host)).find(({ kind }) => kind === 'BOOKING_LOCATION_CHANGED')
    expect(told?.data).toMatchObject({
      booking: { location: { kind: 'LINK' } },
      previousLocation: { kind: 'CUSTOM', text: 'Elsewhere' },
    })
    expect(
      await refusal(host, CHANGE_PLACE, { input: { id, location: { kind: 'PHONE_INVITEE' } } }),
    ).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input.location.phone'],
    })
  })
})

describe('attendance', () => {
  it('is noted of hosts and of invitees, once it has begun, and each mark told once', async () => {
    const eventType = await givenEventType(host, { seats: 2 })
    const { id } = await givenBooking(world.visitor, eventType, START)
    await givenBooking(world.visitor, eventType, START, who('Bob'))
    const input = { id, hostAbsent: true, invitees: [{ email: 'bob@example.org', absent: true }] }
    expect(await refusal(host, ATTENDANCE, { input })).toEqual({ code: 'CONFLICT' })
    world.clock.set('2026-03-03T10:05:00Z')
    const marked = {
      hostNoShowAt: '2026-03-03T10:05:00.000Z',
      invitees: [{ noShowAt: null }, { noShowAt: expect.any(String) }],
    }
    for (let times = 0; times < 2; times++) {
      expect(at(await host.run(ATTENDANCE, { input }), 'recordAttendance.booking')).toEqual(marked)
    }
    const stranger = { ...input, invitees: [{ email: 'eve@example.org', absent: true }] }
    expect(await refusal(host, ATTENDANCE, { input: stranger })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input.invitees.0.email'],
    })
    const back = await host.run(ATTENDANCE, { input: { id, hostAbsent: false } })
    expect(at(back, 'recordAttendance.booking.hostNoShowAt')).toBeNull()
    const kinds = (await kindsOf()).filter(kind => kind.endsWith('NO_SHOW'))
    expect(kinds).toEqual(['BOOKING_NO_SHOW', 'BOOKING_HOST_NO_SHOW', 'BOOKING_HOST_NO_SHOW'])
  })
})

describe('the id of a booking or of an invitee', () => {
  it('gives access to the hosts alone, with any number of seats', async () => {
    const shared = await givenBooking(
      world.visitor,
      await givenEventType(host, { seats: 3 }),
      START,
    )
    const single = await givenBooking(
      world.visitor,
      await givenEventType(host, { name: 'One' }),
      '2026-03-04T10:00:00Z',
    )
    const stranger = await givenHost(world)
    for (const client of [world.visitor, stranger]) {
      for (const token of [single.id, single.inviteeId, shared.inviteeId]) {
        expect(await look(client, { token })).toBeNull()
        expect(await refusal(client, CANCEL_BY_TOKEN, { token })).toMatchObject({
          code: 'NOT_FOUND',
        })
      }
      expect(await refusal(client, CANCEL_BY_TOKEN, { token: shared.id })).toEqual({
        code: 'FORBIDDEN',
      })
    }
  })

  it('shows the status and time of a booking with seats, and nothing else that slots do not show', async () => {
    const eventType = await givenEventType(host, {
      seats: 3,
      showInvitees: true,
      locations: [{ kind: 'CUSTOM', text: 'Room 1', isPublic: false }],
    })
    const { id } = await givenBooking(world.visitor, eventType, START)
    const query = `query ($token: String) { booking(token: $token) {
      id status start metadata cancellation { reason } location { text } invitees { email } fellows { email }
      hosts { name } seriesId hostNoShowAt rescheduledFromId rescheduledFrom { id } rescheduledTo { id }
    } }`
    const seen = at(await world.visitor.run(query, { token: id }), 'booking')
    expect(seen).toEqual({
      id,
      status: 'CONFIRMED',
      start: new Date(START).toISOString(),
      metadata: null,
      cancellation: null,
      location: null,
      invitees: [],
      fellows: [],
      hosts: [],
      seriesId: null,
      hostNoShowAt: null,
      rescheduledFromId: null,
      rescheduledFrom: null,
      rescheduledTo: null,
    })
  })

  it('gives a credential of the hosts no more than its scopes', async () => {
    const { id, inviteeId } = await givenBooking(world.visitor, await givenEventType(host), START)
    const keyFor = async (scope: string) => {
      const made = await host.run(
        'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
        {
          input: { label: scope, scopes: [scope] },
        },
      )
      return clientOf(world.url, { authorization: `Bearer ${textAt(made, 'createApiKey.secret')}` })
    }
    const [reader, writer] = [await keyFor('bookings:read'), await keyFor('bookings:write')]
    for (const token of [id, inviteeId]) {
      expect(await look(reader, { token })).toMatchObject({ id })
      expect(await reader.codeOf(CANCEL_BY_TOKEN, { token })).toBe('INSUFFICIENT_SCOPE')
      expect(
        await writer.codeOf('query ($token: String) { booking(token: $token) { id } }', { token }),
      ).toBe('INSUFFICIENT_SCOPE')
    }
    expect(await writer.run(CANCEL_BY_TOKEN, { token: id })).toMatchObject({
      cancelBooking: { booking: { status: 'CANCELLED' } },
    })
  })
})

const BOOKING_TOKEN =
  'mutation ($input: BookInput!) { book(input: $input) { invitee { bookingToken linkToken } } }'

describe('the bookingToken of an invitee', () => {
  const tokenOf = async (eventType: string, start: string, input: Data = {}) =>
    textAt(
      await world.visitor.run(BOOKING_TOKEN, booking(eventType, start, input)),
      'book.invitee.bookingToken',
    )

  it('opens the seat by the id of the booking, after a move too', async () => {
    const token = await tokenOf(await givenEventType(host), START)
    expect(await look(world.visitor, { token })).toMatchObject({ invitees: [{ name: 'Ann' }] })
    await move(world.visitor, { token, start: '2026-03-04T10:00:00Z' })
    expect(await look(world.visitor, { token })).toMatchObject({ status: 'CANCELLED' })
    expect(
      await look(world.visitor, {
        token: `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`,
      }),
    ).toBeNull()
  })

  it('opens no other seat of the same booking', async () => {
    const eventType = await givenEventType(host, { seats: 3 })
    await tokenOf(eventType, START)
    const token = await tokenOf(eventType, START, who('Bob'))
    expect(await look(world.visitor, { token })).toMatchObject({ invitees: [{ name: 'Bob' }] })
    expect(await cancel(world.visitor, { token })).toMatchObject({ status: 'CONFIRMED' })
  })
})

const CANCEL_BY_TOKEN =
  'mutation ($token: String) { cancelBooking(input: { token: $token }) { booking { id status } } }'
