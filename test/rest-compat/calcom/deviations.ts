// Where answers differ from Cal.com's own document of March 2026, and why. Every answer of the tests that the document knows
// is held to it; what is not in this list fails.

import type { Deviation } from '../judge.ts'

export const deviations: Deviation[] = [
  {
    at: /^\/data(\/\*)?$/,
    keyword: 'oneOf',
    why: 'an occurrence of a series fits the schema of a single booking too, and an empty list fits several',
  },
  { at: /^\/status$/, keyword: 'type', why: 'of calendar links and references the status is said to be an object' },
  { at: /^\/pagination\/currentPage$/, keyword: 'minimum', why: 'it is 0 where there is nothing' },
  {
    at: /^\/data(\/\*)?\/logo$/,
    keyword: 'type',
    why: 'The document calls the address of a logo an object, and shows a text.',
  },
]
