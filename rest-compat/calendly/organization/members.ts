// Others of the user's organization.

import { CallError } from '../../../src/graph/call-error.ts'
import { type ExecuteDocument, graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found } from '../../dialect.ts'
import { denied, NO_ACCESS, NO_MEMBER, type Self, selfOf } from './self.ts'

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

/**
 * A member of the user's organization; null when they are not in it, or when it is the user's
 * alone.
 */
export async function memberOf(
  execute: ExecuteDocument,
  { mainTeamId }: Self,
  userId: string,
): Promise<ShownMember | null> {
  if (mainTeamId === null) return null
  const { team } = await execute(FindMember, { team: mainTeamId, user: userId })
  return team?.members?.edges[0]?.node ?? null
}

/**
 * The team whose member somebody is.
 * @throws CallError FORBIDDEN for who is not in the user's organization.
 */
export async function requireMember(
  execute: ExecuteDocument,
  self: Self,
  userId: string,
): Promise<string> {
  const found = await memberOf(execute, self, userId)
  if (found === null) throw denied(NO_MEMBER)
  return found.team.id
}

export const FindReadable = graphql(
  'query CalendlyFindReadable($user: ID!) { schedules(userId: $user) { id } }',
)

/**
 * The account whose busy times and schedules are asked for; undefined: the user's own.
 * @throws CallError FORBIDDEN for others than a member of the organization, and for a user who is
 * no owner or admin of it.
 */
export async function accountAsked(
  execute: ExecuteDocument,
  user: string | undefined,
): Promise<string | undefined> {
  const self = await selfOf(execute)
  if (user === undefined || user === self.id) return undefined
  await requireMember(execute, self, user)
  if (!self.isAdmin) throw denied(NO_ACCESS)
  try {
    await execute(FindReadable, { user })
  } catch (error) {
    // Another team is the organization of this member.
    throw error instanceof CallError && error.first.code === 'NOT_FOUND' ? denied(NO_MEMBER) : error
  }
  return user
}

/**
 * A member, who has accepted, in the shape of a user. The times are those of the membership: other
 * members do not see when an account was created.
 */
export const personOf = ({ user, email, team, createdAt, updatedAt }: ShownMember) => ({
  ...found(user, 'user'),
  email: email ?? '',
  mainTeamId: team.id,
  createdAt,
  updatedAt,
})
