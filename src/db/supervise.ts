import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningServer } from './postgres-server.ts'
import { isRunning } from './process-life.ts'

const CHECK_MS = 500
/**
 * Before each try, and 30 s before those after them. Ten take two and a half minutes, in which a
 * disk can be cleared.
 */
const DELAYS_MS = [0, 1_000, 2_000, 4_000, 8_000, 15_000]
const LONGEST_DELAY_MS = 30_000
/** A server that ran for so long starts with all tries again. */
const STEADY_MS = 60_000

/** How a server is brought back. */
export interface SupervisionOptions {
  /** Starts the server, or joins it when another process started it. */
  revive(signal: AbortSignal): Promise<RunningServer>
  /** How often to try before the server is given up. */
  tries: number
  log(message: string): void
  /** Called once, when every try failed. */
  onLost(error: Error): void
}

/**
 * Supervises a server until `end`, and restarts it when its process ends: immediately, then with
 * increasing delays.
 */
export function supervise(
  server: RunningServer,
  { revive, tries, log, onLost }: SupervisionOptions,
): { end(): Promise<void> } {
  const ending = new AbortController()
  const { signal } = ending
  // The check alone does not keep a process alive.
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false })

  async function watch(): Promise<void> {
    let current = server
    let failures = 0
    for (;;) {
      const since = Date.now()
      while (isRunning(current.process)) await pause(CHECK_MS)
      if (Date.now() - since > STEADY_MS) failures = 0
      const ended = `The database (process ${current.process.pid}) ended unexpectedly.`
      if (tries === 0) throw new Error(ended)
      log(`${ended} Starting it again`)
      current = await bringBack()
    }

    async function bringBack(): Promise<RunningServer> {
      for (;;) {
        await pause(DELAYS_MS[failures] ?? LONGEST_DELAY_MS)
        failures++
        try {
          const revived = await revive(signal)
          if (revived.port === server.port) return revived
          throw new Error(
            `The database now runs on port ${revived.port}, and this process uses port ${server.port}.`,
          )
        } catch (error) {
          if (signal.aborted || failures >= tries) throw error
          log(
            `The database could not be started again: ${error instanceof Error ? error.message : String(error)}`,
          )
        }
      }
    }
  }

  const watching = watch().catch(error => {
    if (!signal.aborted) onLost(error instanceof Error ? error : new Error(String(error)))
  })
  return {
    async end() {
      ending.abort()
      await watching
    },
  }
}
