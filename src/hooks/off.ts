import type { Deps } from '../context.ts'
import type { Tx } from '../db/client.ts'
import type { HookDisabledReason } from '../db/generated/client/client.ts'
import { changeHost } from '../events/change.ts'

/**
 * Switches a hook off because of its receiver, gives up what waits for it, and says so in the log. What was given up can be
 * replayed when it is on again.
 */
export async function disableHook(
  deps: Deps,
  { hostId, id }: { hostId: number; id: number },
  reason: HookDisabledReason,
): Promise<void> {
  await changeHost(deps, hostId, async ({ tx, now, emit }) => {
    const { count } = await tx.hook.updateMany({
      where: { id, isActive: true },
      data: { isActive: false, disabledReason: reason, updatedAt: now },
    })
    // Its host was faster, or deleted it.
    if (count === 0) return
    const { uid, url, label, dialect } = await tx.hook.findUniqueOrThrow({ where: { id } })
    await giveUpWaiting(tx, id, now)
    emit({ kind: 'HOOK_DISABLED', data: { hook: { id: uid, url, label, dialect }, reason } })
  })
}

/** Ends the deliveries that wait for a hook which was switched off: when it is on again it may be months later. */
export async function giveUpWaiting(tx: Tx, hookId: number, now: Date): Promise<void> {
  await tx.delivery.updateMany({
    where: { hookId, status: { in: ['PENDING', 'RETRYING'] } },
    data: { status: 'FAILED', nextAttemptAt: null, finishedAt: now, problem: 'the hook was switched off' },
  })
}
