import { describe, expect, it } from 'vitest'
import { claim, givenMorning, times } from './given.ts'

describe('claims and buffers', () => {
  it('offers a meeting that touches a claim, and none that shares a minute with it', () => {
    expect(
      times(givenMorning({ claims: [claim('2027-02-10T10:00Z', '2027-02-10T11:00Z')] })),
    ).toEqual(['09:00', '11:00'])
    expect(
      times(givenMorning({ claims: [claim('2027-02-10T09:59Z', '2027-02-10T11:01Z')] })),
    ).toEqual([])
  })

  it('takes starts away without moving the others', () => {
    expect(
      times(givenMorning({ claims: [claim('2027-02-10T09:00Z', '2027-02-10T09:10Z')] })),
    ).toEqual(['10:00', '11:00'])
  })

  it('keeps the buffers clear of claims, each on its own side', () => {
    const claims = [claim('2027-02-10T10:00Z', '2027-02-10T11:00Z')]
    expect(times(givenMorning({ claims, bufferBeforeMinutes: 5 }))).toEqual(['09:00'])
    expect(times(givenMorning({ claims, bufferAfterMinutes: 5 }))).toEqual(['11:00'])
  })

  it('lets buffers stand outside the hours', () => {
    const buffers = { bufferBeforeMinutes: 45, bufferAfterMinutes: 45 }
    expect(times(givenMorning(buffers))).toEqual(['09:00', '10:00', '11:00'])
  })

  it('heeds a claim outside the hours that a buffer reaches', () => {
    const claims = [claim('2027-02-10T12:00Z', '2027-02-10T12:30Z')]
    expect(times(givenMorning({ claims, bufferAfterMinutes: 10 }))).toEqual(['09:00', '10:00'])
  })

  it('takes claims in any order, overlapping or empty', () => {
    const claims = [
      claim('2027-02-10T11:30Z', '2027-02-10T12:30Z'),
      claim('2027-02-10T09:00Z', '2027-02-10T09:30Z'),
      claim('2027-02-10T09:10Z', '2027-02-10T09:20Z'),
      claim('2027-02-10T10:30Z', '2027-02-10T10:30Z'),
    ]
    expect(times(givenMorning({ claims }))).toEqual(['10:00'])
  })

  it('leaves an empty claim without effect, whatever the buffers', () => {
    const claims = [claim('2027-02-10T10:30Z', '2027-02-10T10:30Z')]
    const buffers = { bufferBeforeMinutes: 45, bufferAfterMinutes: 45 }
    expect(times(givenMorning({ claims, ...buffers }))).toEqual(['09:00', '10:00', '11:00'])
  })
})
