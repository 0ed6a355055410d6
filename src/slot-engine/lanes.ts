/**
 * A lane is a choice of hosts who would hold the meeting together: the time in which all of them
 * are open, and what is free of it. An ordinary event type has one lane; a team that can choose
 * among its hosts has several.
 */
import { openHours } from './hours.ts'
import { shared, tidy, without } from './intervals.ts'
import type { HostTime, Interval, SlotQuery } from './types.ts'

export interface Lane {
  open: Interval[]
  /** Open time in which a meeting may lie with its buffers clear of every claim. */
  free: Interval[]
}

export function lanesOf(query: SlotQuery, span: Interval): Lane[] {
  const groups = query.team ?? [[{ schedule: query.schedule, claims: query.claims }]]
  const [first, ...rest] = groups.map(group => group.map(host => laneOf(query, host, span)))
  return rest.reduce(
    (lanes, group) => lanes.flatMap(lane => group.map(other => together(lane, other))),
    first ?? [],
  )
}

/** The lane of one host alone. */
export function laneOf(query: SlotQuery, { schedule, claims }: HostTime, span: Interval): Lane {
  const open = openHours(schedule, span)
  return { open, free: without(open, blockedBy(query, claims, span)) }
}

/**
 * A claim keeps a meeting away by the meeting's after-buffer in front of it and its before-buffer
 * behind it.
 */
function blockedBy(
  { bufferBeforeMinutes, bufferAfterMinutes }: SlotQuery,
  claims: Interval[],
  span: Interval,
) {
  const blocked: Interval[] = []
  for (const claim of claims) {
    if (claim.end <= claim.start) continue
    const start = claim.start - bufferAfterMinutes
    const end = claim.end + bufferBeforeMinutes
    // Far claims go first: the one start of a booking is often asked about with a month of claims
    // at hand.
    if (start < span.end && end > span.start) blocked.push({ start, end })
  }
  return tidy(blocked)
}

function together(a: Lane, b: Lane): Lane {
  return { open: shared(a.open, b.open), free: shared(a.free, b.free) }
}
