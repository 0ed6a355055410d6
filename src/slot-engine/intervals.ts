/**
 * Half-open interval maths. A list is *tidy* when it is sorted, no two intervals touch, and none is
 * empty.
 */
import type { Interval } from './types.ts'

/**
 * The same time as a tidy list: sorted, joined where intervals touch or overlap, without empty
 * ones.
 */
export function tidy(list: readonly Interval[]): Interval[] {
  const sorted = isSorted(list) ? list : [...list].sort((a, b) => a.start - b.start)
  const joined: Interval[] = []
  let last: Interval | undefined
  for (const { start, end } of sorted) {
    if (end <= start) continue
    if (last && start <= last.end) {
      if (end > last.end) last.end = end
    } else {
      last = { start, end }
      joined.push(last)
    }
  }
  return joined
}

/** What is left of a tidy list without the time in another tidy list. */
export function without(list: readonly Interval[], taken: readonly Interval[]): Interval[] {
  const left: Interval[] = []
  let next = 0
  for (const { start, end } of list) {
    let at = start
    while (next < taken.length && (taken[next]?.end ?? 0) <= start) next++
    for (let i = next; i < taken.length; i++) {
      const gone = taken[i]
      if (!gone || gone.start >= end) break
      if (gone.start > at) left.push({ start: at, end: gone.start })
      if (gone.end > at) at = gone.end
    }
    if (at < end) left.push({ start: at, end })
  }
  return left
}

/** The time that two tidy lists share, tidy again. */
export function shared(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const both: Interval[] = []
  let i = 0
  let j = 0
  for (;;) {
    const left = a[i]
    const right = b[j]
    if (!left || !right) return both
    const start = Math.max(left.start, right.start)
    const end = Math.min(left.end, right.end)
    if (start < end) both.push({ start, end })
    if (left.end < right.end) i++
    else j++
  }
}

/** The interval of a tidy list that holds `minute`. */
export function holding(list: readonly Interval[], minute: number): Interval | undefined {
  const found = list[firstEndingAfter(list, minute)]
  return found && found.start <= minute ? found : undefined
}

/**
 * The index of the first interval of a tidy list that ends after `minute`; the length when none
 * does.
 */
export function firstEndingAfter(list: readonly Interval[], minute: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle]?.end ?? 0) > minute) high = middle
    else low = middle + 1
  }
  return low
}

function isSorted(list: readonly Interval[]): boolean {
  let last = Number.NEGATIVE_INFINITY
  for (const { start } of list) {
    if (start < last) return false
    last = start
  }
  return true
}
