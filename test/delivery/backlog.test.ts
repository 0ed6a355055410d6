import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { givenWorld, type World } from '../helpers/world.ts'
import { changeHook, givenHooked, type Hooked, holding } from './given.ts'

const AT_ONCE = 10
const BACKLOG = 25

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

const ends: [string, (hooked: Hooked) => Promise<unknown>][] = [
  ['is deleted', ({ host, hook }) => host.run('mutation ($id: ID!) { deleteHook(id: $id) { id } }', { id: hook.id })],
  ['is switched off', ({ host, hook }) => changeHook(host, hook.id, { isActive: false })],
]

it.each(ends)('a hook with a backlog begins no request after it %s', async (_how, end) => {
  const held = holding()
  const hooked = await givenHooked(world, { how: held.behaviour })
  for (let index = 0; index < BACKLOG; index++) await hooked.book()
  await vi.waitFor(() => expect(held.open).toHaveLength(AT_ONCE), { timeout: 10_000 })
  await end(hooked)
  // The requests under way end; the rest of the backlog is in the memory of the process.
  for (const { answer } of [...held.open]) answer(200)
  await hooked.turn()
  expect(hooked.receiver.all).toHaveLength(AT_ONCE)
  await vi.waitFor(() => expect(held.open).toHaveLength(0))
})

it('a hook with a backlog is called at its new address as soon as it is changed', async () => {
  const held = holding()
  const hooked = await givenHooked(world, { how: held.behaviour })
  for (let index = 0; index < BACKLOG; index++) await hooked.book()
  await vi.waitFor(() => expect(held.open).toHaveLength(AT_ONCE), { timeout: 10_000 })
  await changeHook(hooked.host, hooked.hook.id, { url: `${hooked.receiver.url}/moved` })
  hooked.receiver.answer(200)
  for (const { answer } of [...held.open]) answer(200)
  await hooked.until(...Array.from({ length: BACKLOG }, () => 'DELIVERED'))
  expect(hooked.receiver.all.slice(AT_ONCE).map(({ path }) => path)).toEqual(
    Array.from({ length: BACKLOG - AT_ONCE }, () => '/hook/moved'),
  )
})
