import { describe, expect, it } from 'vitest'
import { isOffered, type SlotQuery, slots, whyNot } from '../../src/slot-engine/index.ts'
import { at, claim, EVERY_DAY, givenMorning, hours, schedule, times } from './given.ts'

describe('seats', () => {
  const meeting = claim('2027-02-10T10:00Z', '2027-02-10T11:00Z')
  const givenSeats = (seatsTaken: number, wishes: Partial<SlotQuery> = {}) =>
    givenMorning({ seats: 3, joinable: [{ ...meeting, seatsTaken }], claims: [meeting], ...wishes })
  const nine = { start: at('2027-02-10T09:00Z'), seatsLeft: 3 }
  const ten = at('2027-02-10T10:00Z')
  const eleven = { start: at('2027-02-10T11:00Z'), seatsLeft: 3 }

  it('offers the meeting that others may join, with the seats it has left', () => {
    expect(slots(givenSeats(1))).toEqual([nine, { start: ten, seatsLeft: 2 }, eleven])
  })

  it('does not offer a full one', () => {
    expect(slots(givenSeats(3))).toEqual([nine, eleven])
    expect(whyNot(givenSeats(3), ten)).toBe('taken')
  })

  it('offers a join where a limit allows no new meeting', () => {
    const limits = [{ period: 'day' as const, maxBookings: 1 }]
    expect(slots(givenSeats(1, { limits, counted: [meeting] }))).toEqual([
      { start: ten, seatsLeft: 2 },
    ])
  })

  it('offers no join without notice, outside the window or when the length has changed', () => {
    const isTenOffered = (wishes: Partial<SlotQuery>) => isOffered(givenSeats(1, wishes), ten)
    expect(isTenOffered({ now: ten - 60, noticeMinutes: 61 })).toBe(false)
    expect(
      isTenOffered({ window: { kind: 'range', firstDay: '2027-02-11', lastDay: '2027-02-12' } }),
    ).toBe(false)
    expect(isTenOffered({ durationMinutes: 30 })).toBe(false)
  })

  it('offers joins on the grid of the viewer although their claim moves it', () => {
    const buffers = { bufferBeforeMinutes: 15, bufferAfterMinutes: 15 }
    const claims = [claim('2027-02-10T09:45Z', '2027-02-10T11:15Z')]
    expect(slots(givenSeats(1, { grid: 'viewerClock', claims, ...buffers }))).toEqual([
      { start: ten, seatsLeft: 2 },
    ])
  })
})

describe('teams', () => {
  const early = { schedule: schedule('UTC', hours(EVERY_DAY, '09:00', '11:00')), claims: [] }
  const late = { schedule: schedule('UTC', hours(EVERY_DAY, '10:00', '12:00')), claims: [] }

  it('meets together only when both are free', () => {
    expect(times(givenMorning({ team: [[early], [late]] }))).toEqual(['10:00'])
    const busy = { ...late, claims: [claim('2027-02-10T10:30Z', '2027-02-10T10:45Z')] }
    expect(times(givenMorning({ team: [[early], [busy]] }))).toEqual([])
  })

  it('offers what either can hold, but nobody takes over half-way', () => {
    expect(times(givenMorning({ team: [[early, late]] }))).toEqual(['09:00', '10:00', '11:00'])
    expect(times(givenMorning({ team: [[early, late]], durationMinutes: 150 }))).toEqual([])
  })

  it('has nothing to offer without a host to choose', () => {
    expect(times(givenMorning({ team: [[early], []] }))).toEqual([])
  })
})
