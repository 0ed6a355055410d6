import { afterAll, beforeAll, expect, it } from 'vitest'
import { run } from './helpers/program.ts'
import { givenWorld, type World } from './helpers/world.ts'

let world: World

beforeAll(async () => {
  // The example books the first start that is free from now on.
  world = await givenWorld({ now: new Date().toISOString() })
})
afterAll(() => world.end())

it('first-booking: a host registers, a visitor books, and another process sees the booking arrive', async () => {
  const program = await run('examples/first-booking.mjs', [world.url])
  const { code } = await program.ended
  expect(program.stderr()).toBe('')
  expect(code).toBe(0)
  const lines = program.stdout().trim().split('\n')
  expect(lines[0]).toMatch(/^Registered Grace Host, whose page is http/)
  const booking = /^Booked (bk_\w+): CONFIRMED, /.exec(lines[2] ?? '')?.[1]
  const [, watcher, received] =
    /^Process (\d+) received BOOKING_CREATED for (bk_\w+)$/.exec(lines[3] ?? '') ?? []
  expect(booking).toBeDefined()
  expect(received).toBe(booking)
  expect(Number(watcher)).not.toBe(program.pid)
})

it('watch-bookings: says what it needs, without a key', async () => {
  const program = await run('examples/watch-bookings.mjs', [world.url])
  expect((await program.ended).code).toBe(1)
  expect(program.stderr()).toContain(
    'Set MERIDIAN_API_KEY to an API key with the scope bookings:read.',
  )
})
