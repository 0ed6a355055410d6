import type { Deps } from '../context.ts'
import type { HookDisabledReason } from '../db/generated/client/client.ts'
import { signalDeliveries } from '../event-log/log.ts'
import { type Change, changeHost } from '../event-log/transaction.ts'
import { type HookOf, reachOfHook, scopeMissing } from './payload-scopes.ts'

/**
 * Switches a hook off because of its receiver or of the credential that created it, gives up what
 * waits for it, and says so in the log. What was given up can be replayed when it is on again.
 */
export async function disableHook(
  deps: Deps,
  { hostId, id, url }: { hostId: number; id: number; url: string },
  reason: HookDisabledReason,
): Promise<void> {
  await changeHost(deps, hostId, async change => {
    const { tx, now, emit } = change
    const { count } = await tx.hook.updateMany({
      // An address that the hook has left speaks for it no more.
      where: { id, url, isActive: true },
      data: { isActive: false, disabledReason: reason, updatedAt: now },
    })
    // Its host was faster, or deleted it.
    if (count === 0) return
    const { uid, label, dialect } = await tx.hook.findUniqueOrThrow({ where: { id } })
    await giveUpWaiting(change, id)
    emit({ kind: 'HOOK_DISABLED', data: { hook: { id: uid, url, label, dialect }, reason } })
  })
}

/**
 * Whether a hook may show its events now. Switches it off when the credential that created it has
 * ended, or may not read them any more.
 */
export async function mayShowStill(
  deps: Deps,
  hook: HookOf & { id: number; url: string; events: string[] },
): Promise<boolean> {
  const reach = await reachOfHook(deps.db, hook, deps.clock.now())
  if (reach !== undefined && scopeMissing(reach, hook.events) === undefined) return true
  await disableHook(deps, hook, 'REVOKED')
  return false
}

/**
 * Ends the deliveries that wait for a hook which was switched off: when it is on again it may be
 * months later.
 */
export async function giveUpWaiting({ tx, hostId, now }: Change, hookId: number): Promise<void> {
  const ended = await tx.delivery.updateManyAndReturn({
    where: { hookId, status: { in: ['PENDING', 'RETRYING'] } },
    data: {
      status: 'FAILED',
      nextAttemptAt: null,
      finishedAt: now,
      problem: 'the hook was switched off',
    },
    select: { id: true },
  })
  await signalDeliveries(
    tx,
    hostId,
    ended.map(({ id }) => id),
  )
}
