import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { cancel, move, who } from '../../helpers/bookings.ts'
import type { Receiver } from '../../helpers/receiver.ts'
import {
  CHANGE_MEMBER,
  type GivenTeam,
  givenMember,
  givenTeam,
  givenTeamEventType,
  LEAVE_TEAM,
  REASSIGN,
} from '../../helpers/teams.ts'
import {
  at,
  type Client,
  type Data,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { changeHook, deliveriesOf, givenHook, receiverThat, turnOf } from './given.ts'

let world: World
let ann: GivenHost
let ben: GivenHost
let cleo: GivenHost
let team: GivenTeam
let annsPlace: string
let receiver: Receiver

beforeAll(async () => {
  world = await givenWorld()
})
// Ann is an admin of the team, Ben a member, Cleo its owner.
beforeEach(async () => {
  ann = await givenHost(world, { name: 'Ann' })
  ben = await givenHost(world, { name: 'Ben' })
  cleo = await givenHost(world, { name: 'Cleo' })
  team = await givenTeam(cleo)
  annsPlace = await givenMember(cleo, team, ann, 'ADMIN')
  await givenMember(cleo, team, ben)
  receiver = await receiverThat()
})
afterAll(() => world.end())

const TEN = '2026-03-03T10:00:00.000Z'
const ELEVEN = '2026-03-03T11:00:00.000Z'
const ALL = [
  'BOOKING_CREATED',
  'BOOKING_CANCELLED',
  'BOOKING_RESCHEDULED',
  'BOOKING_REASSIGNED',
  'CONTACT_CREATED',
]
const CREATE = 'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }'
const hookFor = (input: Data) => ({ input: { url: receiver.url, events: ALL, ...input } })

const book = (eventType: string, start = TEN, name = 'Guest') =>
  givenBooking(world.visitor, eventType, start, who(name))

/** What the receiver was told so far, once it was told so much. */
async function told(count: number): Promise<string[]> {
  await vi.waitFor(() => expect(receiver.all.length).toBeGreaterThanOrEqual(count), {
    timeout: 10_000,
  })
  return receiver.all.map(({ json }) => textAt(json, 'type'))
}

async function idsOf(host: Client, filter: Data): Promise<string[]> {
  const found = await host.run(
    'query ($teamId: ID, $eventTypeId: ID) { hooks(teamId: $teamId, eventTypeId: $eventTypeId) { edges { node { id } } } }',
    filter,
  )
  return listAt(found, 'hooks.edges').map(edge => textAt(edge, 'node.id'))
}

describe('a hook of a team', () => {
  it('is told of every booking of the team once, whoever attends it', async () => {
    const together = await givenTeamEventType(cleo, team, 'COLLECTIVE', [ben, cleo, ann])
    const alone = await givenTeamEventType(cleo, team, 'ROUND_ROBIN', [ben], { slug: 'alone' })
    const hook = await givenHook(ann, { url: receiver.url, events: ALL, teamId: team.id })
    const booked = await book(together)
    await book(alone, ELEVEN)
    await cancel(ben, { id: booked.id })

    expect((await told(3)).sort()).toEqual([
      'booking.cancelled',
      'booking.created',
      'booking.created',
    ])
    await turnOf(world, hook)
    expect(receiver.all).toHaveLength(3)
  })

  it('is told what an admin of the team may know of a booking, the links of invitees too', async () => {
    const eventType = await givenTeamEventType(cleo, team, 'ROUND_ROBIN', [ben])
    await givenHook(ann, { url: receiver.url, dialect: 'CALENDLY', teamId: team.id })
    const { token } = await book(eventType)
    const { json } = await receiver.next()
    expect(textAt(json, 'payload.cancel_url')).toContain(token)
    expect(textAt(json, 'payload.scheduled_event.event_memberships.0.user_name')).toBe('Ben')
  })

  it('is told of moves and of who takes a booking over', async () => {
    const eventType = await givenTeamEventType(cleo, team, 'ROUND_ROBIN', [ben, cleo])
    await givenHook(ann, { url: receiver.url, events: ALL, teamId: team.id })
    const booked = await book(eventType)
    const moved = await move(cleo, { id: booked.id, start: ELEVEN })
    await cleo.run(REASSIGN, { input: { id: moved.id } })
    expect(await told(3)).toEqual(['booking.created', 'booking.rescheduled', 'booking.reassigned'])
  })

  it('is told nothing else of those who are in the team, not even of its owner', async () => {
    const own = await givenEventType(ann)
    const bens = await givenEventType(ben)
    const ofTeam = await givenTeamEventType(cleo, team, 'ROUND_ROBIN', [ben])
    await givenHook(ann, { url: receiver.url, events: ALL, teamId: team.id })
    await book(own)
    await book(bens, ELEVEN)
    await book(ofTeam)
    const [first] = await Promise.all([receiver.next(), told(1)])
    expect(at(first.json, 'data.booking.eventType.id') ?? JSON.stringify(first.json)).toContain(
      ofTeam,
    )
    expect(receiver.all).toHaveLength(1)
  })

  it('with its own is told of all that happens to its owner too, each once', async () => {
    const own = await givenEventType(ann)
    const together = await givenTeamEventType(cleo, team, 'COLLECTIVE', [ben, ann])
    const hook = await givenHook(ann, {
      url: receiver.url,
      events: ALL,
      teamId: team.id,
      withOwn: true,
    })
    await book(own, TEN, 'Dora')
    await book(together, ELEVEN, 'Emil')
    // Emil is a contact of Ann or of Ben, whoever is the host.
    const types = await told(3)
    await turnOf(world, hook)
    expect(types.filter(type => type === 'booking.created')).toHaveLength(2)
    expect(await idsOf(cleo, { teamId: team.id })).toEqual([])
    expect(
      await cleo.codeOf(
        'mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }',
        { id: hook.id },
      ),
    ).toBe('NOT_FOUND')
  })

  it('is made by admins alone', async () => {
    expect(await ben.codeOf(CREATE, hookFor({ teamId: team.id }))).toBe('FORBIDDEN')
    const stranger = await givenHost(world)
    expect(await stranger.codeOf(CREATE, hookFor({ teamId: team.id }))).toBe('NOT_FOUND')
    const eventType = await givenEventType(ann)
    expect(await ann.codeOf(CREATE, hookFor({ teamId: team.id, eventTypeId: eventType }))).toBe(
      'INVALID_INPUT',
    )
    expect(await ann.codeOf(CREATE, hookFor({ withOwn: true }))).toBe('INVALID_INPUT')
  })

  it('is managed by all admins of the team, with its deliveries, and by no member', async () => {
    const eventType = await givenTeamEventType(cleo, team, 'ROUND_ROBIN', [ben])
    const hook = await givenHook(ann, { url: receiver.url, events: ALL, teamId: team.id })
    await book(eventType)
    await receiver.next()

    expect(await idsOf(cleo, { teamId: team.id })).toEqual([hook.id])
    expect(await idsOf(cleo, {})).toEqual([])
    expect(await idsOf(ben, { teamId: team.id })).toEqual([])
    const [delivery] = await deliveriesOf(cleo, hook.id)
    expect(delivery?.event).not.toBeNull()
    await cleo.run(
      'mutation ($id: ID!) { replayDelivery(input: { id: $id }) { delivery { id } } }',
      {
        id: delivery?.id,
      },
    )
    await told(2)
    await cleo.run(
      'mutation ($id: ID!) { sendTestEvent(input: { hookId: $id }) { delivery { id } } }',
      { id: hook.id },
    )
    await told(3)
    await changeHook(cleo, hook.id, { isActive: false })
    for (const mutation of [
      'replayDelivery(input: { id: $id }) { delivery { id } }',
      'deleteHook(input: { id: $id }) { deletedId }',
    ]) {
      const id = mutation.startsWith('replay') ? delivery?.id : hook.id
      expect(await ben.codeOf(`mutation ($id: ID!) { ${mutation} }`, { id })).toBe('NOT_FOUND')
    }
    await cleo.run('mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }', {
      id: hook.id,
    })
    expect(await idsOf(ann, { teamId: team.id })).toEqual([])
  })

  it.each([
    ['leaves the team', async () => ann.run(LEAVE_TEAM, { id: team.id })],
    [
      'is made a member',
      async () => cleo.run(CHANGE_MEMBER, { input: { id: annsPlace, role: 'MEMBER' } }),
    ],
  ])(
    'ends when its owner %s, and the booking that comes then is made all the same',
    async (_how, lose) => {
      const eventType = await givenTeamEventType(cleo, team, 'ROUND_ROBIN', [ben])
      const hook = await givenHook(ann, { url: receiver.url, events: ALL, teamId: team.id })
      const ofType = await givenHook(ann, {
        url: receiver.url,
        events: ALL,
        eventTypeId: eventType,
      })
      await Promise.all([lose(), book(eventType)])
      await book(eventType, ELEVEN)
      for (const id of [hook.id, ofType.id]) {
        expect(await ann.run('query ($id: ID!) { hook(id: $id) { id } }', { id })).toEqual({
          hook: null,
        })
      }
      expect(
        receiver.all.filter(({ json }) => JSON.stringify(json).includes(ELEVEN.slice(0, 16))),
      ).toEqual([])
    },
  )

  it('reads events of the team for admins alone', async () => {
    const eventType = await givenTeamEventType(cleo, team, 'ROUND_ROBIN', [ben])
    await book(eventType)
    const log = await ben.run('{ pastEvents(types: [BOOKING_CREATED]) { edges { node { id } } } }')
    const ids = listAt(log, 'pastEvents.edges').map(edge => textAt(edge, 'node.id'))
    const EVENTS = 'query ($ids: [ID!]!) { events(ids: $ids) { id } }'
    expect(await ann.run(EVENTS, { ids })).toEqual({ events: ids.map(id => ({ id })) })
    const member = await givenHost(world)
    await givenMember(cleo, team, member)
    expect(await member.run(EVENTS, { ids })).toEqual({ events: [] })
  })
})

describe('a hook of an event type', () => {
  it('is told of its bookings alone', async () => {
    const [one, other] = [await givenEventType(ann), await givenEventType(ann, { slug: 'other' })]
    const hook = await givenHook(ann, { url: receiver.url, events: ALL, eventTypeId: one })
    await book(other)
    await book(one, ELEVEN)
    expect(await told(1)).toEqual(['booking.created'])
    expect(JSON.stringify(receiver.all[0]?.json)).toContain(one)
    expect(await idsOf(ann, { eventTypeId: one })).toEqual([hook.id])
    expect(await idsOf(ann, { eventTypeId: other })).toEqual([])
  })

  it('of a team is told once of a booking that several attend', async () => {
    const together = await givenTeamEventType(cleo, team, 'COLLECTIVE', [ben, cleo, ann])
    const hook = await givenHook(ann, { url: receiver.url, events: ALL, eventTypeId: together })
    await book(together)
    await told(1)
    await turnOf(world, hook)
    expect(receiver.all).toHaveLength(1)
    expect(await idsOf(cleo, { eventTypeId: together })).toEqual([hook.id])
    expect(await ben.codeOf(CREATE, hookFor({ eventTypeId: together }))).toBe('FORBIDDEN')
    expect(await ben.codeOf(CREATE, hookFor({ eventTypeId: await givenEventType(ann) }))).toBe(
      'NOT_FOUND',
    )
  })
})
