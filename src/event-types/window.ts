import { z } from 'zod'
import type { EventType } from '../db/generated/client/client.ts'
import { day, whole } from '../validation.ts'
import { strict, withoutNulls } from './values.ts'

const MAX_DAYS = 3650

const ahead = { days: whole(0, MAX_DAYS), rolling: z.boolean().default(false) }
// As an answer has it, so that what was read can be sent back.
const unmoved = { rolling: z.literal(false, 'belongs to DAYS and BUSINESS_DAYS').optional() }

/** How far ahead an event type can be booked. */
export const BookingWindow = z
  .preprocess(
    withoutNulls,
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('UNLIMITED'), ...unmoved }, strict),
      z.strictObject({ kind: z.literal('DAYS'), ...ahead }, strict),
      z.strictObject({ kind: z.literal('BUSINESS_DAYS'), ...ahead }, strict),
      z.strictObject({ kind: z.literal('RANGE'), firstDay: day, lastDay: day, ...unmoved }, strict),
    ]),
  )
  .superRefine((window, refine) => {
    const report = (field: string, message: string) =>
      refine.addIssue({ code: 'custom', path: [field], message })
    if ('days' in window && window.rolling && window.days === 0)
      report('days', 'must be at least 1 when rolling')
    if (window.kind === 'RANGE' && window.lastDay < window.firstDay)
      report('lastDay', 'must not be before firstDay')
  })

export type BookingWindow = z.output<typeof BookingWindow>

type Columns = Pick<
  EventType,
  'windowKind' | 'windowDays' | 'windowRolling' | 'windowFirstDay' | 'windowLastDay'
>

/** The columns that keep a window. */
export function windowColumns(window: BookingWindow): Columns {
  const none = { windowDays: null, windowRolling: false, windowFirstDay: null, windowLastDay: null }
  switch (window.kind) {
    case 'UNLIMITED':
      return { ...none, windowKind: window.kind }
    case 'DAYS':
    case 'BUSINESS_DAYS':
      return {
        ...none,
        windowKind: window.kind,
        windowDays: window.days,
        windowRolling: window.rolling,
      }
    case 'RANGE':
      return {
        ...none,
        windowKind: window.kind,
        windowFirstDay: new Date(`${window.firstDay}T00:00:00Z`),
        windowLastDay: new Date(`${window.lastDay}T00:00:00Z`),
      }
  }
}

/** The window of a row. */
export function windowOf(row: Columns): BookingWindow {
  switch (row.windowKind) {
    case 'UNLIMITED':
      return { kind: 'UNLIMITED' }
    case 'DAYS':
    case 'BUSINESS_DAYS':
      return { kind: row.windowKind, days: row.windowDays ?? 0, rolling: row.windowRolling }
    case 'RANGE':
      return {
        kind: 'RANGE',
        firstDay: dayOf(row.windowFirstDay),
        lastDay: dayOf(row.windowLastDay),
      }
  }
}

const dayOf = (date: Date | null): string => date?.toISOString().slice(0, 10) ?? ''
