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
import { type Calendly, denied, givenCalendly, idsIn, unprocessable } from './calendly.ts'

let world: World
let host: GivenHost
let api: Calendly
let eventType: string

beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  api = await givenCalendly(world, host)
  eventType = await givenEventType(host, {
    name: 'Intro call',
    locations: [{ kind: 'IN_PERSON', address: '1 High Street' }],
    questions: [{ key: 'topic', label: 'What about?', kind: 'TEXT' }],
  })
})

const BOOK_BY = `mutation ($link: ID!, $start: DateTime!) {
  book(input: {
    eventType: { link: $link }, start: $start, invitee: { name: "Ann", email: "ann@example.org", timeZone: "UTC" }
  }) { booking { start end eventType { name } } }
}`

describe('a share', () => {
  it('copies an event type, with what is named changed, behind a link that books once', async () => {
    const rules = [{ type: 'wday', wday: 'sunday', intervals: [{ from: '20:00', to: '21:00' }] }]
    const { status, body } = await api.post('/shares', {
      event_type: api.uri(`/event_types/${eventType}`),
      name: 'For Ann',
      duration: 60,
      period_type: 'fixed',
      start_date: '2026-03-07',
      end_date: '2026-03-09',
      hide_location: true,
      availability_rule: { rules, timezone: 'UTC' },
    })
    expect(status, JSON.stringify(body)).toBe(201)
    const share = at(body, 'resource')
    expect(share).toMatchObject({
      scheduling_links: [{ owner_type: 'EventType' }],
      share_override: {
        name: 'For Ann',
        duration: 60,
        duration_options: null,
        period_type: 'fixed',
        start_date: '2026-03-07',
        end_date: '2026-03-09',
        max_booking_time: null,
        hide_location: true,
        location_configurations: [
          { kind: 'physical', location: '1 High Street', additional_info: null, position: 0 },
        ],
        availability_rule: { timezone: 'UTC' },
      },
    })
    expect(listAt(share, 'share_override.availability_rule.rules')).toContainEqual(rules[0])

    const owner = textAt(share, 'scheduling_links.0.owner').slice(world.url.length)
    expect((await api.get(owner)).body).toMatchObject({
      resource: {
        type: 'AdhocEventType',
        secret: true,
        active: true,
        custom_questions: [{ name: 'What about?' }],
      },
    })
    const [, link] = /\/d\/(lnk_\w+)\//.exec(textAt(share, 'scheduling_links.0.booking_url')) ?? []
    const start = '2026-03-08T20:00:00Z'
    expect(await world.visitor.run(BOOK_BY, { link, start })).toMatchObject({
      book: { booking: { eventType: { name: 'For Ann' }, end: '2026-03-08T21:00:00.000Z' } },
    })
    expect(await world.visitor.codeOf(BOOK_BY, { link, start })).toBe('NOT_FOUND')
  })

  it('copies all that is not named', async () => {
    const { body } = await api.post('/shares', { event_type: api.uri(`/event_types/${eventType}`) })
    expect(at(body, 'resource.share_override')).toMatchObject({
      name: 'Intro call',
      duration: 30,
      period_type: 'moving',
      max_booking_time: 60,
      start_date: null,
      hide_location: false,
    })
    // It is for one occasion, and not listed.
    expect(idsIn((await api.get('/event_types')).body)).toEqual([eventType])
    const near = await api.post('/shares', {
      event_type: api.uri(`/event_types/${eventType}`),
      period_type: 'moving',
      max_booking_time: 3,
    })
    expect(at(near.body, 'resource.share_override.max_booking_time')).toBe(3)
  })

  it('applies bounds without a period type to the period of the event type', async () => {
    const event_type = api.uri(`/event_types/${eventType}`)
    const near = await api.post('/shares', { event_type, max_booking_time: 3 })
    expect(at(near.body, 'resource.share_override')).toMatchObject({
      period_type: 'moving',
      max_booking_time: 3,
    })
  })

  it.each([
    [{ start_date: '2026-03-07' }, 'start_date', 'requires period_type fixed'],
    [{ end_date: '2026-03-07' }, 'end_date', 'requires period_type fixed'],
  ])('rejects %j for an event type of another period', async (bounds, parameter, message) => {
    const event_type = api.uri(`/event_types/${eventType}`)
    expect(await api.post('/shares', { event_type, ...bounds })).toMatchObject({
      status: 422,
      body: unprocessable({ parameter, message }),
    })
  })

  it('rejects max_booking_time for an event type with fixed dates', async () => {
    await host.run(
      `mutation ($id: ID!) { updateEventType(input: { id: $id, bookingWindow: {
        kind: RANGE, firstDay: "2026-03-07", lastDay: "2026-03-09"
      } }) { eventType { id } } }`,
      { id: eventType },
    )
    const event_type = api.uri(`/event_types/${eventType}`)
    expect(await api.post('/shares', { event_type, max_booking_time: 3 })).toMatchObject({
      status: 422,
      body: unprocessable({
        parameter: 'max_booking_time',
        message: 'requires period_type moving or available_moving',
      }),
    })
  })

  it('is refused without the bounds of its period, and without a right to the event type', async () => {
    const event_type = api.uri(`/event_types/${eventType}`)
    const ask = (more: object) => api.post('/shares', { event_type, ...more })
    expect(await ask({ period_type: 'fixed', start_date: '2026-03-07' })).toMatchObject({
      status: 422,
      body: unprocessable({ parameter: 'end_date', message: 'is missing' }),
    })
    expect(await ask({ period_type: 'moving' })).toMatchObject({ status: 422 })
    expect(await ask({ duration: 721 })).toMatchObject({ status: 422 })
    const stranger = await givenCalendly(world, await givenHost(world))
    expect((await stranger.post('/shares', { event_type })).status).toBe(404)
    expect(idsIn((await api.get('/event_types')).body)).toHaveLength(1)
  })
})

it('meetings of an account have no limits, and cannot get any', async () => {
  const path = `/user_meeting_limits?user=${api.user}`
  expect((await api.get(path)).body).toEqual({
    collection: [{ daily_limit: null, weekly_limit: null, monthly_limit: null }],
  })
  expect(await api.patch(path, { daily_limit: 3 })).toMatchObject({
    status: 403,
    body: denied('Meetings of a whole account cannot be limited here; those of an event type can.'),
  })
})
