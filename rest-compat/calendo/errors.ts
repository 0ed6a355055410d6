// How Calendo says no: its contract, "Errors".

import { z } from 'zod'
import type { CallError, GraphError } from '../../src/graph/call-error.ts'
import type { ErrorResponse } from '../dialect.ts'

const internal = 500

const statuses = {
  INVALID_INPUT: 400,
  CURSOR_UNKNOWN: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  INSUFFICIENT_SCOPE: 403,
  PLAN_REQUIRED: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  SLOT_UNAVAILABLE: 409,
  IDEMPOTENCY_CONFLICT: 409,
  LIMIT_REACHED: 409,
  RATE_LIMITED: 429,
  // Its documents are ours: what is wrong with them, or too much, no caller can mend.
  INVALID_QUERY: internal,
  PERSISTED_QUERY_NOT_SUPPORTED: internal,
  QUERY_TOO_EXPENSIVE: internal,
  TIMEOUT: 503,
  UNAVAILABLE: 503,
  INTERNAL: internal,
} satisfies Record<GraphError['code'], number>

const Words = z.object({
  error: z.string().meta({ description: 'For people; names each field at fault.' }),
})

const TooMany = z
  .object({ error: z.object({ code: z.literal('RATE_LIMIT_EXCEEDED'), message: z.string() }) })
  .meta({ description: 'With 429 alone.' })

export const errorSchema = z.union([Words, TooMany]).meta({ id: 'Error' })

export const errorStatuses = {
  400: 'The request is not valid.',
  401: 'No credential came with the request, or one that is not valid.',
  403: 'The credential may not do this, or not from that page.',
  404: 'There is no such thing.',
  409: 'A name is taken, the start is not free, or the state of the thing does not allow this.',
  429: 'Too many requests; `Retry-After` says when to come back.',
  500: 'Something failed on our side.',
  503: 'Not done in time, or the database is away; `Retry-After` says when to send the request again.',
}

export function refusal({
  first,
  errors,
}: CallError): ErrorResponse & { body: z.input<typeof errorSchema> } {
  const status = statuses[first.code]
  const { retryAfterSeconds } = first.details
  if (status === 429) {
    const message = `Too many requests. Please retry after ${retryAfterSeconds} seconds.`
    return { status, body: { error: { code: 'RATE_LIMIT_EXCEEDED', message } } }
  }
  if (status === internal) return { status, body: { error: 'Something failed on our side.' } }
  const fields = errors.flatMap(({ fields }) =>
    fields.map(({ path, message }) => `${path} ${message}`),
  )
  return { status, body: { error: (status === 400 && fields.join('; ')) || first.message } }
}
