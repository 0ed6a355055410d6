import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { cancel, logOf, refusal, who } from '../helpers/bookings.ts'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  MONDAY,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost
let course = ''

const TEN = '2026-03-03T10:00:00Z'
const MARK = `mutation ($input: MarkNoShowInput!) {
  markNoShow(input: $input) { booking { status invitees { name noShowAt } } }
}`
const Marked = z.array(z.object({ name: z.string(), noShowAt: z.string().nullable() }))

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  course = await givenEventType(host, { seats: 3 })
})

/** Who is marked after the act. */
async function mark(input: Record<string, unknown>): Promise<string[]> {
  const invitees = Marked.parse(at(await host.run(MARK, { input }), 'markNoShow.booking.invitees'))
  return invitees.filter(({ noShowAt }) => noShowAt !== null).map(({ name }) => name)
}

it('marks all invitees of a booking, or one, and takes the mark back', async () => {
  const { id, inviteeId } = await givenBooking(world.visitor, course, TEN, who('Ann'))
  await givenBooking(world.visitor, course, TEN, who('Ben'))
  world.clock.set(TEN)

  expect(await mark({ id, inviteeId })).toEqual(['Ann'])
  expect(await mark({ id })).toEqual(['Ann', 'Ben'])
  expect(await mark({ id, inviteeId, noShow: false })).toEqual(['Ben'])
  expect(await mark({ id, noShow: false })).toEqual([])
})

it('tells of each mark once: marking twice is the same as once', async () => {
  const { id, inviteeId } = await givenBooking(world.visitor, course, TEN, who('Ann'))
  world.clock.set(TEN)
  await mark({ id })
  world.clock.forward(5)
  await mark({ id, inviteeId })
  await mark({ id, noShow: false })
  const marks = (await logOf(world, host)).filter(({ kind }) => kind === 'BOOKING_NO_SHOW')
  expect(marks).toMatchObject([
    { invitee: { id: inviteeId }, data: { noShow: true } },
    { invitee: { id: inviteeId }, data: { noShow: false } },
  ])
})

it('waits until the meeting has begun, and is possible long after', async () => {
  const { id } = await givenBooking(world.visitor, course, TEN)
  world.clock.set('2026-03-03T09:59:00Z')
  expect((await refusal(host, MARK, { input: { id } })).code).toBe('CONFLICT')
  world.clock.set('2026-03-20T10:00:00Z')
  expect(await mark({ id })).toEqual(['Ann'])
})

it('is not for bookings that did not take place, nor for seats that were given up', async () => {
  const cancelled = await givenBooking(world.visitor, course, '2026-03-03T11:00:00Z')
  await cancel(host, { id: cancelled.id })
  const ann = await givenBooking(world.visitor, course, TEN, who('Ann'))
  await givenBooking(world.visitor, course, TEN, who('Ben'))
  await cancel(world.visitor, { token: ann.token })
  world.clock.set('2026-03-03T12:00:00Z')

  expect((await refusal(host, MARK, { input: { id: cancelled.id } })).code).toBe('CONFLICT')
  expect(await refusal(host, MARK, { input: { id: ann.id, inviteeId: ann.inviteeId } })).toEqual({
    code: 'NOT_FOUND',
    paths: ['input.inviteeId'],
  })
  expect(await mark({ id: ann.id })).toEqual(['Ben'])
})

it('is for the host alone', async () => {
  const { id } = await givenBooking(world.visitor, course, TEN)
  const other = await givenHost(world)
  world.clock.set(TEN)
  expect(await refusal(other, MARK, { input: { id } })).toEqual({
    code: 'NOT_FOUND',
    paths: ['input.id'],
  })
  expect((await refusal(world.visitor, MARK, { input: { id } })).code).toBe('UNAUTHENTICATED')
})
