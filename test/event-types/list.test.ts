import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { edit, givenSchedule, refusal } from '../helpers/bookings.ts'
import {
  at,
  type Client,
  type Data,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  MONDAY,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
})

const Page = z.object({
  edges: z.array(z.object({ cursor: z.string(), node: z.object({ name: z.string() }) })),
  pageInfo: z.object({
    endCursor: z.string().nullable(),
    hasNextPage: z.boolean(),
    hasPreviousPage: z.boolean(),
  }),
  totalCount: z.number(),
})

const LIST = `query ($first: Int, $last: Int, $after: String, $before: String, $filter: EventTypeFilter, $orderBy: EventTypeOrder) {
  eventTypes(first: $first, last: $last, after: $after, before: $before, filter: $filter, orderBy: $orderBy) {
    edges { cursor node { name } } pageInfo { endCursor hasNextPage hasPreviousPage } totalCount
  }
}`

async function list(args: Data = {}, as: Client = host) {
  const { edges, ...rest } = Page.parse((await as.run(LIST, args)).eventTypes)
  return {
    names: edges.map(({ node }) => node.name),
    cursors: edges.map(({ cursor }) => cursor),
    ...rest,
  }
}
const names = async (args: Data = {}) => (await list(args)).names
const filtered = (filter: Data) => names({ filter })

describe('the order of event types', () => {
  // Made a minute apart, and changed in another order.
  beforeEach(async () => {
    const ids = new Map<string, string>()
    for (const [name, position] of [
      ['Cedar', 3],
      ['Ash', 1],
      ['Birch', 2],
    ] as const) {
      ids.set(name, await givenEventType(host, { name, position }))
      world.clock.forward(1)
    }
    for (const name of ['Birch', 'Cedar', 'Ash']) {
      await edit(host, ids.get(name) ?? '', { description: 'Changed' })
      world.clock.forward(1)
    }
  })

  it.each([
    [undefined, ['Ash', 'Birch', 'Cedar']],
    ['POSITION', ['Ash', 'Birch', 'Cedar']],
    ['POSITION_DESC', ['Cedar', 'Birch', 'Ash']],
    ['NAME', ['Ash', 'Birch', 'Cedar']],
    ['NAME_DESC', ['Cedar', 'Birch', 'Ash']],
    ['CREATED', ['Cedar', 'Ash', 'Birch']],
    ['CREATED_DESC', ['Birch', 'Ash', 'Cedar']],
    ['UPDATED', ['Birch', 'Cedar', 'Ash']],
    ['UPDATED_DESC', ['Ash', 'Cedar', 'Birch']],
  ])('%s', async (orderBy, inOrder) => {
    expect(await names({ orderBy })).toEqual(inOrder)
    // Page by page it is the same, forwards and backwards.
    const first = await list({ orderBy, first: 1 })
    const rest = await list({ orderBy, first: 2, after: first.pageInfo.endCursor })
    expect([...first.names, ...rest.names]).toEqual(inOrder)
    expect(await names({ orderBy, last: 1, before: rest.cursors[1] })).toEqual([inOrder[1]])
  })

  it('has its own cursors: those of another order are refused', async () => {
    const { pageInfo } = await list({ orderBy: 'NAME' })
    const other = { orderBy: 'CREATED', after: pageInfo.endCursor }
    expect(await refusal(host, LIST, other)).toEqual({ code: 'INVALID_INPUT', paths: ['after'] })
    expect(await refusal(host, LIST, { before: 'nonsense' })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['before'],
    })
  })
})

describe('the pages of event types', () => {
  const all = ['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6']

  it('show each once, where all stand at one position and were made in one instant', async () => {
    for (const name of all) await givenEventType(host, { name, position: 1 })
    for (const orderBy of ['POSITION', 'CREATED', 'UPDATED']) {
      const seen: string[] = []
      let after: string | null = null
      for (let pages = 0; pages < 4; pages++) {
        const page: Awaited<ReturnType<typeof list>> = await list({ orderBy, first: 2, after })
        expect(page).toMatchObject({
          totalCount: 7,
          pageInfo: { hasNextPage: pages < 3, hasPreviousPage: pages > 0 },
        })
        seen.push(...page.names)
        after = page.pageInfo.endCursor
      }
      expect(seen).toEqual(all)
      expect(await names({ orderBy, last: 3 })).toEqual(['e4', 'e5', 'e6'])
    }
  })

  it('go on where they were when the row of the cursor is archived', async () => {
    const ids: string[] = []
    for (const name of all) ids.push(await givenEventType(host, { name }))
    const { pageInfo } = await list({ first: 3 })
    await host.run(
      'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id } } }',
      { id: ids[2] },
    )
    expect(await names({ first: 2, after: pageInfo.endCursor })).toEqual(['e3', 'e4'])
    expect(await names({ last: 5, before: pageInfo.endCursor })).toEqual(['e0', 'e1'])
  })

  it('have 25 event types unless asked otherwise', async () => {
    for (let index = 0; index < 26; index++) await givenEventType(host, { name: `n${index}` })
    expect(await list()).toMatchObject({ totalCount: 26, pageInfo: { hasNextPage: true } })
    expect(await names()).toHaveLength(25)
    expect(await names({ first: 100 })).toHaveLength(26)
  })
})

describe('the filter of event types', () => {
  beforeEach(async () => {
    await givenEventType(host, { name: 'Über uns', slug: 'about', description: 'Who we are' })
    await givenEventType(host, { name: '100% you', slug: 'you', isActive: false })
    await givenEventType(host, { name: 'a_b', slug: 'a-b', description: 'ÜBUNG \\ drill' })
    await givenEventType(await givenHost(world), { name: 'Über sie', slug: 'about' })
  })

  it.each([
    ['über', ['Über uns']],
    ['ÜBER', ['Über uns']],
    ['üb', ['Über uns', 'a_b']],
    ['WHO', ['Über uns']],
    ['%', ['100% you']],
    ['_', ['a_b']],
    ['\\', ['a_b']],
    ['about', []],
    [' ', ['Über uns', '100% you', 'a_b']],
  ])('finds by %j in name and description %j', async (search, found) => {
    expect(await list({ filter: { search } })).toMatchObject({
      names: found,
      totalCount: found.length,
    })
  })

  it('finds by state and by slug, each its own', async () => {
    expect(await filtered({ isActive: true })).toEqual(['Über uns', 'a_b'])
    expect(await filtered({ isActive: false })).toEqual(['100% you'])
    expect(await filtered({ slug: 'about' })).toEqual(['Über uns'])
    expect(await filtered({ slug: 'nothing' })).toEqual([])
    expect(await filtered({ slug: 'about', isActive: false })).toEqual([])
    expect(
      await filtered({
        isActive: null,
        slug: null,
        search: null,
        scheduleId: null,
        includeArchived: null,
      }),
    ).toEqual(['Über uns', '100% you', 'a_b'])
  })

  it('finds by schedule those that have it as their own, or as the default one', async () => {
    const scheduleId = await givenSchedule(host, {})
    await givenEventType(host, { name: 'Own hours', scheduleId })
    const foreign = await givenSchedule(await givenHost(world), {})
    expect(await filtered({ scheduleId })).toEqual(['Own hours'])
    expect(await filtered({ scheduleId: foreign })).toEqual([])
    const byDefault = at(
      await host.run('{ viewer { defaultSchedule { id } } }'),
      'viewer.defaultSchedule.id',
    )
    expect(await filtered({ scheduleId: byDefault })).toEqual(['Über uns', '100% you', 'a_b'])
    expect(await filtered({ scheduleId: byDefault, search: 'who' })).toEqual(['Über uns'])
  })

  it('finds archived ones only when asked for', async () => {
    const id = await givenEventType(host, { name: 'Old', slug: 'old' })
    await host.run(
      'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id } } }',
      { id },
    )
    expect(await filtered({ slug: 'old' })).toEqual([])
    expect(await filtered({ slug: 'old', includeArchived: true })).toEqual(['Old'])
    expect(await filtered({ includeArchived: false, isActive: true })).toEqual(['Über uns', 'a_b'])
  })

  it('names what it cannot use', async () => {
    expect(
      await refusal(host, LIST, { filter: { search: 'x'.repeat(101), slug: 'No slug' } }),
    ).toEqual({
      code: 'INVALID_INPUT',
      paths: ['filter.search', 'filter.slug'],
    })
    expect(await world.visitor.codeOf(LIST)).toBe('UNAUTHENTICATED')
  })
})
