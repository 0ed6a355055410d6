import { BlockList } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/rate-limits/table.ts'
import { givenEventType, givenWorld, type World } from '../../helpers/world.ts'
import { type Answer, type Calendo, calendoOf, givenJane, type Jane } from './calendo.ts'

let world: World
let jane: Jane

beforeAll(async () => {
  const trustedProxies = new BlockList()
  trustedProxies.addAddress('127.0.0.1')
  world = await givenWorld({ now: '2026-03-02T07:00:18Z', config: { trustedProxies } })
  jane = await givenJane(world)
  await givenEventType(jane, { slug: 'intro' })
})
afterAll(() => world.end())
// Each test has minutes of its own, and stands 42 seconds before the end of one.
beforeEach(() => world.clock.forward(10))

const endOfWindow = () => Math.ceil(world.gateway.deps.clock.now().getTime() / 60_000) * 60

const standing = ({ status, headers }: Answer) => ({
  status,
  limit: Number(headers.get('x-ratelimit-limit')),
  remaining: Number(headers.get('x-ratelimit-remaining')),
  reset: Number(headers.get('x-ratelimit-reset')),
  retryAfter: headers.get('retry-after'),
})

const tooMany = {
  error: {
    code: 'RATE_LIMIT_EXCEEDED',
    message: 'Too many requests. Please retry after 42 seconds.',
  },
}

async function times(count: number, call: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += 10) await Promise.all(Array.from({ length: 10 }, call))
}

/** An invitee, who comes through the proxy. */
const at = (address: string): Calendo => calendoOf(world, { 'x-forwarded-for': address })
const slots = (of: Calendo) =>
  of.get(`/availability/${jane.slug}/intro?start=2026-03-03&end=2026-03-03`)

describe('a user', () => {
  it('makes 300 requests a minute, by session and key together', async () => {
    const expected = { limit: 300, reset: endOfWindow(), retryAfter: null }
    expect(standing(await jane.program.get('/auth/me'))).toEqual({
      ...expected,
      status: 200,
      remaining: 299,
    })
    expect(standing(await jane.browser.get('/auth/me'))).toEqual({
      ...expected,
      status: 200,
      remaining: 298,
    })
    expect(standing(await jane.program.get('/nothing'))).toEqual({
      ...expected,
      status: 404,
      remaining: 297,
    })
    expect(standing(await jane.program.get('/bookings?limit=x'))).toEqual({
      ...expected,
      status: 400,
      remaining: 296,
    })
    expect(standing(await jane.browser.get('/event-types/9'))).toEqual({
      ...expected,
      status: 404,
      remaining: 295,
    })
    await times(290, () => jane.program.get('/nothing'))
    await Promise.all(Array.from({ length: 5 }, () => jane.program.get('/nothing')))

    const over = await jane.browser.get('/auth/me')
    expect(over.body).toEqual(tooMany)
    expect(standing(over)).toEqual({ ...expected, status: 429, remaining: 0, retryAfter: '42' })
    expect((await (await givenJane(world)).program.get('/auth/me')).status).toBe(200)
    // What anyone may do has a count of its own.
    expect(standing(await slots(jane.program))).toMatchObject({
      status: 200,
      limit: 60,
      remaining: 59,
    })

    world.clock.forward(1)
    expect(standing(await jane.program.get('/auth/me'))).toMatchObject({
      status: 200,
      remaining: 299,
    })
  })
})

describe('an address', () => {
  it('makes 60 requests a minute on the routes for anyone, all together', async () => {
    const bob = at('203.0.113.9')
    const expected = { limit: 60, reset: endOfWindow(), retryAfter: null }
    expect(standing(await slots(bob))).toEqual({ ...expected, status: 200, remaining: 59 })
    expect(standing(await bob.post(`/book/${jane.slug}/intro`, {}))).toEqual({
      ...expected,
      status: 400,
      remaining: 58,
    })
    const wrong = { email: jane.email, password: 'not this one' }
    expect(standing(await bob.post('/auth/login', wrong))).toEqual({
      ...expected,
      status: 401,
      remaining: 57,
    })
    await times(50, () => bob.post('/auth/register', {}))
    await Promise.all(Array.from({ length: 7 }, () => slots(bob)))

    for (const over of [
      await slots(bob),
      await bob.post('/auth/login', wrong),
      await bob.post('/auth/register', {}),
    ]) {
      expect(over.body).toEqual(tooMany)
      expect(standing(over)).toEqual({ ...expected, status: 429, remaining: 0, retryAfter: '42' })
    }
    // Others are free, and so is what is counted for a user.
    expect((await slots(at('203.0.113.10'))).status).toBe(200)
    const key = { ...jane.program.headers, 'x-forwarded-for': '203.0.113.9' }
    expect((await calendoOf(world, key).get('/auth/me')).status).toBe(200)

    world.clock.forward(1)
    expect(standing(await slots(bob))).toMatchObject({ status: 200, remaining: 59 })
  })

  it('is not what a request writes before what the proxy adds', async () => {
    for (let turn = 0; turn < 60; turn++) await slots(at(`198.51.100.${turn}, 203.0.113.9`))
    expect((await slots(at('198.51.100.99, 203.0.113.9'))).status).toBe(429)
    expect((await slots(at('203.0.113.9, 198.51.100.99'))).status).toBe(200)
  })

  it('makes 300 a minute without a credential that is valid', async () => {
    const nobody = calendoOf(world, { 'x-api-key': 'cal_wrong', 'x-forwarded-for': '203.0.113.9' })
    expect(standing(await nobody.get('/auth/me'))).toMatchObject({
      status: 401,
      limit: 300,
      remaining: 299,
    })
    await times(290, () => nobody.get('/nothing'))
    await Promise.all(Array.from({ length: 9 }, () => nobody.get('/nothing')))
    expect((await nobody.get('/auth/me')).body).toEqual(tooMany)
  })
})

describe('guesses at a password', () => {
  it('are held in the same shape', async () => {
    const strict = await givenWorld({ config: { limits: defaultLimits } })
    const { email } = await givenJane(strict)
    const guess = () => calendoOf(strict).post('/auth/login', { email, password: 'a wrong guess' })
    await Promise.all(Array.from({ length: 10 }, guess))
    const over = await guess()
    await strict.end()
    expect(over.status).toBe(429)
    expect(over.body).toEqual({
      error: {
        code: 'RATE_LIMIT_EXCEEDED',
        message: expect.stringMatching(/^Too many requests\. Please retry after \d+ seconds\.$/),
      },
    })
    expect(over.headers.get('retry-after')).toMatch(/^\d+$/)
  })
})
