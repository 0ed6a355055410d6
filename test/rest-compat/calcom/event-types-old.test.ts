// Cal.com v2: event types in the version 2024-04-15, which callers without a version get.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type GivenHost, givenHost, givenWorld, MONDAY, type World } from '../../helpers/world.ts'
import { anyone, type Calcom, givenCalcom, refused, success } from './calcom.ts'
import { idIn } from './event-types.ts'

let world: World
let host: GivenHost
let api: Calcom

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { name: 'Host' })
  api = await givenCalcom(world, host)
})

const plain = { length: 30, slug: 'intro', title: 'Intro' }
const row = {
  ...plain,
  id: expect.any(Number),
  description: null,
  hidden: false,
  userId: expect.any(Number),
  teamId: null,
  locations: [{ type: 'integrations:daily' }],
  eventName: null,
  timeZone: null,
  periodType: 'UNLIMITED',
  periodDays: null,
  minimumBookingNotice: 120,
  beforeEventBuffer: 0,
  afterEventBuffer: 0,
  slotInterval: null,
  seatsPerTimeSlot: null,
  schedulingType: null,
  requiresConfirmation: false,
  recurringEvent: null,
  bookingLimits: null,
  durationLimits: null,
  price: 0,
  currency: 'usd',
  metadata: null,
  successRedirectUrl: null,
}

it('is made and told as a row', async () => {
  const answer = await api.post('/event-types', plain)
  expect(answer).toMatchObject({ status: 201, body: success(row) })
  expect(await api.get(`/event-types/${idIn(answer)}`)).toMatchObject({
    status: 200,
    body: success({ eventType: row, team: null, teamMembers: [], destinationCalendar: null }),
  })
  expect(await api.in('2024-06-11').get(`/event-types/${idIn(answer)}`)).toMatchObject({
    status: 200,
  })
  expect(await api.in('2024-08-13').get(`/event-types/${idIn(answer)}`)).toMatchObject(
    refused(404, `Cannot GET /v2/event-types/${idIn(answer)}`),
  )
})

it('keeps every setting', async () => {
  const given = {
    ...plain,
    description: 'Words',
    hidden: true,
    disableGuests: true,
    slotInterval: 15,
    minimumBookingNotice: 60,
    beforeEventBuffer: 5,
    afterEventBuffer: 10,
    locations: [
      { type: 'inPerson', address: 'Main Street 1', displayLocationPublicly: true },
      { type: 'link', link: 'https://a.example/1', displayLocationPublicly: false },
      { type: 'userPhone', hostPhoneNumber: '+371 20000000', displayLocationPublicly: true },
      { type: 'attendeeInPerson' },
      { type: 'phone' },
      { type: 'somewhereElse' },
      { type: 'integrations:daily' },
    ],
  }
  expect(await api.post('/event-types', given)).toMatchObject({ status: 201, body: success(given) })
})

it('changes in what is named', async () => {
  const id = idIn(await api.post('/event-types', plain))
  const changed = await api.patch(`/event-types/${id}`, {
    title: 'Other',
    seatsPerTimeSlot: 4,
    successRedirectUrl: 'https://a.example/thanks',
    bookingFields: [
      { name: 'name', type: 'name' },
      {
        name: 'topic',
        type: 'select',
        label: 'Topic',
        required: true,
        options: [{ label: 'A', value: 'a' }],
      },
    ],
  })
  expect(changed).toMatchObject({
    status: 200,
    body: success({
      ...row,
      title: 'Other',
      seatsPerTimeSlot: 4,
      successRedirectUrl: 'https://a.example/thanks',
    }),
  })
  expect(changed.body).toMatchObject({
    data: {
      bookingFields: expect.arrayContaining([
        expect.objectContaining({
          name: 'topic',
          editable: 'user',
          options: [{ label: 'a', value: 'a' }],
        }),
      ]),
    },
  })
})

it('is the same thing in both versions', async () => {
  const id = idIn(await api.post('/event-types', plain))
  expect(await api.in('2024-06-14').get(`/event-types/${id}`)).toMatchObject({
    body: {
      data: {
        id,
        lengthInMinutes: 30,
        minimumBookingNotice: 120,
        bookingWindow: { disabled: true },
      },
    },
  })
})

it('is listed in one group', async () => {
  await api.post('/event-types', plain)
  await api.post('/event-types', { ...plain, slug: 'hidden', hidden: true })
  const profile = { slug: host.slug, name: 'Host', image: null }
  expect(await api.get('/event-types')).toMatchObject({
    status: 200,
    body: success({
      eventTypeGroups: [{ teamId: null, profile, eventTypes: [row, { slug: 'hidden' }] }],
      profiles: [{ ...profile, teamId: null }],
    }),
  })
  expect(await anyone(world).get('/event-types')).toMatchObject({ status: 401 })
})

it('is shown to everyone', async () => {
  await api.post('/event-types', plain)
  await api.post('/event-types', { ...plain, slug: 'hidden', hidden: true })
  const visitor = anyone(world)
  expect(await visitor.get(`/event-types/${host.slug}/public`)).toMatchObject({
    status: 200,
    body: success([{ ...row, users: [{ username: host.slug }] }]),
  })
  expect(await visitor.get(`/event-types/${host.slug}/intro/public`)).toMatchObject({
    status: 200,
    body: success(row),
  })
  expect(await visitor.get(`/event-types/${host.slug}/nothing/public`)).toMatchObject({
    status: 404,
  })
  expect(await visitor.get('/event-types/nobody-here/public')).toMatchObject({ status: 404 })
})

it('is deleted', async () => {
  const id = idIn(await api.post('/event-types', plain))
  expect(await api.delete(`/event-types/${id}`)).toMatchObject({
    status: 200,
    body: success({ id, ...plain }),
  })
  expect(await api.get(`/event-types/${id}`)).toMatchObject({ status: 404 })
})

it('is refused for what is missing', async () => {
  expect(await api.post('/event-types', { title: 'x' })).toMatchObject({ status: 400 })
  expect(
    await api.post('/event-types', { ...plain, locations: [{ type: 'integrations:zoom' }] }),
  ).toMatchObject(refused(400, 'integrations:zoom not connected.'))
})
