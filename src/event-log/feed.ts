import { Repeater } from 'graphql-yoga'
import type { Context } from '../context.ts'
import { type Place, requireInLog } from './cursor.ts'
import { joinHostLog } from './host-log.ts'
import type { LoggedEvent } from './kinds.ts'
import { endOfLog, eventsAfter, type Wanted } from './log-reads.ts'
import { LOOK_AGAIN_MS, setAlarm } from './wake-up.ts'

/** What to follow. */
export interface Following extends Wanted {
  /** Only events after this place; without it, those from now on. */
  after?: Place | undefined
}

/**
 * The events of a host, each once and in order, from a place or from now on, until the reader
 * stops. Events that are in the log already are read for this follower alone, all others once for
 * all followers in this process. Every process sees the same order: that of the ids, which grow in
 * commit order (change.ts).
 *
 * The feed throws the error of the database when the log cannot be read.
 * @throws ApiError CURSOR_UNKNOWN for a place that is not in the host's log.
 */
export async function follow(ctx: Context, following: Following): Promise<Repeater<LoggedEvent>> {
  const { hostId, after, kinds, eventTypeId } = following
  if (after !== undefined) await requireInLog(ctx.pool, hostId, after, 'after')
  const newest = (await endOfLog(ctx, hostId)).id
  const isWanted = (event: LoggedEvent) =>
    wantedKinds.has(event.kind) && (eventTypeId === undefined || event.eventTypeId === eventTypeId)
  const wantedKinds = new Set<string>(kinds)

  return new Repeater(async (push, stop) => {
    const alarm = setAlarm(ctx, [], stop)
    const { value: log, leave } = joinHostLog(ctx, hostId, newest)
    const off = log.onChange(alarm)
    let place = after?.id ?? newest
    try {
      for (;;) {
        if (alarm.isStopped()) break
        const { events, upTo } = log.after(place) ?? (await eventsAfter(ctx, following, place))
        const hasMoved = upTo > place
        for (const event of events) {
          if (alarm.isStopped()) break
          if (!isWanted(event)) continue
          await push(event)
        }
        place = hasMoved ? upTo : place
        if (!hasMoved) await alarm.wait(LOOK_AGAIN_MS)
      }
    } finally {
      off()
      leave()
      alarm.end()
      stop()
    }
  })
}
