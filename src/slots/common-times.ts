import { z } from 'zod'
import { DEFAULT_NOTICE_MINUTES, MAX_RANGE_DAYS } from '../bounds.ts'
import type { Context } from '../context.ts'
import { invalid } from '../errors.ts'
import { hostsByPage } from '../event-types/index.ts'
import { hoursOf } from '../schedules/index.ts'
import { daysBetween, endOfDay, type SlotQuery, startOfDay } from '../slot-engine/index.ts'
import { MINUTES_PER_DAY, MINUTES_PER_YEAR } from '../time.ts'
import { day, parse, timeZone, whole } from '../validation.ts'
import { countLook, countStarts, findSlots } from './computation.ts'
import { byDay, type SlotDay } from './days.ts'
import { minuteOf } from './rules.ts'
import { claimsOn } from './taken-times.ts'

const Asked = z.object({
  pages: z
    .array(z.string())
    .min(2, 'must name at least 2')
    .max(20, 'must name at most 20')
    .transform(pages => [...new Set(pages)]),
  durationMinutes: whole(1, MINUTES_PER_DAY),
  start: day,
  end: day,
  timeZone: timeZone.nullish(),
  minimumNoticeMinutes: whole(0, MINUTES_PER_YEAR).nullish(),
})

/**
 * The starts at which all of some hosts are open, in their default hours, and free, on the viewer's
 * clock.
 * @throws ApiError NOT_FOUND for a page that is no host's; INVALID_INPUT as `offeredDays`.
 */
export async function commonDays(ctx: Context, input: unknown): Promise<SlotDay[]> {
  const asked = parse(Asked, input, '')
  if (asked.end < asked.start) throw invalid('end', 'must not be before start')
  if (daysBetween(asked.start, asked.end) >= MAX_RANGE_DAYS)
    throw invalid('end', `must lie at most ${MAX_RANGE_DAYS} days from start`)
  countLook(ctx, asked.pages.length, daysBetween(asked.start, asked.end) + 1)
  const hosts = await hostsByPage(ctx.db, asked.pages, 'pages')
  const zone = asked.timeZone ?? 'UTC'
  const { durationMinutes } = asked
  const now = ctx.clock.now()
  const rules: SlotQuery = {
    ...plain,
    now: minuteOf(now),
    from: startOfDay(asked.start, zone),
    until: endOfDay(asked.end, zone),
    viewerZone: zone,
    schedule: { zone, weekly: [], overrides: [] },
    durationMinutes,
    intervalMinutes: durationMinutes,
    noticeMinutes: asked.minimumNoticeMinutes ?? DEFAULT_NOTICE_MINUTES,
  }
  const claims = await claimsOn(
    ctx.db,
    hosts.map(host => host.hostId),
    rules,
    now,
  )
  const team = hosts.map(({ hostId, schedule }) => [
    { schedule: hoursOf(schedule), claims: claims.filter(claim => claim.hostId === hostId) },
  ])
  const offered = await findSlots(`hosts:${hosts.map(({ hostId }) => hostId).join()}`, {
    ...rules,
    team,
  })
  countStarts(ctx, offered.length)
  return byDay(
    offered,
    { ...asked, zone },
    { durationMinutes, showSeatsLeft: false, toJoin: new Map() },
  )
}

const plain = {
  offsetMinutes: 0,
  grid: 'viewerClock',
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  window: { kind: 'unlimited' },
  claims: [],
  seats: 1,
  joinable: [],
  limits: [],
  counted: [],
  firstPerDay: false,
} satisfies Partial<SlotQuery>
