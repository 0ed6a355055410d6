import type { Clock } from './clock.ts'

/**
 * Acts at once, and again so many milliseconds after each time that it is done, by the clock. What
 * the act throws goes to `failed`, and it goes on. Answers the function that ends it, and waits for
 * what runs.
 */
export function runEvery(
  clock: Clock,
  everyMs: number,
  act: () => Promise<void>,
  failed: (error: unknown) => void,
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

  again()
  return async () => {
    isStopped = true
    cancel()
    await running
  }
}
