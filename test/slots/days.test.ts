import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  bookingRefused,
  daysOffered,
  edit,
  givenSchedule,
  refusal,
  SLOTS,
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
  MONDAY,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
})

const ALWAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'].map(
  weekday => ({
    weekday,
    start: '00:00',
    end: '24:00',
  }),
)

describe('the days of an answer', () => {
  it('are all that were asked for, those without a free start among them', async () => {
    const eventType = await givenEventType(host)
    const days = await daysOffered(world.visitor, eventType, '2026-03-06', { end: '2026-03-09' })
    expect(days.map(({ date, slots }) => [date, slots.length])).toEqual([
      ['2026-03-06', 16],
      ['2026-03-07', 0],
      ['2026-03-08', 0],
      ['2026-03-09', 16],
    ])
  })

  it('are those of the asked zone, and of the schedule unless one is asked', async () => {
    const scheduleId = await givenSchedule(host, {
      timeZone: 'Asia/Tokyo',
      weekly: [{ weekday: 'WEDNESDAY', start: '07:00', end: '11:00' }],
    })
    const eventType = await givenEventType(host, { scheduleId, durationMinutes: 60 })
    const dates = async (more: Data) => {
      const days = await daysOffered(world.visitor, eventType, '2026-03-03', {
        end: '2026-03-05',
        ...more,
      })
      return days.map(({ date, slots }) => [date, ...slots.map(({ start }) => start.slice(5, 16))])
    }
    // 07:00 on Wednesday in Tokyo is 22:00 on Tuesday in London.
    expect(await dates({})).toEqual([
      ['2026-03-03'],
      ['2026-03-04', '03-03T22:00', '03-03T23:00', '03-04T00:00', '03-04T01:00'],
      ['2026-03-05'],
    ])
    expect(await dates({ timeZone: 'Europe/London' })).toEqual([
      ['2026-03-03', '03-03T22:00', '03-03T23:00'],
      ['2026-03-04', '03-04T00:00', '03-04T01:00'],
      ['2026-03-05'],
    ])
  })

  it('hold starts with their ends, for the length that is asked', async () => {
    const eventType = await givenEventType(host, { durationOptions: [30, 90] })
    const [day] = await daysOffered(world.visitor, eventType, '2026-03-03', { durationMinutes: 90 })
    expect(day?.slots.map(({ start, end }) => [start.slice(11, 16), end.slice(11, 16)])).toEqual([
      ['09:00', '10:30'],
      ['10:30', '12:00'],
      ['12:00', '13:30'],
      ['13:30', '15:00'],
      ['15:00', '16:30'],
    ])
  })

  it('leave out what is booked, what is past and what comes before the notice', async () => {
    const eventType = await givenEventType(host, { minimumNoticeMinutes: 60, durationMinutes: 60 })
    await givenBooking(world.visitor, eventType, '2026-03-02T14:00:00Z')
    world.clock.set('2026-03-02T11:30:00Z')
    expect(await startsOffered(world.visitor, eventType, '2026-03-02')).toEqual([
      '13:00',
      '15:00',
      '16:00',
    ])
    expect(await startsOffered(world.visitor, eventType, '2026-03-01')).toEqual([])
  })

  it('are offered of the page and the slug of an event type too', async () => {
    const eventType = await givenEventType(host, { slug: 'intro-call', isSecret: true })
    const byId = await daysOffered(world.visitor, eventType, '2026-03-03')
    const bySlugs = await world.visitor.run(SLOTS, {
      eventType: { page: host.slug, slug: 'intro-call' },
      start: '2026-03-03',
      end: '2026-03-03',
    })
    expect(bySlugs).toEqual({ slots: byId })
  })

  it('end with the window', async () => {
    const eventType = await givenEventType(host, { bookingWindow: { kind: 'DAYS', days: 1 } })
    const days = await daysOffered(world.visitor, eventType, '2026-03-02', { end: '2026-03-04' })
    expect(days.map(({ slots }) => slots.length)).toEqual([16, 16, 0])
    await edit(host, eventType, {
      bookingWindow: { kind: 'RANGE', firstDay: '2026-03-04', lastDay: '2026-03-04' },
    })
    const inRange = await daysOffered(world.visitor, eventType, '2026-03-02', { end: '2026-03-05' })
    expect(inRange.map(({ slots }) => slots.length)).toEqual([0, 0, 16, 0])
  })

  it('hold one start each where only the first of the day is wanted', async () => {
    const eventType = await givenEventType(host, { firstSlotPerDay: true })
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    expect(
      await startsOffered(world.visitor, eventType, '2026-03-03', { end: '2026-03-04' }),
    ).toEqual(['09:30', '09:00'])
    expect(await bookingRefused(world.visitor, eventType, '2026-03-04T09:30:00Z')).toEqual(
      unavailable('grid'),
    )
  })
})

describe('when the clock changes', () => {
  // Europe/London goes from 00:59 GMT to 02:00 BST on 29 March; America/New_York from 01:59 EST to
  // 03:00 EDT on 8 March.
  const changes = [
    {
      zone: 'Europe/London',
      dates: ['2026-03-28', '2026-03-29', '2026-03-30'],
      nineToEleven: ['09:00', '08:00', '08:00'],
      skipped: { date: '2026-03-29', before: '00:00', after: '01:00' },
    },
    {
      zone: 'America/New_York',
      dates: ['2026-03-07', '2026-03-08', '2026-03-09'],
      nineToEleven: ['14:00', '13:00', '13:00'],
      skipped: { date: '2026-03-08', before: '06:00', after: '07:00' },
    },
  ]

  it.each(changes)(
    'keeps the hours of the wall in $zone',
    async ({ zone, dates, nineToEleven }) => {
      const scheduleId = await givenSchedule(host, {
        timeZone: zone,
        weekly: ALWAYS.map(({ weekday }) => ({ weekday, start: '09:00', end: '11:00' })),
      })
      const eventType = await givenEventType(host, { scheduleId, durationMinutes: 120 })
      const days = await daysOffered(world.visitor, eventType, dates[0] ?? '', { end: dates[2] })
      expect(
        days.map(({ date, slots }) => [date, slots.map(({ start }) => start.slice(11, 16))]),
      ).toEqual(dates.map((date, index) => [date, [nineToEleven[index]]]))
    },
  )

  it.each(changes)(
    'gives the day in $zone twenty-three hours, each once',
    async ({ zone, dates, skipped }) => {
      const scheduleId = await givenSchedule(host, { timeZone: zone, weekly: ALWAYS })
      const eventType = await givenEventType(host, { scheduleId, durationMinutes: 60 })
      const days = await daysOffered(world.visitor, eventType, dates[0] ?? '', { end: dates[2] })
      expect(days.map(({ date, slots }) => [date, slots.length])).toEqual([
        [dates[0], 24],
        [dates[1], 23],
        [dates[2], 24],
      ])
      const all = days.flatMap(({ slots }) => slots.map(({ start }) => start))
      expect(new Set(all).size).toBe(71)
      expect(all).toContain(`${skipped.date}T${skipped.before}:00.000Z`)
      expect(all).toContain(`${skipped.date}T${skipped.after}:00.000Z`)
    },
  )

  it('offers nothing in an hour that the clock skips', async () => {
    const scheduleId = await givenSchedule(host, {
      weekly: [{ weekday: 'SUNDAY', start: '01:00', end: '02:00' }],
    })
    const eventType = await givenEventType(host, { scheduleId })
    expect(await startsOffered(world.visitor, eventType, '2026-03-29')).toEqual([])
    expect(await startsOffered(world.visitor, eventType, '2026-03-22')).toEqual(['01:00', '01:30'])
  })

  it('counts the days of the viewer by their own clock, when theirs changes and that of the schedule does not', async () => {
    const scheduleId = await givenSchedule(host, { weekly: ALWAYS })
    const eventType = await givenEventType(host, { scheduleId, durationMinutes: 60 })
    const days = await daysOffered(world.visitor, eventType, '2026-03-07', {
      end: '2026-03-09',
      timeZone: 'America/New_York',
    })
    expect(days.map(({ slots }) => [slots.length, slots[0]?.start])).toEqual([
      [24, '2026-03-07T05:00:00.000Z'],
      [23, '2026-03-08T05:00:00.000Z'],
      [24, '2026-03-09T04:00:00.000Z'],
    ])
  })
})

describe('hours of every kind, from the schedule to the booking', () => {
  it('take those of a date in place of those of its weekday', async () => {
    const scheduleId = await givenSchedule(host, {
      weekly: [
        { weekday: 'TUESDAY', start: '09:00', end: '17:00' },
        { weekday: 'WEDNESDAY', start: '09:00', end: '10:00' },
      ],
      overrides: [
        { date: '2026-03-03', start: '11:00', end: '12:00' },
        { date: '2026-03-03', start: '18:00', end: '18:30' },
        { date: '2026-03-04', closed: true },
        { date: '2026-03-07', start: '10:00', end: '10:30' },
      ],
    })
    const eventType = await givenEventType(host, { scheduleId })
    const days = await daysOffered(world.visitor, eventType, '2026-03-03', { end: '2026-03-11' })
    expect(
      days.map(({ date, slots }) => [
        date.slice(8),
        ...slots.map(({ start }) => start.slice(11, 16)),
      ]),
    ).toEqual([
      ['03', '11:00', '11:30', '18:00'],
      ['04'],
      ['05'],
      ['06'],
      ['07', '10:00'],
      ['08'],
      ['09'],
      [
        '10',
        '09:00',
        '09:30',
        '10:00',
        '10:30',
        '11:00',
        '11:30',
        '12:00',
        '12:30',
        '13:00',
        '13:30',
        '14:00',
        '14:30',
        '15:00',
        '15:30',
        '16:00',
        '16:30',
      ],
      ['11', '09:00', '09:30'],
    ])
    expect(await bookingRefused(world.visitor, eventType, '2026-03-03T09:00:00Z')).toEqual(
      unavailable('hours'),
    )
    expect(await bookingRefused(world.visitor, eventType, '2026-03-04T09:00:00Z')).toEqual(
      unavailable('hours'),
    )
    await givenBooking(world.visitor, eventType, '2026-03-03T18:00:00Z')
  })

  it('run past midnight into the next day', async () => {
    const scheduleId = await givenSchedule(host, {
      weekly: [{ weekday: 'FRIDAY', start: '22:00', end: '26:00' }],
    })
    const eventType = await givenEventType(host, { scheduleId, durationMinutes: 60 })
    const days = await daysOffered(world.visitor, eventType, '2026-03-06', { end: '2026-03-07' })
    expect(days.map(({ slots }) => slots.map(({ start }) => start.slice(8, 16)))).toEqual([
      ['06T22:00', '06T23:00'],
      ['07T00:00', '07T01:00'],
    ])
    // One meeting across midnight.
    await edit(host, eventType, { durationMinutes: 90, slotIntervalMinutes: 90 })
    await givenBooking(world.visitor, eventType, '2026-03-06T23:30:00Z')
    expect(
      await startsOffered(world.visitor, eventType, '2026-03-06', { end: '2026-03-07' }),
    ).toEqual(['22:00'])
  })

  it('follow a schedule that is edited, and leave bookings where they are', async () => {
    const scheduleId = await givenSchedule(host, {
      weekly: [{ weekday: 'TUESDAY', start: '09:00', end: '10:00' }],
    })
    const eventType = await givenEventType(host, { scheduleId })
    await givenBooking(world.visitor, eventType, '2026-03-03T09:30:00Z')
    await host.run(
      'mutation ($input: UpdateScheduleInput!) { updateSchedule(input: $input) { schedule { id } } }',
      {
        input: { id: scheduleId, weekly: [{ weekday: 'TUESDAY', start: '09:15', end: '11:00' }] },
      },
    )
    expect(await startsOffered(world.visitor, eventType, '2026-03-03')).toEqual(['10:15'])
  })
})

describe('questions that make no sense', () => {
  let eventType = ''
  const asked = (changes: Data) =>
    refusal(world.visitor, SLOTS, {
      eventType: { id: eventType },
      start: '2026-03-03',
      end: '2026-03-03',
      ...changes,
    })
  const invalid = (...paths: string[]) => ({ code: 'INVALID_INPUT', paths })

  beforeEach(async () => {
    eventType = await givenEventType(host)
  })

  it('name days that do not exist, and a zone that nobody knows, all at once', async () => {
    expect(
      await asked({ start: '2026-02-30', end: '2026-13-01', timeZone: 'Mars/Olympus' }),
    ).toEqual(invalid('start', 'end', 'timeZone'))
    expect(await asked({ timeZone: '+02:00' })).toEqual(invalid('timeZone'))
    expect(await asked({ start: '1900-01-01' })).toEqual(invalid('start'))
  })
  it('name an end before the start', async () => {
    expect(await asked({ end: '2026-03-02' })).toEqual(invalid('end'))
  })
  it('name an end more than 62 days away, and take the sixty-second', async () => {
    expect(await asked({ end: '2026-05-04' })).toEqual(invalid('end'))
    expect(
      await daysOffered(world.visitor, eventType, '2026-03-03', { end: '2026-05-03' }),
    ).toHaveLength(62)
  })
  it('name an end that makes more than 3000 starts', async () => {
    const scheduleId = await givenSchedule(host, {
      name: 'Always',
      timeZone: 'UTC',
      weekly: ALWAYS,
    })
    const busy = await givenEventType(host, { name: 'Often', slotIntervalMinutes: 5, scheduleId })
    const days = (end: string) => daysOffered(world.visitor, busy, '2026-03-03', { end })
    // 288 starts a day: ten days have 2880.
    expect((await days('2026-03-12')).flatMap(({ slots }) => slots)).toHaveLength(2880)
    const [over] = await world.visitor.refused(SLOTS, {
      eventType: { id: busy },
      start: '2026-03-03',
      end: '2026-03-13',
    })
    expect(over?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'end', message: 'asks for more than 3000 starts; ask for fewer days' }],
    })
  })
  it('are refused when one operation asks many of them, by their cost', async () => {
    const many = (count: number, selected: string) =>
      `query ($id: ID!) { ${Array.from(
        { length: count },
        (_, n) =>
          `a${n}: slots(eventType: { id: $id }, start: "2026-03-03", end: "2026-05-03") { ${selected} }`,
      ).join(' ')} }`
    const variables = { id: eventType }
    expect(await world.visitor.codeOf(many(15, 'date'), variables)).toBe('QUERY_TOO_EXPENSIVE')
    expect(await world.visitor.codeOf(many(12, 'slots { start }'), variables)).toBe(
      'QUERY_TOO_EXPENSIVE',
    )
    await world.visitor.run(many(3, 'date slots { start end seatsLeft }'), variables)
  })
  it('name a length that is not offered', async () => {
    expect(await asked({ durationMinutes: 31 })).toEqual(invalid('durationMinutes'))
  })
  it('answer NOT_FOUND for an event type that cannot be booked', async () => {
    expect(await asked({ eventType: { id: 'et_none' } })).toEqual({
      code: 'NOT_FOUND',
      paths: ['eventType'],
    })
    await edit(host, eventType, { isActive: false })
    expect((await asked({})).code).toBe('NOT_FOUND')
  })
})
