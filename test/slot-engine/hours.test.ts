import { describe, expect, it } from 'vitest'
import { at, EVERY_DAY, givenMorning, hours, override, schedule, times, WEEKDAYS } from './given.ts'

describe('hours', () => {
  it('offers starts from opening to closing', () => {
    expect(times(givenMorning())).toEqual(['09:00', '10:00', '11:00'])
  })

  it('offers no meeting that would end after closing', () => {
    expect(times(givenMorning({ durationMinutes: 50, intervalMinutes: 50 }))).toEqual([
      '09:00',
      '09:50',
      '10:40',
    ])
  })

  it('is closed on a weekday without hours', () => {
    const saturday = { from: at('2027-02-13T00:00Z'), until: at('2027-02-14T00:00Z') }
    expect(times(givenMorning(saturday))).toEqual([])
  })

  it('joins hours that touch, so that a meeting can span them', () => {
    const split = schedule(
      'UTC',
      hours(WEEKDAYS, '09:00', '10:00'),
      hours(WEEKDAYS, '10:00', '11:30'),
    )
    expect(times(givenMorning({ schedule: split, durationMinutes: 90 }))).toEqual(['09:00'])
  })

  it('keeps a lunch break between two openings, each with its own grid', () => {
    const split = schedule(
      'UTC',
      hours(WEEKDAYS, '09:00', '10:30'),
      hours(WEEKDAYS, '11:15', '13:15'),
    )
    expect(times(givenMorning({ schedule: split }))).toEqual(['09:00', '11:15', '12:15'])
  })

  it('runs past midnight into a closed day', () => {
    const nights = schedule('UTC', hours([2], '22:00', '26:00'))
    expect(times(givenMorning({ schedule: nights }))).toEqual(['00:00', '01:00'])
  })

  it('lets a meeting run over midnight inside one opening', () => {
    const nights = schedule('UTC', hours([3], '23:15', '24:00'), hours([4], '00:00', '00:15'))
    expect(times(givenMorning({ schedule: nights }))).toEqual(['23:15'])
  })

  it('gives a host who is always open the same times every day, whatever day is asked about', () => {
    const always = {
      schedule: schedule('UTC', hours(EVERY_DAY, '00:00', '24:00')),
      durationMinutes: 50,
    }
    const query = givenMorning({ ...always, intervalMinutes: 50 })
    expect(times(query).slice(0, 2)).toEqual(['00:00', '00:50'])
    const noon = { from: at('2027-02-10T12:00Z'), until: at('2027-02-10T14:00Z') }
    expect(times({ ...query, ...noon })).toEqual(['12:30', '13:20'])
    expect(times(query).at(-1)).toBe('23:20')
  })

  it('reads the days of a travel by the clock of the place', () => {
    const travel = [{ firstDay: '2027-02-10', lastDay: '2027-02-10', zone: 'Asia/Tokyo' }]
    const away = { ...schedule('UTC', hours(WEEKDAYS, '09:00', '11:00')), travel }
    const query = givenMorning({ schedule: away, until: at('2027-02-12T00:00Z') })
    expect(times(query)).toEqual(['00:00', '01:00', '2027-02-11 09:00', '2027-02-11 10:00'])
  })
})

describe('overrides', () => {
  const weekly = hours(EVERY_DAY, '09:00', '11:00')
  const withOverrides = (...overrides: ReturnType<typeof override>[]) =>
    givenMorning({ schedule: { zone: 'UTC', weekly, overrides } })

  it('replace the hours of their date', () => {
    expect(times(withOverrides(override('2027-02-10', '15:00', '16:00')))).toEqual(['15:00'])
  })

  it('can be several on one date', () => {
    const two = withOverrides(
      override('2027-02-10', '15:00', '16:00'),
      override('2027-02-10', '07:00', '08:00'),
    )
    expect(times(two)).toEqual(['07:00', '15:00'])
  })

  it('close a date with an empty one', () => {
    expect(times(withOverrides(override('2027-02-10', '00:00', '00:00')))).toEqual([])
  })

  it('leave other dates alone', () => {
    expect(times(withOverrides(override('2027-02-11', '00:00', '00:00')))).toEqual([
      '09:00',
      '10:00',
    ])
  })

  it('belong to the local date of the schedule, not to the UTC date', () => {
    const schedule = {
      zone: 'Pacific/Auckland',
      weekly,
      overrides: [override('2027-02-11', '12:00', '13:00')],
    }
    expect(times(givenMorning({ schedule }))).toEqual(['23:00'])
  })

  it('do not take away what runs over from the day before', () => {
    const nightly = hours([2], '23:00', '25:00')
    const schedule = {
      zone: 'UTC',
      weekly: nightly,
      overrides: [override('2027-02-10', '00:00', '00:00')],
    }
    expect(times(givenMorning({ schedule }))).toEqual(['00:00'])
  })
})
