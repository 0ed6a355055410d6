import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { type Alarm, LOOK_AGAIN_MS } from './alarm.ts'

/** Watches whether the credential of a live answer is still valid. */
export interface CredentialWatch {
  /** @throws Refusal UNAUTHENTICATED when the credential has ended. */
  requireValid(): Promise<void>
  end(): void
}

/**
 * Checks a credential when it may have ended, not for every event: at first, after a signal that one of the account's
 * credentials ended (which rings the alarm), at its expiry, and every 30 seconds in case a signal was lost.
 */
export function watchCredential(ctx: Context, alarm: Alarm): CredentialWatch {
  const { viewer, credentialHolds } = ctx
  if (viewer === null || credentialHolds === undefined) return { requireValid: async () => {}, end: () => {} }
  let checkedAt = Number.NEGATIVE_INFINITY
  const isExpired = () => viewer.expiresAt != null && viewer.expiresAt <= ctx.clock.now()
  const end = ctx.signals.on(`credentials:${viewer.userId}`, () => {
    checkedAt = Number.NEGATIVE_INFINITY
    alarm.ring()
  })
  return {
    async requireValid() {
      if (performance.now() - checkedAt < LOOK_AGAIN_MS && !isExpired()) return
      // Before the check: a signal that comes during it asks for another.
      checkedAt = performance.now()
      if (!(await credentialHolds())) {
        throw new Refusal('UNAUTHENTICATED', 'The credential of this subscription is no longer valid.')
      }
    },
    end,
  }
}
