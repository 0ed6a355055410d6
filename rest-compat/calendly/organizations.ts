import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { listed, listOf, nothing, one, page } from './list.ts'
import { membershipIdOf, organizationIdOf, organizationUri } from './organization.ts'
import { needOwn, owner } from './self.ts'
import { Time, time } from './time.ts'
import { Uri, uriOf, uuid } from './uris.ts'
import { Member, member, UserParts } from './user.ts'

const group = 'Organizations'

const GetOwner = graphql('query CalendlyGetOwner { viewer { plan ...CalendlyUser } }', [UserParts])

type Owner = NonNullable<ResultOf<typeof GetOwner>['viewer']>

const Organization = z
  .object({
    uri: Uri,
    name: z.string(),
    kind: z.literal('single'),
    plan: z.enum(['basic', 'professional']),
    stage: z.enum(['free', 'paid']),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Organization' })

const organization = (owner: Owner, publicUrl: string): z.input<typeof Organization> => ({
  uri: organizationUri(publicUrl, owner.id),
  name: owner.name,
  kind: 'single',
  plan: owner.plan === 'PRO' ? 'professional' : 'basic',
  stage: owner.plan === 'PRO' ? 'paid' : 'free',
  created_at: time(owner.createdAt),
  updated_at: time(owner.updatedAt),
})

const Membership = z
  .object({
    uri: Uri,
    role: z.literal('owner'),
    user: Member,
    organization: Uri,
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'OrganizationMembership' })

const membership = (owner: Owner, publicUrl: string): z.input<typeof Membership> => ({
  uri: uriOf(publicUrl, 'organization_memberships', membershipIdOf(owner.id)),
  role: 'owner',
  user: member(owner, publicUrl),
  organization: organizationUri(publicUrl, owner.id),
  created_at: time(owner.createdAt),
  updated_at: time(owner.updatedAt),
})

const getOrganization = route({
  method: 'GET',
  path: '/organizations/:uuid',
  name: 'getOrganization',
  summary: "The user's organization.",
  group,
  reads: { params: uuid('the organization') },
  answers: one(Organization),
  document: GetOwner,
  variables: () => ({}),
  reply({ viewer }, { params, arrival }) {
    const isTheirs = viewer !== null && organizationIdOf(viewer.id) === params.uuid
    return { resource: organization(found(isTheirs ? viewer : null, 'organization'), arrival.publicUrl) }
  },
})

const list = route({
  method: 'GET',
  path: '/organization_memberships',
  name: 'listOrganizationMemberships',
  summary: 'Memberships of the organization: that of the user.',
  group,
  reads: {
    query: z.object({
      ...owner,
      email: z.string().optional().meta({ description: 'Only that of who has this address.' }),
      role: z.enum(['owner', 'admin', 'user']).optional(),
      ...page,
    }),
  },
  answers: listOf(Membership),
  document: GetOwner,
  async variables({ query }, ask) {
    await needOwn(ask, query)
    return {}
  },
  reply({ viewer }, { query, arrival }) {
    const owner = found(viewer, 'user')
    const isMeant =
      (query.email ?? owner.email).toLowerCase() === owner.email &&
      (query.role ?? 'owner') === 'owner' &&
      query.page_token === undefined
    const edges = isMeant ? [{ node: owner }] : []
    return listed({ ...nothing, edges }, node => membership(node, arrival.publicUrl), arrival)
  },
})

const get = route({
  method: 'GET',
  path: '/organization_memberships/:uuid',
  name: 'getOrganizationMembership',
  summary: "The user's membership, also as `me`.",
  group,
  reads: { params: uuid('the membership') },
  answers: one(Membership),
  document: GetOwner,
  variables: () => ({}),
  reply({ viewer }, { params, arrival }) {
    const isTheirs = viewer !== null && ['me', membershipIdOf(viewer.id)].includes(params.uuid)
    return { resource: membership(found(isTheirs ? viewer : null, 'membership'), arrival.publicUrl) }
  },
})

export const organizations = [getOrganization, list, get]
