// How Calendly writes instants: its contract, "Times".

import { z } from 'zod'

/** An instant as it answers it. */
export const Time = z
  .string()
  .meta({ format: 'date-time', description: 'UTC, with six digits after the second.' })

/** `2026-03-10T14:00:00.000Z` as it writes it. */
export const time = (instant: string): string => instant.replace(/Z$/, '000Z')

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/

/**
 * An instant as it takes it: without a zone it is UTC, and a plus sign may have become a space in a
 * query.
 */
export const instant = z
  .string()
  .transform((text, refine) => {
    const meant = LOCAL.test(text) ? `${text}Z` : text.replace(/ (\d\d:?\d\d)$/, '+$1')
    const isInstant = /^\d{4}-\d\d-\d\dT/.test(meant) && !Number.isNaN(Date.parse(meant))
    if (!isInstant) refine.addIssue({ code: 'custom', message: 'must be a date time' })
    return isInstant ? new Date(meant).toISOString() : z.NEVER
  })
  .meta({ format: 'date-time' })
