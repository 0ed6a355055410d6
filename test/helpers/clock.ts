import type { Clock } from '../../src/clock.ts'

/**
 * A clock that stands still until it is moved. What was to happen meanwhile happens at the new
 * time, in order.
 */
export interface MovableClock extends Clock {
  set(instant: string): void
  forward(minutes: number): void
  /** Changes what it shows, as an operator sets the clock of a machine: no time passes. */
  jump(minutes: number): void
}

export function clockAt(instant: string): MovableClock {
  let now = new Date(instant).getTime()
  const alarms = new Set<{ at: number; callback: () => void }>()

  function move(to: number): void {
    now = to
    const due = [...alarms].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
    for (const alarm of due) if (alarms.delete(alarm)) alarm.callback()
  }

  return {
    now: () => new Date(now),
    after(ms, callback) {
      const alarm = { at: now + ms, callback }
      alarms.add(alarm)
      return () => void alarms.delete(alarm)
    },
    set: to => move(new Date(to).getTime()),
    jump(minutes) {
      now += minutes * 60_000
      for (const alarm of alarms) alarm.at += minutes * 60_000
    },
    forward: minutes => move(now + minutes * 60_000),
  }
}
