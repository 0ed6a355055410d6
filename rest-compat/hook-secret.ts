import { createHmac } from 'node:crypto'

/** Any secret that a person would type: dialects that take the text as it is, as the key. */
export const whyNotSecret = (secret: string): string | undefined =>
  /^[\x21-\x7e]{8,200}$/.test(secret) ? undefined : 'must have 8 to 200 characters, without spaces'

/** Hex HMAC-SHA256 of a body, with the secret as it is as the key. */
export const hexSignature = (secret: string, body: string): string =>
  createHmac('sha256', secret).update(body).digest('hex')
