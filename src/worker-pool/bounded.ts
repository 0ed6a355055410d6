// Work whose cost a stranger decides, in worker threads: each task has a deadline and a memory
// limit, and ends with its thread when it passes one. The threads are those of this process,
// started when they are first needed.

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { projectRoot } from '../db/project-root.ts'
import { fairQueue } from './fair-queue.ts'
import type { TaskName, Tasks } from './tasks.ts'

/** Why a task was ended, or was not started. */
export type Bound = 'deadline' | 'memory' | 'queue'

const messages: Record<Bound, string> = {
  deadline: 'takes too long to process',
  memory: 'needs too much memory to process',
  queue: 'has to wait too long; try again later',
}

/** A task passed a bound. Its message ends a sentence about what was processed. */
export class BoundExceeded extends Error {
  readonly bound: Bound
  constructor(bound: Bound) {
    super(messages[bound])
    this.name = 'BoundExceeded'
    this.bound = bound
  }
}

/** Whose task it is, and how long it may run. */
export interface Bounds {
  /** An account, an event type or another name: tasks of one owner run one after another. */
  owner: string
  /** Time that it may run, in milliseconds, without the time that it waits. */
  deadlineMs: number
}

/** A job for a thread. */
export interface Job<Name extends TaskName = TaskName> {
  name: Name
  input: Tasks[Name]['input']
  /** Gets a message when the task begins. */
  begun: MessagePort
}

type MessagePort = MessageChannel['port1']

/** Memory of a thread, in MiB. */
export const MEMORY_MB = 256
const IDLE_MS = 60_000
/**
 * A thread that has not begun by then is broken: it loads its modules first, on a machine that may
 * be busy.
 */
const MAX_START_MS = 30_000
const THREADS = Math.max(2, Math.min(4, availableParallelism()))

let threads: Piscina<Job> | undefined

let users = 0

/**
 * Counts a user of the threads. Returns the function by which it stops to be one: with the last,
 * the threads end.
 */
export function useThreads(): () => Promise<void> {
  users++
  return async () => {
    users--
    if (users > 0 || threads === undefined) return
    const unused = threads
    threads = undefined
    await unused.destroy()
  }
}

// Calendars and templates on one set of threads, free starts on another: pages do not wait for
// calendars.
const queues = { texts: fairQueue(THREADS), slots: fairQueue(THREADS) }

const counts = { run: 0, ended: 0 }

/** How many tasks this process has run in threads, and how many of those passed a bound. */
export const boundedWork = (): Readonly<typeof counts> => ({ ...counts })

/** How many worker threads this process has now. */
export const threadCount = (): number => threads?.threads.length ?? 0

/**
 * Runs a task in a worker thread.
 * @throws BoundExceeded when it passes its deadline or the memory limit, or waits for too long;
 * Error as the task does.
 */
export async function runBounded<Name extends TaskName>(
  name: Name,
  input: Tasks[Name]['input'],
  { owner, deadlineMs }: Bounds,
): Promise<Tasks[Name]['output']> {
  const queue = name === 'findSlots' ? queues.slots : queues.texts
  const leave = await queue.enter(owner).catch(() => {
    throw new BoundExceeded('queue')
  })
  try {
    return await runNow(name, input, deadlineMs)
  } finally {
    leave()
  }
}

async function runNow<Name extends TaskName>(
  name: Name,
  input: Tasks[Name]['input'],
  deadlineMs: number,
): Promise<Tasks[Name]['output']> {
  threads ??= startThreads()
  const { port1, port2 } = new MessageChannel()
  const controller = new AbortController()
  const end = () => controller.abort()
  let timer = setTimeout(end, MAX_START_MS)
  port1.once('message', () => {
    clearTimeout(timer)
    timer = setTimeout(end, deadlineMs)
  })
  counts.run++
  try {
    const job: Job<Name> = { name, input, begun: port2 }
    return await threads.run(job, { signal: controller.signal, transferList: [port2] })
  } catch (error) {
    const bound = boundOf(error, controller.signal)
    if (bound === undefined) throw error
    counts.ended++
    throw new BoundExceeded(bound)
  } finally {
    clearTimeout(timer)
    port1.close()
  }
}

function boundOf(error: unknown, { aborted }: AbortSignal): Bound | undefined {
  if (aborted) return 'deadline'
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : undefined
}

function startThreads(): Piscina<Job> {
  const pool = new Piscina<Job>({
    filename: pathToFileURL(join(projectRoot, 'dist', 'worker.js')).href,
    minThreads: 0,
    // One queue may use all of its places while the other does.
    maxThreads: THREADS * 2,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 32 },
    // No secrets of the settings.
    env: {},
  })
  // A thread that ends between tasks is replaced with the next one.
  pool.on('error', () => {})
  return pool
}
