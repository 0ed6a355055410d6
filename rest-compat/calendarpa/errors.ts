// How CalendarPA says no: its contract, "Errors".

import { z } from 'zod'
import type { CallError, GraphError } from '../../src/graph/call-error.ts'
import type { ErrorResponse } from '../dialect.ts'

const codes = [
  'INVALID_REQUEST',
  'INVALID_TOKEN',
  'INSUFFICIENT_SCOPE',
  'PLAN_REQUIRED',
  'NOT_FOUND',
  'SLOT_UNAVAILABLE',
  'IDEMPOTENCY_CONFLICT',
  'SUBSCRIPTION_LIMIT',
  'RATE_LIMITED',
  'TIMEOUT',
  'UNAVAILABLE',
  'INTERNAL',
] as const

interface Words {
  status: number
  code: (typeof codes)[number]
  /** Instead of what the graph says. */
  error?: string
}

const internal: Words = { status: 500, code: 'INTERNAL', error: 'Something failed on our side.' }

const table = {
  UNAUTHENTICATED: {
    status: 401,
    code: 'INVALID_TOKEN',
    error: 'The access token is missing or not valid.',
  },
  FORBIDDEN: { status: 403, code: 'INSUFFICIENT_SCOPE' },
  INSUFFICIENT_SCOPE: { status: 403, code: 'INSUFFICIENT_SCOPE' },
  PLAN_REQUIRED: { status: 403, code: 'PLAN_REQUIRED' },
  NOT_FOUND: { status: 404, code: 'NOT_FOUND' },
  INVALID_INPUT: { status: 400, code: 'INVALID_REQUEST' },
  CURSOR_UNKNOWN: { status: 400, code: 'INVALID_REQUEST' },
  // It has no status for a state that does not allow what is asked.
  CONFLICT: { status: 400, code: 'INVALID_REQUEST' },
  SLOT_UNAVAILABLE: { status: 409, code: 'SLOT_UNAVAILABLE' },
  IDEMPOTENCY_CONFLICT: { status: 409, code: 'IDEMPOTENCY_CONFLICT' },
  // Of what it can make, only hooks are limited.
  LIMIT_REACHED: { status: 400, code: 'SUBSCRIPTION_LIMIT' },
  RATE_LIMITED: { status: 429, code: 'RATE_LIMITED' },
  // Its documents are ours: what is wrong with them, or too much, no caller can mend.
  INVALID_QUERY: internal,
  PERSISTED_QUERY_NOT_SUPPORTED: internal,
  QUERY_TOO_EXPENSIVE: internal,
  TIMEOUT: { status: 503, code: 'TIMEOUT' },
  UNAVAILABLE: { status: 503, code: 'UNAVAILABLE' },
  INTERNAL: internal,
} satisfies Record<GraphError['code'], Words>

export const errorSchema = z
  .object({
    error: z.string().meta({ description: 'For people.' }),
    code: z.enum(codes).meta({ description: 'For programs.' }),
    details: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'With INVALID_REQUEST: one entry for each field at fault.' }),
  })
  .meta({ id: 'Error' })

export const errorStatuses = {
  400: 'The request is not valid, or the account has as many hooks as it may have.',
  401: 'The access token is missing or not valid.',
  403: 'The token lacks the scope, or the account the plan.',
  404: 'There is no such thing.',
  409: 'The start is not free, or the idempotency key was used for another request.',
  429: 'Too many requests.',
  500: 'Something failed on our side.',
  503: 'Not done in time, or the database is away; `Retry-After` says when to send the request again.',
}

export function refusal({
  first,
  errors,
}: CallError): ErrorResponse & { body: z.input<typeof errorSchema> } {
  const words: Words = table[first.code]
  const isInvalid = words.code === 'INVALID_REQUEST'
  const details = errors.flatMap(({ fields }) =>
    fields.map(({ path, message }) => ({ field: path, message })),
  )
  const ofFields = details.map(({ field, message }) => `${field} ${message}`).join('; ')
  return {
    status: words.status,
    body: {
      error: words.error ?? ((isInvalid && ofFields) || first.message),
      code: words.code,
      ...(isInvalid && { details }),
    },
    headers: headersOf(words, first),
  }
}

function headersOf({ status, code }: Words, { details }: GraphError): Record<string, string> {
  // RFC 6750 §3.1
  if (status === 401) return { 'WWW-Authenticate': 'Bearer error="invalid_token"' }
  if (code === 'INSUFFICIENT_SCOPE') {
    const scope = details.scope === undefined ? '' : `, scope="${details.scope}"`
    return { 'WWW-Authenticate': `Bearer error="insufficient_scope"${scope}` }
  }
  return {}
}
