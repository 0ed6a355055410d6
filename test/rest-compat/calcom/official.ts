// Cal.com's own document, of March 2026, as a judge of answers: official.json has its schemas, without the words. It knows
// each route in its newest version of then.

import { judgeBy } from '../judge.ts'
import { deviations } from './deviations.ts'

export const { objections, objectionsTo } = judgeBy(new URL('official.json', import.meta.url), deviations)
