/**
 * Recorded cases: inputs, and the starts that a widely used scheduler and a model of wall clocks
 * agree on (around a change of the clock, the model's alone). They hold the `viewerClock` grid to
 * those starts.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openHours } from '../../src/slot-engine/hours.ts'
import {
  type HostTime,
  type Interval,
  isOffered,
  type Limit,
  localDay,
  slots,
} from '../../src/slot-engine/index.ts'
import { shared, tidy, without } from '../../src/slot-engine/intervals.ts'
import { lanesOf } from '../../src/slot-engine/lanes.ts'
import { at, givenQuery } from './given.ts'

const range = z.tuple([z.string(), z.string()])
const hours = {
  zone: z.string(),
  hours: z.array(z.tuple([z.array(z.number()), z.string(), z.string()])),
}
const overrides = { overrides: z.array(z.tuple([z.string(), z.string(), z.string()])).default([]) }
const schedule = z.object({ ...hours, ...overrides })
const busy = z
  .array(z.union([range, z.tuple([z.string(), z.string(), z.number(), z.number()])]))
  .default([])
const listing = z.object({
  id: z.string(),
  title: z.string(),
  now: z.string(),
  viewer: z.string(),
  from: z.string(),
  to: z.string(),
  length: z.number(),
  interval: z.number().optional(),
  notice: z.number().default(0),
  offset: z.number().default(0),
  before: z.number().default(0),
  after: z.number().default(0),
  packed: z.boolean().default(false),
  schedule: schedule.optional(),
  busy,
  type: z.enum(['COLLECTIVE', 'ROUND_ROBIN']).optional(),
  hosts: z.array(z.object({ fixed: z.boolean(), schedule, busy })).optional(),
  window: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('calendarDays'), value: z.number(), rolling: z.boolean() }),
      z.object({ type: z.literal('businessDays'), value: z.number(), rolling: z.boolean() }),
      z.object({ type: z.literal('range'), value: range, timeZone: z.string() }),
    ])
    .optional(),
  starts: z.record(z.string(), z.string()),
})
const file = z.object({
  scenario: z.array(listing),
  engine: z.array(listing),
  clockChange: z.array(listing),
  grid: z.array(
    z.object({
      id: z.string(),
      now: z.string(),
      viewer: z.string(),
      length: z.number(),
      interval: z.number(),
      notice: z.number(),
      offset: z.number(),
      packed: z.boolean(),
      open: z.array(range),
      starts: z.record(z.string(), z.string()),
    }),
  ),
  hours: z.array(
    z.object({
      id: z.string(),
      ...hours,
      ...overrides,
      travel: z.array(z.tuple([z.string(), z.string().nullable(), z.string()])),
      from: z.string(),
      to: z.string(),
      open: z.array(range),
    }),
  ),
  sets: z.array(
    z.object({
      id: z.string(),
      op: z.enum(['intersect', 'subtract']),
      inputs: z.array(z.array(range)),
      expected: z.array(range),
    }),
  ),
  rollingEnd: z.array(
    z.object({
      id: z.string(),
      now: z.string(),
      days: z.number(),
      weekends: z.boolean(),
      dates: z.array(z.string()),
      end: z.string(),
    }),
  ),
  hosts: z.array(
    z.object({
      id: z.string(),
      hosts: z.array(
        z.object({ fixed: z.boolean(), group: z.string().nullable(), ranges: z.array(range) }),
      ),
      expected: z.array(range),
    }),
  ),
  limit: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      date: z.string(),
      schedule,
      length: z.number(),
      viewer: z.string(),
      from: z.string(),
      to: z.string(),
      limits: z.object({
        count: z.record(z.string(), z.number()).optional(),
        teamCount: z.record(z.string(), z.number()).optional(),
        durationMinutes: z.record(z.string(), z.number()).optional(),
      }),
      personal: z.boolean(),
      bookings: z.array(range),
      countOnDate: z.number(),
    }),
  ),
  limitCheck: z.array(
    z.object({
      kind: z.enum(['count', 'minutes']),
      limits: z.record(z.string(), z.number()),
      existing: z.number(),
      allowed: z.boolean(),
    }),
  ),
  reservation: z.array(
    z.object({
      id: z.string(),
      length: z.number(),
      start: z.string(),
      booked: range,
      free: z.boolean(),
    }),
  ),
})
type Listing = z.infer<typeof listing>
const periods = z.enum(['day', 'week', 'month', 'year'])

const cases = file.parse(JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8')))

describe.each([
  ['scenarios', cases.scenario],
  ['single rules', cases.engine],
  ['days on which the clock changes', cases.clockChange],
])('recorded listings: %s', (_, list) => {
  it.each(list.map(one => ({ ...one, name: `${one.id} ${one.title}` })))('$name', one => {
    expect(names(slots(queryOf(one)))).toEqual(startsOf(one.starts))
  })
})

describe('recorded grids over given open time', () => {
  it.each(cases.grid)('$id', one => {
    // Ranges that overlap are those of hosts who stand in for each other; the others are one
    // host's.
    const open = one.open.map(interval)
    const apart = tidy(open).length === open.length
    const query = givenQuery({
      // These were recorded below the rule that no notice acts as a minute's, and with the seconds
      // of now cut off.
      now: Math.floor(Date.parse(one.now) / 60_000) - 1,
      from: Math.min(...open.map(range => range.start)),
      until: Math.max(...open.map(range => range.end)),
      viewerZone: one.viewer,
      durationMinutes: one.length,
      intervalMinutes: one.interval,
      offsetMinutes: one.offset,
      noticeMinutes: one.notice,
      grid: 'viewerClock',
      packed: one.packed,
      team: [apart ? [openAt(open)] : open.map(range => openAt([range]))],
    })
    expect(names(slots(query))).toEqual(startsOf(one.starts))
  })
})

describe('recorded open hours', () => {
  it.each(cases.hours)('$id', one => {
    const travel = one.travel.map(([firstDay, lastDay, zone]) => ({
      firstDay,
      lastDay: lastDay ?? undefined,
      zone,
    }))
    const asked = { start: minute(one.from), end: minute(one.to) }
    const open = openHours({ ...scheduleOf(one), travel }, asked)
    const met = one.overrides.length > 0 ? one.open.map(interval) : [asked]
    const seen = open.filter(hours =>
      met.some(other => hours.start < other.end && other.start < hours.end),
    )
    expect(seen.map(name)).toEqual(one.open.map(interval).map(name))
  })
})

describe('recorded sets of intervals', () => {
  it.each(cases.sets)('$id $op', one => {
    const [first = [], ...rest] = one.inputs.map(list => tidy(list.map(interval)))
    const result = rest.reduce(
      (left, right) => (one.op === 'intersect' ? shared : without)(left, right),
      first,
    )
    expect(result.map(name)).toEqual(tidy(one.expected.map(interval)).map(name))
  })
})

describe('recorded ends of rolling windows', () => {
  it.each(cases.rollingEnd)('$id', one => {
    const zone = 'Etc/GMT-11'
    const query = givenQuery({
      now: minute(one.now),
      from: minute(one.now),
      until: minute(one.now) + 90 * 1440,
      viewerZone: zone,
      durationMinutes: 60,
      schedule: {
        zone,
        weekly: [],
        overrides: one.dates.map(date => ({ date, startMinute: 20 * 60, endMinute: 21 * 60 })),
      },
      window: { kind: 'days', days: one.days, businessDays: !one.weekends, rolling: true },
    })
    const today = localDay(query.now, zone)
    expect(slots(query).map(slot => localDay(slot.start, zone))).toEqual(
      one.dates.filter(date => date >= today && date <= one.end),
    )
  })
})

describe('recorded availability of several hosts', () => {
  it.each(cases.hosts)('$id', one => {
    const groups = [...new Set(one.hosts.filter(host => !host.fixed).map(host => host.group))]
    const team = [
      ...one.hosts.filter(host => host.fixed).map(host => [openAt(host.ranges.map(interval))]),
      ...groups.map(group =>
        one.hosts
          .filter(host => !host.fixed && host.group === group)
          .map(host => openAt(host.ranges.map(interval))),
      ),
    ]
    const day = { start: at('2025-01-23T00:00Z'), end: at('2025-01-24T00:00Z') }
    const free = lanesOf(givenQuery({ team }), day).flatMap(lane => lane.free)
    const distinct = new Set(free.sort((a, b) => a.start - b.start).map(name))
    expect([...distinct]).toEqual(one.expected.map(interval).map(name))
  })
})

describe('recorded limits', () => {
  it.each(cases.limit)('$id $title', one => {
    const { count = {}, teamCount = {}, durationMinutes = {} } = one.limits
    const query = givenQuery({
      ...grids(one.viewer, one.length),
      now: at('2027-02-01T00:00Z'),
      from: minute(one.from),
      until: minute(one.to),
      schedule: scheduleOf(one.schedule),
      limits: [
        ...limitsOf('maxBookings', count),
        ...(one.personal ? [] : limitsOf('maxBookings', teamCount)),
        ...limitsOf('maxMinutes', durationMinutes),
      ],
      counted: one.bookings.map(interval),
      claims: one.bookings.map(interval),
    })
    const onDate = slots(query).filter(
      slot => localDay(slot.start, query.schedule.zone) === one.date,
    )
    expect(onDate).toHaveLength(one.countOnDate)
  })

  it.each(cases.limitCheck)('$existing $kind of $limits leaves room: $allowed', one => {
    const minutes = 30
    const earlier = at('2027-02-10T00:00Z')
    const counted =
      one.kind === 'count'
        ? Array.from({ length: one.existing }, (_, i) => ({
            start: earlier + i * 30,
            end: earlier + i * 30 + 30,
          }))
        : [{ start: earlier, end: earlier + one.existing }]
    const limits = limitsOf(one.kind === 'count' ? 'maxBookings' : 'maxMinutes', one.limits)
    const start = at('2027-02-10T12:00Z')
    const query = givenQuery({
      durationMinutes: minutes,
      from: start,
      until: start + 1,
      limits,
      counted,
    })
    expect(isOffered(query, start)).toBe(one.allowed)
  })
})

describe('recorded collisions with a booking', () => {
  it.each(cases.reservation)('$id $start beside $booked', one => {
    const start = minute(one.start)
    const query = givenQuery({
      now: at('2055-01-01T00:00Z'),
      from: start,
      until: start + 1,
      durationMinutes: one.length,
      intervalMinutes: 1,
      claims: [interval(one.booked)],
    })
    expect(isOffered(query, start)).toBe(one.free)
  })
})

function queryOf(one: Listing) {
  const hosts = one.hosts?.map(host => ({
    schedule: scheduleOf(host.schedule),
    claims: claimsOf(host.busy),
  }))
  const together = one.type === 'COLLECTIVE'
  const alternatives = hosts?.filter((_, i) => !one.hosts?.[i]?.fixed) ?? []
  const fixed = hosts?.filter((_, i) => together || one.hosts?.[i]?.fixed) ?? []
  const team = hosts && [...fixed.map(host => [host]), ...(together ? [] : [alternatives])]
  return givenQuery({
    ...grids(one.viewer, one.length),
    now: minute(one.now),
    from: minute(one.from),
    until: minute(one.to) + (one.to.endsWith('Z') && one.to.length === 17 ? 1 : 0),
    endBy: minute(one.to),
    schedule: one.schedule ? scheduleOf(one.schedule) : hosts?.[0]?.schedule,
    team,
    intervalMinutes: one.interval ?? one.length,
    offsetMinutes: one.offset,
    noticeMinutes: one.notice,
    bufferBeforeMinutes: one.before,
    bufferAfterMinutes: one.after,
    packed: one.packed,
    claims: claimsOf(one.busy),
    window: windowOf(one),
  })
}

function grids(viewerZone: string, lengthMinutes: number) {
  return {
    viewerZone,
    grid: 'viewerClock' as const,
    durationMinutes: lengthMinutes,
    intervalMinutes: lengthMinutes,
  }
}

function windowOf({ window }: Listing) {
  if (!window) return { kind: 'unlimited' as const }
  if (window.type === 'range')
    return { kind: 'range' as const, firstDay: window.value[0], lastDay: window.value[1] }
  const businessDays = window.type === 'businessDays'
  return { kind: 'days' as const, days: window.value, businessDays, rolling: window.rolling }
}

function scheduleOf(one: z.infer<typeof schedule>) {
  return {
    zone: one.zone,
    weekly: one.hours.flatMap(([days, start, end]) =>
      days.map(weekday => ({ weekday, startMinute: wall(start), endMinute: endWall(end) })),
    ),
    overrides: one.overrides.map(([date, start, end]) => ({
      date,
      startMinute: wall(start),
      endMinute: endWall(end),
    })),
  }
}

function claimsOf(list: z.infer<typeof busy>): Interval[] {
  return list.map(([start, end, ownBefore = 0, ownAfter = 0]) => ({
    start: Math.floor(Date.parse(start) / 60_000) - ownBefore,
    end: minute(end) + ownAfter,
  }))
}

/** A host in UTC who is open at just these times. */
function openAt(ranges: Interval[]): HostTime {
  const overrides = ranges.flatMap(({ start, end }) => {
    const days = []
    for (let day = Math.floor(start / 1440) * 1440; day < end; day += 1440) {
      const open = { startMinute: Math.max(start - day, 0), endMinute: Math.min(end - day, 1440) }
      days.push({ date: localDay(day, 'UTC'), ...open })
    }
    return days
  })
  return { schedule: { zone: 'UTC', weekly: [], overrides }, claims: [] }
}

function limitsOf(measure: 'maxBookings' | 'maxMinutes', most: Record<string, number>): Limit[] {
  return Object.entries(most).map(([period, value]) => ({
    period: periods.parse(period),
    [measure]: value,
  }))
}

function minute(iso: string): number {
  return Math.ceil(Date.parse(iso) / 60_000)
}

function interval([start, end]: [string, string]): Interval {
  return { start: minute(start), end: minute(end) }
}

function wall(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

/** The recorded schedules write the end of a day as 23:59. */
function endWall(time: string): number {
  return time === '23:59' ? 1440 : wall(time)
}

function startsOf(days: Record<string, string>): string[] {
  return Object.entries(days).flatMap(([day, times]) =>
    times.split(' ').map(time => `${day}T${time}Z`),
  )
}

function names(list: { start: number }[]): string[] {
  return list.map(({ start }) => isoMinute(start))
}

function name({ start, end }: Interval): string {
  return `${isoMinute(start)}/${isoMinute(end)}`
}

function isoMinute(value: number): string {
  return `${new Date(value * 60_000).toISOString().slice(0, 16)}Z`
}
