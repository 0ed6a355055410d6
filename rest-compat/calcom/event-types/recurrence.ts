// How an event type repeats: `recurrence`, and in version 2024-04-15 `recurringEvent`.

import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { integer, oneOf } from '../values.ts'

export const RecurrenceParts = graphql(
  'fragment CalcomRecurrence on Recurrence { frequency interval count }',
)

type Shown = ResultOf<typeof RecurrenceParts>

const frequencies = ['yearly', 'monthly', 'weekly'] as const
const ofGraph = { yearly: 'YEARLY', monthly: 'MONTHLY', weekly: 'WEEKLY' } as const
const numbers = { YEARLY: 0, MONTHLY: 1, WEEKLY: 2 } as const

const interval = integer(1, 99)
const times = integer(1, 100)

export const Recurrence = z.object({
  interval,
  occurrences: times,
  frequency: oneOf(frequencies),
  disabled: z.literal(false).optional(),
})

/** `freq` is a number of the iCalendar library that Cal.com keeps recurrences for. */
export const RecurringEvent = z.object({
  freq: z.literal(Object.values(numbers), 'must be 0 (yearly), 1 (monthly) or 2 (weekly)'),
  interval,
  count: times,
})

/** As the graph takes it. */
export const recurrenceIn = ({
  frequency,
  interval,
  occurrences,
}: z.output<typeof Recurrence>) => ({
  frequency: ofGraph[frequency],
  interval,
  count: occurrences,
})

export function recurrenceOut(shown: Shown | null): z.input<typeof Recurrence> | null {
  if (shown === null) return null
  const { frequency, interval, count } = shown
  return {
    interval,
    occurrences: count,
    frequency: frequencies[numbers[frequency]],
    disabled: false,
  }
}

/** That of version 2024-04-15 as later ones have it. */
export const laterRecurrence = ({ freq, interval, count }: z.output<typeof RecurringEvent>) => ({
  interval,
  occurrences: count,
  frequency: frequencies[freq],
})

export function recurringEvent(shown: Shown | null): z.input<typeof RecurringEvent> | null {
  return shown && { freq: numbers[shown.frequency], interval: shown.interval, count: shown.count }
}
