// The Zapier integration against a gateway: the connection, the actions and the searches.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import authentication from '../../examples/zapier/authentication.js'
import cancelBooking from '../../examples/zapier/creates/cancel-booking.js'
import createBooking from '../../examples/zapier/creates/create-booking.js'
import findBooking from '../../examples/zapier/searches/find-booking.js'
import findContact from '../../examples/zapier/searches/find-contact.js'
import eventTypes from '../../examples/zapier/triggers/event-types.js'
import { sql } from '../helpers/postgres.ts'
import {
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'
import {
  type AuthData,
  apiErrorOf,
  connect,
  fieldsIn,
  keysOf,
  refreshed,
  registered,
  run,
  Things,
} from './zapier-app.ts'

let world: World
let redirectUri: string
let host: GivenHost
let authData: AuthData

beforeAll(async () => {
  world = await givenWorld()
  redirectUri = await registered(world)
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:00Z')
  host = await givenHost(world)
  authData = await connect(host, redirectUri)
})

const withAccount = (bundle: object = {}) => ({ authData, ...bundle })

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
    expect(await apiErrorOf(run(authentication.test, withAccount()))).toMatchObject({
      name: 'RefreshAuthError',
    })
    const old = authData
    authData = await refreshed(old)
    expect(await run(authentication.test, withAccount())).toMatchObject({ id: host.id })

    // A refresh token is good once, but for a grace period: later, this ends all of them.
    world.clock.forward(2)
    expect(await apiErrorOf(refreshed(old))).toMatchObject({ name: 'ExpiredAuthError' })
    expect(await apiErrorOf(run(authentication.test, withAccount()))).toMatchObject({
      name: 'RefreshAuthError',
    })
    expect(await apiErrorOf(refreshed(authData))).toMatchObject({ name: 'ExpiredAuthError' })
  })

  it('needs the plan PRO, and says so', async () => {
    await sql(world.databaseUrl, 'update "User" set "plan" = \'FREE\' where "uid" = $1', [host.id])
    world.clock.forward(1)
    expect(await apiErrorOf(run(authentication.test, withAccount()))).toEqual({
      name: 'AppError',
      message: 'The API needs the plan Pro.',
      code: 'PLAN_REQUIRED',
      status: 403,
    })
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
    expect(createBooking.operation.inputFields).toMatchObject({
      0: { dynamic: `${eventTypes.key}.id.name` },
    })
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
    expect(await apiErrorOf(act(createBooking, fields))).toMatchObject({
      message: 'The start is taken.',
      code: 'SLOT_UNAVAILABLE',
      status: 409,
    })
  })

  it('name every invalid field', async () => {
    const fields = await filled({ start_time: 'tomorrow', invitee_email: 'ann' })
    const { name, message, code } = await apiErrorOf(act(createBooking, fields))
    expect([name, code]).toEqual(['AppError', 'INVALID_REQUEST'])
    expect(message).toMatch(/start_time .*; invitee_email /)
  })

  it('cancel a booking that was found', async () => {
    const made = Things.parse([await act(createBooking, await filled())])
    const [found] = Things.parse(
      await act(findBooking, { email: 'ANN@example.org', status: 'CONFIRMED' }),
    )
    expect(found).toEqual(made[0])
    const fields = { booking_id: found?.id, reason: 'A cold' }
    expect(await act(cancelBooking, fields)).toMatchObject({
      status: 'CANCELLED',
      cancellation_reason: 'A cold',
    })
    expect(await apiErrorOf(act(cancelBooking, fields))).toMatchObject({
      message: 'The booking is CANCELLED already.',
    })
    expect(await apiErrorOf(act(cancelBooking, { booking_id: 'a/b' }))).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await act(findBooking, { email: 'ann@example.org', status: 'CONFIRMED' })).toEqual([])
    expect(await act(findBooking, { email: 'ann@example.org', status: 'CANCELLED' })).toMatchObject(
      [{ id: found?.id }],
    )
  })

  it('find a contact by address or by words', async () => {
    await act(createBooking, await filled())
    const ann = [
      {
        id: expect.stringMatching(/^ct_/),
        name: 'Ann Arbor',
        email: 'ann@example.org',
        booking_count: 1,
      },
    ]
    expect(await act(findContact, { email: 'ann@example.org' })).toMatchObject(ann)
    expect(await act(findContact, { words: 'arb' })).toMatchObject(ann)
    expect(await act(findContact, { email: 'ann@example.org', words: 'Bob' })).toEqual([])
    expect(await act(findContact, { email: 'bob@example.org' })).toEqual([])
    expect(await apiErrorOf(act(findContact, {}))).toMatchObject({
      message: expect.stringMatching(/^Give an email/),
    })
  })
})
