import { hash } from 'node:crypto'
import type { Context } from '../context.ts'
import type { OAuthClient } from '../db/generated/client/client.ts'
import { newToken } from '../secrets.ts'
import { askedOf, askerOf } from './authorization-request.ts'
import { allow } from './grants.ts'
import { standard } from './style.ts'
import { answerTokenRequest } from './token.ts'

/**
 * The tokens that a client would have if the viewer allowed it these scopes in the browser: the
 * request, the code and its redemption are those of the code flow. For the operator, who needs no
 * consent.
 * @throws OAuthError with the code of RFC 6749, as a client would receive it.
 */
export async function tokensWithoutBrowser(
  ctx: Context,
  client: OAuthClient,
  scopes: string[],
): Promise<Record<string, unknown>> {
  const [redirectUri = ''] = client.redirectUris
  const verifier = newToken('pkce_')
  const request = new URLSearchParams({
    response_type: 'code',
    client_id: client.uid,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    code_challenge: hash('sha256', verifier, 'base64url'),
    code_challenge_method: 'S256',
  })
  const code = await allow(ctx, askedOf(await askerOf(ctx, request), request, {}))
  const redemption = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  }
  return answerTokenRequest(ctx, client, redemption, standard)
}
