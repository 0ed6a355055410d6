// Cal.com's own document, of March 2026, as a judge of answers: official.json has its schemas,
// without the words. It knows each route in its newest version of then. Left out is what says
// nothing: enums of lists that their items have too, and names of patterns in place of the
// patterns.

import { judgeBy } from '../judge.ts'
import { deviations } from './deviations.ts'

export const { objections, objectionsTo } = judgeBy(
  new URL('official.json', import.meta.url),
  deviations,
)
