import type { Deps } from '../context.ts'
import type { OAuthClient } from '../db/generated/client/client.ts'
import type { Scope } from '../scopes.ts'
import { findClient } from './client-auth.ts'
import { InvalidRequestError, InvalidScopeError, UnsupportedResponseTypeError } from './errors.ts'
import { parametersOf, scopesIn } from './parameters.ts'
import { isRegistered } from './redirect-uri.ts'
import { type ScopeAliases, scopesNamed } from './scope-names.ts'

/**
 * Who asks, and where the answer goes: all that an error can be sent to (RFC 6749 section 4.1.2.1).
 */
export interface Asker {
  client: OAuthClient
  redirectUri: string
  /** As the app sent it; it comes back with every answer. */
  state: string | undefined
}

/** An authorization request that is in order. */
export interface Asked extends Asker {
  scopes: Scope[]
  /** The same by the names by which the app asked; answers repeat them. */
  scopeNames: string[]
  /** S256 of the verifier (RFC 7636 section 4.2); null when a confidential client sent none. */
  codeChallenge: string | null
}

/**
 * Reads the client and its redirect URI. Errors are shown to the user, not sent to the URI, which
 * may belong to an attacker.
 * @throws InvalidRequestError
 */
export async function askerOf({ db }: Deps, search: URLSearchParams): Promise<Asker> {
  const { parameters, repeated } = parametersOf(search)
  const { client_id: clientId, redirect_uri: redirectUri, state } = parameters
  if (clientId === undefined || repeated.includes('client_id')) {
    throw new InvalidRequestError(
      'The link does not say, once, which app it comes from (client_id).',
    )
  }
  const client = await findClient(db, clientId)
  if (client === null)
    throw new InvalidRequestError('The link comes from an app that is not registered here.')
  if (redirectUri === undefined || repeated.includes('redirect_uri')) {
    throw new InvalidRequestError(
      'The link does not say, once, where the answer goes (redirect_uri).',
    )
  }
  if (!isRegistered(redirectUri, client.redirectUris)) {
    throw new InvalidRequestError(
      'The link would send the answer to an address that the app did not register.',
    )
  }
  return { client, redirectUri, state: repeated.includes('state') ? undefined : state }
}

/**
 * Reads the request. Errors are sent to the application.
 * @throws OAuthError with the code of RFC 6749 section 4.1.2.1.
 */
export function askedOf(asker: Asker, search: URLSearchParams, aliases: ScopeAliases): Asked {
  const { parameters, repeated } = parametersOf(search)
  if (repeated.length > 0) throw new InvalidRequestError('A parameter came more than once.')
  const { response_type: responseType, scope } = parameters
  if (responseType === undefined) throw new InvalidRequestError('Missing parameter: response_type')
  if (responseType !== 'code')
    throw new UnsupportedResponseTypeError('The response_type must be code.')
  return {
    ...asker,
    ...askedScopes(asker.client, scope, aliases),
    codeChallenge: challengeIn(
      asker.client,
      parameters.code_challenge,
      parameters.code_challenge_method,
    ),
  }
}

function askedScopes(client: OAuthClient, scope: string | undefined, aliases: ScopeAliases) {
  const scopeNames = scopesIn(scope) ?? client.scopes
  const named = scopesNamed(scopeNames, aliases)
  const scopes = named?.scopes.filter(name => client.scopes.includes(name))
  if (
    named === undefined ||
    scopes === undefined ||
    (!named.isWhole && scopes.length < named.scopes.length)
  ) {
    throw new InvalidScopeError('The app asks for a scope that it cannot have.')
  }
  return { scopes, scopeNames }
}

// RFC 7636 section 4.2: S256 makes 43 characters. Its section 4.3 takes a missing method for plain,
// which is not supported; RFC 8252 section 8.1 and RFC 9700 section 2.1.1 require a challenge of
// public clients.
function challengeIn(
  { secretHash }: OAuthClient,
  challenge: string | undefined,
  method: string | undefined,
): string | null {
  if (challenge === undefined) {
    if (method !== undefined) throw new InvalidRequestError('Missing parameter: code_challenge')
    if (secretHash === null)
      throw new InvalidRequestError('A public client must send a code_challenge.')
    return null
  }
  if (method !== 'S256') throw new InvalidRequestError('The code_challenge_method must be S256.')
  if (!/^[\w-]{43}$/.test(challenge))
    throw new InvalidRequestError('The code_challenge is none of S256.')
  return challenge
}
