import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { follow } from '../helpers/live.ts'
import { openSocket, type Socket } from '../helpers/socket.ts'
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
  const same = await Promise.all(
    Array.from({ length: 12 }, () => follow(world.url, WATCH, { variables })),
  )
  const other = await follow(world.url, WATCH, { variables: { ...variables, end: '2026-03-05' } })
  await new Promise(resolve => setTimeout(resolve, 500))

  const statements = vi.spyOn(pg.Client.prototype, 'query')
  await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
  for (const watch of [...same, other]) {
    const day = JSON.stringify(at(await watch.next(), 'slotsChanged'))
    expect(day).toContain('2026-03-03T10:30:00.000Z')
    expect(day).not.toContain('2026-03-03T10:00:00.000Z')
  }
  const looks = statements.mock.calls.filter(([statement]) =>
    /join "Claim"/.test(textOf(statement)),
  )
  statements.mockRestore()
  // One of the booking itself, and two for the thirteen who watch.
  expect(looks).toHaveLength(3)
  for (const watch of [...same, other]) await watch.stop()
})

it('lets one client watch fifty times at once, and again when one of them has stopped', async () => {
  const watch = (socket: Socket, id: string, eventTypeId = eventType) =>
    socket.send({
      type: 'subscribe',
      id,
      payload: { query: WATCH, variables: { id: eventTypeId, end: '2026-03-04' } },
    })
  const refused = async (socket: Socket, id: string) => {
    watch(socket, id)
    const { type, payload } = await socket.nextOf(id)
    expect(JSON.stringify([type, payload])).toContain('LIMIT_REACHED')
  }
  /**
   * A socket that watches fifty times; waits until those before it have given their places back.
   */
  const full = () =>
    vi.waitFor(
      async () => {
        const socket = await openSocket(world.url, { init: {} })
        onTestFinished(() => socket.kill())
        try {
          for (let n = 0; n < 50; n++) watch(socket, `watch${n}`)
          await refused(socket, 'over')
          for (let n = 0; n < 50; n++) expect(socket.waiting(`watch${n}`)).toEqual([])
          return socket
        } catch (error) {
          await socket.close()
          throw error
        }
      },
      { timeout: 20_000, interval: 100 },
    )
  // Those that are refused themselves, or were stopped before they began, take no place.
  const wrong = await openSocket(world.url, { init: {} })
  for (let n = 0; n < 60; n++) {
    watch(wrong, `wrong${n}`, 'et_none')
    await wrong.nextOf(`wrong${n}`)
  }
  for (let n = 0; n < 40; n++) {
    watch(wrong, `brief${n}`)
    wrong.send({ type: 'complete', id: `brief${n}` })
  }

  const socket = await full()
  socket.send({ type: 'complete', id: 'watch0' })
  let tries = 0
  await vi.waitFor(
    async () => {
      const id = `again${tries++}`
      watch(socket, id)
      await refused(socket, `over ${id}`)
      expect(socket.waiting(id)).toEqual([])
    },
    { timeout: 10_000, interval: 100 },
  )
  await socket.close()
  await full()
}, 40_000)
