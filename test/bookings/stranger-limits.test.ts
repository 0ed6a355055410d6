// What strangers can take of an event type: few bookings and reservations of one address, however
// it asks.

import { BlockList } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/rate-limits/table.ts'
import { daysOffered, who } from '../helpers/bookings.ts'
import { givenMember, givenTeam, givenTeamEventType } from '../helpers/teams.ts'
import {
  BOOK,
  booking,
  type Client,
  clientOf,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../helpers/world.ts'

const RESERVE =
  'mutation ($input: ReserveSlotInput!) { reserveSlot(input: $input) { reservation { id } } }'
const RELEASE = 'mutation ($id: ID!) { releaseSlot(input: { id: $id }) { reservation { id } } }'

let world: World
let host: GivenHost
let eventType: string
let starts: string[]

beforeAll(async () => {
  const trustedProxies = new BlockList()
  trustedProxies.addAddress('127.0.0.1')
  world = await givenWorld({ config: { limits: defaultLimits, trustedProxies } })
})
afterAll(() => world.end())

let addresses = 0
/** A visitor at an IPv4 address that nobody else has. */
const stranger = (): Client => {
  addresses++
  return clientOf(world.url, { 'x-forwarded-for': `198.51.${addresses >> 8}.${addresses & 255}` })
}

beforeEach(async () => {
  world.clock.forward(24 * 60)
  addresses++
  host = await givenHost({ url: world.url })
  eventType = await givenEventType(host)
  const today = world.clock.now().toISOString().slice(0, 10)
  const end = new Date(world.clock.now().getTime() + 59 * 86_400_000).toISOString().slice(0, 10)
  const days = await daysOffered(stranger(), eventType, today, { end })
  starts = days.flatMap(({ slots }) => slots.map(({ start }) => start))
})

/** The codes of answers, each with its number. */
async function tallyOf(
  attempts: (() => Promise<{ errors?: { extensions?: { code: string } | undefined }[] }>)[],
) {
  const codes: Record<string, number> = {}
  for (const attempt of attempts) {
    const code = (await attempt()).errors?.[0]?.extensions?.code ?? 'ok'
    codes[code] = (codes[code] ?? 0) + 1
  }
  return codes
}

const bookAll = (clientFor: (index: number) => Client, count: number) =>
  tallyOf(
    starts.slice(0, count).map((start, index) => () => {
      const client = clientFor(index)
      return client.answer(BOOK, booking(eventType, start, who(`Guest${index}`)))
    }),
  )

describe('bookings of strangers', () => {
  it('from one /64 prefix cannot take all starts of an event type', async () => {
    expect(starts.length).toBeGreaterThan(200)
    const inPrefix = (index: number) =>
      clientOf(world.url, { 'x-forwarded-for': `2001:db8:7:7:${index.toString(16)}::1` })
    expect(await bookAll(inPrefix, 60)).toEqual({ ok: 10, RATE_LIMITED: 50 })
    // Others book meanwhile.
    expect(await bookAll(stranger, 1)).toEqual({ SLOT_UNAVAILABLE: 1 })
    await stranger().run(BOOK, booking(eventType, starts[40] ?? ''))
  })

  it('that fail do not count as bookings, and are held as attempts', async () => {
    const one = stranger()
    const wrong = { invitee: { name: '', email: 'no address' } }
    const fail = () => one.answer(BOOK, booking(eventType, starts[0] ?? '', wrong))
    expect(await tallyOf(Array.from({ length: 21 }, () => fail))).toEqual({
      INVALID_INPUT: 20,
      RATE_LIMITED: 1,
    })
    world.clock.forward(1)
    expect(await bookAll(() => one, 10)).toEqual({ ok: 10 })
  })

  it('count each occurrence of a series', async () => {
    const weekly = await givenEventType(host, {
      recurrence: { frequency: 'WEEKLY', interval: 1, count: 8 },
    })
    const one = stranger()
    const series = (index: number) => () =>
      one.answer(BOOK, booking(weekly, starts[index] ?? '', { ...who('Ann'), recurrenceCount: 8 }))
    expect(await tallyOf([series(0), series(1), series(2)])).toEqual({ ok: 2, RATE_LIMITED: 1 })
  })

  it('are held on the booking pages and in the dialects too', async () => {
    const one = stranger()
    expect(await bookAll(() => one, 10)).toEqual({ ok: 10 })
    const slug = textAt(
      await host.run('query ($id: ID!) { eventType(id: $id) { slug } }', { id: eventType }),
      'eventType.slug',
    )
    const calendo = await fetch(`${world.url}/api/book/${host.slug}/${slug}`, {
      method: 'POST',
      headers: { ...one.headers, 'content-type': 'application/json' },
      body: JSON.stringify({
        start_time: starts[12],
        start: starts[12],
        name: 'Ann',
        email: 'ann@example.org',
        invitee_name: 'Ann',
        invitee_email: 'ann@example.org',
      }),
    })
    expect([calendo.status, await calendo.text()]).toEqual([429, expect.any(String)])
    const page = await fetch(`${world.url}/${host.slug}/${slug}`, {
      method: 'POST',
      headers: { ...one.headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        start: starts[12] ?? '',
        name: 'Ann',
        email: 'ann@example.org',
        zone: 'UTC',
      }),
    })
    expect([page.status, page.headers.get('retry-after')]).toEqual([
      429,
      expect.stringMatching(/^\d+$/),
    ])
  })
})

it('the host and the members of a team are held by the limit of their account alone', async () => {
  expect(await bookAll(() => host, 25)).toEqual({ ok: 25 })
  const member = await givenHost(world)
  const team = await givenTeam(host)
  await givenMember(host, team, member)
  eventType = await givenTeamEventType(host, team, 'ROUND_ROBIN', [member])
  expect(await bookAll(() => member, 25)).toEqual({ ok: 25 })
})

describe('reservations of strangers', () => {
  const reserve = (client: Client, index: number) => () =>
    client.answer(RESERVE, {
      input: { eventType: { id: eventType }, start: starts[index], holdMinutes: 60 },
    })

  it('from one address hold three starts of an event type at a time', async () => {
    const one = stranger()
    const held = await one.run(RESERVE, {
      input: { eventType: { id: eventType }, start: starts[0] },
    })
    expect(await tallyOf([1, 2, 3, 4].map(index => reserve(one, index)))).toEqual({
      ok: 2,
      LIMIT_REACHED: 2,
    })
    expect(await tallyOf([reserve(stranger(), 3)])).toEqual({ ok: 1 })
    await one.run(RELEASE, { id: textAt(held, 'reserveSlot.reservation.id') })
    expect(await tallyOf([reserve(one, 5), reserve(one, 6)])).toEqual({ ok: 1, LIMIT_REACHED: 1 })
    // Those that have ended do not count.
    world.clock.forward(61)
    expect(await tallyOf([reserve(one, 10)])).toEqual({ ok: 1 })
  })

  it('from many addresses hold a share of the starts of an event type, and the host is not held', async () => {
    const attempts = Array.from({ length: 52 }, (_, index) => reserve(stranger(), index))
    expect(await tallyOf(attempts)).toEqual({ ok: 50, LIMIT_REACHED: 2 })
    expect(await tallyOf([52, 53, 54, 55].map(index => reserve(host, index)))).toEqual({ ok: 4 })
  })
})

describe('looks at free starts', () => {
  it('by callers without an account are held per address', async () => {
    const one = stranger()
    const look = Array.from({ length: 10 }, (_, index) => {
      const start = (starts[0] ?? '').slice(0, 10)
      return `s${index}: slots(eventType: { id: "${eventType}" }, start: "${start}", end: "${start}") { date }`
    })
    const query = `{ ${look.join(' ')} }`
    for (let sent = 0; sent < 12; sent++) await one.run(query)
    expect(await one.codeOf(query)).toBe('RATE_LIMITED')
    await stranger().run(query)
    await host.run(query)
  })
})
