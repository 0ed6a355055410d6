import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  freeHosts,
  isOffered,
  neededTime,
  type SlotQuery,
  slots,
  whyNot,
} from '../../src/slot-engine/index.ts'
import { at } from './given.ts'
import { oracleHours, oracleSlots } from './oracle.ts'

/**
 * Quarter, half, whole and two-hour changes; changes at midnight; a date that never was; far-out
 * offsets.
 */
const ZONES = [
  'UTC',
  'Europe/Rome',
  'America/New_York',
  'America/Santiago',
  'America/Havana',
  'America/St_Johns',
  'America/Nuuk',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Antarctica/Troll',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Pacific/Kiritimati',
]
/** Days around which at least one of the zones changes its clock, and some on which none does. */
const DAYS = [
  '2027-01-13',
  '2027-02-07',
  '2027-03-14',
  '2027-03-28',
  '2027-04-04',
  '2027-04-30',
  '2027-09-05',
  '2027-09-26',
  '2027-10-03',
  '2027-10-29',
  '2027-10-31',
  '2027-11-07',
  '2011-12-30',
]

const zone = fc.constantFrom(...ZONES)
const wallMinute = (max: number) =>
  fc.oneof(
    fc.integer({ min: 0, max: max / 15 }).map(n => n * 15),
    fc.nat(max),
  )
/** Any two times of the wall, but mostly ones that make some hours. */
const wallHours = fc.oneof(
  fc
    .tuple(wallMinute(1440), wallMinute(1440))
    .map(([startMinute, long]) => ({ startMinute, endMinute: startMinute + long })),
  fc
    .tuple(wallMinute(1440), fc.oneof(wallMinute(2880), fc.constant(1440)))
    .map(([startMinute, endMinute]) => ({ startMinute, endMinute })),
)
const weekly = fc.oneof(
  fc.array(
    fc.tuple(fc.nat(6), wallHours).map(([weekday, hours]) => ({ weekday, ...hours })),
    { maxLength: 12 },
  ),
  fc
    .array(wallHours, { minLength: 1, maxLength: 3 })
    .map(list =>
      [0, 1, 2, 3, 4, 5, 6].flatMap(weekday => list.map(hours => ({ weekday, ...hours }))),
    ),
  fc.constant([0, 1, 2, 3, 4, 5, 6].map(weekday => ({ weekday, startMinute: 0, endMinute: 1440 }))),
)
const limit = fc.record({
  period: fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'year' as const),
  maxBookings: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  maxMinutes: fc.option(fc.integer({ min: 60, max: 900 }), { nil: undefined }),
})
const query: fc.Arbitrary<SlotQuery> = fc.constantFrom(...DAYS).chain(day => {
  const noon = at(`${day}T12:00Z`)
  const near = (days: number) =>
    fc
      .oneof(
        fc.integer({ min: -days * 96, max: days * 96 }).map(n => n * 15),
        fc.integer({ min: -days * 1440, max: days * 1440 }),
      )
      .map(n => noon + n)
  const date = fc
    .integer({ min: -3, max: 3 })
    .map(n => new Date((noon + n * 1440) * 60_000).toISOString().slice(0, 10))
  const stretch = fc
    .tuple(near(3), fc.oneof(fc.constantFrom(0, 30, 45, 60), fc.nat(900)))
    .map(([start, long]) => ({ start, end: start + long }))
  return fc
    .record({
      now: fc.oneof(fc.constant(noon - 6000), near(4)),
      from: near(2),
      long: fc.integer({ min: 300, max: 3 * 1440 }),
      viewerZone: zone,
      schedule: fc.record({
        zone,
        weekly,
        overrides: fc.array(
          fc.tuple(date, wallHours).map(([date, hours]) => ({ date, ...hours })),
          { maxLength: 3 },
        ),
      }),
      durationMinutes: fc.oneof(
        fc.constantFrom(15, 30, 45, 60, 90),
        fc.integer({ min: 1, max: 200 }),
      ),
      intervalMinutes: fc.oneof(
        fc.constantFrom(5, 15, 20, 30, 45, 60),
        fc.integer({ min: 1, max: 300 }),
      ),
      offsetMinutes: fc.oneof(fc.constant(0), fc.nat(20)),
      grid: fc.constantFrom('opening' as const, 'viewerClock' as const),
      bufferBeforeMinutes: fc.oneof(fc.constant(0), fc.nat(60)),
      bufferAfterMinutes: fc.oneof(fc.constant(0), fc.nat(60)),
      noticeMinutes: fc.oneof(fc.constant(0), fc.nat(600)),
      window: fc.oneof(
        { weight: 3, arbitrary: fc.constant({ kind: 'unlimited' as const }) },
        fc.record({
          kind: fc.constant('days' as const),
          days: fc.nat(4),
          businessDays: fc.boolean(),
          rolling: fc.boolean(),
        }),
        fc
          .tuple(date, date)
          .map(days => days.sort())
          .map(([firstDay, lastDay]) => ({ kind: 'range' as const, firstDay, lastDay })),
      ),
      claims: fc.array(stretch, { maxLength: 6 }),
      seats: fc.integer({ min: 1, max: 3 }),
      limits: fc.oneof(fc.array(limit, { maxLength: 0 }), fc.array(limit, { maxLength: 2 })),
      counted: fc.array(stretch, { maxLength: 4 }),
      firstPerDay: fc.boolean(),
      endsEarly: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.nat(1440)),
      packed: fc.boolean(),
      picks: fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.boolean()), { maxLength: 3 }),
    })
    .map(({ long, endsEarly, picks, ...wishes }) => {
      const until = wishes.from + long
      const plain = {
        ...wishes,
        until,
        joinable: [],
        endBy: endsEarly === undefined ? undefined : until - endsEarly,
      }
      return { ...plain, joinable: someJoinable(plain, picks) }
    })
})

/** Who has to come: both, either, the first with one of the others, all three. */
const shapes = [[[0], [1]], [[0, 1]], [[0], [1, 2]], [[0], [1], [2]], [[0, 1, 2]]]

/** The same question to a team whose hosts work by their own clocks. */
const teamQuery = fc
  .tuple(query, fc.tuple(query, query, query), fc.constantFrom(...shapes))
  .map(([asked, people, shape]): SlotQuery => {
    const hosts = people.map(({ schedule, claims }) => ({ schedule, claims: claims.slice(0, 3) }))
    const team = shape.map(group => group.flatMap(index => hosts[index] ?? []))
    return { ...asked, joinable: [], team }
  })

/** Meetings that stand where slots were, some of them claimed, some full. */
function someJoinable(query: SlotQuery, picks: [number, number, boolean][]) {
  const starts = slots({ ...query, claims: [], limits: [] }).map(slot => slot.start)
  return picks.map(([pick, seatsTaken, sameLength]) => {
    const start = starts[pick % Math.max(1, starts.length)] ?? query.from
    return { start, end: start + query.durationMinutes + (sameLength ? 0 : 5), seatsTaken }
  })
}

describe('whatever the rules, zones, claims and limits are', () => {
  it('lists exactly the starts of a model that walks every minute', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(query, query => {
        expect(slots(query)).toEqual(oracleSlots(query))
      }),
      { numRuns: 300 },
    )
  })

  it('offers a start exactly when it is listed, and has a reason exactly when it is not', () => {
    fc.assert(
      fc.property(query, fc.array(fc.nat(), { maxLength: 20 }), (query, picks) => {
        const listed = new Set(slots(query).map(slot => slot.start))
        const others = picks.map(
          pick => query.from - 100 + (pick % (query.until - query.from + 200)),
        )
        for (const start of [...[...listed].slice(0, 20), ...others]) {
          expect([start, isOffered(query, start)]).toEqual([start, listed.has(start)])
          expect([start, whyNot(query, start) === undefined]).toEqual([start, listed.has(start)])
        }
      }),
      { numRuns: 300 },
    )
  })

  it('answers alike whether a stretch is asked for whole or in part', () => {
    fc.assert(
      fc.property(query, fc.nat(), fc.nat(), (query, skip, long) => {
        const from = query.from + (skip % (query.until - query.from + 1))
        const until = Math.min(query.until, from + long)
        const whole = slots(query).filter(slot => slot.start >= from && slot.start < until)
        expect(slots({ ...query, from, until })).toEqual(whole)
      }),
      { numRuns: 500 },
    )
  })

  it('answers alike without what lies outside the time it says it needs', () => {
    fc.assert(
      fc.property(query, query => {
        const needed = neededTime(query)
        const claims = query.claims.filter(
          one => one.start < needed.claims.end && one.end > needed.claims.start,
        )
        const counted = query.counted.filter(
          one => one.start < needed.counted.end && one.end > needed.counted.start,
        )
        expect(slots({ ...query, claims, counted })).toEqual(slots(query))
      }),
      { numRuns: 500 },
    )
  })

  it('never lists a start twice, nor one that touches a claim with its buffers', () => {
    fc.assert(
      fc.property(query, query => {
        const found = slots({ ...query, joinable: [] })
        for (const [i, { start }] of found.entries()) {
          expect(start).toBeGreaterThan(found[i - 1]?.start ?? Number.NEGATIVE_INFINITY)
          const from = start - query.bufferBeforeMinutes
          const end = start + query.durationMinutes + query.bufferAfterMinutes
          expect(
            query.claims.filter(one => one.end > one.start && one.start < end && one.end > from),
          ).toEqual([])
        }
      }),
      { numRuns: 300 },
    )
  })

  it('offers what any host of a choice can hold, and nothing more, on the grids of their own openings', () => {
    fc.assert(
      fc.property(query, query, (query, other) => {
        const fixed = {
          ...query,
          grid: 'opening' as const,
          joinable: [],
          window: { kind: 'unlimited' as const },
        }
        const plain = { ...fixed, firstPerDay: false }
        const hosts = [query, other].map(({ schedule: { weekly, overrides }, claims }) => ({
          schedule: { zone: query.schedule.zone, weekly, overrides },
          claims,
        }))
        const alone = hosts.flatMap(host => slots({ ...plain, ...host })).map(slot => slot.start)
        const either = slots({ ...plain, team: [hosts] }).map(slot => slot.start)
        expect(either).toEqual([...new Set(alone)].sort((a, b) => a - b))
      }),
      { numRuns: 200 },
    )
  })

  it('lists for a team exactly the starts of the model, whoever has to come', {
    timeout: 60_000,
  }, () => {
    fc.assert(
      fc.property(teamQuery, query => {
        expect(slots(query)).toEqual(oracleSlots(query))
      }),
      { numRuns: 80 },
    )
  })

  it('names for every start that a team offers hosts who are free, one of each group, and none who is not', () => {
    fc.assert(
      fc.property(teamQuery, query => {
        const long = query.durationMinutes
        for (const { start } of slots(query).slice(0, 10)) {
          const free = freeHosts(query, start)
          for (const [index, group] of (query.team ?? []).entries()) {
            expect(free[index]).not.toEqual([])
            for (const [place, { schedule, claims }] of group.entries()) {
              const from = start - query.bufferBeforeMinutes
              const end = start + long + query.bufferAfterMinutes
              const isClear = claims.every(
                one => one.end <= one.start || one.start >= end || one.end <= from,
              )
              const hours = oracleHours(schedule, start - 2 * 1440, start + long + 2 * 1440)
              const isOpen = Array.from({ length: long }, (_, n) => start + n).every(minute =>
                hours.some(one => one.start <= minute && minute < one.end),
              )
              expect([place, free[index]?.includes(place)]).toEqual([place, isClear && isOpen])
            }
          }
        }
      }),
      { numRuns: 150 },
    )
  })
})
