// Whose things a request asks for: its own user's, by `user`, `organization` or nothing.

import { type CallError, callError } from '../../../src/graph/call-error.ts'
import { type ExecuteDocument, graphql } from '../../../src/graph/typed.ts'
import { reference } from '../uris.ts'
import { loneIdOf } from './organization.ts'

export const GetSelf = graphql(
  'query CalendlySelf { viewer { id name email mainTeamId mainTeamRole } }',
)

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

/** Who asks, and their organization. */
export interface Self {
  id: string
  name: string
  email: string
  /** The team that is their organization; null: it is theirs alone. */
  mainTeamId: string | null
  /** Whether they are an owner or an admin of it. */
  isAdmin: boolean
}

export const denied = (words: string): CallError => callError('FORBIDDEN', words)

export const NO_ACCESS = 'You do not have permission to access this resource.'
export const NO_MEMBER = 'This user is not in your organization'

export async function selfOf(execute: ExecuteDocument): Promise<Self> {
  const { viewer } = await execute(GetSelf, {})
  if (viewer === null) throw callError('UNAUTHENTICATED', 'A credential is missing.')
  const { mainTeamRole, ...self } = viewer
  return { ...self, isAdmin: mainTeamRole !== 'MEMBER' }
}

export const isOrganizationOf = (self: Self, id: string): boolean =>
  id === self.mainTeamId || id === loneIdOf(self.id)

/** Who asks. @throws CallError FORBIDDEN when they ask for what is not theirs. */
export async function requireOwn(
  execute: ExecuteDocument,
  { user, organization, group }: Asked,
): Promise<Self> {
  const self = await selfOf(execute)
  if (organization !== undefined && !isOrganizationOf(self, organization)) throw denied(NO_ACCESS)
  if (user !== undefined && user !== self.id) throw denied(NO_MEMBER)
  if (group !== undefined) throw denied('You do not have permission')
  return self
}
