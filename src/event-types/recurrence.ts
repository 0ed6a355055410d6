import { z } from 'zod'
import { type EventType, Frequency } from '../db/generated/client/client.ts'
import { whole } from '../validation.ts'

/**
 * How meetings can be booked as a series: at most `count`, each `interval` weeks, months or years
 * after the one before.
 */
export const Recurrence = z.object({
  frequency: z.enum(Frequency),
  interval: whole(1, 99),
  count: whole(1, 100),
})

export type Recurrence = z.output<typeof Recurrence>

/** The recurrence of a row; null: it books single meetings alone. */
export function recurrenceOf(row: EventType): Recurrence | null {
  const {
    recurrenceFrequency: frequency,
    recurrenceInterval: interval,
    recurrenceCount: count,
  } = row
  return frequency === null || interval === null || count === null
    ? null
    : { frequency, interval, count }
}

/** The columns that keep it. */
export const recurrenceColumns = (recurrence: Recurrence | null) => ({
  recurrenceFrequency: recurrence?.frequency ?? null,
  recurrenceInterval: recurrence?.interval ?? null,
  recurrenceCount: recurrence?.count ?? null,
})
