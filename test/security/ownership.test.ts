import { isInterfaceType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { typeOfId } from '../../src/graph/object-ids.ts'
import { schema } from '../../src/graph/schema.ts'
import { givenApp, tokensFor } from '../helpers/oauth.ts'
import { everything } from '../helpers/postgres.ts'
import { overSocket } from '../helpers/socket.ts'
import {
  Answer,
  at,
  BOOK,
  booking,
  type Client,
  clientOf,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'
import {
  type Attempt,
  attempts,
  givenThings,
  nodeIds,
  nothing,
  open,
  type Things,
} from './attempts.ts'

// Compiled at the fourth run of the same text, of which the first names nothing: what holds before
// must hold for that.
const TIMES = 3

let world: World
let owner: GivenHost
let stranger: GivenHost
let theirs: Things
let mine: Things

beforeAll(async () => {
  // Nobody sends what is made here, so that it stays as it is.
  world = await givenWorld({ config: { roles: new Set(['web']) } })
  owner = await givenHost(world)
  stranger = await givenHost(world)
  theirs = await givenThings(owner, world.visitor, '2026-03-03T09:00:00Z', '2026-03-04T09:00:00Z')
  mine = await givenThings(stranger, world.visitor, '2026-03-03T09:00:00Z', '2026-03-04T09:00:00Z')
  world.clock.set('2026-03-03T09:10:00Z')
})
afterAll(() => world.end())

async function keyOf(host: Client): Promise<Client> {
  const made = await host.run(
    'mutation { createApiKey(input: { label: "All scopes" }) { secret } }',
  )
  return clientOf(host.url, { 'x-api-key': textAt(made, 'createApiKey.secret') })
}

async function tokenOf(host: GivenHost): Promise<Client> {
  const { accessToken } = await tokensFor(host, await givenApp(host), { scope: undefined })
  return clientOf(host.url, { authorization: `Bearer ${accessToken}` })
}

/** The same somebody, with a websocket for each operation. */
const onSocket = (who: Client): Client => ({
  ...who,
  answer: async (query, variables) =>
    Answer.parse(await overSocket(who.url, { query, variables }, { headers: who.headers })),
})

/** What somebody gets to see of an attempt. `own` are the things that they have themselves. */
async function answerTo(
  who: Client,
  { field, query, variables, meanwhile }: Attempt,
  things: Things,
  own: Things,
) {
  const payload = { query, variables: variables?.(things, own) ?? {} }
  if (!field.startsWith('Subscription.')) return who.answer(query, payload.variables)
  const answer = overSocket(who.url, payload, { headers: who.headers })
  return meanwhile === undefined || things !== own ? answer : whileDone(meanwhile(things), answer)
}

/**
 * An answer that comes when its host does something: again and again, since nobody is told when a
 * follower stands.
 */
async function whileDone(
  { query, variables }: ReturnType<NonNullable<Attempt['meanwhile']>>,
  answer: Promise<unknown>,
) {
  const again = setInterval(() => void owner.run(query, variables), 100)
  return answer.finally(() => clearInterval(again))
}

/** An answer in which the ids that were asked for do not show. */
function withoutIds(answer: unknown, things: Things): string {
  let text = JSON.stringify(answer)
  for (const id of Object.values(things)) text = text.replaceAll(`"${id}"`, '"the id"')
  return text
}

/** The answers of an act that found nothing, or that the credential cannot do at all. */
const refused =
  /"code":"(NOT_FOUND|UNAUTHENTICATED|INSUFFICIENT_SCOPE)"|\{"data":\{"\w+":(null|\[\]|\{"totalCount":0,"edges":\[\]\})\}\}/

const nameOf = ({ field, query }: Attempt, index: number) =>
  `${field} (${index}): ${query.slice(0, 60)}`
const withIds = attempts.filter(({ variables }) => variables !== undefined)

describe('the list of attempts', () => {
  it('has one for every root field of the graph, or says why the field belongs to nobody', () => {
    const fields = [
      schema.getQueryType(),
      schema.getMutationType(),
      schema.getSubscriptionType(),
    ].flatMap(type =>
      isObjectType(type) ? Object.keys(type.getFields()).map(name => `${type.name}.${name}`) : [],
    )
    const known = new Set([...attempts.map(({ field }) => field), ...Object.keys(open)])
    expect([...known].sort()).toEqual(fields.sort())
  })

  it('tries every type that node(id) can return, except the public ones', () => {
    const node = schema.getType('Node')
    if (!isInterfaceType(node)) throw new Error('the graph has no interface Node')
    const types = schema.getPossibleTypes(node).map(({ name }) => name)
    const tried = nodeIds.map(idIn => typeOfId(idIn(theirs)))
    // Nothing is sent here, so there is no attempt of a delivery:
    // test/graph/object-identity.test.ts has one.
    expect([...tried, 'BookingPage', 'DeliveryAttempt', 'EventType', 'Reservation'].sort()).toEqual(
      types.sort(),
    )
  })
})

describe('somebody who knows all ids of a host', () => {
  const strangers: [string, () => Promise<Client>][] = [
    ['another host', async () => stranger],
    ['another host on a websocket', async () => onSocket(stranger)],
    ['an API key of another host', () => keyOf(stranger)],
    ['an OAuth token of another host', () => tokenOf(stranger)],
    ['a visitor', async () => world.visitor],
  ]

  it.each(strangers)(
    '%s is answered as if nothing had the id, and changes nothing',
    { timeout: 60_000 },
    async (_who, become) => {
      const who = await become()
      const before = await everything(world.databaseUrl)
      for (const [index, attempt] of withIds.entries()) {
        const name = nameOf(attempt, index)
        const missing = withoutIds(await answerTo(who, attempt, nothing, mine), nothing)
        for (let time = 0; time < TIMES; time++) {
          const found = withoutIds(await answerTo(who, attempt, theirs, mine), theirs)
          expect(found, name).toBe(missing)
        }
        expect(missing, name).toMatch(refused)
      }
      const after = await everything(world.databaseUrl)
      // That the stranger's own key or token was used is noted.
      for (const tables of [before, after]) {
        delete tables.ApiKey
        delete tables.OAuthGrant
      }
      expect(after).toEqual(before)
    },
  )

  it('another host sees nothing of theirs in lists, whatever they are told to begin after', async () => {
    const secrets = [owner.email, ...Object.values(theirs).filter(id => id.includes('_'))]
    const lists = attempts.filter(
      ({ field, query }) => field.startsWith('Query.') && query.includes('edges'),
    )
    expect(lists.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['Query.bookings', 'Query.contacts', 'Query.hooks']),
    )
    for (const attempt of lists) {
      const own = JSON.stringify(
        await answerTo(stranger, { ...attempt, variables: undefined }, theirs, mine),
      )
      for (const secret of secrets) expect(own, attempt.field).not.toContain(secret)
    }
    const LIST = 'query ($after: String) { bookings(after: $after) { edges { node { id } } } }'
    const own = listAt(await stranger.run(LIST), 'bookings.edges').map(edge =>
      textAt(edge, 'node.id'),
    )
    expect(own).toEqual(expect.arrayContaining([mine.booking, mine.pending, mine.teamBooking]))
    const page = await owner.run('{ bookings(first: 1) { edges { cursor } } }')
    const after = textAt(page, 'bookings.edges.0.cursor')
    const seen = await stranger.run(LIST, { after })
    for (const edge of listAt(seen, 'bookings.edges'))
      expect(own).toContain(textAt(edge, 'node.id'))
  })

  it('another host cannot use a reservation for their own event type', async () => {
    const held = await world.visitor.run(
      'mutation ($input: ReserveSlotInput!) { reserveSlot(input: $input) { reservation { id } } }',
      { input: { eventType: { id: theirs.eventType }, start: '2026-03-06T10:00:00Z' } },
    )
    const own = await givenEventType(stranger)
    const input = { reservationId: textAt(held, 'reserveSlot.reservation.id') }
    expect(await stranger.codeOf(BOOK, booking(own, '2026-03-06T10:00:00Z', input))).toBe(
      'NOT_FOUND',
    )
  })

  it('another host sees of a public event type what a visitor sees', async () => {
    const query = `query ($id: ID) { publicEventType(ref: { id: $id }) {
      metadata scheduleId scheduleDatabaseId schedule { id } host { email } locations { address } questions { key }
    } }`
    const seen = await stranger.run(query, { id: theirs.eventType })
    expect(seen).toEqual(await world.visitor.run(query, { id: theirs.eventType }))
    expect(at(seen, 'publicEventType.scheduleId')).toBeNull()
    expect(at(seen, 'publicEventType.host.email')).toBeNull()
    expect(at(await owner.run(query, { id: theirs.eventType }), 'publicEventType.scheduleId')).toBe(
      theirs.schedule,
    )
  })
})

describe('the host', () => {
  it('can do all that was tried: the attempts fail for want of the right alone', async () => {
    for (const [index, attempt] of withIds.entries()) {
      const answer = JSON.stringify(await answerTo(owner, attempt, theirs, theirs))
      expect(answer, nameOf(attempt, index)).not.toMatch(
        new RegExp(`${refused.source}|INVALID|INTERNAL`),
      )
    }
  })
})
