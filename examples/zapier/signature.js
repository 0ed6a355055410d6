import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Whether a delivery was signed with the secret of its subscription: hex HMAC-SHA256 of the body as it came.
 * @param {string} secret
 * @param {import('./api.js').Bundle['rawRequest']} request
 */
export function isSigned(secret, { headers = {}, content = '' } = {}) {
  const given = header(headers, 'x-calendarpa-signature') ?? ''
  const right = `sha256=${createHmac('sha256', secret).update(content).digest('hex')}`
  return given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right))
}

/** Zapier writes names of headers in its own way: `Http-X-Calendarpa-Signature`. @param {Record<string, string>} headers @param {string} name */
function header(headers, name) {
  return Object.entries(headers).find(([key]) => key.toLowerCase().replace(/^http-/, '') === name)?.[1]
}
