// How Cal.com says no: its contract, 1.4. Every status of it is an exception with a name.

import { z } from 'zod'
import { CallError, callError, type GraphError } from '../../src/graph/call-error.ts'
import type { Asked, ErrorResponse, Route } from '../dialect.ts'
import type { Incoming } from '../request-shape.ts'
import { clientIdIn, tokenIn } from './access/credentials.ts'
import { permissionFor } from './access/permissions.ts'
import { scopeNameOf } from './access/scopes.ts'

type Code = GraphError['code']

const exceptions = {
  400: { code: 'BadRequestException', error: 'Bad Request' },
  401: { code: 'UnauthorizedException', error: 'Unauthorized' },
  403: { code: 'ForbiddenException', error: 'Forbidden' },
  404: { code: 'NotFoundException', error: 'Not Found' },
  409: { code: 'ConflictException', error: 'Conflict' },
  422: { code: 'UnprocessableEntityException', error: 'Unprocessable Entity' },
  429: { code: 'ThrottlerException', error: 'Too Many Requests' },
  // What it tells who should refresh a token.
  498: { code: 'HttpException', error: 'Invalid Token' },
  500: { code: 'InternalServerErrorException', error: 'Internal Server Error' },
  503: { code: 'ServiceUnavailableException', error: 'Service Unavailable' },
} as const

export type Status = keyof typeof exceptions

const statuses = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  INSUFFICIENT_SCOPE: 403,
  PLAN_REQUIRED: 403,
  NOT_FOUND: 404,
  INVALID_INPUT: 400,
  CURSOR_UNKNOWN: 400,
  CONFLICT: 409,
  SLOT_UNAVAILABLE: 400,
  IDEMPOTENCY_CONFLICT: 409,
  LIMIT_REACHED: 403,
  RATE_LIMITED: 429,
  // Its documents are ours: what is wrong with them, or too much, no caller can mend.
  INVALID_QUERY: 500,
  PERSISTED_QUERY_NOT_SUPPORTED: 500,
  QUERY_TOO_EXPENSIVE: 500,
  TIMEOUT: 503,
  UNAVAILABLE: 503,
  INTERNAL: 500,
} satisfies Record<Code, Status>

const codes: Record<Status, Code> = {
  400: 'INVALID_INPUT',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  422: 'INVALID_INPUT',
  429: 'RATE_LIMITED',
  498: 'UNAUTHENTICATED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}

/** A refusal with a status and words of its own, for routes to throw. */
export const exception = (status: Status, message: string): CallError =>
  callError(codes[status], message, { status, words: message })

type Words = readonly [
  status: Status,
  message?: string | ((error: GraphError, incoming: Incoming) => string),
]

/**
 * A route that tells some refusals in its own way: for each code of the graph a status, and words
 * unless the graph's will do.
 *
 *     saying({ NOT_FOUND: [404, (_, { params }) => `Booking with uid=${params.uid} was not found in the database`] }, route({ … }))
 */
export const saying = (words: Partial<Record<Code, Words>>, route: Route): Route => ({
  ...route,
  async handle(incoming, execute) {
    try {
      return await route.handle(incoming, execute)
    } catch (error) {
      if (!(error instanceof CallError) || error.first.details.status !== undefined) throw error
      const [status, message = error.first.message] = words[error.first.code] ?? []
      if (status === undefined) throw error
      throw exception(
        status,
        typeof message === 'string' ? message : message(error.first, incoming),
      )
    }
  },
})

export const errorSchema = z
  .object({
    status: z.literal('error'),
    timestamp: z.string().meta({ format: 'date-time' }),
    path: z.string().meta({ description: 'Of the request, with its query.' }),
    error: z.object({
      code: z.string().meta({ description: 'The name of the exception.' }),
      message: z.string().meta({ description: 'For people.' }),
      details: z.record(z.string(), z.unknown()).meta({
        description: '`message`, `error` and `statusCode`; `errors` with each property at fault.',
      }),
    }),
  })
  .meta({ id: 'Error' })

export const errorStatuses = {
  400: 'The request is not valid, or the state of the thing does not allow it.',
  401: 'A credential is missing or not valid.',
  403: 'The credential may not do this.',
  404: 'There is no such thing, or not in this version.',
  409: 'A name is taken, or the thing is there already.',
  422: 'The slot is held or taken.',
  429: 'Too many requests.',
  498: 'The access token of a managed user has expired.',
  500: 'Something failed on our side.',
  503: 'Not done in time, or the database is away; `Retry-After` says when to send the request again.',
}

export function refusal(
  { first }: CallError,
  asked: Asked,
): ErrorResponse & { body: z.input<typeof errorSchema> } {
  const status = statusOf(first, asked)
  const { code, error } = exceptions[status]
  const message = messageOf(first, status, asked)
  const { errors } = first.details
  return {
    status,
    body: {
      status: 'error',
      timestamp: asked.now.toISOString(),
      path: urlOf(asked),
      error: {
        code,
        message,
        details: errors === undefined ? { message, error, statusCode: status } : { errors },
      },
    },
  }
}

const isStatus = (status: unknown): status is Status =>
  typeof status === 'number' && Object.hasOwn(exceptions, status)

function statusOf({ code, details }: GraphError, { header }: Asked): Status {
  if (details.isExpired === true && isAccessToken(tokenIn(header))) return 498
  return isStatus(details.status) ? details.status : statuses[code]
}

const urlOf = ({ path, search }: Asked): string => (search === '' ? path : `${path}?${search}`)

function messageOf(refused: GraphError, status: Status, asked: Asked): string {
  const { code, message, details } = refused
  if (details.words !== undefined) return String(details.words)
  if (details.errors !== undefined) return 'Bad Request Exception'
  if (details.isNoRoute === true) return `Cannot ${asked.method} ${urlOf(asked)}`
  if (status === 500) return 'Internal server error'
  if (status === 498) return 'ACCESS_TOKEN_IS_EXPIRED'
  if (code === 'UNAUTHENTICATED') return unauthenticated(asked)
  if (code === 'INSUFFICIENT_SCOPE') return lacking(String(details.scope), asked)
  if (code === 'SLOT_UNAVAILABLE')
    return 'User either already has booking at this time or is not available'
  if (code === 'RATE_LIMITED')
    return 'CustomThrottlerGuard - Too many requests. Please try again later.'
  return message
}

const NO_CREDENTIAL =
  "No authentication method provided. Either pass an API key as 'Bearer' header or OAuth client credentials as 'x-cal-secret-key' and 'x-cal-client-id' headers"

/** Whether a token is that of a managed user, which is a JSON web token. */
const isAccessToken = (token: string | undefined): boolean => token?.includes('.') === true

/** Names the method that was tried. */
function unauthenticated({ header }: Asked): string {
  if (header('x-cal-secret-key') !== undefined)
    return 'ApiAuthStrategy - oAuth client - Invalid client credentials'
  const token = tokenIn(header)
  if (token === undefined) return `ApiAuthStrategy - ${NO_CREDENTIAL}`
  if (token.startsWith('cal_')) return 'ApiAuthStrategy - api key - Your api key is not valid'
  return isAccessToken(token)
    ? 'ApiAuthStrategy - access token - Invalid Access Token.'
    : 'ApiAuthStrategy - bearer token - Invalid Bearer token'
}

/**
 * What a credential may not do: an app by its scopes, a platform client and its users by the
 * client's permissions.
 */
function lacking(scope: string, { header, path }: Asked): string {
  const client = clientIdIn(header, path)
  if (client === undefined)
    return `insufficient_scope: token does not have the required scopes. Required: ${scopeNameOf(scope)}`
  return `PermissionsGuard - oAuth client with id=${client} does not have the required permissions=${permissionFor(scope)}`
}
