// A series: the same meeting again and again, booked at once. Its occurrences are bookings, each
// with a claim of its own, and know one another by the uid of the series.

import { DateTime } from 'luxon'
import type { Tx } from '../../db/client.ts'
import type { Booking } from '../../db/generated/client/client.ts'
import { ApiError } from '../../errors.ts'
import type { SharedChange } from '../../event-log/transaction.ts'
import type { BookableEventType, Recurrence } from '../../event-types/index.ts'
import { newUid } from '../../ids.ts'
import { type Placed, place, type Wanted } from './insert.ts'

const units = { WEEKLY: 'weeks', MONTHLY: 'months', YEARLY: 'years' } as const

/**
 * The starts of a series: the same time on the clock of a zone, whatever its clock changes. Each is
 * counted from the first, so that one in a short month does not move those after it.
 * @example startsOf(new Date('2026-01-31T09:00Z'), 'UTC', { frequency: 'MONTHLY', interval: 1,
 * count: 3 }) // 31 Jan, 28 Feb, 31 Mar
 */
export function startsOf(
  first: Date,
  zone: string,
  { frequency, interval, count }: Recurrence,
): Date[] {
  const start = DateTime.fromJSDate(first, { zone })
  return Array.from({ length: count }, (_, index) =>
    start.plus({ [units[frequency]]: interval * index }).toJSDate(),
  )
}

/**
 * Books all occurrences of a series, the first first.
 * @throws ApiError as `place`; SLOT_UNAVAILABLE says in `occurrence` (from 1) and `start` which of
 * them is not free.
 */
export async function placeSeries(
  shared: SharedChange,
  eventType: BookableEventType,
  wanted: Wanted,
  recurrence: Recurrence,
  zone: string,
): Promise<Placed & { occurrences: Booking[] }> {
  const seriesUid = newUid('BookingSeries')
  const placed: Placed[] = []
  for (const start of startsOf(wanted.start, zone, recurrence)) {
    const [first] = placed
    const here = first === undefined ? wanted : { ...wanted, start, reservationId: null }
    placed.push(
      await place(shared, eventType, here, zone, { seriesUid, first }).catch(
        orWhich(placed.length + 1, start),
      ),
    )
  }
  const [first] = placed
  if (first === undefined) throw new Error('a series has one occurrence at least')
  return { ...first, occurrences: placed.map(({ booking }) => booking) }
}

const orWhich = (occurrence: number, start: Date) => (error: unknown) => {
  if (!(error instanceof ApiError) || error.code !== 'SLOT_UNAVAILABLE' || occurrence === 1)
    throw error
  const { fields = [], ...details } = error.details
  const which = `of occurrence ${occurrence}, ${start.toISOString()},`
  throw new ApiError(
    'SLOT_UNAVAILABLE',
    error.message.replace(/^The start/, `The start ${which}`),
    {
      ...details,
      occurrence,
      start: start.toISOString(),
      fields: fields.map(({ path, message }) => ({ path, message: `${which} ${message}` })),
    },
  )
}

/**
 * The occurrences of a series as they stand, by start: of those that moved, where they moved to.
 */
export const occurrencesOf = (db: Tx, seriesUid: string): Promise<Booking[]> =>
  db.booking.findMany({
    where: { seriesUid, rescheduledTo: null },
    orderBy: [{ startAt: 'asc' }, { id: 'asc' }],
  })
