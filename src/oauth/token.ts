import OAuth2Server from '@node-oauth/oauth2-server'
import { z } from 'zod'
import type { Deps } from '../context.ts'
import type { OAuthClient, RefreshToken } from '../db/generated/client/client.ts'
import {
  InvalidGrantError,
  InvalidScopeError,
  ServerError,
  UnsupportedGrantTypeError,
} from './errors.ts'
import { type Parameters, scopesIn } from './parameters.ts'
import { scopesNamed } from './scope-names.ts'
import type { Style } from './style.ts'
import {
  endFamily,
  type Family,
  familyOfCode,
  findRefreshToken,
  isStolen,
  issue,
  redeem,
} from './tokens.ts'

/** What tokens are given for. */
export const grantTypes = ['authorization_code', 'refresh_token']

/**
 * Handles a token request of an authenticated client (RFC 6749 sections 4.1.3, 5.1 and 6). The
 * library validates grant types, PKCE, redirect URI and scopes.
 * @throws OAuthError
 */
export async function answerTokenRequest(
  deps: Deps,
  client: OAuthClient,
  parameters: Parameters,
  style: Style,
): Promise<Record<string, unknown>> {
  // The library has more of them, and would say that this client may not use them.
  if (parameters.grant_type !== undefined && !grantTypes.includes(parameters.grant_type)) {
    throw new UnsupportedGrantTypeError(
      'The grant_type must be authorization_code or refresh_token.',
    )
  }
  const server = new OAuth2Server({
    model: modelOf(deps, client, parameters, style),
    accessTokenLifetime: style.accessTokenSeconds,
  })
  const request = new OAuth2Server.Request({
    method: 'POST',
    query: {},
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'transfer-encoding': 'chunked',
    },
    // Who the client is was looked at before; the library only wants some secret of it.
    body: {
      ...parameters,
      ...(parameters.scope !== undefined && { scope: scopesIn(parameters.scope)?.join(' ') }),
      client_id: client.uid,
      client_secret: 'looked-at',
    },
  })
  const issued = await server.token(request, new OAuth2Server.Response()).catch(unwrapped)
  return {
    access_token: issued.accessToken,
    token_type: style.tokenType,
    expires_in: style.accessTokenSeconds,
    refresh_token: issued.refreshToken,
    scope: issued.scope?.join(' '),
    ...(await style.more({ ...Owner.parse(issued.user), createdAt: deps.clock.now() })),
  }
}

/** The library wraps what the model throws, such as a TIMEOUT of the database, in a ServerError. */
function unwrapped(error: unknown): never {
  throw error instanceof ServerError && 'inner' in error ? error.inner : error
}

// The library hands through what the model calls a user, and knows nothing of it.
const Owner = z
  .object({ id: z.int(), uid: z.string() })
  .transform(({ id, uid }) => ({ userId: id, userUid: uid }))

// The library looks at the system's clock. What expired by ours does not reach it, and what does
// never expires.
const never = new Date(8.64e15)

/** What the library asks of the tables, for one request. */
function modelOf(deps: Deps, client: OAuthClient, parameters: Parameters, style: Style) {
  const known = { id: client.uid, grants: grantTypes }
  let paidBy: { family: Family; spent: RefreshToken | undefined } | undefined
  return {
    getClient: async () => known,
    generateAccessToken: async () => style.newAccessToken(),
    generateRefreshToken: async () => style.newRefreshToken(),

    async getAuthorizationCode(authorizationCode: string) {
      const family = await familyOfCode(deps, client, authorizationCode)
      if (family === undefined) return undefined
      // RFC 6749 section 4.1.2: a code that comes twice ends the tokens that were made from it.
      if (family.redeemedAt !== null) return endFamily(deps, family)
      const { redirectUri, scopeNames, codeChallenge, grant } = family
      // RFC 6749 section 5.2 calls another URI invalid_grant, the library invalid_request.
      if (parameters.redirect_uri !== undefined && parameters.redirect_uri !== redirectUri) {
        throw new InvalidGrantError('The redirect_uri is not the one that the code was sent to.')
      }
      paidBy = { family, spent: undefined }
      return {
        authorizationCode,
        expiresAt: never,
        redirectUri,
        scope: scopeNames,
        client: known,
        user: grant.user,
        ...(codeChallenge !== null && { codeChallenge, codeChallengeMethod: 'S256' }),
      }
    },
    async revokeAuthorizationCode() {
      if (paidBy === undefined) return false
      if (await redeem(deps, paidBy.family)) return true
      await endFamily(deps, paidBy.family)
      return false
    },

    async getRefreshToken(refreshToken: string) {
      const found = await findRefreshToken(deps, client, refreshToken)
      if (found === undefined) return undefined
      const { family } = found
      // RFC 9700 section 4.14.2: one that is used again was stolen from somebody, so it ends the
      // family.
      if (isStolen(deps, found)) return endFamily(deps, family)
      const { scopeNames } = family
      if (scopesIn(parameters.scope)?.some(name => !scopeNames.includes(name)) === true) {
        throw new InvalidScopeError('The token was not issued for a scope that is asked for.')
      }
      paidBy = { family, spent: found }
      return {
        refreshToken,
        refreshTokenExpiresAt: never,
        scope: scopeNames,
        client: known,
        user: family.grant.user,
      }
    },
    // Spent in the transaction of `saveToken`, so that a failure between the two costs nobody the
    // grant.
    revokeToken: async () => paidBy !== undefined,

    async saveToken(token: OAuth2Server.Token) {
      if (paidBy === undefined || token.refreshToken === undefined) return undefined
      const { accessToken, refreshToken, scope = [] } = token
      // What a name means may change, and nobody is given more than was consented to.
      const meant = scopesNamed(scope, style.aliases)?.scopes ?? []
      const scopes = meant.filter(name => paidBy?.family.scopes.includes(name))
      await issue(deps, { ...paidBy, accessToken, refreshToken, scopes, scopeNames: scope }, style)
      return { accessToken, refreshToken, scope, client: known, user: paidBy.family.grant.user }
    },

    /**
     * Requests with tokens are the gateway's (src/accounts/credentials.ts); only the type asks for
     * it.
     */
    getAccessToken: async () => undefined,
  }
}
