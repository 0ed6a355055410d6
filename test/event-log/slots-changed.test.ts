import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSocket, overSocket, type Socket } from '../helpers/socket.ts'
import { stream } from '../helpers/sse.ts'
import {
  at,
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../helpers/world.ts'

const WATCH = `subscription ($id: ID, $start: Date, $end: Date, $timeZone: TimeZone) {
  slotsChanged(eventType: { id: $id }, start: $start, end: $end, timeZone: $timeZone) { date slots { start seatsLeft } }
}`
const READ = `query ($id: ID, $date: Date!) {
  slots(eventType: { id: $id }, start: $date, end: $date) { date slots { start seatsLeft } }
}`
const TUESDAY = '2026-03-03'
const TEN = `${TUESDAY}T10:00:00Z`
const hourOf = (start: string) => start.slice(11, 16)

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
})
afterAll(() => world.end())

interface Watch {
  socket: Socket
  /**
   * Starts of the next day that changed, as hours of the day; with the seats that are left where
   * they are shown.
   */
  next(): Promise<{ date: string; hours: string[]; seats: unknown[] }>
  more(ms: number): Promise<number>
}

/** Watches as a visitor. */
async function watch(
  id: string,
  variables: Record<string, unknown> = { start: TUESDAY, end: TUESDAY },
): Promise<Watch> {
  const socket = await openSocket(world.url, { init: {} })
  socket.send({
    type: 'subscribe',
    id: 'watch',
    payload: { query: WATCH, variables: { id, ...variables } },
  })
  // Nothing tells that a subscription stands; looking at the slots twice takes longer than its own
  // first look.
  for (const each of ['once', 'twice', 'thrice']) {
    socket.send({
      type: 'subscribe',
      id: each,
      payload: { query: READ, variables: { id, date: TUESDAY } },
    })
    await socket.nextOf(each)
  }
  return {
    socket,
    async next() {
      const { payload } = await socket.nextOf('watch')
      const day = at(payload, 'data.slotsChanged')
      const slots = listAt(day, 'slots')
      return {
        date: textAt(day, 'date'),
        hours: slots.map(slot => hourOf(textAt(slot, 'start'))),
        seats: slots.map(slot => at(slot, 'seatsLeft')),
      }
    },
    async more(ms) {
      await new Promise(resolve => setTimeout(resolve, ms))
      return socket.waiting('watch').length
    },
  }
}

const hourly = (input: Record<string, unknown> = {}) =>
  givenEventType(host, { name: 'Hour', durationMinutes: 60, ...input })

const withoutTen = ['09:00', '11:00', '12:00', '13:00', '14:00', '15:00', '16:00']
const all = ['09:00', '10:00', '11:00', '12:00', '13:00', '14:00', '15:00', '16:00']

describe('watching free starts', () => {
  it('shows the day without the start that was booked, and with it again when the booking is cancelled', async () => {
    const eventType = await hourly()
    const watching = await watch(eventType)
    const booked = await givenBooking(world.visitor, eventType, TEN)
    expect(await watching.next()).toMatchObject({ date: TUESDAY, hours: withoutTen })
    await world.visitor.run(
      'mutation ($t: String) { cancelBooking(input: { token: $t }) { booking { id } } }',
      {
        t: booked.token,
      },
    )
    expect(await watching.next()).toMatchObject({ date: TUESDAY, hours: all })
    expect(await watching.more(200)).toBe(0)
    await watching.socket.close()
  })

  it('sees what is booked of another event type of the host, and through another gateway', async () => {
    const second = await world.secondGateway()
    const eventType = await hourly()
    const other = await hourly({ name: 'Other' })
    const watching = await watch(eventType)
    const booked = await givenBooking(clientOf(second.url, {}), other, TEN)
    expect((await watching.next()).hours).toEqual(withoutTen)
    await host.run('mutation ($id: ID) { cancelBooking(input: { id: $id }) { booking { id } } }', {
      id: booked.id,
    })
    expect((await watching.next()).hours).toEqual(all)
    await watching.socket.close()
  })

  it('sees a reservation begin and end', async () => {
    const eventType = await hourly()
    const watching = await watch(eventType)
    const held = await world.visitor.run(
      'mutation ($input: ReserveSlotInput!) { reserveSlot(input: $input) { reservation { id } } }',
      { input: { eventType: { id: eventType }, start: TEN } },
    )
    expect((await watching.next()).hours).toEqual(withoutTen)
    await world.visitor.run(
      'mutation ($id: ID!) { releaseSlot(input: { id: $id }) { reservation { id } } }',
      {
        id: textAt(held, 'reserveSlot.reservation.id'),
      },
    )
    expect((await watching.next()).hours).toEqual(all)
    await watching.socket.close()
  })

  it('sees an edit of the schedule, and of the event type', async () => {
    const own = await givenHost(world)
    const eventType = await givenEventType(own, { durationMinutes: 60 })
    const watching = await watch(eventType)
    const { schedules } = await own.run('{ schedules { id } }')
    const edit =
      'mutation ($input: UpdateScheduleInput!) { updateSchedule(input: $input) { schedule { id } } }'
    const weekly = [{ weekday: 'TUESDAY', start: '10:00', end: '12:00' }]
    await own.run(edit, { input: { id: textAt(schedules, '0.id'), weekly } })
    expect((await watching.next()).hours).toEqual(['10:00', '11:00'])
    await own.run(
      'mutation ($id: ID!) { updateEventType(input: { id: $id, durationMinutes: 120 }) { eventType { id } } }',
      {
        id: eventType,
      },
    )
    expect((await watching.next()).hours).toEqual(['10:00'])
    await watching.socket.close()
  })

  it('counts the seats that are left', async () => {
    const eventType = await hourly({ name: 'Class', seats: 3 })
    const watching = await watch(eventType)
    await givenBooking(world.visitor, eventType, TEN)
    const { hours, seats } = await watching.next()
    expect(hours).toEqual(all)
    expect(seats).toEqual([3, 2, 3, 3, 3, 3, 3, 3])
    await watching.socket.close()
  })

  it('shows the days that changed alone, in the zone that was asked for', async () => {
    const eventType = await hourly({ name: 'Zoned' })
    // Two in the afternoon in London is three in the morning of the next day in Auckland, 13 hours
    // ahead.
    const watching = await watch(eventType, {
      start: '2026-03-04',
      end: '2026-03-10',
      timeZone: 'Pacific/Auckland',
    })
    await givenBooking(world.visitor, eventType, '2026-03-04T14:00:00Z')
    const changed = await watching.next()
    expect(changed.date).toBe('2026-03-05')
    expect(changed.hours).toEqual(['11:00', '12:00', '13:00', '15:00', '16:00', '09:00', '10:00'])
    expect(await watching.more(200)).toBe(0)
    await watching.socket.close()
  })

  it('is public, over server-sent events as well', async () => {
    const eventType = await hourly({ name: 'Streamed', isSecret: true })
    const answer = await stream(world.url, WATCH, {
      variables: { id: eventType, start: '2026-03-06', end: '2026-03-06' },
    })
    expect(answer.status).toBe(200)
    await givenBooking(world.visitor, eventType, '2026-03-06T10:00:00Z')
    expect(at(await answer.next(), 'data.slotsChanged.date')).toBe('2026-03-06')
    answer.stop()
  })

  it.each([
    ['an event type that is not there', { id: 'et_0000000000000000000000' }, 'NOT_FOUND'],
    ['a day that does not exist', { start: '2026-02-30' }, 'INVALID_INPUT'],
    ['more than 62 days', { start: '2026-03-01', end: '2026-05-02' }, 'INVALID_INPUT'],
    [
      'days that end before they begin',
      { start: '2026-03-02', end: '2026-03-01' },
      'INVALID_INPUT',
    ],
    ['a zone that does not exist', { timeZone: 'Mars/Olympus' }, 'INVALID_INPUT'],
  ])('refuses %s', async (_what, variables, code) => {
    const id = await hourly({ name: 'Refused' })
    const answer = await overSocket(world.url, { query: WATCH, variables: { id, ...variables } })
    expect(at(answer, 'errors.0.extensions.code')).toBe(code)
  })
})
