import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  approve,
  atOnce,
  bookingRefused,
  cancel,
  daysOffered,
  deny,
  hold,
  isOffered,
  logOf,
  look,
  move,
  RELEASE,
  refusal,
  tally,
  unavailable,
  who,
} from '../helpers/bookings.ts'
import { sql } from '../helpers/postgres.ts'
import {
  type GivenTeam,
  givenTeamEventType,
  givenTeamOf,
  hostsOf,
  REASSIGN,
} from '../helpers/teams.ts'
import {
  at,
  BOOK,
  booking,
  clientOf,
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
const ELEVEN = '2026-03-03T11:00:00.000Z'
const NOON = '2026-03-03T12:00:00.000Z'
const kindsOf = async (host: GivenHost) => (await logOf(world, host)).map(({ kind }) => kind)

/** Nobody's time is claimed twice, and every standing booking claims the time of all who attend. */
async function claimsAreInOrder(): Promise<void> {
  expect(
    await sql(
      world.databaseUrl,
      `select a."id" from "Claim" a join "Claim" b on a."id" < b."id" and a."hostId" = b."hostId" and a."during" && b."during"`,
    ),
  ).toEqual([])
  expect(
    await sql(
      world.databaseUrl,
      `select b."uid" from "Booking" b join "EventType" e on e."id" = b."eventTypeId" where b."teamId" is not null
         and (select array_agg(c."hostId" order by c."hostId") from "Claim" c where c."bookingId" = b."id")
           is distinct from case when b."status" = 'CONFIRMED' or (b."status" = 'PENDING' and e."pendingClaimsTime") then
             (select array_agg(h order by h) from (select b."hostId" h union select "hostId" from "CoHost" where "bookingId" = b."id") x) end`,
    ),
  ).toEqual([])
}

describe('a collective booking', () => {
  it('takes the time of every host, and gives all of it back when it is cancelled', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben])
    const own = await givenEventType(ben)
    const { id: bookingId } = await givenBooking(world.visitor, id, TEN)
    expect(await hostsOf(ben, bookingId)).toEqual([ann.id, ben.id])
    expect(await bookingRefused(world.visitor, own, TEN)).toEqual(unavailable('taken'))
    await claimsAreInOrder()
    const seen = await cancel(ben, { id: bookingId, reason: 'Ill' })
    expect(seen.cancellation).toEqual({ by: 'HOST', name: 'Ben', reason: 'Ill' })
    await givenBooking(world.visitor, own, TEN)
    await claimsAreInOrder()
  })

  it('is refused when one of them is taken', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben])
    await givenBooking(world.visitor, await givenEventType(ben), TEN)
    expect(await bookingRefused(world.visitor, id, TEN)).toEqual(unavailable('taken'))
  })

  it('moves with all of them, by the invitee too, and frees the old time', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben])
    const { token } = await givenBooking(world.visitor, id, TEN)
    const moved = await move(world.visitor, { token, start: ELEVEN })
    expect(await hostsOf(ann, moved.id)).toEqual([ann.id, ben.id])
    expect(await isOffered(world.visitor, id, TEN)).toBe(true)
    expect(await isOffered(world.visitor, id, ELEVEN)).toBe(false)
    await claimsAreInOrder()
  })

  it('waits for the approval of any of them', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben], {
      confirmation: 'ALWAYS',
    })
    const first = await givenBooking(world.visitor, id, TEN)
    const second = await givenBooking(world.visitor, id, ELEVEN)
    expect((await approve(ben, first.id)).status).toBe('CONFIRMED')
    expect((await deny(ben, second.id)).status).toBe('DENIED')
    expect(await isOffered(world.visitor, id, ELEVEN)).toBe(true)
    await claimsAreInOrder()
  })

  it('that keeps no time while it waits claims that of all when it is approved, if it is still free', async () => {
    const loose = { confirmation: 'ALWAYS', pendingClaimsTime: false }
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben], loose)
    const first = await givenBooking(world.visitor, id, TEN)
    const second = await givenBooking(world.visitor, id, TEN, who('Zoe'))
    await approve(ann, first.id)
    const APPROVE = 'mutation ($id: ID!) { approveBooking(input: { id: $id }) { booking { id } } }'
    expect(await refusal(ann, APPROVE, { id: second.id })).toMatchObject({
      code: 'SLOT_UNAVAILABLE',
      reason: 'taken',
    })
  })
})

describe('a round robin', () => {
  it('chooses whoever was chosen the longest ago', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann, ben, cleo])
    const chosen: string[] = []
    for (const start of [TEN, ELEVEN, NOON, '2026-03-03T13:00:00Z']) {
      chosen.push(...(await hostsOf(ann, (await givenBooking(world.visitor, id, start)).id)))
    }
    expect(chosen).toEqual([ann.id, ben.id, cleo.id, ann.id])
  })

  it('chooses the highest priority that is free', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [
      { ...ann, priority: 1 },
      { ...ben, priority: 3 },
      { ...cleo, priority: 3 },
    ])
    const chosen: string[] = []
    for (const start of [TEN, TEN, TEN, ELEVEN]) {
      chosen.push(...(await hostsOf(ann, (await givenBooking(world.visitor, id, start)).id)))
    }
    expect(chosen).toEqual([ben.id, cleo.id, ann.id, ben.id])
    expect(await bookingRefused(world.visitor, id, TEN)).toEqual(unavailable('taken'))
  })

  it('shares by weight', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [
      { ...ann, weight: 200 },
      { ...ben, weight: 100 },
    ])
    const chosen: string[] = []
    for (let hour = 9; hour < 15; hour++) {
      const start = `2026-03-03T${String(hour).padStart(2, '0')}:00:00Z`
      chosen.push(...(await hostsOf(ann, (await givenBooking(world.visitor, id, start)).id)))
    }
    expect(chosen.filter(each => each === ann.id)).toHaveLength(4)
  })

  it('brings its fixed hosts along, the first of whom is the host', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [
      ann,
      { ...ben, isFixed: true },
      cleo,
    ])
    const first = await givenBooking(world.visitor, id, TEN)
    expect(await hostsOf(ann, first.id)).toEqual([ben.id, ann.id])
    expect(await bookingRefused(world.visitor, id, TEN)).toEqual(unavailable('taken'))
    const second = await givenBooking(world.visitor, id, ELEVEN)
    expect(await hostsOf(ann, second.id)).toEqual([ben.id, cleo.id])
    await claimsAreInOrder()
  })

  it('keeps the host of a booking that moves while they are free, and chooses another otherwise', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann, ben])
    const { token } = await givenBooking(world.visitor, id, TEN)
    const moved = await move(world.visitor, { token, start: ELEVEN })
    expect(await hostsOf(ann, moved.id)).toEqual([ann.id])
    await givenBooking(world.visitor, await givenEventType(ann), NOON)
    const again = await move(world.visitor, { token: moved.token, start: NOON })
    expect(await hostsOf(ben, again.id)).toEqual([ben.id])
    const contacts = '{ contacts { edges { node { email } } } }'
    expect(at(await ben.run(contacts), 'contacts.edges')).toEqual([
      { node: { email: 'ann@example.org' } },
    ])
    expect((await kindsOf(ann)).filter(kind => kind === 'BOOKING_RESCHEDULED')).toHaveLength(2)
    expect(await kindsOf(ben)).toEqual(['CONTACT_CREATED', 'BOOKING_RESCHEDULED'])
    await claimsAreInOrder()
  })

  it('holds the time of the host who would come, for as long as the reservation lasts', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann, ben])
    const held = await hold(world.visitor, id, TEN)
    await hold(world.visitor, id, TEN)
    expect(await bookingRefused(world.visitor, id, TEN)).toEqual(unavailable('taken'))
    const booked = await givenBooking(world.visitor, id, TEN, { reservationId: held.id })
    expect(await hostsOf(ann, booked.id)).toEqual([ann.id])
    world.clock.set('2026-03-02T08:06:00Z')
    const other = await givenBooking(world.visitor, id, TEN, who('Zoe'))
    expect(await hostsOf(ann, other.id)).toEqual([ben.id])
    await claimsAreInOrder()
  })

  it('gives the time of all back when a reservation is released or over', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben])
    const own = await givenEventType(ben)
    const held = await hold(world.visitor, id, TEN)
    expect(await bookingRefused(world.visitor, own, TEN)).toEqual(unavailable('taken'))
    await world.visitor.run(RELEASE, { id: held.id })
    await hold(world.visitor, id, TEN)
    world.clock.set('2026-03-02T08:06:00Z')
    expect(await isOffered(world.visitor, own, TEN)).toBe(true)
    await givenBooking(world.visitor, own, TEN)
  })

  it('answers the same request under the same key once', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann, ben])
    const answers = await atOnce(4, () =>
      world.visitor.run(BOOK, booking(id, TEN, { idempotencyKey: 'once' })),
    )
    expect(new Set(answers.map(answer => textAt(answer, 'book.booking.id'))).size).toBe(1)
    expect(await daysOffered(world.visitor, id, '2026-03-03')).toBeTruthy()
    expect(await isOffered(world.visitor, id, TEN)).toBe(true)
  })
})

describe('two hundred visitors at once', () => {
  it('never book anybody twice, and get every start for which somebody is free', {
    timeout: 60_000,
  }, async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann, ben, cleo])
    const both = await givenTeamEventType(ann, team, 'COLLECTIVE', [cleo, ann], { name: 'Both' })
    const own = await givenEventType(ben)
    const gateways = [world.url, (await world.secondGateway()).url].map(url => clientOf(url, {}))
    const answers = await atOnce(200, index => {
      const eventType = index % 20 === 0 ? own : index % 20 === 1 ? both : id
      const visitor = gateways[index % 2] ?? world.visitor
      return visitor.answer(
        BOOK,
        booking(eventType, index % 2 === 0 ? TEN : ELEVEN, who(`V${index}`)),
      )
    })
    const outcomes = tally(answers)
    expect(Object.keys(outcomes).sort()).toEqual(['SLOT_UNAVAILABLE taken', 'ok'])
    await claimsAreInOrder()
    // Every host has both starts.
    const [claimed] = await sql(
      world.databaseUrl,
      `select count(*)::int as "count" from "Claim" c join "User" u on u."id" = c."hostId" where u."uid" = any($1)`,
      [[ann.id, ben.id, cleo.id]],
    )
    expect(claimed).toEqual({ count: 6 })
  })

  it('share fairly', { timeout: 60_000 }, async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann, ben, cleo])
    const days = await daysOffered(world.visitor, id, '2026-03-03', { end: '2026-03-05' })
    const starts = days.flatMap(({ slots }) => slots.map(({ start }) => start)).slice(0, 30)
    const answers = await atOnce(starts.length, index =>
      world.visitor.answer(BOOK, booking(id, starts[index] ?? '', who(`V${index}`))),
    )
    expect(tally(answers)).toEqual({ ok: 30 })
    const shares = await sql(
      world.databaseUrl,
      `select count(*)::int as "count" from "Booking" b join "EventType" e on e."id" = b."eventTypeId"
       where e."uid" = $1 group by b."hostId"`,
      [id],
    )
    expect(shares).toEqual([{ count: 10 }, { count: 10 }, { count: 10 }])
  })
})

describe('handing a booking over', () => {
  it('gives it to another who is free: the booking, its invitee and their contact go along', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann, ben, cleo])
    const { id: bookingId, token } = await givenBooking(world.visitor, id, TEN)
    const data = await ann.run(REASSIGN, { input: { id: bookingId, reason: 'Ill' } })
    expect(at(data, 'reassignBooking.booking')).toEqual({
      id: bookingId,
      status: 'CONFIRMED',
      hosts: [{ id: ben.id }],
    })
    const named = await ann.run(REASSIGN, { input: { id: bookingId, userId: cleo.id } })
    expect(at(named, 'reassignBooking.booking.hosts')).toEqual([{ id: cleo.id }])
    await claimsAreInOrder()
    expect(await kindsOf(cleo)).toEqual(['CONTACT_CREATED', 'BOOKING_REASSIGNED'])
    expect((await kindsOf(ben)).filter(kind => kind === 'BOOKING_REASSIGNED')).toHaveLength(2)
    expect(await look(ben, { id: bookingId })).toBeNull()
    expect((await look(world.visitor, { token }))?.status).toBe('CONFIRMED')
    await givenBooking(world.visitor, await givenEventType(ann), TEN)
  })

  it('is refused when nobody else, or not that one, is free or can be chosen', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann, ben])
    const { id: bookingId } = await givenBooking(world.visitor, id, TEN)
    await givenBooking(world.visitor, id, TEN, who('Zoe'))
    expect(await refusal(ann, REASSIGN, { input: { id: bookingId } })).toEqual(
      unavailable('taken', 'input.id'),
    )
    expect(await refusal(ann, REASSIGN, { input: { id: bookingId, userId: ben.id } })).toEqual(
      unavailable('taken', 'input.userId'),
    )
    expect(await ann.codeOf(REASSIGN, { input: { id: bookingId, userId: cleo.id } })).toBe(
      'INVALID_INPUT',
    )
    const both = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, cleo], { name: 'Both' })
    const { id: together } = await givenBooking(world.visitor, both, NOON)
    expect(await ann.codeOf(REASSIGN, { input: { id: together } })).toBe('CONFLICT')
  })

  it('is for those who attend and admins of the team', async () => {
    const id = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ben, cleo])
    const { id: bookingId } = await givenBooking(world.visitor, id, TEN)
    expect(await cleo.codeOf(REASSIGN, { input: { id: bookingId } })).toBe('NOT_FOUND')
    await ben.run(REASSIGN, { input: { id: bookingId } })
    expect(await ben.codeOf(REASSIGN, { input: { id: bookingId } })).toBe('NOT_FOUND')
    await ann.run(REASSIGN, { input: { id: bookingId } })
    expect(await hostsOf(ben, bookingId)).toEqual([ben.id])
  })
})

describe('who is told and who sees', () => {
  it('tells all who attend in their own logs; the contact is that of the host alone', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben])
    const { id: bookingId, token } = await givenBooking(world.visitor, id, TEN)
    const moved = await move(world.visitor, { token, start: ELEVEN })
    await cancel(ann, { id: moved.id })
    const told = ['BOOKING_CREATED', 'BOOKING_RESCHEDULED', 'BOOKING_CANCELLED']
    expect(await kindsOf(ann)).toEqual(['CONTACT_CREATED', ...told])
    expect(await kindsOf(ben)).toEqual(told)
    expect(await kindsOf(cleo)).toEqual([])
    const [created] = await logOf(world, ben)
    expect(created?.booking).toEqual({ id: bookingId })
    expect(created?.invitee?.id).toMatch(/^inv_/)
  })

  it('lists a booking for all who attend, and for admins in the list of the team', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ben, cleo])
    const first = await givenBooking(world.visitor, id, ELEVEN)
    const second = await givenBooking(world.visitor, await givenEventType(cleo), TEN)
    const LIST = `query ($filter: BookingFilter, $first: Int, $after: String) {
      bookings(filter: $filter, first: $first, after: $after) {
        totalCount edges { cursor node { id invitees { email } hosts { id: userId } } }
      }
    }`
    const idsOf = (data: unknown, path = 'bookings.edges') =>
      listAt(data, path).map(edge => textAt(edge, 'node.id'))
    expect(idsOf(await ben.run(LIST))).toEqual([first.id])
    const all = await cleo.run(LIST)
    expect(idsOf(all)).toEqual([second.id, first.id])
    expect(at(all, 'bookings.totalCount')).toBe(2)
    expect(at(all, 'bookings.edges.1.node')).toMatchObject({
      invitees: [{ email: 'ann@example.org' }],
      hosts: [{ id: ben.id }, { id: cleo.id }],
    })
    const after = textAt(all, 'bookings.edges.0.cursor')
    expect(idsOf(await cleo.run(LIST, { first: 1, after }))).toEqual([first.id])
    for (const filter of [
      { eventTypeIds: [id] },
      { startsFrom: ELEVEN, inviteeEmail: 'ann@example.org' },
    ]) {
      expect(idsOf(await cleo.run(LIST, { filter }))).toEqual([first.id])
    }
    expect(idsOf(await ann.run(LIST))).toEqual([])
    const TEAM =
      'query ($id: ID!) { team(id: $id) { bookings { totalCount edges { node { id } } } } }'
    expect(idsOf(await ann.run(TEAM, { id: team.id }), 'team.bookings.edges')).toEqual([first.id])
    expect(at(await ben.run(TEAM, { id: team.id }), 'team.bookings')).toBeNull()
  })

  it('gives a co-host what the host sees, and an admin too; the link only with bookings:write', async () => {
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ben, cleo])
    const { id: bookingId } = await givenBooking(world.visitor, id, TEN, { metadata: { crm: 7 } })
    const SEEN = 'query ($id: ID) { booking(id: $id) { metadata invitees { email linkToken } } }'
    for (const viewer of [ann, ben, cleo]) {
      expect(at(await viewer.run(SEEN, { id: bookingId }), 'booking')).toEqual({
        metadata: { crm: 7 },
        invitees: [{ email: 'ann@example.org', linkToken: expect.any(String) }],
      })
    }
    const made = await cleo.run(
      'mutation { createApiKey(input: { label: "Reads", scopes: ["bookings:read"] }) { secret } }',
    )
    const reader = clientOf(world.url, { 'x-api-key': textAt(made, 'createApiKey.secret') })
    expect(at(await reader.run(SEEN, { id: bookingId }), 'booking.invitees.0.linkToken')).toBeNull()
    const stranger = await givenHost(world)
    expect(at(await stranger.run(SEEN, { id: bookingId }), 'booking')).toBeNull()
    expect(
      await stranger.codeOf(
        'mutation ($id: ID) { cancelBooking(input: { id: $id }) { booking { id } } }',
        {
          id: bookingId,
        },
      ),
    ).toBe('NOT_FOUND')
  })

  it('makes deliveries for the hooks of each who attends', async () => {
    const HOOK = `mutation { createHook(input: { url: "https://receiver.example/hook", events: [BOOKING_CREATED] }) { hook { id } } }`
    for (const host of [ann, ben, cleo]) await host.run(HOOK)
    const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben])
    await givenBooking(world.visitor, id, TEN)
    for (const [host, count] of [
      [ann, 1],
      [ben, 1],
      [cleo, 0],
    ] as const) {
      expect(at(await host.run('{ deliveries { totalCount } }'), 'deliveries.totalCount')).toBe(
        count,
      )
    }
  })
})
