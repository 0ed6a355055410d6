// Every mutation and route that creates or changes a credential, tried with every single scope by
// every kind of credential: what comes out never reaches further than what created it.

import { getDirective } from '@graphql-tools/utils'
import { isObjectType, type SelectionSetNode } from 'graphql'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { dialects } from '../../rest-compat/dialects.ts'
import { permissionNames, permissions } from '../../src/accounts/permissions.ts'
import { schema } from '../../src/graph/schema.ts'
import { allScopes, isApiKeyScope, keyScopes, type Scope } from '../../src/scopes.ts'
import { codeFor, givenApp, post, redemption, tokensIn } from '../helpers/oauth.ts'
import { givenTeam, givenTeamEventType } from '../helpers/teams.ts'
import {
  at,
  type Client,
  clientOf,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  MONDAY,
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
  const isQuery = ({ field }: { field: string }) => field.startsWith('Query.')
  const probe = of.find(isQuery) ?? of.find(each => each.variables !== undefined) ?? of[0]
  if (probe === undefined) throw new Error(`no operation takes only ${scope}`)
  return { scope, probe }
})

interface Reach {
  /** Id of the account. */
  of: unknown
  scopes: Scope[]
}

/** Whose a credential is, and for which scopes it opens an operation. */
async function reachOf(client: Client): Promise<Reach> {
  const { viewer } = await client.run('{ viewer { id } }')
  const scopes = await Promise.all(
    probes.map(async ({ scope, probe }) => {
      const { errors } = await client.answer(probe.query, probe.variables?.(nothing, nothing))
      return errors?.[0]?.extensions?.code === 'INSUFFICIENT_SCOPE' ? [] : [scope]
    }),
  )
  return { of: at(viewer, 'id'), scopes: scopes.flat() }
}

/**
 * For scopes, a request to Cal.com's routes that takes that scope alone and changes nothing: the
 * secret of a platform client opens no other routes.
 */
const clientProbes: [Scope, method: string, path: string][] = [
  ['event_types:read', 'GET', '/event-types'],
  ['bookings:read', 'GET', '/bookings'],
  ['bookings:write', 'POST', `/bookings/${nothing.booking}/confirm`],
  ['availability:read', 'GET', '/schedules'],
  ['profile:write', 'PATCH', '/me'],
  ['teams:read', 'GET', '/teams'],
  ['calendars:read', 'GET', '/calendars'],
  ['keys:manage', 'POST', '/api-keys/refresh'],
  ['platform:manage', 'GET', '/oauth-clients'],
]

const callCalcom = (client: Client, method: string, path: string, body?: unknown) =>
  fetch(`${world.url}/v2${path}`, {
    method,
    headers: {
      ...client.headers,
      'content-type': 'application/json',
      'cal-api-version': versionOf(path),
    },
    ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) }),
  })

const versionOf = (path: string): string => {
  if (path.startsWith('/bookings')) return '2024-08-13'
  return path.startsWith('/schedules') ? '2024-06-11' : '2024-06-14'
}

/** The scopes that the secret of a platform client opens on its owner's account. */
async function reachOfClient(client: Client, ownerId: unknown): Promise<Reach> {
  const scopes = await Promise.all(
    clientProbes.map(async ([scope, method, path]) => {
      const { status } = await callCalcom(client, method, path)
      expect([200, 403, 404], `${method} ${path}`).toContain(status)
      return status === 403 ? [] : [scope]
    }),
  )
  return { of: ownerId, scopes: scopes.flat() }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const clientHeaders = (client: unknown) => ({
  'x-cal-client-id': textAt(client, 'id'),
  'x-cal-secret-key': textAt(client, 'secret'),
})
let serial = 0
const newEmail = () => `bo${serial++}@example.org`

/** What the mutations below name. */
interface Ground {
  /** Scopes of the creator, for the widest permissions that it can give. */
  scopes: readonly Scope[]
  platformClient: string
  managedAccount: string
  /** Its integer. */
  managedNumber: string
  hook: string
}

interface Recipe {
  query: string
  input(ground: Ground): Record<string, unknown>
  /** Headers of the credential in the answer. Undefined: none in it makes requests. */
  credential?(data: unknown): Record<string, string>
  /** Whether it subscribes a receiver to bookings, or sends bookings again. */
  showsBookings?: true
}

const hookInput = { url: 'https://receiver.example/hook', events: ['BOOKING_CREATED'] }
const narrowest = ['PROFILE_READ']
const permissionsWithin = (scopes: readonly Scope[]) =>
  permissionNames.filter(name => permissions[name].scopes.every(scope => scopes.includes(scope)))

/**
 * Every mutation that returns a credential that makes requests, or makes a receiver get data, in
 * the order in which they are tried.
 */
const issuing: Record<string, Recipe> = {
  createApiKey: {
    query: 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
    input: () => ({ input: { label: 'Child' } }),
    credential: data => bearer(textAt(data, 'createApiKey.secret')),
  },
  createPlatformClient: {
    query:
      'mutation ($input: CreatePlatformClientInput!) { createPlatformClient(input: $input) { client { id: clientId secret } } }',
    input: ({ scopes }) => ({
      input: {
        name: 'Child',
        redirectUris: ['https://a.example'],
        permissions: permissionsWithin(scopes),
      },
    }),
    credential: data => clientHeaders(at(data, 'createPlatformClient.client')),
  },
  createManagedAccount: {
    query: `mutation ($input: CreateManagedAccountInput!) {
      createManagedAccount(input: $input) { account { id: userId } tokens { accessToken } }
    }`,
    input: ({ platformClient }) => ({
      input: { clientId: platformClient, name: 'Bo', email: newEmail() },
    }),
    credential: data => bearer(textAt(data, 'createManagedAccount.tokens.accessToken')),
  },
  renewManagedTokens: {
    query: `mutation ($input: RenewManagedTokensInput!) {
      renewManagedTokens(input: $input) { tokens { accessToken } }
    }`,
    input: ({ platformClient, managedAccount }) => ({
      input: { clientId: platformClient, userId: managedAccount },
    }),
    credential: data => bearer(textAt(data, 'renewManagedTokens.tokens.accessToken')),
  },
  refreshManagedTokens: {
    query: `mutation ($input: RefreshManagedTokensInput!) {
      refreshManagedTokens(input: $input) { tokens { accessToken } }
    }`,
    // It takes the secret of the client and a refresh token, which nobody has here.
    input: ({ platformClient }) => ({
      input: { clientId: platformClient, clientSecret: 'none', refreshToken: 'none' },
    }),
    credential: data => bearer(textAt(data, 'refreshManagedTokens.tokens.accessToken')),
  },
  register: {
    query: 'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }',
    input: () => ({ input: { name: 'New', email: newEmail(), password: 'short' } }),
  },
  logIn: {
    query: 'mutation ($input: LogInInput!) { logIn(input: $input) { user { id } } }',
    input: () => ({ input: { email: newEmail(), password: 'a wrong password' } }),
  },
  createOAuthClient: {
    query:
      'mutation ($input: CreateOAuthClientInput!) { createOAuthClient(input: $input) { client { id } secret } }',
    input: () => ({ input: { name: 'App', redirectUris: ['https://a.example/cb'] } }),
  },
  rotateOAuthClientSecret: {
    query: 'mutation ($id: ID!) { rotateOAuthClientSecret(input: { id: $id }) { secret } }',
    input: () => ({ id: nothing.oauthClient }),
  },
  createHook: {
    query: 'mutation ($input: CreateHookInput!) { createHook(input: $input) { secret } }',
    input: () => ({ input: hookInput }),
    showsBookings: true,
  },
  updateHook: {
    query: 'mutation ($input: UpdateHookInput!) { updateHook(input: $input) { hook { id } } }',
    input: ({ hook }) => ({ input: { id: hook, url: 'https://elsewhere.example/hook' } }),
    showsBookings: true,
  },
  rotateHookSecret: {
    query: 'mutation ($id: ID!) { rotateHookSecret(input: { id: $id }) { secret } }',
    input: ({ hook }) => ({ id: hook }),
    showsBookings: true,
  },
  replayDelivery: {
    query: 'mutation ($id: ID!) { replayDelivery(input: { id: $id }) { delivery { id } } }',
    input: () => ({ id: nothing.delivery }),
    showsBookings: true,
  },
  replayFailedDeliveries: {
    query:
      'mutation ($input: ReplayFailedInput!) { replayFailedDeliveries(input: $input) { count } }',
    input: ({ hook }) => ({ input: { hookId: hook, since: '2026-03-02T00:00:00Z' } }),
    showsBookings: true,
  },
  // They end the credential that a client had, or the creator, and come last.
  updatePlatformClient: {
    query:
      'mutation ($input: UpdatePlatformClientInput!) { updatePlatformClient(input: $input) { client { id: clientId secret } } }',
    input: ({ platformClient }) => ({ input: { clientId: platformClient, takeOver: true } }),
    credential: data => clientHeaders(at(data, 'updatePlatformClient.client')),
  },
  replaceApiKey: {
    query: 'mutation ($input: ReplaceApiKeyInput!) { replaceApiKey(input: $input) { secret } }',
    input: () => ({ input: {} }),
    credential: data => bearer(textAt(data, 'replaceApiKey.secret')),
  },
}

/**
 * Every other mutation: none returns a new credential, or makes a receiver get data that it did not
 * get before.
 */
const notIssuing = `
  addCalendarFeed addGuests addInvitee addTeamMember answerInvitation approveBooking archiveEventType askAssistant book
  bookForInvitee cancelBooking cancelInvitation cancelSeries changeBookingLocation changeReservation changeTeamMember
  createBookingLink createContact createEventType createRoutingForm createSchedule createTeam deleteBookingLink
  deleteContact deleteHook deleteHooks deleteInviteeData deleteManagedAccount deleteOAuthClient deletePastBookings
  deletePlatformClient deleteSchedule deleteTeam denyBooking endAuthorization inviteToTeam leaveTeam logOut markNoShow
  reassignBooking recordAttendance releaseSlot removeCalendarFeed removeTeamMember rescheduleBooking resendInvitation
  reserveSlot revokeApiKey sendTestEvent submitRoutingForm updateBookingLink updateBookingPage updateContact
  updateEventType updateManagedAccount updateOAuthClient updateProfile updateRoutingForm updateSchedule updateTeam
`
  .trim()
  .split(/\s+/)

async function keyWith(owner: Client, scopes: readonly string[]): Promise<Client> {
  const made = await owner.run(
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
    {
      input: { label: 'Creator', scopes: [...new Set(scopes)] },
    },
  )
  return clientOf(world.url, bearer(textAt(made, 'createApiKey.secret')))
}

async function appTokenWith(owner: GivenHost, scopes: readonly string[]): Promise<Client> {
  const app = await givenApp(owner, { scopes })
  const code = await codeFor(owner, app, { scope: scopes.join(' ') })
  const { body } = await post(world.url, '/oauth/token', redemption(app, code))
  return clientOf(world.url, bearer(tokensIn(body).accessToken))
}

const CREATE_CLIENT = `mutation ($input: CreatePlatformClientInput!) {
  createPlatformClient(input: $input) { client { id: clientId secret } }
}`
const CREATE_ACCOUNT = `mutation ($input: CreateManagedAccountInput!) {
  createManagedAccount(input: $input) { account { id: userId databaseId } tokens { accessToken } }
}`

/**
 * A platform client with every permission, an account of it, and a hook, which a session created.
 */
async function groundOf(owner: GivenHost): Promise<Ground> {
  const client = await owner.run(CREATE_CLIENT, {
    input: { name: 'Wide', redirectUris: ['https://a.example'], permissions: permissionNames },
  })
  const platformClient = textAt(client, 'createPlatformClient.client.id')
  const account = await owner.run(CREATE_ACCOUNT, {
    input: { clientId: platformClient, name: 'Ada', email: newEmail() },
  })
  const hook = await owner.run(
    'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }',
    {
      input: hookInput,
    },
  )
  return {
    scopes: [...allScopes],
    platformClient,
    managedAccount: textAt(account, 'createManagedAccount.account.id'),
    managedNumber: String(at(account, 'createManagedAccount.account.databaseId')),
    hook: textAt(hook, 'createHook.hook.id'),
  }
}

/** What every credential may do on an account that a platform client manages. */
const alwaysOfManaged = ['webhooks:manage', 'teams:read', 'teams:write']

const widerThan = (creator: Reach, { of, scopes }: Reach): Scope[] =>
  scopes.filter(
    scope =>
      !creator.scopes.includes(scope) && !(of !== creator.of && alwaysOfManaged.includes(scope)),
  )

/**
 * Tries every mutation of `issuing` as a creator, and compares what comes out with the creator. The
 * platform clients and managed accounts that come out are creators then.
 * @returns the names of the mutations that succeeded, with `/` before those of a creator that was
 * created here
 */
async function tryAll(
  creator: Client,
  reach: Reach,
  ground: Ground,
  label: string,
  names = Object.keys(issuing),
): Promise<string[]> {
  const its = { ...ground, scopes: reach.scopes }
  const done: string[] = []
  for (const [name, { query, input, credential, showsBookings }] of Object.entries(issuing)) {
    if (!names.includes(name)) continue
    const path = `${label} ${name}`
    const { data, errors } = await creator.answer(query, input(its))
    if (errors !== undefined || data == null) continue
    done.push(name)
    if (showsBookings) expect(reach.scopes, path).toContain('bookings:read')
    if (credential === undefined) continue
    const child = clientOf(world.url, credential(data))
    const isClient = name.endsWith('PlatformClient')
    const childReach = isClient ? await reachOfClient(child, reach.of) : await reachOf(child)
    expect(widerThan(reach, childReach), path).toEqual([])
    if (isClient) its.platformClient = textAt(data, `${name}.client.id`)
    if (name === 'createPlatformClient') await tryClient(child, reach, its.platformClient, path)
    if (name !== 'createManagedAccount') continue
    its.managedAccount = textAt(data, 'createManagedAccount.account.id')
    const below = await tryAll(child, childReach, its, path, names)
    done.push(...below.map(each => `/${each}`))
  }
  return done
}

/** Tries what the secret of a platform client can create; the graph is not open to it. */
async function tryClient(client: Client, creator: Reach, id: string, label: string): Promise<void> {
  const wider = await callCalcom(client, 'POST', '/oauth-clients', {
    name: 'x',
    redirectUris: ['https://x.example'],
    permissions: ['*'],
  })
  expect(wider.status, `${label} with *`).toBe(400)
  const webhook = {
    subscriberUrl: 'https://x.example/client',
    triggers: ['BOOKING_CREATED'],
    active: true,
  }
  const mayReadBookings = permissionsWithin(creator.scopes).includes('BOOKING_READ')
  expect((await callCalcom(client, 'POST', '/webhooks', webhook)).status, `${label} webhook`).toBe(
    mayReadBookings && creator.scopes.includes('webhooks:manage') ? 201 : 403,
  )
  const ofClient = await callCalcom(client, 'POST', `/oauth-clients/${id}/webhooks`, webhook)
  expect(ofClient.status, `${label} webhook of the client`).toBe(mayReadBookings ? 201 : 403)
  const made = await callCalcom(client, 'POST', `/oauth-clients/${id}/users`, {
    email: newEmail(),
    name: 'Bo',
  })
  expect(made.status, `${label} user`).toBe(201)
  const managed = await reachOf(
    clientOf(world.url, bearer(textAt(await made.json(), 'data.accessToken'))),
  )
  expect(managed.of).not.toBe(creator.of)
  expect(widerThan(creator, managed), `${label} user`).toEqual([])
}

describe('a mutation', () => {
  it('is listed here, with whether it issues a credential or makes a receiver get data', () => {
    const all = Object.keys(schema.getMutationType()?.getFields() ?? {})
    expect([...Object.keys(issuing), ...notIssuing].sort()).toEqual(all.sort())
  })
})

describe('a credential', () => {
  it('opens what its scopes name and nothing else', async () => {
    for (const scopes of [
      ['bookings:read'],
      ['platform:manage', 'keys:manage'],
      ['profile:write', 'data:erase'],
    ])
      expect((await reachOf(await keyWith(host, scopes))).scopes.toSorted()).toEqual(
        scopes.toSorted(),
      )
    expect((await reachOf(host)).scopes).toEqual([...allScopes])
  })

  let owner: GivenHost
  let ground: Ground
  beforeAll(async () => {
    owner = await givenHost(world)
    ground = await groundOf(owner)
  })
  afterEach(() => revokeKeys(owner))

  it.each([...allScopes].filter(isApiKeyScope))(
    'with %s creates no credential with more than it has',
    async scope => {
      const alone: Reach = { of: owner.id, scopes: [scope] }
      const single = await tryAll(await keyWith(owner, alone.scopes), alone, ground, `key ${scope}`)
      const managing: Scope[] = ['platform:manage', 'webhooks:manage', 'keys:manage']
      if (!managing.includes(scope)) expect(single).toEqual([])

      // The permission BOOKING_READ takes both.
      const besides: Scope[] = scope === 'bookings:read' ? ['contacts:read'] : []
      const more: Reach = { of: owner.id, scopes: [...new Set([scope, ...managing, ...besides])] }
      const done = await tryAll(
        await keyWith(owner, more.scopes),
        more,
        ground,
        `key ${more.scopes}`,
      )
      const always = [
        'createPlatformClient',
        'createManagedAccount',
        'renewManagedTokens',
        'updatePlatformClient',
      ]
      expect(done).toEqual(expect.arrayContaining(['createApiKey', ...always, 'replaceApiKey']))
      expect(done.includes('createHook'), 'createHook').toBe(scope === 'bookings:read')
    },
  )

  const ofApps = [
    'createApiKey',
    'createPlatformClient',
    'createManagedAccount',
    'createHook',
    'replaceApiKey',
  ]
  it.each([...keyScopes])(
    'of an OAuth app with %s creates none with more than it has',
    async scope => {
      const reach: Reach = { of: owner.id, scopes: [...new Set<Scope>([scope, 'platform:manage'])] }
      const done = await tryAll(
        await appTokenWith(owner, reach.scopes),
        reach,
        ground,
        `app ${scope}`,
        ofApps,
      )
      expect(done).toEqual(expect.arrayContaining(['createPlatformClient', 'createManagedAccount']))
      expect(done).not.toContain('createApiKey')
    },
  )
})

describe('a REST route', () => {
  const fieldsOf = (set: SelectionSetNode): string[] =>
    set.selections.flatMap(each => (each.kind === 'Field' ? [each.name.value] : []))

  interface Its extends Ground {
    eventType: string
    team: string
    teamEventType: string
    account: string
    calendly: { organization: string; user: string }
  }
  interface Call {
    path(its: Its): string
    body?(its: Its): unknown
    /** Headers of the credential in the answer; undefined for a hook. */
    credential?(body: unknown): Record<string, string>
  }
  const webhook = () => ({
    subscriberUrl: `https://x.example/${serial++}`,
    triggers: ['BOOKING_CREATED'],
    active: true,
  })
  const person = () => ({ email: newEmail(), name: 'Bo' })

  /** Every route whose mutation creates a credential or a hook. */
  const calls: Record<string, Call> = {
    'CalendarPA createHook': {
      path: () => '/api/v1/hooks',
      body: () => ({ target_url: 'https://x.example/hook', events: ['BOOKING_CREATED'] }),
    },
    'Calendo createWebhook': {
      path: () => '/api/webhooks',
      body: () => ({ url: 'https://x.example/hook', events: ['booking.created'] }),
    },
    'Calendo createApiKey': {
      path: () => '/api/api-keys',
      body: () => ({ label: 'Child' }),
      credential: body => bearer(textAt(body, 'key')),
    },
    'Calendly createWebhookSubscription': {
      path: () => '/calendly/webhook_subscriptions',
      body: ({ calendly }) => ({
        url: `https://x.example/${serial++}`,
        events: ['invitee.created'],
        scope: 'user',
        ...calendly,
      }),
    },
    'Cal.com createWebhook': { path: () => '/v2/webhooks', body: webhook },
    'Cal.com createEventTypeWebhook': {
      path: ({ eventType }) => `/v2/event-types/${eventType}/webhooks`,
      body: webhook,
    },
    'Cal.com createTeamEventTypeWebhook': {
      path: ({ team, teamEventType }) => `/v2/teams/${team}/event-types/${teamEventType}/webhooks`,
      body: webhook,
    },
    'Cal.com createPlatformClientWebhook': {
      path: ({ platformClient }) => `/v2/oauth-clients/${platformClient}/webhooks`,
      body: webhook,
    },
    'Cal.com createOrganizationWebhook': {
      path: ({ team }) => `/v2/organizations/${team}/webhooks`,
      body: webhook,
    },
    'Cal.com createPlatformClient': {
      path: () => '/v2/oauth-clients',
      body: () => ({ name: 'x', redirectUris: ['https://x.example'], permissions: narrowest }),
      credential: body => ({
        'x-cal-client-id': textAt(body, 'data.clientId'),
        'x-cal-secret-key': textAt(body, 'data.clientSecret'),
      }),
    },
    'Cal.com createManagedUser': {
      path: ({ platformClient }) => `/v2/oauth-clients/${platformClient}/users`,
      body: person,
      credential: body => bearer(textAt(body, 'data.accessToken')),
    },
    'Cal.com renewManagedTokens': {
      path: ({ platformClient, account }) =>
        `/v2/oauth-clients/${platformClient}/users/${account}/force-refresh`,
      credential: body => bearer(textAt(body, 'data.accessToken')),
    },
    'Cal.com createManagedUserOfClient': {
      path: ({ platformClient }) => `/v2/oauth-clients/${platformClient}/managed-users`,
      body: person,
      credential: body => bearer(textAt(body, 'data.accessToken')),
    },
    'Cal.com renewManagedTokensOfClient': {
      path: ({ platformClient, account }) =>
        `/v2/oauth-clients/${platformClient}/managed-users/${account}/force-refresh`,
      credential: body => bearer(textAt(body, 'data.accessToken')),
    },
    'Cal.com refreshApiKey': {
      path: () => '/v2/api-keys/refresh',
      body: () => ({}),
      credential: body => bearer(textAt(body, 'data.apiKey')),
    },
  }

  const creates =
    /^(createApiKey|replaceApiKey|create(OAuth|Platform)Client|rotateOAuthClientSecret|createManagedAccount|renewManagedTokens|createHook)$/
  const routes = dialects.flatMap(({ title, routes }) =>
    routes.flatMap(route => {
      const mutations = route.document.definitions.flatMap(each =>
        each.kind === 'OperationDefinition' && each.operation === 'mutation'
          ? fieldsOf(each.selectionSet)
          : [],
      )
      return mutations.some(field => creates.test(field)) ? [`${title} ${route.name}`] : []
    }),
  )
  const ask = (client: Client, path: string, method: string, body?: unknown) =>
    fetch(`${world.url}${path}`, {
      method,
      headers: {
        ...client.headers,
        // Where Calendo reads a key.
        'x-api-key': client.headers.authorization?.replace('Bearer ', '') ?? '',
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  afterEach(() => world.clock.set(MONDAY))

  async function givenIts(owner: GivenHost): Promise<Its> {
    const ground = await groundOf(owner)
    const team = await givenTeam(owner)
    const teamEventType = await givenTeamEventType(owner, team, 'COLLECTIVE', [{ id: owner.id }])
    const eventType = await givenEventType(owner)
    const numbers = await owner.run(
      `query ($one: ID!, $other: ID!, $team: ID!) {
        one: eventType(id: $one) { databaseId } other: eventType(id: $other) { databaseId } team(id: $team) { databaseId }
      }`,
      { one: eventType, other: teamEventType, team: team.id },
    )
    const me = await (
      await ask(await keyWith(owner, ['profile:write']), '/calendly/users/me', 'GET')
    ).json()
    return {
      ...ground,
      eventType: String(at(numbers, 'one.databaseId')),
      teamEventType: String(at(numbers, 'other.databaseId')),
      team: String(at(numbers, 'team.databaseId')),
      account: ground.managedNumber,
      calendly: {
        organization: textAt(me, 'resource.current_organization'),
        user: textAt(me, 'resource.uri'),
      },
    }
  }

  it('that creates a credential or a hook is tried here', () => {
    expect(Object.keys(calls).sort()).toEqual(routes.sort())
  })

  it('creates no credential or hook with more than one single scope', async () => {
    const owner = await givenHost(world)
    const its = await givenIts(owner)
    const done: string[] = []
    for (const scope of [...allScopes].filter(isApiKeyScope)) {
      // The dialects have limits per minute.
      world.clock.forward(1)
      const creator = await keyWith(owner, [scope])
      // The route that ends the creator comes last.
      for (const [name, { path, body, credential }] of Object.entries(calls)) {
        const answer = await ask(creator, path(its), 'POST', body?.(its))
        const answered: unknown = await answer.json()
        if (credential === undefined || !answer.ok) {
          expect(answer.status, `${scope} ${name}: ${JSON.stringify(answered)}`).toBeOneOf([
            400, 403,
          ])
        } else {
          done.push(name)
          const child = clientOf(world.url, credential(answered))
          const isClient = name === 'Cal.com createPlatformClient'
          const reach = isClient ? await reachOfClient(child, owner.id) : await reachOf(child)
          expect(widerThan({ of: owner.id, scopes: [scope] }, reach), `${scope} ${name}`).toEqual(
            [],
          )
        }
      }
      await revokeKeys(owner)
    }
    expect([...new Set(done)].sort()).toEqual([
      'Cal.com createPlatformClient',
      'Cal.com refreshApiKey',
      'Calendo createApiKey',
    ])
  })

  it('creates each of them with all scopes', async () => {
    const owner = await givenHost(world)
    const its = await givenIts(owner)
    world.clock.forward(1)
    for (const [name, { path, body }] of Object.entries(calls)) {
      const creator = await keyWith(owner, [...allScopes].filter(isApiKeyScope))
      const answer = await ask(creator, path(its), 'POST', body?.(its))
      expect(answer.ok, `${name}: ${await answer.text()}`).toBe(true)
    }
  })
})

const KeyEdges = z.array(
  z.object({
    node: z.object({ id: z.string(), label: z.string(), revokedAt: z.string().nullable() }),
  }),
)

/** An account has at most fifty keys. Those that these have created end with them. */
async function revokeKeys(owner: Client): Promise<void> {
  const { apiKeys } = await owner.run(
    '{ apiKeys(first: 10) { edges { node { id label revokedAt } } } }',
  )
  for (const { node } of KeyEdges.parse(at(apiKeys, 'edges')))
    if (node.revokedAt === null)
      await owner.run(
        'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }',
        { id: node.id },
      )
}

describe('a platform client', () => {
  const CREATE = { name: 'x', redirectUris: ['https://x.example'], permissions: ['*'] }
  const rest = (client: Client, method: string, path: string, body?: unknown) =>
    callCalcom(client, method, path.replace('/v2', ''), body)

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
    const made = await rest(creator, 'POST', '/v2/oauth-clients', {
      ...CREATE,
      permissions: ['PROFILE_READ'],
    })
    expect(made.status).toBe(201)
    const { data } = Object(await made.json())
    const client = clientOf(world.url, {
      'x-cal-client-id': data.clientId,
      'x-cal-secret-key': data.clientSecret,
    })
    for (const path of ['/v2/bookings', '/v2/webhooks'])
      expect((await rest(client, 'GET', path)).status).not.toBe(500)
    expect((await rest(client, 'GET', '/v2/bookings')).status).toBe(403)
    expect((await rest(client, 'PATCH', '/v2/me', { name: 'Eve' })).status).toBe(403)
    const hooked = {
      subscriberUrl: 'https://x.example',
      triggers: ['BOOKING_CREATED'],
      active: true,
    }
    expect((await rest(client, 'POST', '/v2/webhooks', hooked)).status).toBe(403)
    expect((await rest(client, 'POST', '/v2/oauth-clients', CREATE)).status).toBe(400)
    await host.run('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', {
      id: textAt(key, 'createApiKey.apiKey.id'),
    })
    expect((await rest(client, 'GET', '/v2/me')).status).toBe(401)
  })

  it('ends with the authorization of the app that created it', async () => {
    const owner = await givenHost(world)
    const app = await appTokenWith(owner, ['platform:manage'])
    const made = await rest(app, 'POST', '/v2/oauth-clients', {
      ...CREATE,
      permissions: ['PROFILE_READ'],
    })
    const { data } = Object(await made.json())
    const client = clientOf(world.url, {
      'x-cal-client-id': data.clientId,
      'x-cal-secret-key': data.clientSecret,
    })
    expect((await rest(client, 'GET', '/v2/me')).status).toBe(200)
    const { authorizedApps } = await owner.run('{ authorizedApps { edges { node { id } } } }')
    await owner.run(
      'mutation ($id: ID!) { endAuthorization(input: { id: $id }) { id: deletedId } }',
      {
        id: textAt(authorizedApps, 'edges.0.node.id'),
      },
    )
    expect((await rest(client, 'GET', '/v2/me')).status).toBe(401)
  })
})

describe('replaceApiKey', () => {
  const REPLACE =
    'mutation ($input: ReplaceApiKeyInput!) { replaceApiKey(input: $input) { secret apiKey { expiresAt scopes } } }'

  it('gives a key no later end and no other scopes than the replaced key had, and takes keys:manage', async () => {
    const expiresAt = '2026-03-02T07:01:00.000Z'
    const make = async (scopes: string[]) => {
      const made = await host.run(
        'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
        {
          input: { label: 'Short', scopes, expiresAt },
        },
      )
      return clientOf(world.url, bearer(textAt(made, 'createApiKey.secret')))
    }
    expect(await (await make(['bookings:read'])).codeOf(REPLACE, { input: {} })).toBe(
      'INSUFFICIENT_SCOPE',
    )
    for (const input of [{}, { expiresAt: null }, { expiresAt: '2027-01-01T00:00:00Z' }]) {
      const { replaceApiKey } = await (await make(['keys:manage', 'bookings:read'])).run(REPLACE, {
        input,
      })
      expect(at(replaceApiKey, 'apiKey')).toEqual({
        expiresAt,
        scopes: ['keys:manage', 'bookings:read'],
      })
    }
  })
})

describe('what an API key created', () => {
  const KEY =
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }'
  const REVOKE = 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }'
  const WHO = '{ viewer { id } }'
  const answerOf = async (client: Client) =>
    (await client.answer(WHO)).errors?.[0]?.extensions?.code ?? 'works'

  /** Replaces a key, by the graph or by Cal.com's route. @returns the new key */
  const replacements: Record<string, (key: Client, expiresAt?: string) => Promise<Client>> = {
    replaceApiKey: async (key, expiresAt) => {
      const { replaceApiKey } = await key.run(
        'mutation ($input: ReplaceApiKeyInput!) { replaceApiKey(input: $input) { secret } }',
        { input: { expiresAt } },
      )
      return clientOf(world.url, bearer(textAt(replaceApiKey, 'secret')))
    },
    'Cal.com refresh': async key => {
      const answer = await callCalcom(key, 'POST', '/api-keys/refresh', { apiKeyDaysValid: 1 })
      return clientOf(world.url, bearer(textAt(await answer.json(), 'data.apiKey')))
    },
  }

  async function givenMade(owner: GivenHost) {
    const key = await keyWith(owner, [
      'keys:manage',
      'platform:manage',
      'webhooks:manage',
      'bookings:read',
      'contacts:read',
    ])
    const child = clientOf(
      world.url,
      bearer(
        textAt(
          await key.run(KEY, {
            input: { label: 'Child', scopes: ['keys:manage', 'bookings:read'] },
          }),
          'createApiKey.secret',
        ),
      ),
    )
    const grandchild = clientOf(
      world.url,
      bearer(
        textAt(await child.run(KEY, { input: { label: 'Grandchild' } }), 'createApiKey.secret'),
      ),
    )
    const made = await key.run(CREATE_CLIENT, {
      input: { name: 'P', redirectUris: ['https://a.example'], permissions: ['BOOKING_READ'] },
    })
    const client = clientOf(world.url, clientHeaders(at(made, 'createPlatformClient.client')))
    const account = await key.run(CREATE_ACCOUNT, {
      input: {
        clientId: textAt(made, 'createPlatformClient.client.id'),
        name: 'Ada',
        email: newEmail(),
      },
    })
    const managed = clientOf(
      world.url,
      bearer(textAt(account, 'createManagedAccount.tokens.accessToken')),
    )
    await key.run(
      'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }',
      {
        input: hookInput,
      },
    )
    const state = async () => ({
      child: await answerOf(child),
      grandchild: await answerOf(grandchild),
      client: (await callCalcom(client, 'GET', '/me')).status,
      managed: await answerOf(managed),
      hook: at(
        await owner.run('{ hooks { edges { node { isActive disabledReason } } } }'),
        'hooks.edges.0.node',
      ),
    })
    return { key, state }
  }
  const ended = 'UNAUTHENTICATED'
  const working = {
    child: 'works',
    grandchild: 'works',
    client: 200,
    managed: 'works',
    hook: { isActive: true, disabledReason: null },
  }
  const none = {
    child: ended,
    grandchild: ended,
    client: 401,
    managed: ended,
    hook: { isActive: false, disabledReason: 'REVOKED' },
  }

  it.each(Object.entries(replacements))(
    'continues when %s replaces the key, and ends with the new one',
    async (_name, replace) => {
      const owner = await givenHost(world)
      const { key, state } = await givenMade(owner)
      const second = await replace(key)
      expect(await key.codeOf(WHO)).toBe(ended)
      expect(await state()).toEqual(working)
      const third = await replace(second)
      expect(await state()).toEqual(working)
      const { apiKeys } = await third.run('{ apiKeys { edges { node { id label revokedAt } } } }')
      const live = KeyEdges.parse(at(apiKeys, 'edges')).find(
        ({ node }) => node.label === 'Creator' && node.revokedAt === null,
      )
      await owner.run(REVOKE, { id: live?.node.id })
      expect(await state()).toEqual(none)
    },
  )

  it('expires with the key that replaced it', async () => {
    const owner = await givenHost(world)
    const { key, state } = await givenMade(owner)
    const second = await replacements.replaceApiKey?.(key, '2026-03-02T07:10:00Z')
    world.clock.forward(9)
    expect(second && (await answerOf(second))).toBe('works')
    expect(await state()).toEqual(working)
    world.clock.forward(1)
    // Nothing has been sent to the hook since; a delivery finds that its key has ended.
    expect(await state()).toEqual({ ...none, hook: working.hook })
    world.clock.set(MONDAY)
  })
})

describe('a hook', () => {
  it('takes the scopes that its payloads show, also from a managed user', async () => {
    const made = await host.run(
      'mutation ($input: CreatePlatformClientInput!) { createPlatformClient(input: $input) { client { id: clientId } } }',
      {
        input: {
          name: 'No bookings',
          redirectUris: ['https://a.example'],
          permissions: ['PROFILE_READ'],
        },
      },
    )
    const account = await host.run(
      'mutation ($input: CreateManagedAccountInput!) { createManagedAccount(input: $input) { tokens { accessToken } } }',
      {
        input: {
          clientId: textAt(made, 'createPlatformClient.client.id'),
          name: 'Ada',
          email: 'ada@example.org',
        },
      },
    )
    const headers = {
      ...bearer(textAt(account, 'createManagedAccount.tokens.accessToken')),
      'content-type': 'application/json',
    }
    const body = JSON.stringify({
      subscriberUrl: 'https://x.example',
      triggers: ['BOOKING_CREATED'],
      active: true,
    })
    expect(
      (await fetch(`${world.url}/v2/webhooks`, { method: 'POST', headers, body })).status,
    ).toBe(403)
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
      await app.run(
        'mutation ($input: CreateHookInput!) { createHook(input: $input) { secret } }',
        {
          input: hookInput,
        },
      )
      if (end === 'authorization') {
        const { authorizedApps } = await owner.run('{ authorizedApps { edges { node { id } } } }')
        await owner.run(
          'mutation ($id: ID!) { endAuthorization(input: { id: $id }) { id: deletedId } }',
          {
            id: textAt(authorizedApps, 'edges.0.node.id'),
          },
        )
      } else {
        const { oauthClients } = await owner.run('{ oauthClients { edges { node { id } } } }')
        const id = textAt(oauthClients, 'edges.0.node.id')
        const rotated = await owner.run(
          'mutation ($id: ID!) { rotateOAuthClientSecret(input: { id: $id }) { secret } }',
          { id },
        )
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
  expect([...allScopes].filter(scope => !keyScopes.has(scope))).toEqual([
    'keys:manage',
    'apps:manage',
  ])
})
