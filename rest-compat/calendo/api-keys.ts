import { z } from 'zod'
import { graphql, type ResultOf } from '../../src/graph/typed.ts'
import { found, route } from '../dialect.ts'
import { after, byId, id, instantFrom, Ok, ok, Time, time } from './values.ts'

const group = 'API keys'
// A key has it only where its owner names it.
const scope = 'keys:manage'

const KeyParts = graphql(
  'fragment CalendoApiKey on ApiKey { databaseId label hint createdAt expiresAt lastUsedAt revokedAt }',
)

const Key = z
  .object({
    id,
    label: z.string(),
    hint: z.string().meta({ description: 'The last four characters of the key.' }),
    created_at: Time,
    expires_at: Time.nullable().meta({ description: 'When it ends by itself; null: never.' }),
    last_used_at: Time.nullable().meta({ description: 'To the minute.' }),
  })
  .meta({ id: 'ApiKey' })

const key = (shown: ResultOf<typeof KeyParts>): z.input<typeof Key> => ({
  id: shown.databaseId,
  label: shown.label,
  hint: shown.hint,
  created_at: time(shown.createdAt),
  expires_at: shown.expiresAt && time(shown.expiresAt),
  last_used_at: shown.lastUsedAt && time(shown.lastUsedAt),
})

const list = route({
  method: 'GET',
  path: '/api-keys',
  name: 'listApiKeys',
  summary:
    'Lists the API keys that are not revoked, newest first. Takes a session, or a key with the scope keys:manage.',
  group,
  scope,
  request: {},
  response: z.array(Key),
  document: graphql(
    `query CalendoListApiKeys($after: String) {
      apiKeys(first: 100, after: $after) {
        edges { node { ...CalendoApiKey } }
        pageInfo { endCursor hasNextPage }
      }
    }`,
    [KeyParts],
  ),
  variables: () => ({}),
  next: ({ apiKeys }) => after(apiKeys),
  reply: ({ apiKeys }) =>
    apiKeys.edges.flatMap(({ node }) => (node.revokedAt === null ? [key(node)] : [])),
})

/** A day alone is meant to be over before the key ends. */
const endOf = (text: string): string =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59Z` : instantFrom(text)

const create = route({
  method: 'POST',
  path: '/api-keys',
  name: 'createApiKey',
  summary:
    'Creates an API key, with no more scopes and no later end than the credential of the request. `key` is returned only here. Takes a session, or a key with the scope keys:manage.',
  group,
  scope,
  status: 201,
  request: {
    body: z.object({
      label: z.string().meta({ description: 'What the key is for.' }),
      expires_at: z.string().nullish().meta({
        description: 'Its last day, or an instant with `Z` or an offset; never unless given.',
      }),
    }),
  },
  response: Key.extend({ key: z.string().meta({ description: 'The key itself, `cal_…`.' }) }).meta({
    id: 'NewApiKey',
  }),
  document: graphql(
    `mutation CalendoCreateApiKey($input: CreateApiKeyInput!) {
      createApiKey(input: $input) { apiKey { ...CalendoApiKey } secret }
    }`,
    [KeyParts],
  ),
  variables: ({ body: { label, expires_at } }) => ({
    input: { label, expiresAt: expires_at && endOf(expires_at) },
  }),
  reply: ({ createApiKey }) => ({
    ...key(createApiKey.apiKey),
    key: found(createApiKey.secret, 'key'),
  }),
  names: { 'input.expiresAt': 'expires_at' },
})

const remove = route({
  method: 'DELETE',
  path: '/api-keys/:id',
  name: 'deleteApiKey',
  summary:
    'Revokes an API key, with everything that was created with it. Takes a session, or a key with the scope keys:manage.',
  group,
  scope,
  request: { params: byId('API key') },
  response: Ok,
  document: graphql(
    'mutation CalendoRevokeApiKey($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }',
  ),
  variables: ({ params }) => params,
  reply: () => ok,
})

export const apiKeys = [list, create, remove]
