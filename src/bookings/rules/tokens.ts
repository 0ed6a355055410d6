// Ids name things and are shown in lists, logs and webhooks. What gives an invitee access is a
// token: an id and a signature that only the installation's key makes. It is shown to the invitee,
// and to hosts who may change bookings.

import type { Context } from '../../context.ts'
import type { Invitee } from '../../db/generated/client/client.ts'
import { type Kind, kindOf } from '../../ids.ts'
import { equalInConstantTime } from '../../secrets.ts'

type Keys = Pick<Context, 'secrets'>

/** The secret of an invitee's link: `inv_….signature`. */
export const linkToken = ({ secrets }: Keys, { uid }: Pick<Invitee, 'uid'>): string =>
  secrets.linkToken(uid)

/**
 * The same right under the id of the booking, `bk_….signature`, for clients that keep one id for
 * each booking.
 */
export const bookingToken = (
  keys: Keys,
  invitee: Pick<Invitee, 'uid'>,
  bookingUid: string,
): string => `${bookingUid}.${read(linkToken(keys, invitee)).signature}`

/** Opens the occurrences that one invitee booked as a series: `bs_….signature`. */
export const seriesToken = ({ secrets }: Keys, seriesUid: string): string =>
  secrets.linkToken(seriesUid)

/** The parts of a token or an id. The signature is not verified. */
export interface TokenParts {
  kind: Kind | undefined
  uid: string
  /** Undefined for an id. */
  signature: string | undefined
}

/** Splits a token. */
export function read(token: string): TokenParts {
  const dot = token.indexOf('.')
  const uid = dot < 0 ? token : token.slice(0, dot)
  return { kind: kindOf(uid), uid, signature: dot < 0 ? undefined : token.slice(dot + 1) }
}

/** Whether the signature is that of an invitee's tokens. */
export function isTokenOf(
  keys: Keys,
  invitee: Pick<Invitee, 'uid'>,
  signature: string | undefined,
): boolean {
  const own = read(linkToken(keys, invitee)).signature
  return signature !== undefined && own !== undefined && equalInConstantTime(signature, own)
}

/** The id of the series that a token opens; undefined for any other text. */
export function seriesIn({ secrets }: Keys, token: string): string | undefined {
  const uid = secrets.readLinkToken(token)
  return uid !== undefined && kindOf(uid) === 'BookingSeries' ? uid : undefined
}

/**
 * The id of a booking. Hosts whom an invitee's client gave its `bookingToken` name the booking by
 * that too.
 */
export function bookingIdIn(idOrToken: string): string {
  const { kind, uid } = read(idOrToken)
  return kind === 'Booking' ? uid : idOrToken
}
