import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  atOnce,
  bookingRefused,
  cancel,
  daysOffered,
  hold,
  isOffered,
  RELEASE,
  RESERVE,
  refusal,
  tally,
  unavailable,
  who,
} from '../helpers/bookings.ts'
import {
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

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  eventType = await givenEventType(host)
})

const free = (start = TEN, of = eventType) => isOffered(world.visitor, of, start)
const release = (id: string) => world.visitor.run(RELEASE, { id })

async function seatsLeftAt(of: string, start: string) {
  const [day] = await daysOffered(world.visitor, of, start.slice(0, 10))
  return day?.slots.find(slot => Date.parse(slot.start) === Date.parse(start))?.seatsLeft
}

describe('a start that is held', () => {
  it('is taken for everyone else until it is booked by who holds it', async () => {
    const held = await hold(world.visitor, eventType, TEN)
    expect(held).toMatchObject({
      id: expect.stringMatching(/^rsv_/),
      start: '2026-03-03T10:00:00.000Z',
      end: '2026-03-03T10:30:00.000Z',
      expiresAt: '2026-03-02T07:05:00.000Z',
    })
    expect(await free()).toBe(false)
    expect(await bookingRefused(world.visitor, eventType, TEN)).toEqual(unavailable('taken'))
    expect(
      await refusal(world.visitor, RESERVE, {
        input: { eventType: { id: eventType }, start: TEN },
      }),
    ).toEqual(unavailable('taken'))

    await givenBooking(world.visitor, eventType, TEN, { reservationId: held.id })
    expect((await refusal(world.visitor, RELEASE, { id: held.id })).code).toBe('NOT_FOUND')
    expect(await free()).toBe(false)
  })

  it('is free again when its time is over, to the minute', async () => {
    const held = await hold(world.visitor, eventType, TEN, { holdMinutes: 10 })
    world.clock.forward(9)
    expect(await free()).toBe(false)
    world.clock.forward(1)
    expect(await free()).toBe(true)
    expect(await bookingRefused(world.visitor, eventType, TEN, { reservationId: held.id })).toEqual(
      {
        code: 'NOT_FOUND',
        paths: ['input.reservationId'],
      },
    )
    await givenBooking(world.visitor, eventType, TEN)
  })

  it('is free again when it is released', async () => {
    const held = await hold(world.visitor, eventType, TEN)
    await release(held.id)
    expect(await free()).toBe(true)
    expect((await refusal(world.visitor, RELEASE, { id: held.id })).code).toBe('NOT_FOUND')
    await givenBooking(world.visitor, eventType, TEN)
  })

  it('is held with its buffers, against every event type of the host', async () => {
    const wide = await givenEventType(host, { bufferBeforeMinutes: 30 })
    await hold(world.visitor, wide, TEN)
    expect(await bookingRefused(world.visitor, eventType, '2026-03-03T09:30:00Z')).toEqual(
      unavailable('taken'),
    )
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
  })

  it('can be booked with another length by who holds it', async () => {
    const lengths = await givenEventType(host, {
      durationOptions: [30, 60],
      slotIntervalMinutes: 30,
    })
    const held = await hold(world.visitor, lengths, TEN)
    await givenBooking(world.visitor, lengths, TEN, { reservationId: held.id, durationMinutes: 60 })
    expect(await free('2026-03-03T10:30:00Z', lengths)).toBe(false)
    expect(await free('2026-03-03T11:00:00Z', lengths)).toBe(true)
  })

  it('is held for one start: its reservation books no other', async () => {
    const held = await hold(world.visitor, eventType, TEN)
    const other = await givenEventType(host)
    const missing = { code: 'NOT_FOUND', paths: ['input.reservationId'] }
    const reservationId = held.id
    expect(
      await bookingRefused(world.visitor, eventType, '2026-03-03T11:00:00Z', { reservationId }),
    ).toEqual(missing)
    expect(await bookingRefused(world.visitor, other, TEN, { reservationId })).toEqual(missing)
    expect(
      await bookingRefused(world.visitor, eventType, TEN, { reservationId: 'rsv_none' }),
    ).toEqual(missing)
  })

  it('goes to one of twenty who want to hold it at once, through two gateways', async () => {
    const second = clientOf((await world.secondGateway()).url, {})
    const input = { eventType: { id: eventType }, start: TEN }
    const answers = await atOnce(20, index =>
      (index % 2 ? second : world.visitor).answer(RESERVE, { input }),
    )
    expect(tally(answers)).toEqual({ ok: 1, 'SLOT_UNAVAILABLE taken': 19 })
  })

  it('books once when its reservation is used twenty times at once', async () => {
    const held = await hold(world.visitor, eventType, TEN)
    const answers = await atOnce(20, index =>
      world.visitor.answer(
        BOOK,
        booking(eventType, TEN, { ...who(`Guest${index}`), reservationId: held.id }),
      ),
    )
    expect(tally(answers)).toEqual({ ok: 1, NOT_FOUND: 19 })
  })

  it('must be one that is offered, for 1 to 60 minutes, of a length and an event type that exist', async () => {
    const refused = (input: Record<string, unknown>) =>
      refusal(world.visitor, RESERVE, {
        input: { eventType: { id: eventType }, start: TEN, ...input },
      })
    expect(await refused({ start: '2026-03-03T08:00:00Z' })).toEqual(unavailable('hours'))
    expect(await refused({ start: '2026-03-03T10:10:00Z' })).toEqual(unavailable('grid'))
    expect(await refused({ start: '2026-03-03T10:00:00' })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input.start'],
    })
    for (const holdMinutes of [0, 61]) {
      expect(await refused({ holdMinutes })).toEqual({
        code: 'INVALID_INPUT',
        paths: ['input.holdMinutes'],
      })
    }
    expect(await refused({ durationMinutes: 31 })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input.durationMinutes'],
    })
    expect(await refused({ eventType: { id: 'et_none' } })).toEqual({
      code: 'NOT_FOUND',
      paths: ['input.eventType'],
    })
  })

  it('is no booking: the host sees none, and no contact', async () => {
    await hold(world.visitor, eventType, TEN)
    const { bookings, contacts } = await host.run(
      '{ bookings { totalCount } contacts { totalCount } }',
    )
    expect([bookings, contacts]).toEqual([{ totalCount: 0 }, { totalCount: 0 }])
  })

  it('is one of at most two hundred that a host has', async () => {
    const always = await givenEventType(host, { durationMinutes: 2, slotIntervalMinutes: 2 })
    const minute = (index: number) => String((index % 30) * 2).padStart(2, '0')
    const answers = await atOnce(201, index => {
      const hour = String(9 + Math.floor(index / 30)).padStart(2, '0')
      const start = `2026-03-03T${hour}:${minute(index)}:00Z`
      // By the host, for whom the limits of addresses do not count.
      return host.answer(RESERVE, { input: { eventType: { id: always }, start } })
    })
    expect(tally(answers)).toEqual({ ok: 200, LIMIT_REACHED: 1 })
    world.clock.forward(5)
    await hold(world.visitor, always, '2026-03-03T16:00:00Z')
  })
})

describe('seats that are held', () => {
  let course = ''
  beforeEach(async () => {
    course = await givenEventType(host, { durationMinutes: 60, seats: 3 })
  })

  it('count as seats, until they are booked, released or over', async () => {
    const first = await hold(world.visitor, course, TEN)
    const second = await hold(world.visitor, course, TEN)
    expect(await seatsLeftAt(course, TEN)).toBe(1)
    await givenBooking(world.visitor, course, TEN, who('Ann'))
    expect(await seatsLeftAt(course, TEN)).toBeUndefined()
    expect(await bookingRefused(world.visitor, course, TEN, who('Ben'))).toEqual(
      unavailable('taken'),
    )

    await givenBooking(world.visitor, course, TEN, { ...who('Ben'), reservationId: second.id })
    expect(await seatsLeftAt(course, TEN)).toBeUndefined()
    await release(first.id)
    expect(await seatsLeftAt(course, TEN)).toBe(1)
  })

  it('keep the time when the first of them, that claimed it, is released', async () => {
    const first = await hold(world.visitor, course, TEN)
    const second = await hold(world.visitor, course, TEN)
    await release(first.id)
    expect(await bookingRefused(world.visitor, eventType, TEN)).toEqual(unavailable('taken'))
    await release(second.id)
    await givenBooking(world.visitor, eventType, TEN)
  })

  it('keep the time when the first of them, that claimed it, is over', async () => {
    await hold(world.visitor, course, TEN, { holdMinutes: 5 })
    const second = await hold(world.visitor, course, TEN, { holdMinutes: 30 })
    world.clock.forward(10)
    expect(await free()).toBe(false)
    expect(await bookingRefused(world.visitor, eventType, TEN)).toEqual(unavailable('taken'))
    expect(await seatsLeftAt(course, TEN)).toBe(2)
    await givenBooking(world.visitor, course, TEN, { reservationId: second.id })
  })

  it('keep the time when the booking that they would join is cancelled', async () => {
    const ann = await givenBooking(world.visitor, course, TEN, who('Ann'))
    const held = await hold(world.visitor, course, TEN)
    await cancel(host, { id: ann.id })
    expect(await free()).toBe(false)
    expect(await bookingRefused(world.visitor, eventType, TEN)).toEqual(unavailable('taken'))
    await givenBooking(world.visitor, course, TEN, { ...who('Ben'), reservationId: held.id })
  })

  it('free the time once that booking is cancelled and they are over', async () => {
    const ann = await givenBooking(world.visitor, course, TEN, who('Ann'))
    await hold(world.visitor, course, TEN)
    await cancel(host, { id: ann.id })
    world.clock.forward(5)
    expect(await free()).toBe(true)
    await givenBooking(world.visitor, eventType, TEN)
  })
})
