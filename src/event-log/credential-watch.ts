import type { ApiError } from '../errors.ts'

/** Watches the credential of a live answer or of a socket until it ends. */
export interface CredentialWatch {
  /**
   * Waits for a check that is due or running. Most calls have none to wait for.
   * @throws ApiError UNAUTHENTICATED when the credential has ended; the error of a check that
   * failed.
   */
  requireValid(): Promise<void>
  /** Checks the credential now. @throws as `requireValid` does. */
  checkNow(): Promise<void>
  /** Why it is no longer valid; undefined while it is. */
  refusal(): ApiError | undefined
  /** Calls back when the credential ends. Returns the function that prevents it. */
  onEnd(callback: () => void): () => void
  stop(): void
}
