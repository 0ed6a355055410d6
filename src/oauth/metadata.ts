import { keyScopes } from '../scopes.ts'
import type { ScopeAliases } from './scope-names.ts'
import { grantTypes } from './token.ts'

/**
 * What a client can find out by itself (RFC 8414 section 2). The issuer is where clients reach the
 * gateway.
 */
export function metadata(issuer: string, aliases: ScopeAliases): Record<string, unknown> {
  const withSecret = ['client_secret_basic', 'client_secret_post']
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    introspection_endpoint: `${issuer}/oauth/introspect`,
    scopes_supported: [...new Set([...keyScopes, ...Object.keys(aliases)])],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: grantTypes,
    token_endpoint_auth_methods_supported: [...withSecret, 'none'],
    revocation_endpoint_auth_methods_supported: [...withSecret, 'none'],
    introspection_endpoint_auth_methods_supported: withSecret,
    code_challenge_methods_supported: ['S256'],
    // RFC 9207 section 3.
    authorization_response_iss_parameter_supported: true,
  }
}
