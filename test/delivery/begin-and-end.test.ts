// Bookings that begin and end, as hooks are told of them.

import { pino } from 'pino'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { startGateway } from '../../src/gateway.ts'
import { approve, deny } from '../helpers/bookings.ts'
import type { Receiver } from '../helpers/receiver.ts'
import { givenTeamEventType, givenTeamOf } from '../helpers/teams.ts'
import {
  givenBooking,
  givenHost,
  givenWorld,
  ordinaryConfig,
  SECRET_KEY,
  textAt,
  type World,
} from '../helpers/world.ts'
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
  await vi.waitFor(() => expect(receiver.all.length).toBeGreaterThanOrEqual(count), { timeout: 10_000, interval: 20 })
  await receiver.more(QUIET_MS)
  return receiver.all.map(({ json }) => `${textAt(json, 'type')} ${textAt(json, 'data.booking.id')}`)
}

const after = (instant: string, minutes: number) => new Date(Date.parse(instant) + minutes * 60_000).toISOString()

it('tells each once, when its time has come', async () => {
  const { receiver, book } = await givenHooked(world, { hook: { events: KINDS } })
  const { id, start } = await book()
  world.clock.set(after(start, -1))
  expect(await told(receiver, 0)).toEqual([])
  world.clock.set(after(start, 0))
  expect(await told(receiver, 1)).toEqual([`booking.started ${id}`])
  world.clock.set(after(start, 29))
  expect(await told(receiver, 1)).toHaveLength(1)
  world.clock.set(after(start, 30))
  expect(await told(receiver, 2)).toEqual([`booking.started ${id}`, `booking.ended ${id}`])
  world.clock.forward(60)
  expect(await told(receiver, 2)).toHaveLength(2)
})

it('tells nothing of what was cancelled, denied, or waits for approval, and tells of a move at its new time', async () => {
  const { host, receiver, book, cancel, move } = await givenHooked(world, { hook: { events: KINDS } })
  const [cancelled, moved] = [await book(), await book()]
  await cancel(cancelled.id)
  const movedId = await move(moved.id)
  world.clock.set(after(moved.start, 29))
  expect(await told(receiver, 0)).toEqual([])
  world.clock.set(after(moved.start, 60))
  expect(await told(receiver, 2)).toEqual([`booking.started ${movedId}`, `booking.ended ${movedId}`])

  const asking = await givenHooked(world, { hook: { events: KINDS }, eventType: { confirmation: 'ALWAYS' } })
  const [waiting, denied, approved] = [await asking.book(), await asking.book(), await asking.book()]
  await deny(asking.host, denied.id)
  await approve(asking.host, approved.id)
  world.clock.set(after(approved.start, 31))
  expect(await told(asking.receiver, 2)).toEqual([`booking.started ${approved.id}`, `booking.ended ${approved.id}`])
  expect(waiting.id).not.toBe(approved.id)
  expect(await host.run('{ pastEvents(types: [BOOKING_STARTED]) { totalCount } }')).toEqual({
    pastEvents: { totalCount: 1 },
  })
})

it('tells nothing from before the hook asked for it, and writes nothing where none asks', async () => {
  const { host, hook, receiver, book } = await givenHooked(world, {})
  const early = await book()
  world.clock.set(after(early.start, 31))
  const { id, start } = await book()
  await receiver.take(2)
  await changeHook(host, hook.id, { events: ['BOOKING_ENDED'] })
  world.clock.set(after(start, 31))
  expect((await told(receiver, 3)).slice(2)).toEqual([`booking.ended ${id}`])
  expect(await host.run('{ pastEvents(types: [BOOKING_STARTED]) { totalCount } }')).toEqual({
    pastEvents: { totalCount: 0 },
  })
})

it('tells it to all of a team who attend, each by their own hook', async () => {
  const [ann, ben] = [await givenHost(world), await givenHost(world)]
  const team = await givenTeamOf(ann, ben)
  const eventType = await givenTeamEventType(ann, team, 'COLLECTIVE', [{ id: ann.id }, { id: ben.id }])
  const receiver = await receiverThat()
  await givenHook(ben, { url: receiver.url, events: KINDS })
  const start = after(nextMonday(), 10 * 60)
  const { id } = await givenBooking(world.visitor, eventType, start)
  world.clock.set(after(start, 30))
  expect(await told(receiver, 2)).toEqual([`booking.started ${id}`, `booking.ended ${id}`])
  const count = '{ pastEvents(types: [BOOKING_STARTED, BOOKING_ENDED]) { totalCount } }'
  expect(await ann.run(count)).toEqual({ pastEvents: { totalCount: 2 } })
})

it('tells it once, however many gateways look', async () => {
  await world.secondGateway()
  const { receiver, book } = await givenHooked(world, { hook: { events: KINDS } })
  const bookings = [await book(), await book(), await book()]
  world.clock.set(after(bookings[2]?.start ?? '', 31))
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
  quiet.clock.set(after(dropped.start, 20 * 60))
  const late = await book()
  quiet.clock.set(after(late.start, 23 * 60))
  const gateway = await startGateway({
    config: { ...ordinaryConfig, roles: new Set(['worker']) },
    databaseUrl: quiet.databaseUrl,
    secretKey: SECRET_KEY,
    log: pino({ level: 'silent' }),
    clock: quiet.clock,
  })
  onTestFinished(() => gateway.stop())
  expect(await told(receiver, 2)).toEqual([`booking.started ${late.id}`, `booking.ended ${late.id}`])
})

/** Midnight in London of the Monday that comes. */
function nextMonday(): string {
  const day = new Date(world.clock.now())
  day.setUTCHours(0, 0, 0, 0)
  day.setUTCDate(day.getUTCDate() + ((8 - day.getUTCDay()) % 7 || 7))
  return day.toISOString()
}
