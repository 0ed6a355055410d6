// Where answers differ from Cal.com's own document of March 2026, and why. Every answer of the tests that the document knows
// is held to it; what is not in this list fails.

import type { Deviation } from '../judge.ts'

export const deviations: Deviation[] = [
  {
    at: /^\/data\/destinationCalendar$/,
    keyword: 'type',
    why: 'There is none, as for a user of Cal.com who has connected no calendar to write to.',
  },
  {
    at: /^\/data(\/\*)?\/logo$/,
    keyword: 'type',
    why: 'The document calls the address of a logo an object, and shows a text.',
  },
]
