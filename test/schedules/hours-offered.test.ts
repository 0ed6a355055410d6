import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  bookingRefused,
  daysOffered,
  edit,
  givenSchedule,
  look,
  startsOffered,
  unavailable,
} from '../helpers/bookings.ts'
import {
  type Data,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  host = await givenHost(world)
})

const hours = (weekday: string, start = '09:00', end = '17:00') => ({ weekday, start, end })

/** An hour-long event type with a schedule of its own. */
async function given(schedule: Data, eventType: Data = {}) {
  const scheduleId = await givenSchedule(host, schedule)
  return {
    scheduleId,
    id: await givenEventType(host, { durationMinutes: 60, scheduleId, ...eventType }),
  }
}

const change = (id: string, changes: Data) =>
  host.run(
    'mutation ($input: UpdateScheduleInput!) { updateSchedule(input: $input) { schedule { id } } }',
    {
      input: { id, ...changes },
    },
  )

/** The starts of some days as a visitor sees them, in UTC. */
const starts = (id: string, day: string, more: Data = {}) =>
  startsOffered(world.visitor, id, day, more)

/** Each day with how many starts it offers. */
const counts = async (id: string, start: string, end: string, more: Data = {}) =>
  (await daysOffered(world.visitor, id, start, { end, ...more })).map(
    ({ date, slots }) => `${date} ${slots.length}`,
  )

describe('the hours of a schedule', () => {
  it('are offered on their weekdays, and the other days are closed', async () => {
    const { id } = await given({
      weekly: [hours('TUESDAY', '09:00', '11:00'), hours('THURSDAY', '14:00', '17:00')],
    })
    expect(await counts(id, '2026-03-02', '2026-03-08')).toEqual([
      '2026-03-02 0',
      '2026-03-03 2',
      '2026-03-04 0',
      '2026-03-05 3',
      '2026-03-06 0',
      '2026-03-07 0',
      '2026-03-08 0',
    ])
    expect(await bookingRefused(world.visitor, id, '2026-03-04T09:00:00Z')).toEqual(
      unavailable('hours'),
    )
  })

  it('are read by the clock of the zone, and follow it when the zone changes', async () => {
    const { id, scheduleId } = await given({
      weekly: [hours('TUESDAY', '09:00', '11:00')],
      timeZone: 'America/New_York',
    })
    expect(await starts(id, '2026-03-03')).toEqual(['14:00', '15:00'])
    // New York changes its clock on 8 March.
    expect(await starts(id, '2026-03-10')).toEqual(['13:00', '14:00'])

    await change(scheduleId, { timeZone: 'Asia/Tokyo' })
    expect(await starts(id, '2026-03-03')).toEqual(['00:00', '01:00'])
  })

  it('fall on the days of the zone that is asked for', async () => {
    const { id } = await given({
      weekly: [hours('TUESDAY', '09:00', '11:00')],
      timeZone: 'Asia/Tokyo',
    })
    expect(await counts(id, '2026-03-02', '2026-03-03')).toEqual(['2026-03-02 0', '2026-03-03 2'])
    expect(await counts(id, '2026-03-02', '2026-03-03', { timeZone: 'America/New_York' })).toEqual([
      '2026-03-02 2',
      '2026-03-03 0',
    ])
  })

  it('run past midnight to the time that they say', async () => {
    const { id } = await given({ weekly: [hours('TUESDAY', '22:00', '26:00')] })
    expect(await starts(id, '2026-03-03')).toEqual(['22:00', '23:00'])
    expect(await starts(id, '2026-03-04')).toEqual(['00:00', '01:00'])
    expect(await starts(id, '2026-03-05')).toEqual([])
  })

  it('run from Saturday into Sunday', async () => {
    const { id } = await given({ weekly: [hours('SATURDAY', '23:00', '25:00')] })
    expect(await starts(id, '2026-03-07')).toEqual(['23:00'])
    expect(await starts(id, '2026-03-08')).toEqual(['00:00'])
  })

  it('end with the day at 24:00, or go on where the next day begins at 00:00', async () => {
    const ends = await given({ weekly: [hours('TUESDAY', '22:30', '24:00')] })
    expect(await starts(ends.id, '2026-03-03')).toEqual(['22:30'])
    const goesOn = await given({
      weekly: [hours('TUESDAY', '22:30', '24:00'), hours('WEDNESDAY', '00:00', '01:30')],
    })
    expect(await starts(goesOn.id, '2026-03-03')).toEqual(['22:30', '23:30'])
    expect(await starts(goesOn.id, '2026-03-04')).toEqual(['00:30'])
  })

  it('are open around the clock when they are twenty-four hours of each day', async () => {
    const days = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY']
    const { id } = await given({ weekly: days.map(day => hours(day, '00:00', '24:00')) })
    expect(await counts(id, '2026-03-03', '2026-03-05')).toEqual([
      '2026-03-03 24',
      '2026-03-04 24',
      '2026-03-05 24',
    ])
  })

  it('offer nothing when there are none', async () => {
    const { id } = await given({ weekly: [] })
    const days = await daysOffered(world.visitor, id, '2026-03-02', { end: '2026-03-31' })
    expect(days).toHaveLength(30)
    expect(days.flatMap(({ slots }) => slots)).toEqual([])
  })

  it('can change under a booking, which stays', async () => {
    const { id, scheduleId } = await given({ weekly: [hours('TUESDAY', '09:00', '11:00')] })
    const { id: booking } = await givenBooking(world.visitor, id, '2026-03-03T10:00:00Z')
    await change(scheduleId, { weekly: [hours('TUESDAY', '08:00', '12:00')] })
    expect(await starts(id, '2026-03-03')).toEqual(['08:00', '09:00', '11:00'])
    await change(scheduleId, { weekly: [] })
    expect(await starts(id, '2026-03-03')).toEqual([])
    expect(await look(host, { id: booking })).toMatchObject({
      status: 'CONFIRMED',
      start: '2026-03-03T10:00:00.000Z',
    })
  })
})

describe('an override', () => {
  it('replaces the hours of its date alone', async () => {
    const { id, scheduleId } = await given({ weekly: [hours('TUESDAY', '09:00', '11:00')] })
    const other = { date: '2026-03-10', start: '13:00', end: '15:00' }
    await change(scheduleId, { overrides: [other, { ...other, start: '18:00', end: '19:00' }] })
    expect(await starts(id, '2026-03-03')).toEqual(['09:00', '10:00'])
    expect(await starts(id, '2026-03-10')).toEqual(['13:00', '14:00', '18:00'])
    await change(scheduleId, { overrides: [] })
    expect(await starts(id, '2026-03-10')).toEqual(['09:00', '10:00'])
  })

  it('opens a day that is closed otherwise, past midnight too', async () => {
    const { id } = await given({
      weekly: [],
      overrides: [{ date: '2026-03-07', start: '23:00', end: '25:00' }],
    })
    expect(await starts(id, '2026-03-07')).toEqual(['23:00'])
    expect(await starts(id, '2026-03-08')).toEqual(['00:00'])
  })

  it('closes a day, for bookings as well, and leaves what runs over from the day before', async () => {
    const { id } = await given({
      weekly: [hours('MONDAY', '23:00', '25:00'), hours('TUESDAY', '09:00', '11:00')],
      overrides: [{ date: '2026-03-03', closed: true }],
    })
    expect(await starts(id, '2026-03-03')).toEqual(['00:00'])
    expect(await bookingRefused(world.visitor, id, '2026-03-03T09:00:00Z')).toEqual(
      unavailable('hours'),
    )
    expect(await starts(id, '2026-03-10')).toEqual(['00:00', '09:00', '10:00'])
  })

  it('means the date of the schedule’s zone', async () => {
    const { id } = await given({
      timeZone: 'Asia/Tokyo',
      weekly: [],
      overrides: [{ date: '2026-03-04', start: '08:00', end: '09:00' }],
    })
    expect(await starts(id, '2026-03-03', { timeZone: 'UTC' })).toEqual(['23:00'])
  })
})

describe('the schedule of an event type', () => {
  it('is the default one unless it has its own, and follows the default when another becomes it', async () => {
    const own = await givenHost(world)
    const id = await givenEventType(own, { durationMinutes: 60 })
    expect((await starts(id, '2026-03-03')).at(0)).toBe('09:00')
    await givenSchedule(own, { isDefault: true, weekly: [hours('TUESDAY', '06:00', '07:00')] })
    expect(await starts(id, '2026-03-03')).toEqual(['06:00'])
  })

  it('can be given and taken away', async () => {
    const id = await givenEventType(host, { durationMinutes: 60 })
    const scheduleId = await givenSchedule(host, { weekly: [hours('TUESDAY', '06:00', '07:00')] })
    await edit(host, id, { scheduleId })
    expect(await starts(id, '2026-03-03')).toEqual(['06:00'])
    await edit(host, id, { scheduleId: null })
    expect(await starts(id, '2026-03-03')).toHaveLength(8)
  })

  it('is the zone of slots whose zone is not said', async () => {
    const { id } = await given({
      timeZone: 'Pacific/Auckland',
      weekly: [hours('WEDNESDAY', '00:00', '01:00')],
    })
    const days = await daysOffered(world.visitor, id, '2026-03-04')
    expect(days.map(({ date }) => date)).toEqual(['2026-03-04'])
    expect(textAt(days[0]?.slots[0], 'start')).toBe('2026-03-03T11:00:00.000Z')
  })
})
