// The pages that an invitee's link leads to, and the links that Calendly's API and webhooks carry.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cancel } from '../helpers/bookings.ts'
import { givenReceiver, type Receiver } from '../helpers/receiver.ts'
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
} from '../helpers/world.ts'
import { type Calendly, givenCalendly } from '../rest-compat/calendly/calendly.ts'
import { follow, formIn, givenProfile, open, submit, wordsOf } from './browser.ts'

let world: World
let host: GivenHost
let eventType: string
let receiver: Receiver

const NINE = '2026-03-03T09:00:00Z'
const ANN = { name: 'Ann Arbor', email: 'ann@example.org' }

beforeAll(async () => {
  world = await givenWorld()
  receiver = await givenReceiver()
})
afterAll(async () => {
  await receiver.close()
  await world.end()
})
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { name: 'Hanna Host' })
  await givenProfile(host, { timeFormat: 24 })
  eventType = await givenEventType(host, { name: 'Intro', slug: 'intro' })
})
afterEach(() => world.clock.set(MONDAY))

const bookingOf = (token: string) =>
  world.visitor.run(
    'query ($token: String) { booking(token: $token) { status cancellation { reason } } }',
    { token },
  )

describe('a cancellation', () => {
  it('is asked for by GET, done by the form, and told after', async () => {
    const { token } = await givenBooking(world.visitor, eventType, NINE)
    const page = await open(`${world.url}/cancellations/${token}`)
    expect(page.title).toBe('Cancel this booking?')
    expect(wordsOf(page.html)).toContain(
      'Intro with Hanna Host Tuesday, 3 March 2026, 10:00–10:30 (Europe/Berlin)',
    )
    expect(at(await bookingOf(token), 'booking.status')).toBe('CONFIRMED')
    const done = await submit(page, { reason: 'A <cold>' })
    expect([done.url, done.title]).toEqual([
      `${world.url}/booking/${token}`,
      'This booking is cancelled',
    ])
    expect(wordsOf(done.html)).toContain('Reason: A <cold>')
    expect(at(await bookingOf(token), 'booking')).toEqual({
      status: 'CANCELLED',
      cancellation: { reason: 'A <cold>' },
    })
    expect((await submit(page)).title).toBe('This booking is cancelled')
    expect((await open(`${world.url}/cancellations/${token}`)).title).toBe(
      'This booking is cancelled',
    )
  })

  it('keeps a reason that is too long', async () => {
    const { token } = await givenBooking(world.visitor, eventType, NINE)
    const reason = 'x'.repeat(10_001)
    const again = await submit(await open(`${world.url}/cancellations/${token}`), { reason })
    expect(again.status).toBe(422)
    expect(formIn(again).fields).toContainEqual(['reason', reason])
    expect(at(await bookingOf(token), 'booking.status')).toBe('CONFIRMED')
  })
})

describe('a move', () => {
  it('goes by the days and starts of the event type to a new booking with a link of its own', async () => {
    const { token } = await givenBooking(world.visitor, eventType, NINE)
    const page = await open(`${world.url}/reschedulings/${token}`)
    expect(page.title).toBe('Choose another time')
    const day = await open(`${page.url}?date=2026-03-04&timezone=America/New_York`)
    const form = await follow(day, '05:00')
    expect([form.title, wordsOf(form.html)]).toEqual([
      'Move this booking?',
      expect.stringContaining('Wednesday, 4 March 2026, 05:00 (America/New York)'),
    ])
    const moved = await submit(form, { reason: 'A train' })
    expect(moved.title).toBe('You are booked')
    expect(wordsOf(moved.html)).toContain('Wednesday, 4 March 2026, 11:00–11:30 (Europe/Berlin)')
    expect(moved.url).not.toContain(token)

    const old = await open(`${world.url}/cancellations/${token}`)
    expect(old.title).toBe('This booking was moved')
    expect((await follow(old, 'See the new time')).url).toBe(moved.url)
    expect((await submit(form)).title).toBe('This booking was moved')
    expect((await follow(moved, 'Cancel')).title).toBe('Cancel this booking?')
  })

  it('offers the nearest starts when the one that was wanted is taken', async () => {
    const { token } = await givenBooking(world.visitor, eventType, NINE)
    const form = await open(`${world.url}/reschedulings/${token}?start=2026-03-04T10:00:00Z`)
    await givenBooking(world.visitor, eventType, '2026-03-04T10:00:00Z', {
      invitee: { name: 'Ben', email: 'ben@example.org' },
    })
    const taken = await submit(form, { reason: 'A train' })
    expect([taken.status, wordsOf(taken.html)]).toEqual([
      409,
      expect.stringContaining('The start is taken.'),
    ])
    expect(formIn(taken).fields).toContainEqual(['reason', 'A train'])
    expect(formIn(taken).fields.map(([name]) => name)).not.toContain('start')
    expect((await submit(taken, { start: '2026-03-04T10:30:00.000Z' })).title).toBe(
      'You are booked',
    )
  })

  it('says what else can be done when the event type is off', async () => {
    const { token } = await givenBooking(world.visitor, eventType, NINE)
    await host.run(
      'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id } } }',
      {
        id: eventType,
      },
    )
    const page = await open(`${world.url}/reschedulings/${token}`)
    expect(page.status).toBe(200)
    expect((await follow(page, 'cancel it')).title).toBe('Cancel this booking?')
  })
})

describe('a link', () => {
  const paths = ['booking', 'cancellations', 'reschedulings']

  it('with a wrong secret opens nothing, and says as much as one that never was', async () => {
    const { token, inviteeId } = await givenBooking(world.visitor, eventType, NINE)
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
    for (const path of paths) {
      const wrong = await open(`${world.url}/${path}/${forged}`)
      expect([wrong.status, wrong.title]).toEqual([404, 'This is not here'])
      expect((await open(`${world.url}/${path}/inv_nobody.nothing`)).html).toBe(wrong.html)
      const bare = await open(`${world.url}/${path}/${inviteeId}`)
      expect([bare.status, wordsOf(bare.html)]).toEqual([
        403,
        expect.stringContaining('does not carry the right'),
      ])
      expect((await open(`${world.url}/${path}/inv_nobody`)).html).toBe(bare.html)
    }
    const form = await open(`${world.url}/cancellations/${token}`)
    for (const secret of [forged, inviteeId]) {
      const answer = await fetch(`${world.url}/cancellations/${secret}`, {
        method: 'POST',
        body: new URLSearchParams(),
      })
      expect([403, 404]).toContain(answer.status)
    }
    expect((await submit(form, {}, { headers: { origin: 'https://evil.example' } })).status).toBe(
      403,
    )
    expect(at(await bookingOf(token), 'booking.status')).toBe('CONFIRMED')
  })

  it('tells when the host cancelled, and when the meeting is over', async () => {
    const { id, token } = await givenBooking(world.visitor, eventType, NINE)
    await cancel(host, { id, reason: 'A storm' })
    const page = await open(`${world.url}/reschedulings/${token}`)
    expect([page.title, wordsOf(page.html)]).toEqual([
      'This booking is cancelled',
      expect.stringContaining('A storm'),
    ])
    const other = await givenBooking(world.visitor, eventType, NINE)
    world.clock.set('2026-03-03T12:00:00Z')
    expect((await open(`${world.url}/cancellations/${other.token}`)).title).toBe(
      'This meeting is over',
    )
  })

  it('shows nobody else who shares the booking', async () => {
    const shared = await givenEventType(host, { name: 'Class', seats: 5 })
    const { token } = await givenBooking(world.visitor, shared, NINE)
    await givenBooking(world.visitor, shared, NINE, {
      invitee: { name: 'Ben Secret', email: 'ben@example.org' },
    })
    const page = await open(`${world.url}/booking/${token}`)
    expect(page.html).not.toContain('ben@example.org')
    const left = await submit(await follow(page, 'Cancel'))
    expect(left.title).toBe('This booking is cancelled')
  })
})

describe("the links of Calendly's API", () => {
  let api: Calendly

  beforeEach(async () => {
    api = await givenCalendly(world, host)
  })

  /**
   * Books the first available time by the page that its link leads to; answers the invitee as the
   * API tells it.
   */
  async function bookedByLink(): Promise<unknown> {
    const times = await api.get(
      `/event_type_available_times?event_type=${api.uri(`/event_types/${eventType}`)}&start_time=2026-03-03T00:00:00Z&end_time=2026-03-04T00:00:00Z`,
    )
    const form = await open(textAt(times.body, 'collection.0.scheduling_url'))
    expect((await submit(form, ANN)).title).toBe('You are booked')
    const events = await api.get('/scheduled_events?status=active')
    const { body } = await api.get(
      `${textAt(events.body, 'collection.0.uri').slice(world.url.length)}/invitees`,
    )
    return at(body, 'collection.0')
  }

  it('book a time, move it and cancel it', async () => {
    const invitee = await bookedByLink()
    const page = await open(`${textAt(invitee, 'reschedule_url')}?date=2026-03-05`)
    const moved = await submit(await follow(page, '10:00'))
    expect(moved.title).toBe('You are booked')
    const seen = await api.get(textAt(invitee, 'uri').slice(world.url.length))
    const next = await api.get(textAt(seen.body, 'resource.new_invitee').slice(world.url.length))
    const done = await submit(await open(textAt(next.body, 'resource.cancel_url')))
    expect(done.title).toBe('This booking is cancelled')
  })

  it('lead to the pages of the user, the event type, and of a link that books once', async () => {
    const user = await api.get('/users/me')
    expect((await open(textAt(user.body, 'resource.scheduling_url'))).title).toBe('Hanna Host')
    const type = await api.get(`/event_types/${eventType}`)
    expect((await open(textAt(type.body, 'resource.scheduling_url'))).title).toBe('Intro')
    const link = await api.post('/scheduling_links', {
      max_event_count: 1,
      owner: textAt(type.body, 'resource.uri'),
      owner_type: 'EventType',
    })
    expect((await open(textAt(link.body, 'resource.booking_url'))).title).toBe('Intro')
  })

  it('carry the right to act only for tokens that may change bookings, and to receivers of the host', async () => {
    const reader = await givenCalendly(world, host, ['bookings:read'])
    const subscribed = await api.post('/webhook_subscriptions', {
      url: receiver.url,
      events: ['invitee.created', 'invitee.canceled'],
      organization: api.organization,
      user: api.user,
      scope: 'organization',
    })
    expect(subscribed.status).toBe(201)
    const invitee = await bookedByLink()
    const read = await reader.get(textAt(invitee, 'uri').slice(world.url.length))
    const refused = await open(textAt(read.body, 'resource.cancel_url'))
    expect([refused.status, refused.title]).toEqual([403, 'This cannot be done'])

    const told = await receiver.next()
    expect(textAt(told.json, 'payload.cancel_url')).toBe(textAt(invitee, 'cancel_url'))
    const done = await submit(await open(textAt(told.json, 'payload.cancel_url')))
    expect(done.title).toBe('This booking is cancelled')
    const ended = await receiver.next()
    expect((await open(textAt(ended.json, 'payload.reschedule_url'))).title).toBe(
      'This booking is cancelled',
    )
  })
})
