import { graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { one } from '../list.ts'
import { uuid } from '../uris.ts'
import { MemberParts, personOf } from './members.ts'
import { selfOf } from './self.ts'
import { User, UserParts, user } from './user.ts'

const group = 'Users'

const me = route({
  method: 'GET',
  path: '/users/me',
  name: 'getCurrentUser',
  summary: 'The user whose token it is.',
  group,
  request: {},
  response: one(User),
  document: graphql('query CalendlyGetSelf { viewer { ...CalendlyUser } }', [UserParts]),
  variables: () => ({}),
  reply: ({ viewer }, { arrival }) => ({
    resource: user(found(viewer, 'user'), arrival.publicUrl),
  }),
})

const get = route({
  method: 'GET',
  path: '/users/:uuid',
  name: 'getUser',
  summary: 'A user: oneself, or a member of the organization.',
  group,
  request: { params: uuid('the user') },
  response: one(User),
  document: graphql(
    `query CalendlyGetUser($user: ID!, $team: ID!, $isOther: Boolean!) {
      viewer { ...CalendlyUser }
      team(id: $team) @include(if: $isOther) {
        members(first: 1, filter: { accepted: true, userId: $user }) { edges { node { ...CalendlyMember } } }
      }
    }`,
    [UserParts, MemberParts],
  ),
  async variables({ params }, execute) {
    const { id, mainTeamId } = await selfOf(execute)
    return {
      user: params.uuid,
      team: mainTeamId ?? '',
      isOther: mainTeamId !== null && params.uuid !== id,
    }
  },
  reply({ viewer, team }, { params, arrival }) {
    const other = team?.members?.edges[0]?.node
    const meant = viewer?.id === params.uuid ? viewer : other && personOf(other)
    return { resource: user(found(meant ?? null, 'user'), arrival.publicUrl) }
  },
})

export const users = [me, get]
