import type { Additions } from '../src/oauth/routes.ts'
import { organizationUri } from './calendly/organization.ts'
import { scopeAliases } from './calendly/scopes.ts'
import { uriOf } from './calendly/uris.ts'

/** What Calendly's apps expect of the OAuth server beside the RFCs. */
export const oauthAdditions = (publicUrl: string): Additions => ({
  aliases: scopeAliases,
  foreignTokenStatus: 403,
  /** Whose token it is, in the answer of the token endpoint. */
  more: ({ userUid, createdAt }) => ({
    created_at: Math.floor(createdAt.getTime() / 1_000),
    owner: uriOf(publicUrl, 'users', userUid),
    organization: organizationUri(publicUrl, userUid),
  }),
})
