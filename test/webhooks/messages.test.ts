// Hooks of a dialect that divides events: Calendly's tell of invitees.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  at,
  type GivenHost,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

const CREATE =
  'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id messages metadata ownerId } } }'
const ordinary = {
  url: 'https://receiver.example/hook',
  events: ['BOOKING_CREATED'],
  dialect: 'CALENDLY',
}

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  host = await givenHost(world)
})

it('names the messages that it is told of: all unless it says', async () => {
  const some = { messages: ['invitee.created'], metadata: { scope: 'user' } }
  const made = await host.run(CREATE, { input: { ...ordinary, ...some } })
  expect(at(made, 'createHook.hook')).toMatchObject({ ...some, ownerId: host.id })
  const all = await host.run(CREATE, { input: ordinary })
  expect(listAt(all, 'createHook.hook.messages')).toContain('invitee.canceled')
  const plain = await host.run(CREATE, { input: { ...ordinary, dialect: 'STANDARD' } })
  expect(at(plain, 'createHook.hook')).toMatchObject({ messages: [], metadata: {} })
})

it('names no messages that its dialect does not have', async () => {
  for (const dialect of ['CALENDLY', 'STANDARD']) {
    const [error] = await host.refused(CREATE, {
      input: { ...ordinary, dialect, messages: ['invitee.born'] },
    })
    expect(error?.extensions?.fields).toEqual([
      { path: 'input.messages.0', message: `is no message of ${dialect} hooks` },
    ])
  }
})

it('can be the only one with its URL', async () => {
  const alone = { ...ordinary, hasOwnUrl: true }
  await host.run(CREATE, { input: alone })
  expect(await host.codeOf(CREATE, { input: alone })).toBe('CONFLICT')
  await host.run(CREATE, { input: ordinary })
  await host.run(CREATE, { input: { ...alone, dialect: 'STANDARD' } })
  await (await givenHost(world)).run(CREATE, { input: alone })
})

it('is found by its metadata, in either order', async () => {
  const ids: string[] = []
  for (const scope of ['user', 'organization', 'user']) {
    ids.push(
      textAt(
        await host.run(CREATE, { input: { ...ordinary, metadata: { scope } } }),
        'createHook.hook.id',
      ),
    )
  }
  const list = async (args: string) =>
    listAt(await host.run(`{ hooks(${args}) { edges { node { id } } } }`), 'hooks.edges').map(
      each => at(each, 'node.id'),
    )
  expect(await list('metadata: { scope: "user" }')).toEqual([ids[2], ids[0]])
  expect(await list('metadata: { scope: "user" }, orderBy: CREATED')).toEqual([ids[0], ids[2]])
  expect(await list('orderBy: CREATED')).toEqual(ids)
  expect(await host.codeOf('{ hooks(metadata: 1) { edges { node { id } } } }')).toBe(
    'INVALID_INPUT',
  )
})
