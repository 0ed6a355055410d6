import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { HookDialect } from '../../src/db/generated/client/client.ts'
import { executeDocument } from '../../src/graph/execute-document.ts'
import { cancel, deny, edit, move, refusal, who } from '../helpers/bookings.ts'
import { sql } from '../helpers/postgres.ts'
import { overSocket } from '../helpers/socket.ts'
import {
  at,
  type Client,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
  MONDAY,
  textAt,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld({ config: { roles: new Set(['web']) } })
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
})

const SNAPSHOT = `id: bookingId status start end timeZone metadata cancellation { at by name reason } rescheduledFromId
  createdAt updatedAt
  eventType { id: eventTypeId name slug durationMinutes }
  location { kind address phone text url provider }
  invitees { id: inviteeId name email timeZone phone locale guests notes answers tracking }`
const CONTACT = 'id: contactId email name phone timeZone bookingCount firstBookingAt lastBookingAt'
const EVENTS = `query ($ids: [ID!]!) {
  events(ids: $ids) { id kind occurredAt snapshot { ${SNAPSHOT} } contactSnapshot { ${CONTACT} } }
}`
const KINDS = 'query ($ids: [ID!]!) { events(ids: $ids) { id kind } }'

/** The whole log of the host: ids and kinds, as they are in the table. */
async function logged(): Promise<{ id: string; kind: string }[]> {
  const rows = await sql(
    world.databaseUrl,
    'select e."uid" as "id", e."kind" from "Event" e join "User" u on u."id" = e."hostId" where u."uid" = $1 order by e."id"',
    [host.id],
  )
  return z.array(z.object({ id: z.string(), kind: z.string() })).parse(rows)
}

const idsOf = async () => (await logged()).map(({ id }) => id)

/** The last event of a kind, as the graph tells it. */
async function last(kind: string) {
  const ids = (await logged()).filter(event => event.kind === kind).map(({ id }) => id)
  const data = await host.run(EVENTS, { ids: ids.slice(-1) })
  return at(data, 'events.0')
}

/** The bodies of events as a delivery asks for them. */
async function bodiesFor(dialect: HookDialect, ids: string[]): Promise<Map<string, string>> {
  const { deps } = world.gateway
  const { id: userId } = await deps.db.user.findUniqueOrThrow({ where: { uid: host.id } })
  const scopes = new Set(['bookings:read', 'contacts:read'] as const)
  const viewer = { userId, credential: { kind: 'hook', id: 1 }, scopes } as const
  const context = {
    ...deps,
    viewer,
    requestId: 'a-request',
    clientAddress: '',
    setCookie: undefined,
  }
  const format = deps.formats.get(dialect)
  if (format === undefined) throw new Error(`there is no ${dialect}`)
  return format.bodies(
    (document, variables) => executeDocument(context, document, variables),
    ids,
    {
      publicUrl: world.url,
      metadata: {},
      render: null,
    },
  )
}

describe('events by their ids', () => {
  it('come in the order of the log, each once, whatever the order of the ids', async () => {
    const eventType = await givenEventType(host)
    const booked = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    await cancel(host, { id: booked.id })
    await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    const all = await logged()
    const kinds = [
      'CONTACT_CREATED',
      'BOOKING_CREATED',
      'BOOKING_CANCELLED',
      'CONTACT_UPDATED',
      'BOOKING_CREATED',
    ]
    const told = all.filter(({ kind }) => kinds.includes(kind))
    expect(told.map(({ kind }) => kind)).toEqual(kinds)

    const ids = told.map(({ id }) => id)
    for (const asked of [
      ids,
      ids.toReversed(),
      [...ids, ...ids],
      [...ids.slice(2), ...ids.slice(0, 2)],
    ]) {
      expect((await host.run(KINDS, { ids: asked })).events).toEqual(told)
    }
    expect((await host.run(KINDS, { ids: [ids[3], ids[1]] })).events).toEqual([told[1], told[3]])
  })

  it('leave out what is not there, what belongs to others, and what the log keeps for itself', async () => {
    const eventType = await givenEventType(host)
    await host.run('mutation { createSchedule(input: { name: "Summer" }) { schedule { id } } }')
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const all = await logged()
    const told = all.filter(({ kind }) => !kind.startsWith('SCHEDULE'))
    expect(all.map(({ kind }) => kind)).toContain('SCHEDULE_CREATED')
    const ids = [
      'evt_0000000000000000000000',
      '',
      'x y',
      '1',
      "'; drop table",
      ...all.map(({ id }) => id),
      eventType,
    ]
    expect((await host.run(KINDS, { ids })).events).toEqual(told)
    expect((await host.run(KINDS, { ids: [] })).events).toEqual([])

    const stranger = await givenHost(world)
    await givenBooking(world.visitor, await givenEventType(stranger), '2026-03-03T09:00:00Z')
    expect((await stranger.run(KINDS, { ids })).events).toEqual([])
    expect(await world.visitor.codeOf(KINDS, { ids })).toBe('UNAUTHENTICATED')
  })

  it('are at most a hundred', async () => {
    const nothing = (count: number) => Array.from({ length: count }, (_, n) => `evt_${n}`)
    for (let time = 0; time < 5; time++) {
      expect((await host.run(KINDS, { ids: nothing(100) })).events).toEqual([])
      for (const count of [101, 5_000]) {
        expect(await refusal(host, KINDS, { ids: nothing(count) })).toEqual({
          code: 'INVALID_INPUT',
          paths: ['ids'],
        })
      }
    }
    const [error] = await host.refused(KINDS, { ids: nothing(101) })
    expect(error?.extensions?.fields).toEqual([
      { path: 'ids', message: 'must have at most 100 entries' },
    ])
  })

  it('are told fifty at once in every dialect, as deliveries ask for them, within the limits', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => `evt_${n}`)
    for (const dialect of ['STANDARD', 'CALENDARPA', 'CALENDO'] as const) {
      await expect(bodiesFor(dialect, ids), dialect).resolves.toEqual(new Map())
    }
  })
})

describe('where the log ends', () => {
  const CURSOR = '{ eventCursor }'
  const FOLLOW = 'subscription ($after: String) { bookingEvents(after: $after) { id } }'

  it('is a cursor after which the next event follows, even for who had none before', async () => {
    const before = textAt(await host.run(CURSOR), 'eventCursor')
    const eventType = await givenEventType(host)
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const middle = textAt(await host.run(CURSOR), 'eventCursor')
    const booked = await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    await cancel(host, { id: booked.id })
    const told = (await logged()).filter(
      ({ kind }) => kind.startsWith('BOOKING') || kind.startsWith('CONTACT'),
    )
    const firstAfter = async (after: string) =>
      at(
        await overSocket(
          host.url,
          { query: FOLLOW, variables: { after } },
          { headers: host.headers },
        ),
        'data.bookingEvents.id',
      )
    expect(await firstAfter(before)).toBe(told[0]?.id)
    expect(await firstAfter(middle)).toBe(told[2]?.id)
  })
})

describe('the snapshot of a booking', () => {
  it('stays as it was at each event, whatever changes later', async () => {
    const eventType = await givenEventType(host, {
      name: 'Advice',
      slug: 'advice',
      locations: [{ kind: 'LINK', url: 'https://meet.example/room' }],
    })
    const invitee = {
      name: 'Ann',
      email: 'ann@example.org',
      timeZone: 'Europe/Berlin',
      phone: '+49 30 1234567',
      locale: 'de',
    }
    const guests = ['bob@example.org']
    const notes = 'About the roof.'
    const first = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z', {
      invitee,
      guests,
      notes,
      metadata: { order: 7 },
    })
    const created = await last('BOOKING_CREATED')
    expect(created).toMatchObject({
      occurredAt: '2026-03-02T07:00:00.000Z',
      contactSnapshot: null,
      snapshot: {
        id: first.id,
        status: 'CONFIRMED',
        start: '2026-03-03T09:00:00.000Z',
        end: '2026-03-03T09:30:00.000Z',
        timeZone: 'Europe/Berlin',
        metadata: { order: 7 },
        cancellation: null,
        rescheduledFromId: null,
        createdAt: '2026-03-02T07:00:00.000Z',
        updatedAt: '2026-03-02T07:00:00.000Z',
        eventType: { id: eventType, name: 'Advice', slug: 'advice', durationMinutes: 30 },
        location: { kind: 'LINK', url: 'https://meet.example/room' },
        invitees: [{ id: first.inviteeId, ...invitee, guests, notes, answers: {}, tracking: {} }],
      },
    })

    world.clock.forward(10)
    const moved = await move(host, {
      id: first.id,
      start: '2026-03-04T11:00:00Z',
      reason: 'The train',
    })
    const rescheduled = await last('BOOKING_RESCHEDULED')
    expect(rescheduled).toMatchObject({
      snapshot: {
        id: moved.id,
        status: 'CONFIRMED',
        start: '2026-03-04T11:00:00.000Z',
        rescheduledFromId: first.id,
        cancellation: null,
        createdAt: '2026-03-02T07:10:00.000Z',
        metadata: { order: 7 },
        invitees: [{ ...invitee, guests, notes }],
      },
    })

    world.clock.forward(10)
    await cancel(host, { id: moved.id, reason: 'Ill' })
    const cancelled = await last('BOOKING_CANCELLED')
    const { name } = await world.gateway.deps.db.user.findUniqueOrThrow({ where: { uid: host.id } })
    expect(cancelled).toMatchObject({
      snapshot: {
        id: moved.id,
        status: 'CANCELLED',
        start: '2026-03-04T11:00:00.000Z',
        cancellation: { at: '2026-03-02T07:20:00.000Z', by: 'HOST', name, reason: 'Ill' },
        rescheduledFromId: first.id,
        createdAt: '2026-03-02T07:10:00.000Z',
        updatedAt: '2026-03-02T07:20:00.000Z',
        invitees: [{ name: 'Ann' }],
      },
    })

    // Everything that can change does: the event type, the contact, the profile.
    await edit(host, eventType, { name: 'Advice, longer', slug: 'longer', durationMinutes: 60 })
    await givenBooking(world.visitor, eventType, '2026-03-05T09:00:00Z', {
      invitee: { ...invitee, name: 'Anna' },
    })
    await host.run('mutation { updateProfile(input: { name: "Another" }) { user { id } } }')
    const ids = [created, rescheduled, cancelled].map(event => textAt(event, 'id'))
    expect((await host.run(EVENTS, { ids })).events).toEqual([created, rescheduled, cancelled])
  })

  it('says by which side it was cancelled, and why', async () => {
    const eventType = await givenEventType(host)
    const booked = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    await cancel(world.visitor, { token: booked.token, reason: 'A cold' })
    expect(at(await last('BOOKING_CANCELLED'), 'snapshot')).toMatchObject({
      status: 'CANCELLED',
      cancellation: { by: 'INVITEE', name: 'Ann', reason: 'A cold' },
    })
    const silent = await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z')
    await cancel(host, { id: silent.id })
    expect(at(await last('BOOKING_CANCELLED'), 'snapshot')).toMatchObject({
      cancellation: { by: 'HOST', reason: null },
    })
  })

  it('tells of a request as it was, when it is denied later', async () => {
    const eventType = await givenEventType(host, { confirmation: 'ALWAYS' })
    const { id } = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    const requested = await last('BOOKING_REQUESTED')
    await deny(host, id, 'Not this week')
    expect(requested).toMatchObject({ snapshot: { id, status: 'PENDING', cancellation: null } })
    expect(await last('BOOKING_REQUESTED')).toEqual(requested)
    expect(await last('BOOKING_DENIED')).toMatchObject({
      snapshot: { id, status: 'DENIED', cancellation: { by: 'HOST', reason: 'Not this week' } },
    })
  })

  it('has of a shared booking the invitee alone whom the event concerns', async () => {
    const eventType = await givenEventType(host, { seats: 3 })
    const start = '2026-03-03T09:00:00Z'
    await givenBooking(world.visitor, eventType, start, who('Ann'))
    const ben = await givenBooking(world.visitor, eventType, start, who('Ben'))
    await givenBooking(world.visitor, eventType, start, who('Cid'))
    await cancel(world.visitor, { token: ben.token })
    const left = await last('BOOKING_CANCELLED')
    expect(left).toMatchObject({
      snapshot: { id: ben.id, status: 'CONFIRMED', invitees: [{ name: 'Ben' }] },
    })
    expect(listAt(left, 'snapshot.invitees')).toHaveLength(1)

    await cancel(host, { id: ben.id })
    const names = listAt(await last('BOOKING_CANCELLED'), 'snapshot.invitees').map(invitee =>
      at(invitee, 'name'),
    )
    expect(names).toEqual(['Ann', 'Cid'])
    expect(await host.run(EVENTS, { ids: [at(left, 'id')] })).toEqual({ events: [left] })
  })
})

describe('the snapshot of a contact', () => {
  it('stays as it was at each event', async () => {
    const eventType = await givenEventType(host)
    const phone = '+44 20 7946 0000'
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z', who('Ann'))
    const created = await last('CONTACT_CREATED')
    expect(created).toMatchObject({
      snapshot: null,
      contactSnapshot: {
        email: 'ann@example.org',
        name: 'Ann',
        phone: null,
        timeZone: 'Europe/Berlin',
        bookingCount: 1,
        firstBookingAt: '2026-03-02T07:00:00.000Z',
        lastBookingAt: '2026-03-02T07:00:00.000Z',
      },
    })
    world.clock.forward(60)
    await givenBooking(world.visitor, eventType, '2026-03-03T10:00:00Z', {
      invitee: { name: 'Ann Smith', email: 'ANN@example.org', timeZone: 'Europe/London', phone },
    })
    expect(at(await last('CONTACT_UPDATED'), 'contactSnapshot')).toEqual({
      id: at(created, 'contactSnapshot.id'),
      email: 'ann@example.org',
      name: 'Ann Smith',
      phone,
      timeZone: 'Europe/London',
      bookingCount: 2,
      firstBookingAt: '2026-03-02T07:00:00.000Z',
      lastBookingAt: '2026-03-02T08:00:00.000Z',
    })
    expect(await last('CONTACT_CREATED')).toEqual(created)
  })
})

describe('an event of the first version of Meridian', () => {
  /** Takes from an event what that version did not write. */
  const age = (id: string) =>
    sql(
      world.databaseUrl,
      `update "Event" set "data" = jsonb_build_object(
         'booking', jsonb_build_object('id', "data"#>'{booking,id}', 'status', "data"#>'{booking,status}',
           'start', "data"#>'{booking,start}', 'end', "data"#>'{booking,end}',
           'timeZone', "data"#>'{booking,timeZone}', 'location', "data"#>'{booking,location}'),
         'eventType', jsonb_build_object('id', "data"#>'{eventType,id}', 'name', "data"#>'{eventType,name}',
           'slug', "data"#>'{eventType,slug}'),
         'invitees', jsonb_build_array(jsonb_build_object('id', "data"#>'{invitees,0,id}',
           'name', "data"#>'{invitees,0,name}', 'email', "data"#>'{invitees,0,email}',
           'timeZone', "data"#>'{invitees,0,timeZone}'))) || ("data" - 'booking' - 'eventType' - 'invitees')
       where "uid" = $1`,
      [id],
    )

  /** What there was no word for then. */
  const unknown = {
    metadata: {},
    cancellation: null,
    rescheduledFromId: null,
    createdAt: null,
    updatedAt: null,
    location: null,
  }

  async function tell(client: Client, id: string) {
    return at(await client.run(EVENTS, { ids: [id] }), 'events.0')
  }

  it('still tells what it has', async () => {
    const eventType = await givenEventType(host)
    const { id, inviteeId } = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z', {
      metadata: { order: 7 },
    })
    const eventId = (await idsOf()).at(-1) ?? ''
    await age(eventId)
    expect(await tell(host, eventId)).toEqual({
      id: eventId,
      kind: 'BOOKING_CREATED',
      occurredAt: '2026-03-02T07:00:00.000Z',
      contactSnapshot: null,
      snapshot: {
        ...unknown,
        id,
        status: 'CONFIRMED',
        start: '2026-03-03T09:00:00.000Z',
        end: '2026-03-03T09:30:00.000Z',
        timeZone: 'Europe/Berlin',
        eventType: { id: eventType, name: 'Intro', slug: 'intro', durationMinutes: null },
        invitees: [
          {
            id: inviteeId,
            name: 'Ann',
            email: 'ann@example.org',
            timeZone: 'Europe/Berlin',
            phone: null,
            locale: null,
            guests: [],
            notes: null,
            answers: {},
            tracking: {},
          },
        ],
      },
    })
  })

  it('is told in every dialect, and keeps what only its kind has', async () => {
    const eventType = await givenEventType(host)
    const booked = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z')
    await cancel(host, { id: booked.id, reason: 'Ill' })
    const eventId = (await idsOf()).at(-1) ?? ''
    await age(eventId)
    const query = 'query ($ids: [ID!]!) { events(ids: $ids) { kind data } }'
    expect(await host.run(query, { ids: [eventId] })).toMatchObject({
      events: [{ kind: 'BOOKING_CANCELLED', data: { by: 'HOST', reason: 'Ill' } }],
    })
    for (const dialect of ['STANDARD', 'CALENDARPA', 'CALENDO'] as const) {
      expect((await bodiesFor(dialect, [eventId])).get(eventId), dialect).toContain(booked.id)
    }
  })
})
