// Calendly v2: an account is the owner of an organization of its own; what its tokens say of that.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  codeFor,
  credentialsOf,
  givenApp,
  post,
  redemption,
  refresh,
  tokensIn,
} from '../../helpers/oauth.ts'
import {
  at,
  type GivenHost,
  givenHost,
  givenWorld,
  MONDAY,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { type Calendly, denied, givenCalendly, notFound } from './calendly.ts'

let world: World
let host: GivenHost
let api: Calendly

const NOW = '2026-03-02T07:00:00.000000Z'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { name: 'Hanna Host' })
  api = await givenCalendly(world, host)
})

describe('an organization', () => {
  it("is the account's own", async () => {
    const { status, body } = await api.get(api.organization.slice(world.url.length))
    expect(status).toBe(200)
    expect(body).toEqual({
      resource: {
        uri: api.organization,
        name: 'Hanna Host',
        kind: 'single',
        plan: 'professional',
        stage: 'paid',
        created_at: NOW,
        updated_at: NOW,
      },
    })
    const other = await givenCalendly(world, await givenHost(world))
    expect(await api.get(other.organization.slice(world.url.length))).toMatchObject({
      status: 404,
      body: notFound,
    })
  })

  it('has one member, who is its owner', async () => {
    const me = await api.get('/organization_memberships/me')
    expect(me.status).toBe(200)
    expect(at(me.body, 'resource')).toMatchObject({
      role: 'owner',
      organization: api.organization,
      user: { uri: api.user, name: 'Hanna Host', email: host.email, timezone: 'Europe/London' },
    })
    expect(at(me.body, 'resource.user')).not.toHaveProperty('current_organization')
    const uri = textAt(me.body, 'resource.uri')
    expect((await api.get(uri.slice(world.url.length))).body).toEqual(me.body)
    const count = async (query: string) =>
      at((await api.get(`/organization_memberships?${query}`)).body, 'pagination.count')
    expect(await count('')).toBe(1)
    expect(await count(`user=${api.user}&role=owner&email=${host.email.toUpperCase()}`)).toBe(1)
    expect(await count(`organization=${api.organization}&role=user`)).toBe(0)
    expect(await count('email=other@example.org')).toBe(0)
    const other = await givenCalendly(world, await givenHost(world))
    expect(await api.get(`/organization_memberships?user=${other.user}`)).toMatchObject({
      status: 403,
      body: denied('This user is not in your organization'),
    })
  })
})

describe('what has no cause here', () => {
  it('answers as for an account without any', async () => {
    for (const path of [
      'groups',
      'group_relationships',
      'locations',
      'outgoing_communications',
      'meeting_recaps',
    ]) {
      const { status, body } = await api.get(`/${path}?organization=${api.organization}`)
      expect(status, path).toBe(200)
      expect(body, path).toMatchObject({
        collection: [],
        pagination: { count: 0, next_page_token: null },
      })
    }
    expect(await api.get('/groups/123')).toMatchObject({ status: 404, body: notFound })
    expect(await api.get('/meeting_recaps/123')).toMatchObject({ status: 404, body: notFound })
    const other = await givenCalendly(world, await givenHost(world))
    expect((await api.get(`/groups?organization=${other.organization}`)).status).toBe(403)
  })
})

describe('the answer of the token endpoint', () => {
  it('says whose token it is, where Calendly has it, and introspection does too', async () => {
    const app = await givenApp(host)
    const whose = { owner: api.user, organization: api.organization }
    const { body } = await post(
      world.url,
      '/oauth/token',
      redemption(app, await codeFor(host, app)),
    )
    expect(body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 7200,
      created_at: Date.parse(MONDAY) / 1_000,
      ...whose,
    })
    const next = await refresh(world.url, app, tokensIn(body).refreshToken)
    expect(next.body).toMatchObject(whose)
    const token = tokensIn(next.body).accessToken
    const told = await post(world.url, '/oauth/introspect', { ...credentialsOf(app), token })
    expect(told.body).toMatchObject({ active: true, ...whose })
  })

  it('says no more than RFC 6749 has at the other address', async () => {
    const app = await givenApp(host)
    const { body } = await post(
      world.url,
      '/api/oauth/token',
      redemption(app, await codeFor(host, app)),
    )
    expect(Object.keys(Object(body)).sort()).toEqual(
      ['access_token', 'expires_in', 'refresh_token', 'scope', 'token_type'].sort(),
    )
  })
})
