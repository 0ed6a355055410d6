// What an event type says of who may book, cancel and move.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bookingRefused, refusal } from '../helpers/bookings.ts'
import {
  BOOK,
  booking,
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

const CANCEL =
  'mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { booking { status } } }'
const MOVE =
  'mutation ($input: RescheduleBookingInput!) { rescheduleBooking(input: $input) { booking { status } } }'
const TEN = '2026-03-03T10:00:00Z'
const ELEVEN = '2026-03-03T11:00:00Z'
const NOON = '2026-03-03T12:00:00Z'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
})

it('books for its host alone, when it says so', async () => {
  const eventType = await givenEventType(host, { onlyHostsBook: true })
  expect((await bookingRefused(world.visitor, eventType, TEN)).code).toBe('UNAUTHENTICATED')
  expect((await bookingRefused(await givenHost(world), eventType, TEN)).code).toBe('FORBIDDEN')
  await host.run(BOOK, booking(eventType, TEN))
})

describe('a ceiling on the bookings of one address', () => {
  it('counts those that are not over, and no others', async () => {
    const eventType = await givenEventType(host, { maxActivePerInvitee: 1 })
    const first = await givenBooking(world.visitor, eventType, TEN)
    expect(await bookingRefused(world.visitor, eventType, ELEVEN)).toEqual({
      code: 'LIMIT_REACHED',
      paths: ['input.invitee.email'],
    })
    await givenBooking(world.visitor, eventType, ELEVEN, {
      invitee: { name: 'Ben', email: 'ben@example.org' },
    })
    await world.visitor.run(CANCEL, { input: { token: first.token } })
    await givenBooking(world.visitor, eventType, NOON)
    world.clock.set('2026-03-03T12:30:00Z')
    await givenBooking(world.visitor, eventType, '2026-03-04T10:00:00Z')
  })

  it('lets a booking move', async () => {
    const eventType = await givenEventType(host, { maxActivePerInvitee: 1 })
    const { token } = await givenBooking(world.visitor, eventType, TEN)
    await world.visitor.run(MOVE, { input: { token, start: ELEVEN } })
  })
})

describe('an event type whose bookings stand', () => {
  it('lets nobody cancel them', async () => {
    const eventType = await givenEventType(host, { allowCancelling: false })
    const { id, token } = await givenBooking(world.visitor, eventType, TEN)
    expect((await refusal(world.visitor, CANCEL, { input: { token } })).code).toBe('CONFLICT')
    expect((await refusal(host, CANCEL, { input: { id } })).code).toBe('CONFLICT')
    await world.visitor.run(MOVE, { input: { token, start: ELEVEN } })
  })

  it('lets nobody move them', async () => {
    const eventType = await givenEventType(host, { allowRescheduling: false })
    const { id, token } = await givenBooking(world.visitor, eventType, TEN)
    expect((await refusal(world.visitor, MOVE, { input: { token, start: ELEVEN } })).code).toBe(
      'CONFLICT',
    )
    expect((await refusal(host, MOVE, { input: { id, start: ELEVEN } })).code).toBe('CONFLICT')
    await world.visitor.run(CANCEL, { input: { token } })
  })

  it('lets invitees move them until it is too late, and the host then too', async () => {
    const eventType = await givenEventType(host, {
      reschedulingNoticeMinutes: 60,
      minimumNoticeMinutes: 0,
    })
    const { id, token } = await givenBooking(world.visitor, eventType, TEN)
    world.clock.set('2026-03-03T09:01:00Z')
    expect((await refusal(world.visitor, MOVE, { input: { token, start: NOON } })).code).toBe(
      'FORBIDDEN',
    )
    await host.run(MOVE, { input: { id, start: ELEVEN } })
  })
})
