// Bounds and defaults that more than one part of the program uses.

/** Days of a range of slots or busy times that one request can ask for. */
export const MAX_RANGE_DAYS = 62
/** Slots or busy times that one request returns. */
export const MAX_TIMES = 3_000
/** Notice that a booking needs, in minutes, unless the event type or the caller says otherwise. */
export const DEFAULT_NOTICE_MINUTES = 240
/** The colour of event types and booking pages, as `#rrggbb`. */
export const DEFAULT_COLOR = '#0069ff'
