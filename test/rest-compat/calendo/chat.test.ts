import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import {
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../../helpers/world.ts'
import { calendoOf } from './calendo.ts'

let world: World
let jane: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  jane = await givenHost(world, { name: 'Jane Smith' })
  await givenEventType(jane, { name: '30-minute call' })
})
afterAll(() => world.end())

const Answer = z.looseObject({ session_id: z.string(), message: z.string() })

const chat = async (message: string, more: Record<string, unknown> = {}) =>
  Answer.parse(
    (await calendoOf(world).post('/ai/chat', { booking_page_slug: jane.slug, message, ...more }))
      .body,
  )

it('suggests an event type and free times, in the zone of the invitee', async () => {
  const answer = await chat('I need a 30 minute call next Tuesday afternoon', {
    timezone: 'Europe/Berlin',
  })
  expect(answer).toMatchObject({
    session_id: expect.stringMatching(/^chat_/),
    message: expect.stringContaining('30-minute call with Jane Smith'),
    action: {
      type: 'suggest_booking',
      event_slug: '30-minute-call',
      preferred_dates: ['2026-03-10'],
      preferred_time: 'afternoon',
      timezone: 'Europe/Berlin',
    },
  })
})

it('keeps the thread by session_id, up to the booking', async () => {
  const { session_id } = await chat('Wednesday at 3pm', { timezone: 'America/New_York' })
  const asked = await chat('the first, please', { session_id })
  expect(asked.action).toMatchObject({
    type: 'collect_details',
    missing: 'name',
    event_slug: '30-minute-call',
  })
  const booked = await chat('Bob, bob@example.com', { session_id })
  expect(booked.action).toEqual({
    type: 'confirm_booking',
    event_slug: '30-minute-call',
    booking: {
      uid: expect.stringMatching(/^bk_/),
      event_name: '30-minute call',
      invitee_name: 'Bob',
      invitee_email: 'bob@example.com',
      start_time: '2026-03-04 15:30:00',
      end_time: '2026-03-04 16:00:00',
      status: 'confirmed',
      timezone: 'America/New_York',
    },
  })
})

it('answers words alone with no action, and refuses under the names of its own fields', async () => {
  expect((await chat('Hi!')).action).toBeNull()
  const visitor = calendoOf(world)
  const refused = { booking_page_slug: jane.slug, message: 'a'.repeat(1001), timezone: 'Mars' }
  expect(await visitor.post('/ai/chat', refused)).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/^message must .*; timezone must be an IANA time zone/) },
  })
  expect(await visitor.post('/ai/chat', { message: 'Hi!' })).toMatchObject({
    status: 400,
    body: { error: 'booking_page_slug is missing' },
  })
  expect(
    (await visitor.post('/ai/chat', { booking_page_slug: 'nobody-here', message: 'Hi!' })).status,
  ).toBe(404)
})
