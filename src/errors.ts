/** Every reason for which Meridian refuses a request; the meaning of each stands in the schema. */
export const errorCodes = {
  UNAUTHENTICATED:
    'The request has no credential, or one that is not valid (any more). `isExpired`, where present, is true if the credential is known to have expired, and false if it is unknown, was revoked or was never valid.',
  FORBIDDEN: 'The caller is known, and may not do this.',
  INSUFFICIENT_SCOPE: 'The credential lacks the scope that the field asks for.',
  PLAN_REQUIRED: 'The plan of the account does not include this.',
  NOT_FOUND: 'The object does not exist, or belongs to others.',
  INVALID_INPUT: 'Values of the request are invalid. `fields` lists each with the reason.',
  CURSOR_UNKNOWN:
    'The log has no event with this cursor, such as after a restore of an older backup. Read the current state, then follow without a cursor or from `start`.',
  INVALID_QUERY: 'The GraphQL document cannot be read, or does not fit the schema.',
  PERSISTED_QUERY_NOT_SUPPORTED:
    'The request names its document by a hash alone (automatic persisted queries). Send the text of the document.',
  SLOT_UNAVAILABLE: 'The asked start is not free; `fields` says why.',
  CONFLICT: 'The thing is in a state that does not allow this, or a name is taken.',
  IDEMPOTENCY_CONFLICT: 'The idempotency key was used for another request.',
  LIMIT_REACHED: 'The account has as many of these as it may have.',
  RATE_LIMITED: 'Too many requests; `retryAfterSeconds` says when to come back.',
  QUERY_TOO_EXPENSIVE: 'The request passes a limit; `limit`, `allowed` and `asked` name it.',
  TIMEOUT:
    'The request could not be completed in time. Changes that were not confirmed were not stored; `retryAfterSeconds` says when to send it again.',
  UNAVAILABLE:
    'The database cannot be reached. `retryAfterSeconds` says when to send the request again.',
  INTERNAL: 'Something failed on our side. The request id finds it in the logs.',
} as const

export type ErrorCode = keyof typeof errorCodes

/**
 * An invalid field: its path from the arguments, such as `input.invitee.email`, and what is wrong
 * with it.
 */
export interface FieldProblem {
  path: string
  message: string
}

interface Details {
  fields?: FieldProblem[]
  [fact: string]: unknown
}

/**
 * The one error that is meant for the caller. Anything else that is thrown reaches them as
 * INTERNAL, without text.
 */
export class ApiError extends Error {
  override name = 'Refusal'

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Details = {},
  ) {
    super(message)
  }
}

/**
 * The error for an object that does not exist, or that belongs to others. Callers cannot
 * distinguish the two.
 */
export const notFound = (what: string, path = 'id'): ApiError =>
  new ApiError('NOT_FOUND', `There is no such ${what}.`, {
    fields: [{ path, message: `no such ${what}` }],
  })

/** A refusal that names one field. */
export const invalid = (path: string, message: string): ApiError =>
  invalidFields([{ path, message }])

/** A refusal that names every invalid field. */
export const invalidFields = (fields: FieldProblem[]): ApiError =>
  new ApiError('INVALID_INPUT', fields.map(field => `${field.path}: ${field.message}`).join('; '), {
    fields,
  })
