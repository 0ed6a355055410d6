import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { givenApp, tokensFor } from '../../helpers/oauth.ts'
import { DELETE_TEAM, givenTeam, givenTeamEventType } from '../../helpers/teams.ts'
import {
  clientOf,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../../helpers/world.ts'
import {
  changeHook,
  type GivenHook,
  givenHook,
  givenHooked,
  type Held,
  type Hooked,
  holding,
  receiverThat,
  turnOf,
} from './given.ts'

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
      host.run('mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }', {
        id: hook.id,
      }),
  ],
  ['is switched off', ({ host, hook }) => changeHook(host, hook.id, { isActive: false })],
  [
    'is told that its receiver is gone',
    ({ seen }, { open }) => {
      open[0]?.answer(410)
      return vi.waitFor(async () =>
        expect(await seen()).toMatchObject({ isActive: false, disabledReason: 'GONE' }),
      )
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

/** A hook that exists as long as something else, which a test ends. */
interface Dependent {
  hook: GivenHook
  eventType: string
  end(): Promise<unknown>
}

const dependents: [string, (url: string) => Promise<Dependent>][] = [
  [
    'the key that created it is revoked',
    async url => {
      const host = await givenHost(world)
      const made = await host.run(`mutation {
        createApiKey(input: { label: "Hooks", scopes: ["webhooks:manage", "bookings:read"] }) { secret apiKey { id } }
      }`)
      const key = clientOf(world.url, { 'x-api-key': textAt(made, 'createApiKey.secret') })
      const id = textAt(made, 'createApiKey.apiKey.id')
      return {
        hook: await givenHook(key, { url }),
        eventType: await givenEventType(host),
        end: () =>
          host.run('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', {
            id,
          }),
      }
    },
  ],
  [
    'the authorization of the app that created it ends',
    async url => {
      const host = await givenHost(world)
      const scopes = ['webhooks:manage', 'bookings:read']
      const app = await givenApp(host, { scopes })
      const { accessToken } = await tokensFor(host, app, { scope: scopes.join(' ') })
      const hook = await givenHook(
        clientOf(world.url, { authorization: `Bearer ${accessToken}` }),
        { url },
      )
      const id = textAt(
        await host.run('{ authorizedApps { edges { node { id } } } }'),
        'authorizedApps.edges.0.node.id',
      )
      return {
        hook,
        eventType: await givenEventType(host),
        end: () =>
          host.run(
            'mutation ($id: ID!) { endAuthorization(input: { id: $id }) { id: deletedId } }',
            { id },
          ),
      }
    },
  ],
  [
    'its account is deleted',
    async url => {
      const owner = await givenHost(world)
      const made = await owner.run(`mutation { createPlatformClient(input: {
        name: "Platform", redirectUris: ["https://platform.example"], permissions: [EVENT_TYPE_WRITE, BOOKING_READ]
      }) { client { id: clientId } } }`)
      const clientId = textAt(made, 'createPlatformClient.client.id')
      const created = await owner.run(
        `mutation ($clientId: ID!) {
          createManagedAccount(input: {
            clientId: $clientId, email: "ada@example.org", name: "Ada", timeZone: "Europe/London"
          }) { account { id: userId } tokens { accessToken } }
        }`,
        { clientId },
      )
      const token = textAt(created, 'createManagedAccount.tokens.accessToken')
      const account = clientOf(world.url, { authorization: `Bearer ${token}` })
      const input = { clientId, userId: textAt(created, 'createManagedAccount.account.id') }
      return {
        hook: await givenHook(account, { url }),
        eventType: await givenEventType(account),
        end: () =>
          owner.run(
            'mutation ($input: DeleteManagedAccountInput!) { deleteManagedAccount(input: $input) { id: deletedId } }',
            {
              input,
            },
          ),
      }
    },
  ],
  [
    'its team is deleted',
    async url => {
      const host = await givenHost(world)
      const team = await givenTeam(host)
      return {
        hook: await givenHook(host, { url, teamId: team.id }),
        eventType: await givenTeamEventType(host, team, 'ROUND_ROBIN', [host]),
        end: () => host.run(DELETE_TEAM, { id: team.id }),
      }
    },
  ],
]

it.each(dependents)('a hook with a backlog begins no request after %s', async (_what, given) => {
  const held = holding()
  const receiver = await receiverThat(held.behaviour)
  const { hook, eventType, end } = await given(receiver.url)
  for (let index = 0; index < BACKLOG; index++)
    await givenBooking(world.visitor, eventType, startAt(index))
  await vi.waitFor(() => expect(held.open).toHaveLength(AT_ONCE), { timeout: 10_000 })
  await end()
  for (const { answer } of [...held.open]) answer(200)
  await turnOf(world, hook)
  expect(receiver.all).toHaveLength(AT_ONCE)
})

/** Ten starts a day from Tuesday on. */
const startAt = (index: number) =>
  new Date(
    Date.parse('2026-03-03T10:00:00Z') +
      Math.floor(index / 10) * 86_400_000 +
      (index % 10) * 1_800_000,
  ).toISOString()

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
