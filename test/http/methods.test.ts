import {
  buildClientSchema,
  getIntrospectionQuery,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schema } from '../../src/graph/schema.ts'
import { at, type GivenHost, givenHost, givenWorld, type World } from '../helpers/world.ts'

let world: World
let host: GivenHost
const logged: string[] = []

beforeAll(async () => {
  const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) })
  world = await givenWorld({ log })
  host = await givenHost(world)
})
afterAll(() => world.end())

describe('HEAD', () => {
  it('on /graphql is answered with 405 and the methods that are served, as are other methods', async () => {
    for (const method of ['HEAD', 'PUT', 'DELETE', 'PATCH']) {
      const { status, headers } = await fetch(`${world.url}/graphql?query={__typename}`, { method })
      expect([method, status, headers.get('allow')]).toEqual([method, 405, 'GET, POST, OPTIONS'])
    }
    expect(logged).toEqual([])
  })

  it.each([
    '/healthz',
    '/readyz',
    '/nowhere/at/all',
    '/.well-known/oauth-authorization-server',
    '/oauth/authorize',
    '/oauth/token',
    '/api/docs',
    '/api/openapi.json',
    '/api/v1/docs',
    '/api/v1/bookings',
    '/v1/bookings',
    '/api/bookings',
    '/api/nothing',
    '/calendly/docs',
    '/users/me',
    '/v2/docs',
    '/v2/me',
    '/v2/nothing',
    '/a-page-that-is-not-there',
  ])('on %s is answered as GET is, without a body', async path => {
    const get = await fetch(`${world.url}${path}`, { redirect: 'manual' })
    const head = await fetch(`${world.url}${path}`, { method: 'HEAD', redirect: 'manual' })
    expect([head.status, await head.text()]).toEqual([get.status, ''])
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
    await get.text()
    expect(logged).toEqual([])
  })
})

describe('a media type that is not served', () => {
  const post = async (headers: Record<string, string>, query: string) => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...host.headers, ...headers },
      body: JSON.stringify({ query }),
    })
    return { status: response.status, body: await response.json() }
  }

  it.each([
    'multipart/mixed;subscriptionSpec=1.0',
    'multipart/mixed;boundary="graphql";subscriptionSpec=1.0, application/json',
    'application/json',
    'application/graphql-response+json',
  ])('of a subscription, %s, is refused with what is served, and follows nothing', async accept => {
    const { status, body } = await post({ accept }, 'subscription { bookingEvents { kind } }')
    expect(status).toBe(406)
    expect(at(body, 'errors.0.message')).toMatch(/text\/event-stream.*graphql-transport-ws/)
    expect(at(body, 'errors.0.extensions')).toEqual({ code: 'INVALID_QUERY' })
  })

  it('of a query is refused with what is served', async () => {
    const { status, body } = await post({ accept: 'application/xml' }, '{ viewer { id } }')
    expect(status).toBe(406)
    expect(at(body, 'errors.0.message')).toContain('application/graphql-response+json')
  })

  it('of a body is refused with what is read', async () => {
    const { status, body } = await post({ 'content-type': 'application/xml' }, '{ viewer { id } }')
    expect(status).toBe(415)
    expect(at(body, 'errors.0.message')).toContain('application/json')
  })
})

describe('introspection', () => {
  it('shows the scope of each field in its description, and where each scalar is specified', async () => {
    const query = getIntrospectionQuery({ specifiedByUrl: true })
    const seen = buildClientSchema(await introspect(query))
    for (const type of Object.values(seen.getTypeMap())) {
      if (isScalarType(type) && !isSpecifiedScalarType(type))
        expect(type.specifiedByURL, type.name).toMatch(/^https:/)
      const own = schema.getType(type.name)
      if (!isObjectType(type) || !isObjectType(own)) continue
      for (const field of Object.values(own.getFields())) {
        const [directive] =
          field.astNode?.directives?.filter(({ name }) => name.value === 'requiresScope') ?? []
        const { requiresScope } = Object(field.extensions.directives)
        const scope = at(requiresScope, 'scope') ?? at(directive, 'arguments.0.value.value')
        if (typeof scope !== 'string') continue
        const description = type.getFields()[field.name]?.description
        expect(description, `${type.name}.${field.name}`).toContain(
          `Requires the scope \`${scope}\``,
        )
      }
    }
    expect(seen.getQueryType()?.getFields().bookings?.description).toContain(
      'Requires the scope `bookings:read`.',
    )
    expect(seen.getMutationType()?.getFields().cancelBooking?.description).toContain(
      "Requires the scope `bookings:write`, or the secret token of an invitee's link.",
    )
  })

  async function introspect(query: string) {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...host.headers },
      body: JSON.stringify({ query }),
    })
    const { data } = await response.json()
    return data
  }
})
