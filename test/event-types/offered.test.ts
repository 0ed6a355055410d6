import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  daysOffered,
  edit,
  givenSchedule,
  refusal,
  SLOTS,
  startsOffered,
  who,
} from '../helpers/bookings.ts'
import {
  type Data,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

// Each setting shows in what is offered. How slots are found in every case is the matter of
// test/slots.

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
// Monday, open from nine to noon in London, which is on UTC.
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:00Z')
  host = await givenHost(world)
  const weekly = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'].map(weekday => ({
    weekday,
    start: '09:00',
    end: '12:00',
  }))
  await givenSchedule(host, { weekly, isDefault: true })
})

const given = (input: Data = {}) => givenEventType(host, { durationMinutes: 60, ...input })
const starts = (id: string, day = '2026-03-03', more: Data = {}) =>
  startsOffered(world.visitor, id, day, more)
const openDays = async (id: string, start: string, end: string) => {
  const days = await daysOffered(world.visitor, id, start, { end })
  return days.filter(({ slots }) => slots.length > 0).map(({ date }) => date.slice(5))
}

describe('the starts that are offered', () => {
  it('follow each other by the length, or by the interval', async () => {
    const id = await given()
    expect(await starts(id)).toEqual(['09:00', '10:00', '11:00'])
    await edit(host, id, { slotIntervalMinutes: 45 })
    expect(await starts(id)).toEqual(['09:00', '09:45', '10:30'])
  })

  it('are moved by the offset', async () => {
    expect(await starts(await given({ slotOffsetMinutes: 20 }))).toEqual(['09:20', '10:20'])
  })

  it('stand on round minutes of the clock where the grid says so', async () => {
    const scheduleId = await givenSchedule(host, {
      weekly: [{ weekday: 'TUESDAY', start: '09:10', end: '12:00' }],
    })
    const id = await given({ scheduleId })
    expect(await starts(id)).toEqual(['09:10', '10:10'])
    await edit(host, id, { slotGrid: 'VIEWER_CLOCK' })
    expect(await starts(id)).toEqual(['10:00', '11:00'])
  })

  it('are the first of each day alone where that is wanted', async () => {
    const id = await given({ firstSlotPerDay: true })
    expect(await starts(id)).toEqual(['09:00'])
    await givenBooking(world.visitor, id, '2026-03-03T09:00:00Z')
    expect(await starts(id)).toEqual(['10:00'])
  })

  it('have each of the lengths, the own one unless another is asked for', async () => {
    const id = await given({ durationOptions: [30, 60, 90] })
    expect(await starts(id)).toHaveLength(3)
    expect(await starts(id, '2026-03-03', { durationMinutes: 30 })).toHaveLength(6)
    expect(await starts(id, '2026-03-03', { durationMinutes: 90 })).toEqual(['09:00', '10:30'])
    const other = { eventType: { id }, start: '2026-03-03', end: '2026-03-03', durationMinutes: 45 }
    expect(await refusal(world.visitor, SLOTS, other)).toEqual({
      code: 'INVALID_INPUT',
      paths: ['durationMinutes'],
    })
  })

  it('begin after the notice, four hours unless it is said', async () => {
    world.clock.set('2026-03-03T05:30:00Z')
    const id = await given({ minimumNoticeMinutes: null })
    expect(await starts(id)).toEqual(['10:00', '11:00'])
    await edit(host, id, { minimumNoticeMinutes: 300 })
    expect(await starts(id)).toEqual(['11:00'])
    await edit(host, id, { minimumNoticeMinutes: 0 })
    expect(await starts(id)).toHaveLength(3)
  })

  it('lie within the window', async () => {
    const id = await given({ bookingWindow: { kind: 'DAYS', days: 2 } })
    const offered = () => openDays(id, '2026-03-02', '2026-03-12')
    expect(await offered()).toEqual(['03-02', '03-03', '03-04'])

    // Friday's business days go on after the weekend.
    world.clock.set('2026-03-06T07:00:00Z')
    expect(await offered()).toEqual(['03-06'])
    await edit(host, id, { bookingWindow: { kind: 'BUSINESS_DAYS', days: 2 } })
    expect(await offered()).toEqual(['03-06', '03-09', '03-10'])
    await edit(host, id, { bookingWindow: { kind: 'DAYS', days: 2, rolling: true } })
    expect(await offered()).toEqual(['03-06', '03-09'])
    await edit(host, id, {
      bookingWindow: { kind: 'RANGE', firstDay: '2026-03-10', lastDay: '2026-03-11' },
    })
    expect(await offered()).toEqual(['03-10', '03-11'])
    await edit(host, id, { bookingWindow: { kind: 'UNLIMITED' } })
    expect(await openDays(id, '2027-03-01', '2027-03-03')).toEqual(['03-01', '03-02', '03-03'])
  })

  it('end after sixty days unless a window says otherwise', async () => {
    expect(await openDays(await given(), '2026-04-28', '2026-05-05')).toEqual([
      '04-28',
      '04-29',
      '04-30',
      '05-01',
    ])
  })

  it('keep their buffers from what is booked', async () => {
    const id = await given({ durationMinutes: 30 })
    await givenBooking(world.visitor, id, '2026-03-03T10:30:00Z')
    expect(await starts(id)).toEqual(['09:00', '09:30', '10:00', '11:00', '11:30'])
    await edit(host, id, { bufferBeforeMinutes: 10 })
    expect(await starts(id)).toEqual(['09:00', '09:30', '10:00', '11:30'])
    await edit(host, id, { bufferAfterMinutes: 31 })
    expect(await starts(id)).toEqual(['09:00', '11:30'])
  })

  it('end where a limit on bookings or on minutes is reached', async () => {
    const id = await given({ bookingLimits: { perDay: 1, perWeek: 2 } })
    const offered = () => openDays(id, '2026-03-02', '2026-03-10')
    await givenBooking(world.visitor, id, '2026-03-03T09:00:00Z')
    expect(await offered()).not.toContain('03-03')
    expect(await offered()).toContain('03-04')
    await givenBooking(world.visitor, id, '2026-03-04T09:00:00Z')
    expect(await offered()).toEqual(['03-09', '03-10'])

    await edit(host, id, { bookingLimits: null, minuteLimits: { perDay: 119 } })
    expect(await offered()).toEqual(['03-02', '03-05', '03-06', '03-09', '03-10'])
    await edit(host, id, { minuteLimits: { perDay: 120 } })
    expect(await offered()).toContain('03-03')
  })

  it('say how many seats are left, unless the event type keeps that to itself', async () => {
    const id = await given({ seats: 3 })
    await givenBooking(world.visitor, id, '2026-03-03T09:00:00Z', who('Ann'))
    await givenBooking(world.visitor, id, '2026-03-03T09:00:00Z', who('Ben'))
    const seats = async () => {
      const [day] = await daysOffered(world.visitor, id, '2026-03-03')
      return day?.slots.map(({ seatsLeft }) => seatsLeft)
    }
    expect(await seats()).toEqual([1, 3, 3])
    await edit(host, id, { showSeatsLeft: false })
    expect(await seats()).toEqual([null, null, null])
  })
})
