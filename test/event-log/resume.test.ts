import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Gateway } from '../../src/gateway.ts'
import { type FedEvent, type Feed, feedOf } from '../helpers/events.ts'
import { sql } from '../helpers/postgres.ts'
import {
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

/** Bookings of a host that are under way: more would wait for each other until they are refused. */
const AT_ONCE = 10
const HOSTS = 4
const BOOKINGS_EACH = 50

let world: World
let second: Gateway

beforeAll(async () => {
  world = await givenWorld()
  second = await world.secondGateway()
})
afterAll(() => world.end())

/** Ids of a host's events as the log has them, of the kinds that clients can see. */
async function logOf(host: GivenHost): Promise<string[]> {
  const rows = await sql(
    world.databaseUrl,
    `select e."uid" from "Event" e join "User" u on u."id" = e."hostId"
     where u."uid" = $1 and e."kind" ~ '^(BOOKING|CONTACT)_' order by e."id"`,
    [host.id],
  )
  return rows.map(({ uid }) => String(uid))
}

/** So many starts on the half hours of working days, as many as 16 a day. */
const starts = Array.from({ length: BOOKINGS_EACH }, (_, n) => {
  const day = 2 + Math.floor(n / 16)
  const minutes = 9 * 60 + (n % 16) * 30
  const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  return `2026-03-0${day}T${time}:00Z`
})

it('goes on after the last event that was seen: nothing is lost, nothing comes twice', async () => {
  const host = await givenHost(world)
  const eventType = await givenEventType(host)
  const feed = await feedOf(host)
  await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
  const seen = await feed.take(1)
  // In the middle of the two events of one booking.
  feed.socket.kill()
  await feed.socket.closed
  await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')

  const resumed = await feedOf({ ...host, url: second.url }, { after: seen.at(-1)?.cursor ?? '' })
  await givenBooking(world.visitor, eventType, '2026-03-03T11:00:00Z')
  seen.push(...(await resumed.take(5)))
  expect(seen.map(({ id }) => id)).toEqual(await logOf(host))
  expect(await resumed.more(150)).toEqual([])
  await resumed.socket.close()
})

it('shows every subscriber the order of the log, while two gateways book 200 times and sockets are killed', async () => {
  const hosts = await Promise.all(Array.from({ length: HOSTS }, () => givenHost(world)))
  const eventTypes = await Promise.all(
    hosts.map(host => givenEventType(host, { minimumNoticeMinutes: 0 })),
  )
  const followers = await Promise.all(
    hosts.flatMap(host => [follower(host, world.url), follower(host, second.url)]),
  )

  const reading = followers.map(read => read(2 * BOOKINGS_EACH))

  const visitors = [world.visitor, clientOf(second.url, {})]
  await Promise.all(
    eventTypes.flatMap((eventType, host) =>
      Array.from({ length: AT_ONCE }, async (_, lane) => {
        for (const [n, start] of starts.entries()) {
          if (n % AT_ONCE !== lane) continue
          const invitee = {
            name: `Invitee ${n}`,
            email: `invitee${n}@example.org`,
            timeZone: 'Europe/Berlin',
          }
          await givenBooking(visitors[(host + n) % 2] ?? world.visitor, eventType, start, {
            invitee,
          })
        }
      }),
    ),
  )

  for (const { host, seen } of await Promise.all(reading)) {
    const log = await logOf(host)
    expect(log).toHaveLength(2 * BOOKINGS_EACH)
    expect(seen.map(({ id }) => id)).toEqual(log)
  }
}, 60_000)

/**
 * Follows a host's events, and has its socket killed after every 30: then it goes on after the last
 * that it saw.
 */
async function follower(host: GivenHost, url: string) {
  let feed: Feed = await feedOf({ ...host, url }, { after: 'start' })
  return async (count: number) => {
    const seen: FedEvent[] = []
    while (seen.length < count) {
      seen.push(await feed.next(30_000))
      if (seen.length % 30 !== 0) continue
      feed.socket.kill()
      feed = await feedOf({ ...host, url }, { after: seen.at(-1)?.cursor ?? '' })
    }
    seen.push(...(await feed.more(50)))
    await feed.socket.close()
    return { host, seen }
  }
}
