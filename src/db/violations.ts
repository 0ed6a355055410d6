import { z } from 'zod'

// How the pg adapter reports what PostgreSQL refused, for model calls and for raw statements alike.
const Reported = z.object({
  meta: z.object({
    driverAdapterError: z.object({
      cause: z.object({ originalCode: z.string(), originalMessage: z.string() }),
    }),
  }),
})

const UNIQUE_VIOLATION = '23505'
const EXCLUSION_VIOLATION = '23P01'

function violation(error: unknown, code: string): string | undefined {
  const reported = Reported.safeParse(error)
  if (!reported.success) return undefined
  const { originalCode, originalMessage } = reported.data.meta.driverAdapterError.cause
  return originalCode === code ? originalMessage : undefined
}

/**
 * PostgreSQL's message, which names the index, when the error is a broken unique index; undefined
 * for other errors.
 */
export const uniqueViolation = (error: unknown): string | undefined =>
  violation(error, UNIQUE_VIOLATION)

/** The same for a broken exclusion constraint: time that is claimed already. */
export const exclusionViolation = (error: unknown): string | undefined =>
  violation(error, EXCLUSION_VIOLATION)
