import { DAY_MS } from '../time.ts'
import { type Component, propertyOf, textOf } from './content.ts'
import type { Report } from './problems.ts'
import { offsetIn, timeIn } from './property-values.ts'
import { type Budget, occurrencesOf, type WallTime, wallOf, wallTimeAt } from './recurrence.ts'
import { ruleIn } from './rrule.ts'
import { type Change, type Zone, zoneOfChanges } from './zones.ts'

/**
 * The zone that a VTIMEZONE describes (RFC 5545, section 3.6.5), and whether all of it could be
 * read.
 */
export function describedZone(
  component: Component,
  until: number,
  budget: Budget,
  report: Report,
): { zone: Zone | undefined; isWhole: boolean } {
  const changes: Change[] = []
  let first: { at: number; offset: number } | undefined
  let isWhole = true
  for (const observance of component.parts) {
    const found = changesOf(observance, until, budget, report)
    if (found === undefined) {
      report(
        observance.line,
        `${observance.name} of a time zone has no readable DTSTART and TZOFFSETTO.`,
      )
      isWhole = false
      continue
    }
    for (const at of found.onsets) {
      changes.push({ at, offset: found.to })
      if (first === undefined || at < first.at) first = { at, offset: found.from }
    }
  }
  return { zone: first && zoneOfChanges(changes, first.offset), isWhole }
}

/** When an observance begins, and the offsets before and after. */
function changesOf(observance: Component, until: number, budget: Budget, report: Report) {
  const valueAt = (name: string) => {
    const property = propertyOf(observance, name)
    return property === undefined ? '' : textOf(property)
  }
  const to = offsetIn(valueAt('TZOFFSETTO'))
  const from = offsetIn(valueAt('TZOFFSETFROM')) ?? to
  const start = timeIn(valueAt('DTSTART'))
  if (to === undefined || from === undefined || start === undefined) return undefined
  // Onsets are on the clock that they end.
  const onsets = [start.wall - from]
  const range = { firstDay: 0, lastDay: Math.floor(until / DAY_MS) + 2 }
  for (const property of observance.properties) {
    if (property.name === 'RDATE') {
      for (const text of textOf(property).split(',')) {
        const time = timeIn(text)
        if (time !== undefined) onsets.push(time.wall - (time.offset ?? from))
      }
    }
    if (property.name !== 'RRULE') continue
    const rule = ruleIn(textOf(property), message => report(property.line, message))
    // Zones change once or twice a year: other rules could only cost time.
    if (rule?.freq !== 'YEARLY') continue
    const end =
      rule.until === undefined
        ? Number.POSITIVE_INFINITY
        : rule.until.wall - (rule.until.offset ?? from)
    const onsetAt = (time: WallTime) => wallOf(time) - from
    for (const time of occurrencesOf(
      rule,
      wallTimeAt(start.wall),
      range,
      budget,
      time => onsetAt(time) > end,
    )) {
      onsets.push(onsetAt(time))
    }
  }
  return { onsets, from, to }
}
