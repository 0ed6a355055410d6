// Cal.com v2: schedules in both shapes, API keys, time zones.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  at,
  type GivenHost,
  givenHost,
  givenWorld,
  listAt,
  type World,
} from '../../helpers/world.ts'
import { anyone, type Calcom, calcomOf, givenCalcom, invalid, refused, success } from './calcom.ts'

let world: World
let host: GivenHost
let api: Calcom

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set('2026-03-02T07:00:20Z')
  host = await givenHost(world)
  api = await givenCalcom(world, host, { version: '2024-06-11' })
})

const workdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']

const work = {
  name: 'Work',
  timeZone: 'Europe/Rome',
  isDefault: true,
  availability: [
    { days: ['Monday', 'Friday'], startTime: '09:00', endTime: '17:00' },
    { days: ['Tuesday'], startTime: '10:00', endTime: '23:59' },
  ],
  overrides: [
    { date: '2027-03-08', startTime: '12:00', endTime: '14:00' },
    { date: '2027-03-09', startTime: '00:00', endTime: '00:00' },
  ],
}

const idIn = (body: unknown): number => Number(at(body, 'data.id'))

describe('schedules', () => {
  it('are made, listed, changed and deleted', async () => {
    const made = await api.post('/schedules', work)
    const id = idIn(made.body)
    const ownerId = at((await api.get('/me')).body, 'data.id')
    expect(made).toMatchObject({ status: 201, body: success({ id, ownerId, ...work }) })
    expect(await api.get('/schedules/default')).toMatchObject({
      status: 200,
      body: success({ id, ownerId, ...work }),
    })
    expect(await api.get(`/schedules/${id}`)).toMatchObject({
      status: 200,
      body: success({ id, ownerId, ...work }),
    })

    const all = await api.get('/schedules')
    const [first] = listAt(all.body, 'data')
    expect(all.body).toMatchObject(
      success([
        {
          name: 'Working hours',
          isDefault: false,
          availability: [{ days: workdays, startTime: '09:00', endTime: '17:00' }],
          overrides: [],
        },
        { id, isDefault: true },
      ]),
    )

    const hours = [{ days: ['Sunday'], startTime: '08:00', endTime: '12:00' }]
    expect(
      await api.patch(`/schedules/${id}`, { name: 'Play', availability: hours, overrides: [] }),
    ).toMatchObject({
      status: 200,
      body: success({ ...work, id, name: 'Play', availability: hours, overrides: [] }),
    })
    expect(await api.patch(`/schedules/${id}`, { isDefault: false })).toMatchObject({
      status: 200,
      body: { data: { name: 'Play', isDefault: true } },
    })
    const { status, body } = await api.delete(`/schedules/${at(first, 'id')}`)
    expect({ status, body }).toEqual({ status: 200, body: { status: 'success' } })
    expect(await api.delete(`/schedules/${id}`)).toMatchObject({ status: 400 })
  })

  it('hand on the default when it is deleted', async () => {
    const before = at((await api.get('/schedules/default')).body, 'data')
    const id = idIn((await api.post('/schedules', work)).body)
    expect(await api.delete(`/schedules/${id}`)).toMatchObject({ status: 200 })
    expect(await api.get('/schedules')).toMatchObject({ body: success([before]) })
    expect(await api.get('/me')).toMatchObject({
      body: { data: { defaultScheduleId: at(before, 'id') } },
    })
  })

  it('are open from nine to five unless they say otherwise', async () => {
    const { name, timeZone } = work
    expect(await api.post('/schedules', { name, timeZone, isDefault: false })).toMatchObject({
      status: 201,
      body: success({
        isDefault: false,
        availability: [{ days: workdays, startTime: '09:00', endTime: '17:00' }],
        overrides: [],
      }),
    })
  })

  it('show hours that go on past midnight as those of two days', async () => {
    await host.run(`mutation { createSchedule(input: {
      name: "Bar", weekly: [{ weekday: SATURDAY, start: "22:00", end: "26:00" }]
      overrides: [{ date: "2026-03-31", start: "23:00", end: "25:30" }]
    }) { schedule { id } } }`)
    expect(await api.get('/schedules')).toMatchObject({
      body: success([
        {},
        {
          availability: [
            { days: ['Saturday'], startTime: '22:00', endTime: '23:59' },
            { days: ['Sunday'], startTime: '00:00', endTime: '02:00' },
          ],
          overrides: [
            { date: '2026-03-31', startTime: '23:00', endTime: '23:59' },
            { date: '2026-04-01', startTime: '00:00', endTime: '01:30' },
          ],
        },
      ]),
    })
  })

  it('that are not there are 404, to delete them 400, and so are those of others', async () => {
    const id = idIn((await api.post('/schedules', work)).body)
    const other = await givenCalcom(world, await givenHost(world), { version: '2024-06-11' })
    const message = expect.stringContaining('does not exist')
    for (const path of ['/schedules/1999999999', `/schedules/${id}`]) {
      expect(await other.get(path)).toMatchObject(refused(404, message))
      expect(await other.patch(path, { name: 'Mine' })).toMatchObject(refused(404, message))
      expect(await other.delete(path)).toMatchObject(refused(400, message))
    }
    expect(await api.get('/schedules/abc')).toMatchObject(
      refused(400, 'Validation failed (numeric string is expected)'),
    )
  })

  it('say what is wrong with them', async () => {
    expect(await api.post('/schedules', { name: 1 })).toMatchObject(
      invalid(
        ['name', 'isString', 'name must be a string'],
        ['timeZone', 'isString', 'timeZone must be a string'],
        ['isDefault', 'isBoolean', 'isDefault must be a boolean value'],
      ),
    )
    const overrides = [{ date: '2027-03-08', startTime: '9:00', endTime: '14:00' }]
    const clock = 'must be a valid time in format HH:MM e.g. 08:00'
    expect(await api.post('/schedules', { ...work, overrides })).toMatchObject(
      invalid(['overrides.0.startTime', 'isValid', `startTime ${clock}`]),
    )
  })

  it('of a version that they do not have are not found', async () => {
    for (const version of ['2024-08-13', '2024-09-04']) {
      expect(await api.in(version).get('/schedules')).toMatchObject(
        refused(404, 'Cannot GET /v2/schedules'),
      )
    }
    for (const version of [undefined, '', 'latest', '2031-01-01', '2024-04-15']) {
      expect(await api.in(version).get('/schedules')).toMatchObject({
        body: { data: [{ isLastSchedule: true }] },
      })
    }
    expect(await api.in('2024-06-14').get('/schedules')).toMatchObject({
      body: { data: [{ availability: [{}] }] },
    })
  })
})

describe('schedules of 2024-04-15', () => {
  const nine = '1970-01-01T09:00:00.000Z'
  const five = '1970-01-01T17:00:00.000Z'

  it('are made and told as the editor holds them', async () => {
    const old = api.in(undefined)
    const made = await old.post('/schedules', {
      name: 'Work',
      timeZone: 'Europe/Rome',
      isDefault: true,
      availabilities: [{ days: [1, 5], startTime: nine, endTime: five }],
    })
    const id = idIn(made.body)
    const userId = at((await api.get('/me')).body, 'data.id')
    const range = { start: '2026-03-02T09:00:00.000Z', end: '2026-03-02T17:00:00.000Z' }
    const shown = {
      id,
      name: 'Work',
      isManaged: false,
      workingHours: [{ days: [1, 5], startTime: 540, endTime: 1020, userId }],
      schedule: [
        {
          id: expect.any(Number),
          userId: null,
          eventTypeId: null,
          days: [1, 5],
          startTime: nine,
          endTime: five,
          date: null,
          scheduleId: id,
        },
      ],
      availability: [[], [range], [], [], [], [range], []],
      timeZone: 'Europe/Rome',
      dateOverrides: [],
      isDefault: true,
      isLastSchedule: false,
      readOnly: false,
    }
    expect(made).toMatchObject({ status: 201, body: success(shown) })
    expect((await old.get(`/schedules/${id}`)).body).toEqual(success(shown))
    expect((await old.get('/schedules/default')).body).toEqual(success(shown))
  })

  it('are changed by whole weeks, and tell which was the default before', async () => {
    const old = api.in('2024-04-15')
    const before = at((await old.get('/schedules/default')).body, 'data.id')
    const id = idIn(
      (await old.post('/schedules', { name: 'Work', timeZone: 'Europe/Rome', isDefault: false }))
        .body,
    )
    const changed = await old.patch(`/schedules/${id}`, {
      name: 'Play',
      timeZone: 'Europe/Riga',
      isDefault: true,
      schedule: [[], [{ start: nine, end: five }], [], [], [], [], []],
      dateOverrides: [{ start: '2027-03-08T12:00:00.000Z', end: '2027-03-08T14:00:00.000Z' }],
    })
    expect(changed).toMatchObject({
      status: 200,
      body: success({
        schedule: { id, name: 'Play' },
        isDefault: true,
        timeZone: 'Europe/Riga',
        prevDefaultId: before,
        currentDefaultId: id,
      }),
    })
    expect(await old.get(`/schedules/${id}`)).toMatchObject({
      body: success({
        workingHours: [{ days: [1], startTime: 540, endTime: 1020 }],
        schedule: [{ date: null }, { days: [], date: '2027-03-08T00:00:00.000Z' }],
        dateOverrides: [
          { ranges: [{ start: '2027-03-08T12:00:00.000Z', end: '2027-03-08T14:00:00.000Z' }] },
        ],
      }),
    })
    expect(await old.delete(`/schedules/${before}`)).toMatchObject({ status: 200 })
  })
})

describe('an API key', () => {
  it('is replaced by another, and ends', async () => {
    const old = await givenCalcom(world, host, { scopes: ['keys:manage'] })
    const { status, body } = await old.post('/api-keys/refresh', { apiKeyDaysValid: 2 })
    expect({ status, body }).toMatchObject({
      status: 200,
      body: success({ apiKey: expect.stringMatching(/^cal_/) }),
    })
    expect(await old.get('/me')).toMatchObject({ status: 401 })
    const next = calcomOf(world.url, String(at(body, 'data.apiKey')))
    expect(await next.get('/me')).toMatchObject({ status: 200 })
    world.clock.set('2026-03-04T07:00:21Z')
    expect(await next.get('/me')).toMatchObject({ status: 401 })
  })

  it('that never expires keeps its scopes', async () => {
    const narrow = await givenCalcom(world, host, { scopes: ['bookings:read', 'keys:manage'] })
    const { body } = await narrow.post('/api-keys/refresh', { apiKeyNeverExpires: true })
    world.clock.set('2028-03-04T07:00:21Z')
    const next = calcomOf(world.url, String(at(body, 'data.apiKey')))
    expect(await next.get('/me')).toMatchObject({ status: 200 })
    expect(await next.get('/schedules')).toMatchObject({ status: 403 })
  })
})

it('tells the time zones to anyone', async () => {
  const { status, body } = await anyone(world).get('/timezones')
  expect(status).toBe(200)
  expect(listAt(body, 'data')).toContainEqual({ city: 'New York', timezone: 'America/New_York' })
})
