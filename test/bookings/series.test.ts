import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { atOnce, bookingRefused, refusal, startsOffered, tally, who } from '../helpers/bookings.ts'
import { givenMember, givenTeam, givenTeamEventType } from '../helpers/teams.ts'
import {
  at,
  booking,
  type Client,
  clientOf,
  type Data,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
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

const BOOK_SERIES = `mutation ($input: BookInput!) {
  book(input: $input) {
    booking { id seriesId }
    invitee { linkToken }
    occurrences { id start status seriesId invitees { name linkToken } }
  }
}`

const CANCEL_SERIES = `mutation ($input: CancelSeriesInput!) {
  cancelSeries(input: $input) { bookings { id start status cancellation { by reason } } }
}`

const SERIES = `query ($id: ID, $token: String) {
  bookingSeries(id: $id, token: $token) { id start status invitees { name } }
}`

const Occurrence = z.object({
  id: z.string(),
  start: z.string(),
  status: z.string(),
  seriesId: z.string(),
  invitees: z.array(z.object({ name: z.string(), linkToken: z.string().nullable() })),
})

const weekly = (count: number, interval = 1) => ({
  recurrence: { frequency: 'WEEKLY', interval, count },
})

async function givenSeries(
  eventTypeId: string,
  start: string,
  recurrenceCount: number,
  input: Data = {},
) {
  const data = await world.visitor.run(
    BOOK_SERIES,
    booking(eventTypeId, start, { recurrenceCount, ...input }),
  )
  const occurrences = z.array(Occurrence).parse(at(data, 'book.occurrences'))
  return {
    id: textAt(data, 'book.booking.seriesId'),
    token: textAt(data, 'book.invitee.linkToken'),
    occurrences,
  }
}

const startsOf = (occurrences: { start: string }[]) =>
  occurrences.map(({ start }) => new Date(start).toISOString().slice(0, 16))

const statusesIn = (data: Data, path: string) =>
  listAt(data, path).map(each => textAt(each, 'status'))

/** How many bookings a host has. */
const countOf = async (client: Client) =>
  at(await client.run('{ bookings { totalCount } }'), 'bookings.totalCount')

describe('the occurrences of a series', () => {
  it('keep the time on the clock of who booked, whatever that of others does', async () => {
    const eventType = await givenEventType(host, weekly(4))
    // Berlin's clocks go forward on 29 March, London's too; New York's did on 8 March.
    const berlin = await givenSeries(eventType, '2026-03-16T09:00:00Z', 4)
    expect(startsOf(berlin.occurrences)).toEqual([
      '2026-03-16T09:00',
      '2026-03-23T09:00',
      '2026-03-30T08:00',
      '2026-04-06T08:00',
    ])
    const newYork = await givenSeries(eventType, '2026-03-03T15:00:00Z', 2, {
      invitee: { ...who('Ned').invitee, timeZone: 'America/New_York' },
    })
    expect(startsOf(newYork.occurrences)).toEqual(['2026-03-03T15:00', '2026-03-10T14:00'])
  })

  it('are so many weeks, months or years apart, counted from the first', async () => {
    const open = { bookingWindow: { kind: 'UNLIMITED' }, scheduleId: await allDays() }
    const fortnightly = await givenEventType(host, { name: 'Two', ...open, ...weekly(3, 2) })
    expect(
      startsOf((await givenSeries(fortnightly, '2026-03-03T10:00:00Z', 3)).occurrences),
    ).toEqual(['2026-03-03T10:00', '2026-03-17T10:00', '2026-03-31T09:00'])
    const monthly = await givenEventType(host, {
      name: 'Monthly',
      ...open,
      recurrence: { frequency: 'MONTHLY', interval: 1, count: 4 },
    })
    expect(startsOf((await givenSeries(monthly, '2026-03-31T11:00:00Z', 3)).occurrences)).toEqual([
      '2026-03-31T11:00',
      '2026-04-30T11:00',
      '2026-05-31T11:00',
    ])
    const yearly = await givenEventType(host, {
      name: 'Yearly',
      ...open,
      recurrence: { frequency: 'YEARLY', interval: 1, count: 2 },
    })
    expect(startsOf((await givenSeries(yearly, '2026-03-05T12:00:00Z', 2)).occurrences)).toEqual([
      '2026-03-05T12:00',
      '2027-03-05T12:00',
    ])
  })

  it('each take their time from others, and tell the host of themselves', async () => {
    const eventType = await givenEventType(host, weekly(3))
    const { id, occurrences } = await givenSeries(eventType, '2026-03-03T10:00:00Z', 3)
    for (const { start, seriesId } of occurrences) {
      expect(await startsOffered(world.visitor, eventType, start.slice(0, 10))).not.toContain(
        '10:00',
      )
      expect(seriesId).toBe(id)
    }
    const told = await host.run(
      '{ pastEvents(types: [BOOKING_CREATED]) { edges { node { snapshot { seriesId start } } } } }',
    )
    expect(listAt(told, 'pastEvents.edges')).toHaveLength(3)
    expect(textAt(told, 'pastEvents.edges.0.node.snapshot.seriesId')).toBe(id)
    // It is one visit of the contact.
    expect(await host.run('{ contacts { edges { node { bookingCount } } } }')).toEqual({
      contacts: { edges: [{ node: { bookingCount: 1 } }] },
    })
  })

  it('lie in the hours, but the later ones in no booking window', async () => {
    const eventType = await givenEventType(host, {
      ...weekly(4),
      bookingWindow: { kind: 'DAYS', days: 10 },
    })
    expect((await givenSeries(eventType, '2026-03-03T10:00:00Z', 4)).occurrences).toHaveLength(4)
    const monthly = await givenEventType(host, {
      name: 'Monthly',
      recurrence: { frequency: 'MONTHLY', interval: 1, count: 12 },
    })
    // 4 April is a Saturday.
    expect(
      await bookingRefused(world.visitor, monthly, '2026-03-04T12:00:00Z', { recurrenceCount: 2 }),
    ).toMatchObject({
      code: 'SLOT_UNAVAILABLE',
      reason: 'hours',
    })
  })

  it('count one after another against the limits', async () => {
    const eventType = await givenEventType(host, { ...weekly(5), bookingLimits: { perMonth: 3 } })
    const [refused] = await world.visitor.refused(
      BOOK_SERIES,
      booking(eventType, '2026-03-03T10:00:00Z', { recurrenceCount: 5 }),
    )
    expect(refused).toMatchObject({
      message: expect.stringContaining('occurrence 4, 2026-03-24T10:00:00.000Z,'),
      extensions: {
        code: 'SLOT_UNAVAILABLE',
        reason: 'limit',
        occurrence: 4,
        start: '2026-03-24T10:00:00.000Z',
      },
    })
    expect(await countOf(host)).toBe(0)
  })
})

describe('booking a series', () => {
  it('takes all or nothing, and says which is not free', async () => {
    const eventType = await givenEventType(host, weekly(4))
    await givenSeries(eventType, '2026-03-17T10:00:00Z', 1)
    const [refused] = await world.visitor.refused(
      BOOK_SERIES,
      booking(eventType, '2026-03-03T10:00:00Z', { recurrenceCount: 4 }),
    )
    expect(refused?.extensions).toMatchObject({
      reason: 'taken',
      occurrence: 3,
      start: '2026-03-17T10:00:00.000Z',
    })
    expect(await countOf(host)).toBe(1)
    expect(await startsOffered(world.visitor, eventType, '2026-03-03')).toContain('10:00')
  })

  it('gives every start to one, when many want series that cross, through two gateways', async () => {
    const eventType = await givenEventType(host, weekly(4))
    const other = clientOf((await world.secondGateway()).url, {})
    const answers = await atOnce(12, index => {
      const start = `2026-03-${['03', '10', '17'][index % 3]}T10:00:00Z`
      const by = index % 2 === 0 ? world.visitor : other
      return by.answer(
        BOOK_SERIES,
        booking(eventType, start, { recurrenceCount: 3, ...who(`V${index}`) }),
      )
    })
    expect(tally(answers)).toEqual({ ok: 1, 'SLOT_UNAVAILABLE taken': 11 })
    expect(await countOf(host)).toBe(3)
  })

  it('is for event types that say so, and as often as they say', async () => {
    const once = await givenEventType(host)
    const three = await givenEventType(host, { name: 'Three', ...weekly(3) })
    const start = '2026-03-03T10:00:00Z'
    const wrong = { code: 'INVALID_INPUT', paths: ['input.recurrenceCount'] }
    expect(await bookingRefused(world.visitor, once, start, { recurrenceCount: 2 })).toEqual(wrong)
    expect(await bookingRefused(world.visitor, three, start, { recurrenceCount: 4 })).toEqual(wrong)
    expect(await bookingRefused(world.visitor, three, start, { recurrenceCount: 0 })).toEqual(wrong)
    const single = await world.visitor.run(BOOK_SERIES, booking(three, start))
    expect(at(single, 'book')).toMatchObject({ booking: { seriesId: null }, occurrences: null })
  })

  it('takes a hundred occurrences in one step', async () => {
    const eventType = await givenEventType(host, weekly(100))
    const { occurrences } = await givenSeries(eventType, '2026-03-03T10:00:00Z', 100)
    expect(startsOf(occurrences).at(-1)).toBe('2028-01-25T10:00')
  })

  it('is not for seats, nor without all that a recurrence has', async () => {
    const create = (input: Data) =>
      refusal(
        host,
        'mutation ($input: CreateEventTypeInput!) { createEventType(input: $input) { eventType { id } } }',
        {
          input: { name: 'X', durationMinutes: 30, ...input },
        },
      )
    expect(await create({ ...weekly(3), seats: 2 })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input.recurrence'],
    })
    expect(await create(weekly(101))).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input.recurrence.count'],
    })
    const id = await givenEventType(host, weekly(3))
    const edited = await host.run(
      `mutation ($id: ID!) { updateEventType(input: { id: $id, recurrence: null, seats: 2 }) {
        eventType { recurrence { count } seats }
      } }`,
      { id },
    )
    expect(at(edited, 'updateEventType.eventType')).toEqual({ recurrence: null, seats: 2 })
  })

  it('answers the same series again to the same key', async () => {
    const eventType = await givenEventType(host, weekly(3))
    const keyed = { idempotencyKey: 'k1' }
    const [first, again] = [
      await givenSeries(eventType, '2026-03-03T10:00:00Z', 3, keyed),
      await givenSeries(eventType, '2026-03-03T10:00:00Z', 3, keyed),
    ]
    expect(again).toEqual(first)
    expect(await countOf(host)).toBe(3)
  })

  it('keeps the host whom a round robin chose for the first', async () => {
    const [colleague, team] = [await givenHost(world), await givenTeam(host)]
    await givenMember(host, team, colleague)
    const eventType = await givenTeamEventType(
      host,
      team,
      'ROUND_ROBIN',
      [host, colleague],
      weekly(4),
    )
    await givenSeries(eventType, '2026-03-03T10:00:00Z', 4)
    expect([await countOf(host), await countOf(colleague)].toSorted()).toEqual([0, 4])
  })
})

describe('a series that is booked', () => {
  it('is shown to the host by its id and to the invitee by any of its links, as it stands', async () => {
    const eventType = await givenEventType(host, weekly(3))
    const { id, token, occurrences } = await givenSeries(eventType, '2026-03-03T10:00:00Z', 3)
    await host.run(
      'mutation ($id: ID) { rescheduleBooking(input: { id: $id, start: "2026-03-11T12:00:00Z" }) { booking { id } } }',
      { id: occurrences[1]?.id },
    )
    const now = ['2026-03-03T10:00', '2026-03-11T12:00', '2026-03-17T10:00']
    for (const [client, naming] of [
      [host, { id }],
      [host, { id: occurrences[2]?.id }],
      [world.visitor, { token }],
      [world.visitor, { token: occurrences[2]?.invitees[0]?.linkToken }],
    ] as const) {
      const found = listAt(await client.run(SERIES, naming), 'bookingSeries')
      expect(startsOf(found.map(each => ({ start: textAt(each, 'start') })))).toEqual(now)
      expect(found.map(each => at(each, 'invitees.0.name'))).toEqual(['Ann', 'Ann', 'Ann'])
    }
    const stranger = await givenHost(world)
    expect(await stranger.run(SERIES, { id })).toEqual({ bookingSeries: null })
    expect(await world.visitor.run(SERIES, { token: id })).toEqual({ bookingSeries: null })
  })

  it('is opened by its seriesToken, and by no token of somebody who joined it, whatever address they gave', async () => {
    const eventType = await givenEventType(host, weekly(2))
    const start = '2026-03-03T10:00:00Z'
    const booked = await world.visitor.run(
      `mutation ($input: BookInput!) { book(input: $input) {
        booking { seriesId } invitee { seriesToken } occurrences { invitees { seriesToken } }
      } }`,
      booking(eventType, start, { recurrenceCount: 2 }),
    )
    const token = textAt(booked, 'book.invitee.seriesToken')
    expect(token.split('.')[0]).toBe(textAt(booked, 'book.booking.seriesId'))
    expect(
      listAt(booked, 'book.occurrences').map(each => at(each, 'invitees.0.seriesToken')),
    ).toEqual([token, token])
    await host.run(
      'mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { eventType { id } } }',
      {
        input: { id: eventType, seats: 5, recurrence: null },
      },
    )

    const JOIN = `mutation ($input: BookInput!) { book(input: $input) {
      booking { seriesId } invitee { linkToken bookingToken seriesToken }
    } }`
    const eve = await world.visitor.run(JOIN, booking(eventType, start, who('Eve')))
    const moved = await world.visitor.run(
      `mutation ($token: String) { rescheduleBooking(input: { token: $token, start: "2026-03-04T10:00:00Z" }) {
        booking { seriesId } invitee { linkToken bookingToken seriesToken }
      } }`,
      { token: textAt(eve, 'book.invitee.linkToken') },
    )
    expect(at(moved, 'rescheduleBooking.booking.seriesId')).toBeNull()
    // Ann's address, which is that of the series.
    const asAnn = await world.visitor.run(JOIN, booking(eventType, '2026-03-04T10:00:00Z'))
    for (const invitee of [
      at(eve, 'book.invitee'),
      at(moved, 'rescheduleBooking.invitee'),
      at(asAnn, 'book.invitee'),
    ]) {
      expect(at(invitee, 'seriesToken')).toBeNull()
      for (const kind of ['linkToken', 'bookingToken']) {
        const naming = { token: textAt(invitee, kind) }
        expect(await world.visitor.run(SERIES, naming)).toEqual({ bookingSeries: null })
        expect(await refusal(world.visitor, CANCEL_SERIES, { input: naming })).toMatchObject({
          code: 'NOT_FOUND',
        })
      }
    }
    const own = listAt(await world.visitor.run(SERIES, { token }), 'bookingSeries')
    expect(own.map(each => at(each, 'invitees'))).toEqual([[{ name: 'Ann' }], [{ name: 'Ann' }]])
  })

  it('is cancelled whole, or from one on, by either side', async () => {
    const eventType = await givenEventType(host, weekly(4))
    const { id, token, occurrences } = await givenSeries(eventType, '2026-03-03T10:00:00Z', 4)
    const third = occurrences[2]?.invitees[0]?.linkToken
    const rest = await world.visitor.run(CANCEL_SERIES, {
      input: { token: third, fromHere: true, reason: 'Moved' },
    })
    expect(statusesIn(rest, 'cancelSeries.bookings')).toEqual([
      'CONFIRMED',
      'CONFIRMED',
      'CANCELLED',
      'CANCELLED',
    ])
    expect(at(rest, 'cancelSeries.bookings.3.cancellation')).toEqual({
      by: 'INVITEE',
      reason: 'Moved',
    })
    const whole = await host.run(CANCEL_SERIES, { input: { id } })
    expect(statusesIn(whole, 'cancelSeries.bookings')).toEqual([
      'CANCELLED',
      'CANCELLED',
      'CANCELLED',
      'CANCELLED',
    ])
    expect(await refusal(world.visitor, CANCEL_SERIES, { input: { token } })).toEqual({
      code: 'CONFLICT',
    })
    expect(await startsOffered(world.visitor, eventType, '2026-03-10')).toContain('10:00')
    expect(await refusal(host, CANCEL_SERIES, { input: { id: 'bs_nothing' } })).toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('loses what is over, and nothing else, when it is cancelled later', async () => {
    const eventType = await givenEventType(host, weekly(3))
    const { id } = await givenSeries(eventType, '2026-03-03T10:00:00Z', 3)
    world.clock.set('2026-03-09T00:00:00Z')
    const data = await host.run(CANCEL_SERIES, { input: { id } })
    expect(statusesIn(data, 'cancelSeries.bookings')).toEqual([
      'CONFIRMED',
      'CANCELLED',
      'CANCELLED',
    ])
  })
})

/** A schedule that is open all week. */
async function allDays(): Promise<string> {
  const weekly = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'].map(
    weekday => ({
      weekday,
      start: '09:00',
      end: '17:00',
    }),
  )
  const data = await host.run(
    'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { id } } }',
    { input: { name: 'All days', weekly } },
  )
  return textAt(data, 'createSchedule.schedule.id')
}
