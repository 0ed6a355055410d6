// Calendly v2: values that come back as they were sent, filters, and subscriptions of an
// organization of one.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { givenReceiver, type Receiver } from '../../helpers/receiver.ts'
import { givenTeamEventType } from '../../helpers/teams.ts'
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
import { type Calendly, givenCalendly, idAt, idsIn } from './calendly.ts'

let world: World
let host: GivenHost
let api: Calendly
let receiver: Receiver

beforeAll(async () => {
  world = await givenWorld()
  receiver = await givenReceiver()
})
afterAll(async () => {
  await receiver.close()
  await world.end()
})
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  api = await givenCalendly(world, host)
})

it('answers first_name and last_name as they were sent', async () => {
  const eventType = await givenEventType(host)
  const sent: [invitee: Record<string, string>, shown: Record<string, unknown>][] = [
    [
      { first_name: 'Ada', last_name: 'Byron' },
      { name: 'Ada Byron', first_name: 'Ada', last_name: 'Byron' },
    ],
    [{ first_name: 'Ada' }, { name: 'Ada', first_name: 'Ada', last_name: null }],
    [{ name: 'Ada Byron' }, { name: 'Ada Byron', first_name: null, last_name: null }],
  ]
  for (const [index, [invitee, shown]] of sent.entries()) {
    const { status, body } = await api.post('/invitees', {
      event_type: api.uri(`/event_types/${eventType}`),
      start_time: `2026-03-03T${9 + index < 10 ? '0' : ''}${9 + index}:00:00Z`,
      invitee: { ...invitee, email: 'ada@example.org', timezone: 'UTC' },
    })
    expect([status, at(body, 'resource')]).toMatchObject([201, shown])
    const uri = textAt(body, 'resource.uri').slice(world.url.length)
    expect(at((await api.get(uri)).body, 'resource')).toMatchObject(shown)
  }
})

it('has an object as the data of a conference with a link', async () => {
  const eventType = await givenEventType(host, {
    locations: [{ kind: 'VIDEO', provider: 'zoom', url: 'https://zoom.example/j/1' }],
  })
  const { id } = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
  expect(at((await api.get(`/scheduled_events/${id}`)).body, 'resource.location')).toEqual({
    type: 'zoom_conference',
    status: 'pushed',
    join_url: 'https://zoom.example/j/1',
    data: {},
  })
})

it('leaves one-off event types out of the list, and answers each', async () => {
  const eventType = await givenEventType(host)
  const { body } = await api.post('/one_off_event_types', {
    name: 'Once',
    host: api.user,
    duration: 15,
    date_setting: { type: 'days_in_future', days: 5 },
  })
  expect(idsIn((await api.get('/event_types')).body)).toEqual([eventType])
  expect((await api.get(textAt(body, 'resource.uri').slice(world.url.length))).status).toBe(200)
})

it('filters the activity log by lists with commas and with brackets, and by actor', async () => {
  await givenEventType(host)
  await host.run('mutation { createSchedule(input: { name: "Late" }) { schedule { id } } }')
  const names = async (query: string) =>
    listAt((await api.get(`/activity_log_entries?${query}`)).body, 'collection').map(each =>
      textAt(each, 'namespace'),
    )
  expect(await names('namespace[]=EventType')).toEqual(['EventType'])
  expect(
    (await names('namespace[]=EventType&namespace[]=AvailabilitySchedule')).toSorted(),
  ).toEqual(['AvailabilitySchedule', 'EventType'])
  expect((await names('namespace=EventType,AvailabilitySchedule')).length).toBe(2)
  expect(await names(`actor[]=${api.user}`)).toEqual(['AvailabilitySchedule'])
  expect(await names(`actor=${api.uri('/users/nobody')}`)).toEqual([])
  const { body } = await api.get(`/activity_log_entries?actor=${api.user}`)
  expect(at(body, 'collection.0.actor')).toMatchObject({ type: 'User', uri: api.user })
  const first = await api.get(
    '/activity_log_entries?namespace[]=EventType&namespace[]=AvailabilitySchedule&count=1',
  )
  const next = textAt(first.body, 'pagination.next_page').slice(world.url.length)
  expect(listAt((await api.get(next)).body, 'collection')).toHaveLength(1)
})

it('says which characters a signing key may have', async () => {
  const answer = await api.post('/webhook_subscriptions', {
    url: receiver.url,
    events: ['invitee.created'],
    signing_key: 'schlüsselß1',
  })
  expect(answer).toMatchObject({
    status: 422,
    body: {
      details: [{ parameter: 'signing_key', message: expect.stringContaining('printable ASCII') }],
    },
  })
})

it('keeps a subscription of an organization of one when its first invitation makes a team', async () => {
  const subscribe = () =>
    api.post('/webhook_subscriptions', {
      url: `${receiver.url}/${host.id}`,
      events: ['invitee.created'],
      organization: api.organization,
      scope: 'organization',
    })
  const made = await subscribe()
  const uri = textAt(made.body, 'resource.uri')
  const invited = await api.post(`${api.organization.slice(world.url.length)}/invitations`, {
    email: 'newcomer@example.org',
  })
  const organization = textAt(invited.body, 'resource.organization')
  expect(
    (await api.get(`/webhook_subscriptions?organization=${organization}&scope=organization`)).body,
  ).toMatchObject({
    collection: [{ uri, organization, scope: 'organization' }],
  })
  expect((await subscribe()).status).toBe(409)

  const team = { id: idAt(organization), slug: '' }
  const ofTeam = await givenTeamEventType(host, team, 'COLLECTIVE', [host])
  await givenBooking(world.visitor, ofTeam, '2026-03-03T09:00:00Z')
  await givenBooking(
    world.visitor,
    await givenEventType(host, { slug: 'own' }),
    '2026-03-03T10:00:00Z',
  )
  const events = await receiver.take(2)
  expect(events.map(({ json }) => at(json, 'event'))).toEqual([
    'invitee.created',
    'invitee.created',
  ])
  expect(await receiver.more(500)).toEqual([])
})
