// The routes that the React components of @calcom/atoms 2.11 call, as they call them: version
// 2024-06-14 on every request, no credential in the Booker, the token of a managed user elsewhere.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  at,
  type GivenHost,
  givenHost,
  givenWorld,
  listAt,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { anyone, type Calcom, calcomOf, givenCalcom, refused, success } from './calcom.ts'
import { idIn } from './event-types.ts'

/** The version that CalProvider sends. */
const VERSION = '2024-06-14'

let world: World
let owner: Calcom
let clientId: string
let clients: Calcom
/** A managed user, as the components act for them. */
let ada: Calcom
let username: string
let stranger: Calcom
let visitor: Calcom

beforeAll(async () => {
  world = await givenWorld()
  owner = await givenCalcom(world, await givenHost(world))
  const client = await owner.post('/oauth-clients', {
    name: 'App',
    redirectUris: ['https://a.example/cb'],
    permissions: ['*'],
  })
  clientId = textAt(client.body, 'data.clientId')
  clients = anyone(world).with({ 'x-cal-secret-key': textAt(client.body, 'data.clientSecret') })
  visitor = anyone(world, VERSION).with({ 'x-cal-client-id': clientId })
})
afterAll(() => world.end())

let users = 0

async function givenUser(): Promise<Calcom> {
  users++
  const input = { email: `user${users}@x.example`, name: 'Ada' }
  const { body } = await clients.post(`/oauth-clients/${clientId}/users`, input)
  return calcomOf(world.url, textAt(body, 'data.accessToken'), VERSION, {
    'x-cal-client-id': clientId,
  })
}

beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:00Z')
  ada = await givenUser()
  stranger = await givenUser()
  username = textAt((await ada.get('/me')).body, 'data.username')
})

const intro = { title: 'Intro', slug: 'intro', lengthInMinutes: 30, minimumBookingNotice: 0 }

async function givenSchedule(api: Calcom): Promise<number> {
  return Number(
    at((await api.post('/atoms/schedules/create', { name: 'Hours' })).body, 'data.schedule.id'),
  )
}

describe('CalProvider', () => {
  it('finds the client, and returns 404 for an unknown one', async () => {
    const found = {
      status: 200,
      body: success({ clientId, name: 'App', organizationId: expect.any(Number) }),
    }
    expect(await visitor.get(`/provider/${clientId}`)).toMatchObject(found)
    expect(await visitor.get('/provider/unknown')).toMatchObject({
      status: 404,
      body: { status: 'error' },
    })
  })

  it('checks an access token: 200 while it is valid, 401 for another, 498 once it has expired', async () => {
    const path = `/provider/${clientId}/access-token`
    expect(await ada.get(path)).toMatchObject({
      status: 200,
      body: success({ clientId, name: 'App' }),
    })
    expect(await visitor.get(path)).toMatchObject({ status: 401 })
    expect(await calcomOf(world.url, 'a.b.c', VERSION).get(path)).toMatchObject({ status: 401 })
    expect(await ada.get('/provider/unknown/access-token')).toMatchObject({ status: 404 })
    world.clock.set('2026-03-04T07:00:00Z')
    expect(await ada.get(path)).toMatchObject({ status: 498 })
  })

  it('allows a page of another origin to send the headers of the components', async () => {
    const preflight = await fetch(`${world.url}/v2/atoms/schedules/all`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'PATCH',
        'access-control-request-headers':
          'authorization,cal-api-version,x-cal-client-id,x-cal-platform-embed',
      },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-cal-platform-embed')
  })

  it('finds the app of CalOAuthProvider without a credential', async () => {
    const made = await owner.get('/atoms/auth/oauth2/clients/unknown')
    expect(made).toMatchObject({ status: 404 })
  })
})

describe('schedules', () => {
  it('are created, listed, copied and deleted', async () => {
    const id = await givenSchedule(ada)
    const row = {
      days: [1, 2, 3, 4, 5],
      startTime: '1970-01-01T09:00:00.000Z',
      endTime: '1970-01-01T17:00:00.000Z',
    }
    expect((await ada.get('/atoms/schedules/all')).body).toMatchObject(
      success({
        schedules: [
          { id, name: 'Hours', timeZone: expect.any(String), isDefault: true, availability: [row] },
        ],
      }),
    )
    const copy = await ada.post(`/atoms/schedules/${id}/duplicate`)
    expect(copy).toMatchObject({
      status: 201,
      body: success({ schedule: { name: 'Hours (Copy)' } }),
    })
    const all = await ada.get('/atoms/schedules/all')
    expect(listAt(all.body, 'data.schedules')).toMatchObject([
      { id },
      { isDefault: false, availability: [row] },
    ])
    expect(await ada.delete(`/schedules/${at(copy.body, 'data.schedule.id')}`)).toMatchObject({
      status: 200,
    })
  })

  it('are read and saved by AvailabilitySettings, dates included', async () => {
    expect((await ada.get('/atoms/schedules')).body).toEqual(success(null))
    const id = await givenSchedule(ada)
    const shown = {
      id,
      isLastSchedule: true,
      isDefault: true,
      timeZone: expect.any(String),
      dateOverrides: [],
      schedule: [{ scheduleId: id, days: [1, 2, 3, 4, 5] }],
      availability: [[], ...Array(5).fill([{ start: '2026-03-02T09:00:00.000Z' }]), []],
    }
    expect((await ada.get('/atoms/schedules')).body).toMatchObject(success(shown))
    expect(
      (await ada.get(`/atoms/schedules?scheduleId=${id}&isManagedEventType=false`)).body,
    ).toMatchObject(success(shown))
    const saved = await ada.patch(`/atoms/schedules/${id}`, {
      name: 'Mondays',
      timeZone: 'Europe/Berlin',
      isDefault: true,
      schedule: [
        [],
        [{ start: '2026-03-02T10:00:00.000Z', end: '2026-03-02T23:59:00.000Z' }],
        [],
        [],
        [],
        [],
        [],
      ],
      dateOverrides: [{ start: '2026-03-09T12:00:00.000Z', end: '2026-03-09T13:00:00.000Z' }],
    })
    expect(saved).toMatchObject({
      status: 200,
      body: success({ schedule: { id, name: 'Mondays' } }),
    })
    expect((await ada.get(`/schedules/${id}`)).body).toMatchObject(
      success({
        name: 'Mondays',
        timeZone: 'Europe/Berlin',
        availability: [{ days: ['Monday'], startTime: '10:00', endTime: '23:59' }],
        overrides: [{ date: '2026-03-09', startTime: '12:00', endTime: '13:00' }],
      }),
    )
  })

  it('of another account return 404, and stay as they are', async () => {
    const id = await givenSchedule(ada)
    const missing = refused(404, `Schedule with ID=${id} does not exist.`)
    expect(await stranger.get(`/atoms/schedules?scheduleId=${id}`)).toMatchObject(missing)
    expect(await stranger.patch(`/atoms/schedules/${id}`, { name: 'Mine' })).toMatchObject(missing)
    expect(await stranger.post(`/atoms/schedules/${id}/duplicate`)).toMatchObject(missing)
    expect((await stranger.get('/atoms/schedules/all')).body).toEqual(success({ schedules: [] }))
    expect((await ada.get(`/atoms/schedules?scheduleId=${id}`)).body).toMatchObject(
      success({ name: 'Hours' }),
    )
  })

  it.each([
    ['get', '/atoms/schedules?scheduleId=x', undefined],
    ['post', '/atoms/schedules/create', {}],
    ['post', '/atoms/schedules/create', { name: '' }],
    ['post', '/atoms/schedules/x/duplicate', undefined],
    ['patch', '/atoms/schedules/1', { schedule: 'x' }],
  ] as const)('rejects %s %s with input that is not valid', async (method, path, body) => {
    expect(await ada[method](path, body)).toMatchObject({ status: 400, body: { status: 'error' } })
  })
})

describe('event types', () => {
  it('are listed for the account', async () => {
    const id = idIn(await ada.post('/event-types', intro))
    expect((await ada.get('/atoms/event-types')).body).toMatchObject(
      success({
        eventTypes: [{ id, title: 'Intro', slug: 'intro', length: 30, description: null }],
      }),
    )
    expect((await stranger.get('/atoms/event-types')).body).toEqual(success({ eventTypes: [] }))
    expect(await visitor.get('/atoms/event-types')).toMatchObject({ status: 401 })
  })

  it('are read by EventTypeSettings', async () => {
    const id = idIn(await ada.post('/event-types', intro))
    expect((await ada.get(`/atoms/event-types/${id}`)).body).toMatchObject(
      success({
        eventType: {
          ...{
            id,
            title: 'Intro',
            length: 30,
            hosts: [],
            children: [],
            hashedLink: [],
            team: null,
            schedule: null,
          },
          ...{
            recurringEvent: null,
            seatsPerTimeSlot: null,
            maxActiveBookingsPerBooker: null,
            metadata: {},
          },
        },
        team: null,
        teamMembers: [],
      }),
    )
  })

  it('are saved by EventTypeSettings, and read back the same', async () => {
    const schedule = await givenSchedule(ada)
    const id = idIn(await ada.post('/event-types', intro))
    const changes = {
      title: 'Weekly',
      length: 45,
      description: 'Words',
      schedule,
      recurringEvent: { freq: 2, interval: 1, count: 12 },
      periodType: 'ROLLING',
      periodDays: 20,
      periodCountCalendarDays: true,
      bookingLimits: { PER_DAY: 3 },
      durationLimits: { PER_WEEK: 300 },
      beforeEventBuffer: 5,
      eventTypeColor: { lightEventTypeColor: '#112233', darkEventTypeColor: '#445566' },
      disableCancelling: true,
      minimumRescheduleNotice: 60,
      requiresConfirmation: true,
      requiresConfirmationWillBlockSlot: true,
      lockTimeZoneToggleOnBookingPage: true,
      hideCalendarNotes: true,
      successRedirectUrl: 'https://a.example/done',
      metadata: { team: 'blue', multipleDuration: [30, 45] },
    }
    // With what the form sends always.
    const saved = await ada.patch(`/atoms/event-types/${id}`, {
      ...changes,
      id,
      children: [],
      multiplePrivateLinks: [],
    })
    expect(saved).toMatchObject({ status: 200, body: success({ eventType: changes }) })
    const shown = await ada.get(`/atoms/event-types/${id}`)
    expect(shown.body).toMatchObject(success({ eventType: changes }))

    const unset = {
      schedule: null,
      recurringEvent: null,
      periodType: 'UNLIMITED',
      bookingLimits: null,
      durationLimits: null,
      disableCancelling: false,
      minimumRescheduleNotice: null,
      successRedirectUrl: null,
    }
    await ada.patch(`/atoms/event-types/${id}`, unset)
    expect((await ada.get(`/atoms/event-types/${id}`)).body).toMatchObject(
      success({ eventType: unset }),
    )
  })

  it('keep booking fields that EventTypeSettings sends back as it read them', async () => {
    const bookingFields = [
      { type: 'splitName' },
      { type: 'email' },
      { type: 'boolean', slug: 'terms', label: '<b>Terms</b>', required: true },
      { type: 'select', slug: 'size', label: 'Size', required: false, options: ['S', 'M'] },
    ]
    const id = idIn(await ada.post('/event-types', { ...intro, bookingFields }))
    const before = await ada.get(`/atoms/event-types/${id}`)
    const fields = listAt(before.body, 'data.eventType.bookingFields')
    expect(fields).toContainEqual(
      expect.objectContaining({ name: 'terms', labelAsSafeHtml: '&lt;b&gt;Terms&lt;/b&gt;' }),
    )
    expect(await ada.patch(`/atoms/event-types/${id}`, { bookingFields: fields })).toMatchObject({
      status: 200,
    })
    expect(
      listAt((await ada.get(`/atoms/event-types/${id}`)).body, 'data.eventType.bookingFields'),
    ).toEqual(fields)
  })

  it('of another account return 403 or 404, and stay as they are', async () => {
    const id = idIn(await ada.post('/event-types', intro))
    for (const path of [
      `/atoms/event-types/${id}`,
      `/atoms/organizations/1/teams/1/event-types/${id}`,
    ]) {
      expect(await stranger.patch(path, { title: 'Mine' })).toMatchObject({ status: 403 })
    }
    expect(await stranger.get(`/atoms/event-types/${id}`)).toMatchObject({ status: 403 })
    expect(await visitor.get(`/atoms/event-types/${id}`)).toMatchObject({ status: 401 })
    expect(await ada.get('/atoms/event-types/999999')).toMatchObject({ status: 404 })
    expect((await ada.get(`/atoms/event-types/${id}`)).body).toMatchObject(
      success({ eventType: { title: 'Intro' } }),
    )
  })

  it.each([
    { title: 1 },
    { length: 0 },
    { periodType: 'NEVER' },
    { periodType: 'RANGE' },
    { bookingLimits: { PER_DAY: 0 } },
    { bookingLimits: { PER_DECADE: 1 } },
    { eventTypeColor: { lightEventTypeColor: 'red', darkEventTypeColor: '#000000' } },
    { metadata: { multipleDuration: ['x'] } },
    { unknown: 1 },
  ])('reject the change %j', async change => {
    const id = idIn(await ada.post('/event-types', intro))
    expect(await ada.patch(`/atoms/event-types/${id}`, change)).toMatchObject({
      status: 400,
      body: {
        status: 'error',
        error: { message: expect.stringContaining(Object.keys(change)[0] ?? '') },
      },
    })
  })
})

describe('the Booker', () => {
  const path = () =>
    `/atoms/event-types/intro/public?isTeamEvent=false&username=${username}&orgId=1`

  it('reads an event type without a credential, with the inputs of its form', async () => {
    const locations = [
      { type: 'attendeePhone' },
      { type: 'address', address: 'Main Street 1', public: true },
    ]
    const id = idIn(
      await ada.post('/event-types', { ...intro, locations, lengthInMinutesOptions: [15, 30] }),
    )
    const answer = await visitor.get(path())
    expect(answer).toMatchObject({
      status: 200,
      body: success({
        ...{ id, title: 'Intro', length: 30, isDynamic: false, schedulingType: null, price: 0 },
        metadata: { multipleDuration: [15, 30] },
        profile: { name: 'Ada', username, bookerLayouts: null },
        entity: { considerUnpublished: false, orgSlug: null, teamSlug: null },
        subsetOfUsers: [{ name: 'Ada', username }],
      }),
    })
    const fields = listAt(answer.body, 'data.bookingFields')
    expect(fields).toMatchObject([
      { name: 'name', type: 'name', defaultLabel: 'your_name', required: true },
      { name: 'email', type: 'email', defaultLabel: 'email_address', required: true },
      { name: 'location', type: 'radioInput', optionsInputs: { phone: { type: 'phone' } } },
      { name: 'notes' },
      { name: 'guests', type: 'multiemail' },
      { name: 'rescheduleReason', views: [{ id: 'reschedule' }] },
    ])
  })

  it('asks for the place also where it is up to the attendee alone', async () => {
    await ada.post('/event-types', { ...intro, locations: [{ type: 'attendeeAddress' }] })
    const fields = listAt((await visitor.get(path())).body, 'data.bookingFields')
    expect(fields).toContainEqual(expect.objectContaining({ name: 'location', type: 'radioInput' }))
  })

  it('finds free times, reserves one, releases it and books it', async () => {
    await givenSchedule(ada)
    const id = idIn(await ada.post('/event-types', intro))
    const query = new URLSearchParams([
      ['usernameList[]', username],
      ['eventTypeId', `${id}`],
      ['startTime', '2026-03-01T00:00:00.000Z'],
      ['endTime', '2026-03-31T23:59:59.999Z'],
      ['timeZone', 'Europe/London'],
      ['eventTypeSlug', 'intro'],
      ['_silentCalendarFailures', 'false'],
    ])
    const start = '2026-03-03T09:00:00.000+00:00'
    const free = await visitor.get(`/slots/available?${query}`)
    expect(at(free.body, 'data.slots')).toMatchObject({
      '2026-03-03': expect.arrayContaining([{ time: start }]),
    })
    const reserved = await visitor.post('/slots/reserve', {
      slotUtcStartDate: '2026-03-03T09:00:00Z',
      eventTypeId: id,
      slotUtcEndDate: '2026-03-03T09:30:00Z',
    })
    expect(reserved).toMatchObject({ status: 201 })
    expect(
      await visitor.delete(`/slots/selected-slot?uid=${at(reserved.body, 'data')}`),
    ).toMatchObject({ status: 200 })
    expect(
      (await visitor.get('/atoms/verification/email/check?email=ann@example.org&userSessionEmail='))
        .body,
    ).toEqual(success(false))
    const booked = await visitor.post('/bookings', bookingOf(id))
    expect(booked).toMatchObject({ status: 201, body: { status: 'success' } })
    const again = await visitor.get(`/slots/available?${query}`)
    expect(JSON.stringify(again.body)).not.toContain(start)
  })

  it('does not book when it asks for a dry run', async () => {
    await givenSchedule(ada)
    const id = idIn(await ada.post('/event-types', intro))
    expect(await visitor.post('/bookings', { ...bookingOf(id), _isDryRun: true })).toMatchObject({
      status: 400,
    })
    expect(listAt((await ada.in('2024-08-13').get('/bookings')).body, 'data')).toEqual([])
  })

  it.each([
    ['/atoms/event-types/intro/public', 400],
    ['/atoms/event-types/intro/public?isTeamEvent=true', 400],
    ['/atoms/event-types/intro/public?isTeamEvent=perhaps&username=x', 400],
    ['/atoms/event-types/intro/public?isTeamEvent=true&teamId=x', 400],
    ['/atoms/event-types/intro/public?isTeamEvent=true&teamId=999999', 404],
    ['/atoms/event-types/intro/public?username=nobody-here', 404],
    ['/atoms/verification/email/check?email=x', 400],
  ])('rejects GET %s with %i', async (path, status) => {
    expect(await visitor.get(path)).toMatchObject({ status, body: { status: 'error' } })
  })

  it('gets 400 from the routes of email verification', async () => {
    for (const last of ['send-code', 'verify-code', 'verify-code-authenticated']) {
      expect(
        await visitor.post(`/atoms/verification/email/${last}`, { email: 'ann@example.org' }),
      ).toMatchObject(refused(400, 'Email verification is not available on this server.'))
    }
  })
})

/** What the Booker sends; undefined values are left out by JSON. */
const bookingOf = (eventTypeId: number) => ({
  responses: {
    name: 'Ann',
    email: 'ann@example.org',
    location: { value: 'integrations:daily', optionValue: '' },
    guests: [],
  },
  user: username,
  start: '2026-03-03T09:00:00Z',
  end: '2026-03-03T09:30:00Z',
  eventTypeId,
  eventTypeSlug: 'intro',
  timeZone: 'Europe/London',
  language: 'en',
  metadata: {},
  hasHashedBookingLink: false,
  routedTeamMemberIds: null,
  skipContactOwner: false,
  _isDryRun: false,
  tracking: {},
})

describe('event types of a team', () => {
  let host: GivenHost
  let api: Calcom
  let teamId: number

  beforeEach(async () => {
    host = await givenHost(world)
    api = await givenCalcom(world, host, { version: VERSION })
    teamId = idIn(await api.post('/teams', { name: 'Sales' }))
  })

  it('are booked, edited and saved by an admin', async () => {
    const { userId } = { userId: Number(at((await api.get('/me')).body, 'data.id')) }
    const made = await api.post(`/teams/${teamId}/event-types`, {
      ...{ title: 'Call', slug: 'call', lengthInMinutes: 30, schedulingType: 'roundRobin' },
      hosts: [{ userId }],
    })
    const id = idIn(made)
    expect(
      (await visitor.get(`/atoms/event-types/call/public?isTeamEvent=true&teamId=${teamId}`)).body,
    ).toMatchObject(
      success({
        id,
        schedulingType: 'ROUND_ROBIN',
        profile: { name: 'Sales' },
        entity: { name: 'Sales' },
      }),
    )
    expect((await api.get(`/atoms/event-types/${id}`)).body).toMatchObject(
      success({
        team: { id: teamId, name: 'Sales' },
        eventType: { hosts: [{ userId, isFixed: false, weight: 100 }] },
      }),
    )
    const path = `/atoms/organizations/${userId}/teams/${teamId}/event-types/${id}`
    const hosts = [{ userId, isFixed: false, priority: 3, weight: 200, scheduleId: null }]
    expect(await api.patch(path, { title: 'Demo', hosts })).toMatchObject({
      status: 200,
      body: success({
        eventType: { title: 'Demo', hosts: [{ userId, priority: 3, weight: 200 }] },
      }),
    })
    expect(await stranger.patch(path, { title: 'Mine' })).toMatchObject({ status: 403 })
  })
})
