import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { refusal } from '../../helpers/bookings.ts'
import { sql } from '../../helpers/postgres.ts'
import type { Received } from '../../helpers/receiver.ts'
import {
  at,
  type Client,
  type Data,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../../helpers/world.ts'
import {
  changeHook,
  deliveryOf,
  givenHook,
  givenHooked,
  type Hooked,
  holding,
  idOf,
  verifyStandard,
} from './given.ts'

/**
 * What a test waits to see that nothing comes: longer than the workers' sweep for deliveries takes
 * to come around.
 */
const QUIET_MS = 1_300

const REPLAY =
  'mutation ($id: ID!) { replayDelivery(input: { id: $id }) { delivery { id status nextAttemptAt finishedAt } } }'
const REPLAY_FAILED = `mutation ($input: ReplayFailedInput!) {
  replayFailedDeliveries(input: $input) { count hook { id } }
}`
const TEST = `mutation ($hookId: ID!) {
  sendTestEvent(input: { hookId: $hookId }) { delivery { id kind status body event { id } createdAt } }
}`

const testEvent = async (host: Client, hookId: string) =>
  textAt(await host.run(TEST, { hookId }), 'sendTestEvent.delivery.id')

const Page = z.object({
  edges: z.array(z.object({ cursor: z.string(), node: z.object({ id: z.string() }) })),
  pageInfo: z.object({
    startCursor: z.string().nullable(),
    endCursor: z.string().nullable(),
    hasNextPage: z.boolean(),
    hasPreviousPage: z.boolean(),
  }),
  totalCount: z.number(),
})

describe('the list of deliveries', () => {
  let world: World
  let host: GivenHost
  let stranger: GivenHost
  let crm: { id: string; databaseId: number }
  let mail: { id: string; databaseId: number }
  /** The deliveries by short names: `crm 07`, for the event of seven o’clock. */
  const ids = new Map<string, string>()
  let strangersHook: string

  // Nobody sends them here. They are put where the workers would have brought them.
  beforeAll(async () => {
    world = await givenWorld({ config: { roles: new Set(['web']) } })
    host = await givenHost(world)
    stranger = await givenHost(world)
    const events = ['BOOKING_CREATED', 'BOOKING_CANCELLED']
    crm = await givenHook(host, { url: 'https://crm.example', events })
    mail = await givenHook(host, { url: 'https://mail.example', events, dialect: 'CALENDO' })
    strangersHook = (await givenHook(stranger, { url: 'https://other.example', events })).id
    const eventType = await givenEventType(host)
    const hour = (time: string) => world.clock.set(`2026-03-02T${time}:00:00Z`)
    const first = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    await givenBooking(world.visitor, await givenEventType(stranger), '2026-03-03T09:00:00Z')
    hour('08')
    await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    hour('09')
    await host.run('mutation ($id: ID) { cancelBooking(input: { id: $id }) { booking { id } } }', {
      id: first.id,
    })
    hour('10')
    await testEvent(host, crm.id)

    const rows = await sql(
      world.databaseUrl,
      `select d."uid", case h."uid" when $2 then 'crm' else 'mail' end || to_char(d."createdAt" at time zone 'UTC', ' HH24') as name
       from "Delivery" d join "Hook" h on h."id" = d."hookId" join "User" u on u."id" = d."hostId" where u."uid" = $1
       order by d."id" desc`,
      [host.id, crm.id],
    )
    for (const { uid, name } of rows) ids.set(String(name), String(uid))
    await stand(
      'DELIVERED',
      ['crm 07', 'mail 09'],
      `"finishedAt" = "createdAt", "attemptCount" = 1`,
    )
    await stand('FAILED', ['mail 07', 'crm 09'], `"finishedAt" = "createdAt", "attemptCount" = 1`)
    await stand('RETRYING', ['crm 08'], `"nextAttemptAt" = "createdAt", "attemptCount" = 1`)
  })
  afterAll(() => world.end())

  const stand = (status: string, names: string[], set: string) =>
    sql(world.databaseUrl, `update "Delivery" set "status" = $1, ${set} where "uid" = any($2)`, [
      status,
      names.map(name => ids.get(name)),
    ])

  const LIST = `query ($filter: DeliveryFilter, $first: Int, $last: Int, $after: String, $before: String) {
    deliveries(filter: $filter, first: $first, last: $last, after: $after, before: $before) {
      edges { cursor node { id } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } totalCount
    }
  }`

  const nameOf = (id: string) => [...ids].find(([, uid]) => uid === id)?.[0] ?? id

  async function list(args: Data = {}) {
    const { edges, ...rest } = Page.parse((await host.run(LIST, args)).deliveries)
    return {
      names: edges.map(({ node }) => nameOf(node.id)),
      cursors: edges.map(({ cursor }) => cursor),
      ...rest,
    }
  }

  /** The names of those that are wanted, newest first. */
  const named = (...wanted: string[]) => [...ids.keys()].filter(name => wanted.includes(name))

  it('runs from the newest on, without those of others', async () => {
    const all = await list()
    expect(all.names).toEqual([...ids.keys()])
    expect(all.names).toHaveLength(7)
    expect(all.totalCount).toBe(7)
    expect(new Set(all.cursors).size).toBe(7)
  })

  it.each<[string, () => Data, string[]]>([
    ['to one hook', () => ({ hookId: crm.id }), ['crm 10', 'crm 09', 'crm 08', 'crm 07']],
    [
      'to one hook by its integer',
      () => ({ hookId: mail.databaseId }),
      ['mail 09', 'mail 08', 'mail 07'],
    ],
    ['that failed', () => ({ statuses: ['FAILED'] }), ['crm 09', 'mail 07']],
    ['that wait', () => ({ statuses: ['PENDING', 'RETRYING'] }), ['crm 10', 'crm 08', 'mail 08']],
    ['of no status at all', () => ({ statuses: [] }), []],
    ['of cancellations', () => ({ kinds: ['BOOKING_CANCELLED'] }), ['crm 09', 'mail 09']],
    [
      'of any kind of event, which a test is not',
      () => ({ kinds: ['BOOKING_CREATED', 'BOOKING_CANCELLED'] }),
      ['crm 09', 'mail 09', 'crm 08', 'mail 08', 'crm 07', 'mail 07'],
    ],
    [
      'since an instant, which counts',
      () => ({ since: '2026-03-02T09:00:00+01:00' }),
      ['crm 10', 'crm 09', 'mail 09', 'crm 08', 'mail 08'],
    ],
    [
      'until an instant, which does not count',
      () => ({ until: '2026-03-02T08:00:00Z' }),
      ['crm 07', 'mail 07'],
    ],
    [
      'between two',
      () => ({ since: '2026-03-02T07:00:00.001Z', until: '2026-03-02T08:00:00.001Z' }),
      ['crm 08', 'mail 08'],
    ],
    [
      'to which everything applies',
      () => ({
        hookId: crm.id,
        statuses: ['FAILED', 'DELIVERED'],
        kinds: ['BOOKING_CREATED'],
        since: '2026-03-02T07:00:00Z',
        until: '2026-03-02T10:00:00Z',
      }),
      ['crm 07'],
    ],
  ])('shows those %s', async (_which, filter, expected) => {
    const found = await list({ filter: filter() })
    expect(found.names).toEqual(named(...expected))
    expect(found.totalCount).toBe(expected.length)
  })

  it('takes conditions that are null as none', async () => {
    const filter = { hookId: null, statuses: null, kinds: null, since: null, until: null }
    expect((await list({ filter })).totalCount).toBe(7)
    expect((await list({ filter: null })).totalCount).toBe(7)
  })

  it('pages forwards and backwards', async () => {
    const all = [...ids.keys()]
    const first = await list({ first: 3 })
    expect(first).toMatchObject({
      names: all.slice(0, 3),
      totalCount: 7,
      pageInfo: {
        hasNextPage: true,
        hasPreviousPage: false,
        startCursor: first.cursors[0],
        endCursor: first.cursors[2],
      },
    })
    const second = await list({ first: 3, after: first.pageInfo.endCursor })
    expect(second).toMatchObject({
      names: all.slice(3, 6),
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
    })
    const third = await list({ first: 3, after: second.pageInfo.endCursor })
    expect(third).toMatchObject({
      names: all.slice(6),
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    })
    expect((await list({ first: 3, after: third.pageInfo.endCursor })).names).toEqual([])

    const last = await list({ last: 3 })
    expect(last).toMatchObject({
      names: all.slice(4),
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    })
    const before = await list({ last: 3, before: last.pageInfo.startCursor })
    expect(before).toMatchObject({
      names: all.slice(1, 4),
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
    })
    expect((await list({ before: before.pageInfo.startCursor })).names).toEqual(all.slice(0, 1))
  })

  it('pages through what a filter lets through', async () => {
    const filter = { hookId: crm.id, since: '2026-03-02T08:00:00Z' }
    const first = await list({ filter, first: 2 })
    expect(first).toMatchObject({ names: ['crm 10', 'crm 09'], totalCount: 3 })
    const second = await list({ filter, first: 2, after: first.pageInfo.endCursor })
    expect(second).toMatchObject({
      names: ['crm 08'],
      totalCount: 3,
      pageInfo: { hasNextPage: false },
    })
  })

  it('repeats and leaves out nothing while new ones come and others change', async () => {
    const all = [...ids.keys()]
    const first = await list({ first: 3 })
    const added = await testEvent(host, mail.id)
    await stand('FAILED', ['mail 08'], `"finishedAt" = "createdAt"`)
    const rest = await list({ first: 10, after: first.pageInfo.endCursor })
    expect(rest.names).toEqual(all.slice(3))
    expect(rest.totalCount).toBe(8)
    expect((await list({ last: 10, before: first.pageInfo.startCursor })).names).toEqual([added])
    await sql(world.databaseUrl, 'delete from "Delivery" where "uid" = $1', [added])
    await stand('PENDING', ['mail 08'], `"finishedAt" = null`)
  })

  it('shows another host nothing, whatever they begin after', async () => {
    const { pageInfo } = await list({ first: 1 })
    const seen = await stranger.run(LIST, { after: pageInfo.startCursor })
    expect(listAt(seen, 'deliveries.edges')).toHaveLength(1)
    expect(JSON.stringify(await stranger.run(LIST))).not.toContain(ids.get('crm 07'))
    expect(await refusal(stranger, LIST, { filter: { hookId: crm.id } })).toEqual(
      await refusal(stranger, LIST, { filter: { hookId: 'hk_nothing' } }),
    )
  })

  it.each<[string, Data, string]>([
    ['a cursor that is none', { after: 'nonsense' }, 'after'],
    ['an empty cursor', { before: '' }, 'before'],
    ['a cursor of another list', { after: 'hooks~n1' }, 'after'],
    ['a cursor with too much', { after: 'deliveries~n1~n2' }, 'after'],
    ['a cursor with a text', { after: 'deliveries~s1' }, 'after'],
    ['a cursor that is too long', { after: 'deliveries~nzzzzzzzzzzz' }, 'after'],
    ['both directions', { first: 1, last: 1 }, 'last'],
    ['a page of nothing', { first: 0 }, 'first'],
    ['an instant without an offset', { filter: { since: '2026-03-02T08:00:00' } }, 'filter.since'],
    ['a day', { filter: { until: '2026-03-02' } }, 'filter.until'],
    [
      'what is no kind of event',
      { filter: { kinds: ['BOOKING_CREATED', 'TEST'] } },
      'filter.kinds.1',
    ],
    ['what is no status', { filter: { statuses: ['LOST'] } }, 'filter.statuses.0'],
    ['what is no condition', { filter: { kind: 'BOOKING_CREATED' } }, 'filter'],
  ])('refuses %s', async (_what, args, path) => {
    expect(await refusal(host, LIST, args)).toEqual({ code: 'INVALID_INPUT', paths: [path] })
  })

  it('refuses hooks that are not there, or of others', async () => {
    for (const hookId of [
      'hk_nothing',
      '1999999999',
      '',
      'x y',
      strangersHook,
      ids.get('crm 07'),
    ]) {
      expect(await refusal(host, LIST, { filter: { hookId } })).toEqual({
        code: 'NOT_FOUND',
        paths: ['filter.hookId'],
      })
    }
  })

  it('has nothing past its ends, for cursors that somebody made up', async () => {
    expect((await list({ after: 'deliveries~n-1' })).names).toEqual([])
    expect((await list({ after: 'deliveries~nzzzzzzzzzz' })).totalCount).toBe(7)
    const id = ids.get('crm 07')
    const attempts =
      'query ($id: ID!, $after: String) { delivery(id: $id) { attempts(after: $after) { totalCount } } }'
    for (const after of ['nonsense', 'deliveries~n1', 'attempts~nzzzzzzzzzz']) {
      expect(await refusal(host, attempts, { id, after }), after).toEqual({
        code: 'INVALID_INPUT',
        paths: ['after'],
      })
    }
  })

  it('finds a delivery by its id, by its integer, and as a node', async () => {
    const query = `query ($id: ID!) { delivery(id: $id) { id databaseId status hook { id } } node(id: $id) {
      __typename id ... on Delivery { databaseId status hook { id } }
    } }`
    const id = ids.get('crm 08')
    const { delivery, node } = await host.run(query, { id })
    expect(delivery).toEqual({
      id,
      databaseId: expect.any(Number),
      status: 'RETRYING',
      hook: { id: crm.id },
    })
    expect(node).toEqual({ __typename: 'Delivery', ...Object(delivery) })

    const byNumber = String(at(delivery, 'databaseId'))
    const one = 'query ($id: ID!) { delivery(id: $id) { id } }'
    expect(await host.run(one, { id: byNumber })).toEqual({ delivery: { id } })
    for (const each of [id, byNumber])
      expect(await stranger.run(one, { id: each })).toEqual({ delivery: null })
    for (const each of ['dlv_nothing', '99999999999999999999', '2147483648', '', crm.id]) {
      expect(await host.run(one, { id: each }), each).toEqual({ delivery: null })
    }
    expect(await stranger.run('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({
      node: null,
    })
  })
})

describe('with workers', () => {
  let world: World

  beforeAll(async () => {
    world = await givenWorld()
  })
  afterAll(() => world.end())

  const pause = (hookId: string, until: string | null) =>
    sql(world.databaseUrl, 'update "Hook" set "pausedUntil" = $2 where "uid" = $1', [hookId, until])

  describe('a delivery', () => {
    const DELIVERY = `query ($id: ID!) { delivery(id: $id) {
      kind status body attemptCount nextAttemptAt problem createdAt finishedAt
      hook { id } event { id kind snapshot { id: bookingId status } } attempts { totalCount edges { node { number } } }
    } }`

    it('tells where it stands, before its first attempt and after each', async () => {
      world.clock.set('2026-03-02T07:00:00Z')
      const { host, hook, receiver, book, until, deliveries } = await givenHooked(world, {
        how: (_request, response) =>
          response
            .writeHead(503, { 'X-Reason': 'tired', 'set-cookie': ['a=1', 'b=2'] })
            .end('Come back later.'),
      })
      await pause(hook.id, '2026-03-02T07:10:00Z')
      const booked = await book()
      const [{ id } = { id: '' }] = await deliveries()
      const event = {
        id: expect.stringMatching(/^evt_/),
        kind: 'BOOKING_CREATED',
        snapshot: { id: booked.id, status: 'CONFIRMED' },
      }
      const made = {
        kind: 'BOOKING_CREATED',
        createdAt: '2026-03-02T07:00:00.000Z',
        hook: { id: hook.id },
        event,
      }
      expect((await host.run(DELIVERY, { id })).delivery).toEqual({
        ...made,
        status: 'PENDING',
        body: null,
        attemptCount: 0,
        nextAttemptAt: null,
        problem: null,
        finishedAt: null,
        attempts: { totalCount: 0, edges: [] },
      })

      world.clock.set('2026-03-02T07:10:00Z')
      const first = await receiver.next()
      const [failed] = await until('RETRYING')
      expect(failed).toMatchObject({
        body: first.body,
        attemptCount: 1,
        problem: 'answered 503',
        finishedAt: null,
        attempts: [
          {
            number: 1,
            url: receiver.url,
            startedAt: new Date('2026-03-02T07:10:00Z'),
            responseStatus: 503,
            responseHeaders: { 'x-reason': 'tired', 'set-cookie': ['a=1', 'b=2'] },
            responseBody: 'Come back later.',
            problem: 'answered 503',
          },
        ],
      })
      const wait = Number(failed?.nextAttemptAt) - Date.parse('2026-03-02T07:10:00Z')
      expect(wait).toBeGreaterThanOrEqual(9_000)
      expect(wait).toBeLessThanOrEqual(11_000)

      receiver.answer(204)
      world.clock.set('2026-03-02T07:11:00Z')
      const second = await receiver.next()
      expect(second.body).toBe(first.body)
      const [delivered] = await until('DELIVERED')
      expect(delivered).toMatchObject({
        body: first.body,
        attemptCount: 2,
        problem: null,
        nextAttemptAt: null,
        finishedAt: new Date('2026-03-02T07:11:00Z'),
      })
      expect(delivered?.attempts[0]).toEqual(failed?.attempts[0])
      expect(delivered?.attempts[1]).toMatchObject({
        number: 2,
        responseStatus: 204,
        responseBody: '',
        problem: null,
      })
      const seen = (await host.run(DELIVERY, { id })).delivery
      expect(seen).toMatchObject({
        ...made,
        attempts: { totalCount: 2, edges: [{ node: { number: 2 } }, { node: { number: 1 } }] },
      })
      expect(JSON.parse(first.body).id).toBe(textAt(seen, 'event.id'))
    })

    it('shows its attempts in pages, the last one first', async () => {
      const { host, receiver, until, hook } = await givenHooked(world, {})
      const id = await testEvent(host, hook.id)
      await until('DELIVERED')
      for (let number = 2; number <= 5; number++) {
        await host.run(REPLAY, { id })
        await vi.waitFor(
          async () => expect((await deliveryOf(host, id))?.attemptCount).toBe(number),
          5_000,
        )
      }
      await receiver.take(5)
      const page = async (args: Data) => {
        const data = await host.run(
          `query ($id: ID!, $first: Int, $last: Int, $after: String, $before: String) { delivery(id: $id) {
            attempts(first: $first, last: $last, after: $after, before: $before) {
              totalCount edges { node { number } } pageInfo { endCursor startCursor hasNextPage hasPreviousPage }
            }
          } }`,
          { id, ...args },
        )
        expect(at(data, 'delivery.attempts.totalCount')).toBe(5)
        const numbers = listAt(data, 'delivery.attempts.edges').map(edge => at(edge, 'node.number'))
        return { numbers, info: at(data, 'delivery.attempts.pageInfo') }
      }
      const first = await page({ first: 2 })
      expect(first).toMatchObject({
        numbers: [5, 4],
        info: { hasNextPage: true, hasPreviousPage: false },
      })
      const second = await page({ first: 5, after: at(first.info, 'endCursor') })
      expect(second).toMatchObject({
        numbers: [3, 2, 1],
        info: { hasNextPage: false, hasPreviousPage: true },
      })
      expect((await page({ last: 2 })).numbers).toEqual([2, 1])
      expect((await page({ last: 1, before: at(second.info, 'startCursor') })).numbers).toEqual([4])
    })
  })

  describe('a replay', () => {
    const replayed = async ({ host }: Hooked, id: string) =>
      at(await host.run(REPLAY, { id }), 'replayDelivery.delivery')
    const now = () => world.clock.now().toISOString()

    it('sends what was delivered again: the same id, the same body, though the booking has changed', async () => {
      const hooked = await givenHooked(world, {})
      const { receiver, book, cancel, until } = hooked
      const { id: bookingId } = await book()
      const first = await receiver.next()
      const [{ id } = { id: '' }] = await until('DELIVERED')
      await cancel(bookingId)
      world.clock.forward(60)

      expect(await replayed(hooked, id)).toEqual({
        id,
        status: 'RETRYING',
        nextAttemptAt: now(),
        finishedAt: null,
      })
      const again = await receiver.next()
      expect([idOf(again), again.body]).toEqual([id, first.body])
      expect(JSON.parse(again.body)).toMatchObject({
        data: { booking: { id: bookingId, status: 'CONFIRMED' } },
      })
      const [delivery] = await until('DELIVERED')
      expect(delivery).toMatchObject({
        attemptCount: 2,
        finishedAt: world.clock.now(),
        body: first.body,
      })
      expect(delivery?.attempts.map(({ number, startedAt }) => [number, startedAt])).toEqual([
        [1, new Date(world.clock.now().getTime() - 3_600_000)],
        [2, world.clock.now()],
      ])
      expect(await receiver.more(QUIET_MS)).toEqual([])
    })

    it('sends what failed again, with all its retries before it', async () => {
      const hooked = await givenHooked(world, { how: 500, hook: { dialect: 'CALENDO' } })
      const { receiver, book, until } = hooked
      await book()
      const { body } = await receiver.next()
      const [{ id } = { id: '' }] = await until('RETRYING')
      for (const minutes of [1, 5]) {
        world.clock.forward(minutes)
        await receiver.next()
        await until('RETRYING')
      }
      world.clock.forward(30)
      await receiver.next()
      expect(await until('FAILED')).toMatchObject([{ attemptCount: 4, problem: 'answered 500' }])

      expect(await replayed(hooked, id)).toEqual({
        id,
        status: 'RETRYING',
        nextAttemptAt: now(),
        finishedAt: null,
      })
      expect((await receiver.next()).body).toBe(body)
      const [again] = await until('RETRYING')
      expect(again).toMatchObject({ attemptCount: 5, finishedAt: null })
      expect(Number(again?.nextAttemptAt) - world.clock.now().getTime()).toBe(60_000)
      receiver.answer(200)
      world.clock.forward(1)
      await receiver.next()
      expect(
        (await until('DELIVERED'))[0]?.attempts.map(({ responseStatus }) => responseStatus),
      ).toEqual([500, 500, 500, 500, 500, 200])
    })

    it('sends what waits for its next attempt at once, and once', async () => {
      const hooked = await givenHooked(world, { how: 500 })
      const { receiver, book, until } = hooked
      await book()
      const { body } = await receiver.next()
      const [{ id } = { id: '' }] = await until('RETRYING')
      receiver.answer(200)
      expect(await replayed(hooked, id)).toMatchObject({ status: 'RETRYING', nextAttemptAt: now() })
      expect((await receiver.next()).body).toBe(body)
      expect(await until('DELIVERED')).toMatchObject([{ attemptCount: 2 }])
      world.clock.forward(24 * 60)
      expect(await receiver.more(QUIET_MS)).toEqual([])
    })

    it('leaves what was not sent yet as it is', async () => {
      const hooked = await givenHooked(world, {})
      const { receiver, book, until, hook, deliveries } = hooked
      await pause(hook.id, new Date(world.clock.now().getTime() + 60_000).toISOString())
      await book()
      const [{ id } = { id: '' }] = await deliveries()
      expect(await replayed(hooked, id)).toEqual({
        id,
        status: 'PENDING',
        nextAttemptAt: null,
        finishedAt: null,
      })
      world.clock.forward(1)
      expect(idOf(await receiver.next())).toBe(id)
      expect(await until('DELIVERED')).toMatchObject([{ attemptCount: 1 }])
    })

    it('sends a test event again too, and one is named by its integer as well', async () => {
      const { host, receiver, hook, until } = await givenHooked(world, {})
      const id = await testEvent(host, hook.id)
      const first = await receiver.next()
      await until('DELIVERED')
      const data = await host.run('query ($id: ID!) { delivery(id: $id) { databaseId } }', { id })
      await host.run(REPLAY, { id: at(data, 'delivery.databaseId') })
      const again = await receiver.next()
      expect([idOf(again), again.body]).toEqual([id, first.body])
      await until('DELIVERED')
    })

    it('waits until the hook is on', async () => {
      const { host, receiver, hook, book, until } = await givenHooked(world, {})
      await book()
      const [{ id } = { id: '' }] = await until('DELIVERED')
      await receiver.next()
      await changeHook(host, hook.id, { isActive: false })
      const input = { hookId: hook.id, since: '2026-03-01T00:00:00Z' }
      expect(await host.codeOf(REPLAY, { id })).toBe('CONFLICT')
      expect(await host.codeOf(REPLAY_FAILED, { input })).toBe('CONFLICT')
      expect(await host.codeOf(TEST, { hookId: hook.id })).toBe('CONFLICT')
      expect(await until('DELIVERED')).toMatchObject([{ attemptCount: 1 }])
      await changeHook(host, hook.id, { isActive: true })
      await host.run(REPLAY, { id })
      await receiver.next()
      await until('DELIVERED')
    })

    it('is refused for what is not there, and for what belongs to others', async () => {
      const { host, hook, until } = await givenHooked(world, {})
      const id = await testEvent(host, hook.id)
      await until('DELIVERED')
      const stranger = await givenHost(world)
      const since = '2026-03-01T00:00:00Z'
      for (const [who, delivery, hookId] of [
        [stranger, id, hook.id],
        [host, 'dlv_nothing', 'hk_nothing'],
        [host, '99999999999', '1999999999'],
      ] as const) {
        const notFound = (path: string) => ({ code: 'NOT_FOUND', paths: [path] })
        expect(await refusal(who, REPLAY, { id: delivery })).toEqual(notFound('input.id'))
        expect(await refusal(who, REPLAY_FAILED, { input: { hookId, since } })).toEqual(
          notFound('input.hookId'),
        )
        expect(await refusal(who, TEST, { hookId })).toEqual(notFound('input.hookId'))
      }
      expect(await until('DELIVERED')).toMatchObject([{ id, attemptCount: 1 }])
    })
  })

  describe('a replay of all that failed', () => {
    it('sends what a hook missed in a time, counts it, and leaves the rest', async () => {
      world.clock.set('2026-04-06T07:00:00Z')
      const hooked = await givenHooked(world, {})
      const { host, receiver, hook, book, until } = hooked
      const other = await givenHook(host, { url: `${receiver.url}/other` })
      // Three that are given up while the hook is paused and then off, at seven, eight and nine;
      // one that is delivered.
      for (const [hour, next] of [
        ['07', '08'],
        ['08', '09'],
        ['09', '10'],
      ]) {
        world.clock.set(`2026-04-06T${hour}:00:00Z`)
        // A break of more than an hour counts as one that was given before the clock was set back.
        for (const each of [hook, other]) await pause(each.id, `2026-04-06T${next}:00:30Z`)
        await book()
      }
      for (const each of [hook, other]) {
        await changeHook(host, each.id, { isActive: false })
        await changeHook(host, each.id, { isActive: true })
      }
      receiver.answer(200)
      await testEvent(host, hook.id)
      const all = await until('FAILED', 'FAILED', 'FAILED', 'DELIVERED')
      await receiver.next()
      const replay = async (since: string, before?: string) => {
        const input = {
          hookId: hook.id,
          since: `2026-04-06T${since}Z`,
          until: before && `2026-04-06T${before}Z`,
        }
        return (await host.run(REPLAY_FAILED, { input })).replayFailedDeliveries
      }
      const count = (number: number) => ({ count: number, hook: { id: hook.id } })

      expect(await replay('09:00:00.001')).toEqual(count(0))
      expect(await replay('08:00:00', '08:00:00')).toEqual(count(0))
      expect(await replay('08:00:00', '09:00:00')).toEqual(count(1))
      await receiver.next()
      await until('FAILED', 'DELIVERED', 'FAILED', 'DELIVERED')
      expect(await replay('07:00:00')).toEqual(count(2))
      await receiver.take(2)
      const after = await until('DELIVERED', 'DELIVERED', 'DELIVERED', 'DELIVERED')
      expect(after.map(({ id, attemptCount }) => [id, attemptCount])).toEqual(
        all.map(({ id }) => [id, 1]),
      )
      expect(await replay('07:00:00')).toEqual(count(0))

      expect(await receiver.more(0)).toEqual([])
      expect(receiver.all.map(({ path }) => path)).toEqual(receiver.all.map(() => '/hook'))
      const rest = await host.run(
        'query ($filter: DeliveryFilter) { deliveries(filter: $filter) { totalCount } }',
        {
          filter: { hookId: other.id, statuses: ['FAILED'] },
        },
      )
      expect(rest).toEqual({ deliveries: { totalCount: 3 } })
    })

    it.each<[string, Data, string]>([
      ['since an instant without an offset', { since: '2026-03-02T08:00:00' }, 'input.since'],
      ['since nothing', { since: null }, 'input.since'],
      ['until a day', { since: '2026-03-02T08:00:00Z', until: '2026-03-02' }, 'input.until'],
      ['for ever', {}, 'input'],
    ])('is refused %s', async (_what, input, path) => {
      const host = await givenHost(world)
      const { id: hookId } = await givenHook(host, { url: 'http://127.0.0.1:9/' })
      const refused = await refusal(host, REPLAY_FAILED, { input: { hookId, ...input } })
      expect(refused).toEqual({ code: 'INVALID_INPUT', paths: [path] })
    })
  })

  describe('a test event', () => {
    const hex = (secret: string, body: string) =>
      createHmac('sha256', secret).update(body).digest('hex')

    const forms: Record<
      string,
      { body(hookId: string): unknown; check(secret: string, request: Received): void }
    > = {
      STANDARD: {
        body: hookId => ({
          type: 'hook.test',
          timestamp: '2026-05-04T07:00:00.000Z',
          data: { hook: { id: hookId } },
        }),
        check: (secret, request) =>
          verifyStandard(secret, request, new Date('2026-05-04T07:00:00Z')),
      },
      CALENDARPA: {
        body: hookId => ({
          id: hookId,
          event: 'TEST',
          created_at: '2026-05-04T07:00:00.000Z',
          data: {},
        }),
        check(secret, { headers, body }) {
          expect(headers['x-calendarpa-signature']).toBe(`sha256=${hex(secret, body)}`)
          expect(headers['x-calendarpa-event']).toBe('TEST')
          expect(headers['x-calendarpa-timestamp']).toBe(
            String(Date.parse('2026-05-04T07:00:00Z') / 1_000),
          )
        },
      },
      CALENDO: {
        body: hookId => ({
          event: 'test',
          created_at: '2026-05-04T07:00:00Z',
          data: { webhook: hookId },
        }),
        check: (secret, { headers, body }) =>
          expect(headers['x-calendo-signature']).toBe(hex(secret, body)),
      },
    }

    it.each(Object.entries(forms))(
      'arrives signed at a %s hook, and is in the log',
      async (dialect, form) => {
        world.clock.set('2026-05-04T07:00:00Z')
        const { host, receiver, hook, until } = await givenHooked(world, { hook: { dialect } })
        const { sendTestEvent } = await host.run(TEST, { hookId: hook.id })
        const request = await receiver.next()
        expect(request.json).toEqual(form.body(hook.id))
        expect(request.headers['content-type']).toBe('application/json')
        form.check(hook.secret, request)
        expect(sendTestEvent).toEqual({
          delivery: {
            id: expect.stringMatching(/^dlv_/),
            kind: null,
            status: 'PENDING',
            body: request.body,
            event: null,
            createdAt: '2026-05-04T07:00:00.000Z',
          },
        })
        const id = textAt(sendTestEvent, 'delivery.id')
        expect(await until('DELIVERED')).toMatchObject([
          { id, kind: null, event: null, body: request.body },
        ])
      },
    )

    it('goes to a hook that it names by its integer, and to no other', async () => {
      const { host, receiver, hook, until } = await givenHooked(world, {})
      await givenHook(host, { url: `${receiver.url}/other` })
      await testEvent(host, String(hook.databaseId))
      await until('DELIVERED')
      await receiver.next()
      expect(await receiver.more(300)).toEqual([])
    })
  })

  describe('a hook that is deleted', () => {
    it('takes its log with it: what waits never arrives, and what is under way breaks nothing', async () => {
      world.clock.set('2026-06-01T07:00:00Z')
      const held = holding()
      const { host, receiver, hook, book, deliveries, until } = await givenHooked(world, {
        how: 500,
      })
      await book()
      await until('RETRYING')
      receiver.answer(held.behaviour)
      // Ten are under way at a time; these wait behind them.
      for (let n = 0; n < 12; n++) await testEvent(host, hook.id)
      await vi.waitFor(() => expect(held.open).toHaveLength(10), 5_000)
      const ids = (await deliveries()).map(({ id }) => id)
      expect(ids).toHaveLength(13)

      await host.run('mutation ($id: ID!) { deleteHook(input: { id: $id }) { id: deletedId } }', {
        id: hook.id,
      })
      for (const [index, { answer }] of [...held.open].entries())
        answer(index % 2 === 0 ? 200 : 500)
      receiver.answer(200)
      const kept = await givenHook(host, { url: `${receiver.url}/kept` })
      world.clock.forward(5 * 24 * 60)
      await book()
      await receiver.take(11)
      expect((await receiver.next()).path).toBe('/hook/kept')
      expect(await receiver.more(QUIET_MS)).toEqual([])

      const all = await host.run('{ deliveries { totalCount edges { node { id hook { id } } } } }')
      expect(all.deliveries).toEqual({
        totalCount: 1,
        edges: [{ node: { id: expect.any(String), hook: { id: kept.id } } }],
      })
      for (const id of ids) expect(await deliveryOf(host, id)).toBeNull()
      expect(await host.codeOf(REPLAY, { id: ids[0] })).toBe('NOT_FOUND')
      expect(
        await sql(world.databaseUrl, 'select from "DeliveryAttempt" where "url" = $1', [
          receiver.url,
        ]),
      ).toEqual([])
      expect((await fetch(`${world.url}/readyz`)).status).toBe(200)
    })
  })
})
