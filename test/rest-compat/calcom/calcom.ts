import { expect } from 'vitest'
import type { Client, World } from '../../helpers/world.ts'
import { givenToken, type RestAnswer, restOf } from '../rest.ts'
import { objections } from './official.ts'

/**
 * Talks to Cal.com's API; every answer is held to Cal.com's own document, where that knows the
 * route and the version.
 */
export interface Calcom {
  /** The API key; empty for who has none. */
  token: string
  get(path: string): Promise<RestAnswer>
  post(path: string, body?: unknown): Promise<RestAnswer>
  patch(path: string, body?: unknown): Promise<RestAnswer>
  put(path: string, body?: unknown): Promise<RestAnswer>
  delete(path: string, body?: unknown): Promise<RestAnswer>
  /** The same caller with another version; undefined sends no header. */
  in(version: string | undefined): Calcom
  /** The same with other headers besides, such as `x-cal-client-id`. */
  with(headers: Record<string, string>): Calcom
}

/** What the document tells of routes in several versions; the others have one shape. */
const ofVersions: [family: RegExp, version: string][] = [
  [/^\/v2\/(teams\/\d+\/)?bookings/, '2024-08-13'],
  [/^\/v2\/event-types/, '2024-06-14'],
  [/^\/v2\/schedules/, '2024-06-11'],
  [/^\/v2\/slots/, '2024-09-04'],
]

/** As a host, with a new API key of theirs. Paths are below `/v2`. */
export async function givenCalcom(
  world: Pick<World, 'url'>,
  host: Client,
  options: { version?: string; scopes?: string[] } = {},
): Promise<Calcom> {
  return calcomOf(world.url, await givenToken(host, options.scopes), options.version)
}

/** Without a credential. */
export const anyone = (world: Pick<World, 'url'>, version?: string): Calcom =>
  calcomOf(world.url, '', version)

export function calcomOf(
  url: string,
  token: string,
  version?: string,
  headers: Record<string, string> = {},
): Calcom {
  const { send } = restOf(url, token)
  async function call(method: string, path: string, body?: unknown): Promise<RestAnswer> {
    const answer = await send(`/v2${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(version !== undefined && { 'cal-api-version': version }),
        ...headers,
      },
    })
    const [route = ''] = `/v2${path}`.split('?')
    const [, told] = ofVersions.find(([family]) => family.test(route)) ?? [undefined, version]
    const said =
      told === version ? objections(method, route, answer.status, answer.body) : undefined
    expect(said ?? [], `${method} ${path}: ${JSON.stringify(answer.body)}`).toEqual([])
    return answer
  }
  return {
    token,
    get: path => call('GET', path),
    post: (path, body) => call('POST', path, body),
    patch: (path, body) => call('PATCH', path, body),
    put: (path, body) => call('PUT', path, body),
    delete: (path, body) => call('DELETE', path, body),
    in: other => calcomOf(url, token, other, headers),
    with: more => calcomOf(url, token, version, { ...headers, ...more }),
  }
}

/** A success with its data. */
export const success = (data: unknown) => ({ status: 'success', data })

const reasons: Record<number, [code: string, error: string]> = {
  400: ['BadRequestException', 'Bad Request'],
  401: ['UnauthorizedException', 'Unauthorized'],
  403: ['ForbiddenException', 'Forbidden'],
  404: ['NotFoundException', 'Not Found'],
  409: ['ConflictException', 'Conflict'],
  422: ['UnprocessableEntityException', 'Unprocessable Entity'],
}

/** An answer that refuses, for `toMatchObject`. */
export function refused(status: number, message: unknown) {
  const [code, error] = reasons[status] ?? [expect.any(String), expect.any(String)]
  return {
    status,
    body: {
      status: 'error',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      path: expect.stringMatching(/^\/v2\//),
      error: { code, message, details: { message, error, statusCode: status } },
    },
  }
}

/** The same for values at fault: a path of properties, the name of the constraint, its text. */
export const invalid = (...faults: [property: string, constraint: string, text: string][]) => ({
  status: 400,
  body: {
    status: 'error',
    error: {
      code: 'BadRequestException',
      message: 'Bad Request Exception',
      details: {
        errors: faults.map(([path, name, text]) => fault(path.split('.'), { [name]: text })),
      },
    },
  },
})

const fault = (
  [property = '', ...inside]: string[],
  constraints: Record<string, string>,
): unknown =>
  inside.length === 0
    ? { property, children: [], constraints }
    : { property, children: [fault(inside, constraints)] }
