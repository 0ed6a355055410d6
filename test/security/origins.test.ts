import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSocket } from '../helpers/socket.ts'
import {
  clientOf,
  type GivenHost,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../helpers/world.ts'

const WHO = '{ viewer { id } }'
const PARTNER = 'https://partner.example'
const SIBLING = 'https://app.cal.example'
const STRANGE = 'https://strange.example'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld({
    config: { corsOrigins: [PARTNER, SIBLING], publicUrl: 'https://cal.example' },
  })
  host = await givenHost(world)
})
afterAll(() => world.end())

/** Who the session of the host is on a request that a page of some origin makes. */
const fromPage: Record<string, (origin: string | undefined) => Promise<unknown>> = {
  'a request': async origin =>
    clientOf(world.url, { ...host.headers, ...(origin && { origin }) }).run(WHO),
  'a websocket': async origin => {
    const socket = await openSocket(world.url, {
      headers: { ...host.headers, ...(origin && { origin }) },
      init: {},
    })
    socket.send({ type: 'subscribe', id: '1', payload: { query: WHO } })
    const { payload } = await socket.nextOf('1')
    await socket.close()
    return typeof payload === 'object' && payload !== null && 'data' in payload
      ? payload.data
      : payload
  },
}

describe.each(Object.entries(fromPage))('the session cookie of %s', (_name, ask) => {
  it('counts from our own pages, from those that the operator trusts, and outside of pages', async () => {
    for (const origin of [undefined, new URL(world.url).origin, 'https://cal.example', PARTNER]) {
      expect(await ask(origin), origin).toEqual({ viewer: { id: host.id } })
    }
  })

  it.each([
    STRANGE,
    'null',
    'https://partner.example.strange.example',
    'http://partner.example',
    'https://partner.example:8443',
    'http://127.0.0.1:1',
    'not an origin',
  ])('does not count from %s', async origin => {
    expect(await ask(origin)).toEqual({ viewer: null })
  })
})

describe('a key', () => {
  it('counts from any page: it was sent on purpose', async () => {
    const made = await host.run('mutation { createApiKey(input: { label: "Page" }) { secret } }')
    const headers = { 'x-api-key': textAt(made, 'createApiKey.secret'), origin: STRANGE }
    expect(await clientOf(world.url, headers).run(WHO)).toEqual({ viewer: { id: host.id } })
  })
})

describe('the cookies of a login', () => {
  const cookiesFor = async (headers: Record<string, string>) => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({
        query: 'mutation ($input: LogInInput!) { logIn(input: $input) { user { id } } }',
        variables: { input: { email: host.email, password: 'correct horse battery' } },
      }),
    })
    return response.headers.getSetCookie()
  }

  it.each([
    [{}, 'Lax'],
    [{ origin: 'https://cal.example' }, 'Lax'],
    [{ origin: SIBLING }, 'Lax'],
    [{ origin: SIBLING, 'sec-fetch-site': 'same-site' }, 'Lax'],
    [{ origin: PARTNER }, 'None'],
    [{ origin: PARTNER, 'sec-fetch-site': 'cross-site' }, 'None'],
  ] satisfies [Record<string, string>, string][])(
    'of %j are SameSite=%s',
    async (headers, sameSite) => {
      const cookies = await cookiesFor(headers)
      expect(cookies).toHaveLength(2)
      for (const cookie of cookies) {
        const attributes = cookie.split('; ').slice(1)
        expect(attributes).toEqual(
          expect.arrayContaining(['HttpOnly', 'Secure', `SameSite=${sameSite}`]),
        )
        expect(attributes.includes('Partitioned')).toBe(sameSite === 'None')
      }
    },
  )

  it('are not set for a page of an origin that is not listed', async () => {
    expect(await cookiesFor({ origin: STRANGE, 'sec-fetch-site': 'cross-site' })).toEqual([])
  })

  it('of a logout from a listed page of another site remove the cookie that it has', async () => {
    const [session] = await cookiesFor({ origin: PARTNER })
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: PARTNER,
        cookie: session?.split(';')[0] ?? '',
      },
      body: JSON.stringify({ query: 'mutation { logOut { __typename } }' }),
    })
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^session=;.*SameSite=None.*Partitioned/),
    ])
  })
})

describe('CORS', () => {
  async function allowed(origin: string, method = 'POST') {
    const preflight = method === 'OPTIONS'
    const { status, headers } = await fetch(`${world.url}/graphql`, {
      method,
      headers: {
        origin,
        ...(preflight
          ? {
              'access-control-request-method': 'POST',
              'access-control-request-headers': 'content-type,x-api-key',
            }
          : { 'content-type': 'application/json' }),
      },
      ...(!preflight && { body: JSON.stringify({ query: '{ __typename }' }) }),
    })
    return {
      status,
      origin: headers.get('access-control-allow-origin'),
      credentials: headers.get('access-control-allow-credentials'),
      exposed: headers.get('access-control-expose-headers'),
      methods: headers.get('access-control-allow-methods'),
      headers: headers.get('access-control-allow-headers'),
      vary: headers.get('vary') ?? '',
    }
  }

  it('lets trusted pages send the cookie and read the answer', async () => {
    const answer = await allowed(PARTNER)
    expect(answer).toMatchObject({ status: 200, origin: PARTNER, credentials: 'true' })
    expect(answer.exposed).toContain('X-Request-Id')
    expect(answer.vary).toContain('Origin')
  })

  it('lets all other pages read the answer, without the cookie', async () => {
    expect(await allowed(STRANGE)).toMatchObject({ status: 200, origin: '*', credentials: null })
  })

  it.each([
    [PARTNER, PARTNER, 'true'],
    [STRANGE, '*', null],
  ])('answers a preflight from %s', async (origin, allowedOrigin, credentials) => {
    const answer = await allowed(origin, 'OPTIONS')
    expect(answer).toMatchObject({ status: 204, origin: allowedOrigin, credentials })
    expect(answer.methods).toContain('POST')
    expect(answer.headers).toMatch(/content-type, ?x-api-key/i)
  })

  it('lets trusted pages read a refusal too', async () => {
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { origin: PARTNER, 'content-type': 'application/json', 'x-api-key': 'cal_wrong' },
      body: JSON.stringify({ query: WHO }),
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('access-control-allow-origin')).toBe(PARTNER)
  })
})
