import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { follow } from '../helpers/live.ts'
import { openSocket } from '../helpers/socket.ts'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

const WATCH = `subscription ($id: ID!, $end: Date) {
  slotsChanged(eventType: { id: $id }, start: "2026-03-03", end: $end) { date slots { start } }
}`

let world: World
let host: GivenHost
let eventType: string

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  eventType = await givenEventType(host)
})
afterAll(() => world.end())

const textOf = (statement: unknown): string =>
  typeof statement === 'string' ? statement : String(at(statement, 'text'))

it('looks once for all who watch the same days, and by itself for those who watch others', async () => {
  const variables = { id: eventType, end: '2026-03-04' }
  const same = await Promise.all(Array.from({ length: 12 }, () => follow(world.url, WATCH, { variables })))
  const other = await follow(world.url, WATCH, { variables: { ...variables, end: '2026-03-05' } })
  await new Promise(resolve => setTimeout(resolve, 500))

  const statements = vi.spyOn(pg.Client.prototype, 'query')
  await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
  for (const watch of [...same, other]) {
    const day = JSON.stringify(at(await watch.next(), 'slotsChanged'))
    expect(day).toContain('2026-03-03T10:30:00.000Z')
    expect(day).not.toContain('2026-03-03T10:00:00.000Z')
  }
  const looks = statements.mock.calls.filter(([statement]) => /join "Claim"/.test(textOf(statement)))
  statements.mockRestore()
  // One of the booking itself, and two for the thirteen who watch.
  expect(looks).toHaveLength(3)
  for (const watch of [...same, other]) await watch.stop()
})

it('lets one client watch fifty times at once, and again when one of them has stopped', async () => {
  const socket = await openSocket(world.url, { init: {} })
  const watch = (id: string) =>
    socket.send({
      type: 'subscribe',
      id,
      payload: { query: WATCH, variables: { id: eventType, end: '2026-03-04' } },
    })
  const refused = async (id: string) => {
    watch(id)
    const { type, payload } = await socket.nextOf(id)
    expect(JSON.stringify([type, payload])).toContain('LIMIT_REACHED')
  }
  // Those that are refused themselves, or were stopped before they began, take no place.
  for (let n = 0; n < 60; n++) {
    socket.send({ type: 'subscribe', id: `wrong${n}`, payload: { query: WATCH, variables: { id: 'et_none' } } })
    await socket.nextOf(`wrong${n}`)
  }
  for (let n = 0; n < 40; n++) {
    watch(`brief${n}`)
    socket.send({ type: 'complete', id: `brief${n}` })
  }
  await new Promise(resolve => setTimeout(resolve, 500))

  for (let n = 0; n < 50; n++) watch(`watch${n}`)
  await new Promise(resolve => setTimeout(resolve, 300))
  await refused('over')
  socket.send({ type: 'complete', id: 'watch0' })
  await new Promise(resolve => setTimeout(resolve, 200))
  watch('again')
  await new Promise(resolve => setTimeout(resolve, 200))
  await refused('over again')
  expect(socket.waiting('again')).toEqual([])
  await socket.close()

  await vi.waitFor(async () => {
    const next = await openSocket(world.url, { init: {} })
    next.send({
      type: 'subscribe',
      id: 'next',
      payload: { query: WATCH, variables: { id: eventType, end: '2026-03-04' } },
    })
    await new Promise(resolve => setTimeout(resolve, 200))
    expect(next.waiting('next')).toEqual([])
    await next.close()
  })
})
