// Calendly's own document, of April 2023, as a judge of answers: official.json has its schemas,
// without the words.

import { judgeBy } from '../judge.ts'
import { deviations } from './deviations.ts'

export const { objections, objectionsTo } = judgeBy(
  new URL('official.json', import.meta.url),
  deviations,
)
