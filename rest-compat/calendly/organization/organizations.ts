import { z } from 'zod'
import { graphql, type ResultOf } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { one } from '../list.ts'
import { Time, time } from '../time.ts'
import { Uri, uuid } from '../uris.ts'
import { organizationUri } from './organization.ts'
import { isOrganizationOf, selfOf } from './self.ts'

const GetOrganization = graphql(`
  query CalendlyGetOrganization($team: ID!, $hasTeam: Boolean!) {
    viewer { id mainTeamId name plan createdAt updatedAt }
    team(id: $team) @include(if: $hasTeam) { name createdAt updatedAt }
  }
`)

type Owner = NonNullable<ResultOf<typeof GetOrganization>['viewer']>

const Organization = z
  .object({
    uri: Uri,
    name: z.string(),
    kind: z
      .enum(['single', 'multiple'])
      .meta({ description: 'Whether it is the user alone, or a team.' }),
    plan: z.enum(['basic', 'professional']),
    stage: z.enum(['free', 'paid']),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Organization' })

function organization(
  owner: Owner,
  team: Pick<Owner, 'name' | 'createdAt' | 'updatedAt'> | null | undefined,
  publicUrl: string,
): z.input<typeof Organization> {
  const { name, createdAt, updatedAt } = team ?? owner
  return {
    uri: organizationUri(publicUrl, owner),
    name,
    kind: team == null ? 'single' : 'multiple',
    plan: owner.plan === 'PRO' ? 'professional' : 'basic',
    stage: owner.plan === 'PRO' ? 'paid' : 'free',
    created_at: time(createdAt),
    updated_at: time(updatedAt),
  }
}

const get = route({
  method: 'GET',
  path: '/organizations/:uuid',
  name: 'getOrganization',
  summary: "The user's organization.",
  group: 'Organizations',
  request: { params: uuid('the organization') },
  response: one(Organization),
  document: GetOrganization,
  async variables({ params }, execute) {
    const self = await selfOf(execute)
    found(isOrganizationOf(self, params.uuid) || null, 'organization')
    return { team: self.mainTeamId ?? '', hasTeam: self.mainTeamId !== null }
  },
  reply: ({ viewer, team }, { arrival }) => ({
    resource: organization(found(viewer, 'user'), team, arrival.publicUrl),
  }),
})

export const organizations = [get]
