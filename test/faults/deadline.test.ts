import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Gateway, startGateway } from '../../src/gateway.ts'
import { codeFor, givenApp, post, redemption } from '../helpers/oauth.ts'
import { everything, sql, whileLocked } from '../helpers/postgres.ts'
import { openSocket } from '../helpers/socket.ts'
import {
  at,
  BOOK,
  booking,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  ordinaryConfig,
  SECRET_KEY,
  textAt,
  type World,
} from '../helpers/world.ts'
import { givenToken } from '../rest-compat/rest.ts'

let world: World
/** A gateway on the same database whose time limit passes soon. */
let hasty: Gateway
let host: GivenHost
let eventType: string
let slug: string
let token: string
let hostId: number
/** Another session on the database. */
let other: pg.Client

// The first key of the lock on a host's changes.
const HOST_LOCK = 7_146_001

beforeAll(async () => {
  world = await givenWorld({ timings: { requestMs: 6_000 } })
  hasty = await startGateway({
    config: { ...ordinaryConfig, roles: new Set(['web']) },
    databaseUrl: world.databaseUrl,
    secretKey: SECRET_KEY,
    log: pino({ level: 'silent' }),
    clock: world.clock,
    timings: { requestMs: 800, readyMs: 800 },
  })
  host = await givenHost(world)
  eventType = await givenEventType(host, { name: 'Intro', slug: 'intro' })
  slug = host.slug
  token = await givenToken(host)
  const [row] = await sql(world.databaseUrl, 'select "id" from "User" where "uid" = $1', [host.id])
  hostId = Number(row?.id)
  other = new pg.Client({ connectionString: world.databaseUrl })
  await other.connect()
})
afterAll(async () => {
  await other.end()
  await hasty.stop()
  await world.end()
})

let bookings = 0
/** Free starts, one after another: 16 a day, each weekday of a week. */
const nextStart = () => {
  const day = Math.floor(bookings / 16)
  const time = (bookings++ % 16) * 30 * 60_000
  return new Date(Date.parse('2026-03-03T09:00:00Z') + day * 86_400_000 + time).toISOString()
}

interface Reply {
  status: number
  retryAfter: string | null
  body: unknown
}

async function send(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  { url }: Pick<Gateway, 'url'> = hasty,
): Promise<Reply> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: text.startsWith('{') ? JSON.parse(text) : text,
  }
}

async function givenManagedAccount(owner: GivenHost): Promise<{ client: string; account: string }> {
  const { createPlatformClient } = await owner.run(
    `mutation { createPlatformClient(input: {
      name: "Platform", redirectUris: ["https://platform.example"], permissions: [PROFILE_READ]
    }) { client { id: clientId } } }`,
  )
  const client = textAt(createPlatformClient, 'client.id')
  const data = await owner.run(
    `mutation ($client: ID!) {
      createManagedAccount(input: { clientId: $client, email: "ada@example.org", name: "Ada" }) { account { id: userId } }
    }`,
    { client },
  )
  return { client, account: textAt(data, 'createManagedAccount.account.id') }
}

const bearer = () => ({ authorization: `Bearer ${token}` })

/**
 * Sends a write while the host's lock is held elsewhere until long after the answer; nothing may be
 * stored then.
 */
const whileHostLocked = (write: () => Promise<Reply>) =>
  whileHeld(
    () => other.query('select pg_advisory_lock($1, $2)', [HOST_LOCK, hostId]),
    () => other.query('select pg_advisory_unlock($1, $2)', [HOST_LOCK, hostId]),
    write,
  )

/** The same while nothing can be written to a table. */
const whileUnwritable = (table: string, write: () => Promise<Reply>) =>
  whileHeld(
    () => other.query(`begin; lock table "${table}" in share mode`),
    () => other.query('rollback'),
    write,
  )

async function whileHeld(
  hold: () => Promise<unknown>,
  free: () => Promise<unknown>,
  write: () => Promise<Reply>,
): Promise<Reply> {
  // The use of a key is noted beside every request that brings it.
  const stored = async () => ({
    ...(await everything(world.databaseUrl)),
    ApiKey: [],
    RateLimit: [],
  })
  const before = await stored()
  await hold()
  let reply: Reply
  try {
    reply = await write()
  } finally {
    await free()
  }
  // Had anything of the write gone on, it would have the lock now.
  await vi.waitFor(async () => {
    const [row] = await sql(
      world.databaseUrl,
      `select count(*)::int as open from pg_stat_activity
       where datname = current_database() and application_name = 'meridian' and state <> 'idle'`,
    )
    expect(row?.open).toBe(0)
  }, 5_000)
  expect(await stored()).toEqual(before)
  return reply
}

const inGraph = (query: string, variables: Record<string, unknown>) => () =>
  send('/graphql', { query, variables }, host.headers)

const CANCEL =
  'mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { booking { id } } }'
const MOVE =
  'mutation ($input: RescheduleBookingInput!) { rescheduleBooking(input: $input) { booking { id } } }'

describe('a write that cannot be answered in time', { timeout: 20_000 }, () => {
  it.each(['book', 'cancel', 'reschedule'] as const)(
    'is reported by the graph as TIMEOUT and not stored: %s',
    async act => {
      const given = await givenBooking(world.visitor, eventType, nextStart())
      const writes = {
        book: inGraph(BOOK, booking(eventType, nextStart())),
        cancel: inGraph(CANCEL, { input: { id: given.id } }),
        reschedule: inGraph(MOVE, { input: { id: given.id, start: nextStart() } }),
      }
      const reply = await whileHostLocked(writes[act])
      expect(reply).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) })
      expect(at(reply.body, 'errors.0.extensions')).toMatchObject({
        code: 'TIMEOUT',
        retryAfterSeconds: expect.any(Number),
      })
    },
  )

  it('is not stored when it is a single statement', async () => {
    const own =
      'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { id } } }'
    const page =
      'mutation ($input: UpdateBookingPageInput!) { updateBookingPage(input: $input) { bookingPage { slug } } }'
    const assistant =
      'mutation ($input: AskAssistantInput!) { askAssistant(input: $input) { sessionId } }'
    const logIn = 'mutation ($input: LogInInput!) { logIn(input: $input) { user { id } } }'
    const register = 'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }'
    const password = 'correct horse battery'
    const { client, account } = await givenManagedAccount(host)
    const updateManaged =
      'mutation ($input: UpdateManagedAccountInput!) { updateManagedAccount(input: $input) { account { id: userId } } }'
    const deleteManaged =
      'mutation ($input: DeleteManagedAccountInput!) { deleteManagedAccount(input: $input) { id: deletedId } }'
    const writes: [table: string, query: string, input: Record<string, unknown> | undefined][] = [
      ['User', own, { name: 'Changed' }],
      ['BookingPage', page, { bio: 'Changed' }],
      ['AssistantSession', assistant, { pageSlug: slug, message: 'Hello', timeZone: 'UTC' }],
      ['Session', logIn, { email: host.email, password }],
      // The account is created in the same transaction as its session.
      ['Session', register, { name: 'Late', email: 'late@example.org', password }],
      ['Session', 'mutation { logOut { ok } }', undefined],
      [
        'BookingPage',
        updateManaged,
        { clientId: client, userId: account, name: 'Changed', bio: 'Changed' },
      ],
      ['User', deleteManaged, { clientId: client, userId: account }],
    ]
    for (const [table, query, input] of writes) {
      const reply = await whileUnwritable(table, inGraph(query, { input }))
      expect(reply, query).toMatchObject({
        status: 503,
        retryAfter: expect.stringMatching(/^\d+$/),
      })
      expect(at(reply.body, 'errors.0.extensions.code'), query).toBe('TIMEOUT')
    }
  })

  it('is not stored when it spends an authorization code', async () => {
    const app = await givenApp(host)
    const form = redemption(app, await codeFor(host, app))
    const reply = await whileUnwritable('TokenFamily', async () => {
      const { status, headers, body } = await post(hasty.url, '/oauth/token', form)
      return { status, retryAfter: headers.get('retry-after'), body }
    })
    expect(reply).toMatchObject({
      status: 503,
      retryAfter: expect.stringMatching(/^\d+$/),
      body: { error: 'temporarily_unavailable' },
    })
    expect((await post(world.url, '/oauth/token', form)).status).toBe(200)
  })

  it('is reported through Yoga and over a websocket as TIMEOUT and not stored', async () => {
    const write = { query: BOOK, variables: booking(eventType, nextStart()) }
    const reply = await whileHostLocked(() =>
      send('/graphql', write, { accept: 'application/graphql-response+json, application/json' }),
    )
    expect(reply).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) })
    expect(at(reply.body, 'errors.0.extensions.code')).toBe('TIMEOUT')
    expect(at(reply.body, 'extensions.http')).toBeUndefined()

    const socket = await openSocket(hasty.url, { init: {} })
    await whileHostLocked(async () => {
      socket.send({ type: 'subscribe', id: 'late', payload: write })
      expect(at(await socket.nextOf('late'), 'payload.errors.0.extensions.code')).toBe('TIMEOUT')
      return { status: 0, retryAfter: null, body: undefined }
    })
    await socket.close()
  })

  it('is named by its path when the same request stored an earlier change', async () => {
    const stranger = await givenHost(world)
    const theirs = await givenEventType(stranger)
    await other.query('select pg_advisory_lock($1, $2)', [HOST_LOCK, hostId])
    const reply = await send(
      '/graphql',
      {
        query: `mutation ($a: BookInput!, $b: BookInput!) {
        done: book(input: $a) { booking { id } }
        late: book(input: $b) { booking { id } }
      }`,
        variables: {
          a: booking(theirs, '2026-03-03T09:00:00Z').input,
          b: booking(eventType, nextStart()).input,
        },
      },
      {},
      world,
    )
    await other.query('select pg_advisory_unlock($1, $2)', [HOST_LOCK, hostId])
    // The payload of a mutation cannot be null, so one that fails takes the data of the others
    // along.
    expect(reply).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) })
    expect(at(reply.body, 'errors.0')).toMatchObject({
      path: ['late'],
      extensions: { code: 'TIMEOUT' },
    })
    expect(await world.visitor.codeOf(BOOK, booking(theirs, '2026-03-03T09:00:00Z'))).toBe(
      'SLOT_UNAVAILABLE',
    )
  })

  it.each([
    ['CalendarPA', { error: expect.any(String), code: 'TIMEOUT' }],
    ['Calendo', { error: expect.any(String) }],
    ['Calendly', { title: 'Service Unavailable', message: expect.any(String) }],
    [
      'Cal.com',
      { status: 'error', error: expect.objectContaining({ code: 'ServiceUnavailableException' }) },
    ],
  ])('is 503 with Retry-After in the words of %s, and not stored', async (dialect, body) => {
    const start = nextStart()
    const invitee = { name: 'Ann', email: 'ann@example.org' }
    const [row] = await sql(world.databaseUrl, 'select "id" from "EventType" where "uid" = $1', [
      eventType,
    ])
    const given = await givenBooking(world.visitor, eventType, nextStart())
    const writes: Record<string, (() => Promise<Reply>)[]> = {
      CalendarPA: [
        () =>
          send(
            '/api/v1/bookings',
            {
              event_type_id: eventType,
              start_time: start,
              invitee_name: 'Ann',
              invitee_email: 'ann@example.org',
            },
            bearer(),
          ),
        () => send(`/api/v1/bookings/${given.id}/cancel`, {}, bearer()),
      ],
      Calendo: [
        () => send(`/api/book/${slug}/intro`, { ...invitee, timezone: 'UTC', start_time: start }),
        () => send(`/api/bookings/${given.id}/cancel`, {}, { 'x-api-key': token }),
        () =>
          send(
            `/api/bookings/${given.id}/reschedule`,
            { start_time: start },
            { 'x-api-key': token },
          ),
      ],
      Calendly: [
        () =>
          send(
            '/invitees',
            {
              event_type: `${hasty.url}/event_types/${eventType}`,
              start_time: start,
              invitee: { ...invitee, timezone: 'UTC' },
            },
            bearer(),
          ),
        () => send(`/scheduled_events/${given.id}/cancellation`, {}, bearer()),
      ],
      'Cal.com': [
        () =>
          send(
            '/v2/bookings',
            { start, eventTypeId: row?.id, attendee: { ...invitee, timeZone: 'UTC' } },
            { 'cal-api-version': '2024-08-13' },
          ),
        () =>
          send(
            `/v2/bookings/${given.id}/cancel`,
            { cancellationReason: 'Ill' },
            { ...bearer(), 'cal-api-version': '2024-08-13' },
          ),
        () =>
          send(
            `/v2/bookings/${given.id}/reschedule`,
            { start },
            { ...bearer(), 'cal-api-version': '2024-08-13' },
          ),
      ],
    }
    for (const [index, write] of (writes[dialect] ?? []).entries()) {
      const reply = await whileHostLocked(write)
      expect(reply, `${dialect} ${index}`).toMatchObject({
        status: 503,
        retryAfter: expect.stringMatching(/^\d+$/),
        body,
      })
    }
  })
})

describe('the time limit', { timeout: 20_000 }, () => {
  it('covers authentication', async () => {
    const fresh = await givenToken(host)
    await whileLocked(world.databaseUrl, 'ApiKey', async () => {
      const headers = { authorization: `Bearer ${fresh}` }
      const query = '{ viewer { id } }'
      expect(await send('/graphql', { query }, headers)).toMatchObject({
        status: 503,
        retryAfter: expect.stringMatching(/^\d+$/),
        body: { errors: [{ extensions: { code: 'TIMEOUT' } }] },
      })
      const rest = await fetch(`${hasty.url}/api/v1/me`, { headers })
      expect([rest.status, rest.headers.get('retry-after')]).toEqual([
        503,
        expect.stringMatching(/^\d+$/),
      ])
      const socket = await openSocket(hasty.url)
      socket.send({ type: 'connection_init', payload: { apiKey: fresh } })
      // Clients of graphql-ws retry after this code.
      expect((await socket.closed).code).toBe(1013)
    })
  })

  it('covers reads', async () => {
    await whileLocked(world.databaseUrl, 'BookingPage', async () => {
      const reply = await send('/graphql', { query: '{ bookingPage(slug: "x") { slug } }' })
      expect(reply).toMatchObject({
        status: 503,
        body: { errors: [{ extensions: { code: 'TIMEOUT' } }] },
      })
      const page = await fetch(`${hasty.url}/${slug}`, { headers: { accept: 'text/html' } })
      expect([page.status, page.headers.get('content-type')]).toEqual([
        503,
        expect.stringContaining('text/html'),
      ])
      expect(page.headers.get('retry-after')).toMatch(/^\d+$/)
    })
  })

  it('covers the token endpoint of OAuth', async () => {
    await whileLocked(world.databaseUrl, 'OAuthClient', async () => {
      const response = await fetch(`${hasty.url}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: 'x',
          client_secret: 'y',
          code: 'z',
        }),
      })
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' })
    })
  })

  it('covers readiness', async () => {
    await whileLocked(world.databaseUrl, '_prisma_migrations', async () => {
      const response = await fetch(`${hasty.url}/readyz`)
      expect(response.status).toBe(503)
      expect(await response.json()).toMatchObject({ notReady: ['the database does not answer'] })
    })
  })
})

it('books once for one Idempotency-Key of Calendo', async () => {
  const body = { name: 'Ann', email: 'ann@example.org', timezone: 'UTC', start_time: nextStart() }
  const book = (more = {}) =>
    send(`/api/book/${slug}/intro`, { ...body, ...more }, { 'idempotency-key': 'once' }, world)
  const first = await book()
  expect(first.status).toBe(201)
  expect(await book()).toEqual(first)
  expect(await book({ name: 'Bob' })).toMatchObject({
    status: 409,
    body: { error: expect.any(String) },
  })
})
