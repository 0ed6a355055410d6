/** Where the code reads the time. Tests pass a clock that they move by hand. */
export interface Clock {
  now(): Date
  /**
   * Calls back once after a number of milliseconds. Returns the function that cancels it.
   */
  after(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => new Date(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
