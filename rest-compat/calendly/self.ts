// Whose things a request asks for: its own user's, by `user`, `organization` or nothing.

import { refusedFor } from '../../src/graph/refused.ts'
import { type Ask, graphql } from '../../src/graph/typed.ts'
import { organizationIdOf } from './organization.ts'
import { reference } from './uris.ts'

export const GetSelf = graphql('query CalendlySelf { viewer { id } }')

/** The parameters that say so. */
export const owner = {
  user: reference('users').optional(),
  organization: reference('organizations').optional(),
}

interface Asked {
  user?: string | undefined
  organization?: string | undefined
  group?: string | undefined
}

/** The id of who asks. @throws Refused FORBIDDEN when they ask for what is not theirs. */
export async function needOwn(ask: Ask, { user, organization, group }: Asked): Promise<string> {
  const { viewer } = await ask(GetSelf, {})
  if (viewer === null) throw refusedFor('UNAUTHENTICATED', 'A credential is missing.')
  if (organization !== undefined && organization !== organizationIdOf(viewer.id)) {
    throw refusedFor('FORBIDDEN', 'You do not have permission to access this resource.')
  }
  if (user !== undefined && user !== viewer.id) throw refusedFor('FORBIDDEN', 'This user is not in your organization')
  if (group !== undefined) throw refusedFor('FORBIDDEN', 'You do not have permission')
  return viewer.id
}
