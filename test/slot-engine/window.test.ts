import { describe, expect, it } from 'vitest'
import { type SlotQuery, slots } from '../../src/slot-engine/index.ts'
import { at, claim, EVERY_DAY, givenMorning, hours, override, schedule, times } from './given.ts'

describe('notice', () => {
  it('offers a slot that starts just when the notice is over', () => {
    const query = givenMorning({ now: at('2027-02-10T08:00Z') })
    expect(times({ ...query, noticeMinutes: 120 })).toEqual(['10:00', '11:00'])
    expect(times({ ...query, noticeMinutes: 121 })).toEqual(['11:00'])
  })

  it('offers nothing in the past', () => {
    expect(times(givenMorning({ now: at('2027-02-10T10:30Z') }))).toEqual(['11:00'])
  })
})

describe('the booking window', () => {
  const week = {
    from: at('2027-02-05T00:00Z'),
    until: at('2027-02-20T00:00Z'),
    now: at('2027-02-05T11:30Z'),
  }
  const givenWindow = (window: SlotQuery['window'], wishes: Partial<SlotQuery> = {}) =>
    givenMorning({ ...week, window, durationMinutes: 180, ...wishes })
  const dates = (query: SlotQuery) => [...new Set(times(query).map(time => time.slice(0, 10)))]
  const everyMorning = schedule('UTC', hours(EVERY_DAY, '09:00', '12:00'))

  it('of days reaches to the end of the last day', () => {
    const window = { kind: 'days' as const, days: 3, businessDays: false, rolling: false }
    expect(dates(givenWindow(window))).toEqual(['2027-02-08'])
  })

  it('of business days offers weekends without counting them', () => {
    const window = { kind: 'days' as const, days: 1, businessDays: true, rolling: false }
    const query = givenWindow(window, { schedule: everyMorning })
    expect(dates(query)).toEqual(['2027-02-06', '2027-02-07', '2027-02-08'])
  })

  it('that rolls counts days that have something to offer', () => {
    const window = { kind: 'days' as const, days: 3, businessDays: false, rolling: true }
    const claims = [claim('2027-02-09T00:00Z', '2027-02-10T00:00Z')]
    expect(dates(givenWindow(window, { claims }))).toEqual([
      '2027-02-08',
      '2027-02-10',
      '2027-02-11',
    ])
  })

  it('that rolls counts from today even when the question begins later', () => {
    const window = { kind: 'days' as const, days: 3, businessDays: false, rolling: true }
    expect(times(givenWindow(window, { from: at('2027-02-10T00:00Z') }))).toEqual(['09:00'])
  })

  it('that rolls looks no further than 61 days', () => {
    const window = { kind: 'days' as const, days: 3, businessDays: false, rolling: true }
    const later = [
      override('2027-04-07', '09:00', '12:00'),
      override('2027-04-08', '09:00', '12:00'),
    ]
    const rare = { zone: 'UTC', weekly: [], overrides: later }
    expect(dates(givenWindow(window, { schedule: rare, until: at('2027-06-01T00:00Z') }))).toEqual([
      '2027-04-07',
    ])
  })

  it('of dates holds for the local dates of the schedule', () => {
    const window = { kind: 'range' as const, firstDay: '2027-02-10', lastDay: '2027-02-11' }
    expect(dates(givenWindow(window))).toEqual(['2027-02-10', '2027-02-11'])
    const auckland = schedule('Pacific/Auckland', hours(EVERY_DAY, '09:00', '12:00'))
    expect(dates(givenWindow(window, { schedule: auckland }))).toEqual(['2027-02-09', '2027-02-10'])
  })

  it('bears a last day in the far future', () => {
    const window = { kind: 'range' as const, firstDay: '2020-01-01', lastDay: '9999-12-31' }
    expect(slots(givenMorning({ window }))).toHaveLength(3)
  })
})
