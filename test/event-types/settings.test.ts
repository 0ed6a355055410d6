import { isInputObjectType } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { schema } from '../../src/graph/schema.ts'
import { givenSchedule, refusal } from '../helpers/bookings.ts'
import { everything } from '../helpers/postgres.ts'
import {
  at,
  type Data,
  type GivenHost,
  givenHost,
  givenWorld,
  MONDAY,
  type World,
} from '../helpers/world.ts'

let world: World
let host: GivenHost
let scheduleId = ''

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world)
  scheduleId = await givenSchedule(host, { name: 'Own' })
})

const EVENT_TYPE = `
  id databaseId host { id: userId } name slug description schedulingUrl color position isActive isSecret
  durationMinutes durationOptions metadata schedule { id } scheduleId
  locations { kind address phone text url provider note isPublic }
  questions { key label kind required options allowOther placeholder isHidden disableOnPrefill }
  bufferBeforeMinutes bufferAfterMinutes minimumNoticeMinutes
  slotIntervalMinutes slotOffsetMinutes slotGrid firstSlotPerDay packSlots display
  bookingWindow { kind days rolling firstDay lastDay }
  bookingLimits { perDay perWeek perMonth perYear } minuteLimits { perDay perWeek perMonth perYear }
  confirmation confirmationNoticeMinutes pendingClaimsTime seats showSeatsLeft showInvitees hideHostEmail allowGuests
  onlyHostsBook maxActivePerInvitee allowCancelling allowRescheduling reschedulingNoticeMinutes
  recurrence { frequency interval count }
  createdAt updatedAt archivedAt`
const CREATE = `mutation ($input: CreateEventTypeInput!) { createEventType(input: $input) { eventType { ${EVENT_TYPE} } } }`
const UPDATE = `mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { eventType { ${EVENT_TYPE} } } }`

const Seen = z.looseObject({ id: z.string() })

const create = async (input: Data = {}) =>
  Seen.parse(
    at(
      await host.run(CREATE, { input: { name: 'Intro', durationMinutes: 30, ...input } }),
      'createEventType.eventType',
    ),
  )
const update = async (id: string, changes: Data) =>
  Seen.parse(at(await host.run(UPDATE, { input: { id, ...changes } }), 'updateEventType.eventType'))
const look = async (id: string) =>
  at(
    await host.run(`query ($id: ID!) { eventType(id: $id) { ${EVENT_TYPE} } }`, { id }),
    'eventType',
  )

/**
 * How a new event type is refused, or a change of one; a field with several faults is named once
 * here.
 */
async function refused(input: Data) {
  const { code, paths } = await (typeof input.id === 'string'
    ? refusal(host, UPDATE, { input })
    : refusal(host, CREATE, { input: { name: 'Intro', durationMinutes: 30, ...input } }))
  return { code, paths: [...new Set(paths)].toSorted() }
}

const invalid = (...fields: string[]) => ({
  code: 'INVALID_INPUT',
  paths: fields.map(field => `input.${field}`).toSorted(),
})

// Those that only event types of teams have are tested with teams.
const ofTeams = ['teamId', 'scheduling', 'hosts']

const fieldsOf = (input: string): string[] => {
  const type = schema.getType(input)
  return isInputObjectType(type)
    ? Object.keys(type.getFields()).filter(field => !ofTeams.includes(field))
    : []
}

const location = (given: Data) => ({
  address: null,
  phone: null,
  text: null,
  url: null,
  provider: null,
  note: null,
  isPublic: true,
  ...given,
})
const question = (given: Data) => ({
  required: false,
  options: [],
  allowOther: false,
  placeholder: null,
  isHidden: false,
  disableOnPrefill: false,
  ...given,
})
const noLimits = { perDay: null, perWeek: null, perMonth: null, perYear: null }
const window = (given: Data) => ({
  days: null,
  rolling: false,
  firstDay: null,
  lastDay: null,
  ...given,
})

const locations = [
  location({ kind: 'IN_PERSON', address: 'Main Street 1', note: 'Second floor' }),
  location({ kind: 'PHONE_HOST', phone: '+49 30 1234', isPublic: false }),
  location({ kind: 'PHONE_HOST' }),
  location({ kind: 'PHONE_INVITEE' }),
  location({ kind: 'ADDRESS_INVITEE', note: 'We come to you' }),
  location({ kind: 'VIDEO', provider: 'google_meet' }),
  location({ kind: 'VIDEO', provider: 'zoom', url: 'https://zoom.example/j/1' }),
  location({ kind: 'LINK', url: 'https://example.org/room?a=1' }),
  location({ kind: 'CUSTOM', text: 'By the river' }),
  location({ kind: 'CUSTOM' }),
  location({ kind: 'ASK_INVITEE' }),
]

const questions = [
  question({
    key: 'topic',
    label: 'Topic?',
    kind: 'TEXT',
    required: true,
    placeholder: 'Something short',
  }),
  question({
    key: 'Long_text-2',
    label: 'More?',
    kind: 'LONG_TEXT',
    isHidden: true,
    disableOnPrefill: true,
  }),
  question({
    key: 'size',
    label: 'Size?',
    kind: 'SELECT',
    options: ['S', 'M', 'L'],
    allowOther: true,
  }),
  question({ key: 'colour', label: 'Colour?', kind: 'RADIO', options: ['Red'] }),
  question({ key: 'days', label: 'Days?', kind: 'MULTI_SELECT', options: ['Mo', 'Tu'] }),
  question({
    key: 'boxes',
    label: 'Boxes?',
    kind: 'CHECKBOXES',
    options: ['a', 'b'],
    required: true,
  }),
  ...['NUMBER', 'BOOLEAN', 'PHONE', 'EMAIL', 'EMAILS', 'URL', 'DATE', 'ADDRESS'].map(kind =>
    question({ key: kind.toLowerCase(), label: `${kind}?`, kind }),
  ),
]

/** Every field with a value that is not its default. */
const everyField = () => ({
  name: 'Strategy',
  slug: 'our-strategy',
  description: 'Two lines.\nOf words.',
  color: '#a1b2c3',
  position: 7,
  isActive: false,
  isSecret: true,
  durationMinutes: 45,
  durationOptions: [15, 45, 1440],
  locations,
  questions,
  metadata: { plan: { steps: [1, 'two', null] }, 'ü key': true },
  display: { layout: 'week' },
  scheduleId,
  bufferBeforeMinutes: 5,
  bufferAfterMinutes: 10,
  minimumNoticeMinutes: 0,
  slotIntervalMinutes: 20,
  slotOffsetMinutes: 3,
  slotGrid: 'VIEWER_CLOCK',
  firstSlotPerDay: true,
  packSlots: true,
  bookingWindow: window({ kind: 'RANGE', firstDay: '2026-03-01', lastDay: '2026-04-30' }),
  bookingLimits: { perDay: 2, perWeek: 5, perMonth: 10, perYear: 50 },
  minuteLimits: { perDay: 60, perWeek: 240, perMonth: 600, perYear: 2000 },
  confirmation: 'WITHIN_NOTICE',
  confirmationNoticeMinutes: 90,
  pendingClaimsTime: false,
  seats: 1,
  showSeatsLeft: false,
  showInvitees: true,
  hideHostEmail: true,
  allowGuests: false,
  onlyHostsBook: true,
  maxActivePerInvitee: 3,
  allowCancelling: false,
  allowRescheduling: false,
  reschedulingNoticeMinutes: 30,
  recurrence: { frequency: 'WEEKLY', interval: 2, count: 12 },
})

describe('a new event type', () => {
  it('answers every field that it was made of', async () => {
    const input = everyField()
    // Hours of its own and occasions have their own tests.
    const fields = fieldsOf('CreateEventTypeInput').filter(
      field => field !== 'hours' && field !== 'isOneOff',
    )
    expect(Object.keys(input).toSorted()).toEqual(fields.toSorted())

    const made = await create(input)
    expect(made).toEqual({
      ...input,
      id: expect.stringMatching(/^et_\w{22}$/),
      databaseId: expect.any(Number),
      host: { id: host.id },
      schedulingUrl: `${world.url}/${host.slug}/our-strategy`,
      schedule: { id: scheduleId },
      createdAt: '2026-03-02T07:00:00.000Z',
      updatedAt: '2026-03-02T07:00:00.000Z',
      archivedAt: null,
    })
    expect(await look(made.id)).toEqual(made)
  })

  const defaults = {
    name: 'Intro',
    slug: 'intro',
    description: null,
    color: '#0069ff',
    position: 0,
    isActive: true,
    isSecret: false,
    durationMinutes: 30,
    durationOptions: [30],
    locations: [],
    questions: [],
    metadata: {},
    display: {},
    scheduleId: null,
    schedule: null,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    minimumNoticeMinutes: 240,
    slotIntervalMinutes: null,
    slotOffsetMinutes: 0,
    slotGrid: 'OPENING',
    firstSlotPerDay: false,
    packSlots: false,
    bookingWindow: window({ kind: 'DAYS', days: 60 }),
    bookingLimits: noLimits,
    minuteLimits: noLimits,
    confirmation: 'NEVER',
    confirmationNoticeMinutes: null,
    pendingClaimsTime: true,
    seats: 1,
    showSeatsLeft: true,
    showInvitees: false,
    hideHostEmail: false,
    allowGuests: true,
    onlyHostsBook: false,
    maxActivePerInvitee: null,
    allowCancelling: true,
    allowRescheduling: true,
    reschedulingNoticeMinutes: null,
    recurrence: null,
  }

  it('needs a name and a length, and has a default for all else', async () => {
    expect(await create()).toMatchObject(defaults)
    expect((await refusal(host, CREATE, { input: {} })).code).toBe('INVALID_INPUT')
  })

  it('has the defaults for what is null as well', async () => {
    const optional = fieldsOf('CreateEventTypeInput').filter(
      field => field !== 'name' && field !== 'durationMinutes',
    )
    expect(await create(Object.fromEntries(optional.map(field => [field, null])))).toMatchObject(
      defaults,
    )
  })

  it('has several seats', async () => {
    const seated = {
      seats: 1000,
      locations: [location({ kind: 'CUSTOM', text: 'Hall' })],
      confirmation: 'NEVER',
    }
    expect(await create(seated)).toMatchObject(seated)
  })

  it.each([
    [{ kind: 'UNLIMITED' }, {}],
    [{ kind: 'DAYS', days: 0 }, {}],
    [{ kind: 'DAYS', days: 14, rolling: true }, {}],
    [{ kind: 'BUSINESS_DAYS', days: 5, rolling: null }, { rolling: false }],
    [{ kind: 'RANGE', firstDay: '2026-03-10', lastDay: '2026-03-10' }, {}],
  ])('can be booked as far ahead as %j', async (bookingWindow, answered) => {
    expect(await create({ bookingWindow })).toMatchObject({
      bookingWindow: window({ ...bookingWindow, ...answered }),
    })
  })

  it('has each of its lengths once, the shortest first', async () => {
    expect(await create({ durationOptions: [60, 15, 30, 60, 15] })).toMatchObject({
      durationOptions: [15, 30, 60],
    })
  })

  it('has trimmed texts, and a colour in small letters', async () => {
    const input = { name: '  Intro ', description: ' Words\n', color: '#ABCDEF' }
    expect(await create(input)).toMatchObject({
      name: 'Intro',
      description: 'Words',
      color: '#abcdef',
    })
  })

  it('gives each question without a key one of its label, and never the same twice', async () => {
    const ask = (label: string, key?: string) => ({ kind: 'TEXT', label, key })
    const made = await create({
      questions: [
        ask('What is it?'),
        ask('Grün?'),
        ask('2 words'),
        ask('什么'),
        ask('size', 'x'),
        ask('X'),
      ].concat(ask('What is it?'), ask('Else', 'what-is-it')),
    })
    expect(z.array(z.object({ key: z.string() })).parse(made.questions)).toEqual(
      [
        'what-is-it-2',
        'grun',
        'q-2-words',
        'question',
        'x',
        'x-2',
        'what-is-it-3',
        'what-is-it',
      ].map(key => ({
        key,
      })),
    )
  })
})

describe('an event type that changes', () => {
  /** For every field a value that differs from `everyField`. */
  const changes: Data = {
    name: 'Tactics',
    slug: 'our-tactics',
    description: 'Other words',
    color: '#000000',
    position: 0,
    isActive: true,
    isSecret: false,
    durationMinutes: 15,
    durationOptions: [45, 90],
    locations: [location({ kind: 'CUSTOM', text: 'Elsewhere' })],
    questions: [question({ key: 'only', label: 'Only?', kind: 'TEXT' })],
    metadata: {},
    display: { colour: 'dark' },
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 1440,
    minimumNoticeMinutes: 5,
    slotIntervalMinutes: 1,
    slotOffsetMinutes: 0,
    slotGrid: 'OPENING',
    firstSlotPerDay: false,
    packSlots: false,
    bookingWindow: window({ kind: 'UNLIMITED' }),
    bookingLimits: { ...noLimits, perWeek: 1 },
    minuteLimits: { ...noLimits, perYear: 1 },
    confirmationNoticeMinutes: 1,
    pendingClaimsTime: true,
    showSeatsLeft: true,
    showInvitees: false,
    hideHostEmail: false,
    allowGuests: true,
    onlyHostsBook: false,
    maxActivePerInvitee: 1,
    allowCancelling: true,
    allowRescheduling: true,
    reschedulingNoticeMinutes: 31,
    recurrence: { frequency: 'MONTHLY', interval: 1, count: 3 },
  }

  it('changes in what is named alone, at the time of the change', async () => {
    // Those that take others with them have their own tests below.
    const others = ['id', 'scheduleId', 'hours', 'confirmation', 'seats']
    expect(Object.keys(changes).concat(others).toSorted()).toEqual(
      fieldsOf('UpdateEventTypeInput').toSorted(),
    )

    let before = await create(everyField())
    for (const [field, value] of Object.entries(changes)) {
      world.clock.forward(1)
      const after = await update(before.id, { [field]: value })
      expect(after, field).toEqual({
        ...before,
        [field]: value,
        ...(field === 'slug' && { schedulingUrl: `${world.url}/${host.slug}/our-tactics` }),
        ...(field === 'durationOptions' && { durationMinutes: 45 }),
        updatedAt: world.clock.now().toISOString(),
      })
      // The lengths need the one of before again.
      before =
        field === 'durationMinutes' ? await update(before.id, { durationMinutes: 45 }) : after
    }
    expect(await look(before.id)).toEqual(before)
  })

  it('changes in everything at once', async () => {
    const { id } = await create()
    expect(await update(id, everyField())).toMatchObject(everyField())
  })

  it('stays as it is when nothing is named', async () => {
    const before = await create(everyField())
    expect(await update(before.id, {})).toEqual(before)
  })

  it('loses by null what it can be without', async () => {
    const before = await create(everyField())
    const nullable = {
      description: null,
      durationOptions: [45],
      scheduleId: null,
      slotIntervalMinutes: null,
      bookingLimits: noLimits,
      minuteLimits: noLimits,
      maxActivePerInvitee: null,
      reschedulingNoticeMinutes: null,
      recurrence: null,
    }
    const changed = Object.fromEntries(Object.keys(nullable).map(field => [field, null]))
    expect(await update(before.id, changed)).toEqual({ ...before, ...nullable, schedule: null })
  })

  it('keeps by null what it cannot be without', async () => {
    const before = await create({
      ...everyField(),
      confirmation: 'NEVER',
      confirmationNoticeMinutes: null,
    })
    const nullable =
      'id description durationOptions scheduleId hours slotIntervalMinutes bookingLimits minuteLimits maxActivePerInvitee reschedulingNoticeMinutes recurrence'.split(
        ' ',
      )
    const needed = fieldsOf('UpdateEventTypeInput').filter(
      field => !nullable.includes(field) && field !== 'confirmationNoticeMinutes',
    )
    const nulls = Object.fromEntries(needed.map(field => [field, null]))
    await update(before.id, nulls)
    expect(await look(before.id)).toEqual({ ...before, updatedAt: expect.any(String) })
  })

  it('takes its only length with it, and several lengths not', async () => {
    const one = await create()
    expect(await update(one.id, { durationMinutes: 45 })).toMatchObject({
      durationMinutes: 45,
      durationOptions: [45],
    })
    const several = await create({ durationOptions: [30, 60] })
    expect(await refused({ id: several.id, durationMinutes: 45 })).toEqual(
      invalid('durationOptions'),
    )
    expect(await update(several.id, { durationMinutes: 60 })).toMatchObject({
      durationOptions: [30, 60],
    })
    expect(await update(several.id, { durationMinutes: 45, durationOptions: null })).toMatchObject({
      durationMinutes: 45,
      durationOptions: [45],
    })
  })

  it('has a notice for approval with its policy alone', async () => {
    const { id } = await create()
    expect(await refused({ id, confirmation: 'WITHIN_NOTICE' })).toEqual(
      invalid('confirmationNoticeMinutes'),
    )
    expect(await refused({ id, confirmationNoticeMinutes: 60 })).toEqual(
      invalid('confirmationNoticeMinutes'),
    )
    const within = { confirmation: 'WITHIN_NOTICE', confirmationNoticeMinutes: 60 }
    expect(await update(id, within)).toMatchObject(within)
    expect(await update(id, { confirmationNoticeMinutes: 90 })).toMatchObject({
      confirmationNoticeMinutes: 90,
    })
    expect(await refused({ id, confirmationNoticeMinutes: null })).toEqual(
      invalid('confirmationNoticeMinutes'),
    )
    expect(await update(id, { confirmation: 'ALWAYS' })).toMatchObject({
      confirmation: 'ALWAYS',
      confirmationNoticeMinutes: null,
    })
  })

  it('belongs to its host: another sees what can be booked, and changes nothing', async () => {
    const { id } = await create()
    const other = await givenHost(world)
    const before = await everything(world.databaseUrl)
    expect(
      await refusal(other, UPDATE, { input: { id, name: 'Mine', durationMinutes: 0 } }),
    ).toEqual({
      code: 'NOT_FOUND',
      paths: ['input.id'],
    })
    expect(
      await other.run('query ($id: ID!) { eventType(id: $id) { id } node(id: $id) { id } }', {
        id,
      }),
    ).toEqual({
      eventType: null,
      node: { id },
    })
    expect(await world.visitor.codeOf(UPDATE, { input: { id } })).toBe('UNAUTHENTICATED')
    expect(await everything(world.databaseUrl)).toEqual(before)
  })
})

describe('the schedule of an event type', () => {
  it('is one of its host, or the same answer for one of another, for none and for one that is deleted', async () => {
    const foreign = await givenSchedule(await givenHost(world), {})
    const deleted = await givenSchedule(host, {})
    await host.run('mutation ($id: ID!) { deleteSchedule(input: { id: $id }) { id: deletedId } }', {
      id: deleted,
    })
    const { id, ...before } = await create({ scheduleId })

    const missing = { code: 'NOT_FOUND', paths: ['input.scheduleId'] }
    for (const wrong of [foreign, deleted, 'sch_nothing', '', '0', '99999999999', id]) {
      expect(await refused({ scheduleId: wrong })).toEqual(missing)
      expect(await refused({ id, scheduleId: wrong })).toEqual(missing)
    }
    expect(await look(id)).toEqual({ id, ...before })
  })

  it('stays while other things change', async () => {
    const { id } = await create({ scheduleId })
    expect(await update(id, { name: 'Other' })).toMatchObject({ scheduleId })
  })
})

describe('the bounds of a number', () => {
  const bounds: [field: string, min: number, max: number][] = [
    ['position', 0, 1_000_000],
    ['durationMinutes', 1, 1440],
    ['bufferBeforeMinutes', 0, 1440],
    ['bufferAfterMinutes', 0, 1440],
    ['minimumNoticeMinutes', 0, 527_040],
    ['slotIntervalMinutes', 1, 1440],
    ['slotOffsetMinutes', 0, 1440],
    ['seats', 1, 1000],
  ]

  it.each(bounds)('%s: from %i to %i', async (field, min, max) => {
    for (const value of [min, max])
      expect(await create({ [field]: value })).toMatchObject({ [field]: value })
    const { id } = await create()
    for (const value of [min - 1, max + 1, -2_147_483_648, 2_147_483_647]) {
      expect(await refused({ [field]: value })).toEqual(invalid(field))
      expect(await refused({ id, [field]: value })).toEqual(invalid(field))
    }
    expect(await refused({ [field]: 1.5 })).toEqual(invalid(field))
  })

  it('confirmationNoticeMinutes: from 1 to 527040', async () => {
    const within = (confirmationNoticeMinutes: number) => ({
      confirmation: 'WITHIN_NOTICE',
      confirmationNoticeMinutes,
    })
    for (const minutes of [1, 527_040])
      expect(await create(within(minutes))).toMatchObject(within(minutes))
    for (const minutes of [0, 527_041]) {
      expect(await refused(within(minutes))).toEqual(invalid('confirmationNoticeMinutes'))
    }
  })

  it.each([
    ['bookingLimits', 9_999],
    ['minuteLimits', 527_040],
  ])('%s: from 1 to %i in each period', async (field, max) => {
    for (const period of ['perDay', 'perWeek', 'perMonth', 'perYear']) {
      for (const value of [1, max]) {
        expect(await create({ [field]: { [period]: value } })).toMatchObject({
          [field]: { ...noLimits, [period]: value },
        })
      }
      for (const value of [0, max + 1]) {
        expect(await refused({ [field]: { [period]: value } })).toEqual(
          invalid(`${field}.${period}`),
        )
      }
    }
  })

  it('durationOptions: each from 1 to 1440, twenty at most', async () => {
    expect(await refused({ durationOptions: [0, 30, 1441] })).toEqual(
      invalid('durationOptions.0', 'durationOptions.2'),
    )
    const lengths = (count: number) => Array.from({ length: count }, (_, index) => 30 + index)
    expect(await create({ durationOptions: lengths(20) })).toMatchObject({
      durationOptions: lengths(20),
    })
    expect(await refused({ durationOptions: lengths(21) })).toEqual(invalid('durationOptions'))
  })

  it('bookingWindow: from 0 to 3650 days', async () => {
    for (const kind of ['DAYS', 'BUSINESS_DAYS']) {
      for (const days of [0, 3650])
        expect(await create({ bookingWindow: { kind, days } })).toMatchObject({})
      for (const days of [-1, 3651]) {
        expect(await refused({ bookingWindow: { kind, days } })).toEqual(
          invalid('bookingWindow.days'),
        )
      }
    }
  })
})

describe('wrong values', () => {
  it.each([
    ['name', ''],
    ['name', ' '],
    ['name', 'x'.repeat(201)],
    ['name', 'bell\u0007'],
    ['slug', ''],
    ['slug', 'Capital'],
    ['slug', 'a--b'],
    ['slug', '-a'],
    ['slug', 'ä'],
    ['slug', 'x'.repeat(65)],
    ['description', ' '],
    ['description', 'x'.repeat(5001)],
    ['color', 'red'],
    ['color', '#fff'],
    ['metadata', ['a', 'list']],
    ['metadata', 'text'],
    ['metadata', { half: '\ud800' }],
    ['name', 'half \ud800'],
    ['metadata', { long: 'x'.repeat(16_384) }],
    ['metadata', { ['x'.repeat(129)]: 1 }],
    ['slotGrid', 'ROUND'],
    ['confirmation', 'SOMETIMES'],
    ['durationOptions', []],
    ['durationOptions', [15, 60]],
  ])('are named: %s of %.60j', async (field, value) => {
    const { id } = await create()
    for (const input of [{ [field]: value }, { id, [field]: value }]) {
      const { code, paths } = await refused(input)
      expect(code).toBe('INVALID_INPUT')
      expect(paths.map(path => path.slice(0, `input.${field}`.length))).toEqual([`input.${field}`])
    }
  })

  it.each([
    [{ kind: 'DAYS' }, ['.days']],
    [{ kind: 'DAYS', days: 5, firstDay: '2026-03-02' }, ['']],
    [{ kind: 'DAYS', days: 0, rolling: true }, ['.days']],
    [{ kind: 'UNLIMITED', days: 5 }, ['']],
    [{ kind: 'UNLIMITED', rolling: true }, ['.rolling']],
    [{ kind: 'RANGE' }, ['.firstDay', '.lastDay']],
    [{ kind: 'RANGE', firstDay: '2026-03-02', lastDay: '2026-02-30' }, ['.lastDay']],
    [{ kind: 'RANGE', firstDay: '2026-03-02', lastDay: '2026-03-01' }, ['.lastDay']],
  ])('are named in a window %j', async (bookingWindow, fields) => {
    expect(await refused({ bookingWindow })).toEqual(
      invalid(...fields.map(field => `bookingWindow${field}`)),
    )
  })

  it.each([
    [{ perDay: 5, perWeek: 4 }, 'perWeek'],
    [{ perDay: 5, perYear: 4 }, 'perYear'],
    [{ perWeek: 5, perMonth: 6, perYear: 5 }, 'perYear'],
  ])('are named in limits %j, where a longer period has less', async (limits, period) => {
    expect(await refused({ bookingLimits: limits })).toEqual(invalid(`bookingLimits.${period}`))
    expect(await refused({ minuteLimits: limits })).toEqual(invalid(`minuteLimits.${period}`))
    expect(await create({ bookingLimits: { perDay: 5, perWeek: 5, perYear: 5 } })).toMatchObject({})
  })

  it('are named where seats do not go with approval or with a choice of places', async () => {
    const two = [{ kind: 'CUSTOM' }, { kind: 'CUSTOM', text: 'Other' }]
    expect(await refused({ seats: 2, confirmation: 'ALWAYS', locations: two })).toEqual(
      invalid('confirmation', 'locations'),
    )
    const { id } = await create({ seats: 2 })
    expect(await refused({ id, confirmation: 'ALWAYS' })).toEqual(invalid('confirmation'))
    expect(await refused({ id, locations: two })).toEqual(invalid('locations'))
    const single = await create({ locations: two })
    expect(await refused({ id: single.id, seats: 2 })).toEqual(invalid('locations'))
  })

  it.each([
    [{ kind: 'IN_PERSON' }, '.address'],
    [{ kind: 'IN_PERSON', address: ' ' }, '.address'],
    [{ kind: 'IN_PERSON', address: 'x', phone: '+49 30 1234' }, ''],
    [{ kind: 'PHONE_HOST', phone: 'call me' }, '.phone'],
    [{ kind: 'PHONE_INVITEE', phone: '+49 30 1234' }, '.phone'],
    [{ kind: 'ADDRESS_INVITEE', address: 'theirs' }, '.address'],
    [{ kind: 'ASK_INVITEE', text: 'theirs' }, '.text'],
    [{ kind: 'VIDEO' }, '.provider'],
    [{ kind: 'VIDEO', provider: 'Google Meet' }, '.provider'],
    [{ kind: 'VIDEO', provider: 'zoom', url: 'zoom' }, '.url'],
    [{ kind: 'LINK' }, '.url'],
    [{ kind: 'LINK', url: 'javascript:alert(1)' }, '.url'],
    [{ kind: 'LINK', url: 'https://example.org', note: 'x'.repeat(501) }, '.note'],
    [{ kind: 'CUSTOM', text: 'x'.repeat(501) }, '.text'],
    [{ kind: 'MOON' }, '.kind'],
  ])('are named in a location %.70j', async (wrong, field) => {
    expect(await refused({ locations: [{ kind: 'CUSTOM' }, wrong] })).toEqual(
      invalid(`locations.1${field}`),
    )
  })

  it.each([
    [{ label: '' }, '.label'],
    [{ label: 'x'.repeat(501) }, '.label'],
    [{ key: '1st' }, '.key'],
    [{ key: 'a b' }, '.key'],
    [{ key: '__proto__' }, '.key'],
    [{ key: 'x'.repeat(65) }, '.key'],
    [{ key: 'first' }, '.key'],
    [{ placeholder: 'x'.repeat(201) }, '.placeholder'],
    [{ options: ['a'] }, '.options'],
    [{ allowOther: true }, '.allowOther'],
    [{ kind: 'SELECT' }, '.options'],
    [{ kind: 'SELECT', options: [] }, '.options'],
    [{ kind: 'RADIO', options: ['a', 'b', ' a '] }, '.options'],
    [{ kind: 'MULTI_SELECT', options: ['a', ''] }, '.options.1'],
    [
      { kind: 'CHECKBOXES', options: Array.from({ length: 101 }, (_, index) => `${index}`) },
      '.options',
    ],
    [{ kind: 'ORACLE' }, '.kind'],
  ])('are named in a question %.70j', async (wrong, field) => {
    const first = { kind: 'TEXT', key: 'first', label: 'First?' }
    const second = { kind: 'TEXT', label: 'Second?', ...wrong }
    expect(await refused({ questions: [first, second] })).toEqual(invalid(`questions.1${field}`))
  })

  it('are named in lists that are too long', async () => {
    const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)
    const ask = { kind: 'TEXT', label: 'Same?' }
    expect(
      await create({ locations: times(20, { kind: 'CUSTOM' }), questions: times(50, ask) }),
    ).toMatchObject({})
    expect(
      await refused({ locations: times(21, { kind: 'CUSTOM' }), questions: times(51, ask) }),
    ).toEqual(invalid('locations', 'questions'))
  })

  it('are all named in one answer, and leave nothing behind', async () => {
    const wrong = {
      name: '',
      slug: 'No slug',
      description: '',
      color: 'red',
      position: -1,
      durationMinutes: 0,
      durationOptions: [0],
      locations: [{ kind: 'LINK' }],
      questions: [{ kind: 'SELECT', label: '' }],
      metadata: [],
      bufferBeforeMinutes: -1,
      bufferAfterMinutes: 1441,
      minimumNoticeMinutes: -1,
      slotIntervalMinutes: 0,
      slotOffsetMinutes: -1,
      bookingWindow: { kind: 'DAYS', days: -1 },
      bookingLimits: { perDay: 0, perWeek: 10_000 },
      minuteLimits: { perDay: 5, perWeek: 4 },
      confirmation: 'ALWAYS',
      confirmationNoticeMinutes: 0,
      seats: 1001,
    }
    const named = invalid(
      'name',
      'slug',
      'description',
      'color',
      'position',
      'durationMinutes',
      'durationOptions.0',
      'locations.0.url',
      'questions.0.label',
      'metadata',
      'bufferBeforeMinutes',
      'bufferAfterMinutes',
      'minimumNoticeMinutes',
      'slotIntervalMinutes',
      'slotOffsetMinutes',
      'bookingWindow.days',
      'bookingLimits.perDay',
      'bookingLimits.perWeek',
      'minuteLimits.perWeek',
      'confirmationNoticeMinutes',
      'seats',
    )
    const { id } = await create()
    const before = await everything(world.databaseUrl)
    for (const input of [wrong, { id, ...wrong }]) {
      const { code, paths } = await refused(input)
      expect({ code, paths: paths.filter(path => path !== 'input.questions.0.options') }).toEqual(
        named,
      )
    }
    expect(await everything(world.databaseUrl)).toEqual(before)
  })

  it('of single fields do not hide what the fields together get wrong', async () => {
    expect(
      await refused({ name: '', durationOptions: [15], confirmation: 'WITHIN_NOTICE' }),
    ).toEqual(invalid('name', 'durationOptions', 'confirmationNoticeMinutes'))
  })
})
