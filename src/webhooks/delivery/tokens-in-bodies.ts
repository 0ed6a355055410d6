// Some dialects send invitees' link tokens to receivers. What is stored of a delivery holds them
// only encrypted, and the delivery log does not show them: it is readable with fewer rights than a
// token gives.

import type { Secrets } from '../../secrets.ts'
import type { Attempt } from './post.ts'
import type { Settled } from './record-attempt.ts'

/** As `src/secrets.ts` makes link tokens. */
const TOKEN = /\b(?:inv|bk|bs)_[0-9A-Za-z]+\.[\w-]{32}/g
const SEALED = /\{sealed:([\w-]+)\}/g

/** The body as it is stored: each token is encrypted, for this delivery alone. */
const seal = (secrets: Secrets, deliveryUid: string, body: string): string =>
  body.replace(
    TOKEN,
    token =>
      `{sealed:${Buffer.from(secrets.encrypt(`${deliveryUid} ${token}`)).toString('base64url')}}`,
  )

/**
 * The body as it is sent, from the one that is stored. What only looks like an encrypted token
 * stays as it is.
 */
export const unseal = (secrets: Secrets, deliveryUid: string, body: string): string =>
  body.replace(SEALED, (text, sealed: string) => tokenIn(secrets, deliveryUid, sealed) ?? text)

function tokenIn(secrets: Secrets, deliveryUid: string, sealed: string): string | undefined {
  try {
    const plain = secrets.decrypt(Buffer.from(sealed, 'base64url'))
    return plain.startsWith(`${deliveryUid} `) ? plain.slice(deliveryUid.length + 1) : undefined
  } catch {
    return undefined
  }
}

/** A stored body, or what a receiver answered, with `…` for each token. */
export const withoutTokens = (text: string): string => text.replace(SEALED, '…').replace(TOKEN, '…')

/** An attempt as it is stored. */
export const asStored = (
  secrets: Secrets,
  { delivery, body, attempt, decision }: Settled,
): Settled => ({
  delivery,
  body: body === null ? null : seal(secrets, delivery.uid, body),
  attempt: { ...attempt, answer: attempt.answer && answerWithoutTokens(attempt.answer) },
  decision,
})

// A receiver can send back what it was sent.
const answerWithoutTokens = (answer: NonNullable<Attempt['answer']>): Attempt['answer'] => ({
  ...answer,
  body: withoutTokens(answer.body),
  headers: Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? withoutTokens(value) : value.map(withoutTokens),
    ]),
  ),
})
