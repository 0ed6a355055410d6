import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  atOnce,
  bookingRefused,
  cancel,
  daysOffered,
  edit,
  hold,
  look,
  move,
  RESCHEDULE,
  refusal,
  tally,
  unavailable,
  who,
} from '../helpers/bookings.ts'
import {
  BOOK,
  booking,
  clientOf,
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
const ELEVEN = '2026-03-03T11:00:00Z'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  course = await givenEventType(host, { durationMinutes: 60, seats: 3 })
})

const join = (name: string, start = TEN, input = {}) =>
  givenBooking(world.visitor, course, start, { ...who(name), ...input })

async function seatsLeftAt(start: string): Promise<number | null | undefined> {
  const [day] = await daysOffered(world.visitor, course, start.slice(0, 10))
  return day?.slots.find(slot => Date.parse(slot.start) === Date.parse(start))?.seatsLeft
}

describe('a start with seats', () => {
  it('is shared by as many invitees as it has seats, and by no more', async () => {
    expect(await seatsLeftAt(TEN)).toBe(3)
    const ann = await join('Ann')
    expect(await seatsLeftAt(TEN)).toBe(2)
    const ben = await join('Ben')
    expect(await seatsLeftAt(TEN)).toBe(1)
    await join('Cleo')
    expect(await seatsLeftAt(TEN)).toBeUndefined()

    expect(ben.id).toBe(ann.id)
    expect((await look(host, { id: ann.id }))?.invitees.map(({ name }) => name)).toEqual([
      'Ann',
      'Ben',
      'Cleo',
    ])
    expect(await bookingRefused(world.visitor, course, TEN, who('Dan'))).toEqual(
      unavailable('taken'),
    )
    expect(await seatsLeftAt(ELEVEN)).toBe(3)
  })

  it('is taken for every other event type of the host', async () => {
    const meeting = await givenEventType(host)
    await join('Ann')
    expect(await bookingRefused(world.visitor, meeting, '2026-03-03T10:30:00Z')).toEqual(
      unavailable('taken'),
    )
  })

  it('gives one person one seat', async () => {
    await join('Ann')
    expect(await bookingRefused(world.visitor, course, TEN, who('Ann'))).toEqual({
      code: 'CONFLICT',
      paths: ['input.invitee.email'],
    })
    await join('Ann', ELEVEN)
    expect(await seatsLeftAt(TEN)).toBe(2)
  })

  it('shows an invitee no seat but their own', async () => {
    const ann = await join('Ann')
    const ben = await join('Ben')
    expect(
      (await look(world.visitor, { token: ann.token }))?.invitees.map(({ name }) => name),
    ).toEqual(['Ann'])
    expect(
      (await look(world.visitor, { token: ben.token }))?.invitees.map(({ name }) => name),
    ).toEqual(['Ben'])
    expect((await look(host, { token: ben.token }))?.invitees.map(({ name }) => name)).toEqual([
      'Ben',
    ])
    const Invitees = z.object({
      book: z.object({ booking: z.object({ invitees: z.array(z.object({ name: z.string() })) }) }),
    })
    expect(Invitees.parse(ben.data).book.booking.invitees).toMatchObject([{ name: 'Ben' }])
  })

  it('does not say how many seats are left where the event type hides it', async () => {
    await edit(host, course, { showSeatsLeft: false })
    await join('Ann')
    expect(await seatsLeftAt(TEN)).toBeNull()
  })

  it('gives the last seat to one of twenty who want it at once, through two gateways', async () => {
    const second = clientOf((await world.secondGateway()).url, {})
    await join('Ann')
    await join('Ben')
    const answers = await atOnce(20, index =>
      (index % 2 ? second : world.visitor).answer(BOOK, booking(course, TEN, who(`Guest${index}`))),
    )
    expect(tally(answers)).toEqual({ ok: 1, 'SLOT_UNAVAILABLE taken': 19 })
  })

  it('gives all seats away when many want a fresh start at once', async () => {
    const answers = await atOnce(20, index =>
      world.visitor.answer(BOOK, booking(course, TEN, who(`Guest${index}`))),
    )
    expect(tally(answers)).toEqual({ ok: 3, 'SLOT_UNAVAILABLE taken': 17 })
    const { bookings } = await host.run(
      '{ bookings { totalCount edges { node { invitees { status } } } } }',
    )
    expect(bookings).toMatchObject({
      totalCount: 1,
      edges: [
        { node: { invitees: [{ status: 'ACTIVE' }, { status: 'ACTIVE' }, { status: 'ACTIVE' }] } },
      ],
    })
  })
})

describe('giving up a seat', () => {
  it('frees that seat alone', async () => {
    const ann = await join('Ann')
    const ben = await join('Ben')
    const left = await cancel(world.visitor, { token: ann.token, reason: 'Ill' })

    expect(left).toMatchObject({
      status: 'CONFIRMED',
      invitees: [{ name: 'Ann', status: 'CANCELLED' }],
    })
    expect(await look(host, { id: ben.id })).toMatchObject({
      status: 'CONFIRMED',
      invitees: [
        { name: 'Ann', status: 'CANCELLED' },
        { name: 'Ben', status: 'ACTIVE' },
      ],
    })
    expect(await seatsLeftAt(TEN)).toBe(2)
    await join('Ann')
    expect(await seatsLeftAt(TEN)).toBe(1)
  })

  it('ends the booking when it was the last one', async () => {
    const ann = await join('Ann')
    const ben = await join('Ben')
    await cancel(world.visitor, { token: ann.token })
    expect(await cancel(world.visitor, { token: ben.token })).toMatchObject({
      status: 'CANCELLED',
      cancellation: { by: 'INVITEE', name: 'Ben' },
    })
    expect(await seatsLeftAt(TEN)).toBe(3)
  })

  it('is done for all when the host cancels', async () => {
    const ann = await join('Ann')
    await join('Ben')
    expect((await cancel(host, { id: ann.id })).invitees.map(({ status }) => status)).toEqual([
      'CANCELLED',
      'CANCELLED',
    ])
    expect(await seatsLeftAt(TEN)).toBe(3)
  })
})

describe('moving a seat', () => {
  it('moves the one invitee alone, and leaves the others where they are', async () => {
    const ann = await join('Ann', TEN, { metadata: { kept: true } })
    await join('Ben')
    const moved = await move(world.visitor, { token: ann.token, start: ELEVEN })

    expect(moved).toMatchObject({
      start: '2026-03-03T11:00:00.000Z',
      invitees: [{ name: 'Ann', status: 'ACTIVE' }],
    })
    expect(moved.id).not.toBe(ann.id)
    expect(await look(host, { id: ann.id })).toMatchObject({
      status: 'CONFIRMED',
      rescheduledTo: null,
      invitees: [
        { name: 'Ann', status: 'CANCELLED' },
        { name: 'Ben', status: 'ACTIVE' },
      ],
    })
    expect([await seatsLeftAt(TEN), await seatsLeftAt(ELEVEN)]).toEqual([2, 2])
  })

  it('joins those who are at the new start already', async () => {
    const ann = await join('Ann')
    await join('Ben')
    const cleo = await join('Cleo', ELEVEN)
    const moved = await move(world.visitor, { token: ann.token, start: ELEVEN })

    expect(moved.id).toBe(cleo.id)
    expect(moved.invitees.map(({ name }) => name)).toEqual(['Ann'])
    expect((await look(host, { id: cleo.id }))?.invitees.map(({ name }) => name)).toEqual([
      'Cleo',
      'Ann',
    ])
    expect(await seatsLeftAt(ELEVEN)).toBe(1)
  })

  it('ends the old booking when nobody else was in it', async () => {
    const ann = await join('Ann')
    await join('Ben', ELEVEN)
    await move(world.visitor, { token: ann.token, start: ELEVEN })
    expect(await look(host, { id: ann.id })).toMatchObject({ status: 'CANCELLED' })
    expect([await seatsLeftAt(TEN), await seatsLeftAt(ELEVEN)]).toEqual([3, 1])
  })

  it('is refused where all seats are taken', async () => {
    const ann = await join('Ann')
    for (const name of ['Ben', 'Cleo', 'Dan']) await join(name, ELEVEN)
    expect(
      await refusal(world.visitor, RESCHEDULE, { input: { token: ann.token, start: ELEVEN } }),
    ).toEqual(unavailable('taken'))
    expect(await look(world.visitor, { token: ann.token })).toMatchObject({ status: 'CONFIRMED' })
  })

  it.each(['alone', 'among others'])(
    'gives nobody a second seat at a start, moved from one where they are %s',
    async how => {
      const ann = await join('Ann')
      if (how === 'among others') await join('Ben')
      await join('Ann', ELEVEN)
      expect(
        await refusal(world.visitor, RESCHEDULE, { input: { token: ann.token, start: ELEVEN } }),
      ).toMatchObject({
        code: 'CONFLICT',
      })
      expect(await seatsLeftAt(ELEVEN)).toBe(2)
    },
  )

  it('moves all of them when the host moves the booking, but not into one that others have', async () => {
    const ann = await join('Ann')
    await join('Ben')
    await join('Cleo', ELEVEN)
    expect(await refusal(host, RESCHEDULE, { input: { id: ann.id, start: ELEVEN } })).toEqual(
      unavailable('taken'),
    )

    const moved = await move(host, { id: ann.id, start: '2026-03-03T13:00:00Z' })
    expect(moved.invitees).toMatchObject([
      { name: 'Ann', status: 'ACTIVE' },
      { name: 'Ben', status: 'ACTIVE' },
    ])
    expect(moved.rescheduledFrom).toEqual({ id: ann.id })
    expect(await seatsLeftAt(TEN)).toBe(3)
  })

  it('moves no more invitees to a start than the seats that others hold there leave', async () => {
    const ann = await join('Ann')
    for (const name of ['Ben', 'Cleo']) await join(name)
    await hold(world.visitor, course, ELEVEN)
    expect(await refusal(host, RESCHEDULE, { input: { id: ann.id, start: ELEVEN } })).toEqual(
      unavailable('taken'),
    )
  })

  it('opens a start at which others hold seats', async () => {
    const ann = await join('Ann')
    const held = await hold(world.visitor, course, ELEVEN)
    await move(world.visitor, { token: ann.token, start: ELEVEN })
    expect(await seatsLeftAt(ELEVEN)).toBe(1)
    await join('Ben', ELEVEN, { reservationId: held.id })
    expect(await seatsLeftAt(ELEVEN)).toBe(1)
  })
})
