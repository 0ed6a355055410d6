import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startGateway } from '../../src/gateway.ts'
import { allowConnections, countConnections, sql } from '../helpers/postgres.ts'
import {
  at,
  givenHost,
  givenWorld,
  ordinaryConfig,
  SECRET_KEY,
  type World,
} from '../helpers/world.ts'

let world: World

beforeAll(async () => {
  // A busy machine is not a silent database.
  world = await givenWorld({ timings: { heartbeat: { everyMs: 1_000, answerMs: 15_000 } } })
})
afterAll(() => world.end())

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${world.url}${path}`, { headers })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

describe('a gateway', () => {
  it('says that it is alive and ready', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200, body: { status: 'alive' } })
    expect(await get('/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ready', notReady: [] },
    })
  })

  it('keeps idle connections for longer than the 60 s that clients and proxies keep theirs', async () => {
    expect((await get('/healthz')).headers.get('keep-alive')).toBe('timeout=65')
  })

  it('is not ready while migrations are pending, and names them', async () => {
    const [{ migration_name: name } = {}] = await sql(
      world.databaseUrl,
      'select migration_name from "_prisma_migrations" order by 1 limit 1',
    )
    const rename = (from: unknown, to: unknown) =>
      sql(
        world.databaseUrl,
        'update "_prisma_migrations" set migration_name = $2 where migration_name = $1',
        [from, to],
      )
    await rename(name, 'another')
    try {
      // What a check found is kept for a second.
      const notReady = await vi.waitFor(async () => {
        const { status, body } = await get('/readyz')
        expect(status).toBe(503)
        return body
      }, 5_000)
      expect(notReady).toEqual({
        status: 'not ready',
        notReady: [`migrations are not applied: ${name}`],
      })
      expect((await get('/healthz')).status).toBe(200)
    } finally {
      await rename('another', name)
    }
    await vi.waitFor(async () => expect((await get('/readyz')).status).toBe(200), 5_000)
  })

  it('makes one check for a flood of requests for its readiness, and keeps what it found', async () => {
    let checks = 0
    let finish = () => {}
    const flooded = await startGateway({
      config: { ...ordinaryConfig, roles: new Set(['web']) },
      databaseUrl: world.databaseUrl,
      secretKey: SECRET_KEY,
      log: pino({ level: 'silent' }),
      clock: world.clock,
      databaseProblems: () => {
        checks++
        return new Promise(resolve => {
          finish = () => resolve(['the disk is nearly full'])
        })
      },
      timings: { readyKeptMs: 60_000 },
    })
    onTestFinished(() => flooded.stop())
    const ask = async () => (await fetch(`${flooded.url}/readyz`)).json()
    const found = { status: 'not ready', notReady: ['the disk is nearly full'] }
    const flood = Array.from({ length: 100 }, ask)
    await vi.waitFor(() => expect(checks).toBe(1), 5_000)
    finish()
    expect(await Promise.all(flood)).toEqual(flood.map(() => found))
    for (let sent = 0; sent < 10; sent++) expect(await ask()).toEqual(found)
    expect(checks).toBe(1)
    // What needs no check is told at once.
    flooded.leave()
    expect(at(await ask(), 'notReady')).toEqual([
      'the gateway is stopping',
      'the disk is nearly full',
    ])
  })

  it('is not ready while the database is gone, says why, and comes back by itself with one listening connection', async () => {
    const host = await givenHost(world)
    await allowConnections(world.databaseUrl, false)
    try {
      await vi.waitFor(async () => {
        const { status, body } = await get('/readyz')
        expect(status).toBe(503)
        expect(at(body, 'notReady')).toEqual([
          'the live feed is not connected',
          'the database does not answer',
        ])
      }, 5_000)
      expect((await get('/healthz')).status).toBe(200)
      const { data, errors } = await world.visitor.answer('{ bookingPage(slug: "x") { slug } }')
      expect(data).toEqual({ bookingPage: null })
      expect(errors?.[0]?.extensions?.code).toBe('UNAVAILABLE')
      // Long enough for several attempts to listen again.
      await new Promise(resolve => setTimeout(resolve, 1_500))
    } finally {
      await allowConnections(world.databaseUrl, true)
    }
    await vi.waitFor(async () => expect((await get('/readyz')).status).toBe(200), 5_000)
    expect(await host.run('{ viewer { id } }')).toEqual({ viewer: { id: host.id } })
    await new Promise(resolve => setTimeout(resolve, 600))
    expect(await countConnections(world.databaseUrl, 'meridian signals')).toBe(1)
  })
})

describe('a request', () => {
  it('gets an id, or keeps the one that it came with', async () => {
    const made = (await get('/healthz')).headers.get('x-request-id')
    expect(made).toMatch(/^[0-9a-f-]{36}$/)
    for (const path of ['/healthz', '/nowhere', '/graphql?query={__typename}']) {
      expect(
        (await get(path, { 'x-request-id': 'trace:42.a_b-c' })).headers.get('x-request-id'),
      ).toBe('trace:42.a_b-c')
    }
    for (const bad of ['has spaces in it', '<script>', 'x'.repeat(129), '"quoted"']) {
      expect((await get('/healthz', { 'x-request-id': bad })).headers.get('x-request-id')).toMatch(
        /^[0-9a-f-]{36}$/,
      )
    }
  })

  it('to a path that is not there is answered in JSON', async () => {
    const { status, headers, body } = await get('/nowhere/at/all?token=secret')
    expect(status).toBe(404)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(body).toEqual({ error: 'There is nothing here.', path: '/nowhere/at/all' })
  })

  it('of a browser to the graph is answered with GraphiQL, which needs nothing of other servers', async () => {
    const response = await fetch(`${world.url}/graphql`, { headers: { accept: 'text/html' } })
    const page = await response.text()
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(page).toContain('GraphiQL')
    expect(page).not.toMatch(/<(script|link)[^>]+(src|href)="?https?:/)
  })
})
