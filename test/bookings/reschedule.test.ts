import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  atOnce,
  bookingRefused,
  cancel,
  deny,
  hold,
  isOffered,
  look,
  move,
  RESCHEDULE,
  refusal,
  tally,
  unavailable,
} from '../helpers/bookings.ts'
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
let eventType = ''

const TEN = '2026-03-03T10:00:00Z'
const ELEVEN = '2026-03-03T11:00:00Z'
const NOON = '2026-03-03T12:00:00Z'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { name: 'Hanna Host' })
  eventType = await givenEventType(host)
})

const given = (input: Record<string, unknown> = {}) =>
  givenBooking(world.visitor, eventType, TEN, input)
const free = (start: string) => isOffered(world.visitor, eventType, start)
const refused = (input: Record<string, unknown>) => refusal(host, RESCHEDULE, { input })

it('makes a booking at the new start and ends the old one, each linked to the other', async () => {
  const { id, token } = await given()
  const moved = await move(host, { id, start: ELEVEN, reason: 'Train late' })

  expect(moved).toMatchObject({
    status: 'CONFIRMED',
    start: '2026-03-03T11:00:00.000Z',
    end: '2026-03-03T11:30:00.000Z',
    invitees: [{ name: 'Ann', status: 'ACTIVE' }],
    cancellation: null,
    rescheduledFrom: { id },
    rescheduledTo: null,
    token: '',
  })
  expect(await look(world.visitor, { token })).toMatchObject({
    id,
    status: 'CANCELLED',
    cancellation: { by: 'HOST', name: 'Hanna Host', reason: 'Train late' },
    rescheduledTo: { id: moved.id },
  })
})

it('frees the old time and takes the new', async () => {
  const { id } = await given()
  await move(host, { id, start: ELEVEN })
  expect([await free(TEN), await free(ELEVEN)]).toEqual([true, false])
  expect(await bookingRefused(world.visitor, eventType, ELEVEN)).toEqual(unavailable('taken'))
  await given()
})

it('lets the invitee move by the token of their link, and gives them a link to the new seat', async () => {
  const { id, token } = await given()
  const moved = await move(world.visitor, { token, start: ELEVEN })
  expect(moved.rescheduledFrom).toEqual({ id })
  expect(moved.token).not.toBe(token)
  expect(await look(world.visitor, { token: moved.token })).toMatchObject({
    id: moved.id,
    status: 'CONFIRMED',
  })
  expect(await look(host, { id })).toMatchObject({ cancellation: { by: 'INVITEE', name: 'Ann' } })
})

it('links a booking that moves several times from end to end', async () => {
  const first = await given()
  const second = await move(world.visitor, { token: first.token, start: ELEVEN })
  const third = await move(host, { id: second.id, start: NOON })
  const back = await move(host, { id: third.id, start: TEN })

  const chain = []
  for (const { id } of [first, second, third, back]) {
    const seen = await look(host, { id })
    chain.push([seen?.rescheduledFrom?.id, seen?.status, seen?.rescheduledTo?.id])
  }
  expect(chain).toEqual([
    [undefined, 'CANCELLED', second.id],
    [first.id, 'CANCELLED', third.id],
    [second.id, 'CANCELLED', back.id],
    [third.id, 'CONFIRMED', undefined],
  ])
  expect([await free(TEN), await free(ELEVEN), await free(NOON)]).toEqual([false, true, true])
})

it('carries along all that was said: answers, guests, notes, tracking, location and metadata', async () => {
  eventType = await givenEventType(host, {
    questions: [{ key: 'topic', label: 'Topic?', kind: 'TEXT' }],
    locations: [{ kind: 'PHONE_INVITEE' }],
  })
  const { id, inviteeId } = await given({
    answers: { topic: 'The house' },
    guests: ['ben@example.org'],
    notes: 'Ring twice',
    tracking: { utm_source: 'letter' },
    metadata: { order: 7 },
    location: { kind: 'PHONE_INVITEE', phone: '+49 30 1234' },
  })
  const moved = await move(host, { id, start: ELEVEN })

  const data = await host.run(
    `query ($id: ID) { booking(id: $id) {
      timeZone metadata location { kind phone }
      invitees { email timeZone guests notes answers tracking rescheduledFrom { id rescheduledTo { email } } }
    } }`,
    { id: moved.id },
  )
  expect(at(data, 'booking')).toEqual({
    timeZone: 'Europe/Berlin',
    metadata: { order: 7 },
    location: { kind: 'PHONE_INVITEE', phone: '+49 30 1234' },
    invitees: [
      {
        email: 'ann@example.org',
        timeZone: 'Europe/Berlin',
        guests: ['ben@example.org'],
        notes: 'Ring twice',
        answers: { topic: 'The house' },
        tracking: { utm_source: 'letter' },
        rescheduledFrom: { id: inviteeId, rescheduledTo: { email: 'ann@example.org' } },
      },
    ],
  })
})

it('moves to a start that overlaps the time that the booking has', async () => {
  eventType = await givenEventType(host, {
    slotIntervalMinutes: 10,
    bufferBeforeMinutes: 10,
    bufferAfterMinutes: 10,
  })
  const { id } = await given()
  const moved = await move(host, { id, start: '2026-03-03T10:10:00Z' })
  expect(moved.end).toBe('2026-03-03T10:40:00.000Z')
  await givenBooking(world.visitor, eventType, '2026-03-03T09:20:00Z')
})

it('changes the length with the move, or alone', async () => {
  eventType = await givenEventType(host, { durationOptions: [30, 60], slotIntervalMinutes: 30 })
  const { id } = await given()
  const longer = await move(host, { id, start: TEN, durationMinutes: 60 })
  expect(longer).toMatchObject({
    start: '2026-03-03T10:00:00.000Z',
    end: '2026-03-03T11:00:00.000Z',
  })
  const later = await move(host, { id: longer.id, start: NOON })
  expect(later.end).toBe('2026-03-03T13:00:00.000Z')
  expect(await refused({ id: later.id, start: TEN, durationMinutes: 45 })).toEqual({
    code: 'INVALID_INPUT',
    paths: ['input.durationMinutes'],
  })
})

it('is refused onto the very start that the booking has', async () => {
  const { id } = await given()
  expect(await refused({ id, start: '2026-03-03T11:00:00+01:00' })).toEqual({
    code: 'INVALID_INPUT',
    paths: ['input.start'],
  })
})

it('is refused onto starts that cannot be booked, and leaves the booking as it was', async () => {
  const { id } = await given()
  await givenBooking(world.visitor, eventType, ELEVEN)
  await hold(world.visitor, eventType, NOON)
  expect(await refused({ id, start: ELEVEN })).toEqual(unavailable('taken'))
  expect(await refused({ id, start: NOON })).toEqual(unavailable('taken'))
  expect(await refused({ id, start: '2026-03-03T08:00:00Z' })).toEqual(unavailable('hours'))
  expect(await refused({ id, start: '2026-03-03T10:10:00Z' })).toEqual(unavailable('grid'))
  expect(await refused({ id, start: '2026-03-02T06:00:00Z' })).toEqual(unavailable('past'))
  expect(await refused({ id, start: '2026-07-01T09:00:00Z' })).toEqual(unavailable('window'))
  expect(await refused({ id, start: '2026-03-03T10:00' })).toEqual({
    code: 'INVALID_INPUT',
    paths: ['input.start'],
  })

  expect(await look(host, { id })).toMatchObject({ status: 'CONFIRMED', rescheduledTo: null })
  expect(await free(TEN)).toBe(false)
})

it('is refused for a booking that is cancelled, denied, moved or over', async () => {
  const cancelled = await given()
  await cancel(host, { id: cancelled.id })
  const moved = await given()
  await move(host, { id: moved.id, start: ELEVEN })
  const asking = await givenEventType(host, { confirmation: 'ALWAYS' })
  const denied = await givenBooking(world.visitor, asking, NOON)
  await deny(host, denied.id)
  const over = await givenBooking(world.visitor, eventType, '2026-03-02T09:00:00Z')
  world.clock.set('2026-03-02T09:30:00Z')

  for (const { id, token } of [cancelled, moved, denied, over]) {
    const start = '2026-03-04T10:00:00Z'
    expect((await refused({ id, start })).code).toBe('CONFLICT')
    expect((await refusal(world.visitor, RESCHEDULE, { input: { token, start } })).code).toBe(
      'CONFLICT',
    )
  }
})

it('belongs to the host and the invitee alone', async () => {
  const { id, token } = await given()
  const stranger = await givenHost(world)
  const asked = (input: Record<string, unknown>) =>
    refusal(stranger, RESCHEDULE, { input: { start: ELEVEN, ...input } })
  expect(await asked({ id })).toEqual({ code: 'NOT_FOUND', paths: ['input.id'] })
  expect(await asked({ token: `${token}x` })).toEqual({ code: 'NOT_FOUND', paths: ['input.token'] })
  expect(await asked({})).toEqual({ code: 'INVALID_INPUT', paths: ['input.id'] })
  expect((await refusal(world.visitor, RESCHEDULE, { input: { id, start: ELEVEN } })).code).toBe(
    'UNAUTHENTICATED',
  )
})

it('moves a booking once when many ask at once, and two bookings not onto one start', async () => {
  const { id } = await given()
  const other = await givenBooking(world.visitor, eventType, ELEVEN)
  const answers = await atOnce(20, index =>
    host.answer(RESCHEDULE, { input: { id: index % 2 ? id : other.id, start: NOON } }),
  )
  expect(tally(answers)).toMatchObject({ ok: 1 })
  const [first, second] = [await look(host, { id }), await look(host, { id: other.id })]
  expect([first?.status, second?.status].toSorted()).toEqual(['CANCELLED', 'CONFIRMED'])
})

it('works for a booking of an event type that is not offered any more', async () => {
  const { id } = await given()
  await host.run(
    'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id } } }',
    { id: eventType },
  )
  expect((await move(host, { id, start: ELEVEN })).status).toBe('CONFIRMED')
})
