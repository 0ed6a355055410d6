// Cal.com v2: teams and their members.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { at, type GivenHost, givenHost, givenWorld, type World } from '../../helpers/world.ts'
import { anyone, type Calcom, givenCalcom, invalid, refused, success } from './calcom.ts'

let world: World
let host: GivenHost
let api: Calcom

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  host = await givenHost(world)
  api = await givenCalcom(world, host)
})

const numberOf = async (client: GivenHost) =>
  Number(at(await client.run('{ viewer { databaseId } }'), 'viewer.databaseId'))

/** Makes a team; answers its number. */
async function givenTeam(input: object = {}): Promise<number> {
  const { status, body } = await api.post('/teams', { name: 'Support', ...input })
  expect(status, JSON.stringify(body)).toBe(201)
  return Number(at(body, 'data.id'))
}

/** Puts somebody into a team, who accepts; answers the number of the membership. */
async function givenMember(
  team: number,
  role = 'MEMBER',
): Promise<{ ben: GivenHost; bens: Calcom; membership: number }> {
  const ben = await givenHost(world, { name: 'Ben' })
  const bens = await givenCalcom(world, ben)
  const added = await host.run(
    'mutation ($input: AddTeamMemberInput!) { addTeamMember(input: $input) { member { databaseId } } }',
    { input: { teamId: String(team), userId: ben.id, role } },
  )
  const membership = Number(at(added, 'addTeamMember.member.databaseId'))
  expect(
    await bens.patch(`/teams/${team}/memberships/${membership}`, { accepted: true }),
  ).toMatchObject({
    status: 200,
  })
  return { ben, bens, membership }
}

describe('a team', () => {
  it('is made, told, changed and taken away', async () => {
    const made = await api.post('/teams', { name: 'Support', slug: 'support-1' })
    const team = {
      id: expect.any(Number),
      name: 'Support',
      slug: 'support-1',
      brandColor: '#0069ff',
      isOrganization: false,
      timeZone: 'Europe/London',
      weekStart: 'Sunday',
      hideBookATeamMember: false,
      metadata: {},
    }
    expect(made).toMatchObject({ status: 201, body: success(team) })
    expect(Object.keys(at(made.body, 'data') ?? {}).toSorted()).toEqual(
      Object.keys(team).toSorted(),
    )
    const path = `/teams/${at(made.body, 'data.id')}`
    expect(await api.get(path)).toMatchObject({ status: 200, body: success(team) })
    expect(await api.get('/teams')).toMatchObject({ status: 200, body: success([team]) })

    const changes = {
      name: 'Help',
      bio: 'We help.',
      weekStart: 'Monday',
      timeZone: 'Europe/Riga',
      logoUrl: 'https://a.example/logo.png',
      theme: 'dark',
      isPrivate: true,
      metadata: { crm: '7' },
    }
    expect(await api.patch(path, changes)).toMatchObject({
      status: 200,
      body: success({ ...team, ...changes }),
    })
    expect(await api.patch(path, { theme: 'light' })).toMatchObject({
      body: success({ ...team, ...changes, theme: 'light' }),
    })
    expect(await api.delete(path)).toMatchObject({ status: 200, body: { data: { name: 'Help' } } })
    expect(await api.get(path)).toMatchObject(refused(404, expect.any(String)))
    expect(await api.get('/teams')).toMatchObject({ body: success([]) })
  })

  it('has its name alone among those of its owner, and its slug among all', async () => {
    await givenTeam({ slug: 'the-team' })
    expect(await api.post('/teams', { name: 'Support' })).toMatchObject(
      refused(400, expect.stringMatching(/name=Support/)),
    )
    expect(await api.post('/teams', { name: 'Other', slug: 'the-team' })).toMatchObject({
      status: 409,
    })
    expect(await api.post('/teams', { timeZone: 'Mars/Base' })).toMatchObject(
      invalid(['name', 'isString', 'name must be a string']),
    )
  })

  it('is its members’ to see, and its owners’ to change', async () => {
    const team = await givenTeam()
    const { bens } = await givenMember(team, 'ADMIN')
    const stranger = await givenCalcom(world, await givenHost(world))
    expect(await bens.get(`/teams/${team}`)).toMatchObject({ status: 200 })
    expect(await bens.patch(`/teams/${team}`, { name: 'Ours' })).toMatchObject(
      refused(403, expect.stringMatching(/^RolesGuard - /)),
    )
    expect(await bens.delete(`/teams/${team}`)).toMatchObject({ status: 403 })
    expect(await stranger.get(`/teams/${team}`)).toMatchObject({ status: 404 })
    expect(await anyone(world).get(`/teams/${team}`)).toMatchObject({ status: 401 })
  })
})

describe('a membership', () => {
  it('is made, accepted by who it is of, told, changed and taken away', async () => {
    const team = await givenTeam()
    const { ben, bens } = await givenMember(await givenTeam({ name: 'Shared' }))
    const userId = await numberOf(ben)
    const path = `/teams/${team}/memberships`
    const made = await api.post(path, { userId, accepted: true, role: 'ADMIN' })
    const membership = {
      id: expect.any(Number),
      userId,
      teamId: team,
      accepted: false,
      role: 'ADMIN',
      disableImpersonation: false,
      user: { name: '', email: '', username: null, avatarUrl: null, bio: null, metadata: {} },
    }
    expect(made).toMatchObject({ status: 201, body: success(membership) })
    const one = `${path}/${at(made.body, 'data.id')}`
    expect(await bens.get(`/teams/${team}`)).toMatchObject({ status: 404 })
    const accepted = {
      ...membership,
      accepted: true,
      user: { ...membership.user, name: 'Ben', email: ben.email, username: ben.slug },
    }
    expect(await bens.patch(one, { accepted: true })).toMatchObject({
      status: 200,
      body: success(accepted),
    })
    expect(await api.get(one)).toMatchObject({ status: 200, body: success(accepted) })
    expect(await api.get(`${path}?take=1&skip=1`)).toMatchObject({ body: success([accepted]) })
    expect(await api.get(`${path}?emails=${ben.email},nobody@example.com`)).toMatchObject({
      body: success([accepted]),
    })
    expect(await api.patch(one, { role: 'MEMBER' })).toMatchObject({
      body: success({ ...accepted, role: 'MEMBER' }),
    })
    expect(await api.delete(one)).toMatchObject({
      status: 200,
      body: success({ ...accepted, role: 'MEMBER' }),
    })
    expect(await api.get(one)).toMatchObject(refused(404, expect.any(String)))
  })

  it('is there once for an account, and under its own team alone', async () => {
    const team = await givenTeam()
    const { ben, membership } = await givenMember(team)
    expect(
      await api.post(`/teams/${team}/memberships`, { userId: await numberOf(ben) }),
    ).toMatchObject({ status: 409 })
    const stranger = await givenHost(world, { name: 'Nobody they know' })
    for (const userId of [1_999_999_999, await numberOf(stranger)]) {
      expect(await api.post(`/teams/${team}/memberships`, { userId })).toMatchObject({
        status: 404,
      })
    }
    const other = await givenTeam({ name: 'Other' })
    expect(
      await api.post(`/teams/${other}/memberships`, { userId: await numberOf(ben) }),
    ).toMatchObject({
      status: 201,
      body: { data: { accepted: false } },
    })
    for (const path of [
      `/teams/${other}/memberships/${membership}`,
      `/teams/${team}/memberships/1999999999`,
    ]) {
      expect(await api.get(path)).toMatchObject({ status: 404 })
      expect(await api.patch(path, { role: 'ADMIN' })).toMatchObject({ status: 404 })
      expect(await api.delete(path)).toMatchObject({ status: 404 })
    }
  })

  it('is an admin’s to make and to change, and an owner’s where it is of one', async () => {
    const team = await givenTeam()
    const { bens, membership } = await givenMember(team)
    const known = await givenMember(await givenTeam({ name: 'Known' }))
    const userId = await numberOf(known.ben)
    expect(await bens.post(`/teams/${team}/memberships`, { userId })).toMatchObject(
      refused(403, expect.stringMatching(/^RolesGuard - /)),
    )
    expect(
      await bens.patch(`/teams/${team}/memberships/${membership}`, { role: 'OWNER' }),
    ).toMatchObject({
      status: 403,
    })
    await api.patch(`/teams/${team}/memberships/${membership}`, { role: 'ADMIN' })
    expect(await bens.post(`/teams/${team}/memberships`, { userId, role: 'OWNER' })).toMatchObject({
      status: 403,
    })
    expect(await bens.post(`/teams/${team}/memberships`, { userId })).toMatchObject({ status: 404 })
    expect(await api.post(`/teams/${team}/memberships`, { userId })).toMatchObject({ status: 201 })
  })
})
