// What Calendly shows of teams: their event types by URI, and bookings to all who attend.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GivenTeam, givenTeamEventType, givenTeamOf } from '../../helpers/teams.ts'
import {
  type GivenHost,
  givenBooking,
  givenHost,
  givenWorld,
  MONDAY,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { type Calendly, givenCalendly, idsIn, notFound } from './calendly.ts'

let world: World
let ann: GivenHost
let ben: GivenHost
let team: GivenTeam
let api: Calendly
let others: Calendly

const RANGE = 'start_time=2026-03-03T09:00:00Z&end_time=2026-03-03T09:30:00Z'

beforeAll(async () => {
  world = await givenWorld()
  world.clock.set(MONDAY)
  ann = await givenHost(world, { name: 'Ann' })
  ben = await givenHost(world, { name: 'Ben' })
  team = await givenTeamOf(ann, ben)
  api = await givenCalendly(world, ben)
  others = await givenCalendly(world, await givenHost(world))
})
afterAll(() => world.end())

it('an event type of a team names the team and how it pools its hosts, to members alone', async () => {
  const together = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben], { name: 'Both' })
  const robin = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann, ben], { name: 'Either' })
  const profile = { type: 'Team', name: 'Support', owner: api.uri(`/teams/${team.id}`) }
  expect(await api.get(`/event_types/${together}`)).toMatchObject({
    status: 200,
    body: {
      resource: {
        kind: 'solo',
        pooling_type: 'collective',
        kind_description: 'Collective',
        profile,
      },
    },
  })
  expect(await api.get(`/event_types/${robin}`)).toMatchObject({
    body: {
      resource: {
        pooling_type: 'round_robin',
        kind_description: 'Round Robin',
        profile,
        locale: 'en',
      },
    },
  })
  expect(await others.get(`/event_types/${robin}`)).toMatchObject({ status: 404, body: notFound })
})

it('its times are there for members, who book them for somebody and make links for others', async () => {
  const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben], { name: 'Times' })
  const uri = api.uri(`/event_types/${id}`)
  const times = `/event_type_available_times?event_type=${uri}&${RANGE}`
  expect(await api.get(times)).toMatchObject({
    body: { collection: [{ start_time: '2026-03-03T09:00:00.000000Z', invitees_remaining: 1 }] },
  })
  expect(await others.get(times)).toMatchObject({ status: 404, body: notFound })

  const invitee = { name: 'Zoe', email: 'zoe@example.org', timezone: 'Europe/Paris' }
  const wanted = { event_type: uri, start_time: '2026-03-03T09:00:00Z', invitee }
  expect(await others.post('/invitees', wanted)).toMatchObject({ status: 404, body: notFound })
  expect((await api.post('/invitees', wanted)).status).toBe(201)
  expect(await api.get(times)).toMatchObject({ body: { collection: [] } })

  const link = { max_event_count: 1, owner: uri, owner_type: 'EventType' }
  expect(await api.post('/scheduling_links', link)).toMatchObject({
    status: 201,
    body: { resource: { owner: uri } },
  })
})

it('an event has a membership for each who attends, and is in the list of each, with its invitees', async () => {
  const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben], { name: 'Event' })
  const booked = await givenBooking(world.visitor, id, '2026-03-04T09:00:00Z')
  const event = `/scheduled_events/${booked.id}`
  const { body } = await api.get(event)
  expect(body).toMatchObject({
    resource: {
      event_type: api.uri(`/event_types/${id}`),
      event_memberships: [{ user_name: 'Ann' }, { user: api.user }],
    },
  })
  const listed = await api.get(
    `/scheduled_events?user=${api.user}&min_start_time=2026-03-04T00:00:00Z`,
  )
  expect(idsIn(listed.body)).toEqual([booked.id])
  expect(idsIn((await api.get(`${event}/invitees`)).body)).toEqual([booked.inviteeId])
  expect((await api.get(`${event}/invitees/${booked.inviteeId}`)).status).toBe(200)
  const cancelled = await api.post(`${event}/cancellation`, { reason: 'Ill' })
  expect(textAt(cancelled.body, 'resource.canceled_by')).toBe('Ben')
})
