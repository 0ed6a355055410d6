import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { clientOf, givenWorld, textAt, type World } from '../helpers/world.ts'
import { changeHook, givenHook, givenHooked, type Held, type Hooked, holding, turnOf } from './given.ts'

const AT_ONCE = 10
const BACKLOG = 25

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

const ends: [string, (hooked: Hooked, held: Held) => Promise<unknown>][] = [
  [
    'is deleted',
    ({ host, hook }) =>
      host.run('mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }', { id: hook.id }),
  ],
  ['is switched off', ({ host, hook }) => changeHook(host, hook.id, { isActive: false })],
  [
    'is told that its receiver is gone',
    ({ seen }, { open }) => {
      open[0]?.answer(410)
      return vi.waitFor(async () => expect(await seen()).toMatchObject({ isActive: false, disabledReason: 'GONE' }))
    },
  ],
]

it.each(ends)('a hook with a backlog begins no request after it %s', async (_how, end) => {
  const held = holding()
  const hooked = await givenHooked(world, { how: held.behaviour })
  for (let index = 0; index < BACKLOG; index++) await hooked.book()
  await vi.waitFor(() => expect(held.open).toHaveLength(AT_ONCE), { timeout: 10_000 })
  await end(hooked, held)
  // The requests under way end; the rest of the backlog is in the memory of the process.
  for (const { answer } of [...held.open]) answer(200)
  await hooked.turn()
  expect(hooked.receiver.all).toHaveLength(AT_ONCE)
  await vi.waitFor(() => expect(held.open).toHaveLength(0))
})

it('a hook with a backlog begins no request after the key that created it is revoked', async () => {
  const held = holding()
  const { host, hook: first, receiver, book } = await givenHooked(world, { how: held.behaviour })
  const made = await host.run(`mutation {
    createApiKey(input: { label: "Hooks", scopes: ["webhooks:manage", "bookings:read"] }) { secret apiKey { id } }
  }`)
  const key = clientOf(world.url, { 'x-api-key': textAt(made, 'createApiKey.secret') })
  const hook = await givenHook(key, { url: `${receiver.url}/of-the-key` })
  await host.run('mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }', { id: first.id })
  for (let index = 0; index < BACKLOG; index++) await book()
  await vi.waitFor(() => expect(held.open).toHaveLength(AT_ONCE), { timeout: 10_000 })
  await host.run('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', {
    id: textAt(made, 'createApiKey.apiKey.id'),
  })
  for (const { answer } of [...held.open]) answer(200)
  await turnOf(world, hook)
  expect(receiver.all.map(({ path }) => path)).toEqual(Array.from({ length: AT_ONCE }, () => '/hook/of-the-key'))
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
