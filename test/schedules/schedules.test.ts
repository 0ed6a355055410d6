import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { atOnce, givenSchedule, refusal, tally } from '../helpers/bookings.ts'
import { everything, sql } from '../helpers/postgres.ts'
import {
  at,
  type Client,
  clientOf,
  type Data,
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  listAt,
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
  world.clock.set('2026-03-02T07:00:00Z')
  host = await givenHost(world)
})

const SCHEDULE = `id databaseId name timeZone isDefault createdAt updatedAt
  weekly { weekday start end } overrides { date closed start end }`
const CREATE = `mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { ${SCHEDULE} } } }`
const UPDATE = `mutation ($input: UpdateScheduleInput!) { updateSchedule(input: $input) { schedule { ${SCHEDULE} } } }`
const DELETE = 'mutation ($id: ID!) { deleteSchedule(input: { id: $id }) { id: deletedId } }'

const Seen = z.looseObject({
  id: z.string(),
  isDefault: z.boolean(),
  weekly: z.array(z.unknown()),
  overrides: z.array(z.unknown()),
})

const create = async (input: Data, as: Client = host) =>
  Seen.parse(
    at(await as.run(CREATE, { input: { name: 'Hours', ...input } }), 'createSchedule.schedule'),
  )
const update = async (id: string, changes: Data) =>
  Seen.parse(at(await host.run(UPDATE, { input: { id, ...changes } }), 'updateSchedule.schedule'))
const schedules = async (as: Client = host) =>
  z.array(Seen).parse(at(await as.run(`{ schedules { ${SCHEDULE} } }`), 'schedules'))
const defaultId = async () =>
  textAt(await host.run('{ viewer { defaultSchedule { id } } }'), 'viewer.defaultSchedule.id')

const hours = (weekday: string, start = '09:00', end = '17:00') => ({ weekday, start, end })
const override = (date: string, start: string, end: string) => ({ date, closed: false, start, end })
const dayOff = (date: string) => ({ date, closed: true, start: null, end: null })

/** How a new schedule is refused. */
const refused = (input: Data) => refusal(host, CREATE, { input: { name: 'Hours', ...input } })

const invalid = (...fields: string[]) => ({
  code: 'INVALID_INPUT',
  paths: fields.map(field => `input.${field}`),
})

const everyField = {
  name: 'Summer',
  timeZone: 'America/New_York',
  weekly: [
    hours('SUNDAY', '00:00', '24:00'),
    hours('MONDAY', '08:15', '12:00'),
    hours('MONDAY', '12:00', '16:45'),
    hours('FRIDAY', '22:00', '26:00'),
    hours('SATURDAY', '23:59', '24:00'),
  ],
  overrides: [
    override('2026-03-10', '10:00', '11:00'),
    override('2026-03-10', '22:00', '48:00'),
    dayOff('2026-03-12'),
    override('2028-02-29', '00:00', '24:00'),
  ],
}

describe('a schedule', () => {
  it('answers everything that it was made of', async () => {
    const made = await create(everyField)
    expect(made).toEqual({
      id: expect.stringMatching(/^sch_\w{22}$/),
      databaseId: expect.any(Number),
      isDefault: false,
      createdAt: '2026-03-02T07:00:00.000Z',
      updatedAt: '2026-03-02T07:00:00.000Z',
      ...everyField,
    })
    const data = await host.run(
      `query ($id: ID!) { node(id: $id) { ... on Schedule { ${SCHEDULE} } } }`,
      {
        id: made.id,
      },
    )
    expect(data.node).toEqual(made)
  })

  it('is open on workdays in the zone of the host unless it says otherwise', async () => {
    const workdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'].map(weekday =>
      hours(weekday),
    )
    const left = { timeZone: 'Europe/London', weekly: workdays, overrides: [], isDefault: false }
    expect(await create({})).toMatchObject(left)
    expect(
      await create({ timeZone: null, weekly: null, overrides: null, isDefault: null }),
    ).toMatchObject(left)
  })

  it('can be open never', async () => {
    expect(await create({ weekly: [] })).toMatchObject({ weekly: [] })
  })

  it('lists hours from Sunday on and dates in order, however they came', async () => {
    const { weekly, overrides } = everyField
    const mixed = await create({ weekly: weekly.toReversed(), overrides: overrides.toReversed() })
    expect(mixed).toMatchObject({ weekly, overrides })
  })

  it('changes in what is named alone, at the time of the change', async () => {
    const changes = {
      name: 'Winter',
      timeZone: 'Asia/Kathmandu',
      weekly: [hours('TUESDAY', '07:00', '08:00')],
      overrides: [dayOff('2026-12-24')],
    }
    let before = await create(everyField)
    for (const [field, value] of Object.entries(changes)) {
      world.clock.forward(1)
      const after = await update(before.id, { [field]: value })
      expect(after).toEqual({
        ...before,
        [field]: value,
        updatedAt: world.clock.now().toISOString(),
      })
      before = after
    }
    expect(await update(before.id, { weekly: [], overrides: [] })).toEqual({
      ...before,
      weekly: [],
      overrides: [],
    })
  })

  it('keeps everything that is null in a change, as if it were absent', async () => {
    const made = await create(everyField)
    const nothing = { name: null, timeZone: null, isDefault: null, weekly: null, overrides: null }
    await host.run(UPDATE, { input: { id: made.id, ...nothing } })
    const kept = (await schedules()).find(({ id }) => id === made.id)
    expect({ ...kept, updatedAt: made.updatedAt }).toEqual(made)
  })

  it('belongs to its host: another finds nothing and changes nothing', async () => {
    const { id } = await create(everyField)
    const other = await givenHost(world)
    const before = await everything(world.databaseUrl)

    expect(await refusal(other, UPDATE, { input: { id, name: 'Mine' } })).toEqual({
      code: 'NOT_FOUND',
      paths: ['input.id'],
    })
    expect(await refusal(other, DELETE, { id })).toEqual({ code: 'NOT_FOUND', paths: ['input.id'] })
    expect(await refusal(other, UPDATE, { input: { id: 'sch_none', name: 'Mine' } })).toEqual({
      code: 'NOT_FOUND',
      paths: ['input.id'],
    })
    expect(await other.run('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({
      node: null,
    })
    expect((await schedules(other)).map(each => each.name)).toEqual(['Working hours'])
    expect(await world.visitor.codeOf('{ schedules { id } }')).toBe('UNAUTHENTICATED')
    expect(await everything(world.databaseUrl)).toEqual(before)
  })

  it('is answered whole to a key that may only write, and can be read by it no other way', async () => {
    const made = await host.run(
      'mutation { createApiKey(input: { label: "Key", scopes: ["availability:write"] }) { secret } }',
    )
    const key = clientOf(world.url, { 'x-api-key': textAt(made, 'createApiKey.secret') })
    const { id, ...schedule } = await create(everyField, key)
    expect(schedule).toMatchObject(everyField)
    expect(await key.codeOf('{ schedules { id } }')).toBe('INSUFFICIENT_SCOPE')
    expect(await key.codeOf('query ($id: ID!) { node(id: $id) { id } }', { id })).toBe(
      'INSUFFICIENT_SCOPE',
    )
  })

  it('stands in a list from the oldest on', async () => {
    for (const name of ['B', 'A', 'C']) await create({ name })
    expect((await schedules()).map(each => each.name)).toEqual(['Working hours', 'B', 'A', 'C'])
  })

  it('is one of a hundred at most', async () => {
    const other = await givenHost(world)
    const many = Array.from(
      { length: 49 },
      (_, index) => `s${index}: createSchedule(input: $input) { schedule { id } }`,
    )
    const document = `mutation ($input: CreateScheduleInput!) { ${many.join('\n')} }`
    await other.run(document, { input: { name: 'Hours' } })
    await other.run(document, { input: { name: 'Hours' } })
    await create({}, other)
    const errors = await other.refused(CREATE, { input: { name: 'Hours' } })
    expect(errors[0]?.extensions).toMatchObject({ code: 'LIMIT_REACHED', limit: 100 })
    expect(await schedules(other)).toHaveLength(100)
  })
})

describe('hours that overlap', () => {
  it.each([
    ['on one day', [hours('MONDAY', '09:00', '12:00'), hours('MONDAY', '11:59', '13:00')], [1]],
    ['as the same', [hours('MONDAY'), hours('MONDAY')], [1]],
    [
      'one within the other',
      [hours('MONDAY', '10:00', '11:00'), hours('MONDAY', '09:00', '17:00')],
      [1],
    ],
    [
      'across midnight',
      [hours('TUESDAY', '00:00', '03:00'), hours('MONDAY', '22:00', '26:00')],
      [1],
    ],
    [
      'by a minute across midnight',
      [hours('MONDAY', '22:00', '24:01'), hours('TUESDAY', '00:00', '01:00')],
      [1],
    ],
    [
      'from Saturday into Sunday',
      [hours('SATURDAY', '22:00', '26:00'), hours('SUNDAY', '01:00', '05:00')],
      [1],
    ],
    [
      'from Sunday back into Saturday',
      [hours('SUNDAY', '01:00', '05:00'), hours('SATURDAY', '22:00', '26:00')],
      [1],
    ],
    [
      'one with several',
      [hours('MONDAY', '09:00', '10:00'), hours('MONDAY', '11:00', '12:00'), hours('MONDAY')],
      [2],
    ],
    [
      'several times',
      [
        hours('FRIDAY'),
        hours('FRIDAY', '10:00', '11:00'),
        hours('MONDAY'),
        hours('MONDAY', '16:00', '18:00'),
      ],
      [1, 3],
    ],
  ])('%s are refused, each with its place', async (_how, weekly, entries) => {
    const paths = invalid(...entries.map(entry => `weekly.${entry}`))
    const { code, paths: named } = await refused({ weekly })
    expect({ code, paths: named?.toSorted() }).toEqual(paths)
    const id = await defaultId()
    expect((await refusal(host, UPDATE, { input: { id, weekly } })).paths?.toSorted()).toEqual(
      paths.paths,
    )
  })

  it('may touch, at midnight and at the end of the week too', async () => {
    const weekly = [
      hours('SUNDAY', '02:00', '24:00'),
      hours('MONDAY', '00:00', '12:00'),
      hours('MONDAY', '12:00', '13:00'),
      hours('SATURDAY', '22:00', '26:00'),
    ]
    expect(await create({ weekly })).toMatchObject({ weekly })
  })

  it.each([
    [
      'on one date',
      [override('2026-03-10', '09:00', '12:00'), override('2026-03-10', '11:00', '13:00')],
      [1],
    ],
    [
      'across midnight',
      [override('2026-03-10', '22:00', '26:00'), override('2026-03-11', '01:00', '05:00')],
      [1],
    ],
    [
      'across a year',
      [override('2027-01-01', '00:00', '05:00'), override('2026-12-31', '22:00', '24:30')],
      [1],
    ],
    ['with a day off', [dayOff('2026-03-10'), override('2026-03-10', '09:00', '12:00')], [1]],
    ['before a day off', [override('2026-03-10', '09:00', '12:00'), dayOff('2026-03-10')], [1]],
    ['as days off', [dayOff('2026-03-10'), dayOff('2026-03-11'), dayOff('2026-03-10')], [2]],
  ])('%s are refused for dates too', async (_how, overrides, entries) => {
    expect(await refused({ overrides })).toEqual(
      invalid(...entries.map(entry => `overrides.${entry}`)),
    )
  })

  it('may reach from one date into the closed morning of the next', async () => {
    const overrides = [override('2026-03-10', '22:00', '26:00'), dayOff('2026-03-11')]
    expect(await create({ overrides })).toMatchObject({ overrides })
  })
})

describe('wrong values', () => {
  it.each([
    ['24:00', '25:00'],
    ['9:00', '17:00'],
    ['09:60', '17:00'],
    ['-1:00', '17:00'],
    ['09:00:00', '17:00'],
    ['', '17:00'],
    ['9 am', '17:00'],
  ])('name the start %j of hours to %j', async (start, end) => {
    expect(await refused({ weekly: [hours('SUNDAY'), hours('MONDAY', start, end)] })).toEqual(
      invalid('weekly.1.start'),
    )
    expect(await refused({ overrides: [override('2026-03-10', start, end)] })).toEqual(
      invalid('overrides.0.start'),
    )
  })

  it.each([
    ['09:00', '09:00'],
    ['09:00', '08:00'],
    ['00:00', '48:01'],
    ['00:00', '99:00'],
    ['09:00', '17'],
    ['09:00', '17:00 '],
    ['22:00', '02:00'],
  ])('name the end of hours from %j to %j', async (start, end) => {
    expect(await refused({ weekly: [hours('MONDAY', start, end)] })).toEqual(
      invalid('weekly.0.end'),
    )
    expect(await refused({ overrides: [override('2026-03-10', start, end)] })).toEqual(
      invalid('overrides.0.end'),
    )
  })

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-3-1',
    '10.03.2026',
    '2026-03-10T00:00:00Z',
    '1969-12-31',
    '2100-01-01',
    '',
  ])('name the date %j', async date => {
    const { code, paths } = await refused({ overrides: [dayOff(date)] })
    expect({ code, paths: [...new Set(paths)] }).toEqual(invalid('overrides.0.date'))
  })

  it.each(['Europe/Atlantis', 'CEST', '+01:00', ''])('name the zone %j', async timeZone => {
    expect(await refused({ timeZone })).toEqual(invalid('timeZone'))
    expect(await refusal(host, UPDATE, { input: { id: await defaultId(), timeZone } })).toEqual(
      invalid('timeZone'),
    )
  })

  it.each([
    ['neither hours nor a day off', { date: '2026-03-10' }, ['start', 'end']],
    ['a start without an end', { date: '2026-03-10', start: '09:00' }, ['end']],
    ['an end without a start', { date: '2026-03-10', closed: false, end: '09:00' }, ['start']],
    [
      'hours and a day off',
      { date: '2026-03-10', closed: true, start: '09:00', end: '10:00' },
      ['closed'],
    ],
    ['half of hours and a day off', { date: '2026-03-10', closed: true, end: '10:00' }, ['closed']],
  ])('name what is missing or too much in a date with %s', async (_what, date, fields) => {
    expect(await refused({ overrides: [date] })).toEqual(
      invalid(...fields.map(field => `overrides.0.${field}`)),
    )
  })

  it('name a weekday that is none', async () => {
    expect(await refused({ weekly: [hours('MONDAY'), hours('FUNDAY')] })).toEqual(
      invalid('weekly.1.weekday'),
    )
  })

  it('name lists that are too long', async () => {
    const minutes = (count: number) =>
      Array.from({ length: count }, (_, minute) => {
        const clock = (at: number) => new Date(at * 60_000).toISOString().slice(11, 16)
        return hours('MONDAY', clock(minute * 2), clock(minute * 2 + 1))
      })
    expect((await create({ weekly: minutes(200) })).weekly).toHaveLength(200)
    expect(await refused({ weekly: minutes(201) })).toEqual(invalid('weekly'))

    const dates = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        dayOff(new Date(index * 86_400_000).toISOString().slice(0, 10)),
      )
    expect((await create({ overrides: dates(1000) })).overrides).toHaveLength(1000)
    expect(await refused({ overrides: dates(1001) })).toEqual(invalid('overrides'))
  })

  it('are all named in one answer, and leave nothing behind', async () => {
    const before = await everything(world.databaseUrl)
    const { code, paths } = await refused({
      name: ' ',
      timeZone: 'Mars',
      weekly: [
        hours('MONDAY', '25:00', '26:00'),
        hours('MONDAY'),
        hours('TUESDAY', '10:00', '09:00'),
      ],
      overrides: [override('2026-02-30', '10:00', '11:00'), { date: '2026-03-10' }],
    })
    expect({ code, paths: new Set(paths) }).toEqual({
      code: 'INVALID_INPUT',
      paths: new Set([
        'input.name',
        'input.timeZone',
        'input.weekly.0.start',
        'input.weekly.2.end',
        'input.overrides.0.date',
        'input.overrides.1.start',
        'input.overrides.1.end',
      ]),
    })
    expect(await refused({ name: 'x'.repeat(101) })).toEqual(invalid('name'))
    expect(await everything(world.databaseUrl)).toEqual(before)
  })
})

describe('the default schedule', () => {
  const defaults = async () =>
    (await schedules()).filter(each => each.isDefault).map(each => each.id)

  it('is one at any time: another takes its place when it is made or changed to be it', async () => {
    const first = await defaultId()
    const { id: second, isDefault } = await create({ isDefault: true })
    expect(isDefault).toBe(true)
    expect(await defaults()).toEqual([second])
    expect(await defaultId()).toBe(second)

    await update(first, { isDefault: true })
    expect(await defaults()).toEqual([first])
    await update(first, { isDefault: true })
    await update(second, { isDefault: false })
    await create({ isDefault: false })
    expect(await defaults()).toEqual([first])
  })

  it('is one when ten are made the default at once over two gateways', async () => {
    const second = clientOf((await world.secondGateway()).url, host.headers)
    const ids = await atOnce(10, () => givenSchedule(host, {}))
    const answers = await Promise.all(
      ids.map((id, index) =>
        (index % 2 ? second : host).answer(UPDATE, { input: { id, isDefault: true } }),
      ),
    )
    expect(tally(answers)).toEqual({ ok: 10 })
    expect(await defaults()).toHaveLength(1)
  })

  it('cannot be deleted, nor stop being the default by itself', async () => {
    const id = await defaultId()
    expect(await refusal(host, DELETE, { id })).toEqual({ code: 'CONFLICT', paths: ['input.id'] })
    expect(await refusal(host, UPDATE, { input: { id, isDefault: false, name: 'Other' } })).toEqual(
      {
        code: 'CONFLICT',
        paths: ['input.isDefault'],
      },
    )
    expect(await schedules()).toMatchObject([{ id, isDefault: true, name: 'Working hours' }])
    await create({ isDefault: true })
    expect(await host.run(DELETE, { id })).toEqual({ deleteSchedule: { id } })
  })

  it('is the first that is made where there is none', async () => {
    await sql(
      world.databaseUrl,
      'delete from "Schedule" where "hostId" = (select "id" from "User" where "uid" = $1)',
      [host.id],
    )
    expect(await host.run('{ viewer { defaultSchedule { id } } schedules { id } }')).toEqual({
      viewer: { defaultSchedule: null },
      schedules: [],
    })
    const first = await create({ isDefault: false })
    expect(first.isDefault).toBe(true)
    expect((await create({})).isDefault).toBe(false)
    expect(await defaults()).toEqual([first.id])
  })

  it('is what event types go on with when their own is deleted', async () => {
    const id = await givenSchedule(host, { weekly: [hours('SUNDAY', '05:00', '06:00')] })
    const eventType = await givenEventType(host, { scheduleId: id })
    const OWN =
      'query ($id: ID!) { eventType(id: $id) { scheduleId scheduleDatabaseId schedule { id } } }'
    expect(at(await host.run(OWN, { id: eventType }), 'eventType')).toMatchObject({
      scheduleId: id,
      schedule: { id },
    })

    await host.run(DELETE, { id })
    expect(await host.run(OWN, { id: eventType })).toEqual({
      eventType: { scheduleId: null, scheduleDatabaseId: null, schedule: null },
    })
    const asked = `query ($id: ID!) { slots(eventType: { id: $id }, start: "2026-03-08", end: "2026-03-09") { slots { start } } }`
    const days = listAt(await host.run(asked, { id: eventType }), 'slots').map(day =>
      listAt(day, 'slots'),
    )
    expect(days.map(day => day.length)).toEqual([0, 16])
    expect(await refusal(host, DELETE, { id })).toEqual({ code: 'NOT_FOUND', paths: ['input.id'] })
  })
})
