import type { Deps } from '../context.ts'
import type { CalendarFeed } from '../db/generated/client/client.ts'
import { FRESH_MS, readAgain } from './read.ts'

const LOOK_MS = 1_000
const AT_ONCE = 10

/** Reads feeds again whose time has come, while the process runs; answers the function that ends it. */
export function keepReading(deps: Deps): () => Promise<void> {
  let running: Promise<void> | undefined
  const timer = setInterval(() => {
    running ??= readDue(deps)
      .catch(error => deps.log.warn({ err: error }, 'calendar feeds could not be read'))
      .finally(() => {
        running = undefined
      })
  }, LOOK_MS)
  return async () => {
    clearInterval(timer)
    await running
  }
}

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
