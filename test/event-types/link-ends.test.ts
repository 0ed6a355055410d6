// Links that end by a date or after several bookings; those that book once have their own tests.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  BOOK,
  type Data,
  type GivenHost,
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
let eventType: string

const LINK = 'token expiresAt maxUses useCount hasEnded'
const CREATE = `mutation ($id: ID!, $expiresAt: DateTime, $maxUses: Int) {
  createBookingLink(input: { eventTypeId: $id, expiresAt: $expiresAt, maxUses: $maxUses }) { link { ${LINK} } }
}`
const UPDATE = `mutation ($input: UpdateBookingLinkInput!) { updateBookingLink(input: $input) { link { ${LINK} } } }`
const DELETE = `mutation ($token: ID!) { deleteBookingLink(input: { id: $token }) { link { ${LINK} } } }`
const LIST = `query ($id: ID!) { eventType(id: $id) { bookingLinks(first: 2) { edges { node { ${LINK} } } pageInfo { hasNextPage } } } }`
const TUESDAY = '2026-03-03T00:00:00.000Z'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  eventType = await givenEventType(host, { isSecret: true })
})

const givenLink = async (ends: Data = {}) =>
  textAt(await host.run(CREATE, { id: eventType, ...ends }), 'createBookingLink.link.token')
const wanted = (link: string, time: string) => ({
  input: {
    eventType: { link },
    start: `2026-03-03T${time}:00Z`,
    invitee: { name: 'Ann', email: 'ann@example.org' },
  },
})
const book = (link: string, time: string) => world.visitor.run(BOOK, wanted(link, time))
const refused = (link: string, time: string) => world.visitor.codeOf(BOOK, wanted(link, time))
const listed = async () =>
  listAt(await host.run(LIST, { id: eventType }), 'eventType.bookingLinks.edges').map(edge =>
    typeof edge === 'object' && edge !== null && 'node' in edge ? edge.node : undefined,
  )

it('books as often as it says', async () => {
  const link = await givenLink({ maxUses: 2 })
  await book(link, '09:00')
  await book(link, '10:00')
  expect(await refused(link, '11:00')).toBe('NOT_FOUND')
  expect(await listed()).toEqual([
    { token: link, expiresAt: null, maxUses: 2, useCount: 2, hasEnded: true },
  ])
})

it('books any number of times until its time is over', async () => {
  const link = await givenLink({ expiresAt: TUESDAY })
  await book(link, '09:00')
  await book(link, '10:00')
  expect(await listed()).toEqual([
    { token: link, expiresAt: TUESDAY, maxUses: null, useCount: 2, hasEnded: false },
  ])
  world.clock.set(TUESDAY)
  expect(await refused(link, '15:00')).toBe('NOT_FOUND')
  expect(await listed()).toMatchObject([{ hasEnded: true }])
})

it('changes its ends, and is good again or no longer', async () => {
  const link = await givenLink()
  await book(link, '09:00')
  const more = await host.run(UPDATE, { input: { id: link, maxUses: 3 } })
  expect(more).toEqual({
    updateBookingLink: {
      link: { token: link, expiresAt: null, maxUses: 3, useCount: 1, hasEnded: false },
    },
  })
  await book(link, '10:00')
  await host.run(UPDATE, { input: { id: link, maxUses: 1 } })
  expect(await refused(link, '11:00')).toBe('NOT_FOUND')
  await host.run(UPDATE, { input: { id: link, maxUses: null, expiresAt: TUESDAY } })
  await book(link, '11:00')
})

it('does not end in the past', async () => {
  expect(await host.codeOf(CREATE, { id: eventType, expiresAt: MONDAY })).toBe('INVALID_INPUT')
  expect(await host.codeOf(CREATE, { id: eventType, maxUses: 0 })).toBe('INVALID_INPUT')
  const link = await givenLink()
  expect(await host.codeOf(UPDATE, { input: { id: link, expiresAt: MONDAY } })).toBe(
    'INVALID_INPUT',
  )
})

it('is gone when it is deleted, and what was booked by it stays', async () => {
  const link = await givenLink({ maxUses: 5 })
  const booked = await book(link, '09:00')
  await host.run(DELETE, { token: link })
  expect(await refused(link, '10:00')).toBe('NOT_FOUND')
  expect(await listed()).toEqual([])
  const id = textAt(booked, 'book.booking.id')
  expect(await host.run('query ($id: ID) { booking(id: $id) { status } }', { id })).toEqual({
    booking: { status: 'CONFIRMED' },
  })
})

it('is listed for its host alone, page by page', async () => {
  for (const _ of [1, 2, 3]) await givenLink()
  const page = await host.run(LIST, { id: eventType })
  expect(page).toMatchObject({ eventType: { bookingLinks: { pageInfo: { hasNextPage: true } } } })
  const seen = `query ($id: ID!) { publicEventType(ref: { id: $id }) { bookingLinks { edges { node { token } } } } }`
  expect(await (await givenHost(world)).run(seen, { id: eventType })).toEqual({
    publicEventType: { bookingLinks: null },
  })
})
