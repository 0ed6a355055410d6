import type { Additions } from '../src/oauth/routes.ts'
import { calcomOAuth } from './calcom/oauth.ts'
import { scopeAliases as calcomScopes } from './calcom/scopes.ts'
import { organizationUri } from './calendly/organization.ts'
import { scopeAliases } from './calendly/scopes.ts'
import { uriOf } from './calendly/uris.ts'

/** What apps of the dialects expect of the OAuth server beside the RFCs. */
export const oauthAdditions = (publicUrl: string): Additions => ({
  aliases: { ...calcomScopes, ...scopeAliases },
  endpoints: [calcomOAuth],
  foreignTokenStatus: 403,
  /** Whose token it is, in the answer of the token endpoint at the root, as Calendly's. */
  more: ({ userUid, createdAt }) => ({
    created_at: Math.floor(createdAt.getTime() / 1_000),
    owner: uriOf(publicUrl, 'users', userUid),
    organization: organizationUri(publicUrl, userUid),
  }),
})
