import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from '../helpers/postgres.ts'
import { CREATE_TEAM, DELETE_TEAM, givenMember, givenTeam, UPDATE_TEAM } from '../helpers/teams.ts'
import {
  at,
  clientOf,
  type GivenHost,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let owner: GivenHost
beforeAll(async () => {
  world = await givenWorld()
  owner = await givenHost(world, { timeZone: 'Europe/Riga' })
})
afterAll(() => world.end())

const TEAM = `query ($id: ID!) { team(id: $id) {
  id databaseId name logoUrl timeZone weekStart bookingPage { slug url displayName bio brandColor host { id: userId } team { id } }
  membership { role acceptedAt } members { totalCount }
} }`

describe('a new team', () => {
  it('belongs to its maker, has their zone, and a page with a slug of its name', async () => {
    const { id } = await givenTeam(owner, { name: 'Größe & Co', bio: 'We help.' })
    expect(at(await owner.run(TEAM, { id }), 'team')).toEqual({
      id,
      databaseId: expect.any(Number),
      name: 'Größe & Co',
      logoUrl: null,
      timeZone: 'Europe/Riga',
      weekStart: 'MONDAY',
      bookingPage: {
        slug: 'grosse-co',
        url: `${world.url}/grosse-co`,
        displayName: 'Größe & Co',
        bio: 'We help.',
        brandColor: '#0069ff',
        host: null,
        team: { id },
      },
      membership: { role: 'OWNER', acceptedAt: expect.any(String) },
      members: { totalCount: 1 },
    })
  })

  it('gets another slug when a team or a host has that of its name', async () => {
    const host = await givenHost(world, { name: 'Taken Name' })
    expect(host.slug).toBe('taken-name')
    expect((await givenTeam(owner, { name: 'Taken Name' })).slug).toMatch(/^taken-name-\d{4}$/)
    expect((await givenTeam(owner, { name: 'Dashboard' })).slug).toMatch(/^dashboard-\d{4}$/)
  })

  it('cannot have a slug that a team, a host or the gateway has; nor can a host have that of a team', async () => {
    const team = await givenTeam(owner, { name: 'First', slug: 'first-come' })
    for (const slug of [team.slug, owner.slug]) {
      const [error] = await owner.refused(CREATE_TEAM, { input: { name: 'Second', slug } })
      expect(error?.extensions).toMatchObject({
        code: 'CONFLICT',
        fields: [{ path: 'input.slug' }],
      })
    }
    expect(await owner.codeOf(CREATE_TEAM, { input: { name: 'Third', slug: 'graphql' } })).toBe(
      'INVALID_INPUT',
    )
    const rename =
      'mutation ($slug: String) { updateBookingPage(input: { slug: $slug }) { bookingPage { slug } } }'
    expect(await owner.codeOf(rename, { slug: team.slug })).toBe('CONFLICT')
  })

  it('names every invalid field', async () => {
    const [error] = await owner.refused(CREATE_TEAM, {
      input: {
        name: ' ',
        slug: 'No Slug',
        logoUrl: 'ftp://x',
        timeZone: 'Mars/Base',
        brandColor: 'red',
      },
    })
    expect(error?.extensions?.fields?.map(({ path }) => path).sort()).toEqual(
      ['brandColor', 'logoUrl', 'name', 'slug', 'timeZone'].map(name => `input.${name}`),
    )
  })

  it('is refused to an account that owns fifty', async () => {
    const host = await givenHost(world)
    await givenTeam(host)
    await sql(
      world.databaseUrl,
      `with made as (insert into "Team" ("uid", "name", "timeZone", "weekStart", "createdAt", "updatedAt")
         select 'tm_many' || n, 'Many', 'UTC', 1, now(), now() from generate_series(1, 49) n returning "id")
       insert into "TeamMember" ("uid", "teamId", "userId", "role", "acceptedAt", "createdAt", "updatedAt")
         select 'tmb_many' || made."id", made."id", u."id", 'OWNER', now(), now(), now() from made, "User" u where u."uid" = $1`,
      [host.id],
    )
    const [error] = await host.refused(CREATE_TEAM, { input: { name: 'One more' } })
    expect(error?.extensions).toMatchObject({ code: 'LIMIT_REACHED', limit: 50 })
  })
})

describe('a team', () => {
  it('is changed by its owner, and its page with it', async () => {
    const team = await givenTeam(owner, { name: 'Before', bio: 'Words' })
    const changes = {
      name: 'After',
      slug: 'after-team',
      bio: null,
      logoUrl: 'https://x.example/l.png',
      weekStart: 'SUNDAY',
    }
    const data = await owner.run(UPDATE_TEAM, {
      input: { id: team.id, ...changes, timeZone: 'asia/tokyo' },
    })
    expect(at(data, 'updateTeam.team')).toEqual({
      id: team.id,
      name: 'After',
      logoUrl: 'https://x.example/l.png',
      timeZone: 'Asia/Tokyo',
      weekStart: 'SUNDAY',
      bookingPage: { slug: 'after-team', displayName: 'After', bio: null },
    })
    const slug = owner.slug
    expect(await owner.codeOf(UPDATE_TEAM, { input: { id: team.id, slug } })).toBe('CONFLICT')
  })

  it('is gone for everybody when its owner deletes it, and its slug is free', async () => {
    const team = await givenTeam(owner, { name: 'Short', slug: 'short-lived' })
    const member = await givenHost(world)
    await givenMember(owner, team, member)
    await owner.run(DELETE_TEAM, { id: team.id })
    for (const who of [owner, member])
      expect(at(await who.run(TEAM, { id: team.id }), 'team')).toBeNull()
    expect(await owner.codeOf(DELETE_TEAM, { id: team.id })).toBe('NOT_FOUND')
    expect((await givenTeam(owner, { name: 'Next', slug: 'short-lived' })).slug).toBe('short-lived')
  })

  it('shows visitors its page and its name, and nothing of its people', async () => {
    const team = await givenTeam(owner, { name: 'Open', slug: 'open-team' })
    const page =
      '{ bookingPage(slug: "open-team") { displayName host { id: userId } team { id name } } }'
    const seen = await world.visitor.run(page)
    expect(at(seen, 'bookingPage')).toEqual({
      displayName: 'Open',
      host: null,
      team: { id: team.id, name: 'Open' },
    })
    const people = `{ bookingPage(slug: "open-team") { team {
      membership { id } members { totalCount } invitations { totalCount }
    } } }`
    expect(await world.visitor.codeOf(people)).toBe('UNAUTHENTICATED')
    const stranger = await givenHost(world)
    expect(at(await stranger.run(people), 'bookingPage.team')).toEqual({
      membership: null,
      members: null,
      invitations: null,
    })
  })

  it('is found by its id, its databaseId and as a node, by its members alone', async () => {
    const { id } = await givenTeam(owner)
    const stranger = await givenHost(world)
    const number = String(at(await owner.run(TEAM, { id }), 'team.databaseId'))
    const NODE = 'query ($id: ID!) { node(id: $id) { id } }'
    expect(textAt(await owner.run(TEAM, { id: number }), 'team.id')).toBe(id)
    expect(textAt(await owner.run(NODE, { id }), 'node.id')).toBe(id)
    for (const name of [id, number])
      expect(at(await stranger.run(TEAM, { id: name }), 'team')).toBeNull()
    expect(at(await stranger.run(NODE, { id }), 'node')).toBeNull()
  })
})

describe('the list of teams', () => {
  it('has those that the viewer is in, in order, page by page, and by role', async () => {
    const host = await givenHost(world)
    const mine = [await givenTeam(host, { name: 'A' }), await givenTeam(host, { name: 'B' })]
    const theirs = await givenTeam(owner, { name: 'C' })
    await givenMember(owner, theirs, host)
    const LIST = `query ($first: Int, $after: String, $filter: TeamFilter) { teams(first: $first, after: $after, filter: $filter) {
      totalCount edges { node { id } } pageInfo { hasNextPage endCursor }
    } }`
    const ids = (data: unknown) => listAt(data, 'teams.edges').map(edge => textAt(edge, 'node.id'))
    const all = [...mine, theirs].map(({ id }) => id)
    expect(ids(await host.run(LIST))).toEqual(all)
    const page = await host.run(LIST, { first: 2 })
    expect(at(page, 'teams.totalCount')).toBe(3)
    const after = textAt(page, 'teams.pageInfo.endCursor')
    expect([...ids(page), ...ids(await host.run(LIST, { first: 2, after }))]).toEqual(all)
    expect(ids(await host.run(LIST, { filter: { roles: ['MEMBER', 'ADMIN'] } }))).toEqual([
      theirs.id,
    ])
  })
})

describe('scopes', () => {
  it('let a key read with teams:read alone, and write with teams:write alone', async () => {
    const { id } = await givenTeam(owner)
    const keyOf = async (scope: string) => {
      const made = await owner.run(
        `mutation { createApiKey(input: { label: "K", scopes: ["${scope}"] }) { secret } }`,
      )
      return clientOf(world.url, { 'x-api-key': textAt(made, 'createApiKey.secret') })
    }
    const [reader, writer] = [await keyOf('teams:read'), await keyOf('teams:write')]
    expect(textAt(await reader.run(TEAM, { id }), 'team.id')).toBe(id)
    expect(await reader.codeOf(UPDATE_TEAM, { input: { id, name: 'X' } })).toBe(
      'INSUFFICIENT_SCOPE',
    )
    expect(await writer.codeOf(TEAM, { id })).toBe('INSUFFICIENT_SCOPE')
    await writer.run(UPDATE_TEAM, { input: { id, name: 'X' } })
  })
})
