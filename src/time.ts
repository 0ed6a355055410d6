/** Lengths of time in milliseconds. A day has 24 hours; days of a time zone can be longer or shorter. */
export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

export const MINUTES_PER_DAY = 24 * 60
/** Minutes of a leap year: the upper bound of notices and of limits per year. */
export const MINUTES_PER_YEAR = 366 * MINUTES_PER_DAY
