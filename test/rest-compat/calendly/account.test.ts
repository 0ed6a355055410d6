// Calendly v2: what an organization has of its data: the activity log, and how it gets rid of what
// it knows.

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
import { type Calendly, givenCalendly, unprocessable } from './calendly.ts'

let world: World
let host: GivenHost
let api: Calendly

beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  api = await givenCalendly(world, host)
  const eventType = await givenEventType(host)
  world.clock.forward(60)
  await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
})

const log = (query = '') =>
  api.get(`/activity_log_entries?organization=${api.organization}&${query}`)

const namesIn = async (query = '') =>
  listAt((await log(query)).body, 'collection').map(entry => textAt(entry, 'fully_qualified_name'))

describe('the activity log', () => {
  it('tells what happened, newest first', async () => {
    const { body } = await log()
    expect(await namesIn()).toEqual(['ScheduledEvent.Create', 'Contact.Create', 'EventType.Create'])
    expect(body).toMatchObject({
      total_count: 3,
      exceeds_max_total_count: false,
      pagination: { count: 3 },
    })
    const NOW = '2026-03-02T08:00:00.000000Z'
    expect(textAt(body, 'last_event_time')).toBe(NOW)
    expect(at(body, 'collection.0')).toEqual({
      uri: expect.stringMatching(/\/activity_log_entries\/evt-/),
      occurred_at: NOW,
      namespace: 'ScheduledEvent',
      action: 'Create',
      fully_qualified_name: 'ScheduledEvent.Create',
      details: expect.objectContaining({ booking: expect.any(Object) }),
      organization: api.organization,
    })
  })

  it('is filtered, sorted and paged', async () => {
    expect(await namesIn('namespace=EventType,Contact')).toEqual([
      'Contact.Create',
      'EventType.Create',
    ])
    expect(await namesIn('action=Update')).toEqual([])
    expect(await namesIn('namespace=Contact&action=Create,Delete')).toEqual(['Contact.Create'])
    expect(await namesIn('min_occurred_at=2026-03-02T08:00:00Z')).toHaveLength(2)
    expect(await namesIn('max_occurred_at=2026-03-02T08:00:00Z')).toEqual(['EventType.Create'])
    expect(await namesIn('sort=occurred_at:asc&count=1')).toEqual(['EventType.Create'])
    expect(await namesIn(`actor=${api.user}`)).toEqual([])
    expect(await namesIn('search_term=%22ANN@example.org%22')).toHaveLength(2)
    expect(await namesIn('search_term=100%25')).toEqual([])
    const first = await log('count=2')
    expect(at(first.body, 'total_count')).toBe(3)
    const next = textAt(first.body, 'pagination.next_page').slice(world.url.length)
    expect(listAt((await api.get(next)).body, 'collection')).toHaveLength(1)
    expect((await log('sort=namespace')).status).toBe(400)
  })

  it('is for who has the scope, and for nobody else', async () => {
    const reader = await givenCalendly(world, host, ['bookings:read'])
    expect(await reader.get('/activity_log_entries')).toMatchObject({
      status: 403,
      body: { required_scopes: ['activity_log:read'] },
    })
    const stranger = await givenCalendly(world, await givenHost(world))
    expect(
      (await stranger.get(`/activity_log_entries?organization=${api.organization}`)).status,
    ).toBe(403)
    expect(listAt((await stranger.get('/activity_log_entries')).body, 'collection')).toEqual([])
  })
})

describe('data compliance', () => {
  const invitees = '/data_compliance/deletion/invitees'
  const events = '/data_compliance/deletion/events'

  it('erases invitees', async () => {
    expect(await api.post(invitees, { emails: ['ann@example.org'] })).toMatchObject({
      status: 202,
      body: {},
    })
    const { body } = await api.get('/scheduled_events')
    const uri = textAt(body, 'collection.0.uri').slice(world.url.length)
    const told = await api.get(`${uri}/invitees`)
    expect(textAt(told.body, 'collection.0.name')).toBe('Erased')
    expect(textAt(told.body, 'collection.0.email')).toMatch(/@erased\.invalid$/)
    expect(await api.post(invitees, { emails: ['nobody'] })).toMatchObject({
      status: 422,
      body: unprocessable({ parameter: 'emails', message: 'must be an e-mail address' }),
    })
    expect((await api.post(invitees, {})).status).toBe(422)
  })

  it('deletes past events', async () => {
    world.clock.set('2026-03-04T00:00:00Z')
    const range = { start_time: '2026-03-03T00:00:00Z', end_time: '2026-03-04T00:00:00Z' }
    expect(await api.post(events, range)).toMatchObject({ status: 202, body: {} })
    expect(listAt((await api.get('/scheduled_events')).body, 'collection')).toEqual([])
    expect(await api.post(events, { ...range, end_time: '2026-03-05T00:00:00Z' })).toMatchObject({
      status: 422,
      body: unprocessable({ parameter: 'end_time', message: 'must be in the past' }),
    })
  })

  it('takes a scope of its own', async () => {
    const writer = await givenCalendly(world, host, ['bookings:write', 'contacts:write'])
    for (const [path, body] of [
      [invitees, { emails: ['ann@example.org'] }],
      [events, { start_time: '2026-02-01T00:00:00Z', end_time: '2026-02-02T00:00:00Z' }],
    ] as const) {
      expect(await writer.post(path, body)).toMatchObject({
        status: 403,
        body: { required_scopes: ['data_compliance:write'] },
      })
    }
  })
})
