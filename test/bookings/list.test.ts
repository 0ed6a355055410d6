import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { approve, cancel, deny, move, refusal, who } from '../helpers/bookings.ts'
import {
  at,
  type Data,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

let world: World

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())

const LIST = `query ($filter: BookingFilter, $orderBy: BookingOrder, $first: Int, $after: String, $last: Int, $before: String) {
  bookings(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    edges { cursor node { id status start eventType { id name } hosts { id: userId } invitees { email } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`

const Page = z.object({
  totalCount: z.number(),
  edges: z.array(
    z.object({ cursor: z.string(), node: z.looseObject({ id: z.string(), start: z.string() }) }),
  ),
  pageInfo: z.object({
    hasNextPage: z.boolean(),
    hasPreviousPage: z.boolean(),
    startCursor: z.string().nullable(),
    endCursor: z.string().nullable(),
  }),
})

async function pageOf(host: GivenHost, asked: Data = {}) {
  const page = Page.parse(at(await host.run(LIST, asked), 'bookings'))
  return { ...page, ids: page.edges.map(({ node }) => node.id) }
}

const refused = (host: GivenHost, asked: Data) => refusal(host, LIST, asked)

describe('the filters of the list', () => {
  let host: GivenHost
  let [intro, asking] = ['', '']
  const ids: Record<string, string> = {}
  const names = async (filter: Data) => {
    const page = await pageOf(host, { filter })
    expect(page.totalCount).toBe(page.ids.length)
    return page.ids.map(id => Object.keys(ids).find(name => ids[name] === id))
  }

  beforeAll(async () => {
    host = await givenHost(world)
    intro = await givenEventType(host)
    asking = await givenEventType(host, { confirmation: 'ALWAYS' })
    const keep = async (name: string, eventType: string, start: string, guest: string) => {
      const { id } = await givenBooking(world.visitor, eventType, start, who(guest))
      ids[name] = id
      world.clock.forward(10)
      return id
    }
    // Made at 07:00, 07:10, 07:20, … in this order.
    await keep('plain', intro, '2026-03-03T09:00:00Z', 'Ann')
    await cancel(host, { id: await keep('cancelled', intro, '2026-03-03T10:00:00Z', 'Ben') })
    await keep('waiting', asking, '2026-03-04T09:00:00Z', 'Ann')
    await approve(host, await keep('approved', asking, '2026-03-04T10:00:00Z', 'Ben'))
    await deny(host, await keep('denied', asking, '2026-03-04T11:00:00Z', 'Ann'))
    const old = await keep('moved away', intro, '2026-03-05T09:00:00Z', 'Cleo')
    ids['moved here'] = (await move(host, { id: old, start: '2026-03-05T10:00:00Z' })).id

    const other = await givenHost(world)
    await givenBooking(world.visitor, await givenEventType(other), '2026-03-03T09:00:00Z')
  })

  it('lets every booking of the host through when there is none, by start', async () => {
    expect(await names({})).toEqual([
      'plain',
      'cancelled',
      'waiting',
      'approved',
      'denied',
      'moved away',
      'moved here',
    ])
  })
  it('asks for one state, or for several', async () => {
    expect(await names({ statuses: ['PENDING'] })).toEqual(['waiting'])
    expect(await names({ statuses: ['CANCELLED', 'DENIED'] })).toEqual([
      'cancelled',
      'denied',
      'moved away',
    ])
    expect(await names({ statuses: [] })).toEqual([])
  })
  it('asks for event types', async () => {
    expect(await names({ eventTypeIds: [asking] })).toEqual(['waiting', 'approved', 'denied'])
    expect(await names({ eventTypeIds: [asking, intro] })).toHaveLength(7)
    expect(await names({ eventTypeIds: ['et_none'] })).toEqual([])
  })
  it('asks for the address of an invitee, in any case', async () => {
    expect(await names({ inviteeEmail: 'ANN@example.org' })).toEqual(['plain', 'waiting', 'denied'])
    expect(await names({ inviteeEmail: 'nobody@example.org' })).toEqual([])
  })
  it('asks for starts from an instant on, and before another', async () => {
    expect(await names({ startsFrom: '2026-03-04T10:00:00+01:00' })).toEqual([
      'waiting',
      'approved',
      'denied',
      'moved away',
      'moved here',
    ])
    expect(
      await names({ startsFrom: '2026-03-03T10:00:00Z', startsBefore: '2026-03-04T10:00:00Z' }),
    ).toEqual(['cancelled', 'waiting'])
  })
  it('asks for when they were booked', async () => {
    expect(
      await names({ createdFrom: '2026-03-02T07:10:00Z', createdBefore: '2026-03-02T07:30:00Z' }),
    ).toEqual(['cancelled', 'waiting'])
  })
  it('holds all conditions together', async () => {
    expect(
      await names({
        statuses: ['PENDING', 'CONFIRMED', 'DENIED'],
        eventTypeIds: [asking],
        inviteeEmail: 'ann@example.org',
        startsFrom: '2026-03-04T09:30:00Z',
        startsBefore: '2026-03-05T00:00:00Z',
        createdFrom: '2026-03-02T07:00:00Z',
        createdBefore: '2026-03-03T00:00:00Z',
      }),
    ).toEqual(['denied'])
  })
  it('reads each booking with its event type, host and invitees', async () => {
    const { edges } = await pageOf(host, { filter: { eventTypeIds: [asking] }, first: 2 })
    expect(edges.map(({ node }) => node)).toMatchObject([
      {
        eventType: { id: asking },
        hosts: [{ id: host.id }],
        invitees: [{ email: 'ann@example.org' }],
      },
      {
        eventType: { id: asking },
        hosts: [{ id: host.id }],
        invitees: [{ email: 'ben@example.org' }],
      },
    ])
  })
  it('names a value that cannot be read', async () => {
    const wrong = (filter: Data) => refused(host, { filter })
    expect(await wrong({ startsFrom: 'soon', inviteeEmail: 'nobody' })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['filter.inviteeEmail', 'filter.startsFrom'],
    })
    expect((await wrong({ statuses: ['LATE'] })).code).toBe('INVALID_INPUT')
  })
  it('is not for visitors', async () => {
    expect((await refusal(world.visitor, LIST)).code).toBe('UNAUTHENTICATED')
  })
})

describe('the order of the list', () => {
  it('goes by start or by when it was booked, from either end', async () => {
    const host = await givenHost(world)
    const eventType = await givenEventType(host)
    const ids: string[] = []
    // Booked out of order, two of them in the same instant.
    for (const hour of ['11', '09', '12', '10']) {
      ids.push((await givenBooking(world.visitor, eventType, `2026-03-03T${hour}:00:00Z`)).id)
      if (hour !== '09') world.clock.forward(1)
    }
    const order = async (field: string, direction: string) => {
      const page = await pageOf(host, { orderBy: { field, direction } })
      return page.ids.map(id => ids.indexOf(id))
    }
    expect(await order('START', 'ASC')).toEqual([1, 3, 0, 2])
    expect(await order('START', 'DESC')).toEqual([2, 0, 3, 1])
    expect(await order('CREATED', 'ASC')).toEqual([0, 1, 2, 3])
    expect(await order('CREATED', 'DESC')).toEqual([3, 2, 1, 0])
  })
})

describe('the pages of the list', () => {
  let host: GivenHost
  let eventType = ''
  const all: string[] = []
  const starts = Array.from(
    { length: 14 },
    (_, index) =>
      `2026-03-03T${String(9 + (index >> 1)).padStart(2, '0')}:${index % 2 ? '30' : '00'}:00Z`,
  )

  beforeAll(async () => {
    host = await givenHost(world)
    eventType = await givenEventType(host)
    for (const start of starts) all.push((await givenBooking(world.visitor, eventType, start)).id)
  })

  /** All pages in one direction; `meanwhile` happens between two of them. */
  async function walk(
    forward: boolean,
    size: number,
    orderBy: Data,
    meanwhile = async (_page: number) => {},
  ) {
    const pages: string[][] = []
    let cursor: string | null = null
    for (;;) {
      const page: Awaited<ReturnType<typeof pageOf>> = await pageOf(host, {
        orderBy,
        ...(forward ? { first: size, after: cursor } : { last: size, before: cursor }),
      })
      expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor ?? null)
      expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? null)
      pages.push(page.ids)
      cursor = forward ? page.pageInfo.endCursor : page.pageInfo.startCursor
      if (!(forward ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage)) return pages
      await meanwhile(pages.length)
    }
  }

  const orders = [
    { field: 'START', direction: 'ASC' },
    { field: 'START', direction: 'DESC' },
    { field: 'CREATED', direction: 'ASC' },
    { field: 'CREATED', direction: 'DESC' },
  ]

  it.each(orders)('hold each booking once, both ways, by $field $direction', async orderBy => {
    const expected = orderBy.direction === 'ASC' ? all : all.toReversed()
    for (const size of [1, 4, 7, 14, 100]) {
      expect((await walk(true, size, orderBy)).flat()).toEqual(expected)
      const backward = await walk(false, size, orderBy)
      expect(backward.toReversed().flat()).toEqual(expected)
    }
  })

  it('count all bookings, whatever the page holds', async () => {
    const page = await pageOf(host, { first: 3 })
    expect([page.totalCount, page.ids.length]).toEqual([14, 3])
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
  })

  it('hold 25 bookings unless asked otherwise, and at most 100', async () => {
    expect(await refused(host, { first: 101 })).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE' })
    for (const asked of [{ first: 0 }, { last: -1 }, { first: 1, last: 1 }]) {
      expect((await refused(host, asked)).code).toBe('INVALID_INPUT')
    }
    expect((await pageOf(host)).ids).toHaveLength(14)
  })

  it('end before a cursor, with `last` or without', async () => {
    const { edges } = await pageOf(host, { first: 5 })
    const before = edges[4]?.cursor
    expect((await pageOf(host, { before })).ids).toEqual(all.slice(0, 4))
    expect((await pageOf(host, { before, last: 2 })).ids).toEqual(all.slice(2, 4))
    expect((await pageOf(host, { before, first: 2 })).ids).toEqual(all.slice(0, 2))
  })

  it.each([
    ['forward', true],
    ['backward', false],
  ])(
    'stay right while bookings are made and cancelled between them, read %s',
    async (_way, forward) => {
      // One comes and goes before, one after, and one behind the place that the reader has reached.
      const made: string[] = []
      const pages = await walk(forward, 3, { field: 'START', direction: 'ASC' }, async page => {
        const hour = String(9 + page).padStart(2, '0')
        const { id } = await givenBooking(
          world.visitor,
          eventType,
          `2026-03-${forward ? '04' : '05'}T${hour}:00:00Z`,
        )
        made.push(id)
        await cancel(host, { id })
        if (forward && page === 1) await cancel(host, { id: all[13] ?? '' })
      })
      const seen = (forward ? pages : pages.toReversed()).flat()
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.filter(id => all.includes(id))).toEqual(all)
      // Forward, those made later in the calendar are met on the way, each once.
      expect(seen.filter(id => made.includes(id))).toEqual(forward ? made : [])
    },
  )

  it('refuse a cursor that is made up, or that another order gave', async () => {
    const byStart = (await pageOf(host, { first: 1 })).pageInfo.endCursor
    const orderBy = { field: 'CREATED', direction: 'ASC' }
    expect(await refused(host, { after: byStart, orderBy })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['after'],
    })
    expect(await refused(host, { last: 2, before: byStart, orderBy })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['before'],
    })
    const forged = (text: string) => Buffer.from(text).toString('base64url')
    for (const after of [
      'nonsense',
      '',
      forged('["bookings by startAt","2026-03-03T09:00:00.000Z",9999999999]'),
      forged('["bookings by startAt","yesterday",1]'),
      forged('["bookings by startAt","2026-03-03T09:00:00.000Z"]'),
    ]) {
      expect(await refused(host, { after })).toEqual({ code: 'INVALID_INPUT', paths: ['after'] })
    }
  })
})

describe('what is read along with a page', () => {
  it('is as it is now, however often the page was read before', async () => {
    const host = await givenHost(world, { name: 'Before' })
    const eventType = await givenEventType(host, { name: 'Before' })
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const query = '{ bookings { edges { node { eventType { name } hosts { name } } } } }'
    const seen = async () => at(await host.run(query), 'bookings.edges.0.node')
    for (const name of ['Before', 'After', 'Later']) {
      await host.run(
        `mutation ($id: ID!, $name: String!) {
          updateEventType(input: { id: $id, name: $name }) { eventType { id } }
          updateProfile(input: { name: $name }) { user { id } }
        }`,
        { id: eventType, name },
      )
      for (let time = 0; time < 5; time++)
        expect(await seen()).toEqual({ eventType: { name }, hosts: [{ name }] })
    }
  })

  it('is every invitee, in the order in which they booked, wherever the document asks for them', async () => {
    const host = await givenHost(world)
    const seated = await givenEventType(host, { seats: 3 })
    const emails = ['cleo@example.org', 'ann@example.org', 'bob@example.org']
    for (const email of emails) {
      await givenBooking(world.visitor, seated, '2026-03-03T09:00:00Z', {
        invitee: { name: 'Somebody', email },
      })
    }
    const alone = await givenBooking(world.visitor, seated, '2026-03-03T10:00:00Z')
    const together = { invitees: emails.map(email => ({ email })) }
    const documents = [
      '{ bookings { edges { node { invitees { email } } } } }',
      'query { bookings { ...Page } } fragment Page on BookingConnection { edges { node { ... on Booking { ...B } } } } fragment B on Booking { invitees { email } }',
    ]
    for (const document of documents) {
      for (let time = 0; time < 5; time++) {
        const { edges } = z
          .object({ edges: z.array(z.object({ node: z.unknown() })) })
          .parse((await host.run(document)).bookings)
        expect(edges.map(({ node }) => node)).toEqual([
          together,
          { invitees: [{ email: 'ann@example.org' }] },
        ])
      }
    }
    const page = await host.run(
      'query { bookings(first: 1) { edges { cursor node { invitees { id } } } } }',
    )
    expect(at(page, 'bookings.edges.0.node.invitees')).toHaveLength(3)
    expect(at(page, 'bookings.edges.1')).toBeUndefined()
    expect(alone.id).toMatch(/^bk_/)
  })

  it('is the booking that one replaced', async () => {
    const host = await givenHost(world)
    const eventType = await givenEventType(host)
    const { id } = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    await move(host, { id, start: '2026-03-03T10:00:00Z' })
    const data = await host.run(
      '{ bookings { edges { node { rescheduledFromId rescheduledFrom { id } } } } }',
    )
    expect(at(data, 'bookings.edges')).toEqual([
      { node: { rescheduledFromId: null, rescheduledFrom: null } },
      { node: { rescheduledFromId: id, rescheduledFrom: { id } } },
    ])
  })
})
