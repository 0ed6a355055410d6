import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { atOnce, cancel, move, refusal, tally, who } from '../helpers/bookings.ts'
import { sql } from '../helpers/postgres.ts'
import {
  at,
  BOOK,
  booking,
  type Client,
  clientOf,
  type Data,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost
let eventType = ''

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:00Z')
  host = await givenHost(world)
  eventType = await givenEventType(host)
})

const CONTACT =
  'id databaseId email name phone timeZone bookingCount firstBookingAt lastBookingAt createdAt updatedAt'

const Page = z.object({
  edges: z.array(
    z.object({ cursor: z.string(), node: z.looseObject({ id: z.string(), name: z.string() }) }),
  ),
  pageInfo: z.object({
    endCursor: z.string().nullable(),
    hasNextPage: z.boolean(),
    hasPreviousPage: z.boolean(),
  }),
  totalCount: z.number(),
})

async function contacts(args: Data = {}, as: Client = host) {
  const data = await as.run(
    `query ($first: Int, $last: Int, $after: String, $before: String, $search: String, $email: EmailAddress) {
      contacts(first: $first, last: $last, after: $after, before: $before, search: $search, email: $email) {
        edges { cursor node { ${CONTACT} } } pageInfo { endCursor hasNextPage hasPreviousPage } totalCount
      }
    }`,
    args,
  )
  const { edges, ...rest } = Page.parse(data.contacts)
  const nodes = edges.map(({ node }) => node)
  return {
    nodes,
    names: nodes.map(({ name }) => name),
    cursors: edges.map(({ cursor }) => cursor),
    ...rest,
  }
}

const names = async (args: Data) => (await contacts(args)).names

const theOnly = async (as: Client = host) => {
  const { nodes } = await contacts({}, as)
  expect(nodes).toHaveLength(1)
  return nodes[0]
}

let half = 0

/** Books a start that nobody has, a minute later each time, as somebody. */
async function books(invitee: Data, of = eventType) {
  half++
  const start = new Date(
    Date.parse('2026-03-03T09:00:00Z') +
      (half % 16) * 1_800_000 +
      Math.floor(half / 16) * 86_400_000,
  )
  const made = await givenBooking(world.visitor, of, start.toISOString(), {
    invitee: { timeZone: 'Europe/Berlin', ...invitee },
  })
  world.clock.forward(1)
  return made
}

beforeEach(() => {
  half = -1
})

const ann = { name: 'Ann', email: 'ann@example.org' }

describe('a contact', () => {
  it('is made by the first booking of an e-mail address', async () => {
    expect((await contacts()).totalCount).toBe(0)
    const made = await books({ ...ann, phone: '+49 30 1234' })

    const now = '2026-03-02T07:00:00.000Z'
    const contact = await theOnly()
    expect(contact).toEqual({
      id: expect.stringMatching(/^ct_\w{22}$/),
      databaseId: expect.any(Number),
      email: 'ann@example.org',
      name: 'Ann',
      phone: '+49 30 1234',
      timeZone: 'Europe/Berlin',
      bookingCount: 1,
      firstBookingAt: now,
      lastBookingAt: now,
      createdAt: now,
      updatedAt: now,
    })
    const data = await host.run(
      'query ($id: ID!) { booking(id: $id) { invitees { contact { id } } } }',
      {
        id: made.id,
      },
    )
    expect(at(data, 'booking.invitees.0.contact.id')).toBe(contact?.id)
  })

  it('is the same for every spelling of the address in capitals, and counts', async () => {
    await books(ann)
    await books({ ...ann, email: 'Ann@Example.ORG' })
    await books({ ...ann, email: ' ANN@EXAMPLE.ORG ' })
    expect(await theOnly()).toMatchObject({
      email: 'ann@example.org',
      bookingCount: 3,
      firstBookingAt: '2026-03-02T07:00:00.000Z',
      createdAt: '2026-03-02T07:00:00.000Z',
      lastBookingAt: '2026-03-02T07:02:00.000Z',
      updatedAt: '2026-03-02T07:02:00.000Z',
    })
  })

  it('has the name, number and zone that were last given', async () => {
    await books({ ...ann, phone: '+49 30 1234' })
    await books({ ...ann, name: 'Ann Arbor', timeZone: 'America/Detroit' })
    expect(await theOnly()).toMatchObject({
      name: 'Ann Arbor',
      phone: '+49 30 1234',
      timeZone: 'America/Detroit',
    })
    await books({ ...ann, phone: '+1 734 1234' })
    expect(await theOnly()).toMatchObject({
      name: 'Ann',
      phone: '+1 734 1234',
      timeZone: 'Europe/Berlin',
    })
  })

  it('leaves bookings that exist with what was said then', async () => {
    const { token } = await books(ann)
    await books({ ...ann, name: 'Ann Arbor' })
    const data = await world.visitor.run(
      'query ($token: String) { booking(token: $token) { invitees { name } } }',
      {
        token,
      },
    )
    expect(at(data, 'booking.invitees')).toEqual([{ name: 'Ann' }])
  })

  it('is another for each host', async () => {
    const other = await givenHost(world)
    const theirs = await givenEventType(other)
    await books(ann)
    await books({ ...ann, name: 'Annie' }, theirs)
    const [mine, foreign] = [await theOnly(), await theOnly(other)]
    expect(mine).toMatchObject({ name: 'Ann', bookingCount: 1 })
    expect(foreign).toMatchObject({ name: 'Annie', bookingCount: 1 })
    expect(foreign?.id).not.toBe(mine?.id)
  })

  it('stays with its count when a booking moves or is cancelled', async () => {
    const { token } = await books(ann)
    const moved = await move(world.visitor, { token, start: '2026-03-05T09:00:00Z' })
    await cancel(world.visitor, { token: moved.token })
    expect(await theOnly()).toMatchObject({
      bookingCount: 1,
      lastBookingAt: '2026-03-02T07:00:00.000Z',
    })
  })

  it('is not made by a booking that is refused, nor of a guest', async () => {
    const start = '2026-03-03T09:00:00Z'
    await givenBooking(world.visitor, eventType, start, {
      ...who('Ann'),
      guests: ['guest@example.org'],
    })
    expect(await refusal(world.visitor, BOOK, booking(eventType, start, who('Ben')))).toMatchObject(
      { reason: 'taken' },
    )
    expect((await contacts()).names).toEqual(['Ann'])
  })

  it('counts each of ten bookings that one person makes at once over two gateways', async () => {
    const second = clientOf((await world.secondGateway()).url, {})
    const answers = await atOnce(10, index =>
      (index % 2 ? second : world.visitor).answer(
        BOOK,
        booking(
          eventType,
          new Date(Date.parse('2026-03-03T09:00:00Z') + index * 1_800_000).toISOString(),
        ),
      ),
    )
    expect(tally(answers)).toEqual({ ok: 10 })
    expect(await theOnly()).toMatchObject({ bookingCount: 10 })
  })

  it('is found by its id, by its host alone', async () => {
    await books(ann)
    const contact = await theOnly()
    const ONE = `query ($id: ID!) { contact(id: $id) { ${CONTACT} } node(id: $id) { id ... on Contact { ${CONTACT} } } }`
    const other = await givenHost(world)
    expect(await host.run(ONE, { id: contact?.id })).toEqual({ contact, node: contact })
    expect(await other.run(ONE, { id: contact?.id })).toEqual({ contact: null, node: null })
    expect(await host.run(ONE, { id: 'ct_nothing' })).toEqual({ contact: null, node: null })
    const databaseId = contact?.databaseId
    expect(await host.run(ONE, { id: databaseId })).toEqual({ contact, node: null })
    expect(await other.run(ONE, { id: databaseId })).toEqual({ contact: null, node: null })
    expect(
      await world.visitor.codeOf('query ($id: ID!) { contact(id: $id) { id } }', {
        id: contact?.id,
      }),
    ).toBe('UNAUTHENTICATED')
    expect(await world.visitor.codeOf('{ contacts { totalCount } }')).toBe('UNAUTHENTICATED')
  })
})

describe('the search of contacts', () => {
  beforeEach(async () => {
    await books({ name: 'Jürgen Größe', email: 'jg@example.org' })
    await books({ name: 'Zoë 100%', email: 'zoe_b@example.org' })
    await books({ name: 'Back\\slash', email: 'zoexb@other.example' })
  })

  it.each([
    ['jür', ['Jürgen Größe']],
    ['JÜRGEN', ['Jürgen Größe']],
    ['GRÖ', ['Jürgen Größe']],
    ['ZOË', ['Zoë 100%']],
    ['  gen g ', ['Jürgen Größe']],
    ['EXAMPLE.org', ['Zoë 100%', 'Jürgen Größe']],
    ['zoe', ['Back\\slash', 'Zoë 100%']],
    ['%', ['Zoë 100%']],
    ['0%', ['Zoë 100%']],
    ['%zoe', []],
    ['_', ['Zoë 100%']],
    ['zoe_b', ['Zoë 100%']],
    ['\\', ['Back\\slash']],
    ["'; drop table", []],
    ['', ['Back\\slash', 'Zoë 100%', 'Jürgen Größe']],
    ['   ', ['Back\\slash', 'Zoë 100%', 'Jürgen Größe']],
  ])('for %j finds %j', async (search, found) => {
    expect(await contacts({ search })).toMatchObject({ names: found, totalCount: found.length })
  })

  it('by e-mail finds the one address, in any capitals, and not a part of one', async () => {
    expect(await names({ email: 'ZOE_B@example.org' })).toEqual(['Zoë 100%'])
    expect(await names({ email: 'b@example.org' })).toEqual([])
    expect(await names({ email: 'zoe_b@example.org', search: 'jür' })).toEqual([])
    expect(await names({ email: 'zoe_b@example.org', search: 'zoë' })).toEqual(['Zoë 100%'])
  })

  it('finds nobody of another host', async () => {
    const other = await givenHost(world)
    expect(await contacts({ search: 'zo' }, other)).toMatchObject({ names: [], totalCount: 0 })
    expect(await contacts({ email: 'jg@example.org' }, other)).toMatchObject({
      names: [],
      totalCount: 0,
    })
  })

  it('takes at most 100 characters, and addresses that are some', async () => {
    expect(await names({ search: 'x'.repeat(100) })).toEqual([])
    expect(
      await refusal(
        host,
        'query ($s: String, $e: EmailAddress) { contacts(search: $s, email: $e) { totalCount } }',
        {
          s: 'x'.repeat(101),
          e: 'nobody',
        },
      ),
    ).toEqual({ code: 'INVALID_INPUT', paths: ['search', 'email'] })
  })
})

describe('the list of contacts', () => {
  it('has who booked last first, and brings up who books again', async () => {
    for (const name of ['Ann', 'Ben', 'Cem']) await books({ name, email: `${name}@example.org` })
    expect(await names({})).toEqual(['Cem', 'Ben', 'Ann'])
    await books(ann)
    expect(await names({})).toEqual(['Ann', 'Cem', 'Ben'])
  })

  it('pages forwards and backwards, also through those who booked in the same instant', async () => {
    for (const name of ['Ann', 'Ben', 'Cem', 'Dag', 'Eva']) {
      await books({ name, email: `${name}@example.org` })
      world.clock.set('2026-03-02T07:00:00Z')
    }
    const all = ['Eva', 'Dag', 'Cem', 'Ben', 'Ann']
    const first = await contacts({ first: 2 })
    expect(first).toMatchObject({
      names: all.slice(0, 2),
      totalCount: 5,
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    })
    const second = await contacts({ first: 2, after: first.pageInfo.endCursor })
    expect(second).toMatchObject({
      names: all.slice(2, 4),
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
    })
    const third = await contacts({ first: 2, after: second.pageInfo.endCursor })
    expect(third).toMatchObject({
      names: all.slice(4),
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    })
    expect(await names({ last: 2, before: second.cursors[0] })).toEqual(all.slice(0, 2))
    expect(await names({ last: 2 })).toEqual(all.slice(3))
  })

  it('pages through what a search finds', async () => {
    for (const name of ['Ann', 'Ben', 'Anna', 'Annika'])
      await books({ name, email: `${name}@example.org` })
    const first = await contacts({ search: 'ann', first: 2 })
    expect(first).toMatchObject({
      names: ['Annika', 'Anna'],
      totalCount: 3,
      pageInfo: { hasNextPage: true },
    })
    const rest = await contacts({ search: 'ann', first: 2, after: first.pageInfo.endCursor })
    expect(rest).toMatchObject({ names: ['Ann'], totalCount: 3, pageInfo: { hasNextPage: false } })
  })

  it('goes on below its cursor when the contact of the cursor has booked again meanwhile', async () => {
    for (const name of ['Ann', 'Ben', 'Cem', 'Dag'])
      await books({ name, email: `${name}@example.org` })
    const first = await contacts({ first: 2 })
    expect(first.names).toEqual(['Dag', 'Cem'])
    await books({ name: 'Cem', email: 'cem@example.org' })
    expect(await names({ first: 2, after: first.pageInfo.endCursor })).toEqual(['Ben', 'Ann'])
  })

  it('refuses cursors of other lists', async () => {
    await books(ann)
    const data = await host.run('{ eventTypes { edges { cursor } } }')
    const foreign = textAt(listAt(data, 'eventTypes.edges')[0], 'cursor')
    for (const after of [foreign, 'nonsense', '']) {
      expect(
        await refusal(host, 'query ($after: String) { contacts(after: $after) { totalCount } }', {
          after,
        }),
      ).toEqual({ code: 'INVALID_INPUT', paths: ['after'] })
    }
  })
})

it('an account adds 10,000 contacts who never booked and no more, and who books is a contact still', async () => {
  await sql(
    world.databaseUrl,
    `insert into "Contact" ("uid", "hostId", "email", "name", "bookingCount", "firstBookingAt", "lastBookingAt", "createdAt", "updatedAt")
     select 'ct_full' || u."id" || '_' || n, u."id", 'n' || n || '@full.example', 'N', 0, now(), now(), now(), now()
     from "User" u, generate_series(1, 9999) n where u."uid" = $1`,
    [host.id],
  )
  const ADD =
    'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } } }'
  const add = (email: string) => host.codeOf(ADD, { input: { name: 'Ann', email } })
  await host.run(ADD, { input: { name: 'Last', email: 'last@example.org' } })
  expect(await add('more@example.org')).toBe('LIMIT_REACHED')
  await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
  expect((await contacts({ first: 1 })).totalCount).toBe(10_001)
})
