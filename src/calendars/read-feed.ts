import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Deps, Fetched } from '../context.ts'
import type { CalendarFeed } from '../db/generated/client/client.ts'
import { type Change, changeHost } from '../event-log/transaction.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time.ts'
import { runBounded } from '../worker-pool/bounded.ts'
import type { Problem, Reading, Span } from './calendar.ts'
import { MAX_PROBLEMS } from './problems.ts'

/** How long what was read is good. */
export const FRESH_MS = 10 * MINUTE_MS
/** The longest time between two attempts to read a feed that cannot be read. */
const MAX_BACKOFF_MS = 12 * HOUR_MS
const PAST_DAYS = 31
const AHEAD_DAYS = 400
/** The window moves on: files that do not change are read again by then. */
const MAX_AGE_MS = DAY_MS
/** To be raised when the same file gives other busy times than before. */
const READER_VERSION = 2
/** For one file, in a worker thread. A large ordinary calendar takes a tenth of it. */
const DEADLINE_MS = 5_000

const ReadState = z.object({
  /** Files are parsed again where a program reads them in another way. */
  version: z.literal(READER_VERSION),
  /** Zone in which times without one were read. */
  zone: z.string(),
  /** When the files were last parsed, in milliseconds since 1970. */
  parsedAt: z.number(),
  /** One for each URL, in their order. */
  sources: z.array(
    z.object({
      etag: z.string().nullable(),
      lastModified: z.string().nullable(),
      hash: z.string(),
    }),
  ),
})

/** What is stored of a reading, so that files which have not changed are not parsed again. */
export type ReadState = z.output<typeof ReadState>

export const FeedProblem = z.object({
  url: z.string(),
  line: z.number().nullable(),
  uid: z.string().nullable(),
  message: z.string(),
}) satisfies z.ZodType<Problem>

/** A part of a file of a feed that could not be read. */
export type FeedProblem = z.output<typeof FeedProblem>

/** What all files of a feed say. */
export interface Read {
  spans: Span[]
  /** What could not be read: the first of all files. */
  problems: FeedProblem[]
  state: ReadState
}

/**
 * Reads all files of a feed. Each is parsed in a worker thread, one of an account at a time.
 * @param known the state of the last reading
 * @throws Error that says which file cannot be read, and why: then nothing of any file counts.
 */
export async function readFiles(
  deps: Deps,
  { hostId, urls, zone }: { hostId: number; urls: readonly string[]; zone: string },
  known?: ReadState,
): Promise<Read | 'unchanged'> {
  const now = deps.clock.now().getTime()
  const isUsable =
    known !== undefined &&
    known.zone === zone &&
    now - known.parsedAt < MAX_AGE_MS &&
    known.sources.length === urls.length
  const sources = isUsable ? known.sources : []
  const fetched = await Promise.all(
    urls.map((url, index) =>
      naming(url, async () => withHash(await deps.readUrl(url, sources[index]))),
    ),
  )
  const isUnchanged = fetched.every(
    (file, index) => file === 'unchanged' || file.hash === sources[index]?.hash,
  )
  if (isUsable && isUnchanged) return 'unchanged'
  const reading: Reading = {
    from: now - PAST_DAYS * DAY_MS,
    until: now + AHEAD_DAYS * DAY_MS,
    zone,
  }
  const bounds = { owner: `host:${hostId}`, deadlineMs: DEADLINE_MS }
  const files = await Promise.all(
    urls.map((url, index) =>
      naming(url, async () => {
        const first = fetched[index]
        // Another file has changed, so the spans of all are written again.
        const file =
          first === undefined || first === 'unchanged' ? withHash(await deps.readUrl(url)) : first
        if (file === 'unchanged') throw new Error('answered 304')
        const { bytes, ...source } = file
        return { url, source, ...(await runBounded('readCalendar', { bytes, reading }, bounds)) }
      }),
    ),
  )
  return {
    spans: files.flatMap(({ spans }) => spans),
    problems: files
      .flatMap(({ url, problems }) => problems.map(each => ({ url, ...each })))
      .slice(0, MAX_PROBLEMS),
    state: {
      version: READER_VERSION,
      zone,
      parsedAt: now,
      sources: files.map(({ source }) => source),
    },
  }
}

type Hashed = Fetched & { hash: string }

const withHash = (file: Fetched | 'unchanged'): Hashed | 'unchanged' =>
  file === 'unchanged'
    ? file
    : { ...file, hash: createHash('sha256').update(file.bytes).digest('base64') }

/** Adds the server's name to an error. */
async function naming<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new Error(
      `${new URL(url).hostname} ${error instanceof Error ? error.message : 'cannot be read'}`,
    )
  }
}

/** What is written of a feed that was read. */
const wasRead = (now: Date) => ({
  readAt: now,
  problem: null,
  failures: 0,
  nextReadAt: new Date(now.getTime() + FRESH_MS),
})

/** Writes what a feed says now in place of what it said before, and returns its row. */
export async function replaceSpans(
  { tx, now }: Change,
  feed: CalendarFeed,
  { spans, problems, state }: Read,
): Promise<CalendarFeed> {
  const { id: feedId, hostId } = feed
  await tx.busySpan.deleteMany({ where: { feedId } })
  // One statement with two lists: a row object for each of thousands of spans would hold up other
  // requests.
  const [starts, ends] = [
    spans.map(({ start }) => String(start)),
    spans.map(({ end }) => String(end)),
  ]
  await tx.$executeRaw`
    insert into "BusySpan" ("feedId", "hostId", "startAt", "endAt")
    select ${feedId}::int, ${hostId}::int, to_timestamp("start"::bigint / 1000.0), to_timestamp("end"::bigint / 1000.0)
    from unnest(${starts}::text[], ${ends}::text[]) as spans("start", "end")`
  return tx.calendarFeed.update({
    where: { id: feedId },
    data: { ...wasRead(now), problems, readState: state },
  })
}

/**
 * Reads a feed again. One that cannot be read keeps what it said, says why, and is read less often:
 * after ten minutes, then twice as long each time, at most twelve hours.
 */
export async function readAgain(
  deps: Deps,
  feed: CalendarFeed & { host: { timeZone: string } },
): Promise<void> {
  const { id, hostId, urls, host } = feed
  try {
    const known = ReadState.safeParse(feed.readState).data
    const read = await readFiles(
      deps,
      { hostId, urls, zone: host.timeZone },
      feed.problem === null ? known : undefined,
    )
    if (read === 'unchanged') {
      await deps.db.calendarFeed.updateMany({ where: { id }, data: wasRead(deps.clock.now()) })
      return
    }
    await changeHost(deps, hostId, async change => {
      // It may have been removed since.
      if ((await change.tx.calendarFeed.findUnique({ where: { id } })) === null) return
      await replaceSpans(change, feed, read)
    })
  } catch (error) {
    const problem = error instanceof Error ? error.message.slice(0, 500) : 'cannot be read'
    const failures = feed.failures + 1
    const delayMs = Math.min(FRESH_MS * 2 ** Math.min(failures - 1, 10), MAX_BACKOFF_MS)
    const nextReadAt = new Date(deps.clock.now().getTime() + delayMs)
    await deps.db.calendarFeed.updateMany({
      where: { id },
      data: { problem, failures, nextReadAt },
    })
  }
}
