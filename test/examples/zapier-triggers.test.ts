// The triggers of the Zapier integration against a gateway: real events, hooks and deliveries.

import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import happenings from '../../examples/zapier/triggers/happenings.js'
import { approve, cancel, deny, move, who } from '../helpers/bookings.ts'
import { givenReceiver, type Receiver } from '../helpers/receiver.ts'
import {
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'
import {
  type AuthData,
  apiErrorOf,
  connect,
  delivered,
  fieldsIn,
  keysOf,
  registered,
  run,
  Things,
} from './zapier-app.ts'

let world: World
let receiver: Receiver
let redirectUri: string
let host: GivenHost
let authData: AuthData

beforeAll(async () => {
  world = await givenWorld()
  receiver = await givenReceiver()
  redirectUri = await registered(world)
})
afterAll(async () => {
  await receiver.close()
  await world.end()
})
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:00Z')
  host = await givenHost(world)
  authData = await connect(host, redirectUri)
})

const withAccount = (bundle: object = {}) => ({ authData, ...bundle })

const SOON = '2026-03-03T10:00:00Z'
const LATER = '2026-03-03T11:00:00Z'

async function booked(start = SOON, confirmation = 'NEVER'): Promise<string> {
  const eventType = await givenEventType(host, { confirmation })
  return (await givenBooking(world.visitor, eventType, start, who('Ann'))).id
}

/** What each trigger waits for. */
const happen: Record<string, () => Promise<unknown>> = {
  booking_created: () => booked(),
  booking_cancelled: async () => cancel(host, { id: await booked(), reason: 'A cold' }),
  booking_rescheduled: async () => move(host, { id: await booked(), start: LATER }),
  booking_approved: async () => approve(host, await booked(SOON, 'ALWAYS')),
  booking_denied: async () => deny(host, await booked(SOON, 'ALWAYS'), 'Full'),
  contact_created: () => booked(),
  contact_updated: async () => [await booked(), await booked(LATER)],
}

function hookOf(key: string) {
  const operation = happenings.find(each => each.key === key)?.operation
  if (operation?.type !== 'hook') throw new Error(`${key} is no hook`)
  const {
    perform,
    performList,
    performSubscribe,
    performUnsubscribe,
    sample = {},
    outputFields = [],
  } = operation
  if (typeof performList !== 'function' || typeof performSubscribe !== 'function')
    throw new Error(key)
  if (typeof performUnsubscribe !== 'function') throw new Error(key)
  return { perform, performList, performSubscribe, performUnsubscribe, sample, outputFields }
}

async function subscribed(key: string) {
  const data = await run(hookOf(key).performSubscribe, withAccount({ targetUrl: receiver.url }))
  return z.looseObject({ id: z.string(), secret: z.string() }).parse(data)
}

const hooksLeft = () => host.run('{ hooks { edges { node { id } } } }')

describe.each(Object.keys(happen))('the trigger %s', key => {
  const { perform, performList, performUnsubscribe, sample, outputFields } = hookOf(key)
  const poll = async () => Things.parse(await run(performList, withAccount()))

  it('subscribes, gets the delivery, polls the same, and unsubscribes', async () => {
    const subscribeData = await subscribed(key)
    expect(subscribeData).toMatchObject({ target_url: receiver.url, events: [key.toUpperCase()] })
    await happen[key]?.()

    const delivery = await receiver.next()
    const things = Things.parse(
      await run(perform, withAccount({ subscribeData, ...delivered(delivery) })),
    )
    expect(things).toMatchObject([{ id: expect.stringMatching(/^evt_/), event: key.toUpperCase() }])
    expect(await poll()).toEqual(things)

    const fields = keysOf(outputFields)
    expect(fieldsIn(sample)).toEqual(fields)
    expect(fieldsIn(things[0] ?? {})).toEqual(fields)

    await run(performUnsubscribe, withAccount({ subscribeData }))
    expect(await hooksLeft()).toEqual({ hooks: { edges: [] } })
    await run(performUnsubscribe, withAccount({ subscribeData }))
  })
})

it('has a trigger for each of these', () => {
  expect(happenings.map(({ key }) => key).toSorted()).toEqual(Object.keys(happen).toSorted())
})

describe('polling', () => {
  const poll = async (key: string) =>
    Things.parse(await run(hookOf(key).performList, withAccount()))

  it('tells each event under an id of its own, once, however often the thing changes', async () => {
    const id = await booked()
    const first = await poll('contact_updated')
    expect(first).toEqual([])
    for (const hour of ['11', '12', '13']) await booked(`2026-03-03T${hour}:00:00Z`)
    const updates = await poll('contact_updated')
    expect(updates.map(({ contact }) => contact)).toMatchObject([
      { booking_count: 4 },
      { booking_count: 3 },
      { booking_count: 2 },
    ])
    expect(new Set(updates.map(each => each.id)).size).toBe(3)

    const created = await poll('booking_created')
    await cancel(host, { id })
    expect(await poll('booking_created')).toEqual(created)
    expect(await poll('booking_cancelled')).toMatchObject([
      { booking: { id, status: 'CANCELLED' } },
    ])
  })

  it('does not take a booking that waits, or one that moved, for a new one', async () => {
    const waiting = await booked(SOON, 'ALWAYS')
    expect(await poll('booking_created')).toEqual([])
    await approve(host, waiting)
    const moved = await move(host, { id: waiting, start: LATER })
    expect(await poll('booking_created')).toEqual([])
    expect(await poll('booking_cancelled')).toEqual([])
    expect(await poll('booking_approved')).toMatchObject([
      { booking: { id: waiting, status: 'CONFIRMED' } },
    ])
    expect(await poll('booking_rescheduled')).toMatchObject([
      { booking: { id: moved.id, rescheduled_from: waiting } },
    ])
  })
})

it('is told how long to wait when Zaps are turned on too fast', async () => {
  for (let count = 0; count < 10; count++) await subscribed('booking_created')
  const refused = await apiErrorOf(subscribed('booking_created'))
  expect(refused).toMatchObject({ name: 'ThrottledError', delay: 60 })
})

describe('a delivery', () => {
  const { perform } = hookOf('booking_created')

  it('counts only with the signature of its hook, over the body as it came', async () => {
    const subscribeData = await subscribed('booking_created')
    await booked()
    const delivery = await receiver.next()
    const { 'x-calendarpa-signature': _signature, ...unsigned } = delivery.headers
    // Of nothing but what everybody knows, for a Zap whose secret is lost.
    const anybodys = `sha256=${createHmac('sha256', '').update(delivery.body).digest('hex')}`
    const forged = [
      { subscribeData, ...delivered({ ...delivery, body: delivery.body.replace('Ann', 'Eve') }) },
      { subscribeData, ...delivered({ ...delivery, headers: unsigned }) },
      { subscribeData: { ...subscribeData, secret: 'another secret' }, ...delivered(delivery) },
      {
        subscribeData: {},
        ...delivered({ ...delivery, headers: { ...unsigned, 'x-calendarpa-signature': anybodys } }),
      },
    ]
    for (const bundle of forged) {
      expect(await apiErrorOf(run(perform, withAccount(bundle)))).toMatchObject({
        code: 'INVALID_SIGNATURE',
      })
    }
  })

  it('of a test triggers nothing', async () => {
    const subscribeData = await subscribed('booking_created')
    await host.run(
      'mutation ($id: ID!) { sendTestEvent(input: { hookId: $id }) { delivery { id } } }',
      {
        id: subscribeData.id,
      },
    )
    expect(
      await run(perform, withAccount({ subscribeData, ...delivered(await receiver.next()) })),
    ).toEqual([])
  })
})
