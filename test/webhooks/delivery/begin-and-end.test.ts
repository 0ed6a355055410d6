// Bookings that begin and end, as hooks are told of them.

import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startGateway } from '../../../src/gateway.ts'
import { approve, deny } from '../../helpers/bookings.ts'
import type { Receiver } from '../../helpers/receiver.ts'
import { givenTeamEventType, givenTeamOf } from '../../helpers/teams.ts'
import {
  givenBooking,
  givenHost,
  givenWorld,
  ordinaryConfig,
  SECRET_KEY,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { changeHook, givenHook, givenHooked, receiverThat } from './given.ts'

/** Longer than a look at what is due takes, and the delivery after it. */
const QUIET_MS = 500

const KINDS = ['BOOKING_STARTED', 'BOOKING_ENDED']

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

/** What a receiver is told, as `booking.started bk_…`, once so many came and nothing more comes. */
async function told(receiver: Receiver, count: number): Promise<string[]> {
  await vi.waitFor(() => expect(receiver.all.length).toBeGreaterThanOrEqual(count), {
    timeout: 10_000,
    interval: 20,
  })
  await receiver.more(QUIET_MS)
  return receiver.all.map(
    ({ json }) => `${textAt(json, 'type')} ${textAt(json, 'data.booking.id')}`,
  )
}

const minutesAfter = (instant: string, minutes: number) =>
  new Date(Date.parse(instant) + minutes * 60_000).toISOString()

it('tells each once, when its time has come', async () => {
  const { receiver, book } = await givenHooked(world, { hook: { events: KINDS } })
  const { id, start } = await book()
  world.clock.set(minutesAfter(start, -1))
  expect(await told(receiver, 0)).toEqual([])
  world.clock.set(minutesAfter(start, 0))
  expect(await told(receiver, 1)).toEqual([`booking.started ${id}`])
  world.clock.set(minutesAfter(start, 29))
  expect(await told(receiver, 1)).toHaveLength(1)
  world.clock.set(minutesAfter(start, 30))
  expect(await told(receiver, 2)).toEqual([`booking.started ${id}`, `booking.ended ${id}`])
  world.clock.forward(60)
  expect(await told(receiver, 2)).toHaveLength(2)
})

it('tells nothing of what was cancelled, denied, or waits for approval, and tells of a move at its new time', async () => {
  const { host, receiver, book, cancel, move } = await givenHooked(world, {
    hook: { events: KINDS },
  })
  const [cancelled, moved] = [await book(), await book()]
  await cancel(cancelled.id)
  const movedId = await move(moved.id)
  world.clock.set(minutesAfter(moved.start, 29))
  expect(await told(receiver, 0)).toEqual([])
  world.clock.set(minutesAfter(moved.start, 60))
  expect(await told(receiver, 2)).toEqual([
    `booking.started ${movedId}`,
    `booking.ended ${movedId}`,
  ])

  const asking = await givenHooked(world, {
    hook: { events: KINDS },
    eventType: { confirmation: 'ALWAYS' },
  })
  const [waiting, denied, approved] = [
    await asking.book(),
    await asking.book(),
    await asking.book(),
  ]
  await deny(asking.host, denied.id)
  await approve(asking.host, approved.id)
  world.clock.set(minutesAfter(approved.start, 31))
  expect(await told(asking.receiver, 2)).toEqual([
    `booking.started ${approved.id}`,
    `booking.ended ${approved.id}`,
  ])
  expect(waiting.id).not.toBe(approved.id)
  expect(await host.run('{ pastEvents(types: [BOOKING_STARTED]) { totalCount } }')).toEqual({
    pastEvents: { totalCount: 1 },
  })
})

it('tells nothing from before the hook asked for it, and writes nothing where none asks', async () => {
  const { host, hook, receiver, book } = await givenHooked(world, {})
  const early = await book()
  world.clock.set(minutesAfter(early.start, 31))
  const { id, start } = await book()
  await receiver.take(2)
  await changeHook(host, hook.id, { events: ['BOOKING_ENDED'] })
  world.clock.set(minutesAfter(start, 31))
  expect((await told(receiver, 3)).slice(2)).toEqual([`booking.ended ${id}`])
  expect(await host.run('{ pastEvents(types: [BOOKING_STARTED]) { totalCount } }')).toEqual({
    pastEvents: { totalCount: 0 },
  })
})

it('tells it to all of a team who attend, each by their own hook', async () => {
  const [ann, ben] = [await givenHost(world), await givenHost(world)]
  const team = await givenTeamOf(ann, ben)
  const eventType = await givenTeamEventType(ann, team, 'COLLECTIVE', [
    { id: ann.id },
    { id: ben.id },
  ])
  const receiver = await receiverThat()
  await givenHook(ben, { url: receiver.url, events: KINDS })
  const start = minutesAfter(nextMonday(), 10 * 60)
  const { id } = await givenBooking(world.visitor, eventType, start)
  world.clock.set(minutesAfter(start, 30))
  expect(await told(receiver, 2)).toEqual([`booking.started ${id}`, `booking.ended ${id}`])
  const count = '{ pastEvents(types: [BOOKING_STARTED, BOOKING_ENDED]) { totalCount } }'
  expect(await ann.run(count)).toEqual({ pastEvents: { totalCount: 2 } })
})

it('tells it once, however many gateways look', async () => {
  await world.secondGateway()
  const { receiver, book } = await givenHooked(world, { hook: { events: KINDS } })
  const bookings = [await book(), await book(), await book()]
  world.clock.set(minutesAfter(bookings[2]?.start ?? '', 31))
  const all = await told(receiver, 6)
  expect(all.toSorted()).toEqual(
    bookings.flatMap(({ id }) => [`booking.started ${id}`, `booking.ended ${id}`]).toSorted(),
  )
})

it('makes up after a break of hours, and drops what is a day late', async () => {
  const quiet = await givenWorld({ config: { roles: new Set(['web']) } })
  onTestFinished(() => quiet.end())
  const { receiver, book } = await givenHooked(quiet, { hook: { events: KINDS } })
  const dropped = await book()
  quiet.clock.set(minutesAfter(dropped.start, 20 * 60))
  const late = await book()
  quiet.clock.set(minutesAfter(late.start, 23 * 60))
  const gateway = await startGateway({
    config: { ...ordinaryConfig, roles: new Set(['worker']) },
    databaseUrl: quiet.databaseUrl,
    secretKey: SECRET_KEY,
    log: pino({ level: 'silent' }),
    clock: quiet.clock,
  })
  onTestFinished(() => gateway.stop())
  expect(await told(receiver, 2)).toEqual([
    `booking.started ${late.id}`,
    `booking.ended ${late.id}`,
  ])
})

describe('a clock that jumps', () => {
  /**
   * The same, while time goes on in steps: a look that was under way at the jump is followed by
   * another.
   */
  async function toldInTime(receiver: Receiver, count: number): Promise<string[]> {
    const step = () => {
      world.clock.forward(0.1)
      expect(receiver.all.length).toBeGreaterThanOrEqual(count)
    }
    await vi.waitFor(step, { timeout: 10_000, interval: 50 })
    return told(receiver, count)
  }

  it('back by two hours tells nothing twice, and what is booked then at its time', async () => {
    const { receiver, book } = await givenHooked(world, { hook: { events: KINDS } })
    const early = await book()
    world.clock.set(minutesAfter(early.start, 30))
    const ofEarly = [`booking.started ${early.id}`, `booking.ended ${early.id}`]
    expect(await toldInTime(receiver, 2)).toEqual(ofEarly)
    world.clock.jump(-120)
    const late = await book()
    // Through the same two hours again.
    world.clock.set(minutesAfter(late.start, 30))
    const ofLate = [`booking.started ${late.id}`, `booking.ended ${late.id}`]
    expect(await toldInTime(receiver, 4)).toEqual([...ofEarly, ...ofLate])
  })

  it('ahead and back again tells nothing twice, and loses nothing that is booked or asked for meanwhile', async () => {
    const { host, receiver, book } = await givenHooked(world, { hook: { events: KINDS } })
    const [early, next] = [await book(), await book()]
    world.clock.set(minutesAfter(early.start, -90))
    world.clock.jump(91)
    expect(await toldInTime(receiver, 1)).toEqual([`booking.started ${early.id}`])
    world.clock.jump(7 * 24 * 60)
    const other = await receiverThat()
    await givenHook(host, { url: other.url, events: KINDS })
    world.clock.jump(-7 * 24 * 60 - 91)
    world.clock.set(minutesAfter(next.start, 0))
    const ofAll = [
      `booking.started ${early.id}`,
      `booking.ended ${early.id}`,
      `booking.started ${next.id}`,
    ]
    expect((await toldInTime(receiver, 3)).toSorted()).toEqual(ofAll.toSorted())
    expect(await toldInTime(other, 1)).toContain(`booking.started ${next.id}`)
  })

  it('ahead by two days drops what is then more than a day late', async () => {
    const { receiver, book } = await givenHooked(world, { hook: { events: KINDS } })
    const dropped = await book()
    world.clock.set(minutesAfter(dropped.start, -60))
    world.clock.jump(48 * 60)
    const { id, start } = await book()
    world.clock.set(minutesAfter(start, 0))
    expect(await toldInTime(receiver, 1)).toEqual([`booking.started ${id}`])
  })
})

/** Midnight in London of the Monday that comes. */
function nextMonday(): string {
  const day = new Date(world.clock.now())
  day.setUTCHours(0, 0, 0, 0)
  day.setUTCDate(day.getUTCDate() + ((8 - day.getUTCDay()) % 7 || 7))
  return day.toISOString()
}
