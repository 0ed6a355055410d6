// What official and other clients of Cal.com send and expect of bookings.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { givenMember, givenTeam, givenTeamEventType } from '../../helpers/teams.ts'
import {
  at,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { anyone, type Calcom, calcomOf, givenCalcom } from './calcom.ts'
import { field, made } from './event-types.ts'

let world: World
let host: GivenHost
let api: Calcom
let visitor: Calcom

beforeAll(async () => {
  world = await givenWorld()
  visitor = anyone(world, '2024-08-13')
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.forward(2)
  host = await givenHost(world, { name: 'Ada Berg' })
  api = await givenCalcom(world, host, { version: '2024-08-13' })
})

const ANN = { name: 'Ann Lee', email: 'ann@example.org', timeZone: 'Europe/Berlin' }
const START = '2026-03-04T10:00:00Z'

const givenType = (body: Record<string, unknown> = {}) =>
  made(api.in('2024-06-14'), { title: 'Intro', slug: 'intro', lengthInMinutes: 30, ...body })

async function booked(
  eventTypeId: number,
  more: Record<string, unknown> = {},
  by: Calcom = visitor,
) {
  const answer = await by.post('/bookings', { eventTypeId, start: START, attendee: ANN, ...more })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer
}

const uidIn = ({ body }: { body: unknown }): string => textAt(body, 'data.uid')
const idOf = (uid: string): string => uid.split('.', 1)[0] ?? ''

describe('GET /bookings without version and filters', () => {
  it('returns upcoming bookings', async () => {
    const { id } = await givenType()
    const uid = idOf(uidIn(await booked(id)))
    const gone = uidIn(await booked(id, { start: '2026-03-05T10:00:00Z' }))
    await visitor.post(`/bookings/${gone}/cancel`, {})
    for (const query of ['', '?limit=5', `?filters[eventTypeIds][]=${id}`]) {
      const { status, body } = await api.in(undefined).get(`/bookings${query}`)
      expect(status, query).toBe(200)
      expect(listAt(body, 'data.bookings').map(each => textAt(each, 'uid'))).toEqual([uid])
    }
  })
})

describe('bookingFieldsResponses', () => {
  it('keeps and returns responses to fields that the event type does not have', async () => {
    const { id } = await givenType({ bookingFields: [field('text', { slug: 'topic' })] })
    const responses = {
      topic: 'slots',
      source: 'crm',
      count: 3,
      tags: ['a', 'b'],
      title: 'Our call',
      deep: { a: [1] },
    }
    const uid = uidIn(await booked(id, { bookingFieldsResponses: responses }))
    expect((await api.get(`/bookings/${idOf(uid)}`)).body).toMatchObject({
      data: { bookingFieldsResponses: responses },
    })
    expect((await visitor.get(`/bookings/${uid}`)).body).toMatchObject({
      data: { bookingFieldsResponses: responses },
    })
  })

  it('rejects unknown responses that are too long, and wrong answers to known fields', async () => {
    const { id } = await givenType({
      bookingFields: [field('select', { slug: 'size', options: ['s', 'm'] })],
    })
    for (const responses of [{ source: 'x'.repeat(17_000) }, { size: 'xl' }]) {
      const { status, body } = await visitor.post('/bookings', {
        eventTypeId: id,
        start: START,
        attendee: ANN,
        bookingFieldsResponses: responses,
      })
      expect(status).toBe(400)
      expect(textAt(body, 'error.message')).toContain('bookingFieldsResponses')
    }
  })

  it('keeps unknown responses in version 2024-04-15 too', async () => {
    const { id } = await givenType()
    const { status, body } = await visitor.in(undefined).post('/bookings', {
      eventTypeId: id,
      start: START,
      timeZone: 'UTC',
      language: 'en',
      metadata: {},
      responses: { name: 'Ann', email: 'ann@example.org', source: 'crm' },
    })
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body).toMatchObject({ data: { responses: { source: 'crm' } } })
  })
})

describe('an event type that asks for a telephone number', () => {
  const phoneFields = [
    { type: 'email', required: false, label: 'E-mail' },
    { type: 'phone', slug: 'attendeePhoneNumber', label: 'Phone', required: true, hidden: false },
  ]
  const noEmail = { name: 'Ann', timeZone: 'UTC' }

  it.each([
    ['attendee.phoneNumber', { attendee: { ...noEmail, phoneNumber: '+37126123456' } }],
    [
      'bookingFieldsResponses.attendeePhoneNumber',
      { attendee: noEmail, bookingFieldsResponses: { attendeePhoneNumber: '+37126123456' } },
    ],
    ['attendee.phoneNumber beside an email', { attendee: { ...ANN, phoneNumber: '+37126123456' } }],
  ])('can be booked with %s', async (_, body) => {
    const { id } = await givenType({ bookingFields: phoneFields })
    expect((await booked(id, body)).body).toMatchObject({
      data: {
        attendees: [{ phoneNumber: '+37126123456' }],
        bookingFieldsResponses: { attendeePhoneNumber: '+37126123456' },
      },
    })
  })

  it('cannot be booked without one', async () => {
    const { id } = await givenType({ bookingFields: phoneFields })
    const { status, body } = await visitor.post('/bookings', {
      eventTypeId: id,
      start: START,
      attendee: ANN,
    })
    expect(status).toBe(400)
    expect(textAt(body, 'error.message')).toContain('attendeePhoneNumber')
  })
})

describe('metadata of seats', () => {
  it('is kept for each seat, through a move, and shown to the hosts alone', async () => {
    const seats = { seatsPerTimeSlot: 3, showAttendeeInfo: true, showAvailabilityCount: true }
    const { id } = await givenType({ seats })
    await booked(id, { metadata: { crm: '1' } })
    const second = { ...ANN, email: 'bo@example.org' }
    const answer = await booked(id, { attendee: second, metadata: { crm: '2' } })
    expect(listAt(answer.body, 'data.attendees').map(each => at(each, 'metadata'))).toContainEqual({
      crm: '2',
    })
    const uid = idOf(uidIn(answer))
    const metadataOf = async (by: Calcom, named: string) =>
      listAt((await by.get(`/bookings/${named}`)).body, 'data.attendees').map(each =>
        at(each, 'metadata'),
      )
    expect(await metadataOf(api, uid)).toEqual([{ crm: '1' }, { crm: '2' }])
    const seatUid = textAt(answer.body, 'data.seatUid')
    expect(await metadataOf(visitor, `by-seat/${seatUid}`)).toEqual([{}, {}])
    const moved = await visitor.post(`/bookings/${uid}/reschedule`, {
      start: '2026-03-05T10:00:00Z',
      seatUid,
    })
    expect(await metadataOf(api, idOf(uidIn(moved)))).toEqual([{ crm: '2' }])
    expect(await metadataOf(api, uid)).toEqual([{ crm: '1' }])
  })
})

describe('a text as the place of a booking', () => {
  it.each([
    ['location', 'https://meet.example/room'],
    ['location', 'The corner table'],
    ['location', 'integrations:google:meet'],
    ['meetingUrl', 'https://meet.example/room'],
  ])('is accepted as %s %s and returned', async (name, place) => {
    const { id } = await givenType()
    expect((await booked(id, { [name]: place })).body).toMatchObject({
      data: { location: place, meetingUrl: place },
    })
  })

  it('has to be readable, and an object has to name a location of the event type', async () => {
    const { id } = await givenType()
    for (const location of [
      'x'.repeat(501),
      '',
      { type: 'attendeeAddress', address: 'Here' },
      { type: 'link' },
    ]) {
      const answer = await visitor.post('/bookings', {
        eventTypeId: id,
        start: START,
        attendee: ANN,
        location,
      })
      expect(answer.status, JSON.stringify(location)).toBe(400)
    }
  })
})

describe('the e-mail of a host', () => {
  it('is shown to the host, an attendee, other hosts and admins of the team, and to nobody else', async () => {
    const other = await givenHost(world, { name: 'Bo' })
    const admin = await givenHost(world, { name: 'Cy' })
    const team = await givenTeam(host)
    await givenMember(host, team, other)
    await givenMember(host, team, admin, 'ADMIN')
    const type = await givenTeamEventType(host, team, 'COLLECTIVE', [host, other])
    const data = await host.run('query ($id: ID!) { eventType(id: $id) { databaseId } }', {
      id: type,
    })
    const answer = await booked(Number(at(data, 'eventType.databaseId')))
    const me = await api.get('/me')
    const uid = uidIn(answer)
    const emailIn = (body: unknown) => listAt(body, 'data.hosts').map(each => textAt(each, 'email'))
    expect(emailIn(answer.body)).toHaveLength(2)
    expect(emailIn(answer.body)).toContain(textAt(me.body, 'data.email'))
    for (const account of [host, other, admin]) {
      const by = await givenCalcom(world, account, { version: '2024-08-13' })
      expect(emailIn((await by.get(`/bookings/${idOf(uid)}`)).body)).toEqual(emailIn(answer.body))
    }
    expect((await visitor.get(`/bookings/${idOf(uid)}`)).status).toBe(404)
  })

  it('is unknown to attendees of an event type with hideOrganizerEmail', async () => {
    const { id } = await givenType({ hideOrganizerEmail: true })
    const answer = await booked(id)
    expect(answer.body).toMatchObject({
      data: { hosts: [{ email: 'unknown', displayEmail: 'unknown' }] },
    })
    const shown = await api.get(`/bookings/${idOf(uidIn(answer))}`)
    expect(textAt(shown.body, 'data.hosts.0.email')).toContain('@')
  })
})

describe('rescheduledBy', () => {
  it('is shown as rescheduledByEmail of the new booking', async () => {
    const { id } = await givenType()
    const uid = uidIn(await booked(id))
    const moved = await visitor.post(`/bookings/${uid}/reschedule`, {
      start: '2026-03-05T10:00:00Z',
      rescheduledBy: 'assistant@example.org',
    })
    expect(moved.body).toMatchObject({ data: { rescheduledByEmail: 'assistant@example.org' } })
    const shown = await api.get(`/bookings/${idOf(uidIn(moved))}`)
    expect(shown.body).toMatchObject({ data: { rescheduledByEmail: 'assistant@example.org' } })
  })
})

describe('bookings in which an account has a seat', () => {
  const uidsOf = async (by: Calcom) =>
    listAt((await by.get('/bookings')).body, 'data').map(each => textAt(each, 'uid'))

  it('are listed for the account that booked for its own address, which can change them with its credential', async () => {
    const { id } = await givenType()
    const guest = await givenHost(world, { name: 'Guest' })
    const by = await givenCalcom(world, guest, { version: '2024-08-13' })
    const email = textAt((await by.get('/me')).body, 'data.email')
    const uid = idOf(uidIn(await booked(id, { attendee: { ...ANN, email } }, by)))
    expect(await uidsOf(by)).toEqual([uid])
    expect(await uidsOf(api)).toEqual([uid])
    const old = await by.in(undefined).get('/bookings')
    expect(listAt(old.body, 'data.bookings').map(each => textAt(each, 'uid'))).toEqual([uid])
    expect((await by.get('/bookings')).body).toMatchObject({
      data: [{ metadata: {}, attendees: [{ email }] }],
    })

    const reader = await givenCalcom(world, guest, {
      version: '2024-08-13',
      scopes: ['bookings:read'],
    })
    expect(await uidsOf(reader)).toEqual([uid])
    expect((await reader.get(`/bookings/${uid}`)).body).toMatchObject({ data: { uid } })
    expect((await reader.post(`/bookings/${uid}/cancel`, {})).status).toBe(403)
    expect((await by.post(`/bookings/${uid}/cancel`, {})).body).toMatchObject({
      data: { status: 'cancelled' },
    })
  })

  it('are not listed for an account whose address somebody else named', async () => {
    const { id } = await givenType()
    const guest = await givenHost(world, { name: 'Guest' })
    const by = await givenCalcom(world, guest, { version: '2024-08-13' })
    const email = textAt((await by.get('/me')).body, 'data.email')
    const uid = idOf(uidIn(await booked(id, { attendee: { ...ANN, email } })))
    expect(await uidsOf(by)).toEqual([])
    expect((await by.get(`/bookings/${uid}`)).status).toBe(404)
  })

  it('are listed for a managed account by its address', async () => {
    const { id } = await givenType()
    const client = await api.post('/oauth-clients', {
      name: 'App',
      redirectUris: ['https://a.example'],
      permissions: ['*'],
    })
    const clientId = textAt(client.body, 'data.clientId')
    const platform = calcomOf(world.url, '', undefined, {
      'x-cal-secret-key': textAt(client.body, 'data.clientSecret'),
    })
    const user = await platform.post(`/oauth-clients/${clientId}/users`, {
      email: 'ed@example.org',
      name: 'Ed',
    })
    const by = calcomOf(world.url, textAt(user.body, 'data.accessToken'), '2024-08-13')
    const email = textAt(user.body, 'data.user.email')
    const uid = idOf(uidIn(await booked(id, { attendee: { ...ANN, email } })))
    expect(await uidsOf(by)).toEqual([uid])
    const { id: shared } = await givenType({
      slug: 'shared',
      seats: { seatsPerTimeSlot: 3, showAttendeeInfo: false, showAvailabilityCount: true },
    })
    const start = '2026-03-06T10:00:00Z'
    await booked(shared, { start })
    await booked(shared, { start, attendee: { ...ANN, email } })
    const { body } = await by.get('/bookings?sortStart=asc')
    expect(listAt(body, 'data')).toHaveLength(2)
    expect(JSON.stringify(at(body, 'data.1'))).not.toContain('ann@example.org')
  })
})

it('a graph client cannot combine asInvitee with teamId', async () => {
  await givenEventType(host)
  const asked = host.run('{ bookings(first: 1, teamId: "tm_x", asInvitee: true) { totalCount } }')
  await expect(asked).rejects.toThrow('cannot be combined with teamId')
})

describe('routes of guests, attendees and the location', () => {
  it('have a limit each', async () => {
    const { id } = await givenType()
    const uid = idOf(uidIn(await booked(id)))
    for (let index = 0; index < 5; index++) {
      expect(
        (await api.post(`/bookings/${uid}/guests`, { guests: [{ email: `g${index}@x.example` }] }))
          .status,
      ).toBe(200)
      const place = { location: { type: 'link', link: `https://m.example/${index}` } }
      expect((await api.patch(`/bookings/${uid}/location`, place)).status).toBe(200)
    }
    expect(
      (await api.post(`/bookings/${uid}/guests`, { guests: [{ email: 'g6@x.example' }] })).status,
    ).toBe(429)
    const attendee = { name: 'Di', email: 'di@example.org', timeZone: 'UTC' }
    expect((await api.post(`/bookings/${uid}/attendees`, attendee)).status).toBe(201)
  })

  it('reject guests who all attend the booking already', async () => {
    const { id } = await givenType()
    const uid = idOf(uidIn(await booked(id, { guests: ['g@x.example'] })))
    const again = await api.post(`/bookings/${uid}/guests`, { guests: [{ email: 'g@x.example' }] })
    expect(again.status).toBe(400)
    const more = { guests: [{ email: 'g@x.example' }, { email: 'h@x.example' }] }
    expect((await api.post(`/bookings/${uid}/guests`, more)).body).toMatchObject({
      data: { guests: ['g@x.example', 'h@x.example'] },
    })
  })
})

it('an API key is accepted without the word Bearer', async () => {
  const bare = calcomOf(world.url, '', undefined, { authorization: api.token })
  expect((await bare.get('/me')).status).toBe(200)
  const wrong = calcomOf(world.url, '', undefined, { authorization: 'cal_nonsense' })
  expect((await wrong.get('/me')).status).toBe(401)
})

it.each([
  ['2024-09-04', '/slots?start=2026-03-04&end=2026-03-04&bookingUidToReschedule='],
  ['2024-04-15', '/slots/available?startTime=2026-03-04&endTime=2026-03-04&rescheduleUid='],
])('slots of version %s ignore an unknown booking to reschedule', async (version, path) => {
  const { id } = await givenType()
  for (const uid of ['', 'nonsense', 'bk_aaaaaaaaaaaaaaaaaaaaaa']) {
    const { status, body } = await visitor.in(version).get(`${path}${uid}&eventTypeId=${id}`)
    expect(status, uid).toBe(200)
    expect(JSON.stringify(body)).toContain('2026-03-04T10:00:00.000Z')
  }
})

it('the next minute can be booked without notice, and the current one cannot', async () => {
  const { id } = await givenType({ minimumBookingNotice: 0, slotInterval: 1 })
  const before = world.clock.now()
  world.clock.set('2026-03-02T10:23:28Z')
  const wanted = { eventTypeId: id, attendee: ANN }
  expect(
    (await visitor.post('/bookings', { ...wanted, start: '2026-03-02T10:23:00Z' })).status,
  ).toBe(400)
  expect(
    (await visitor.post('/bookings', { ...wanted, start: '2026-03-02T10:24:00Z' })).status,
  ).toBe(201)
  world.clock.set(before.toISOString())
})

it('Cal Video can be made the default conference', async () => {
  expect((await api.post('/conferencing/cal-video/default')).status).toBe(200)
  expect((await api.post('/conferencing/zoom/default')).status).toBe(400)
})

it('a managed user cancels without a reason', async () => {
  const client = await api.post('/oauth-clients', {
    name: 'App',
    redirectUris: ['https://a.example'],
    permissions: ['*'],
    areDefaultEventTypesEnabled: true,
  })
  const clientId = textAt(client.body, 'data.clientId')
  const platform = calcomOf(world.url, '', undefined, {
    'x-cal-secret-key': textAt(client.body, 'data.clientSecret'),
  })
  const user = await platform.post(`/oauth-clients/${clientId}/managed-users`, {
    email: 'fay@example.org',
    name: 'Fay',
    timeZone: 'UTC',
  })
  const by = calcomOf(world.url, textAt(user.body, 'data.accessToken'), '2024-08-13')
  const types = await by.in('2024-06-14').get('/event-types')
  const uid = idOf(uidIn(await booked(Number(at(types.body, 'data.0.id')))))
  expect((await by.post(`/bookings/${uid}/cancel`, {})).body).toMatchObject({
    data: { status: 'cancelled' },
  })
  expect((await platform.get(`/oauth-clients/${clientId}/managed-users`)).body).toMatchObject({
    data: [{ name: 'Fay' }],
  })
})

describe('an event type', () => {
  const recurrence = { interval: 1, occurrences: 3, frequency: 'weekly' }
  const bookerActiveBookingsLimit = { maximumActiveBookings: 2 }

  it('cannot have a recurrence and a limit on active bookings', async () => {
    const by = api.in('2024-06-14')
    const both = {
      title: 'Both',
      slug: 'both',
      lengthInMinutes: 30,
      recurrence,
      bookerActiveBookingsLimit,
    }
    expect((await by.post('/event-types', both)).status).toBe(400)
    const { id } = await givenType({ recurrence })
    expect((await by.patch(`/event-types/${id}`, { bookerActiveBookingsLimit })).status).toBe(400)
    const swapped = await by.patch(`/event-types/${id}`, {
      bookerActiveBookingsLimit,
      recurrence: { disabled: true },
    })
    expect(swapped.status).toBe(200)
    expect((await by.patch(`/event-types/${id}`, { recurrence })).status).toBe(400)
  })

  it('shows that its recurrence is not disabled, and hides guests that it does not allow', async () => {
    const shown = await givenType({
      recurrence: { ...recurrence, disabled: false },
      disableGuests: true,
    })
    expect(shown).toMatchObject({
      recurrence: { ...recurrence, disabled: false },
      disableGuests: true,
    })
    expect(
      listAt(shown, 'bookingFields').find(each => at(each, 'slug') === 'guests'),
    ).toMatchObject({ hidden: true })
  })

  it('of a team shows its team', async () => {
    const team = await givenTeam(host)
    const type = await givenTeamEventType(host, team, 'COLLECTIVE', [host])
    const data = await host.run(
      'query ($id: ID!) { eventType(id: $id) { databaseId team { databaseId } } }',
      {
        id: type,
      },
    )
    const path = `/event-types/${at(data, 'eventType.databaseId')}`
    const teamId = at(data, 'eventType.team.databaseId')
    expect((await api.in('2024-06-14').get(path)).body).toMatchObject({ data: { teamId } })
    expect((await api.in(undefined).get(path)).body).toMatchObject({
      data: { eventType: { teamId } },
    })
  })

  it('rejects a slug of more than 64 characters', async () => {
    const body = { title: 'Long', slug: 'a'.repeat(65), lengthInMinutes: 30 }
    const answer = await api.in('2024-06-14').post('/event-types', body)
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body)).toContain(
      'slug must be shorter than or equal to 64 characters',
    )
  })
})

it('time zones have their current names, and can be searched and limited', async () => {
  const { body } = await visitor.get('/timezones?search=new%20york&limit=5')
  expect(body).toMatchObject({ data: [{ city: 'New York', timezone: 'America/New_York' }] })
  const all = listAt((await visitor.get('/timezones')).body, 'data').map(each =>
    textAt(each, 'timezone'),
  )
  expect(all).toEqual(
    expect.arrayContaining(['Asia/Kolkata', 'Europe/Kyiv', 'America/Argentina/Buenos_Aires']),
  )
  expect(all).not.toContain('Asia/Calcutta')
  expect(listAt((await visitor.get('/timezones?limit=3')).body, 'data')).toHaveLength(3)
})

it('listed bookings of version 2024-04-15 have the columns of a row', async () => {
  const { id } = await givenType()
  await booked(id)
  expect((await api.in(undefined).get('/bookings')).body).toMatchObject({
    data: {
      bookings: [
        {
          userPrimaryEmail: host.email,
          user: { username: host.slug },
          references: [],
          payment: [],
          attendees: [{ bookingId: expect.any(Number) }],
        },
      ],
    },
  })
})

describe('routes of things that are not kept', () => {
  it("answer that there is nothing, for what is the caller's", async () => {
    const { id } = await givenType()
    const uid = idOf(uidIn(await booked(id)))
    const team = await givenTeam(host)
    const found = await host.run('query ($id: ID!) { team(id: $id) { databaseId } }', {
      id: team.id,
    })
    const teamId = at(found, 'team.databaseId')
    const answers: [path: string, data: unknown][] = [
      [`/event-types/${id}/history`, []],
      [`/event-types/${id}/scheduling-config`, {}],
      [`/bookings/${uid}/routing-trace`, { trace: [] }],
      ['/organizations/me', null],
      [`/teams/${teamId}/verified-resources/emails`, []],
      [`/teams/${teamId}/verified-resources/phones`, []],
    ]
    for (const [path, data] of answers)
      expect((await api.get(path)).body, path).toEqual({ status: 'success', data })
    const own = await api.in('2024-06-11').get('/schedules')
    expect((await api.in('2024-06-11').get(`/teams/${teamId}/schedules`)).body).toEqual(own.body)
    const other = await givenCalcom(world, await givenHost(world, { name: 'Bo' }), {
      version: '2024-08-13',
    })
    for (const [path] of answers.slice(0, 3))
      expect((await other.get(path)).status, path).toBeGreaterThan(400)
    expect((await other.get(`/teams/${teamId}/schedules`)).status).toBe(404)

    const invited = await api.post(`/teams/${teamId}/invite`, { email: 'bo@example.org' })
    expect(invited.body).toMatchObject({ data: { inviteLink: world.url } })
    expect((await api.post(`/teams/${teamId}/invite`, {})).status).toBe(400)
    expect((await other.post(`/teams/${teamId}/invite`, { email: 'bo@example.org' })).status).toBe(
      404,
    )
  })
})

it('answers to a routing form lead to the free starts of an event type', async () => {
  const type = await givenEventType(host, { slug: 'routed' })
  const create = `mutation ($input: CreateRoutingFormInput!) { createRoutingForm(input: $input) { form { id } } }`
  const made = await host.run(create, {
    input: {
      name: 'Which?',
      isPublished: true,
      questions: [{ key: 'size', label: 'Size', kind: 'TEXT', required: true }],
      routes: [{ questionKey: 'size', answer: 'big', result: { eventTypeId: type } }],
      fallback: { headline: 'Sorry', body: 'Nothing for you.' },
    },
  })
  const path = `/routing-forms/${textAt(made, 'createRoutingForm.form.id')}/calculate-slots?start=2026-03-04&end=2026-03-04`
  const { status, body } = await api.post(path, { size: 'big' })
  expect(status, JSON.stringify(body)).toBe(200)
  expect(body).toMatchObject({ data: { eventTypeId: expect.any(Number) } })
  expect(JSON.stringify(body)).toContain('2026-03-04T10:00:00.000Z')
  expect((await api.post(path, { size: 'small' })).status).toBe(400)
  expect((await api.post(path, {})).status).toBe(400)
  const other = await givenCalcom(world, await givenHost(world, { name: 'Bo' }))
  expect((await other.post(path, { size: 'big' })).status).toBe(404)
})
