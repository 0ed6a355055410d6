import { z } from 'zod'
import { MAX_RANGE_DAYS, MAX_TIMES } from '../bounds.ts'
import { type Context, hostOf } from '../context.ts'
import type { CalendarFeed } from '../db/generated/client/client.ts'
import { ApiError, invalid, invalidFields, notFound } from '../errors.ts'
import { changeHost } from '../event-log/transaction.ts'
import { byId, newUid } from '../ids.ts'
import { DAY_MS } from '../time.ts'
import { httpUrl, instant, parse } from '../validation.ts'
import { FRESH_MS, readFiles, replaceSpans } from './read-feed.ts'

/** Feeds that an account may have. */
const MAX_FEEDS = 20

const NewFeed = z.object({
  urls: z
    // The scheme of links that calendar programs open (never registered): the same by https.
    .array(
      z
        .string()
        .transform(url => url.replace(/^webcal:\/\//i, 'https://'))
        .pipe(httpUrl),
    )
    .min(1, 'must name at least one URL')
    .max(10, 'must name at most 10 URLs')
    .refine(urls => new Set(urls).size === urls.length, 'must name each URL once'),
  isReadOnly: z.boolean().nullish(),
})

/**
 * Follows calendars of the viewer elsewhere: what they say is taken is offered to nobody from here
 * on. They are read at once.
 * @throws ApiError INVALID_INPUT, for an address that may not be called or that has no calendar
 * too; LIMIT_REACHED with 20.
 */
export async function addCalendarFeed(ctx: Context, input: unknown): Promise<CalendarFeed> {
  const hostId = hostOf(ctx)
  const { urls, isReadOnly } = parse(NewFeed, input)
  const reasons = await Promise.all(urls.map(url => ctx.whyNotReceiver(url, false)))
  const faults = reasons.flatMap((message, index) =>
    message === undefined ? [] : [{ path: `input.urls.${index}`, message }],
  )
  if (faults.length > 0) throw invalidFields(faults)
  const { timeZone } = await ctx.db.user.findUniqueOrThrow({ where: { id: hostId } })
  const read = await readFiles(ctx, { hostId, urls, zone: timeZone }).catch((error: Error) => {
    throw invalid('input.urls', `cannot be followed: ${error.message}`)
  })
  if (read === 'unchanged') throw new Error('a first reading is never unchanged')
  return changeHost(ctx, hostId, async change => {
    const { tx, now } = change
    if ((await tx.calendarFeed.count({ where: { hostId } })) >= MAX_FEEDS) {
      const message = `An account has at most ${MAX_FEEDS} calendar feeds.`
      throw new ApiError('LIMIT_REACHED', message, { limit: MAX_FEEDS })
    }
    const feed = await tx.calendarFeed.create({
      data: {
        uid: newUid('CalendarFeed'),
        hostId,
        urls,
        isReadOnly: isReadOnly ?? true,
        createdAt: now,
        nextReadAt: new Date(now.getTime() + FRESH_MS),
      },
    })
    return replaceSpans(change, feed, read)
  })
}

/** Follows calendars no more; what they took is free. @throws ApiError NOT_FOUND. */
export async function removeCalendarFeed(ctx: Context, id: string): Promise<CalendarFeed> {
  return changeHost(ctx, hostOf(ctx), async ({ tx, hostId }) => {
    const feed = await tx.calendarFeed.findUnique({ where: { ...byId(id), hostId } })
    if (feed === null) throw notFound('calendar feed', 'input.id')
    return tx.calendarFeed.delete({ where: { id: feed.id } })
  })
}

/** All feeds of the viewer, oldest first. */
export const listCalendarFeeds = (ctx: Context): Promise<CalendarFeed[]> =>
  ctx.db.calendarFeed.findMany({
    where: { hostId: hostOf(ctx) },
    orderBy: { id: 'asc' },
    take: MAX_FEEDS,
  })

/** Time that a feed says is taken. */
export interface CalendarTime {
  startAt: Date
  endAt: Date
  feed: { uid: string; id: number }
}

const Asked = z.object({
  start: instant,
  end: instant,
  feedIds: z.array(z.string()).max(MAX_FEEDS).nullish(),
})

/**
 * What feeds of the viewer say is taken between two instants, in order.
 * @throws ApiError INVALID_INPUT for more than 62 days, or 3000 times.
 */
export async function calendarTimes(ctx: Context, input: unknown): Promise<CalendarTime[]> {
  const hostId = hostOf(ctx)
  const { start, end, feedIds } = parse(Asked, input, '')
  if (end <= start) throw invalid('end', 'must be after start')
  if (end.getTime() - start.getTime() > MAX_RANGE_DAYS * DAY_MS)
    throw invalid('end', `must lie at most ${MAX_RANGE_DAYS} days from start`)
  const times = await ctx.db.busySpan.findMany({
    where: {
      hostId,
      startAt: { lt: end },
      endAt: { gt: start },
      ...(feedIds && { feed: { OR: feedIds.map(byId) } }),
    },
    include: { feed: { select: { uid: true, id: true } } },
    orderBy: [{ startAt: 'asc' }, { id: 'asc' }],
    take: MAX_TIMES + 1,
  })
  if (times.length > MAX_TIMES)
    throw invalid('end', `asks for more than ${MAX_TIMES} times; ask for fewer days`)
  return times
}
