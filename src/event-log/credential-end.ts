import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import type { CredentialWatch } from './credential-watch.ts'
import { LOOK_AGAIN_MS } from './wake-up.ts'

/** An anonymous request, or a call from inside, has no credential that could end. */
const unlimited: CredentialWatch = {
  requireValid: async () => {},
  checkNow: async () => {},
  refusal: () => undefined,
  onEnd: () => () => {},
  stop: () => {},
}

/**
 * Watches the credential of a request. It is checked when it may have ended: after a signal that
 * one of the account's credentials ended, at its expiry, and every 30 seconds in case a signal was
 * lost.
 */
export function watchCredential({
  viewer,
  credentialHolds,
  signals,
  clock,
}: Context): CredentialWatch {
  if (viewer === null || credentialHolds === undefined) return unlimited
  const callbacks = new Set<() => void>()
  const { userId, expiresAt } = viewer
  let refusal: ApiError | undefined
  // A signal can have come between the authentication and now.
  let isDue = true
  let running: Promise<void> | undefined

  const isExpired = () => expiresAt != null && expiresAt <= clock.now()

  function end(): void {
    refusal = new ApiError('UNAUTHENTICATED', 'The credential is no longer valid.', {
      isExpired: isExpired(),
    })
    stop()
    for (const callback of callbacks) callback()
    callbacks.clear()
  }

  async function check(): Promise<void> {
    // Before the look: a signal that comes during it requires another one.
    isDue = false
    try {
      if (isExpired() || !(await credentialHolds?.())) end()
    } catch (error) {
      isDue = true
      throw error
    }
  }

  async function requireValid(): Promise<void> {
    if (isExpired()) isDue = true
    while (refusal === undefined && (isDue || running !== undefined)) {
      running ??= check().finally(() => {
        running = undefined
      })
      await running
    }
    if (refusal !== undefined) throw refusal
  }

  function checkNow(): Promise<void> {
    isDue = true
    return requireValid()
  }

  // A check that fails is due again at the next event.
  const look = () => void checkNow().catch(() => {})
  const stops = [signals.on(`credentials:${userId}`, look)]
  const timer = setInterval(look, LOOK_AGAIN_MS)
  stops.push(() => clearInterval(timer))
  if (expiresAt != null)
    stops.push(clock.after(Math.min(expiresAt.getTime() - clock.now().getTime(), LONGEST_MS), look))
  function stop(): void {
    for (const each of stops) each()
  }
  look()

  return {
    requireValid,
    checkNow,
    refusal: () => refusal,
    onEnd(callback) {
      callbacks.add(callback)
      return () => void callbacks.delete(callback)
    },
    stop,
  }
}

// Longer timers fire at once in Node.
const LONGEST_MS = 2 ** 31 - 1
