// What one look at free starts may cost, and how the graph and the dialects refuse more.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lookCounts } from '../../src/slots/shared-lookups.ts'
import { givenSchedule } from '../helpers/bookings.ts'
import { givenTeamEventType, givenTeamOf } from '../helpers/teams.ts'
import {
  type GivenHost,
  givenEventType,
  givenHost,
  givenWorld,
  type World,
} from '../helpers/world.ts'
import { givenCalendly } from '../rest-compat/calendly/calendly.ts'
import { restOf } from '../rest-compat/rest.ts'

const WEEK = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY']
const SLOTS = `query ($id: ID!, $end: Date!) {
  slots(eventType: { id: $id }, start: "2026-03-03", end: $end) { slots { start } }
}`

let world: World
let host: GivenHost
let eventType: string

beforeAll(async () => {
  world = await givenWorld()
  host = await givenHost(world)
  const weekly = WEEK.map(weekday => ({ weekday, start: '00:00', end: '24:00' }))
  const scheduleId = await givenSchedule(host, { name: 'Always', timeZone: 'UTC', weekly })
  // 1,440 starts a day: five days have more than 6,000.
  eventType = await givenEventType(host, {
    name: 'Often',
    slug: 'often',
    slotIntervalMinutes: 1,
    scheduleId,
  })
})
afterAll(() => world.end())

describe('more starts than one operation may ask for', () => {
  it('are refused by the graph with the limit and the argument', async () => {
    const [error] = await world.visitor.refused(SLOTS, { id: eventType, end: '2026-03-12' })
    expect(error?.extensions).toMatchObject({
      code: 'QUERY_TOO_EXPENSIVE',
      limit: 'starts',
      allowed: 6_000,
      fields: [{ path: 'end', message: expect.stringContaining('ask for fewer days') }],
    })
  })

  it('are refused by the dialect of Cal.com with 400 and the field', async () => {
    const api = restOf(`${world.url}/v2`, '')
    const { status, body } = await api.send(
      `/slots?username=${host.slug}&eventTypeSlug=often&start=2026-03-03&end=2026-03-12`,
      { headers: { 'cal-api-version': '2024-09-04' } },
    )
    expect([status, JSON.stringify(body)]).toEqual([
      400,
      expect.stringMatching(/end.*ask for fewer days/),
    ])
  })

  it('are refused by the dialect of Calendo with 400 and the field', async () => {
    const response = await fetch(
      `${world.url}/api/availability/${host.slug}/often?start=2026-03-03&end=2026-03-12`,
    )
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringMatching(/end.*ask for fewer days/),
    ])
  })

  it('are refused by the dialect of Calendly with 400 and the parameter', async () => {
    const api = await givenCalendly(world, host)
    const uri = api.uri(`/event_types/${eventType}`)
    const range = 'start_time=2026-03-03T00:00:00Z&end_time=2026-03-12T00:00:00Z'
    expect(await api.get(`/event_type_available_times?event_type=${uri}&${range}`)).toMatchObject({
      status: 400,
      body: {
        details: [{ parameter: 'end_time', message: expect.stringContaining('fewer days') }],
      },
    })
  })
})

describe('more hosts times days than one operation may look at', () => {
  const LOOK = 'slots(eventType: { id: $id }, start: "2026-03-03", end: $end) { date }'
  const looks = (count: number) =>
    `query ($id: ID!, $end: Date!) { ${Array.from({ length: count }, (_, n) => `a${n}: ${LOOK}`).join(' ')} }`

  it('are refused with the limit, however many looks they come in', async () => {
    // Ten hosts: a look at 60 days counts 600, and ten of them 6,000.
    const others = await Promise.all(Array.from({ length: 9 }, () => givenHost(world)))
    const team = await givenTeamOf(host, ...others)
    const hosts = [host, ...others]
    const id = await givenTeamEventType(host, team, 'COLLECTIVE', hosts, {
      minimumNoticeMinutes: 50_000,
    })
    const end = '2026-05-01'
    await world.visitor.run(looks(10), { id, end })
    const [error] = await world.visitor.refused(looks(11), { id, end })
    expect(error?.extensions).toMatchObject({
      code: 'QUERY_TOO_EXPENSIVE',
      limit: 'hostDays',
      allowed: 6_000,
      asked: 6_600,
      fields: [{ path: 'end', message: expect.stringContaining('ask for fewer days') }],
    })
    // The next operation begins at 0.
    await world.visitor.run(looks(1), { id, end })
  })
})

it('computes the free starts once for callers that ask for the same at once', async () => {
  const { computed, shared } = lookCounts()
  const ask = () => world.visitor.run(SLOTS, { id: eventType, end: '2026-03-03' })
  const answers = await Promise.all([ask(), ask(), ask()])
  expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
  expect(lookCounts()).toEqual({ computed: computed + 1, shared: shared + 2 })
})
