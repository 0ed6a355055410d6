import { graphql } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { User, UserParts, user } from './serialize.ts'

export const me = route({
  method: 'GET',
  path: '/me',
  name: 'getMe',
  summary: 'The user whose token it is.',
  group: 'Account',
  request: {},
  response: User,
  document: graphql('query CalendarpaGetMe { viewer { ...CalendarpaUser } }', [UserParts]),
  variables: () => ({}),
  reply: ({ viewer }) => user(found(viewer, 'user')),
})
