// OAuth 2.0 with PKCE: https://docs.zapier.com/platform/build/oauth

import { route } from './api.js'

const scopes = [
  'bookings:read',
  'bookings:write',
  'event_types:read',
  'contacts:read',
  'webhooks:manage',
]

const client = {
  client_id: '{{process.env.CLIENT_ID}}',
  client_secret: '{{process.env.CLIENT_SECRET}}',
}
/** @type {{ url: string, method: 'POST', headers: Record<string, string> }} */
const tokenRequest = {
  url: '{{process.env.BASE_URL}}/api/oauth/token',
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
}

/** @param {import('./api.js').ZObject} z */
async function test(z) {
  const { data } = await z.request(route('/me'))
  return data
}

/**
 * What people call the account.
 * @param {import('./api.js').ZObject} _z
 * @param {{ inputData: Record<string, unknown> }} bundle with what `test` answered
 */
const connectionLabel = async (_z, { inputData: { name, email } }) => `${name} (${email})`

/** @satisfies {import('zapier-platform-core').Authentication} */
const authentication = {
  type: 'oauth2',
  test,
  connectionLabel,
  oauth2Config: {
    // Zapier adds the challenge of PKCE, and hands the verifier to getAccessToken.
    enablePkce: true,
    authorizeUrl: {
      url: '{{process.env.BASE_URL}}/oauth/authorize',
      params: {
        response_type: 'code',
        client_id: client.client_id,
        redirect_uri: '{{bundle.inputData.redirect_uri}}',
        state: '{{bundle.inputData.state}}',
        scope: scopes.join(' '),
      },
    },
    getAccessToken: {
      ...tokenRequest,
      body: {
        ...client,
        grant_type: 'authorization_code',
        code: '{{bundle.inputData.code}}',
        redirect_uri: '{{bundle.inputData.redirect_uri}}',
        code_verifier: '{{bundle.inputData.code_verifier}}',
      },
    },
    refreshAccessToken: {
      ...tokenRequest,
      body: {
        ...client,
        grant_type: 'refresh_token',
        refresh_token: '{{bundle.authData.refresh_token}}',
      },
    },
    autoRefresh: true,
  },
}

export default authentication
