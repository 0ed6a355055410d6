// Versions of routes, by the header `cal-api-version`: its contract, 1.2. A route in several
// versions is one `route` for each, with the same method, path and document; what differs is what
// it reads and how the answer is shaped.

import type { VersionHeader } from '../dialect.ts'

export const versionHeader: VersionHeader = {
  name: 'cal-api-version',
  known: [
    '2024-04-15',
    '2024-06-11',
    '2024-06-14',
    '2024-08-13',
    '2024-09-04',
    '2026-02-25',
    '2026-05-01',
    '2026-06-12',
  ],
  unlessGiven: '2024-04-15',
}

/**
 * Which versions have which shape, in each family of routes. A version that stands nowhere in a
 * family is not found there.
 */
export const bookingVersions = {
  old: ['2024-04-15', '2024-06-11', '2024-06-14'],
  new: ['2024-08-13', '2026-02-25'],
  /** Of lists alone, which page with a cursor since. */
  cursor: ['2026-05-01'],
} as const

export const eventTypeVersions = {
  old: ['2024-04-15', '2024-06-11'],
  new: ['2024-06-14', '2026-06-12'],
} as const

export const scheduleVersions = {
  old: ['2024-04-15'],
  new: ['2024-06-11', '2024-06-14'],
} as const

export const slotVersions = {
  old: ['2024-04-15', '2024-06-11', '2024-06-14', '2024-08-13'],
  new: ['2024-09-04'],
} as const
