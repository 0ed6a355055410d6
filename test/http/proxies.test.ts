// Whose address a request is counted for, when proxies may stand before the gateway.

import { afterEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { LimitStore } from '../../src/rate-limits/store.ts'
import { openSocket } from '../helpers/socket.ts'
import { clientOf, givenWorld, type World } from '../helpers/world.ts'

let world: World
/** Keys that the limiter counted, each with the address in it. */
let keys: string[] = []
afterEach(() => world.end())

async function givenProxies(MERIDIAN_TRUSTED_PROXIES: string): Promise<void> {
  const { trustedProxies } = readConfig({ MERIDIAN_TRUSTED_PROXIES })
  keys = []
  const limitStore: LimitStore = {
    async add(key, points) {
      keys.push(key)
      return points
    },
  }
  world = await givenWorld({ config: { trustedProxies }, limitStore })
}

const RESERVE = `mutation {
  reserveSlot(input: { eventType: { id: "et_x" }, start: "2026-03-03T10:00:00Z" }) { reservation { id } }
}`

const addresses = (name: string) =>
  keys.filter(key => key.startsWith(`${name}|`)).map(key => key.split('|')[2])

/** The address that a request with this X-Forwarded-For is counted for. */
async function addressFor(forwardedFor: string): Promise<string | undefined> {
  await clientOf(world.url, { 'x-forwarded-for': forwardedFor }).refused(RESERVE)
  return keys.findLast(key => key.startsWith('reservations|'))?.split('|')[2]
}

describe('without trusted proxies', () => {
  it('is the address of the connection, whatever a request says of itself', async () => {
    await givenProxies('')
    for (const said of ['203.0.113.9', '203.0.113.9, 127.0.0.1', '127.0.0.1', '::1']) {
      expect(await addressFor(said), said).toBe('127.0.0.1')
    }
  })

  it('is so when those that are trusted are others', async () => {
    await givenProxies('127.0.0.2, 10.0.0.0/8, ::1')
    expect(await addressFor('203.0.113.9')).toBe('127.0.0.1')
  })
})

describe('behind trusted proxies', () => {
  it('is the last address that is no proxy: what stands before it, anyone may have written', async () => {
    await givenProxies('127.0.0.1, 10.0.0.0/8, 2001:db8:1::/48')
    const cases: [said: string, address: string][] = [
      ['203.0.113.9', '203.0.113.9'],
      ['198.51.100.7, 203.0.113.9', '203.0.113.9'],
      ['203.0.113.9, 10.1.2.3', '203.0.113.9'],
      ['198.51.100.7,203.0.113.9 ,10.1.2.3,  10.200.0.1', '203.0.113.9'],
      ['203.0.113.9, 2001:db8:1::5', '203.0.113.9'],
      ['2001:db8:2::9, 10.1.2.3', '2001:db8:2::/64'],
      ['2001:db8:2:0:ffff::1, 10.1.2.3', '2001:db8:2::/64'],
      ['2001:DB8:2:1::9, 10.1.2.3', '2001:db8:2:1::/64'],
      ['::ffff:cb00:7109', '203.0.113.9'],
      ['64:ff9b::203.0.113.9', '203.0.113.9'],
      ['::ffff:203.0.113.9', '203.0.113.9'],
      ['203.0.113.9, ::ffff:10.1.2.3', '203.0.113.9'],
      // All are proxies: the first began.
      ['10.9.9.9, 10.1.2.3', '10.9.9.9'],
      // A proxy that does not say for whom it speaks is counted itself.
      ['', '127.0.0.1'],
      ['unknown', '127.0.0.1'],
      ['203.0.113.9, unknown, 10.1.2.3', '10.1.2.3'],
      ['203.0.113.9:4711', '127.0.0.1'],
    ]
    for (const [said, address] of cases) expect(await addressFor(said), said).toBe(address)
  })

  it('is the same for every limit: of the graph, of websockets, of OAuth and of REST', async () => {
    await givenProxies('127.0.0.1/32')
    const headers = { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' }

    await clientOf(world.url, headers).refused(
      'mutation { logIn(input: { email: "ann@example.org", password: "nothing like it" }) { user { id } } }',
    )
    expect(addresses('graphPerAddress')).toEqual(['address 203.0.113.9'])
    expect(new Set(addresses('logInFailuresOfAddress'))).toEqual(new Set(['203.0.113.9']))
    expect(new Set(addresses('logInFailures'))).toEqual(new Set(['ann@example.org 203.0.113.9']))
    keys = []

    const socket = await openSocket(world.url, { headers, init: {} })
    socket.send({ type: 'subscribe', id: '1', payload: { query: RESERVE } })
    await socket.nextOf('1')
    await socket.close()
    expect(new Set(addresses('graphPerAddress'))).toEqual(new Set(['address 203.0.113.9']))
    expect(addresses('reservations')).toEqual(['203.0.113.9'])

    await fetch(`${world.url}/oauth/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ client_id: 'x' }),
    })
    expect(addresses('oauthPerAddress')).toEqual(['203.0.113.9'])
    expect(new Set(addresses('clientFailures'))).toEqual(new Set(['x 203.0.113.9']))

    for (const path of ['/api/v1/me', '/v2/me', '/users/me', '/api/auth/me', '/no-such-page']) {
      keys = []
      await fetch(world.url + path, { headers })
      expect(keys, path).toHaveLength(1)
      expect(keys[0], path).toMatch(/[| ]203\.0\.113\.9$/)
    }
  })
})
