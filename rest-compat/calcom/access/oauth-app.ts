import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { enveloped, success } from '../envelope.ts'
import { clientParams } from './oauth-clients.ts'

const get = route({
  method: 'GET',
  path: '/auth/oauth2/clients/:clientId',
  name: 'getOAuthApp',
  summary: 'An app of OAuth 2.0, as people see it who are asked to let it in.',
  group: 'OAuth 2.0',
  request: { params: clientParams },
  response: enveloped(
    z.object({
      client_id: z.string(),
      redirect_uri: z.string().meta({ description: 'The first of `redirect_uris`.' }),
      redirect_uris: z.array(z.string()),
      name: z.string(),
      logo: z.null(),
      is_trusted: z.literal(false),
      client_type: z.enum(['CONFIDENTIAL', 'PUBLIC']),
    }),
  ),
  document: graphql(
    'query CalcomOAuthApp($id: ID!) { oauthApp(clientId: $id) { id: clientId name isPublic redirectUris } }',
  ),
  variables: ({ params }) => ({ id: params.clientId }),
  reply({ oauthApp }) {
    const { id, name, isPublic, redirectUris } = found(oauthApp, 'OAuth client')
    return success({
      client_id: id,
      redirect_uri: redirectUris[0] ?? '',
      redirect_uris: redirectUris,
      name,
      logo: null,
      is_trusted: false as const,
      client_type: isPublic ? ('PUBLIC' as const) : ('CONFIDENTIAL' as const),
    })
  },
})

export const oauthApp = [get]
