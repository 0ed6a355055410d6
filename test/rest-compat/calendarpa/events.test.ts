// GET /events of CalendarPA v1: what happened, for who polls.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { cancel, who } from '../../helpers/bookings.ts'
import { givenReceiver } from '../../helpers/receiver.ts'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  type World,
} from '../../helpers/world.ts'
import { givenToken, type Rest, restOf } from '../rest.ts'

let world: World
let host: GivenHost
let rest: Rest

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  host = await givenHost(world)
  rest = restOf(`${world.url}/api/v1`, await givenToken(host))
})

const book = async (start: string) =>
  givenBooking(world.visitor, await givenEventType(host), start, who('Ann'))

it('tells each event as a hook was told it', async () => {
  const receiver = await givenReceiver()
  const events = ['BOOKING_CREATED', 'BOOKING_CANCELLED', 'CONTACT_CREATED']
  await rest.post('/hooks', { target_url: receiver.url, events })
  const { id } = await book('2026-03-03T10:00:00Z')
  await cancel(host, { id, reason: 'Ill' })
  for (const delivery of await receiver.take(3)) {
    const polled = await rest.get(`/events?event=${delivery.headers['x-calendarpa-event']}`)
    expect(polled).toMatchObject({
      status: 200,
      body: { data: [delivery.json], cursor: null, has_more: false },
    })
  }
  await receiver.close()
})

it('pages, newest first', async () => {
  for (const hour of ['10', '11', '12']) await book(`2026-03-03T${hour}:00:00Z`)
  const all = listAt((await rest.get('/events?event=BOOKING_CREATED')).body, 'data')
  const starts = all.map(each => at(each, 'data.booking.start_time'))
  expect(starts).toEqual(['12', '11', '10'].map(hour => `2026-03-03T${hour}:00:00.000Z`))
  const { body } = await rest.get('/events?event=BOOKING_CREATED&limit=2')
  const next = await rest.get(`/events?event=BOOKING_CREATED&limit=2&cursor=${at(body, 'cursor')}`)
  expect([...listAt(body, 'data'), ...listAt(next.body, 'data')]).toEqual(all)
})

it('needs to know which kind, and the scope for it', async () => {
  expect(await rest.get('/events')).toMatchObject({
    status: 400,
    body: { code: 'INVALID_REQUEST', details: [{ field: 'event', message: 'is missing' }] },
  })
  expect(await rest.get('/events?event=HOOK_DISABLED')).toMatchObject({ status: 400 })
  const narrow = restOf(`${world.url}/api/v1`, await givenToken(host, ['bookings:read']))
  expect(await narrow.get('/events?event=BOOKING_CREATED')).toMatchObject({ status: 200 })
  expect(await narrow.get('/events?event=CONTACT_CREATED')).toMatchObject({
    status: 403,
    body: { code: 'INSUFFICIENT_SCOPE' },
  })
})
