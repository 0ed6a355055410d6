// Calendly v2: event types for one occasion, their hours and their hosts.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  at,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  MONDAY,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { type Calendly, denied, givenCalendly, idsIn, notFound, unprocessable } from './calendly.ts'

let world: World
let host: GivenHost
let api: Calendly

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { name: 'Hanna Host', timeZone: 'Europe/Paris' })
  api = await givenCalendly(world, host)
})

const patch = (who: Calendly, path: string, body: unknown) =>
  who.send(path, {
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })

const wanted = (date_setting: unknown, more: Record<string, unknown> = {}) => ({
  name: 'Coffee',
  host: api.user,
  duration: 30,
  date_setting,
  ...more,
})

const spots = {
  type: 'spots',
  spots: [{ start_time: '2026-03-07T22:30:00Z', end_time: '2026-03-07T23:30:00Z' }],
}

async function given(date_setting: unknown): Promise<string> {
  const { status, body } = await api.post('/one_off_event_types', wanted(date_setting))
  expect(status, JSON.stringify(body)).toBe(201)
  return textAt(body, 'resource.uri')
}

async function startsOf(uri: string, from: string, to: string): Promise<string[]> {
  const { body } = await api.get(
    `/event_type_available_times?event_type=${uri}&start_time=${from}&end_time=${to}`,
  )
  return listAt(body, 'collection').map(each => textAt(each, 'start_time').slice(0, 16))
}

describe('an event type for one occasion', () => {
  it('is answered as that, and is neither listed nor on the booking page', async () => {
    const location = { kind: 'physical', location: 'The corner', additional_info: 'By the door' }
    const { status, body } = await api.post(
      '/one_off_event_types',
      wanted(spots, { location, co_hosts: [api.user] }),
    )
    expect(status).toBe(201)
    expect(at(body, 'resource')).toMatchObject({
      name: 'Coffee',
      type: 'AdhocEventType',
      active: true,
      secret: true,
      duration: 30,
      locations: [location],
    })
    const list = await api.get('/event_types')
    expect(idsIn(list.body)).toEqual([])
    expect(at(body, 'resource.type')).toBe('AdhocEventType')
    const page = await world.visitor.run(
      'query ($slug: String!) { bookingPage(slug: $slug) { eventTypes { totalCount } } }',
      {
        slug: host.slug,
      },
    )
    expect(page).toEqual({ bookingPage: { eventTypes: { totalCount: 0 } } })
  })

  it('offers its spots and nothing else, at any hour', async () => {
    const uri = await given(spots)
    expect(await startsOf(uri, '2026-03-02T08:00:00Z', '2026-03-20T00:00:00Z')).toEqual([
      '2026-03-07T22:30',
      '2026-03-07T23:00',
    ])
  })

  it("offers the host's hours within a range", async () => {
    const uri = await given({
      type: 'date_range',
      start_date: '2026-03-05',
      end_date: '2026-03-06',
    })
    const days = (await startsOf(uri, '2026-03-02T08:00:00Z', '2026-03-20T00:00:00Z')).map(start =>
      start.slice(0, 10),
    )
    expect([...new Set(days)]).toEqual(['2026-03-05', '2026-03-06'])
  })

  it('offers so many days ahead, of weekdays alone where it says', async () => {
    const everyDay = { overrides: [{ date: '2026-03-07', start: '10:00', end: '11:00' }] }
    const { schedules } = await host.run('{ schedules { id } }')
    await host.run(
      'mutation ($input: UpdateScheduleInput!) { updateSchedule(input: $input) { schedule { id } } }',
      {
        input: { id: textAt(schedules, '0.id'), ...everyDay },
      },
    )
    const daysOf = async (only_weekdays: boolean) => {
      const uri = await given({ type: 'days_in_future', days: 5, only_weekdays })
      const starts = await startsOf(uri, '2026-03-02T08:00:00Z', '2026-03-20T00:00:00Z')
      return [...new Set(starts.map(start => start.slice(8, 10)))]
    }
    expect(await daysOf(false)).toEqual(['02', '03', '04', '05', '06', '07'])
    expect(await daysOf(true)).toEqual(['02', '03', '04', '05', '06', '09'])
  })

  it('is refused in the words of the real API', async () => {
    const other = await givenCalendly(world, await givenHost(world))
    const post = (body: unknown) => api.post('/one_off_event_types', body)
    const stranger = { status: 403, body: denied('This user is not in your organization') }
    expect(await post(wanted(spots, { host: other.user }))).toMatchObject(stranger)
    expect(await post(wanted(spots, { co_hosts: [other.user] }))).toMatchObject(stranger)
    const past = { type: 'date_range', start_date: '2026-01-05', end_date: '2026-01-06' }
    expect(await post(wanted(past))).toMatchObject({
      status: 422,
      body: unprocessable({ parameter: 'date_setting.end_date', message: 'must be in the future' }),
    })
    expect((await post(wanted({ type: 'someday' }))).status).toBe(422)
    expect((await post(wanted(spots, { duration: 721 }))).status).toBe(422)
  })
})

describe('the hours of an event type', () => {
  const PATH = '/event_type_availability_schedules'

  it("are the user's own, until it gets others", async () => {
    const id = await givenEventType(host)
    const path = `${PATH}?event_type=${api.uri(`/event_types/${id}`)}`
    const before = await api.get(path)
    expect(before.status).toBe(200)
    expect(at(before.body, 'collection.0')).toMatchObject({
      event_type: api.uri(`/event_types/${id}`),
      availability_setting: 'host',
      availability_rule: { timezone: 'Europe/Paris', user: api.user },
    })
    const rules = [
      { type: 'wday', wday: 'saturday', intervals: [{ from: '10:00', to: '11:00' }] },
      { type: 'date', date: '2026-03-10', intervals: [{ from: '20:00', to: '20:30' }] },
      { type: 'date', date: '2026-03-14', intervals: [] },
    ]
    const { status, body } = await patch(api, path, {
      availability_rule: { timezone: 'UTC', rules },
    })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(listAt(body, 'resource.availability_rule.rules')).toEqual(expect.arrayContaining(rules))
    expect((await api.get(path)).body).toMatchObject({ collection: [at(body, 'resource')] })
    expect(
      await startsOf(api.uri(`/event_types/${id}`), '2026-03-02T08:00:00Z', '2026-03-20T00:00:00Z'),
    ).toEqual(['2026-03-07T10:00', '2026-03-07T10:30', '2026-03-10T20:00'])
    expect(listAt((await api.get('/user_availability_schedules')).body, 'collection')).toHaveLength(
      1,
    )
    const moved = await patch(api, path, { availability_rule: { timezone: 'Europe/London' } })
    expect(at(moved.body, 'resource.availability_rule')).toMatchObject({
      timezone: 'Europe/London',
      rules: at(body, 'resource.availability_rule.rules'),
    })
  })

  it('are refused by the invalid field, and told of own event types alone', async () => {
    const id = await givenEventType(host)
    const path = `${PATH}?event_type=${api.uri(`/event_types/${id}`)}`
    const rules = [{ type: 'wday', wday: 'monday', intervals: [{ from: '11:00', to: '10:00' }] }]
    expect(await patch(api, path, { availability_rule: { timezone: 'UTC', rules } })).toMatchObject(
      {
        status: 422,
        body: { details: [{ message: 'must be later than the start' }] },
      },
    )
    expect(
      (await patch(api, path, { availability_rule: { timezone: 'Mars/Base' } })).body,
    ).toMatchObject({
      details: [{ parameter: 'availability_rule.timezone' }],
    })
    const other = await givenCalendly(world, await givenHost(world))
    expect(await other.get(path)).toMatchObject({ status: 404, body: notFound })
    expect(await patch(other, path, { availability_rule: { timezone: 'UTC' } })).toMatchObject({
      status: 404,
    })
  })
})

it('an event type has one host', async () => {
  const id = await givenEventType(host)
  const { status, body } = await api.get(
    `/event_type_memberships?event_type=${api.uri(`/event_types/${id}`)}`,
  )
  expect(status).toBe(200)
  expect(at(body, 'pagination.count')).toBe(1)
  expect(at(body, 'collection.0')).toMatchObject({
    event_type: { name: 'Intro' },
    member: { uri: api.user },
  })
})
