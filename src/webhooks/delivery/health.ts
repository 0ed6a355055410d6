import type { Deps } from '../../context.ts'
import { DAY_MS } from '../../time.ts'
import { disableHook } from '../disable.ts'
import type { RetryPolicy } from '../format.ts'
import { type Answer, isGone, pauseOf } from './retry.ts'
import type { Target } from './target.ts'

/** A hook that fails for so long is switched off, where its dialect wants that. */
const FAILING_MS = 5 * DAY_MS
/** Failures that are closer to the last one that was stored are not stored by themselves. */
const STORED_EVERY_MS = 60_000

/** Follows, during a turn, how a hook's receiver does. */
export interface Health {
  /** The row as it was read. */
  read(hook: Target): void
  /**
   * What it answered, or that it did not: remembers since when it fails, and gives it the break
   * that it asks for.
   */
  heard(hook: Target, policy: RetryPolicy, answer: Answer | undefined, now: Date): Promise<void>
  /** Whether it wants nothing more for now. */
  isOver(): boolean
}

export function healthOf(deps: Deps): Health {
  let url: string | undefined
  let failing: Failing | undefined
  let isOver = false

  async function disable(hook: Target, reason: 'GONE' | 'FAILING'): Promise<void> {
    isOver = true
    await disableHook(deps, hook, reason)
  }

  return {
    read(hook) {
      // What this turn has heard of the address is newer than the row; of another address it says
      // nothing.
      if (hook.url !== url || failing === undefined) failing = hook
      url = hook.url
    },
    isOver: () => isOver,
    async heard(hook, policy, answer, now) {
      const works = answer !== undefined && answer.status >= 200 && answer.status < 300
      const before = failing ?? hook
      if (works && before.failingSince === null) return
      if (isOver) return
      if (isGone(policy, answer)) return disable(hook, 'GONE')
      const next = works ? working : failedAgain(before, policy, now)
      if (policy.disables && next.failingMs >= FAILING_MS) return disable(hook, 'FAILING')
      if (works || before.failingSince === null || isApart(before, now)) {
        failing = next
        await deps.db.hook.updateMany({ where: { id: hook.id, url: hook.url }, data: next })
      }
      const pausedUntil = pauseOf(answer, now)
      if (pausedUntil === undefined) return
      isOver = true
      await deps.db.hook.updateMany({
        where: { id: hook.id, url: hook.url },
        data: { pausedUntil },
      })
    },
  }
}

/** Since when and for how long a receiver fails; not at all with `failingSince` null. */
type Failing = Pick<Target, 'failingSince' | 'lastFailedAt' | 'failingMs'>

const working: Failing = { failingSince: null, lastFailedAt: null, failingMs: 0 }

/**
 * The time since the failure before counts as failing, but no more than the longest wait between
 * two attempts. So a clock that jumps ahead, or a gateway that was away, is not taken for a
 * receiver that failed all the while.
 */
function failedAgain(
  { failingSince, lastFailedAt, failingMs }: Failing,
  policy: RetryPolicy,
  now: Date,
): Failing {
  if (failingSince === null) return { failingSince: now, lastFailedAt: now, failingMs: 0 }
  const longestWaitMs = Math.max(...policy.delaysSeconds) * 1_000
  const passedMs = Math.max(now.getTime() - (lastFailedAt ?? failingSince).getTime(), 0)
  const total = Math.min(failingMs + Math.min(passedMs, longestWaitMs), FAILING_MS)
  return { failingSince, lastFailedAt: now, failingMs: total }
}

/**
 * Whether a failure is worth a row of its own: a minute after the last one, or before it, when the
 * clock was set back.
 */
function isApart({ lastFailedAt, failingSince }: Failing, now: Date): boolean {
  const passedMs = now.getTime() - (lastFailedAt ?? failingSince ?? now).getTime()
  return passedMs < 0 || passedMs >= STORED_EVERY_MS
}
