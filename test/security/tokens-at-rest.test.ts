import { afterAll, beforeAll, expect, it } from 'vitest'
import { everything } from '../helpers/postgres.ts'
import { at, givenWorld, type World } from '../helpers/world.ts'
import { givenHooked } from '../webhooks/delivery/given.ts'

let world: World
beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

/** What gives an invitee access: an id and a signature. */
const TOKEN = /\b(?:inv|bk|bs)_\w{22}\.[\w-]{32}/g

it.each(['CALENDLY', 'CALCOM', 'CALENDO', 'CALENDARPA', 'standard'])(
  'stores no token of an invitee with a %s delivery, and sends the same bytes again',
  async name => {
    const dialect = name === 'standard' ? {} : { dialect: name }
    const { host, receiver, book } = await givenHooked(world, {
      hook: { ...dialect, events: ['BOOKING_CREATED'] },
    })
    const { token } = await book()
    const first = await receiver.next()
    const stored = JSON.stringify(await everything(world.databaseUrl))
    expect(stored).not.toContain(token)
    expect(stored.match(TOKEN)).toBeNull()

    const shown = await host.run('{ deliveries(first: 1) { edges { node { id body } } } }')
    const delivery = at(shown, 'deliveries.edges.0.node')
    expect(JSON.stringify(delivery).match(TOKEN)).toBeNull()
    await host.run(
      'mutation ($id: ID!) { replayDelivery(input: { id: $id }) { delivery { id } } }',
      {
        id: at(delivery, 'id'),
      },
    )
    expect((await receiver.next(10_000)).body).toBe(first.body)
  },
)

it('sends the token to receivers of Calendly’s dialect, whose links need it', async () => {
  const { receiver, book } = await givenHooked(world, {
    hook: { dialect: 'CALENDLY', events: ['BOOKING_CREATED'] },
  })
  const { token } = await book()
  expect((await receiver.next()).body).toContain(token)
})
