import { randomBytes } from 'node:crypto'

// Standard Webhooks, "Signature scheme": a symmetric secret has 24 to 64 bytes; base64 of 24 needs
// no padding.
const SECRET_BYTES = 24

/** A new signing secret in the form that Standard Webhooks libraries read: `whsec_` and base64. */
export const newHookSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
