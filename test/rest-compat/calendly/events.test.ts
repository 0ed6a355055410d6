// Calendly v2: scheduled events, invitees, cancellation, bookings made, no-shows.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { who } from '../../helpers/bookings.ts'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  MONDAY,
  textAt,
  type World,
} from '../../helpers/world.ts'
import {
  type Calendly,
  denied,
  givenCalendly,
  idAt,
  idsIn,
  invalid,
  notFound,
  refusal,
  unprocessable,
} from './calendly.ts'

let world: World
let host: GivenHost
let api: Calendly
let eventType: string

const NOW = '2026-03-02T07:00:00.000000Z'
const NINE = '2026-03-03T09:00:00Z'
const TEN = '2026-03-03T10:00:00Z'
const CANCEL =
  'mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { booking { id } } }'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { name: 'Hanna Host' })
  api = await givenCalendly(world, host)
  eventType = await givenEventType(host, {
    name: 'Intro call',
    bufferBeforeMinutes: 10,
    questions: [
      { key: 'why', label: 'Why?', kind: 'TEXT', required: true },
      { key: 'topics', label: 'Topics', kind: 'CHECKBOXES', options: ['A', 'B'] },
      { key: 'terms', label: 'Agreed?', kind: 'BOOLEAN' },
    ],
    locations: [
      { kind: 'VIDEO', provider: 'zoom' },
      { kind: 'PHONE_INVITEE' },
      { kind: 'CUSTOM', text: 'By pigeon' },
    ],
  })
})

const wanted = (start: string, more: Record<string, unknown> = {}) => ({
  event_type: api.uri(`/event_types/${eventType}`),
  start_time: start,
  invitee: {
    name: 'Ada Byron',
    email: 'Ada@example.org',
    timezone: 'Europe/London',
    text_reminder_number: '+447700900123',
  },
  questions_and_answers: [{ question: 'Why?', answer: 'Why not', position: 0 }],
  ...more,
})

/** Books by the scheduling API; answers the ids. */
async function booked(start: string, more?: Record<string, unknown>) {
  const { status, body } = await api.post('/invitees', wanted(start, more))
  expect(status, JSON.stringify(body)).toBe(201)
  return {
    event: idAt(textAt(body, 'resource.event')),
    invitee: idAt(textAt(body, 'resource.uri')),
    body,
  }
}

describe('POST /invitees', () => {
  it('books, and answers the invitee', async () => {
    const { status, body } = await api.post(
      '/invitees',
      wanted(NINE, {
        location: { kind: 'outbound_call', location: '+44 20 7946 0000' },
        questions_and_answers: [
          { question: 'Topics', answer: 'A\nB', position: 1 },
          { question: 'Why?', answer: 'Why not', position: 0 },
          { question: 'Agreed?', answer: 'No', position: 2 },
        ],
        tracking: {
          utm_campaign: null,
          utm_source: 'crm',
          utm_medium: null,
          utm_content: null,
          utm_term: null,
          salesforce_uuid: null,
        },
        event_guests: ['guest@example.org'],
      }),
    )
    expect(status).toBe(201)
    const uri = textAt(body, 'resource.uri')
    const [event = ''] = uri.split('/invitees/')
    const id = idAt(uri)
    expect(body).toEqual({
      resource: {
        uri,
        email: 'ada@example.org',
        first_name: null,
        last_name: null,
        name: 'Ada Byron',
        status: 'active',
        canceled: false,
        questions_and_answers: [
          { question: 'Why?', answer: 'Why not', position: 0 },
          { question: 'Topics', answer: 'A\nB', position: 1 },
          { question: 'Agreed?', answer: 'No', position: 2 },
        ],
        timezone: 'Europe/London',
        event,
        created_at: NOW,
        updated_at: NOW,
        tracking: {
          utm_campaign: null,
          utm_source: 'crm',
          utm_medium: null,
          utm_content: null,
          utm_term: null,
          salesforce_uuid: null,
        },
        text_reminder_number: '+447700900123',
        rescheduled: false,
        old_invitee: null,
        new_invitee: null,
        cancel_url: expect.stringContaining(`${world.url}/cancellations/${id}.`),
        reschedule_url: expect.stringContaining(`${world.url}/reschedulings/${id}.`),
        routing_form_submission: null,
        payment: null,
        no_show: null,
        reconfirmation: null,
        scheduling_method: 'api',
        invitee_scheduled_by: null,
      },
    })
    const path = uri.slice(world.url.length)
    expect(await api.get(path)).toMatchObject({ status: 200, body })
    expect((await api.get(`/scheduled_event_invitees/${id}`)).body).toEqual(body)
    const elsewhere = await booked(TEN)
    expect(await api.get(`/scheduled_events/${elsewhere.event}/invitees/${id}`)).toMatchObject({
      status: 404,
      body: notFound,
    })
    const seen = await api.get(event.slice(world.url.length))
    expect(at(seen.body, 'resource.location')).toEqual({
      type: 'outbound_call',
      location: '+44 20 7946 0000',
    })
    expect(at(seen.body, 'resource.event_guests')).toEqual([
      { email: 'guest@example.org', created_at: NOW, updated_at: NOW },
    ])
  })

  it('takes a name in two parts, and URIs of Calendly itself', async () => {
    const invitee = {
      first_name: 'Ada',
      last_name: 'Byron',
      email: 'ada@example.org',
      timezone: 'Europe/London',
    }
    const { body } = await booked(NINE, {
      invitee,
      event_type: `https://api.calendly.com/event_types/${eventType}`,
    })
    expect(at(body, 'resource.name')).toBe('Ada Byron')
  })

  it('books one start once: a start that is taken is filled', async () => {
    await booked(NINE)
    expect(await api.post('/invitees', wanted(NINE))).toMatchObject({
      status: 400,
      body: invalid({
        parameter: 'event.start_time',
        message: 'That start time has been filled',
        code: 'already_filled',
      }),
    })
    expect(await api.post('/invitees', wanted('2026-03-03T03:00:00Z'))).toMatchObject({
      status: 400,
      body: invalid({ parameter: 'event.start_time', message: 'is outside the hours of the host' }),
    })
  })

  it('makes one booking of a request that comes again with its key', async () => {
    const key = { 'Idempotency-Key': 'k1' }
    const first = await api.post('/invitees', wanted(NINE), key)
    expect(await api.post('/invitees', wanted(NINE), key)).toMatchObject({
      status: 201,
      body: first.body,
    })
  })

  it('asks where it is to be, unless the event type says so', async () => {
    const place = async (locations: unknown[], location: unknown) => {
      const id = await givenEventType(host, { locations })
      const { status, body } = await api.post('/invitees', {
        ...wanted(NINE, { location, questions_and_answers: [] }),
        event_type: api.uri(`/event_types/${id}`),
      })
      if (status !== 201) return body
      const path = textAt(body, 'resource.event').slice(world.url.length)
      const event = await api.get(path)
      await api.post(`${path}/cancellation`)
      return at(event.body, 'resource.location')
    }
    const missing = unprocessable({ parameter: 'location.location', message: 'is missing' })
    const unknown = {
      message: 'Specified location kind is not configured for this event type.',
      details: [{ code: 'invalid_location_choice' }],
    }
    const high = { kind: 'IN_PERSON', address: '1 High St' }
    const low = { kind: 'IN_PERSON', address: '2 Low St' }
    expect(await place([high], { kind: 'physical' })).toMatchObject({
      type: 'physical',
      location: '1 High St',
    })
    expect(await place([high, low], { kind: 'physical', location: '2 Low St' })).toMatchObject({
      location: '2 Low St',
    })
    expect(await place([high, low], { kind: 'physical' })).toEqual(missing)
    expect(await place([high, low], { kind: 'physical', location: '3 Mid St' })).toMatchObject(
      unknown,
    )
    expect(
      await place([{ kind: 'PHONE_INVITEE' }], { kind: 'outbound_call', location: '+49 30 1' }),
    ).toMatchObject({
      location: '+49 30 1',
    })
    expect(await place([{ kind: 'ASK_INVITEE' }], { kind: 'ask_invitee' })).toEqual(missing)
    expect(
      await place([{ kind: 'ASK_INVITEE' }], { kind: 'ask_invitee', location: 'Mine' }),
    ).toMatchObject({
      type: 'ask_invitee',
      location: 'Mine',
    })
    const zoom = { kind: 'VIDEO', provider: 'zoom' }
    expect(await place([zoom], { kind: 'zoom_conference', location: 'ignored' })).toMatchObject({
      join_url: null,
    })
    expect(await place([zoom], undefined)).toMatchObject({ type: 'zoom_conference' })
    expect(await place([], undefined)).toBeNull()
    expect(await place([], { kind: 'physical', location: 'Here' })).toMatchObject(unknown)
  })

  it('says what is wrong in words of the real API', async () => {
    const cases: [Record<string, unknown>, unknown][] = [
      [
        { invitee: { email: 'a@example.org', timezone: 'UTC' } },
        unprocessable({
          parameter: 'invitee',
          message: 'either name or first_name must be filled',
        }),
      ],
      [
        { location: { kind: 'physical', location: 'Here' } },
        refusal(
          'Validation Error',
          'Specified location kind is not configured for this event type.',
          [
            {
              parameter: 'event.location_configuration.location',
              message: 'invalid location choice',
              code: 'invalid_location_choice',
            },
          ],
        ),
      ],
      [
        { questions_and_answers: [{ answer: 'x', position: 0 }] },
        unprocessable({ parameter: 'questions_and_answers[0].question', message: 'is missing' }),
      ],
      [
        { questions_and_answers: [] },
        unprocessable({
          parameter: 'questions_and_answers',
          message: 'Required Questions and Answers cannot be blank.',
        }),
      ],
      [
        { questions_and_answers: [{ question: 'why?', answer: 'Why not', position: 0 }] },
        unprocessable({ parameter: 'questions_and_answers[0].question', message: 'is invalid' }),
      ],
      [
        { questions_and_answers: [{ question: 'Why?' }] },
        unprocessable(
          { parameter: 'questions_and_answers[0].answer', message: 'is missing' },
          { parameter: 'questions_and_answers[0].position', message: 'is missing' },
        ),
      ],
      [
        { tracking: { utm_source: 'crm' } },
        unprocessable(
          ...['utm_campaign', 'utm_medium', 'utm_content', 'utm_term', 'salesforce_uuid'].map(
            name => ({
              parameter: `tracking.${name}`,
              message: 'is missing',
            }),
          ),
        ),
      ],
      [
        { event_guests: Array.from({ length: 11 }, (_, index) => `g${index}@example.org`) },
        unprocessable({ parameter: 'event_guests', message: 'size cannot be greater than 10' }),
      ],
      [
        { event_guests: ['g@example.org', 'nobody'] },
        unprocessable({ parameter: 'event_guests[1]', message: 'must be an e-mail address' }),
      ],
      [
        { start_time: undefined },
        unprocessable({ parameter: 'start_time', message: 'is missing' }),
      ],
      [
        { invitee: { name: 'A', email: 'nobody', timezone: 'UTC' } },
        unprocessable({ parameter: 'invitee.email', message: 'must be an e-mail address' }),
      ],
    ]
    for (const [more, body] of cases) {
      expect(await api.post('/invitees', wanted(NINE, more)), JSON.stringify(more)).toMatchObject({
        status: 422,
        body,
      })
    }
    expect(await api.post('/invitees', wanted(NINE, { event_type: 'intro' }))).toMatchObject({
      status: 400,
      body: invalid({ parameter: 'event_type', message: 'must be the URI of an event type' }),
    })
    const theirs = await givenEventType(await givenHost(world))
    expect(
      await api.post('/invitees', wanted(NINE, { event_type: api.uri(`/event_types/${theirs}`) })),
    ).toMatchObject({
      status: 404,
      body: notFound,
    })
  })
})

describe('scheduled events', () => {
  it('are told whole', async () => {
    const { event } = await booked(NINE)
    const { status, body } = await api.get(`/scheduled_events/${event}`)
    expect(status).toBe(200)
    expect(body).toEqual({
      resource: {
        uri: api.uri(`/scheduled_events/${event}`),
        name: 'Intro call',
        status: 'active',
        start_time: '2026-03-03T09:00:00.000000Z',
        end_time: '2026-03-03T09:30:00.000000Z',
        event_type: api.uri(`/event_types/${eventType}`),
        location: { type: 'zoom_conference', status: 'initiated', join_url: null, data: null },
        invitees_counter: { total: 1, active: 1, limit: 1 },
        created_at: NOW,
        updated_at: NOW,
        event_memberships: [
          {
            user: api.user,
            user_email: host.email,
            user_name: 'Hanna Host',
            buffered_start_time: '2026-03-03T08:50:00.000000Z',
            buffered_end_time: '2026-03-03T09:30:00.000000Z',
          },
        ],
        event_guests: [],
        calendar_event: null,
        tracking: {
          utm_campaign: null,
          utm_source: null,
          utm_medium: null,
          utm_content: null,
          utm_term: null,
          salesforce_uuid: null,
        },
      },
    })
  })

  it('are filtered by all that is documented, and sorted both ways', async () => {
    const one = await booked(NINE)
    const two = await booked(TEN, {
      invitee: { name: 'Ben', email: 'ben@example.org', timezone: 'UTC' },
    })
    const three = await booked('2026-03-05T10:00:00Z')
    await host.run(CANCEL, { input: { id: three.event } })
    const onRequest = await givenEventType(host, { confirmation: 'ALWAYS' })
    await givenBooking(world.visitor, onRequest, '2026-03-06T10:00:00Z')
    const ids = async (query: string) => idsIn((await api.get(`/scheduled_events?${query}`)).body)

    expect(await ids('')).toEqual([one.event, two.event, three.event])
    expect(await ids(`user=${encodeURIComponent(api.user)}`)).toHaveLength(3)
    expect(
      await ids(`count=50&&&&user=${api.user}&organization=${api.organization}&`),
    ).toHaveLength(3)
    expect(await ids(`user=https://api.calendly.com/users/${host.id}`)).toHaveLength(3)
    expect(await ids('sort=start_time:desc')).toEqual([three.event, two.event, one.event])
    expect(await ids('status=active')).toEqual([one.event, two.event])
    expect(await ids('status=canceled')).toEqual([three.event])
    expect(await ids('invitee_email=BEN@example.org')).toEqual([two.event])
    expect(await ids('min_start_time=2026-03-03T10:00:00.000000Z')).toEqual([
      two.event,
      three.event,
    ])
    expect(await ids('max_start_time=2026-03-03T11:00:00+01:00')).toEqual([one.event])
    expect(
      await ids(`min_start_time=${TEN}&max_start_time=2026-03-31T23:59:59Z&status=active`),
    ).toEqual([two.event])
  })

  it('are not those of others', async () => {
    const other = await givenHost(world)
    const theirs = await givenBooking(world.visitor, await givenEventType(other), NINE)
    expect(await api.get(`/scheduled_events/${theirs.id}`)).toMatchObject({
      status: 404,
      body: notFound,
    })
    const forbidden: [string, string][] = [
      [`user=${api.uri(`/users/${other.id}`)}`, 'This user is not in your organization'],
      [
        `organization=${api.uri('/organizations/org_x')}`,
        'You do not have permission to access this resource.',
      ],
      [`group=${api.uri('/groups/grp_x')}`, 'You do not have permission'],
    ]
    for (const [query, message] of forbidden) {
      expect(await api.get(`/scheduled_events?${query}`), query).toMatchObject({
        status: 403,
        body: denied(message),
      })
    }
  })

  it('page forward and back by links and by tokens', async () => {
    const starts = ['09:00', '10:00', '11:00', '12:00', '13:00'].map(
      time => `2026-03-03T${time}:00Z`,
    )
    const made: string[] = []
    for (const start of starts) made.push((await booked(start)).event)
    const path = `/scheduled_events?user=${encodeURIComponent(api.user)}&count=2&status=active`
    const first = await api.get(path)
    expect(at(first.body, 'pagination')).toEqual({
      count: 2,
      next_page: expect.stringMatching(
        /^http.*\/scheduled_events\?user=.*&count=2&status=active&page_token=[\w-]+$/,
      ),
      previous_page: null,
      next_page_token: textAt(first.body, 'pagination.next_page').split('page_token=')[1],
      previous_page_token: null,
    })
    expect(at(first.body, 'resource')).toEqual(at(first.body, 'collection'))
    const follow = (page: { body: unknown }, name: string) =>
      api.get(textAt(page.body, `pagination.${name}`).slice(world.url.length))
    const second = await follow(first, 'next_page')
    const third = await api.get(
      `${path}&page_token=${textAt(second.body, 'pagination.next_page_token')}`,
    )
    expect([first, second, third].map(({ body }) => idsIn(body))).toEqual([
      made.slice(0, 2),
      made.slice(2, 4),
      made.slice(4),
    ])
    expect(at(third.body, 'pagination')).toMatchObject({
      count: 1,
      next_page: null,
      next_page_token: null,
    })
    const back = await follow(third, 'previous_page')
    expect(idsIn(back.body)).toEqual(made.slice(2, 4))
    const begin = await follow(back, 'previous_page')
    expect(idsIn(begin.body)).toEqual(made.slice(0, 2))
    expect(at(begin.body, 'pagination')).toMatchObject({
      previous_page: null,
      next_page_token: expect.any(String),
    })
    const below = await fetch(`${world.url}/calendly${path}`, {
      headers: { authorization: `Bearer ${api.token}` },
    })
    expect(textAt(await below.json(), 'pagination.next_page')).toContain(
      `${world.url}/calendly/scheduled_events?`,
    )
  })

  it('page a hundred at a time', async () => {
    await booked(NINE)
    expect((await api.get('/scheduled_events?count=100')).status).toBe(200)
  })

  it('refuse parameters that cannot be read, each by its name', async () => {
    const cases: [string, string, string][] = [
      ['count=101', 'count', 'must be less than or equal to 100'],
      ['count=0', 'count', 'must be greater than or equal to 1'],
      ['count=many', 'count', 'must be an integer'],
      ['status=done', 'status', 'must be one of: active, canceled'],
      ['sort=name:asc', 'sort', 'must be one of: start_time:asc, start_time:desc'],
      ['page_token=abc', 'page_token', 'is invalid'],
      ['page_token=PmFiYw', 'page_token', 'must be a cursor that an edge of this list came with'],
      ['min_start_time=yesterday', 'min_start_time', 'must be a date time'],
      ['invitee_email=nobody', 'invitee_email', 'must be an e-mail address'],
      ['user=me', 'user', 'must be the URI of a user'],
    ]
    for (const [query, parameter, message] of cases) {
      expect(await api.get(`/scheduled_events?${query}`), query).toMatchObject({
        status: 400,
        body: invalid({ parameter, message }),
      })
    }
  })
})

describe('invitees', () => {
  it('are listed for their event', async () => {
    const course = await givenEventType(host, { name: 'Course', seats: 5 })
    const ann = await givenBooking(world.visitor, course, NINE, who('Ann'))
    const ben = await givenBooking(world.visitor, course, NINE, who('Ben'))
    world.clock.forward(1)
    await world.visitor.run(CANCEL, { input: { token: ann.token, reason: 'A cold' } })
    const path = `/scheduled_events/${ann.id}/invitees`
    const { status, body } = await api.get(path)
    expect(status).toBe(200)
    expect(idsIn(body)).toEqual([ann.inviteeId, ben.inviteeId])
    expect(at(body, 'collection.0')).toMatchObject({
      status: 'canceled',
      canceled: true,
      cancellation: {
        canceled_by: 'Ann',
        canceler_type: 'invitee',
        created_at: '2026-03-02T07:01:00.000000Z',
      },
    })
    expect(at(body, 'collection.1')).not.toHaveProperty('cancellation')
    const ids = async (query: string) => idsIn((await api.get(`${path}?${query}`)).body)
    expect(await ids('status=active')).toEqual([ben.inviteeId])
    expect(await ids('status=canceled')).toEqual([ann.inviteeId])
    expect(await ids('email=ben@example.org')).toEqual([ben.inviteeId])
    expect(await ids('sort=created_at:desc')).toEqual([ben.inviteeId, ann.inviteeId])
    expect(await ids('count=100')).toHaveLength(2)
    const first = await api.get(`${path}?count=1`)
    const second = await api.get(textAt(first.body, 'pagination.next_page').slice(world.url.length))
    expect(idsIn(second.body)).toEqual([ben.inviteeId])
    const event = await api.get(`/scheduled_events/${ann.id}`)
    expect(at(event.body, 'resource.invitees_counter')).toEqual({ total: 2, active: 1, limit: 5 })
    expect(await api.get('/scheduled_events/bk_nothing/invitees')).toMatchObject({
      status: 404,
      body: notFound,
    })
  })

  it('are linked when they move to another start', async () => {
    const { event, invitee } = await booked(NINE)
    await host.run(
      'mutation ($input: RescheduleBookingInput!) { rescheduleBooking(input: $input) { booking { id } } }',
      {
        input: { id: event, start: TEN },
      },
    )
    const { body } = await api.get('/scheduled_events?status=active')
    const [moved = ''] = idsIn(body)
    const old = await api.get(`/scheduled_events/${event}/invitees/${invitee}`)
    const now = listAt((await api.get(`/scheduled_events/${moved}/invitees`)).body, 'collection')[0]
    expect(at(old.body, 'resource')).toMatchObject({
      status: 'canceled',
      rescheduled: true,
      old_invitee: null,
      new_invitee: textAt(now, 'uri'),
      cancellation: { canceled_by: 'Hanna Host', canceler_type: 'host' },
    })
    expect(now).toMatchObject({
      status: 'active',
      rescheduled: false,
      old_invitee: api.uri(`/scheduled_events/${event}/invitees/${invitee}`),
      new_invitee: null,
    })
  })

  it('have links without the secret for a token that may only read', async () => {
    const { event, invitee } = await booked(NINE)
    const reader = await givenCalendly(world, host, ['bookings:read'])
    const { body } = await reader.get(`/scheduled_events/${event}/invitees/${invitee}`)
    expect(at(body, 'resource.cancel_url')).toBe(`${world.url}/cancellations/${invitee}`)
  })
})

describe('cancellation', () => {
  it('ends an event for all, once', async () => {
    const { event } = await booked(NINE)
    const { status, body } = await api.post(`/scheduled_events/${event}/cancellation`, {
      reason: 'A storm',
    })
    expect(status).toBe(201)
    expect(body).toEqual({
      resource: {
        canceled_by: 'Hanna Host',
        reason: 'A storm',
        canceler_type: 'host',
        created_at: NOW,
      },
    })
    const seen = await api.get(`/scheduled_events/${event}`)
    expect(at(seen.body, 'resource')).toMatchObject({
      status: 'canceled',
      cancellation: at(body, 'resource'),
    })
    expect(await api.post(`/scheduled_events/${event}/cancellation`)).toMatchObject({
      status: 403,
      body: denied('Event is already canceled'),
    })
  })

  it('needs no reason, and takes a long one', async () => {
    for (const [start, reason] of [
      [NINE, undefined],
      [TEN, 'x'.repeat(10_000)],
    ] as const) {
      const { event } = await booked(start)
      const { status } = await api.post(
        `/scheduled_events/${event}/cancellation`,
        reason && { reason },
      )
      expect(status).toBe(201)
    }
    const { event } = await booked('2026-03-04T10:00:00Z')
    expect(
      await api.post(`/scheduled_events/${event}/cancellation`, { reason: 'x'.repeat(10_001) }),
    ).toMatchObject({
      status: 422,
      body: unprocessable({ parameter: 'reason', message: 'size cannot be greater than 10000' }),
    })
  })

  it('is too late for an event that is over', async () => {
    const { event } = await booked(NINE)
    world.clock.set('2026-03-03T10:00:00Z')
    expect(await api.post(`/scheduled_events/${event}/cancellation`)).toMatchObject({
      status: 403,
      body: denied('Event in the past'),
    })
  })
})

describe('no-shows', () => {
  it('are made, told and taken back', async () => {
    const { event, invitee } = await booked(NINE)
    const uri = api.uri(`/scheduled_events/${event}/invitees/${invitee}`)
    expect(await api.post('/invitee_no_shows', { invitee: uri })).toMatchObject({
      status: 403,
      body: denied('The booking has not begun yet.'),
    })
    world.clock.set(TEN)
    const { status, body } = await api.post('/invitee_no_shows', { invitee: uri })
    expect(status).toBe(201)
    const noShow = {
      uri: api.uri(`/invitee_no_shows/${invitee}`),
      created_at: '2026-03-03T10:00:00.000000Z',
    }
    expect(body).toEqual({ resource: { ...noShow, invitee: uri } })
    expect((await api.get(`/invitee_no_shows/${invitee}`)).body).toEqual(body)
    expect(
      at((await api.get(`/scheduled_event_invitees/${invitee}`)).body, 'resource.no_show'),
    ).toEqual(noShow)

    expect((await api.delete(`/invitee_no_shows/${invitee}`)).status).toBe(204)
    expect(await api.get(`/invitee_no_shows/${invitee}`)).toMatchObject({
      status: 404,
      body: notFound,
    })
    expect(
      at((await api.get(`/scheduled_event_invitees/${invitee}`)).body, 'resource.no_show'),
    ).toBeNull()
  })

  it('take the URI of an invitee, in the form of the guide too', async () => {
    const { invitee } = await booked(NINE)
    world.clock.set(TEN)
    const uri = `https://api.calendly.com/scheduled_event_invitees/${invitee}`
    expect((await api.post('/invitee_no_shows', { invitee: uri })).status).toBe(201)
    expect(await api.post('/invitee_no_shows', {})).toMatchObject({
      status: 422,
      body: unprocessable({ parameter: 'invitee', message: 'is missing' }),
    })
    expect(await api.post('/invitee_no_shows', { invitee })).toMatchObject({ status: 400 })
    expect(await api.post(`/invitee_no_shows?invitee=${encodeURIComponent(uri)}`)).toMatchObject({
      status: 201,
    })
  })
})
