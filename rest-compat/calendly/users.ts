import { graphql } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { one } from './list.ts'
import { uuid } from './uris.ts'
import { User, UserParts, user } from './user.ts'

const group = 'Users'

const document = graphql('query CalendlyGetUser { viewer { ...CalendlyUser } }', [UserParts])

const me = route({
  method: 'GET',
  path: '/users/me',
  name: 'getCurrentUser',
  summary: 'The user whose token it is.',
  group,
  reads: {},
  answers: one(User),
  document,
  variables: () => ({}),
  reply: ({ viewer }, { arrival }) => ({ resource: user(found(viewer, 'user'), arrival.publicUrl) }),
})

const get = route({
  method: 'GET',
  path: '/users/:uuid',
  name: 'getUser',
  summary: 'A user: oneself.',
  group,
  reads: { params: uuid('the user') },
  answers: one(User),
  document,
  variables: () => ({}),
  reply: ({ viewer }, { params, arrival }) => ({
    resource: user(found(viewer?.id === params.uuid ? viewer : null, 'user'), arrival.publicUrl),
  }),
})

export const users = [me, get]
