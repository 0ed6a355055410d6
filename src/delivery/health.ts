import type { Deps } from '../context.ts'
import type { RetryPolicy } from '../hooks/format.ts'
import { disableHook } from '../hooks/off.ts'
import { type Answer, isGone, pauseOf } from './retry.ts'
import type { Target } from './target.ts'

/** A hook that fails for so long is switched off, where its dialect wants that. */
const FAILING_MS = 5 * 24 * 60 * 60_000

/** Follows, during a turn, how a hook's receiver does. */
export interface Health {
  /** The row as it was read. */
  read(hook: Target): void
  /** What it answered, or that it did not: remembers since when it fails, and gives it the break that it asks for. */
  heard(hook: Target, policy: RetryPolicy, answer: Answer | undefined, now: Date): Promise<void>
  /** Whether it wants nothing more for now. */
  isOver(): boolean
}

export function healthOf(deps: Deps): Health {
  let url: string | undefined
  let failingSince: Date | null | undefined
  let isOver = false

  async function disable(hook: Target, reason: 'GONE' | 'FAILING'): Promise<void> {
    isOver = true
    await disableHook(deps, hook, reason)
  }

  return {
    read(hook) {
      // What this turn has heard of the address is newer than the row; of another address it says nothing.
      if (hook.url !== url || failingSince === undefined) failingSince = hook.failingSince
      url = hook.url
    },
    isOver: () => isOver,
    async heard(hook, policy, answer, now) {
      const works = answer !== undefined && answer.status >= 200 && answer.status < 300
      if (works && failingSince === null) return
      if (isOver) return
      if (isGone(policy, answer)) return disable(hook, 'GONE')
      if (works || failingSince == null) {
        failingSince = works ? null : now
        await deps.db.hook.updateMany({ where: { id: hook.id, url: hook.url }, data: { failingSince } })
      } else if (policy.disables && now.getTime() - failingSince.getTime() >= FAILING_MS) {
        return disable(hook, 'FAILING')
      }
      const pausedUntil = pauseOf(answer, now)
      if (pausedUntil === undefined) return
      isOver = true
      await deps.db.hook.updateMany({ where: { id: hook.id, url: hook.url }, data: { pausedUntil } })
    },
  }
}
