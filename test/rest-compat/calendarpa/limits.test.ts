import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GivenHost, givenHost, givenWorld, textAt, type World } from '../../helpers/world.ts'
import { givenToken, type Rest, type RestAnswer, restOf } from '../rest.ts'

let world: World
let host: GivenHost
let rest: Rest

beforeAll(async () => {
  world = await givenWorld({ now: '2026-03-02T07:00:20Z' })
  host = await givenHost(world)
  rest = restOf(`${world.url}/api/v1`, await givenToken(host))
})
afterAll(() => world.end())

const END_OF_WINDOW = Date.parse('2026-03-02T07:01:00Z') / 1_000
const tooMany = { error: 'Too many requests; come back in 40 seconds.', code: 'RATE_LIMITED' }

const standing = ({ status, headers }: RestAnswer) => ({
  status,
  limit: Number(headers.get('x-ratelimit-limit')),
  remaining: Number(headers.get('x-ratelimit-remaining')),
  reset: Number(headers.get('x-ratelimit-reset')),
  retryAfter: headers.get('retry-after'),
})

describe('an account', () => {
  it('makes 1,000 requests a minute, with all its tokens, on both bases, and other accounts as many', async () => {
    const alias = restOf(`${world.url}/v1`, await givenToken(host))
    const expected = { status: 200, limit: 1_000, reset: END_OF_WINDOW, retryAfter: null }
    expect(standing(await rest.get('/me'))).toEqual({ ...expected, remaining: 999 })
    expect(standing(await alias.get('/me'))).toEqual({ ...expected, remaining: 998 })
    expect(standing(await rest.get('/bookings?limit=0'))).toMatchObject({
      status: 400,
      remaining: 997,
    })
    expect(standing(await rest.get('/nothing'))).toMatchObject({ status: 404, remaining: 996 })

    for (let turn = 0; turn < 83; turn++)
      await Promise.all(Array.from({ length: 12 }, () => alias.get('/nothing')))
    const over = await rest.get('/me')
    expect(over.body).toEqual(tooMany)
    expect(standing(over)).toEqual({ ...expected, status: 429, remaining: 0, retryAfter: '40' })
    expect(standing(await alias.get('/bookings')).status).toBe(429)

    const other = restOf(`${world.url}/v1`, await givenToken(await givenHost(world)))
    expect(standing(await other.get('/me'))).toMatchObject({ status: 200, remaining: 999 })

    world.clock.set('2026-03-02T07:00:59.999Z')
    expect(standing(await rest.get('/me'))).toMatchObject({ status: 429, retryAfter: '1' })
    world.clock.set('2026-03-02T07:01:00Z')
    expect(standing(await rest.get('/me'))).toMatchObject({
      status: 200,
      remaining: 999,
      reset: END_OF_WINDOW + 60,
    })
  })

  it('makes and ends 10 hooks a minute', async () => {
    world.clock.set('2026-03-02T07:02:20Z')
    const hook = { target_url: 'https://example.com/hook', event: 'BOOKING_CREATED' }
    const made: string[] = []
    for (let count = 1; count <= 5; count++) {
      const answer = await rest.post('/hooks', hook)
      expect(standing(answer)).toMatchObject({ status: 201, limit: 10, remaining: 10 - count })
      made.push(textAt(answer.body, 'id'))
    }
    for (const [index, id] of made.entries()) {
      expect(standing(await rest.delete(`/hooks/${id}`))).toMatchObject({
        status: 204,
        remaining: 4 - index,
      })
    }
    const over = await rest.post('/hooks', hook)
    expect(over.body).toEqual(tooMany)
    expect(standing(over)).toMatchObject({ status: 429, limit: 10, remaining: 0, retryAfter: '40' })
    expect(standing(await rest.delete('/hooks/hk_x')).status).toBe(429)
    // Reading them is not limited so.
    expect(standing(await rest.get('/hooks'))).toMatchObject({
      status: 200,
      limit: 1_000,
      remaining: 987,
    })

    world.clock.set('2026-03-02T07:03:00Z')
    expect(standing(await rest.post('/hooks', hook))).toMatchObject({ status: 201, remaining: 9 })
  })
})

describe('who has no token that is valid', () => {
  it('is counted by their address', async () => {
    world.clock.set('2026-03-02T08:00:20Z')
    const nobody = restOf(`${world.url}/v1`, `cal_${'0'.repeat(40)}`)
    expect(standing(await nobody.get('/me'))).toMatchObject({
      status: 401,
      limit: 1_000,
      remaining: 999,
    })
    for (let turn = 0; turn < 111; turn++)
      await Promise.all(Array.from({ length: 9 }, () => nobody.get('/nothing')))
    const over = await nobody.get('/me')
    expect(over.body).toEqual(tooMany)
    expect(standing(over)).toMatchObject({ status: 429, retryAfter: '40' })
    expect(standing(await rest.get('/me')).status).toBe(200)
  })
})
