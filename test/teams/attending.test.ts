// What those who attend a booking of a team see of it: its invitees, their taken time, and links to
// book by.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { atOnce, hold, tally, who } from '../helpers/bookings.ts'
import { type GivenTeam, givenTeamEventType, givenTeamOf } from '../helpers/teams.ts'
import {
  at,
  BOOK,
  type GivenHost,
  givenBooking,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let ann: GivenHost
let ben: GivenHost
let cleo: GivenHost
let team: GivenTeam
beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
})
beforeEach(async () => {
  world.clock.set('2026-03-02T08:00:00Z')
  ann = await givenHost(world, { name: 'Ann' })
  ben = await givenHost(world, { name: 'Ben' })
  cleo = await givenHost(world, { name: 'Cleo' })
  team = await givenTeamOf(ann, ben, cleo)
})
afterAll(() => world.end())

const TEN = '2026-03-03T10:00:00.000Z'

describe('invitees of a team', () => {
  const LIST = 'query ($id: ID!) { invitees(bookingId: $id) { totalCount } }'
  const ONE = 'query ($id: ID!) { invitee(id: $id) { name } }'
  const ABSENT = `mutation ($id: ID) {
    markNoShow(input: { inviteeId: $id }) { booking { invitees { noShowAt } } invitee { id } }
  }`

  it('are there for all who attend and for admins, and for no other member', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ben, cleo])
    const { id: bookingId, inviteeId } = await givenBooking(world.visitor, id, TEN, who('Zoe'))
    for (const host of [ann, ben, cleo]) {
      expect(await host.run(LIST, { id: bookingId })).toEqual({ invitees: { totalCount: 1 } })
      expect(await host.run(ONE, { id: inviteeId })).toEqual({ invitee: { name: 'Zoe' } })
    }
    const robin = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ben], { name: 'Alone' })
    const other = await givenBooking(world.visitor, robin, '2026-03-03T12:00:00Z')
    expect(await cleo.codeOf(LIST, { id: other.id })).toBe('NOT_FOUND')
    expect(await cleo.run(ONE, { id: other.inviteeId })).toEqual({ invitee: null })
    world.clock.set('2026-03-03T12:00:00Z')
    expect(await cleo.codeOf(ABSENT, { id: other.inviteeId })).toBe('NOT_FOUND')
  })

  it('are marked as absent by whoever attends, by their own id', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben])
    const { inviteeId } = await givenBooking(world.visitor, id, TEN)
    world.clock.set(TEN)
    expect((await ben.run(ABSENT, { id: inviteeId })).markNoShow).toEqual({
      booking: { invitees: [{ noShowAt: TEN }] },
      invitee: { id: inviteeId },
    })
  })
})

describe('taken time', () => {
  const busyOf = async (host: GivenHost) =>
    at(
      await host.run(
        '{ busyTimes(start: "2026-03-03T00:00:00Z", end: "2026-03-04T00:00:00Z") { start bookingId } }',
      ),
      'busyTimes',
    )

  it('is that of bookings of all who attend, whoever is their host', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben])
    const { id: bookingId } = await givenBooking(world.visitor, id, TEN)
    expect(await busyOf(ben)).toEqual([{ start: TEN, bookingId }])
    expect(await busyOf(cleo)).toEqual([])
  })

  it('ends with the reservation that holds it, though another of the same start goes on', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann, ben])
    await hold(world.visitor, id, TEN)
    world.clock.forward(4)
    await hold(world.visitor, id, TEN)
    expect([await busyOf(ann), await busyOf(ben)]).toEqual(
      Array(2).fill([{ start: TEN, bookingId: null }]),
    )
    world.clock.forward(2)
    expect([await busyOf(ann), await busyOf(ben)]).toEqual([[], [{ start: TEN, bookingId: null }]])
  })
})

describe('a link that books an event type of a team once', () => {
  const CREATE =
    'mutation ($id: ID!) { createBookingLink(input: { eventTypeId: $id }) { link { token } } }'
  const bookBy = (link: string, start: string) => ({
    input: { eventType: { link }, start, invitee: { name: 'Zoe', email: 'zoe@example.org' } },
  })

  it('is made by a member, and books once, however many try at once', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann, ben], { isSecret: true })
    const link = textAt(await cleo.run(CREATE, { id }), 'createBookingLink.link.token')
    const answers = await atOnce(6, index =>
      world.visitor.answer(BOOK, bookBy(link, `2026-03-03T1${index}:00:00Z`)),
    )
    expect(tally(answers)).toEqual({ ok: 1, NOT_FOUND: 5 })
    expect(await (await givenHost(world)).codeOf(CREATE, { id })).toBe('NOT_FOUND')
  })
})
