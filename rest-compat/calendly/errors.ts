// How Calendly says no: its contract, "Errors and limits".

import { z } from 'zod'
import { CallError, callError, type GraphError } from '../../src/graph/call-error.ts'
import type { ErrorResponse } from '../dialect.ts'
import { scopeNameOf } from './scopes.ts'
import { NO_URI } from './uris.ts'

interface Words {
  status: number
  title: string
  /** Instead of what the graph says. */
  message?: string
}

const INVALID = 'The supplied parameters are invalid.'

const denied = { status: 403, title: 'Permission Denied' }
const invalid = { status: 400, title: 'Invalid Argument', message: INVALID }
const unprocessable = { status: 422, title: 'Validation Error', message: INVALID }
const alreadyExists = {
  status: 409,
  title: 'Already Exists',
  message: 'Hook with this url already exists',
}
const unavailable = { status: 503, title: 'Service Unavailable' }
const internal = {
  status: 500,
  title: 'Internal Server Error',
  message:
    'The server encountered an unexpected condition that prevented it from fulfilling the request.',
}

const table = {
  UNAUTHENTICATED: {
    status: 401,
    title: 'Unauthenticated',
    message: 'The access token is invalid',
  },
  FORBIDDEN: denied,
  INSUFFICIENT_SCOPE: {
    status: 403,
    title: 'Insufficient scope',
    message: "This operation requires the scopes listed in the 'required_scopes' array.",
  },
  PLAN_REQUIRED: denied,
  NOT_FOUND: {
    status: 404,
    title: 'Resource Not Found',
    message: 'The server could not find the requested resource.',
  },
  INVALID_INPUT: invalid,
  CURSOR_UNKNOWN: invalid,
  CONFLICT: denied,
  // It is no conflict there, but a start that nobody may send.
  SLOT_UNAVAILABLE: invalid,
  IDEMPOTENCY_CONFLICT: invalid,
  LIMIT_REACHED: denied,
  RATE_LIMITED: { status: 429, title: 'Too Many Requests' },
  // Its documents are ours: what is wrong with them, or too much, no caller can mend.
  INVALID_QUERY: internal,
  PERSISTED_QUERY_NOT_SUPPORTED: internal,
  QUERY_TOO_EXPENSIVE: internal,
  TIMEOUT: unavailable,
  UNAVAILABLE: unavailable,
  INTERNAL: internal,
} satisfies Record<GraphError['code'], Words>

const Detail = z.object({
  message: z.string(),
  parameter: z.string().optional(),
  code: z.string().optional(),
})

export const errorSchema = z
  .object({
    title: z.string(),
    message: z.string(),
    details: z
      .array(Detail)
      .optional()
      .meta({ description: 'One entry for each parameter at fault.' }),
    required_scopes: z
      .array(z.string())
      .optional()
      .meta({ description: 'With `Insufficient scope`.' }),
  })
  .meta({ id: 'ErrorResponse' })

export const errorStatuses = {
  400: 'A parameter, a page token or a URI is not valid, or the start is not free.',
  401: 'The access token is missing or not valid.',
  403: 'The token may not do this, or the state of the thing does not allow it.',
  404: 'There is no such thing, or not for this token.',
  409: 'Another subscription has this URL, or another contact this address.',
  422: 'A value of the body is not valid.',
  429: 'Too many requests.',
  500: 'Something failed on our side.',
  503: 'Not done in time, or the database is away; `Retry-After` says when to send the request again.',
}

/** What is wrong with some parameters, in words of their own. */
const known: Record<string, z.input<typeof Detail>> = {
  'event.start_time is taken': {
    parameter: 'event.start_time',
    message: 'That start time has been filled',
    code: 'already_filled',
  },
  'questions_and_answers is missing': {
    parameter: 'questions_and_answers',
    message: 'Required Questions and Answers cannot be blank.',
  },
  'questions_and_answers must be a telephone number': {
    parameter: 'questions_and_answers',
    message: 'Phone Number is not a valid phone number',
  },
  'event.location_configuration.location invalid location choice': {
    parameter: 'event.location_configuration.location',
    message: 'invalid location choice',
    code: 'invalid_location_choice',
  },
}

/** What the guide has clients look for, of a receiver whatever speaks against it. */
const RECEIVER = 'url must be a valid HTTPS URL'

/** Reasons that this says already. */
const isNoUrl = (message: string): boolean =>
  /^must (be an absolute http|start with http|not be empty)/.test(message)

/** What is wrong with any, in the words of Ruby's dry-validation. */
const wordings: [RegExp, string][] = [
  [/^is missing: .*/, 'is missing'],
  [/^must not be (empty|null)$/, 'must be filled'],
  [/^must be one of (?!:)/, 'must be one of: '],
  [/^must be at least /, 'must be greater than or equal to '],
  [/^must be at most /, 'must be less than or equal to '],
  [/^must be a whole number$/, 'must be an integer'],
  [/^must be a list$/, 'must be an array'],
  [/^must be an object$/, 'must be a hash'],
  [/^must be (a boolean|true or false)$/, 'must be boolean'],
  [/^must have at most (\d+) characters$/, 'size cannot be greater than $1'],
]

const inItsWords = (message: string): string =>
  wordings.reduce((words, [ours, theirs]) => words.replace(ours, theirs), message)

/** `questions_and_answers.0.answer` as it writes it. */
const parameterOf = (path: string): string => path.replace(/\.(\d+)(?=\.|$)/g, '[$1]')

function detailOf({ path, message }: GraphError['fields'][number]): z.input<typeof Detail> {
  if (path === 'url' && message !== 'is missing') {
    return { parameter: path, message: isNoUrl(message) ? RECEIVER : `${RECEIVER}: it ${message}` }
  }
  return (
    known[`${path} ${message}`] ?? { parameter: parameterOf(path), message: inItsWords(message) }
  )
}

/** A refusal of some routes alone: 400 under a title of its own. */
export const titled = (title: string, message: string): CallError =>
  callError('INVALID_INPUT', message, { title, words: message })

/** What the graph says of an invitation, and the title that it has. */
const ofInvitations: Record<string, string> = {
  'is a member already': 'Already Organization Member',
  'is invited already': 'Already Invited',
}

/** The title of a 400 that has its own. */
function titleOf({ code, details, fields }: GraphError): string | undefined {
  if (details.title !== undefined) return String(details.title)
  if (code !== 'CONFLICT') return undefined
  if (details.status === 'ACCEPTED' || details.status === 'DECLINED') return ALREADY_ACCEPTED
  return ofInvitations[fields.find(({ path }) => path === 'email')?.message ?? '']
}

const ALREADY_ACCEPTED = 'Invitation Already Accepted'

function wordsFor(error: GraphError): Words {
  const { code, details, fields } = error
  const title = titleOf(error)
  if (title === ALREADY_ACCEPTED)
    return { status: 400, title, message: 'The invitation was answered already' }
  if (title !== undefined) return { status: 400, title }
  if (code === 'INVALID_INPUT' && details.isOfBody === true) return unprocessable
  if (code === 'CONFLICT' && fields.some(({ path }) => path === 'url')) return alreadyExists
  // The address of another contact.
  if (code === 'CONFLICT' && fields.some(({ path }) => path.startsWith('emails')))
    return { status: 409, title: 'Already Exists' }
  return table[code]
}

export function refusal({
  first,
  errors,
}: CallError): ErrorResponse & { body: z.input<typeof errorSchema> } {
  const { code, details: facts } = first
  const words = wordsFor(first)
  const details = errors.flatMap(({ fields }) => fields.map(detailOf))
  return {
    status: words.status,
    body: {
      title: words.title,
      message: messageOf(first, words),
      ...(details.length > 0 && hasDetails(words) && { details }),
      ...(code === 'INSUFFICIENT_SCOPE' && {
        required_scopes: [scopeNameOf(String(facts.scope))],
      }),
    },
    headers: headersOf(words, first),
  }
}

const hasDetails = ({ status }: Words): boolean =>
  status === 400 || status === 403 || status === 422

function messageOf({ code, message, details }: GraphError, words: Words): string {
  if (details.words !== undefined) return String(details.words)
  if (words.title === ALREADY_ACCEPTED && words.message !== undefined) return words.message
  // A booking that is over, or was ended before.
  if (code === 'CONFLICT' && details.status === 'CONFIRMED') return 'Event in the past'
  if (code === 'CONFLICT' && details.status !== undefined) return 'Event is already canceled'
  return words.message ?? message
}

function headersOf({ status }: Words, { details }: GraphError): Record<string, string> {
  // RFC 6750 §3.1
  if (status === 401) return { 'WWW-Authenticate': 'Bearer error="invalid_token"' }
  return details.retryAfterSeconds === undefined
    ? {}
    : { 'Retry-After': `${details.retryAfterSeconds}` }
}

/**
 * The same refusal, of a request with a body: what is wrong with a value of that is
 * `Validation Error`, but for URIs and for what is no JSON.
 */
export function ofBody({ first, errors }: CallError): CallError {
  const [, ...others] = errors
  const isOfBody = first.fields.some(
    ({ path, message }) => !isUnreadable(path) && !message.startsWith(NO_URI),
  )
  return new CallError({ ...first, details: { ...first.details, isOfBody } }, ...others)
}

const isUnreadable = (path: string): boolean => path === 'body' || path === 'Content-Type'
