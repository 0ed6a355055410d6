// One id, one object (https://relay.dev/graphql/objectidentification.htm): what Relay's store and
// Apollo's cache rely on.

import { isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { typeOfId } from '../../src/graph/object-ids.ts'
import { schema } from '../../src/graph/schema.ts'
import { CANCEL } from '../helpers/bookings.ts'
import {
  at,
  type Data,
  type GivenHost,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'
import { givenThings, type Things } from '../security/attempts.ts'

const identified = Object.values(schema.getTypeMap())
  .filter(type => isObjectType(type))
  .filter(type => type.getInterfaces().some(({ name }) => name === 'Node'))
  .map(({ name }) => name)

/** Everything of an account, in parts that the limit on cost admits. */
const EVERYTHING = [
  `{ viewer { __typename id name bookingPage { __typename id slug host { __typename userId name }
      eventTypes { nodes { __typename id name } } } }
    schedules { __typename id name }
    eventTypes { nodes { __typename id name bookingLinks(first: 10) { nodes { __typename id url } } } } }`,
  `{ bookings { edges { node { __typename id status hosts { __typename userId name }
      invitees { __typename id status contact { __typename id name } } eventType { __typename id name } } } } }`,
  `{ contacts { nodes { __typename id name } }
    hooks { nodes { __typename id url } }
    deliveries(first: 10) { nodes { __typename id status attempts(first: 10) { nodes { __typename id number } }
      event { __typename id kind } } } }`,
  `{ pastEvents { nodes { __typename id kind
      snapshot { __typename bookingId status eventType { __typename eventTypeId name }
        invitees { __typename inviteeId name } }
      contactSnapshot { __typename contactId name } booking { __typename id status }
      invitee { __typename id status } } }
    activity { nodes { __typename id eventId kind } } }`,
  `query ($team: ID!, $form: ID!, $clientId: ID!, $reservation: ID!) {
    apiKeys { nodes { __typename id label } }
    oauthClients { nodes { __typename id name } }
    authorizedApps { nodes { __typename id app { __typename clientId name } } }
    platformClients { nodes { __typename id clientId name } }
    managedAccounts(clientId: $clientId) { nodes { __typename id userId name } }
    routingForms { nodes { __typename id name } }
    routingSubmissions(formId: $form) { nodes { __typename id formId } }
    publicRoutingForm(formId: $form) { __typename formId name }
    calendarFeeds { __typename id urls }
    reservation(id: $reservation) { __typename id start }
    receivedInvitations { nodes { __typename id status } }
    team(id: $team) { __typename id name } }`,
  `{ teams(first: 10) { nodes { __typename id name membership { __typename id role } bookingPage { __typename id slug }
      members(first: 10) { nodes { __typename id user { __typename userId name } } }
      invitations(first: 10) { nodes { __typename id status } } } } }`,
]

let world: World
let host: GivenHost
let stranger: GivenHost
let things: Things
let shown: Data[]

interface Shown {
  id: string
  __typename: string
}

/** Every object with an id in an answer. */
function* objectsIn(value: unknown): Iterable<Shown & Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return
  if ('id' in value && '__typename' in value) {
    yield { ...value, id: String(value.id), __typename: String(value.__typename) }
  }
  for (const part of Object.values(value)) yield* objectsIn(part)
}

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  stranger = await givenHost(world)
  things = await givenThings(host, world.visitor, '2026-03-03T09:00:00Z', '2026-03-04T09:00:00Z')
  const held = await world.visitor.run(
    'mutation ($input: ReserveSlotInput!) { reserveSlot(input: $input) { reservation { id } } }',
    { input: { eventType: { id: things.eventType }, start: '2026-03-06T09:00:00Z' } },
  )
  await host.run(CANCEL, { input: { id: things.booking } })
  await vi.waitUntil(
    async () =>
      /"attemptCount":[1-9]/.test(
        JSON.stringify(await host.run('{ deliveries { nodes { attemptCount } } }')),
      ),
    { timeout: 20_000, interval: 100 },
  )
  const variables = {
    team: things.team,
    form: things.routingForm,
    clientId: things.platformClient,
    reservation: at(held, 'reserveSlot.reservation.id'),
  }
  shown = await Promise.all(
    EVERYTHING.map(query => host.run(query, query.startsWith('query') ? variables : {})),
  )
})
afterAll(() => world.end())

describe('answers with everything of an account', () => {
  it('show an object of every type that is a Node', () => {
    const seen = new Set([...objectsIn(shown)].map(({ __typename }) => __typename))
    expect(identified.filter(name => !seen.has(name))).toEqual([])
  })

  it('have no two objects with one id', () => {
    const byId = new Map<string, string>()
    for (const { id, __typename } of objectsIn(shown)) {
      expect(byId.get(id) ?? __typename, id).toBe(__typename)
      byId.set(id, __typename)
    }
  })

  it('say the same of an object wherever they show it', () => {
    const known = new Map<string, unknown>()
    for (const { id, ...fields } of objectsIn(shown)) {
      for (const [name, value] of Object.entries(fields)) {
        if (typeof value === 'object') continue
        const key = `${id}.${name}`
        expect(known.get(key) ?? value, key).toBe(value)
        known.set(key, value)
      }
    }
  })
})

const NODE = 'query ($id: ID!) { node(id: $id) { __typename id } }'

describe('node(id)', () => {
  it('returns every object that was shown, to the account that it was shown to', async () => {
    const objects = new Map(
      [...objectsIn(shown)].map(({ id, __typename }) => [id, { __typename, id }]),
    )
    for (const [id, object] of objects)
      expect(at(await host.run(NODE, { id }), 'node'), id).toEqual(object)
  })

  it('returns nothing to another account, except what is public', async () => {
    const open = new Set<string>()
    for (const { id, __typename } of objectsIn(shown)) {
      const { data } = await stranger.answer(NODE, { id })
      if (at(data, 'node') != null) open.add(__typename)
    }
    expect([...open].sort()).toEqual(['BookingPage', 'EventType', 'Reservation'])
  })

  it('returns a bookable event type and a booking page to a visitor, and no archived event type', async () => {
    expect(at(await world.visitor.run(NODE, { id: things.eventType }), 'node.__typename')).toBe(
      'EventType',
    )
    const page = at(shown, '0.viewer.bookingPage.id')
    expect(at(await world.visitor.run(NODE, { id: page }), 'node')).toEqual({
      __typename: 'BookingPage',
      id: page,
    })
    await host.run(
      'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id } } }',
      {
        id: things.eventType,
      },
    )
    expect(at(await world.visitor.run(NODE, { id: things.eventType }), 'node')).toBeNull()
    expect(at(await host.run(NODE, { id: things.eventType }), 'node.__typename')).toBe('EventType')
  })

  it.each([
    '',
    'x',
    'zz_1',
    'att_1',
    'att_99999999999999999999_1',
    'bl_x',
    'bl_99999999999',
    'pc_',
    'mac_',
    'act_x',
  ])('returns null for the id %j', async id => {
    expect(at(await host.run(NODE, { id }), 'node')).toBeNull()
  })
})

it('pages the event types of a booking page by its id, as a refetchable fragment of Relay does', async () => {
  const { visitor } = world
  const query = `query ($id: ID!, $after: String) { node(id: $id) { ... on BookingPage {
    eventTypes(first: 1, after: $after) { nodes { name } pageInfo { endCursor hasNextPage } } } } }`
  const id = at(shown, '0.viewer.bookingPage.id')
  const first = at(await visitor.run(query, { id }), 'node.eventTypes')
  const second = at(
    await visitor.run(query, { id, after: at(first, 'pageInfo.endCursor') }),
    'node.eventTypes',
  )
  expect(at(first, 'nodes.0.name')).not.toEqual(at(second, 'nodes.0.name'))
})

it('gives every object an id whose prefix names its type', () => {
  for (const { id, __typename } of objectsIn(shown)) expect(typeOfId(id), id).toBe(__typename)
})
