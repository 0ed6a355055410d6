// Reservations of any free time, which whoever books the start uses up; and reservations that
// change.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  bookingRefused,
  hold,
  isOffered,
  RESERVE,
  refusal,
  unavailable,
  who,
} from '../helpers/bookings.ts'
import {
  type Data,
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
const NIGHT = '2026-03-03T02:07:00Z'
const CHANGE = `mutation ($input: ChangeReservationInput!) {
  changeReservation(input: $input) { reservation { id start end expiresAt } }
}`
const LOOK = 'query ($id: ID!) { reservation(id: $id) { start end isLoose } }'
const MOVE =
  'mutation ($input: RescheduleBookingInput!) { rescheduleBooking(input: $input) { booking { start } } }'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  eventType = await givenEventType(host, { bookingWindow: { kind: 'DAYS', days: 5 } })
})

const loose = { isLoose: true }
const change = (id: string, start: string, more: Data = {}) => ({
  input: { id, eventType: { id: eventType }, start, ...more },
})

describe('a loose reservation', () => {
  it('is of any free time ahead, offered or not', async () => {
    await hold(world.visitor, eventType, NIGHT, loose)
    const again = {
      input: { eventType: { id: eventType }, start: '2026-03-03T02:36:00Z', isLoose: true },
    }
    expect(await refusal(world.visitor, RESERVE, again)).toEqual(unavailable('taken'))
    await hold(world.visitor, eventType, '2026-03-03T02:37:00Z', loose)
    await hold(world.visitor, eventType, '2030-01-01T00:00:00Z', loose)
    const past = {
      input: { eventType: { id: eventType }, start: '2026-03-02T06:00:00Z', isLoose: true },
    }
    expect(await refusal(host, RESERVE, past)).toEqual(unavailable('past'))
  })

  it('takes its start out of the free ones, and is used up by whoever books just that', async () => {
    const { id } = await hold(world.visitor, eventType, TEN, loose)
    expect(await isOffered(world.visitor, eventType, TEN)).toBe(false)
    await givenBooking(world.visitor, eventType, TEN)
    expect(await world.visitor.run(LOOK, { id })).toEqual({ reservation: null })
    expect(await bookingRefused(world.visitor, eventType, TEN, who('Ben'))).toEqual(
      unavailable('taken'),
    )
  })

  it('is used up by a booking that moves there', async () => {
    const { token } = await givenBooking(world.visitor, eventType, '2026-03-03T13:00:00Z')
    const { id } = await hold(world.visitor, eventType, TEN, loose)
    await world.visitor.run(MOVE, { input: { token, start: TEN } })
    expect(await world.visitor.run(LOOK, { id })).toEqual({ reservation: null })
  })

  it('keeps a seat, which goes to whoever comes', async () => {
    const seated = await givenEventType(host, { seats: 2 })
    await hold(world.visitor, seated, TEN, loose)
    await hold(world.visitor, seated, TEN, loose)
    const third = { input: { eventType: { id: seated }, start: TEN, isLoose: true } }
    expect(await refusal(world.visitor, RESERVE, third)).toEqual(unavailable('taken'))
    await givenBooking(world.visitor, seated, TEN)
    await givenBooking(world.visitor, seated, TEN, who('Ben'))
    expect(await bookingRefused(world.visitor, seated, TEN, who('Cid'))).toEqual(
      unavailable('taken'),
    )
  })
})

describe('a reservation that changes', () => {
  it('holds another start under the same id, and gives the first back', async () => {
    const held = await hold(world.visitor, eventType, TEN)
    const changed = await world.visitor.run(
      CHANGE,
      change(held.id, '2026-03-03T11:00:00Z', { holdMinutes: 20 }),
    )
    expect(changed).toEqual({
      changeReservation: {
        reservation: {
          id: held.id,
          start: '2026-03-03T11:00:00.000Z',
          end: '2026-03-03T11:30:00.000Z',
          expiresAt: '2026-03-02T07:20:00.000Z',
        },
      },
    })
    expect(await isOffered(world.visitor, eventType, TEN)).toBe(true)
    expect(await isOffered(world.visitor, eventType, '2026-03-03T11:00:00Z')).toBe(false)
  })

  it('stays as it is when the other start is taken', async () => {
    await givenBooking(world.visitor, eventType, '2026-03-03T11:00:00Z')
    const held = await hold(world.visitor, eventType, TEN)
    expect(await refusal(world.visitor, CHANGE, change(held.id, '2026-03-03T11:00:00Z'))).toEqual(
      unavailable('taken'),
    )
    expect(await world.visitor.run(LOOK, { id: held.id })).toEqual({
      reservation: {
        start: '2026-03-03T10:00:00.000Z',
        end: '2026-03-03T10:30:00.000Z',
        isLoose: false,
      },
    })
  })

  it('is not there when it is over', async () => {
    const held = await hold(world.visitor, eventType, TEN)
    world.clock.forward(5)
    expect(await world.visitor.run(LOOK, { id: held.id })).toEqual({ reservation: null })
    expect((await refusal(world.visitor, CHANGE, change(held.id, TEN))).code).toBe('NOT_FOUND')
  })
})
