// OAuth 2.0 for apps, at Cal.com's address and in its words: its contract, 2.4.

import type { OwnEndpoints } from '../../../src/oauth/routes.ts'
import type { Problem } from '../../../src/oauth/style.ts'

const grants: [says: RegExp, description: string][] = [
  [/redirect_uri/i, 'redirect_uri_mismatch'],
  [/verifier|challenge/i, 'pkce_verification_failed'],
  [/refresh/i, 'invalid_refresh_token'],
]

function worded(problem: Problem): Problem {
  const { error, description } = problem
  if (error === 'invalid_client' && description.includes('which client')) {
    return { error: 'invalid_request', status: 400, description: 'client_id is required' }
  }
  if (error === 'invalid_client') {
    const isUnknown = description.includes('no such client')
    return {
      ...problem,
      status: 401,
      description: isUnknown ? 'client_not_found' : 'invalid_client_credentials',
    }
  }
  if (error === 'invalid_grant') {
    const [, words] = grants.find(([says]) => says.test(description)) ?? []
    return { ...problem, status: 400, description: words ?? 'code_invalid_or_expired' }
  }
  return problem.status === 400 ? { ...problem, error: 'invalid_request' } : problem
}

export const calcomOAuth: OwnEndpoints = {
  bases: ['/v2/auth/oauth2', '/api/v2/auth/oauth2'],
  consentPage: '/auth/oauth2/authorize',
  style: {
    accessTokenSeconds: 30 * 60,
    refreshTokenSeconds: 30 * 24 * 60 * 60,
    tokenType: 'bearer',
    worded,
  },
}
