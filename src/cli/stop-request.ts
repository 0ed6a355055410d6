/** The name of the signal, or the error, that stops this process. */
export type StopReason = NodeJS.Signals | Error

/** A request to stop, by a signal or by `fail`. */
export interface StopRequest {
  /** Aborted by the first signal, and by `fail`. */
  signal: AbortSignal
  /** Resolves when `signal` is aborted. */
  requested: Promise<StopReason>
  /** Why this process stops; undefined while it does not. */
  reason(): StopReason | undefined
  /** Stops this process because of an error. */
  fail(error: Error): void
  /** Stops listening for signals. */
  ignore(): void
}

// npm, from a terminal, sends each Ctrl-C a second time.
const SAME_REQUEST_MS = 200

/**
 * Listens for SIGTERM and SIGINT. Call it before anything is started: without a listener a signal
 * ends the process at once, and leaves an embedded database running.
 *
 * @param hurry called with the second signal, when something still runs. The third ends the
 * process.
 */
export function listenForStop(hurry: () => Promise<void>): StopRequest {
  const controller = new AbortController()
  let reason: StopReason | undefined
  const requested = new Promise<StopReason>(resolve => {
    controller.signal.addEventListener('abort', () => resolve(reason ?? new Error('Stopped.')))
  })
  let signals = 0
  let lastAt = 0

  function stop(why: StopReason): void {
    reason ??= why
    controller.abort(new Error(`Stopped by ${why}.`))
  }
  function receive(name: NodeJS.Signals): void {
    const now = performance.now()
    if (signals > 0 && now - lastAt < SAME_REQUEST_MS) return
    lastAt = now
    signals++
    if (signals === 1) stop(name)
    else if (signals === 2) void hurry().finally(() => process.exit(1))
    else process.exit(1)
  }

  process.on('SIGTERM', receive)
  process.on('SIGINT', receive)
  return {
    signal: controller.signal,
    requested,
    reason: () => reason,
    fail: stop,
    ignore() {
      process.off('SIGTERM', receive)
      process.off('SIGINT', receive)
    },
  }
}
