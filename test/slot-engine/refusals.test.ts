import { describe, expect, it } from 'vitest'
import { type SlotQuery, whyNot } from '../../src/slot-engine/index.ts'
import { at, claim, givenMorning } from './given.ts'

describe('the reason for a refusal', () => {
  const query = givenMorning({ now: at('2027-02-10T09:30Z'), noticeMinutes: 30 })
  const why = (time: string, wishes: Partial<SlotQuery> = {}) =>
    whyNot({ ...query, ...wishes }, at(`2027-02-10T${time}Z`))

  it('is nothing for a start that is offered', () => {
    expect(why('10:00')).toBeUndefined()
  })

  it('says past, then notice', () => {
    expect(why('09:00')).toBe('past')
    expect(why('09:45')).toBe('notice')
  })

  it('says window outside the window and outside the question', () => {
    expect(
      why('10:00', { window: { kind: 'range', firstDay: '2027-03-01', lastDay: '2027-03-02' } }),
    ).toBe('window')
    expect(why('10:00', { from: at('2027-02-10T10:01Z') })).toBe('window')
    expect(why('11:00', { endBy: at('2027-02-10T11:30Z') })).toBe('window')
  })

  it('says hours when the host is closed for a part of it', () => {
    expect(why('11:30')).toBe('hours')
    expect(why('20:00')).toBe('hours')
  })

  it('says taken, then limit', () => {
    const meeting = claim('2027-02-10T10:00Z', '2027-02-10T11:00Z')
    const limits = [{ period: 'day' as const, maxBookings: 1 }]
    expect(why('10:00', { claims: [meeting], counted: [meeting], limits })).toBe('taken')
    expect(why('11:00', { claims: [meeting], counted: [meeting], limits })).toBe('limit')
  })

  it('says grid only when nothing else is in the way', () => {
    expect(why('10:15')).toBe('grid')
    expect(why('11:00', { firstPerDay: true })).toBe('grid')
  })
})
