import type { Clock } from './clock.ts'

/**
 * Runs a task, and again a number of milliseconds after each run, by the clock. Errors are passed to
 * `failed` and do not stop it. Returns the function that stops it and waits for a running task.
 * @param firstMs milliseconds before the first run; by default it runs at once
 */
export function runEvery(
  clock: Clock,
  everyMs: number,
  act: () => Promise<void>,
  failed: (error: unknown) => void,
  firstMs = 0,
): () => Promise<void> {
  let running = Promise.resolve()
  let cancel = () => {}
  let isStopped = false

  async function once(): Promise<void> {
    await act().catch(failed)
    if (!isStopped) cancel = clock.after(everyMs, again)
  }
  function again(): void {
    running = once()
  }

  if (firstMs > 0) cancel = clock.after(firstMs, again)
  else again()
  return async () => {
    isStopped = true
    cancel()
    await running
  }
}
