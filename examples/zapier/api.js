// Requests, and the messages of errors.

/**
 * @typedef {import('zapier-platform-core').ZObject} ZObject
 * @typedef {import('zapier-platform-core').Bundle} Bundle
 * @typedef {import('zapier-platform-core').HttpRequestOptionsWithUrl} Request
 * @typedef {import('zapier-platform-core').HttpResponse} Response
 */

/** Address of a route of CalendarPA v1. @param {string} path such as `/bookings` */
export const route = path => `${process.env.BASE_URL}/api/v1${path}`

/** One part of a path. @param {unknown} value */
export const segment = value => encodeURIComponent(String(value))

/**
 * Sends the account's token, to the API alone.
 * @param {Request} request
 * @param {ZObject} _z
 * @param {Bundle} bundle
 */
export function addToken(request, _z, bundle) {
  const token = bundle.authData?.access_token
  if (token && request.url.startsWith(route('/'))) {
    request.headers = { ...request.headers, Authorization: `Bearer ${token}` }
  }
  return request
}

/**
 * Turns `{ error, code, details }` into an error that people can read. 401 and 429 do not come
 * here: the platform makes the token new, or waits for as long as Retry-After says, by itself.
 * @param {Response} response
 * @param {ZObject} z
 */
export function explainRefusal(response, z) {
  if (response.status < 400 || response.skipThrowForStatus) return response
  const { error, error_description: description, code } = response.data ?? {}
  // RFC 6749 section 5.2: the refresh token is spent or was taken back, so the account has to be
  // connected again.
  if (error === 'invalid_grant')
    throw new z.errors.ExpiredAuthError(description ?? 'Please connect the account again.')
  throw new z.errors.Error(
    description ?? error ?? `The server answered ${response.status}.`,
    code ?? error,
    response.status,
  )
}
