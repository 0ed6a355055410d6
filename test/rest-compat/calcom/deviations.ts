// Where answers differ from Cal.com's own document of March 2026, and why. Every answer of the tests that the document knows
// is held to it; what is not in this list fails.

import type { Deviation } from '../judge.ts'

export const deviations: Deviation[] = []
