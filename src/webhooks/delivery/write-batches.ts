/**
 * Collects rows while a write runs, and writes them together in the next one. One write runs at a
 * time.
 * @param written called with the rows when they are stored
 * @returns `idle` resolves when all is stored, and rejects when a write failed; `isIdle` returns
 * whether nothing waits
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
      // `idle` reports the error.
      running.catch(() => {})
    },
    idle: () => running,
    isIdle: () => !isRunning,
  }
}
