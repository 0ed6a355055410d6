// How the pages share the root with everything else, and what an address may do.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialects } from '../../rest-compat/dialects.ts'
import { isReserved } from '../../src/accounts/page-slug.ts'
import { givenEventType, givenHost, givenWorld, plenty, type World } from '../helpers/world.ts'
import { open, submit, wordsOf } from './browser.ts'

let world: World

beforeAll(async () => {
  world = await givenWorld({
    config: { limits: plenty({ pageViews: 12, pageForms: 2 }) },
  })
})
afterAll(() => world.end())

const firstOf = (path: string): string => path.split('/')[1] ?? ''

/** First segments of all that stands at the root beside the pages of hosts. */
const segments = new Set([
  ...['graphql', 'healthz', 'readyz', 'oauth', 'booking', 'cancellations', 'reschedulings', 'd'],
  ...dialects.flatMap(({ bases, routes }) => [
    ...bases.map(firstOf),
    ...(bases.includes('/') ? routes.map(({ path }) => firstOf(path)) : []),
  ]),
])
segments.delete('')

it('keeps pages of hosts from where something else stands', () => {
  expect(segments.size).toBeGreaterThan(20)
  expect([...segments].filter(segment => !isReserved(segment))).toEqual([])
})

it('leaves the graph, OAuth and REST what is theirs', async () => {
  const paths = {
    '/graphql?query={__typename}': 200,
    '/healthz': 200,
    '/oauth/authorize': 400,
    '/.well-known/oauth-authorization-server': 200,
    '/oauth/token': 405,
    '/api/openapi.json': 200,
    '/v1/bookings': 401,
    '/users/me': 401,
    '/users/nobody/intro': 404,
    '/scheduled_events/e/invitees': 401,
    '/invitees': 404,
    '/favicon.ico': 404,
  }
  for (const [path, status] of Object.entries(paths)) {
    const answer = await fetch(world.url + path)
    expect([path, answer.status, await answer.text()]).toEqual([
      path,
      status,
      expect.not.stringContaining('class="wrong"'),
    ])
    // Pages take forms; everything else has the policy that allows nothing.
    expect(answer.headers.get('content-security-policy')).not.toContain("form-action 'self'")
  }
})

it('shows an address so many pages a minute, and takes so many forms', async () => {
  const host = await givenHost(world)
  await givenEventType(host, { name: 'Intro', slug: 'intro' })
  const form = await open(`${world.url}/${host.slug}/intro/2026-03-03T09:00:00Z`)
  const statuses = []
  for (let sent = 0; sent < 3; sent++)
    statuses.push((await submit(form, {}, { unchecked: true })).status)
  expect(statuses).toEqual([422, 422, 429])
  for (let asked = 0; asked < 12; asked++) await open(`${world.url}/${host.slug}`)
  const refused = await open(`${world.url}/${host.slug}`)
  expect([refused.status, refused.title]).toEqual([429, 'Too many requests'])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(wordsOf(refused.html)).toContain('come back in')
})

it('links to itself below the path at which a proxy has it', async () => {
  const below = await givenWorld({ config: { publicUrl: 'https://example.com/meet' } })
  try {
    const host = await givenHost(below)
    await givenEventType(host, { name: 'Intro', slug: 'intro' })
    const pages = [
      `/${host.slug}`,
      `/${host.slug}/intro?date=2026-03-03`,
      `/${host.slug}/intro/2026-03-03T09:00:00Z`,
    ]
    for (const path of pages) {
      const { html } = await open(below.url + path)
      const addresses = [...html.matchAll(/(?:href|action)="([^"]*)"/g)].map(
        ([, address = '']) => address,
      )
      expect(addresses.length).toBeGreaterThan(0)
      expect(addresses.filter(address => !address.startsWith('/meet/'))).toEqual([])
    }
  } finally {
    await below.end()
  }
})

it('refuses a form that is longer than any can be', async () => {
  const answer = await fetch(`${world.url}/cancellations/inv_x.y`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `reason=${'x'.repeat(70_000)}`,
  })
  expect([answer.status, await answer.text()]).toEqual([
    413,
    expect.stringContaining('This is too long'),
  ])
})
