// Calendly v2: bodies as forms, fields of bodies in the query, and the order in which a request is
// judged.

import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  MONDAY,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { type Calendly, givenCalendly, idAt } from './calendly.ts'

let world: World
let host: GivenHost
let api: Calendly
let eventType: string

beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
  world.clock.set(MONDAY)
  host = await givenHost(world)
  api = await givenCalendly(world, host)
  eventType = await givenEventType(host, {
    questions: [
      { key: 'why', label: 'Why?', kind: 'TEXT' },
      { key: 'where', label: 'Where?', kind: 'TEXT' },
    ],
  })
})
afterAll(() => world.end())

const pathOf = (uri: string) => uri.slice(world.url.length)
const typeUri = () => api.uri(`/event_types/${eventType}`)

/** Sends fields as the Ruby clients do. */
const sendForm = (path: string, fields: [string, string][], method = 'POST') =>
  api.send(path, {
    method,
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  })

/** A body of JSON as a form, with brackets. */
function formOf(value: unknown, name = ''): [string, string][] {
  if (Array.isArray(value)) return value.flatMap(each => formOf(each, `${name}[]`))
  if (typeof value !== 'object' || value === null)
    return [[name, value === null ? '' : String(value)]]
  return Object.entries(value).flatMap(([key, each]) =>
    formOf(each, name === '' ? key : `${name}[${key}]`),
  )
}

const weekday = {
  type: 'wday',
  wday: 'monday',
  intervals: [
    { from: '09:00', to: '10:00' },
    { from: '12:00', to: '13:00' },
  ],
}

it('reads a form with brackets on every route that takes a body', async () => {
  const booked = await sendForm(
    '/invitees',
    formOf({
      event_type: typeUri(),
      start_time: '2026-03-03T09:00:00Z',
      invitee: { name: 'Ada', email: 'ada@example.org', timezone: 'UTC' },
      questions_and_answers: [
        { question: 'Why?', answer: 'So', position: 0 },
        { question: 'Where?', answer: 'Here', position: 1 },
      ],
      event_guests: ['bea@example.org'],
    }),
  )
  expect(booked).toMatchObject({
    status: 201,
    body: { resource: { questions_and_answers: [{ answer: 'So' }, { answer: 'Here' }] } },
  })
  const event = pathOf(textAt(booked.body, 'resource.event'))
  world.clock.set('2026-03-03T09:05:00Z')
  const sent: [path: string, body: unknown, status: number, shown: unknown, method?: string][] = [
    ['/invitee_no_shows', { invitee: textAt(booked.body, 'resource.uri') }, 201, {}],
    [
      '/webhook_subscriptions',
      {
        url: 'https://receiver.example/form',
        events: ['invitee.created', 'invitee.canceled'],
        organization: api.organization,
        scope: 'organization',
        user: null,
      },
      201,
      { resource: { events: ['invitee.created', 'invitee.canceled'] } },
    ],
    [
      '/scheduling_links',
      { max_event_count: 1, owner: typeUri(), owner_type: 'EventType' },
      201,
      {},
    ],
    [
      '/event_types',
      {
        name: 'Form',
        owner: api.user,
        duration: 25,
        active: true,
        locations: [{ kind: 'custom', location: 'Here' }],
      },
      201,
      { resource: { duration: 25, active: true } },
    ],
    [
      `/event_types/${eventType}`,
      { description: 'A form', active: true },
      200,
      { resource: { active: true } },
      'PATCH',
    ],
    [
      `/event_type_availability_schedules?event_type=${typeUri()}`,
      { availability_rule: { timezone: 'UTC', rules: [weekday, { ...weekday, wday: 'friday' }] } },
      200,
      {},
      'PATCH',
    ],
    [
      '/shares',
      { event_type: typeUri(), duration: 20, duration_options: [20, 40], hide_location: false },
      201,
      { resource: { share_override: { duration: 20 } } },
    ],
    [
      '/one_off_event_types',
      {
        name: 'Once',
        host: api.user,
        duration: 15,
        date_setting: { type: 'days_in_future', days: 5, only_weekdays: true },
      },
      201,
      { resource: { duration: 15 } },
    ],
    [
      '/contacts',
      {
        name: 'Cleo',
        emails: [{ email: 'cleo@example.org', is_primary: true }],
        phone_numbers: [{ phone_number: '+447700900123' }],
      },
      201,
      { resource: { name: 'Cleo' } },
    ],
    [
      `/organizations/${idAt(api.organization)}/invitations`,
      { email: 'newcomer@example.org' },
      201,
      { resource: { email: 'newcomer@example.org' } },
    ],
    ['/data_compliance/deletion/invitees', { emails: ['a@example.org', 'b@example.org'] }, 202, {}],
    [
      '/data_compliance/deletion/events',
      { start_time: '2026-01-01T00:00:00Z', end_time: '2026-01-02T00:00:00Z' },
      202,
      {},
    ],
    ['/user_meeting_limits', { daily_limit: 3 }, 403, {}, 'PATCH'],
  ]
  for (const [path, body, status, shown, method] of sent) {
    expect(await sendForm(path, formOf(body), method), path).toMatchObject({ status, body: shown })
  }
  const rules = await api.get(`/event_type_availability_schedules?event_type=${typeUri()}`)
  expect(rules.body).toMatchObject({
    collection: [
      {
        availability_rule: {
          rules: expect.arrayContaining([weekday, { ...weekday, wday: 'friday' }]),
        },
      },
    ],
  })
  // A later booking, which can still be cancelled.
  world.clock.set(MONDAY)
  expect(
    (await sendForm(`${event}/cancellation`, [['reason', 'A storm & more']])).body,
  ).toMatchObject({
    resource: { reason: 'A storm & more' },
  })
})

it('reads lists with numbers in the brackets, and a name that is repeated', async () => {
  for (const fields of [
    [
      ['events[0]', 'invitee.created'],
      ['events[1]', 'invitee.canceled'],
    ],
    [
      ['events', 'invitee.created'],
      ['events', 'invitee.canceled'],
    ],
  ] satisfies [string, string][][]) {
    const url = `https://receiver.example/${fields[0]?.[0]}`
    expect(await sendForm('/webhook_subscriptions', [...fields, ['url', url]])).toMatchObject({
      status: 201,
      body: { resource: { events: ['invitee.created', 'invitee.canceled'] } },
    })
  }
})

it('takes fields that the body leaves out from the query', async () => {
  const query = 'events[]=invitee.created&events[]=invitee.canceled&scope=user'
  const url = 'https://receiver.example/query'
  expect(
    await api.post(`/webhook_subscriptions?${query}&url=${encodeURIComponent(url)}`),
  ).toMatchObject({
    status: 201,
    body: {
      resource: {
        events: ['invitee.created', 'invitee.canceled'],
        callback_url: url,
        scope: 'user',
      },
    },
  })
  // What the body has counts.
  expect(
    await api.post(`/webhook_subscriptions?${query}&url=${encodeURIComponent(url)}`, {
      url: `${url}/2`,
      events: ['invitee.created'],
    }),
  ).toMatchObject({
    status: 201,
    body: { resource: { events: ['invitee.created'], callback_url: `${url}/2` } },
  })
})

it('rejects forms that it cannot read, with the invalid field', async () => {
  const many = Array.from({ length: 501 }, (_, index): [string, string] => [`x${index}`, '1'])
  const refused: [fields: [string, string][], status: number, detail: Record<string, unknown>][] = [
    [[['url', 'https://receiver.example/x']], 422, { parameter: 'events', message: 'is missing' }],
    [[['{"url":"https://receiver.example/x"}', '']], 400, { parameter: 'Content-Type' }],
    [many, 400, { parameter: 'body', message: 'must have at most 500 fields' }],
  ]
  for (const [fields, status, detail] of refused) {
    const answer =
      fields[0]?.[0].startsWith('{') === true
        ? await api.send('/webhook_subscriptions', {
            method: 'POST',
            body: fields[0][0],
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
          })
        : await sendForm('/webhook_subscriptions', fields)
    expect(answer).toMatchObject({ status, body: { details: [detail] } })
  }
  expect(
    await sendForm('/event_types', formOf({ name: 'X', owner: api.user, duration: 'long' })),
  ).toMatchObject({
    status: 422,
    body: { details: [{ parameter: 'duration' }] },
  })
  // JSON is held to its types.
  expect(
    await api.post('/event_types', { name: 'X', owner: api.user, duration: '30' }),
  ).toMatchObject({ status: 422 })
})

it('says that a scope is missing before it says what is wrong with the values', async () => {
  const without = await givenCalendly(world, host, ['calendars:read'])
  const lacking = {
    status: 403,
    body: { title: 'Insufficient scope', required_scopes: [expect.any(String)] },
  }
  for (const path of [
    '/invitees',
    '/event_types',
    '/one_off_event_types',
    '/shares',
    '/scheduling_links',
    '/contacts',
    '/invitee_no_shows',
    '/webhook_subscriptions',
    '/data_compliance/deletion/invitees',
    '/data_compliance/deletion/events',
  ]) {
    expect(await without.post(path, { nonsense: true }), path).toMatchObject(lacking)
  }
  for (const path of [
    '/scheduled_events?count=0',
    '/user_busy_times?user=nobody',
    '/contacts?page_token=!',
  ]) {
    expect(await without.get(path), path).toMatchObject(lacking)
  }
})

it('reads a page token of null, undefined or nothing as absent', async () => {
  for (const token of ['null', 'undefined', '']) {
    expect((await api.get(`/event_types?page_token=${token}`)).status).toBe(200)
  }
  expect((await api.get('/event_types?page_token=nonsense')).status).toBe(400)
})
