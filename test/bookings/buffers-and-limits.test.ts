import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  bookingRefused,
  cancel,
  givenSchedule,
  isOffered,
  move,
  RESCHEDULE,
  refusal,
  startsOffered,
  unavailable,
} from '../helpers/bookings.ts'
import {
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

describe('buffers', () => {
  it('keep a meeting away from those before and after it, and touch at most', async () => {
    host = await givenHost(world)
    const eventType = await givenEventType(host, {
      slotIntervalMinutes: 5,
      bufferBeforeMinutes: 10,
      bufferAfterMinutes: 5,
    })
    await givenBooking(world.visitor, eventType, '2026-03-03T12:00:00Z')

    const starts = await startsOffered(world.visitor, eventType, '2026-03-03')
    // It holds 11:50 to 12:35. Another ends by 11:50 with its five minutes, and begins ten minutes
    // after 12:35.
    expect(starts.filter(start => start >= '11:00' && start <= '13:00')).toEqual([
      '11:00',
      '11:05',
      '11:10',
      '11:15',
      '12:45',
      '12:50',
      '12:55',
      '13:00',
    ])
    expect(await bookingRefused(world.visitor, eventType, '2026-03-03T11:20:00Z')).toEqual(
      unavailable('taken'),
    )
    expect(await bookingRefused(world.visitor, eventType, '2026-03-03T12:40:00Z')).toEqual(
      unavailable('taken'),
    )
    await givenBooking(world.visitor, eventType, '2026-03-03T11:15:00Z')
    await givenBooking(world.visitor, eventType, '2026-03-03T12:45:00Z')
  })

  it('of both meetings count where two event types meet', async () => {
    host = await givenHost(world)
    const bare = await givenEventType(host, { slotIntervalMinutes: 5 })
    const wide = await givenEventType(host, { slotIntervalMinutes: 5, bufferBeforeMinutes: 20 })
    await givenBooking(world.visitor, bare, '2026-03-03T10:00:00Z')
    expect(await bookingRefused(world.visitor, wide, '2026-03-03T10:45:00Z')).toEqual(
      unavailable('taken'),
    )
    await givenBooking(world.visitor, wide, '2026-03-03T10:50:00Z')
    // The second meeting holds 10:30 to 11:20.
    expect(await bookingRefused(world.visitor, bare, '2026-03-03T10:25:00Z')).toEqual(
      unavailable('taken'),
    )
    await givenBooking(world.visitor, bare, '2026-03-03T11:20:00Z')
  })

  it('need not lie within the hours', async () => {
    host = await givenHost(world)
    const eventType = await givenEventType(host, {
      bufferBeforeMinutes: 60,
      bufferAfterMinutes: 60,
    })
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    await givenBooking(world.visitor, eventType, '2026-03-03T16:30:00Z')
  })

  it('reach from one day into the next', async () => {
    host = await givenHost(world)
    const scheduleId = await givenSchedule(host, {
      weekly: [
        { weekday: 'TUESDAY', start: '22:00', end: '24:00' },
        { weekday: 'WEDNESDAY', start: '00:00', end: '02:00' },
      ],
    })
    const eventType = await givenEventType(host, { scheduleId, bufferAfterMinutes: 60 })
    await givenBooking(world.visitor, eventType, '2026-03-03T23:30:00Z')
    expect(await startsOffered(world.visitor, eventType, '2026-03-04')).toEqual(['01:00', '01:30'])
  })
})

describe('limits', () => {
  it.each([
    ['day', { bookingLimits: { perDay: 2 } }, '2026-03-03T15:00:00Z', '2026-03-04T09:00:00Z'],
    ['week', { bookingLimits: { perWeek: 2 } }, '2026-03-06T15:00:00Z', '2026-03-09T09:00:00Z'],
    ['month', { bookingLimits: { perMonth: 2 } }, '2026-03-31T15:00:00Z', '2026-04-01T09:00:00Z'],
  ])('let a %s hold so many bookings', async (_period, limits, inside, outside) => {
    host = await givenHost(world)
    const eventType = await givenEventType(host, limits)
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const { id } = await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')

    expect(await bookingRefused(world.visitor, eventType, inside)).toEqual(unavailable('limit'))
    expect(await isOffered(world.visitor, eventType, inside)).toBe(false)
    await givenBooking(world.visitor, eventType, outside)

    await cancel(host, { id })
    await givenBooking(world.visitor, eventType, inside)
  })

  it('count the minutes of meetings with all their lengths', async () => {
    host = await givenHost(world)
    const eventType = await givenEventType(host, {
      durationOptions: [30, 60],
      slotIntervalMinutes: 30,
      minuteLimits: { perDay: 120 },
    })
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z', { durationMinutes: 60 })
    await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    expect(
      await bookingRefused(world.visitor, eventType, '2026-03-03T11:00:00Z', {
        durationMinutes: 60,
      }),
    ).toEqual(unavailable('limit'))
    await givenBooking(world.visitor, eventType, '2026-03-03T11:00:00Z')
    expect(await bookingRefused(world.visitor, eventType, '2026-03-03T12:00:00Z')).toEqual(
      unavailable('limit'),
    )
  })

  it('are those of one event type: others of the host do not count', async () => {
    host = await givenHost(world)
    const limited = await givenEventType(host, { bookingLimits: { perDay: 1 } })
    const other = await givenEventType(host)
    await givenBooking(world.visitor, other, '2026-03-03T09:00:00Z')
    await givenBooking(world.visitor, limited, '2026-03-03T10:00:00Z')
    await givenBooking(world.visitor, other, '2026-03-03T11:00:00Z')
  })

  it('do not count a booking against its own move', async () => {
    host = await givenHost(world)
    const eventType = await givenEventType(host, { bookingLimits: { perDay: 1 } })
    const first = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const moved = await move(host, { id: first.id, start: '2026-03-03T10:00:00Z' })

    await givenBooking(world.visitor, eventType, '2026-03-04T09:00:00Z')
    expect(
      await refusal(host, RESCHEDULE, { input: { id: moved.id, start: '2026-03-04T10:00:00Z' } }),
    ).toEqual(unavailable('limit'))
  })

  it('follow the calendar of the schedule, not that of the invitee', async () => {
    host = await givenHost(world)
    const scheduleId = await givenSchedule(host, {
      timeZone: 'Asia/Tokyo',
      weekly: [
        { weekday: 'TUESDAY', start: '00:00', end: '24:00' },
        { weekday: 'WEDNESDAY', start: '00:00', end: '24:00' },
      ],
    })
    const eventType = await givenEventType(host, { scheduleId, bookingLimits: { perDay: 1 } })
    await givenBooking(world.visitor, eventType, '2026-03-03T14:00:00Z') // Tuesday, 23:00 in Tokyo
    await givenBooking(world.visitor, eventType, '2026-03-03T15:00:00Z') // Wednesday, 00:00 there
    expect(await bookingRefused(world.visitor, eventType, '2026-03-04T14:30:00Z')).toEqual(
      unavailable('limit'),
    )
  })
})
