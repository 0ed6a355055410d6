// Somebody who talks to Calendo's routes. Every answer is held to what the reference says of it.

import { expect } from 'vitest'
import { calendo } from '../../../rest-compat/calendo/dialect.ts'
import { type Client, type GivenHost, givenHost, type World } from '../../helpers/world.ts'
import { givenToken } from '../rest.ts'

/** An answer of a route. */
export interface Answer {
  status: number
  headers: Headers
  body: unknown
}

/** Who asks, with what they send along. */
export interface Calendo {
  headers: Record<string, string>
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown): Promise<Answer>
  put(path: string, body: unknown): Promise<Answer>
  delete(path: string): Promise<Answer>
  /** Anything; the path begins below the base. */
  send(method: string, path: string, init?: RequestInit): Promise<Answer>
}

/** The form of a route's answer with a status. */
function formOf(method: string, path: string, status: number) {
  const route = calendo.routes.find(
    each =>
      each.method === method && new RegExp(`^${each.path.replace(/:\w+/g, '[^/]+')}$`).test(path),
  )
  if (route === undefined || status !== (route.status ?? 200)) return calendo.errorSchema
  return route.response ?? calendo.errorSchema
}

export function calendoOf(
  { url }: Pick<World, 'url'>,
  headers: Record<string, string> = {},
): Calendo {
  async function send(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const sent = { ...headers, ...Object.fromEntries(new Headers(init.headers)) }
    const response = await fetch(`${url}/api${path}`, { ...init, method, headers: sent })
    const body: unknown = await response.json()
    const { status } = response
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(
      formOf(method, path.split('?')[0] ?? '', status).parse(body),
      `${method} ${path}`,
    ).toEqual(body)
    for (const name of ['limit', 'remaining', 'reset']) {
      expect(response.headers.get(`x-ratelimit-${name}`), `${method} ${path}`).toMatch(/^\d+$/)
    }
    return { status, headers: response.headers, body }
  }
  const json = (body: unknown): RequestInit =>
    body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return {
    headers,
    send,
    get: path => send('GET', path),
    post: (path, body) => send('POST', path, json(body)),
    put: (path, body) => send('PUT', path, json(body)),
    delete: path => send('DELETE', path),
  }
}

/** The cookie that an answer sets, as a browser sends it back. */
export const cookieOf = ({ headers }: Answer): string =>
  headers.getSetCookie()[0]?.split(';')[0] ?? ''

/** The number of a thing that was made. */
export function idIn({ status, body }: Answer): number {
  if (typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'number')
    return body.id
  throw new Error(`${status} has no id: ${JSON.stringify(body)}`)
}

/** Somebody with an account, by their session and by a key. */
export interface Jane extends GivenHost {
  /** With the session cookie. */
  browser: Calendo
  /** With an API key of all scopes. */
  program: Calendo
}

/** Made through the graph: the routes for anyone have a limit. */
export async function givenJane(
  world: Pick<World, 'url'>,
  input: Record<string, unknown> = {},
): Promise<Jane> {
  const host = await givenHost(world, { name: 'Jane Smith', timeZone: 'Europe/London', ...input })
  return { ...host, browser: calendoOf(world, host.headers), program: await programOf(world, host) }
}

/** A program of a host, whose key has all scopes unless some are named. */
export const programOf = async (
  world: Pick<World, 'url'>,
  host: Client,
  scopes?: string[],
): Promise<Calendo> => calendoOf(world, { 'x-api-key': await givenToken(host, scopes) })
