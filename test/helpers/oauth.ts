import { createHash } from 'node:crypto'
import { at, type Client, textAt } from './world.ts'

/**
 * A browser as far as these tests need one: it keeps cookies, sends forms, and shows every
 * redirect.
 */
export interface Browser {
  cookies: Map<string, string>
  open(url: string, headers?: Record<string, string>): Promise<Page>
  /** Sends the form of a page with a button of it, as from the page itself. */
  submit(
    page: Page,
    fields: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<Page>
}

/** An answer that the browser got. */
export interface Page {
  url: string
  status: number
  headers: Headers
  text: string
  /** Where a redirect goes, with its query. */
  location: URL | undefined
}

/** A browser, logged in as a host or as nobody. */
export function browserOf(cookie = ''): Browser {
  const cookies = new Map<string, string>()
  const keep = (header: string) => {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }
  if (cookie !== '') keep(cookie)

  async function send(
    url: string,
    init: { method: string; headers: Record<string, string>; body?: string },
  ) {
    const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(jar !== '' && { cookie: jar }), ...init.headers }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const header of response.headers.getSetCookie()) keep(header)
    const location = response.headers.get('location')
    return {
      url,
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      location: location === null ? undefined : new URL(location, url),
    }
  }
  return {
    cookies,
    open: (url, headers = {}) => send(url, { method: 'GET', headers }),
    submit(page, fields, headers = {}) {
      const { origin } = new URL(page.url)
      return send(
        new URL(unescaped(found(page, /<form method="post" action="([^"]*)"/)), page.url).href,
        {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', origin, ...headers },
          body: `${new URLSearchParams({ form_token: found(page, /name="form_token" value="([^"]*)"/), ...fields })}`,
        },
      )
    },
  }
}

function found({ text, status }: Page, pattern: RegExp): string {
  const [, value] = pattern.exec(text) ?? []
  if (value === undefined)
    throw new Error(`${pattern} is not in the answer with ${status}: ${text}`)
  return value
}

const unescaped = (text: string): string => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"')

/** An app with its credentials. A public one has an empty secret. */
export interface App {
  id: string
  secret: string
  redirectUri: string
}

export const CREATE_APP = `mutation ($input: CreateOAuthClientInput!) {
  createOAuthClient(input: $input) {
    client { id name isPublic redirectUris scopes createdAt updatedAt } secret
  }
}`

/** Registers an app with one redirect URI. */
export async function givenApp(owner: Client, input: Record<string, unknown> = {}): Promise<App> {
  const redirectUri = 'https://app.example/callback'
  const data = await owner.run(CREATE_APP, {
    input: { name: 'Sync', redirectUris: [redirectUri], ...input },
  })
  const secret = at(data, 'createOAuthClient.secret')
  return {
    id: textAt(data, 'createOAuthClient.client.id'),
    secret: typeof secret === 'string' ? secret : '',
    redirectUri: textAt(data, 'createOAuthClient.client.redirectUris.0'),
  }
}

/** A verifier of PKCE and its S256 challenge. */
export const VERIFIER = 'a-verifier-of-forty-three-characters-or-more'
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

/** The address that an app sends people to; what is undefined is left out. */
export function authorizeUrl(
  url: string,
  app: App,
  query: Record<string, string | undefined> = {},
): string {
  const all: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: app.id,
    redirect_uri: app.redirectUri,
    scope: 'bookings:read',
    state: 'a state',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...query,
  }
  const given = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return `${url}/oauth/authorize?${new URLSearchParams(given)}`
}

/** The code that an app gets from a host who allows what it asks for. */
export async function codeFor(
  host: Client,
  app: App,
  query: Record<string, string | undefined> = {},
): Promise<string> {
  const browser = browserOf(host.headers.cookie)
  const page = await browser.open(authorizeUrl(host.url, app, query))
  const answer = page.location === undefined ? await browser.submit(page, { act: 'allow' }) : page
  const code = answer.location?.searchParams.get('code')
  if (code == null)
    throw new Error(`no code in ${answer.location} with ${answer.status}: ${answer.text}`)
  return code
}

/** What an endpoint answers. */
export interface Answered {
  status: number
  headers: Headers
  body: unknown
}

/** Calls an endpoint with a form. */
export async function post(
  url: string,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** The credentials of an app as parameters of a form. */
export const credentialsOf = ({ id, secret }: App): Record<string, string> => ({
  client_id: id,
  ...(secret !== '' && { client_secret: secret }),
})

export interface Tokens {
  accessToken: string
  refreshToken: string
}

/** What to send for a code. */
export const redemption = (app: App, code: string): Record<string, string> => ({
  ...credentialsOf(app),
  grant_type: 'authorization_code',
  code,
  redirect_uri: app.redirectUri,
  code_verifier: VERIFIER,
})

/** The tokens of a host for an app. */
export async function tokensFor(
  host: Client,
  app: App,
  query: Record<string, string | undefined> = {},
): Promise<Tokens> {
  const { body } = await post(
    host.url,
    '/oauth/token',
    redemption(app, await codeFor(host, app, query)),
  )
  return tokensIn(body)
}

export const tokensIn = (body: unknown): Tokens => ({
  accessToken: textAt(body, 'access_token'),
  refreshToken: textAt(body, 'refresh_token'),
})

/** Spends a refresh token. */
export const refresh = (
  url: string,
  app: App,
  refreshToken: string,
  more: Record<string, string> = {},
) =>
  post(url, '/oauth/token', {
    ...credentialsOf(app),
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...more,
  })
