import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { MINUTE_MS } from '../../../src/time.ts'
import type { Behaviour, Received } from '../../helpers/receiver.ts'
import { at, givenWorld, textAt, type World } from '../../helpers/world.ts'
import { changeHook, type Delivery, givenHook, givenHooked, type Hooked, holding } from './given.ts'

const EVENTS = ['CREATED', 'RESCHEDULED', 'CANCELLED'].map(kind => `BOOKING_${kind}`)

let world: World
/** When the test began. */
let start: Date

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(() => {
  world.clock.forward(1)
  start = world.clock.now()
})

const typeOf = ({ json }: Received) => textAt(json, 'type')
const bookingOf = ({ json }: Received) => textAt(json, 'data.booking.id')
const statuses = (all: Delivery[]) => all.map(({ status }) => status)

/** Answers 500 to requests of these types as long as `isDown`, and 200 to all others. */
function failing(...types: string[]) {
  const state = { isDown: true }
  const behaviour: Behaviour = (request, response) => {
    const fails =
      state.isDown && types.includes(String(at(request.json, 'type') ?? at(request.json, 'event')))
    response.writeHead(fails ? 500 : 200).end()
  }
  return { state, behaviour }
}

/** Goes to the next retry of the first delivery, and waits until all that is due was sent. */
async function toRetry({ deliveries, turn }: Hooked): Promise<void> {
  const due = (await deliveries()).find(({ status }) => status === 'RETRYING')?.nextAttemptAt
  if (due == null) throw new Error('nothing is retried')
  world.clock.set(due.toISOString())
  await turn()
}

const outOfOrder = async ({ host, hook }: Hooked) => {
  const data = await host.run(
    `query ($id: ID!, $filter: DeliveryFilter) {
      hook(id: $id) { outOfOrderCount }
      deliveries(first: 40, filter: $filter) { edges { node { isOutOfOrder } } }
    }`,
    { id: hook.id, filter: { hookId: hook.id } },
  )
  const Answer = z.object({
    hook: z.object({ outOfOrderCount: z.int() }),
    deliveries: z.object({
      edges: z.array(z.object({ node: z.object({ isOutOfOrder: z.boolean() }) })),
    }),
  })
  const { hook: counted, deliveries } = Answer.parse(data)
  return {
    count: counted.outOfOrderCount,
    each: deliveries.edges.map(({ node }) => node.isOutOfOrder).reverse(),
  }
}

describe('a later event of a booking', () => {
  it('waits while an earlier one is retried, and events of other bookings do not', async () => {
    const { behaviour, state } = failing('booking.created')
    const hooked = await givenHooked(world, { how: behaviour, hook: { events: EVENTS } })
    const { receiver, book, cancel, until, turn } = hooked
    const ids = [(await book()).id, (await book()).id, (await book()).id]
    await until('RETRYING', 'RETRYING', 'RETRYING')
    for (const id of ids) await cancel(id)
    await turn()
    await until('RETRYING', 'RETRYING', 'RETRYING', 'PENDING', 'PENDING', 'PENDING')

    state.isDown = false
    const { id: other } = await book()
    await turn()
    expect(receiver.all.slice(3).map(bookingOf)).toEqual([other])
    world.clock.forward(1)
    await until(...Array.from({ length: 7 }, () => 'DELIVERED'))
    for (const id of ids) {
      const sent = receiver.all.filter(request => bookingOf(request) === id).map(typeOf)
      expect(sent).toEqual(['booking.created', 'booking.created', 'booking.cancelled'])
    }
    expect(await outOfOrder(hooked)).toEqual({
      count: 0,
      each: Array.from({ length: 7 }, () => false),
    })
  })

  it('waits when it happened before the earlier one failed', async () => {
    const held = holding()
    const { receiver, book, cancel, until, turn } = await givenHooked(world, {
      how: held.behaviour,
      hook: { events: EVENTS },
    })
    const { id } = await book()
    await receiver.next()
    await cancel(id)
    receiver.answer(200)
    held.open[0]?.answer(500)
    await until('RETRYING', 'PENDING')
    await turn()
    await until('RETRYING', 'PENDING')
    world.clock.forward(1)
    await until('DELIVERED', 'DELIVERED')
    expect(receiver.all.map(typeOf)).toEqual([
      'booking.created',
      'booking.created',
      'booking.cancelled',
    ])
  })

  it('waits over moves, which make other bookings of it', async () => {
    const { behaviour, state } = failing('booking.created')
    const { receiver, book, move, cancel, until, turn } = await givenHooked(world, {
      how: behaviour,
      hook: { events: EVENTS },
    })
    const { id } = await book()
    await until('RETRYING')
    await cancel(await move(await move(id)))
    await turn()
    await until('RETRYING', 'PENDING', 'PENDING', 'PENDING')
    state.isDown = false
    world.clock.forward(1)
    await until('DELIVERED', 'DELIVERED', 'DELIVERED', 'DELIVERED')
    expect(receiver.all.slice(1).map(typeOf)).toEqual([
      'booking.created',
      'booking.rescheduled',
      'booking.rescheduled',
      'booking.cancelled',
    ])
  })

  it('is sent once the retries of the first hour have failed; the earlier one is retried on', async () => {
    const { behaviour, state } = failing('booking.created')
    const hooked = await givenHooked(world, { how: behaviour, hook: { events: EVENTS } })
    const { receiver, book, cancel, until, deliveries } = hooked
    const { id } = await book()
    await until('RETRYING')
    await cancel(id)
    for (let attempt = 2; attempt <= 3; attempt++) {
      await toRetry(hooked)
      expect(statuses(await deliveries())).toEqual(['RETRYING', 'PENDING'])
    }
    await toRetry(hooked)
    const [created] = await until('RETRYING', 'DELIVERED')
    expect(created).toMatchObject({ attemptCount: 4 })
    expect(world.clock.now().getTime() - start.getTime()).toBeLessThan(40 * MINUTE_MS)
    expect(await outOfOrder(hooked)).toEqual({ count: 1, each: [false, true] })

    state.isDown = false
    await toRetry(hooked)
    await until('DELIVERED', 'DELIVERED')
    expect(receiver.all.map(typeOf)).toEqual([
      ...Array.from({ length: 4 }, () => 'booking.created'),
      'booking.cancelled',
      'booking.created',
    ])
    expect(receiver.all.map(({ json }) => at(json, 'sequence'))).toEqual([1, 1, 1, 1, 2, 1])
  })

  it('is sent when the receiver asks for more than an hour before the retry of the earlier one', async () => {
    const { receiver, book, cancel, until } = await givenHooked(world, {
      how: (_request, response) => void response.writeHead(500, { 'Retry-After': '3601' }).end(),
      hook: { events: EVENTS },
    })
    const { id } = await book()
    await until('RETRYING')
    receiver.answer(200)
    await cancel(id)
    await until('RETRYING', 'DELIVERED')
  })

  it('is sent once the earlier one is given up, by Calendo', async () => {
    const { behaviour } = failing('booking.created')
    const hooked = await givenHooked(world, {
      how: behaviour,
      hook: { dialect: 'CALENDO', events: EVENTS },
    })
    const { receiver, book, cancel, until, deliveries } = hooked
    const { id } = await book()
    await until('RETRYING')
    await cancel(id)
    for (let attempt = 2; attempt <= 3; attempt++) {
      await toRetry(hooked)
      expect(statuses(await deliveries())).toEqual(['RETRYING', 'PENDING'])
    }
    await toRetry(hooked)
    await until('FAILED', 'DELIVERED')
    expect(receiver.all.at(-1)?.json).toMatchObject({ event: 'booking.cancelled' })
  })

  it('waits for a message of the same event that fails, by Calendly', async () => {
    const { behaviour, state } = failing('invitee.canceled')
    const { receiver, book, move, until } = await givenHooked(world, {
      how: behaviour,
      hook: { dialect: 'CALENDLY', events: ['BOOKING_RESCHEDULED'] },
    })
    await move((await book()).id)
    await until('RETRYING', 'PENDING', 'PENDING')
    state.isDown = false
    world.clock.forward(1)
    await until('DELIVERED', 'DELIVERED', 'DELIVERED')
    expect(receiver.all.slice(1).map(({ json }) => at(json, 'event'))).toEqual([
      'invitee.canceled',
      'invitee.created',
      'invitee.rescheduled',
    ])
  })

  it('waits in every gateway on the database', async () => {
    const { behaviour, state } = failing('booking.created')
    const { receiver, book, cancel, until, turn } = await givenHooked(world, {
      how: behaviour,
      hook: { events: EVENTS },
    })
    const { id } = await book()
    await until('RETRYING')
    // What holds it back is in the database, not in the process that saw the failure.
    await world.secondGateway()
    await cancel(id)
    for (let round = 0; round < 3; round++) await turn()
    await until('RETRYING', 'PENDING')
    state.isDown = false
    world.clock.forward(1)
    await until('DELIVERED', 'DELIVERED')
    expect(receiver.all.map(typeOf)).toEqual([
      'booking.created',
      'booking.created',
      'booking.cancelled',
    ])
  })

  it('is not held back by what was given up when the hook was switched off', async () => {
    const { behaviour } = failing('booking.created')
    const { host, hook, receiver, book, cancel, until } = await givenHooked(world, {
      how: behaviour,
      hook: { events: EVENTS },
    })
    const { id } = await book()
    await until('RETRYING')
    await changeHook(host, hook.id, { isActive: false })
    await changeHook(host, hook.id, { isActive: true })
    await cancel(id)
    await until('FAILED', 'DELIVERED')
    expect(receiver.all.map(typeOf)).toEqual(['booking.created', 'booking.cancelled'])
  })
})

describe('a contact and an event type', () => {
  it('have their events sent in order when an earlier one fails', async () => {
    const events = [
      'CONTACT_CREATED',
      'CONTACT_UPDATED',
      'EVENT_TYPE_CREATED',
      'EVENT_TYPE_UPDATED',
    ]
    const { behaviour, state } = failing('contact.created', 'event.type_created')
    const { host, receiver, until, turn } = await givenHooked(world, {
      how: behaviour,
      hook: { events },
    })
    const run = (query: string, input: object) => host.run(query, { input })
    const contact = await run(
      'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } } }',
      {
        name: 'Ann',
        email: 'ann@example.org',
      },
    )
    await run(
      'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { id } } }',
      {
        id: textAt(contact, 'createContact.contact.id'),
        name: 'Ann Lee',
      },
    )
    const eventType = await run(
      'mutation ($input: CreateEventTypeInput!) { createEventType(input: $input) { eventType { id } } }',
      { name: 'Call', durationMinutes: 30 },
    )
    await run(
      'mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { eventType { id } } }',
      {
        id: textAt(eventType, 'createEventType.eventType.id'),
        name: 'Long call',
      },
    )
    await turn()
    await until('RETRYING', 'PENDING', 'RETRYING', 'PENDING')
    state.isDown = false
    world.clock.forward(1)
    await until('DELIVERED', 'DELIVERED', 'DELIVERED', 'DELIVERED')
    const sent = receiver.all.slice(2).map(typeOf)
    expect(sent.filter(type => type.startsWith('contact'))).toEqual([
      'contact.created',
      'contact.updated',
    ])
    expect(sent.filter(type => type.startsWith('event'))).toEqual([
      'event.type_created',
      'event.type_updated',
    ])
  })
})

describe('a replay', () => {
  const REPLAY = 'mutation ($id: ID!) { replayDelivery(input: { id: $id }) { delivery { id } } }'

  it('of a delivered one neither waits nor holds later events back', async () => {
    const { host, receiver, book, cancel, move, until, deliveries, turn } = await givenHooked(
      world,
      {
        hook: { events: EVENTS },
      },
    )
    const { id } = await book()
    const [created] = await until('DELIVERED')
    receiver.answer(500)
    const moved = await move(id)
    await until('DELIVERED', 'RETRYING')
    await host.run(REPLAY, { id: created?.id })
    await turn()
    expect((await until('RETRYING', 'RETRYING'))[0]).toMatchObject({ attemptCount: 2 })
    receiver.answer(200)
    await host.run(REPLAY, { id: (await deliveries())[1]?.id })
    await until('RETRYING', 'DELIVERED')
    await cancel(moved)
    await until('RETRYING', 'DELIVERED', 'DELIVERED')
  })

  it('of all that failed is in order for each booking', async () => {
    const { host, hook, receiver, book, cancel, until, turn } = await givenHooked(world, {
      how: 410,
      hook: { events: EVENTS },
    })
    const held = holding()
    receiver.answer(held.behaviour)
    const { id } = await book()
    await receiver.next()
    await cancel(id)
    held.open[0]?.answer(410)
    await until('FAILED', 'FAILED')
    const { behaviour, state } = failing('booking.created')
    receiver.answer(behaviour)
    await changeHook(host, hook.id, { isActive: true })
    await host.run(
      'mutation ($input: ReplayFailedInput!) { replayFailedDeliveries(input: $input) { count } }',
      {
        input: { hookId: hook.id, since: start.toISOString() },
      },
    )
    await turn()
    await until('RETRYING', 'RETRYING')
    state.isDown = false
    world.clock.forward(1)
    await until('DELIVERED', 'DELIVERED')
    expect(receiver.all.map(typeOf)).toEqual([
      'booking.created',
      'booking.created',
      'booking.created',
      'booking.cancelled',
    ])
  })
})

describe('the sequence number', () => {
  it('counts the events of a booking over its moves, the same on every hook and in the graph', async () => {
    const hooked = await givenHooked(world, { hook: { events: EVENTS } })
    const { host, receiver, book, move, cancel } = hooked
    for (const dialect of ['CALENDARPA', 'CALENDO', 'CALCOM', 'CALENDLY']) {
      await givenHook(host, { url: `${receiver.url}/${dialect}`, dialect, events: EVENTS })
    }
    const { id } = await book()
    await book()
    await cancel(await move(id))
    // Calendly sends two messages more for the move.
    const requests = await receiver.take(4 * 5 + 2)
    const all = z
      .array(z.object({ sequence: z.int() }))
      .parse(requests.filter(({ path }) => path === '/hook').map(({ json }) => json))
    expect(all.map(({ sequence }) => sequence).toSorted()).toEqual([1, 1, 2, 3])
    const numbers = (path: string) =>
      requests
        .filter(request => request.path.startsWith(path))
        .map(({ headers }) => Number(headers['x-meridian-sequence']))
        .toSorted()
    for (const path of ['/hook/CALENDARPA', '/hook/CALENDO', '/hook/CALCOM'])
      expect(numbers(path)).toEqual([1, 1, 2, 3])
    expect(numbers('/hook/CALENDLY')).toEqual([1, 1, 2, 2, 2, 3])

    const past = await host.run(
      '{ pastEvents(first: 4, types: [BOOKING_CREATED, BOOKING_RESCHEDULED, BOOKING_CANCELLED, CONTACT_CREATED]) { edges { node { kind sequence } } } }',
    )
    expect(past).toMatchObject({
      pastEvents: {
        edges: [
          { node: { kind: 'BOOKING_CANCELLED', sequence: 3 } },
          { node: { kind: 'BOOKING_RESCHEDULED', sequence: 2 } },
          { node: { kind: 'BOOKING_CREATED', sequence: 1 } },
          { node: { sequence: expect.anything() } },
        ],
      },
    })
  })
})
