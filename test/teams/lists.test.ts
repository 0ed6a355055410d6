// What the graph lists of a team beside what is the viewer's own.

import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  type GivenTeam,
  givenMember,
  givenTeam,
  givenTeamEventType,
  LEAVE_TEAM,
} from '../helpers/teams.ts'
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
} from '../helpers/world.ts'

let world: World
// Ann owns the team, Ben is a member, Cleo is not in it.
let ann: GivenHost
let ben: GivenHost
let cleo: GivenHost
let team: GivenTeam
let robin: string
let own: string

beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
  ann = await givenHost(world, { name: 'Ann' })
  ben = await givenHost(world, { name: 'Ben' })
  cleo = await givenHost(world, { name: 'Cleo' })
  team = await givenTeam(ann)
  await givenMember(ann, team, ben)
  robin = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ben], { slug: 'robin' })
  own = await givenEventType(ann)
})
afterAll(() => world.end())

const BOOKINGS = `query ($teamId: ID, $attendedBy: ID, $withOwn: Boolean) {
  bookings(teamId: $teamId, attendedBy: $attendedBy, withOwn: $withOwn) { totalCount edges { node { id } } }
}`
const EVENT_TYPES = `query ($teamId: ID, $withOwn: Boolean, $filter: EventTypeFilter) {
  eventTypes(teamId: $teamId, withOwn: $withOwn, filter: $filter) { totalCount edges { node { id } } }
}`

/** The ids of a list, as many as it counts. */
async function idsOf(who: Client, query: string, variables: Data): Promise<string[]> {
  const [list] = Object.values(await who.run(query, variables))
  const ids = listAt(list, 'edges').map(edge => textAt(edge, 'node.id'))
  expect(at(list, 'totalCount')).toBe(ids.length)
  return ids
}

it('bookings of a team, alone, with those of the viewer, or of one who attends, are for admins', async () => {
  const together = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben], {
    slug: 'together',
  })
  const first = await givenBooking(world.visitor, robin, '2026-03-03T10:00:00Z')
  const second = await givenBooking(world.visitor, own, '2026-03-03T11:00:00Z')
  const third = await givenBooking(world.visitor, together, '2026-03-03T12:00:00Z')
  const teamId = team.id
  expect(await idsOf(ann, BOOKINGS, {})).toEqual([second.id, third.id])
  expect(await idsOf(ann, BOOKINGS, { teamId })).toEqual([first.id, third.id])
  expect(await idsOf(ann, BOOKINGS, { teamId, withOwn: true })).toEqual([
    first.id,
    second.id,
    third.id,
  ])
  expect(await idsOf(ann, BOOKINGS, { teamId, attendedBy: ben.id })).toEqual([first.id, third.id])
  expect(await idsOf(ann, BOOKINGS, { teamId, attendedBy: ann.id })).toEqual([third.id])
  expect(await idsOf(ann, BOOKINGS, { teamId, attendedBy: cleo.id })).toEqual([])
  expect(await ben.codeOf(BOOKINGS, { teamId })).toBe('FORBIDDEN')
  expect(await cleo.codeOf(BOOKINGS, { teamId })).toBe('NOT_FOUND')
  for (const wrong of [
    { withOwn: true },
    { attendedBy: ben.id },
    { teamId, withOwn: true, attendedBy: ben.id },
  ]) {
    expect(await ann.codeOf(BOOKINGS, wrong)).toBe('INVALID_INPUT')
  }
})

it('event types of a team, alone, with those of the viewer, or of one host, are for members', async () => {
  const alone = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann], { slug: 'alone' })
  const bens = await givenEventType(ben)
  const ofTeam = await idsOf(ben, EVENT_TYPES, { teamId: team.id })
  expect(ofTeam).toEqual(expect.arrayContaining([robin, alone]))
  expect(ofTeam).not.toContain(bens)
  expect((await idsOf(ben, EVENT_TYPES, { teamId: team.id, withOwn: true })).toSorted()).toEqual(
    [...ofTeam, bens].toSorted(),
  )
  expect(
    await idsOf(ben, EVENT_TYPES, { teamId: team.id, filter: { hostId: ann.id } }),
  ).not.toContain(robin)
  expect(await cleo.codeOf(EVENT_TYPES, { teamId: team.id })).toBe('NOT_FOUND')
})

it('the address of a host of a team is for its members', async () => {
  const HOSTS = 'query ($id: ID) { publicEventType(ref: { id: $id }) { hosts { email } } }'
  const seenBy = async (who: Client) =>
    at(await who.run(HOSTS, { id: robin }), 'publicEventType.hosts')
  expect(await seenBy(ann)).toEqual([{ email: ben.email }])
  for (const who of [cleo, world.visitor]) expect(await seenBy(who)).toEqual([{ email: null }])
})

it('the team that an account is in for the longest is its main one, and teams but that can be listed', async () => {
  const MAIN = '{ viewer { mainTeamId mainTeamRole } }'
  const dora = await givenHost(world)
  expect(await dora.run(MAIN)).toEqual({ viewer: { mainTeamId: null, mainTeamRole: null } })
  await givenMember(ann, team, dora)
  world.clock.set('2026-03-02T09:00:00Z')
  const later = await givenTeam(dora, { name: 'Later' })
  expect(await dora.run(MAIN)).toEqual({ viewer: { mainTeamId: team.id, mainTeamRole: 'MEMBER' } })
  const others =
    'query ($not: ID) { teams(filter: { not: $not }) { totalCount edges { node { id } } } }'
  expect(await idsOf(dora, others, { not: team.id })).toEqual([later.id])
  await dora.run(LEAVE_TEAM, { id: team.id })
  expect(await dora.run(MAIN)).toEqual({ viewer: { mainTeamId: later.id, mainTeamRole: 'OWNER' } })
})
