import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  atOnce,
  bookingRefused,
  edit,
  isOffered,
  look,
  refusal,
  refusalIn,
  tally,
  unavailable,
  who,
} from '../helpers/bookings.ts'
import {
  at,
  BOOK,
  booking,
  clientOf,
  type Data,
  type GivenHost,
  givenBooking,
  givenEventType,
  givenHost,
  givenWorld,
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

const EVERYTHING = `mutation ($input: BookInput!) {
  book(input: $input) {
    booking {
      id status start end timeZone createdAt metadata cancellation { at } rescheduledFrom { id } rescheduledTo { id }
      eventType { id } hosts { name } location { kind phone } invitees { id }
    }
    invitee {
      id status name email timeZone phone locale guests notes answers tracking noShowAt cancelledAt linkToken
    }
  }
}`

describe('what a booking holds', () => {
  beforeAll(async () => {
    host = await givenHost(world, { name: 'Hanna Host' })
  })

  const questions = [
    { key: 'topic', label: 'Topic?', kind: 'TEXT', required: true },
    { key: 'sizes', label: 'Sizes?', kind: 'CHECKBOXES', options: ['S', 'M', 'L'] },
    { key: 'age', label: 'Age?', kind: 'NUMBER' },
  ]
  const locations = [{ kind: 'VIDEO', provider: 'zoom' }, { kind: 'PHONE_INVITEE' }]

  it('keeps everything that the invitee said, and answers it', async () => {
    const eventType = await givenEventType(host, {
      questions,
      locations,
      durationOptions: [30, 45],
    })

    const data = await world.visitor.run(EVERYTHING, {
      input: {
        eventType: { id: eventType },
        start: '2026-03-03T11:30:00+01:00',
        durationMinutes: 45,
        invitee: {
          name: ' Ann Example ',
          email: 'Ann@Example.org',
          timeZone: 'Europe/Berlin',
          phone: '+49 30 123456',
          locale: 'de',
        },
        guests: ['Ben@example.org', 'ben@example.org', 'cleo@example.org'],
        answers: { topic: 'The house', sizes: ['M', 'S'], age: '41' },
        notes: 'Please ring.\nTwice.',
        location: { kind: 'PHONE_INVITEE', phone: '+49 30 999' },
        tracking: { utm_source: 'letter' },
        metadata: { order: { number: 7 } },
      },
    })

    expect(at(data, 'book.booking')).toMatchObject({
      id: expect.stringMatching(/^bk_/),
      status: 'CONFIRMED',
      start: '2026-03-03T10:30:00.000Z',
      end: '2026-03-03T11:15:00.000Z',
      timeZone: 'Europe/Berlin',
      createdAt: world.clock.now().toISOString(),
      cancellation: null,
      rescheduledFrom: null,
      rescheduledTo: null,
      eventType: { id: eventType },
      hosts: [{ name: 'Hanna Host' }],
      location: { kind: 'PHONE_INVITEE', phone: '+49 30 999' },
      invitees: [{ id: textAt(data, 'book.invitee.id') }],
    })
    expect(at(data, 'book.invitee')).toMatchObject({
      id: expect.stringMatching(/^inv_/),
      status: 'ACTIVE',
      name: 'Ann Example',
      email: 'ann@example.org',
      timeZone: 'Europe/Berlin',
      phone: '+49 30 123456',
      locale: 'de',
      guests: ['ben@example.org', 'cleo@example.org'],
      notes: 'Please ring.\nTwice.',
      answers: { topic: 'The house', sizes: ['M', 'S'], age: 41 },
      tracking: { utm_source: 'letter' },
      noShowAt: null,
      cancelledAt: null,
    })
  })

  it('shows the metadata of a client to the host and not to the invitee', async () => {
    const eventType = await givenEventType(host)
    const { id, data } = await givenBooking(world.visitor, eventType, '2026-03-03T12:00:00Z', {
      metadata: { a: 1 },
    })

    const token = textAt(data, 'book.invitee.linkToken')
    const asked = 'query ($id: ID, $token: String) { booking(id: $id, token: $token) { metadata } }'
    expect(await host.run(asked, { id })).toEqual({ booking: { metadata: { a: 1 } } })
    expect(await world.visitor.run(asked, { token })).toEqual({ booking: { metadata: null } })
  })

  it('takes the length, the first location and the zone of the schedule where the invitee says nothing', async () => {
    const eventType = await givenEventType(host, { locations, durationMinutes: 20 })

    const data = await world.visitor.run(EVERYTHING, {
      input: {
        eventType: { id: eventType },
        start: '2026-03-03T13:00:00Z',
        invitee: { name: 'Ann', email: 'ann@example.org' },
      },
    })

    expect(at(data, 'book.booking')).toMatchObject({
      end: '2026-03-03T13:20:00.000Z',
      timeZone: 'Europe/London',
      location: { kind: 'VIDEO' },
    })
    expect(at(data, 'book.invitee')).toMatchObject({
      timeZone: 'Europe/London',
      guests: [],
      answers: {},
      tracking: {},
    })
  })

  it('takes the telephone number of the invitee where the location asks for one', async () => {
    const eventType = await givenEventType(host, { locations: [{ kind: 'PHONE_INVITEE' }] })

    const data = await world.visitor.run(EVERYTHING, {
      input: {
        eventType: { id: eventType },
        start: '2026-03-03T14:00:00Z',
        invitee: { name: 'Ann', email: 'ann@example.org', phone: '+49 30 1234' },
      },
    })

    expect(at(data, 'book.booking.location')).toEqual({
      kind: 'PHONE_INVITEE',
      phone: '+49 30 1234',
    })
  })

  it('does not count the invitee among their own guests', async () => {
    const eventType = await givenEventType(host)
    const data = await world.visitor.run(EVERYTHING, {
      ...booking(eventType, '2026-03-03T15:00:00Z', {
        guests: ['ann@example.org', 'ben@example.org'],
      }),
    })
    expect(at(data, 'book.invitee.guests')).toEqual(['ben@example.org'])
  })
})

describe('who can book what', () => {
  beforeAll(async () => {
    host = await givenHost(world)
  })

  it('books an event type by the slugs of its link', async () => {
    await givenEventType(host, { name: 'By slug', slug: 'by-slug' })
    const data = await world.visitor.run(BOOK, {
      input: {
        eventType: { page: host.slug, slug: 'by-slug' },
        start: '2026-03-03T09:00:00Z',
        invitee: { name: 'Ann', email: 'ann@example.org' },
      },
    })
    expect(textAt(data, 'book.booking.status')).toBe('CONFIRMED')
  })

  it('books a secret event type by its link, and does not list it on the page', async () => {
    const secret = await givenEventType(host, { name: 'Secret', slug: 'secret', isSecret: true })
    await givenEventType(host, { name: 'Open', slug: 'open' })

    const page = await world.visitor.run(
      'query ($slug: String!) { bookingPage(slug: $slug) { eventTypes { edges { node { slug } } } } }',
      { slug: host.slug },
    )
    expect(at(page, 'bookingPage.eventTypes.edges')).toContainEqual({ node: { slug: 'open' } })
    expect(at(page, 'bookingPage.eventTypes.edges')).not.toContainEqual({
      node: { slug: 'secret' },
    })

    await givenBooking(world.visitor, secret, '2026-03-03T10:00:00Z')
    const byLink = await world.visitor.run(BOOK, {
      input: {
        eventType: { page: host.slug, slug: 'secret' },
        start: '2026-03-03T11:00:00Z',
        invitee: { name: 'Ann', email: 'ann@example.org' },
      },
    })
    expect(at(byLink, 'book.booking.eventType.id')).toBe(secret)
  })

  it('answers NOT_FOUND alike for an event type that is missing, switched off or archived', async () => {
    const off = await givenEventType(host, { isActive: false })
    const archived = await givenEventType(host)
    await host.run(
      'mutation ($id: ID!) { archiveEventType(input: { id: $id }) { eventType { id } } }',
      {
        id: archived,
      },
    )

    const answers = []
    for (const id of ['et_nothing', off, archived]) {
      answers.push(await bookingRefused(world.visitor, id, '2026-03-03T12:00:00Z'))
    }
    const missing = { code: 'NOT_FOUND', paths: ['input.eventType'] }
    expect(answers).toEqual([missing, missing, missing])
  })

  it('lets only the host and the holder of the link see a booking', async () => {
    const stranger = await givenHost(world)
    const eventType = await givenEventType(host)
    const { id, token } = await givenBooking(world.visitor, eventType, '2026-03-03T13:00:00Z')

    expect(await look(host, { id })).toMatchObject({ id })
    expect(await look(world.visitor, { token })).toMatchObject({ id })
    expect(await look(stranger, { id })).toBeNull()
    expect(await look(world.visitor, { token: `${token}x` })).toBeNull()
    expect(
      (await refusal(world.visitor, 'query ($id: ID) { booking(id: $id) { id } }', { id })).code,
    ).toBe('UNAUTHENTICATED')
    const asked = 'query ($id: ID, $token: String) { booking(id: $id, token: $token) { id } }'
    const either = { code: 'INVALID_INPUT', paths: ['id'] }
    expect(await refusal(host, asked, { id, token })).toEqual(either)
    expect(await refusal(host, asked)).toEqual(either)
  })
})

describe('wrong values', () => {
  let eventType = ''
  const good = {
    name: 'Ann',
    email: 'ann@example.org',
    timeZone: 'Europe/Berlin',
    phone: '+49 30 1234',
  }
  const paths = async (input: Data) => {
    const refused = await bookingRefused(world.visitor, eventType, '2026-03-03T09:00:00Z', input)
    return { code: refused.code, paths: refused.paths?.toSorted() }
  }

  beforeAll(async () => {
    host = await givenHost(world)
    eventType = await givenEventType(host, {
      locations: [{ kind: 'PHONE_INVITEE' }],
      questions: [
        { key: 'topic', label: 'Topic?', kind: 'TEXT', required: true },
        { key: 'size', label: 'Size?', kind: 'SELECT', options: ['S', 'M'] },
      ],
    })
  })

  it('names all fields that are invalid in one response', async () => {
    const refused = await paths({
      start: '2026-03-03T09:00:00',
      durationMinutes: 25,
      invitee: { name: '  ', email: 'ann at example', timeZone: 'Europe/Atlantis' },
      guests: ['ben@example.org', 'nobody'],
      answers: { size: 'XL', colour: 'red' },
      location: { kind: 'LINK', url: 'https://example.org/room' },
      notes: 'a\u0007b',
      metadata: ['no', 'object'],
    })
    expect(refused).toEqual({
      code: 'INVALID_INPUT',
      paths: [
        'input.answers.colour',
        'input.answers.size',
        'input.answers.topic',
        'input.durationMinutes',
        'input.guests.1',
        'input.invitee.email',
        'input.invitee.name',
        'input.invitee.timeZone',
        'input.location',
        'input.metadata',
        'input.notes',
        'input.start',
      ],
    })
  })

  it('does not blame a location for the number that stands beside a wrong e-mail address', async () => {
    expect(await paths({ answers: { topic: 'x' }, invitee: { ...good, email: 'nobody' } })).toEqual(
      {
        code: 'INVALID_INPUT',
        paths: ['input.invitee.email'],
      },
    )
  })

  it('asks for the number that a location needs', async () => {
    expect(
      await paths({ answers: { topic: 'x' }, invitee: { ...good, phone: undefined } }),
    ).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input.location.phone'],
    })
  })

  it('takes no guests where the event type allows none, whatever else is wrong', async () => {
    await edit(host, eventType, { allowGuests: false })
    const guests = ['ben@example.org']
    expect((await paths({ answers: { topic: 'x' }, invitee: good, guests })).paths).toEqual([
      'input.guests',
    ])
    expect(
      (await paths({ answers: { topic: 'x' }, invitee: { ...good, name: '' }, guests })).paths,
    ).toEqual(['input.guests', 'input.invitee.name'])
    expect(
      (await paths({ answers: { topic: 'x' }, invitee: { ...good, name: '' }, guests: [] })).paths,
    ).toEqual(['input.invitee.name'])
  })

  it.each([
    ['without an offset', '2026-03-03T09:00:00'],
    ['on a day that does not exist', '2026-02-30T09:00:00Z'],
    ['at an hour that does not exist', '2026-03-03T25:00:00Z'],
    ['that is no time', 'tomorrow'],
    ['beyond the calendar', '2263-03-03T09:00:00Z'],
  ])('takes no start %s', async (_what, start) => {
    expect(await paths({ start, answers: { topic: 'x' }, invitee: good })).toEqual({
      code: 'INVALID_INPUT',
      paths: ['input.start'],
    })
  })

  it('leaves nothing behind', async () => {
    const { bookings, contacts } = await host.run(
      '{ bookings { totalCount } contacts { totalCount } }',
    )
    expect([bookings, contacts]).toEqual([{ totalCount: 0 }, { totalCount: 0 }])
  })
})

describe('starts that are not free', () => {
  let eventType = ''
  const refused = (start: string, input: Data = {}) =>
    bookingRefused(world.visitor, eventType, start, input)

  beforeAll(async () => {
    world.clock.set('2026-03-02T10:00:00Z')
    host = await givenHost(world)
    eventType = await givenEventType(host, {
      minimumNoticeMinutes: 120,
      bookingWindow: { kind: 'DAYS', days: 7 },
      durationOptions: [30, 60],
    })
  })
  afterAll(() => world.clock.set(MONDAY))

  it('says that a start is past', async () => {
    expect(await refused('2026-03-02T09:30:00Z')).toEqual(unavailable('past'))
    expect(await refused('2026-03-02T09:30:30Z')).toEqual(unavailable('past'))
  })
  it('says that a start comes before its notice, to the minute', async () => {
    expect(await refused('2026-03-02T11:30:00Z')).toEqual(unavailable('notice'))
    await givenBooking(world.visitor, eventType, '2026-03-02T12:00:00Z')
  })
  it('says that a start lies beyond the window', async () => {
    expect(await refused('2026-03-10T09:00:00Z')).toEqual(unavailable('window'))
    await givenBooking(world.visitor, eventType, '2026-03-09T09:00:00Z')
  })
  it('says that a start lies outside the hours, be it only the last minute of the meeting', async () => {
    expect(await refused('2026-03-03T08:30:00Z')).toEqual(unavailable('hours'))
    expect(await refused('2026-03-07T10:00:00Z')).toEqual(unavailable('hours'))
    expect(await refused('2026-03-03T16:30:00Z', { durationMinutes: 60 })).toEqual(
      unavailable('hours'),
    )
    await givenBooking(world.visitor, eventType, '2026-03-03T16:30:00Z')
  })
  it('says that a start is not on the grid, seconds among it', async () => {
    expect(await refused('2026-03-03T09:10:00Z')).toEqual(unavailable('grid'))
    expect(await refused('2026-03-03T09:00:01Z')).toEqual(unavailable('grid'))
    expect(await refused('2026-03-03T09:30:00Z', { durationMinutes: 60 })).toEqual(
      unavailable('grid'),
    )
  })
  it('says that a start is taken, by this event type or by another of the host', async () => {
    await givenBooking(world.visitor, eventType, '2026-03-04T09:00:00Z')
    expect(await refused('2026-03-04T09:00:00Z')).toEqual(unavailable('taken'))

    const other = await givenEventType(host, { durationMinutes: 120 })
    expect(await bookingRefused(world.visitor, other, '2026-03-04T09:00:00Z')).toEqual(
      unavailable('taken'),
    )
    await givenBooking(world.visitor, other, '2026-03-04T11:00:00Z')
    expect(await refused('2026-03-04T12:30:00Z')).toEqual(unavailable('taken'))
    await givenBooking(world.visitor, eventType, '2026-03-04T13:00:00Z')
  })
  it('leaves the time of one host free for every other', async () => {
    const other = await givenHost(world)
    const theirs = await givenEventType(other)
    await givenBooking(world.visitor, theirs, '2026-03-04T09:00:00Z')
  })
  it('offers exactly what can be booked', async () => {
    expect(await isOffered(world.visitor, eventType, '2026-03-05T09:00:00Z')).toBe(true)
    await givenBooking(world.visitor, eventType, '2026-03-05T09:00:00Z')
    expect(await isOffered(world.visitor, eventType, '2026-03-05T09:00:00Z')).toBe(false)
    expect(await isOffered(world.visitor, eventType, '2026-03-05T09:30:00Z')).toBe(true)
  })
  it('books any free minute where starts stand on the clock of the viewer, for the grid moves with the time', async () => {
    const moving = await givenEventType(host, { slotGrid: 'VIEWER_CLOCK' })
    await givenBooking(world.visitor, moving, '2026-03-06T09:07:00Z')
    expect(await bookingRefused(world.visitor, moving, '2026-03-06T09:20:00Z')).toEqual(
      unavailable('taken'),
    )
    expect(await bookingRefused(world.visitor, moving, '2026-03-06T16:45:00Z')).toEqual(
      unavailable('hours'),
    )
  })
})

describe('the idempotency key', () => {
  let eventType = ''
  const Ids = z.object({
    book: z.object({ booking: z.object({ id: z.string() }), invitee: z.looseObject({}) }),
  })
  const countOf = async (of: GivenHost) =>
    at(await of.run('{ bookings { totalCount } }'), 'bookings.totalCount')

  beforeAll(async () => {
    host = await givenHost(world)
    eventType = await givenEventType(host)
  })

  it('gives the first answer again to the same request', async () => {
    const input = booking(eventType, '2026-03-03T09:00:00Z', {
      idempotencyKey: 'one',
      metadata: { a: 1 },
    })
    const first = await world.visitor.run(BOOK, input)
    const again = await world.visitor.run(BOOK, input)
    expect(again).toEqual(first)
    expect(await countOf(host)).toBe(1)
    const { contacts } = await host.run('{ contacts { edges { node { bookingCount } } } }')
    expect(contacts).toEqual({ edges: [{ node: { bookingCount: 1 } }] })
  })

  it.each([
    ['another start', { start: '2026-03-03T10:00:00Z' }],
    ['another invitee', who('Ben')],
    ['other notes', { notes: 'Other words' }],
    ['other metadata', { metadata: { a: 2 } }],
  ])('is refused with %s', async (_what, changes) => {
    const input = { idempotencyKey: 'two', metadata: { a: 1 } }
    await world.visitor.run(BOOK, booking(eventType, '2026-03-03T09:30:00Z', input))
    expect(
      await bookingRefused(world.visitor, eventType, '2026-03-03T09:30:00Z', {
        ...input,
        ...changes,
      }),
    ).toEqual({
      code: 'IDEMPOTENCY_CONFLICT',
      paths: ['input.idempotencyKey'],
    })
  })

  it('is refused with another event type', async () => {
    const other = await givenEventType(host)
    const start = '2026-03-03T11:00:00Z'
    await givenBooking(world.visitor, eventType, start, { idempotencyKey: 'three' })
    expect(
      (await bookingRefused(world.visitor, other, start, { idempotencyKey: 'three' })).code,
    ).toBe('IDEMPOTENCY_CONFLICT')
  })

  it('is not used up by a request that was refused', async () => {
    const start = '2026-03-03T11:00:00Z'
    expect(
      await bookingRefused(world.visitor, eventType, start, { idempotencyKey: 'four' }),
    ).toEqual(unavailable('taken'))
    await givenBooking(world.visitor, eventType, '2026-03-03T11:30:00Z', { idempotencyKey: 'four' })
  })

  it('means another request with every host', async () => {
    const other = await givenHost(world)
    const theirs = await givenEventType(other)
    await givenBooking(world.visitor, eventType, '2026-03-03T14:00:00Z', {
      idempotencyKey: 'shared',
    })
    await givenBooking(world.visitor, theirs, '2026-03-03T15:00:00Z', { idempotencyKey: 'shared' })
  })

  it('books once when the same request comes twenty times at once, through two gateways', async () => {
    const second = clientOf((await world.secondGateway()).url, {})
    const alone = await givenHost(world)
    const theirs = await givenEventType(alone)
    const input = booking(theirs, '2026-03-03T09:00:00Z', { idempotencyKey: 'at once' })

    const answers = await atOnce(20, index =>
      (index % 2 ? second : world.visitor).answer(BOOK, input),
    )

    expect(tally(answers)).toEqual({ ok: 20 })
    expect(new Set(answers.map(({ data }) => Ids.parse(data).book.booking.id)).size).toBe(1)
    expect(answers.map(refusalIn).filter(Boolean)).toEqual([])
    expect(await countOf(alone)).toBe(1)
  })
})
