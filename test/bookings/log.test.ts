import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  approve,
  atOnce,
  CANCEL,
  cancel,
  deny,
  hold,
  type Logged,
  logOf,
  move,
  refusal,
  who,
} from '../helpers/bookings.ts'
import { follow } from '../helpers/live.ts'
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
  MONDAY,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost
let eventType = ''

const TEN = '2026-03-03T10:00:00Z'
const ELEVEN = '2026-03-03T11:00:00Z'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  eventType = await givenEventType(host)
})

const kinds = (events: Logged[]) => events.map(({ kind }) => kind)
const Names = z.array(z.object({ name: z.string() }))
const namesIn = ({ data }: Logged) => Names.parse(data.invitees).map(({ name }) => name)

describe('the log of a host', () => {
  it('tells each change once and in order', async () => {
    const first = await givenBooking(world.visitor, eventType, TEN)
    const moved = await move(world.visitor, { token: first.token, start: ELEVEN })
    await cancel(host, { id: moved.id, reason: 'Ill' })
    const asking = await givenEventType(host, { confirmation: 'ALWAYS' })
    const waits = await givenBooking(world.visitor, asking, TEN)
    await approve(host, waits.id)
    const unwanted = await givenBooking(world.visitor, asking, ELEVEN, who('Ben'))
    await deny(host, unwanted.id, 'Full')

    const events = await logOf(world, host)
    expect(events.map(({ kind, booking }) => [kind, booking?.id])).toEqual([
      ['CONTACT_CREATED', undefined],
      ['BOOKING_CREATED', first.id],
      ['BOOKING_RESCHEDULED', moved.id],
      ['BOOKING_CANCELLED', moved.id],
      ['CONTACT_UPDATED', undefined],
      ['BOOKING_REQUESTED', waits.id],
      ['BOOKING_APPROVED', waits.id],
      ['CONTACT_CREATED', undefined],
      ['BOOKING_REQUESTED', unwanted.id],
      ['BOOKING_DENIED', unwanted.id],
    ])
  })

  it('keeps the facts as they were at each moment', async () => {
    const { id, inviteeId, token } = await givenBooking(world.visitor, eventType, TEN)
    const moved = await move(world.visitor, { token, start: ELEVEN, reason: 'Late' })
    await cancel(host, { id: moved.id, reason: 'Ill' })

    const [, created, rescheduled, cancelled] = await logOf(world, host)
    expect(created).toMatchObject({
      invitee: { id: inviteeId },
      data: {
        booking: {
          id,
          status: 'CONFIRMED',
          start: '2026-03-03T10:00:00.000Z',
          end: '2026-03-03T10:30:00.000Z',
        },
        eventType: { id: eventType, name: 'Intro' },
        invitees: [
          { id: inviteeId, name: 'Ann', email: 'ann@example.org', timeZone: 'Europe/Berlin' },
        ],
      },
    })
    expect(rescheduled).toMatchObject({
      invitee: { id: moved.inviteeId },
      data: {
        booking: { id: moved.id, status: 'CONFIRMED', start: '2026-03-03T11:00:00.000Z' },
        from: { id, start: '2026-03-03T10:00:00.000Z', end: '2026-03-03T10:30:00.000Z' },
        statusBefore: 'CONFIRMED',
        by: 'INVITEE',
        reason: 'Late',
      },
    })
    expect(cancelled).toMatchObject({
      invitee: null,
      data: { booking: { id: moved.id, status: 'CANCELLED' }, by: 'HOST', reason: 'Ill' },
    })
  })

  it('tells of a shared booking whom each change was about', async () => {
    const course = await givenEventType(host, { seats: 4 })
    const ann = await givenBooking(world.visitor, course, TEN, who('Ann'))
    const ben = await givenBooking(world.visitor, course, TEN, who('Ben'))
    await givenBooking(world.visitor, course, TEN, who('Cleo'))
    await cancel(world.visitor, { token: ann.token })
    await move(world.visitor, { token: ben.token, start: ELEVEN })
    const dan = await givenBooking(world.visitor, course, '2026-03-03T12:00:00Z', who('Dan'))
    await move(host, { id: dan.id, start: ELEVEN })
    await cancel(host, { id: ann.id })

    const told = (await logOf(world, host)).filter(({ kind }) => kind.startsWith('BOOKING'))
    expect(told.map(event => [event.kind, ...namesIn(event)])).toEqual([
      ['BOOKING_CREATED', 'Ann'],
      ['BOOKING_CREATED', 'Ben'],
      ['BOOKING_CREATED', 'Cleo'],
      ['BOOKING_CANCELLED', 'Ann'],
      ['BOOKING_RESCHEDULED', 'Ben'],
      ['BOOKING_CREATED', 'Dan'],
      ['BOOKING_RESCHEDULED', 'Dan'],
      ['BOOKING_CANCELLED', 'Cleo'],
    ])
  })

  it('tells nothing of what was refused, held or asked twice', async () => {
    const input = booking(eventType, TEN, { idempotencyKey: 'once' })
    await world.visitor.run(BOOK, input)
    await world.visitor.run(BOOK, input)
    await refusal(world.visitor, BOOK, booking(eventType, TEN))
    await refusal(world.visitor, CANCEL, { input: { token: 'nonsense' } })
    await hold(world.visitor, eventType, ELEVEN)
    expect(kinds(await logOf(world, host))).toEqual(['CONTACT_CREATED', 'BOOKING_CREATED'])
  })

  it('is followed without a gap or a repeat while changes come at once through two gateways', async () => {
    const elsewhere = clientOf((await world.secondGateway()).url, {})
    const live = await follow(host.url, 'subscription { bookingEvents { cursor } }', {
      headers: host.headers,
    })

    await atOnce(12, index => {
      const start = `2026-03-03T${String(9 + (index >> 1)).padStart(2, '0')}:${index % 2 ? '30' : '00'}:00Z`
      return givenBooking(
        index % 3 ? world.visitor : elsewhere,
        eventType,
        start,
        who(`Guest${index}`),
      )
    })

    const events = await logOf(world, host)
    expect(kinds(events)).toEqual(
      Array.from({ length: 12 }, () => ['CONTACT_CREATED', 'BOOKING_CREATED']).flat(),
    )
    const seen = []
    while (seen.length < 24) seen.push(at(await live.next(), 'bookingEvents.cursor'))
    expect(seen).toEqual(events.map(({ cursor }) => cursor))
    expect(live.waiting()).toEqual([])
    await live.stop()

    // The ids grow in the order in which the transactions were made, one after another.
    const { rows } = await world.gateway.deps.pool.query<{ inOrder: boolean }>(
      `select bool_and("xid" >= "before") as "inOrder" from (
         select e."xmin"::text::bigint as "xid", lag(e."xmin"::text::bigint) over (order by e."id") as "before"
         from "Event" e join "User" u on u."id" = e."hostId" where u."uid" = $1) s
       where "before" is not null`,
      [host.id],
    )
    expect(rows).toEqual([{ inOrder: true }])
  })

  it('is the log of one host alone', async () => {
    const other = await givenHost(world)
    await givenBooking(world.visitor, eventType, TEN)
    expect(await logOf(world, other)).toEqual([])
  })
})

describe('the contacts of a host', () => {
  const Contacts = z.array(
    z.object({
      node: z.object({
        email: z.string(),
        name: z.string(),
        bookingCount: z.number(),
        firstBookingAt: z.string(),
        lastBookingAt: z.string(),
      }),
    }),
  )
  const contacts = async () => {
    const data = await host.run(
      '{ contacts { edges { node { email name bookingCount firstBookingAt lastBookingAt } } } }',
    )
    return Contacts.parse(at(data, 'contacts.edges')).map(({ node }) => node)
  }

  it('count each booking of a person, and neither its moves nor its end', async () => {
    const first = await givenBooking(world.visitor, eventType, TEN)
    world.clock.forward(60)
    const moved = await move(world.visitor, { token: first.token, start: ELEVEN })
    await cancel(host, { id: moved.id })
    expect(await contacts()).toMatchObject([
      { bookingCount: 1, lastBookingAt: '2026-03-02T07:00:00.000Z' },
    ])

    const invitee = { name: 'Ann Other', email: 'ANN@example.org' }
    await givenBooking(world.visitor, eventType, TEN, { invitee })
    expect(await contacts()).toEqual([
      {
        email: 'ann@example.org',
        name: 'Ann Other',
        bookingCount: 2,
        firstBookingAt: '2026-03-02T07:00:00.000Z',
        lastBookingAt: '2026-03-02T08:00:00.000Z',
      },
    ])
  })

  it('count every seat', async () => {
    const course = await givenEventType(host, { seats: 2 })
    await givenBooking(world.visitor, course, TEN, who('Ann'))
    await givenBooking(world.visitor, course, TEN, who('Ben'))
    await givenBooking(world.visitor, course, ELEVEN, who('Ann'))
    const counts = (await contacts()).map(({ email, bookingCount }) => [email, bookingCount])
    expect(counts.toSorted()).toEqual([
      ['ann@example.org', 2],
      ['ben@example.org', 1],
    ])
  })

  it('are found from the seats of their bookings by the host alone', async () => {
    const { id, token } = await givenBooking(world.visitor, eventType, TEN)
    const asked =
      'query ($id: ID, $token: String) { booking(id: $id, token: $token) { invitees { contact { email } } } }'
    expect(at(await host.run(asked, { id }), 'booking.invitees')).toEqual([
      { contact: { email: 'ann@example.org' } },
    ])
    const { errors, data } = await world.visitor.answer(asked, { token })
    expect(at(data, 'booking.invitees')).toEqual([{ contact: null }])
    expect(errors).toHaveLength(1)
  })
})
