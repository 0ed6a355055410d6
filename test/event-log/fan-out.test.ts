import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { feedOf } from '../helpers/events.ts'
import { sql } from '../helpers/postgres.ts'
import { type Message, openSocket, overSocket, type Socket } from '../helpers/socket.ts'
import { stream } from '../helpers/sse.ts'
import {
  at,
  type Client,
  clientOf,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  ordinaryConfig,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World

beforeAll(async () => {
  // Without workers, whose queries would be counted too.
  world = await givenWorld({
    config: { roles: new Set(['web']), live: { ...ordinaryConfig.live } },
  })
})
afterAll(() => world.end())

const FOLLOW = `subscription ($after: String) {
  bookingEvents(after: $after, types: [BOOKING_CREATED, BOOKING_CANCELLED]) {
    id cursor kind booking { id invitees { id email } eventType { name } } contact { email }
  }
}`
const CREATE_HOOK = `mutation { createHook(input: { url: "https://example.com/hook", events: [BOOKING_CREATED] }) { hook { id } } }`
const DELIVERIES =
  'subscription { deliveryEvents { id status hook { id } event { kind booking { id } } } }'
const SLOTS = `subscription ($id: ID!) {
  slotsChanged(eventType: { id: $id }, start: "2026-03-03", end: "2026-03-04") { date slots { start } }
}`

async function keyOf(host: Client, scopes: string[]): Promise<Client & { id: string }> {
  const query = `mutation ($scopes: [String!]) {
    createApiKey(input: { label: "Feed", scopes: $scopes }) { secret apiKey { id } }
  }`
  const made = await host.run(query, { scopes })
  const client = clientOf(world.url, { 'x-api-key': textAt(made, 'createApiKey.secret') })
  return { ...client, id: textAt(made, 'createApiKey.apiKey.id') }
}

/** Starts subscriptions on one socket, and returns when all of them are running. */
async function subscribed(
  who: Client,
  payloads: { query: string; variables?: unknown }[],
): Promise<Socket> {
  const socket = await openSocket(who.url, { headers: who.headers, init: {} })
  onTestFinished(() => socket.kill())
  for (const [n, payload] of payloads.entries())
    socket.send({ type: 'subscribe', id: `s${n}`, payload })
  // The protocol does not confirm a subscription. Operations that ask the database are answered
  // after it.
  for (const id of ['once', 'twice', 'thrice']) {
    socket.send({
      type: 'subscribe',
      id,
      payload: { query: '{ publicEventType(page: "none", slug: "none") { id } }' },
    })
    await socket.nextOf(id)
  }
  return socket
}

/** Statements that this process sends to the database while something happens. */
async function statementsDuring(work: () => Promise<void>): Promise<number> {
  const statements = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await work()
    return statements.mock.calls.length
  } finally {
    statements.mockRestore()
  }
}

const hostIdOf = async (host: GivenHost) =>
  Number(
    (await sql(world.databaseUrl, 'select "id" from "User" where "uid" = $1', [host.id]))[0]?.id,
  )

const dataOf = ({ type, payload }: Message): unknown => {
  if (type !== 'next' || at(payload, 'errors') !== undefined)
    throw new Error(JSON.stringify([type, payload]))
  return at(payload, 'data')
}

/**
 * Writes the last BOOKING_CREATED event once more, as another gateway would, without reading
 * bookings.
 */
const eventAgain = (hostId: number) =>
  sql(
    world.databaseUrl,
    `with again as (
       insert into "Event" ("uid", "hostId", "kind", "bookingId", "inviteeId", "contactId", "eventTypeId", "data", "occurredAt")
       select 'evt_again' || nextval('"Event_id_seq"'), "hostId", "kind", "bookingId", "inviteeId", "contactId", "eventTypeId",
         "data", "occurredAt"
       from "Event" where "hostId" = $1 and "kind" = 'BOOKING_CREATED' order by "id" desc limit 1 returning "id"
     ) select pg_notify('meridian', 'host:' || $1::int) from again`,
    [hostId],
  )

describe('the work for one event', () => {
  it('does not grow with the subscribers of bookingEvents, whatever transport, key and cursor they use', async () => {
    const counts: number[] = []
    for (const each of [5, 100]) {
      const host = await givenHost(world)
      const eventType = await givenEventType(host)
      await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
      const after = textAt(await host.run('{ eventCursor }'), 'eventCursor')
      const keys = [await keyOf(host, ['bookings:read']), await keyOf(host, ['bookings:read'])]
      const payloads = Array.from({ length: each }, (_, n) => ({
        query: FOLLOW,
        variables: n % 2 === 0 ? { after } : {},
      }))
      const sockets = await Promise.all(keys.map(key => subscribed(key, payloads)))
      const streams = await Promise.all(
        keys.map(({ headers }) => stream(world.url, FOLLOW, { headers, variables: { after } })),
      )
      await new Promise(resolve => setTimeout(resolve, 300))
      const hostId = await hostIdOf(host)
      counts.push(
        await statementsDuring(async () => {
          await eventAgain(hostId)
          for (const socket of sockets) {
            for (let n = 0; n < each; n++) {
              const data = dataOf(await socket.nextOf(`s${n}`))
              expect(at(data, 'bookingEvents.booking.invitees')).toHaveLength(1)
            }
          }
          for (const live of streams)
            expect(at(await live.next(), 'data.bookingEvents.kind')).toBe('BOOKING_CREATED')
        }),
      )
      for (const live of streams) live.stop()
      for (const socket of sockets) await socket.close()
    }
    const [few = 0, many = 0] = counts
    expect(few).toBeGreaterThan(3)
    expect(many).toBeLessThanOrEqual(few + 1)
  }, 30_000)

  it('does not grow with the subscribers of deliveryEvents', async () => {
    const counts: number[] = []
    for (const each of [5, 60]) {
      const host = await givenHost(world)
      const hookId = textAt(await host.run(CREATE_HOOK), 'createHook.hook.id')
      const socket = await subscribed(
        host,
        Array.from({ length: each }, () => ({ query: DELIVERIES })),
      )
      const hostId = await hostIdOf(host)
      counts.push(
        await statementsDuring(async () => {
          await sql(
            world.databaseUrl,
            `with made as (
               insert into "Delivery" ("uid", "hostId", "hookId", "kind", "status", "body", "createdAt", "finishedAt")
               select 'dlv_fan' || "id", "hostId", "id", 'TEST', 'FAILED', '{}', now(), now() from "Hook" where "uid" = $1
               returning "id"
             ) select pg_notify('meridian', 'deliveries:' || $2::int || ' ' || "id") from made`,
            [hookId, hostId],
          )
          for (let n = 0; n < each; n++) {
            const data = dataOf(await socket.nextOf(`s${n}`))
            expect(at(data, 'deliveryEvents')).toMatchObject({
              status: 'FAILED',
              hook: { id: hookId },
            })
          }
        }),
      )
      await socket.close()
    }
    const [few = 0, many = 0] = counts
    expect(few).toBeGreaterThan(2)
    expect(many).toBeLessThanOrEqual(few + 1)
  }, 30_000)

  it('does not grow with the subscribers of slotsChanged', async () => {
    const counts: number[] = []
    for (const [each, start] of [
      [5, '2026-03-03T10:00:00Z'],
      [45, '2026-03-03T11:00:00Z'],
    ] as const) {
      const host = await givenHost(world)
      const id = await givenEventType(host)
      const socket = await subscribed(
        world.visitor,
        Array.from({ length: each }, () => ({ query: SLOTS, variables: { id } })),
      )
      await new Promise(resolve => setTimeout(resolve, 500))
      counts.push(
        await statementsDuring(async () => {
          await givenBooking(world.visitor, id, start)
          for (let n = 0; n < each; n++) dataOf(await socket.nextOf(`s${n}`))
        }),
      )
      await socket.close()
    }
    const [few = 0, many = 0] = counts
    expect(many).toBeLessThanOrEqual(few + 2)
  }, 30_000)

  it('asks for a credential once for many subscribers, when one of the account ends', async () => {
    const host = await givenHost(world)
    await givenEventType(host)
    const kept = await keyOf(host, ['bookings:read'])
    const revoked = await keyOf(host, ['bookings:read'])
    const socket = await subscribed(
      kept,
      Array.from({ length: 100 }, () => ({ query: FOLLOW })),
    )
    const gone = await feedOf(revoked)
    const statements = await statementsDuring(async () => {
      await host.run('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', {
        id: revoked.id,
      })
      expect(await gone.socket.nextOf('feed')).toMatchObject({
        type: 'error',
        payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      })
      await new Promise(resolve => setTimeout(resolve, 200))
    })
    expect(statements).toBeLessThan(30)
    expect(socket.waiting('s0')).toEqual([])
  })
})

describe('an answer that is shared', () => {
  it('is not shared between credentials that may see different things', async () => {
    const host = await givenHost(world)
    const eventType = await givenEventType(host)
    const some = await keyOf(host, ['bookings:read'])
    const all = await keyOf(host, ['bookings:read', 'contacts:read'])
    const sockets = [
      await subscribed(some, [{ query: FOLLOW }]),
      await subscribed(all, [{ query: FOLLOW }]),
    ]
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const [seen, seenByAll] = await Promise.all(
      sockets.map(async socket => dataOf(await socket.nextOf('s0'))),
    )
    expect(at(seen, 'bookingEvents.contact')).toBeNull()
    expect(at(seenByAll, 'bookingEvents.contact')).toEqual({ email: 'ann@example.org' })
  })

  it('is not shared between documents, operations or variables that select different things', async () => {
    const host = await givenHost(world)
    const eventType = await givenEventType(host)
    const query = `subscription A($with: Boolean!) { bookingEvents(types: [BOOKING_CREATED]) { kind id @include(if: $with) } }
      subscription B { bookingEvents(types: [BOOKING_CREATED]) { occurredAt } }`
    const payloads = [
      { query, operationName: 'A', variables: { with: true } },
      { query, operationName: 'A', variables: { with: false } },
      { query, operationName: 'B' },
      { query: 'subscription { bookingEvents(types: [BOOKING_CREATED]) { kindToo: kind } }' },
    ]
    const socket = await subscribed(host, payloads)
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const seen = []
    for (const n of payloads.keys())
      seen.push(at(dataOf(await socket.nextOf(`s${n}`)), 'bookingEvents'))
    expect(seen.map(event => Object.keys(Object(event)))).toEqual([
      ['kind', 'id'],
      ['kind'],
      ['occurredAt'],
      ['kindToo'],
    ])
  })

  it('comes to a subscriber in order and once, while another one does not read', async () => {
    const host = await givenHost(world)
    const eventType = await givenEventType(host)
    const stopped = await subscribed(host, [{ query: FOLLOW }])
    const reading = await subscribed(host, [{ query: FOLLOW }])
    stopped.pause()
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const hostId = await hostIdOf(host)
    const ids: string[] = []
    for (let n = 0; n < 150; n++) {
      await eventAgain(hostId)
      ids.push(textAt(dataOf(await reading.nextOf('s0')), 'bookingEvents.cursor'))
    }
    // The one that stopped is 150 events behind, more than a process keeps in memory.
    stopped.resume()
    const late: string[] = []
    while (late.length < ids.length)
      late.push(textAt(dataOf(await stopped.nextOf('s0')), 'bookingEvents.cursor'))
    expect(new Set(ids).size).toBe(150)
    expect(late).toEqual(ids)
  }, 60_000)
})

describe('a failure of the database', () => {
  it.each(['websocket', 'SSE'])(
    'ends bookingEvents over %s with an error, and the client resumes',
    async transport => {
      const host = await givenHost(world)
      const eventType = await givenEventType(host)
      await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
      const after = textAt(await host.run('{ eventCursor }'), 'eventCursor')
      const hostId = await hostIdOf(host)
      const socket =
        transport === 'websocket' ? await subscribed(host, [{ query: FOLLOW }]) : undefined
      const live =
        transport === 'SSE' ? await stream(world.url, FOLLOW, { headers: host.headers }) : undefined
      await host.run('{ eventCursor }')

      await sql(world.databaseUrl, 'alter table "Booking" rename to "BookingAway"')
      try {
        await eventAgain(hostId)
        if (socket !== undefined) {
          const ended = await socket.nextOf('s0')
          expect(ended).toMatchObject({
            type: 'error',
            payload: [{ extensions: { code: 'INTERNAL' } }],
          })
          expect(JSON.stringify(ended)).not.toContain('relation')
        }
        if (live !== undefined) {
          const ended = await live.next()
          expect(ended).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL' } }] })
          expect(at(ended, 'data')).toBeUndefined()
          await live.completed
        }
      } finally {
        await sql(world.databaseUrl, 'alter table "BookingAway" rename to "Booking"')
      }
      const resumed = await subscribed(host, [{ query: FOLLOW, variables: { after } }])
      expect(at(dataOf(await resumed.nextOf('s0')), 'bookingEvents.booking.invitees')).toHaveLength(
        1,
      )
    },
  )

  it.each([
    ['bookingEvents', FOLLOW, 'Event'],
    ['slotsChanged', SLOTS, 'Claim'],
  ])('ends %s with an error when what it reads cannot be read', async (_name, query, table) => {
    const host = await givenHost(world)
    const id = await givenEventType(host)
    const hostId = await hostIdOf(host)
    const socket = await subscribed(host, [{ query, variables: { id } }])
    await new Promise(resolve => setTimeout(resolve, 400))
    await sql(world.databaseUrl, `alter table "${table}" rename to "Away"`)
    try {
      await sql(world.databaseUrl, "select pg_notify('meridian', 'host:' || $1::int)", [hostId])
      expect(await socket.nextOf('s0')).toMatchObject({
        type: 'error',
        payload: [{ message: 'Something failed on our side.', extensions: { code: 'INTERNAL' } }],
      })
    } finally {
      await sql(world.databaseUrl, `alter table "Away" rename to "${table}"`)
    }
  })

  it('ends deliveryEvents with an error', async () => {
    const host = await givenHost(world)
    await host.run(CREATE_HOOK)
    const hostId = await hostIdOf(host)
    const socket = await subscribed(host, [{ query: DELIVERIES }])
    await sql(world.databaseUrl, 'alter table "Delivery" rename to "Away"')
    try {
      await sql(
        world.databaseUrl,
        `select pg_notify('meridian', 'deliveries:' || $1::int || ' 1')`,
        [hostId],
      )
      expect(await socket.nextOf('s0')).toMatchObject({
        type: 'error',
        payload: [{ message: 'Something failed on our side.', extensions: { code: 'INTERNAL' } }],
      })
    } finally {
      await sql(world.databaseUrl, 'alter table "Away" rename to "Delivery"')
    }
  })

  it('is not what an event is that can never be read: it has errors and its cursor, and the feed goes on', async () => {
    const host = await givenHost(world)
    const eventType = await givenEventType(host)
    const query = `subscription ($after: String) {
      bookingEvents(after: $after, types: [BOOKING_CREATED]) { cursor snapshot { id: bookingId } }
    }`
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const hostId = await hostIdOf(host)
    await sql(world.databaseUrl, `update "Event" set "data" = '{}' where "hostId" = $1`, [hostId])
    await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    const socket = await subscribed(host, [{ query, variables: { after: 'start' } }])
    expect(await socket.nextOf('s0')).toMatchObject({
      type: 'next',
      payload: {
        data: { bookingEvents: { cursor: expect.any(String), snapshot: null } },
        errors: [{ extensions: { code: 'INTERNAL' }, path: ['bookingEvents', 'snapshot'] }],
      },
    })
    expect(at(dataOf(await socket.nextOf('s0')), 'bookingEvents.snapshot')).toMatchObject({
      id: expect.any(String),
    })
  })

  it('does not end a feed when a field is refused for want of a scope', async () => {
    const host = await givenHost(world)
    const eventType = await givenEventType(host)
    const key = await keyOf(host, ['bookings:read'])
    const query = `subscription { bookingEvents(types: [BOOKING_CREATED]) {
      kind booking { invitees { contact { email } } }
    } }`
    const socket = await subscribed(key, [{ query }])
    for (const start of ['2026-03-03T09:00:00Z', '2026-03-03T10:00:00Z']) {
      await givenBooking(world.visitor, eventType, start)
      const { type, payload } = await socket.nextOf('s0')
      expect(type).toBe('next')
      expect(at(payload, 'errors.0.extensions.code')).toBe('INSUFFICIENT_SCOPE')
      expect(at(payload, 'data')).toBeDefined()
    }
  })
})

describe('a subscription that is over', () => {
  it('leaves nothing behind, however it ended', async () => {
    const { signals } = world.gateway.deps
    const host = await givenHost(world)
    const id = await givenEventType(host)
    let listening = 0
    const on = signals.on
    const spy = vi.spyOn(signals, 'on').mockImplementation((topic, callback) => {
      const off = on(topic, callback)
      listening++
      let isOn = true
      return () => {
        if (isOn) listening--
        isOn = false
        off()
      }
    })
    onTestFinished(() => spy.mockRestore())
    const payloads = [FOLLOW, DELIVERIES, SLOTS].map(query => ({ query, variables: { id } }))
    const completed = await subscribed(host, payloads)
    const killed = await subscribed(host, payloads)
    const streams = await Promise.all(
      payloads.map(({ query, variables }) =>
        stream(world.url, query, { headers: host.headers, variables }),
      ),
    )
    const brief = await openSocket(world.url, { headers: host.headers, init: {} })
    for (const [n, payload] of payloads.entries()) {
      brief.send({ type: 'subscribe', id: `s${n}`, payload })
      brief.send({ type: 'complete', id: `s${n}` })
    }
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(listening).toBeGreaterThan(5)
    for (const n of payloads.keys()) completed.send({ type: 'complete', id: `s${n}` })
    killed.kill()
    for (const live of streams) live.stop()
    await completed.close()
    await brief.close()
    await vi.waitFor(() => expect(listening).toBe(0), 5_000)
  })
})

describe('a cursor that is not in the log', () => {
  const cursorAt = (id: bigint | number, tag = '') =>
    Buffer.from(`event:${id}${tag && `:${tag}`}`).toString('base64url')
  const AFTER = 'subscription ($after: String) { bookingEvents(after: $after) { id } }'
  const codeOf = async (who: Client, after: string) => {
    const answer = await overSocket(
      who.url,
      { query: AFTER, variables: { after } },
      { headers: who.headers },
    )
    return [at(answer, 'errors.0.extensions.code'), at(answer, 'errors.0.extensions.fields.0.path')]
  }

  it('is refused beyond its end, in the log of another account, and where another event has its place', async () => {
    const host = await givenHost(world)
    const stranger = await givenHost(world)
    const eventType = await givenEventType(host)
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const theirs = textAt(await stranger.run('{ eventCursor }'), 'eventCursor')
    const own = textAt(await host.run('{ eventCursor }'), 'eventCursor')
    const [, id = ''] = Buffer.from(own, 'base64url').toString().split(':')
    const refused = ['CURSOR_UNKNOWN', 'after']
    expect(await codeOf(host, cursorAt(BigInt(id) + 100_000n))).toEqual(refused)
    expect(await codeOf(stranger, own)).toEqual(refused)
    expect(await codeOf(host, cursorAt(BigInt(id), 'other1'))).toEqual(refused)
    // The cursors of an earlier version have no tag; an account without events begins at the start.
    for (const [who, cursor] of [
      [host, cursorAt(BigInt(id))],
      [host, own],
      [stranger, theirs],
      [stranger, 'start'],
    ] as const) {
      const feed = await feedOf(who, { after: cursor, types: ['BOOKING_DENIED'] })
      expect(await feed.more(50)).toEqual([])
      await feed.socket.close()
    }
  })

  it('is refused after a restore of an older backup, in lists of past events too', async () => {
    const host = await givenHost(world)
    const eventType = await givenEventType(host)
    const PAST = `query ($after: String, $before: String) {
      pastEvents(after: $after, before: $before) { edges { cursor node { id } } }
    }`
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    const live = textAt(await host.run('{ eventCursor }'), 'eventCursor')
    const past = textAt(await host.run(PAST), 'pastEvents.edges.0.cursor')
    await sql(
      world.databaseUrl,
      `delete from "Event" where "hostId" = $1 and "id" > (select min("id") from "Event" where "hostId" = $1)`,
      [await hostIdOf(host)],
    )
    expect(await codeOf(host, live)).toEqual(['CURSOR_UNKNOWN', 'after'])
    for (const side of ['after', 'before']) {
      const [refused] = await host.refused(PAST, { [side]: past })
      expect(refused?.extensions).toMatchObject({
        code: 'CURSOR_UNKNOWN',
        fields: [{ path: side }],
      })
    }
  })

  it('is refused when the log was trimmed past it, and accepted when the owner erased its event', async () => {
    const host = await givenHost(world)
    const eventType = await givenEventType(host)
    await givenBooking(world.visitor, eventType, '2026-03-02T09:00:00Z')
    const erased = textAt(await host.run('{ eventCursor }'), 'eventCursor')
    const now = world.clock.now().toISOString()
    onTestFinished(() => world.clock.set(now))
    world.clock.forward(24 * 60)
    await host.run(
      'mutation ($input: DeletePastBookingsInput!) { deletePastBookings(input: $input) { count } }',
      {
        input: { start: '2026-03-02T00:00:00Z', end: '2026-03-03T00:00:00Z' },
      },
    )
    const feed = await feedOf(host, { after: erased, types: ['BOOKING_CREATED'] })
    const { id } = await givenBooking(world.visitor, eventType, '2026-03-04T09:00:00Z')
    expect(await feed.next()).toMatchObject({ bookingId: id })
    await feed.socket.close()

    const other = await givenHost(world)
    const otherType = await givenEventType(other)
    await givenBooking(world.visitor, otherType, '2026-03-04T09:00:00Z')
    const trimmed = textAt(await other.run('{ eventCursor }'), 'eventCursor')
    await givenBooking(world.visitor, otherType, '2026-03-04T10:00:00Z')
    await sql(world.databaseUrl, `delete from "Event" where "hostId" = $1 and "id" <= $2`, [
      await hostIdOf(other),
      Buffer.from(trimmed, 'base64url').toString().split(':')[1],
    ])
    expect(await codeOf(other, trimmed)).toEqual(['CURSOR_UNKNOWN', 'after'])
  })
})
