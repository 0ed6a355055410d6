/** An input without the fields that are null or undefined: as though they had been left out. */
export function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field != null))
}

/** An input without the fields that are undefined; null stays, since it takes a value away. */
export function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined))
}

/** The name itself, or with the first number from 2 on that makes it one that is not taken. */
export function firstFree(name: string, isTaken: (candidate: string) => boolean): string {
  if (!isTaken(name)) return name
  let number = 2
  while (isTaken(`${name}-${number}`)) number++
  return `${name}-${number}`
}

/** For strict objects that differ by kind: says which fields are of another kind. */
export const strict = {
  error: (issue: { code?: string | undefined; keys?: readonly string[] }) =>
    issue.code === 'unrecognized_keys'
      ? `has fields that its kind does not have: ${issue.keys?.join(', ')}`
      : undefined,
}
