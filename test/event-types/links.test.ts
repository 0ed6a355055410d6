import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { atOnce, cancel, tally } from '../helpers/bookings.ts'
import {
  BOOK,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  MONDAY,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost
let eventType: string

const CREATE =
  'mutation ($id: ID!) { createBookingLink(input: { eventTypeId: $id }) { link { token url eventType { id } } } }'
const SLOTS = `query ($link: ID) {
  slots(eventType: { link: $link }, start: "2026-03-03", end: "2026-03-03") { slots { start } }
  publicEventType(ref: { link: $link }) { id }
}`

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  eventType = await givenEventType(host, { slug: 'intro', isSecret: true })
})

const wanted = (link: string, time: string, more: Record<string, unknown> = {}) => ({
  input: {
    eventType: { link },
    start: `2026-03-03T${time}:00Z`,
    invitee: { name: 'Ann', email: 'ann@example.org' },
    ...more,
  },
})

async function givenLink(): Promise<string> {
  return textAt(await host.run(CREATE, { id: eventType }), 'createBookingLink.link.token')
}

it('leads to the event type, and books it once', async () => {
  const made = await host.run(CREATE, { id: eventType })
  const link = textAt(made, 'createBookingLink.link.token')
  expect(made.createBookingLink).toEqual({
    link: { token: link, url: `${world.url}/d/${link}/intro`, eventType: { id: eventType } },
  })
  const seen = await world.visitor.run(SLOTS, { link })
  expect(seen.publicEventType).toEqual({ id: eventType })
  expect(listAt(seen, 'slots.0.slots').length).toBeGreaterThan(5)
  await world.visitor.run(BOOK, wanted(link, '09:00'))
  expect(await world.visitor.codeOf(BOOK, wanted(link, '10:00'))).toBe('NOT_FOUND')
  expect(await world.visitor.codeOf(SLOTS, { link })).toBe('NOT_FOUND')
})

it('books once, however many try at once', async () => {
  const link = await givenLink()
  const times = ['09:00', '10:00', '11:00', '12:00', '13:00', '14:00', '15:00', '16:00']
  const answers = await atOnce(8, index =>
    world.visitor.answer(BOOK, wanted(link, times[index] ?? '')),
  )
  expect(tally(answers)).toEqual({ ok: 1, NOT_FOUND: 7 })
})

it('answers a repeated request as the first time', async () => {
  const link = await givenLink()
  const first = await world.visitor.run(BOOK, wanted(link, '09:00', { idempotencyKey: 'k' }))
  expect(await world.visitor.run(BOOK, wanted(link, '09:00', { idempotencyKey: 'k' }))).toEqual(
    first,
  )
})

it('is not used by a booking that is refused, nor good again when its booking is cancelled', async () => {
  const link = await givenLink()
  expect(await world.visitor.codeOf(BOOK, wanted(link, '03:00'))).toBe('SLOT_UNAVAILABLE')
  const booked = await world.visitor.run(BOOK, wanted(link, '09:00'))
  await cancel(host, { id: textAt(booked, 'book.booking.id') })
  expect(await world.visitor.codeOf(BOOK, wanted(link, '09:00'))).toBe('NOT_FOUND')
})

it('stands alone', async () => {
  const link = await givenLink()
  expect(
    await world.visitor.codeOf(
      'query ($ref: EventTypeRef!) { publicEventType(ref: $ref) { id } }',
      {
        ref: { link, id: eventType },
      },
    ),
  ).toBe('INVALID_INPUT')
  expect(await world.visitor.codeOf(BOOK, wanted('lnk_nothing', '09:00'))).toBe('NOT_FOUND')
})
