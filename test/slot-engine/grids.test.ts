import { describe, expect, it } from 'vitest'
import type { SlotQuery } from '../../src/slot-engine/index.ts'
import { at, claim, givenMorning, hours, schedule, times, WEEKDAYS } from './given.ts'

describe('the opening grid', () => {
  it('steps by the interval, not by the duration', () => {
    expect(times(givenMorning({ intervalMinutes: 45 }))).toEqual(['09:00', '09:45', '10:30'])
  })

  it('begins the offset after the opening', () => {
    expect(times(givenMorning({ offsetMinutes: 10 }))).toEqual(['09:10', '10:10'])
  })

  it('does not depend on the bounds of the question', () => {
    const bounds = { from: at('2027-02-10T09:20Z'), until: at('2027-02-10T11:00Z') }
    expect(times(givenMorning({ ...bounds, intervalMinutes: 15 }))).toEqual([
      '09:30',
      '09:45',
      '10:00',
      '10:15',
      '10:30',
      '10:45',
    ])
  })

  it('lists no slot that ends after endBy', () => {
    expect(times(givenMorning({ endBy: at('2027-02-10T11:59Z') }))).toEqual(['09:00', '10:00'])
    expect(times(givenMorning({ endBy: at('2027-02-10T12:00Z') }))).toEqual([
      '09:00',
      '10:00',
      '11:00',
    ])
  })
})

describe("the grid of the viewer's clock", () => {
  const givenViewer = (viewerZone: string, wishes: Partial<SlotQuery> = {}) =>
    givenMorning({ grid: 'viewerClock', viewerZone, ...wishes })

  it('starts on the round hour of the viewer', () => {
    expect(times(givenViewer('Asia/Kolkata'))).toEqual(['09:30', '10:30'])
    expect(times(givenViewer('Asia/Kathmandu'))).toEqual(['09:15', '10:15'])
  })

  it('begins anew behind a claim, on a round minute', () => {
    const claims = [claim('2027-02-10T09:00Z', '2027-02-10T09:10Z')]
    expect(times(givenViewer('UTC', { claims, durationMinutes: 45 }))).toEqual([
      '09:15',
      '10:00',
      '10:45',
    ])
  })

  it('goes on from the starts before a claim that left less than an interval', () => {
    const claims = [claim('2027-02-10T09:30Z', '2027-02-10T09:35Z')]
    const query = givenViewer('UTC', { claims, durationMinutes: 30, intervalMinutes: 45 })
    expect(times(query)).toEqual(['09:00', '09:45', '10:30', '11:15'])
  })

  it('goes on over midnight, even when only the morning is asked about', () => {
    const night = schedule('UTC', hours([2], '20:00', '23:50'), hours([2], '23:55', '26:30'))
    const query = givenViewer('UTC', { schedule: night, durationMinutes: 30, intervalMinutes: 90 })
    expect(times(query)).toEqual(['00:30', '02:00'])
  })

  it('adds the offset to every step', () => {
    expect(times(givenViewer('UTC', { offsetMinutes: 10 }))).toEqual(['09:10', '10:20'])
  })

  it('leaves a start where it is when rounding would cost a slot, if packed', () => {
    const open = schedule('UTC', hours(WEEKDAYS, '09:05', '11:20'))
    expect(times(givenViewer('UTC', { schedule: open }))).toEqual(['10:00'])
    expect(times(givenViewer('UTC', { schedule: open, packed: true }))).toEqual(['09:15', '10:15'])
  })
})

describe('the first slot of each day', () => {
  const days = { firstPerDay: true, until: at('2027-02-12T00:00Z') }

  it('is the first free one', () => {
    const claims = [claim('2027-02-10T09:00Z', '2027-02-10T09:30Z')]
    expect(times(givenMorning({ ...days, claims }))).toEqual(['10:00', '2027-02-11 09:00'])
  })

  it('is the first of the day, not of the question', () => {
    expect(times(givenMorning({ ...days, from: at('2027-02-10T09:30Z') }))).toEqual([
      '2027-02-11 09:00',
    ])
  })

  it("goes by the viewer's days", () => {
    // Ten in the morning UTC is midnight in Honolulu; nine belongs to the day before, which had its
    // first at ten.
    expect(times(givenMorning({ firstPerDay: true, viewerZone: 'Pacific/Honolulu' }))).toEqual([
      '10:00',
    ])
  })
})
