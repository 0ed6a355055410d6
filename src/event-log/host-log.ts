import type { Deps } from '../context.ts'
import { allEventKinds, type LoggedEvent } from './kinds.ts'
import { BATCH, eventsAfter, type Span } from './log-reads.ts'
import { sharing } from './shared-reader.ts'
import { type Alarm, LOOK_AGAIN_MS, setAlarm } from './wake-up.ts'

/** The end of one host's log, which all followers in this process share. */
export interface HostLog {
  /**
   * The events after an id that are in memory; undefined when some of them no longer are, so that
   * the follower has to read the database. @throws the error of the last read.
   */
  after(id: bigint): Span | undefined
  /**
   * Rings the alarm whenever `after` can return something new. Returns the function that ends it.
   */
  onChange(alarm: Alarm): () => void
  end(): void
}

const join = sharing<HostLog>()

/**
 * Joins the followers of a host's log. However many there are, one reader per process reads the log
 * once after each signal and keeps the last 100 events. Followers take them from there at their own
 * pace: none holds up another, and no events are queued for any of them.
 * @param newest id of the newest event that the follower knows of
 */
export const joinHostLog = (deps: Deps, hostId: number, newest: bigint) =>
  join(deps, String(hostId), forget => readLog(deps, hostId, newest, forget))

function readLog(deps: Deps, hostId: number, newest: bigint, forget: () => void): HostLog {
  const followers = new Set<Alarm>()
  // All events whose ids are above `from`, up to `upTo`.
  let recent: LoggedEvent[] = []
  let from = newest
  let upTo = newest
  let changedAt = performance.now()
  let failure: { error: unknown } | undefined
  let end = () => {}
  const ended = new Promise<void>(resolve => {
    end = resolve
  })
  const alarm = setAlarm(deps, [`host:${hostId}`], ended)

  function keep(events: readonly LoggedEvent[], atMost: number): void {
    const all = [...recent, ...events]
    recent = all.slice(Math.max(0, all.length - atMost))
    from = all[all.length - recent.length - 1]?.id ?? from
  }

  async function read(): Promise<void> {
    while (!alarm.isStopped()) {
      const next = await eventsAfter(deps, { hostId, kinds: allEventKinds }, upTo)
      const hasMoved = next.upTo > upTo
      upTo = hasMoved ? next.upTo : upTo
      if (next.events.length > 0) {
        changedAt = performance.now()
        keep(next.events, BATCH)
        for (const follower of followers) follower.ring()
      } else if (performance.now() - changedAt >= LOOK_AGAIN_MS) keep([], 0)
      if (!hasMoved) await alarm.wait(LOOK_AGAIN_MS)
    }
  }

  read().catch(error => {
    failure = { error }
    forget()
    for (const follower of followers) follower.ring()
  })

  return {
    after(id) {
      if (failure !== undefined) throw failure.error
      if (id < from) return undefined
      return { events: recent.filter(event => event.id > id), upTo }
    },
    onChange(follower) {
      followers.add(follower)
      return () => void followers.delete(follower)
    },
    end: () => end(),
  }
}
