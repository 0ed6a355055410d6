import { type ExecuteDocument, graphql } from '../src/graph/typed.ts'
import type { Additions } from '../src/oauth/routes.ts'
import { calcomOAuth } from './calcom/access/oauth.ts'
import { scopeAliases as calcomScopes } from './calcom/access/scopes.ts'
import { organizationUri } from './calendly/organization/organization.ts'
import { scopeAliases } from './calendly/scopes.ts'
import { uriOf } from './calendly/uris.ts'

export const TokenOwner = graphql('query CalendlyTokenOwner { viewer { id mainTeamId } }')

/**
 * What apps of the dialects expect of the OAuth server beside the RFCs.
 * @param executeAs asks as an account, with the rights of every token
 */
export const oauthAdditions = (
  publicUrl: string,
  executeAs: (userId: number) => ExecuteDocument,
): Additions => ({
  aliases: { ...calcomScopes, ...scopeAliases },
  endpoints: [calcomOAuth],
  foreignTokenStatus: 403,
  /**
   * Whose token it is, in the answers of the token endpoint at the root and of introspection, as
   * Calendly's.
   */
  async more({ userId, createdAt }) {
    const { viewer } = await executeAs(userId)(TokenOwner, {})
    return {
      created_at: Math.floor(createdAt.getTime() / 1_000),
      ...(viewer && {
        owner: uriOf(publicUrl, 'users', viewer.id),
        organization: organizationUri(publicUrl, viewer),
      }),
    }
  },
})
