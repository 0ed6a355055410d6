// Others of the user's organization.

import { type Ask, graphql, type ResultOf } from '../../src/graph/typed.ts'
import { found } from '../dialect.ts'
import { denied, NO_MEMBER, type Self } from './self.ts'

export const MemberParts = graphql(`
  fragment CalendlyMember on TeamMember {
    id role email createdAt updatedAt
    team { id }
    user { id: userId name timeZone locale avatarUrl bookingPage { slug url } }
  }
`)

export type ShownMember = ResultOf<typeof MemberParts>

export const FindMember = graphql(
  `query CalendlyFindMember($team: ID!, $user: ID!) {
    team(id: $team) { members(first: 1, filter: { accepted: true, userId: $user }) { edges { node { ...CalendlyMember } } } }
  }`,
  [MemberParts],
)

/** A member of the user's organization; null when they are not in it, or when it is the user's alone. */
export async function memberOf(ask: Ask, { mainTeamId }: Self, userId: string): Promise<ShownMember | null> {
  if (mainTeamId === null) return null
  const { team } = await ask(FindMember, { team: mainTeamId, user: userId })
  return team?.members?.edges[0]?.node ?? null
}

/** The team whose member somebody is. @throws Refused FORBIDDEN for who is not in the user's organization. */
export async function needMember(ask: Ask, self: Self, userId: string): Promise<string> {
  const found = await memberOf(ask, self, userId)
  if (found === null) throw denied(NO_MEMBER)
  return found.team.id
}

/**
 * A member, who has accepted, in the shape of a user. The times are those of the membership: other members do not see
 * when an account was created.
 */
export const personOf = ({ user, email, team, createdAt, updatedAt }: ShownMember) => ({
  ...found(user, 'user'),
  email: email ?? '',
  mainTeamId: team.id,
  createdAt,
  updatedAt,
})
