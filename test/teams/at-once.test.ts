import { afterAll, beforeAll, expect, it } from 'vitest'
import { atOnce, daysOffered, tally, who } from '../helpers/bookings.ts'
import { follow } from '../helpers/live.ts'
import { sql } from '../helpers/postgres.ts'
import {
  givenMember,
  givenTeam,
  givenTeamEventType,
  REASSIGN,
  REMOVE_MEMBER,
} from '../helpers/teams.ts'
import {
  type Answer,
  at,
  BOOK,
  booking,
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
beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
  world.clock.set('2026-03-02T08:00:00Z')
  ann = await givenHost(world)
  ben = await givenHost(world)
  cleo = await givenHost(world)
})
afterAll(() => world.end())

it('bookings, moves, hand-overs, edits of the hosts and a member who is removed, all at once, end in order', {
  timeout: 60_000,
}, async () => {
  const team = await givenTeam(ann)
  await givenMember(ann, team, ben)
  const member = await givenMember(ann, team, cleo)
  const any = await givenTeamEventType(ann, team, 'ROUND_ROBIN', [ann, ben, cleo])
  const all = await givenTeamEventType(ann, team, 'COLLECTIVE', [cleo, ben, ann], { name: 'All' })
  const own = await givenEventType(ben)
  const days = await daysOffered(world.visitor, any, '2026-03-03', { end: '2026-03-05' })
  const starts = days.flatMap(({ slots }) => slots.map(({ start }) => start))
  const first = await givenBooking(world.visitor, any, starts[0] ?? '')

  const UPDATE =
    'mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { eventType { id } } }'
  const MOVE =
    'mutation ($input: RescheduleBookingInput!) { rescheduleBooking(input: $input) { booking { id } } }'
  const acts: (() => Promise<Answer>)[] = starts
    .slice(1, 25)
    .flatMap((start, index) => [
      () => world.visitor.answer(BOOK, booking(any, start, who(`A${index}`))),
      () => world.visitor.answer(BOOK, booking(all, start, who(`B${index}`))),
      () => world.visitor.answer(BOOK, booking(own, start, who(`C${index}`))),
    ])
  acts.splice(10, 0, () => ann.answer(REASSIGN, { input: { id: first.id } }))
  acts.splice(20, 0, () =>
    ann.answer(UPDATE, { input: { id: any, hosts: [{ userId: cleo.id }, { userId: ann.id }] } }),
  )
  acts.splice(30, 0, () => ann.answer(REMOVE_MEMBER, { id: member }))
  acts.splice(40, 0, () =>
    world.visitor.answer(MOVE, { input: { token: first.token, start: starts[30] } }),
  )
  const outcomes = tally(
    await atOnce(acts.length, index => acts[index]?.() ?? Promise.reject(new Error('no act'))),
  )
  // What was refused was refused because somebody was faster.
  const known = [
    'ok',
    'SLOT_UNAVAILABLE taken',
    'SLOT_UNAVAILABLE hours',
    'INVALID_INPUT',
    'CONFLICT',
  ]
  expect(Object.keys(outcomes).filter(outcome => !known.includes(outcome))).toEqual([])
  expect(outcomes.ok).toBeGreaterThan(20)

  const unclaimed = await sql(
    world.databaseUrl,
    `select b."uid" from "Booking" b where b."status" = 'CONFIRMED'
       and (select array_agg(c."hostId" order by c."hostId") from "Claim" c where c."bookingId" = b."id") is distinct from
         (select array_agg(h order by h) from (select b."hostId" h union select "hostId" from "CoHost" where "bookingId" = b."id") x)`,
  )
  expect(unclaimed).toEqual([])
  const left = await ann.run(
    'query ($id: ID!) { eventType(id: $id) { hosts { user { id: userId } } } }',
    { id: all },
  )
  expect(listAt(left, 'eventType.hosts').map(host => textAt(host, 'user.id'))).toEqual([
    ann.id,
    ben.id,
  ])
})

it('who watches the free starts of a team hears of what any of its hosts is booked for', async () => {
  const team = await givenTeam(ann)
  await givenMember(ann, team, ben)
  const id = await givenTeamEventType(ann, team, 'COLLECTIVE', [ann, ben])
  const feed = await follow(
    world.url,
    `subscription { slotsChanged(eventType: { id: "${id}" }, start: "2026-03-09", end: "2026-03-09") { date slots { start } } }`,
  )
  // Nothing tells that a subscription stands; looking at the slots some times takes longer than its
  // own first look.
  for (let look = 0; look < 3; look++) await daysOffered(world.visitor, id, '2026-03-09')
  await givenBooking(world.visitor, await givenEventType(ben), '2026-03-09T10:00:00Z')
  const changed = await feed.next()
  expect(listAt(changed, 'slotsChanged.slots').map(slot => at(slot, 'start'))).not.toContain(
    '2026-03-09T10:00:00.000Z',
  )
  await feed.stop()
})
