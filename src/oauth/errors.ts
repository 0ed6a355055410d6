import OAuth2Server from '@node-oauth/oauth2-server'
import type { Logger } from 'pino'
import { apiErrorOf } from '../error-mapping.ts'
import type { ApiError } from '../errors.ts'
import type { Style } from './style.ts'

/**
 * The errors of RFC 6749 sections 4.1.2.1 and 5.2: `name` is the code, `code` the status of an
 * answer in JSON.
 */
export const {
  AccessDeniedError,
  InvalidClientError,
  InvalidGrantError,
  InvalidRequestError,
  InvalidScopeError,
  OAuthError,
  ServerError,
  UnsupportedGrantTypeError,
  UnsupportedResponseTypeError,
} = OAuth2Server

/**
 * The part of an error that the caller may know. Internal errors are logged and returned without
 * their message.
 */
export function presentable(
  error: unknown,
  log: Logger,
  requestId: string,
): OAuth2Server.OAuthError {
  if (error instanceof OAuthError && !(error instanceof ServerError)) return error
  const passing = passingApiError(error)
  if (passing !== undefined) {
    log.warn({ err: error, requestId }, 'a request failed')
    // RFC 6749 section 4.1.2.1.
    return new OAuthError(passing.message, { code: 503, name: 'temporarily_unavailable' })
  }
  log.error({ err: error, requestId }, 'a request failed')
  return new ServerError('Something failed on our side.', { code: 500 })
}

/** A refusal to a program, in JSON (RFC 6749 section 5.2). */
export function refuse(
  error: unknown,
  log: Logger,
  requestId: string,
  { worded }: Pick<Style, 'worded'>,
): Response {
  const refusal = apiErrorOf(error)
  if (refusal?.code === 'RATE_LIMITED') return refuseForNow(refusal)
  const { name, message, code } = presentable(error, log, requestId)
  const {
    error: said,
    description,
    status,
  } = worded({ error: name, description: message, status: code })
  const headers = {
    ...noStore,
    // RFC 9110 sections 15.5.2 and 15.5.6.
    ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="OAuth", charset="UTF-8"' }),
    ...(status === 405 && { Allow: 'POST' }),
    ...(status === 503 && { 'Retry-After': String(refusal?.details.retryAfterSeconds) }),
  }
  return Response.json({ error: said, error_description: description }, { status, headers })
}

/**
 * The refusal of a request that was not done in time, or that needed the database while it was
 * away.
 */
export function passingApiError(error: unknown): ApiError | undefined {
  const refusal = apiErrorOf(error)
  return refusal?.code === 'TIMEOUT' || refusal?.code === 'UNAVAILABLE' ? refusal : undefined
}

function refuseForNow({ message, details }: ApiError): Response {
  const headers = { ...noStore, 'Retry-After': String(details.retryAfterSeconds) }
  return Response.json(
    { error: 'temporarily_unavailable', error_description: message },
    { status: 429, headers },
  )
}

/** Responses with tokens must not be cached (RFC 6749 section 5.1). */
export const noStore = { 'Cache-Control': 'no-store', Pragma: 'no-cache' }
