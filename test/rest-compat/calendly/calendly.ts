import { expect } from 'vitest'
import { type Client, listAt, textAt, type World } from '../../helpers/world.ts'
import { givenToken, type Rest, type RestAnswer, restOf } from '../rest.ts'
import { objections } from './official.ts'

/**
 * Talks to Calendly's API as a host; every answer is held to Calendly's own document, where that
 * knows the route.
 */
export interface Calendly extends Rest {
  patch(path: string, body: unknown): Promise<RestAnswer>
  /** URI of the host. */
  user: string
  /** Their organization. */
  organization: string
  /** The URI of a thing. */
  uri(path: string): string
}

export async function givenCalendly(
  world: World,
  host: Client & { id: string },
  scopes?: string[],
): Promise<Calendly> {
  const rest = restOf(world.url, await givenToken(host, scopes))
  const held = async (
    method: string,
    path: string,
    answer: Promise<RestAnswer>,
  ): Promise<RestAnswer> => {
    const { status, body, ...more } = await answer
    const [route = ''] = path.split('?')
    expect(
      objections(method, route, status, body) ?? [],
      `${method} ${path}: ${JSON.stringify(body)}`,
    ).toEqual([])
    return { status, body, ...more }
  }
  const uri = (path: string) => `${world.url}${written(path)}`
  return {
    ...rest,
    get: path => held('get', path, rest.get(path)),
    post: (path, body, headers) => held('post', path, rest.post(path, body, headers)),
    patch: (path, body) => {
      const headers = { 'content-type': 'application/json' }
      return held(
        'patch',
        path,
        rest.send(path, { method: 'PATCH', body: JSON.stringify(body), headers }),
      )
    },
    user: uri(`/users/${host.id}`),
    organization: uri(`/organizations/${host.id.replace('usr_', 'org_')}`),
    uri,
  }
}

/** A refusal as its body says it. */
export const refusal = (title: string, message: string, details?: unknown[]) => ({
  title,
  message,
  ...(details && { details }),
})

export const invalid = (...details: unknown[]) =>
  refusal('Invalid Argument', 'The supplied parameters are invalid.', details)

export const unprocessable = (...details: unknown[]) =>
  refusal('Validation Error', 'The supplied parameters are invalid.', details)

export const notFound = refusal(
  'Resource Not Found',
  'The server could not find the requested resource.',
)

export const denied = (message: string) => refusal('Permission Denied', message)

/** A path with the ids of the graph in it as Calendly's URIs write them. */
const written = (path: string): string =>
  path.replace(/\/([a-z]{2,3})_([0-9A-Za-z]{22})(?![0-9A-Za-z])/g, '/$1-$2')

/** The id at the end of a URI, as the graph knows it. */
export const idAt = (uri: string): string =>
  (uri.split('/').at(-1) ?? '').replace(/^([a-z]+)-/, '$1_')

/** The ids at the end of the URIs of a list. */
export const idsIn = (body: unknown): string[] =>
  listAt(body, 'collection').map(each => idAt(textAt(each, 'uri')))
