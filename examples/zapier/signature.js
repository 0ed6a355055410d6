import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Whether a delivery was signed with the secret of its subscription: hex HMAC-SHA256 of the body as
 * it came.
 * @param {string | undefined} secret
 * @param {import('./api.js').Bundle['rawRequest']} request
 */
export function isSigned(secret, { headers = {}, content = '' } = {}) {
  if (!secret) return false
  const given = Buffer.from(header(headers, 'x-calendarpa-signature') ?? '')
  const right = Buffer.from(`sha256=${createHmac('sha256', secret).update(content).digest('hex')}`)
  return given.length === right.length && timingSafeEqual(given, right)
}

/**
 * Zapier writes names of headers in its own way: `Http-X-Calendarpa-Signature`.
 * @param {Record<string, string>} headers
 * @param {string} name in lower case
 */
function header(headers, name) {
  return Object.entries(headers).find(
    ([key]) => key.toLowerCase().replace(/^http-/, '') === name,
  )?.[1]
}
