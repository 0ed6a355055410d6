import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  atOnce,
  bookingRefused,
  edit,
  look,
  RESERVE,
  refusal,
  startsOffered,
  tally,
} from '../helpers/bookings.ts'
import { sql } from '../helpers/postgres.ts'
import {
  at,
  clientOf,
  type Data,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  MONDAY,
  textAt,
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

const CREATE = `mutation ($input: CreateEventTypeInput!) {
  createEventType(input: $input) { eventType { id slug position } }
}`
const UPDATE =
  'mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { eventType { id slug } } }'
const ARCHIVE =
  'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id archivedAt updatedAt isActive } } }'

const Made = z.object({ id: z.string(), slug: z.string(), position: z.number() })

async function create(input: Data = {}) {
  const data = await host.run(CREATE, {
    input: { name: 'Intro', durationMinutes: 30, minimumNoticeMinutes: 0, ...input },
  })
  return Made.parse(at(data, 'createEventType.eventType'))
}
const archive = async (id: string) =>
  at(await host.run(ARCHIVE, { id }), 'archiveEventType.eventType')
const taken = { code: 'CONFLICT', paths: ['input.slug'] }

const onPage = async () => {
  const data = await world.visitor.run(
    'query ($slug: String!) { bookingPage(slug: $slug) { eventTypes { edges { node { id } } } } }',
    {
      slug: host.slug,
    },
  )
  return listAt(data, 'bookingPage.eventTypes.edges').map(edge => textAt(edge, 'node.id'))
}
const listed = async (filter: Data = {}) => {
  const data = await host.run(
    'query ($filter: EventTypeFilter) { eventTypes(filter: $filter) { edges { node { id } } } }',
    {
      filter,
    },
  )
  return listAt(data, 'eventTypes.edges').map(edge => textAt(edge, 'node.id'))
}
const byLink = async (slug: string, by = world.visitor) => {
  const ref = { page: host.slug, slug }
  return (
    await by.run('query ($ref: EventTypeRef!) { publicEventType(ref: $ref) { id } }', { ref })
  ).publicEventType
}
const byId = async (id: string | number, by = world.visitor) =>
  (
    await by.run('query ($ref: EventTypeRef!) { publicEventType(ref: $ref) { id } }', {
      ref: { id },
    })
  ).publicEventType

describe('the slug of an event type', () => {
  it('is made of the name, with a number where others have it', async () => {
    expect((await create({ name: 'Première rencontre!' })).slug).toBe('premiere-rencontre')
    expect((await create({ name: 'Premiere   RENCONTRE' })).slug).toBe('premiere-rencontre-2')
    expect((await create({ name: 'Première – Rencontre' })).slug).toBe('premiere-rencontre-3')
  })

  it('tells the length where the name has no Latin letter', async () => {
    expect((await create({ name: '咨询' })).slug).toBe('30-min')
    expect((await create({ name: '…' })).slug).toBe('30-min-2')
  })

  it('is one for the longest name too', async () => {
    const name = 'a'.repeat(200)
    expect((await create({ name })).slug).toBe('a'.repeat(50))
    expect((await create({ name })).slug).toBe(`${'a'.repeat(50)}-2`)
  })

  it('stays when the name changes', async () => {
    const { id, slug } = await create()
    const data = await host.run(UPDATE, { input: { id, name: 'Another' } })
    expect(at(data, 'updateEventType.eventType.slug')).toBe(slug)
  })

  it('cannot be one that another event type of the host has', async () => {
    await create({ slug: 'mine' })
    const { id } = await create({ slug: 'other' })
    const input = { name: 'Intro', durationMinutes: 30, slug: 'mine' }
    expect(await refusal(host, CREATE, { input })).toEqual(taken)
    expect(await refusal(host, UPDATE, { input: { id, slug: 'mine', name: 'New' } })).toEqual(taken)
    expect(await byLink('other')).toEqual({ id })
    await edit(host, id, { slug: 'other' })
  })

  it('can be one that another host has', async () => {
    const other = await givenHost(world)
    const theirs = await givenEventType(other, { slug: 'shared' })
    const { id } = await create({ slug: 'shared' })
    expect(id).not.toBe(theirs)
    expect(await byLink('shared')).toEqual({ id })
  })

  it('is free again when its event type is archived, as often as that happens', async () => {
    for (let times = 0; times < 3; times++) {
      const { id, slug } = await create({ name: 'Again' })
      expect(slug).toBe('again')
      await archive(id)
    }
    const { id } = await create({ slug: 'again' })
    expect(await byLink('again')).toEqual({ id })
  })

  it('goes to one of ten who want it at once', async () => {
    const answers = await atOnce(10, () =>
      host.answer(CREATE, { input: { name: 'Intro', durationMinutes: 30, slug: 'wanted' } }),
    )
    expect(tally(answers)).toEqual({ ok: 1, CONFLICT: 9 })
  })
})

describe('twenty event types of one name', () => {
  it('made at once over two gateways get a slug and a position each', async () => {
    const second = clientOf((await world.secondGateway()).url, host.headers)
    const answers = await atOnce(20, index =>
      (index % 2 ? second : host).answer(CREATE, { input: { name: 'Intro', durationMinutes: 30 } }),
    )
    expect(tally(answers)).toEqual({ ok: 20 })
    const made = answers.map(answer => Made.parse(at(answer.data, 'createEventType.eventType')))
    const numbers = Array.from({ length: 20 }, (_, index) => index)
    expect(made.map(({ position }) => position).toSorted((a, b) => a - b)).toEqual(numbers)
    expect(new Set(made.map(({ slug }) => slug))).toEqual(
      new Set(numbers.map(index => (index === 0 ? 'intro' : `intro-${index + 1}`))),
    )
  })

  it('stand last on the page, where the others leave off', async () => {
    const first = await create({ position: 40 })
    const next = await create()
    expect(next.position).toBe(41)
    await archive(next.id)
    expect((await create()).position).toBe(41)
    expect(first.position).toBe(40)
  })
})

describe('an archived event type', () => {
  it('is gone from page, links, slots and bookings, and kept for its host', async () => {
    const { id, slug } = await create()
    const other = await create({ name: 'Other' })
    const { id: booked } = await givenBooking(world.visitor, id, '2026-03-03T09:00:00Z')
    world.clock.forward(60)

    expect(await archive(id)).toEqual({
      id,
      archivedAt: '2026-03-02T08:00:00.000Z',
      updatedAt: '2026-03-02T08:00:00.000Z',
      isActive: true,
    })
    expect(await onPage()).toEqual([other.id])
    expect(await byLink(slug)).toBeNull()
    expect(await byId(id)).toBeNull()
    expect(await byId(id, host)).toBeNull()
    const SLOTS =
      'query ($ref: EventTypeRef!) { slots(eventType: $ref, start: "2026-03-03", end: "2026-03-03") { date } }'
    const missing = (path: string) => ({ code: 'NOT_FOUND', paths: [path] })
    expect(await refusal(world.visitor, SLOTS, { ref: { id } })).toEqual(missing('eventType'))
    expect(await refusal(host, SLOTS, { ref: { page: host.slug, slug } })).toEqual(
      missing('eventType'),
    )
    const start = '2026-03-03T10:00:00Z'
    expect(await bookingRefused(world.visitor, id, start)).toEqual(missing('input.eventType'))
    expect(await refusal(world.visitor, RESERVE, { input: { eventType: { id }, start } })).toEqual(
      missing('input.eventType'),
    )

    expect(await listed()).toEqual([other.id])
    expect(await listed({ includeArchived: true })).toEqual([id, other.id])
    const kept = 'query ($id: ID!) { eventType(id: $id) { id name } node(id: $id) { id } }'
    expect(await host.run(kept, { id })).toEqual({ eventType: { id, name: 'Intro' }, node: { id } })
    expect(await look(host, { id: booked })).toMatchObject({ status: 'CONFIRMED' })
  })

  it('keeps the time of its bookings from the others, and lets them be cancelled', async () => {
    const { id } = await create()
    const other = await create({ name: 'Other' })
    const { token } = await givenBooking(world.visitor, id, '2026-03-03T09:00:00Z')
    await archive(id)
    expect((await startsOffered(world.visitor, other.id, '2026-03-03'))[0]).toBe('09:30')
    await world.visitor.run(
      'mutation ($token: String) { cancelBooking(input: { token: $token }) { booking { id } } }',
      {
        token,
      },
    )
    expect((await startsOffered(world.visitor, other.id, '2026-03-03'))[0]).toBe('09:00')
  })

  it('stays as it is: archiving twice is the same, and it cannot be changed', async () => {
    const { id } = await create()
    const first = await archive(id)
    world.clock.forward(60)
    expect(await archive(id)).toEqual(first)
    expect(await refusal(host, UPDATE, { input: { id, name: 'Back' } })).toEqual({
      code: 'CONFLICT',
      paths: ['input.id'],
    })
  })

  it('can be archived by its host alone', async () => {
    const { id } = await create()
    expect(await refusal(await givenHost(world), ARCHIVE, { id })).toEqual({
      code: 'NOT_FOUND',
      paths: ['input.id'],
    })
    expect(await world.visitor.codeOf(ARCHIVE, { id })).toBe('UNAUTHENTICATED')
    expect(await refusal(host, ARCHIVE, { id: 'et_nothing' })).toEqual({
      code: 'NOT_FOUND',
      paths: ['input.id'],
    })
    expect(await listed()).toEqual([id])
  })
})

describe('an inactive event type', () => {
  it('can be booked by nobody until it is switched on again', async () => {
    const { id, slug } = await create({ isActive: false })
    expect(await onPage()).toEqual([])
    expect(await byLink(slug)).toBeNull()
    expect((await bookingRefused(world.visitor, id, '2026-03-03T09:00:00Z')).code).toBe('NOT_FOUND')
    expect(await listed()).toEqual([id])

    await edit(host, id, { isActive: true })
    expect(await onPage()).toEqual([id])
    await givenBooking(world.visitor, id, '2026-03-03T09:00:00Z')
  })
})

describe('a secret event type', () => {
  it('is not on the page, and can be booked by who has its link or its id', async () => {
    const { id, slug } = await create({ isSecret: true })
    expect(await onPage()).toEqual([])
    expect(await byLink(slug)).toEqual({ id })
    expect(await byId(id)).toEqual({ id })
    await givenBooking(world.visitor, id, '2026-03-03T09:00:00Z')
  })

  it('is found by its integer id, which can be guessed, by its host alone', async () => {
    const { id } = await create({ isSecret: true })
    const databaseId = z
      .number()
      .parse(
        at(
          await host.run('query ($id: ID!) { eventType(id: $id) { databaseId } }', { id }),
          'eventType.databaseId',
        ),
      )
    expect(await byId(databaseId)).toBeNull()
    expect(await byId(databaseId, await givenHost(world))).toBeNull()
    expect(await byId(databaseId, host)).toEqual({ id })
    await edit(host, id, { isSecret: false })
    expect(await byId(databaseId)).toEqual({ id })
  })
})

describe('a reference to an event type', () => {
  it.each([
    [{}, ['ref']],
    [{ slug: 'intro' }, ['ref.page']],
    [{ page: 'somebody' }, ['ref.slug']],
    [{ id: 'et_1', slug: 'intro' }, ['ref.id']],
    [{ id: 'et_1', page: 'somebody', slug: 'intro' }, ['ref.id']],
  ])('like %j is neither an id nor a link', async (ref, paths) => {
    const asked = 'query ($ref: EventTypeRef!) { publicEventType(ref: $ref) { id } }'
    expect(await refusal(world.visitor, asked, { ref })).toEqual({ code: 'INVALID_INPUT', paths })
  })

  it('leads nowhere where there is nothing', async () => {
    expect(await byLink('nothing')).toBeNull()
    expect(await byId('et_nothing')).toBeNull()
    expect(await byId('99999999999999')).toBeNull()
  })
})

describe('the number of event types', () => {
  it('is 500 at most, archived ones not counted', async () => {
    const input = { name: 'Many', durationMinutes: 30 }
    const { id } = await create()
    await sql(
      world.databaseUrl,
      `insert into "EventType" select (jsonb_populate_record(e, jsonb_build_object(
         'id', nextval(pg_get_serial_sequence('"EventType"', 'id')), 'uid', 'et_copy' || n, 'slug', 'copy-' || n))).*
       from "EventType" e, generate_series(2, 500) n where e."uid" = $1`,
      [id],
    )

    const errors = await host.refused(CREATE, { input })
    expect(errors[0]?.extensions).toMatchObject({ code: 'LIMIT_REACHED', limit: 500 })
    await archive(id)
    expect((await create({ name: 'One more' })).slug).toBe('one-more')
    expect(await host.codeOf(CREATE, { input })).toBe('LIMIT_REACHED')
  })
})
