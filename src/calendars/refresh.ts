import type { Deps } from '../context.ts'
import type { CalendarFeed } from '../db/generated/client/client.ts'
import { runEvery } from '../run-every.ts'
import { FRESH_MS, readAgain } from './read-feed.ts'

/** Feeds are read every ten minutes, so that a look now and then will do. */
const LOOK_MS = 10_000
const AT_ONCE = 10

/**
 * Refreshes feeds that are due while the process runs. Returns the function that stops it.
 */
export const keepReading = (deps: Deps): (() => Promise<void>) =>
  runEvery(
    deps.clock,
    LOOK_MS,
    () => readDue(deps),
    error => deps.log.warn({ err: error }, 'calendar feeds could not be read'),
  )

async function readDue(deps: Deps): Promise<void> {
  const now = deps.clock.now()
  const next = new Date(now.getTime() + FRESH_MS)
  // The process that sets the next time reads the feed; the others skip it. A time that is further
  // away than any that is set now was set before the clock was set back.
  const due = await deps.db.$queryRaw<Pick<CalendarFeed, 'id'>[]>`
    update "CalendarFeed" set "nextReadAt" = ${next}::timestamptz where "id" in (
      select "id" from "CalendarFeed" where "nextReadAt" <= ${now}::timestamptz or "nextReadAt" > ${next}::timestamptz
      order by "nextReadAt" limit ${AT_ONCE} for update skip locked)
    returning "id"`
  if (due.length === 0) return
  const feeds = await deps.db.calendarFeed.findMany({
    where: { id: { in: due.map(({ id }) => id) } },
    include: { host: { select: { timeZone: true } } },
  })
  await Promise.all(feeds.map(feed => readAgain(deps, feed)))
}
