import type { Deps } from '../context.ts'
import type { Topic } from './signals.ts'

/**
 * A signal can be lost with its connection; this bounds the time until readers look by themselves,
 * in milliseconds.
 */
export const LOOK_AGAIN_MS = 30_000

/** Wakes a reader: when one of its topics is signalled, when it shall stop, or after a while. */
export interface Alarm {
  /**
   * Waits for the next signal. One that came since the last wait, while the reader was at work,
   * counts.
   */
  wait(atMostMs: number): Promise<void>
  /** Wakes the reader, as a signal does. */
  ring(): void
  /** Whether the reader, or the gateway, has stopped. */
  isStopped(): boolean
  end(): void
}

/** An alarm for one reader; `stop` is the promise that its Repeater stops with. */
export function setAlarm(
  deps: Pick<Deps, 'signals' | 'stopping'>,
  topics: readonly Topic[],
  stop: PromiseLike<unknown>,
): Alarm {
  let rung = false
  let stopped = deps.stopping.aborted
  let wake = () => {}
  const ring = () => {
    rung = true
    wake()
  }
  const offs = topics.map(topic => deps.signals.on(topic, ring))
  const end = () => {
    stopped = true
    for (const off of offs) off()
    deps.stopping.removeEventListener('abort', end)
    wake()
  }
  deps.stopping.addEventListener('abort', end)
  stop.then(end)

  return {
    async wait(atMostMs) {
      if (!rung && !stopped) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, atMostMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        wake = () => {}
      }
      rung = false
    },
    ring,
    isStopped: () => stopped,
    end,
  }
}
