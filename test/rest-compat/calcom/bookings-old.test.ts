// Cal.com v2: bookings in version 2024-04-15, which is also that of who sends no header.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  at,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { anyone, type Calcom, givenCalcom, invalid, refused, success } from './calcom.ts'

let world: World
let host: GivenHost
let api: Calcom
let visitor: Calcom

beforeAll(async () => {
  world = await givenWorld()
  visitor = anyone(world)
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.forward(2)
  host = await givenHost(world, { name: 'Ada Berg' })
  api = await givenCalcom(world, host)
})

const START = '2026-03-04T10:00:00.000Z'
const NEXT = '2026-03-05T10:00:00.000Z'

async function givenType(input: Record<string, unknown> = {}): Promise<number> {
  const id = await givenEventType(host, input)
  const data = await host.run('query ($id: ID!) { eventType(id: $id) { databaseId } }', { id })
  return Number(at(data, 'eventType.databaseId'))
}

const wanted = (eventTypeId: number, more: Record<string, unknown> = {}) => ({
  start: START,
  eventTypeId,
  timeZone: 'Europe/Riga',
  language: 'lv',
  metadata: { crm: '77' },
  responses: { name: 'Ann Lee', email: 'ann@example.org', guests: [], notes: 'hi' },
  ...more,
})

async function given(eventTypeId: number, more: Record<string, unknown> = {}) {
  const answer = await visitor.post('/bookings', wanted(eventTypeId, more))
  expect(answer).toMatchObject({ status: 201, body: { status: 'success' } })
  return answer
}

const uidOf = (answer: { body: unknown }) => textAt(answer.body, 'data.uid')

describe('an Idempotency-Key', () => {
  it('books once, however often it comes with the same body', async () => {
    const id = await givenType()
    const keyed = visitor.with({ 'idempotency-key': 'old-1' })
    const first = await keyed.post('/bookings', wanted(id))
    expect(first.status).toBe(201)
    expect(await keyed.post('/bookings', wanted(id))).toMatchObject({
      status: 201,
      body: first.body,
    })
    expect(await keyed.post('/bookings', wanted(id, { start: NEXT }))).toMatchObject({
      status: 409,
    })
    expect(await visitor.post('/bookings', wanted(id))).not.toMatchObject({ status: 201 })
  })

  it('books one series, however often it comes with the same body', async () => {
    const id = await givenType({ recurrence: { frequency: 'WEEKLY', interval: 1, count: 2 } })
    const keyed = visitor.with({ 'idempotency-key': 'old-2' })
    const body = [wanted(id), wanted(id, { start: '2026-03-11T10:00:00.000Z' })]
    const first = await keyed.post('/bookings/recurring', body)
    expect(first.status).toBe(201)
    expect(await keyed.post('/bookings/recurring', body)).toMatchObject({
      status: 201,
      body: first.body,
    })
  })
})

describe('a booking', () => {
  it('is made and told close to a row of the database', async () => {
    const id = await givenType({ locations: [{ kind: 'VIDEO', provider: 'cal_video' }] })
    const made = await given(id, {
      responses: {
        name: { firstName: 'Ann', lastName: 'Lee' },
        email: 'ann@example.org',
        location: { value: 'integrations:daily', optionValue: '' },
      },
    })
    const row = {
      id: expect.any(Number),
      uid: expect.stringMatching(/^bk_\w{22}\.[\w-]{32}$/),
      title: 'Intro between Ada Berg and Ann Lee',
      description: null,
      startTime: START,
      endTime: '2026-03-04T10:30:00.000Z',
      status: 'ACCEPTED',
      location: 'integrations:daily',
      eventTypeId: id,
      recurringEventId: null,
      responses: expect.objectContaining({ name: 'Ann Lee', email: 'ann@example.org', guests: [] }),
    }
    expect(made.body).toEqual(
      success({
        ...row,
        metadata: { crm: '77' },
        userId: expect.any(Number),
        userPrimaryEmail: expect.stringContaining('@'),
        user: { email: null, name: 'Ada Berg', timeZone: 'Europe/London', username: host.slug },
        attendees: [
          {
            id: expect.any(Number),
            bookingId: expect.any(Number),
            email: 'ann@example.org',
            name: 'Ann Lee',
            timeZone: 'Europe/Riga',
            locale: 'lv',
          },
        ],
        paid: false,
        payment: [],
        references: [],
        luckyUsers: [],
        paymentRequired: false,
      }),
    )
    const shown = {
      ...row,
      customInputs: {},
      smsReminderNumber: null,
      cancellationReason: null,
      rejectionReason: null,
      metadata: {},
      userPrimaryEmail: host.email,
      user: {
        id: expect.any(Number),
        name: 'Ada Berg',
        email: host.email,
        username: host.slug,
        timeZone: 'Europe/London',
      },
      attendees: [{ name: 'Ann Lee', email: 'ann@example.org', timeZone: 'Europe/Riga' }],
      eventType: { eventName: null, slug: 'intro', timeZone: null },
    }
    expect(await visitor.get(`/bookings/${uidOf(made)}`)).toMatchObject({
      status: 200,
      body: success(shown),
    })
    expect(await visitor.get(`/bookings/${uidOf(made)}/reschedule`)).toMatchObject({
      body: success(shown),
    })
    expect(await api.in('nonsense').get(`/bookings/${uidOf(made)}`)).toMatchObject({
      body: { data: { userPrimaryEmail: host.email, metadata: { crm: '77' } } },
    })
    expect(await visitor.in('2024-09-04').get(`/bookings/${uidOf(made)}`)).toMatchObject({
      status: 404,
    })
  })

  it('is refused with the code of the cause, or with every property at fault', async () => {
    const id = await givenType({ minimumNoticeMinutes: 60 })
    await given(id)
    expect(await visitor.post('/bookings', wanted(id))).toMatchObject(
      refused(400, 'no_available_users_found_error'),
    )
    expect(
      await visitor.post('/bookings', wanted(id, { start: '2026-02-04T10:00:00Z' })),
    ).toMatchObject(refused(400, 'booking_time_out_of_bounds_error'))
    expect(
      await visitor.post('/bookings', wanted(id, { end: '2026-03-04T10:45:00Z' })),
    ).toMatchObject(refused(400, 'Invalid event length'))
    expect(await visitor.post('/bookings', wanted(id, { metadata: undefined }))).toMatchObject(
      invalid(['metadata', 'isObject', 'metadata must be an object']),
    )
    expect(await visitor.post('/bookings', wanted(id, { timeZone: 'Mars' }))).toMatchObject({
      status: 400,
    })
    expect(await visitor.post('/bookings', wanted(1_999_999_999))).toMatchObject({ status: 404 })
    expect(await visitor.post('/bookings/instant', {})).toMatchObject({ status: 400 })
  })

  it('moves by a new one that names it', async () => {
    const id = await givenType()
    const uid = uidOf(await given(id))
    const moved = await given(id, { start: NEXT, rescheduleUid: uid })
    expect(moved).toMatchObject({ body: { data: { startTime: NEXT, status: 'ACCEPTED' } } })
    expect(await visitor.get(`/bookings/${uid}`)).toMatchObject({
      body: { data: { status: 'CANCELLED' } },
    })
  })

  it('is cancelled by who knows its uid, or by its host with a reason', async () => {
    const id = await givenType()
    const [first, second] = [await given(id), await given(id, { start: NEXT })]
    expect(await visitor.post(`/bookings/${uidOf(first)}/cancel`, {})).toMatchObject({
      status: 201,
      body: success({
        bookingId: at(first.body, 'data.id'),
        bookingUid: uidOf(first),
        onlyRemovedAttendee: false,
      }),
    })
    expect(await api.post(`/bookings/${uidOf(second)}/cancel`, {})).toMatchObject({ status: 400 })
    expect(
      await api.post(`/bookings/${uidOf(second)}/cancel`, { cancellationReason: 'ill' }),
    ).toMatchObject({
      status: 201,
    })
    expect(await visitor.get(`/bookings/${uidOf(second)}`)).toMatchObject({
      body: { data: { cancellationReason: 'ill' } },
    })
    expect(await visitor.post(`/bookings/${at(first.body, 'data.id')}/cancel`, {})).toMatchObject({
      status: 400,
    })
  })

  it('has seats, each with a uid of its own', async () => {
    const id = await givenType({ seats: 2 })
    const first = await given(id)
    const bob = { responses: { name: 'Bob', email: 'bob@example.org' } }
    const second = await given(id, bob)
    expect(uidOf(second)).toBe(uidOf(first))
    const seatReferenceUid = textAt(second.body, 'data.seatReferenceUid')
    expect(at(second.body, 'data.attendees')).toEqual([])
    expect(
      await visitor.post(`/bookings/${uidOf(first)}/cancel`, { seatReferenceUid }),
    ).toMatchObject({
      status: 201,
      body: { data: { onlyRemovedAttendee: true } },
    })
  })
})

describe('a series', () => {
  it('is as many bookings as the list has, and what is left of it is cancelled at once', async () => {
    const id = await givenType({ recurrence: { frequency: 'WEEKLY', interval: 1, count: 5 } })
    const three = ['04', '11', '18'].map(day => wanted(id, { start: `2026-03-${day}T10:00:00Z` }))
    const made = await visitor.post('/bookings/recurring', three)
    expect(made).toMatchObject({ status: 201, body: { data: [{ startTime: START }, {}, {}] } })
    const series = textAt(made.body, 'data.0.recurringEventId')
    expect(textAt(made.body, 'data.2.recurringEventId')).toBe(series)
    const second = textAt(made.body, 'data.1.uid')
    expect(
      await visitor.post(`/bookings/${second}/cancel`, { allRemainingBookings: true }),
    ).toMatchObject({
      body: { data: { bookingId: at(made.body, 'data.1.id'), onlyRemovedAttendee: false } },
    })
    const listed = await api.get('/bookings?filters[status]=upcoming')
    expect(at(listed.body, 'data.totalCount')).toBe(1)
  })
})

describe('the list', () => {
  it('is of one state, and goes on from a number', async () => {
    const id = await givenType()
    await given(id)
    await given(id, { start: NEXT })
    const gone = uidOf(await given(id, { start: '2026-03-06T10:00:00Z' }))
    await visitor.post(`/bookings/${gone}/cancel`, {})
    const first = await api.get(
      `/bookings?filters[status]=upcoming&filters[eventTypeIds][]=${id}&limit=1`,
    )
    expect(first.body).toMatchObject({
      data: {
        bookings: [
          {
            startTime: START,
            status: 'ACCEPTED',
            eventType: { id, slug: 'intro' },
            rescheduled: null,
          },
        ],
        recurringInfo: [],
        totalCount: 2,
        nextCursor: 1,
      },
    })
    expect(
      (await api.get('/bookings?filters[status]=upcoming&limit=1&cursor=1')).body,
    ).toMatchObject({
      data: { bookings: [{ startTime: NEXT }], nextCursor: null },
    })
    expect((await api.get('/bookings?filters[status]=cancelled')).body).toMatchObject({
      data: { bookings: [{ uid: gone.split('.')[0], status: 'CANCELLED' }] },
    })
    expect(await api.get('/bookings?filters[status]=soon')).toMatchObject({ status: 400 })
    expect(await visitor.get('/bookings?filters[status]=past')).toMatchObject({ status: 401 })
  })
})

describe('no-shows', () => {
  it('are noted by the host once it has begun', async () => {
    const uid = uidOf(await given(await givenType(), { start: '2026-03-03T10:00:00Z' }))
    const body = { noShowHost: true, attendees: [{ email: 'ann@example.org', noShow: true }] }
    expect(await api.post(`/bookings/${uid}/mark-no-show`, body)).toMatchObject({ status: 400 })
    const before = world.clock.now()
    world.clock.set('2026-03-03T10:10:00Z')
    expect(await api.post(`/bookings/${uid}/mark-no-show`, body)).toMatchObject({
      status: 200,
      body: { data: { message: expect.any(String), ...body } },
    })
    expect(await visitor.post(`/bookings/${uid}/mark-no-show`, body)).toMatchObject({ status: 401 })
    world.clock.set(before.toISOString())
  })
})
