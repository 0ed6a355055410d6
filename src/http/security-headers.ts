/** A policy that loads and runs nothing, for responses that are data. */
const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * What every answer is sent with, unless its handler says otherwise. Browsers remember for a year
 * that a gateway with an https address is called over https alone (RFC 6797).
 */
export const securityHeaders = (publicUrl: string): Record<string, string> => ({
  'Content-Security-Policy': NOTHING,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  ...(publicUrl.startsWith('https:') && { 'Strict-Transport-Security': 'max-age=31536000' }),
})
