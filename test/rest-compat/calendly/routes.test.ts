// Calendly v2: users, event types, availability.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
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
import { restOf } from '../rest.ts'
import {
  type Calendly,
  denied,
  givenCalendly,
  idsIn,
  invalid,
  notFound,
  unprocessable,
} from './calendly.ts'

let world: World
let host: GivenHost
let api: Calendly

const NOW = '2026-03-02T07:00:00.000000Z'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { name: 'Hanna Host', timeZone: 'Europe/Paris' })
  api = await givenCalendly(world, host)
})

describe('users', () => {
  it('are oneself, by `me` and by the id', async () => {
    const { status, body } = await api.get('/users/me')
    expect(status).toBe(200)
    expect(body).toEqual({
      resource: {
        uri: api.user,
        name: 'Hanna Host',
        slug: host.slug,
        email: host.email,
        scheduling_url: `${world.url}/${host.slug}`,
        timezone: 'Europe/Paris',
        avatar_url: null,
        locale: 'en',
        time_notation: '12h',
        created_at: NOW,
        updated_at: NOW,
        current_organization: api.organization,
        resource_type: 'User',
      },
    })
    expect((await api.get(`/users/${host.id}`)).body).toEqual(body)
    const other = await givenHost(world)
    expect(await api.get(`/users/${other.id}`)).toMatchObject({ status: 404, body: notFound })
  })

  it('are the same below /calendly, with the same URIs', async () => {
    const below = restOf(`${world.url}/calendly`, api.token)
    expect((await below.get('/users/me')).body).toEqual((await api.get('/users/me')).body)
  })
})

describe('the root', () => {
  it('is shared with all else that stands there', async () => {
    expect((await api.get('/users/me/more')).body).toEqual(notFound)
    expect((await api.get('/users')).status).toBe(404)
    const health = await fetch(`${world.url}/healthz`)
    expect(await health.json()).toEqual({ status: 'alive' })
    const nothing = await fetch(`${world.url}/some-host/intro`)
    expect(await nothing.json()).toEqual({
      error: 'There is nothing here.',
      path: '/some-host/intro',
    })
    const graph = await host.run('{ viewer { id } }')
    expect(graph).toEqual({ viewer: { id: host.id } })
  })

  it('has first segments that no booking page can have', async () => {
    for (const slug of [
      'users',
      'invitees',
      'organizations',
      'groups',
      'shares',
      'contacts',
      'teams',
      'locations',
    ]) {
      const refused = await host.refused(
        'mutation ($slug: String) { updateBookingPage(input: { slug: $slug }) { bookingPage { slug } } }',
        { slug },
      )
      expect(refused[0]?.extensions?.fields, slug).toEqual([
        { path: 'input.slug', message: 'is reserved' },
      ])
    }
  })
})

describe('event types', () => {
  it('are told whole', async () => {
    const id = await givenEventType(host, {
      name: 'Intro call',
      slug: 'intro',
      description: 'Hello.\n\nAsk <anything>.',
      color: '#8247F5',
      durationOptions: [30, 60],
      locations: [
        { kind: 'VIDEO', provider: 'zoom' },
        { kind: 'IN_PERSON', address: '1 High St', note: 'Ring twice' },
      ],
      questions: [
        { label: 'What about?', kind: 'LONG_TEXT', required: true },
        { label: 'Topics', kind: 'CHECKBOXES', options: ['A', 'B'], allowOther: true },
      ],
    })
    const { status, body } = await api.get(`/event_types/${id}`)
    expect(status).toBe(200)
    expect(body).toEqual({
      resource: {
        uri: api.uri(`/event_types/${id}`),
        name: 'Intro call',
        active: true,
        slug: 'intro',
        scheduling_url: `${world.url}/${host.slug}/intro`,
        duration: 30,
        duration_options: [30, 60],
        kind: 'solo',
        pooling_type: null,
        type: 'StandardEventType',
        color: '#8247f5',
        created_at: NOW,
        updated_at: NOW,
        internal_note: null,
        description_plain: 'Hello.\n\nAsk <anything>.',
        description_html: '<p>Hello.</p><p>Ask &lt;anything&gt;.</p>',
        profile: { type: 'User', name: 'Hanna Host', owner: api.user },
        secret: false,
        booking_method: 'instant',
        custom_questions: [
          {
            name: 'What about?',
            type: 'text',
            position: 0,
            enabled: true,
            required: true,
            answer_choices: [],
            include_other: false,
          },
          {
            name: 'Topics',
            type: 'multi_select',
            position: 1,
            enabled: true,
            required: false,
            answer_choices: ['A', 'B'],
            include_other: true,
          },
        ],
        deleted_at: null,
        kind_description: 'One-on-One',
        admin_managed: false,
        locations: [
          { kind: 'zoom_conference' },
          { kind: 'physical', location: '1 High St', additional_info: 'Ring twice' },
        ],
        position: 0,
        locale: 'en',
        is_paid: false,
      },
    })
  })

  it('are listed by name, and by what else is asked for', async () => {
    const b = await givenEventType(host, { name: 'B' })
    const c = await givenEventType(host, { name: 'C', isActive: false })
    const a = await givenEventType(host, { name: 'A', seats: 4 })
    const ids = async (query: string) => idsIn((await api.get(`/event_types?${query}`)).body)
    expect(await ids(`user=${api.user}`)).toEqual([a, b, c])
    expect(await ids(`organization=${api.organization}&sort=name:desc`)).toEqual([c, b, a])
    expect(await ids('sort=position')).toEqual([b, c, a])
    expect(await ids('sort=created_at:desc,name:asc')).toEqual([a, c, b])
    expect(await ids('active=true')).toEqual([a, b])
    expect(await ids('active=false')).toEqual([c])
    expect(await ids('admin_managed=true')).toEqual([])
    const made = await host.run(
      'mutation { createSchedule(input: { name: "Late" }) { schedule { id } } }',
    )
    const schedule = textAt(made, 'createSchedule.schedule.id')
    const late = await givenEventType(host, { name: 'Late', scheduleId: schedule })
    expect(
      await ids(
        `user_availability_schedule=${api.uri(`/user_availability_schedules/${schedule}`)}`,
      ),
    ).toEqual([late])
    expect(
      await ids(
        'user_availability_schedule=https://api.calendly.com/user_availability_schedule/sch_x',
      ),
    ).toEqual([])
  })

  it('stay readable when they are deleted', async () => {
    const id = await givenEventType(host)
    await host.run(
      'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id } } }',
      { id },
    )
    expect((await api.get(`/event_types/${id}`)).body).toMatchObject({
      resource: { active: false, deleted_at: NOW },
    })
    expect(idsIn((await api.get('/event_types')).body)).toEqual([])
  })

  it('are made and changed', async () => {
    const { status, body } = await api.post('/event_types', {
      owner: api.user,
      name: 'Deep dive',
      duration: 45,
      duration_options: [45, 90],
      color: '#0066FF',
      description: 'Long.',
      locations: [
        { kind: 'physical', location: '1 High St', additional_info: 'Ring' },
        { kind: 'inbound_call', phone_number: '+44 20 7946 0000' },
        { kind: 'google_conference' },
        { kind: 'ask_invitee' },
      ],
    })
    expect(status).toBe(201)
    expect(at(body, 'resource')).toMatchObject({
      name: 'Deep dive',
      slug: 'deep-dive',
      active: false,
      duration: 45,
      duration_options: [45, 90],
      color: '#0066ff',
      description_plain: 'Long.',
      locations: [
        { kind: 'physical', location: '1 High St', additional_info: 'Ring' },
        { kind: 'inbound_call', phone_number: '+44 20 7946 0000' },
        { kind: 'google_conference' },
        { kind: 'ask_invitee' },
      ],
    })
    const path = textAt(body, 'resource.uri').slice(world.url.length)
    const patch = (changes: unknown) =>
      api.send(path, {
        method: 'PATCH',
        body: JSON.stringify(changes),
        headers: { 'content-type': 'application/json' },
      })
    const changed = await patch({
      active: true,
      description: '',
      locations: null,
      duration_options: null,
    })
    expect(changed.status).toBe(200)
    expect(at(changed.body, 'resource')).toMatchObject({
      name: 'Deep dive',
      active: true,
      duration: 45,
      duration_options: null,
      description_plain: null,
      locations: null,
    })
    expect((await api.get(path)).body).toEqual(changed.body)
    expect(await patch({ duration: 721 })).toMatchObject({
      status: 422,
      body: unprocessable({ parameter: 'duration', message: 'must be less than or equal to 720' }),
    })
    const other = await givenCalendly(world, await givenHost(world))
    expect(await api.post('/event_types', { owner: other.user, name: 'Theirs' })).toMatchObject({
      status: 403,
      body: denied('This user is not in your organization'),
    })
    expect(await api.post('/event_types', { owner: api.user })).toMatchObject({
      status: 422,
      body: unprocessable({ parameter: 'name', message: 'is missing' }),
    })
  })

  it('page a hundred at a time', async () => {
    for (let count = 0; count < 3; count++) {
      await givenEventType(host, {
        questions: [{ label: 'Why?', kind: 'TEXT' }],
        locations: [{ kind: 'ASK_INVITEE' }],
      })
    }
    const { status, body } = await api.get('/event_types?count=100')
    expect(status).toBe(200)
    expect(idsIn(body)).toHaveLength(3)
  })
})

describe('scheduling links', () => {
  it('book an event type once', async () => {
    const id = await givenEventType(host, { slug: 'intro' })
    const owner = api.uri(`/event_types/${id}`)
    const { status, body } = await api.post('/scheduling_links', {
      max_event_count: 1,
      owner,
      owner_type: 'EventType',
    })
    expect(status).toBe(201)
    const url = textAt(body, 'resource.booking_url')
    expect(at(body, 'resource')).toEqual({ booking_url: url, owner, owner_type: 'EventType' })
    const [, link] = /\/d\/(lnk_\w+)\/intro$/.exec(url) ?? []
    const book = (start: string) =>
      world.visitor.answer(
        'mutation ($input: BookInput!) { book(input: $input) { booking { id } } }',
        {
          input: { eventType: { link }, start, invitee: { name: 'Ann', email: 'ann@example.org' } },
        },
      )
    expect((await book('2026-03-03T09:00:00Z')).errors).toBeUndefined()
    expect((await book('2026-03-03T10:00:00Z')).errors?.[0]?.extensions?.code).toBe('NOT_FOUND')
  })

  it('are made of parameters in the query too', async () => {
    const id = await givenEventType(host)
    const query = new URLSearchParams({
      max_event_count: '1',
      owner: api.uri(`/event_types/${id}`),
      owner_type: 'EventType',
    })
    expect((await api.post(`/scheduling_links?${query}`)).status).toBe(201)
    expect(
      await api.post('/scheduling_links', {
        max_event_count: 2,
        owner: api.uri(`/event_types/${id}`),
      }),
    ).toMatchObject({
      status: 422,
      body: unprocessable({ parameter: 'max_event_count', message: 'must be equal to 1' }),
    })
    const theirs = await givenEventType(await givenHost(world))
    expect(
      await api.post('/scheduling_links', { owner: api.uri(`/event_types/${theirs}`) }),
    ).toMatchObject({
      status: 404,
    })
  })
})

describe('available times', () => {
  const asked = (id: string, more: string) =>
    `/event_type_available_times?event_type=${api.uri(`/event_types/${id}`)}&${more}`

  it('are the starts within the range, in order', async () => {
    const id = await givenEventType(host, { name: 'Intro', slug: 'intro' })
    await givenBooking(world.visitor, id, '2026-03-03T08:30:00Z')
    const { status, body } = await api.get(
      asked(id, 'start_time=2026-03-03T08:15:00Z&end_time=2026-03-03T09:30:00Z'),
    )
    expect(status).toBe(200)
    expect(body).toEqual({
      collection: [
        {
          status: 'available',
          invitees_remaining: 1,
          start_time: '2026-03-03T09:00:00.000000Z',
          scheduling_url: `${world.url}/${host.slug}/intro/2026-03-03T09:00:00Z?month=2026-03&date=2026-03-03`,
        },
      ],
    })
  })

  it('say how many seats are left', async () => {
    const id = await givenEventType(host, { seats: 3 })
    await givenBooking(world.visitor, id, '2026-03-03T09:00:00Z')
    const { body } = await api.get(
      asked(id, 'start_time=2026-03-03T09:00:00Z&end_time=2026-03-03T09:30:00Z'),
    )
    expect(at(body, 'collection.0.invitees_remaining')).toBe(2)
  })

  it('are asked for 31 days at most, from now on', async () => {
    const id = await givenEventType(host)
    const month = await api.get(
      asked(id, 'start_time=2026-03-03T00:00:00.000000Z&end_time=2026-04-03T00:00:00.000000Z'),
    )
    expect(month.status).toBe(200)
    expect(listAt(month.body, 'collection').length).toBeGreaterThan(300)
    const refusals = [
      [
        'start_time=2026-03-03T00:00:00Z&end_time=2026-04-03T00:00:01Z',
        'end_time',
        'The date range can not be greater than 31 days',
      ],
      [
        'start_time=2026-03-02T06:59:59Z&end_time=2026-03-03T00:00:00Z',
        'start_time',
        'must be in the future',
      ],
      [
        'start_time=2026-03-04T00:00:00Z&end_time=2026-03-03T00:00:00Z',
        'end_time',
        'must be after start_time',
      ],
      ['start_time=soon&end_time=2026-03-03T00:00:00Z', 'start_time', 'must be a date time'],
      ['end_time=2026-03-03T00:00:00Z', 'start_time', 'is missing'],
    ]
    for (const [query, parameter, message] of refusals) {
      expect(await api.get(asked(id, query ?? '')), query).toMatchObject({
        status: 400,
        body: invalid({ parameter, message }),
      })
    }
  })

  it('are those of the own event types', async () => {
    const theirs = await givenEventType(await givenHost(world))
    const range = 'start_time=2026-03-03T00:00:00Z&end_time=2026-03-04T00:00:00Z'
    expect(await api.get(asked(theirs, range))).toMatchObject({ status: 404, body: notFound })
    expect(await api.get(`/event_type_available_times?event_type=intro&${range}`)).toMatchObject({
      status: 400,
      body: invalid({ parameter: 'event_type', message: 'must be the URI of an event type' }),
    })
  })
})

describe('busy times', () => {
  it('are what bookings and held starts take', async () => {
    const id = await givenEventType(host, { bufferBeforeMinutes: 15 })
    const booked = await givenBooking(world.visitor, id, '2026-03-03T09:00:00Z')
    await world.visitor.run(
      `mutation ($id: ID!) { reserveSlot(input: { eventType: { id: $id }, start: "2026-03-04T09:00:00Z" }) { reservation { id } } }`,
      { id },
    )
    const range = 'start_time=2026-03-03T00:00:00Z&end_time=2026-03-10T00:00:00Z'
    expect((await api.get(`/user_busy_times?user=${api.user}&${range}`)).body).toEqual({
      collection: [
        {
          type: 'calendly',
          start_time: '2026-03-03T09:00:00.000000Z',
          end_time: '2026-03-03T09:30:00.000000Z',
          buffered_start_time: '2026-03-03T08:45:00.000000Z',
          buffered_end_time: '2026-03-03T09:30:00.000000Z',
          event: { uri: api.uri(`/scheduled_events/${booked.id}`) },
        },
        {
          type: 'reserved',
          start_time: '2026-03-04T09:00:00.000000Z',
          end_time: '2026-03-04T09:30:00.000000Z',
        },
      ],
    })
    const other = await givenHost(world)
    expect(
      await api.get(`/user_busy_times?user=${api.uri(`/users/${other.id}`)}&${range}`),
    ).toMatchObject({
      status: 403,
      body: denied('This user is not in your organization'),
    })
  })
})

describe('availability schedules', () => {
  it('are told as rules of weekdays and dates', async () => {
    const made = await host.run(
      `mutation { createSchedule(input: {
        name: "Nights", timeZone: "Asia/Tokyo"
        weekly: [{ weekday: MONDAY, start: "09:00", end: "12:00" }, { weekday: SATURDAY, start: "22:00", end: "26:00" }]
        overrides: [{ date: "2026-03-10", closed: true }, { date: "2026-03-11", start: "10:00", end: "25:00" }]
      }) { schedule { id } } }`,
    )
    const id = textAt(made, 'createSchedule.schedule.id')
    const { status, body } = await api.get(`/user_availability_schedules/${id}`)
    expect(status).toBe(200)
    const day = (wday: string, ...intervals: unknown[]) => ({ type: 'wday', wday, intervals })
    expect(body).toEqual({
      resource: {
        uri: api.uri(`/user_availability_schedules/${id}`),
        default: false,
        name: 'Nights',
        user: api.user,
        timezone: 'Asia/Tokyo',
        rules: [
          day('sunday', { from: '00:00', to: '02:00' }),
          day('monday', { from: '09:00', to: '12:00' }),
          day('tuesday'),
          day('wednesday'),
          day('thursday'),
          day('friday'),
          day('saturday', { from: '22:00', to: '24:00' }),
          { type: 'date', date: '2026-03-10', intervals: [] },
          { type: 'date', date: '2026-03-11', intervals: [{ from: '10:00', to: '24:00' }] },
        ],
      },
    })
    const list = await api.get(`/user_availability_schedules?user=${encodeURIComponent(api.user)}`)
    expect(listAt(list.body, 'collection').map(each => at(each, 'default'))).toEqual([true, false])
  })

  it('are no other things', async () => {
    const id = await givenEventType(host)
    expect(await api.get(`/user_availability_schedules/${id}`)).toMatchObject({
      status: 404,
      body: notFound,
    })
    expect(await api.get('/user_availability_schedules/nothing')).toMatchObject({
      status: 404,
      body: notFound,
    })
  })
})
