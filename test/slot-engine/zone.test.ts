import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import {
  addDays,
  daysBetween,
  endOfDay,
  isZone,
  localDay,
  slots,
  startOfDay,
} from '../../src/slot-engine/index.ts'
import { at, givenQuery, hours, schedule, WEEKDAYS } from './given.ts'

const ZONES = Intl.supportedValuesOf('timeZone')
const minutes = fc.integer({ min: at('2015-01-01T00:00Z'), max: at('2037-12-31T00:00Z') })

describe('zones', () => {
  it('knows zones by name, and takes offsets and nonsense for none', () => {
    expect(['Europe/Rome', 'UTC', 'Etc/GMT+5'].map(isZone)).toEqual([true, true, true])
    expect(['+02:00', 'Mars/Olympus', '', 'local time'].map(isZone)).toEqual([
      false,
      false,
      false,
      false,
    ])
  })

  it('refuses to reckon in a zone, or with a day, that does not exist', () => {
    expect(() => localDay(0, 'Mars/Olympus')).toThrow(RangeError)
    expect(() => startOfDay('2027-02-30', 'UTC')).toThrow(RangeError)
    const lost = schedule('Mars/Olympus', hours(WEEKDAYS, '09:00', '17:00'))
    expect(() => slots(givenQuery({ schedule: lost }))).toThrow(RangeError)
  })

  it('says the local day as luxon does, in every zone', () => {
    fc.assert(
      fc.property(minutes, fc.constantFrom(...ZONES), (minute, zone) => {
        expect(localDay(minute, zone)).toBe(
          DateTime.fromMillis(minute * 60_000, { zone }).toISODate(),
        )
      }),
      { numRuns: 400 },
    )
  })

  it('holds every minute in its own local day', () => {
    fc.assert(
      fc.property(minutes, fc.constantFrom(...ZONES), (minute, zone) => {
        const day = localDay(minute, zone)
        expect(startOfDay(day, zone)).toBeLessThanOrEqual(minute)
        expect(endOfDay(day, zone)).toBeGreaterThan(minute)
        expect(endOfDay(day, zone)).toBe(startOfDay(addDays(day, 1), zone))
      }),
      { numRuns: 400 },
    )
  })

  it('makes days of 23, 25 and no hours', () => {
    const length = (day: string, zone: string) => (endOfDay(day, zone) - startOfDay(day, zone)) / 60
    expect(length('2027-03-28', 'Europe/Rome')).toBe(23)
    expect(length('2027-10-31', 'Europe/Rome')).toBe(25)
    expect(length('2027-10-03', 'Australia/Lord_Howe')).toBe(23.5)
    expect(length('2011-12-30', 'Pacific/Apia')).toBe(0)
  })

  it('counts calendar days', () => {
    expect(daysBetween('2027-02-27', '2027-03-01')).toBe(2)
    expect(addDays('2028-02-28', 2)).toBe('2028-03-01')
  })
})
