import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenSchedule } from '../helpers/bookings.ts'
import {
  at,
  BOOK,
  booking,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world, { timeZone: 'Europe/Paris' })
})
afterAll(() => world.end())

const BOOK_FOR = `mutation ($input: BookInput!) {
  bookForInvitee(input: $input) { booking { id status timeZone invitees { email timeZone } } invitee { id linkToken } }
}`

/** What a host sends who books for somebody whose zone they do not know. */
const asked = (eventType: string, start: string, more: Record<string, unknown> = {}) =>
  booking(eventType, start, { invitee: { name: 'Ann', email: 'ann@example.org' }, ...more })

describe('a booking that a host makes for somebody', () => {
  it('is as one that they made themselves, but for the zone of the host', async () => {
    const scheduleId = await givenSchedule(host, { timeZone: 'Asia/Tokyo' })
    const eventType = await givenEventType(host, { scheduleId })
    const made = await host.run(BOOK_FOR, asked(eventType, '2026-03-03T01:00:00Z'))
    expect(made.bookForInvitee).toEqual({
      booking: {
        id: expect.stringMatching(/^bk_/),
        status: 'CONFIRMED',
        timeZone: 'Europe/Paris',
        invitees: [{ email: 'ann@example.org', timeZone: 'Europe/Paris' }],
      },
      invitee: { id: expect.any(String), linkToken: expect.any(String) },
    })
    const theirs = await world.visitor.run(BOOK, asked(eventType, '2026-03-03T02:00:00Z'))
    expect(at(theirs, 'book.booking.timeZone')).toBe('Asia/Tokyo')
    const given = { invitee: { name: 'Ann', email: 'ann@example.org', timeZone: 'America/Lima' } }
    const named = await host.run(BOOK_FOR, asked(eventType, '2026-03-03T03:00:00Z', given))
    expect(at(named, 'bookForInvitee.booking.timeZone')).toBe('America/Lima')
  })

  it('is told in the zone of the schedule where several share it', async () => {
    const scheduleId = await givenSchedule(host, { timeZone: 'Asia/Tokyo' })
    const eventType = await givenEventType(host, { scheduleId, seats: 3 })
    const made = await host.run(BOOK_FOR, asked(eventType, '2026-03-04T01:00:00Z'))
    expect(at(made, 'bookForInvitee.booking')).toMatchObject({
      timeZone: 'Asia/Tokyo',
      invitees: [{ timeZone: 'Europe/Paris' }],
    })
  })

  it('is of their own event types, and keeps their rules', async () => {
    const theirs = await givenEventType(await givenHost(world))
    const [refused] = await host.refused(BOOK_FOR, asked(theirs, '2026-03-05T10:00:00Z'))
    expect(refused?.extensions).toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'input.eventType' }],
    })
    const closed = await givenEventType(host, { isActive: false })
    expect(await host.codeOf(BOOK_FOR, asked(closed, '2026-03-05T10:00:00Z'))).toBe('NOT_FOUND')
    const open = await givenEventType(host)
    expect(await host.codeOf(BOOK_FOR, asked(open, '2026-03-05T03:00:00Z'))).toBe(
      'SLOT_UNAVAILABLE',
    )
  })

  it('is made once for one key', async () => {
    const eventType = await givenEventType(host)
    const input = asked(eventType, '2026-03-06T10:00:00Z', { idempotencyKey: 'one' })
    const first = await host.run(BOOK_FOR, input)
    expect(await host.run(BOOK_FOR, input)).toEqual(first)
    const other = asked(eventType, '2026-03-06T11:00:00Z', { idempotencyKey: 'one' })
    expect(await host.codeOf(BOOK_FOR, other)).toBe('IDEMPOTENCY_CONFLICT')
  })
})
