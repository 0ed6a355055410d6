import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bookingRefused, edit } from '../helpers/bookings.ts'
import {
  at,
  booking,
  type Data,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
})
afterAll(() => world.end())

// A start of its own for each booking of the file.
let next = Date.parse('2026-03-03T00:00:00Z')
const start = () => {
  next += 60_000
  return new Date(next).toISOString()
}

/** An event type that can be booked at any minute. */
const given = (input: Data) =>
  givenEventType(host, {
    durationMinutes: 1,
    scheduleId,
    bookingWindow: { kind: 'UNLIMITED' },
    ...input,
  })

let scheduleId = ''
beforeAll(async () => {
  const days = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY']
  const weekly = days.map(weekday => ({ weekday, start: '00:00', end: '24:00' }))
  const data = await host.run(
    'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { id } } }',
    { input: { name: 'Always', weekly } },
  )
  scheduleId = String(at(data, 'createSchedule.schedule.id'))
})

const BOOKED = `mutation ($input: BookInput!) {
  book(input: $input) {
    booking { location { kind address phone text url provider note isPublic } } invitee { answers }
  }
}`
const book = async (id: string, input: Data) =>
  (await world.visitor.run(BOOKED, booking(id, start(), input))).book

/** The fields of a booking that are at fault. */
async function faults(id: string, input: Data): Promise<string[]> {
  const { code, paths = [] } = await bookingRefused(world.visitor, id, start(), input)
  expect(code).toBe('INVALID_INPUT')
  return [...new Set(paths)].map(path => path.slice('input.'.length))
}

const someone = 'x@example.org'
const emails = (count: number) =>
  Array.from({ length: count }, (_, index) => `e${index}@example.org`)

describe('the answer to a question', () => {
  const kinds: [
    kind: string,
    more: Data,
    good: [given: unknown, kept: unknown][],
    bad: unknown[],
  ][] = [
    [
      'TEXT',
      {},
      [
        [' Words ', 'Words'],
        ['x'.repeat(500), 'x'.repeat(500)],
      ],
      [5, true, ['Words'], { a: 1 }, 'x'.repeat(501), 'bell\u0007'],
    ],
    [
      'LONG_TEXT',
      {},
      [
        ['Two\nlines', 'Two\nlines'],
        ['x'.repeat(5000), 'x'.repeat(5000)],
      ],
      [5, 'x'.repeat(5001)],
    ],
    [
      'NUMBER',
      {},
      [
        [5, 5],
        [-0.5, -0.5],
        ['42', 42],
        [' 3.5 ', 3.5],
        [0, 0],
      ],
      ['many', '4 2', true, [4], '0x1f', '1e400', 'Infinity'],
    ],
    [
      'BOOLEAN',
      {},
      [
        [true, true],
        [false, false],
      ],
      ['true', 1, 'yes'],
    ],
    ['SELECT', { options: ['S', 'M'] }, [['S', 'S']], ['XL', 's', 5, ['S']]],
    ['RADIO', { options: ['S', 'M'] }, [['M', 'M']], ['XL', ['S'], true]],
    ['RADIO', { options: ['S'], allowOther: true }, [[' My own ', 'My own']], ['x'.repeat(501), 5]],
    [
      'MULTI_SELECT',
      { options: ['S', 'M'] },
      [
        [
          ['M', 'S'],
          ['M', 'S'],
        ],
      ],
      ['S', ['S', 'XL'], ['S', 'S'], [5]],
    ],
    [
      'CHECKBOXES',
      { options: ['S', 'M'] },
      [[['S'], ['S']]],
      ['M', ['XL'], ['M', 'M'], { S: true }],
    ],
    [
      'CHECKBOXES',
      { options: ['S'], allowOther: true },
      [
        [
          ['S', 'Own'],
          ['S', 'Own'],
        ],
      ],
      [['Own', ' Own ']],
    ],
    [
      'PHONE',
      {},
      [['+49 (30) 12-34', '+49 (30) 12-34']],
      ['call me', '12', 491234, `+${'1'.repeat(16)}`],
    ],
    [
      'EMAIL',
      {},
      [[' Ben@Example.ORG ', 'ben@example.org']],
      ['ben', 'ben@', ['ben@example.org'], 5],
    ],
    [
      'EMAILS',
      {},
      [
        [
          ['A@example.org', someone],
          ['a@example.org', someone],
        ],
        [emails(20), emails(20)],
      ],
      [someone, ['nobody'], emails(21)],
    ],
    [
      'URL',
      {},
      [['https://example.org/a?b#c', 'https://example.org/a?b#c']],
      ['example.org', 'javascript:alert(1)', 5],
    ],
    [
      'DATE',
      {},
      [['2028-02-29', '2028-02-29']],
      ['2026-02-29', '1.3.2026', '2026-03-01T00:00:00Z', 20260301],
    ],
    [
      'ADDRESS',
      {},
      [['Main Street 1\n12345 Town', 'Main Street 1\n12345 Town']],
      [5, 'x'.repeat(501)],
    ],
  ]

  it.each(kinds)(
    'of kind %s with %j is kept when it is good, and named when it is not',
    async (kind, more, good, bad) => {
      const id = await given({ questions: [{ key: 'asked', label: 'Asked?', kind, ...more }] })
      for (const [answer, kept] of good) {
        expect(at(await book(id, { answers: { asked: answer } }), 'invitee.answers')).toEqual({
          asked: kept,
        })
      }
      for (const answer of bad) {
        const [path = ''] = await faults(id, { answers: { asked: answer } })
        expect(path, JSON.stringify(answer)).toMatch(/^answers\.asked(\.\d+)?$/)
      }
      // No answer is none, and may be left out.
      for (const answer of [null, '', '  ', []]) {
        expect(at(await book(id, { answers: { asked: answer } }), 'invitee.answers')).toEqual({})
      }

      await edit(host, id, {
        questions: [{ key: 'asked', label: 'Asked?', kind, ...more, required: true }],
      })
      for (const answers of [{}, null, { asked: null }, { asked: '' }, { asked: [] }]) {
        expect(await faults(id, { answers })).toEqual(['answers.asked'])
      }
    },
  )

  it('that must be yes is only yes', async () => {
    const id = await given({
      questions: [{ key: 'terms', label: 'Agree?', kind: 'BOOLEAN', required: true }],
    })
    expect(await faults(id, { answers: { terms: false } })).toEqual(['answers.terms'])
    expect(at(await book(id, { answers: { terms: true } }), 'invitee.answers')).toEqual({
      terms: true,
    })
  })

  it('that is hidden need not be given, and can be', async () => {
    const hidden = { label: 'Hidden?', isHidden: true, required: true }
    const id = await given({
      questions: [
        { ...hidden, key: 'from', kind: 'TEXT' },
        { ...hidden, key: 'known', kind: 'BOOLEAN' },
      ],
    })
    expect(at(await book(id, {}), 'invitee.answers')).toEqual({})
    const answers = { from: 'newsletter', known: false }
    expect(at(await book(id, { answers }), 'invitee.answers')).toEqual(answers)
  })

  it('to no question of the event type is named, beside all else that is wrong', async () => {
    const id = await given({ questions: [{ key: 'a', label: 'A?', kind: 'TEXT', required: true }] })
    expect(await faults(id, { answers: { other: 1, constructor: 2 } })).toEqual([
      'answers.a',
      'answers.other',
      'answers.constructor',
    ])
    for (const answers of [['a'], 'a', 5])
      expect(await faults(id, { answers })).toEqual(['answers'])
  })

  it('stays with the booking when the question goes', async () => {
    const id = await given({ questions: [{ key: 'a', label: 'A?', kind: 'TEXT' }] })
    const made = await world.visitor.run(
      'mutation ($input: BookInput!) { book(input: $input) { invitee { linkToken } } }',
      booking(id, start(), { answers: { a: 'kept' } }),
    )
    await edit(host, id, { questions: [] })
    const data = await world.visitor.run(
      'query ($token: String) { booking(token: $token) { invitees { answers } } }',
      {
        token: at(made, 'book.invitee.linkToken'),
      },
    )
    expect(at(data, 'booking.invitees.0.answers')).toEqual({ a: 'kept' })
  })
})

describe('the place of a booking', () => {
  const nothing = {
    address: null,
    phone: null,
    text: null,
    url: null,
    provider: null,
    note: null,
    isPublic: true,
  }
  const placed = async (id: string, location?: Data, more: Data = {}) =>
    at(await book(id, { ...more, ...(location && { location }) }), 'booking.location')

  it('is the first of the event type unless another is chosen', async () => {
    const id = await given({
      locations: [
        { kind: 'VIDEO', provider: 'zoom', note: 'Camera on' },
        { kind: 'CUSTOM', text: 'By the river' },
      ],
    })
    expect(await placed(id)).toEqual({
      ...nothing,
      kind: 'VIDEO',
      provider: 'zoom',
      note: 'Camera on',
    })
    expect(await placed(id, { kind: 'CUSTOM' })).toEqual({
      ...nothing,
      kind: 'CUSTOM',
      text: 'By the river',
    })
  })

  it('is none where the event type has none, and cannot be wanted then', async () => {
    const id = await given({})
    expect(await placed(id)).toBeNull()
    expect(await faults(id, { location: { kind: 'CUSTOM', text: 'Here' } })).toEqual(['location'])
  })

  it.each([
    { kind: 'IN_PERSON', address: 'Main Street 2' },
    { kind: 'PHONE_HOST', phone: '+49 30 2' },
    { kind: 'VIDEO', provider: 'teams' },
    { kind: 'LINK', url: 'https://example.org/2' },
    { kind: 'CUSTOM', text: 'Second' },
  ])('is told among several of a kind by what it says: %j', async wanted => {
    const first = {
      IN_PERSON: { address: 'Main Street 1' },
      PHONE_HOST: { phone: '+49 30 1' },
      VIDEO: { provider: 'zoom' },
      LINK: { url: 'https://example.org/1' },
      CUSTOM: { text: 'First' },
    }[wanted.kind]
    const id = await given({ locations: [{ kind: wanted.kind, ...first }, wanted] })
    expect(await placed(id, wanted)).toEqual({ ...nothing, ...wanted })
    expect(await placed(id, { kind: wanted.kind })).toEqual({
      ...nothing,
      kind: wanted.kind,
      ...first,
    })
    // Neither of another kind, nor with words that no location has.
    expect(await faults(id, { location: { kind: 'ASK_INVITEE', text: 'Mine' } })).toEqual([
      'location',
    ])
    const altered = Object.fromEntries(
      Object.entries(wanted).map(([key, value]) => [key, key === 'kind' ? value : `${value}9`]),
    )
    expect(await faults(id, { location: altered })).toEqual(['location'])
  })

  it.each([
    ['PHONE_INVITEE', 'phone', '+49 30 1234', 'none'],
    ['ADDRESS_INVITEE', 'address', 'Their Street 1', 'x'.repeat(501)],
    ['ASK_INVITEE', 'text', 'At the zoo', ' '],
  ])(
    'of kind %s has the %s that the invitee gives, and asks for it',
    async (kind, field, good, bad) => {
      const id = await given({ locations: [{ kind, note: 'Ours' }] })
      expect(await placed(id, { kind, [field]: good })).toEqual({
        ...nothing,
        kind,
        [field]: good,
        note: 'Ours',
      })
      expect(await faults(id, { location: { kind } })).toEqual([`location.${field}`])
      expect(await faults(id, {})).toEqual([`location.${field}`])
      expect(await faults(id, { location: { kind, [field]: bad } })).toEqual([`location.${field}`])
    },
  )

  it('has the number of the invitee where they gave it once', async () => {
    const id = await given({ locations: [{ kind: 'PHONE_INVITEE' }] })
    const invitee = { name: 'Ann', email: 'ann@example.org', phone: '+49 30 99' }
    expect(await placed(id, undefined, { invitee })).toEqual({
      ...nothing,
      kind: 'PHONE_INVITEE',
      phone: '+49 30 99',
    })
    expect(
      await placed(id, { kind: 'PHONE_INVITEE', phone: '+49 30 11' }, { invitee }),
    ).toMatchObject({
      phone: '+49 30 11',
    })
  })

  it('stays when the event type moves elsewhere', async () => {
    const id = await given({ locations: [{ kind: 'CUSTOM', text: 'Here' }] })
    const made = await world.visitor.run(
      'mutation ($input: BookInput!) { book(input: $input) { invitee { linkToken } } }',
      booking(id, start()),
    )
    await edit(host, id, { locations: [{ kind: 'CUSTOM', text: 'There' }] })
    const data = await world.visitor.run(
      'query ($token: String) { booking(token: $token) { location { text } } }',
      {
        token: at(made, 'book.invitee.linkToken'),
      },
    )
    expect(at(data, 'booking.location')).toEqual({ text: 'Here' })
  })
})
