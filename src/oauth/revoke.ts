import type { Deps } from '../context.ts'
import type { OAuthClient } from '../db/generated/client/client.ts'
import { InvalidGrantError } from './errors.ts'
import { type Parameters, required } from './parameters.ts'
import type { Style } from './style.ts'
import { endFamily, findToken } from './tokens.ts'

/**
 * Ends a token and with it every other of the same authorization, whichever kind it is (RFC 7009
 * section 2.1). A token that is none, or none any more, is no error (section 2.2). The hint of its
 * type is not needed.
 * @throws OAuthError for a request without a token, or with one of another client.
 */
export async function revoke(
  deps: Deps,
  client: OAuthClient,
  parameters: Parameters,
  { foreignTokenStatus }: Style,
): Promise<void> {
  const found = await findToken(deps, required(parameters, 'token'))
  if (found === undefined) return
  if (found.family.grant.clientId !== client.id) {
    throw new InvalidGrantError('The token was issued to another client.', {
      code: foreignTokenStatus,
    })
  }
  await endFamily(deps, found.family)
}
