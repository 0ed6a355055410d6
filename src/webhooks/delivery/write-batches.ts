/**
 * Writes what comes in while an earlier write runs together with the next: one at a time, as many
 * rows as came meanwhile.
 * @param written told of the rows when they are stored
 * @returns `idle` resolves when all is stored, and rejects when a write failed; `isIdle` tells
 * whether it is
 */
export function inBatches<Row>(
  write: (rows: Row[]) => Promise<void>,
  written: (rows: Row[]) => void,
): { add(row: Row): void; idle(): Promise<void>; isIdle(): boolean } {
  let waiting: Row[] = []
  let running: Promise<void> = Promise.resolve()
  let isRunning = false

  async function run(): Promise<void> {
    isRunning = true
    try {
      while (waiting.length > 0) {
        const rows = waiting
        waiting = []
        await write(rows)
        written(rows)
      }
    } finally {
      // Here, not when the promise is settled: a row that is added between the two would wait for
      // ever.
      isRunning = false
    }
  }

  return {
    add(row) {
      waiting.push(row)
      if (isRunning) return
      const before = running
      running = run().then(() => before)
      // `idle` tells it.
      running.catch(() => {})
    },
    idle: () => running,
    isIdle: () => !isRunning,
  }
}
