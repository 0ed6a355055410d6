import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { ai } from '../../rest-compat/calendo/ai.ts'
import { Refused } from '../../src/graph/refused.ts'
import { ask } from '../../src/http/ask.ts'
import { type GivenHost, givenEventType, givenHost, givenWorld, type World } from '../helpers/world.ts'

let world: World
let jane: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  jane = await givenHost(world, { name: 'Jane Smith' })
  await givenEventType(jane, { name: '30-minute call' })
})
afterAll(() => world.end())

const Answer = z.looseObject({ session_id: z.string(), message: z.string() })

/** What the route answers to a body, by the mutation. */
async function chat(body: Record<string, unknown>) {
  const [route] = ai
  const context = {
    ...world.gateway.deps,
    viewer: null,
    requestId: 'test',
    clientAddress: '127.0.0.1',
    setCookie: undefined,
  }
  const answer = await route?.answer({ params: {}, query: {}, headers: {}, body }, (document, variables) =>
    ask(context, document, variables),
  )
  return Answer.parse(route?.answers?.parse(answer))
}

it('answers the example of its documentation', async () => {
  const answer = await chat({
    booking_page_slug: jane.slug,
    message: 'I need a 30 minute call next Tuesday afternoon',
  })
  expect(answer).toMatchObject({
    session_id: expect.stringMatching(/^chat_/),
    message: expect.stringContaining('30-minute call with Jane Smith'),
    action: {
      type: 'suggest_booking',
      event_slug: '30-minute-call',
      preferred_dates: ['2026-03-10'],
      preferred_time: 'afternoon',
    },
  })
})

it('keeps the thread by session_id, up to the booking', async () => {
  const { session_id } = await chat({
    booking_page_slug: jane.slug,
    message: 'Wednesday at 3pm',
    timezone: 'America/New_York',
  })
  const asked = await chat({ booking_page_slug: jane.slug, session_id, message: 'the first, please' })
  expect(asked.action).toMatchObject({ type: 'collect_details', missing: 'name', event_slug: '30-minute-call' })
  const booked = await chat({ booking_page_slug: jane.slug, session_id, message: 'Bob, bob@example.com' })
  expect(booked.action).toEqual({
    type: 'confirm_booking',
    event_slug: '30-minute-call',
    booking: {
      uid: expect.stringMatching(/^bk_/),
      start_time: '2026-03-04 15:30:00',
      end_time: '2026-03-04 16:00:00',
      status: 'confirmed',
      timezone: 'America/New_York',
    },
  })
})

it('answers words alone with no action, and refuses under the names of its own fields', async () => {
  expect((await chat({ booking_page_slug: jane.slug, message: 'Hi!' })).action).toBeNull()
  const refused = await chat({ booking_page_slug: jane.slug, message: 'a'.repeat(1001), timezone: 'Mars' }).catch(
    error => error,
  )
  expect(refused).toBeInstanceOf(Refused)
  expect(refused.first.fields.map(({ path }: { path: string }) => path)).toEqual(['message', 'timezone'])
})
