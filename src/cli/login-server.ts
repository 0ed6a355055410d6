// The command line as a public client of a server's OAuth: what it says and asks, over
// oauth4webapi.

import * as oauth from 'oauth4webapi'
import { z } from 'zod'
import { type Clock, systemClock } from '../clock.ts'
import { ApiError, invalid } from '../errors.ts'
import { isLoopback } from '../loopback.ts'
import type { Login } from './login-file.ts'

const TIMEOUT_MS = 15_000

/** A login that was begun in the browser. */
export interface Begun {
  /** Where the browser goes. */
  url: string
  state: string
  /**
   * Of the server's answer to the browser, makes the login.
   * @throws ApiError when the person or the server refused.
   */
  finish(answer: URL): Promise<Login>
}

/**
 * Begins a login: asks the server where its endpoints are (RFC 8414), and makes the request for a
 * code with PKCE (RFC 7636).
 * @throws ApiError INVALID_INPUT for a URL that is not the server's own; Error when it does not
 * answer.
 */
export async function begin(
  url: string,
  { clientId, scopes, redirectUri }: { clientId: string; scopes: string[]; redirectUri: string },
): Promise<Begun> {
  const server = await discover(url)
  if (server.authorization_endpoint === undefined) throw new Error(`${url} logs nobody in.`)
  const client = { client_id: clientId }
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const page = new URL(server.authorization_endpoint)
  page.search = `${new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })}`
  return {
    url: page.href,
    state,
    finish: answer =>
      inWords(url, async () => {
        // Checks the state, and that this server answers and no other (RFC 9207).
        const parameters = oauth.validateAuthResponse(server, client, answer, state)
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          oauth.None(),
          parameters,
          redirectUri,
          verifier,
          optionsFor(url),
        )
        const tokens = await oauth.processAuthorizationCodeResponse(server, client, response)
        return loginOf(url, client, tokens, scopes.join(' '), systemClock)
      }),
  }
}

/**
 * Spends the refresh token of a login for the next one.
 * @throws ApiError UNAUTHENTICATED when the login has ended.
 */
export async function refresh(login: Login, clock: Clock): Promise<Login> {
  const { url, refresh_token: token, scope } = login
  if (token === undefined) throw ended(url)
  const server = await discover(url)
  const client = { client_id: login.client_id }
  return inWords(url, async () => {
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      oauth.None(),
      token,
      optionsFor(url),
    )
    const tokens = await oauth.processRefreshTokenResponse(server, client, response)
    return { refresh_token: token, ...loginOf(url, client, tokens, scope, clock) }
  })
}

/** Ends the tokens of a login (RFC 7009). */
export async function revoke({
  url,
  client_id,
  access_token,
  refresh_token,
}: Login): Promise<void> {
  const server = await discover(url)
  await inWords(url, async () => {
    const token = refresh_token ?? access_token
    const response = await oauth.revocationRequest(
      server,
      { client_id },
      oauth.None(),
      token,
      optionsFor(url),
    )
    await oauth.processRevocationResponse(response)
  })
}

const Viewer = z.object({ data: z.object({ viewer: z.object({ email: z.string() }) }) })

/**
 * The address of the account that a token acts for; undefined when the token is not good any more.
 */
export async function emailOf({
  url,
  access_token,
}: Pick<Login, 'url' | 'access_token'>): Promise<string | undefined> {
  return inWords(url, async () => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${access_token}` },
      body: JSON.stringify({ query: '{ viewer { email } }' }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return Viewer.safeParse(await response.json()).data?.data.viewer.email
  })
}

async function discover(url: string): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(url)
  if (issuer.protocol === 'http:' && !isLocal(issuer)) {
    throw invalid(
      'input.url',
      'must be https: over http others would read the token, unless it stays on this machine',
    )
  }
  return inWords(url, async () => {
    const response = await oauth.discoveryRequest(issuer, {
      algorithm: 'oauth2',
      ...optionsFor(url),
    })
    return oauth.processDiscoveryResponse(issuer, response)
  })
}

const isLocal = ({ hostname }: URL): boolean => isLoopback(hostname.replace(/^\[|\]$/g, ''))

const optionsFor = (url: string) => ({
  signal: AbortSignal.timeout(TIMEOUT_MS),
  [oauth.allowInsecureRequests]: isLocal(new URL(url)),
})

function loginOf(
  url: string,
  { client_id }: oauth.Client,
  { access_token, refresh_token, expires_in = 0, scope }: oauth.TokenEndpointResponse,
  asked: string,
  clock: Clock,
): Login {
  return {
    url,
    client_id,
    access_token,
    ...(refresh_token !== undefined && { refresh_token }),
    expires_at: new Date(clock.now().getTime() + expires_in * 1000).toISOString(),
    // RFC 6749 section 5.1: left out, it is what was asked for.
    scope: scope ?? asked,
  }
}

/** Does something with the server; what goes wrong is said in a sentence. */
async function inWords<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw problemOf(url, error)
  }
}

const ended = (url: string) =>
  new ApiError('UNAUTHENTICATED', `The login at ${url} has ended. Log in again: meridian login`)

const Mistaken = z.object({
  attribute: z.literal('issuer'),
  body: z.object({ issuer: z.string() }),
})

function problemOf(url: string, error: unknown): Error {
  if (error instanceof oauth.AuthorizationResponseError) {
    return new ApiError('FORBIDDEN', `${url} did not let this machine in: ${said(error)}`)
  }
  // RFC 6749 section 5.2: with the header it is invalid_client.
  const isUnknown = error instanceof oauth.WWWAuthenticateChallengeError
  if (isUnknown || (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant')) {
    return ended(url)
  }
  if (error instanceof oauth.ResponseBodyError)
    return new Error(`${url} gives no token: ${said(error)}`)
  if (error instanceof oauth.OperationProcessingError) {
    const issuer = Mistaken.safeParse(error.cause).data?.body.issuer
    if (issuer !== undefined)
      return invalid('input.url', `is not what the server there calls itself, ${issuer}`)
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return new Error(
    `${url} does not answer as a Meridian server: ${cause instanceof Error ? cause.message : cause}`,
  )
}

const said = ({
  error,
  error_description: words,
}: {
  error: string
  error_description?: string | undefined
}): string => (words === undefined ? `${error}.` : `${error}: ${words}`)
