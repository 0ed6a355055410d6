// Calendly's users belong to one organization: here, to the team that they are in for the longest.
// An account without a team is the owner, and the only member, of one of its own, whose id is made
// of the account's.

import { uriOf } from '../uris.ts'

/** What of a user says which organization is theirs. */
export interface Organized {
  id: string
  mainTeamId: string | null
}

/**
 * The organization of an account that is in no team. With one, it still means their organization.
 */
export const loneIdOf = (userId: string): string => userId.replace(/^usr_/, 'org_')

export const organizationIdOf = ({ id, mainTeamId }: Organized): string =>
  mainTeamId ?? loneIdOf(id)

/** Of a membership, in whatever organization. */
export const membershipIdOf = (userId: string): string => userId.replace(/^usr_/, 'mem_')

/** The user whose membership an id names. */
export const userIdOf = (membershipId: string): string => membershipId.replace(/^mem_/, 'usr_')

export const organizationUri = (publicUrl: string, user: Organized): string =>
  uriOf(publicUrl, 'organizations', organizationIdOf(user))
