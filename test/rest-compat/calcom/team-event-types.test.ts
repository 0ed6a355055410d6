// Cal.com v2: event types of teams.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { givenMember, givenTeam } from '../../helpers/teams.ts'
import {
  at,
  type Client,
  type GivenHost,
  givenHost,
  givenWorld,
  type World,
} from '../../helpers/world.ts'
import { anyone, type Calcom, givenCalcom, refused, success } from './calcom.ts'

let world: World
let ann: GivenHost
let ben: GivenHost
let api: Calcom
let team: number
let slug: string

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  ann = await givenHost(world, { name: 'Ann' })
  ben = await givenHost(world, { name: 'Ben' })
  const given = await givenTeam(ann)
  slug = given.slug
  await givenMember(ann, given, ben)
  team = Number(
    at(
      await ann.run('query ($id: ID!) { team(id: $id) { databaseId } }', { id: given.id }),
      'team.databaseId',
    ),
  )
  api = await givenCalcom(world, ann)
})

const numberOf = async (client: Client) =>
  Number(at(await client.run('{ viewer { databaseId } }'), 'viewer.databaseId'))

const together = {
  title: 'Together',
  slug: 'together',
  lengthInMinutes: 30,
  schedulingType: 'collective',
}

async function givenEventType(body: object = {}): Promise<unknown> {
  const made = await api.post(`/teams/${team}/event-types`, { ...together, ...body })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return at(made.body, 'data')
}

const hostOf = async (client: GivenHost, name: string, more: object = {}) => ({
  userId: await numberOf(client),
  name,
  username: client.slug,
  avatarUrl: null,
  mandatory: true,
  priority: 'medium',
  ...more,
})

it('are made, told, changed and taken out of use', async () => {
  const made = await givenEventType({
    schedulingType: 'roundRobin',
    hosts: [
      { userId: await numberOf(ann), mandatory: true, priority: 'high' },
      { userId: await numberOf(ben) },
    ],
    rescheduleWithSameRoundRobinHost: true,
    beforeEventBuffer: 10,
  })
  expect(made).toMatchObject({
    title: 'Together',
    slug: 'together',
    lengthInMinutes: 30,
    beforeEventBuffer: 10,
    minimumBookingNotice: 120,
    teamId: team,
    ownerId: null,
    parentEventTypeId: null,
    schedulingType: 'roundRobin',
    assignAllTeamMembers: false,
    rescheduleWithSameRoundRobinHost: true,
    hosts: [
      await hostOf(ann, 'Ann', { priority: 'high' }),
      await hostOf(ben, 'Ben', { mandatory: false }),
    ],
    team: { id: team, slug, name: 'Support', weekStart: 'Monday' },
    bookingUrl: `${world.url}/${slug}/together`,
  })
  expect(made).not.toHaveProperty('users')
  const path = `/teams/${team}/event-types/${at(made, 'id')}`
  expect(await api.get(path)).toMatchObject({ status: 200, body: success(made) })

  const changed = await api.patch(path, {
    title: 'All',
    schedulingType: 'collective',
    assignAllTeamMembers: true,
  })
  expect(changed).toMatchObject({
    status: 200,
    body: {
      data: {
        title: 'All',
        beforeEventBuffer: 10,
        schedulingType: 'collective',
        assignAllTeamMembers: true,
        rescheduleWithSameRoundRobinHost: true,
        hosts: [
          await hostOf(ann, 'Ann', { priority: expect.any(String) }),
          await hostOf(ben, 'Ben'),
        ],
      },
    },
  })
  expect(await api.patch(path, { hosts: [{ userId: await numberOf(ben) }] })).toMatchObject({
    body: { data: { assignAllTeamMembers: false, hosts: [await hostOf(ben, 'Ben')] } },
  })
  expect(await api.delete(path)).toMatchObject({
    status: 200,
    body: success({ id: at(made, 'id'), title: 'All' }),
  })
  expect(await api.get(path)).toMatchObject(refused(404, expect.any(String)))
})

it('are listed, to everyone as far as the team offers them', async () => {
  const first = await givenEventType({ assignAllTeamMembers: true })
  await givenEventType({ slug: 'secret', hidden: true, assignAllTeamMembers: true })
  const path = `/teams/${team}/event-types`
  const slugs = async (caller: Calcom, query = '') => {
    const { status, body } = await caller.get(path + query)
    expect(status, JSON.stringify(body)).toBe(200)
    return Object(at(body, 'data')).map((each: unknown) => at(each, 'slug'))
  }
  expect(await slugs(api)).toEqual(['together', 'secret'])
  expect(await slugs(api, '?sortCreatedAt=desc')).toEqual(['secret', 'together'])
  expect(await slugs(api, '?eventSlug=secret')).toEqual(['secret'])
  expect(await slugs(anyone(world))).toEqual(['together'])
  expect(await slugs(await givenCalcom(world, await givenHost(world)))).toEqual(['together'])
  expect(await anyone(world).get(`${path}?hostsLimit=1`)).toMatchObject({
    body: { data: [{ hosts: [{ name: 'Ann' }] }] },
  })
  expect(await anyone(world).get('/teams/1999999999/event-types')).toMatchObject({ status: 404 })
  expect(first).toMatchObject({ assignAllTeamMembers: true })
})

it('say what is wrong with them', async () => {
  const path = `/teams/${team}/event-types`
  expect(await api.post(path, { ...together, schedulingType: 'managed' })).toMatchObject(
    refused(400, 'Managed event types are not available on this server.'),
  )
  expect(await api.post(path, { title: 'A', slug: 'a', lengthInMinutes: 30 })).toMatchObject({
    status: 400,
    body: { error: { details: { errors: [{ property: 'schedulingType' }] } } },
  })
  const stranger = await numberOf(await givenHost(world))
  expect(await api.post(path, { ...together, hosts: [{ userId: stranger }] })).toMatchObject({
    status: 400,
    body: { error: { details: { errors: [{ property: 'hosts' }] } } },
  })
  const made = await givenEventType()
  expect(await api.post(path, together)).toMatchObject(
    refused(400, 'Team event type with this slug already exists.'),
  )
  expect(
    await api.patch(`${path}/${at(made, 'id')}`, { schedulingType: 'roundRobin' }),
  ).toMatchObject(refused(400, expect.stringMatching(/assignAllTeamMembers/)))
})

it('are the admins’ to change, and stand under their own team alone', async () => {
  const path = `/teams/${team}/event-types/${at(await givenEventType({ assignAllTeamMembers: true }), 'id')}`
  const bens = await givenCalcom(world, ben)
  expect(await bens.get(path)).toMatchObject({ status: 200 })
  for (const answer of [
    await bens.post(`/teams/${team}/event-types`, { ...together, slug: 'other' }),
    await bens.patch(path, { title: 'Mine' }),
    await bens.delete(path),
  ]) {
    expect(answer).toMatchObject(refused(403, expect.stringMatching(/^RolesGuard - /)))
  }
  const stranger = await givenCalcom(world, await givenHost(world))
  expect(await stranger.get(path)).toMatchObject({ status: 404 })
  expect(await stranger.delete(path)).toMatchObject({ status: 404 })
  const own = await api.post('/teams', { name: 'Another' })
  const elsewhere = path.replace(/teams\/\d+/, `teams/${at(own.body, 'data.id')}`)
  for (const answer of [
    await api.get(elsewhere),
    await api.patch(elsewhere, { title: 'X' }),
    await api.delete(elsewhere),
  ]) {
    expect(answer).toMatchObject({ status: 404 })
  }
})
