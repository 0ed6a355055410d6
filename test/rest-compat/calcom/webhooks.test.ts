// Cal.com v2: webhooks, and what they deliver.

import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { approve, cancel, deny, move, who } from '../../helpers/bookings.ts'
import { givenReceiver, type Received, type Receiver } from '../../helpers/receiver.ts'
import { type GivenTeam, givenMember, givenTeam, givenTeamEventType } from '../../helpers/teams.ts'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  MONDAY,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { anyone, type Calcom, calcomOf, givenCalcom, invalid, refused, success } from './calcom.ts'

let world: World
let host: GivenHost
let api: Calcom
let receiver: Receiver

const NINE = '2026-03-03T09:00:00Z'
const TEN = '2026-03-03T10:00:00Z'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { name: 'Hanna Host', timeZone: 'Europe/Riga' })
  api = await givenCalcom(world, host)
  receiver = await givenReceiver()
})
afterEach(() => receiver.close())

const wanted = (more: Record<string, unknown> = {}) => ({
  active: true,
  subscriberUrl: receiver.url,
  triggers: ['BOOKING_CREATED'],
  ...more,
})

/** Makes a webhook; answers it. */
async function givenWebhook(
  more: Record<string, unknown> = {},
  path = '/webhooks',
): Promise<unknown> {
  const { status, body } = await api.post(path, wanted(more))
  expect(status, JSON.stringify(body)).toBe(201)
  return at(body, 'data')
}

const numberOf = async (client: GivenHost, id: string): Promise<number> =>
  Number(
    at(
      await client.run('query ($id: ID!) { eventType(id: $id) { databaseId } }', { id }),
      'eventType.databaseId',
    ),
  )

const teamNumber = async (team: GivenTeam): Promise<number> =>
  Number(
    at(
      await host.run('query ($id: ID!) { team(id: $id) { databaseId } }', { id: team.id }),
      'team.databaseId',
    ),
  )

/** Moves the clock once no delivery is under way: a receiver has 15 s by that clock to answer. */
async function moveClock(to: string): Promise<void> {
  const unfinished = '{ deliveries(filter: { statuses: [PENDING, RETRYING] }) { totalCount } }'
  await vi.waitFor(
    async () => expect(await host.run(unfinished)).toEqual({ deliveries: { totalCount: 0 } }),
    {
      timeout: 10_000,
    },
  )
  world.clock.set(to)
}

const triggerOf = ({ json }: Received) => textAt(json, 'triggerEvent')
const payloadOf = ({ json }: Received) => at(json, 'payload')

describe('a webhook', () => {
  it('is made, told, changed and taken away', async () => {
    const made = await givenWebhook({
      secret: 's3',
      payloadTemplate: '{"t":"{{title}}"}',
      version: '2021-10-20',
    })
    const viewer = await host.run('{ viewer { databaseId } }')
    const webhook = {
      id: expect.any(String),
      userId: at(viewer, 'viewer.databaseId'),
      payloadTemplate: '{"t":"{{title}}"}',
      triggers: ['BOOKING_CREATED'],
      subscriberUrl: receiver.url,
      active: true,
      secret: 's3',
      version: '2021-10-20',
      createdAt: '2026-03-02T07:00:00.000Z',
    }
    expect(made).toEqual(webhook)
    const path = `/webhooks/${textAt(made, 'id')}`
    expect(await api.get(path)).toMatchObject({ status: 200, body: success(webhook) })
    expect(await api.get('/webhooks')).toMatchObject({ status: 200, body: success([webhook]) })

    const changes = {
      active: false,
      triggers: ['BOOKING_CANCELLED', 'MEETING_ENDED'],
      secret: null,
      payloadTemplate: null,
    }
    const changed = { ...webhook, ...changes }
    expect(await api.patch(path, changes)).toMatchObject({ status: 200, body: success(changed) })
    expect(await api.delete(path)).toMatchObject({ status: 200, body: success(changed) })
    expect(await api.get(path)).toMatchObject(refused(404, expect.any(String)))
    expect(await api.delete(path)).toMatchObject(refused(404, expect.any(String)))
    expect(await api.get('/webhooks')).toMatchObject({ body: success([]) })
  })

  it('is in its place of the list, by take and skip', async () => {
    const urls = [1, 2, 3].map(n => `${receiver.url}/${n}`)
    for (const subscriberUrl of urls) await givenWebhook({ subscriberUrl })
    const { body } = await api.get('/webhooks?take=1&skip=1')
    expect(body).toMatchObject({ status: 'success', data: [{ subscriberUrl: urls[1] }] })
  })

  it('is nobody else’s', async () => {
    const path = `/webhooks/${textAt(await givenWebhook(), 'id')}`
    const other = await givenCalcom(world, await givenHost(world))
    for (const answer of [
      await other.get(path),
      await other.patch(path, { active: false }),
      await other.delete(path),
    ]) {
      expect(answer).toMatchObject(refused(404, expect.any(String)))
    }
  })

  it('has its URL alone among those of its owner', async () => {
    await givenWebhook()
    const taken = refused(409, 'Webhook with this subscriberUrl already exists for this user')
    expect(await api.post('/webhooks', wanted())).toMatchObject(taken)
    const second = textAt(await givenWebhook({ subscriberUrl: `${receiver.url}/2` }), 'id')
    expect(await api.patch(`/webhooks/${second}`, { subscriberUrl: receiver.url })).toMatchObject(
      taken,
    )
    expect(
      await api.patch(`/webhooks/${second}`, { subscriberUrl: `${receiver.url}/2` }),
    ).toMatchObject({
      status: 200,
    })
  })

  it('says each property that is wrong', async () => {
    expect(
      await api.post('/webhooks', { active: 'yes', triggers: ['BOOKING_BORN'] }),
    ).toMatchObject({
      status: 400,
      body: {
        error: {
          details: {
            errors: [
              { property: 'active' },
              { property: 'subscriberUrl' },
              { property: 'triggers' },
            ],
          },
        },
      },
    })
    expect(
      await api.post('/webhooks', wanted({ triggers: ['DELEGATION_CREDENTIAL_ERROR'] })),
    ).toMatchObject({
      status: 400,
    })
    expect(await api.post('/webhooks', wanted({ payloadTemplate: '{{#if' }))).toMatchObject(
      invalid([
        'payloadTemplate',
        'isValid',
        expect.stringMatching(/cannot be read: Parse error on line 1/),
      ]),
    )
    expect(await api.post('/webhooks', wanted({ subscriberUrl: 'ftp://a.example' }))).toMatchObject(
      {
        status: 400,
        body: { error: { details: { errors: [{ property: 'subscriberUrl' }] } } },
      },
    )
  })
})

describe('webhooks of an event type', () => {
  it('are told of its bookings alone, and can all be taken away at once', async () => {
    const [one, other] = [await givenEventType(host), await givenEventType(host, { slug: 'other' })]
    const path = `/event-types/${await numberOf(host, one)}/webhooks`
    const made = await givenWebhook({}, path)
    expect(made).toMatchObject({ eventTypeId: await numberOf(host, one) })
    expect(await api.post(path, wanted())).toMatchObject({ status: 409 })
    await givenWebhook({ subscriberUrl: `${receiver.url}/2` }, path)
    expect(await api.get(path)).toMatchObject({ body: { data: [{ id: textAt(made, 'id') }, {}] } })
    expect(await api.get('/webhooks')).toMatchObject({ body: success([]) })
    expect(await api.get(`/webhooks/${textAt(made, 'id')}`)).toMatchObject({ status: 404 })
    expect(await api.get(`${path}/${textAt(made, 'id')}`)).toMatchObject({
      status: 200,
      body: success(made),
    })

    await givenBooking(world.visitor, other, NINE)
    await givenBooking(world.visitor, one, TEN)
    const told = await receiver.take(2)
    expect(told.map(request => at(payloadOf(request), 'type'))).toEqual(['intro', 'intro'])

    expect(await api.delete(path)).toMatchObject({
      status: 200,
      body: success('2 webhooks deleted'),
    })
    expect(await api.get(path)).toMatchObject({ body: success([]) })
    expect(await api.get('/event-types/1999999999/webhooks')).toMatchObject({ status: 404 })
    expect(await api.get('/event-types/x/webhooks')).toMatchObject({ status: 400 })
  })

  it('of a team stand under the team too, for its admins', async () => {
    const ben = await givenHost(world)
    const team = await givenTeam(host)
    await givenMember(host, team, ben)
    const eventType = await numberOf(
      host,
      await givenTeamEventType(host, team, 'COLLECTIVE', [{ id: ben.id }]),
    )
    const path = `/teams/${await teamNumber(team)}/event-types/${eventType}/webhooks`
    const made = await givenWebhook({}, path)
    expect(made).toMatchObject({ eventTypeId: eventType })
    const wrongTeam = path.replace(
      /teams\/\d+/,
      `teams/${await teamNumber(await givenTeam(host, { name: 'Sales' }))}`,
    )
    expect(await api.get(wrongTeam)).toMatchObject({ status: 404 })
    expect(await (await givenCalcom(world, ben)).post(path, wanted())).toMatchObject({
      status: 403,
    })

    const organization = `/organizations/${await teamNumber(team)}/webhooks`
    expect(await givenWebhook({ triggers: ['MEETING_ENDED'] }, organization)).toMatchObject({
      teamId: await teamNumber(team),
    })
    const booking = await givenBooking(world.visitor, String(eventType), TEN)
    expect(triggerOf(await receiver.next())).toBe('BOOKING_CREATED')
    await moveClock('2026-03-03T10:30:00Z')
    expect((await receiver.next()).json).toMatchObject({
      triggerEvent: 'MEETING_ENDED',
      uid: booking.id,
    })
    expect(await receiver.more(300)).toEqual([])
  })
})

it('of a platform client is told of the accounts that it made', async () => {
  const client = await api.post('/oauth-clients', {
    name: 'App',
    redirectUris: ['https://a.example'],
    permissions: ['*'],
  })
  const clientId = textAt(client.body, 'data.clientId')
  const path = `/oauth-clients/${clientId}/webhooks`
  const made = await givenWebhook({ triggers: ['BOOKING_CREATED', 'BOOKING_CANCELLED'] }, path)
  expect(made).toMatchObject({ oAuthClientId: clientId })
  expect(await api.get(path)).toMatchObject({ body: success([made]) })
  expect(await api.get('/webhooks')).toMatchObject({ body: success([]) })
  const stranger = await givenCalcom(world, await givenHost(world))
  for (const answer of [await stranger.get(path), await stranger.post(path, wanted())]) {
    expect(answer).toMatchObject({ status: 404 })
  }

  const managed = anyone(world).with({
    'x-cal-secret-key': textAt(client.body, 'data.clientSecret'),
  })
  const { body } = await managed.post(`/oauth-clients/${clientId}/users`, {
    email: 'mia@x.example',
    name: 'Mia',
    timeZone: 'Europe/London',
  })
  const mias = calcomOf(world.url, textAt(body, 'data.accessToken'), '2024-06-14')
  const eventType = await mias.post('/event-types', {
    title: 'Call',
    slug: 'call',
    lengthInMinutes: 30,
  })
  await givenBooking(world.visitor, await givenEventType(host), NINE)
  const { id } = await givenBooking(world.visitor, String(at(eventType.body, 'data.id')), TEN)
  const told = await receiver.next()
  expect(payloadOf(told)).toMatchObject({
    uid: id,
    organizer: { name: 'Mia', email: textAt(body, 'data.user.email') },
  })
  expect(await api.delete(path)).toMatchObject({ status: 200, body: success('1 webhooks deleted') })
})

describe('a delivery', () => {
  it('tells a booking, signed over its bytes', async () => {
    await givenWebhook({ secret: 's3' })
    const eventType = await givenEventType(host, {
      locations: [{ kind: 'VIDEO', provider: 'cal_video' }],
      questions: [{ key: 'topic', label: 'What about?', kind: 'TEXT' }],
    })
    const { id } = await givenBooking(world.visitor, eventType, TEN, {
      ...who('Ada'),
      answers: { topic: 'Grüße 👋' },
      guests: ['bo@example.org'],
      metadata: { crm: '77' },
    })
    const { headers, body, json } = await receiver.next()
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-cal-signature-256': createHmac('sha256', 's3').update(Buffer.from(body)).digest('hex'),
      'x-cal-webhook-version': '2021-10-20',
      'webhook-id': expect.stringMatching(/^dlv_/),
      'webhook-timestamp': '1772434800',
    })
    const numbers = await host.run(
      'query ($id: ID) { booking(id: $id) { databaseId hosts { databaseId } } }',
      { id },
    )
    const berlin = {
      timeZone: 'Europe/Berlin',
      firstName: '',
      lastName: '',
      language: { locale: 'en' },
      utcOffset: 60,
    }
    const given = (label: string, value: unknown) => ({ label, value, isHidden: false })
    expect(json).toEqual({
      triggerEvent: 'BOOKING_CREATED',
      createdAt: '2026-03-02T07:00:00.000Z',
      payload: {
        type: 'intro',
        title: 'Intro between Hanna Host and Ada',
        description: '',
        additionalNotes: '',
        customInputs: {},
        startTime: '2026-03-03T10:00:00Z',
        endTime: '2026-03-03T10:30:00Z',
        organizer: {
          id: at(numbers, 'booking.hosts.0.databaseId'),
          name: 'Hanna Host',
          email: host.email,
          username: host.slug,
          timeZone: 'Europe/Riga',
          language: { locale: 'en' },
          timeFormat: 'h:mma',
          utcOffset: 120,
        },
        responses: {
          name: given('your_name', 'Ada'),
          email: given('email_address', 'ada@example.org'),
          location: given('location', { value: 'integrations:daily', optionValue: '' }),
          guests: given('additional_guests', ['bo@example.org']),
          topic: given('What about?', 'Grüße 👋'),
        },
        userFieldsResponses: { topic: given('What about?', 'Grüße 👋') },
        attendees: [
          { name: 'Ada', email: 'ada@example.org', ...berlin },
          { name: '', email: 'bo@example.org', ...berlin },
        ],
        location: 'integrations:daily',
        destinationCalendar: null,
        hideCalendarNotes: false,
        requiresConfirmation: null,
        eventTypeId: await numberOf(host, eventType),
        seatsShowAttendees: true,
        seatsPerTimeSlot: null,
        uid: id,
        appsStatus: [],
        eventTitle: 'Intro',
        eventDescription: null,
        price: 0,
        currency: 'usd',
        length: 30,
        bookingId: at(numbers, 'booking.databaseId'),
        metadata: { crm: '77' },
        status: 'ACCEPTED',
      },
    })
  })

  it('says so where there is no secret, and after a change of it also the signature by the old one', async () => {
    const eventType = await givenEventType(host)
    const path = `/webhooks/${textAt(await givenWebhook(), 'id')}`
    await givenBooking(world.visitor, eventType, NINE)
    expect((await receiver.next()).headers).toMatchObject({
      'x-cal-signature-256': 'no-secret-provided',
    })
    await api.patch(path, { secret: 'first' })
    await api.patch(path, { secret: 'second' })
    await givenBooking(world.visitor, eventType, TEN)
    const { headers, body } = await receiver.next()
    const by = (key: string) => createHmac('sha256', key).update(body).digest('hex')
    expect(headers).toMatchObject({
      'x-cal-signature-256': by('second'),
      'x-cal-signature-256-previous': by('first'),
    })
  })

  it('tells what becomes of a booking, each by its trigger', async () => {
    const triggers = [
      'CREATED',
      'RESCHEDULED',
      'REQUESTED',
      'CANCELLED',
      'REJECTED',
      'NO_SHOW_UPDATED',
    ]
    await givenWebhook({ triggers: triggers.map(name => `BOOKING_${name}`) })
    const eventType = await givenEventType(host)
    const asking = await givenEventType(host, { slug: 'asking', confirmation: 'ALWAYS' })
    const first = await givenBooking(world.visitor, eventType, NINE, who('Ada'))
    const moved = await move(host, { id: first.id, start: TEN, reason: 'Clash' })
    await cancel(host, { id: moved.id, reason: 'Ill' })
    const told = await receiver.take(3)
    expect(told.map(triggerOf)).toEqual([
      'BOOKING_CREATED',
      'BOOKING_RESCHEDULED',
      'BOOKING_CANCELLED',
    ])
    expect(told.map(payloadOf)).toMatchObject([
      { uid: first.id, status: 'ACCEPTED' },
      {
        uid: moved.id,
        status: 'ACCEPTED',
        startTime: TEN,
        rescheduleId: expect.any(Number),
        rescheduleUid: first.id,
        rescheduleStartTime: NINE,
        rescheduleEndTime: '2026-03-03T09:30:00Z',
        rescheduledBy: host.email,
      },
      {
        uid: moved.id,
        status: 'CANCELLED',
        cancelledBy: host.email,
        cancellationReason: 'Ill',
        requestReschedule: false,
      },
    ])

    const declined = await givenBooking(world.visitor, asking, NINE, who('Bo'))
    await deny(host, declined.id, 'No time')
    const approved = await givenBooking(world.visitor, asking, NINE, who('Cy'))
    await approve(host, approved.id)
    const asked = await receiver.take(4)
    expect(
      asked.map(request => [triggerOf(request), at(payloadOf(request), 'status')]).toSorted(),
    ).toEqual([
      ['BOOKING_CREATED', 'ACCEPTED'],
      ['BOOKING_REJECTED', 'REJECTED'],
      ['BOOKING_REQUESTED', 'PENDING'],
      ['BOOKING_REQUESTED', 'PENDING'],
    ])
    const rejected = asked.find(request => triggerOf(request) === 'BOOKING_REJECTED')
    expect(rejected?.json).toMatchObject({
      payload: { uid: declined.id, rejectionReason: 'No time' },
    })

    await moveClock('2026-03-03T09:15:00Z')
    await host.run('mutation ($id: ID) { markNoShow(input: { id: $id }) { booking { id } } }', {
      id: approved.id,
    })
    expect((await receiver.next()).json).toMatchObject({
      triggerEvent: 'BOOKING_NO_SHOW_UPDATED',
      payload: {
        message: 'cy@example.org marked as no-show',
        attendees: [{ email: 'cy@example.org', noShow: true }],
        bookingUid: approved.id,
        bookingId: expect.any(Number),
      },
    })
  })

  it('tells where a booking is instead and where it was, and that no host came', async () => {
    await givenWebhook({ triggers: ['BOOKING_LOCATION_UPDATED', 'BOOKING_NO_SHOW_UPDATED'] })
    const locations = [{ kind: 'VIDEO', provider: 'cal_video' }]
    const { id } = await givenBooking(
      world.visitor,
      await givenEventType(host, { locations }),
      NINE,
      who('Ada'),
    )
    const later = api.in('2024-08-13')
    const link = 'https://m.example/1'
    await later.patch(`/bookings/${id}/location`, { location: { type: 'link', link } })
    expect((await receiver.next()).json).toMatchObject({
      triggerEvent: 'BOOKING_LOCATION_UPDATED',
      payload: { uid: id, location: link, previousLocation: 'integrations:daily' },
    })
    await moveClock('2026-03-03T09:15:00Z')
    await later.post(`/bookings/${id}/mark-absent`, { host: true })
    expect((await receiver.next()).json).toMatchObject({
      triggerEvent: 'BOOKING_NO_SHOW_UPDATED',
      payload: { noShowHost: true, attendees: [], bookingUid: id },
    })
  })

  it('tells that the host asks for another time, which no attendee can', async () => {
    await givenWebhook({ triggers: ['BOOKING_CANCELLED'] })
    const { id, token } = await givenBooking(
      world.visitor,
      await givenEventType(host),
      NINE,
      who('Ada'),
    )
    const ask =
      'mutation ($token: String) { cancelBooking(input: { token: $token, asksForAnother: true }) { booking { id } } }'
    await expect(world.visitor.run(ask, { token })).rejects.toThrow(/is for hosts/)
    const later = api.in('2024-08-13')
    expect(
      await anyone(world, '2024-08-13').post(`/bookings/${id}/request-reschedule`, {}),
    ).toMatchObject({
      status: 401,
    })
    expect(
      await later.post(`/bookings/${id}/request-reschedule`, { reschedulingReason: 'Ill' }),
    ).toMatchObject({
      status: 200,
      body: { data: { uid: id, status: 'cancelled', cancellationReason: 'Ill' } },
    })
    expect((await receiver.next()).json).toMatchObject({
      triggerEvent: 'BOOKING_CANCELLED',
      payload: {
        uid: id,
        cancellationReason: 'Ill',
        requestReschedule: true,
        cancelledBy: host.email,
      },
    })
  })

  it('tells flat that a meeting begins and ends, once, and whatever the template says', async () => {
    await givenWebhook({
      triggers: ['MEETING_STARTED', 'MEETING_ENDED'],
      payloadTemplate: '{"t":"{{title}}"}',
    })
    const { id } = await givenBooking(
      world.visitor,
      await givenEventType(host),
      '2026-03-05T10:00:00Z',
      who('Ada'),
    )
    await moveClock('2026-03-05T10:00:00Z')
    const started = await receiver.next()
    expect(started.json).toMatchObject({
      triggerEvent: 'MEETING_STARTED',
      createdAt: '2026-03-05T10:00:00.000Z',
      uid: id,
      id: expect.any(Number),
      status: 'ACCEPTED',
      title: 'Intro between Hanna Host and Ada',
      startTime: '2026-03-05T10:00:00.000Z',
      endTime: '2026-03-05T10:30:00.000Z',
      attendees: [
        { email: 'ada@example.org', name: 'Ada', timeZone: 'Europe/Berlin', locale: 'en' },
      ],
    })
    expect(payloadOf(started)).toBeUndefined()
    await moveClock('2026-03-05T10:30:00Z')
    expect(triggerOf(await receiver.next())).toBe('MEETING_ENDED')
  })

  it('is what a template makes of it: JSON, or a form', async () => {
    const json = '{"event":"{{triggerEvent}}","who":"{{attendees.0.name}}","length":{{length}} }'
    const form = 'who={{attendees.0.name}}&title={{title}}'
    await givenWebhook({ payloadTemplate: json })
    const second = await givenReceiver()
    await givenWebhook({ subscriberUrl: second.url, payloadTemplate: form, secret: 's3' })
    await givenBooking(world.visitor, await givenEventType(host), TEN, {
      invitee: { name: 'Ada "A&B" Berg', email: 'ada@example.org', timeZone: 'UTC' },
    })
    const made = await receiver.next()
    expect(made.json).toEqual({ event: 'BOOKING_CREATED', who: 'Ada "A&B" Berg', length: 30 })
    expect(made.headers['content-type']).toBe('application/json')
    const { headers, body } = await second.next()
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      who: 'Ada "A&B" Berg',
      title: 'Intro between Hanna Host and Ada "A&B" Berg',
    })
    expect(headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'x-cal-signature-256': createHmac('sha256', 's3').update(body).digest('hex'),
    })
    await second.close()
  })

  it('tells what was answered to a routing form', async () => {
    await givenWebhook({ triggers: ['FORM_SUBMITTED'] })
    const made = await host.run(
      `mutation { createRoutingForm(input: {
        name: "Where to", isPublished: true
        questions: [{ key: "size", label: "How big?", kind: TEXT }]
        routes: [], fallback: { headline: "Thanks", body: "Bye" }
      }) { form { id } } }`,
    )
    const formId = textAt(made, 'createRoutingForm.form.id')
    await world.visitor.run(
      `mutation ($id: ID!) { submitRoutingForm(input: { formId: $id, answers: { size: "Small" } }) { submissionId } }`,
      { id: formId },
    )
    expect((await receiver.next()).json).toEqual({
      triggerEvent: 'FORM_SUBMITTED',
      createdAt: '2026-03-02T07:00:00.000Z',
      payload: {
        formId,
        formName: 'Where to',
        teamId: null,
        responses: { size: { label: 'How big?', value: 'Small', response: 'Small' } },
      },
      size: 'Small',
    })
  })
})
