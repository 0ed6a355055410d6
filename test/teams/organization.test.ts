// What the owners and admins of an organization read of its members, and who does not.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenReceiver, type Receiver } from '../helpers/receiver.ts'
import {
  ANSWER,
  answerTo,
  type GivenTeam,
  givenMember,
  givenTeam,
  invite,
  LEAVE_TEAM,
} from '../helpers/teams.ts'
import {
  at,
  type Client,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  MONDAY,
  textAt,
  type World,
} from '../helpers/world.ts'
import { givenCalendly, idsIn } from '../rest-compat/calendly/calendly.ts'

let world: World
let receiver: Receiver
// Ann owns the organization of Cleo, Ben is an admin of it, Dan a member. Eve is an admin of
// another team of Cleo's.
let ann: GivenHost
let ben: GivenHost
let cleo: GivenHost
let dan: GivenHost
let eve: GivenHost
let team: GivenTeam
let other: GivenTeam
let eventType: string
let booking: { id: string; inviteeId: string }

const BOOKINGS = `query ($teamId: ID!, $user: ID) {
  bookings(teamId: $teamId, attendedBy: $user, withMembers: true) { totalCount edges { node { id } } }
}`
const EVENT_TYPES = `query ($teamId: ID!) { eventTypes(teamId: $teamId, withMembers: true) { edges { node { id } } } }`
const BUSY = `query ($user: ID!) {
  busyTimes(userId: $user, start: "2026-03-03T00:00:00Z", end: "2026-03-05T00:00:00Z") { start bookingId }
}`
const SCHEDULES = 'query ($user: ID!) { schedules(userId: $user) { id } }'
const ONE = `query ($booking: ID!, $eventType: ID!, $schedule: ID!, $invitee: ID!) {
  booking(id: $booking) { id invitees { email linkToken } }
  eventType(id: $eventType) { id bookingLinks { totalCount } }
  schedule(id: $schedule) { id }
  node(id: $schedule) { id }
  invitee(id: $invitee) { email linkToken }
  inviteesByIds(ids: [$invitee]) { email }
}`
const CREATE_HOOK =
  'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id withMembers } } }'

beforeAll(async () => {
  world = await givenWorld()
  world.clock.set(MONDAY)
  receiver = await givenReceiver()
  ann = await givenHost(world, { name: 'Ann' })
  ben = await givenHost(world, { name: 'Ben' })
  cleo = await givenHost(world, { name: 'Cleo' })
  dan = await givenHost(world, { name: 'Dan' })
  eve = await givenHost(world, { name: 'Eve' })
  team = await givenTeam(ann)
  await givenMember(ann, team, ben, 'ADMIN')
  await givenMember(ann, team, cleo)
  await givenMember(ann, team, dan)
  world.clock.forward(1)
  other = await givenTeam(eve, { name: 'Sales' })
  await givenMember(eve, other, cleo)
  eventType = await givenEventType(cleo)
  const made = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
  booking = { id: made.id, inviteeId: made.inviteeId }
})
afterAll(async () => {
  await receiver.close()
  await world.end()
})

const idsAt = (data: unknown, path: string) =>
  listAt(data, path).map(each => textAt(each, 'node.id'))
const scheduleOf = async (host: Client) =>
  textAt(await host.run('{ schedules { id } }'), 'schedules.0.id')
const named = async () => ({
  booking: booking.id,
  eventType,
  schedule: await scheduleOf(cleo),
  invitee: booking.inviteeId,
})

describe('an owner or admin of the organization', () => {
  it("reads a member's own bookings, event types, busy times and schedules", async () => {
    for (const admin of [ann, ben]) {
      expect(idsAt(await admin.run(BOOKINGS, { teamId: team.id }), 'bookings.edges')).toEqual([
        booking.id,
      ])
      expect(await admin.run(BOOKINGS, { teamId: team.id, user: cleo.id })).toMatchObject({
        bookings: { totalCount: 1 },
      })
      expect(await admin.run(BOOKINGS, { teamId: team.id, user: dan.id })).toMatchObject({
        bookings: { totalCount: 0 },
      })
      expect(idsAt(await admin.run(EVENT_TYPES, { teamId: team.id }), 'eventTypes.edges')).toEqual([
        eventType,
      ])
      expect(await admin.run(BUSY, { user: cleo.id })).toMatchObject({
        busyTimes: [{ bookingId: booking.id }],
      })
      expect(listAt(await admin.run(SCHEDULES, { user: cleo.id }), 'schedules')).toHaveLength(1)
      expect(await admin.run(ONE, await named())).toMatchObject({
        // The link of the invitee would let them change the booking.
        booking: { id: booking.id, invitees: [{ email: expect.any(String), linkToken: null }] },
        eventType: { id: eventType, bookingLinks: null },
        schedule: { id: expect.any(String) },
        node: { id: expect.any(String) },
        invitee: { linkToken: null },
        inviteesByIds: [{}],
      })
    }
  })

  it('changes nothing of it', async () => {
    const acts: [string, Record<string, unknown>][] = [
      [
        'mutation ($id: ID!) { cancelBooking(input: { id: $id }) { booking { id } } }',
        { id: booking.id },
      ],
      [
        'mutation ($id: ID!) { rescheduleBooking(input: { id: $id, start: "2026-03-03T10:00:00Z" }) { booking { id } } }',
        { id: booking.id },
      ],
      [
        'mutation ($id: ID!) { updateEventType(input: { id: $id, name: "Mine" }) { eventType { id } } }',
        { id: eventType },
      ],
      [
        'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id } } }',
        { id: eventType },
      ],
      [
        'mutation ($id: ID!) { createBookingLink(input: { eventTypeId: $id }) { link { url } } }',
        { id: eventType },
      ],
      [
        'mutation ($id: ID!) { deleteSchedule(input: { id: $id }) { id: deletedId } }',
        { id: await scheduleOf(cleo) },
      ],
      [
        'mutation ($id: ID!) { updateSchedule(input: { id: $id, name: "Mine" }) { schedule { id } } }',
        { id: await scheduleOf(cleo) },
      ],
      [
        'mutation ($id: ID!) { markNoShow(input: { inviteeId: $id }) { booking { id } } }',
        { id: booking.inviteeId },
      ],
    ]
    for (const [query, variables] of acts)
      expect(await ben.codeOf(query, variables), query).toBe('NOT_FOUND')
  })
})

describe('anybody else', () => {
  it('reads nothing of it: a member, an admin of another team of the account, a stranger', async () => {
    const stranger = await givenHost(world)
    for (const someone of [dan, eve, stranger]) {
      expect(await someone.codeOf(BOOKINGS, { teamId: team.id })).toMatch(/FORBIDDEN|NOT_FOUND/)
      expect(await someone.codeOf(EVENT_TYPES, { teamId: team.id })).toMatch(/FORBIDDEN|NOT_FOUND/)
      expect(await someone.codeOf(BUSY, { user: cleo.id })).toBe('NOT_FOUND')
      expect(await someone.codeOf(SCHEDULES, { user: cleo.id })).toBe('NOT_FOUND')
      expect(await someone.run(ONE, await named())).toEqual({
        booking: null,
        eventType: null,
        schedule: null,
        node: null,
        invitee: null,
        inviteesByIds: [],
      })
      const hook = {
        url: receiver.url,
        events: ['BOOKING_CREATED'],
        teamId: team.id,
        withMembers: true,
      }
      expect(await someone.codeOf(CREATE_HOOK, { input: hook })).toMatch(/FORBIDDEN|NOT_FOUND/)
    }
    // Eve sees what is of her own team alone.
    expect(await eve.run(BOOKINGS, { teamId: other.id })).toMatchObject({
      bookings: { totalCount: 0 },
    })
    expect(await eve.run(EVENT_TYPES, { teamId: other.id })).toMatchObject({
      eventTypes: { edges: [] },
    })
    expect(await eve.run(BOOKINGS, { teamId: other.id, user: cleo.id })).toMatchObject({
      bookings: { totalCount: 0 },
    })
  })
})

it('is told to who is invited, before the answer', async () => {
  const newcomer = await givenHost(world)
  await invite(ann, team, newcomer.email)
  const data = await newcomer.run('{ receivedInvitations(first: 1) { edges { node { notice } } } }')
  expect(textAt(data, 'receivedInvitations.edges.0.node.notice')).toMatch(
    /admins can then read your bookings/,
  )
  expect(await newcomer.codeOf(BOOKINGS, { teamId: team.id })).toBe('NOT_FOUND')
})

describe('over Calendly', () => {
  it("an owner lists a member's events, event types, busy times and schedules; a member does not", async () => {
    const owner = await givenCalendly(world, ann)
    const member = await givenCalendly(world, dan)
    const organization = owner.uri(`/organizations/${team.id}`)
    const user = owner.uri(`/users/${cleo.id}`)
    for (const query of [
      `organization=${organization}`,
      `organization=${organization}&user=${user}`,
    ]) {
      expect(idsIn((await owner.get(`/scheduled_events?${query}`)).body)).toEqual([booking.id])
      expect(idsIn((await owner.get(`/event_types?${query}`)).body)).toEqual([eventType])
      expect((await member.get(`/scheduled_events?${query}`)).status).toBe(403)
    }
    expect(idsIn((await member.get(`/event_types?organization=${organization}`)).body)).toEqual([])
    expect((await owner.get(`/scheduled_events/${booking.id}`)).status).toBe(200)
    expect((await owner.get(`/scheduled_events/${booking.id}/invitees`)).status).toBe(200)
    expect((await member.get(`/scheduled_events/${booking.id}`)).status).toBe(404)
    const range = 'start_time=2026-03-03T00:00:00Z&end_time=2026-03-05T00:00:00Z'
    for (const path of [
      `/user_busy_times?user=${user}&${range}`,
      `/user_availability_schedules?user=${user}`,
    ]) {
      expect(await owner.get(path)).toMatchObject({ status: 200, body: { collection: [{}] } })
      expect((await member.get(path)).status).toBe(403)
    }
    const schedule = at(
      (await owner.get(`/user_availability_schedules?user=${user}`)).body,
      'collection.0',
    )
    expect(schedule).toMatchObject({ user })
    const path = textAt(schedule, 'uri').slice(world.url.length)
    expect((await owner.get(path)).body).toEqual({ resource: schedule })
    expect((await member.get(path)).status).toBe(404)
  })
})

it('ends when the account leaves: reading, deliveries, those that wait, and those that would be sent again', async () => {
  const owner = await givenCalendly(world, ann)
  const made = await owner.post('/webhook_subscriptions', {
    url: receiver.url,
    events: ['invitee.created', 'event_type.updated'],
    organization: owner.uri(`/organizations/${team.id}`),
    scope: 'organization',
  })
  expect(made.status).toBe(201)
  await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
  expect((await receiver.next()).json).toMatchObject({
    event: 'invitee.created',
    payload: { scheduled_event: { event_memberships: [{ user: owner.uri(`/users/${cleo.id}`) }] } },
  })
  await cleo.run(
    'mutation ($id: ID!) { updateEventType(input: { id: $id, name: "New" }) { eventType { id } } }',
    {
      id: eventType,
    },
  )
  expect((await receiver.next()).json).toMatchObject({
    event: 'event_type.updated',
    payload: { name: 'New' },
  })
  // One waits for its retry.
  receiver.answer(500)
  await givenBooking(world.visitor, eventType, '2026-03-03T11:00:00Z')
  await receiver.next()
  receiver.answer(200)

  await cleo.run(LEAVE_TEAM, { id: team.id })
  await givenBooking(world.visitor, eventType, '2026-03-03T12:00:00Z')
  world.clock.forward(5)
  await ann.run(
    `mutation ($input: ReplayFailedInput!) { replayFailedDeliveries(input: $input) { count } }`,
    {
      input: { hookId: idsOf(made.body), since: MONDAY },
    },
  )
  expect(await receiver.more(1_500)).toEqual([])
  expect(await ann.codeOf(BUSY, { user: cleo.id })).toBe('NOT_FOUND')
  expect(await ann.run(ONE, await named())).toMatchObject({
    booking: null,
    eventType: null,
    schedule: null,
  })
  expect(await ann.run(BOOKINGS, { teamId: team.id })).toMatchObject({
    bookings: { totalCount: 0 },
  })
  // Her organization is the other team now.
  expect(await eve.run(BOOKINGS, { teamId: other.id })).toMatchObject({
    bookings: { totalCount: 4 },
  })
  // Whoever comes back to it is in it as a further team.
  await invite(ann, team, cleo.email)
  await cleo.run(ANSWER, await answerTo(cleo, team))
  expect(await ann.run(BOOKINGS, { teamId: team.id })).toMatchObject({
    bookings: { totalCount: 0 },
  })
})

const idsOf = (body: unknown): string =>
  textAt(body, 'resource.uri').split('/').at(-1)?.replace('hk-', 'hk_') ?? ''
