import { type Ask, graphql } from '../src/graph/typed.ts'
import { organizationUri } from './calendly/organization.ts'
import { uriOf } from './calendly/uris.ts'

export const TokenOwner = graphql('query CalendlyTokenOwner { viewer { id mainTeamId } }')

/**
 * What Calendly's apps read in the answer of the token endpoint, beside what RFC 6749 section 5.1 has: whose token it is.
 * @param ask asks as who that is
 */
export async function ownerOf(ask: Ask, createdAt: Date, publicUrl: string) {
  const { viewer } = await ask(TokenOwner, {})
  return {
    created_at: Math.floor(createdAt.getTime() / 1_000),
    ...(viewer && {
      owner: uriOf(publicUrl, 'users', viewer.id),
      organization: organizationUri(publicUrl, viewer),
    }),
  }
}
