import type { Deps } from '../context.ts'
import type { OAuthClient } from '../db/generated/client/client.ts'
import { InvalidClientError } from './errors.ts'
import { type Parameters, required } from './parameters.ts'
import type { Style } from './style.ts'
import { findToken } from './tokens.ts'

/**
 * Introspects a client's own tokens (RFC 7662 section 2.2). Any other text is reported as not
 * active.
 * @throws OAuthError; invalid_client for a public client: section 2.1 asks for one that can show
 * who it is.
 */
export async function introspect(
  deps: Deps,
  client: OAuthClient,
  parameters: Parameters,
  style: Style,
): Promise<Record<string, unknown>> {
  if (client.secretHash === null)
    throw new InvalidClientError('A public client cannot ask.', { code: 401 })
  const found = await findToken(deps, required(parameters, 'token'))
  if (found === undefined || !found.isLive || found.family.grant.clientId !== client.id)
    return { active: false }
  return {
    active: true,
    scope: found.scopeNames.join(' '),
    client_id: client.uid,
    sub: found.family.grant.user.uid,
    iss: deps.publicUrl,
    iat: seconds(found.createdAt),
    exp: seconds(found.expiresAt),
    // RFC 7662: the type of an access token; a refresh token has none.
    ...(found.kind === 'access' && { token_type: 'Bearer' }),
    ...(await style.more({
      userId: found.family.grant.userId,
      userUid: found.family.grant.user.uid,
      createdAt: found.createdAt,
    })),
  }
}

const seconds = (instant: Date): number => Math.floor(instant.getTime() / 1000)
