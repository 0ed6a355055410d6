/** Places that owners share. */
export interface FairQueue {
  /**
   * Waits for a place. Returns the function that releases it. Owners take turns, and each has one
   * place at a time.
   * @throws Error when the owner has too many waiting, or has waited for too long.
   */
  enter(owner: string): Promise<() => void>
}

const MAX_WAITING_OF_OWNER = 100
const MAX_WAIT_MS = 20_000

interface Waiting {
  since: number
  begin(): void
  refuse(error: Error): void
}

/** A queue for so many places, in which no owner waits for another's tasks but by its turn. */
export function fairQueue(places: number): FairQueue {
  // In the order of their turns.
  const waiting = new Map<string, Waiting[]>()
  const running = new Set<string>()

  function next(): void {
    for (const [owner, tasks] of waiting) {
      if (running.size >= places) return
      if (running.has(owner)) continue
      waiting.delete(owner)
      const first = takeFresh(tasks)
      // Behind the others.
      if (tasks.length > 0) waiting.set(owner, tasks)
      if (first === undefined) continue
      running.add(owner)
      first.begin()
    }
  }

  return {
    enter: owner =>
      new Promise((resolve, reject) => {
        const tasks = waiting.get(owner) ?? []
        if (tasks.length >= MAX_WAITING_OF_OWNER) return reject(new Error('too many tasks wait'))
        tasks.push({
          since: performance.now(),
          refuse: reject,
          begin: () =>
            resolve(() => {
              running.delete(owner)
              next()
            }),
        })
        waiting.set(owner, tasks)
        next()
      }),
  }
}

/** The first that nobody has given up; those before it are refused. */
function takeFresh(tasks: Waiting[]): Waiting | undefined {
  for (let first = tasks.shift(); first !== undefined; first = tasks.shift()) {
    if (performance.now() - first.since <= MAX_WAIT_MS) return first
    first.refuse(new Error('waited for too long'))
  }
  return undefined
}
