// Work whose cost a stranger decides: it runs in worker threads, ends at its deadline, and never
// fails as INTERNAL.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCalendar } from '../../src/calendars/calendar.ts'
import { isOfSite, isSitePattern } from '../../src/site-pattern.ts'
import {
  BoundExceeded,
  boundedWork,
  runBounded,
  threadCount,
} from '../../src/worker-pool/bounded.ts'
import { openSocket } from '../helpers/socket.ts'
import { type GivenHost, givenHost, givenWorld, textAt, type World } from '../helpers/world.ts'
import { givenCalcom } from '../rest-compat/calcom/calcom.ts'

const reading = {
  from: Date.parse('2026-03-01T00:00:00Z'),
  until: Date.parse('2026-05-01T00:00:00Z'),
  zone: 'UTC',
}

const spansIn = (text: string) => readCalendar(Buffer.from(text), reading).spans

const calendar = (...events: string[][]) =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//test//EN',
    ...events.flatMap((lines, at) => [
      'BEGIN:VEVENT',
      `UID:${at}`,
      'DTSTAMP:20260301T000000Z',
      ...lines,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n')

let world: World
let host: GivenHost
let server: Server
let url: string
let file = ''
let conditional = 0

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  server = createServer((request, response) => {
    if (request.headers['if-none-match'] === '"1"') {
      conditional++
      return response.writeHead(304).end()
    }
    response.writeHead(200, { etag: '"1"' }).end(file)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.ics`
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await world.end()
})

describe('a rule that never occurs', () => {
  it.each([
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31',
    'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31',
  ])('%s ends', rule => {
    const event = ['DTSTART:20200101T090000Z', 'DTEND:20200101T100000Z', `RRULE:${rule}`]
    expect(spansIn(calendar(event))).toEqual([])
  })
})

it('reads an event that lasts two million years', () => {
  const spans = spansIn(calendar(['DTSTART:20260310T090000Z', 'DURATION:P100000000W']))
  expect(spans[0]?.start).toBe(Date.parse('2026-03-10T09:00:00Z'))
})

it('keeps the count of a rule that began before the window', () => {
  const event = ['DTSTART:20260226T090000Z', 'DTEND:20260226T100000Z', 'RRULE:FREQ=DAILY;COUNT=5']
  expect(spansIn(calendar(event))).toHaveLength(2)
})

it('refuses a calendar whose components are nested 100,000 deep', () => {
  expect(() => spansIn('BEGIN:X\r\n'.repeat(100_000))).toThrow('nests components')
})

it('ends a task at its deadline, and says so', async () => {
  const { ended } = boundedWork()
  const bytes = Buffer.from(
    calendar(
      ...Array.from({ length: 20_000 }, () => [
        'DTSTART:20260310T090000Z',
        'RRULE:FREQ=DAILY;COUNT=1',
      ]),
    ),
  )
  const work = runBounded('readCalendar', { bytes, reading }, { owner: 'test', deadlineMs: 1 })
  await expect(work).rejects.toBeInstanceOf(BoundExceeded)
  expect(boundedWork().ended).toBe(ended + 1)
})

const FEED =
  'mutation ($input: AddCalendarFeedInput!) { addCalendarFeed(input: $input) { feed { id problem } } }'

it('reads a calendar feed in a worker thread, and does not parse it again while it is unchanged', async () => {
  file = calendar(['DTSTART:20260310T090000Z', 'DTEND:20260310T100000Z'])
  const { run } = boundedWork()
  textAt(await host.run(FEED, { input: { urls: [url] } }), 'addCalendarFeed.feed.id')
  expect(boundedWork().run).toBe(run + 1)
  world.clock.forward(11)
  await expect.poll(() => conditional, { timeout: 15_000 }).toBeGreaterThan(0)
  expect(boundedWork().run).toBe(run + 1)
})

it('reads a long message to the assistant in a worker thread, and a short one at once', async () => {
  const { run } = boundedWork()
  const ask = (message: string) =>
    world.visitor.run(
      'mutation ($input: AskAssistantInput!) { askAssistant(input: $input) { message } }',
      {
        input: { pageSlug: host.slug, message },
      },
    )
  await ask('Are you free in 2 days?')
  expect(boundedWork().run).toBe(run)
  await ask('2 days '.repeat(142))
  expect(boundedWork().run).toBe(run + 1)
})

const isRefusal = (status: number): boolean => status >= 400 && status < 500

it('ends a template that repeats many blocks, in a worker thread', async () => {
  const { run } = boundedWork()
  const template = `{{#each a}}{{#each ../a}}${'{{#if b}}{{/if}}'.repeat(600)}{{/each}}{{/each}}`
  const data = { a: Array.from({ length: 1_000 }, (_, n) => n) }
  const work = runBounded('fillTemplate', { template, data }, { owner: 'test', deadlineMs: 5_000 })
  await expect(work).rejects.toThrow(/repeats more than 83 times/)
  expect(boundedWork().run).toBe(run + 1)
})

it('ends a template at its deadline, and runs the next one of the same owner', async () => {
  // Escaping these values takes seconds.
  const data = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [`a${n}`, '%'.repeat(500_000)]),
  )
  const fill = (template: string, values: Record<string, unknown>, deadlineMs: number) =>
    runBounded('fillTemplate', { template, data: values }, { owner: 'test', deadlineMs })
  const [late, next] = await Promise.allSettled([
    fill('a={{b}}', data, 20),
    fill('a={{b}}', { b: 'c' }, 10_000),
  ])
  expect(late).toMatchObject({
    status: 'rejected',
    reason: { name: 'BoundExceeded', bound: 'deadline' },
  })
  expect(next).toEqual({ status: 'fulfilled', value: 'a=c' })
})

describe('a document that is nested too deeply', () => {
  it.each(['{a', '{a(b:{c:', '[', 'query($a:['])(
    '%s again and again is refused as too expensive',
    async part => {
      expect(await world.visitor.codeOf(part.repeat(1_400))).toBe('QUERY_TOO_EXPENSIVE')
      expect(await world.visitor.codeOf(part.repeat(2_900))).toBe('QUERY_TOO_EXPENSIVE')
    },
  )

  it('is refused as too expensive over a websocket', async () => {
    const socket = await openSocket(world.url, { init: {} })
    socket.send({ type: 'subscribe', id: 'deep', payload: { query: '{a'.repeat(2_900) } })
    const { type, payload } = await socket.nextOf('deep')
    expect([type, JSON.stringify(payload)]).toEqual([
      'error',
      expect.stringContaining('QUERY_TOO_EXPENSIVE'),
    ])
    await socket.close()
  })

  it.each([
    ['/v2/oauth-clients', '['],
    ['/v2/oauth-clients', '{"a":'],
    ['/v2/oauth-clients', '{"name":['],
    ['/api/book/x/y', '['],
  ])('is refused by %s as a body of %s again and again', async (path, part) => {
    const api = await givenCalcom(world, host)
    const body = part.repeat(20_000)
    const close = [...body]
      .reverse()
      .map(each => (each === '[' ? ']' : each === '{' ? '}' : ''))
      .join('')
    const response = await fetch(`${world.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: `${body}1${close}`,
    })
    expect([response.status, await response.text()]).toEqual([
      expect.toSatisfy(isRefusal),
      expect.any(String),
    ])
  })

  it('is refused or ignored as brackets in the names of a query', async () => {
    const nested = `eventTypeId${'[a]'.repeat(1_500)}=1`
    const response = await fetch(`${world.url}/v2/slots?start=2026-03-03&end=2026-03-03&${nested}`)
    expect(response.status).toSatisfy(isRefusal)
  })
})

describe('work before the execution of an operation', () => {
  const SLOTS = `query ($pages: [String!]!) {
    commonSlots(pages: $pages, start: "2027-01-01", end: "2027-01-02", durationMinutes: 15) { date }
  }`
  const BOOKING = 'mutation ($input: BookInput!) { book(input: $input) { booking { id } } }'
  const wrongKeys = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, n) => [`eventTypee${n}`, 1]),
  )

  it('reports the first wrong variables, in short messages', async () => {
    for (const [query, variables] of [
      [SLOTS, { pages: Array.from({ length: 5_000 }, () => 1) }],
      [BOOKING, { input: wrongKeys }],
    ] as const) {
      // Compiled after some times.
      for (let time = 0; time < 5; time++) {
        const errors = await world.visitor.refused(query, variables)
        expect(errors.length).toBeLessThan(10)
        expect(JSON.stringify(errors).length).toBeLessThan(20_000)
        expect(errors[0]?.extensions?.code).toBe('INVALID_INPUT')
      }
    }
  })

  it('rejects more than 10,000 values in the variables', async () => {
    const pages = Array.from({ length: 12_000 }, () => 'x')
    const [error] = await world.visitor.refused(SLOTS, { pages })
    expect(error?.extensions).toMatchObject({
      code: 'QUERY_TOO_EXPENSIVE',
      limit: 'values',
      allowed: 10_000,
    })
  })

  it.each([
    ['repeats', '{ viewer { id } '.concat('viewer { id } '.repeat(40), '}')],
    ['repeats', `{ viewer { ${'id '.repeat(1_000)} } }`],
    [
      'fragments',
      `{ viewer { ...F0 } } ${Array.from({ length: 100 }, (_, n) => `fragment F${n} on User { id ...F${n + 1} }`).join(' ')}`,
    ],
  ])(
    'rejects a document with too many %s before it is validated, over HTTP and over websockets',
    async (limit, query) => {
      const expected = { code: 'QUERY_TOO_EXPENSIVE', limit }
      expect((await world.visitor.refused(query))[0]?.extensions).toMatchObject(expected)
      const socket = await openSocket(world.url, { init: {} })
      socket.send({ type: 'subscribe', id: '1', payload: { query } })
      expect(JSON.stringify((await socket.nextOf('1')).payload)).toContain(`"limit":"${limit}"`)
      await socket.close()
    },
  )

  it('reports the first errors of a document', async () => {
    const errors = await world.visitor.refused(
      `{ ${Array.from({ length: 1_000 }, (_, n) => `unknown${n}`).join(' ')} }`,
    )
    expect(errors.length).toBeLessThan(10)
  })
})

describe('a site pattern', () => {
  it.each([
    'https://*********!',
    'https://a*.example',
    'https://*.*.example.com',
    'https://*.com',
    'https://*',
  ])('%s is no pattern, and matches no origin', pattern => {
    expect(isSitePattern(pattern)).toBe(false)
    expect(isOfSite(pattern, `https://${'a'.repeat(90)}`)).toBe(false)
  })

  it('that is invalid is rejected with the field when a platform client names it', async () => {
    const api = await givenCalcom(world, host)
    const client = { name: 'x', permissions: ['*'], redirectUris: ['https://*********!'] }
    const { status, body } = await api.post('/oauth-clients', client)
    expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('redirectUris')])
  })

  it('of a platform client is compared with long origins', async () => {
    const api = await givenCalcom(world, host)
    const client = { name: 'x', permissions: ['*'], redirectUris: ['https://*.example.com/cb'] }
    expect((await api.post('/oauth-clients', client)).status).toBe(201)
    const origin = `https://${'a'.repeat(90)}`
    const response = await fetch(`${world.url}/v2/me`, {
      headers: { authorization: `Bearer ${api.token}`, origin },
    })
    expect([200, 401, 403]).toContain(response.status)
  })

  it('stands for one label', () => {
    expect(isOfSite('https://*.example.com/cb', 'https://a.example.com')).toBe(true)
    expect(isOfSite('https://*.example.com/cb', 'https://a.b.example.com')).toBe(false)
    expect(isOfSite('https://*.example.com/cb', 'https://example.com')).toBe(false)
    expect(isOfSite('https://*.example.com/cb', 'http://a.example.com')).toBe(false)
    expect(isOfSite('https://*.example.com/cb', 'https://a.example.com.evil.test')).toBe(false)
  })
})

it('ends the worker threads when the last gateway of the process stops, and starts them again when they are needed', async () => {
  const fill = () =>
    runBounded(
      'fillTemplate',
      { template: '{{a}}', data: { a: 'b' } },
      { owner: 'test', deadlineMs: 10_000 },
    )
  const other = await givenWorld()
  expect(await fill()).toBe('b')
  await other.end()
  expect(threadCount()).toBeGreaterThan(0)
  await world.gateway.stop()
  expect(threadCount()).toBe(0)
  expect(await fill()).toBe('b')
})
