// What CalProvider asks of its client and token, and what components ask of addresses.

import { z } from 'zod'
import { graphql } from '../../../src/graph/typed.ts'
import { found, route } from '../../dialect.ts'
import { oauthApp } from '../access/oauth-app.ts'
import { clientParams } from '../access/oauth-clients.ts'
import { enveloped, success } from '../envelope.ts'
import { exception } from '../errors.ts'
import { email, text } from '../values.ts'
import { group, under } from './routes.ts'

const accessToken = route({
  method: 'GET',
  path: '/provider/:clientId/access-token',
  name: 'verifyAccessToken',
  summary:
    'Whether the access token is valid: 401 for one that is not, 498 for one that has expired.',
  group,
  request: { params: clientParams },
  response: enveloped(
    z.object({ clientId: z.string(), organizationId: z.int(), name: z.string() }),
  ),
  document: graphql(
    `query CalcomAtomsToken($id: ID!) {
      viewer { databaseId }
      platformApp(clientId: $id) { name ownerDatabaseId }
      oauthApp(clientId: $id) { name }
    }`,
  ),
  variables: ({ params }) => ({ id: params.clientId }),
  reply({ viewer, platformApp, oauthApp }, { params: { clientId } }) {
    const { databaseId } = found(viewer, 'account')
    const { name } = found(platformApp ?? oauthApp, 'client')
    return success({ clientId, organizationId: platformApp?.ownerDatabaseId ?? databaseId, name })
  },
})

const oauthClients = oauthApp.map(get => ({
  ...under('/atoms/auth/oauth2/clients/:clientId', 'getAtomsOAuthApp', get),
  forAnyone: true as const,
}))

const GetAddress = graphql('query CalcomAtomsAddress { viewer { email } }')

const verifiedEmails = route({
  method: 'GET',
  path: '/atoms/emails/verified-emails',
  name: 'listAtomsVerifiedEmails',
  summary: 'The address of the account.',
  group,
  request: { query: z.object({ teamId: text.optional().meta({ description: 'Ignored.' }) }) },
  response: enveloped(z.array(z.string())),
  document: GetAddress,
  variables: () => ({}),
  reply: ({ viewer }) => success([found(viewer, 'account').email]),
})

const isVerificationRequired = route({
  method: 'GET',
  path: '/atoms/verification/email/check',
  name: 'isAtomsEmailVerificationRequired',
  summary: 'Whether a booker must verify their address: false, since addresses are not verified.',
  group,
  optionalAuth: true,
  request: { query: z.object({ email, userSessionEmail: text.optional() }) },
  response: enveloped(z.literal(false)),
  document: GetAddress,
  variables: () => ({}),
  reply: () => success(false as const),
})

const NOT_OFFERED = 'Email verification is not available on this server.'

/** Routes of the dialog for codes, which the Booker opens only where verification is required. */
const codes = (['send-code', 'verify-code', 'verify-code-authenticated'] as const).map(last =>
  route({
    method: 'POST',
    path: `/atoms/verification/email/${last}`,
    name: `atomsEmail${last.replaceAll(/(?:^|-)\w/g, part => part.slice(-1).toUpperCase())}`,
    summary: 'Returns 400: email addresses are not verified.',
    group,
    optionalAuth: true,
    request: { body: z.unknown() },
    response: enveloped(z.never()),
    document: GetAddress,
    variables() {
      throw exception(400, NOT_OFFERED)
    },
    reply() {
      throw exception(400, NOT_OFFERED)
    },
  }),
)

export const atomsAccounts = [
  accessToken,
  ...oauthClients,
  verifiedEmails,
  isVerificationRequired,
  ...codes,
]
