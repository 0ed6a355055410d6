// Calendly's users belong to organizations. Each account is the owner, and the only member, of one of its own; its ids are
// made of the account's.

import { uriOf } from './uris.ts'

export const organizationIdOf = (userId: string): string => userId.replace(/^usr_/, 'org_')

export const membershipIdOf = (userId: string): string => userId.replace(/^usr_/, 'mem_')

export const organizationUri = (publicUrl: string, userId: string): string =>
  uriOf(publicUrl, 'organizations', organizationIdOf(userId))
