import type { Deps } from '../context.ts'
import type { CalendarFeed } from '../db/generated/client/client.ts'
import { repeat } from '../repeat.ts'
import { FRESH_MS, readAgain } from './read.ts'

/** Feeds are read every ten minutes, so that a look now and then will do. */
const LOOK_MS = 10_000
const AT_ONCE = 10

/** Reads feeds again whose time has come, while the process runs; answers the function that ends it. */
export const keepReading = (deps: Deps): (() => Promise<void>) =>
  repeat(
    deps.clock,
    LOOK_MS,
    () => readDue(deps),
    error => deps.log.warn({ err: error }, 'calendar feeds could not be read'),
  )

async function readDue(deps: Deps): Promise<void> {
  const now = deps.clock.now()
  // Whoever sets the next time reads it; the other processes pass over it.
  const due = await deps.db.$queryRaw<Pick<CalendarFeed, 'id'>[]>`
    update "CalendarFeed" set "nextReadAt" = ${new Date(now.getTime() + FRESH_MS)}::timestamptz where "id" in (
      select "id" from "CalendarFeed" where "nextReadAt" <= ${now}::timestamptz
      order by "nextReadAt" limit ${AT_ONCE} for update skip locked)
    returning "id"`
  if (due.length === 0) return
  const feeds = await deps.db.calendarFeed.findMany({
    where: { id: { in: due.map(({ id }) => id) } },
    include: { host: { select: { timeZone: true } } },
  })
  await Promise.all(feeds.map(feed => readAgain(deps, feed)))
}
