import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { cancel, refusal, who } from '../helpers/bookings.ts'
import {
  at,
  type Client,
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'
import { givenToken } from '../rest-compat/rest.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
})
afterAll(() => world.end())
beforeEach(async () => {
  host = await givenHost(world)
})

const PAST = `query ($types: [EventKind!], $first: Int, $after: String, $last: Int, $before: String) {
  pastEvents(types: $types, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    pageInfo { startCursor endCursor hasNextPage }
    edges { cursor node { id kind snapshot { id: bookingId status } contactSnapshot { name } } }
  }
}`
const Page = z.object({
  totalCount: z.int(),
  pageInfo: z.object({
    startCursor: z.string().nullable(),
    endCursor: z.string().nullable(),
    hasNextPage: z.boolean(),
  }),
  edges: z.array(
    z.object({ cursor: z.string(), node: z.looseObject({ id: z.string(), kind: z.string() }) }),
  ),
})

async function past(variables: Record<string, unknown> = {}, client: Pick<Client, 'run'> = host) {
  const { edges, ...page } = Page.parse(at(await client.run(PAST, variables), 'pastEvents'))
  return { ...page, events: edges.map(({ node }) => node) }
}

const kindsOf = ({ events }: { events: { kind: string }[] }) => events.map(({ kind }) => kind)

/** Two bookings, of which the first is cancelled: six events. */
async function givenEvents() {
  const eventType = await givenEventType(host)
  const first = await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z', who('Ann'))
  const second = await givenBooking(world.visitor, eventType, '2026-03-03T11:00:00Z', who('Ann'))
  await cancel(host, { id: first.id })
  return { first, second }
}

it('come newest first, as the things stood then, without those that the log keeps for itself', async () => {
  const { first, second } = await givenEvents()
  const { events, totalCount, pageInfo } = await past()
  expect(kindsOf({ events })).toEqual([
    'BOOKING_CANCELLED',
    'BOOKING_CREATED',
    'CONTACT_UPDATED',
    'BOOKING_CREATED',
    'CONTACT_CREATED',
  ])
  expect([totalCount, pageInfo.hasNextPage]).toEqual([5, false])
  expect(events[0]).toMatchObject({
    snapshot: { id: first.id, status: 'CANCELLED' },
    contactSnapshot: null,
  })
  expect(events[1]).toMatchObject({ snapshot: { id: second.id, status: 'CONFIRMED' } })
  expect(events[3]).toMatchObject({ snapshot: { id: first.id, status: 'CONFIRMED' } })
  expect(events[4]).toMatchObject({ snapshot: null, contactSnapshot: { name: 'Ann' } })
})

it('are of the kinds that are asked for, each once', async () => {
  await givenEvents()
  expect(kindsOf(await past({ types: ['BOOKING_DENIED'] }))).toEqual([])
  const types = ['BOOKING_CREATED', 'BOOKING_CANCELLED', 'BOOKING_CREATED']
  const page = await past({ types })
  expect(kindsOf(page)).toEqual(['BOOKING_CANCELLED', 'BOOKING_CREATED', 'BOOKING_CREATED'])
  expect(page.totalCount).toBe(3)
})

it('come in pages, forward and backward, while more happens', async () => {
  await givenEvents()
  const all = await past()
  const ids = all.events.map(({ id }) => id)
  const newest = await past({ first: 2 })
  await givenBooking(world.visitor, await givenEventType(host), '2026-03-03T14:00:00Z', who('Ben'))
  const next = await past({ first: 2, after: newest.pageInfo.endCursor })
  const rest = await past({ first: 2, after: next.pageInfo.endCursor })
  expect([newest, next, rest].flatMap(({ events }) => events.map(({ id }) => id))).toEqual(ids)
  expect([next, rest].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, false])
  expect(await past({ last: 2, before: next.pageInfo.startCursor })).toMatchObject({
    events: newest.events,
  })
  expect(await refusal(host, PAST, { after: 'hooks~n1' })).toEqual({
    code: 'INVALID_INPUT',
    paths: ['after'],
  })
})

it('of contacts take the scope for contacts', async () => {
  await givenEvents()
  const withKey = clientOf(host.url, {
    authorization: `Bearer ${await givenToken(host, ['bookings:read'])}`,
  })
  expect(kindsOf(await past({}, withKey))).toEqual([
    'BOOKING_CANCELLED',
    'BOOKING_CREATED',
    'BOOKING_CREATED',
  ])
  expect(await withKey.codeOf(PAST, { types: ['BOOKING_CREATED', 'CONTACT_CREATED'] })).toBe(
    'INSUFFICIENT_SCOPE',
  )
})
