/**
 * How many letters are missing, too many, wrong, or swapped with the next (Damerau-Levenshtein).
 */
export function distance(a: string, b: string): number {
  const rows: number[][] = []
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let i = 0; i <= a.length; i++) {
    rows.push([i])
    for (let j = 1; j <= b.length; j++) {
      if (i === 0) rows[0]?.push(j)
      else {
        const isSame = a[i - 1] === b[j - 1]
        const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
        rows[i]?.push(
          Math.min(
            at(i - 1, j) + 1,
            at(i, j - 1) + 1,
            at(i - 1, j - 1) + (isSame ? 0 : 1),
            isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
          ),
        )
      }
    }
  }
  return at(a.length, b.length)
}
