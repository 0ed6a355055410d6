import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { edit, givenSchedule, startsOffered } from '../helpers/bookings.ts'
import {
  DELETE_TEAM,
  type GivenTeam,
  givenMember,
  givenTeamEventType,
  givenTeamOf,
  REMOVE_MEMBER,
} from '../helpers/teams.ts'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let ann: GivenHost
let ben: GivenHost
let cleo: GivenHost
let stranger: GivenHost
let team: GivenTeam
beforeAll(async () => {
  world = await givenWorld()
  world.clock.set('2026-03-02T08:00:00Z')
  ann = await givenHost(world)
  ben = await givenHost(world)
  cleo = await givenHost(world)
  stranger = await givenHost(world)
})
beforeEach(async () => {
  team = await givenTeamOf(ann, ben, cleo)
})
afterAll(() => world.end())

const DAY = '2026-03-03'
const open = (start: string, end: string) => ({
  timeZone: 'Europe/London',
  weekly: [{ weekday: 'TUESDAY', start, end }],
})
const CREATE =
  'mutation ($input: CreateEventTypeInput!) { createEventType(input: $input) { eventType { id } } }'
const SEE = `query ($id: ID!) { eventType(id: $id) {
  id name slug scheduling schedulingUrl metadata host { id: userId } team { id }
  hosts { user { id: userId } isFixed priority weight }
} }`
const basics = () => ({
  name: 'Together',
  durationMinutes: 30,
  teamId: team.id,
  scheduling: 'ROUND_ROBIN',
})

describe('an event type of a team', () => {
  it('is made by an admin, with hosts, and stands on the page of the team', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [
      { id: ben.id, isFixed: true },
      { id: cleo.id, priority: 4, weight: 50 },
    ])
    expect(at(await ben.run(SEE, { id }), 'eventType')).toEqual({
      id,
      name: 'Together',
      slug: 'together',
      scheduling: 'ROUND_ROBIN',
      schedulingUrl: `${world.url}/${team.slug}/together`,
      metadata: {},
      host: null,
      team: { id: team.id },
      hosts: [
        { user: { id: ben.id }, isFixed: true, priority: 2, weight: 100 },
        { user: { id: cleo.id }, isFixed: false, priority: 4, weight: 50 },
      ],
    })
    const page = await world.visitor.run(
      'query ($slug: String!) { bookingPage(slug: $slug) { eventTypes { edges { node { id metadata } } } } }',
      { slug: team.slug },
    )
    expect(at(page, 'bookingPage.eventTypes.edges')).toEqual([{ node: { id, metadata: null } }])
  })

  it('is found, offered and booked by the slugs of the team and its own', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ben])
    const ref = { page: team.slug, slug: 'together' }
    const found = await world.visitor.run(
      'query ($ref: EventTypeRef!) { publicEventType(ref: $ref) { id } }',
      { ref },
    )
    expect(textAt(found, 'publicEventType.id')).toBe(id)
    const days = await world.visitor.run(
      `query ($ref: EventTypeRef!) { slots(eventType: $ref, start: "${DAY}", end: "${DAY}") { slots { start } } }`,
      { ref },
    )
    const start = textAt(days, 'slots.0.slots.0.start')
    const booked = await givenBooking(world.visitor, id, start, { eventType: ref })
    expect(booked.id).toMatch(/^bk_/)
  })

  it('has one slug in its team, and any that its hosts have', async () => {
    const input = { ...basics(), slug: 'same' }
    await ann.run(CREATE, { input })
    expect(await ann.codeOf(CREATE, { input })).toBe('CONFLICT')
    await givenEventType(ann, { slug: `same` })
  })

  it('has members who have accepted as hosts, each once, with schedules of theirs', async () => {
    const waiting = await givenHost(world)
    const schedule = await givenSchedule(ben, open('09:00', '10:00'))
    const hosts = [
      { userId: waiting.id },
      { userId: stranger.id },
      { userId: ben.id, scheduleId: schedule },
      { userId: ben.id },
      { userId: cleo.id, scheduleId: schedule },
    ]
    const [error] = await ann.refused(CREATE, { input: { ...basics(), hosts } })
    expect(error?.extensions).toMatchObject({ code: 'INVALID_INPUT' })
    expect(error?.extensions?.fields?.map(({ path }) => path)).toEqual([
      'input.hosts.0.userId',
      'input.hosts.1.userId',
      'input.hosts.3.userId',
      'input.hosts.4.scheduleId',
    ])
  })

  it('says how it is scheduled, has one seat and no schedule of its own; one of a host has no hosts', async () => {
    const { scheduling: _, ...without } = basics()
    const schedule = await givenSchedule(ann, open('09:00', '10:00'))
    for (const input of [
      without,
      { ...basics(), seats: 2 },
      { ...basics(), scheduleId: schedule },
    ]) {
      expect(await ann.codeOf(CREATE, { input })).toBe('INVALID_INPUT')
    }
    const own = { name: 'Mine', durationMinutes: 30 }
    for (const extra of [{ scheduling: 'COLLECTIVE' }, { hosts: [{ userId: ann.id }] }]) {
      expect(await ann.codeOf(CREATE, { input: { ...own, ...extra } })).toBe('INVALID_INPUT')
    }
  })

  it('is changed and archived by admins; members see it, others do not know of it', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ben, cleo])
    const UPDATE =
      'mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { eventType { name } } }'
    const ARCHIVE =
      'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { archivedAt } } }'
    for (const [who, code] of [
      [ben, 'FORBIDDEN'],
      [stranger, 'NOT_FOUND'],
    ] as const) {
      expect(await who.codeOf(UPDATE, { input: { id, name: 'X' } })).toBe(code)
      expect(await who.codeOf(ARCHIVE, { id })).toBe(code)
      expect(await who.codeOf(CREATE, { input: basics() })).toBe(code)
    }
    expect(at(await stranger.run(SEE, { id }), 'eventType')).toBeNull()
    await ann.run(UPDATE, {
      input: { id, name: 'New name', scheduling: 'ROUND_ROBIN', hosts: [{ userId: cleo.id }] },
    })
    expect(at(await ben.run(SEE, { id }), 'eventType')).toMatchObject({
      name: 'New name',
      scheduling: 'ROUND_ROBIN',
      hosts: [{ user: { id: cleo.id } }],
    })
    await ann.run(ARCHIVE, { id })
    expect(
      at(
        await ben.run('query ($id: ID!) { team(id: $id) { eventTypes { totalCount } } }', {
          id: team.id,
        }),
        'team.eventTypes',
      ),
    ).toEqual({ totalCount: 0 })
  })

  it('is not among the event types of its hosts, but among those of its team', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann])
    const own = listAt(
      await ann.run('{ eventTypes(first: 100) { edges { node { id } } } }'),
      'eventTypes.edges',
    )
    expect(own.map(edge => textAt(edge, 'node.id'))).not.toContain(id)
    const LIST = 'query ($id: ID!) { team(id: $id) { eventTypes { edges { node { id } } } } }'
    expect(at(await ben.run(LIST, { id: team.id }), 'team.eventTypes.edges')).toEqual([
      { node: { id } },
    ])
  })

  it('loses a host who leaves the team', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ben, cleo])
    const found = await ann.run(
      'query ($id: ID!, $user: ID) { team(id: $id) { members(filter: { userId: $user }) { edges { node { id } } } } }',
      { id: team.id, user: ben.id },
    )
    await ann.run(REMOVE_MEMBER, { id: textAt(found, 'team.members.edges.0.node.id') })
    expect(at(await ann.run(SEE, { id }), 'eventType.hosts')).toMatchObject([
      { user: { id: cleo.id } },
    ])
  })

  it('is gone with its team, and its bookings stay with those who attend', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ben, cleo])
    const { id: bookingId } = await givenBooking(world.visitor, id, '2026-03-03T10:00:00Z')
    await ann.run(DELETE_TEAM, { id: team.id })
    expect(
      await world.visitor.run('query ($id: ID) { publicEventType(ref: { id: $id }) { id } }', {
        id,
      }),
    ).toEqual({
      publicEventType: null,
    })
    for (const host of [ben, cleo]) {
      const seen = await host.run('query ($id: ID) { booking(id: $id) { status } }', {
        id: bookingId,
      })
      expect(at(seen, 'booking.status')).toBe('CONFIRMED')
    }
    await ben.run('mutation ($id: ID) { cancelBooking(input: { id: $id }) { booking { id } } }', {
      id: bookingId,
    })
  })
})

describe('what a team offers', () => {
  /** Fresh hosts with hours of their own on a Tuesday. */
  async function givenHours(...hours: [string, string][]): Promise<GivenHost[]> {
    const hosts: GivenHost[] = []
    for (const [start, end] of hours) {
      const host = await givenHost(world)
      await host.run(
        'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { id } } }',
        {
          input: { name: 'Own', isDefault: true, ...open(start, end) },
        },
      )
      await givenMember(ann, team, host)
      hosts.push(host)
    }
    return hosts
  }
  const offered = (id: string) => startsOffered(world.visitor, id, DAY)

  it('collective: the starts at which all are free', async () => {
    const hosts = await givenHours(['09:00', '11:00'], ['10:00', '12:00'])
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', hosts)
    expect(await offered(id)).toEqual(['10:00', '10:30'])
    const [first] = hosts
    const own = await givenEventType(first ?? stranger)
    await givenBooking(world.visitor, own, '2026-03-03T10:30:00Z')
    expect(await offered(id)).toEqual(['10:00'])
  })

  it('round robin: those at which one is, and never two halves of two', async () => {
    const hosts = await givenHours(['09:00', '10:00'], ['10:00', '11:00'])
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', hosts)
    expect(await offered(id)).toEqual(['09:00', '09:30', '10:00', '10:30'])
    const long = await givenTeamEventType(ann, team, 'ROUND_ROBIN', hosts, {
      durationMinutes: 90,
      name: 'Long',
    })
    expect(await offered(long)).toEqual([])
  })

  it('round robin with a fixed host: those at which they and one other are free', async () => {
    const [fixed, early, late] = await givenHours(
      ['09:30', '11:30'],
      ['09:00', '10:00'],
      ['11:00', '12:00'],
    )
    if (fixed === undefined || early === undefined || late === undefined)
      throw new Error('there is nobody')
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [
      { ...fixed, isFixed: true },
      early,
      late,
    ])
    expect(await offered(id)).toEqual(['09:30', '11:00'])
  })

  it('follows the schedule that is named for a host, and nothing without hosts', async () => {
    const [host] = await givenHours(['09:00', '10:00'])
    if (host === undefined) throw new Error('there is nobody')
    const scheduleId = await givenSchedule(host, open('15:00', '16:00'))
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [{ ...host, scheduleId }])
    expect(await offered(id)).toEqual(['15:00', '15:30'])
    await edit(ann, id, { hosts: [] })
    expect(await offered(id)).toEqual([])
  })
})
