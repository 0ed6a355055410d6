import type { Rate } from './measure.ts'

const line = (what: string, figures: string) => console.log(`  ${what.padEnd(44)} ${figures}`)
const number = (value: number, digits: number) => value.toFixed(digits).padStart(8)
const MB = 1024 * 1024

export const perSecond = (what: string, value: number) => line(what, `${number(value, 0)} /s`)
export const rate = (what: string, { perSecond, p99Ms }: Rate) =>
  line(what, `${number(perSecond, 0)} /s   p99 ${p99Ms.toFixed(1)} ms`)
export const ratio = (what: string, value: number) => line(what, number(value, 2))
export const ms = (what: string, value: number) => line(what, `${number(value, 1)} ms`)
export const memory = (what: string, { rss, heapUsed }: { rss: number; heapUsed: number }) =>
  line(what, `${number(rss / MB, 0)} MB   heap held ${(heapUsed / MB).toFixed(0)} MB`)
/** A figure beside its target, which it should not pass. */
export const against = (what: string, value: number, target: number) =>
  line(
    what,
    `${number(value, 1)} ms   target ${target} ms ${value <= target ? 'reached' : 'MISSED'}`,
  )
