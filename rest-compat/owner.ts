import { organizationUri } from './calendly/organization.ts'
import { uriOf } from './calendly/uris.ts'

/** What Calendly's apps read in the answer of the token endpoint, beside what RFC 6749 section 5.1 has: whose token it is. */
export const ownerOf = ({ userUid, createdAt }: { userUid: string; createdAt: Date }, publicUrl: string) => ({
  created_at: Math.floor(createdAt.getTime() / 1_000),
  owner: uriOf(publicUrl, 'users', userUid),
  organization: organizationUri(publicUrl, userUid),
})
