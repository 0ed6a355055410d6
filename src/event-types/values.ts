import { z } from 'zod'

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

/** A telephone number as people write them: digits with the usual signs between, at most 15 of them (ITU-T E.164). */
export const phone = z
  .string()
  .trim()
  .regex(/^\+?(?:[\s().\-/]*\d){3,15}[\s().\-/]*$/, 'must be a telephone number')
  .max(40, 'must have at most 40 characters')

/** A slug of a text, `Zoë's first call` makes `zoe-s-first-call`; the fallback for a text without Latin letters. */
export function slugOf(text: string, fallback: string): string {
  const slug = text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? fallback : slug
}

/** The name itself, or with the first number from 2 on that makes it one that is not taken. */
export function firstFree(name: string, isTaken: (candidate: string) => boolean): string {
  if (!isTaken(name)) return name
  let number = 2
  while (isTaken(`${name}-${number}`)) number++
  return `${name}-${number}`
}
