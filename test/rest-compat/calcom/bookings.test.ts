// Cal.com v2: bookings in versions 2024-08-13 and later.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { givenMember, givenTeam, givenTeamEventType } from '../../helpers/teams.ts'
import {
  at,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  textAt,
  type World,
} from '../../helpers/world.ts'
import { anyone, type Calcom, givenCalcom, refused, success } from './calcom.ts'
import { idIn } from './event-types.ts'

const VERSION = '2024-08-13'

let world: World
let host: GivenHost
let api: Calcom
let visitor: Calcom

beforeAll(async () => {
  world = await givenWorld()
  visitor = anyone(world, VERSION)
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.forward(2)
  host = await givenHost(world, { name: 'Ada Berg' })
  api = await givenCalcom(world, host, { version: VERSION })
})

const ANN = { name: 'Ann Lee', email: 'ann@example.org', timeZone: 'Europe/Berlin', language: 'de' }
const START = '2026-03-04T10:00:00.000Z'
const NEXT = '2026-03-05T10:00:00.000Z'

/** The number of an event type of the host. */
async function givenType(input: Record<string, unknown> = {}): Promise<number> {
  return numberOf(await givenEventType(host, input))
}

async function numberOf(id: string): Promise<number> {
  const data = await host.run('query ($id: ID!) { eventType(id: $id) { databaseId } }', { id })
  return Number(at(data, 'eventType.databaseId'))
}

async function given(
  eventTypeId: number,
  more: Record<string, unknown> = {},
  by: Calcom = visitor,
) {
  const answer = await by.post('/bookings', { eventTypeId, start: START, attendee: ANN, ...more })
  expect(answer.body).toMatchObject({ status: 'success' })
  return answer
}

const uidOf = (answer: { body: unknown }, path = 'data') => textAt(answer.body, `${path}.uid`)

/**
 * The id in the token that an attendee has as the uid: what hosts, lists and webhooks are shown.
 */
const idOf = (token: string): string => token.split('.', 1)[0] ?? ''

const hostShown = () => ({
  id: expect.any(Number),
  name: 'Ada Berg',
  email: expect.stringContaining('@'),
  displayEmail: expect.stringContaining('@'),
  username: host.slug,
  timeZone: 'Europe/London',
})

describe('a new booking', () => {
  it('is told to who makes it as Cal.com tells it', async () => {
    const id = await givenType({
      questions: [{ key: 'topic', label: 'Topic', kind: 'TEXT' }],
      locations: [{ kind: 'VIDEO', provider: 'cal_video' }],
    })
    const answer = await visitor.post('/bookings', {
      start: '2026-03-04T10:00:00Z',
      eventTypeId: id,
      attendee: { ...ANN, phoneNumber: '+49 30 1234567' },
      guests: ['bo@example.org'],
      bookingFieldsResponses: { topic: 'slots', notes: 'See you' },
      metadata: { crm: '77' },
    })
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual(
      success({
        id: expect.any(Number),
        uid: expect.stringMatching(/^bk_\w{22}\.[\w-]{32}$/),
        title: 'Intro between Ada Berg and Ann Lee',
        description: 'See you',
        hosts: [hostShown()],
        status: 'accepted',
        start: START,
        end: '2026-03-04T10:30:00.000Z',
        duration: 30,
        eventTypeId: id,
        eventType: { id, slug: 'intro' },
        meetingUrl: 'integrations:daily',
        location: 'integrations:daily',
        absentHost: false,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
        metadata: { crm: '77' },
        icsUid: `${idOf(uidOf(answer))}@Cal.com`,
        attendees: [
          {
            name: 'Ann Lee',
            email: 'ann@example.org',
            displayEmail: 'ann@example.org',
            timeZone: 'Europe/Berlin',
            language: 'de',
            absent: false,
            phoneNumber: '+49 30 1234567',
          },
        ],
        guests: ['bo@example.org'],
        bookingFieldsResponses: {
          name: 'Ann Lee',
          email: 'ann@example.org',
          displayEmail: 'ann@example.org',
          guests: ['bo@example.org'],
          displayGuests: ['bo@example.org'],
          notes: 'See you',
          attendeePhoneNumber: '+49 30 1234567',
          location: { value: 'integrations:daily', optionValue: '' },
          topic: 'slots',
        },
      }),
    )
    expect(await api.get(`/bookings/${uidOf(answer)}`)).toMatchObject({
      status: 200,
      body: { data: { metadata: { crm: '77' }, hosts: [{ email: host.email }] } },
    })
  })

  it('is of an event type by its number, or by slugs of it and of its page', async () => {
    await givenType({ name: 'By slug' })
    const bySlug = { eventTypeSlug: 'by-slug', username: host.slug, eventTypeId: undefined }
    const answer = await visitor.post('/bookings', { start: START, attendee: ANN, ...bySlug })
    expect(answer).toMatchObject({
      status: 201,
      body: { data: { eventType: { slug: 'by-slug' } } },
    })

    const colleague = await givenHost(world)
    const team = await givenTeam(host)
    await givenMember(host, team, colleague)
    const ofTeam = await givenTeamEventType(host, team, 'COLLECTIVE', [host, colleague])
    const read = await host.run('query ($id: ID!) { eventType(id: $id) { slug schedulingUrl } }', {
      id: ofTeam,
    })
    const [teamSlug, eventTypeSlug] = new URL(textAt(read, 'eventType.schedulingUrl')).pathname
      .slice(1)
      .split('/')
    expect(
      await visitor.post('/bookings', { start: NEXT, attendee: ANN, eventTypeSlug, teamSlug }),
    ).toMatchObject({
      status: 201,
      body: { data: { hosts: [{}, {}] } },
    })
    expect(
      await visitor.post('/bookings', { start: NEXT, attendee: ANN, eventTypeSlug, teamSlug }),
    ).toMatchObject(
      refused(400, 'One of the hosts either already has booking at this time or is not available'),
    )

    expect(await visitor.post('/bookings', { start: START, attendee: ANN })).toMatchObject(
      refused(400, expect.stringContaining('eventTypeId')),
    )
    expect(
      await visitor.post('/bookings', { start: START, attendee: ANN, eventTypeId: 1_999_999_999 }),
    ).toMatchObject(refused(404, 'Event type with id 1999999999 not found'))
  })

  it('is refused where the start is not free, with the words of the cause', async () => {
    const id = await givenType({
      bookingWindow: { kind: 'DAYS', days: 10 },
      minimumNoticeMinutes: 60,
    })
    await given(id)
    const post = (start: string) =>
      visitor.post('/bookings', { eventTypeId: id, start, attendee: ANN })
    expect(await post(START)).toMatchObject(
      refused(400, 'User either already has booking at this time or is not available'),
    )
    expect(await post('2026-03-04T03:00:00Z')).toMatchObject(
      refused(400, 'User either already has booking at this time or is not available'),
    )
    expect(await post('2026-02-04T10:00:00Z')).toMatchObject(
      refused(400, 'Attempting to book a meeting in the past.'),
    )
    expect(await post('2026-05-04T10:00:00Z')).toMatchObject(
      refused(400, expect.stringContaining('GET /v2/slots')),
    )
    const limited = await givenType({ name: 'Rare', bookingLimits: { perDay: 1 } })
    await given(limited, { start: '2026-03-05T11:00:00Z' })
    expect(
      await visitor.post('/bookings', {
        eventTypeId: limited,
        start: '2026-03-05T12:00:00Z',
        attendee: ANN,
      }),
    ).toMatchObject(refused(403, expect.stringMatching(/^booking_limit_reached/)))
  })

  it('tells all that is wrong with it in one text', async () => {
    const id = await givenType()
    const post = (body: Record<string, unknown>) =>
      visitor.post('/bookings', { eventTypeId: id, start: START, attendee: ANN, ...body })
    expect(await post({ invented: 1 })).toMatchObject(
      refused(
        400,
        expect.stringContaining('invented property is wrong,property invented should not exist'),
      ),
    )
    expect(await post({ start: 'tomorrow' })).toMatchObject(
      refused(
        400,
        expect.stringContaining(
          'start property is wrong,start must be a valid ISO 8601 date string',
        ),
      ),
    )
    expect(await post({ attendee: { ...ANN, timeZone: 'Mars/Base' } })).toMatchObject(
      refused(400, expect.stringContaining('timeZone')),
    )
    expect(await post({ attendee: { name: 'Ann', timeZone: 'UTC' } })).toMatchObject(
      refused(400, expect.stringContaining('email')),
    )
    expect(await post({ lengthInMinutes: 45 })).toMatchObject(
      refused(400, expect.stringContaining('lengthInMinutes')),
    )
    expect(await post({ recurrenceCount: 2 })).toMatchObject(
      refused(400, expect.stringContaining('recurring')),
    )
    expect(await post({ instant: true })).toMatchObject(
      refused(400, expect.stringContaining('Instant')),
    )
    expect(await post({ metadata: { ['k'.repeat(41)]: 'v' } })).toMatchObject(
      refused(400, expect.stringContaining('metadata')),
    )
    expect(await post({ location: { type: 'phone' } })).toMatchObject(
      refused(400, expect.stringContaining('location')),
    )
    const asking = await givenType({
      name: 'Asking',
      allowGuests: false,
      questions: [{ key: 'topic', label: 'Topic', kind: 'TEXT', required: true }],
    })
    expect(await post({ eventTypeId: asking, guests: ['bo@example.org'] })).toMatchObject(
      refused(400, expect.stringMatching(/topic.*guests|guests.*topic/)),
    )
  })

  it('has one of several lengths', async () => {
    const id = await givenType({ durationOptions: [30, 60] })
    expect(await given(id, { lengthInMinutes: 60 })).toMatchObject({
      body: { data: { duration: 60, end: '2026-03-04T11:00:00.000Z' } },
    })
    const body = { eventTypeId: id, start: NEXT, attendee: ANN, lengthInMinutes: 45 }
    expect(await visitor.post('/bookings', body)).toMatchObject(
      refused(400, 'Invalid event length'),
    )
  })

  it('shows the address of an account that a platform client made without the client', async () => {
    const client = `c${'a1'.repeat(12)}`
    const email = `ann+${client}@example.org`
    const made = await given(await givenType(), {
      attendee: { ...ANN, email },
      guests: [`bo+${client}@example.org`],
    })
    expect(made.body).toMatchObject({
      data: {
        attendees: [{ email, displayEmail: 'ann@example.org' }],
        guests: [`bo+${client}@example.org`],
        bookingFieldsResponses: {
          email,
          displayEmail: 'ann@example.org',
          displayGuests: ['bo@example.org'],
        },
      },
    })
  })

  it('is for a telephone without an address too', async () => {
    const id = await givenType()
    const attendee = { name: 'Ann', timeZone: 'Europe/Berlin', phoneNumber: '+49301234567' }
    expect(await given(id, { attendee })).toMatchObject({
      body: {
        data: {
          attendees: [
            { phoneNumber: '+49301234567', email: '49301234567@phone.invalid', language: 'en' },
          ],
        },
      },
    })
  })

  it.each([
    [{ kind: 'IN_PERSON', address: 'Main St 1' }, { type: 'address' }, 'Main St 1'],
    [{ kind: 'LINK', url: 'https://a.example/x' }, { type: 'link' }, 'https://a.example/x'],
    [{ kind: 'PHONE_HOST', phone: '+49 30 1' + '23' }, { type: 'phone' }, '+49 30 123'],
    [
      { kind: 'VIDEO', provider: 'google_meet' },
      { type: 'integration', integration: 'google-meet' },
      'integrations:google:meet',
    ],
    [{ kind: 'VIDEO', provider: 'zoom' }, 'integrations:zoom', 'integrations:zoom'],
    [{ kind: 'ADDRESS_INVITEE' }, { type: 'attendeeAddress', address: 'Here' }, 'Here'],
    [{ kind: 'PHONE_INVITEE' }, { type: 'attendeePhone', phone: '+49 30 9876' }, '+49 30 9876'],
    [{ kind: 'ASK_INVITEE' }, { type: 'attendeeDefined', location: 'Bar' }, 'Bar'],
    [{ kind: 'IN_PERSON', address: 'Main St 1' }, 'Main St 1', 'Main St 1'],
    [
      { kind: 'VIDEO', provider: 'teams' },
      { type: 'organizersDefaultApp' },
      'integrations:office365_video',
    ],
  ])('is at %j, asked for as %j', async (offered, location, told) => {
    const id = await givenType({ locations: [{ kind: 'CUSTOM', text: 'Elsewhere' }, offered] })
    expect(await given(id, { location })).toMatchObject({
      body: { data: { location: told, meetingUrl: told } },
    })
  })

  it('is made once, however often it comes with the same key', async () => {
    const id = await givenType()
    const keyed = visitor.with({ 'idempotency-key': 'k-1' })
    const [first, again] = [await given(id, {}, keyed), await given(id, {}, keyed)]
    expect(again.body).toEqual(first.body)
    const other = { eventTypeId: id, start: NEXT, attendee: ANN }
    expect(await keyed.post('/bookings', other)).toMatchObject({ status: 409 })
  })

  it('is made once of one start, however many want it at the same time', async () => {
    const id = await givenType()
    const body = { eventTypeId: id, start: START, attendee: ANN }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => visitor.post('/bookings', body)),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(19).fill(400)])
  })

  it('needs no approval unless the event type asks for it', async () => {
    const id = await givenType({ confirmation: 'ALWAYS' })
    expect(await given(id)).toMatchObject({ body: { data: { status: 'pending' } } })
  })
})

describe('what an event type does not allow', () => {
  it('is refused in the words of Cal.com: more bookings of one address, to cancel, to move, to move late', async () => {
    const few = await givenType({ name: 'Few', maxActivePerInvitee: 1 })
    await given(few)
    expect(
      await visitor.post('/bookings', { eventTypeId: few, start: NEXT, attendee: ANN }),
    ).toMatchObject(
      refused(
        400,
        "Attendee with this email can't book because the maximum number of active bookings has been reached.",
      ),
    )
    const fixed = await givenType({
      name: 'Fixed',
      allowCancelling: false,
      allowRescheduling: false,
    })
    const uid = uidOf(await given(fixed, { start: NEXT }))
    expect(await visitor.post(`/bookings/${uid}/cancel`, {})).toMatchObject(
      refused(400, 'This event type does not allow cancellations'),
    )
    const move = { start: '2026-03-06T10:00:00Z' }
    expect(await visitor.post(`/bookings/${uid}/reschedule`, move)).toMatchObject(
      refused(
        400,
        expect.stringMatching(/^Can't reschedule booking with uid=.* does not allow rescheduling/),
      ),
    )
    const early = await givenType({ name: 'Early', reschedulingNoticeMinutes: 20_000 })
    const late = uidOf(await given(early, { start: '2026-03-05T11:00:00Z' }))
    expect(await visitor.post(`/bookings/${late}/reschedule`, move)).toMatchObject(
      refused(403, 'Rescheduling is not allowed within the minimum notice period before the event'),
    )
    expect(await api.post(`/bookings/${late}/reschedule`, move)).toMatchObject({ status: 201 })
  })
})

describe('who knows the uid', () => {
  it('sees, moves and cancels what was booked here, without a credential', async () => {
    const uid = uidOf(await given(await givenType()))
    expect(await visitor.get(`/bookings/${uid}`)).toMatchObject({
      status: 200,
      body: { data: { uid, attendees: [{ email: ANN.email }], metadata: {} } },
    })
    const moved = await visitor.post(`/bookings/${uid}/reschedule`, {
      start: NEXT,
      reschedulingReason: 'clash',
    })
    expect(moved).toMatchObject({
      status: 201,
      body: {
        data: {
          status: 'accepted',
          start: NEXT,
          rescheduledFromUid: uid,
          reschedulingReason: 'clash',
          rescheduledByEmail: ANN.email,
        },
      },
    })
    const newUid = uidOf(moved)
    expect(await visitor.get(`/bookings/${uid}`)).toMatchObject({
      body: { data: { status: 'cancelled', rescheduledToUid: newUid } },
    })
    expect(await visitor.post(`/bookings/${uid}/reschedule`, { start: START })).toMatchObject(
      refused(400, expect.stringContaining('has been cancelled')),
    )
    expect(
      await visitor.post(`/bookings/${newUid}/cancel`, { cancellationReason: 'ill' }),
    ).toMatchObject({
      status: 200,
      body: {
        data: { status: 'cancelled', cancellationReason: 'ill', cancelledByEmail: ANN.email },
      },
    })
    expect(await visitor.post(`/bookings/${newUid}/cancel`, {})).toMatchObject(
      refused(400, expect.stringContaining('has been cancelled')),
    )
  })

  it('gains nothing where it was booked elsewhere', async () => {
    const elsewhere = await host.run(
      `mutation ($id: ID!) { book(input: { eventType: { id: $id }, start: "${START}", invitee: { name: "Ann", email: "ann@example.org" } }) { booking { id } invitee { id } } }`,
      { id: await givenEventType(host) },
    )
    const [uid, seat] = [textAt(elsewhere, 'book.booking.id'), textAt(elsewhere, 'book.invitee.id')]
    for (const by of [
      visitor,
      await givenCalcom(world, await givenHost(world), { version: VERSION }),
    ]) {
      const missing = refused(404, `Booking with uid=${uid} was not found in the database`)
      expect(await by.get(`/bookings/${uid}`)).toMatchObject(missing)
      expect(await by.get(`/bookings/by-seat/${seat}`)).toMatchObject({ status: 404 })
      expect(await by.post(`/bookings/${uid}/reschedule`, { start: NEXT })).toMatchObject(missing)
      expect(await by.post(`/bookings/${uid}/cancel`, {})).toMatchObject(missing)
    }
  })

  it('acts by the scopes of the credential that comes along', async () => {
    const uid = uidOf(await given(await givenType()))
    const reader = await givenCalcom(world, host, { version: VERSION, scopes: ['bookings:read'] })
    const writer = await givenCalcom(world, host, { version: VERSION, scopes: ['bookings:write'] })
    expect(await reader.get(`/bookings/${uid}`)).toMatchObject({ status: 200 })
    const lacking = {
      status: 403,
      body: { error: { message: expect.stringMatching(/^insufficient_scope/) } },
    }
    expect(
      await reader.post(`/bookings/${uid}/cancel`, { cancellationReason: 'ill' }),
    ).toMatchObject(lacking)
    expect(await reader.post(`/bookings/${uid}/reschedule`, { start: NEXT })).toMatchObject(lacking)
    expect(await reader.post(`/bookings/${uid}/mark-absent`, { host: true })).toMatchObject(lacking)
    expect(await writer.get(`/bookings/${uid}`)).toMatchObject(lacking)
    expect(await writer.post(`/bookings/${uid}/cancel`, {})).toMatchObject({ status: 400 })
    expect(
      await writer.post(`/bookings/${uid}/cancel`, { cancellationReason: 'ill' }),
    ).toMatchObject({ status: 200 })
  })

  it('has a token: the id in it, which lists and webhooks show, gives nobody else access', async () => {
    const token = uidOf(await given(await givenType()))
    const uid = idOf(token)
    const listed = await api.get('/bookings')
    expect(at(listed.body, 'data.0.uid')).toBe(uid)
    const stranger = await givenCalcom(world, await givenHost(world), { version: VERSION })
    const forged = `${uid}.${'x'.repeat(32)}`
    for (const by of [visitor, stranger, visitor.in('2026-02-25'), visitor.in('2024-04-15')]) {
      for (const named of [uid, forged]) {
        expect(await by.get(`/bookings/${named}`)).toMatchObject({ status: 404 })
        expect(await by.post(`/bookings/${named}/cancel`, {})).toMatchObject({ status: 404 })
      }
      expect(await by.get(`/bookings/${token}`)).toMatchObject({
        status: 200,
        body: { data: { uid: token } },
      })
    }
    for (const named of [uid, forged]) {
      expect(await visitor.post(`/bookings/${named}/reschedule`, { start: NEXT })).toMatchObject({
        status: 404,
      })
    }
    expect(await api.get(`/bookings/${token}`)).toMatchObject({
      body: { data: { uid, hosts: [{ email: host.email }] } },
    })
  })

  it('finds nothing by numbers, or by what is no uid', async () => {
    const id = at((await given(await givenType())).body, 'data.id')
    for (const by of [visitor, api]) {
      expect(await by.get(`/bookings/${id}`)).toMatchObject({ status: 404 })
      expect(await by.get('/bookings/bk_nothing')).toMatchObject({ status: 404 })
      expect(await by.get('/bookings/bs_nothing')).toMatchObject({ status: 404 })
      expect(await by.get('/bookings/nothing')).toMatchObject({ status: 404 })
    }
  })
})

describe('the host', () => {
  it('has to say why they cancel', async () => {
    const uid = uidOf(await given(await givenType()))
    expect(await api.post(`/bookings/${uid}/cancel`, {})).toMatchObject(
      refused(400, 'Cancellation reason is required when you are the host'),
    )
    expect(await api.post(`/bookings/${uid}/cancel`, { cancellationReason: 'ill' })).toMatchObject({
      body: {
        data: {
          status: 'cancelled',
          cancelledByEmail: host.email,
          attendees: [{ email: ANN.email }],
        },
      },
    })
  })

  it('confirms and declines what waits', async () => {
    const id = await givenType({ confirmation: 'ALWAYS' })
    const [first, second] = [uidOf(await given(id)), uidOf(await given(id, { start: NEXT }))]
    expect(await visitor.post(`/bookings/${first}/confirm`)).toMatchObject({ status: 401 })
    expect(await api.post(`/bookings/${first}/confirm`)).toMatchObject({
      body: { data: { status: 'accepted' } },
    })
    expect(await api.post(`/bookings/${first}/confirm`)).toMatchObject(
      refused(400, 'The booking is confirmed already.'),
    )
    expect(await api.post(`/bookings/${second}/decline`, { reason: 'no time' })).toMatchObject({
      body: { data: { status: 'rejected', cancellationReason: 'no time' } },
    })
    expect(await api.post(`/bookings/${second}/decline`, {})).toMatchObject({ status: 400 })
  })

  it('confirms what waits by moving it; an attendee who moves it has to wait again', async () => {
    const uid = uidOf(await given(await givenType({ confirmation: 'ALWAYS' })))
    const moved = await visitor.post(`/bookings/${uid}/reschedule`, { start: NEXT })
    expect(moved).toMatchObject({ status: 201, body: { data: { status: 'pending' } } })
    const byHost = await api.post(`/bookings/${uidOf(moved)}/reschedule`, {
      start: START,
      rescheduledBy: host.email,
    })
    expect(byHost).toMatchObject({
      body: { data: { status: 'accepted', rescheduledByEmail: host.email } },
    })
  })

  it('cannot confirm what is for a time that is taken meanwhile', async () => {
    const id = await givenType({ confirmation: 'ALWAYS', pendingClaimsTime: false })
    const [first, second] = [uidOf(await given(id)), uidOf(await given(id))]
    expect(await api.post(`/bookings/${first}/confirm`)).toMatchObject({ status: 200 })
    expect(await api.post(`/bookings/${second}/confirm`)).toMatchObject(
      refused(400, 'User either already has booking at this time or is not available'),
    )
  })

  it('notes who did not come, once it has begun', async () => {
    const uid = uidOf(await given(await givenType(), { start: '2026-03-03T10:00:00Z' }))
    const absent = { host: true, attendees: [{ email: ANN.email, absent: true }] }
    expect(await api.post(`/bookings/${uid}/mark-absent`, absent)).toMatchObject({ status: 400 })
    const before = world.clock.now()
    world.clock.set('2026-03-03T10:10:00Z')
    try {
      expect(await api.post(`/bookings/${uid}/mark-absent`, absent)).toMatchObject({
        status: 200,
        body: { data: { absentHost: true, attendees: [{ absent: true }] } },
      })
      expect(
        await api.post(`/bookings/${uid}/mark-absent`, {
          attendees: [{ email: ANN.email, absent: false }],
        }),
      ).toMatchObject({ body: { data: { absentHost: true, attendees: [{ absent: false }] } } })
      const stranger = { attendees: [{ email: 'eve@example.org', absent: true }] }
      expect(await api.post(`/bookings/${uid}/mark-absent`, stranger)).toMatchObject({
        status: 400,
      })
    } finally {
      world.clock.set(before.toISOString())
    }
  })

  it('adds guests and attendees, and changes the place', async () => {
    const uid = uidOf(
      await given(await givenType({ locations: [{ kind: 'CUSTOM', text: 'Elsewhere' }] })),
    )
    expect(
      await api.post(`/bookings/${uid}/guests`, {
        guests: [{ email: 'bo@example.org', name: 'Bo' }, { email: ANN.email }],
      }),
    ).toMatchObject({ status: 200, body: { data: { guests: ['bo@example.org'] } } })
    const cleo = {
      name: 'Cleo',
      email: 'cleo@example.org',
      timeZone: 'Europe/Riga',
      language: 'lv',
    }
    const added = await api.post(`/bookings/${uid}/attendees`, cleo)
    expect(added).toMatchObject({
      status: 201,
      body: {
        data: { ...cleo, displayEmail: cleo.email, absent: false, bookingId: expect.any(Number) },
      },
    })
    expect(await api.post(`/bookings/${uid}/attendees`, { ...ANN })).toMatchObject({ status: 400 })
    const listed = await api.get(`/bookings/${uid}/attendees`)
    expect(listed).toMatchObject({ body: { data: [{ email: ANN.email }, { email: cleo.email }] } })
    expect(await api.get(`/bookings/${uid}/attendees/${at(added.body, 'data.id')}`)).toMatchObject({
      body: { data: { name: 'Cleo' } },
    })
    expect(await api.get(`/bookings/${uid}/attendees/1999999999`)).toMatchObject({ status: 404 })
    expect(await api.get(`/bookings?attendeeEmail=${cleo.email}`)).toMatchObject({
      status: 200,
      body: {
        data: [{ uid: idOf(uid), attendees: [{ email: ANN.email }, { email: cleo.email }] }],
      },
    })
    expect(
      await api.patch(`/bookings/${uid}/location`, {
        location: { type: 'link', link: 'https://m.example/1' },
      }),
    ).toMatchObject({ body: { data: { location: 'https://m.example/1', attendees: [{}, {}] } } })
    expect(
      await api.patch(`/bookings/${uid}/location`, { location: { type: 'moon' } }),
    ).toMatchObject({ status: 400 })
    for (const [method, path] of [
      ['post', 'guests'],
      ['post', 'attendees'],
      ['patch', 'location'],
    ] as const) {
      expect(await visitor[method](`/bookings/${uid}/${path}`, {})).toMatchObject({ status: 401 })
    }
  })

  it('gets links for calendars, and nothing of third parties', async () => {
    const uid = uidOf(await given(await givenType()))
    const { body } = await api.get(`/bookings/${uid}/calendar-links`)
    expect(at(body, 'data.0')).toEqual({
      id: 'googleCalendar',
      label: 'Google Calendar',
      link: 'https://calendar.google.com/calendar/r/eventedit?dates=20260304T100000Z%2F20260304T103000Z&text=Intro+between+Ada+Berg+and+Ann+Lee&details=&location=',
    })
    const file = decodeURIComponent(textAt(body, 'data.3.link'))
    expect(file).toContain(`UID:${idOf(uid)}@Cal.com\r\n`)
    expect(file).toContain('DTSTART:20260304T100000Z\r\nDTEND:20260304T103000Z\r\n')
    expect(file.split('\r\n').every(line => Buffer.byteLength(line) <= 75)).toBe(true)
    for (const path of ['references', 'conferencing-sessions', 'recordings', 'transcripts']) {
      expect(await api.get(`/bookings/${uid}/${path}`)).toMatchObject({
        status: 200,
        body: success([]),
      })
      expect(await api.get(`/bookings/bk_nothing/${path}`)).toMatchObject({ status: 404 })
    }
  })

  it('has no bare CR or control character of a name in its calendar file', async () => {
    const uid = uidOf(
      await given(await givenType(), { attendee: { ...ANN, name: 'Ann\rATTENDEE:x Lee' } }),
    )
    const { body } = await api.get(`/bookings/${uid}/calendar-links`)
    const file = decodeURIComponent(textAt(body, 'data.3.link'))
    expect(file.replaceAll('\r\n ', '').replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
    expect(file).not.toMatch(/^ATTENDEE/m)
  })

  it('hands the booking of a round robin over', async () => {
    const colleague = await givenHost(world, { name: 'Bo' })
    const team = await givenTeam(host)
    await givenMember(host, team, colleague)
    const id = await numberOf(
      await givenTeamEventType(host, team, 'ROUND_ROBIN', [host, colleague]),
    )
    const uid = uidOf(await given(id))
    const before = textAt((await visitor.get(`/bookings/${uid}`)).body, 'data.hosts.0.name')
    const after = before === 'Bo' ? 'Ada Berg' : 'Bo'
    // Of version 2024-08-13 the document says that the answer contains itself.
    const newest = api.in('2026-02-25')
    const handed = await newest.post(`/bookings/${uid}/reassign`)
    expect(handed).toMatchObject({
      status: 200,
      body: { data: { bookingUid: idOf(uid), reassignedTo: { name: after } } },
    })
    const hostIds = await host.run('{ viewer { databaseId } }')
    const other = before === 'Bo' ? await colleague.run('{ viewer { databaseId } }') : hostIds
    expect(
      await newest.post(`/bookings/${uid}/reassign/${at(other, 'viewer.databaseId')}`, {
        reason: 'ill',
      }),
    ).toMatchObject({ body: { data: { reassignedTo: { name: before } } } })
    const single = uidOf(await given(await givenType(), { start: NEXT }))
    expect(await api.post(`/bookings/${single}/reassign`)).toMatchObject({ status: 400 })
  })
})

describe('a series', () => {
  const weekly = { frequency: 'WEEKLY', interval: 1, count: 4 }

  it('is booked as a whole, and known by its own uid', async () => {
    const id = await givenType({ recurrence: weekly })
    const booked = await given(id, { recurrenceCount: 3 })
    expect(booked).toMatchObject({
      status: 201,
      body: {
        data: ['04', '11', '18'].map(day => ({
          start: `2026-03-${day}T10:00:00.000Z`,
          status: 'accepted',
        })),
      },
    })
    const series = textAt(booked.body, 'data.0.recurringBookingUid')
    for (const [by, named] of [
      [visitor, series],
      [api, idOf(series)],
    ] as const) {
      expect(await by.get(`/bookings/${named}`)).toMatchObject({
        status: 200,
        body: { data: [{}, {}, {}] },
      })
    }
    expect(await visitor.get(`/bookings/${idOf(series)}`)).toMatchObject({ status: 404 })
    expect(await visitor.get(`/bookings/${uidOf(booked, 'data.1')}`)).toMatchObject({
      body: { data: { recurringBookingUid: series, start: '2026-03-11T10:00:00.000Z' } },
    })
    const all = await given(await givenType({ name: 'Again', recurrence: weekly }), { start: NEXT })
    expect(at(all.body, 'data')).toHaveLength(4)
    const tooMany = { eventTypeId: id, start: START, attendee: ANN, recurrenceCount: 5 }
    expect(await visitor.post('/bookings', tooMany)).toMatchObject({ status: 400 })
  })

  it('is booked of an event type that was made here to repeat, in either version', async () => {
    const types = api.in('2024-06-14')
    const again = { title: 'Again', slug: 'again', lengthInMinutes: 30 }
    const id = idIn(
      await types.post('/event-types', {
        ...again,
        recurrence: { interval: 2, occurrences: 3, frequency: 'weekly' },
      }),
    )
    expect((await given(id, { recurrenceCount: 2 })).body).toMatchObject({
      data: [{ start: START }, { start: '2026-03-18T10:00:00.000Z' }],
    })
    const recurringEvent = { freq: 2, interval: 1, count: 2 }
    const row = { recurringEvent }
    expect(await api.in('2024-04-15').patch(`/event-types/${id}`, row)).toMatchObject({
      status: 200,
      body: { data: row },
    })
    expect((await given(id, { start: NEXT })).body).toMatchObject({
      data: [{ start: NEXT }, { start: '2026-03-12T10:00:00.000Z' }],
    })
    await types.patch(`/event-types/${id}`, { recurrence: { disabled: true } })
    const once = {
      eventTypeId: id,
      start: '2026-03-06T10:00:00Z',
      attendee: ANN,
      recurrenceCount: 2,
    }
    expect(await visitor.post('/bookings', once)).toMatchObject(
      refused(400, expect.stringContaining('not a recurring')),
    )
  })

  it('is refused as a whole when a later occurrence is taken, which is named', async () => {
    const id = await givenType({ recurrence: weekly })
    await given(await givenType({ name: 'Other' }), { start: '2026-03-18T10:00:00Z' })
    expect(
      await visitor.post('/bookings', { eventTypeId: id, start: START, attendee: ANN }),
    ).toMatchObject(
      refused(
        400,
        'User either already has booking at this time or is not available Occurrence 3, 2026-03-18T10:00:00.000Z.',
      ),
    )
    expect(await api.get(`/bookings?eventTypeId=${id}`)).toMatchObject({ body: { data: [] } })
  })

  it('is cancelled as a whole, or from one on; one of it moves alone', async () => {
    const id = await givenType({ recurrence: weekly })
    const booked = await given(id)
    const series = textAt(booked.body, 'data.0.recurringBookingUid')
    const moved = await visitor.post(`/bookings/${uidOf(booked, 'data.3')}/reschedule`, {
      start: '2026-03-26T10:00:00Z',
    })
    expect(moved).toMatchObject({ status: 201, body: { data: { recurringBookingUid: series } } })
    const rest = await visitor.post(`/bookings/${uidOf(booked, 'data.2')}/cancel`, {
      cancelSubsequentBookings: true,
    })
    const statuses = (body: unknown) => [0, 1, 2, 3].map(index => at(body, `data.${index}.status`))
    expect(rest.status).toBe(200)
    expect(statuses(rest.body)).toEqual(['accepted', 'accepted', 'cancelled', 'cancelled'])
    expect(await api.post(`/bookings/${series}/cancel`, {})).toMatchObject({ status: 400 })
    const whole = await api.post(`/bookings/${series}/cancel`, { cancellationReason: 'ill' })
    expect(statuses(whole.body)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled'])
    expect(
      await api.post(`/bookings/${series}/cancel`, { cancellationReason: 'ill' }),
    ).toMatchObject({ status: 400 })
  })
})

describe('a booking with seats', () => {
  it('is shared; who has a seat is told its uid and nobody else', async () => {
    const id = await givenType({ seats: 2 })
    const first = await given(id)
    const bob = { ...ANN, name: 'Bob', email: 'bob@example.org' }
    const second = await given(id, { attendee: bob })
    expect(uidOf(second)).toBe(uidOf(first))
    expect(at(first.body, 'data')).toMatchObject({
      title: 'Intro',
      attendees: [],
      seatUid: expect.stringMatching(/^inv_\w{22}\.[\w-]{32}$/),
    })
    expect(at(first.body, 'data')).not.toHaveProperty('guests')
    expect(
      await visitor.post('/bookings', { eventTypeId: id, start: START, attendee: bob }),
    ).toMatchObject({
      status: 409,
    })
    const carl = { ...ANN, name: 'Carl', email: 'carl@example.org' }
    expect(
      await visitor.post('/bookings', { eventTypeId: id, start: START, attendee: carl }),
    ).toMatchObject(refused(409, 'No more seats left at this seated booking.'))
    const [uid, seatUid] = [uidOf(first), textAt(second.body, 'data.seatUid')]
    expect(at((await visitor.get(`/bookings/${uid}`)).body, 'data')).toMatchObject({
      start: START,
      status: 'accepted',
      title: 'Intro',
      attendees: [],
      hosts: [],
      location: '',
    })
    expect(await visitor.get(`/bookings/by-seat/${seatUid}`)).toMatchObject({
      body: { data: { uid, attendees: [{ email: bob.email, seatUid }] } },
    })
    expect(await api.get(`/bookings/${uid}`)).toMatchObject({
      body: {
        data: {
          attendees: [
            { email: ANN.email, bookingFieldsResponses: { name: ANN.name } },
            { seatUid: idOf(seatUid) },
          ],
        },
      },
    })
    expect(await api.get(`/bookings/by-seat/${idOf(seatUid)}`)).toMatchObject({
      body: { data: { attendees: [{}, {}] } },
    })
    expect(await visitor.get(`/bookings/by-seat/${idOf(seatUid)}`)).toMatchObject({ status: 404 })
  })

  it('shows who comes where the event type says so, and of others neither seats nor answers', async () => {
    const id = await givenType({ seats: 3, showInvitees: true })
    const first = await given(id, { bookingFieldsResponses: { notes: 'I am ill' } })
    const own = (answer: typeof first) => ({
      email: ANN.email,
      seatUid: at(answer.body, 'data.seatUid'),
    })
    expect(at(first.body, 'data.attendees')).toMatchObject([own(first)])
    const bob = { ...ANN, name: 'Bob', email: 'bob@example.org' }
    const second = await given(id, { attendee: bob })
    const shown = {
      name: ANN.name,
      email: ANN.email,
      displayEmail: ANN.email,
      timeZone: ANN.timeZone,
      language: 'en',
      absent: false,
      bookingFieldsResponses: {},
      metadata: {},
    }
    expect(at(second.body, 'data.attendees')).toEqual([
      expect.objectContaining({ email: bob.email }),
      shown,
    ])
    const read = await visitor.get(`/bookings/by-seat/${own(first).seatUid}`)
    expect(at(read.body, 'data.attendees')).toEqual([
      expect.objectContaining(own(first)),
      { ...shown, name: 'Bob', email: bob.email, displayEmail: bob.email },
    ])
    expect(at((await visitor.get(`/bookings/${uidOf(first)}`)).body, 'data.attendees')).toEqual([])
    const moved = await visitor.post(`/bookings/${uidOf(first)}/reschedule`, {
      start: NEXT,
      seatUid: own(first).seatUid,
    })
    expect(at(moved.body, 'data.attendees')).toMatchObject([own(moved)])
    expect(at((await api.get(`/bookings/${uidOf(first)}`)).body, 'data.attendees')).toMatchObject([
      { email: bob.email, seatUid: idOf(textAt(second.body, 'data.seatUid')) },
    ])
  })

  it('is left and moved seat by seat by those who have them, and cancelled by its host', async () => {
    const id = await givenType({ seats: 3 })
    const first = await given(id)
    const bob = { ...ANN, name: 'Bob', email: 'bob@example.org' }
    const second = await given(id, { attendee: bob })
    const [uid, seatUid] = [uidOf(first), textAt(second.body, 'data.seatUid')]
    expect(await visitor.post(`/bookings/${uid}/cancel`, {})).toMatchObject({ status: 401 })
    expect(await visitor.post(`/bookings/${uid}/reschedule`, { start: NEXT })).toMatchObject({
      status: 401,
    })
    const other = uidOf(
      await given(await givenType({ name: 'Other' }), { start: '2026-03-06T10:00:00Z' }),
    )
    expect(await visitor.post(`/bookings/${other}/cancel`, { seatUid })).toMatchObject({
      status: 400,
    })
    const moved = await visitor.post(`/bookings/${uid}/reschedule`, { start: NEXT, seatUid })
    expect(moved).toMatchObject({ status: 201, body: { data: { start: NEXT, attendees: [] } } })
    const newSeat = textAt(moved.body, 'data.seatUid')
    expect(newSeat).not.toBe(seatUid)
    expect(
      await visitor.post(`/bookings/${uidOf(moved)}/cancel`, { seatUid: newSeat }),
    ).toMatchObject({ status: 200 })
    expect(await api.get(`/bookings/${uid}`)).toMatchObject({
      body: { data: { status: 'accepted', attendees: [{}] } },
    })
    expect(await api.post(`/bookings/${uid}/cancel`, { cancellationReason: 'ill' })).toMatchObject({
      body: { data: { status: 'cancelled' } },
    })
    expect(
      await api.post(`/bookings/${uid}/guests`, { guests: [{ email: 'x@example.org' }] }),
    ).toMatchObject({
      status: 400,
    })
  })
})

describe('the list', () => {
  it('is of the states that are asked for, each in its order', async () => {
    const single = await givenType()
    const asked = await givenType({ name: 'Asked', confirmation: 'ALWAYS' })
    const series = await givenType({
      name: 'Series',
      recurrence: { frequency: 'WEEKLY', interval: 1, count: 2 },
    })
    const tokens = {
      past: uidOf(await given(single, { start: '2026-03-02T10:00:00Z' })),
      next: uidOf(await given(single, { start: START })),
      pending: uidOf(await given(asked, { start: NEXT })),
      gone: uidOf(await given(single, { start: '2026-03-06T10:00:00Z' })),
    }
    const repeated = await given(series, { start: '2026-03-09T10:00:00Z' })
    const occurrences = [idOf(uidOf(repeated, 'data.0')), idOf(uidOf(repeated, 'data.1'))]
    const uids = {
      past: idOf(tokens.past),
      next: idOf(tokens.next),
      pending: idOf(tokens.pending),
      gone: idOf(tokens.gone),
    }
    world.clock.forward(1)
    await visitor.post(`/bookings/${tokens.gone}/cancel`, {})
    const before = world.clock.now()
    world.clock.set('2026-03-03T00:00:00Z')
    try {
      const listed = async (query: string) => {
        const { body } = await api.get(`/bookings?${query}`)
        const found = at(body, 'data')
        return Array.isArray(found) ? found.map(each => textAt(each, 'uid')) : body
      }
      expect(await listed(`bookingUid=${tokens.next}`)).toEqual([uids.next])
      expect(await listed('status=upcoming')).toEqual([uids.next, uids.pending, ...occurrences])
      expect(await listed('status=past')).toEqual([uids.past])
      expect(await listed('status=cancelled')).toEqual([uids.gone])
      expect(await listed('status=unconfirmed')).toEqual([uids.pending])
      expect(await listed('status=recurring')).toEqual(occurrences)
      expect(await listed('status=past&status=cancelled')).toEqual([uids.gone, uids.past])
      expect(await listed('status=unconfirmed,recurring&sortStart=desc')).toEqual([
        ...occurrences.toReversed(),
        uids.pending,
      ])
      expect(await listed(`bookingUid=${uids.next}`)).toEqual([uids.next])
      expect(await listed(`eventTypeIds=${asked},${series}`)).toEqual([
        uids.pending,
        ...occurrences,
      ])
      expect(await listed(`eventTypeId=${asked}`)).toEqual([uids.pending])
      expect(await listed('attendeeName=LEE&take=1')).toEqual([uids.past])
      expect(await listed('attendeeEmail=nobody@example.org')).toEqual([])
      expect(await listed('teamId=1')).toEqual([])
      expect(
        await listed('afterStart=2026-03-05T00:00:00Z&beforeEnd=2026-03-05T10:30:00Z'),
      ).toEqual([uids.pending])
      expect(await listed('sortCreated=desc&take=2')).toEqual(occurrences.toReversed())
      expect(await listed('sortUpdatedAt=desc&take=1')).toEqual([uids.gone])
      expect(await listed(`afterUpdatedAt=${before.toISOString()}&status=cancelled`)).toEqual([
        uids.gone,
      ])
      expect(await listed('sortEnd=asc&take=1&skip=1')).toEqual([uids.next])
      expect((await api.get('/bookings?take=2&skip=2')).body).toMatchObject({
        pagination: {
          totalItems: 6,
          remainingItems: 2,
          returnedItems: 2,
          itemsPerPage: 2,
          currentPage: 2,
          totalPages: 3,
          hasNextPage: true,
          hasPreviousPage: true,
        },
      })
      expect(await api.get('/bookings?status=soon')).toMatchObject({ status: 400 })
      expect(await api.get('/bookings?take=251')).toMatchObject({ status: 400 })
      expect(await visitor.get('/bookings')).toMatchObject({ status: 401 })

      const cursor = api.in('2026-05-01')
      const first = await cursor.get('/bookings?limit=4')
      expect(first.body).toMatchObject({ data: [{}, {}, {}, {}], pagination: { hasMore: true } })
      const after = encodeURIComponent(textAt(first.body, 'pagination.nextCursor'))
      expect((await cursor.get(`/bookings?limit=4&cursor=${after}`)).body).toMatchObject({
        data: [{}, {}],
        pagination: { hasMore: false, nextCursor: null },
      })
    } finally {
      world.clock.set(before.toISOString())
    }
  })

  it('are those of a team for its admins alone, of whoever in it attends', async () => {
    const ben = await givenHost(world, { name: 'Ben' })
    const team = await givenTeam(host)
    await givenMember(host, team, ben)
    const id = await numberOf(await givenTeamEventType(host, team, 'COLLECTIVE', [{ id: ben.id }]))
    await given(await givenType())
    const uids = [idOf(uidOf(await given(id))), idOf(uidOf(await given(id, { start: NEXT })))]
    const read = await host.run('query ($id: ID!) { team(id: $id) { databaseId } }', {
      id: team.id,
    })
    const path = `/teams/${at(read, 'team.databaseId')}/bookings`
    const all = {
      data: uids.map(uid => ({ uid })),
      pagination: { totalItems: 2, hasNextPage: false },
    }
    expect(await api.get(path)).toMatchObject({ status: 200, body: all })
    expect((await api.in(undefined).get(path)).body).toMatchObject(all)
    expect(
      (await api.get(`${path}?afterStart=2026-03-05T00:00:00Z&sortStart=desc`)).body,
    ).toMatchObject({
      data: [{ uid: uids[1], hosts: [{ name: 'Ben' }] }],
    })
    expect((await api.get(`${path}?take=1&skip=1`)).body).toMatchObject({
      data: [{ uid: uids[1] }],
      pagination: { totalItems: 2, currentPage: 2, hasPreviousPage: true },
    })
    expect((await api.in('2026-05-01').get(`${path}?limit=1`)).body).toMatchObject({
      data: [{ uid: uids[0] }],
      pagination: { hasMore: true },
    })
    expect(await (await givenCalcom(world, ben)).get(path)).toMatchObject({ status: 403 })
    expect(await (await givenCalcom(world, await givenHost(world))).get(path)).toMatchObject({
      status: 404,
    })
  })

  it('has up to 250 of them on a page, which are several of the graph', async () => {
    await given(await givenType({ recurrence: { frequency: 'WEEKLY', interval: 1, count: 50 } }))
    const { body } = await api.get('/bookings?take=45')
    expect(at(body, 'data')).toHaveLength(45)
    expect(at(body, 'pagination')).toMatchObject({
      totalItems: 50,
      returnedItems: 45,
      hasNextPage: true,
    })
  })
})
