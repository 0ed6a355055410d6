import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { cancel, hold, RELEASE, who } from '../helpers/bookings.ts'
import { type Following, follow } from '../helpers/live.ts'
import {
  at,
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

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  host = await givenHost(world)
})

const WATCH = `subscription ($id: ID!) {
  slotsChanged(eventType: { id: $id }, start: "2026-03-03", end: "2026-03-04") { date slots { start seatsLeft } }
}`
const Changed = z.object({
  date: z.string(),
  slots: z.array(z.object({ start: z.string(), seatsLeft: z.number().nullable() })),
})

async function changed(watch: Following) {
  const { date, slots } = Changed.parse(at(await watch.next(), 'slotsChanged'))
  const ten = slots.find(({ start }) => start === `${date}T10:00:00.000Z`)
  return { date, count: slots.length, seatsLeftAtTen: ten?.seatsLeft }
}

it('tells the day again each time its free starts change, through whichever gateway', async () => {
  const eventType = await givenEventType(host)
  const elsewhere = clientOf((await world.secondGateway()).url, {})
  const watch = await follow(world.url, WATCH, { variables: { id: eventType } })

  const { id } = await givenBooking(elsewhere, eventType, '2026-03-03T10:00:00Z')
  expect(await changed(watch)).toEqual({ date: '2026-03-03', count: 15, seatsLeftAtTen: undefined })
  await cancel(host, { id })
  expect(await changed(watch)).toEqual({ date: '2026-03-03', count: 16, seatsLeftAtTen: 1 })
  const held = await hold(elsewhere, eventType, '2026-03-04T10:00:00Z')
  expect(await changed(watch)).toEqual({ date: '2026-03-04', count: 15, seatsLeftAtTen: undefined })
  await world.visitor.run(RELEASE, { id: held.id })
  expect(await changed(watch)).toEqual({ date: '2026-03-04', count: 16, seatsLeftAtTen: 1 })
  await watch.stop()
})

it('tells of every seat that is taken, and of nothing on other days', async () => {
  const course = await givenEventType(host, { seats: 3 })
  const watch = await follow(world.url, WATCH, { variables: { id: course } })
  await givenBooking(world.visitor, course, '2026-03-05T10:00:00Z', who('Ann'))
  await givenBooking(world.visitor, course, '2026-03-03T10:00:00Z', who('Ann'))
  expect(await changed(watch)).toEqual({ date: '2026-03-03', count: 16, seatsLeftAtTen: 2 })
  await givenBooking(world.visitor, course, '2026-03-03T10:00:00Z', who('Ben'))
  expect(await changed(watch)).toEqual({ date: '2026-03-03', count: 16, seatsLeftAtTen: 1 })
  expect(watch.waiting()).toEqual([])
  await watch.stop()
})

it('is refused for days that do not exist and for event types that cannot be booked', async () => {
  const eventType = await givenEventType(host)
  const wrong = [
    ['NOT_FOUND', WATCH, 'et_none'],
    ['INVALID_INPUT', WATCH.replace('2026-03-03', '2026-02-30'), eventType],
    ['INVALID_INPUT', WATCH.replace('2026-03-04', '2026-03-02'), eventType],
  ] as const
  for (const [code, query, id] of wrong) {
    const watch = await follow(world.url, query, { variables: { id } })
    await expect(watch.ended).rejects.toThrow(code)
    await watch.stop()
  }
})
