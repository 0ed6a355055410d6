import type { Deps } from '../context.ts'
import type { CalendarFeed } from '../db/generated/client/client.ts'
import { type Change, changeHost } from '../events/change.ts'
import { type Reading, type Span, spansIn } from './calendar.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** How long what was read is good. */
export const FRESH_MS = 10 * MINUTE_MS
const PAST_DAYS = 31
const AHEAD_DAYS = 400

/** The spans of all addresses, each once. @throws Error that says which cannot be read, and why. */
export async function spansAt(deps: Deps, urls: readonly string[], zone: string): Promise<Span[]> {
  const now = deps.clock.now().getTime()
  const reading: Reading = { from: now - PAST_DAYS * DAY_MS, until: now + AHEAD_DAYS * DAY_MS, zone }
  const lists = await Promise.all(
    urls.map(async url => {
      try {
        return spansIn(await deps.readUrl(url), reading)
      } catch (error) {
        throw new Error(`${new URL(url).hostname} ${error instanceof Error ? error.message : 'cannot be read'}`)
      }
    }),
  )
  return lists.flat()
}

/** Writes what a feed says now in place of what it said before. */
export async function replaceSpans({ tx, now }: Change, feed: CalendarFeed, spans: readonly Span[]): Promise<void> {
  const { id: feedId, hostId } = feed
  await tx.busySpan.deleteMany({ where: { feedId } })
  await tx.busySpan.createMany({
    data: spans.map(({ start, end }) => ({ feedId, hostId, startAt: new Date(start), endAt: new Date(end) })),
  })
  await tx.calendarFeed.update({
    where: { id: feedId },
    data: { readAt: now, problem: null, nextReadAt: new Date(now.getTime() + FRESH_MS) },
  })
}

/** Reads a feed again. One that cannot be read keeps what it said, and says why. */
export async function readAgain(deps: Deps, feed: CalendarFeed & { host: { timeZone: string } }): Promise<void> {
  try {
    const spans = await spansAt(deps, feed.urls, feed.host.timeZone)
    await changeHost(deps, feed.hostId, async change => {
      // It may have been taken away meanwhile.
      if ((await change.tx.calendarFeed.findUnique({ where: { id: feed.id } })) === null) return
      await replaceSpans(change, feed, spans)
    })
  } catch (error) {
    const problem = error instanceof Error ? error.message.slice(0, 500) : 'cannot be read'
    await deps.db.calendarFeed.updateMany({ where: { id: feed.id }, data: { problem } })
  }
}
