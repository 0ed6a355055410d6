import { EventEmitter, setMaxListeners } from 'node:events'
import { Logger, type Runner, run, type WorkerEvents } from 'graphile-worker'
import type { Logger as Log } from 'pino'
import { z } from 'zod'
import { systemClock } from '../../clock.ts'
import { poolOn, SILENCE_MS } from '../../db/client.ts'
import { addMissingTurns, addTurns, TURN_JOB } from '../../event-log/log.ts'
import { runEvery } from '../../run-every.ts'
import { type DeliveryRun, takeTurn } from './delivery-run.ts'
import type { Engine } from './engine.ts'
import { hooksWaiting } from './pending.ts'
import { trimDeliveries } from './trim-log.ts'

/** The workers of this process, which share the hooks with those of all others on the database. */
export interface Workers {
  /** Whether they are at work. */
  areRunning(): boolean
  /**
   * Lets the attempts that are under way end, for five seconds, then cuts them off: another process
   * makes them again.
   */
  stop(): Promise<void>
}

/** Hooks that have their turn at a time. Turns mostly wait for receivers, so there can be many. */
const TURNS_AT_ONCE = 100
/** How often it is looked for retries that are due, and for turns that were cut off. */
const SWEEP_MS = 1_000
const TRIM_MS = 10 * 60_000
const RESTART_MS = 1_000
const GOODBYE_MS = 5_000

const Job = z.object({ hookIds: z.array(z.int()) })

/**
 * Starts the workers. A job of the queue gives hooks their turns: each sends all that waits for its
 * hook. The job was added in the transaction of the event. The lock on the hook (locks.ts) keeps
 * its turns apart: a job that comes during one makes it look again. A sweep adds jobs for what no
 * job speaks of any more: retries, and turns that ended with their process.
 */
export async function startWorkers(
  engine: Omit<Engine, 'stopping'>,
  databaseUrl: string,
  silenceMs = SILENCE_MS,
): Promise<Workers> {
  const { deps, locks } = engine
  const cutOff = new AbortController()
  // Every attempt that is under way listens to it.
  setMaxListeners(0, cutOff.signal)
  const turns = new Map<number, DeliveryRun>()
  /** Hooks with a job that came during their turn. */
  const askedAgain = new Set<number>()
  // The library wants room for a connection each turn, and opens a few: turns use those of the
  // gateway.
  const pool = poolOn(databaseUrl, {
    maxConnections: TURNS_AT_ONCE,
    applicationName: 'meridian workers',
    silenceMs,
  })
  let runner: Runner | undefined
  let isStopping = false

  async function turnsOf(hookIds: number[]): Promise<void> {
    const ends = await Promise.allSettled(hookIds.map(turnOf))
    const failed = ends.find(end => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  async function turnOf(hookId: number): Promise<void> {
    const running = turns.get(hookId)
    if (running !== undefined) {
      askedAgain.add(hookId)
      return running.lookAgain()
    }
    // Before the lock is asked for: two jobs of one hook may come at once.
    turns.set(hookId, { lookAgain: () => {}, over: Promise.resolve('done') })
    try {
      await lockedTurn(hookId)
    } finally {
      turns.delete(hookId)
    }
    if (askedAgain.delete(hookId) && !isStopping) await turnOf(hookId)
  }

  async function lockedTurn(hookId: number): Promise<void> {
    const held = await locks.take(hookId)
    // Another process has it, and its sweep finds what came too late for it.
    if (held === undefined) return
    // Another process may have a lost turn soon: the attempts of this one are cut off.
    const either = firstOf([cutOff.signal, held.lost])
    try {
      const mayGoOn = () => !isStopping && !held.lost.aborted
      const turn = takeTurn({ ...engine, stopping: either.signal }, hookId, mayGoOn)
      turns.set(hookId, turn)
      if ((await turn.over) === 'more') await addTurns(deps.db, [hookId])
    } finally {
      either.end()
      await held.release()
    }
  }

  async function sweep(): Promise<void> {
    const waiting = (await hooksWaiting(pool, deps.clock.now())).filter(
      hookId => !turns.has(hookId),
    )
    if (waiting.length > 0) await addMissingTurns(deps.db, waiting)
  }

  /**
   * Keeps the runner of the job queue going, whatever the database does.
   * @param begun called when it was first begun
   */
  async function work(begun: () => void): Promise<void> {
    while (!isStopping) {
      try {
        runner = await run({
          pgPool: pool,
          concurrency: TURNS_AT_ONCE,
          noHandleSignals: true,
          logger: loggerOf(deps.log),
          events: eventsWithHeartbeat(silenceMs / 4),
          taskList: { [TURN_JOB]: payload => turnsOf(Job.parse(payload).hookIds) },
          preset: {
            worker: {
              localQueue: { size: TURNS_AT_ONCE },
              completeJobBatchDelay: 0,
              failJobBatchDelay: 0,
            },
          },
        })
        begun()
        if (isStopping) await runner.stop()
        await runner.promise
      } catch (error) {
        deps.log.error({ err: error }, 'the workers stopped')
      }
      runner = undefined
      begun()
      if (!isStopping) await new Promise(resolve => setTimeout(resolve, RESTART_MS))
    }
  }

  let working = Promise.resolve()
  await new Promise<void>(begun => {
    working = work(begun)
  })
  const failed = (error: unknown) => deps.log.warn({ err: error }, 'a task of the workers failed')
  // By the time of the system, however far a test moves its clock. The first run comes after the
  // start, which has added the turns that were missing.
  const stopSweep = runEvery(systemClock, SWEEP_MS, sweep, failed, SWEEP_MS)
  const trim = () => trimDeliveries(deps.pool, deps.clock.now())
  const stopTrim = runEvery(systemClock, TRIM_MS, trim, failed, TRIM_MS)

  return {
    areRunning: () => runner !== undefined,
    async stop() {
      isStopping = true
      for (const turn of turns.values()) turn.lookAgain()
      const giveUp = setTimeout(() => cutOff.abort(new Error('the gateway stops')), GOODBYE_MS)
      await Promise.all([stopSweep(), stopTrim()])
      await Promise.allSettled([...turns.values()].map(turn => turn.over))
      await runner?.stop().catch(() => {})
      await working
      clearTimeout(giveUp)
      await locks.close()
      await pool.end()
    },
  }
}

/** A signal that aborts with the first of some, until `end`. */
function firstOf(signals: readonly AbortSignal[]): { signal: AbortSignal; end(): void } {
  const controller = new AbortController()
  // Every attempt that is under way listens to it.
  setMaxListeners(0, controller.signal)
  const listeners = signals.map(signal => ({
    signal,
    abort: () => controller.abort(signal.reason),
  }))
  for (const { signal, abort } of listeners) {
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
  }
  return {
    signal: controller.signal,
    end() {
      for (const { signal, abort } of listeners) signal.removeEventListener('abort', abort)
    },
  }
}

/**
 * Emits the events of the job queue, and shows the server every few seconds that its listening
 * connection is in use.
 */
function eventsWithHeartbeat(everyMs: number): WorkerEvents {
  const events: WorkerEvents = new EventEmitter()
  let timer: NodeJS.Timeout | undefined
  const stop = () => clearInterval(timer)
  events.on('pool:listen:success', ({ client }) => {
    stop()
    let isWaiting = false
    timer = setInterval(() => {
      // Without an answer nothing more is sent, so that the limit on silence ends the connection.
      if (isWaiting) return
      isWaiting = true
      client.query('select 1').then(
        () => (isWaiting = false),
        () => {},
      )
    }, everyMs)
  })
  events.on('pool:listen:release', stop)
  return events
}

const loggerOf = (log: Log): Logger =>
  new Logger(() => (level, message) => {
    if (level === 'error') log.error(message)
    else if (level === 'warning') log.warn(message)
    else log.debug(message)
  })
