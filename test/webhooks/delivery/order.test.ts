import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { approve, atOnce } from '../../helpers/bookings.ts'
import type { Behaviour, Received } from '../../helpers/receiver.ts'
import { at, givenWorld, textAt, type World } from '../../helpers/world.ts'
import { givenHook, givenHooked, holding, receiverThat } from './given.ts'

const EVENTS = ['CREATED', 'REQUESTED', 'APPROVED', 'RESCHEDULED', 'CANCELLED', 'NO_SHOW'].map(
  kind => `BOOKING_${kind}`,
)
const AT_ONCE = 10

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

const bookingOf = ({ json }: Received) => textAt(json, 'data.booking.id')
const typeOf = ({ json }: Received) => textAt(json, 'type').replace('booking.', '')

/** Answers after a while, and counts how many requests of one booking were open at once. */
function counting(ms: number) {
  const open = new Map<string, number>()
  const most = { ofOneBooking: 0 }
  const change = (booking: string, by: number) => {
    const count = (open.get(booking) ?? 0) + by
    open.set(booking, count)
    most.ofOneBooking = Math.max(most.ofOneBooking, count)
  }
  const behaviour: Behaviour = (request, response) => {
    change(bookingOf(request), 1)
    setTimeout(() => {
      change(bookingOf(request), -1)
      response.end()
    }, ms)
  }
  return { behaviour, most }
}

describe('the deliveries of one booking', () => {
  it('go one after another in event order, while those of others go side by side', async () => {
    const held = holding()
    const { host, receiver, book, cancel, until } = await givenHooked(world, {
      how: held.behaviour,
      hook: { events: EVENTS },
      eventType: { confirmation: 'ALWAYS' },
    })
    const ids = await atOnce(6, async () => {
      const { id } = await book()
      await approve(host, id)
      await cancel(id)
      return id
    })
    await vi.waitFor(() => expect(held.open).toHaveLength(6))
    expect(held.open.map(({ request }) => typeOf(request))).toEqual(ids.map(() => 'requested'))
    const { behaviour, most } = counting(20)
    receiver.answer(behaviour)
    for (const { answer } of [...held.open]) answer(200)

    const requests = await receiver.take(18)
    for (const id of ids) {
      const told = requests.filter(request => bookingOf(request) === id).map(typeOf)
      expect(told).toEqual(['requested', 'approved', 'cancelled'])
    }
    expect(most.ofOneBooking).toBe(1)
    await until(...requests.map(() => 'DELIVERED'))
  })

  it('begin in the order in which it was booked, moved and cancelled, the one that replaced it included', async () => {
    const { receiver, book, move, cancel } = await givenHooked(world, {
      how: counting(100).behaviour,
      hook: { events: EVENTS },
    })
    const { id } = await book()
    const moved = await move(id)
    const again = await move(moved)
    await cancel(again)

    const told = (await receiver.take(4)).map(request => [typeOf(request), bookingOf(request)])
    expect(told).toEqual([
      ['created', id],
      ['rescheduled', moved],
      ['rescheduled', again],
      ['cancelled', again],
    ])
  })

  it('wait for the answer to the one before, however long it takes', async () => {
    const held = holding()
    const { receiver, book, cancel } = await givenHooked(world, {
      how: held.behaviour,
      hook: { events: EVENTS },
    })
    const { id } = await book()
    await cancel(id)
    await receiver.next()
    const { id: other } = await book()
    // What is sent is sent in event order: the cancellation would have come before.
    expect(bookingOf(await receiver.next())).toBe(other)
    expect(receiver.all).toHaveLength(2)
    held.open[0]?.answer(200)
    expect(typeOf(await receiver.next())).toBe('cancelled')
  })

  it('wait for it over a move too, which makes another booking of it', async () => {
    const held = holding()
    const { receiver, book, move, cancel } = await givenHooked(world, {
      how: held.behaviour,
      hook: { events: EVENTS },
    })
    const { id } = await book()
    await receiver.next()
    await cancel(await move(id))
    const { id: other } = await book()
    expect(bookingOf(await receiver.next())).toBe(other)
    expect(receiver.all).toHaveLength(2)
    held.open[0]?.answer(200)
    expect(typeOf(await receiver.next())).toBe('rescheduled')
    held.open.at(-1)?.answer(200)
    expect(typeOf(await receiver.next())).toBe('cancelled')
  })

  it('are sent in event order when they all waited, and before retries', async () => {
    const { receiver, book, cancel, until } = await givenHooked(world, {
      how: (_request, response) => void response.writeHead(503, { 'Retry-After': '60' }).end(),
      hook: { events: EVENTS },
    })
    await book()
    await until('RETRYING')
    const ids = [await book(), await book(), await book()].map(({ id }) => id)
    for (const id of ids) await cancel(id)
    await until('RETRYING', ...Array.from({ length: 6 }, () => 'PENDING'))
    const { behaviour, most } = counting(20)
    receiver.answer(behaviour)
    world.clock.forward(1)

    await until(...Array.from({ length: 7 }, () => 'DELIVERED'))
    const requests = receiver.all.slice(1)
    for (const id of ids) {
      expect(requests.filter(request => bookingOf(request) === id).map(typeOf)).toEqual([
        'created',
        'cancelled',
      ])
    }
    expect(requests.slice(0, 3).map(bookingOf)).toEqual(ids)
    expect(most.ofOneBooking).toBe(1)
  })
})

describe('a receiver', () => {
  it('has ten requests of a hook at a time, and the next when one is answered', async () => {
    const held = holding()
    const { receiver, book, until } = await givenHooked(world, { how: held.behaviour })
    for (let index = 0; index < AT_ONCE + 5; index++) await book()
    await receiver.take(AT_ONCE)
    held.open[3]?.answer(200)
    await receiver.next()
    await vi.waitFor(() => expect(held.open).toHaveLength(AT_ONCE))
    // How many were open at once is counted until all have been delivered.
    receiver.answer(200)
    for (const { answer } of [...held.open]) answer(200)
    await until(...Array.from({ length: AT_ONCE + 5 }, () => 'DELIVERED'))
    expect(held.most).toBe(AT_ONCE)
    expect(receiver.all).toHaveLength(AT_ONCE + 5)
  })

  it('that does not answer keeps nothing from the other hooks of its host', async () => {
    const held = holding()
    const { host, receiver, book } = await givenHooked(world, { how: held.behaviour })
    const other = await receiverThat()
    await givenHook(host, { url: other.url })
    for (let index = 0; index < AT_ONCE + 2; index++) await book()
    await receiver.take(AT_ONCE)
    const told = (await other.take(AT_ONCE + 2)).map(({ json }) => at(json, 'data.booking.id'))
    expect(new Set(told).size).toBe(AT_ONCE + 2)
    await vi.waitFor(() => expect(held.open).toHaveLength(AT_ONCE))
  })

  it('gets every event once, however many come at once', async () => {
    let answers = 0
    const { receiver, book, until, turn } = await givenHooked(world, {
      // In another order than they came.
      how: (_request, response) => void setTimeout(() => response.end(), (answers++ * 7) % 20),
    })
    const booked = await atOnce(40, () => book())
    const requests = await receiver.take(40)
    await until(...requests.map(() => 'DELIVERED'))
    await turn()
    expect(receiver.all.map(bookingOf).toSorted()).toEqual(booked.map(({ id }) => id).sort())
  })
})
