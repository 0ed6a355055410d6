import { describe, expect, it } from 'vitest'
import { at, claim, EVERY_DAY, givenMorning, hours, schedule, times } from './given.ts'

describe('limits', () => {
  const booked = claim('2027-02-10T15:00Z', '2027-02-10T16:00Z')

  it('close the day when it has its bookings', () => {
    const query = givenMorning({ counted: [booked], until: at('2027-02-12T00:00Z') })
    const day = { period: 'day' as const, maxBookings: 1 }
    expect(times({ ...query, limits: [day] })).toEqual([
      '2027-02-11 09:00',
      '2027-02-11 10:00',
      '2027-02-11 11:00',
    ])
    expect(times({ ...query, limits: [{ ...day, maxBookings: 2 }] })).toHaveLength(6)
  })

  it('count the minutes of the new booking too', () => {
    const limited = (maxMinutes: number) =>
      givenMorning({ counted: [booked], limits: [{ period: 'day', maxMinutes }] })
    expect(times(limited(119))).toEqual([])
    expect(times(limited(120))).toHaveLength(3)
  })

  it('run from Monday to Sunday', () => {
    const limits = [{ period: 'week' as const, maxBookings: 1 }]
    const wednesday = givenMorning({ limits })
    const on = (start: string) => [{ start: at(start), end: at(start) + 60 }]
    expect(times({ ...wednesday, counted: on('2027-02-07T23:59Z') })).toHaveLength(3)
    expect(times({ ...wednesday, counted: on('2027-02-08T00:00Z') })).toEqual([])
    expect(times({ ...wednesday, counted: on('2027-02-14T23:59Z') })).toEqual([])
    expect(times({ ...wednesday, counted: on('2027-02-15T00:00Z') })).toHaveLength(3)
  })

  it('hold for months and years', () => {
    const query = (period: 'month' | 'year', counted: string) =>
      givenMorning({
        limits: [{ period, maxBookings: 1 }],
        counted: [claim(counted, '2028-06-01T00:00Z')],
      })
    expect(times(query('month', '2027-02-28T23:00Z'))).toEqual([])
    expect(times(query('month', '2027-03-01T00:00Z'))).toHaveLength(3)
    expect(times(query('year', '2027-12-31T23:00Z'))).toEqual([])
    expect(times(query('year', '2026-12-31T23:00Z'))).toHaveLength(3)
  })

  it("follow the schedule's calendar", () => {
    const auckland = schedule('Pacific/Auckland', hours(EVERY_DAY, '09:00', '12:00'))
    const limits = [{ period: 'day' as const, maxBookings: 1 }]
    const query = givenMorning({ schedule: auckland, limits })
    // 10 February 20:00Z is 11 February in Auckland; so are the slots of this UTC day.
    expect(times({ ...query, counted: [claim('2027-02-10T12:00Z', '2027-02-10T13:00Z')] })).toEqual(
      [],
    )
    expect(
      times({ ...query, counted: [claim('2027-02-10T10:00Z', '2027-02-10T10:30Z')] }),
    ).toHaveLength(3)
  })
})
