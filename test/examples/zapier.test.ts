// The Zapier integration against a gateway: Zapier's platform code on one side, real hooks and bookings on the other.

import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import authentication from '../../examples/zapier/authentication.js'
import cancelBooking from '../../examples/zapier/creates/cancel-booking.js'
import createBooking from '../../examples/zapier/creates/create-booking.js'
import findBooking from '../../examples/zapier/searches/find-booking.js'
import findContact from '../../examples/zapier/searches/find-contact.js'
import eventTypes from '../../examples/zapier/triggers/event-types.js'
import happenings from '../../examples/zapier/triggers/happenings.js'
import { approve, cancel, deny, move, who } from '../helpers/bookings.ts'
import { answerIn, outcomeHere } from '../helpers/commands.ts'
import { sql } from '../helpers/postgres.ts'
import { givenReceiver, type Receiver } from '../helpers/receiver.ts'
import {
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  SECRET_KEY,
  textAt,
  type World,
} from '../helpers/world.ts'
import { type AuthData, connect, delivered, refreshed, refusalOf, run, setEnvironment } from './zapier-app.ts'

let world: World
let receiver: Receiver
let redirectUri: string
let client: { id: string; secret: string }
let host: GivenHost
let authData: AuthData

beforeAll(async () => {
  world = await givenWorld()
  receiver = await givenReceiver()
  await givenHost(world)
  // As the page of the integration says.
  const page = await readFile('examples/zapier/README.md', 'utf8')
  const [, command = ''] = /npm run -s meridian -- (oauth-client create .*)/.exec(page) ?? []
  const args = command.replace('…', '123').split(' ')
  const made = answerIn(await outcomeHere(args, { DATABASE_URL: world.databaseUrl, MERIDIAN_SECRET_KEY: SECRET_KEY }))
  client = { id: textAt(made, 'client_id'), secret: textAt(made, 'client_secret') }
  redirectUri = args.at(-1) ?? ''
  expect(redirectUri).toBe('https://zapier.com/dashboard/auth/oauth/return/App123CLIAPI/')
})
afterAll(async () => {
  await receiver.close()
  await world.end()
})
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:00Z')
  setEnvironment(world.url, client)
  host = await givenHost(world)
  authData = await connect(host, redirectUri)
})

const withAccount = (bundle: object = {}) => ({ authData, ...bundle })
const Things = z.array(z.looseObject({ id: z.string() }))

/** Runs an action or a search with the fields that somebody filled in. */
const act = (
  { operation }: { operation: { perform?: Parameters<typeof run>[0]; sample?: object } },
  inputData: object,
) => run(operation.perform, withAccount({ inputData }))

describe('the connection', () => {
  it('is tested with /me, whose fields name it', async () => {
    const account = await run(authentication.test, withAccount())
    expect(account).toMatchObject({ id: host.id, email: host.email })
    const label = await run(authentication.connectionLabel, withAccount({ inputData: account }))
    expect(label).toMatch(/^Host \d+ \(host\d+@example.com\)$/)
  })

  it('gets new tokens when the access token has expired, and has to be made again when they were taken back', async () => {
    world.clock.forward(3 * 60)
    expect(await refusalOf(run(authentication.test, withAccount()))).toMatchObject({ name: 'RefreshAuthError' })
    const old = authData
    authData = await refreshed(old)
    expect(await run(authentication.test, withAccount())).toMatchObject({ id: host.id })

    // A refresh token is good once: this ends all of them.
    expect(await refusalOf(refreshed(old))).toMatchObject({ name: 'ExpiredAuthError' })
    expect(await refusalOf(run(authentication.test, withAccount()))).toMatchObject({ name: 'RefreshAuthError' })
    expect(await refusalOf(refreshed(authData))).toMatchObject({ name: 'ExpiredAuthError' })
  })

  it('is told how long to wait when it asks for too much', async () => {
    for (let count = 0; count < 10; count++) await subscribed('booking_created')
    const refused = await refusalOf(subscribed('booking_created'))
    expect(refused).toMatchObject({ name: 'ThrottledError', delay: 60 })
  })

  it('needs the plan PRO, and says so', async () => {
    await sql(world.databaseUrl, 'update "User" set "plan" = \'FREE\' where "uid" = $1', [host.id])
    world.clock.forward(1)
    expect(await refusalOf(run(authentication.test, withAccount()))).toEqual({
      name: 'AppError',
      message: 'The API needs the plan Pro.',
      code: 'PLAN_REQUIRED',
      status: 403,
    })
  })
})

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

/** The names of all fields, those inside others with two underscores, as Zapier writes them. */
const fieldsIn = (value: object, prefix = ''): string[] =>
  Object.entries(value).flatMap(([key, each]) =>
    typeof each === 'object' && each !== null ? fieldsIn(each, `${prefix}${key}__`) : [`${prefix}${key}`],
  )

const keysOf = (fields: unknown) =>
  z
    .array(z.object({ key: z.string() }))
    .parse(fields)
    .map(({ key }) => key)

function hookOf(key: string) {
  const operation = happenings.find(each => each.key === key)?.operation
  if (operation?.type !== 'hook') throw new Error(`${key} is no hook`)
  const { perform, performList, performSubscribe, performUnsubscribe, sample = {}, outputFields = [] } = operation
  if (typeof performList !== 'function' || typeof performSubscribe !== 'function') throw new Error(key)
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
    const things = Things.parse(await run(perform, withAccount({ subscribeData, ...delivered(delivery) })))
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
  const poll = async (key: string) => Things.parse(await run(hookOf(key).performList, withAccount()))

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
    expect(await poll('booking_cancelled')).toMatchObject([{ booking: { id, status: 'CANCELLED' } }])
  })

  it('does not take a booking that waits, or one that moved, for a new one', async () => {
    const waiting = await booked(SOON, 'ALWAYS')
    expect(await poll('booking_created')).toEqual([])
    await approve(host, waiting)
    const moved = await move(host, { id: waiting, start: LATER })
    expect(await poll('booking_created')).toEqual([])
    expect(await poll('booking_cancelled')).toEqual([])
    expect(await poll('booking_approved')).toMatchObject([{ booking: { id: waiting, status: 'CONFIRMED' } }])
    expect(await poll('booking_rescheduled')).toMatchObject([{ booking: { id: moved.id, rescheduled_from: waiting } }])
  })
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
      expect(await refusalOf(run(perform, withAccount(bundle)))).toMatchObject({ code: 'INVALID_SIGNATURE' })
    }
  })

  it('of a test triggers nothing', async () => {
    const subscribeData = await subscribed('booking_created')
    await host.run('mutation ($id: ID!) { sendTestEvent(hookId: $id) { delivery { id } } }', { id: subscribeData.id })
    expect(await run(perform, withAccount({ subscribeData, ...delivered(await receiver.next()) }))).toEqual([])
  })
})

describe('the actions and searches', () => {
  const filled = async (more: object = {}) => ({
    event_type_id: await givenEventType(host, { name: 'Advice' }),
    start_time: '2026-03-03T11:00:00+01:00',
    invitee_name: 'Ann Arbor',
    invitee_email: 'ann@example.org',
    ...more,
  })

  it('offer the event types that can be booked', async () => {
    const id = await givenEventType(host, { name: 'Advice' })
    await givenEventType(host, { name: 'Old', isActive: false })
    expect(await act(eventTypes, {})).toMatchObject([{ id, name: 'Advice' }])
    expect(createBooking.operation.inputFields).toMatchObject({ 0: { dynamic: `${eventTypes.key}.id.name` } })
  })

  it('create a booking, once for the same value', async () => {
    const fields = await filled({ notes: 'Hello', invitee_timezone: 'Europe/Berlin' })
    const once = { ...fields, idempotency_key: 'order-17' }
    const booking = await act(createBooking, once)
    expect(booking).toMatchObject({
      status: 'CONFIRMED',
      event_type: { name: 'Advice' },
      start_time: '2026-03-03T10:00:00.000Z',
      invitee: { name: 'Ann Arbor', email: 'ann@example.org', timezone: 'Europe/Berlin' },
      notes: 'Hello',
    })
    expect(fieldsIn(Object(booking))).toEqual(keysOf(createBooking.operation.outputFields))
    expect(fieldsIn(Object(createBooking.operation.sample))).toEqual(fieldsIn(Object(booking)))
    expect(await act(createBooking, once)).toEqual(booking)
    expect(await act(findBooking, { email: 'ann@example.org' })).toEqual([booking])
    expect(await refusalOf(act(createBooking, fields))).toMatchObject({
      message: 'The start is taken.',
      code: 'SLOT_UNAVAILABLE',
      status: 409,
    })
  })

  it('name every field at fault', async () => {
    const fields = await filled({ start_time: 'tomorrow', invitee_email: 'ann' })
    const { name, message, code } = await refusalOf(act(createBooking, fields))
    expect([name, code]).toEqual(['AppError', 'INVALID_REQUEST'])
    expect(message).toMatch(/start_time .*; invitee_email /)
  })

  it('cancel a booking that was found', async () => {
    const made = Things.parse([await act(createBooking, await filled())])
    const [found] = Things.parse(await act(findBooking, { email: 'ANN@example.org', status: 'CONFIRMED' }))
    expect(found).toEqual(made[0])
    const fields = { booking_id: found?.id, reason: 'A cold' }
    expect(await act(cancelBooking, fields)).toMatchObject({ status: 'CANCELLED', cancellation_reason: 'A cold' })
    expect(await refusalOf(act(cancelBooking, fields))).toMatchObject({ message: 'The booking is CANCELLED already.' })
    expect(await refusalOf(act(cancelBooking, { booking_id: 'a/b' }))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await act(findBooking, { email: 'ann@example.org', status: 'CONFIRMED' })).toEqual([])
    expect(await act(findBooking, { email: 'ann@example.org', status: 'CANCELLED' })).toMatchObject([{ id: found?.id }])
  })

  it('find a contact by address or by words', async () => {
    await act(createBooking, await filled())
    const ann = [{ id: expect.stringMatching(/^ct_/), name: 'Ann Arbor', email: 'ann@example.org', booking_count: 1 }]
    expect(await act(findContact, { email: 'ann@example.org' })).toMatchObject(ann)
    expect(await act(findContact, { words: 'arb' })).toMatchObject(ann)
    expect(await act(findContact, { email: 'ann@example.org', words: 'Bob' })).toEqual([])
    expect(await act(findContact, { email: 'bob@example.org' })).toEqual([])
    expect(await refusalOf(act(findContact, {}))).toMatchObject({ message: expect.stringMatching(/^Give an email/) })
  })
})
