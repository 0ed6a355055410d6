// Calendly v2: the organization of who is in a team, its members, invitations and groups, and what
// these show.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeFor, givenApp, post, redemption } from '../../helpers/oauth.ts'
import {
  ANSWER,
  answerTo,
  type GivenTeam,
  givenMember,
  givenTeam,
  givenTeamEventType,
} from '../../helpers/teams.ts'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  MONDAY,
  textAt,
  type World,
} from '../../helpers/world.ts'
import {
  type Calendly,
  denied,
  givenCalendly,
  idAt,
  idsIn,
  invalid,
  notFound,
  refusal,
} from './calendly.ts'

let world: World
// Ann owns the team, Ben is an admin, Cleo a member.
let ann: GivenHost
let ben: GivenHost
let cleo: GivenHost
let team: GivenTeam
let owner: Calendly
let admin: Calendly
let member: Calendly
let stranger: Calendly
let organization: string

const NO_ACCESS = denied('You do not have permission to access this resource.')
const NO_MEMBER = denied('This user is not in your organization')

beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
  world.clock.set(MONDAY)
  ann = await givenHost(world, { name: 'Ann' })
  ben = await givenHost(world, { name: 'Ben' })
  cleo = await givenHost(world, { name: 'Cleo' })
  team = await givenTeam(ann, { name: 'Support' })
  await givenMember(ann, team, ben, 'ADMIN')
  await givenMember(ann, team, cleo)
  owner = await givenCalendly(world, ann)
  admin = await givenCalendly(world, ben)
  member = await givenCalendly(world, cleo)
  stranger = await givenCalendly(world, await givenHost(world))
  organization = owner.uri(`/organizations/${team.id}`)
  // What is made from here on is younger than the team.
  world.clock.set('2026-03-02T08:00:00Z')
})
afterAll(() => world.end())

const pathOf = (uri: string) => uri.slice(world.url.length)
const membershipOf = ({ user }: Calendly) =>
  pathOf(user).replace('/users/usr-', '/organization_memberships/mem-')
const addressesIn = (body: unknown) =>
  listAt(body, 'collection').map(each => textAt(each, 'user.email'))

describe('the organization of who is in a team', () => {
  it('is the team that they have been in for the longest', async () => {
    const later = await givenTeam(ben, { name: 'Later' })
    for (const path of [`/organizations/${team.id}`, pathOf(admin.organization)]) {
      expect(await admin.get(path)).toMatchObject({
        status: 200,
        body: { resource: { uri: organization, name: 'Support', kind: 'multiple' } },
      })
    }
    expect(at((await admin.get('/users/me')).body, 'resource.current_organization')).toBe(
      organization,
    )
    expect(await admin.get(`/organizations/${later.id}`)).toMatchObject({
      status: 404,
      body: notFound,
    })
    expect(await stranger.get(`/organizations/${team.id}`)).toMatchObject({
      status: 404,
      body: notFound,
    })
  })

  it('is told by the token endpoint', async () => {
    const app = await givenApp(cleo)
    const { body } = await post(
      world.url,
      '/oauth/token',
      redemption(app, await codeFor(cleo, app)),
    )
    expect(body).toMatchObject({ owner: member.user, organization })
  })

  it('shows its members to one another', async () => {
    expect(await member.get(pathOf(admin.user))).toMatchObject({
      status: 200,
      body: {
        resource: {
          uri: admin.user,
          name: 'Ben',
          email: ben.email,
          current_organization: organization,
        },
      },
    })
    expect(await stranger.get(pathOf(admin.user))).toMatchObject({ status: 404, body: notFound })
  })
})

describe('memberships', () => {
  it('are listed to owners and admins, by address, role and user', async () => {
    const list = async (query = '') =>
      addressesIn(
        (await admin.get(`/organization_memberships?organization=${organization}${query}`)).body,
      )
    expect(await list()).toEqual([ann.email, ben.email, cleo.email])
    expect(await list('&role=user')).toEqual([cleo.email])
    expect(await list('&role=owner')).toEqual([ann.email])
    expect(await list(`&email=${ben.email}`)).toEqual([ben.email])
    expect(await list(`&user=${member.user}`)).toEqual([cleo.email])
    const first = await admin.get('/organization_memberships?count=2')
    const next = await admin.get(pathOf(textAt(first.body, 'pagination.next_page')))
    expect(addressesIn(next.body)).toEqual([cleo.email])
    expect(await admin.get(`/organization_memberships?user=${stranger.user}`)).toMatchObject({
      status: 403,
      body: NO_MEMBER,
    })
    expect(
      (await stranger.get(`/organization_memberships?organization=${organization}`)).body,
    ).toEqual(NO_ACCESS)
  })

  it('are to members their own', async () => {
    const own = await member.get('/organization_memberships')
    expect(own.body).toMatchObject({
      collection: [{ role: 'user', organization, user: { uri: member.user } }],
    })
    expect(at((await member.get('/organization_memberships/me')).body, 'resource')).toEqual(
      at(own.body, 'collection.0'),
    )
    expect((await member.get(`/organization_memberships?user=${admin.user}`)).status).toBe(403)
    expect(await member.get(membershipOf(admin))).toMatchObject({ status: 403, body: NO_ACCESS })
    expect(await admin.get(membershipOf(member))).toMatchObject({
      body: { resource: { role: 'user' } },
    })
    expect(await admin.get(membershipOf(stranger))).toMatchObject({ status: 404, body: notFound })
  })

  it('are ended by owners and admins, but not their own, nor those of owners', async () => {
    const says = (message: string) => ({ status: 403, body: denied(message) })
    const self = says('You can not remove yourself from organization')
    expect(await admin.delete(membershipOf(admin))).toMatchObject(self)
    expect(await stranger.delete(membershipOf(stranger))).toMatchObject(self)
    expect(await admin.delete(membershipOf(owner))).toMatchObject(
      says('You can not change owner role'),
    )
    expect(await admin.delete(membershipOf(stranger))).toMatchObject(
      says('You cannot modify members from another organization'),
    )
    expect(await member.delete(membershipOf(admin))).toMatchObject({ status: 403, body: NO_ACCESS })
    const dan = await givenHost(world)
    await givenMember(ann, team, dan)
    const leaving = await givenCalendly(world, dan)
    expect((await admin.delete(membershipOf(leaving))).status).toBe(204)
    expect(at((await leaving.get('/users/me')).body, 'resource.current_organization')).toBe(
      leaving.organization,
    )
  })
})

describe('invitations', () => {
  it('are made, listed, shown and taken back by owners and admins', async () => {
    const path = `/organizations/${team.id}/invitations`
    const made = await admin.post(path, { email: 'new@example.org' })
    expect(made).toMatchObject({
      status: 201,
      body: { resource: { organization, email: 'new@example.org', status: 'pending' } },
    })
    const uri = textAt(made.body, 'resource.uri')
    expect(uri.startsWith(`${organization}/invitations/`)).toBe(true)
    expect((await admin.get(pathOf(uri))).body).toEqual(made.body)
    await admin.post(path, { email: 'second@example.org' })
    const emails = async (query: string) =>
      listAt((await admin.get(`${path}?${query}`)).body, 'collection').map(each =>
        textAt(each, 'email'),
      )
    expect(await emails('status=pending')).toEqual(['new@example.org', 'second@example.org'])
    expect(await emails('status=pending&sort=created_at:desc')).toEqual([
      'second@example.org',
      'new@example.org',
    ])
    expect(await emails('email=second@example.org')).toEqual(['second@example.org'])
    expect(await emails('status=accepted&count=1')).toHaveLength(1)
    expect(await emails('status=declined')).toEqual([])
    expect(await member.get(path)).toMatchObject({ status: 403, body: NO_ACCESS })
    expect(await stranger.get(path)).toMatchObject({ status: 404, body: notFound })
    expect(await stranger.delete(pathOf(uri))).toMatchObject({ status: 404, body: notFound })
    expect((await admin.delete(pathOf(uri))).status).toBe(204)
    expect(await admin.get(pathOf(uri))).toMatchObject({ status: 404, body: notFound })
  })

  it('are refused with titles of their own', async () => {
    const path = `/organizations/${team.id}/invitations`
    await admin.post(path, { email: 'new@example.org' })
    const refused = async (email: string) => {
      const { status, body } = await admin.post(path, { email })
      expect(status).toBe(400)
      return body
    }
    expect(await refused('nobody')).toEqual(
      refusal('Invalid Email', 'nobody is an invalid email format'),
    )
    expect(await refused(cleo.email)).toMatchObject({ title: 'Already Organization Member' })
    expect(await refused(ben.email.toUpperCase())).toMatchObject({
      title: 'Already Organization Member',
    })
    expect(await refused('new@example.org')).toMatchObject({ title: 'Already Invited' })
    expect((await admin.post(path, {})).status).toBe(422)
    const [accepted] = idsIn((await admin.get(`${path}?status=accepted`)).body)
    expect(await admin.delete(`${path}/${accepted}`)).toMatchObject({
      status: 400,
      body: { title: 'Invitation Already Accepted' },
    })
  })

  it('make a team of an organization that is one user alone', async () => {
    const [zoe, yan] = [await givenHost(world, { name: 'Zoe' }), await givenHost(world)]
    const alone = await givenCalendly(world, zoe)
    const path = `${pathOf(alone.organization)}/invitations`
    expect((await alone.get(path)).body).toMatchObject({ collection: [] })
    expect((await alone.post(path, { email: zoe.email })).body).toMatchObject({
      title: 'Already Organization Member',
    })
    expect(at((await alone.get('/users/me')).body, 'resource.current_organization')).toBe(
      alone.organization,
    )
    const made = await alone.post(path, { email: yan.email })
    const theirs = textAt(made.body, 'resource.organization')
    expect(await alone.get(pathOf(theirs))).toMatchObject({
      body: { resource: { name: 'Zoe', kind: 'multiple' } },
    })
    const id = idAt(theirs)
    await yan.run(ANSWER, await answerTo(yan, { id }))
    const { body } = await alone.get(pathOf(textAt(made.body, 'resource.uri')))
    expect(body).toMatchObject({
      resource: { status: 'accepted', user: alone.uri(`/users/${yan.id}`) },
    })
  })

  it('make one team, however many are the first at once', async () => {
    const lone = await givenHost(world)
    const api = await givenCalendly(world, lone)
    const path = `${pathOf(api.organization)}/invitations`
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        api.post(path, { email: `first.${index}.${lone.email}` }),
      ),
    )
    expect(made.map(({ status }) => status)).toEqual(made.map(() => 201))
    expect(new Set(made.map(({ body }) => textAt(body, 'resource.organization'))).size).toBe(1)
    expect(await lone.run('{ teams { totalCount } }')).toEqual({ teams: { totalCount: 1 } })
  })
})

describe('events and event types', () => {
  it('of the organization are those of the team and the own, to owners and admins', async () => {
    const robin = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [cleo])
    const both = await givenTeamEventType(ann, team, 'COLLECTIVE', [ben, cleo], { slug: 'both' })
    const [bens, cleos] = [await givenEventType(ben), await givenEventType(cleo)]
    const book = (eventType: string, hour: number) =>
      givenBooking(world.visitor, eventType, `2026-03-03T${hour}:00:00Z`)
    const first = await book(robin, 10)
    const second = await book(both, 11)
    const third = await book(bens, 12)
    const fourth = await book(cleos, 13)

    const events = async (api: Calendly, query: string) =>
      idsIn((await api.get(`/scheduled_events?${query}`)).body)
    expect(await events(admin, `organization=${organization}`)).toEqual([
      first.id,
      second.id,
      third.id,
      fourth.id,
    ])
    const page = await admin.get(
      `/scheduled_events?organization=${organization}&count=2&sort=start_time:desc`,
    )
    expect(idsIn(page.body)).toEqual([fourth.id, third.id])
    const next = await admin.get(pathOf(textAt(page.body, 'pagination.next_page')))
    expect(idsIn(next.body)).toEqual([second.id, first.id])
    expect(await events(admin, `organization=${organization}&user=${member.user}`)).toEqual([
      first.id,
      second.id,
      fourth.id,
    ])
    expect(await events(admin, `organization=${organization}&user=${admin.user}`)).toEqual([
      second.id,
      third.id,
    ])
    expect(await events(admin, `user=${admin.user}`)).toEqual([second.id, third.id])
    expect(await events(owner, `organization=${organization}`)).toEqual([
      first.id,
      second.id,
      third.id,
      fourth.id,
    ])

    const refused = async (api: Calendly, query: string) => {
      const { status, body } = await api.get(`/scheduled_events?${query}`)
      expect(status).toBe(403)
      return body
    }
    expect(await refused(member, `organization=${organization}`)).toEqual(NO_ACCESS)
    expect(await refused(stranger, `organization=${organization}`)).toEqual(NO_ACCESS)
    expect(await refused(admin, `user=${member.user}`)).toEqual(
      denied(
        'Please also specify organization when requesting events for a user within your organization.',
      ),
    )
    expect(await refused(admin, `organization=${organization}&user=${stranger.user}`)).toEqual(
      NO_MEMBER,
    )

    const types = async (query: string) =>
      idsIn((await member.get(`/event_types?${query}`)).body).toSorted()
    expect(await types(`organization=${organization}`)).toEqual([robin, both, cleos].toSorted())
    expect(await types(`user=${member.user}`)).toEqual([cleos])
    expect(await types(`user=${admin.user}`)).toEqual([both])
    expect((await member.get(`/event_types?user=${stranger.user}`)).body).toEqual(NO_MEMBER)
    expect((await stranger.get(`/event_types?organization=${organization}`)).body).toEqual(
      NO_ACCESS,
    )
  })

  it('name all hosts of an event type of the team', async () => {
    const both = await givenTeamEventType(ann, team, 'COLLECTIVE', [ben, cleo], { slug: 'named' })
    const { body } = await member.get(
      `/event_type_memberships?event_type=${member.uri(`/event_types/${both}`)}`,
    )
    const found = listAt(body, 'collection').map(each => [
      textAt(each, 'member.uri'),
      textAt(each, 'member.email'),
    ])
    expect(found).toEqual([
      [admin.user, ben.email],
      [member.user, cleo.email],
    ])
  })
})

describe('groups', () => {
  let group: GivenTeam
  beforeAll(async () => {
    group = await givenTeam(ben, { name: 'Sales' })
    await givenMember(ben, group, cleo)
  })

  it('are the other teams of who asks', async () => {
    const shown = {
      uri: admin.uri(`/groups/${group.id}`),
      name: 'Sales',
      organization,
      member_count: 2,
    }
    expect(await member.get(`/groups?organization=${organization}`)).toMatchObject({
      body: { collection: [shown] },
    })
    expect(await member.get(`/groups/${group.id}`)).toMatchObject({ body: { resource: shown } })
    expect(await member.get(`/groups/${team.id}`)).toMatchObject({ status: 404, body: notFound })
    expect((await member.get('/teams')).body).toMatchObject({
      collection: [
        { uri: admin.uri(`/teams/${team.id}`) },
        { uri: admin.uri(`/teams/${group.id}`), name: 'Sales', organization },
      ],
    })
    expect((await member.get(`/teams/${group.id}`)).body).toMatchObject({
      resource: { name: 'Sales' },
    })
    expect(await owner.get(`/teams/${group.id}`)).toMatchObject({ status: 404, body: notFound })
    expect(await owner.get(`/groups/${group.id}`)).toMatchObject({ status: 404, body: notFound })
    expect((await owner.get('/groups')).body).toMatchObject({ collection: [] })
  })

  it('have relationships', async () => {
    const all = await member.get(`/group_relationships?group=${shownGroup()}`)
    expect(all.body).toMatchObject({
      collection: [
        { role: 'admin', owner: { uri: admin.uri(membershipOf(admin)), user: { name: 'Ben' } } },
        { role: 'member', organization, group: shownGroup() },
      ],
    })
    const own = await member.get('/group_relationships')
    expect(at(own.body, 'collection')).toEqual([at(all.body, 'collection.1')])
    const path = pathOf(textAt(own.body, 'collection.0.uri'))
    expect(at((await member.get(path)).body, 'resource')).toEqual(at(own.body, 'collection.0'))
    expect(await owner.get(path)).toMatchObject({ status: 404, body: notFound })
    expect((await owner.get(`/group_relationships?group=${shownGroup()}`)).status).toBe(403)
  })

  it('show their events to their owners and admins', async () => {
    const eventType = await givenTeamEventType(ben, group, 'ROUND_ROBIN', [cleo])
    const { id } = await givenBooking(world.visitor, eventType, '2026-03-04T10:00:00Z')
    expect(idsIn((await admin.get(`/scheduled_events?group=${shownGroup()}`)).body)).toEqual([id])
    for (const api of [member, owner]) {
      const { status, body } = await api.get(`/scheduled_events?group=${shownGroup()}`)
      expect([status, body]).toEqual([403, denied('You do not have permission')])
    }
  })

  const shownGroup = () => admin.uri(`/groups/${group.id}`)

  it('have subscriptions, as the organization has', async () => {
    const ask = (api: Calendly, more: object) =>
      api.post('/webhook_subscriptions', {
        url: `https://receiver.example/${Math.random()}`,
        events: ['invitee.created'],
        organization,
        ...more,
      })
    const ofGroup = await ask(admin, { scope: 'group', group: shownGroup() })
    expect(at(ofGroup.body, 'resource')).toMatchObject({
      scope: 'group',
      group: shownGroup(),
      organization,
      user: null,
    })
    const ofAll = await ask(admin, { scope: 'organization', user: admin.user })
    expect(at(ofAll.body, 'resource')).toMatchObject({
      scope: 'organization',
      group: null,
      organization,
    })
    expect((await ask(member, { scope: 'user', user: member.user })).status).toBe(201)
    for (const more of [{ scope: 'organization' }, { scope: 'group', group: shownGroup() }]) {
      expect(await ask(member, more)).toMatchObject({
        status: 403,
        body: denied('You do not have permission'),
      })
    }
    expect((await ask(owner, { scope: 'group', group: shownGroup() })).status).toBe(403)
    expect((await ask(admin, { scope: 'group' })).status).toBe(422)

    const list = async (api: Calendly, query: string) =>
      idsIn((await api.get(`/webhook_subscriptions?organization=${organization}&${query}`)).body)
    expect(await list(admin, `scope=group&group=${shownGroup()}`)).toEqual(
      idsIn({ collection: [at(ofGroup.body, 'resource')] }),
    )
    expect(await list(admin, 'scope=organization')).toEqual(
      idsIn({ collection: [at(ofAll.body, 'resource')] }),
    )
    expect(await list(owner, 'scope=organization')).toEqual([])
    expect((await admin.get('/webhook_subscriptions?scope=group')).body).toEqual(
      invalid({ parameter: 'group', message: 'is missing' }),
    )
    expect((await member.get('/webhook_subscriptions?scope=organization')).status).toBe(403)
    const sample = '/sample_webhook_data?event=invitee.created&scope=group&group='
    expect((await admin.get(`${sample}${shownGroup()}`)).status).toBe(200)
    expect((await member.get(`${sample}${shownGroup()}`)).status).toBe(403)
    expect((await owner.delete(pathOf(textAt(ofAll.body, 'resource.uri')))).status).toBe(404)
    expect((await admin.delete(pathOf(textAt(ofAll.body, 'resource.uri')))).status).toBe(204)
  })

  it('and the organization tell a subscription of each event of theirs once', async () => {
    const eventType = await givenTeamEventType(ann, team, 'COLLECTIVE', [ben, cleo], {
      slug: 'told',
    })
    const own = await givenEventType(ben, { slug: 'told' })
    await admin.post('/webhook_subscriptions', {
      url: 'https://receiver.example/all',
      events: ['invitee.created'],
      organization,
      scope: 'organization',
    })
    await givenBooking(world.visitor, eventType, '2026-03-05T10:00:00Z')
    await givenBooking(world.visitor, own, '2026-03-05T11:00:00Z')
    const hooks = await ben.run(`{ hooks(first: 1) { edges { node { id url } } } }`)
    expect(at(hooks, 'hooks.edges.0.node.url')).toBe('https://receiver.example/all')
    const log = await ben.run(
      'query ($filter: DeliveryFilter) { deliveries(filter: $filter) { totalCount } }',
      {
        filter: { hookId: textAt(hooks, 'hooks.edges.0.node.id') },
      },
    )
    expect(at(log, 'deliveries.totalCount')).toBe(2)
  })
})
