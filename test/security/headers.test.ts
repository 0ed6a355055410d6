import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizeUrl, givenApp } from '../helpers/oauth.ts'
import {
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld({
    config: { publicUrl: 'https://cal.example', allowedHosts: ['inner.example'] },
  })
  host = await givenHost(world)
  await givenEventType(host, { name: 'Intro', slug: 'intro' })
})
afterAll(() => world.end())

/** Sends a request with any headers: `fetch` allows neither Host nor Sec-Fetch-Site. */
function send(path: string, headers: Record<string, string>, method = 'GET', body?: string) {
  return new Promise<{ status: number | undefined; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const sent = request(world.url + path, { method, headers }, answer => {
        answer.resume()
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers }))
      })
      sent.on('error', reject)
      sent.on('upgrade', (answer, socket) => {
        socket.destroy()
        resolve({ status: answer.statusCode, headers: answer.headers })
      })
      sent.end(body)
    },
  )
}

const own = { host: 'cal.example' }
const html = { ...own, accept: 'text/html' }

describe('a page', () => {
  it.each([
    '/graphql',
    '/api/docs',
    '/api/v1/docs',
    '/calendly/docs',
    '/v2/docs',
    '/nobody/nothing',
    '/oauth/authorize',
    '/healthz',
    '/users/me',
  ])('at %s cannot be framed, sniffed or loaded over http', async path => {
    const { headers } = await send(path, html)
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(
        /default-src 'none'.*frame-ancestors 'none'/,
      ),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': expect.stringMatching(/^(no-referrer|same-origin)$/),
      'strict-transport-security': 'max-age=31536000',
    })
    expect(headers['content-security-policy']).not.toMatch(
      /unsafe-inline'?[^;]*script|script-src[^;]*unsafe-(inline|eval)/,
    )
  })

  it('of a host or for consent has the same protection', async () => {
    const consent = new URL(authorizeUrl(world.url, await givenApp(host)))
    for (const path of [
      `/${host.slug}`,
      `/${host.slug}/intro`,
      consent.pathname + consent.search,
    ]) {
      const { status, headers } = await send(path, html)
      expect([path, status]).toEqual([path, 200])
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      })
    }
  })
})

describe('a request under a name that is not the gateway’s', () => {
  const foreign = { host: 'rebound.example' }

  it.each(['/graphql', '/api/bookings', '/v2/me', '/users/me', '/demo'])(
    'is refused with 421 at %s',
    async path => {
      expect((await send(path, foreign)).status).toBe(421)
    },
  )

  it('is refused for a websocket too', async () => {
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': 'graphql-transport-ws',
    }
    expect((await send('/graphql', { ...foreign, ...upgrade })).status).toBe(421)
    expect((await send('/graphql', { ...own, ...upgrade })).status).toBe(101)
  })

  it('is answered for health checks, and under the names that the operator lists', async () => {
    expect((await send('/healthz', { host: '10.0.0.7:4000' })).status).toBe(200)
    for (const name of [
      'cal.example',
      'CAL.example:443',
      'inner.example',
      'localhost:4000',
      '127.0.0.1',
    ]) {
      expect([name, (await send('/graphql', { host: name, accept: 'text/html' })).status]).toEqual([
        name,
        200,
      ])
    }
  })
})

describe('a form that a page of another site sends', () => {
  const form = { ...own, 'content-type': 'application/x-www-form-urlencoded' }

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://strange.example' },
    { origin: 'null' },
    {},
  ])('with the cookie and %o gives no consent', async extra => {
    const url = new URL(authorizeUrl(world.url, await givenApp(host)))
    const cookie = host.headers.cookie ?? ''
    const { status } = await send(
      url.pathname + url.search,
      { ...form, cookie, ...extra },
      'POST',
      'answer=allow',
    )
    expect(status).toBe(403)
  })

  it('does not use the session at the graph', async () => {
    const headers = {
      ...own,
      'content-type': 'application/json',
      'sec-fetch-site': 'cross-site',
      cookie: host.headers.cookie ?? '',
    }
    const query = JSON.stringify({ query: 'mutation { logOut { loggedOut } }' })
    await send('/graphql', headers, 'POST', query)
    expect(await host.run('{ viewer { id } }')).toEqual({ viewer: { id: host.id } })
  })
})
