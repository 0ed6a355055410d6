import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { sql } from '../helpers/postgres.ts'
import { givenReceiver } from '../helpers/receiver.ts'
import { givenMember, givenTeam, givenTeamEventType } from '../helpers/teams.ts'
import {
  at,
  type Data,
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
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
})

const ERASE =
  'mutation ($input: DeleteInviteeDataInput!) { deleteInviteeData(input: $input) { count } }'
const DELETE =
  'mutation ($input: DeletePastBookingsInput!) { deletePastBookings(input: $input) { count } }'

/** Where words stand in the database: tables and columns, of every type that can hold them. */
async function placesOf(words: string[]): Promise<string[]> {
  const columns = await sql(
    world.databaseUrl,
    `select c.relname as "table", a.attname as "column" from pg_catalog.pg_attribute a
       join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname = 'public' and a.attnum > 0 and not a.attisdropped
       and a.atttypid::regtype::text in ('text', 'text[]', 'json', 'jsonb', 'character varying')`,
  )
  expect(columns.length).toBeGreaterThan(80)
  const found = columns.map(async ({ table, column }) => {
    const [row] = await sql(
      world.databaseUrl,
      `select count(*)::int as "count" from "${table}" where "${column}"::text ilike any($1)`,
      [words.map(word => `%${word}%`)],
    )
    return Number(row?.count) > 0 ? [`${table}.${column}`] : []
  })
  return (await Promise.all(found)).flat().toSorted()
}

/**
 * All that somebody can leave behind. Each has a character that no random id has, so that none is
 * found by chance.
 */
const words = [
  'grace hopper',
  '"grace"',
  '"hopper"',
  'grace@',
  'admiral.example',
  '555 0100',
  'wrote cobol',
  'about cobol',
  'spring campaign',
  'private key',
  'broken leg',
  'navy yard',
]

const grace = {
  invitee: {
    name: 'Grace Hopper',
    email: 'grace@admiral.example',
    timeZone: 'America/New_York',
    phone: '+1 555 0100',
  },
  guests: ['aide@admiral.example'],
  notes: 'I wrote COBOL',
  answers: { topic: 'About COBOL' },
  tracking: { utm_campaign: 'spring campaign' },
  metadata: { note: 'private key of grace' },
  location: { kind: 'ADDRESS_INVITEE', address: 'Navy Yard 1' },
  idempotencyKey: 'grace hopper 1',
}

const eventTypeInput = {
  questions: [{ key: 'topic', label: 'What about?', kind: 'TEXT' }],
  locations: [{ kind: 'ADDRESS_INVITEE' }],
  minimumNoticeMinutes: 0,
}

const run = (query: string, input: Data) => host.run(query, { input })

describe('erasing an invitee', () => {
  it('leaves no word of theirs in any column, and everything of others', {
    timeout: 60_000,
  }, async () => {
    const receiver = await givenReceiver((request, response) =>
      response.end(`thanks for ${request.body}`),
    )
    for (const [dialect, path] of [
      ['STANDARD', '/a'],
      ['CALENDARPA', '/b'],
      ['CALENDLY', '/c'],
    ]) {
      const events = [
        'BOOKING_CREATED',
        'BOOKING_CANCELLED',
        'BOOKING_RESCHEDULED',
        'CONTACT_CREATED',
      ]
      await run(
        'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }',
        {
          url: `${receiver.url}${path}`,
          dialect,
          events: dialect === 'CALENDLY' ? events.slice(0, 3) : events,
        },
      )
    }
    const eventType = await givenEventType(host, eventTypeInput)
    const first = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z', grace)
    const moved = await world.visitor.run(
      'mutation ($input: RescheduleBookingInput!) { rescheduleBooking(input: $input) { booking { id } } }',
      { input: { token: first.token, start: '2026-03-03T10:00:00Z', reason: 'A broken leg' } },
    )
    await run(
      'mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { booking { id } } }',
      {
        id: textAt(moved, 'rescheduleBooking.booking.id'),
        reason: 'Grace has a broken leg',
      },
    )
    const ann = {
      ...grace,
      invitee: { ...grace.invitee, name: 'Ann', email: 'ann@example.org', phone: '+1 222 0100' },
    }
    await givenBooking(world.visitor, eventType, '2026-03-03T11:00:00Z', {
      ...ann,
      guests: ['grace@admiral.example', 'bob@example.org'],
      notes: 'Ann writes',
      answers: { topic: 'Fortran' },
      tracking: {},
      metadata: {},
      location: { kind: 'ADDRESS_INVITEE', address: 'High Street 2' },
      idempotencyKey: 'ann-1',
    })
    const form = await run(
      'mutation ($input: CreateRoutingFormInput!) { createRoutingForm(input: $input) { form { id questions { key } } } }',
      {
        name: 'Which call?',
        isPublished: true,
        questions: [{ key: 'mail', label: 'Your address', kind: 'TEXT' }],
        routes: [],
        fallback: { headline: 'Thanks', body: 'We will write.' },
      },
    )
    await world.visitor.run(
      'mutation ($input: SubmitRoutingFormInput!) { submitRoutingForm(input: $input) { submissionId } }',
      {
        input: {
          formId: textAt(form, 'createRoutingForm.form.id'),
          answers: { mail: 'Grace: grace@admiral.example' },
        },
      },
    )
    const page = textAt(
      await host.run('{ viewer { bookingPage { slug } } }'),
      'viewer.bookingPage.slug',
    )
    await world.visitor.run(
      'mutation ($input: AskAssistantInput!) { askAssistant(input: $input) { sessionId } }',
      {
        input: {
          pageSlug: page,
          message: 'I am Grace Hopper, grace@admiral.example',
          timeZone: 'UTC',
        },
      },
    )
    await receiver.take(18)
    const unfinished = `select from "Delivery" where "status" <> 'DELIVERED'`
    await vi.waitFor(async () => expect(await sql(world.databaseUrl, unfinished)).toEqual([]), {
      timeout: 10_000,
    })

    const before = await placesOf(words)
    for (const place of [
      'Invitee.name',
      'Booking.reason',
      'Event.data',
      'Delivery.body',
      'DeliveryAttempt.responseBody',
    ]) {
      expect(before).toContain(place)
    }
    for (const place of [
      'RoutingSubmission.answers',
      'AssistantSession.thread',
      'IdempotencyKey.key',
      'Contact.name',
    ]) {
      expect(before).toContain(place)
    }
    expect(await run(ERASE, { emails: ['Grace@Admiral.example'] })).toEqual({
      deleteInviteeData: { count: 2 },
    })
    expect(await placesOf(words)).toEqual([])

    const read = await host.run(
      `{ bookings { edges { node { start status invitees { name email guests notes } } } }
         contacts { edges { node { name } } }
         pastEvents { edges { node { kind snapshot { invitees { name email } } contactSnapshot { name email } } } } }`,
    )
    expect(at(read, 'bookings.edges')).toHaveLength(3)
    expect(at(read, 'contacts.edges')).toEqual([{ node: { name: 'Ann' } }])
    expect(listAt(read, 'bookings.edges').map(edge => at(edge, 'node.invitees.0'))).toContainEqual({
      name: 'Ann',
      email: 'ann@example.org',
      guests: ['bob@example.org'],
      notes: 'Ann writes',
    })
    expect(listAt(read, 'pastEvents.edges').length).toBeGreaterThan(6)
    expect(JSON.stringify(read)).toContain('@erased.invalid')
    // Again there is nothing to do.
    expect(await run(ERASE, { emails: ['grace@admiral.example'] })).toEqual({
      deleteInviteeData: { count: 0 },
    })
    await receiver.close()
  })

  it('keeps nothing of a delivery that was under way meanwhile but how it went', async () => {
    let finish = () => {}
    const receiver = await givenReceiver(({ body }, response) => {
      finish = () => response.setHeader('x-echo', 'eve@late.example').end(`thanks for ${body}`)
    })
    await run('mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }', {
      url: receiver.url,
      events: ['BOOKING_CREATED'],
    })
    const eventType = await givenEventType(host, eventTypeInput)
    const invitee = { name: 'Eve', email: 'eve@late.example', timeZone: 'UTC' }
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z', {
      ...grace,
      invitee,
      idempotencyKey: 'eve-1',
    })
    expect((await receiver.next()).body).toContain('eve@late.example')
    await run(ERASE, { emails: [invitee.email] })
    finish()
    const isDelivered = async () =>
      expect(await host.run('{ deliveries { edges { node { status attemptCount } } } }')).toEqual({
        deliveries: { edges: [{ node: { status: 'DELIVERED', attemptCount: 1 } }] },
      })
    await vi.waitFor(isDelivered, { timeout: 5_000 })
    expect(await placesOf(['late.example'])).toEqual([])
    await receiver.close()
  })

  it('leaves what those wrote whose address only contains theirs', async () => {
    const form = await run(
      'mutation ($input: CreateRoutingFormInput!) { createRoutingForm(input: $input) { form { id } } }',
      {
        name: 'Which call?',
        isPublished: true,
        questions: [{ key: 'mail', label: 'Your address', kind: 'LONG_TEXT' }],
        routes: [],
        fallback: { headline: 'Thanks', body: 'We will write.' },
      },
    )
    const formId = textAt(form, 'createRoutingForm.form.id')
    const theirs = ['joan@n.example', 'j.an@n.example', 'an@n.example.org', 'an@n.examples']
    const gone = [
      'an@n.example',
      'Write to:\nAn@n.example.',
      'メールan@n.example',
      'x=an@n.example&y',
      '<an@n.example>',
    ]
    for (const mail of [...theirs, ...gone]) {
      await world.visitor.run(
        'mutation ($input: SubmitRoutingFormInput!) { submitRoutingForm(input: $input) { submissionId } }',
        { input: { formId, answers: { mail } } },
      )
    }
    await run(ERASE, { emails: ['an@n.example'] })
    const rows = await sql(
      world.databaseUrl,
      `select s."answers"::text from "RoutingSubmission" s join "RoutingForm" f on f."id" = s."formId"
       where f."uid" = $1 and s."answers"::text <> '[]'`,
      [formId],
    )
    expect(rows).toHaveLength(theirs.length)
    for (const mail of theirs) expect(JSON.stringify(rows)).toContain(mail)
  })

  it('takes them out of what hooks of the team were told, which are those of its admins', async () => {
    const receiver = await givenReceiver((_request, response) => response.end())
    const admin = await givenHost(world)
    const team = await givenTeam(admin)
    await givenMember(admin, team, host)
    const eventType = await givenTeamEventType(admin, team, 'ROUND_ROBIN', [host])
    for (const of of [{ teamId: team.id }, { eventTypeId: eventType }]) {
      await admin.run(
        'mutation ($input: CreateHookInput!) { createHook(input: $input) { hook { id } } }',
        {
          input: { url: receiver.url, events: ['BOOKING_CREATED'], ...of },
        },
      )
    }
    const invitee = { name: 'Ida', email: 'ida@told.example', timeZone: 'UTC' }
    await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z', { invitee })
    await receiver.take(2)
    const isTold = async () => expect(await placesOf(['told.example'])).toContain('Delivery.body')
    await vi.waitFor(isTold, { timeout: 10_000 })
    await run(ERASE, { emails: [invitee.email] })
    expect(await placesOf(['told.example'])).toEqual([])
    await receiver.close()
  })

  it('leaves what they are to other hosts', async () => {
    const other = await givenHost(world)
    const eventType = await givenEventType(other, eventTypeInput)
    const booked = await givenBooking(world.visitor, eventType, '2026-03-03T09:00:00Z', {
      ...grace,
      idempotencyKey: 'grace-2',
    })
    expect(await run(ERASE, { emails: ['grace@admiral.example'] })).toEqual({
      deleteInviteeData: { count: 0 },
    })
    const read = await other.run('query ($id: ID) { booking(id: $id) { invitees { name } } }', {
      id: booked.id,
    })
    expect(read).toEqual({ booking: { invitees: [{ name: 'Grace Hopper' }] } })
  })
})

describe('deleting past bookings', () => {
  it('takes those that started in the range and are over, and no others', async () => {
    const eventType = await givenEventType(host, { minimumNoticeMinutes: 0 })
    const starts = ['2026-03-03T09:00:00Z', '2026-03-03T10:00:00Z', '2026-03-04T09:00:00Z']
    for (const start of starts) await givenBooking(world.visitor, eventType, start)
    const left = async () => {
      const read = await host.run(
        '{ bookings { edges { node { start } } } pastEvents { edges { node { kind } } } }',
      )
      return {
        starts: listAt(read, 'bookings.edges').map(edge =>
          textAt(edge, 'node.start').replace('.000', ''),
        ),
        booked: listAt(read, 'pastEvents.edges').filter(
          edge => at(edge, 'node.kind') === 'BOOKING_CREATED',
        ).length,
      }
    }
    const range = { start: '2026-03-03T00:00:00Z', end: '2026-03-03T10:10:00Z' }
    expect((await host.refused(DELETE, { input: range }))[0]?.extensions?.fields).toEqual([
      { path: 'input.end', message: 'must be in the past' },
    ])
    world.clock.set('2026-03-03T10:10:00Z')
    expect(await run(DELETE, range)).toEqual({ deletePastBookings: { count: 1 } })
    expect(await left()).toEqual({ starts: starts.slice(1), booked: 2 })
    world.clock.set('2026-03-05T00:00:00Z')
    expect(await run(DELETE, { ...range, end: '2026-03-05T00:00:00Z' })).toEqual({
      deletePastBookings: { count: 2 },
    })
    expect(await left()).toEqual({ starts: [], booked: 0 })
    for (const bad of [
      { start: '2024-03-04T00:00:00Z', end: '2026-03-05T00:00:00Z' },
      { start: '2026-03-04T00:00:00Z', end: '2026-03-04T00:00:00Z' },
    ]) {
      expect(await host.codeOf(DELETE, { input: bad })).toBe('INVALID_INPUT')
    }
  })
})
