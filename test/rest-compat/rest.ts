import { type Client, textAt } from '../helpers/world.ts'

/** An answer of a REST route. */
export interface RestAnswer {
  status: number
  headers: Headers
  /** As JSON; undefined when there is none. */
  body: unknown
}

/** Talks to one base of a dialect with a token. */
export interface Rest {
  token: string
  get(path: string): Promise<RestAnswer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<RestAnswer>
  delete(path: string): Promise<RestAnswer>
  /** Anything. */
  send(path: string, init: RequestInit): Promise<RestAnswer>
}

/**
 * A client of `url`, a base with the address of the gateway before it.
 * @param token empty: it has none
 */
export function restOf(url: string, token: string): Rest {
  async function send(path: string, { headers, ...init }: RequestInit): Promise<RestAnswer> {
    const response = await fetch(`${url}${path}`, {
      ...init,
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...Object.fromEntries(new Headers(headers)),
      },
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : undefined,
    }
  }
  return {
    token,
    send,
    get: path => send(path, {}),
    post: (path, body, headers = {}) =>
      send(path, {
        method: 'POST',
        ...(body !== undefined && { body: JSON.stringify(body) }),
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      }),
    delete: path => send(path, { method: 'DELETE' }),
  }
}

const CREATE_KEY =
  'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } secret } }'

/** A token of a host, with all scopes unless some are named. */
export async function givenToken(host: Client, scopes?: string[]): Promise<string> {
  const made = await host.run(CREATE_KEY, { input: { label: 'REST', ...(scopes && { scopes }) } })
  return textAt(made, 'createApiKey.secret')
}
