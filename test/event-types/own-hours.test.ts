// Hours that belong to one event type, and event types for one occasion.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  at,
  type GivenHost,
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

const CREATE = `mutation ($input: CreateEventTypeInput!) {
  createEventType(input: $input) { eventType { id isOneOff schedule { id isOwn timeZone } } }
}`
const UPDATE = `mutation ($input: UpdateEventTypeInput!) {
  updateEventType(input: $input) { eventType { schedule { id name isOwn weekly { weekday start end } overrides { date } } } }
}`
const SLOTS = `query ($id: ID!) {
  slots(eventType: { id: $id }, start: "2026-03-03", end: "2026-03-04", timeZone: "Europe/London") { date slots { start } }
}`
const evening = {
  timeZone: 'Europe/London',
  weekly: [{ weekday: 'TUESDAY', start: '18:00', end: '19:00' }],
}

beforeAll(async () => {
  world = await givenWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  world.clock.set(MONDAY)
  host = await givenHost(world, { timeZone: 'Europe/London' })
})

const startsOf = async (id: string) =>
  listAt(await world.visitor.run(SLOTS, { id }), 'slots').flatMap(day =>
    listAt(day, 'slots').map(slot => textAt(slot, 'start')),
  )

const schedules = async () => listAt(await host.run('{ schedules { id } }'), 'schedules').length

describe('hours of its own', () => {
  it('are what an event type offers, and no list of schedules has them', async () => {
    const before = await schedules()
    const id = await givenEventType(host, { hours: evening })
    expect(await startsOf(id)).toEqual(['2026-03-03T18:00:00.000Z', '2026-03-03T18:30:00.000Z'])
    expect(await schedules()).toBe(before)
  })

  it('are changed as a whole, for this event type alone', async () => {
    const other = await givenEventType(host, { name: 'Other', hours: evening })
    const id = await givenEventType(host, { hours: evening })
    const hours = { weekly: [], overrides: [{ date: '2026-03-04', start: '20:00', end: '20:30' }] }
    const changed = await host.run(UPDATE, { input: { id, hours } })
    expect(at(changed, 'updateEventType.eventType.schedule')).toMatchObject({
      name: 'Intro',
      isOwn: true,
      weekly: [],
      overrides: [{ date: '2026-03-04' }],
    })
    expect(await startsOf(id)).toEqual(['2026-03-04T20:00:00.000Z'])
    expect(await startsOf(other)).toHaveLength(2)
  })

  it('are gone when it gets other ones', async () => {
    const made = await host.run(CREATE, {
      input: { name: 'Talk', durationMinutes: 30, hours: evening },
    })
    const id = textAt(made, 'createEventType.eventType.id')
    const schedule = textAt(made, 'createEventType.eventType.schedule.id')
    await host.run(UPDATE, { input: { id, name: 'Same hours' } })
    await host.run(UPDATE, { input: { id, scheduleId: schedule } })
    expect(await startsOf(id)).toHaveLength(2)
    await host.run(UPDATE, { input: { id, hours: null } })
    expect((await startsOf(id)).length).toBeGreaterThan(10)
    expect(
      await host.run('query ($id: ID!) { schedule(id: $id) { id } }', { id: schedule }),
    ).toEqual({
      schedule: null,
    })
  })

  it('cannot become the default, nor serve another event type', async () => {
    const made = await host.run(CREATE, {
      input: { name: 'Talk', durationMinutes: 30, hours: evening },
    })
    const scheduleId = textAt(made, 'createEventType.eventType.schedule.id')
    expect(
      await host.codeOf(
        'mutation ($id: ID!) { updateSchedule(input: { id: $id, isDefault: true }) { schedule { id } } }',
        {
          id: scheduleId,
        },
      ),
    ).toBe('CONFLICT')
    const wanted = { name: 'Another', durationMinutes: 30, scheduleId }
    expect(await host.codeOf(CREATE, { input: wanted })).toBe('NOT_FOUND')
    expect(await host.codeOf(CREATE, { input: { ...wanted, hours: evening } })).toBe(
      'INVALID_INPUT',
    )
  })

  it('are named by their field when they are wrong', async () => {
    const weekly = [{ weekday: 'MONDAY', start: '10:00', end: '09:00' }]
    const [refused] = await host.refused(CREATE, {
      input: { name: 'Talk', durationMinutes: 30, hours: { weekly } },
    })
    expect(refused?.extensions?.fields?.map(({ path }) => path)).toEqual([
      'input.hours.weekly.0.end',
    ])
  })
})

it('an event type is made for one occasion, and stays so', async () => {
  const made = await host.run(CREATE, {
    input: { name: 'Once', durationMinutes: 30, isOneOff: true },
  })
  expect(at(made, 'createEventType.eventType')).toMatchObject({ isOneOff: true, schedule: null })
  const id = textAt(made, 'createEventType.eventType.id')
  await host.run(UPDATE, { input: { id, name: 'Renamed' } })
  expect(await host.run('query ($id: ID!) { eventType(id: $id) { isOneOff } }', { id })).toEqual({
    eventType: { isOneOff: true },
  })
})
