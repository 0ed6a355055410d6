// Cal.com v2: slots and reservations, in both shapes. Hosts are open from nine to five in London,
// Monday to Friday.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { givenTeam, givenTeamEventType } from '../../helpers/teams.ts'
import {
  BOOK,
  booking,
  type GivenHost,
  givenBooking,
  givenHost,
  givenWorld,
  MONDAY,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { anyone, type Calcom, givenCalcom, refused, success } from './calcom.ts'
import { made } from './event-types.ts'

const NEW = '2024-09-04'
const TEN = '2026-03-03T10:00:00.000Z'

let world: World
let host: GivenHost
let api: Calcom
let visitor: Calcom

beforeAll(async () => {
  world = await givenWorld()
  visitor = anyone(world, NEW)
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  api = await givenCalcom(world, host, { version: '2024-06-14' })
})

const type = async (more: Record<string, unknown> = {}) =>
  (await made(api, { lengthInMinutes: 60, title: 'Hour', slug: 'hour', ...more })).id

const slots = async (query: string, caller = visitor) => (await caller.get(`/slots?${query}`)).body
const hours = (...list: number[]) =>
  list.map(hour => ({ start: `2026-03-03T${String(hour).padStart(2, '0')}:00:00.000Z` }))
const book = (id: number, start: string, more: Record<string, unknown> = {}) =>
  givenBooking(world.visitor, `${id}`, start, more)

describe('slots', () => {
  it('are the free starts of days, in UTC', async () => {
    const id = await type()
    await book(id, TEN)
    expect(await slots(`eventTypeId=${id}&start=2026-03-03&end=2026-03-03`)).toEqual(
      success({ '2026-03-03': hours(9, 11, 12, 13, 14, 15, 16) }),
    )
  })

  it('leave out days that have none', async () => {
    const id = await type()
    expect(await slots(`eventTypeId=${id}&start=2026-03-07&end=2026-03-08`)).toEqual(success({}))
    expect(
      Object.keys(
        Object(Object(await slots(`eventTypeId=${id}&start=2026-03-06&end=2026-03-09`)).data),
      ),
    ).toEqual(['2026-03-06', '2026-03-09'])
  })

  it('are told by the clock and the days of a zone', async () => {
    const id = await type()
    const auckland = await slots(
      `eventTypeId=${id}&start=2026-03-03&end=2026-03-03&timeZone=Pacific/Auckland`,
    )
    expect(auckland).toEqual(
      success({
        '2026-03-03': [22, 23].map(hour => ({ start: `2026-03-03T${hour}:00:00.000+13:00` })),
        '2026-03-04': [0, 1, 2, 3, 4, 5].map(hour => ({
          start: `2026-03-04T0${hour}:00:00.000+13:00`,
        })),
      }),
    )
    const kolkata = await slots(
      `eventTypeId=${id}&start=2026-03-03&end=2026-03-03&timeZone=Asia/Kolkata`,
    )
    expect(kolkata).toMatchObject({
      data: { '2026-03-03': [{ start: '2026-03-03T15:00:00.000+05:30' }, {}, {}, {}, {}, {}, {}] },
    })
  })

  it('lie within the instants that are asked for, their ends too', async () => {
    const id = await type()
    expect(
      await slots(`eventTypeId=${id}&start=2026-03-03T10:30:00Z&end=2026-03-03T13:00:00Z`),
    ).toEqual(success({ '2026-03-03': hours(11, 12) }))
  })

  it('have ends when asked for a range', async () => {
    const id = await type()
    expect(
      await slots(`eventTypeId=${id}&start=2026-03-03T16:00&end=2026-03-03&format=Range`),
    ).toEqual(
      success({
        '2026-03-03': [{ start: '2026-03-03T16:00:00.000Z', end: '2026-03-03T17:00:00.000Z' }],
      }),
    )
  })

  it('are of one of several lengths', async () => {
    const id = await type({ lengthInMinutesOptions: [60, 240] })
    expect(await slots(`eventTypeId=${id}&start=2026-03-03&end=2026-03-03&duration=240`)).toEqual(
      success({ '2026-03-03': hours(9, 13) }),
    )
    expect(
      await visitor.get(`/slots?eventTypeId=${id}&start=2026-03-03&end=2026-03-03&duration=7`),
    ).toMatchObject({
      status: 400,
    })
  })

  it('are found by the names of the host and the event type, hidden or not', async () => {
    await type({ hidden: true })
    expect(
      await slots(`username=${host.slug}&eventTypeSlug=hour&start=2026-03-03&end=2026-03-03`),
    ).toEqual(success({ '2026-03-03': hours(9, 10, 11, 12, 13, 14, 15, 16) }))
  })

  it('are found by the names of a team and its event type', async () => {
    const team = await givenTeam(host, {})
    await givenTeamEventType(host, team, 'COLLECTIVE', [host], {
      slug: 'together',
      durationMinutes: 240,
    })
    expect(
      await slots(`teamSlug=${team.slug}&eventTypeSlug=together&start=2026-03-03&end=2026-03-03`),
    ).toEqual(success({ '2026-03-03': hours(9, 13) }))
  })

  it('are when several hosts are free at once', async () => {
    const other = await givenHost(world)
    await book(await type(), TEN)
    const theirs = await givenCalcom(world, other, { version: '2024-06-14' })
    const { id } = await made(theirs, { lengthInMinutes: 240, title: 'Long', slug: 'long' })
    await book(id, '2026-03-03T13:00:00Z')
    const query = `usernames=${host.slug},${other.slug}&start=2026-03-03&end=2026-03-03`
    expect(await slots(`${query}&duration=60`)).toEqual(success({ '2026-03-03': hours(9, 11, 12) }))
    expect(await slots(query)).toMatchObject({ data: { '2026-03-03': { length: 6 } } })
    expect(
      await visitor.get(`/slots?usernames=${host.slug}&start=2026-03-03&end=2026-03-03`),
    ).toMatchObject({
      status: 400,
    })
  })

  it('count the time of a booking as free that is about to move', async () => {
    const id = await type({ beforeEventBuffer: 60 })
    const { id: uid } = await book(id, TEN)
    const query = `eventTypeId=${id}&start=2026-03-03&end=2026-03-03`
    expect(await slots(query)).toEqual(success({ '2026-03-03': hours(12, 13, 14, 15, 16) }))
    expect(await slots(`${query}&bookingUidToReschedule=${uid}`)).toMatchObject({
      data: { '2026-03-03': hours(9, 10, 11, 12, 13, 14, 15, 16) },
    })
  })

  it('say how many seats are taken and left', async () => {
    const seats = { seatsPerTimeSlot: 5, showAttendeeInfo: false, showAvailabilityCount: true }
    const id = await type({ seats })
    const { id: uid } = await book(id, '2026-03-03T11:00:00Z')
    expect(await slots(`eventTypeId=${id}&start=2026-03-03T10:00&end=2026-03-03T12:00`)).toEqual(
      success({
        '2026-03-03': [
          { start: TEN, seatsBooked: 0, seatsRemaining: 5, seatsTotal: 5 },
          {
            start: '2026-03-03T11:00:00.000Z',
            seatsBooked: 1,
            seatsRemaining: 4,
            seatsTotal: 5,
            bookingUid: uid,
          },
        ],
      }),
    )
  })

  it('are looked for as far as they are asked for', async () => {
    const id = await type({ lengthInMinutes: 480 })
    const { data } = Object(await slots(`eventTypeId=${id}&start=2050-01-01&end=2050-07-31`))
    expect(Object.keys(data)).toHaveLength(150)
  })

  it('are exactly what can be booked', async () => {
    const id = await type({
      lengthInMinutes: 45,
      slotInterval: 20,
      offsetStart: 5,
      afterEventBuffer: 15,
      minimumBookingNotice: 1600,
      bookingWindow: { type: 'calendarDays', value: 2 },
      bookingLimitsCount: { day: 2 },
    })
    await book(id, '2026-03-04T12:05:00Z')
    const { data } = Object(await slots(`eventTypeId=${id}&start=2026-03-02&end=2026-03-06`))
    const offered = Object.values<{ start: string }[]>(data).flatMap(list =>
      list.map(({ start }) => start),
    )
    expect(offered.length).toBeGreaterThan(10)
    for (const day of ['03', '04'])
      await book(id, offered.find(start => start.startsWith(`2026-03-${day}`)) ?? '')
    const left = await slots(`eventTypeId=${id}&start=2026-03-02&end=2026-03-06`)
    expect(Object.keys(Object(Object(left).data))).toEqual(['2026-03-03'])
    for (const start of ['2026-03-04T15:05:00Z', '2026-03-05T12:05:00Z'])
      expect(await world.visitor.codeOf(BOOK, booking(`${id}`, start))).toBe('SLOT_UNAVAILABLE')
  })

  it('are refused for what is not there, and for questions that say too little or too much', async () => {
    const day = 'start=2026-03-03&end=2026-03-03'
    expect(await visitor.get(`/slots?eventTypeId=1999999999&${day}`)).toMatchObject(
      refused(404, 'Event type not found'),
    )
    expect(await visitor.get(`/slots?username=nobody-here&eventTypeSlug=x&${day}`)).toMatchObject({
      status: 404,
    })
    expect(await visitor.get(`/slots?${day}`)).toMatchObject({ status: 400 })
    const id = await type()
    expect(
      await visitor.get(`/slots?eventTypeId=${id}&start=2026-03-05&end=2026-03-03`),
    ).toMatchObject({ status: 400 })
    expect(await visitor.get(`/slots?eventTypeId=${id}&start=2026-03-05`)).toMatchObject(
      refused(400, expect.stringMatching(/^end property is wrong,/)),
    )
    expect(await visitor.get(`/slots?eventTypeId=${id}&${day}&colour=red`)).toMatchObject(
      refused(
        400,
        expect.stringMatching(/^colour property is wrong,property colour should not exist/),
      ),
    )
    expect(await visitor.get(`/slots?eventTypeId=${id}&${day}&timeZone=Mars/Base`)).toMatchObject({
      status: 400,
    })
  })
})

describe('a reservation', () => {
  const until = '2026-03-02T07:05:00.000Z'
  const reserve = (eventTypeId: number, more: Record<string, unknown> = {}, caller = visitor) =>
    caller.post('/slots/reservations', { eventTypeId, slotStart: TEN, ...more })

  it('takes its slot out of the list, and is used up by who books it', async () => {
    const id = await type()
    const answer = await reserve(id)
    const uid = textAt(answer.body, 'data.reservationUid')
    const held = {
      eventTypeId: id,
      slotStart: TEN,
      slotEnd: '2026-03-03T11:00:00.000Z',
      slotDuration: 60,
      reservationUid: uid,
      reservationUntil: until,
    }
    expect(answer).toMatchObject({
      status: 201,
      body: success({ ...held, reservationDuration: 5 }),
    })
    expect((await visitor.get(`/slots/reservations/${uid}`)).body).toEqual(success(held))
    expect(await slots(`eventTypeId=${id}&start=2026-03-03&end=2026-03-03`)).toEqual(
      success({ '2026-03-03': hours(9, 11, 12, 13, 14, 15, 16) }),
    )
    await book(id, TEN)
    expect((await visitor.get(`/slots/reservations/${uid}`)).body).toEqual(success(null))
  })

  it('is over by itself', async () => {
    const id = await type()
    const uid = textAt((await reserve(id)).body, 'data.reservationUid')
    world.clock.forward(5)
    expect((await visitor.get(`/slots/reservations/${uid}`)).body).toEqual(success(null))
    expect(await reserve(id)).toMatchObject({ status: 201 })
  })

  it.each([
    ['09:30', '10:30', '10:00', 422],
    ['10:30', '11:30', '10:00', 422],
    ['10:00', '11:30', '10:15', 422],
    ['10:15', '10:45', '10:00', 422],
    ['10:00', '11:00', '10:00', 422],
    ['09:30', '11:00', '10:00', 422],
    ['09:30', '10:30', '10:29', 422],
    ['10:00', '11:00', '09:01', 422],
    ['10:00', '11:00', '09:00', 201],
    ['10:00', '11:00', '08:00', 201],
    ['10:00', '11:00', '11:00', 201],
    ['10:00', '11:00', '12:00', 201],
    ['10:00', '11:00', '03:07', 201],
  ])('beside a booking from %s to %s, at %s: %i', async (from, to, start, status) => {
    const minutes = (Date.parse(`2026-03-03T${to}Z`) - Date.parse(`2026-03-03T${from}Z`)) / 60_000
    const id = await type({ lengthInMinutesOptions: [60, 30, 90], slotInterval: 15 })
    await book(id, `2026-03-03T${from}:00Z`, { durationMinutes: minutes })
    const slotStart = `2026-03-03T${start}:00Z`
    expect(await reserve(id, { slotStart })).toMatchObject({ status })
  })

  it('is refused for what another one holds', async () => {
    const id = await type()
    await reserve(id)
    expect(await reserve(id)).toMatchObject(
      refused(422, expect.stringMatching(/already booked or reserved/)),
    )
    expect(await reserve(1_999_999_999)).toMatchObject(refused(404, 'Event type not found'))
  })

  it('is a seat, where there are some', async () => {
    const id = await type({
      seats: { seatsPerTimeSlot: 2, showAttendeeInfo: false, showAvailabilityCount: true },
    })
    await reserve(id)
    expect(await slots(`eventTypeId=${id}&start=${TEN}&end=2026-03-03T11:00:00Z`)).toMatchObject({
      data: { '2026-03-03': [{ seatsBooked: 1, seatsRemaining: 1 }] },
    })
    await reserve(id)
    expect(await reserve(id)).toMatchObject({ status: 422 })
  })

  it('has another length only where there are several', async () => {
    const id = await type()
    expect(await reserve(id, { slotDuration: 30 })).toMatchObject({ status: 400 })
    const several = await type({ slug: 'several', lengthInMinutesOptions: [60, 30] })
    expect(await reserve(several, { slotDuration: 30 })).toMatchObject({
      status: 201,
      body: { data: { slotDuration: 30, slotEnd: '2026-03-03T10:30:00.000Z' } },
    })
  })

  it('is held for longer by who has the event type, and by nobody else', async () => {
    const id = await type()
    expect(await reserve(id, { reservationDuration: 10 })).toMatchObject({ status: 401 })
    const stranger = await givenCalcom(world, await givenHost(world), { version: NEW })
    expect(await reserve(id, { reservationDuration: 10 }, stranger)).toMatchObject({ status: 403 })
    expect(await reserve(id, { reservationDuration: 10 }, api.in(NEW))).toMatchObject({
      status: 201,
      body: { data: { reservationDuration: 10, reservationUntil: '2026-03-02T07:10:00.000Z' } },
    })
  })

  it('changes, and is given back, by who knows its uid', async () => {
    const id = await type()
    const uid = textAt((await reserve(id)).body, 'data.reservationUid')
    const moved = { eventTypeId: id, slotStart: '2026-03-03T12:00:00Z' }
    expect(await visitor.patch(`/slots/reservations/${uid}`, moved)).toMatchObject({
      status: 200,
      body: {
        data: {
          reservationUid: uid,
          slotStart: '2026-03-03T12:00:00.000Z',
          reservationDuration: 5,
        },
      },
    })
    expect(await visitor.delete(`/slots/reservations/${uid}`)).toMatchObject({
      status: 200,
      body: { status: 'success' },
    })
    expect(await slots(`eventTypeId=${id}&start=2026-03-03&end=2026-03-03`)).toMatchObject({
      data: { '2026-03-03': hours(9, 10, 11, 12, 13, 14, 15, 16) },
    })
    expect(await visitor.patch(`/slots/reservations/${uid}`, moved)).toMatchObject({ status: 404 })
    expect(await visitor.delete(`/slots/reservations/${uid}`)).toMatchObject({ status: 404 })
  })
})

describe('the version 2024-04-15', () => {
  const old = () => anyone(world)

  it('tells slots as times, or with their ends', async () => {
    const id = await type({ lengthInMinutes: 240 })
    const query = `/slots/available?startTime=2026-03-03T00:00:00Z&endTime=2026-03-03T23:59:59Z&eventTypeId=${id}`
    expect((await old().get(query)).body).toEqual(
      success({
        slots: {
          '2026-03-03': [
            { time: '2026-03-03T09:00:00.000Z' },
            { time: '2026-03-03T13:00:00.000Z' },
          ],
        },
      }),
    )
    expect((await old().get(`${query}&slotFormat=range`)).body).toMatchObject(
      success({
        slots: {
          '2026-03-03': [
            { startTime: '2026-03-03T09:00:00.000Z', endTime: '2026-03-03T13:00:00.000Z' },
            {},
          ],
        },
      }),
    )
    const byName = `/slots/available?startTime=2026-03-03&endTime=2026-03-03&eventTypeSlug=hour&usernameList[]=${host.slug}`
    expect((await old().in('2024-08-13').get(byName)).body).toEqual((await old().get(query)).body)
    expect(await old().in(NEW).get(query)).toMatchObject({ status: 404 })
    expect(await old().get(`/slots?eventTypeId=${id}`)).toMatchObject({ status: 404 })
  })

  it('holds a slot, with a cookie, and gives it back', async () => {
    const id = await type()
    const wanted = {
      eventTypeId: id,
      slotUtcStartDate: TEN,
      slotUtcEndDate: '2026-03-03T11:00:00.000Z',
    }
    const answer = await old().post('/slots/reserve', wanted)
    const uid = textAt(answer.body, 'data')
    expect(answer.status).toBe(201)
    expect(answer.headers.get('set-cookie')).toMatch(new RegExp(`^uid=${uid};`))
    expect(await old().post('/slots/reserve', wanted)).toMatchObject({ status: 422 })
    expect(await old().delete(`/slots/selected-slot?uid=${uid}`)).toMatchObject({
      status: 200,
      body: { status: 'success' },
    })
    const again = textAt((await old().post('/slots/reserve', wanted)).body, 'data')
    expect(
      await old()
        .with({ cookie: `uid=${again}` })
        .delete('/slots/selected-slot'),
    ).toMatchObject({ status: 200 })
  })
})
