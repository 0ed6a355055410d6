import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { who } from '../helpers/bookings.ts'
import {
  at,
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
let course = ''

const TEN = '2026-03-03T10:00:00Z'
const LIST = `query ($bookingId: ID!, $filter: InviteeFilter, $direction: OrderDirection, $first: Int, $after: String) {
  invitees(bookingId: $bookingId, filter: $filter, direction: $direction, first: $first, after: $after) {
    totalCount edges { node { name } } pageInfo { endCursor hasNextPage }
  }
}`

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  course = await givenEventType(host, { seats: 3 })
})

describe('invitees', () => {
  it('lists those who booked one booking, page by page, both ways, by state and address', async () => {
    const { id, token } = await givenBooking(world.visitor, course, TEN, who('Ann'))
    await givenBooking(world.visitor, course, TEN, who('Ben'))
    await givenBooking(world.visitor, course, TEN, who('Cleo'))
    await givenBooking(world.visitor, course, '2026-03-03T12:00:00Z', who('Dan'))
    await world.visitor.run(
      'mutation ($token: String) { cancelBooking(input: { token: $token }) { booking { id } } }',
      {
        token,
      },
    )
    const list = async (variables: Record<string, unknown>) =>
      (await host.run(LIST, { bookingId: id, ...variables })).invitees
    const names = (list: unknown) => listAt(list, 'edges').map(edge => textAt(edge, 'node.name'))

    const first = await list({ first: 2 })
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } })
    expect(names(first)).toEqual(['Ann', 'Ben'])
    expect(names(await list({ first: 2, after: at(first, 'pageInfo.endCursor') }))).toEqual([
      'Cleo',
    ])
    expect(names(await list({ direction: 'DESC' }))).toEqual(['Cleo', 'Ben', 'Ann'])
    expect(names(await list({ filter: { status: 'ACTIVE' } }))).toEqual(['Ben', 'Cleo'])
    expect(names(await list({ filter: { status: 'CANCELLED' } }))).toEqual(['Ann'])
    expect(names(await list({ filter: { email: 'BEN@example.org' } }))).toEqual(['Ben'])
  })

  it('leads from an invitee to the booking, as the viewer sees it', async () => {
    const { inviteeId, id } = await givenBooking(world.visitor, course, TEN, who('Ann'))
    await givenBooking(world.visitor, course, TEN, who('Ben'))
    const query = 'query ($id: ID!) { invitee(id: $id) { name booking { id invitees { name } } } }'
    expect((await host.run(query, { id: inviteeId })).invitee).toEqual({
      name: 'Ann',
      booking: { id, invitees: [{ name: 'Ann' }, { name: 'Ben' }] },
    })
    const booked = await world.visitor.run(
      `mutation ($id: ID!) { book(input: {
        eventType: { id: $id }, start: "${TEN}", invitee: { name: "Cleo", email: "cleo@example.org" }
      }) { invitee { booking { id invitees { name } } } } }`,
      { id: course },
    )
    expect(at(booked, 'book.invitee.booking')).toEqual({ id, invitees: [{ name: 'Cleo' }] })
  })

  it('are marked as absent by their own id alone', async () => {
    const { inviteeId } = await givenBooking(world.visitor, course, TEN, who('Ann'))
    await givenBooking(world.visitor, course, TEN, who('Ben'))
    world.clock.set(TEN)
    const marked = await host.run(
      'mutation ($id: ID) { markNoShow(input: { inviteeId: $id }) { booking { invitees { name noShowAt } } } }',
      { id: inviteeId },
    )
    expect(at(marked, 'markNoShow.booking.invitees')).toEqual([
      { name: 'Ann', noShowAt: '2026-03-03T10:00:00.000Z' },
      { name: 'Ben', noShowAt: null },
    ])
    expect(await host.codeOf('mutation { markNoShow(input: {}) { booking { id } } }')).toBe(
      'INVALID_INPUT',
    )
  })
})

describe('busyTimes', () => {
  const BUSY = `query ($start: DateTime!, $end: DateTime!) {
    busyTimes(start: $start, end: $end) { start end takenFrom takenUntil bookingId }
  }`

  it('tells what is taken, buffers included, and nothing that is free again', async () => {
    const talk = await givenEventType(host, {
      name: 'Talk',
      bufferBeforeMinutes: 15,
      bufferAfterMinutes: 10,
    })
    const { id } = await givenBooking(world.visitor, talk, TEN)
    const gone = await givenBooking(world.visitor, talk, '2026-03-03T14:00:00Z')
    await host.run('mutation ($id: ID) { cancelBooking(input: { id: $id }) { booking { id } } }', {
      id: gone.id,
    })
    await world.visitor.run(
      `mutation ($id: ID!) { reserveSlot(input: { eventType: { id: $id }, start: "2026-03-04T10:00:00Z" }) { reservation { id } } }`,
      { id: talk },
    )
    const march = { start: '2026-03-01T00:00:00Z', end: '2026-03-31T00:00:00Z' }
    const booked = {
      start: '2026-03-03T10:00:00.000Z',
      end: '2026-03-03T10:30:00.000Z',
      takenFrom: '2026-03-03T09:45:00.000Z',
      takenUntil: '2026-03-03T10:40:00.000Z',
      bookingId: id,
    }
    expect((await host.run(BUSY, march)).busyTimes).toEqual([
      booked,
      expect.objectContaining({ start: '2026-03-04T10:00:00.000Z', bookingId: null }),
    ])
    world.clock.forward(6)
    expect((await host.run(BUSY, march)).busyTimes).toEqual([booked])
    expect((await host.run(BUSY, { ...march, end: '2026-03-03T09:45:00Z' })).busyTimes).toEqual([])
  })

  it('looks at 62 days at most', async () => {
    const refused = await host.refused(BUSY, {
      start: '2026-03-01T00:00:00Z',
      end: '2026-05-03T00:00:00Z',
    })
    expect(refused[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'end', message: 'must lie at most 62 days from start' }],
    })
  })
})
