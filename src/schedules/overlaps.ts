/** Hours in a list, as minutes on one line. Half-open, so hours may touch. */
export interface Stretch {
  index: number
  start: number
  end: number
}

/**
 * Pairs of a list's indexes whose hours overlap: the later of each two, once, with one that it
 * overlaps.
 */
export function overlaps(stretches: Stretch[]): { index: number; other: number }[] {
  const found = new Map<number, number>()
  let furthest: Stretch | undefined
  // A start or end that could not be read is NaN, and reported already.
  for (const stretch of stretches
    .filter(({ start, end }) => start < end)
    .toSorted((a, b) => a.start - b.start)) {
    if (furthest !== undefined && stretch.start < furthest.end) {
      const [other, index] = [furthest.index, stretch.index].toSorted((a, b) => a - b)
      if (index !== undefined && other !== undefined) found.set(index, found.get(index) ?? other)
    }
    if (furthest === undefined || stretch.end > furthest.end) furthest = stretch
  }
  return [...found].map(([index, other]) => ({ index, other }))
}
