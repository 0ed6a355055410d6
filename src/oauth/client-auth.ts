import type { Deps } from '../context.ts'
import type { OAuthClient } from '../db/generated/client/client.ts'
import { fitsHash } from '../secrets.ts'
import { InvalidClientError, InvalidRequestError } from './errors.ts'
import type { Parameters } from './parameters.ts'

interface Credentials {
  id: string
  secret: string | undefined
}

/**
 * The client that a request comes from (RFC 6749 sections 2.3 and 3.2.1). A public one only names
 * itself; what it may do then hangs on what it brings: a code with its verifier, or a token.
 *
 * The library has this too, but for the token endpoint alone; it leaves the parts of a Basic header
 * encoded, and lets a confidential client that sends a verifier go without its secret.
 * @throws InvalidClientError 401; InvalidRequestError for two ways at once.
 */
export async function clientOf(
  { db }: Deps,
  authorization: string | undefined,
  parameters: Parameters,
): Promise<OAuthClient> {
  const { id, secret } = credentialsIn(authorization, parameters)
  const client = await findClient(db, id)
  if (client === null) throw wrong('There is no such client.')
  if (client.secretHash === null) {
    if (secret !== undefined) throw wrong('A public client has no secret.')
    return client
  }
  if (secret === undefined) throw wrong('The client must send its secret.')
  if (!fitsHash(secret, client.secretHash)) throw wrong('The secret is wrong.')
  return client
}

/** A client by its client_id; null for text that is none. */
export async function findClient(db: Deps['db'], uid: string): Promise<OAuthClient | null> {
  return /^[\w-]{1,64}$/.test(uid) ? db.oAuthClient.findUnique({ where: { uid } }) : null
}

/** The client_id that a request claims to be from, before anything of it was checked. */
export function claimedClient(
  authorization: string | undefined,
  { client_id }: Parameters,
): string {
  const id = fromBasic(authorization)?.id ?? client_id ?? ''
  return id.slice(0, 64)
}

function credentialsIn(
  authorization: string | undefined,
  { client_id, client_secret }: Parameters,
): Credentials {
  if (authorization === undefined) {
    if (client_id === undefined) throw wrong('The request does not say which client it comes from.')
    return { id: client_id, secret: client_secret }
  }
  const basic = fromBasic(authorization)
  if (basic === undefined)
    throw wrong('The Authorization header must be Basic, with client_id and client_secret.')
  if (client_secret !== undefined)
    throw new InvalidRequestError('The client must send its secret in one place.')
  if (client_id !== undefined && client_id !== basic.id) {
    throw new InvalidRequestError('The body names another client than the Authorization header.')
  }
  return basic
}

// RFC 6749 section 2.3.1: both parts are encoded as in a form, then joined as RFC 7617 says.
function fromBasic(authorization: string | undefined): Credentials | undefined {
  const encoded = /^Basic +([\w+/-]+=*) *$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? []
  if (id === undefined || secret === undefined) return undefined
  return { id: decoded(id), secret: secret === '' ? undefined : decoded(secret) }
}

const decoded = (part: string): string =>
  new URLSearchParams(`part=${part.replaceAll('&', '%26')}`).get('part') ?? ''

const wrong = (message: string) => new InvalidClientError(message, { code: 401 })
