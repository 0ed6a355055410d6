import { mayShowStill } from '../disable.ts'
import type { Addressee, HookFormat } from '../format.ts'
import { renderTemplate } from '../render.ts'
import { attempt } from './attempt.ts'
import { bodiesOf } from './bodies.ts'
import type { Engine } from './engine.ts'
import { healthOf } from './health.ts'
import { type Waiting, waitingFor } from './pending.ts'
import { type Settled, settle } from './record-attempt.ts'
import { type Decision, decide } from './retry.ts'
import { type Target, targetOf } from './target.ts'
import { asStored, unseal } from './tokens-in-bodies.ts'
import { inBatches } from './write-batches.ts'

/**
 * Attempts to one hook that are under way at a time: a slow receiver keeps so many connections, and
 * no more.
 */
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
}

/** A hook's turn while it runs. */
export interface DeliveryRun {
  /** Something new may wait for the hook. */
  lookAgain(): void
  /** Resolves when nothing waits any more, or with `more` when the turn was long enough. */
  over: Promise<'done' | 'more'>
}

/**
 * Sends what waits for a hook until nothing does. Deliveries with the same key, such as those of
 * one booking, are sent one after another in event order; the others concurrently. When one fails,
 * the later ones with its key wait until it is delivered, given up, or does not hold them back any
 * more (retry.ts). What is due later is not waited for.
 *
 * The hook is read again right before each attempt. Once it is deleted or switched off, no request
 * starts; requests in flight complete, so that the log shows what the receiver got.
 * @param mayGoOn asked before each attempt
 */
export function takeTurn(engine: Engine, hookId: number, mayGoOn: () => boolean): DeliveryRun {
  const { deps } = engine
  const endsAt = performance.now() + LONGEST_TURN_MS
  const health = healthOf(deps)
  const ready: Ready[] = []
  /** What was read and is not stored, by id. */
  const inHand = new Set<string>()
  const busyKeys = new Set<string>()
  /** By key, the delivery of this turn that failed and holds back the later ones. */
  const holding = new Map<string, bigint>()
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
    rows =>
      hostId === undefined ? Promise.resolve() : settle(deps.pool, hostId, deps.clock.now(), rows),
    rows => {
      for (const { delivery } of rows) inHand.delete(delivery.id)
      // What waited for a retry was not read.
      if (rows.some(({ delivery }) => delivery.isRetry && delivery.orderKey !== null)) lookAgain()
    },
  )

  let asked: Promise<Target | undefined> | undefined
  let lastAnswer: Promise<unknown> = Promise.resolve()
  /** The hook as it is now. Those who ask while it is read get what the next statement reads. */
  function hookNow(): Promise<Target | undefined> {
    asked ??= lastAnswer.then(() => {
      asked = undefined
      const answer = targetOf(deps.pool, deps.secrets, hookId, deps.clock.now())
      lastAnswer = answer.catch(() => {})
      return answer
    })
    return asked
  }

  async function read(): Promise<void> {
    mayBeMore = false
    const now = deps.clock.now()
    const [to, stored] = await Promise.all([
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
      // A job that another process took finds the hook taken; the change that it came with is
      // signalled to all.
      stopListening = deps.signals.on(`host:${hostId}`, lookAgain)
    }
    const found = stored.map(delivery => ({
      ...delivery,
      body: delivery.body === null ? null : unseal(deps.secrets, delivery.uid, delivery.body),
    }))
    health.read(to)
    const free = found.filter(delivery => !isHeldBack(delivery))
    mayBeMore ||= free.length > 0
    const addressee = { publicUrl: deps.publicUrl, metadata: to.metadata, render: renderOf(to) }
    const bodies = await bodiesOf(
      format,
      engine.executeAs(to.hostId, hookId),
      addressee,
      free,
      deps.log,
    )
    // One before it may have failed while the bodies were asked for.
    for (const delivery of free.filter(each => !isHeldBack(each))) {
      inHand.add(delivery.id)
      ready.push({ delivery, body: bodies.get(delivery.id), format })
    }
  }

  /**
   * Takes the first delivery that may begin, and counts it as under way before anyone else looks.
   */
  function takeFree(): Ready | undefined {
    for (const [at, work] of ready.entries()) {
      const { orderKey } = work.delivery
      if (orderKey !== null && busyKeys.has(orderKey)) continue
      ready.splice(at, 1)
      underWay++
      if (orderKey !== null) busyKeys.add(orderKey)
      return work
    }
    return undefined
  }

  function isHeldBack({ id, orderKey }: Waiting): boolean {
    const holder = orderKey === null ? undefined : holding.get(orderKey)
    return holder !== undefined && holder < BigInt(id)
  }

  /**
   * Lets the later deliveries with its key wait for one that failed, or go on when it does not hold
   * them back.
   */
  function holdBack({ id, orderKey }: Waiting, decision: Decision): void {
    if (orderKey === null) return
    if (decision.status !== 'RETRYING' || !decision.holdsBack) {
      if (holding.get(orderKey) === BigInt(id)) holding.delete(orderKey)
      return
    }
    holding.set(orderKey, BigInt(id))
    for (const { delivery } of ready.filter(work => isHeldBack(work.delivery)))
      inHand.delete(delivery.id)
    ready.splice(0, ready.length, ...ready.filter(work => !isHeldBack(work.delivery)))
  }

  const mustEnd = (): boolean => isOver || health.isOver() || !mayGoOn()

  /**
   * The next delivery that may begin; waits for one while others are under way. Undefined: the turn
   * ends.
   */
  async function next(): Promise<Ready | undefined> {
    for (;;) {
      if (mustEnd() || performance.now() > endsAt) return undefined
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
      if (underWay > 0) await rung
      // What is stored then may let others go.
      else if (!outcomes.isIdle()) await outcomes.idle()
      else if (!mayBeMore) return undefined
    }
  }

  async function send({ delivery, body, format }: Ready): Promise<void> {
    const to = await hookNow()
    if (to === undefined) isOver = true
    if (to === undefined || mustEnd()) return
    const made = await attempt(engine, to, format, delivery, body)
    const now = deps.clock.now()
    const decision: Decision =
      made.unsent === 'for good'
        ? { status: 'FAILED' }
        : decide(format.retries, made.answer, delivery.tries + 1, now, Math.random())
    holdBack(delivery, decision)
    outcomes.add(asStored(deps.secrets, { delivery, body: body ?? null, attempt: made, decision }))
    if (made.unsent === undefined) await health.heard(to, format.retries, made.answer, now)
  }

  async function sendOneAfterAnother(): Promise<void> {
    try {
      for (let work = await next(); work !== undefined; work = await next()) {
        try {
          await send(work)
        } finally {
          underWay--
          if (work.delivery.orderKey !== null) busyKeys.delete(work.delivery.orderKey)
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

/** What makes bodies by the template of a hook; null for one without. */
function renderOf({ template, hostId }: Target): Addressee['render'] {
  return template === null ? null : values => renderTemplate(`host:${hostId}`, template, values)
}
