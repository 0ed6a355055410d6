import type { HookFormat } from '../hooks/format.ts'
import { mayShowStill } from '../hooks/off.ts'
import { attempt } from './attempt.ts'
import { bodiesOf } from './bodies.ts'
import type { Engine } from './engine.ts'
import { healthOf } from './health.ts'
import { type Decision, decide } from './retry.ts'
import { type Settled, settle } from './settle.ts'
import { type Target, targetOf } from './target.ts'
import { type Waiting, waitingFor } from './waiting.ts'
import { inBatches } from './writer.ts'

/** Attempts to one hook that are under way at a time: a slow receiver keeps so many connections, and no more. */
export const AT_ONCE = 10
/** Read and not begun; more is read when fewer are left. */
const FEW = 50
// A hook with more to send goes to the end of the queue then, so that others have their turn.
const LONGEST_TURN_MS = 10_000

/** A delivery that was read, with what it takes to send it. */
interface Ready {
  delivery: Waiting
  body: string | undefined
  format: HookFormat
  to: Target
}

/** A hook's turn while it runs. */
export interface Turn {
  /** Something new may wait for the hook. */
  lookAgain(): void
  /** Resolves when nothing waits any more, or with `more` when the turn was long enough. */
  over: Promise<'done' | 'more'>
}

/**
 * Sends what waits for a hook until nothing does. Deliveries of one booking go one after another, in event order, also when
 * it is moved and becomes another; those of others side by side. What is due later is not waited for.
 * @param mayGoOn asked before each attempt
 */
export function takeTurn(engine: Engine, hookId: number, mayGoOn: () => boolean): Turn {
  const { deps } = engine
  const endsAt = performance.now() + LONGEST_TURN_MS
  const health = healthOf(deps)
  const ready: Ready[] = []
  /** What was read and is not stored, by id. */
  const inHand = new Set<string>()
  const busyBookings = new Set<number>()
  let underWay = 0
  let mayBeMore = true
  let isOver = false
  let reading: Promise<void> | undefined
  let hostId: number | undefined
  let stopListening = () => {}

  let ring = () => {}
  let rung = new Promise<void>(resolve => {
    ring = resolve
  })
  function wake(): void {
    ring()
    rung = new Promise<void>(resolve => {
      ring = resolve
    })
  }

  const outcomes = inBatches<Settled>(
    rows => (hostId === undefined ? Promise.resolve() : settle(deps.pool, hostId, deps.clock.now(), rows)),
    rows => {
      for (const { delivery } of rows) inHand.delete(delivery.id)
    },
  )

  async function read(): Promise<void> {
    mayBeMore = false
    const now = deps.clock.now()
    const [to, found] = await Promise.all([
      targetOf(deps.pool, deps.secrets, hookId, now),
      waitingFor(deps.pool, hookId, now, [...inHand]),
    ])
    const format = to && deps.formats.get(to.dialect)
    if (to === undefined || format === undefined || !(await mayShowStill(deps, to))) {
      isOver = true
      return
    }
    if (hostId === undefined) {
      hostId = to.hostId
      // A job that another process took finds the hook taken; the change that it came with is signalled to all.
      stopListening = deps.signals.on(`host:${hostId}`, lookAgain)
    }
    health.read(to)
    mayBeMore ||= found.length > 0
    const addressee = { publicUrl: deps.publicUrl, metadata: to.metadata, template: to.template }
    const bodies = await bodiesOf(format, engine.askAs(to.hostId, hookId), addressee, found, deps.log)
    for (const delivery of found) {
      inHand.add(delivery.id)
      ready.push({ delivery, body: bodies.get(delivery.id), format, to })
    }
  }

  /** Takes the first delivery that may begin, and counts it as under way before anyone else looks. */
  function takeFree(): Ready | undefined {
    const blocked = new Set(busyBookings)
    for (const [at, work] of ready.entries()) {
      const bookings = bookingsOf(work.delivery)
      if (!bookings.some(id => blocked.has(id))) {
        ready.splice(at, 1)
        underWay++
        for (const id of bookings) busyBookings.add(id)
        return work
      }
      // What waits for another holds up what comes after it.
      for (const id of bookings) blocked.add(id)
    }
    return undefined
  }

  /** The next delivery that may begin; waits for one while others are under way. Undefined: the turn ends. */
  async function next(): Promise<Ready | undefined> {
    for (;;) {
      if (isOver || health.isOver() || !mayGoOn() || performance.now() > endsAt) return undefined
      // `mayBeMore` is false while it is read: what comes of that is for all to wait for.
      if (reading !== undefined || (mayBeMore && ready.length < FEW)) {
        reading ??= read().finally(() => {
          reading = undefined
        })
        await reading
        continue
      }
      const free = takeFree()
      if (free !== undefined) return free
      if (underWay === 0) return undefined
      await rung
    }
  }

  async function send({ delivery, body, format, to }: Ready): Promise<void> {
    const made = await attempt(engine, to, format, delivery, body)
    const now = deps.clock.now()
    const decision: Decision =
      made.unsent === 'for good'
        ? { status: 'FAILED' }
        : decide(format.retries, made.answer, delivery.tries + 1, now, Math.random())
    outcomes.add({ delivery, body: body ?? null, attempt: made, decision })
    if (made.unsent === undefined) await health.heard(to, format.retries, made.answer, now)
  }

  async function sendOneAfterAnother(): Promise<void> {
    try {
      for (let work = await next(); work !== undefined; work = await next()) {
        try {
          await send(work)
        } finally {
          underWay--
          for (const id of bookingsOf(work.delivery)) busyBookings.delete(id)
          wake()
        }
      }
    } catch (error) {
      isOver = true
      throw error
    } finally {
      wake()
    }
  }

  function lookAgain(): void {
    mayBeMore = true
    wake()
  }

  async function run(): Promise<'done' | 'more'> {
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, sendOneAfterAnother))
    stopListening()
    await outcomes.idle()
    const failed = ends.find(end => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    return performance.now() > endsAt ? 'more' : 'done'
  }

  return { lookAgain, over: run() }
}

/** Those whose other deliveries have to wait meanwhile. */
const bookingsOf = ({ bookingId, movedFromId }: Waiting): number[] => [bookingId, movedFromId].filter(id => id !== null)
