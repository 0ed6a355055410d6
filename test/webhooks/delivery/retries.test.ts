import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { edit } from '../../helpers/bookings.ts'
import type { Behaviour, Received } from '../../helpers/receiver.ts'
import { at, givenWorld, type World } from '../../helpers/world.ts'
import {
  givenHook,
  givenHooked,
  type Hooked,
  holding,
  idOf,
  receiverThat,
  verifyStandard,
} from './given.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

let world: World
/** When the test began. */
let start: Date

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(() => {
  world.clock.forward(1)
  // A second begins, so that dates of HTTP are exact.
  world.clock.set(new Date(Math.ceil(world.clock.now().getTime() / SECOND) * SECOND).toISOString())
  start = world.clock.now()
})

const later = (ms: number): Date => new Date(start.getTime() + ms)
const goTo = (instant: Date) => world.clock.set(instant.toISOString())
const forward = (ms: number) => world.clock.forward(ms / MINUTE)
const calendo = { dialect: 'CALENDO' }

/** Answers so, in this order; the last goes on. */
function inTurn(...answers: [number, Record<string, string>?][]): Behaviour {
  let asked = 0
  return (_request, response) => {
    const [status, headers] = answers[Math.min(asked++, answers.length - 1)] ?? [200]
    response.writeHead(status, headers).end()
  }
}

/** Answers as the metadata of the booking ask for. */
const asBooked: Behaviour = ({ json }, response) => {
  const { status, retryAfter } = Object(at(json, 'data.booking.metadata'))
  response.writeHead(status, retryAfter === undefined ? {} : { 'Retry-After': retryAfter }).end()
}

/**
 * Goes to the next attempt of the only delivery: nothing is sent a moment before it is due, and one
 * request when it is.
 */
async function toNextAttempt({ receiver, deliveries, turn }: Hooked): Promise<Received> {
  const [delivery] = await deliveries()
  const due = delivery?.nextAttemptAt
  if (delivery?.status !== 'RETRYING' || due == null)
    throw new Error(`it is not tried again: ${delivery?.status}`)
  const sent = receiver.all.length
  goTo(new Date(due.getTime() - 1))
  await turn()
  expect(receiver.all).toHaveLength(sent)
  goTo(due)
  await turn()
  expect(receiver.all).toHaveLength(sent + 1)
  return receiver.all[sent] ?? expect.fail()
}

describe('a delivery of Calendo that fails', () => {
  it('is tried again 1, 5 and 30 minutes after the attempt before, and then it has failed', async () => {
    const hooked = await givenHooked(world, { how: 500, hook: calendo })
    const { receiver, book, deliveries } = hooked
    await book()
    await hooked.until('RETRYING')
    for (let attempt = 2; attempt <= 4; attempt++) await toNextAttempt(hooked)

    const [delivery] = await deliveries()
    expect(delivery).toMatchObject({
      status: 'FAILED',
      attemptCount: 4,
      nextAttemptAt: null,
      problem: 'answered 500',
    })
    expect(delivery?.finishedAt).toEqual(later(36 * MINUTE))
    expect(delivery?.attempts.map(({ number, startedAt }) => [number, startedAt])).toEqual([
      [1, start],
      [2, later(1 * MINUTE)],
      [3, later(6 * MINUTE)],
      [4, later(36 * MINUTE)],
    ])
    forward(48 * HOUR)
    await hooked.turn()
    expect(receiver.all).toHaveLength(4)
    expect(new Set(receiver.all.map(({ body }) => body)).size).toBe(1)
  })

  it('comes again by itself when it is due, and not before', async () => {
    const { receiver, book, until, turn } = await givenHooked(world, { how: 500, hook: calendo })
    await book()
    await receiver.next()
    await until('RETRYING')
    goTo(later(1 * MINUTE - 1))
    await turn()
    expect(receiver.all).toHaveLength(1)
    receiver.answer(204)
    goTo(later(1 * MINUTE))
    await receiver.next()
    await until('DELIVERED')
  })

  it('counts the minutes from the end of an attempt that took long', async () => {
    const { receiver, book, until } = await givenHooked(world, { how: () => {}, hook: calendo })
    await book()
    await receiver.next()
    forward(10 * SECOND)
    const [delivery] = await until('RETRYING')
    expect(delivery?.nextAttemptAt).toEqual(later(10 * SECOND + 1 * MINUTE))
  })

  it('has no answer within 10 seconds', async () => {
    const { receiver, book, until } = await givenHooked(world, { how: () => {}, hook: calendo })
    await book()
    await receiver.next()
    forward(10 * SECOND)
    const [delivery] = await until('RETRYING')
    expect(delivery).toMatchObject({ attemptCount: 1, problem: 'did not answer within 10 s' })
    expect(delivery?.attempts).toMatchObject([
      {
        responseStatus: null,
        responseHeaders: null,
        responseBody: null,
        problem: 'did not answer within 10 s',
      },
    ])
  })

  it('has not failed when it is answered after 9.9 seconds', async () => {
    const held = holding()
    const { receiver, book, until } = await givenHooked(world, {
      how: held.behaviour,
      hook: calendo,
    })
    await book()
    await receiver.next()
    forward(9.9 * SECOND)
    held.open[0]?.answer(200)
    await until('DELIVERED')
  })
})

describe('a delivery', () => {
  it('is delivered when it is answered 2xx, and tried again when it is answered anything else', async () => {
    const statuses = [200, 201, 202, 204, 299, 300, 304, 400, 401, 404, 408, 500, 599]
    const { book, until } = await givenHooked(world, { how: asBooked })
    for (const status of statuses) await book({ metadata: { status } })
    const all = await until(...statuses.map(status => (status < 300 ? 'DELIVERED' : 'RETRYING')))
    expect(all.map(({ attempts }) => attempts.map(({ responseStatus }) => responseStatus))).toEqual(
      statuses.map(status => [status]),
    )
    for (const { problem, attempts } of all) expect(attempts[0]?.problem).toBe(problem)
    expect(all.map(({ problem }) => problem)).toEqual(
      statuses.map(status => (status < 300 ? null : expect.stringMatching(`^answered ${status}`))),
    )
  })
})

describe('a delivery of Standard Webhooks that fails', () => {
  const delays = [10 * SECOND, 5 * MINUTE, 30 * MINUTE, 3 * HOUR, 8 * HOUR, 24 * HOUR, 36 * HOUR]

  it('has eight attempts over about three days, ever later, and then it has failed', async () => {
    const hooked = await givenHooked(world, { how: 503 })
    await hooked.book()
    await hooked.until('RETRYING')
    for (const delay of delays) {
      const [delivery] = await hooked.deliveries()
      const waits = Number(delivery?.nextAttemptAt) - world.clock.now().getTime()
      expect(waits).toBeGreaterThanOrEqual(delay * 0.9)
      expect(waits).toBeLessThanOrEqual(delay * 1.1)
      await toNextAttempt(hooked)
    }

    const [delivery] = await hooked.until('FAILED')
    expect(delivery).toMatchObject({
      attemptCount: 8,
      nextAttemptAt: null,
      problem: 'answered 503',
    })
    expect(delivery?.finishedAt).toEqual(world.clock.now())
    forward(72 * HOUR)
    await hooked.turn()
    expect(hooked.receiver.all).toHaveLength(8)
  })

  it('is the same at every attempt, but for the time and the signature', async () => {
    const hooked = await givenHooked(world, { how: 500 })
    const { host, receiver, eventType, book, cancel } = hooked
    const { id } = await book()
    await hooked.until('RETRYING')
    await toNextAttempt(hooked)
    await cancel(id)
    await edit(host, eventType, { name: 'Something else' })
    for (let attempt = 3; attempt <= 8; attempt++) await toNextAttempt(hooked)

    const same = (what: (request: Received) => unknown) => new Set(receiver.all.map(what)).size
    expect(receiver.all).toHaveLength(8)
    expect(same(idOf)).toBe(1)
    expect(same(({ body }) => body)).toBe(1)
    expect(same(({ headers }) => headers['webhook-timestamp'])).toBe(8)
    expect(same(({ headers }) => headers['webhook-signature'])).toBe(8)
    const [delivery] = await hooked.deliveries()
    for (const [index, request] of receiver.all.entries()) {
      verifyStandard(
        hooked.hook.secret,
        request,
        delivery?.attempts[index]?.startedAt ?? expect.fail(),
      )
    }
  })

  it('does not come back in step with the others that failed with it', async () => {
    const { book, until } = await givenHooked(world, { how: 500 })
    for (let index = 0; index < 8; index++) await book()
    const failed = await until(...Array.from({ length: 8 }, () => 'RETRYING'))
    const due = failed.map(({ nextAttemptAt }) => Number(nextAttemptAt) - start.getTime())
    expect(new Set(due).size).toBeGreaterThan(4)
    expect(Math.min(...due)).toBeGreaterThanOrEqual(9 * SECOND)
    expect(Math.max(...due)).toBeLessThanOrEqual(11 * SECOND)
  })

  it('ends with the first success', async () => {
    const hooked = await givenHooked(world, { how: inTurn([500], [404], [200]) })
    await hooked.book()
    await hooked.until('RETRYING')
    await toNextAttempt(hooked)
    await toNextAttempt(hooked)

    const [delivery] = await hooked.until('DELIVERED')
    expect(delivery).toMatchObject({ attemptCount: 3, nextAttemptAt: null, problem: null })
    expect(
      delivery?.attempts.map(({ number, responseStatus, problem }) => [
        number,
        responseStatus,
        problem,
      ]),
    ).toEqual([
      [1, 500, 'answered 500'],
      [2, 404, 'answered 404'],
      [3, 200, null],
    ])
    forward(72 * HOUR)
    await hooked.turn()
    expect(hooked.receiver.all).toHaveLength(3)
  })

  it('has no answer within 15 seconds', async () => {
    const { receiver, book, until } = await givenHooked(world, { how: () => {} })
    await book()
    await receiver.next()
    forward(14.9 * SECOND)
    await vi.waitFor(() => expect(receiver.all).toHaveLength(1))
    forward(0.1 * SECOND)
    const [delivery] = await until('RETRYING')
    expect(delivery?.problem).toBe('did not answer within 15 s')
  })
})

describe('the header Retry-After', () => {
  it('is waited for when that is later than the schedule; garbage is not', async () => {
    const bySchedule = 10 * SECOND
    const headers: [string, number][] = [
      ['120', 120 * SECOND],
      [later(2 * HOUR).toUTCString(), 2 * HOUR],
      ['604800', 24 * HOUR],
      [later(7 * 24 * HOUR).toUTCString(), 24 * HOUR],
      ['3', bySchedule],
      [later(3 * SECOND).toUTCString(), bySchedule],
      [later(-24 * HOUR).toUTCString(), bySchedule],
      ...['0', '-60', '1.5', '1e9', '99999999999999999999', 'soon', 'in 3000', ''].map(
        (text): [string, number] => [text, bySchedule],
      ),
    ]
    const { book, until } = await givenHooked(world, { how: asBooked })
    for (const [retryAfter] of headers) await book({ metadata: { status: 500, retryAfter } })
    const all = await until(...headers.map(() => 'RETRYING'))
    const waits = all.map(({ nextAttemptAt }) => Number(nextAttemptAt) - start.getTime())
    expect(
      waits.map((ms, index) => [
        headers[index]?.[0],
        ms >= 9 * SECOND && ms <= 11 * SECOND ? bySchedule : ms,
      ]),
    ).toEqual(headers)
  })

  it('is waited for, and then the schedule goes on', async () => {
    const hooked = await givenHooked(world, {
      how: inTurn([500, { 'Retry-After': '3600' }], [500]),
      hook: calendo,
    })
    await hooked.book()
    await hooked.until('RETRYING')
    await toNextAttempt(hooked)
    expect(world.clock.now()).toEqual(later(1 * HOUR))
    const [delivery] = await hooked.until('RETRYING')
    expect(delivery?.nextAttemptAt).toEqual(later(1 * HOUR + 5 * MINUTE))
  })

  it.each([429, 503])('with %i gives the whole hook a break, and no other', async status => {
    const { host, receiver, book, until, seen, turn } = await givenHooked(world, {
      how: inTurn([status, { 'Retry-After': '120' }], [200]),
    })
    const other = await receiverThat()
    await givenHook(host, { url: other.url })
    await book()
    await until('RETRYING')
    await vi.waitFor(async () => expect((await seen()).pausedUntil).toEqual(later(2 * MINUTE)))

    forward(2 * MINUTE - 1)
    const { id } = await book()
    await other.take(2)
    await turn()
    expect(receiver.all).toHaveLength(1)
    await until('RETRYING', 'PENDING')

    forward(1)
    await receiver.take(3)
    expect(receiver.all.map(({ body }) => body).filter(body => body.includes(id))).toHaveLength(1)
    await until('DELIVERED', 'DELIVERED')
    expect(await seen()).toMatchObject({ pausedUntil: null, failingSince: null })
  })

  it('gives it an hour at most, however long the delivery itself waits', async () => {
    const { book, until, seen } = await givenHooked(world, {
      how: inTurn([503, { 'Retry-After': '36000' }]),
    })
    await book()
    const [delivery] = await until('RETRYING')
    expect(delivery?.nextAttemptAt).toEqual(later(10 * HOUR))
    await vi.waitFor(async () => expect((await seen()).pausedUntil).toEqual(later(1 * HOUR)))
  })

  it('gives no break with another status, or of no time, or when it is missing or garbage', async () => {
    const { receiver, book, until, seen } = await givenHooked(world, { how: asBooked })
    const answers = [
      { status: 500, retryAfter: '120' },
      { status: 429 },
      ...['0', 'in 3000'].map(retryAfter => ({ status: 503, retryAfter })),
    ]
    for (const [index, metadata] of answers.entries()) {
      await book({ metadata })
      await receiver.next()
      await until(...answers.slice(0, index + 1).map(() => 'RETRYING'))
      expect((await seen()).pausedUntil).toBeNull()
    }
    await book({ metadata: { status: 200 } })
    await receiver.next()
  })
})

describe('a clock that is set back two hours', () => {
  it('makes no retry wait until it is right again', async () => {
    const { receiver, book, until } = await givenHooked(world, { how: 500 })
    await book()
    await until('RETRYING')
    receiver.answer(200)
    forward(-2 * HOUR)
    await until('DELIVERED')
    expect(receiver.all).toHaveLength(2)
    goTo(start)
  })

  it('ends a break that the receiver asked for', async () => {
    const { receiver, book, until, seen } = await givenHooked(world, {
      how: inTurn([503, { 'Retry-After': '3600' }]),
    })
    await book()
    await until('RETRYING')
    await vi.waitFor(async () => expect((await seen()).pausedUntil).not.toBeNull())
    receiver.answer(200)
    forward(-2 * HOUR)
    await until('DELIVERED')
    goTo(start)
  })
})
