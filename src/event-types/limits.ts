import { z } from 'zod'
import type { EventType } from '../db/generated/client/client.ts'
import { MINUTES_PER_YEAR } from '../time.ts'
import { whole } from '../validation.ts'

const periods = ['perDay', 'perWeek', 'perMonth', 'perYear'] as const

/** Ceilings for the periods of a calendar; null: none. */
export type Limits = Record<(typeof periods)[number], number | null>

export const noLimits: Limits = { perDay: null, perWeek: null, perMonth: null, perYear: null }

const limits = (min: number, max: number) =>
  z
    .object({
      perDay: whole(min, max).nullish(),
      perWeek: whole(min, max).nullish(),
      perMonth: whole(min, max).nullish(),
      perYear: whole(min, max).nullish(),
    })
    .superRefine((given, refine) => {
      let shorter: (typeof periods)[number] | undefined
      for (const period of periods) {
        const limit = given[period]
        if (limit == null) continue
        const least = shorter && given[shorter]
        if (least != null && limit < least) {
          refine.addIssue({
            code: 'custom',
            path: [period],
            message: `must not be less than ${shorter}`,
          })
        }
        shorter = period
      }
    })
    .transform((given): Limits => ({ ...noLimits, ...given }))

/** Bookings in a period. */
export const BookingLimits = limits(1, 9_999)

/** Booked minutes in a period. */
export const MinuteLimits = limits(1, MINUTES_PER_YEAR)

/** The limits on bookings of a row. */
export const bookingLimitsOf = (row: EventType): Limits => ({
  perDay: row.maxPerDay,
  perWeek: row.maxPerWeek,
  perMonth: row.maxPerMonth,
  perYear: row.maxPerYear,
})

/** The limits on booked minutes of a row. */
export const minuteLimitsOf = (row: EventType): Limits => ({
  perDay: row.maxMinutesPerDay,
  perWeek: row.maxMinutesPerWeek,
  perMonth: row.maxMinutesPerMonth,
  perYear: row.maxMinutesPerYear,
})
