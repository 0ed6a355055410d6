import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { DAY_MS } from '../../../src/time.ts'
import { found, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { integer, truth } from '../values.ts'

const refresh = route({
  method: 'POST',
  path: '/api-keys/refresh',
  name: 'refreshApiKey',
  summary:
    'Creates an API key in place of the one of the request, which ends. What was created with that key continues with the new one.',
  group: 'API keys',
  scope: 'keys:manage',
  request: {
    body: z.object({
      apiKeyDaysValid: integer(1, 3_650).default(30).meta({
        description:
          'Days until it expires; at the latest it expires when the replaced key would have.',
      }),
      apiKeyNeverExpires: truth
        .optional()
        .meta({ description: 'True: it does not expire before the replaced key would have.' }),
    }),
  },
  response: enveloped(z.object({ apiKey: z.string() })),
  document: graphql(
    'mutation CalcomRefreshKey($input: ReplaceApiKeyInput!) { replaceApiKey(input: $input) { secret } }',
  ),
  variables: ({ body: { apiKeyDaysValid, apiKeyNeverExpires }, arrival }) => ({
    input: {
      expiresAt: apiKeyNeverExpires
        ? null
        : new Date(arrival.now.getTime() + apiKeyDaysValid * DAY_MS).toISOString(),
    },
  }),
  reply: ({ replaceApiKey }) => success({ apiKey: found(replaceApiKey.secret, 'key') }),
  names: { 'input.expiresAt': 'apiKeyDaysValid' },
})

export const apiKeys = [refresh]
