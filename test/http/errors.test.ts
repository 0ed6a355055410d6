import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorCodes } from '../../src/errors.ts'
import { sql } from '../helpers/postgres.ts'
import { openSocket, overSocket } from '../helpers/socket.ts'
import { stream } from '../helpers/sse.ts'
import {
  at,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost
const logged: string[] = []

beforeAll(async () => {
  const memory = new Writable({
    write(line, _encoding, done) {
      logged.push(String(line))
      done()
    },
  })
  world = await givenWorld({ log: pino({ level: 'info' }, memory) })
  host = await givenHost(world)
})
afterAll(() => world.end())

interface Payload {
  query: string
  variables?: Record<string, unknown>
  operationName?: string
}

const post = async (payload: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })
  return { response, body: await response.json() }
}

const doors: Record<string, (payload: Payload) => Promise<unknown>> = {
  HTTP: async payload => (await post(payload)).body,
  'a batch': async payload => at((await post([payload])).body, '0'),
  'server-sent events': async payload => {
    const answer = await stream(world.url, payload.query, { variables: payload.variables ?? {} })
    const first = await answer.next()
    answer.stop()
    return first
  },
  'a websocket': payload => overSocket(world.url, payload),
}

const BOOK = 'mutation ($input: BookInput!) { book(input: $input) { booking { id } } }'
const invitee = { name: 'Ann', email: 'ann@example.org' }

const mistakes: [name: string, payload: Payload, code: string, path?: string | RegExp][] = [
  ['a document that cannot be read', { query: 'query {' }, 'INVALID_QUERY'],
  ['an empty document', { query: '   ' }, 'INVALID_QUERY'],
  ['a field that does not exist', { query: '{ nope }' }, 'INVALID_QUERY'],
  [
    'a variable that is missing',
    { query: 'query ($id: ID!) { node(id: $id) { id } }' },
    'INVALID_INPUT',
    'id',
  ],
  [
    'a variable of the wrong kind',
    { query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id: { a: 1 } } },
    'INVALID_INPUT',
    'id',
  ],
  [
    'a value deep in a variable',
    { query: BOOK, variables: { input: { eventType: {}, start: 5, invitee } } },
    'INVALID_INPUT',
    'input.start',
  ],
  [
    'a value in a list',
    {
      query: BOOK,
      variables: {
        input: {
          eventType: {},
          start: '2026-03-03T09:00:00Z',
          invitee,
          guests: ['a@example.org', 7],
        },
      },
    },
    'INVALID_INPUT',
    'input.guests.1',
  ],
  [
    'a field that an input does not have',
    {
      query: BOOK,
      variables: { input: { eventType: {}, start: '2026-03-03T09:00:00Z', invitee, nope: 1 } },
    },
    'INVALID_INPUT',
    'input',
  ],
  [
    'a null where a default stood',
    { query: 'query ($id: ID = "x") { node(id: $id) { id } }', variables: { id: null } },
    'INVALID_INPUT',
    'id',
  ],
  [
    'what the act itself finds wrong',
    {
      query: BOOK,
      variables: { input: { eventType: { slug: 'x' }, start: '2026-03-03T09:00:00Z', invitee } },
    },
    'INVALID_INPUT',
    'input.eventType.page',
  ],
  [
    'U+0000 in a variable',
    {
      query: 'query ($slug: String!) { bookingPage(slug: $slug) { slug } }',
      variables: { slug: 'a\0b' },
    },
    'INVALID_INPUT',
    'slug',
  ],
  [
    'U+0000 in the document',
    { query: '{ bookingPage(slug: "a\\u0000b") { slug } }' },
    'INVALID_INPUT',
    'query',
  ],
]

describe.each(Object.entries(doors))('over %s', (_name, door) => {
  it.each(mistakes)('%s is an error with a code', async (_what, payload, code, path) => {
    // The first times it is interpreted, later compiled: what is said stays.
    for (let time = 0; time < 5; time++) {
      const answer = await door(payload)
      expect(at(answer, 'errors.0.message')).toEqual(expect.any(String))
      const extensions = at(answer, 'errors.0.extensions')
      expect(extensions).toMatchObject({ code })
      if (path !== undefined) expect(at(extensions, 'fields.0.path')).toBe(path)
      expect(at(extensions, 'http')).toBeUndefined()
    }
  })

  it('an operation that the document does not have is an error with a code', async () => {
    const query = 'query A { __typename } query B { __typename }'
    expect(at(await door({ query }), 'errors.0.extensions')).toEqual({ code: 'INVALID_QUERY' })
  })

  it('a failure on our side is INTERNAL, says nothing more, and its request id finds it in the log', async () => {
    await sql(world.databaseUrl, 'alter table "BookingPage" rename to "Elsewhere"')
    try {
      for (let time = 0; time < 5; time++) {
        const answer = await door({ query: '{ bookingPage(slug: "somebody") { slug } }' })
        expect(at(answer, 'data') ?? null).toEqual({ bookingPage: null })
        expect(at(answer, 'errors.0.message')).toBe('Something failed on our side.')
        expect(at(answer, 'errors.0.path')).toEqual(['bookingPage'])
        expect(at(answer, 'errors.0.extensions')).toEqual({
          code: 'INTERNAL',
          requestId: expect.any(String),
        })
        expect(JSON.stringify(answer)).not.toMatch(
          /prisma|postgres|relation|Elsewhere|\/src\/|node_modules/i,
        )
        const requestId = String(at(answer, 'errors.0.extensions.requestId'))
        expect(
          logged.filter(line => line.includes(requestId) && line.includes('BookingPage')),
        ).not.toEqual([])
      }
    } finally {
      await sql(world.databaseUrl, 'alter table "Elsewhere" rename to "BookingPage"')
    }
    expect(
      at(await door({ query: '{ bookingPage(slug: "somebody") { slug } }' }), 'errors'),
    ).toBeUndefined()
  })
})

describe('a live answer', () => {
  it('ends a subscription with INTERNAL when an event cannot be read, and the client gets it when it resumes', async () => {
    const eventType = await givenEventType(host)
    const socket = await openSocket(world.url, { headers: host.headers, init: {} })
    const query =
      'subscription { bookingEvents(types: [CONTACT_CREATED], after: "start") { kind contact { email } } }'
    await sql(world.databaseUrl, 'alter table "Contact" rename column "createdAt" to "elsewhere"')
    const booked = givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    await expect(booked).rejects.toThrow('INTERNAL')
    await sql(world.databaseUrl, 'alter table "Contact" rename column "elsewhere" to "createdAt"')
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')

    await sql(world.databaseUrl, 'alter table "Contact" rename column "createdAt" to "elsewhere"')
    socket.send({ type: 'subscribe', id: 'live', payload: { query } })
    const failed = await socket.nextOf('live')
    await sql(world.databaseUrl, 'alter table "Contact" rename column "elsewhere" to "createdAt"')
    expect(failed.type).toBe('error')
    expect(failed.payload).toMatchObject([
      { message: 'Something failed on our side.', extensions: { code: 'INTERNAL' } },
    ])
    socket.send({ type: 'subscribe', id: 'live', payload: { query } })
    expect(at((await socket.nextOf('live')).payload, 'data.bookingEvents.contact.email')).toBe(
      'ann@example.org',
    )

    const invitee = { name: 'Bob', email: 'bob@example.org', timeZone: 'Europe/Berlin' }
    await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z', { invitee })
    expect(at((await socket.nextOf('live')).payload, 'data.bookingEvents.contact.email')).toBe(
      'bob@example.org',
    )
    await socket.close()
  })
})

describe('a request that is none of GraphQL', () => {
  it.each([
    ['JSON that breaks off', '{"query":', 400],
    ['another kind of JSON', 'null', 400],
    ['no query', '{}', 400],
    ['a query that is no text', '{"query":5}', 400],
    ['variables that are no object', '{"query":"{ __typename }","variables":"x"}', 400],
    ['a parameter that does not exist', '{"query":"{ __typename }","nope":1}', 400],
  ])('%s is refused with a code of the list', async (_name, body, status) => {
    const { response, body: answer } = await post(body)
    expect([status, 200]).toContain(response.status)
    expect(Object.keys(errorCodes)).toContain(at(answer, 'errors.0.extensions.code'))
    expect(at(answer, 'errors.0.extensions.code')).not.toBe('INTERNAL')
    expect(JSON.stringify(answer)).not.toContain('node_modules')
  })

  it('cannot change anything with a GET', async () => {
    const query = encodeURIComponent(
      'mutation { updateProfile(input: { name: "Changed" }) { user { name } } }',
    )
    const response = await fetch(`${world.url}/graphql?query=${query}`, { headers: host.headers })
    expect(response.status).toBe(405)
    expect(await host.run('{ viewer { name } }')).not.toEqual({ viewer: { name: 'Changed' } })
  })

  it('closes a websocket that speaks otherwise with the code of the protocol', async () => {
    const before = await openSocket(world.url)
    before.send({ type: 'subscribe', id: '1', payload: { query: '{ __typename }' } })
    expect((await before.closed).code).toBe(4401)
    const twice = await openSocket(world.url, { init: {} })
    twice.send({ type: 'connection_init' })
    expect((await twice.closed).code).toBe(4429)
    const garbled = await openSocket(world.url, { init: {} })
    garbled.sendText('no JSON')
    expect((await garbled.closed).code).toBe(4400)
    const same = await openSocket(world.url, { headers: host.headers, init: {} })
    const payload = { query: 'subscription { bookingEvents { kind } }' }
    same.send({ type: 'subscribe', id: '1', payload })
    same.send({ type: 'subscribe', id: '1', payload })
    expect((await same.closed).code).toBe(4409)
  })
})
