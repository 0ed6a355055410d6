import { describe, expect, it } from 'vitest'
import { slots } from '../../src/slot-engine/index.ts'
import { at, EVERY_DAY, givenDay, givenQuery, hours, schedule, times } from './given.ts'

describe('days on which the clock changes', () => {
  it('offers no slot in the hour that the clock skips', () => {
    const spring = givenDay('Europe/Rome', '2027-03-27T23:00Z', '00:00', '05:00', {
      until: at('2027-03-28T22:00Z'),
    })
    expect(times(spring, 'Europe/Rome')).toEqual(['00:00', '01:00', '03:00', '04:00'])
  })

  it('offers both hours of the one that comes twice, as two instants', () => {
    const autumn = givenDay('Europe/Rome', '2027-10-30T22:00Z', '00:00', '05:00')
    expect(times(autumn, 'Europe/Rome')).toEqual([
      '00:00',
      '01:00',
      '02:00',
      '02:00',
      '03:00',
      '04:00',
    ])
    expect(new Set(slots(autumn).map(slot => slot.start)).size).toBe(6)
  })

  it('keeps nine to five on the wall on both sides', () => {
    for (const from of [
      '2027-03-12T05:00Z',
      '2027-03-13T05:00Z',
      '2027-03-14T05:00Z',
      '2027-03-15T04:00Z',
    ]) {
      const day = givenDay('America/New_York', from, '09:00', '11:00')
      expect(times(day, 'America/New_York')).toEqual(['09:00', '10:00'])
    }
  })

  it('bears a change of half an hour', () => {
    const zone = 'Australia/Lord_Howe'
    const spring = givenDay(zone, '2027-10-02T13:30Z', '01:00', '04:00', { durationMinutes: 30 })
    expect(times(spring, zone)).toEqual(['01:00', '01:30', '02:30', '03:00', '03:30'])
    const autumn = givenDay(zone, '2027-04-03T13:00Z', '01:00', '03:00', { durationMinutes: 30 })
    expect(times(autumn, zone)).toEqual(['01:00', '01:30', '01:30', '02:00', '02:30'])
  })

  it('bears a midnight that does not exist', () => {
    const until = at('2027-09-06T03:00Z')
    const santiago = givenDay('America/Santiago', '2027-09-05T04:00Z', '00:00', '03:00', { until })
    expect(times(santiago, 'America/Santiago')).toEqual(['01:00', '02:00'])
    const beirut = givenDay('Asia/Beirut', '2027-03-27T22:00Z', '00:30', '03:00', {
      until: at('2027-03-28T21:00Z'),
    })
    expect(times(beirut, 'Asia/Beirut')).toEqual(['01:00', '02:00'])
  })

  it('ends a day at its first midnight when there are two', () => {
    const zone = 'America/Havana'
    const open = schedule(zone, hours([6], '22:00', '24:00'))
    const night = givenDay(zone, '2027-11-06T04:00Z', '00:00', '00:00', {
      schedule: open,
      until: at('2027-11-08T05:00Z'),
    })
    expect(times(night, zone)).toEqual(['22:00', '23:00'])
  })

  it('has no hours on a date that was never there', () => {
    const zone = 'Pacific/Apia'
    const open = givenDay(zone, '2011-12-29T10:00Z', '09:00', '11:00', {
      until: at('2011-12-31T10:00Z'),
    })
    expect(times(open, zone)).toEqual(['09:00', '10:00', '2011-12-31 09:00', '2011-12-31 10:00'])
  })

  it('keeps the wall times of an offset of 13:45', () => {
    expect(
      times(givenDay('Pacific/Chatham', '2027-02-09T10:15Z', '09:00', '11:00'), 'Pacific/Chatham'),
    ).toEqual(['09:00', '10:00'])
  })

  it("rounds on the viewer's clock before and after it moves by half an hour", () => {
    const viewer = { grid: 'viewerClock' as const, viewerZone: 'Australia/Lord_Howe' }
    const open = schedule('UTC', hours(EVERY_DAY, '14:50', '18:00'))
    const before = { from: at('2027-10-02T00:00Z'), until: at('2027-10-03T00:00Z') }
    // The clock goes from 02:00 to 02:30 at 15:30Z, so that 03:00 comes ten minutes later than it
    // seemed.
    expect(
      times(givenQuery({ ...viewer, ...before, schedule: open, durationMinutes: 60 })),
    ).toEqual(['16:00', '17:00'])
  })
})
