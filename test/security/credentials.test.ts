// Every mutation and route that creates or changes a credential, tried with every single scope by every kind of
// credential: what comes out never reaches further than what created it.

import { getDirective } from '@graphql-tools/utils'
import { getNamedType, isObjectType, type SelectionSetNode } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { dialects } from '../../rest-compat/dialects.ts'
import { schema } from '../../src/graph/schema.ts'
import { allScopes, isKeyScope, keyScopes, type Scope } from '../../src/scopes.ts'
import { codeFor, givenApp, post, redemption, tokensIn } from '../helpers/oauth.ts'
import {
  at,
  type Client,
  clientOf,
  type GivenHost,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../helpers/world.ts'
import { attempts, nothing } from './attempts.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
  host = await givenHost(world)
})
afterAll(() => world.end())

const scopeOfRoot = (field: string): unknown => {
  const [type = '', name = ''] = field.split('.')
  const parent = schema.getType(type)
  const found = isObjectType(parent) ? parent.getFields()[name] : undefined
  return found && getDirective(schema, found, 'requiresScope')?.[0]?.scope
}

/** For each scope an operation that changes nothing, on ids that name nothing. */
const probes = [...allScopes].map(scope => {
  const of = attempts.filter(each => scopeOfRoot(each.field) === scope)
  const probe = of.find(each => each.field.startsWith('Query.')) ?? of.find(each => each.variables !== undefined)
  if (probe === undefined) throw new Error(`no operation takes only ${scope}`)
  return { scope, probe }
})

/** Whose a credential is, and for which scopes it opens an operation. */
async function reachOf(client: Client): Promise<{ of: unknown; scopes: Scope[] }> {
  const { viewer } = await client.run('{ viewer { id } }')
  const scopes = await Promise.all(
    probes.map(async ({ scope, probe }) => {
      const { errors } = await client.answer(probe.query, probe.variables?.(nothing, nothing))
      return errors?.[0]?.extensions?.code === 'INSUFFICIENT_SCOPE' ? [] : [scope]
    }),
  )
  return { of: at(viewer, 'id'), scopes: scopes.flat() }
}

const SECRET = /^(secret|accessToken|refreshToken|key)$/

/** Whether what a mutation returns has the secret of a credential in it, or a hook, which sends data by itself. */
function issues(typeName: string, depth = 3): boolean {
  const type = schema.getType(typeName)
  if (!isObjectType(type) || depth === 0) return false
  if (type.name === 'Hook') return true
  if (!/Payload$|ManagedTokens|PlatformClient|ApiKey|OAuthClient/.test(type.name)) return false
  return Object.values(type.getFields()).some(
    field => SECRET.test(field.name) || issues(getNamedType(field.type).name, depth - 1),
  )
}

const issuing = Object.values(schema.getMutationType()?.getFields() ?? {})
  .filter(field => issues(getNamedType(field.type).name))
  .map(field => field.name)

interface Recipe {
  query: string
  input(): Promise<Record<string, unknown>>
  /** The credential in the answer. Undefined: there is none that makes requests. */
  credential?(data: unknown): Record<string, string>
}

async function givenWideClient(): Promise<{ id: string; account: string }> {
  const made = await host.run(
    'mutation ($input: CreatePlatformClientInput!) { createPlatformClient(input: $input) { client { id } } }',
    { input: { name: 'Wide', redirectUris: ['https://a.example'], permissions: wide } },
  )
  const id = textAt(made, 'createPlatformClient.client.id')
  const account = await host.run(
    'mutation ($input: CreateManagedAccountInput!) { createManagedAccount(input: $input) { account { id } } }',
    { input: { clientId: id, name: 'Ada', email: 'ada@example.org' } },
  )
  return { id, account: textAt(account, 'createManagedAccount.account.id') }
}

const wide = ['BOOKING_READ', 'BOOKING_WRITE', 'PROFILE_READ', 'PROFILE_WRITE', 'SCHEDULE_READ']
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
let shared: Promise<{ id: string; account: string }> | undefined
const wideClient = () => {
  shared ??= givenWideClient()
  return shared
}
const inputOf = (rest: Record<string, unknown>) => async () => ({ input: rest })
const hookInput = { url: 'https://receiver.example/hook', events: ['BOOKING_CREATED'] }
let hook: Promise<string> | undefined
const wideHook = () => {
  hook ??= host
    .run('mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }', { input: hookInput })
    .then(made => textAt(made, 'createHook.hook.id'))
  return hook
}
const clientHeaders = (client: unknown) => ({
  'x-cal-client-id': textAt(client, 'id'),
  'x-cal-secret-key': textAt(client, 'secret'),
})

const recipes: Record<string, Recipe> = {
  createApiKey: {
    query: 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
    input: inputOf({ label: 'Child' }),
    credential: data => bearer(textAt(data, 'createApiKey.secret')),
  },
  replaceApiKey: {
    query: 'mutation ($input: ReplaceApiKeyInput!) { replaceApiKey(input: $input) { secret } }',
    input: inputOf({}),
    credential: data => bearer(textAt(data, 'replaceApiKey.secret')),
  },
  revokeApiKey: {
    query: 'mutation ($id: ID!) { revokeApiKey(id: $id) { secret } }',
    input: async () => ({ id: nothing.apiKey }),
  },
  createOAuthClient: {
    query: 'mutation ($input: CreateOAuthClientInput!) { createOAuthClient(input: $input) { secret } }',
    input: inputOf({ name: 'App', redirectUris: ['https://a.example/cb'] }),
  },
  updateOAuthClient: {
    query: 'mutation ($input: UpdateOAuthClientInput!) { updateOAuthClient(input: $input) { secret } }',
    input: inputOf({ id: nothing.oauthClient, name: 'App' }),
  },
  rotateOAuthClientSecret: {
    query: 'mutation ($id: ID!) { rotateOAuthClientSecret(id: $id) { secret } }',
    input: async () => ({ id: nothing.oauthClient }),
  },
  createPlatformClient: {
    query:
      'mutation ($input: CreatePlatformClientInput!) { createPlatformClient(input: $input) { client { id secret } } }',
    input: inputOf({ name: 'Child', redirectUris: ['https://a.example'], permissions: ['PROFILE_READ'] }),
    credential: data => clientHeaders(at(data, 'createPlatformClient.client')),
  },
  updatePlatformClient: {
    query:
      'mutation ($input: UpdatePlatformClientInput!) { updatePlatformClient(input: $input) { client { id secret } } }',
    input: async () => ({ input: { id: (await wideClient()).id, takeOver: true } }),
    credential: data => clientHeaders(at(data, 'updatePlatformClient.client')),
  },
  deletePlatformClient: {
    query: 'mutation ($id: ID!) { deletePlatformClient(id: $id) { client { id secret } } }',
    input: async () => ({ id: nothing.platformClient }),
  },
  createManagedAccount: {
    query:
      'mutation ($input: CreateManagedAccountInput!) { createManagedAccount(input: $input) { tokens { accessToken } } }',
    input: async () => ({
      input: { clientId: (await wideClient()).id, name: 'Bo', email: `bo${serial++}@example.org` },
    }),
    credential: data => bearer(textAt(data, 'createManagedAccount.tokens.accessToken')),
  },
  updateManagedAccount: {
    query:
      'mutation ($input: UpdateManagedAccountInput!) { updateManagedAccount(input: $input) { tokens { accessToken } } }',
    input: async () => {
      const { id, account } = await wideClient()
      return { input: { clientId: id, id: account, name: 'Ada' } }
    },
  },
  renewManagedTokens: {
    query:
      'mutation ($input: RenewManagedTokensInput!) { renewManagedTokens(input: $input) { tokens { accessToken } } }',
    input: async () => {
      const { id, account } = await wideClient()
      return { input: { clientId: id, userId: account } }
    },
    credential: data => bearer(textAt(data, 'renewManagedTokens.tokens.accessToken')),
  },
  refreshManagedTokens: {
    query:
      'mutation ($input: RefreshManagedTokensInput!) { refreshManagedTokens(input: $input) { tokens { accessToken } } }',
    input: inputOf({ clientId: nothing.platformClient, clientSecret: 'none', refreshToken: 'none' }),
  },
  createHook: {
    query: 'mutation ($input: CreateHookInput!) { createHook(input: $input) { secret } }',
    input: inputOf(hookInput),
  },
  updateHook: {
    query: 'mutation ($input: UpdateHookInput!) { updateHook(input: $input) { secret } }',
    input: async () => ({ input: { id: await wideHook(), url: 'https://elsewhere.example/hook' } }),
  },
  rotateHookSecret: {
    query: 'mutation ($id: ID!) { rotateHookSecret(id: $id) { secret } }',
    input: async () => ({ id: await wideHook() }),
  },
  replayFailedDeliveries: {
    query: 'mutation ($input: ReplayFailedInput!) { replayFailedDeliveries(input: $input) { count } }',
    input: async () => ({ input: { hookId: await wideHook(), since: '2026-03-02T00:00:00Z' } }),
  },
}
let serial = 0

/** Mutations with which a hook shows bookings. */
const hookMutations = ['createHook', 'updateHook', 'rotateHookSecret', 'replayFailedDeliveries']

async function keyWith(owner: Client, scopes: readonly string[]): Promise<Client> {
  const made = await owner.run('mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }', {
    input: { label: 'Creator', scopes },
  })
  return clientOf(world.url, bearer(textAt(made, 'createApiKey.secret')))
}

async function appTokenWith(owner: GivenHost, scopes: readonly string[]): Promise<Client> {
  const app = await givenApp(owner, { scopes })
  const code = await codeFor(owner, app, { scope: scopes.join(' ') })
  const { body } = await post(world.url, '/oauth/token', redemption(app, code))
  return clientOf(world.url, bearer(tokensIn(body).accessToken))
}

async function expectNoWider(creator: Client, owner: GivenHost, label: string): Promise<void> {
  const before = await reachOf(creator)
  for (const [name, { query, input, credential }] of Object.entries(recipes)) {
    // It ends the creator.
    if (name === 'replaceApiKey') continue
    const { data, errors } = await creator.answer(query, await input())
    if (errors !== undefined || data == null) continue
    if (hookMutations.includes(name)) expect(before.scopes, `${label} ${name}`).toContain('bookings:read')
    if (credential === undefined) continue
    const after = await reachOf(clientOf(world.url, credential(data)))
    // On an account that a client manages, every credential of the client manages hooks and teams.
    const always = after.of === owner.id ? [] : ['webhooks:manage', 'teams:read', 'teams:write']
    const wider = after.scopes.filter(scope => !before.scopes.includes(scope) && !always.includes(scope))
    expect(wider, `${label} ${name}`).toEqual([])
  }
}

const KeyEdges = z.array(
  z.object({ node: z.object({ id: z.string(), label: z.string(), revokedAt: z.string().nullable() }) }),
)

describe('a mutation that returns a credential or creates a hook', () => {
  it('is tried here', () => {
    expect(Object.keys(recipes).sort()).toEqual(issuing.toSorted())
  })

  it.each([...allScopes].filter(isKeyScope))('gives an API key with %s no more than it has', async scope => {
    const scopes = [...new Set([scope, 'platform:manage', 'webhooks:manage', 'keys:manage'])]
    await expectNoWider(await keyWith(host, [scope]), host, `key ${scope}`)
    await expectNoWider(await keyWith(host, scopes), host, `key ${scopes}`)
    // An account has fifty keys; those that these have created end with them.
    const { apiKeys } = await host.run('{ apiKeys(first: 50) { edges { node { id label revokedAt } } } }')
    for (const { node } of KeyEdges.parse(at(apiKeys, 'edges')))
      if (node.revokedAt === null && node.label === 'Creator')
        await host.run('mutation ($id: ID!) { revokeApiKey(id: $id) { apiKey { id } } }', { id: node.id })
  })

  it('gives an OAuth access token no more than it has', async () => {
    for (const scope of ['bookings:read', 'webhooks:manage', 'profile:write'])
      await expectNoWider(await appTokenWith(host, [scope, 'platform:manage']), host, `app ${scope}`)
  })
})

const fieldsOf = (set: SelectionSetNode): string[] =>
  set.selections.flatMap(each => (each.kind === 'Field' ? [each.name.value] : []))

describe('a REST route that returns a credential or creates a hook', () => {
  const routes = dialects.flatMap(({ title, routes }) =>
    routes.flatMap(route => {
      const mutations = route.document.definitions.flatMap(each =>
        each.kind === 'OperationDefinition' && each.operation === 'mutation' ? fieldsOf(each.selectionSet) : [],
      )
      return mutations.some(field => issuing.includes(field)) ? [{ dialect: title, route, mutations }] : []
    }),
  )

  it('runs one of the mutations that are tried here', () => {
    expect(routes.length).toBeGreaterThan(10)
    for (const { mutations } of routes)
      for (const field of mutations.filter(each => issuing.includes(each))) expect(recipes).toHaveProperty(field)
  })
})

describe('a platform client', () => {
  const CREATE = { name: 'x', redirectUris: ['https://x.example'], permissions: ['*'] }
  const rest = (client: Client, method: string, path: string, body?: unknown) =>
    fetch(`${world.url}${path}`, {
      method,
      headers: { ...client.headers, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })

  it('rejects permissions that its creator lacks, and names the field', async () => {
    const key = await keyWith(host, ['platform:manage'])
    const refused = await rest(key, 'POST', '/v2/oauth-clients', CREATE)
    expect(refused.status).toBe(400)
    expect(JSON.stringify(await refused.json())).toContain('permissions')
  })

  it("has on its owner's account only the scopes of the key that created it, and ends with that key", async () => {
    const key = await host.run(
      'mutation { createApiKey(input: { label: "K", scopes: ["platform:manage"] }) { secret apiKey { id } } }',
    )
    const creator = clientOf(world.url, bearer(textAt(key, 'createApiKey.secret')))
    const made = await rest(creator, 'POST', '/v2/oauth-clients', { ...CREATE, permissions: ['PROFILE_READ'] })
    expect(made.status).toBe(201)
    const { data } = Object(await made.json())
    const client = clientOf(world.url, { 'x-cal-client-id': data.clientId, 'x-cal-secret-key': data.clientSecret })
    for (const path of ['/v2/bookings', '/v2/webhooks']) expect((await rest(client, 'GET', path)).status).not.toBe(500)
    expect((await rest(client, 'GET', '/v2/bookings')).status).toBe(403)
    expect((await rest(client, 'PATCH', '/v2/me', { name: 'Eve' })).status).toBe(403)
    const hooked = { subscriberUrl: 'https://x.example', triggers: ['BOOKING_CREATED'], active: true }
    expect((await rest(client, 'POST', '/v2/webhooks', hooked)).status).toBe(403)
    expect((await rest(client, 'POST', '/v2/oauth-clients', CREATE)).status).toBe(400)
    await host.run('mutation ($id: ID!) { revokeApiKey(id: $id) { apiKey { id } } }', {
      id: textAt(key, 'createApiKey.apiKey.id'),
    })
    expect((await rest(client, 'GET', '/v2/me')).status).toBe(401)
  })

  it('ends with the authorization of the app that created it', async () => {
    const owner = await givenHost(world)
    const app = await appTokenWith(owner, ['platform:manage'])
    const made = await rest(app, 'POST', '/v2/oauth-clients', { ...CREATE, permissions: ['PROFILE_READ'] })
    const { data } = Object(await made.json())
    const client = clientOf(world.url, { 'x-cal-client-id': data.clientId, 'x-cal-secret-key': data.clientSecret })
    expect((await rest(client, 'GET', '/v2/me')).status).toBe(200)
    const { authorizedApps } = await owner.run('{ authorizedApps { edges { node { id } } } }')
    await owner.run('mutation ($id: ID!) { endAuthorization(id: $id) { id } }', {
      id: textAt(authorizedApps, 'edges.0.node.id'),
    })
    expect((await rest(client, 'GET', '/v2/me')).status).toBe(401)
  })
})

describe('replaceApiKey', () => {
  const REPLACE =
    'mutation ($input: ReplaceApiKeyInput!) { replaceApiKey(input: $input) { secret apiKey { expiresAt scopes } } }'

  it('gives a key no later end and no other scopes than the replaced key had, and takes keys:manage', async () => {
    const expiresAt = '2026-03-02T07:01:00.000Z'
    const make = async (scopes: string[]) => {
      const made = await host.run('mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }', {
        input: { label: 'Short', scopes, expiresAt },
      })
      return clientOf(world.url, bearer(textAt(made, 'createApiKey.secret')))
    }
    expect(await (await make(['bookings:read'])).codeOf(REPLACE, { input: {} })).toBe('INSUFFICIENT_SCOPE')
    for (const input of [{}, { expiresAt: null }, { expiresAt: '2027-01-01T00:00:00Z' }]) {
      const { replaceApiKey } = await (await make(['keys:manage', 'bookings:read'])).run(REPLACE, { input })
      expect(at(replaceApiKey, 'apiKey')).toEqual({ expiresAt, scopes: ['keys:manage', 'bookings:read'] })
    }
  })
})

describe('a hook', () => {
  it('takes the scopes that its payloads show, also from a managed user', async () => {
    const made = await host.run(
      'mutation ($input: CreatePlatformClientInput!) { createPlatformClient(input: $input) { client { id } } }',
      { input: { name: 'No bookings', redirectUris: ['https://a.example'], permissions: ['PROFILE_READ'] } },
    )
    const account = await host.run(
      'mutation ($input: CreateManagedAccountInput!) { createManagedAccount(input: $input) { tokens { accessToken } } }',
      { input: { clientId: textAt(made, 'createPlatformClient.client.id'), name: 'Ada', email: 'ada@example.org' } },
    )
    const headers = {
      ...bearer(textAt(account, 'createManagedAccount.tokens.accessToken')),
      'content-type': 'application/json',
    }
    const body = JSON.stringify({ subscriberUrl: 'https://x.example', triggers: ['BOOKING_CREATED'], active: true })
    expect((await fetch(`${world.url}/v2/webhooks`, { method: 'POST', headers, body })).status).toBe(403)
    const key = await keyWith(host, ['webhooks:manage'])
    for (const [kind, scope] of [
      ['BOOKING_CREATED', 'bookings:read'],
      ['CONTACT_CREATED', 'contacts:read'],
      ['EVENT_TYPE_CREATED', 'event_types:read'],
      ['ROUTING_FORM_SUBMITTED', 'routing_forms:read'],
    ]) {
      const [error] = await key.refused(
        'mutation ($input: CreateHookInput!) { createHook(input: $input) { secret } }',
        {
          input: { url: 'https://x.example', events: [kind] },
        },
      )
      expect(error?.extensions).toEqual({ code: 'INSUFFICIENT_SCOPE', scope })
    }
  })

  it('of an app is switched off when the authorization ends, and when its token is revoked', async () => {
    for (const end of ['authorization', 'token']) {
      const owner = await givenHost(world)
      const app = await appTokenWith(owner, ['webhooks:manage', 'bookings:read'])
      await app.run('mutation ($input: CreateHookInput!) { createHook(input: $input) { secret } }', {
        input: hookInput,
      })
      if (end === 'authorization') {
        const { authorizedApps } = await owner.run('{ authorizedApps { edges { node { id } } } }')
        await owner.run('mutation ($id: ID!) { endAuthorization(id: $id) { id } }', {
          id: textAt(authorizedApps, 'edges.0.node.id'),
        })
      } else {
        const { oauthClients } = await owner.run('{ oauthClients { edges { node { id } } } }')
        const id = textAt(oauthClients, 'edges.0.node.id')
        const rotated = await owner.run('mutation ($id: ID!) { rotateOAuthClientSecret(id: $id) { secret } }', { id })
        const secret = textAt(rotated, 'rotateOAuthClientSecret.secret')
        const token = app.headers.authorization?.slice('Bearer '.length) ?? ''
        await fetch(`${world.url}/oauth/revoke`, {
          method: 'POST',
          body: new URLSearchParams({ client_id: id, client_secret: secret, token }),
        })
      }
      const { hooks } = await owner.run('{ hooks { edges { node { isActive disabledReason } } } }')
      expect(at(hooks, 'edges.0.node'), end).toEqual({ isActive: false, disabledReason: 'REVOKED' })
    }
  })
})

it('keeps the default scopes of keys and apps free of scopes over credentials', () => {
  expect([...allScopes].filter(scope => !keyScopes.has(scope))).toEqual(['keys:manage', 'apps:manage'])
})
