// Calendly v2: webhook subscriptions, and what they deliver.

import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { who } from '../../helpers/bookings.ts'
import { givenReceiver, type Received, type Receiver } from '../../helpers/receiver.ts'
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
import { deliveriesOf, turnOf } from '../../webhooks/delivery/given.ts'
import {
  type Calendly,
  denied,
  givenCalendly,
  idAt,
  idsIn,
  notFound,
  refusal,
  unprocessable,
} from './calendly.ts'
import { objectionsTo } from './official.ts'

let world: World
let host: GivenHost
let api: Calendly
let receiver: Receiver
let eventType: string

const NOW = '2026-03-02T07:00:00.000000Z'
const NINE = '2026-03-03T09:00:00Z'
const TEN = '2026-03-03T10:00:00Z'
const CANCEL =
  'mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { booking { id } } }'
const MOVE =
  'mutation ($input: RescheduleBookingInput!) { rescheduleBooking(input: $input) { booking { id } } }'

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { name: 'Hanna Host' })
  api = await givenCalendly(world, host)
  receiver = await givenReceiver()
  eventType = await givenEventType(host, {
    name: 'Intro call',
    locations: [{ kind: 'VIDEO', provider: 'zoom' }],
  })
})
afterEach(() => receiver.close())

const both = ['invitee.created', 'invitee.canceled']

const wanted = (more: Record<string, unknown> = {}) => ({
  url: receiver.url,
  events: both,
  organization: api.organization,
  user: api.user,
  scope: 'organization',
  ...more,
})

/** Subscribes the receiver; answers the subscription. */
async function subscribed(more: Record<string, unknown> = {}): Promise<unknown> {
  const { status, body } = await api.post('/webhook_subscriptions', wanted(more))
  expect(status, JSON.stringify(body)).toBe(201)
  return at(body, 'resource')
}

const eventOf = ({ json }: Received) => textAt(json, 'event')

describe('a subscription', () => {
  it('is made, told, listed and ended', async () => {
    const made = await subscribed({ signing_key: 'a key of my own' })
    const id = idAt(textAt(made, 'uri'))
    expect(made).toEqual({
      uri: api.uri(`/webhook_subscriptions/${id}`),
      callback_url: receiver.url,
      created_at: NOW,
      updated_at: NOW,
      retry_started_at: null,
      state: 'active',
      events: both,
      scope: 'organization',
      organization: api.organization,
      user: null,
      group: null,
      creator: api.user,
    })
    expect((await api.get(`/webhook_subscriptions/${id}`)).body).toEqual({ resource: made })
    const list = await api.get(`/webhook_subscriptions?organization=${api.organization}`)
    expect(at(list.body, 'collection')).toEqual([made])
    expect((await api.delete(`/webhook_subscriptions/${id}`)).status).toBe(204)
    expect(await api.get(`/webhook_subscriptions/${id}`)).toMatchObject({
      status: 404,
      body: notFound,
    })
    expect(await api.delete(`/webhook_subscriptions/${id}`)).toMatchObject({
      status: 404,
      body: notFound,
    })
  })

  it('answers a key that was made for it once', async () => {
    const made = await subscribed()
    expect(textAt(made, 'signing_key')).toMatch(/^.{30,}$/)
    const { body } = await api.get(textAt(made, 'uri').slice(world.url.length))
    expect(at(body, 'resource')).not.toHaveProperty('signing_key')
  })

  it('is listed by its scope, both ways, page by page', async () => {
    const mine = await subscribed({ scope: 'user', url: `${receiver.url}/user` })
    expect(mine).toMatchObject({ scope: 'user', user: api.user })
    const [one, two, three] = [
      await subscribed({ url: `${receiver.url}/1` }),
      await subscribed({ url: `${receiver.url}/2` }),
      await subscribed({ url: `${receiver.url}/3` }),
    ].map(each => idAt(textAt(each, 'uri')))
    const ids = async (query: string) =>
      idsIn((await api.get(`/webhook_subscriptions?${query}`)).body)
    const asked = `organization=${api.organization}&scope=organization`
    expect(await ids(asked)).toEqual([three, two, one])
    expect(await ids(`${asked}&sort=created_at:asc`)).toEqual([one, two, three])
    expect(await ids(`organization=${api.organization}&scope=user&user=${api.user}`)).toHaveLength(
      1,
    )
    const first = await api.get(`/webhook_subscriptions?${asked}&count=2`)
    const next = textAt(first.body, 'pagination.next_page').slice(world.url.length)
    expect(idsIn((await api.get(next)).body)).toEqual([one])
  })

  it('is refused in the words of the real API', async () => {
    await subscribed()
    expect(await api.post('/webhook_subscriptions', wanted())).toMatchObject({
      status: 409,
      body: refusal('Already Exists', 'Hook with this url already exists'),
    })
    expect(await api.post('/webhook_subscriptions', wanted({ url: 'nowhere' }))).toMatchObject({
      status: 422,
      body: unprocessable({ parameter: 'url', message: 'url must be a valid HTTPS URL' }),
    })
    const unknown = await api.post('/webhook_subscriptions', wanted({ events: ['invitee.born'] }))
    expect(unknown).toMatchObject({ status: 422, body: { details: [{ parameter: 'events[0]' }] } })
    expect(await api.post('/webhook_subscriptions', wanted({ events: [] }))).toMatchObject({
      status: 422,
      body: unprocessable({ parameter: 'events', message: 'must be filled' }),
    })
    const other = await givenHost(world)
    const theirs = {
      url: `${receiver.url}/2`,
      organization: api.uri(`/organizations/${other.id.replace('usr', 'org')}`),
    }
    expect(await api.post('/webhook_subscriptions', wanted(theirs))).toMatchObject({
      status: 403,
      body: denied('You do not have permission to access this resource.'),
    })
  })

  it('is refused for an event that its scope does not have', async () => {
    for (const [scope, event, only] of [
      ['organization', 'meeting_recap.updated', 'user'],
      ['user', 'routing_form_submission.created', 'organization'],
    ]) {
      expect(
        await api.post('/webhook_subscriptions', wanted({ scope, events: [event] })),
      ).toMatchObject({
        status: 400,
        body: refusal('Invalid Argument', `${event} is available in the scope ${only} only`),
      })
    }
  })

  it('may ask for what never comes', async () => {
    expect(
      await subscribed({
        scope: 'user',
        events: ['meeting_recap.created', 'meeting_recap.deleted'],
      }),
    ).toMatchObject({
      events: ['meeting_recap.created', 'meeting_recap.deleted'],
    })
    await givenBooking(world.visitor, eventType, NINE)
    expect(await receiver.more(300)).toEqual([])
  })
})

describe('a delivery', () => {
  it('tells of an invitee with their event, as the routes do', async () => {
    await subscribed()
    const { id, inviteeId } = await givenBooking(world.visitor, eventType, NINE)
    const { json, body } = await receiver.next()
    expect(body).toBe(JSON.stringify(json))
    const shown = await api.get(`/scheduled_events/${id}/invitees/${inviteeId}`)
    const event = at((await api.get(`/scheduled_events/${id}`)).body, 'resource')
    expect(json).toEqual({
      created_at: NOW,
      created_by: api.user,
      event: 'invitee.created',
      payload: {
        ...(at(shown.body, 'resource') as object),
        scheduled_event: {
          ...(at({ event }, 'event') as object),
          calendar_event: undefined,
          tracking: undefined,
          event_memberships: [{ user: api.user, user_email: host.email, user_name: 'Hanna Host' }],
        },
      },
    })
    expect(objectionsTo('WebhookPayload', json)).toEqual([])
  })

  it('tells of a cancellation with its reason, and of no show-ups that were not asked for', async () => {
    await subscribed()
    const { id } = await givenBooking(world.visitor, eventType, NINE)
    await api.post(`/scheduled_events/${id}/cancellation`, { reason: 'A storm' })
    const [created, canceled] = await receiver.take(2)
    expect(at(created?.json, 'payload.status')).toBe('active')
    expect(canceled?.json).toMatchObject({
      event: 'invitee.canceled',
      payload: {
        status: 'canceled',
        rescheduled: false,
        cancellation: {
          canceled_by: 'Hanna Host',
          reason: 'A storm',
          canceler_type: 'host',
          created_at: NOW,
        },
        scheduled_event: {
          status: 'canceled',
          invitees_counter: { total: 1, active: 0, limit: 1 },
        },
      },
    })
    expect(objectionsTo('WebhookPayload', canceled?.json)).toEqual([])
  })

  it('tells of a move as a cancellation and a new invitee, each with the other', async () => {
    await subscribed()
    const { id, inviteeId } = await givenBooking(world.visitor, eventType, NINE)
    await host.run(MOVE, { input: { id, start: TEN } })
    const [, canceled, created] = await receiver.take(3)
    const old = api.uri(`/scheduled_events/${id}/invitees/${inviteeId}`)
    expect(canceled?.json).toMatchObject({
      event: 'invitee.canceled',
      payload: {
        uri: old,
        rescheduled: true,
        old_invitee: null,
        scheduled_event: { status: 'canceled' },
      },
    })
    expect(created?.json).toMatchObject({
      event: 'invitee.created',
      payload: {
        uri: textAt(canceled?.json, 'payload.new_invitee'),
        old_invitee: old,
        rescheduled: false,
        new_invitee: null,
        status: 'active',
        scheduled_event: { status: 'active', start_time: '2026-03-03T10:00:00.000000Z' },
      },
    })
    expect(at(created?.json, 'payload')).not.toHaveProperty('cancellation')
    expect(await receiver.more(200)).toEqual([])
  })

  it('tells of each invitee of an event that ends for all', async () => {
    const course = await givenEventType(host, { seats: 3 })
    await subscribed()
    const ann = await givenBooking(world.visitor, course, NINE, who('Ann'))
    await givenBooking(world.visitor, course, NINE, who('Ben'))
    await givenBooking(world.visitor, course, NINE, who('Cleo'))
    await world.visitor.run(CANCEL, { input: { token: ann.token } })
    await host.run(CANCEL, { input: { id: ann.id } })
    const told = (await receiver.take(6)).map(({ json }) => [
      textAt(json, 'event'),
      textAt(json, 'payload.name'),
    ])
    expect(told).toEqual([
      ['invitee.created', 'Ann'],
      ['invitee.created', 'Ben'],
      ['invitee.created', 'Cleo'],
      ['invitee.canceled', 'Ann'],
      ['invitee.canceled', 'Ben'],
      ['invitee.canceled', 'Cleo'],
    ])
  })

  it('tells of a booking that the host approves when they have', async () => {
    const onRequest = await givenEventType(host, { confirmation: 'ALWAYS' })
    await subscribed()
    const { id } = await givenBooking(world.visitor, onRequest, NINE)
    expect(await receiver.more(200)).toEqual([])
    await host.run(
      'mutation ($id: ID!) { approveBooking(input: { id: $id }) { booking { id } } }',
      { id },
    )
    expect(eventOf(await receiver.next())).toBe('invitee.created')
  })

  it('tells nothing of a booking that ends before it was approved, by a move or for good', async () => {
    const onRequest = await givenEventType(host, { confirmation: 'ALWAYS' })
    await subscribed({ events: [...both, 'invitee.rescheduled'] })
    const { token } = await givenBooking(world.visitor, onRequest, NINE)
    const moved = await world.visitor.run(
      `mutation ($input: RescheduleBookingInput!) { rescheduleBooking(input: $input) { booking { id status } } }`,
      { input: { token, start: TEN } },
    )
    expect(at(moved, 'rescheduleBooking.booking.status')).toBe('PENDING')
    await host.run(CANCEL, { input: { id: textAt(moved, 'rescheduleBooking.booking.id') } })
    expect(await receiver.more(300)).toEqual([])
  })

  it('tells of a move that confirms as of a new invitee, and of one that asks for approval again as of an end', async () => {
    const onRequest = await givenEventType(host, { confirmation: 'ALWAYS' })
    await subscribed({ events: [...both, 'invitee.rescheduled'] })
    const { id } = await givenBooking(world.visitor, onRequest, NINE)
    const moved = await host.run(
      `mutation ($input: RescheduleBookingInput!) { rescheduleBooking(input: $input) { booking { invitees { linkToken } } } }`,
      { input: { id, start: TEN, confirms: true } },
    )
    expect((await receiver.take(1)).map(eventOf)).toEqual(['invitee.created'])
    const token = textAt(moved, 'rescheduleBooking.booking.invitees.0.linkToken')
    await world.visitor.run(MOVE, { input: { token, start: '2026-03-03T11:00:00Z' } })
    expect((await receiver.take(1)).map(eventOf)).toEqual(['invitee.canceled'])
    expect(await receiver.more(300)).toEqual([])
  })

  it('tells of no-shows', async () => {
    await subscribed({ events: ['invitee_no_show.created', 'invitee_no_show.deleted'] })
    const { id, inviteeId } = await givenBooking(world.visitor, eventType, NINE)
    world.clock.set(TEN)
    await api.post('/invitee_no_shows', {
      invitee: api.uri(`/scheduled_events/${id}/invitees/${inviteeId}`),
    })
    await api.delete(`/invitee_no_shows/${inviteeId}`)
    const [created, deleted] = await receiver.take(2)
    expect(created?.json).toMatchObject({
      event: 'invitee_no_show.created',
      payload: {
        status: 'active',
        no_show: {
          uri: api.uri(`/invitee_no_shows/${inviteeId}`),
          created_at: '2026-03-03T10:00:00.000000Z',
        },
      },
    })
    expect(deleted?.json).toMatchObject({
      event: 'invitee_no_show.deleted',
      payload: { no_show: null },
    })
  })

  it('is signed anew at every attempt', async () => {
    receiver.answer(500)
    const hook = idAt(textAt(await subscribed({ signing_key: 'k' }), 'uri'))
    await givenBooking(world.visitor, eventType, NINE)
    const first = await receiver.next()
    await vi.waitFor(async () =>
      expect(await deliveriesOf(host, hook)).toMatchObject([{ status: 'RETRYING' }]),
    )
    receiver.answer(200)
    world.clock.forward(1)
    const { databaseId } = z
      .object({ databaseId: z.int() })
      .parse(
        (await host.run('query ($id: ID!) { hook(id: $id) { databaseId } }', { id: hook })).hook,
      )
    await turnOf(world, { databaseId })
    const second = await receiver.next()
    const times = [first, second].map(({ headers, body }) => {
      const [, t = '', v1] =
        /^t=(\d+),v1=([\da-f]{64})$/.exec(headers['calendly-webhook-signature'] ?? '') ?? []
      expect(v1).toBe(createHmac('sha256', 'k').update(`${t}.${body}`).digest('hex'))
      return Number(t)
    })
    expect(second.body).toBe(first.body)
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(60)
  })
})

describe('sample data', () => {
  it.each([...both, 'invitee_no_show.created'])(
    'of %s are as a real delivery, with invented facts',
    async name => {
      await subscribed({ events: [name] })
      const { id, inviteeId } = await givenBooking(world.visitor, eventType, NINE)
      if (name === 'invitee.canceled') await api.post(`/scheduled_events/${id}/cancellation`)
      if (name === 'invitee_no_show.created') {
        world.clock.set(TEN)
        await api.post('/invitee_no_shows', {
          invitee: api.uri(`/scheduled_events/${id}/invitees/${inviteeId}`),
        })
      }
      const real = await receiver.next()
      const { status, body } = await api.get(
        `/sample_webhook_data?event=${name}&organization=${api.organization}&scope=user&user=${api.user}`,
      )
      expect(status).toBe(200)
      expect(body).toMatchObject({
        event: name,
        created_by: api.user,
        payload: { email: 'ada@example.com' },
      })
      const keysOf = (json: unknown, path: string) => Object.keys(Object(at(json, path)))
      for (const path of ['payload', 'payload.scheduled_event'])
        expect(keysOf(body, path)).toEqual(keysOf(real.json, path))
      expect(objectionsTo('WebhookPayload', { ...Object(body), event: 'invitee.created' })).toEqual(
        [],
      )
    },
  )

  it('of an event type are as the route shows it', async () => {
    const { body } = await api.get('/sample_webhook_data?event=event_type.deleted')
    expect(at(body, 'payload')).toMatchObject({ name: '30 Minute Meeting', deleted_at: NOW })
    expect(at(body, 'payload')).not.toHaveProperty('description_html')
  })

  it('are for who may read webhooks, and of their own organization', async () => {
    const reader = await givenCalendly(world, host, ['bookings:read'])
    expect((await reader.get('/sample_webhook_data?event=invitee.created')).status).toBe(403)
    const other = await givenCalendly(world, await givenHost(world))
    expect(
      await api.get(`/sample_webhook_data?event=invitee.created&user=${other.user}`),
    ).toMatchObject({
      status: 403,
      body: denied('This user is not in your organization'),
    })
    expect((await api.get('/sample_webhook_data?event=invitee.born')).status).toBe(400)
  })
})

describe("the guide's receiver", () => {
  it('accepts what it is sent, and finds in it what it looks for', async () => {
    const lines: string[] = []
    const done: string[] = []
    let handle = (_request: object, _response: object) => {}
    Object.assign(globalThis, {
      app: { post: (_path: string, handler: typeof handle) => (handle = handler) },
      syncToCRM: () => done.push('synced'),
      removeFromCRM: () => done.push('removed'),
      updateCRM: () => done.push('updated'),
      console: { ...console, log: (line: string) => lines.push(line) },
    })
    const code = readFileSync(new URL('guide-webhook.txt', import.meta.url))
    await import(/* @vite-ignore */ `data:text/javascript;base64,${code.toString('base64')}`)

    const made = await subscribed({ events: [...both, 'invitee.rescheduled'] })
    process.env.CALENDLY_WEBHOOK_SECRET = textAt(made, 'signing_key')
    const { id } = await givenBooking(world.visitor, eventType, NINE, {
      invitee: { name: 'Zoë “Ö” 🙂', email: 'zoe@example.org', timeZone: 'Europe/Berlin' },
    })
    await host.run(MOVE, { input: { id, start: TEN } })
    for (const { headers, json } of await receiver.take(4)) {
      const statuses: number[] = []
      const response = {
        status(code: number) {
          statuses.push(code)
          return this
        },
        send: () => {},
      }
      handle({ headers, body: json }, response)
      expect(statuses).toEqual([200])
    }
    expect(done).toEqual(['synced', 'removed', 'synced', 'updated'])
    expect(lines).toEqual([
      'New booking: 2026-03-03T09:00:00.000000Z',
      'Invitee: zoe@example.org',
      `Booking canceled: ${api.uri(`/scheduled_events/${id}`)}`,
      'New booking: 2026-03-03T10:00:00.000000Z',
      'Invitee: zoe@example.org',
      'Booking rescheduled: 2026-03-03T10:00:00.000000Z',
    ])
  })
})
