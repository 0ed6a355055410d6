import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyScopes } from '../../src/scopes.ts'
import {
  authorizeUrl,
  browserOf,
  CREATE_APP,
  codeFor,
  givenApp,
  refresh,
  tokensFor,
} from '../helpers/oauth.ts'
import {
  at,
  type Data,
  type GivenHost,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'

const FIELDS = 'id name isPublic redirectUris scopes createdAt updatedAt'
const LOOK = `query ($id: ID!) { oauthClient(id: $id) { ${FIELDS} } }`
const UPDATE = `mutation ($input: UpdateOAuthClientInput!) { updateOAuthClient(input: $input) { client { ${FIELDS} } secret } }`
const ROTATE = `mutation ($id: ID!) { rotateOAuthClientSecret(input: { id: $id }) { client { ${FIELDS} } secret } }`
const DELETE = 'mutation ($id: ID!) { deleteOAuthClient(input: { id: $id }) { id: deletedId } }'
const APPS = `{ authorizedApps { totalCount edges { node { id app { id: clientId name } scopes createdAt updatedAt lastUsedAt } } } }`
const END = 'mutation ($id: ID!) { endAuthorization(input: { id: $id }) { id: deletedId } }'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
})
afterAll(() => world.end())

const ordinary = { name: 'Sync', redirectUris: ['https://app.example/callback'] }

describe('an app', () => {
  it('is registered with all scopes that a token can have, and answers its secret once', async () => {
    const data = await host.run(CREATE_APP, { input: ordinary })
    const id = textAt(data, 'createOAuthClient.client.id')
    const now = world.clock.now().toISOString()
    expect(data.createOAuthClient).toEqual({
      client: {
        id,
        ...ordinary,
        isPublic: false,
        scopes: [...keyScopes],
        createdAt: now,
        updatedAt: now,
      },
      secret: expect.stringMatching(/^ocs_\w{40}$/),
    })
    expect(id).toMatch(/^oac_\w{22}$/)
    expect(at(await host.run(LOOK, { id }), 'oauthClient')).toEqual(
      at(data, 'createOAuthClient.client'),
    )
  })

  it('that is public has no secret, and gets none', async () => {
    const data = await host.run(CREATE_APP, { input: { ...ordinary, isPublic: true } })
    expect(data.createOAuthClient).toMatchObject({ client: { isPublic: true }, secret: null })
    expect(await host.codeOf(ROTATE, { id: textAt(data, 'createOAuthClient.client.id') })).toBe(
      'CONFLICT',
    )
  })

  it('changes in what is named, and keeps its secret', async () => {
    const app = await givenApp(host)
    const before = at(await host.run(LOOK, { id: app.id }), 'oauthClient')
    world.clock.forward(5)
    const changes: [string, unknown][] = [
      ['name', 'Other'],
      ['redirectUris', ['com.example.app:/done', 'http://localhost/callback']],
      ['scopes', ['bookings:read']],
    ]
    let expected: Data = { ...Object.fromEntries(Object.entries(before ?? {})) }
    for (const [field, value] of changes) {
      const data = await host.run(UPDATE, { input: { id: app.id, [field]: value } })
      expected = { ...expected, [field]: value, updatedAt: world.clock.now().toISOString() }
      expect(data.updateOAuthClient).toEqual({ client: expected, secret: null })
    }
    const answer = await refresh(world.url, app, 'cpa_rt_x')
    expect(at(answer.body, 'error')).toBe('invalid_grant')
  })

  it('asks for no more than it may from the change on; what users allowed stays', async () => {
    const app = await givenApp(host)
    const { refreshToken } = await tokensFor(host, app, { scope: 'bookings:read contacts:read' })
    await host.run(UPDATE, { input: { id: app.id, scopes: ['contacts:read'] } })
    const asked = authorizeUrl(world.url, app, { scope: 'bookings:read' })
    const { location } = await browserOf(host.headers.cookie).open(asked)
    expect(location?.searchParams.get('error')).toBe('invalid_scope')
    expect((await refresh(world.url, app, refreshToken)).status).toBe(200)
  })

  it('sends nobody to an address that was taken off', async () => {
    const app = await givenApp(host)
    await codeFor(host, app)
    await host.run(UPDATE, { input: { id: app.id, redirectUris: ['https://app.example/other'] } })
    expect((await browserOf(host.headers.cookie).open(authorizeUrl(world.url, app))).status).toBe(
      400,
    )
  })

  it('is gone when it is deleted, for its users too', async () => {
    const app = await givenApp(host)
    const user = await givenHost(world)
    await tokensFor(user, app)
    expect(await host.run(DELETE, { id: app.id })).toEqual({ deleteOAuthClient: { id: app.id } })
    expect(await host.run(LOOK, { id: app.id })).toEqual({ oauthClient: null })
    expect(at(await user.run(APPS), 'authorizedApps')).toEqual({ totalCount: 0, edges: [] })
    for (const operation of [ROTATE, DELETE])
      expect(await host.codeOf(operation, { id: app.id })).toBe('NOT_FOUND')
    expect((await browserOf(user.headers.cookie).open(authorizeUrl(world.url, app))).status).toBe(
      400,
    )
  })
})

describe('what an app cannot be', () => {
  const refusedFields = async (input: Data) => {
    const [error] = await host.refused(CREATE_APP, { input: { ...ordinary, ...input } })
    return [error?.extensions?.code, ...(error?.extensions?.fields ?? []).map(({ path }) => path)]
  }

  it.each([
    'app.example/callback',
    '/callback',
    'https:app.example',
    'https://',
    'https:///callback',
    'https://app.example/callback#',
    'https://app.example/callback#part',
    'https://user@app.example/',
    'https://user:secret@app.example/',
    'https://app.example/a b',
    'https://app.example/"',
    'https://app.example\\callback',
    'https://app.example/\ncallback',
    'https://äpp.example/',
    ' https://app.example/',
    `https://app.example/${'x'.repeat(2030)}`,
    'http://app.example/callback',
    'http://127.0.0.1.example/callback',
    'http://127.0.0.1@evil.example/callback',
    'http://127.0.0.1:99999/callback',
    'http://10.0.0.1/callback',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'app:/callback',
    'mailto:x@example.com',
    'com.example.app:',
    'javascript.x:/alert(1)',
    'javascript.example.app:/done',
    'data.x:/text',
    'file.x:/etc/passwd',
    'vbscript.x:/done',
    'blob.x:/done',
    'about.x:/blank',
    'http.x:/done',
    'https.x:/done',
    'ws.x:/done',
    'wss.x:/done',
    'mailto.x:/done',
    '',
  ])('one that is answered at %.60j', async uri => {
    expect(await refusedFields({ redirectUris: [uri] })).toEqual([
      'INVALID_INPUT',
      'input.redirectUris.0',
    ])
  })

  it.each([
    'https://app.example',
    'https://app.example?a=b',
    'https://app.example:8443/callback/%20?a=b&c=d',
    'http://127.0.0.1/callback',
    'http://127.0.0.1:8080',
    'http://[::1]:8080/callback',
    'http://localhost:3000/api/auth/callback/meridian',
    'com.example.app:/callback',
    'com.example.app://callback',
  ])('but one that is answered at %s can be', async uri => {
    const app = await givenApp(host, { redirectUris: [uri] })
    const query = { redirect_uri: uri, response_type: 'nothing' }
    const { headers } = await browserOf().open(authorizeUrl(world.url, app, query))
    expect(
      headers.get('location')?.startsWith(`${uri}${uri.includes('?') ? '&' : '?'}error=`),
    ).toBe(true)
    await host.run(DELETE, { id: app.id })
  })

  it('one that is answered nowhere, at one place twice, or at too many', async () => {
    const many = Array.from({ length: 21 }, (_, index) => `https://app.example/${index}`)
    for (const redirectUris of [[], ['https://a.example', 'https://a.example'], many]) {
      expect(await refusedFields({ redirectUris })).toEqual(['INVALID_INPUT', 'input.redirectUris'])
    }
  })

  it('one with no scope, an unknown one, or one that takes a session', async () => {
    expect(await refusedFields({ scopes: [] })).toEqual(['INVALID_INPUT', 'input.scopes'])
    for (const scope of ['everything', 'keys:manage', 'apps:manage']) {
      expect(await refusedFields({ scopes: ['bookings:read', scope] })).toEqual([
        'INVALID_INPUT',
        'input.scopes.1',
      ])
    }
  })

  it('one without a name; and all that is wrong is said at once', async () => {
    expect(await refusedFields({ name: ' ', redirectUris: ['x'], scopes: ['y'] })).toEqual([
      'INVALID_INPUT',
      'input.name',
      'input.redirectUris.0',
      'input.scopes.0',
    ])
    expect(await refusedFields({ name: 'x'.repeat(101) })).toEqual(['INVALID_INPUT', 'input.name'])
  })

  it('one of more than fifty, even when many come at once', async () => {
    const busy = await givenHost(world)
    const answers = await Promise.all(
      Array.from({ length: 55 }, () => busy.answer(CREATE_APP, { input: ordinary })),
    )
    const codes = answers.map(answer => at(answer, 'errors.0.extensions.code'))
    expect(codes.filter(code => code === undefined)).toHaveLength(50)
    expect(codes.filter(code => code === 'LIMIT_REACHED')).toHaveLength(5)
  })
})

describe('the lists', () => {
  it('of apps runs from the newest on, without those of others', async () => {
    const owner = await givenHost(world)
    const ids: string[] = []
    for (const name of ['a', 'b', 'c']) ids.unshift((await givenApp(owner, { name })).id)
    const page = async (args: string) => {
      const data = await owner.run(
        `{ oauthClients${args} { totalCount pageInfo { endCursor } edges { node { id } } } }`,
      )
      return {
        ids: listAt(data, 'oauthClients.edges').map(edge => at(edge, 'node.id')),
        end: textAt(data, 'oauthClients.pageInfo.endCursor'),
        count: at(data, 'oauthClients.totalCount'),
      }
    }
    const first = await page('(first: 2)')
    expect(first).toMatchObject({ ids: ids.slice(0, 2), count: 3 })
    expect((await page(`(after: "${first.end}")`)).ids).toEqual(ids.slice(2))
    expect((await page('(last: 1)')).ids).toEqual(ids.slice(2))
  })

  it('of authorizations shows what each app may do, and when that was allowed', async () => {
    const user = await givenHost(world)
    const [one, two] = [
      await givenApp(host, { name: 'One' }),
      await givenApp(host, { name: 'Two' }),
    ]
    const first = world.clock.now().toISOString()
    await codeFor(user, one, { scope: 'contacts:read bookings:read' })
    await codeFor(user, two, { scope: 'bookings:read' })
    world.clock.forward(1)
    await codeFor(user, two, { scope: 'bookings:read' })
    await codeFor(user, one, { scope: 'bookings:write' })
    const then = world.clock.now().toISOString()
    const data = await user.run(APPS)
    const id = expect.stringMatching(/^oag_\w{22}$/)
    expect(at(data, 'authorizedApps')).toEqual({
      totalCount: 2,
      edges: [
        {
          node: {
            id,
            app: { id: two.id, name: 'Two' },
            scopes: ['bookings:read'],
            createdAt: first,
            updatedAt: first,
            lastUsedAt: null,
          },
        },
        {
          node: {
            id,
            app: { id: one.id, name: 'One' },
            scopes: ['contacts:read', 'bookings:read', 'bookings:write'],
            createdAt: first,
            updatedAt: then,
            lastUsedAt: null,
          },
        },
      ],
    })

    const ended = textAt(data, 'authorizedApps.edges.0.node.id')
    expect(await user.run(END, { id: ended })).toEqual({ endAuthorization: { id: ended } })
    expect(await user.codeOf(END, { id: ended })).toBe('NOT_FOUND')
    expect(at(await user.run(APPS), 'authorizedApps.totalCount')).toBe(1)
  })
})
