import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  atOnce,
  bookingRefused,
  givenSchedule,
  startsOffered,
  tally,
  unavailable,
  who,
} from '../helpers/bookings.ts'
import {
  at,
  BOOK,
  booking,
  type Client,
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost
/** Two gateways on one database. */
let doors: Client[]

beforeAll(async () => {
  world = await givenWorld()
  doors = [world.visitor, clientOf((await world.secondGateway()).url, {})]
})
afterAll(() => world.end())
beforeEach(async () => {
  host = await givenHost(world)
})

const door = (index: number): Client => doors[index % doors.length] ?? world.visitor
const bookedCount = async () =>
  at(await host.run('{ bookings { totalCount } }'), 'bookings.totalCount')

async function overlapsOf(hostId: string): Promise<number> {
  const { rows } = await world.gateway.deps.pool.query<{ count: number }>(
    `select count(*)::int as "count" from "Booking" a join "Booking" b on a."id" < b."id" and a."hostId" = b."hostId"
       and tstzrange(a."startAt", a."endAt") && tstzrange(b."startAt", b."endAt")
     join "User" u on u."id" = a."hostId"
     where u."uid" = $1 and a."status" in ('PENDING', 'CONFIRMED') and b."status" in ('PENDING', 'CONFIRMED')`,
    [hostId],
  )
  return rows[0]?.count ?? -1
}

it('lets one of two hundred win who book the same start at once through two gateways', async () => {
  const eventType = await givenEventType(host)

  const answers = await atOnce(200, index =>
    door(index).answer(BOOK, booking(eventType, '2026-03-03T09:00:00Z', who(`Guest${index}`))),
  )

  expect(tally(answers)).toEqual({ ok: 1, 'SLOT_UNAVAILABLE taken': 199 })
  expect(await bookedCount()).toBe(1)
  expect(at(await host.run('{ contacts { totalCount } }'), 'contacts.totalCount')).toBe(1)
}, 60_000)

it('never gives overlapping time to two event types of a host that are booked at once', async () => {
  const short = await givenEventType(host, {
    durationMinutes: 30,
    bufferAfterMinutes: 10,
    slotIntervalMinutes: 15,
  })
  const long = await givenEventType(host, {
    durationMinutes: 60,
    bufferBeforeMinutes: 15,
    slotIntervalMinutes: 15,
  })
  // All of these overlap 09:45 to 10:00, or do so with their buffers.
  const attempts = [
    [short, '2026-03-03T09:15:00Z'],
    [short, '2026-03-03T09:30:00Z'],
    [short, '2026-03-03T09:45:00Z'],
    [long, '2026-03-03T09:00:00Z'],
    [long, '2026-03-03T09:15:00Z'],
    [long, '2026-03-03T09:30:00Z'],
    [long, '2026-03-03T09:45:00Z'],
  ] as const

  const answers = await atOnce(56, index => {
    const [eventType, start] = attempts[index % attempts.length] ?? attempts[0]
    return door(index >> 2).answer(BOOK, booking(eventType, start, who(`Guest${index}`)))
  })

  expect(tally(answers)).toEqual({ ok: 1, 'SLOT_UNAVAILABLE taken': 55 })
  expect(await overlapsOf(host.id)).toBe(0)
})

it('gives every start of a day to one visitor when all are wanted by many at once', async () => {
  const eventType = await givenEventType(host)
  const starts = await startsOffered(world.visitor, eventType, '2026-03-03')
  expect(starts).toHaveLength(16)

  const answers = await atOnce(64, index =>
    door(index >> 4).answer(
      BOOK,
      booking(eventType, `2026-03-03T${starts[index % 16]}:00Z`, who(`Guest${index}`)),
    ),
  )

  expect(tally(answers)).toEqual({ ok: 16, 'SLOT_UNAVAILABLE taken': 48 })
  expect(await startsOffered(world.visitor, eventType, '2026-03-03')).toEqual([])
  expect(await overlapsOf(host.id)).toBe(0)
})

it('cannot store a second claim on the same time, whoever writes it', async () => {
  const eventType = await givenEventType(host, { bufferAfterMinutes: 15 })
  await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
  const claimAgain = (from: string, until: string) =>
    world.gateway.deps.pool.query(
      `insert into "Claim" ("hostId", "during", "bookingId")
       select "hostId", tstzrange($2, $3), "id" from "Booking" where "hostId" = (select "id" from "User" where "uid" = $1)`,
      [host.id, from, until],
    )

  await expect(claimAgain('2026-03-03T09:00:00Z', '2026-03-03T09:30:00Z')).rejects.toMatchObject({
    code: '23P01',
    constraint: 'Claim_no_overlap',
  })
  await expect(claimAgain('2026-03-03T09:44:00Z', '2026-03-03T10:00:00Z')).rejects.toMatchObject({
    code: '23P01',
  })
  await claimAgain('2026-03-03T09:45:00Z', '2026-03-03T10:00:00Z')
})

it('answers a claim that only the database refuses as a start that is taken', async () => {
  const eventType = await givenEventType(host)
  const { deps } = world.gateway
  // A claim that the check cannot see: it begins and ends within a second of the meeting, which
  // minutes round away.
  await givenBooking(world.visitor, eventType, '2026-03-05T09:00:00Z')
  await deps.pool.query(
    `insert into "Claim" ("hostId", "during", "bookingId")
     select "hostId", tstzrange('2026-03-04T09:29:59.9Z', '2026-03-04T09:30:00Z'), "id" from "Booking"
     where "hostId" = (select "id" from "User" where "uid" = $1)`,
    [host.id],
  )
  expect(await bookingRefused(world.visitor, eventType, '2026-03-04T09:00:00Z')).toEqual(
    unavailable('taken'),
  )
  await givenBooking(world.visitor, eventType, '2026-03-04T09:30:00Z')
})

it.each([
  ['bookings', { bookingLimits: { perDay: 3 } }],
  ['minutes', { minuteLimits: { perDay: 90 } }],
])(
  'holds a limit on %s of a day when twenty want different starts at once',
  async (_what, limits) => {
    const scheduleId = await givenSchedule(host, {
      weekly: [{ weekday: 'TUESDAY', start: '08:00', end: '20:00' }],
    })
    const eventType = await givenEventType(host, { ...limits, scheduleId })
    const starts = await startsOffered(world.visitor, eventType, '2026-03-03')

    const answers = await atOnce(20, index =>
      door(index).answer(
        BOOK,
        booking(eventType, `2026-03-03T${starts[index]}:00Z`, who(`Guest${index}`)),
      ),
    )

    expect(tally(answers)).toEqual({ ok: 3, 'SLOT_UNAVAILABLE limit': 17 })
    expect(await bookedCount()).toBe(3)
    expect(await startsOffered(world.visitor, eventType, '2026-03-03')).toEqual([])
  },
)
