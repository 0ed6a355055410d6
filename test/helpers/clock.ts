import type { Clock } from '../../src/clock.ts'

/** A clock that stands still until it is moved. */
export interface MovableClock extends Clock {
  set(instant: string): void
  forward(minutes: number): void
}

export function clockAt(instant: string): MovableClock {
  let now = new Date(instant).getTime()
  return {
    now: () => new Date(now),
    set: to => {
      now = new Date(to).getTime()
    },
    forward: minutes => {
      now += minutes * 60_000
    },
  }
}
